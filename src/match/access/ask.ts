// Many questions about one mesh: the verdicts of reach without its paths, each asked once while nothing differs.
import { matchProxy } from "#match/match.ts";
import { proxyOf, selectedInbounds } from "#match/select.ts";
import type { ViewIndex } from "#match/view-index.ts";
import { sameSources, sameZones } from "./access.ts";
import { verdictOf } from "./judged.ts";
import { createLandings, type Landing, type ZoneIndexes } from "./landing.ts";
import { leadsOf } from "./lead.ts";
import { type Dataplane, namesOf } from "./named.ts";
import { type Nobody, type Party, partyOf } from "./party.ts";
import { isAsked, type ReachQuestion, without } from "./reach.ts";
import { combined, type Verdict } from "./verdict.ts";

/** The verdict of `reachOf`, or whom nobody knows. */
export type Ask = (question: ReachQuestion) => Verdict | Nobody;

interface Asked {
  readonly zones: ZoneIndexes;
  readonly ask: Ask;
  readonly answers: ReadonlyMap<string, Answered>;
}

interface Answered {
  readonly answer: Verdict | Nobody;
  /** Who is called; null where one of the two is nobody. */
  readonly server: Party | null;
}

const known = new WeakMap<ZoneIndexes, Asked>();

/**
 * Answers questions in a mesh. Of `before` the answers are kept that nothing bears on which differs: all where access is made of
 * the same, and where permissions alone differ, those about servers that none of these selects.
 */
export function askOf(zones: ZoneIndexes, before?: ZoneIndexes): Ask {
  const old = before && known.get(before);
  const made = known.get(zones) ?? (old && sameZones(zones, old.zones) ? old : createAsk(zones, old));
  known.set(zones, made);
  return made.ask;
}

/** One zone's part of an answer. */
interface Side {
  readonly index: ViewIndex;
  readonly here: ReadonlySet<Dataplane>;
  readonly landings: ReturnType<typeof createLandings>;
}

function createAsk(zones: ZoneIndexes, before: Asked | undefined): Asked {
  const [first] = zones.values();
  if (first === undefined) throw new TypeError("a mesh is seen from one zone at least");
  const parties = new Map<string, Party | Nobody>();
  const answers = new Map<string, Answered>();
  const earlier = before && keptAnswers(zones, before);
  let opened: readonly Side[] | null = null;
  const sides = (): readonly Side[] => {
    opened ??= [...zones.values()].map((index) => ({
      index,
      here: new Set(index.dataplanes),
      landings: createLandings(index, zones),
    }));
    return opened;
  };
  const party = (word: string): Party | Nobody => {
    const found = parties.get(word) ?? partyOf(first, word);
    parties.set(word, found);
    return found;
  };
  const answerTo = (question: ReachQuestion): Answered => {
    const [client, server] = [party(question.from), party(question.to)];
    if ("reason" in client) return { answer: client, server: null };
    if ("reason" in server) return { answer: server, server: null };
    return { answer: asked(sides(), client, server, question), server };
  };
  const ask: Ask = (question) => {
    const { from, to, port, request } = question;
    const key = JSON.stringify([from, to, port, request?.method, request?.path]);
    const found = answers.get(key) ?? earlier?.(key) ?? answerTo(question);
    answers.set(key, found);
    return found.answer;
  };
  return { zones, ask, answers };
}

const PERMISSION = "MeshTrafficPermission";

/** Finds answers of before that hold still; undefined where something else than permissions differs. */
function keptAnswers(
  zones: ZoneIndexes,
  { zones: old, answers }: Asked,
): ((key: string) => Answered | undefined) | undefined {
  if (zones.size !== old.size) return undefined;
  for (const [zone, index] of zones) {
    const was = old.get(zone);
    if (was === undefined || !sameSources(index.view, was.view, PERMISSION)) return undefined;
  }
  const [now, then] = [[...zones.values()][0] as ViewIndex, [...old.values()][0] as ViewIndex];
  const changed = [...changedIn(now, then), ...changedIn(then, now)];
  const selected = new Map<Dataplane, boolean>();
  const isSelected = (dataplane: Dataplane): boolean => {
    const found =
      selected.get(dataplane) ??
      changed.some(
        ({ index, policy }) => selectedInbounds(policy, proxyOf(dataplane, index.policies.gateways)) !== null,
      );
    selected.set(dataplane, found);
    return found;
  };
  return (key) => {
    const found = answers.get(key);
    if (found === undefined || found.server === null) return found;
    // What leaves the mesh is judged at an egress, which no targetRef names.
    return found.server.outside !== undefined || found.server.dataplanes.some(isSelected) ? undefined : found;
  };
}

/** Permissions of one moment that the other has not, or otherwise. */
function changedIn(index: ViewIndex, other: ViewIndex) {
  const same = new Set(other.view.resources[PERMISSION] ?? []);
  const differing = new Set((index.view.resources[PERMISSION] ?? []).filter((one) => !same.has(one)));
  const policies = differing.size === 0 ? [] : index.policies.all.filter(({ resource }) => differing.has(resource));
  return policies.map((policy) => ({ index, policy }));
}

function asked(sides: readonly Side[], from: Party, to: Party, question: ReachQuestion): Verdict {
  const verdicts = sides.flatMap((side) => verdictsOf(side, from, to, question));
  return verdicts.length === 0 ? without(from) : combined(verdicts);
}

/** Of each of the zone's clients that differ in anything. */
function verdictsOf(
  { index, here, landings }: Side,
  from: Party,
  to: Party,
  { port, request = {} }: ReachQuestion,
): readonly Verdict[] {
  const mesh = index.view.mesh.name;
  const seen = new Map<unknown, Set<string>>();
  const matching = new Map<Landing, boolean>();
  const isMeant = (landing: Landing): boolean => {
    const found = matching.get(landing) ?? isAsked(landing, to, port);
    matching.set(landing, found);
    return found;
  };
  return from.dataplanes.flatMap((dataplane) => {
    if (!here.has(dataplane)) return [];
    const { outbounds } = matchProxy(index, dataplane);
    const names = namesOf(index, dataplane);
    const alike = seen.get(outbounds) ?? new Set<string>();
    seen.set(outbounds, alike);
    if (alike.has(names.key)) return [];
    alike.add(names.key);
    const verdicts = outbounds.flatMap((outbound) =>
      leadsOf(outbound, request).flatMap(({ destination }) =>
        landings(destination)
          .filter(isMeant)
          .map((landing) => verdictOf(mesh, landing, names, request)),
      ),
    );
    const real = verdicts.filter(({ outcome }) => outcome !== "none");
    return [combined(real.length > 0 ? real : verdicts)];
  });
}
