// Client certificates that a zone's egresses show to services outside the mesh: the names of their secrets.
import { clientsOf } from "#match/client-certificate.ts";
import { leavingOf } from "#match/leaving.ts";
import { indexView } from "#match/match.ts";
import { zoneListenersOf } from "#match/zone-listener.ts";
import type { Digest } from "#model/json.ts";
import type { View } from "#model/view.ts";
import type { ZoneProxy } from "#model/zone-place.ts";

export interface ClientSecretInput {
  readonly zone: string;
  readonly view: View;
  /** The zone's own. */
  readonly zoneProxies: readonly ZoneProxy[];
}

/** The names that some proxy of the zone's snapshot uses of this mesh. */
export function clientSecretsOf({ zone, view, zoneProxies }: ClientSecretInput, digest: Digest): ReadonlySet<string> {
  const index = indexView(view, zone, digest);
  const lets =
    zoneProxies.some(({ type }) => type === "ZoneEgress") ||
    zoneListenersOf(index).some(({ type }) => type === "ZoneEgress");
  return new Set(lets ? leavingOf(index).ways.flatMap(({ place }) => clientsOf(place)) : []);
}
