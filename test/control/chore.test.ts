// A chore: it runs at the earliest time that anybody asked for, one run at a time, and again after what fails.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openChore } from "#control/chore.ts";
import { createGate } from "#test/gate.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A chore whose runs answer these in turn, then null; when each began, by a clock that the timers move. */
function openTimes(...answers: readonly (number | null | Error)[]) {
  const began: number[] = [];
  const left = [...answers];
  const start = Date.now();
  const run = async (): Promise<number | null> => {
    began.push(Date.now() - start);
    const answer = left.shift() ?? null;
    if (answer instanceof Error) throw answer;
    return answer === null ? null : start + answer;
  };
  const changed = vi.fn();
  const log = vi.fn();
  const chore = openChore({ clock: Date.now, log }, "acme", "test", run, changed);
  return { chore, began, changed, log, at: (milliseconds: number) => start + milliseconds };
}

test("one that is asked for earlier than its running timer runs at the earlier time, and once", async () => {
  const { chore, began, at } = openTimes(60_000);
  chore.look();
  await vi.advanceTimersByTimeAsync(0);
  expect(began).toEqual([0]);
  expect(chore.due()).toBe(at(60_000));
  chore.ask(at(10_000));
  expect(chore.due()).toBe(at(10_000));
  await vi.advanceTimersByTimeAsync(9_999);
  expect(began).toEqual([0]);
  await vi.advanceTimersByTimeAsync(1);
  expect(began).toEqual([0, 10_000]);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(began, "the later timer is gone").toEqual([0, 10_000]);
});

test("one that is asked for later keeps its time", async () => {
  const { chore, began, at, changed } = openTimes(10_000);
  chore.look();
  await vi.advanceTimersByTimeAsync(0);
  changed.mockClear();
  chore.ask(at(60_000));
  expect(changed).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(began).toEqual([0, 10_000]);
});

test("one that is asked for while it runs runs again, after that", async () => {
  const { passed: first, open: end } = createGate();
  let runs = 0;
  let under = 0;
  const run = async (): Promise<null> => {
    expect(++under, "one at a time").toBe(1);
    if (++runs === 1) await first;
    under--;
    return null;
  };
  const chore = openChore({ clock: Date.now, log: () => undefined }, "acme", "test", run, () => undefined);
  chore.look();
  chore.ask(Date.now());
  expect(runs).toBe(1);
  end();
  await chore.settle();
  expect(runs).toBe(2);
});

test("one that fails says so, and is tried again a minute later", async () => {
  const { chore, began, log } = openTimes(new Error("the disk is full"));
  chore.look();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(began).toEqual([0, 60_000]);
  expect(log.mock.calls.map(([level, label]) => [level, label])).toEqual([["warn", "a chore failed"]]);
});

test("a time beyond what a timer holds is waited for all the same, and nothing runs once it is closed", async () => {
  const far = 40 * 86_400_000;
  const { chore, began } = openTimes(far, far + 1000);
  chore.look();
  await vi.advanceTimersByTimeAsync(far - 1);
  expect(began).toEqual([0]);
  await vi.advanceTimersByTimeAsync(1);
  expect(began).toEqual([0, far]);
  await chore.close();
  await vi.advanceTimersByTimeAsync(far);
  expect(began).toEqual([0, far]);
});
