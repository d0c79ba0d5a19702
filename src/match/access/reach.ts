// Reach: may A call B, by which rule, over which paths; the same verdicts as access, told in full for two parties.
import { matchProxy } from "#match/match.ts";
import type { MatchedOutbound } from "#match/matched.ts";
import type { ViewIndex } from "#match/view-index.ts";
import { isHttp } from "#model/protocol.ts";
import type { Protocol } from "#model/tag.ts";
import { byPermission } from "./judged.ts";
import { inboundsOf, type Landing, type Socket, type Via, type ZoneIndexes } from "./landing.ts";
import type { LeadRoute } from "./lead.ts";
import { type Dataplane, namesOf, offeredInbounds } from "./named.ts";
import { type Nobody, type Party, type PartyKind, partyOf, placeKey } from "./party.ts";
import type { Request } from "./request.ts";
import { ABSENT, combined, NO_OUTBOUND, type RuleRef, type Verdict } from "./verdict.ts";
import { createWays, type Way } from "./way.ts";

export interface ReachQuestion {
  readonly from: string;
  readonly to: string;
  /** Name or number of a port of the callee: of its service, or of an inbound. */
  readonly port?: string;
  readonly request?: Request;
}

export interface Reach {
  readonly mesh: string;
  readonly from: Told;
  readonly to: Told;
  readonly request: Request;
  readonly verdict: Verdict;
  /** Each once, however many proxies take it. */
  readonly paths: readonly ReachPath[];
  /** There where no path is: what permissions would say if there were one. */
  readonly permission?: Verdict;
}

export interface Told {
  readonly kind: PartyKind;
  readonly name: string;
  readonly proxies: Some;
}

/** How many there are, and the names of the first. */
export interface Some {
  readonly count: number;
  readonly names: readonly string[];
}

export interface ReachPath {
  readonly from: { readonly zone: string; readonly proxies: Some };
  /** Where the client's application connects to, and the host names that lead there. */
  readonly outbound: Socket & { readonly hostnames: readonly string[]; readonly redirected: boolean };
  /** Envoy's name of the cluster. */
  readonly cluster: string;
  readonly route?: LeadRoute;
  readonly via: Via;
  readonly to: {
    readonly service: string;
    readonly zone: string;
    readonly outside: boolean;
    readonly protocol: Protocol;
    readonly tls: Landing["tls"];
    readonly ports: readonly number[];
    readonly proxies: Some;
  };
  readonly verdict: Verdict;
  /** The rule of a MeshJWT that asks for a token too. */
  readonly token?: RuleRef;
}

/** Most names that are told of many. */
const SOME = 5;
/** Most paths that are told. */
const MOST = 100;

/** Answers a question, or says whom of the two nobody knows. */
export function reachOf(zones: ZoneIndexes, question: ReachQuestion): Reach | Nobody {
  const [index] = zones.values();
  if (index === undefined) throw new TypeError("a mesh is seen from one zone at least");
  const { request = {} } = question;
  const from = partyOf(index, question.from);
  if ("reason" in from) return from;
  const to = partyOf(index, question.to);
  if ("reason" in to) return to;
  const groups = new Map<string, Way[]>();
  const clients = new Map<Way[], Set<Dataplane>>();
  const numbers = new Map<object, number>();
  const numberOf = (one: object): number => {
    const known = numbers.get(one) ?? numbers.size;
    numbers.set(one, known);
    return known;
  };
  const verdicts: Verdict[] = [];
  for (const own of zones.values()) {
    const waysOf = createWays(own, zones, request);
    const here = new Set(own.dataplanes);
    for (const dataplane of from.dataplanes.filter((one) => here.has(one))) {
      const ways = waysOf(dataplane, (landing) => isAsked(landing, to, question.port)).map((way) => narrowed(way, to));
      const real = ways.filter(({ verdict }) => verdict.outcome !== "none");
      verdicts.push(combined((real.length > 0 ? real : ways).map(({ verdict }) => verdict)));
      for (const way of ways) {
        const { outbound, lead, verdict, token } = way;
        const parts = [
          numberOf(outbound),
          lead.route?.rule,
          lead.route?.mirror,
          lead.route?.type,
          numberOf(way.of),
          verdict,
          token,
        ];
        const key = JSON.stringify(parts);
        const group = groups.get(key) ?? [];
        groups.set(key, group);
        group.push(way);
        clients.set(group, (clients.get(group) ?? new Set()).add(dataplane));
      }
    }
  }
  const paths = [...groups.values()].map((group) => pathOf(group[0] as Way, [...(clients.get(group) ?? [])], zones));
  const verdict = verdicts.length === 0 ? without(from) : combined(verdicts);
  const told = {
    mesh: index.view.mesh.name,
    from: tell(from),
    to: tell(to),
    request,
    verdict,
    paths: paths.slice(0, MOST),
  };
  if (verdict.outcome !== "none" || to.places.size === 0) return told;
  return { ...told, permission: wouldBe(index, from, to, question) };
}

