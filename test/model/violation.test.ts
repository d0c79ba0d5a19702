// Paths of fields, as violations name them.
import { expect, it } from "vitest";
import { at, under } from "#model/violation.ts";

it("joins steps in Kuma's notation", () => {
  expect(at("spec", "to", 0, "default")).toBe("spec.to[0].default");
  expect(at("spec", "to[0].default")).toBe("spec.to[0].default");
  expect(at("tags", "kuma.io/service")).toBe('tags["kuma.io/service"]');
  expect(at("", "a")).toBe("a");
});

it("puts violations below their parent's path", () => {
  const found = under("tags", [
    { field: '["a b"]', reason: "x" },
    { field: "", reason: "y" },
    { field: "z", reason: "z" },
  ]);
  expect(found.map(({ field }) => field)).toEqual(['tags["a b"]', "tags", "tags.z"]);
});
