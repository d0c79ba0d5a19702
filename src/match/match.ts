// The face of matching: a view, indexed for one zone, and what it says of each proxy and of each destination's endpoints.
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import type { Bindings, Json } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL, SERVICE_TAG, type Tags } from "#model/tag.ts";
import { destinationOf, endpointSetOf } from "./destination.ts";
import type { MatchFault } from "./fault.ts";
import type { Destination, MatchedBackend, MatchedOutbound, MatchedProxy, Policies, Redirect } from "./matched.ts";
import { membersOf } from "./member.ts";
import type { Found, Shape } from "./memo.ts";
import { outboundPolicies, routePoliciesOf } from "./outbound-policy.ts";
import { isRedirected, redirectBindings, redirectOf } from "./redirect.ts";
import { refsOfConf } from "./route-ref.ts";
import { type ProxyFacts, proxyOf } from "./select.ts";
import { shapeOf } from "./shape.ts";
import { listedBy, sameOutbounds, targetOf } from "./slot.ts";
import { type Missing, resolveBackendRef, type Target } from "./target.ts";
import type { ViewIndex } from "./view-index.ts";

export type { MatchFault } from "./fault.ts";
export { rulesOf } from "./rule-view.ts";
export { shadowView } from "./shadow-view.ts";
export { indexView, type ViewIndex } from "./view-index.ts";

/**
 * What generation needs to know of one dataplane. Alike proxies share `inbounds` and `outbounds` by reference; only
 * `name` and `bindings` differ. Also for a newcomer that the view does not hold yet. Never throws for what users wrote.
 */
export function matchProxy(index: ViewIndex, dataplane: Resource<DataplaneSpec>): MatchedProxy {
  return foundOf(index, dataplane).matched;
}

/** Mistakes that matching a dataplane left out: its own, and those of policies that only show where they hold. */
export function proxyFaults(index: ViewIndex, dataplane: Resource<DataplaneSpec>): readonly MatchFault[] {
  return foundOf(index, dataplane).faults;
}

/** Mistakes of policies, whomever they hold for. */
export function policyFaults(index: ViewIndex): readonly MatchFault[] {
  return index.faults;
}

function foundOf(index: ViewIndex, dataplane: Resource<DataplaneSpec>): Found {
  const { proxies, older } = index.memo.proxy;
  const known = proxies.get(dataplane);
  if (known !== undefined) return known;
  const proxy = proxyOf(dataplane, index.policies.gateways);
  const shape = shapeOf(index, proxy);
  const redirect = redirectOf(dataplane.spec, index.view.mesh.spec);
  const { outbounds, kept, faults } = outboundsOf(index, dataplane, shape);
  const before = older?.proxies.get(dataplane)?.matched;
  const same =
    before !== undefined &&
    before.inbounds === shape.inbounds &&
    before.outbounds === outbounds &&
    before.policies === shape.wide &&
    (before.passing ?? null) === shape.passing &&
    before.redirect === redirect &&
    before.tls === index.tls;
  const matched = same ? before : newProxy(index, proxy, shape, { outbounds, redirect });
  const found: Found = { matched, faults: faults.length > 0 ? [...shape.faults, ...faults] : shape.faults };
  if (kept) proxies.set(dataplane, found);
  return found;
}

function newProxy(
  { view, tls }: ViewIndex,
  proxy: ProxyFacts,
  { inbounds, wide, passing }: Shape,
  { outbounds, redirect }: Pick<MatchedProxy, "outbounds"> & { readonly redirect: Redirect | undefined },
): MatchedProxy {
  const made: MatchedProxy = {
    mesh: view.mesh.name,
    name: proxy.dataplane.name,
    gateway: proxy.gateway !== "none",
    tls,
    inbounds,
    outbounds,
    policies: wide,
    bindings: bindingsOf(proxy),
  };
  return redirect === undefined ? made : { ...made, redirect, ...(passing !== null && { passing }) };
}

/** What is the proxy's own: the values of the holes in its shape. */
function bindingsOf({ dataplane, zone, inbounds, gatewayTags }: ProxyFacts): Bindings {
  const own = dataplane.spec.networking?.address ?? "";
  const bindings: Record<string, Json> = { address: own };
  if (isRedirected(dataplane.spec.networking)) Object.assign(bindings, redirectBindings(dataplane.spec));
  bindings["proxy.name"] = dataplane.name;
  bindings["proxy.service"] = serviceOf(inbounds, gatewayTags);
  bindings["proxy.zone"] = zone ?? "";
  bindings["proxy.workload"] = dataplane.labels[LABEL.workload] ?? "";
  inbounds.forEach(({ inbound, tags }, index) => {
    const name = holesOf(index);
    const port = inbound.port ?? 0;
    const address = inbound.address || own;
    bindings[name.address] = address;
    bindings[name.port] = port;
    bindings[name.serviceAddress] = inbound.serviceAddress || address;
    bindings[name.servicePort] = inbound.servicePort || port;
    bindings[name.service] = tags[SERVICE_TAG] ?? "";
    bindings[name.tags] = tags;
  });
  return bindings;
}

