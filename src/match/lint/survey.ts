// A survey of one mesh for lint: whom policies select, which of their values hold somewhere, and which are beaten everywhere.
import type { MeshAccess } from "#match/access/access.ts";
import { leavingOf } from "#match/leaving.ts";
import { listenerPolicies } from "#match/listener-policy.ts";
import { matchProxy } from "#match/match.ts";
import type { InboundPolicy, Merged, Origin, Policies } from "#match/matched.ts";
import { proxyOf } from "#match/select.ts";
import { shapeOf } from "#match/shape.ts";
import type { ViewIndex } from "#match/view-index.ts";
import { zoneListenersOf } from "#match/zone-listener.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";

export interface Survey {
  readonly access: MeshAccess;
  /** Any of its zones: what policies say is the same in all. */
  readonly index: ViewIndex;
  /** By KRI, how many dataplanes a policy selects. */
  readonly selected: ReadonlyMap<string, number>;
  /** KRIs of policies that set some value somewhere. */
  readonly winners: ReadonlySet<string>;
  /** By KRI of a policy that was beaten somewhere: by whom. */
  readonly beaten: ReadonlyMap<string, ReadonlySet<string>>;
  /** What MeshTrafficPermission says of inbounds, each once. */
  readonly permissions: ReadonlySet<InboundPolicy>;
  /** What MeshHTTPRoute says of outbounds, each once. */
  readonly routes: ReadonlySet<Merged<unknown>>;
}

/** With what guards the mesh's access. */
export interface Surveyed extends Survey {
  readonly tests: readonly Resource<SpecOf<"AccessTest">>[];
}

/** Looks at every dataplane of a mesh; alike ones share what was matched, and cost nothing more. */
export function surveyOf(access: MeshAccess): Survey {
  const [index] = access.zones.values();
  if (index === undefined) throw new TypeError("a mesh is seen from one zone at least");
  const selected = new Map<string, number>();
  const winners = new Set<string>();
  const beaten = new Map<string, Set<string>>();
  const permissions = new Set<InboundPolicy>();
  const routes = new Set<Merged<unknown>>();
  const seen = new Set<object>();
  const judge = (lists: Iterable<readonly Origin[]>): void => {
    for (const [winner, ...losers] of lists) {
      if (winner === undefined) continue;
      winners.add(winner.kri);
      for (const { kri } of losers) beaten.set(kri, (beaten.get(kri) ?? new Set()).add(winner.kri));
    }
  };
  const merged = ({ origins }: Pick<Merged<unknown>, "origins">): void => judge(Object.values(origins));
  const confs = (policies: Policies): void => {
    if (seen.has(policies)) return;
    seen.add(policies);
    for (const one of Object.values(policies)) merged(one);
    if (policies.MeshHTTPRoute !== undefined) routes.add(policies.MeshHTTPRoute);
  };
  const inbound = (policies: Readonly<Record<string, InboundPolicy>>): void => {
    if (seen.has(policies)) return;
    seen.add(policies);
    for (const { subsets, rules, whole } of Object.values(policies)) {
      for (const one of [...subsets, ...rules]) merged(one);
      if (whole !== undefined) merged(whole);
    }
    if (policies.MeshTrafficPermission !== undefined) permissions.add(policies.MeshTrafficPermission);
  };
  for (const dataplane of index.everywhere) {
    const shape = shapeOf(index, proxyOf(dataplane, index.policies.gateways));
    for (const kri of new Set(shape.policies.map((policy) => policy.kri)))
      selected.set(kri, (selected.get(kri) ?? 0) + 1);
    confs(shape.wide);
    if (shape.passing !== null) confs(shape.passing);
    for (const one of shape.inbounds) inbound(one.policies);
  }
  const acts = (kris: Iterable<string>): void => {
    for (const kri of kris) {
      winners.add(kri);
      if (!selected.has(kri)) selected.set(kri, 0);
    }
  };
  for (const zone of access.zones.values()) {
    // What holds at the zone's gates alone, for what listens there and for what leaves.
    for (const place of zoneListenersOf(zone)) {
      const dataplane = zone.dataplanes.find(({ name }) => name === place.dataplane);
      if (dataplane !== undefined) acts(listenerPolicies(zone, dataplane, place).map(({ kri }) => kri));
    }
    for (const way of leavingOf(zone).ways) {
      acts(
        krisIn([
          ...Object.values(way.inbound).flatMap(({ subsets, rules }) => [...subsets, ...rules]),
          ...Object.values(way.policies),
        ]),
      );
    }
    for (const dataplane of zone.dataplanes) {
      const { outbounds } = matchProxy(zone, dataplane);
      if (seen.has(outbounds)) continue;
      seen.add(outbounds);
      for (const { policies, backends = [], routePolicies = {} } of outbounds)
        for (const one of [policies, ...backends.map((backend) => backend.policies), ...Object.values(routePolicies)])
          confs(one);
    }
  }
  return { access, index, selected, winners, beaten, permissions, routes };
}

function* krisIn(merged: readonly Pick<Merged<unknown>, "origins">[]): Iterable<string> {
  for (const { origins } of merged) for (const list of Object.values(origins)) for (const { kri } of list) yield kri;
}
