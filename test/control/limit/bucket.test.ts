// Buckets: never more than the rate over any while, never less than it for who keeps to it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { openBuckets } from "#control/limit/bucket.ts";
import { RATE_WINDOW } from "#model/limit/limit.ts";

test("a full bucket gives a window's worth at once, and then the rate", () => {
  const buckets = openBuckets();
  const at = (now: number): boolean => buckets.take("a", 20, now).allowed;
  expect(Array.from({ length: 20 * RATE_WINDOW }, () => at(0)).every(Boolean)).toBe(true);
  expect(buckets.take("a", 20, 0)).toEqual({ allowed: false, left: 0, reset: RATE_WINDOW, wait: 0.05 });
  expect([at(49), at(50), at(51), at(100)]).toEqual([false, true, false, true]);
  // Another one's is its own.
  expect(buckets.take("b", 20, 0)).toEqual({ allowed: true, left: 20 * RATE_WINDOW - 1, reset: 0.05, wait: 0 });
});

test("in any while no more comes than a window's worth and the rate; whoever keeps to the rate is never refused", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 10 }), (waits, rate) => {
      const buckets = openBuckets();
      let now = 0;
      const allowed: number[] = [];
      for (const wait of waits) {
        now += wait;
        const { allowed: yes, wait: left } = buckets.take("a", rate, now);
        if (yes) allowed.push(now);
        else expect(left).toBeGreaterThan(0);
        if (!yes) expect(buckets.take("a", rate, now + Math.ceil(left * 1000) - 1).wait).toBeLessThanOrEqual(left);
      }
      allowed.forEach((from, first) => {
        for (let last = first; last < allowed.length; last++) {
          const span = ((allowed[last] as number) - from) / 1000;
          expect(last - first + 1).toBeLessThanOrEqual(rate * RATE_WINDOW + rate * span + 1e-6);
        }
      });
      const steady = openBuckets();
      for (let call = 0; call < 100; call++) expect(steady.take("b", rate, (call * 1000) / rate).allowed).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test("what is remembered is bounded: who called longest ago begins anew", () => {
  const buckets = openBuckets(10);
  const drain = (key: string): void => {
    while (buckets.take(key, 1, 0).allowed);
  };
  for (let key = 0; key < 30; key++) drain(`k${key}`);
  expect(buckets.take("k0", 1, 0).allowed).toBe(true);
  expect(buckets.take("k29", 1, 0).allowed).toBe(false);
});
