// A zone's status: the last joins that its relays refused, or the control plane after them, with the reason, for whoever wonders where a proxy is.

import type { RelayCaller } from "#control/face/caller.ts";
import type { Tenant } from "#control/tenant.ts";
import type { Resource } from "#model/resource.ts";

export interface Refusal {
  readonly mesh: string;
  readonly name: string;
  readonly reason: string;
  readonly relay: string;
  readonly at: string;
}

const KEPT = 20;
const REASON_LENGTH = 500;

/** Adds these refusals, given oldest first; the newest stand first. Never throws: a status is not worth a report. */
export async function noteRefusals(
  { id, store, deps }: Tenant,
  { zone, relay }: RelayCaller,
  refused: readonly Pick<Refusal, "mesh" | "name" | "reason">[],
): Promise<void> {
  const at = new Date(deps.clock()).toISOString();
  const fresh = refused.map(
    ({ mesh, name, reason }): Refusal => ({ mesh, name, reason: reason.slice(0, REASON_LENGTH), relay, at }),
  );
  if (fresh.length === 0) return;
  const key = { type: "Zone", mesh: "", name: zone };
  try {
    const status = ((await store.get(key))?.resource.status ?? {}) as { readonly refused?: readonly Refusal[] };
    const others = (status.refused ?? []).filter(
      (old) => !fresh.some(({ mesh, name }) => mesh === old.mesh && name === old.name),
    );
    await store.mergeStatus(key, { refused: [...fresh.toReversed(), ...others].slice(0, KEPT) });
  } catch (error) {
    deps.log("warn", "status was not written", { tenant: id, zone, error });
  }
}

/** What stands in a Zone's status, with the zone. */
export function refusedIn({ name, status }: Resource): readonly (Refusal & { readonly zone: string })[] {
  const { refused = [] } = (status ?? {}) as { readonly refused?: readonly Refusal[] };
  return refused.map((one) => ({ ...one, zone: name }));
}
