// What one dataplane's outbounds lack of other zones, because something stands between the zones.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { parseKri } from "#model/kri.ts";
import type { Resource } from "#model/resource.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import type { MatchFault } from "./fault.ts";
import { matchProxy } from "./match.ts";
import type { Destination } from "./matched.ts";
import type { ViewIndex } from "./view-index.ts";

/** The fault that keeps other zones' instances from it, with the destinations concerned; null where none are kept from it. */
export function withheldFrom(index: ViewIndex, dataplane: Resource<DataplaneSpec>): MatchFault | null {
  if (index.withheld === null) return null;
  const lacking = new Set(
    [...index.slots.values()].flatMap(({ withheld, destination }) => (withheld ? [destination.cluster] : [])),
  );
  const called = matchProxy(index, dataplane).outbounds.flatMap(({ destination, backends = [] }) => [
    destination,
    ...backends.map((backend) => backend.destination),
  ]);
  const names = [...new Set(called.filter(({ cluster }) => lacking.has(cluster)).map(nameOf))].sort();
  if (names.length === 0) return null;
  const { reason, ...place } = index.withheld;
  return { ...place, reason: `${reason}; this holds back other zones' instances of ${names.join(", ")}` };
}

function nameOf({ cluster, tags }: Destination): string {
  return tags[SERVICE_TAG] ?? parseKri(tags["kuma.io/unified-name"] ?? "")?.name ?? cluster;
}
