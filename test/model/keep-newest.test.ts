// Maps that keep the newest.
import { expect, test } from "vitest";
import { keepNewest } from "#model/keep-newest.ts";

test("the one that was kept longest ago goes, and what is kept again is the newest", () => {
  const map = new Map<string, number>();
  expect(keepNewest(map, "a", 1, 2)).toBe(1);
  keepNewest(map, "b", 2, 2);
  keepNewest(map, "a", 3, 2);
  expect([...map]).toEqual([
    ["b", 2],
    ["a", 3],
  ]);
  keepNewest(map, "c", 4, 2);
  expect([...map]).toEqual([
    ["a", 3],
    ["c", 4],
  ]);
});
