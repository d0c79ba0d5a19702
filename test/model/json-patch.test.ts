// JSON Patch: what it tells of small differences, and that it always leads from one value to the other.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "#model/json.ts";
import { jsonPatch } from "#model/json-patch.ts";
import { sameJson } from "#model/same.ts";
import { applied } from "#test/json-patch.ts";

test("a value in the place of another is tested, removed and added, as Kuma tells it", () => {
  expect(jsonPatch({ a: { "b/c": "1s" } }, { a: { "b/c": "2s" } })).toEqual([
    { op: "test", path: "/a/b~1c", value: "1s" },
    { op: "remove", path: "/a/b~1c", value: "1s" },
    { op: "add", path: "/a/b~1c", value: "2s" },
  ]);
});

test("an item that comes or goes in a list leaves the others where they are", () => {
  expect(jsonPatch(["a", "b"], ["a", "x", "b"])).toEqual([{ op: "add", path: "/1", value: "x" }]);
  expect(jsonPatch(["a", "x", "b"], ["a", "b"]).map(({ op, path }) => `${op} ${path}`)).toEqual([
    "test /1",
    "remove /1",
  ]);
  expect(jsonPatch([{ a: 1, b: 2 }], [{ a: 1, b: 3 }]).map(({ path }) => path)).toEqual(["/0/b", "/0/b", "/0/b"]);
});

test("the steps lead from any value to any other, and from a value to itself there are none", () => {
  const value = fc.jsonValue({ maxDepth: 4 }).filter((one) => !JSON.stringify(one).includes("__proto__"));
  fc.assert(
    fc.property(value, value, (a, b) => {
      const [before, after] = [a as Json, b as Json];
      expect(sameJson(applied(before, jsonPatch(before, after)), after)).toBe(true);
      expect(jsonPatch(before, structuredClone(before))).toEqual([]);
    }),
    {
      examples: [
        [{}, { valueOf: 0 }],
        [{ toString: [] }, { constructor: {} }],
      ],
    },
  );
});
