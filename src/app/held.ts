// What relays of a zone hold of what the control plane has for them, as they have told it.
import type { HeldBody } from "#api/weft.ts";
import type { Envelope } from "#api/zone.ts";
import type { DeliveryRow } from "#store/face/delivery.ts";
import { fromBase64Url, textOf } from "#trust/bytes.ts";
import type { ApiCall } from "./call.ts";

/** Newest revisions that are looked at: a relay tells of each that it has fetched, and who told of none lacks them all. */
export const HELD_REVISIONS = 10;

/** By relay; a relay that told of none of the newest revisions is left out. */
export type Held = ReadonlyMap<string, HeldBody>;

/** Two reads, of few rows. What proxies have taken may be told of a later sequence than the revision's first. */
export async function heldIn({ app, caller }: ApiCall, zone: string): Promise<Held> {
  const store = app.store.within(caller.tenant);
  const { epoch, revision } = await store.heads();
  const [rows, deliveries] = await Promise.all([
    store.revisionDeliveries({ epoch, revision: Math.max(1, revision - HELD_REVISIONS + 1) }),
    store.deliveries(zone),
  ]);
  const held = new Map<string, HeldBody>();
  // The oldest comes first.
  for (const row of rows) {
    if (row.zone !== zone || row.epoch !== epoch) continue;
    held.set(row.relay, { revision: row.revision, sequence: Math.max(row.sequence, newestOf(deliveries, row)) });
  }
  return held;
}

function newestOf(deliveries: readonly DeliveryRow[], { relay, epoch }: Pick<DeliveryRow, "relay" | "epoch">): number {
  const own = deliveries.filter((one) => one.relay === relay && one.epoch === epoch);
  return Math.max(0, ...own.map(({ sequence }) => sequence));
}

/** The revision that an envelope is signed for; 0 of none. */
export function revisionOf(envelope: string): number {
  const payload = textOf(fromBase64Url(envelope.split(".")[1] ?? "") ?? new Uint8Array(0)) ?? "";
  return payload === "" ? 0 : (JSON.parse(payload) as Envelope).revision;
}
