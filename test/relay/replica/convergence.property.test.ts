// Any order, loss and repetition of exchanges, and restarts between them: in the end every relay shows the endpoints of the living.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventRun, ReplicaEvent } from "#api/replica.ts";
import type { Endpoint } from "#model/endpoint.ts";
import { type Book, createBook } from "#relay/replica/book.ts";
import { createOtherLives } from "#relay/replica/lives.ts";
import { createOverlay, type Overlay } from "#snapshot/overlay.ts";

const RELAYS = ["r1", "r2", "r3"] as const;
const NAMES = ["web-1", "web-2"] as const;

type Step =
  | { readonly kind: "life"; readonly relay: number; readonly name: number; readonly ready: boolean }
  | { readonly kind: "gone"; readonly relay: number; readonly name: number; readonly which: number }
  | { readonly kind: "exchange"; readonly from: number; readonly to: number; readonly fate: Fate }
  | { readonly kind: "restart"; readonly relay: number; readonly keeps: number };

/** What becomes of a call: both ways arrive, nothing does, only the way there does, or the way there does twice. */
type Fate = "arrives" | "is lost" | "is not answered" | "is repeated";

const index = fc.nat(RELAYS.length - 1);
const name = fc.nat(NAMES.length - 1);
const fate = fc.constantFrom<Fate>("arrives", "is lost", "is not answered", "is repeated");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("life"), relay: index, name, ready: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("gone"), relay: index, name, which: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("exchange"), from: index, to: index, fate }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart"), relay: index, keeps: fc.nat(3) }) },
);

interface Relay {
  readonly id: string;
  book: Book;
  overlay: Overlay;
  /** Own events, which lie on disk. */
  readonly own: ReplicaEvent[];
  /** Others' events that lie on disk, of which a crash may lose the last. */
  kept: ReplicaEvent[];
  /** What each other one has, as it said last. */
  have: Map<string, Readonly<Record<string, number>>>;
}

const endpointOf = (dataplane: string, registration: string): Endpoint => ({
  address: registration,
  port: 80,
  weight: 1,
  zone: "east",
  priority: 0,
  tags: {},
  dataplane,
});

function show(overlay: Overlay, event: ReplicaEvent): void {
  if (event.kind === "named") return;
  const { relay, number, mesh, name: dataplane, registration } = event;
  const shown = { relay, number, mesh, dataplane, registration };
  if (event.kind === "gone") overlay.add({ ...shown, at: 0, endpoints: null });
  else {
    const endpoints = event.ready ? [{ cluster: "web", endpoint: endpointOf(dataplane, registration) }] : [];
    overlay.add({ ...shown, at: event.at, endpoints });
  }
}

function start(id: string): Relay {
  return { id, book: createBook(), overlay: createOverlay(), own: [], kept: [], have: new Map() };
}

function take(to: Relay, runs: readonly EventRun[]): void {
  for (const event of to.book.take(runs)) {
    to.kept.push(event);
    show(to.overlay, event);
  }
}

/** One call with its answer, as one relay makes it, each side going by what the other said last. */
function exchange(from: Relay, to: Relay, fate: Fate): void {
  if (from === to || fate === "is lost") return;
  const runs = from.book.lackedBy({ ...from.have.get(to.id), [to.id]: Number.MAX_SAFE_INTEGER });
  for (let times = fate === "is repeated" ? 2 : 1; times > 0; times--) {
    take(to, runs);
    to.have.set(from.id, from.book.have());
  }
  if (fate === "is not answered") return;
  take(from, to.book.lackedBy({ ...to.have.get(from.id), [from.id]: Number.MAX_SAFE_INTEGER }));
  from.have.set(to.id, to.book.have());
}

function restart(relay: Relay, keeps: number): void {
  relay.kept = relay.kept.slice(0, Math.max(0, relay.kept.length - keeps));
  relay.book = createBook();
  relay.overlay = createOverlay();
  relay.have = new Map();
  for (const event of relay.own) relay.book.add(event);
  relay.book.restore(relay.kept);
  for (const event of [...relay.own, ...relay.kept]) show(relay.overlay, event);
}

/** Endpoints by address, of each name the latest life that nobody has ended. */
function oracle(events: readonly ReplicaEvent[]): readonly string[] {
  const ended = new Set(events.flatMap((event) => (event.kind === "gone" ? [event.registration] : [])));
  return NAMES.flatMap((one) => {
    const lives = events.filter((event) => event.kind === "life").filter((event) => event.name === one);
    const last = RELAYS.flatMap((relay) => lives.filter((event) => event.relay === relay).at(-1) ?? []);
    const [latest] = last.filter(({ registration }) => !ended.has(registration)).sort((a, b) => b.at - a.at);
    return latest?.ready === true ? [latest.registration] : [];
  });
}

const shownBy = ({ overlay }: Relay): readonly string[] =>
  [...overlay.changedSets("default", []).values()].flatMap(({ endpoints }) => endpoints.map(({ address }) => address));

