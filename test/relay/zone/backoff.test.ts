// Pauses between attempts: doubling, and never shorter than the control plane has asked for, nor all alike.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "#model/fault.ts";
import { createBackoff } from "#relay/zone/backoff.ts";

const refused = (retryAfter?: number): Fault =>
  new Fault("too-many", "too often", retryAfter === undefined ? {} : { retryAfter });
const chances = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

test("each pause is between half and all of its step, which doubles up to the most", () => {
  fc.assert(
    fc.property(chances, (chance) => {
      const backoff = createBackoff(100, 1000, () => chance);
      for (const step of [100, 200, 400, 800, 1000, 1000]) {
        const pause = backoff.next(refused());
        expect(pause).toBeGreaterThanOrEqual(step / 2);
        expect(pause).toBeLessThanOrEqual(step);
      }
      backoff.reset();
      expect(backoff.next()).toBeLessThanOrEqual(100);
    }),
  );
});

test("what asked for a time is not asked again before it, and relays that were refused together come back apart", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), chances, chances, (seconds, one, other) => {
      const at = (chance: number): number => createBackoff(100, 1000, () => chance).next(refused(seconds));
      for (const chance of [one, other]) {
        expect(at(chance)).toBeGreaterThanOrEqual(seconds * 1000);
        expect(at(chance)).toBeLessThanOrEqual(seconds * 1500);
      }
      if (Math.abs(one - other) > 0.01) expect(at(one)).not.toBe(at(other));
    }),
  );
  // Not for a day, whatever is asked.
  expect(createBackoff(100, 1000, () => 0).next(refused(86_400))).toBe(300_000);
});
