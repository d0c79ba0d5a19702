// The pace of publishing: at once while there is time, in turn where there is none, and how long zones rest.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openPace } from "#control/pace.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A process in which each timer comes `late`. */
function busy(late: number) {
  let extra = 0;
  const pace = openPace(() => Date.now() + extra);
  const come: string[] = [];
  const ask = (name: string) => {
    const turn = pace.turn();
    void turn.come.then(() => come.push(name));
    return turn;
  };
  const pass = async (milliseconds: number): Promise<void> => {
    for (const end = Date.now() + extra + milliseconds; Date.now() + extra < end; ) {
      extra += late;
      await vi.advanceTimersByTimeAsync(2);
    }
  };
  return { pace, come, ask, pass };
}

test("turns come at once until what was saved is spent; then one after the other, as a busy process has time", async () => {
  const { pace, come, ask, pass } = busy(8);
  ask("first");
  pace.spent(300);
  ask("second");
  pace.spent(300);
  await pass(0);
  await Promise.resolve();
  expect(come).toEqual(["first", "second"]);
  for (const name of ["third", "fourth"]) ask(name);
  // 100 ms are owed, and 3 of 10 are paid back.
  await pass(250);
  expect(come).toEqual(["first", "second"]);
  await pass(120);
  expect(come).toEqual(["first", "second", "third", "fourth"]);
});

test("a process that has nothing else to do waits for nothing but to see so", async () => {
  const { pace, come, ask, pass } = busy(0);
  pace.spent(5000);
  ask("one");
  await pass(10);
  expect(come).toEqual([]);
  await pass(20);
  expect(come).toEqual(["one"]);
});

test("who is waited for comes at once; however much was spent, not much is owed", async () => {
  const { pace, come, ask, pass } = busy(8);
  pace.spent(60_000);
  ask("one");
  ask("two").hurry();
  await Promise.resolve();
  expect(come).toEqual(["two"]);
  await pass(1020);
  expect(come).toEqual(["two", "one"]);
});

test("a zone rests for a second, and longer where many do", () => {
  const { pace } = busy(0);
  const rests = Array.from({ length: 500 }, () => pace.rest());
  expect([rests[0], rests[49], rests[50], rests[499]]).toEqual([1000, 1000, 1020, 10_000]);
  for (const _ of rests) pace.rested();
  expect(pace.rest()).toBe(1000);
});
