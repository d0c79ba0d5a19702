// What a zone serves as the endpoints of a service: the snapshot's set, or the overlay's where that differs.
import type { ZoneSide } from "#relay/zone-side.ts";
import { endpointSet, openedOf } from "#snapshot/opened.ts";

/** `address:port` of each, in the served order. */
export function serviceEndpoints(zone: Pick<ZoneSide, "served">, cluster: string): readonly string[] {
  const { snapshot, changedSets } = zone.served();
  const signed = snapshot === null ? undefined : endpointSet(openedOf(snapshot), "default", cluster)?.[1];
  const set = changedSets("default").get(cluster) ?? signed;
  return (set?.endpoints ?? []).map(({ address, port }) => `${address}:${port}`);
}