/** Plays the steps; returns the relays and everything that happened, in order. */
function play(steps: readonly Step[]): { readonly relays: readonly Relay[]; readonly events: readonly ReplicaEvent[] } {
  const relays = RELAYS.map(start);
  const events: ReplicaEvent[] = [];
  const tell = (relay: Relay, event: ReplicaEvent): void => {
    relay.own.push(event);
    relay.book.add(event);
    show(relay.overlay, event);
    events.push(event);
  };
  for (const one of steps) {
    if (one.kind === "exchange") exchange(relays[one.from]!, relays[one.to]!, one.fate);
    else if (one.kind === "restart") restart(relays[one.relay]!, one.keeps);
    else {
      const relay = relays[one.relay]!;
      const about = { relay: relay.id, number: relay.own.length + 1, mesh: "default", name: NAMES[one.name]! };
      if (one.kind === "life") {
        const registration = `${relay.id}-${about.number}`;
        const life = { owner: "stream" as const, ready: one.ready, resource: {} };
        tell(relay, { kind: "life", ...about, registration, at: events.length, ...life });
      } else {
        // Any life that has begun anywhere may be ended anywhere.
        const begun = events.filter((event) => event.kind === "life").filter((event) => event.name === about.name);
        const ended = begun[one.which % Math.max(begun.length, 1)];
        if (ended !== undefined)
          tell(relay, { kind: "gone", ...about, registration: ended.registration, announced: false });
      }
    }
  }
  return { relays, events };
}

/** Calls that all arrive, until nobody lacks anything: a few rounds, as each tells what it has heard. */
function settle(relays: readonly Relay[]): void {
  for (let round = 0; round < 2 * RELAYS.length; round++)
    for (const from of relays) for (const to of relays) exchange(from, to, "arrives");
}

describe("relays that exchange events", () => {
  test("end in the endpoints of the living, whatever became of their calls before", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 60, size: "max" }), (steps) => {
        const { relays, events } = play(steps);
        settle(relays);
        for (const relay of relays) expect(shownBy(relay), relay.id).toEqual(oracle(events));
        for (const relay of relays) expect(relay.book.have()).toEqual(relays[0]?.book.have());
      }),
      { numRuns: 1500 },
    );
  });

  test("lack nothing more once an envelope covers it, and show what it says", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { relays, events } = play(steps);
        const covered = new Map(relays.map(({ id, own }) => [id, own.length]));
        for (const relay of relays) {
          relay.book.cover(covered);
          relay.overlay.cover(covered);
        }
        settle(relays);
        for (const relay of relays) {
          expect(shownBy(relay)).toEqual([]);
          for (const other of relays) expect(relay.book.lackedBy(other.book.have())).toEqual([]);
        }
        expect(relays.every(({ book }) => RELAYS.every((id) => book.of(id).length === 0))).toBe(true);
        expect(events.length).toBe(relays.reduce((sum, { own }) => sum + own.length, 0));
      }),
    );
  });

  test("pass on much in bounded parts, in order", () => {
    const [from, to] = [start("r1"), start("r2")];
    const resource = { filling: "x".repeat(10_000) };
    for (let number = 1; number <= 200; number++) {
      const about = { relay: "r1", number, mesh: "default", name: `web-${number}`, registration: `life-${number}` };
      from.book.add({ kind: "life", ...about, at: number, owner: "stream", ready: true, resource });
    }
    let calls = 0;
    while ((to.book.have().r1 ?? 0) < 200) {
      const runs = from.book.lackedBy({ ...from.have.get("r2"), r2: Number.MAX_SAFE_INTEGER });
      expect(JSON.stringify(runs).length).toBeLessThan(600_000);
      exchange(from, to, "arrives");
      calls++;
    }
    expect(calls).toBeGreaterThan(3);
    expect(to.book.of("r1").map(({ number }) => number)).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
  });
});

describe("lives at other relays", () => {
  const life = (relay: string, number: number, at: number): ReplicaEvent => ({
    ...{ kind: "life", relay, number, mesh: "default", name: "web-1", registration: `${relay}-${number}`, at },
    ...{ owner: "stream", ready: true, resource: {} },
  });

  test("the latest is found, whichever was told first; a list takes the place of what was known before it", () => {
    const lives = createOtherLives();
    const proxy = { mesh: "default", name: "web-1" };
    for (const event of [life("r2", 1, 20), life("r1", 1, 10)]) lives.take(event);
    expect(lives.find(proxy)).toMatchObject({ relay: "r2", at: 20 });
    lives.list("r2", [], [life("r2", 3, 5)]);
    expect(lives.all(proxy).map(({ registration }) => registration)).toEqual(["r1-1", "r2-3"]);
    const about = { relay: "r3", number: 1, mesh: "default", name: "web-1", registration: "r1-1" };
    lives.take({ kind: "gone", ...about, announced: false });
    expect(lives.find(proxy)?.registration).toBe("r2-3");
  });
});
