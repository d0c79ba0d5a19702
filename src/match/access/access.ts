// Access: who may call whom, service by service, in every mesh; and what of it differs between two moments.

import { matchProxy } from "#match/match.ts";
import type { Destination, MatchedOutbound } from "#match/matched.ts";
import { sameList } from "#match/policy-index.ts";
import type { ViewIndex } from "#match/view-index.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import type { View } from "#model/view.ts";
import { createJudging, type Judged, strangersVerdict } from "./judged.ts";
import { createLandings, inboundsOf, type Landing, type ZoneIndexes } from "./landing.ts";
import { leadsOf } from "./lead.ts";
import { type Names, namesOf } from "./named.ts";
import { ABSENT, combined, effectOf, NO_OUTBOUND, type Verdict } from "./verdict.ts";

/** Whoever has no certificate of the mesh, as a client. */
export const STRANGERS = "*";

/** What the clients of one service may do at another. */
export interface Pair {
  readonly from: string;
  readonly to: string;
  /** Name or port of the inbound, where one proxy offers the service at several. */
  readonly port?: string;
  readonly verdict: Verdict;
  /** Of a mixed verdict: which of the clients get to which of the instances, as a text to compare. */
  readonly grain?: string;
}

/** By `to` and port. */
export type Row = ReadonlyMap<string, Pair>;

/** Who may call whom in one mesh. */
export interface MeshAccess {
  readonly mesh: string;
  readonly zones: ZoneIndexes;
  /** By `from`; pairs without any way are absent. */
  readonly rows: ReadonlyMap<string, Row>;
  /** All that is called, sorted. */
  readonly services: ReadonlySet<string>;
  readonly judged: Judged;
}

/** What a client service gained or lost. */
export interface AccessChange {
  readonly mesh: string;
  readonly from: string;
  readonly to: string;
  readonly port?: string;
  readonly before: Verdict;
  readonly after: Verdict;
}

/** Access in one mesh, from its indexes by zone. `before` changes the time and nothing else. */
export function meshAccess(zones: ZoneIndexes, before?: MeshAccess): MeshAccess {
  const [first] = zones.values();
  if (first === undefined) throw new TypeError("a mesh is seen from one zone at least");
  const { mesh } = first.view;
  if (before !== undefined && sameZones(zones, before.zones)) {
    const { rows, services, judged } = before;
    return { mesh: mesh.name, zones, rows, services, judged };
  }
  const judging = createJudging(mesh.name, before?.judged);
  const rows = new Map<string, Map<string, Told>>();
  const clients = new Map<string, Set<string>>();
  const services = new Set<string>();
  for (const index of zones.values()) {
    const landings = createLandings(index, zones);
    const reached = new Map<readonly MatchedOutbound[], readonly Landing[]>();
    for (const { key: client, names, outbounds } of clientsOf(index)) {
      let there = reached.get(outbounds);
      if (there === undefined) {
        there = distinctLandings(outbounds, landings);
        reached.set(outbounds, there);
      }
      for (const from of names.from) {
        clients.set(from, (clients.get(from) ?? new Set()).add(client));
        const row = rows.get(from) ?? new Map<string, Told>();
        rows.set(from, row);
        for (const landing of there) tell(row, from, landing, { client, landing, verdict: judging.of(landing, names) });
      }
    }
    strangers(index, rows);
  }
  const done = new Map<string, Row>();
  for (const [from, row] of rows) {
    done.set(from, rowOf(row, clients.get(from)?.size ?? 1, before?.rows.get(from)));
    for (const { place } of row.values()) services.add(place.to);
  }
  return { mesh: mesh.name, zones, rows: done, services, judged: judging.judged };
}

