// A spread says half and nearly all of many durations to within 5 %, however they come.
import fc from "fast-check";
import { expect, test } from "vitest";
import { LAST_BUCKET, openSpread, quantilesOf, type Spread } from "#model/spread.ts";

const durations = fc.array(fc.double({ min: 0, max: 3e9, noNaN: true }), { minLength: 1, maxLength: 60 });

function spreadOf(all: readonly number[]): Spread {
  const spreading = openSpread();
  for (const one of all) spreading.add(one);
  return spreading.spread();
}

/** Nearest rank. */
function exact(all: readonly number[], share: number): number {
  return all.toSorted((a, b) => a - b)[Math.ceil(share * all.length) - 1]!;
}

test("quantiles are those of the durations to within a twentieth, and the longest is exact", () => {
  fc.assert(
    fc.property(durations, fc.nat(100_000), (all, shift) => {
      const found = quantilesOf([{ spread: spreadOf(all), shift }])!;
      expect(found.count).toBe(all.length);
      expect(found.max).toBe(Math.round(Math.max(...all)) + shift);
      for (const [share, told] of [
        [0.5, found.p50],
        [0.99, found.p99],
      ] as const) {
        const wanted = Math.max(1, exact(all, share));
        expect(Math.abs(told - shift - wanted)).toBeLessThanOrEqual(wanted / 20 + 1);
      }
    }),
  );
});

test("spreads of several are as one, in whatever order the durations come", () => {
  fc.assert(
    fc.property(durations, durations, (some, others) => {
      const parts = [some, others].map((all) => ({ spread: spreadOf(all), shift: 0 }));
      const { max, count } = quantilesOf([{ spread: spreadOf([...others, ...some]), shift: 0 }])!;
      expect(quantilesOf(parts)).toMatchObject({ max, count });
      expect(spreadOf(some.toReversed())).toEqual(spreadOf(some));
      expect(spreadOf(some).buckets.every(([index]) => index >= 0 && index <= LAST_BUCKET)).toBe(true);
    }),
  );
});

test("of nothing there are no quantiles", () => {
  expect(quantilesOf([])).toBeNull();
  expect(quantilesOf([{ spread: spreadOf([]), shift: 9 }])).toBeNull();
});
