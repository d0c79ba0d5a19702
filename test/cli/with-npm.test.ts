// A command under npm ends when npm is gone; any other goes on without its parent.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endWithNpm } from "#cli/with-npm.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function lineage() {
  const state = { parent: 100, stops: 0 };
  return { state, given: { parent: () => state.parent, stop: () => void state.stops++ } };
}

test("stops once when the parent has changed", async () => {
  const { state, given } = lineage();
  endWithNpm({ npm_command: "run-script" }, given);
  await vi.advanceTimersByTimeAsync(5000);
  expect(state.stops).toBe(0);
  state.parent = 1;
  await vi.advanceTimersByTimeAsync(5000);
  expect(state.stops).toBe(1);
});

test("where npm has not started it, its parent is nobody's business", async () => {
  const { state, given } = lineage();
  endWithNpm({}, given);
  state.parent = 1;
  await vi.advanceTimersByTimeAsync(5000);
  expect(state.stops).toBe(0);
});
