// Events in one order without gaps, by two calls; and what becomes of answers that fail, come late or never.
import { afterEach, describe, expect, test } from "vitest";
import type { CertificatesRequest, Join, RefusedJoin, RelayEvent, ReportRequest } from "#api/zone.ts";
import { Fault } from "#model/fault.ts";
import { type EventLog, openEventLog } from "#relay/registrar/event-log.ts";
import { type Outbox, startOutbox } from "#relay/registrar/outbox.ts";
import { createBackoff } from "#relay/zone/backoff.ts";
import { createGate } from "#test/gate.ts";

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A disk that holds what it is told, in order. */
function memory(numbers: Readonly<Record<string, unknown>> = {}) {
  const files = new Map<string, unknown>(Object.entries(numbers));
  return {
    read: async (name: string) => files.get(name) ?? null,
    write: async (name: string, value: unknown) => void files.set(name, value),
    remove: async (name: string) => void files.delete(name),
    names: async () => [...files.keys()].sort(),
  };
}

/** Counts as the control plane does: reports by their highest number, joins only where no number before is missing. */
function taker() {
  const state = {
    last: 0,
    calls: [] as string[],
    /** Of the events that came, in the order in which they were taken. */
    numbers: [] as number[],
    refuse: (_: readonly RelayEvent[]): { readonly refused?: readonly RefusedJoin[] } => ({}),
    levels: [] as string[],
    fail: (_: string): Error | null => null,
  };
  const turn = async (call: string): Promise<void> => {
    state.calls.push(call);
    await new Promise((resolve) => setTimeout(resolve, 1));
    const error = state.fail(call);
    if (error !== null) throw error;
  };
  const client = {
    async certificates({ joins, events = [] }: CertificatesRequest) {
      const others = events.map(({ number }) => number);
      await turn(`joins ${joins.map(({ event }) => event)}${others.length === 0 ? "" : ` among ${others}`}`);
      const numbers = [...joins.flatMap(({ event }) => event ?? []), ...others].sort((a, b) => a - b);
      state.numbers.push(...numbers);
      for (const number of numbers) if (number === state.last + 1) state.last = number;
      const answers = joins.map(({ registration }) => ({ registration, chain: [], expiresAt: null }));
      return { answers, lastEvent: state.last, ...state.refuse(events) };
    },
    async report({ events, delivery, calls }: ReportRequest) {
      const beside = `${delivery === undefined ? "" : " delivery"}${calls === undefined ? "" : " calls"}`;
      await turn(`report ${events.map(({ number }) => number)}${beside}`);
      state.numbers.push(...events.map(({ number }) => number));
      state.last = Math.max(state.last, ...events.map(({ number }) => number));
      return { lastEvent: state.last, epoch: 1, sequence: 1 };
    },
  };
  return { state, client };
}

type Taker = ReturnType<typeof taker>;

async function start(
  { state, client }: Taker,
  disk = memory(),
  backoff = createBackoff(1, 5, () => 0.5),
): Promise<{ outbox: Outbox; events: EventLog }> {
  const log = (level: string): void => void state.levels.push(level);
  const events = await openEventLog(disk, log);
  const onRefused = ({ registration, reason }: RefusedJoin): void =>
    void state.calls.push(`${registration}: ${reason}`);
  const outbox = startOutbox({ client, events, backoff, log, csrsOf: async () => ({}), onRefused });
  ends.push(outbox.close);
  return { outbox, events };
}

const joinOf = (name: string): Join => ({ mesh: "default", name, registration: `life-of-${name}`, owner: "stream" });
const refused = { kind: "refused", mesh: "default", name: "x", reason: "no" } as const;

describe("numbers", () => {
  test("an event leaves only once it is on disk", async () => {
    const made = taker();
    const disk = memory();
    const { passed: written, open: write } = createGate();
    const { outbox, events } = await start(made, {
      ...disk,
      write: async (name, value) => {
        await written;
        await disk.write(name, value);
      },
    });
    await expect.poll(() => made.state.calls).toEqual(["report "]);
    events.add(refused);
    const answer = outbox.answerTo(events.add({ kind: "joined", join: joinOf("web-1") }));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(made.state.calls).toEqual(["report "]);
    write();
    expect(await answer).toMatchObject({ registration: "life-of-web-1" });
    expect(await disk.names()).toHaveLength(2);
  });

  test("who waits for a number that was given before the log was lost hears that there is no answer", async () => {
    const made = taker();
    made.state.last = 5;
    const { outbox, events } = await start(made);
    const event = events.add({ kind: "joined", join: joinOf("web-1") });
    expect(event.number).toBe(1);
    expect(await outbox.answerTo(event)).toBe("unreachable");
    expect(outbox.awaits("life-of-web-1")).toBe(false);
    const next = events.add({ kind: "joined", join: joinOf("web-2") });
    expect(next.number).toBe(6);
    expect(await outbox.answerTo(next)).toMatchObject({ registration: "life-of-web-2" });
  });
});

