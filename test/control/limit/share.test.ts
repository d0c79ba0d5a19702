// Shares: who has kept the process busy for more than its part lately, and until when that counts.
import { expect, test } from "vitest";
import { openShares } from "#control/limit/share.ts";

test("who is alone has no more than its part, whatever it uses", () => {
  const shares = openShares();
  for (let now = 0; now < 60_000; now += 100) shares.add("a", 100, now);
  expect(shares.isOver("a", 60_000)).toBe(false);
});

test("who has had more than the others is over its part, until that is long ago", () => {
  const shares = openShares();
  for (let now = 0; now < 10_000; now += 100) {
    shares.add("noisy", 80, now);
    shares.add("quiet", 10, now);
  }
  expect([shares.isOver("noisy", 10_000), shares.isOver("quiet", 10_000)]).toEqual([true, false]);
  expect(shares.isOver("noisy", 30_000)).toBe(false);
});

test("what nobody feels is nobody's too much", () => {
  const shares = openShares();
  for (let now = 0; now < 20_000; now += 100) {
    shares.add("a", 4, now);
    shares.add("b", 1, now);
  }
  expect(shares.isOver("a", 20_000)).toBe(false);
});

test("of two that ask as much beside a third, both are over theirs", () => {
  const shares = openShares();
  for (let now = 0; now < 10_000; now += 100) {
    for (const key of ["a", "b"]) shares.add(key, 45, now);
    shares.add("quiet", 5, now);
  }
  expect(["a", "b", "quiet"].map((key) => shares.isOver(key, 10_000))).toEqual([true, true, false]);
});

test("who has not been seen for long is forgotten, and then nobody is over", () => {
  const shares = openShares();
  shares.add("gone", 10, 0);
  for (let now = 0; now < 60_000; now += 100) shares.add("a", 100, now);
  expect(shares.isOver("a", 60_000)).toBe(false);
});
