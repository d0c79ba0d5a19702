// What came again the same stays the same object, and says what it says.
import { describe, expect, test } from "vitest";
import { kept } from "#relay/zone/kept.ts";

const sample = () => ({
  mesh: { name: "default", spec: { mtls: ["a"] } },
  list: [
    { name: "a", spec: { port: 1, tags: { zone: "east" } } },
    { name: "b", spec: { port: 2, tags: { zone: "east" } } },
  ],
  plain: [1, 2, { x: null }],
});

describe("kept", () => {
  test("is the old one where nothing differs", () => {
    const old = sample();
    expect(kept(old, sample())).toBe(old);
  });

  test("is the new one with what did not change of the old", () => {
    const old = sample();
    const next = sample();
    next.list[0]!.spec.port = 9;
    const said = structuredClone(next);
    const now = kept(old, next);
    expect(now).toEqual(said);
    expect(now).not.toBe(old);
    expect(now.list[1]).toBe(old.list[1]);
    expect(now.list[0]!.spec.tags).toBe(old.list[0]!.spec.tags);
    expect(now.mesh).toBe(old.mesh);
    expect(now.plain).toBe(old.plain);
    expect(old).toEqual(sample());
  });

  test("finds what has moved in a list by its name", () => {
    const old = sample();
    const next = sample();
    next.list.unshift({ name: "0", spec: { port: 0, tags: { zone: "west" } } });
    const now = kept(old, next);
    expect(now.list.map(({ name }) => name)).toEqual(["0", "a", "b"]);
    expect(now.list[1]).toBe(old.list[0]);
    expect(now.list[2]).toBe(old.list[1]);
  });

  test.each([
    ["a list for an object", [], {}],
    ["a field more", { a: 1 }, { a: 1, b: undefined }],
    ["a field less", { a: 1, b: 2 }, { a: 1 }],
    ["another name of a field", { a: undefined }, { b: undefined }],
    ["an item less", [1, 2], [1]],
    ["null", { a: 1 }, null],
    ["another order", [{ name: "a" }, { name: "b" }], [{ name: "b" }, { name: "a" }]],
  ])("tells %s", (_, old, next) => {
    const said = structuredClone(next);
    const now = kept(old, next);
    expect(now).not.toBe(old);
    expect(now).toStrictEqual(said);
  });
});