/** What differs between two moments of one mesh, or null on the side where there was no such mesh: who gets in, whatever rule decides it. */
export function meshDelta(before: MeshAccess | null, after: MeshAccess | null): readonly AccessChange[] {
  const [old, now] = [before?.rows ?? EMPTY, after?.rows ?? EMPTY];
  if (old === now) return [];
  const mesh = after?.mesh ?? before?.mesh ?? "";
  const changes: AccessChange[] = [];
  const compare = (was: Pair | undefined, is: Pair | undefined): void => {
    if (was === is) return;
    const { from, to, port } = (is ?? was) as Pair;
    const then = was?.verdict ?? missing(before, to);
    const next = is?.verdict ?? missing(after, to);
    if (then === next || (effectOf(then) === effectOf(next) && was?.grain === is?.grain)) return;
    changes.push({ mesh, from, to, ...(port !== undefined && { port }), before: then, after: next });
  };
  for (const [from, row] of now) {
    const was = old.get(from);
    if (was === row) continue;
    for (const [key, pair] of row) compare(was?.get(key), pair);
  }
  for (const [from, row] of old) {
    const is = now.get(from);
    if (is !== row) for (const [key, pair] of row) if (is?.has(key) !== true) compare(pair, undefined);
  }
  return changes.sort(byPair);
}

function byPair(a: AccessChange, b: AccessChange): number {
  const [first, second] = [a, b].map(({ from, to, port = "" }) => `${from}\u0000${to}\u0000${port}`) as [
    string,
    string,
  ];
  return first < second ? -1 : first > second ? 1 : 0;
}

const EMPTY: MeshAccess["rows"] = new Map();

function missing(access: MeshAccess | null, to: string): Verdict {
  return access?.services.has(to) ? NO_OUTBOUND : ABSENT;
}

/** What is collected of a pair: of each client that has a way, the verdict at every landing. Nearly all have one of each. */
interface Told {
  readonly from: string;
  readonly place: Pick<Landing, "to" | "port">;
  readonly first: Telling;
  readonly more: Telling[];
}

interface Telling {
  readonly client: string;
  readonly landing: Landing | null;
  readonly verdict: Verdict;
}

function tell(row: Map<string, Told>, from: string, place: Told["place"], telling: Telling): void {
  const key = place.port === undefined ? place.to : `${place.to}\u0000${place.port}`;
  const told = row.get(key);
  if (told === undefined) row.set(key, { from, place, first: telling, more: [] });
  else told.more.push(telling);
}

function rowOf(row: ReadonlyMap<string, Told>, clients: number, before: Row | undefined): Row {
  const made = new Map<string, Pair>();
  let same = before?.size === row.size;
  for (const [key, told] of row) {
    const old = before?.get(key);
    const verdict = verdictOfAll(told, clients);
    const grain = verdict.outcome === "mixed" ? grainOf(told) : undefined;
    const { to, port } = told.place;
    const pair =
      old !== undefined && old.verdict === verdict && old.grain === grain
        ? old
        : {
            from: told.from,
            to,
            ...(port !== undefined && { port }),
            verdict,
            ...(grain !== undefined && { grain }),
          };
    made.set(key, pair);
    same &&= pair === old;
  }
  return same && before !== undefined ? before : made;
}

function verdictOfAll({ first, more }: Told, clients: number): Verdict {
  if (more.length === 0 && clients === 1) return first.verdict;
  const byClient = new Map<string, Set<Verdict>>();
  for (const { client, verdict } of [first, ...more])
    byClient.set(client, (byClient.get(client) ?? new Set()).add(verdict));
  const verdicts = [...byClient.values()].map((one) => clientsVerdict([...one]));
  if (byClient.size < clients) verdicts.push(NO_OUTBOUND);
  return combined(verdicts);
}

function grainOf({ first, more }: Told): string {
  const grains = [first, ...more].map(({ client, landing, verdict }) =>
    JSON.stringify([client, landing && grainOfLanding(landing), effectOf(verdict)]),
  );
  return [...new Set(grains)].sort().join();
}

/** What tells its instances from others of the service. */
function grainOfLanding({ kind, zone, members }: Landing): string {
  const tags = members.map((member) => JSON.stringify(Object.entries(member.tags).sort()));
  return JSON.stringify([kind, zone, [...new Set(tags)].sort()]);
}

