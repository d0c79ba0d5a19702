// Slots: one per destination that a dataplane of the zone lists, with its endpoints, kept while it is listed.

import type { EndpointSet } from "#model/endpoint.ts";
import type { DataplaneSpec, Outbound } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { legacyName, selectsDataplane } from "#model/service-selector.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";
import { type DestinationContext, destinationOf, membersOffered, reachFor } from "./destination.ts";
import type { Destination } from "./matched.ts";
import { endpointSet, isWithheld } from "./remote.ts";
import type { ServiceIndex } from "./service-index.ts";
import { type Missing, resolveOutbound, type Target } from "./target.ts";
import type { VirtualList } from "./virtual.ts";

export interface Slot {
  readonly target: Target;
  readonly destination: Destination;
  readonly set: EndpointSet;
  /** Instances of other zones are left out, for something that the reach lacks. */
  readonly withheld: boolean;
  /** How many outbounds list it. */
  readonly uses: number;
}

/** By the target's key, in the order of keys. */
export type Slots = ReadonlyMap<string, Slot>;

/** What an index needs to change of an earlier one. */
export interface SlotChange {
  readonly before: Slots;
  /** Dataplanes of the zone that are there no longer, or not as they were, and those that are new. */
  readonly gone: readonly Resource<DataplaneSpec>[];
  readonly come: readonly Resource<DataplaneSpec>[];
  /** Dataplanes of all zones of which the same is true. */
  readonly touched: readonly Resource<DataplaneSpec>[];
  /** Values of kuma.io/service whose members are others now. */
  readonly services: ReadonlySet<string>;
  /** Virtual lists that nobody has any more, and that nobody had. */
  readonly lists: { readonly gone: readonly VirtualList[]; readonly come: readonly VirtualList[] };
}

/** What slots are made of, beside the services. */
export interface Listing {
  readonly dataplanes: readonly Resource<DataplaneSpec>[];
  /** What routes lead to. */
  readonly routed: readonly Target[];
  /** The virtual lists that somebody has: each counts once, however many have it. */
  readonly lists: Iterable<VirtualList>;
}

/** Slots of everything that is listed; `before` lends those that come out equal. */
export function makeSlots(
  { dataplanes, routed, lists }: Listing,
  services: ServiceIndex,
  context: DestinationContext,
  before?: Slots,
): Slots {
  const uses = new Map<Target, { readonly target: Target; count: number }>();
  const count = (target: Target | Missing, by: number): void => {
    if (target.kind === "missing") return;
    const known = uses.get(target);
    if (known === undefined) uses.set(target, { target, count: by });
    else known.count += by;
  };
  for (let at = 0; at < dataplanes.length; ) {
    const listed = listedBy(dataplanes[at]!);
    const first = at;
    // Instances of one service stand beside each other and list the same: what it refers to is found once for all.
    do at++;
    while (at < dataplanes.length && sameOutbounds(listed, listedBy(dataplanes[at]!)));
    for (const outbound of listed) count(targetOf(outbound, services), at - first);
  }
  for (const target of routed) count(target, 1);
  for (const { outbounds } of lists) for (const outbound of outbounds) count(targetOf(outbound, services), 1);
  const slots = new Map<string, Slot>();
  let same = before?.size === uses.size;
  for (const { target, count } of [...uses.values()].sort(byKey)) {
    const { key } = target;
    const slot = slotOf(target, count, context, before?.get(key));
    slots.set(key, slot);
    same &&= slot === before?.get(key);
  }
  return same ? (before as Slots) : slots;
}

