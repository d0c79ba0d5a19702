// A view indexed for one zone: policies in order, services by what they select, dataplanes by what they offer and list.
import type { EndpointSet } from "#model/endpoint.ts";
import type { Digest } from "#model/json.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { MeshSpec } from "#model/kind/mesh.ts";
import { enabledBackendOf } from "#model/mesh-rule.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { clientFaults } from "./client-fault.ts";
import { danglingFaults, sameDistant } from "./dangling.ts";
import type { DestinationContext } from "./destination.ts";
import { type Egress, egressOf, NO_EGRESS } from "./egress.ts";
import type { MatchFault } from "./fault.ts";
import { indexMembers, isLocal, type MemberChange, type Members, type Scope, updateMembers } from "./member.ts";
import { type Memo, newInboundMemo, newOutboundMemo, newProxyMemo } from "./memo.ts";
import { type OfferedTags, offeredTags, sameOffers } from "./offered-tags.ts";
import { indexPolicies, type PolicyIndex, sameList } from "./policy-index.ts";
import { lackFault, type Reach, reachOf } from "./reach.ts";
import { type Routed, routedOf } from "./route-ref.ts";
import { indexServices, type ServiceIndex } from "./service-index.ts";
import { makeSlots, type Slots, updateSlots } from "./slot.ts";
import { type TlsJudge, tlsJudge } from "./tls-mode.ts";
import { indexVirtuals, type VirtualList, type Virtuals } from "./virtual.ts";

export interface ViewIndex {
  readonly view: View;
  readonly zone: string;
  /** The dataplanes that this zone serves, sorted by name; departed ones too. */
  readonly dataplanes: readonly Resource<DataplaneSpec>[];
  /** The rest is for this floor alone. */
  readonly tls: "off" | "STRICT" | "PERMISSIVE";
  readonly strict: TlsJudge;
  /** Those of the zone's dataplanes that may be its ingress or egress for the mesh. */
  readonly listening: readonly Resource<DataplaneSpec>[];
  readonly egress: Egress;
  /** The dataplanes of all zones, sorted by name. */
  readonly everywhere: readonly Resource<DataplaneSpec>[];
  readonly policies: PolicyIndex;
  /** Mistakes of policies, whomever they hold for. */
  readonly faults: readonly MatchFault[];
  /** Why instances of other zones are left out; null where none is. */
  readonly withheld: MatchFault | null;
  readonly services: ServiceIndex;
  readonly reach: Reach;
  /** The same without egresses. */
  readonly direct: Reach;
  /** What routes lead to. */
  readonly routed: Routed;
  readonly offered: OfferedTags;
  readonly virtuals: Virtuals;
  /** How many of the zone's dataplanes have each virtual list. */
  readonly lists: ReadonlyMap<VirtualList, number>;
  readonly members: Members;
  /** What of the members is not as it was in an earlier index; null where that is not known. */
  readonly moved: MemberChange | null;
  readonly digest: Digest;
  readonly slots: Slots;
  readonly sets: ReadonlyMap<string, EndpointSet>;
  readonly memo: Memo;
}

/**
 * Indexes a view for one zone. With the index of an earlier view of the same mesh and zone, parts whose resources kept
 * their identity are reused; the result equals a fresh index.
 */
