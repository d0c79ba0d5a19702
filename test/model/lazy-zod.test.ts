// Shapes that are made at their first use: they are what zod would have made at once, and none is made before.
import { afterEach, expect, test } from "vitest";
import * as zod from "zod/mini";
import * as z from "#model/lazy-zod.ts";

interface Hook {
  postProcessor?: (() => void) | undefined;
}
/** Zod's own place for what is called with each shape that is made. */
const hook = (globalThis as unknown as { readonly __zod_globalConfig: Hook }).__zod_globalConfig;

afterEach(() => {
  hook.postProcessor = undefined;
});

function countMade(): () => number {
  let made = 0;
  hook.postProcessor = () => {
    made++;
  };
  return () => made;
}

test("nothing is made before the first look, and then each shape once", () => {
  const made = countMade();
  const name = z.string().check(z.maxLength(3), z.trim());
  const shape = z.strictObject({ name, list: z.array(z.union([name, z.int()])), may: z.exactOptional(z.unknown()) });
  const more = z.extend(shape, { more: z._default(z.enum(["a", "b"]), "b") });
  expect(made()).toBe(0);
  expect(more.parse({ name: "abc", list: ["d", 4] })).toEqual({ name: "abc", list: ["d", 4], more: "b" });
  const after = made();
  expect(after).toBeGreaterThan(8);
  more.safeParse({});
  expect(made()).toBe(after);
  expect(z.real(more)).toBe(z.real(more));
  expect((z.real(more) as typeof more)._zod.def.shape.name).toBe(z.real(name));
});

test("members that a function gives are asked for once, at the first look", () => {
  const made = countMade();
  let asked = 0;
  const members = () => {
    asked++;
    return { name: z.string(), inner: z.exactOptional(z.object(() => ({ deep: z.int() }))) };
  };
  const shape = z.strictObject(members).check(z.refine(({ name }) => name !== "no"));
  const list = z.array(z.looseObject(members));
  expect([made(), asked]).toEqual([0, 0]);
  expect(shape.parse({ name: "a", inner: { deep: 1, more: 2 } })).toEqual({ name: "a", inner: { deep: 1 } });
  expect(shape.safeParse({ name: "no" }).success).toBe(false);
  expect(shape.safeParse({ name: "a", more: 1 }).success).toBe(false);
  expect(asked).toBe(1);
  expect(list.parse([{ name: "a", more: 1 }])).toEqual([{ name: "a", more: 1 }]);
});

test("a shape refuses in zod's own words", () => {
  const of = ({ strictObject, string, maxLength, int, array, enum: anEnum, record, tuple, iso, refine }: typeof zod) =>
    strictObject({
      name: string().check(maxLength(3)),
      many: array(int()),
      one: anEnum(["x", "y"]),
      map: record(string(), int()),
      pair: tuple([int(), string()]),
      at: iso.datetime({ offset: true }),
    }).check(refine(({ name }) => name !== "no", { message: "not that", path: ["name"] }));
  const [lazy, plain] = [of(z as unknown as typeof zod), of(zod)];
  const right = { name: "a", many: [1], one: "x", map: { a: 1 }, pair: [1, "a"], at: "2026-01-01T00:00:00Z" };
  const values = [
    right,
    { ...right, name: "no" },
    { ...right, more: 1 },
    { name: "long", many: "1", pair: [1], at: 1 },
  ];
  for (const value of values) expect(lazy.safeParse(value)).toEqual(plain.safeParse(value));
  expect(values.map((value) => lazy.safeParse(value).success)).toEqual([true, false, false, false]);
  expect(z.toJSONSchema(lazy, { unrepresentable: "any" })).toEqual(zod.toJSONSchema(plain, { unrepresentable: "any" }));
});

test("it has every member that zod's shapes have", () => {
  const members = (value: object | null): string[] =>
    value === null || value === Object.prototype
      ? []
      : [...Object.getOwnPropertyNames(value), ...members(Object.getPrototypeOf(value))];
  const later = new Set(members(z.object({})));
  const lacks = members(zod.object({})).filter((name) => !later.has(name));
  expect(lacks).toEqual([]);
  expect(z.object({ a: z.string() }).shape.a.safeParse("b").success).toBe(true);
  expect(z.string().with(z.maxLength(1)).safeParse("ab").success).toBe(false);
  expect(z.string() instanceof zod.ZodMiniString).toBe(true);
});
