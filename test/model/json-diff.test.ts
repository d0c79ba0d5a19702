// Differences of JSON: a patch applies and gives what came after, whatever both are, and says little where little differs.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "#model/json.ts";
import { jsonDiff } from "#model/json-diff.ts";
import { applied } from "#test/json-patch.ts";

const named = fc.record({ name: fc.constantFrom("a", "b", "c", "~/"), value: fc.jsonValue({ maxDepth: 1 }) });
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.record({ list: fc.array(named, { maxLength: 5 }) }),
) as fc.Arbitrary<Json>;

test("the patch of any two values applies to the first and gives the second", () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      expect(applied(before, jsonDiff(before, after))).toEqual(after);
    }),
    { numRuns: 2_000 },
  );
});

test("a patch does not apply where the old values are others", () => {
  expect(() => applied({ timeout: "7s" }, jsonDiff({ timeout: "5s" }, { timeout: "6s" }))).toThrow(
    "not what was tested",
  );
});

describe("lists", () => {
  const item = (name: string, at = 1): Json => ({ name, at });

  test.each<readonly [string, Json, Json, readonly string[]]>([
    ["one more in the middle", [item("a"), item("c")], [item("a"), item("b"), item("c")], ["add /1"]],
    ["one less", [item("a"), item("b"), item("c")], [item("a"), item("c")], ["test /1", "remove /1"]],
    ["another value of one", [item("a"), item("b")], [item("a"), item("b", 2)], ["test /1/at", "replace /1/at"]],
    [
      "one more and another value",
      [item("a"), item("b")],
      [item("x"), item("a", 2), item("b")],
      ["add /0", "test /1/at", "replace /1/at"],
    ],
    ["plain values", [1, 2, 3], [1, 3, 4], ["test /1", "remove /1", "add /2"]],
    ["nothing", [item("a")], [item("a")], []],
  ])("%s", (_, before, after, steps) => {
    const patch = jsonDiff(before, after);
    expect(patch.map(({ op, path }) => `${op} ${path}`)).toEqual(steps);
    expect(applied(before, patch)).toEqual(after);
  });
});
