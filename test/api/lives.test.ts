// The digest of lives: it is the same for the same registrations, and another for others.
import fc from "fast-check";
import { expect, test } from "vitest";
import { livesDigest } from "#api/lives.ts";

const id = fc.string({ minLength: 24, maxLength: 24, unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz234567") });
const ids = fc.uniqueArray(id, { maxLength: 8 });

test("the order does not count", () => {
  fc.assert(
    fc.property(ids, (some) => {
      expect(livesDigest([...some].reverse())).toBe(livesDigest(some));
    }),
  );
});

test("one more or one less is another digest", () => {
  fc.assert(
    fc.property(ids, id, (some, one) => {
      fc.pre(!some.includes(one));
      expect(livesDigest([...some, one])).not.toBe(livesDigest(some));
    }),
  );
});

test("of none it is empty, and an id that came and went leaves nothing", () => {
  expect(livesDigest([])).toBe("");
  expect(livesDigest(["life-1", "life-1"])).toBe("");
});
