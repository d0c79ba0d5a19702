// Blame of fields: pointers, what changed outside of revisions, and what is older than all that is known.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fields, fieldsOf, openBlame } from "#model/blame.ts";
import type { Json } from "#model/json.ts";

const flat = (spec: Json, labels: Readonly<Record<string, string>> = {}): Fields =>
  fieldsOf({ envelope: "flat" }, { labels, spec });

test("fields are told by pointers as answers place them; what is empty is a field too", () => {
  const labels = { "kuma.io/zone": "east" };
  const spec = { a: [{ b: 1 }, []], "c/d~": {}, e: null };
  expect([...flat(spec, labels)]).toEqual([
    ["/labels/kuma.io~1zone", "east"],
    ["/a/0/b", 1],
    ["/a/1", []],
    ["/c~1d~0", {}],
    ["/e", null],
  ]);
  expect([...fieldsOf({ envelope: "spec" }, { labels: {}, spec: { a: 1 } })]).toEqual([["/spec/a", 1]]);
  expect(flat({}).size).toBe(0);
});

describe("origins", () => {
  test("what no revision made so is told apart from what is older than those that are known", () => {
    const told = openBlame(flat({ health: true, port: 3, name: "x", old: 1 }));
    told.tell({
      revision: 7,
      before: flat({ health: false, port: 2, name: "x", old: 1 }),
      after: flat({ health: false, port: 3, name: "x", old: 1 }),
    });
    expect(told.open).toBe(2);
    told.tell({ revision: 5, before: null, after: flat({ port: 2, name: "x" }) });
    expect([...told.origins(true)]).toEqual([
      ["/health", "outside"],
      ["/port", 7],
      ["/name", 5],
      ["/old", "outside"],
    ]);
    const short = openBlame(flat({ a: 1 }));
    expect([...short.origins(false)]).toEqual([["/a", "older"]]);
  });

  const value = fc.integer({ min: 0, max: 2 });
  const version = fc.record(
    {
      a: value,
      b: fc.array(fc.oneof(value, fc.record({ c: value })), { maxLength: 3 }),
      d: fc.record({ e: value }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );

  test("each field's is the last revision in which its value changed", () => {
    fc.assert(
      fc.property(fc.array(fc.option(version, { freq: 8 }), { minLength: 1, maxLength: 12 }), version, (past, last) => {
        const versions = [null, ...past, last];
        const told = openBlame(flat(last));
        for (let at = versions.length - 1; at > 0 && told.open > 0; at--) {
          const [before, after] = [versions[at - 1] ?? null, versions[at] ?? null];
          told.tell({ revision: at, before: before && flat(before), after: after && flat(after) });
        }
        for (const [path, origin] of told.origins(true)) {
          const values = versions.map((one) => valueAt(one, path));
          let at = values.length - 1;
          while (values[at] === values[at - 1]) at--;
          expect(origin, path).toBe(at);
        }
      }),
    );
  });
});

/** The text of the value at a pointer, read step by step; undefined where there is none. */
function valueAt(value: unknown, path: string): string | undefined {
  let at = value;
  for (const step of path.slice(1).split("/")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[step];
  }
  return JSON.stringify(at);
}