/** The slots after a change of dataplanes; equal to fresh ones. */
export function updateSlots(change: SlotChange, services: ServiceIndex, context: DestinationContext): Slots {
  const { before, gone, come, lists } = change;
  const delta = new Map<string, number>();
  const targets = new Map<string, Target>();
  const count = (outbounds: readonly Outbound[], by: number): void => {
    for (const outbound of outbounds) {
      const target = targetOf(outbound, services);
      if (target.kind === "missing") continue;
      delta.set(target.key, (delta.get(target.key) ?? 0) + by);
      targets.set(target.key, target);
    }
  };
  for (const dataplane of gone) count(listedBy(dataplane), -1);
  for (const dataplane of come) count(listedBy(dataplane), 1);
  for (const { outbounds } of lists.gone) count(outbounds, -1);
  for (const { outbounds } of lists.come) count(outbounds, 1);
  // What one list loses and another gains is listed as often as before.
  for (const [key, by] of delta) if (by === 0) targets.delete(key);
  const next = new Map(before);
  for (const [key, { target }] of before) if (isTouched(target, change)) targets.set(key, target);
  let added = false;
  for (const [key, target] of targets) {
    const old = before.get(key);
    const uses = (old?.uses ?? 0) + (delta.get(key) ?? 0);
    added ||= old === undefined && uses > 0;
    if (uses > 0) next.set(key, slotOf(target, uses, context, old));
    else next.delete(key);
  }
  const same = next.size === before.size && [...targets.keys()].every((key) => next.get(key) === before.get(key));
  if (same) return before;
  return added ? new Map([...next].sort(([a], [b]) => (a < b ? -1 : 1))) : next;
}

function isTouched(target: Target, { services, touched }: SlotChange): boolean {
  if (target.kind === "tags") return services.has(target.tags[SERVICE_TAG] ?? "");
  if (target.kind === "external") return false;
  const found = target.kind === "service" ? [target.service] : target.services.map(({ service }) => service);
  return found.some((service) => {
    const name = legacyName(service);
    if (name !== undefined) return services.has(name);
    return touched.some((dataplane) => selectsDataplane(service, dataplane));
  });
}

function slotOf(target: Target, uses: number, context: DestinationContext, before?: Slot): Slot {
  const made = destinationOf(target, context);
  const destination = before !== undefined && sameJson(made, before.destination) ? before.destination : made;
  const behind = membersOffered(target, context.members);
  const reach = reachFor(target, context);
  const endpoints =
    destination.viaEgress === true
      ? { cluster: destination.cluster, endpoints: context.egress.endpoints }
      : endpointSet(target, destination.cluster, behind, reach);
  const set = before !== undefined && sameJson(endpoints, before.set) ? before.set : endpoints;
  const withheld = isWithheld(behind, reach);
  const same =
    before !== undefined &&
    before.destination === destination &&
    before.set === set &&
    before.withheld === withheld &&
    sameTarget(before.target, target);
  return same && before.uses === uses ? before : { target, destination, set, withheld, uses };
}

function sameTarget(a: Target, b: Target): boolean {
  return a === b || (a.kind === "tags" && b.kind === "tags");
}

function byKey({ target: a }: { readonly target: Target }, { target: b }: { readonly target: Target }): number {
  return a.key < b.key ? -1 : 1;
}

const NONE: readonly Outbound[] = [];

/** What a dataplane lists itself. */
export function listedBy({ spec }: Resource<DataplaneSpec>): readonly Outbound[] {
  return spec.networking?.outbound ?? NONE;
}

/** Whether two dataplanes list the same, at the same sockets and in the same order. */
export function sameOutbounds(a: readonly Outbound[], b: readonly Outbound[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (!sameOutbound(a[at]!, b[at]!)) return false;
  return true;
}

function sameOutbound(a: Outbound, b: Outbound): boolean {
  return (
    a.port === b.port &&
    a.address === b.address &&
    sameTags(a.tags ?? NO_TAGS, b.tags ?? NO_TAGS) &&
    sameJson(a.backendRef, b.backendRef)
  );
}

const NO_TAGS: Tags = Object.freeze({});

/** Asked of each outbound of each proxy, so without lists of the names. */
function sameTags(a: Tags, b: Tags): boolean {
  let more = 0;
  for (const key in a) {
    if (a[key] !== b[key]) return false;
    more++;
  }
  for (const _key in b) more--;
  return more === 0;
}

/** What an outbound refers to, or why to nothing. */
export function targetOf(outbound: Outbound, services: ServiceIndex): Target | Missing {
  return resolveOutbound(outbound, services.targets, services.find);
}
