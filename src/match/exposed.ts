// What a zone's ingress lets in of one mesh: a chain for every server name that a client of any zone may send, and the zone's own endpoints.
import { type Endpoint, type EndpointSet, memberKey } from "#model/endpoint.ts";
import { sameJson } from "#model/same.ts";
import { ANY } from "#model/selector.ts";
import { legacyName, selectsDataplane } from "#model/service-selector.ts";
import { resourceSni } from "#model/sni.ts";
import { LABEL, SERVICE_TAG, type Tags, ZONE_TAG } from "#model/tag.ts";
import { membersBehind } from "./destination.ts";
import { listedSubsets, type Subsets } from "./listed-subset.ts";
import { changeSince, type Member, type MemberChange, membersOf, offeredBy, servedAlike } from "./member.ts";
import { clustersOf, distinctChains, meshCluster, type PassChain, type Passing } from "./passing.ts";
import { resourceNames } from "./resource-name.ts";
import { sniOf } from "./sni.ts";
import { isAlone, type Target } from "./target.ts";
import type { ViewIndex } from "./view-index.ts";

export interface Exposure extends Passing {
  /** What it was made of. */
  readonly index: ViewIndex;
  readonly listed: Subsets;
  readonly services: ReadonlySet<string>;
  readonly ways: readonly Way[];
  /** The members behind each set, by cluster. */
  readonly behind: ReadonlyMap<string, readonly Member[]>;
}

/** What a cluster of the ingress stands for. */
export interface Way {
  readonly cluster: string;
  /** KRI of a real resource's port. */
  readonly kri?: string;
  /** Its server name for clients whose identity is no mesh's (kuma-3.md 5.5). */
  readonly alias?: string;
  readonly target: Target;
  /** Of services outside the mesh that are this zone's to reach: its egresses lead there. */
  readonly outside?: true;
}

/** What the zone exposes of a mesh; `before` lends what comes out equal. Nothing while the mesh has no mTLS: only a hello says who is meant. */
export function exposureOf(index: ViewIndex, before?: Exposure): Exposure {
  if (before?.index === index) return before;
  const listed = listedSubsets(index, before);
  // Ready or not: a chain that comes and goes with health would cut connections.
  const services = offeredBy("own", index, before && { members: before.index.members, services: before.services });
  if (
    before !== undefined &&
    before.listed === listed &&
    before.services === services &&
    before.index.services === index.services &&
    before.index.routed === index.routed &&
    before.index.virtuals === index.virtuals &&
    before.index.egress === index.egress &&
    before.index.view.mesh === index.view.mesh &&
    servedAlike(index.services.outside, index, before.index.members)
  ) {
    const { ways, chains, clusters } = before;
    return { index, listed, services, ways, chains, clusters, ...setsOf(ways, index, before) };
  }
  const { ways, chains: made } = index.tls === "off" ? NOTHING : waysOf(index, services, listed);
  const chains = same(distinctChains(made), before?.chains);
  const clusters = same(clustersOf(chains), before?.clusters);
  return { index, listed, services, ways, chains, clusters, ...setsOf(ways, index, before) };
}

const NOTHING = { ways: [], chains: [] };

function same<T>(made: readonly T[], before: readonly T[] | undefined): readonly T[] {
  return before !== undefined && sameJson(made, before) ? before : made;
}

function waysOf(
  index: ViewIndex,
  services: ReadonlySet<string>,
  listed: Subsets,
): { readonly ways: readonly Way[]; readonly chains: readonly PassChain[] } {
  const ways: Way[] = [];
  const chains: PassChain[] = [];
  const mesh = index.view.mesh.name;
  // Without service tags, as in Kuma, only real resources lead anywhere.
  if (index.view.mesh.spec.meshServices?.mode !== "Exclusive") {
    for (const service of [...services].sort()) {
      const target: Target = { kind: "tags", key: "", id: -1, tags: { [SERVICE_TAG]: service } };
      const cluster = meshCluster(mesh, service);
      ways.push({ cluster, target });
      chains.push({ sni: sniOf(target, mesh), cluster, tags: {} });
    }
    for (const tags of subsetsOf(index, listed)) {
      const service = tags[SERVICE_TAG] ?? "";
      if (!services.has(service)) continue;
      const split = Object.entries(tags).filter(([key, value]) => key !== SERVICE_TAG && value !== ANY);
      // The service alone has its chain.
      if (split.length === 0) continue;
      const sni = sniOf({ kind: "tags", tags }, mesh);
      chains.push({ sni, cluster: meshCluster(mesh, service), tags: Object.fromEntries(split.sort()) });
    }
  }
  for (const way of outsideWays(index)) {
    ways.push(way);
    chains.push({ sni: sniOf(way.target, mesh), cluster: way.cluster, tags: {} });
  }
  for (const target of [...realTargets(index)].sort(byResource)) {
    const resource = target.kind === "service" ? target.service : target.multi;
    const { port } = target;
    const { cluster, routeConfig: kri } = resourceNames(resource, port.name || String(port.port), port.port, mesh);
    const alias = resourceSni(target.kind === "service" ? "msvc" : "mzsvc", resource, port);
    ways.push({ cluster, kri, alias, target });
    chains.push({ sni: sniOf(target, mesh), cluster, tags: {} });
  }
  return { ways, chains };
}