/** The first of its services in the order of names, as Kuma names a proxy's cluster and its access logs. */
function serviceOf(inbounds: ProxyFacts["inbounds"], gatewayTags: Tags): string {
  let first = gatewayTags[SERVICE_TAG];
  for (const { tags } of inbounds) {
    const name = tags[SERVICE_TAG];
    if (name !== undefined && (first === undefined || name < first)) first = name;
  }
  return first ?? "unknown";
}

const HOLES = ["address", "port", "serviceAddress", "servicePort", "service", "tags"] as const;
type HoleNames = Readonly<Record<(typeof HOLES)[number], string>>;
const holes: HoleNames[] = [];

/** The names of an inbound's holes; each text is made once, for there are thousands of proxies. */
function holesOf(index: number): HoleNames {
  holes[index] ??= Object.fromEntries(HOLES.map((name) => [name, `${index}.${name}`])) as HoleNames;
  return holes[index];
}

interface Outbounds {
  readonly outbounds: readonly MatchedOutbound[];
  /** The index keeps every destination of them, so that none changes unnoticed. */
  readonly kept: boolean;
  readonly faults: readonly MatchFault[];
}

/** The outbounds that resolve, in the dataplane's order; the same list for all that list the same and are selected alike. */
function outboundsOf(index: ViewIndex, dataplane: Resource<DataplaneSpec>, shape: Shape): Outbounds {
  const memo = index.memo.proxy;
  const { lists, older, outbounds: bySelection, last } = memo;
  const listed = listedBy(dataplane);
  if (last !== null && last.selection === shape.selection && sameOutbounds(last.listed, listed)) {
    return { outbounds: last.outbounds, kept: true, faults: NO_FAULTS };
  }
  const byTarget = mapIn(bySelection, shape.selection);
  const made: MatchedOutbound[] = [];
  const faults: MatchFault[] = [];
  let code = 0;
  let kept = true;
  listed.forEach((outbound, position) => {
    const target = targetOf(outbound, index.services);
    if (target.kind === "missing") {
      faults.push(missingFault(dataplane, position, target));
      return;
    }
    const { address = "", port = 0 } = outbound;
    const socket = address === "" || address === LOOPBACK ? port : `${address} ${port}`;
    const known = byTarget.get(target)?.get(socket);
    if (known === undefined) {
      const one = outboundOf(index, { address: address || LOOPBACK, port, target }, shape);
      // A newcomer may list what nobody listed before.
      if (index.slots.has(target.key)) mapIn(byTarget, target).set(socket, one);
      else kept = false;
      made.push(one);
    } else made.push(known);
    code = (Math.imul(code, 31) + target.id * 65_537 + port) | 0;
  });
  const list = sameList(lists.get(code), made) ?? sameList(older?.lists.get(code), made) ?? Object.freeze(made);
  if (kept) {
    const alike = lists.get(code);
    if (alike === undefined) lists.set(code, [list]);
    else if (!alike.includes(list)) alike.push(list);
    if (faults.length === 0) memo.last = { listed, selection: shape.selection, outbounds: list };
  }
  return { outbounds: list, kept, faults };
}

const NO_FAULTS: readonly MatchFault[] = [];
const LOOPBACK = "127.0.0.1";

function mapIn<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
  let map = maps.get(key);
  if (map === undefined) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}

function sameList(
  lists: readonly (readonly MatchedOutbound[])[] | undefined,
  made: readonly MatchedOutbound[],
): readonly MatchedOutbound[] | undefined {
  return lists?.find((list) => list.length === made.length && list.every((one, at) => one === made[at]));
}

function missingFault(dataplane: Resource<DataplaneSpec>, position: number, { field, reason }: Missing): MatchFault {
  return { kri: kriOf(dataplane), field: `networking.outbound[${position}].${field}`, reason };
}

function outboundOf(
  index: ViewIndex,
  { address, port, target }: { readonly address: string; readonly port: number; readonly target: Target },
  shape: Shape,
): MatchedOutbound {
  const destination = destinationFor(index, target);
  const { outbounds } = index.memo.outbound;
  const byKey = outbounds.get(destination) ?? new Map<string, MatchedOutbound>();
  outbounds.set(destination, byKey);
  const key = `${shape.selection} ${address} ${port}`;
  const known = byKey.get(key);
  if (known !== undefined && known.backends === undefined) return known;
  const policies = outboundPolicies(shape, target, destination.protocol, index.memo.outbound.to);
  const ways = waysOf(index, shape, policies);
  // A destination that a route leads to may have become another, while the outbound's own has not.
  if (known !== undefined && sameBackends(known.backends, ways.backends)) return known;
  const tellsTags = index.policies.clientTags && destination.tls === null;
  const { redirected } = shape;
  const plain: MatchedOutbound = { address, port, destination, policies };
  const made: MatchedOutbound = Object.freeze(
    redirected || tellsTags || ways !== NO_WAYS
      ? { ...plain, ...(redirected && { redirected }), ...ways, ...(tellsTags && { tellsTags }) }
      : plain,
  );
  byKey.set(key, made);
  return made;
}

