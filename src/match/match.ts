// The face of matching: a view, indexed for one zone, and what it says of each proxy and of each destination's endpoints.
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { bindingsOf } from "./binding.ts";
import { membersBehind } from "./destination.ts";
import type { MatchFault } from "./fault.ts";
import type { MatchedProxy, Redirect } from "./matched.ts";
import { membersOf } from "./member.ts";
import type { Found, Shape } from "./memo.ts";
import { outboundsOf } from "./outbounds.ts";
import { redirectOf } from "./redirect.ts";
import { type ProxyFacts, proxyOf } from "./select.ts";
import { shapeOf } from "./shape.ts";
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

/** Mistakes of policies, whomever they hold for, and what keeps the mesh's zones apart. */
export function policyFaults({ faults, withheld }: ViewIndex): readonly MatchFault[] {
  return withheld === null ? faults : [...faults, withheld];
}

/**
 * The same, with mistakes that matching the dataplane left out: its own, and those of policies that only show where they hold.
 */
export function foundOf(index: ViewIndex, dataplane: Resource<DataplaneSpec>): Found {
  const { proxies, older } = index.memo.proxy;
  const known = proxies.get(dataplane);
  if (known !== undefined) return known;
  const proxy = proxyOf(dataplane, index.policies.gateways);
  const shape = shapeOf(index, proxy);
  const redirect = redirectOf(dataplane, index.view.mesh.spec);
  const named = index.virtuals.listOf(dataplane);
  const { outbounds, kept, faults } = outboundsOf(index, dataplane, shape, named);
  const names = named?.names;
  const before = older?.proxies.get(dataplane)?.matched;
  const same =
    before !== undefined &&
    before.inbounds === shape.inbounds &&
    before.outbounds === outbounds &&
    before.policies === shape.wide &&
    (before.passing ?? null) === shape.passing &&
    before.redirect === redirect &&
    before.names === names &&
    before.tls === index.tls;
  const matched = same ? before : newProxy(index, proxy, shape, { outbounds, redirect, names });
  const found: Found = { matched, faults: faults.length > 0 ? [...shape.faults, ...faults] : shape.faults };
  if (kept) proxies.set(dataplane, found);
  return found;
}

function newProxy(
  { view, tls }: ViewIndex,
  proxy: ProxyFacts,
  { inbounds, wide, passing }: Shape,
  {
    outbounds,
    redirect,
    names,
  }: Pick<MatchedProxy, "outbounds"> & {
    readonly redirect: Redirect | undefined;
    readonly names: MatchedProxy["names"];
  },
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
  if (names === undefined) return made;
  // What passes is said of those whose traffic is redirected, and of no others.
  return redirect === undefined || passing === null ? { ...made, names } : { ...made, names, redirect, passing };
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
  for (const { target, destination, set } of index.slots.values()) {
    for (const { endpoint } of membersBehind(target, members)) {
      if (endpoint === null) continue;
      const weight = set.localWeight ?? 1;
      found.push({ cluster: destination.cluster, endpoint: weight === 1 ? endpoint : { ...endpoint, weight } });
    }
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
