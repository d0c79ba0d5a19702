// Giving way: who has had more than its part begins nothing while others are there, but never waits for ever.
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openTurns, PATIENCE, type Turns } from "#control/limit/turns.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
const open = (): Turns => openTurns({ atOnce: 4, each: 2, clock: Date.now, breath });
const work = (milliseconds: number) => (): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** One has kept the process busy for seconds, beside another. */
async function noisy(): Promise<Turns> {
  const turns = open();
  void turns.run("noisy", work(3000));
  void turns.run("quiet", work(10));
  await vi.advanceTimersByTimeAsync(3100);
  return turns;
}

/** What began, and ends when it is told to. */
function tracked(turns: Turns) {
  const began: string[] = [];
  const ends: (() => void)[] = [];
  const call = (key: string): void =>
    void turns.run(key, () => {
      began.push(key);
      return new Promise<void>((end) => ends.push(end));
    });
  return { began, call, end: () => ends.shift()?.() };
}

test("it begins nothing while it is not known whose call has come, and begins once that is known", async () => {
  const turns = await noisy();
  const { began, call } = tracked(turns);
  const leave = await turns.arrive(null);
  call("noisy");
  await vi.advanceTimersByTimeAsync(PATIENCE / 2);
  expect(began).toEqual([]);
  leave();
  leave();
  await vi.advanceTimersByTimeAsync(5);
  expect(began).toEqual(["noisy"]);
});

test("it begins nothing while others work, and they do not wait for one another", async () => {
  const { began, call, end } = tracked(await noisy());
  call("quiet");
  await vi.advanceTimersByTimeAsync(5);
  call("noisy");
  call("other");
  await vi.advanceTimersByTimeAsync(5);
  expect(began).toEqual(["quiet", "other"]);
  end();
  end();
  await vi.advanceTimersByTimeAsync(5);
  expect(began).toEqual(["quiet", "other", "noisy"]);
});

test("it has one call under way and not two", async () => {
  const { began, call, end } = tracked(await noisy());
  call("noisy");
  call("noisy");
  await vi.advanceTimersByTimeAsync(5);
  expect(began).toEqual(["noisy"]);
  end();
  await vi.advanceTimersByTimeAsync(5);
  expect(began).toEqual(["noisy", "noisy"]);
});

test("whoever comes in the breath before it begins goes first", async () => {
  const turns = await noisy();
  const { began, call, end } = tracked(turns);
  call("noisy");
  call("quiet");
  await vi.advanceTimersByTimeAsync(5);
  expect(began).toEqual(["quiet"]);
  end();
  await vi.advanceTimersByTimeAsync(5);
  expect(began).toEqual(["quiet", "noisy"]);
});

test("it waits so long and no longer, however many others there are", async () => {
  const turns = await noisy();
  const { began, call } = tracked(turns);
  void turns.arrive(null);
  call("noisy");
  let rested = false;
  void turns.rest("noisy").then(() => {
    rested = true;
  });
  await vi.advanceTimersByTimeAsync(PATIENCE - 5);
  expect([began, rested]).toEqual([[], false]);
  await vi.advanceTimersByTimeAsync(PATIENCE + 20);
  expect([began, rested]).toEqual([["noisy"], true]);
});

test("what it does without a call goes on one piece in a turn of the loop, others' at once", async () => {
  const turns = await noisy();
  const went: string[] = [];
  for (const key of ["noisy", "noisy", "noisy", "quiet"]) void turns.rest(key).then(() => went.push(key));
  await vi.advanceTimersByTimeAsync(1);
  expect(went).toEqual(expect.arrayContaining(["quiet", "noisy"]));
  expect(went).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(2);
  expect(went).toHaveLength(4);
});

test("a call that names it is not looked at while others are there, then one in a turn of the loop", async () => {
  const turns = await noisy();
  const leave = await turns.arrive("quiet");
  let looked = 0;
  const arrive = async (): Promise<void> => {
    const left = await turns.arrive("noisy");
    looked++;
    left();
  };
  const all = [arrive(), arrive(), arrive()];
  await vi.advanceTimersByTimeAsync(PATIENCE / 2);
  expect(looked).toBe(0);
  leave();
  await vi.advanceTimersByTimeAsync(0);
  expect(looked).toBe(1);
  await vi.advanceTimersByTimeAsync(10);
  await Promise.all(all);
  expect(looked).toBe(3);
});

test("whatever comes in which order, all is carried out", async () => {
  const step = fc.record({
    key: fc.constantFrom("a", "b", "c"),
    takes: fc.nat(900),
    what: fc.nat(2),
    after: fc.nat(50),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const turns = open();
      let done = 0;
      const count = (): void => void done++;
      for (const { key, takes, what, after } of steps) {
        if (what === 0) void turns.run(key, work(takes)).then(count);
        else if (what === 1) void turns.rest(key).then(count);
        else {
          const leave = turns.arrive(takes % 2 === 0 ? key : null);
          setTimeout(() => {
            void leave.then((left) => left()).then(count);
          }, takes);
        }
        await vi.advanceTimersByTimeAsync(after);
      }
      await vi.advanceTimersByTimeAsync(60_000);
      expect(done).toBe(steps.length);
      expect(vi.getTimerCount()).toBe(0);
    }),
    { numRuns: 40 },
  );
});
