// What leaves a mesh through a zone's egresses: each destination outside, who may reach it, and what holds for it there.

import type { Labels } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { resourceSni } from "#model/sni.ts";
import { LABEL, SERVICE_TAG, type Tags } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import { destinationAccess } from "./destination-access.ts";
import { NO_EGRESS } from "./egress.ts";
import { externalDestination, externalPlace } from "./external.ts";
import type { MatchFault } from "./fault.ts";
import { inboundPolicy } from "./inbound-policy.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import type { Destination, ExternalPlace, InboundPolicy, Policies } from "./matched.ts";
import { outboundPolicies, type Selection } from "./outbound-policy.ts";
import { isOutsideOf, type OutsideService, outsidePlace, outsideProtocol } from "./outside-service.ts";
import { subsetCluster } from "./passing.ts";
import { hasAll } from "./select.ts";
import { byType } from "./shape.ts";
import { sniOf } from "./sni.ts";
import type { Target } from "./target.ts";
import type { ViewIndex } from "./view-index.ts";

/** A destination outside the mesh, as an egress serves it. */
export interface LeavingWay {
  /** In lower case, as Envoy compares it. */
  readonly sni: string;
  /** All server names by which policies mean it; absent = `sni` alone. */
  readonly names?: readonly string[];
  /** Name of its filter chain. */
  readonly chain: string;
  readonly cluster: string;
  /** KRI of a real resource's port. */
  readonly kri?: string;
  /** Of its statistics and its virtual host. */
  readonly service: string;
  readonly routeConfig: string;
  readonly protocol: Destination["protocol"];
  readonly place: ExternalPlace;
  /** Who may reach it, and what happens to requests on their way. */
  readonly inbound: Readonly<Record<string, InboundPolicy>>;
  /** What holds for its cluster. */
  readonly policies: Policies;
}

export interface Leaving {
  readonly index: ViewIndex;
  /** Sorted by server name, each once. */
  readonly ways: readonly LeavingWay[];
  readonly faults: readonly MatchFault[];
}

/** What a mesh's traffic reaches outside; ways of `before` that come out equal keep their identity. Nothing while the mesh has no mTLS. */
export function leavingOf(index: ViewIndex, before?: Leaving): Leaving {
  if (before?.index === index) return before;
  const old = before?.index;
  const alike =
    old !== undefined &&
    old.policies === index.policies &&
    old.services === index.services &&
    old.view.mesh === index.view.mesh &&
    sameOffers(index, old);
  if (alike) return { ...(before as Leaving), index };
  const faults: MatchFault[] = [];
  const made = index.tls === "off" ? [] : [...outsideWays(index, faults), ...resourceWays(index)];
  const known = new Map((before?.ways ?? []).map((way) => [way.sni, way]));
  const ways = new Map<string, LeavingWay>();
  for (const way of made) {
    // It has a fault that says so.
    if (way.place.endpoints.length === 0) continue;
    const same = known.get(way.sni);
    if (!ways.has(way.sni)) ways.set(way.sni, same !== undefined && sameJson(same, way) ? same : way);
  }
  return { index, ways: [...ways.values()].sort((a, b) => (a.sni < b.sni ? -1 : 1)), faults };
}

/** Whether the mesh itself offers the same of what is outside too. */
function sameOffers({ services, members }: ViewIndex, old: ViewIndex): boolean {
  if (members === old.members) return true;
  return [...services.outside.keys()].every((service) => members.has(service) === old.members.has(service));
}

/** ExternalServices, by service and by every subset that a route leads to. */
function* outsideWays(index: ViewIndex, faults: MatchFault[]): Iterable<LeavingWay> {
  const { services, members, zone, view, routed } = index;
  const mesh = view.mesh.name;
  for (const [service, all] of services.outside) {
    const own = members.has(service) ? [] : all.filter((one) => isOutsideOf(zone, one));
    if (own.length === 0) continue;
    const subsets = routed.targets.flatMap((target) =>
      target.kind === "tags" && target.tags[SERVICE_TAG] === service ? [target.tags] : [],
    );
    for (const tags of [{ [SERVICE_TAG]: service }, ...subsets]) {
      const found = own.filter(({ spec }) => hasAll(spec.tags ?? {}, tags));
      if (found.length > 0) yield outsideWay(index, tags, found, faults, mesh);
    }
  }
}

