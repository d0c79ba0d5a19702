// Builtin gateways: the MeshGateway that a dataplane serves, and the listeners that policies select it by.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL, type Tags } from "#model/tag.ts";
import type { View } from "#model/view.ts";

/** What selection reads of a MeshGateway. */
interface GatewaySpec {
  readonly selectors?: readonly { readonly match?: Tags }[];
  readonly tags?: Tags;
  readonly conf?: { readonly listeners?: readonly { readonly port?: number; readonly tags?: Tags }[] };
}
export type Gateway = Resource<GatewaySpec>;

export interface GatewayListener {
  readonly port: number;
  /** Its own, by which a MeshGateway reference narrows. */
  readonly own: Tags;
  /** Those of the dataplane and of the MeshGateway too, by which tag references select. */
  readonly all: Tags;
}

/** The view's MeshGateways. */
export function gatewaysOf(view: View): readonly Gateway[] {
  return (view.resources.MeshGateway ?? []) as readonly Gateway[];
}

/**
 * The MeshGateway that a builtin gateway serves: of those that select its tags, the one with most tags, then with most
 * exact values, then the newest, then the smallest name. One that was made in a zone serves that zone only.
 */
export function gatewayFor(
  gateways: readonly Gateway[],
  { spec }: Resource<DataplaneSpec>,
  zone: string | null,
): Gateway | null {
  const tags = spec.networking?.gateway?.tags ?? {};
  let best: { readonly gateway: Gateway; readonly rank: readonly (number | string)[] } | null = null;
  for (const gateway of gateways) {
    const { labels } = gateway;
    if (labels[LABEL.origin] === "zone" && zone !== null && labels[LABEL.zone] !== zone) continue;
    for (const { match = {} } of gateway.spec.selectors ?? []) {
      if (!matches(match, tags)) continue;
      const values = Object.values(match);
      const rank = [values.length, values.filter((value) => value !== "*").length, gateway.creationTime];
      const order = best === null ? 1 : compare(rank, best.rank);
      if (order > 0 || (order === 0 && gateway.name < (best?.gateway.name ?? ""))) best = { gateway, rank };
    }
  }
  return best?.gateway ?? null;
}

/** The listeners of a MeshGateway as a dataplane with these tags serves them. */
export function listenersOf({ spec }: Gateway, tags: Tags): readonly GatewayListener[] {
  return (spec.conf?.listeners ?? []).map(({ port = 0, tags: own = {} }) => ({
    port,
    own,
    all: { ...tags, ...spec.tags, ...own },
  }));
}

/** A legacy selector: `*` is any value, which must be there. */
function matches(wanted: Tags, tags: Tags): boolean {
  return Object.entries(wanted).every(([key, value]) =>
    value === "*" ? tags[key] !== undefined : tags[key] === value,
  );
}

function compare(a: readonly (number | string)[], b: readonly (number | string)[]): number {
  for (const [at, first] of a.entries()) {
    const second = b[at] as number | string;
    if (first !== second) return first > second ? 1 : -1;
  }
  return 0;
}
