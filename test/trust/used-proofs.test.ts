// Used proofs: kept until they end and no longer, also where the clock was ahead for a while.
import { expect, test } from "vitest";
import { createUsedProofs } from "#trust/used-proofs.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test("one that is used is known until it ends, and forgotten then", () => {
  let now = 0;
  const used = createUsedProofs(() => now);
  used.add("one", 10 * MINUTE);
  now = MINUTE;
  used.add("other", 11 * MINUTE);
  now = 10 * MINUTE;
  expect([used.has("one"), used.has("other"), used.has("third")]).toEqual([true, true, false]);
  now = 10 * MINUTE + 1;
  expect([used.has("one"), used.has("other"), used.size]).toEqual([false, true, 1]);
});

test("those that are used after a clock was ahead are forgotten in time, and those of that while are not", () => {
  let now = 20 * HOUR;
  const used = createUsedProofs(() => now);
  const use = (proof: string): void => used.add(proof, now + 10 * MINUTE);
  use("ahead");
  for (now = 0; now < HOUR; now += MINUTE) {
    expect(used.has(`at ${now}`)).toBe(false);
    use(`at ${now}`);
  }
  expect(used.size).toBeLessThanOrEqual(12);
  expect(used.has("ahead")).toBe(true);
  now = 21 * HOUR;
  expect([used.has("ahead"), used.size]).toEqual([false, 0]);
});
