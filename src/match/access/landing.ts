// Where a destination leads in the end: inbounds of the mesh's proxies, or places outside, and what stands between.
import { membersBehind, membersOffered, reachFor } from "#match/destination.ts";
import { type LeavingWay, leavingOf } from "#match/leaving.ts";
import { listenerPolicies, saidOfChain } from "#match/listener-policy.ts";
import { matchProxy } from "#match/match.ts";
import type { Destination, InboundPolicy, MatchedInbound, Security } from "#match/matched.ts";
import { isLocal, type Member } from "#match/member.ts";
import { isOutsideOf } from "#match/outside-service.ts";
import { proxyOf } from "#match/select.ts";
import { shapeOf } from "#match/shape.ts";
import type { Slot } from "#match/slot.ts";
import type { ViewIndex } from "#match/view-index.ts";
import { zoneListenersOf } from "#match/zone-listener.ts";
import { displayName } from "#model/display-name.ts";
import { zoneOf } from "#model/kind/dataplane-zone.ts";
import { isHttp } from "#model/protocol.ts";
import { SERVICE_TAG, ZONE_TAG } from "#model/tag.ts";
import { type Dataplane, type InboundName, namesOf } from "./named.ts";
import type { Reason } from "./verdict.ts";

/** Proxies behind a destination that are judged alike. */
export interface Landing extends InboundName {
  readonly kind: "inbound" | "egress" | "outside";
  readonly zone: string;
  /** Why nothing gets there; judged no further then. */
  readonly blocked: Reason | null;
  /** How the client speaks to it; null = plaintext. */
  readonly hop: Security | null;
  readonly tls: MatchedInbound["tls"];
  /** Requests are read where it is judged. */
  readonly reads: boolean;
  /** What MeshTrafficPermission says there; undefined = nothing. */
  readonly permission: InboundPolicy | undefined;
  /** What MeshJWT says there. */
  readonly tokens?: InboundPolicy;
  /** The server's names have one that the client asks for. */
  readonly known: boolean;
  readonly protocol: Destination["protocol"];
  /** Inbounds of the mesh; none outside. */
  readonly members: readonly Member[];
  /** Where connections go on their way there. */
  readonly via: Via;
}

/** Places on the way to another zone, or out of the mesh; any of each. */
export interface Via {
  readonly egress?: readonly Socket[];
  readonly ingress?: readonly Socket[];
}

export interface Socket {
  readonly address: string;
  readonly port: number;
}

/** The indexes of one mesh by zone: a destination may be another zone's to reach. */
export type ZoneIndexes = ReadonlyMap<string, ViewIndex>;

const PERMISSION = "MeshTrafficPermission";

/** Finds the landings of destinations as one zone's clients see them; remembers each. */
export function createLandings(index: ViewIndex, zones: ZoneIndexes): (destination: Destination) => readonly Landing[] {
  const slots = new Map<Destination, Slot>([...index.slots.values()].map((slot) => [slot.destination, slot]));
  const known = new Map<Destination, readonly Landing[]>();
  return (destination) => {
    let found = known.get(destination);
    if (found === undefined) {
      const slot = slots.get(destination);
      found = slot === undefined ? [] : landingsOf(index, zones, slot);
      known.set(destination, found);
    }
    return found;
  };
}

function landingsOf(index: ViewIndex, zones: ZoneIndexes, slot: Slot): readonly Landing[] {
  const { destination, target } = slot;
  if (destination.viaEgress === true) return egressLandings(index, zones, slot);
  if (destination.external !== undefined) {
    const blocked = destination.external.endpoints.length === 0 ? "no-place" : null;
    return [{ ...outsideOf(slot, index.zone), kind: "outside", blocked, permission: undefined }];
  }
  const offered = new Set(membersOffered(target, index.members));
  const reach = reachFor(target, index);
  const groups: (Landing & { readonly members: Member[]; readonly matched: MatchedInbound })[] = [];
  for (const member of membersBehind(target, index.members)) {
    const at = inboundAt(index, member);
    if (at === null) continue;
    const { matched, name } = at;
    const zone = zoneOf(member.dataplane) ?? index.zone;
    const local = zone === index.zone || zone === "";
    const hop = destination.tls ?? (local ? null : acrossTo(destination, zone));
    const isKnown = hop === null || hop.identities.some((id) => namesOf(index, member.dataplane).uris.has(id));
    const blocked = !offered.has(member) ? "no-way" : local ? null : between(zone, reach);
    // Few, and of thousands of members nearly all are in the first.
    const group = groups.find(
      (one) =>
        one.matched === matched &&
        one.zone === zone &&
        one.known === isKnown &&
        one.blocked === blocked &&
        one.to === name.to &&
        one.port === name.port,
    );
    if (group !== undefined) group.members.push(member);
    else
      groups.push({
        ...name,
        kind: "inbound",
        zone,
        blocked,
        hop,
        tls: matched.tls,
        reads: isHttp(matched.protocol),
        permission: matched.policies[PERMISSION],
        ...(matched.policies.MeshJWT !== undefined && { tokens: matched.policies.MeshJWT }),
        known: isKnown,
        protocol: matched.protocol,
        members: [member],
        matched,
        via: local ? NO_VIA : viaTo(index, slot, zone),
      });
  }
  return groups;
}

const NO_VIA: Via = Object.freeze({});

