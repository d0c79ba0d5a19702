// How long a poll asks to be held, and how long it may be.
import { expect, test } from "vitest";
import { readWait } from "#app/prefer.ts";

test.each([
  [null, undefined, 0],
  ["wait=30", undefined, 30],
  ["respond-async, wait=30", undefined, 30],
  ["wait=600", undefined, 55],
  ["wait=55", 25, 25],
  ["wait=10", 25, 10],
  ["wait=x", 25, 0],
])("%j at most %j is %d s", (header, longest, seconds) => {
  expect(readWait(header, longest)).toBe(seconds);
});