describe("events", () => {
  test("go in the order of their numbers, joins and others by turns, and none is left out", async () => {
    const plane = taker();
    const { outbox, events } = await start(plane);
    const answers: Promise<unknown>[] = [];
    for (let round = 0; round < 5; round++) {
      for (const name of ["a", "b"])
        answers.push(outbox.answerTo(events.add({ kind: "joined", join: joinOf(`${name}${round}`) })));
      events.add(refused);
      events.add({ kind: "gone", mesh: "default", name: "x", registration: "r" });
      outbox.wake();
      if (round % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ chain: [] });
    await expect.poll(() => plane.state.last === events.last).toBe(true);
    expect(plane.state.numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test("a join after numbers that were lost with the disk counts at once", async () => {
    const plane = taker();
    plane.state.last = 3;
    const { outbox, events } = await start(plane, memory({ "0000000000000007": null }));
    expect(await outbox.answerTo(events.add({ kind: "joined", join: joinOf("a") }))).toMatchObject({ chain: [] });
    expect(plane.state.calls).toEqual(["report ", "report 7", "joins 8"]);
    expect(plane.state.last).toBe(8);
  });

  test("a join after an event that the control plane refuses for good counts at once", async () => {
    const plane = taker();
    plane.state.fail = (call) => (call === "report 1" ? new Fault("malformed", "no such event") : null);
    const { outbox, events } = await start(plane);
    events.add(refused);
    outbox.wake();
    await expect.poll(() => plane.state.levels.includes("error")).toBe(true);
    plane.state.fail = () => null;
    await outbox.answerTo(events.add({ kind: "joined", join: joinOf("a") }));
    expect(plane.state.last).toBe(2);
  });

  test("a second life of one dataplane waits for the answer to the first", async () => {
    const plane = taker();
    const { outbox, events } = await start(plane);
    const both = [1, 2].map(() => outbox.answerTo(events.add({ kind: "joined", join: joinOf("a") })));
    await Promise.all(both);
    expect(plane.state.calls.slice(-2)).toEqual(["joins 1", "joins 2"]);
  });
});

describe("a burst", () => {
  const issued = (name: string) => ({
    ...({ kind: "issued", mesh: "default", name, serial: name, notAfter: "2026", issuer: "i", tokenId: "t" } as const),
  });
  const health = (name: string) => ({
    ...({ kind: "health", mesh: "default", name, registration: `life-of-${name}`, ready: [true] } as const),
  });

  test("of 1,000 first joins, each with events of its own among them, costs few calls, and all are answered in order", async () => {
    const plane = taker();
    const { outbox, events } = await start(plane);
    const answers: Promise<unknown>[] = [];
    for (let index = 0; index < 1000; index++) {
      const name = `web-${index}`;
      answers.push(outbox.answerTo(events.add({ kind: "joined", join: joinOf(name) })));
      events.add(issued(name));
      if (index % 2 === 0) events.add(health(name));
      outbox.wake();
    }
    outbox.deliver({ epoch: 1, sequence: 1, acked: 1, nacked: 0, pending: 0, laggards: [] });
    const names = (await Promise.all(answers)).map((answer) => (answer as { registration: string }).registration);
    expect(names).toEqual(Array.from({ length: 1000 }, (_, index) => `life-of-web-${index}`));
    await expect.poll(() => plane.state.last === events.last).toBe(true);
    expect(plane.state.numbers).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
    // 200 joins a call, the question for the last number, the delivery, and the events after the last join.
    expect(plane.state.calls.length).toBeLessThanOrEqual(10);
  });

  test("does not keep a delivery back until its end", async () => {
    const plane = taker();
    const { outbox, events } = await start(plane);
    const next = (index: number): Promise<unknown> =>
      outbox.answerTo(events.add({ kind: "joined", join: joinOf(`web-${index}`) }));
    await next(0);
    outbox.deliver({ epoch: 1, sequence: 1, acked: 1, nacked: 0, pending: 0, laggards: [] });
    for (let index = 1; index < 4; index++) await next(index);
    const at = plane.state.calls.findIndex((call) => call.endsWith("delivery"));
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(plane.state.calls.indexOf("joins 3"));
  });

  test("a control plane that takes no events with joins gets each by its own call, and one that it refuses is left out", async () => {
    const plane = taker();
    const bad = (): Error => new Fault("malformed", "what is that");
    // What closes the gap afterwards bears the same number.
    const isFirst = (call: string): boolean => plane.state.calls.indexOf(call) === plane.state.calls.length - 1;
    plane.state.fail = (call) => (call.includes("among") || (call === "report 2" && isFirst(call)) ? bad() : null);
    const { outbox, events } = await start(plane);
    const answers = [outbox.answerTo(events.add({ kind: "joined", join: joinOf("a") }))];
    events.add(issued("a"));
    answers.push(outbox.answerTo(events.add({ kind: "joined", join: joinOf("b") })));
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ chain: [] });
    expect(plane.state.calls).toEqual(["report ", "joins 1,3 among 2", "joins 1", "report 2", "report 2", "joins 3"]);
  });

  test("joins that waited too long go among those that are awaited, and who is refused so hears of it", async () => {
    const plane = taker();
    plane.state.fail = () => new Fault("unavailable", "gone");
    const { outbox, events } = await start(plane);
    expect(await outbox.answerTo(events.add({ kind: "joined", join: joinOf("a") }))).toBe("unreachable");
    plane.state.refuse = (some) => ({
      refused: some.flatMap((event) =>
        event.kind === "joined" ? [{ registration: event.join.registration, reason: "no" }] : [],
      ),
    });
    // Nothing was taken yet, so the next look finds both.
    const answering = outbox.answerTo(events.add({ kind: "joined", join: joinOf("b") }));
    plane.state.fail = () => null;
    expect(await answering).toMatchObject({ registration: "life-of-b" });
    expect(plane.state.calls.slice(-2)).toEqual(["joins 2 among 1", "life-of-a: no"]);
  });
});

describe("a control plane of an earlier release", () => {
  const delivery = { epoch: 1, sequence: 1, acked: 1, nacked: 0, pending: 0, laggards: [] };
  const called = [{ mesh: "default", proxy: "a", way: "in", to: "b" }] as never;

  test("that knows not all of what goes beside events takes the events and the rest of it, and that part is left out", async () => {
    const plane = taker();
    plane.state.fail = (call) => (call.endsWith("calls") ? new Fault("malformed", "body: what are calls") : null);
    const { outbox, events } = await start(plane);
    events.add(refused);
    events.add(refused);
    outbox.tellCalls(called);
    outbox.deliver(delivery);
    await expect.poll(() => plane.state.levels.length > 0).toBe(true);
    expect(await outbox.answerTo(events.add({ kind: "joined", join: joinOf("a") }))).toMatchObject({ chain: [] });
    expect(plane.state.calls).toEqual([
      "report ",
      "report 1,2 delivery calls",
      "report 1,2",
      "report  delivery calls",
      "report  calls",
      "report  delivery",
      "joins 3",
    ]);
    expect(plane.state.levels).toEqual(["warn"]);
  });

  test("is told once of an event that it refuses, and what went beside it comes after", async () => {
    const plane = taker();
    plane.state.fail = (call) => (call.includes("report 1") ? new Fault("malformed", "no such event") : null);
    const { outbox, events } = await start(plane);
    events.add(refused);
    outbox.deliver(delivery);
    await expect.poll(() => plane.state.calls.includes("report  delivery")).toBe(true);
    expect(plane.state.calls).toEqual(["report ", "report 1 delivery", "report 1", "report  delivery"]);
    expect(plane.state.levels).toEqual(["error"]);
  });
});

describe("a control plane that is away", () => {
  const away = (): Error => new Fault("unavailable", "gone");

  test("lets joins go on without it; they are reported in their order on return, and the log stays quiet", async () => {
    const plane = taker();
    plane.state.fail = away;
    const { outbox, events } = await start(plane);
    const event = events.add({ kind: "joined", join: joinOf("a") });
    const answering = outbox.answerTo(event);
    expect(outbox.awaits("life-of-a")).toBe(true);
    expect(await answering).toBe("unreachable");
    expect(outbox.awaits("life-of-a")).toBe(false);
    events.add(refused);
    await expect.poll(() => plane.state.calls.length > 6).toBe(true);
    plane.state.fail = () => null;
    await expect.poll(() => plane.state.last === 2).toBe(true);
    expect(plane.state.calls.at(-1)).toBe("report 1,2");
    expect(plane.state.levels).toEqual(["debug"]);
  });

  test.each([
    [undefined, 2],
    [60, 1],
  ])(
    "that asked to be left alone for %s seconds is asked %i times, though somebody hurries",
    async (retryAfter, times) => {
      const plane = taker();
      const failed = new Fault("too-many", "too often", retryAfter === undefined ? {} : { retryAfter });
      plane.state.fail = () => failed;
      const told: unknown[] = [];
      const next = (error: unknown): number => 60_000 + told.push(error);
      const { outbox, events } = await start(plane, memory(), { next, reset: () => undefined });
      events.add(refused);
      outbox.wake();
      await expect.poll(() => told.length === 1).toBe(true);
      outbox.reached();
      await expect.poll(() => told.length === times).toBe(true);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect([plane.state.calls.length, told.length, told[0]]).toEqual([times, times, failed]);
    },
  );

  test("does not keep a relay from stopping, and nothing is logged of that", async () => {
    const plane = taker();
    const held = { ...plane.client };
    let aborted = false;
    held.report = (_: ReportRequest, signal?: AbortSignal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          aborted = true;
          reject(new Fault("unavailable", "aborted"));
        });
      });
    const { outbox, events } = await start({ state: plane.state, client: held });
    const answering = outbox.answerTo(events.add({ kind: "joined", join: joinOf("a") }));
    await outbox.close();
    expect(await answering).toBe("unreachable");
    expect(aborted).toBe(true);
    expect(plane.state.levels).toEqual([]);
  });
});
