// The outbounds of a proxy: what it lists, resolved, with what holds for each and where its routes lead.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import { destinationOf } from "./destination.ts";
import type { MatchFault } from "./fault.ts";
import type { Destination, MatchedBackend, MatchedOutbound, Policies } from "./matched.ts";
import type { Shape } from "./memo.ts";
import { outboundPolicies, routePoliciesOf } from "./outbound-policy.ts";
import { refsOfConf } from "./route-ref.ts";
import { listedBy, sameOutbounds, targetOf } from "./slot.ts";
import { type Missing, resolveBackendRef, type Target } from "./target.ts";
import type { ViewIndex } from "./view-index.ts";
import type { VirtualList, VirtualOutbound } from "./virtual.ts";

export interface Outbounds {
  readonly outbounds: readonly MatchedOutbound[];
  /** The index keeps every destination of them, so that none changes unnoticed. */
  readonly kept: boolean;
  readonly faults: readonly MatchFault[];
}

/**
 * The outbounds that resolve: those that the dataplane lists, in its order, then what it reaches by name; the same list for
 * all that have the same and are selected alike. `named`: what it reaches by name.
 */
export function outboundsOf(
  index: ViewIndex,
  dataplane: Resource<DataplaneSpec>,
  shape: Shape,
  named: VirtualList | null,
): Outbounds {
  const memo = index.memo.proxy;
  const { lists, older, outbounds: bySelection, last } = memo;
  const own = listedBy(dataplane);
  const virtual = named?.outbounds ?? NONE;
  const listed: readonly VirtualOutbound[] =
    virtual.length === 0 ? own : own.length === 0 ? virtual : [...own, ...virtual];
  const shared = listed === virtual ? memo.virtual.get(shape.selection)?.get(virtual) : undefined;
  if (shared !== undefined) return { outbounds: shared, kept: true, faults: NO_FAULTS };
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
      // What nobody listed is nobody's mistake.
      if (position < own.length) faults.push(missingFault(dataplane, position, target));
      return;
    }
    const { address = "", address6, port = 0 } = outbound;
    const socket = address === "" || address === LOOPBACK ? port : `${address} ${port}`;
    const known = byTarget.get(target)?.get(socket);
    if (known === undefined) {
      const one = outboundOf(index, { address: address || LOOPBACK, address6, port, target }, shape);
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
    if (listed === virtual && virtual.length > 0) mapIn(memo.virtual, shape.selection).set(virtual, list);
    else if (faults.length === 0) memo.last = { listed, selection: shape.selection, outbounds: list };
  }
  return { outbounds: list, kept, faults };
}

const NO_FAULTS: readonly MatchFault[] = [];
const NONE: readonly VirtualOutbound[] = [];
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

interface Socket {
  readonly address: string;
  readonly address6: string | undefined;
  readonly port: number;
}

function outboundOf(
  index: ViewIndex,
  { address, address6, port, target }: Socket & { readonly target: Target },
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
  // One literal for the most: there are as many as services.
  const socket = redirected
    ? address6 === undefined
      ? { address, port, redirected, destination, policies }
      : { address, port, address6, redirected, destination, policies }
    : { address, port, destination, policies };
  const more = tellsTags || ways !== NO_WAYS;
  const made: MatchedOutbound = Object.freeze(more ? { ...socket, ...ways, ...(tellsTags && { tellsTags }) } : socket);
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
  const { view, tls, members, digest, strict, reach, direct, egress, services } = index;
  const { outside } = services;
  return (
    index.slots.get(target.key)?.destination ??
    destinationOf(target, { mesh: view.mesh.name, tls, members, digest, strict, reach, direct, egress, outside })
  );
}
