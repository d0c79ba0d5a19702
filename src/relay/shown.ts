// Whether peers have a proxy's endpoints, as this relay serves them at this moment.
import type { Membership } from "#compile/newcomer.ts";
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import type { OverlayEvent } from "#snapshot/overlay.ts";

/**
 * Whether every cluster that is served and that it belongs to has the proxy's endpoint at the same place. `over` is what the
 * overlay says of its name (null = gone, undefined = as in the snapshot), `sets` are the snapshot's of its mesh. One that
 * nobody calls is shown to nobody.
 */
export function isShown(
  name: string,
  memberships: readonly Membership[],
  over: OverlayEvent | null | undefined,
  sets: readonly EndpointSet[],
): boolean {
  if (over === null) return false;
  if (over !== undefined) {
    const told = over.endpoints ?? [];
    return told.length > 0 && memberships.every((own) => told.some((one) => isSame(one, own)));
  }
  const called = memberships.flatMap((own) => {
    const its = sets.filter((set) => (set.of ?? set.cluster) === own.cluster);
    return its.length === 0
      ? []
      : [its.some(({ endpoints }) => endpoints.some((one) => isAt(one, own.endpoint, name)))];
  });
  return called.length > 0 && called.every(Boolean);
}

function isSame(one: Membership, own: Membership): boolean {
  return one.cluster === own.cluster && isAt(one.endpoint, own.endpoint, own.endpoint.dataplane);
}

function isAt(one: Endpoint, { address, port }: Endpoint, name: string): boolean {
  return one.dataplane === name && one.address === address && one.port === port;
}
