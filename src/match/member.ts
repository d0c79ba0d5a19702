// Members: each inbound of each dataplane, by the service that it offers; protocols and endpoints are made of them.
import type { Endpoint } from "#model/endpoint.ts";
import type { DataplaneSpec, Inbound } from "#model/kind/dataplane.ts";
import { zoneOf } from "#model/kind/dataplane-zone.ts";
import type { Resource } from "#model/resource.ts";
import { type Protocol, SERVICE_TAG, type Tags } from "#model/tag.ts";
import { inboundProtocol, sectionOf } from "./select.ts";

export interface Member {
  readonly dataplane: Resource<DataplaneSpec>;
  readonly tags: Tags;
  readonly port: number;
  readonly name: string;
  readonly protocol: Protocol;
  /** Null where it takes no traffic: not ready, departed, or of another zone. */
  readonly endpoint: Endpoint | null;
  /** The other zone in which it takes traffic. */
  readonly away: string | null;
}

/** By the value of kuma.io/service (empty for none), ordered by dataplane name, then port. */
export type Members = ReadonlyMap<string, readonly Member[]>;

/** What differs from members that there were before. */
export interface MemberChange {
  readonly from: Members;
  /** Values of kuma.io/service whose members are others. */
  readonly services: ReadonlySet<string>;
  /** As they were, and as they are. */
  readonly dataplanes: readonly Resource<DataplaneSpec>[];
}

/** What decides whether a dataplane's inbounds are endpoints here. */
export interface Scope {
  readonly zone: string;
  readonly departed: ReadonlySet<string>;
  /** Labels that endpoints carry. */
  readonly labels: readonly string[];
}

/** Whether the zone serves this dataplane: its own, and those that name no zone. */
export function isLocal(dataplane: Resource<DataplaneSpec>, zone: string): boolean {
  const own = zoneOf(dataplane);
  return own === null || own === zone;
}

const NONE: Tags = Object.freeze({});

/** The members that one dataplane gives, with the service of each. */
export function membersOf(dataplane: Resource<DataplaneSpec>, scope: Scope): readonly (readonly [string, Member])[] {
  const departed = scope.departed.has(dataplane.name);
  const local = isLocal(dataplane, scope.zone);
  const abroad = local ? null : zoneOf(dataplane);
  const found: (readonly [string, Member])[] = [];
  for (const inbound of dataplane.spec.networking?.inbound ?? []) {
    if (inbound.state === "Ignored") continue;
    const tags = inbound.tags ?? NONE;
    const serves = !departed && isReady(inbound);
    const member: Member = {
      dataplane,
      tags,
      port: inbound.port ?? 0,
      name: sectionOf(inbound),
      protocol: inboundProtocol(inbound),
      endpoint: serves && local ? endpointOfInbound(dataplane, inbound, scope.labels) : null,
      away: serves ? abroad : null,
    };
    found.push([tags[SERVICE_TAG] ?? "", member]);
  }
  return found;
}

/** State Ready, and not called unready by the older `health`. */
function isReady({ state, health }: Inbound): boolean {
  return (state ?? "Ready") === "Ready" && (health === undefined || health.ready === true);
}

function endpointOfInbound(
  { name, spec, labels }: Resource<DataplaneSpec>,
  inbound: Inbound,
  wanted: readonly string[],
): Endpoint {
  const { [SERVICE_TAG]: _service, ...others } = inbound.tags ?? NONE;
  const told =
    wanted.length === 0 ? wanted : wanted.filter((key) => others[key] === undefined && labels[key] !== undefined);
  const { address: first = "", advertisedAddress } = spec.networking ?? {};
  const address = advertisedAddress || inbound.address || first;
  const port = inbound.port ?? 0;
  const zone = zoneOf({ labels, spec }) ?? "";
  // In the order of canonical JSON, which then takes it as it is.
  if (told.length === 0) return { address, dataplane: name, port, priority: 0, tags: others, weight: 1, zone };
  const own = Object.fromEntries(told.map((key) => [key, labels[key] as string]));
  return { address, dataplane: name, labels: own, port, priority: 0, tags: others, weight: 1, zone };
}