/** By the own zone's egresses, where these are asked for it, then by the other zone's ingresses. */
function viaTo(index: ViewIndex, { target }: Slot, zone: string): Via {
  const placesIn = ({ zones }: ViewIndex["reach"]): readonly Socket[] =>
    (zones.find((one) => one.zone === zone)?.places ?? []).map(({ address, port }) => ({ address, port }));
  const own = reachFor(target, index);
  return own === index.direct ? { ingress: placesIn(own) } : { egress: placesIn(own), ingress: placesIn(index.direct) };
}

/** What is matched for the inbound of a member, whatever zone it is in. */
function inboundAt(
  index: ViewIndex,
  { dataplane, port, name }: Member,
): { readonly matched: MatchedInbound; readonly name: InboundName } | null {
  const names = namesOf(index, dataplane);
  const at = names.position.get(`${port} ${name}`) ?? -1;
  const found = inboundsOf(index, dataplane)[at];
  const called = names.inbounds[at];
  return found === undefined || called === undefined ? null : { matched: found, name: called };
}

const known = new WeakMap<object, WeakMap<Dataplane, readonly MatchedInbound[]>>();

/** What is matched for each inbound of a dataplane; remembered as long as policies and the TLS mode are the same. */
export function inboundsOf(index: ViewIndex, dataplane: Dataplane): readonly MatchedInbound[] {
  if (isLocal(dataplane, index.zone)) return matchProxy(index, dataplane).inbounds;
  const all = known.get(index.memo.inbound) ?? new WeakMap<Dataplane, readonly MatchedInbound[]>();
  known.set(index.memo.inbound, all);
  let found = all.get(dataplane);
  if (found === undefined) {
    found = shapeOf(index, proxyOf(dataplane, index.policies.gateways)).inbounds;
    all.set(dataplane, found);
  }
  return found;
}

function acrossTo({ acrossZones }: Destination, zone: string): Security | null {
  return acrossZones?.zones.includes(zone) ? acrossZones : null;
}

/** What keeps a zone's instances away. */
function between(zone: string, { zones, lack }: ReturnType<typeof reachFor>): Reason | null {
  if (lack === "mtls") return "no-mtls-between";
  const there = zones.find((one) => one.zone === zone);
  if (there === undefined) return "no-way";
  return there.places.length > 0 ? null : lack === "egress" ? "no-egress" : "no-way";
}

/** What is outside the mesh, as it is called. */
function outsideOf({ destination, target }: Slot, zone: string): Omit<Landing, "kind" | "blocked" | "permission"> {
  const to =
    target.kind === "external"
      ? displayName(target.external)
      : (destination.tags[SERVICE_TAG] ?? destination.virtualHost);
  const { protocol, tls } = destination;
  return {
    to,
    zone,
    hop: tls,
    tls: tls === null ? "off" : "STRICT",
    reads: isHttp(protocol),
    known: true,
    protocol,
    members: [],
    via: NO_VIA,
  };
}

function egressLandings(index: ViewIndex, zones: ZoneIndexes, slot: Slot): readonly Landing[] {
  const plain = outsideOf(slot, index.zone);
  const sni = slot.destination.tls?.sni.toLowerCase() ?? "";
  if (slot.set.endpoints.length === 0)
    return [{ ...plain, kind: "egress", blocked: "no-egress", permission: undefined }];
  const leaving = leavingFrom(index, zones, slot);
  const way = leaving === null ? undefined : leavingOf(leaving).ways.find((one) => one.sni === sni);
  if (leaving === null || way === undefined)
    return [{ ...plain, kind: "egress", blocked: leaving === null ? "no-way" : "no-place", permission: undefined }];
  const egress = slot.set.endpoints.map(({ address, port }) => ({ address, port }));
  return judgesOf(leaving, way).map((permission) => ({
    ...plain,
    via: leaving === index ? { egress } : { egress, ...viaTo(index, slot, leaving.zone) },
    kind: "egress",
    zone: leaving.zone,
    blocked: null,
    permission,
    reads: isHttp(way.protocol),
  }));
}

/** The zone whose egresses connect to it; null where that is another zone that is not reached. */
function leavingFrom(index: ViewIndex, zones: ZoneIndexes, { target }: Slot): ViewIndex | null {
  if (target.kind !== "tags") return index;
  const all = index.services.outside.get(target.tags[SERVICE_TAG] ?? "") ?? [];
  if (all.some((one) => isOutsideOf(index.zone, one))) return index;
  const away = all.map(({ spec }) => spec.tags?.[ZONE_TAG] ?? "");
  const zone = away.find((one) => index.direct.zones.some((there) => there.zone === one && there.places.length > 0));
  return zone === undefined ? null : (zones.get(zone) ?? null);
}

/** What each kind of egress of the zone says of a destination: they may differ, and any of them may be asked. */
function judgesOf(index: ViewIndex, way: LeavingWay): readonly (InboundPolicy | undefined)[] {
  const names = way.names ?? [way.sni];
  const listeners = zoneListenersOf(index).filter(({ type }) => type === "ZoneEgress");
  const found = listeners.flatMap((place) => {
    const dataplane = index.dataplanes.find(({ name }) => name === place.dataplane);
    if (dataplane === undefined) return [];
    return [saidOfChain(index, listenerPolicies(index, dataplane, place), { names, known: true })[PERMISSION]];
  });
  const own = (index.view.zones ?? []).find(({ name }) => name === index.zone)?.egresses ?? [];
  return own.length > 0 || found.length === 0 ? [way.inbound[PERMISSION], ...found] : found;
}
