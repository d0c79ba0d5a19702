// What crosses from a zone to others through its egresses: services by their tags, each behind the ingresses of the zones that have it.
import { type Endpoint, type EndpointSet, isRemote, remoteName } from "#model/endpoint.ts";
import { sameJson } from "#model/same.ts";
import { ANY } from "#model/selector.ts";
import { SERVICE_TAG, type Tags, ZONE_TAG } from "#model/tag.ts";
import { membersBehind } from "./destination.ts";
import { subsetsOf } from "./exposed.ts";
import { listedSubsets, type Subsets } from "./listed-subset.ts";
import { changeSince, offeredBy, servedAlike } from "./member.ts";
import type { OutsideService } from "./outside-service.ts";
import { clustersOf, distinctChains, type PassChain, type Passing, subsetCluster } from "./passing.ts";
import type { Reach } from "./reach.ts";
import { endpointSet } from "./remote.ts";
import { sniOf } from "./sni.ts";
import type { Target } from "./target.ts";
import type { ViewIndex } from "./view-index.ts";

type TagTarget = Extract<Target, { readonly kind: "tags" }>;

export interface Crossing extends Passing {
  /** What it was made of. */
  readonly index: ViewIndex;
  readonly listed: Subsets;
  /** Values of kuma.io/service that other zones offer. */
  readonly away: ReadonlySet<string>;
  readonly ways: readonly Way[];
}

/** The name of a cluster's endpoint set: beside those of ingresses, which may serve services of the same names. */
export function crossingEndpoints(cluster: string): string {
  return `egress:${cluster}`;
}

/** An endpoint set, and what its endpoints are of. */
interface Way {
  readonly name: string;
  readonly target: TagTarget;
}

/** What crosses zones of a mesh; `before` lends what comes out equal. Nothing where egresses are not asked for it. */
export function crossingOf(index: ViewIndex, before?: Crossing): Crossing {
  if (before?.index === index) return before;
  const listed = listedSubsets(index, before);
  const away = offeredBy("other", index, before && { members: before.index.members, services: before.away });
  const old = before?.index;
  const alike =
    old !== undefined &&
    before?.listed === listed &&
    before.away === away &&
    old.direct === index.direct &&
    old.egress === index.egress &&
    old.services === index.services &&
    old.routed === index.routed &&
    old.virtuals === index.virtuals &&
    old.view.mesh === index.view.mesh &&
    servedAlike(index.services.outside, index, old.members);
  if (alike) return { ...(before as Crossing), index, sets: setsAfter(before as Crossing, index) };
  const chains: PassChain[] = [];
  const ways = new Map<string, Way>();
  const mesh = index.view.mesh.name;
  for (const tags of index.egress.inner ? wantedTags(index, listed, away) : []) {
    const target: TagTarget = { kind: "tags", key: "", id: -1, tags };
    const cluster = subsetCluster(mesh, tags);
    chains.push({ sni: sniOf(target, mesh), cluster, tags: {} });
    const name = crossingEndpoints(cluster);
    if (!ways.has(name)) ways.set(name, { name, target });
  }
  const sets = new Map([...ways].map(([name, way]) => [name, setOf(index, way, before?.sets.get(name))]));
  const distinct = kept(distinctChains(chains), before?.chains);
  const clusters = kept(clustersOf(distinct), before?.clusters);
  return { index, listed, away, ways: [...ways.values()], chains: distinct, clusters, sets };
}

/** The sets where members alone may be others. */
function setsAfter({ index: old, ways, sets }: Crossing, index: ViewIndex): Crossing["sets"] {
  const { services } = changeSince(index, old.members);
  const touched = ways.filter(({ target }) => services.has(target.tags[SERVICE_TAG] ?? ""));
  if (touched.length === 0) return sets;
  const next = new Map(sets);
  for (const way of touched) next.set(way.name, setOf(index, way, sets.get(way.name)));
  return next;
}

function kept<T>(made: readonly T[], before: readonly T[] | undefined): readonly T[] {
  return before !== undefined && sameJson(made, before) ? before : made;
}

/** Tags of services that another zone offers, ready or not; outside the mesh those that are another zone's to reach. */
function* wantedTags(index: ViewIndex, listed: Subsets, offered: ReadonlySet<string>): Iterable<Tags> {
  const { members, zone, services, view } = index;
  if (view.mesh.spec.meshServices?.mode === "Exclusive") return;
  const away = new Set(offered);
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

function setOf(
  { members, direct, services }: ViewIndex,
  { name: cluster, target }: Way,
  before: EndpointSet | undefined,
): EndpointSet {
  const behind = membersBehind(target, members);
  const outside = behind.length > 0 ? undefined : services.outside.get(target.tags[SERVICE_TAG] ?? "");
  const endpoints =
    outside === undefined
      ? endpointSet(target, cluster, behind, direct).endpoints.filter(isRemote)
      : outsideEndpoints(outside, direct);
  const made: EndpointSet = { cluster, endpoints };
  return before !== undefined && sameJson(made, before) ? before : made;
}

/** Where other zones lead to services outside the mesh that are theirs to reach. */
function outsideEndpoints(outside: readonly OutsideService[], { zones, priority }: Reach): readonly Endpoint[] {
  const theirs = new Set(outside.map(({ spec }) => spec.tags?.[ZONE_TAG]));
  return zones.flatMap(({ zone, places }) =>
    theirs.has(zone)
      ? places.map(({ name, address, port }) => ({
          address,
          dataplane: remoteName(zone, name),
          port,
          priority,
          tags: { [ZONE_TAG]: zone },
          weight: 1,
          zone,
        }))
      : [],
  );
}