/** All members of the dataplanes. */
export function indexMembers(dataplanes: readonly Resource<DataplaneSpec>[], scope: Scope): Members {
  const members = new Map<string, Member[]>();
  for (const dataplane of dataplanes) {
    for (const [service, member] of membersOf(dataplane, scope)) {
      const list = members.get(service);
      if (list === undefined) members.set(service, [member]);
      else list.push(member);
    }
  }
  for (const list of members.values()) if (!isSorted(list)) list.sort(compareMembers);
  return members;
}

/** The members after some dataplanes were replaced, with the services that this touches. */
export function updateMembers(
  members: Members,
  gone: readonly Resource<DataplaneSpec>[],
  come: readonly Resource<DataplaneSpec>[],
  scope: Scope,
): { readonly members: Members; readonly touched: ReadonlySet<string> } {
  const names = new Set(gone.map(({ name }) => name));
  const touched = new Set<string>();
  for (const dataplane of gone) for (const [service] of membersOf(dataplane, scope)) touched.add(service);
  const added = new Map<string, Member[]>();
  for (const dataplane of come) {
    for (const [service, member] of membersOf(dataplane, scope)) {
      touched.add(service);
      added.set(service, [...(added.get(service) ?? []), member]);
    }
  }
  const next = new Map(members);
  for (const service of touched) {
    const kept = (members.get(service) ?? []).filter(({ dataplane }) => !names.has(dataplane.name));
    const list = [...kept, ...(added.get(service) ?? [])].sort(compareMembers);
    if (list.length > 0) next.set(service, list);
    else next.delete(service);
  }
  return { members: next, touched };
}

/** As they are where the dataplanes are. */
function isSorted(list: readonly Member[]): boolean {
  for (let at = 1; at < list.length; at++) if (compareMembers(list[at - 1]!, list[at]!) > 0) return false;
  return true;
}

function compareMembers(a: Member, b: Member): number {
  const [first, second] = [a.dataplane.name, b.dataplane.name];
  if (first !== second) return first < second ? -1 : 1;
  return a.port - b.port;
}

/** The change since `from`, as the index knows it; else found by comparing all. */
export function changeSince(
  { members: now, moved }: { readonly members: Members; readonly moved: MemberChange | null },
  from: Members,
): Omit<MemberChange, "from"> {
  if (moved?.from === from) return moved;
  const services = new Set<string>();
  const dataplanes = new Set<Member["dataplane"]>();
  for (const service of now === from ? [] : new Set([...now.keys(), ...from.keys()])) {
    const [after, before] = [now.get(service) ?? [], from.get(service) ?? []];
    if (after === before) continue;
    services.add(service);
    const [kept, had] = [new Set(after), new Set(before)];
    for (const member of [...after, ...before])
      if (!kept.has(member) || !had.has(member)) dataplanes.add(member.dataplane);
  }
  return { services, dataplanes: [...dataplanes] };
}

/** Whether of these services the same have any dataplane as then. */
export function servedAlike(
  services: { readonly has: (service: string) => boolean },
  index: { readonly members: Members; readonly moved: MemberChange | null },
  from: Members,
): boolean {
  const touched = [...changeSince(index, from).services];
  return touched.every((one) => !services.has(one) || index.members.has(one) === from.has(one));
}

/** The services that some dataplane of the zone, or of another, offers, ready or not; the same set where it holds the same. */
export function offeredBy(
  whose: "own" | "other",
  index: { readonly members: Members; readonly moved: MemberChange | null; readonly zone: string },
  before?: { readonly members: Members; readonly services: ReadonlySet<string> },
): ReadonlySet<string> {
  const { members, zone } = index;
  const offered = (service: string): boolean =>
    service !== "" &&
    (members.get(service) ?? []).some(({ dataplane }) => isLocal(dataplane, zone) === (whose === "own"));
  if (before === undefined) return new Set([...members.keys()].filter(offered));
  const touched = [...changeSince(index, before.members).services];
  if (touched.every((service) => offered(service) === before.services.has(service))) return before.services;
  const services = new Set(before.services);
  for (const service of touched) {
    if (offered(service)) services.add(service);
    else services.delete(service);
  }
  return services;
}
