// The hub of events: numbered, gathered, bounded, resumable, and free where nobody listens.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Hint, HintEvent } from "#api/event.ts";
import { type Hub, KEPT_EVENTS, MOST_LISTENERS, openHub } from "#control/event/hub.ts";

let hub: Hub;
beforeEach(() => {
  vi.useFakeTimers();
  hub = openHub((length) => crypto.getRandomValues(new Uint8Array(length)));
});
afterEach(() => void vi.useRealTimers());

interface Ear {
  readonly events: HintEvent[];
  readonly hints: readonly Hint[];
  ended: boolean;
  leave(): void;
}

async function listen(since: string | null = null, tenant = "acme"): Promise<Ear> {
  const events: HintEvent[] = [];
  const ear = {
    events,
    ended: false,
    get hints() {
      return events.map(({ hint }) => hint);
    },
    leave: () => undefined as unknown,
  };
  ear.leave = await hub.listen(tenant, since, { take: (event) => events.push(event), end: () => (ear.ended = true) });
  return ear as Ear;
}

const tell = (hint: Hint, tenant = "acme"): void => hub.tell(tenant, () => [hint]);
const proxy = (...meshes: string[]): Hint => ({ kind: "proxy", zone: "east", meshes });

test("hints that are alike are told once, with all that they are about", async () => {
  const ear = await listen();
  tell(proxy("a"));
  tell(proxy("b"));
  tell({ kind: "proxy", zone: "west", meshes: ["a"] });
  expect(ear.hints).toEqual([{ kind: "ready" }]);
  vi.advanceTimersByTime(100);
  expect(ear.hints.slice(1)).toEqual([proxy("a", "b"), { kind: "proxy", zone: "west", meshes: ["a"] }]);
  for (let mesh = 0; mesh < 30; mesh++) tell(proxy(`m${mesh}`));
  vi.advanceTimersByTime(100);
  expect(ear.hints.at(-1)).toEqual({ kind: "proxy", zone: "east", meshes: null });
});

test("nothing is made or kept where nobody listens", async () => {
  const hints = vi.fn(() => [proxy("a")]);
  hub.tell("acme", hints);
  expect([hints.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  const ear = await listen();
  ear.leave();
  hub.tell("acme", hints);
  expect(hints.mock.calls.length).toBe(1);
  vi.advanceTimersByTime(61_000);
  hub.tell("acme", hints);
  expect([hints.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
  expect((await listen(ear.events[0]?.id)).hints).toEqual([{ kind: "reset" }]);
});

test("who comes back is told exactly what it missed, whenever it left", async () => {
  const ear = await listen();
  const ids: (string | undefined)[] = [ear.events[0]?.id];
  for (let number = 1; number <= 40; number++) {
    tell({ kind: "revision", revision: number });
    // What is being gathered when somebody comes is told as well.
    if (number < 40) vi.advanceTimersByTime(100);
    ids.push(ear.events.at(-1)?.id);
  }
  for (let number = 0; number < 40; number++) {
    const back = await listen(ids[number] ?? null);
    const wanted = Array.from({ length: 40 - number }, (_, at) => ({ kind: "revision", revision: number + at + 1 }));
    expect(back.hints).toEqual([...wanted, { kind: "ready" }]);
    back.leave();
  }
  expect(ear.hints.filter(({ kind }) => kind === "revision")).toHaveLength(40);
});

test("what is kept is bounded, and who missed more is told to fetch everything", async () => {
  const ear = await listen();
  const start = ear.events[0]?.id ?? "";
  for (let number = 1; number <= KEPT_EVENTS; number++) {
    tell({ kind: "revision", revision: number });
    vi.advanceTimersByTime(100);
  }
  expect((await listen(start)).hints).toHaveLength(KEPT_EVENTS + 1);
  tell(proxy("a"));
  vi.advanceTimersByTime(100);
  expect((await listen(start)).hints).toEqual([{ kind: "reset" }]);
});

test("an organisation has a bounded number of listeners, and others are not held up by it", async () => {
  const ears = await Promise.all(Array.from({ length: MOST_LISTENERS }, () => listen()));
  await expect(listen()).rejects.toMatchObject({ code: "too-many", retryAfter: 30 });
  expect((await listen(null, "other")).hints).toEqual([{ kind: "ready" }]);
  ears[0]?.leave();
  expect((await listen()).hints).toEqual([{ kind: "ready" }]);
});

test("its end ends all that listen, and nobody listens any more", async () => {
  const ears = [await listen(), await listen(null, "other")];
  hub.end();
  expect(ears.map(({ ended }) => ended)).toEqual([true, true]);
  expect(vi.getTimerCount()).toBe(0);
  await expect(listen()).rejects.toMatchObject({ code: "unavailable" });
});