export function indexView(view: View, zone: string, digest: Digest, previous?: ViewIndex): ViewIndex {
  const before = previous?.zone === zone && previous.view.mesh.name === view.mesh.name ? previous : undefined;
  const tls = tlsOf(view.mesh.spec);
  const policies = indexPolicies(view, before);
  const services = indexServices(view, zone, before);
  const routed =
    before?.policies === policies && before.services === services ? before.routed : routedOf(policies.all, services);
  const { endpointLabels: labels } = policies;
  const scope: Scope = { zone, departed: new Set(view.departed), labels };
  const list = sortedByName(resourcesOf(view, "Dataplane"), before?.everywhere);
  const change = before === undefined ? null : changeOf(before, list, scope);
  const calm = change !== null && change.gone.length === 0 && change.come.length === 0;

  const strict =
    before !== undefined && before.policies === policies && before.tls === tls
      ? before.strict
      : tlsJudge(tls, policies);
  const dataplanes = calm ? (before as ViewIndex).dataplanes : localsOf(list, zone, before, change);
  const listening = listeningOf(dataplanes, before, change);
  const egress = egressOf({ view, zone, tls, listening }, before?.egress);
  const reach = reachOf({ view, zone, tls, egress }, before);
  const direct = egress.inner
    ? reachOf({ view, zone, tls, egress: NO_EGRESS }, before && { ...before, reach: before.direct, egress: NO_EGRESS })
    : reach;
  const mesh = view.mesh.name;
  const context = (members: Members): DestinationContext => ({
    mesh,
    tls,
    members,
    digest,
    strict,
    egress,
    outside: services.outside,
    reach,
    direct,
  });
  const offered = offeredTags(view, before?.offered, change);
  const sameTags = before !== undefined && sameOffers(offered, before.offered);
  const virtuals = indexVirtuals(view, zone, services, before && { ...before, sameTags });
  const lists = listsOf(virtuals, dataplanes, before, change);
  const listing = { dataplanes, routed: routed.targets, lists: lists.keys() };
  let members: Members;
  let moved: MemberChange | null = null;
  let slots: Slots;
  if (before === undefined || change === null || !sameJson(labels, before.policies.endpointLabels)) {
    members = indexMembers(list, scope);
    slots = makeSlots(listing, services, context(members), before?.slots);
  } else {
    const updated = calm
      ? { members: before.members, touched: new Set<string>() }
      : updateMembers(before.members, change.gone, change.come, scope);
    members = updated.members;
    if (!calm) {
      const dataplanes = [...change.gone, ...change.come];
      moved = { from: before.members, services: updated.touched, dataplanes };
    }
    const local = (dataplane: Resource<DataplaneSpec>): boolean => isLocal(dataplane, zone);
    const sameTls = tls === before.tls && (tls !== "PERMISSIVE" || sameList(view, before.view, "MeshTLS"));
    const sameRouted = sameTargets(routed, before.routed);
    if (
      services !== before.services ||
      !sameTls ||
      !sameRouted ||
      reach !== before.reach ||
      direct !== before.direct ||
      egress !== before.egress
    )
      slots = makeSlots(listing, services, context(members), before.slots);
    else if (calm && lists === before.lists) slots = before.slots;
    else {
      const { gone, come } = change;
      slots = updateSlots(
        {
          before: before.slots,
          gone: gone.filter(local),
          come: come.filter(local),
          touched: [...gone, ...come],
          services: updated.touched,
          lists: {
            gone: [...before.lists.keys()].filter((list) => !lists.has(list)),
            come: [...lists.keys()].filter((list) => !before.lists.has(list)),
          },
        },
        services,
        context(members),
      );
    }
  }
  const sets = slots === before?.slots ? before.sets : setsOf(slots, before?.sets);
  const kept =
    before?.policies === policies && sameDistant(policies.distant, (type) => sameList(view, before.view, type));
  const faults =
    kept && before.routed === routed && before.services === services && before.egress === egress
      ? before.faults
      : [
          ...policies.broken,
          ...danglingFaults(policies.distant, view),
          ...routed.faults,
          ...clientFaults(services, egress),
        ];
  const { lack } = reach;
  const isWithheld = lack !== null && [...slots.values()].some(({ withheld }) => withheld);
  const memo = memoOf({ view, tls, policies, services, virtuals, slots }, before);
  return {
    view,
    zone,
    dataplanes,
    everywhere: list,
    tls,
    strict,
    listening,
    egress,
    digest,
    faults,
    withheld: isWithheld ? lackFault(view, zone, lack) : null,
    policies,
    services,
    reach,
    direct,
    routed,
    offered,
    virtuals,
    lists,
    members,
    moved,
    slots,
    sets,
    memo,
  };
}

/** How many have each virtual list; the earlier counts, changed, where the lists are the same. */
function listsOf(
  virtuals: Virtuals,
  dataplanes: readonly Resource<DataplaneSpec>[],
  before: ViewIndex | undefined,
  change: Change | null,
): ReadonlyMap<VirtualList, number> {
  const same = before !== undefined && change !== null && before.virtuals === virtuals;
  if (same && change.gone.length === 0 && change.come.length === 0) return before.lists;
  const counts = new Map<VirtualList, number>(same ? before.lists : []);
  const count = (dataplane: Resource<DataplaneSpec>, by: number): void => {
    const list = virtuals.listOf(dataplane);
    if (list === null) return;
    const uses = (counts.get(list) ?? 0) + by;
    if (uses > 0) counts.set(list, uses);
    else counts.delete(list);
  };
  if (!same) for (const dataplane of dataplanes) count(dataplane, 1);
  else {
    for (const dataplane of change.gone) if (isLocal(dataplane, before.zone)) count(dataplane, -1);
    for (const dataplane of change.come) if (isLocal(dataplane, before.zone)) count(dataplane, 1);
  }
  return counts;
}

function sameTargets({ targets }: Routed, before: Routed): boolean {
  return targets.length === before.targets.length && targets.every((one, at) => one === before.targets[at]);
}

function tlsOf(mesh: MeshSpec): ViewIndex["tls"] {
  const backend = enabledBackendOf(mesh);
  return backend === null ? "off" : (backend.mode ?? "STRICT");
}

