// Endpoints that stand for the instances of other zones: one for each place that leads to a zone which has some.
import { type Endpoint, type EndpointSet, remoteName } from "#model/endpoint.ts";
import { SERVICE_TAG, type Tags, ZONE_TAG } from "#model/tag.ts";
import type { Member } from "./member.ts";
import type { Reach } from "./reach.ts";
import type { Target } from "./target.ts";

/** Whether a zone that could be reached, did nothing lack, has ready instances among these. */
export function isWithheld(behind: readonly Member[], { zones, lack }: Reach): boolean {
  if (lack === null || zones.length === 0) return false;
  return behind.some(({ away }) => away !== null && zones.some(({ zone }) => zone === away));
}

/**
 * The set of a target with these members behind it. As in Kuma, a place weighs what stands behind it for a service's tag, and
 * own instances weigh as much as there are places, since each of these leads to all; ports of real resources weigh one each.
 */
export function endpointSet(
  target: Target,
  cluster: string,
  behind: readonly Member[],
  reach: Reach,
): Omit<EndpointSet, "of" | "arrangement"> {
  const local = behind.flatMap(({ endpoint }) => endpoint ?? []);
  const remote = reach.zones.length === 0 ? [] : remoteEndpoints(target.kind === "tags", behind, reach);
  if (remote.length === 0) return { cluster, endpoints: local };
  if (target.kind !== "tags") return { cluster, endpoints: [...local, ...remote].sort(byDataplane) };
  const localWeight = new Set(remote.map(({ address, port }) => `${address} ${port}`)).size;
  const weighed = localWeight === 1 ? local : local.map((one) => ({ ...one, weight: localWeight }));
  const endpoints = [...weighed, ...remote].sort(byDataplane);
  return { cluster, endpoints, ...(localWeight === 1 ? {} : { localWeight }) };
}

function remoteEndpoints(isTag: boolean, behind: readonly Member[], { zones, priority }: Reach): readonly Endpoint[] {
  const byZone = new Map<string, Tags[]>();
  for (const { away, tags } of behind) {
    if (away === null) continue;
    const list = byZone.get(away);
    if (list === undefined) byZone.set(away, [tags]);
    else list.push(tags);
  }
  if (byZone.size === 0) return [];
  return zones.flatMap(({ zone, places }) => {
    const found = byZone.get(zone);
    if (found === undefined) return [];
    const tags = sharedTags(found, zone);
    return places.map(({ name, address, port }) => ({
      address,
      dataplane: remoteName(zone, name),
      port,
      priority: isTag ? priority : 1,
      tags,
      weight: isTag ? found.length : 1,
      zone,
    }));
  });
}

/** Those that all have with one value, and the zone. */
function sharedTags([first = {}, ...others]: readonly Tags[], zone: string): Tags {
  const shared: Record<string, string> = {};
  for (const key of Object.keys(first)) {
    const value = first[key] as string;
    if (key !== SERVICE_TAG && others.every((tags) => tags[key] === value)) shared[key] = value;
  }
  shared[ZONE_TAG] = zone;
  return shared;
}

/** Stable, so that inbounds of one dataplane and port stay as they were. */
function byDataplane(a: Endpoint, b: Endpoint): number {
  if (a.dataplane !== b.dataplane) return a.dataplane < b.dataplane ? -1 : 1;
  return a.port - b.port;
}
