// The face of matching: a view, indexed for one zone, and what it says of each proxy and of each destination's endpoints.
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import type { Bindings, Json } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { destinationOf, endpointSetOf } from "./destination.ts";
import { type MatchFault, sortedFaults } from "./fault.ts";
import type { Destination, MatchedOutbound, MatchedProxy } from "./matched.ts";
import { membersOf } from "./member.ts";
import type { Shape } from "./memo.ts";
import { outboundPolicies } from "./outbound-policy.ts";
import { type ProxyFacts, proxyOf } from "./select.ts";
import { shapeOf } from "./shape.ts";
import { resolvedOf, unresolvedOutbounds } from "./slot.ts";
import type { Resolved, Target } from "./target.ts";
import type { ViewIndex } from "./view-index.ts";

export type { MatchFault } from "./fault.ts";
export { rulesOf } from "./rule-view.ts";
export { indexView, type ViewIndex } from "./view-index.ts";

/**
 * What generation needs to know of one dataplane. Alike proxies share `inbounds` and `outbounds` by reference; only
 * `name` and `bindings` differ. Also for a newcomer that the view does not hold yet. Never throws for what users wrote.
 */
export function matchProxy(index: ViewIndex, dataplane: Resource<DataplaneSpec>): MatchedProxy {
  const { proxies, older } = index.memo.proxy;
  const known = proxies.get(dataplane);
  if (known !== undefined) return known;
  const proxy = proxyOf(dataplane);
  const shape = shapeOf(index, proxy);
  const outbounds = outboundsOf(index, dataplane, shape);
  const before = older?.proxies.get(dataplane);
  const same =
    before !== undefined &&
    before.inbounds === shape.inbounds &&
    before.outbounds === outbounds &&
    before.tls === index.tls;
  const matched = same ? before : newProxy(index, proxy, shape, outbounds);
  if (outbounds.every(({ destination }) => index.sets.has(destination.cluster))) proxies.set(dataplane, matched);
  return matched;
}

function newProxy(
  { view, tls }: ViewIndex,
  proxy: ProxyFacts,
  { inbounds }: Shape,
  outbounds: readonly MatchedOutbound[],
): MatchedProxy {
  const gateway = proxy.gateway !== "none";
  return {
    mesh: view.mesh.name,
    name: proxy.dataplane.name,
    gateway,
    tls,
    inbounds,
    outbounds,
    bindings: bindingsOf(proxy),
  };
}

/** What is the proxy's own: the values of the holes in its shape. */
function bindingsOf({ dataplane, inbounds }: ProxyFacts): Bindings {
  const own = dataplane.spec.networking?.address ?? "";
  const bindings: Record<string, Json> = { address: own };
  inbounds.forEach(({ inbound, tags }, index) => {
    const name = holesOf(index);
    const port = inbound.port ?? 0;
    bindings[name.address] = inbound.address || own;
    bindings[name.port] = port;
    bindings[name.serviceAddress] = inbound.serviceAddress || "127.0.0.1";
    bindings[name.servicePort] = inbound.servicePort || port;
    bindings[name.service] = tags[SERVICE_TAG] ?? "";
    bindings[name.tags] = tags;
  });
  return bindings;
}

const HOLES = ["address", "port", "serviceAddress", "servicePort", "service", "tags"] as const;
type HoleNames = Readonly<Record<(typeof HOLES)[number], string>>;
const holes: HoleNames[] = [];

/** The names of an inbound's holes; each text is made once, for there are thousands of proxies. */
function holesOf(index: number): HoleNames {
  holes[index] ??= Object.fromEntries(HOLES.map((name) => [name, `${index}.${name}`])) as HoleNames;
  return holes[index];
}

/** The outbounds that resolve, in the dataplane's order; the same list for all that list the same and are selected alike. */
function outboundsOf(index: ViewIndex, dataplane: Resource<DataplaneSpec>, shape: Shape): readonly MatchedOutbound[] {
  const resolved = resolvedOf(dataplane, index.services).found;
  const { lists, older } = index.memo.proxy;
  let key = shape.selection;
  for (const { socket, target } of resolved) key += `\u0001${socket} ${target.key}`;
  const known = lists.get(key);
  if (known !== undefined) return known;
  const made = resolved.map((one) => outboundOf(index, one, shape));
  const before = older?.lists.get(key);
  const same = before?.length === made.length && before.every((one, position) => one === made[position]);
  const list = same && before !== undefined ? before : Object.freeze(made);
  // A newcomer's destination that the index does not keep may change unnoticed.
  if (resolved.every(({ target }) => index.slots.has(target.key))) lists.set(key, list);
  return list;
}

function outboundOf(
  index: ViewIndex,
  { outbound, socket, target }: Resolved["found"][number],
  shape: Shape,
): MatchedOutbound {
  const destination = destinationFor(index, target);
  const { outbounds } = index.memo.outbound;
  const byKey = outbounds.get(destination) ?? new Map<string, MatchedOutbound>();
  outbounds.set(destination, byKey);
  const key = `${shape.selection} ${socket}`;
  const known = byKey.get(key);
  if (known !== undefined) return known;
  const policies = outboundPolicies(shape.policies, shape.selection, target, index.memo.outbound.to);
  const address = outbound.address || "127.0.0.1";
  const made: MatchedOutbound = Object.freeze({ address, port: outbound.port ?? 0, destination, policies });
  byKey.set(key, made);
  return made;
}

/** The zone's own destination, or one made for a newcomer that lists what nobody listed before. */
function destinationFor(index: ViewIndex, target: Target): Destination {
  const { view, tls, members } = index;
  return index.slots.get(target.key)?.destination ?? destinationOf(target, { mesh: view.mesh.name, tls, members });
}

/** By cluster, the endpoints of every destination that a dataplane of the zone lists; empty sets too. */
export function endpointSets(index: ViewIndex): ReadonlyMap<string, EndpointSet> {
  return index.sets;
}

/** The endpoints that this dataplane gives, and the clusters that they belong to: for a newcomer's overlay. */
export function endpointOf(
  index: ViewIndex,
  dataplane: Resource<DataplaneSpec>,
): readonly { readonly cluster: string; readonly endpoint: Endpoint }[] {
  const members = new Map<string, ReturnType<typeof membersOf>[number][1][]>();
  for (const [service, member] of membersOf(dataplane, { zone: index.zone, departed: new Set() })) {
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

/** Mistakes that matching left out, of policies and of the zone's dataplanes; sorted and without repeats. */
export function faultsOf(index: ViewIndex): readonly MatchFault[] {
  const found: MatchFault[] = [...index.policies.faults];
  for (const dataplane of index.dataplanes) {
    const { faults } = index.memo.inbound.byDataplane.get(dataplane) ?? shapeOf(index, proxyOf(dataplane));
    if (faults.length > 0) found.push(...faults);
    const unresolved = unresolvedOutbounds(dataplane, index.services);
    if (unresolved.length > 0) found.push(...unresolved);
  }
  return sortedFaults(found);
}