/** The list in order of names; one that has the names of a sorted list, place by place, is sorted too. */
function sortedByName<T extends { readonly name: string }>(list: readonly T[], like: readonly T[] = []): readonly T[] {
  const named = (one: T, at: number): boolean => one === like[at] || one.name === like[at]?.name;
  if (list.length === like.length && list.every(named)) return list;
  const sorted = list.every((one, index) => index === 0 || (list[index - 1] as T).name < one.name);
  return sorted ? list : [...list].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The zone's own among all dataplanes; the same list where none of them is another. */
function localsOf(
  list: readonly Resource<DataplaneSpec>[],
  zone: string,
  before: ViewIndex | undefined,
  change: Change | null,
): readonly Resource<DataplaneSpec>[] {
  const local = (dataplane: Resource<DataplaneSpec>): boolean => isLocal(dataplane, zone);
  if (before === undefined || change === null) return list.every(local) ? list : list.filter(local);
  if (before.dataplanes === before.everywhere && change.come.every(local)) return list;
  const gone = new Set(change.gone.filter(local));
  const come = change.come.filter(local);
  if (gone.size === 0 && come.length === 0) return before.dataplanes;
  const kept = before.dataplanes.filter((one) => !gone.has(one));
  return [...kept, ...come].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Those with listeners of their own: few, and the same list where none of them is another. */
function listeningOf(
  dataplanes: readonly Resource<DataplaneSpec>[],
  before: ViewIndex | undefined,
  change: Change | null,
): readonly Resource<DataplaneSpec>[] {
  const listens = ({ spec }: Resource<DataplaneSpec>): boolean => (spec.networking?.listeners ?? []).length > 0;
  const same = before !== undefined && change !== null && ![...change.gone, ...change.come].some(listens);
  return same ? before.listening : dataplanes.filter(listens);
}

interface Change {
  readonly gone: readonly Resource<DataplaneSpec>[];
  readonly come: readonly Resource<DataplaneSpec>[];
}

/** Dataplanes that are not what they were, by identity or by having departed; both lists are sorted by name. */
function changeOf(before: ViewIndex, list: readonly Resource<DataplaneSpec>[], { departed }: Scope): Change {
  const old = before.everywhere;
  const had = before.view.departed;
  const toggled = new Set([...departed, ...had].filter((name) => departed.has(name) !== had.includes(name)));
  if (old === list && toggled.size === 0) return { gone: [], come: [] };
  const gone: Resource<DataplaneSpec>[] = [];
  const come: Resource<DataplaneSpec>[] = [];
  let at = 0;
  for (const dataplane of list) {
    let other = old[at];
    while (other !== dataplane && other !== undefined && other.name < dataplane.name) {
      gone.push(other);
      other = old[++at];
    }
    if (other !== dataplane && other?.name !== dataplane.name) {
      come.push(dataplane);
      continue;
    }
    at++;
    if (other === dataplane && (toggled.size === 0 || !toggled.has(dataplane.name))) continue;
    gone.push(other);
    come.push(dataplane);
  }
  gone.push(...old.slice(at));
  return { gone, come };
}

function setsOf(slots: Slots, before?: ReadonlyMap<string, EndpointSet>): ReadonlyMap<string, EndpointSet> {
  const sets = new Map<string, EndpointSet>();
  let same = true;
  for (const { set, destination } of slots.values()) {
    // What is outside the mesh has its endpoints in its cluster.
    if (destination.external !== undefined) continue;
    // A service tag may be named like a MeshService's cluster; one name can only be one thing, whatever came first.
    if (sets.has(set.cluster)) continue;
    sets.set(set.cluster, set);
    same &&= before?.get(set.cluster) === set;
  }
  return same && before?.size === sets.size ? before : sets;
}

function memoOf(
  now: Pick<ViewIndex, "view" | "tls" | "policies" | "services" | "virtuals" | "slots">,
  before?: ViewIndex,
): Memo {
  if (before === undefined) {
    return { inbound: newInboundMemo(), outbound: newOutboundMemo(), proxy: newProxyMemo() };
  }
  const samePolicies = now.policies === before.policies;
  const inbound = samePolicies && now.tls === before.tls ? before.memo.inbound : newInboundMemo();
  const outbound = samePolicies && now.services === before.services ? before.memo.outbound : newOutboundMemo();
  const kept =
    inbound === before.memo.inbound &&
    outbound === before.memo.outbound &&
    now.virtuals === before.virtuals &&
    passesOut(now.view) === passesOut(before.view) &&
    sameDestinations(now, before);
  return { inbound, outbound, proxy: kept ? before.memo.proxy : newProxyMemo(before.memo.proxy) };
}

/** What the mesh says of traffic that leads to nothing in it. */
function passesOut({ mesh }: View): boolean {
  return mesh.spec.networking?.outbound?.passthrough !== false;
}

/** Whether no destination is another than before; new ones do not disturb what was matched without them. */
function sameDestinations({ slots }: Pick<ViewIndex, "slots">, before: ViewIndex): boolean {
  if (slots === before.slots) return true;
  for (const [key, { destination }] of before.slots) {
    const now = slots.get(key);
    if (now === undefined || now.destination !== destination) return false;
  }
  return true;
}