function outsideWay(
  index: ViewIndex,
  tags: Tags,
  found: readonly OutsideService[],
  faults: MatchFault[],
  mesh: string,
): LeavingWay {
  const service = tags[SERVICE_TAG] ?? "";
  const target: Target = { kind: "tags", key: "", id: -1, tags };
  const protocol = outsideProtocol(found);
  const sni = sniOf(target, mesh).toLowerCase();
  const alone = Object.keys(tags).length === 1;
  const own = found[0]?.spec.tags ?? {};
  return {
    sni,
    chain: alone ? `${service}_${mesh}` : subsetCluster(mesh, tags),
    cluster: subsetCluster(mesh, tags),
    service,
    routeConfig: `outbound:${service}`,
    protocol,
    place: outsidePlace(found),
    inbound: saidOfService(index, own, faults),
    policies: saidOfCluster(index, target, protocol),
  };
}

function* resourceWays(index: ViewIndex): Iterable<LeavingWay> {
  const { services, view, zone } = index;
  const mesh = view.mesh.name;
  for (const external of services.external) {
    if ((external.labels[LABEL.zone] ?? zone) !== zone && external.labels[LABEL.origin] === "zone") continue;
    const target: Target = { kind: "external", key: "", id: -1, external };
    const { cluster, protocol, routeConfig: kri } = externalDestination(external, mesh, NO_EGRESS);
    const sni = sniOf(target, mesh);
    const names = [sni, resourceSni("extsvc", external, { port: external.spec.match.port })];
    yield {
      sni: sni.toLowerCase(),
      names,
      chain: cluster,
      cluster,
      kri,
      service: cluster,
      routeConfig: cluster,
      protocol,
      place: externalPlace(external),
      inbound: destinationAccess(index, names),
      policies: saidOfCluster(index, target, protocol),
    };
  }
}

/** What holds at an egress for who calls a service of these tags, as Kuma's egress has it: of policies about inbounds these alone. */
const INBOUND_TYPES: ReadonlySet<string> = new Set(["MeshTrafficPermission", "MeshFaultInjection", "MeshRateLimit"]);

function saidOfService(index: ViewIndex, tags: Tags, faults: MatchFault[]): Readonly<Record<string, InboundPolicy>> {
  const policies = index.policies.all.filter(
    (policy) => INBOUND_TYPES.has(policy.type) && speaksOfServices(policy) && selectsService(policy, tags, index.zone),
  );
  const said: Record<string, InboundPolicy> = {};
  for (const [type, list] of byType(policies)) {
    const own = inboundPolicy(list, faults);
    if (own !== null) said[type] = own;
  }
  return said;
}

/** A permission by identity is for workloads; as in Kuma, one by tags (`from`) is for services outside too. */
function speaksOfServices({ type, resource }: IndexedPolicy): boolean {
  return type !== "MeshTrafficPermission" || resource.spec.rules === undefined;
}

function selectsService({ selectors, resource }: IndexedPolicy, tags: Tags, zone: string): boolean {
  return mayHold(resource.labels, zone) && selectors.some(({ ref }) => meansService(ref, tags));
}

/** Whom a policy of a zone tells is that zone's. */
function mayHold(labels: Labels, zone: string): boolean {
  return labels[LABEL.origin] !== "zone" || (labels[LABEL.zone] ?? zone) === zone;
}

function meansService({ kind, name, tags = {} }: TargetRef, own: Tags): boolean {
  switch (kind) {
    case "Mesh":
      return true;
    case "MeshSubset":
      return hasAll(own, tags);
    case "MeshService":
      return name === own[SERVICE_TAG];
    case "MeshServiceSubset":
      return name === own[SERVICE_TAG] && hasAll(own, tags);
    default:
      return false;
  }
}

const CLUSTER_TYPES: ReadonlySet<string> = new Set([
  "MeshCircuitBreaker",
  "MeshHealthCheck",
  "MeshLoadBalancingStrategy",
]);

/** An egress calls for many clients: what holds for its calls is what policies say of the calls of the whole mesh. */
function saidOfCluster(index: ViewIndex, target: Target, protocol: Destination["protocol"]): Policies {
  const policies = index.policies.all.filter(
    ({ type, top, resource }) =>
      CLUSTER_TYPES.has(type) &&
      top.kind === "Mesh" &&
      (top.proxyTypes?.includes("Sidecar") ?? true) &&
      mayHold(resource.labels, index.zone),
  );
  const selection: Selection = { policies, selection: "egress", wide: NOTHING };
  return outboundPolicies(selection, target, protocol, index.memo.outbound.to);
}

const NOTHING: Policies = Object.freeze({});
