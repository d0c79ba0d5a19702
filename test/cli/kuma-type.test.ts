// Types of Kuma's that are not here: known by every spelling, and struck from the list when they arrive.
import { expect, test } from "vitest";
import { KUMA_TYPES, unsupportedText } from "#cli/apply/kuma-type.ts";
import { ALL_KINDS, kindOfType } from "#model/kinds.ts";

test("none that is here is said to be missing", () => {
  expect(KUMA_TYPES.filter((type) => kindOfType(type) !== undefined)).toEqual([]);
  const words = ALL_KINDS.flatMap((kind) => [kind.type, kind.path, ...kind.aliases]);
  expect(words.filter((word) => unsupportedText(word) !== undefined)).toEqual([]);
});

test.each([
  ["MeshIdentity", "MeshIdentity"],
  ["meshidentities", "MeshIdentity"],
  ["zoneegressinsights", "ZoneEgressInsight"],
  ["workloads", "Workload"],
])("%s is known as %s", (word, type) => {
  expect(unsupportedText(word)).toBe(`${type} is a type of Kuma's that Weft does not have yet`);
});

test("a slip of the pen is none of them", () => {
  expect(unsupportedText("meshtimeut")).toBeUndefined();
  expect(unsupportedText("")).toBeUndefined();
});