/** Nobody is there to call. */
export function without({ stranger }: Party): Verdict {
  return stranger === undefined ? NO_OUTBOUND : ABSENT;
}

/** Whether a landing is one of those that are asked about. */
export function isAsked(landing: Landing, to: Party, port: string | undefined): boolean {
  if (landing.kind !== "inbound") return to.outside === landing.to;
  const members = landing.members.filter((one) => to.places.has(placeKey(one.dataplane, one.port)));
  return members.some((one) => port === undefined || [landing.port, one.name, String(one.port)].includes(port));
}

/** A way with those instances alone that are asked about; `of` is the landing that it had. */
function narrowed(way: Way, { places, outside }: Party): Way & { readonly of: Landing } {
  if (outside !== undefined) return { ...way, of: way.landing };
  const members = way.landing.members.filter((one) => places.has(placeKey(one.dataplane, one.port)));
  return { ...way, of: way.landing, landing: { ...way.landing, members } };
}

function pathOf(
  { outbound, lead, landing, verdict, token }: Way,
  clients: readonly Dataplane[],
  zones: ZoneIndexes,
): ReachPath {
  const [client] = clients;
  const own = [...zones.values()].find(({ dataplanes }) => client !== undefined && dataplanes.includes(client));
  return {
    from: { zone: own?.zone ?? "", proxies: some(clients) },
    outbound: {
      address: outbound.address,
      port: outbound.port,
      hostnames: own === undefined || client === undefined ? [] : namesAt(own, client, outbound),
      redirected: outbound.redirected === true,
    },
    cluster: lead.destination.cluster,
    ...(lead.route !== undefined && { route: lead.route }),
    via: landing.via,
    to: {
      service: landing.to,
      zone: landing.zone,
      outside: landing.kind !== "inbound",
      protocol: landing.protocol,
      tls: landing.tls,
      ports: [...new Set(landing.members.map(({ port }) => port))].sort((a, b) => a - b),
      proxies: some(landing.members.map(({ dataplane }) => dataplane)),
    },
    verdict,
    ...(token !== null && verdict.outcome !== "denied" && verdict.outcome !== "none" && { token }),
  };
}

/** Host names that resolve to the outbound's address. */
function namesAt(index: ViewIndex, client: Dataplane, { address, address6 }: MatchedOutbound): readonly string[] {
  const { names = [] } = matchProxy(index, client);
  return names.flatMap(({ name, ips }) =>
    ips.includes(address) || (address6 && ips.includes(address6)) ? [name] : [],
  );
}

function tell({ kind, name, dataplanes }: Party): Told {
  return { kind, name, proxies: some(dataplanes) };
}

function some(dataplanes: readonly Dataplane[]): Some {
  const names = [...new Set(dataplanes.map(({ name }) => name))].sort();
  return { count: names.length, names: names.slice(0, SOME) };
}

/** What the callee's permissions say of the client, were there a way with mesh TLS. */
function wouldBe(index: ViewIndex, from: Party, to: Party, { port, request = {} }: ReachQuestion): Verdict {
  const mesh = index.view.mesh.name;
  const clients =
    from.stranger === undefined ? from.dataplanes.map((one) => namesOf(index, one).uris) : [new Set([from.stranger])];
  const verdicts = to.dataplanes.flatMap((dataplane) => {
    const inbounds = offeredInbounds(dataplane);
    return inboundsOf(index, dataplane).flatMap((matched, at) => {
      const { port: number = 0, name } = inbounds[at] ?? {};
      if (!to.places.has(placeKey(dataplane, number))) return [];
      if (port !== undefined && ![name, String(number)].includes(port)) return [];
      if (matched.tls === "off") return [{ outcome: "open", reason: "mtls-off" } as const];
      const { tls, protocol, policies } = matched;
      const place = { permission: policies.MeshTrafficPermission, hop: null, reads: isHttp(protocol), tls };
      return clients.map((uris) => byPermission(mesh, place, { uris }, request));
    });
  });
  return combined(verdicts);
}
