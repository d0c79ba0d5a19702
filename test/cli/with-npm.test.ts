// A command under npm ends when npm is gone; any other goes on without its parent.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endWithNpm } from "#cli/with-npm.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function lineage() {
  const state = { above: "100 99", stops: 0 };
  return { state, given: { ancestors: () => state.above, stop: () => void state.stops++ } };
}

test("stops once when what is above it has changed", async () => {
  const { state, given } = lineage();
  endWithNpm({ npm_command: "run-script" }, given);
  await vi.advanceTimersByTimeAsync(5000);
  expect(state.stops).toBe(0);
  state.above = "100 1";
  await vi.advanceTimersByTimeAsync(5000);
  expect(state.stops).toBe(1);
});

test("where npm has not started it, what is above it is nobody's business", async () => {
  const { state, given } = lineage();
  endWithNpm({}, given);
  state.above = "100 1";
  await vi.advanceTimersByTimeAsync(5000);
  expect(state.stops).toBe(0);
});