/** Tag sets that clients send beyond a service alone: those that dataplanes list, that routes lead to, and that host names mean. */
export function* subsetsOf({ routed, virtuals }: ViewIndex, listed: Subsets): Iterable<Tags> {
  for (const [, { tags }] of [...listed].sort(([a], [b]) => (a < b ? -1 : 1))) yield tags;
  for (const target of routed.targets) if (target.kind === "tags") yield target.tags;
  for (const { ports } of virtuals.items) for (const { tags = {} } of ports) if (!isAlone(tags)) yield tags;
}

/** ExternalServices of the zone, which clients of other zones reach through its ingresses and egresses. */
function* outsideWays({ services, members, egress, zone, view }: ViewIndex): Iterable<Way> {
  if (!egress.inner) return;
  for (const [service, list] of services.outside) {
    if (members.has(service) || !list.some(({ spec }) => spec.tags?.[ZONE_TAG] === zone)) continue;
    const target: Target = { kind: "tags", key: "", id: -1, tags: { [SERVICE_TAG]: service } };
    yield { cluster: meshCluster(view.mesh.name, service), target, outside: true };
  }
}

type RealTarget = Extract<Target, { readonly kind: "service" | "multi" }>;

/** By kind, name and port, whatever order the view has. */
function byResource(a: RealTarget, b: RealTarget): number {
  const key = (one: RealTarget): string => `${one.kind} ${one.kind === "service" ? one.service.name : one.multi.name}`;
  const [first, second] = [key(a), key(b)];
  return first < second ? -1 : first > second ? 1 : a.port.port - b.port.port;
}

/** Ports of the zone's own MeshServices, of those of no zone, and of MeshMultiZoneServices. */
function* realTargets({
  services,
  zone,
}: ViewIndex): Iterable<Extract<Target, { readonly kind: "service" | "multi" }>> {
  for (const service of services.all) {
    const made = service.labels[LABEL.zone] ?? zone;
    if (made !== zone) continue;
    for (const port of service.spec.ports ?? []) yield { kind: "service", key: "", id: -1, service, port, called: [] };
  }
  for (const multi of services.multi) {
    for (const port of multi.spec.ports) {
      const gathered = services.find.gathered(multi, port.port);
      yield { kind: "multi", key: "", id: -1, multi, port, services: gathered };
    }
  }
}

/** The zone's own members behind each way; sets whose members are the same keep their identity. */
function setsOf(
  ways: readonly Way[],
  index: ViewIndex,
  before: Exposure | undefined,
): Pick<Exposure, "sets" | "behind"> {
  const alike = before?.ways === ways;
  const change = alike ? changeSince(index, before.index.members) : null;
  const touched = change === null ? ways : ways.filter(({ outside, target }) => outside || isTouched(target, change));
  if (alike && touched.length === 0) return before;
  const sets = new Map<string, EndpointSet>(alike ? before.sets : []);
  const behind = new Map<string, readonly Member[]>(alike ? before.behind : []);
  const mesh = index.view.mesh.name;
  for (const { cluster, target, outside } of touched) {
    const list = outside ? [] : membersBehind(target, index.members);
    const set = outside ? { cluster, endpoints: index.egress.endpoints } : setOf(cluster, list, mesh);
    const old = before?.sets.get(cluster);
    sets.set(cluster, old !== undefined && sameJson(set, old) ? old : set);
    if (!outside) behind.set(cluster, list);
  }
  return { sets, behind };
}

/** Whether members behind the target may be others than before. */
function isTouched(target: Target, { services, dataplanes }: Omit<MemberChange, "from">): boolean {
  if (target.kind === "tags") return services.has(target.tags[SERVICE_TAG] ?? "");
  const found = target.kind === "service" ? [target] : target.kind === "multi" ? target.services : [];
  return found.some(({ service }) => {
    const name = legacyName(service);
    if (name !== undefined) return services.has(name);
    return dataplanes.some((dataplane) => selectsDataplane(service, dataplane));
  });
}

function setOf(cluster: string, members: readonly Member[], mesh: string): EndpointSet {
  const endpoints = members.flatMap(({ endpoint }) =>
    endpoint === null ? [] : [{ ...endpoint, dataplane: memberKey(mesh, endpoint.dataplane) }],
  );
  return { cluster, endpoints };
}

/** The endpoints that one dataplane gives behind the zone's ingresses, and the clusters that they belong to: for a newcomer's overlay. */
export function exposedBy(
  { index, ways }: Exposure,
  dataplane: Member["dataplane"],
): readonly { readonly cluster: string; readonly endpoint: Endpoint }[] {
  const scope = { zone: index.zone, departed: new Set<string>(), labels: index.policies.endpointLabels };
  const members = new Map<string, Member[]>();
  for (const [service, member] of membersOf(dataplane, scope)) {
    members.set(service, [...(members.get(service) ?? []), member]);
  }
  return ways.flatMap(({ cluster, target, outside }) =>
    outside
      ? []
      : setOf(cluster, membersBehind(target, members), index.view.mesh.name).endpoints.map((endpoint) => ({
          cluster,
          endpoint,
        })),
  );
}
