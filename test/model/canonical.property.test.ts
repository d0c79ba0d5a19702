// Canonical JSON: one text per value whatever the order of keys, and the same that a plain recursive writer gives.

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonical } from "#model/canonical.ts";
import type { Json } from "#model/json.ts";

/** RFC 8785 section 3.2.3, as plainly as it can be written. */
function oracle(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(oracle).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${oracle(member)}`).join(",")}}`;
}

const keys = fc.oneof(
  fc.constantFrom("10", "9", "__proto__", "toJSON", "", "a", "B", "\u20ac", "\ud83d\ude00", "\ufb33"),
  fc.string({ maxLength: 3 }),
);
const values: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<Json>,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(keys, tie("value")), { maxLength: 4 }).map((rows) => Object.fromEntries(rows)),
  ),
})).value;

test("is the oracle's text, reads back as the value, and leaves the value as it was", () => {
  fc.assert(
    fc.property(values, (value) => {
      const before = JSON.stringify(value);
      const text = canonical(value);
      expect(text).toBe(oracle(value));
      expect(canonical(JSON.parse(text))).toBe(text);
      expect(JSON.stringify(value)).toBe(before);
    }),
    { numRuns: 1_000 },
  );
});

test.each([[Number.NaN], [undefined], [1n], [() => 1], [Symbol("x")]])("refuses %s at any depth", (odd) => {
  for (const value of [odd, [odd], { a: odd }, { "1": odd }, { b: 1, a: [{ z: 1, c: odd }] }]) {
    expect(() => canonical(value as unknown as Json)).toThrow(TypeError);
  }
});