/** Where the routes of an outbound lead, and what holds for each MeshHTTPRoute's requests alone. */
function waysOf(
  index: ViewIndex,
  shape: Shape,
  policies: Policies,
): Pick<MatchedOutbound, "backends" | "ruleRoutes" | "routePolicies"> {
  const { MeshHTTPRoute: requests, MeshTCPRoute: bytes } = policies;
  if (requests === undefined && bytes === undefined) return NO_WAYS;
  const { targets, find } = index.services;
  const refs = new Map([...refsOfConf(requests?.conf), ...refsOfConf(bytes?.conf)]);
  const backends = [...refs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, ref]): readonly MatchedBackend[] => {
      const target = resolveBackendRef(ref, targets, find);
      if (target.kind === "missing") return [];
      const destination = destinationFor(index, target);
      const said = outboundPolicies(shape, target, destination.protocol, index.memo.outbound.to);
      return [{ key, destination, policies: said }];
    });
  const ruleRoutes = routesOfRules(requests);
  const own = new Map<string, Policies>();
  for (const kri of new Set(ruleRoutes)) {
    const route = shape.policies.find((policy) => policy.kri === kri)?.resource;
    if (route === undefined) continue;
    const said = routePoliciesOf(shape, route, kri, index.memo.outbound.to);
    if (Object.keys(said).length > 0) own.set(kri, said);
  }
  return {
    ...(backends.length > 0 && { backends }),
    ...(own.size > 0 && { ruleRoutes, routePolicies: Object.fromEntries(own) }),
  };
}

const NO_WAYS = {};

function sameBackends(a: MatchedOutbound["backends"] = [], b: MatchedOutbound["backends"] = []): boolean {
  return a.length === b.length && a.every(({ destination }, at) => destination === b[at]?.destination);
}

/** By rule of a merged MeshHTTPRoute, the KRI of the one that said its matches last. */
function routesOfRules(merged: Policies[string] | undefined): readonly string[] {
  const { rules = [] } = (merged?.conf ?? {}) as { readonly rules?: readonly unknown[] };
  const found = new Map<number, string>();
  for (const [pointer, [setter]] of Object.entries(merged?.origins ?? {})) {
    const at = Number(/^\/rules\/(\d+)\/matches/.exec(pointer)?.[1] ?? -1);
    if (!found.has(at)) found.set(at, setter?.kri ?? "");
  }
  return rules.map((_, at) => found.get(at) ?? "");
}

/** The zone's own destination, or one made for a newcomer that lists what nobody listed before. */
function destinationFor(index: ViewIndex, target: Target): Destination {
  const { view, tls, members, digest, strict } = index;
  return (
    index.slots.get(target.key)?.destination ??
    destinationOf(target, { mesh: view.mesh.name, tls, members, digest, strict })
  );
}

/** Whether there may be endpoint sets that no proxy needs: those that only routes name, and not every proxy has each route. */
export function hasSpareSets({ routed }: ViewIndex): boolean {
  return routed.targets.length > 0;
}

/** By cluster, the endpoints of every destination that a dataplane of the zone lists or a route names; empty sets too. */
export function endpointSets(index: ViewIndex): ReadonlyMap<string, EndpointSet> {
  return index.sets;
}

/** The endpoints that this dataplane gives, and the clusters that they belong to: for a newcomer's overlay. */
export function endpointOf(
  index: ViewIndex,
  dataplane: Resource<DataplaneSpec>,
): readonly { readonly cluster: string; readonly endpoint: Endpoint }[] {
  const members = new Map<string, ReturnType<typeof membersOf>[number][1][]>();
  for (const [service, member] of membersOf(dataplane, {
    zone: index.zone,
    departed: new Set(),
    labels: index.policies.endpointLabels,
  })) {
    members.set(service, [...(members.get(service) ?? []), member]);
  }
  const found: { cluster: string; endpoint: Endpoint }[] = [];
  for (const { target, destination } of index.slots.values()) {
    const { endpoints } = endpointSetOf(target, destination.cluster, members);
    for (const endpoint of endpoints) found.push({ cluster: destination.cluster, endpoint });
  }
  return found;
}

/**
 * Whether every dataplane that is the same object as it was for `previous` is matched as it was then, so that only dataplanes
 * that are others need to be asked about.
 */
export function matchesAlike(index: ViewIndex, previous: ViewIndex): boolean {
  return index.memo.proxy === previous.memo.proxy;
}