/** A way that leads nowhere does not matter to whom has another. */
function clientsVerdict(all: readonly Verdict[]): Verdict {
  if (all.length === 1) return all[0] as Verdict;
  const ways = all.filter(({ outcome }) => outcome !== "none");
  return combined(ways.length > 0 ? ways : all);
}

interface Clients {
  /** Tells them from other clients, whatever they list. */
  readonly key: string;
  readonly names: Names;
  readonly outbounds: readonly MatchedOutbound[];
}

/** The zone's clients, those with the same names and outbounds once. */
function clientsOf(index: ViewIndex): readonly Clients[] {
  const found = new Map<readonly MatchedOutbound[], Map<string, Clients>>();
  const known = new Map<string, number>();
  for (const dataplane of index.dataplanes) {
    const names = namesOf(index, dataplane);
    const { outbounds } = matchProxy(index, dataplane);
    const own = found.get(outbounds) ?? new Map<string, Clients>();
    found.set(outbounds, own);
    if (own.has(names.key)) continue;
    // Those that are named alike and list something else are told apart by their number.
    const count = known.get(names.key) ?? 0;
    known.set(names.key, count + 1);
    own.set(names.key, { key: `${index.zone} ${names.key} ${count}`, names, outbounds });
  }
  return [...found.values()].flatMap((one) => [...one.values()]);
}

function distinctLandings(
  outbounds: readonly MatchedOutbound[],
  landings: (destination: Destination) => readonly Landing[],
): readonly Landing[] {
  const found = new Set<Landing>();
  const seen = new Set<Destination>();
  for (const outbound of outbounds) {
    for (const { destination } of leadsOf(outbound)) {
      if (seen.has(destination)) continue;
      seen.add(destination);
      for (const landing of landings(destination)) found.add(landing);
    }
  }
  return [...found];
}

/** What every inbound of the zone says to whoever has no certificate. */
function strangers(index: ViewIndex, rows: Map<string, Map<string, Told>>): void {
  const row = rows.get(STRANGERS) ?? new Map<string, Told>();
  for (const dataplane of index.dataplanes) {
    const matched = inboundsOf(index, dataplane);
    namesOf(index, dataplane).inbounds.forEach((name, at) => {
      const { tls } = matched[at] ?? {};
      if (tls === undefined) return;
      const told = name.port === undefined ? row.get(name.to) : undefined;
      if (told === undefined || [told.first, ...told.more].every(({ client }) => client !== tls))
        tell(row, STRANGERS, name, { client: tls, landing: null, verdict: strangersVerdict({ tls }) });
    });
  }
  if (row.size > 0) rows.set(STRANGERS, row);
}

/** Policies that have no say in who may call whom, nor in where calls go. */
const ASIDE: ReadonlySet<string> = new Set(
  ALL_KINDS.filter(({ policy, older }) => policy !== undefined || older !== undefined)
    .map(({ type }) => type)
    .filter(
      (type) =>
        ![
          "MeshTrafficPermission",
          "MeshTLS",
          "MeshHTTPRoute",
          "MeshTCPRoute",
          "TrafficPermission",
          "TrafficRoute",
        ].includes(type),
    ),
);

/** Whether all that access is made of is the same, seen from the same zones. */
export function sameZones(zones: ZoneIndexes, before: ZoneIndexes): boolean {
  if (zones.size !== before.size) return false;
  return [...zones].every(([zone, index]) => {
    const old = before.get(zone);
    return old === index || (old !== undefined && sameSources(index.view, old.view));
  });
}

/** Whether two views of a mesh have the same of all that access is made of, `but` for one type. */
export function sameSources(view: View, before: View, but = ""): boolean {
  if (view === before) return true;
  if (view.mesh !== before.mesh || view.zones !== before.zones || view.addresses !== before.addresses) return false;
  if (!sameNames(view.departed, before.departed)) return false;
  const types = new Set([...Object.keys(view.resources), ...Object.keys(before.resources)]);
  return [...types].every((type) => type === but || ASIDE.has(type) || sameList(view, before, type));
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((name, at) => name === b[at]));
}
