// The hole notation: what is written comes back filled, and what users write is never read as a hole.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical } from "#model/canonical.ts";
import type { Json } from "#model/json.ts";
import { fill, fillPartly, hole, holesOf, joined, template } from "#snapshot/template.ts";

describe("template", () => {
  test("writes holes and joined text, and leaves undefined out", () => {
    const made = template("listener", {
      name: joined`inbound:${hole("address")}:${hole<number>("0.port")}`,
      port: hole<number>("0.port"),
      gone: undefined,
    } as { name: string });
    expect(made).toEqual({
      kind: "listener",
      name: { $: ["inbound:", { $: "address" }, ":", { $: "0.port" }] },
      body: { name: { $: ["inbound:", { $: "address" }, ":", { $: "0.port" }] }, port: { $: "0.port" } },
    });
    expect(holesOf(made)).toEqual(["0.port", "address"]);
    expect(fill(made, { address: "10.0.0.1", "0.port": 80 })).toEqual({
      kind: "listener",
      name: "inbound:10.0.0.1:80",
      body: { name: "inbound:10.0.0.1:80", port: 80 },
    });
  });

  test("joins without holes to plain text, and joins joined text flat", () => {
    expect(joined`a${1}b`).toBe("a1b");
    const inner = joined`x:${hole("a")}`;
    expect(template("cluster", { name: joined`<${inner}>` }).name).toEqual({ $: ["<x:", { $: "a" }, ">"] });
    expect(template("cluster", { name: joined`${hole("a")}` }).name).toEqual({ $: [{ $: "a" }] });
  });

  test("names the hole that has no value, and a name that is not text", () => {
    const made = template("cluster", { name: hole("service") });
    expect(() => fill(made, {})).toThrow('the hole "service" has no value');
    expect(() => fill(made, { service: 7 })).toThrow("the name of a cluster is not text");
    expect(() => fill(template("cluster", { name: joined`a${hole("x")}` }), { x: {} })).toThrow(
      "a hole inside text is filled with {}",
    );
  });

  test("does not inherit values from Object", () => {
    expect(() => fill(template("cluster", { name: hole("constructor") }), {})).toThrow("has no value");
  });

  test.each([[Number.NaN], [1n], [new Date(0)], [new Map()], [() => 1]])("refuses %s", (value) => {
    expect(() => template("cluster", { name: "a", value } as { name: string })).toThrow(TypeError);
  });

  test("fills partly, and keeps what is open in the notation", () => {
    const made = template("cluster", { name: joined`${hole("a")}-${hole("b")}` });
    expect(fillPartly(made.name, { a: "x" })).toEqual({ $: ["x-", { $: "b" }] });
    expect(fillPartly(made.name, { a: "x", b: 2 })).toBe("x-2");
  });
});

const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
const keys = fc.constantFrom("$", "$$", "$a", "__proto__", "a", "constructor");
const nasty: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    json,
    fc.constantFrom<Json>("a", { $: "a" }, { $: ["x", { $: "a" }] }),
    fc.array(fc.tuple(keys, tie("value")), { maxLength: 3 }).map((rows) => Object.fromEntries(rows)),
  ),
})).value;

describe("what users write", () => {
  test("comes out of a template as it went in, whatever its keys", () => {
    fc.assert(
      fc.property(nasty, nasty, (data, value) => {
        const made = template("cluster", { name: "c", data, filled: hole("value") } as { name: string });
        const stored = JSON.parse(JSON.stringify(made));
        expect(holesOf(stored)).toEqual(["value"]);
        const { body } = fill(stored, { value, a: "never" });
        expect(canonical(body)).toBe(canonical({ name: "c", data, filled: value }));
      }),
    );
  });

  test("stays data when a template is filled in two steps", () => {
    fc.assert(
      fc.property(nasty, (value) => {
        const { name, body } = template("cluster", { name: "c", one: hole("one"), two: hole("two") } as {
          name: string;
        });
        const half = fillPartly(body, { one: value });
        expect(fill({ kind: "cluster", name, body: half }, { two: 2, a: "never" })).toEqual(
          fill({ kind: "cluster", name, body }, { one: value, two: 2 }),
        );
      }),
    );
  });
});
