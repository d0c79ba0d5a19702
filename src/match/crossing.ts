// What crosses from a zone to others through its egresses: services by their tags, each behind the ingresses of the zones that have it.
import { type EndpointSet, isRemote, remoteName } from "#model/endpoint.ts";
import { sameJson } from "#model/same.ts";
import { ANY } from "#model/selector.ts";
import { SERVICE_TAG, type Tags, ZONE_TAG } from "#model/tag.ts";
import { membersBehind } from "./destination.ts";
import { subsetsOf } from "./exposed.ts";
import { listedSubsets, type Subsets } from "./listed-subset.ts";
import { isLocal } from "./member.ts";
import { clustersOf, distinctChains, type PassChain, type Passing, subsetCluster } from "./passing.ts";
import { endpointSet } from "./remote.ts";
import { sniOf } from "./sni.ts";
import type { Target } from "./target.ts";
import type { ViewIndex } from "./view-index.ts";

type TagTarget = Extract<Target, { readonly kind: "tags" }>;

export interface Crossing extends Passing {
  /** What it was made of. */
  readonly index: ViewIndex;
  readonly listed: Subsets;
}

/** What crosses zones of a mesh; `before` lends what comes out equal. Nothing where egresses are not asked for it. */
export function crossingOf(index: ViewIndex, before?: Crossing): Crossing {
  if (before?.index === index) return before;
  const listed = listedSubsets(index, before);
  const old = before?.index;
  const settled =
    old !== undefined &&
    old.members === index.members &&
    old.direct === index.direct &&
    old.egress === index.egress &&
    old.services === index.services &&
    old.routed === index.routed &&
    old.virtuals === index.virtuals &&
    old.view.mesh === index.view.mesh &&
    before?.listed === listed;
  if (settled) return { ...(before as Crossing), index };
  const chains: PassChain[] = [];
  const sets = new Map<string, EndpointSet>();
  const mesh = index.view.mesh.name;
  for (const tags of index.egress.inner ? wantedTags(index, listed) : []) {
    const target: TagTarget = { kind: "tags", key: "", id: -1, tags };
    const cluster = subsetCluster(mesh, tags);
    chains.push({ sni: sniOf(target, mesh), cluster, tags: {} });
    if (sets.has(cluster)) continue;
    const known = before?.sets.get(cluster);
    const service = tags[SERVICE_TAG] ?? "";
    const untouched =
      known !== undefined &&
      old?.direct === index.direct &&
      old.services === index.services &&
      old.members.get(service) === index.members.get(service);
    const made = untouched ? known : setOf(index, target, cluster);
    sets.set(cluster, known !== undefined && sameJson(made, known) ? known : made);
  }
  const distinct = kept(distinctChains(chains), before?.chains);
  return { index, listed, chains: distinct, clusters: kept(clustersOf(distinct), before?.clusters), sets };
}

function kept<T>(made: readonly T[], before: readonly T[] | undefined): readonly T[] {
  return before !== undefined && sameJson(made, before) ? before : made;
}

/** Tags of services that another zone offers, ready or not; outside the mesh those that are another zone's to reach. */
function* wantedTags(index: ViewIndex, listed: Subsets): Iterable<Tags> {
  const { members, zone, services, view } = index;
  if (view.mesh.spec.meshServices?.mode === "Exclusive") return;
  const away = new Set<string>();
  for (const [service, list] of members) {
    if (service !== "" && list.some(({ dataplane }) => !isLocal(dataplane, zone))) away.add(service);
  }
  for (const [service, list] of services.outside) {
    if (!members.has(service) && list.every(({ spec }) => (spec.tags?.[ZONE_TAG] ?? zone) !== zone)) away.add(service);
  }
  for (const service of [...away].sort()) yield { [SERVICE_TAG]: service };
  for (const tags of subsetsOf(index, listed)) {
    if (!away.has(tags[SERVICE_TAG] ?? "") || Object.keys(tags).length === 1) continue;
    yield Object.fromEntries(
      Object.entries(tags)
        .filter(([, value]) => value !== ANY)
        .sort(),
    );
  }
}

function setOf({ members, direct, services }: ViewIndex, target: TagTarget, cluster: string): EndpointSet {
  const behind = membersBehind(target, members);
  const { endpoints } = endpointSet(target, cluster, behind, direct);
  const outside = behind.length > 0 ? [] : (services.outside.get(target.tags[SERVICE_TAG] ?? "") ?? []);
  const zones = new Set(outside.map(({ spec }) => spec.tags?.[ZONE_TAG]));
  const places = direct.zones.filter(({ zone }) => zones.has(zone));
  const away = places.flatMap(({ zone, places: all }) =>
    all.map(({ name, address, port }) => ({
      address,
      dataplane: remoteName(zone, name),
      port,
      priority: direct.priority,
      tags: { [ZONE_TAG]: zone },
      weight: 1,
      zone,
    })),
  );
  return { cluster, endpoints: [...endpoints.filter(isRemote), ...away] };
}
