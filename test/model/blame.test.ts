// Blame of fields: pointers, items of lists by what names them, what changed outside of revisions, and what is older than all that is known.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { blamedPart, fieldsOf, openBlame } from "#model/blame.ts";
import type { JsonObject } from "#model/json.ts";

const flat = (spec: JsonObject, labels: Readonly<Record<string, string>> = {}): JsonObject =>
  blamedPart({ envelope: "flat" }, { labels, spec });

test("fields are told by pointers as answers place them; what is empty is a field too", () => {
  const labels = { "kuma.io/zone": "east" };
  const spec = { a: [{ b: 1 }, []], "c/d~": {}, e: null };
  expect([...fieldsOf(flat(spec, labels))]).toEqual([
    ["/labels/kuma.io~1zone", "east"],
    ["/a/0/b", 1],
    ["/a/1", []],
    ["/c~1d~0", {}],
    ["/e", null],
  ]);
  const part = blamedPart({ envelope: "spec" }, { labels: {}, spec: { a: 1 } });
  expect([...fieldsOf(part)]).toEqual([["/spec/a", 1]]);
  expect(fieldsOf(flat({})).size).toBe(0);
});

/** The origins after these versions, of which the first is made by revision 1; null = it was not there. */
function originsOf(versions: readonly (JsonObject | null)[]): ReadonlyMap<string, unknown> {
  const told = openBlame(versions.at(-1) as JsonObject);
  for (let at = versions.length - 1; at >= 0 && told.open > 0; at--)
    told.tell({ revision: at + 1, before: versions[at - 1] ?? null, after: versions[at] ?? null });
  return told.origins(true);
}

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
    { a: value, b: fc.oneof(value, fc.record({ c: value })), d: fc.record({ e: value }, { requiredKeys: [] }) },
    { requiredKeys: [] },
  );

  test("each field's is the last revision in which its value changed", () => {
    fc.assert(
      fc.property(fc.array(fc.option(version, { freq: 8 }), { maxLength: 12 }), version, (past, last) => {
        const versions = [...past, last];
        for (const [path, origin] of originsOf(versions)) {
          const values = [undefined, ...versions.map((one) => valueAt(one, path))];
          let at = values.length - 1;
          while (values[at] === values[at - 1]) at--;
          expect(origin, path).toBe(at);
        }
      }),
    );
  });
});

describe("a rule that is put at the head", () => {
  const to = (name: string, timeout: string, more: JsonObject = {}): JsonObject => ({
    targetRef: { kind: "MeshService", name },
    default: { connectionTimeout: timeout, ...more },
  });
  const match = (value: string, retries: number): JsonObject => ({
    matches: [{ path: { type: "PathPrefix", value } }],
    default: { backendRefs: [{ kind: "MeshService", name: "api", weight: retries }] },
  });
  const inbound = (port: number, tags: JsonObject): JsonObject => ({ port, tags });

  test.each<readonly [string, readonly JsonObject[], JsonObject]>([
    [
      "of those that are known by whom they select",
      [
        { to: [to("a", "1s"), to("b", "2s")] },
        { to: [to("c", "3s"), to("a", "1s"), to("b", "2s", { idleTimeout: "9s" })] },
      ],
      {
        "/to/0/targetRef/kind": 2,
        "/to/0/targetRef/name": 2,
        "/to/0/default/connectionTimeout": 2,
        "/to/1/targetRef/kind": 1,
        "/to/1/targetRef/name": 1,
        "/to/1/default/connectionTimeout": 1,
        "/to/2/targetRef/kind": 1,
        "/to/2/targetRef/name": 1,
        "/to/2/default/connectionTimeout": 1,
        "/to/2/default/idleTimeout": 2,
      },
    ],
    [
      "of those that are known by what they match",
      [{ rules: [match("/", 1)] }, { rules: [match("/admin", 1), match("/", 2)] }],
      {
        "/rules/0/matches/0/path/type": 2,
        "/rules/0/matches/0/path/value": 2,
        "/rules/0/default/backendRefs/0/kind": 2,
        "/rules/0/default/backendRefs/0/name": 2,
        "/rules/0/default/backendRefs/0/weight": 2,
        "/rules/1/matches/0/path/type": 1,
        "/rules/1/matches/0/path/value": 1,
        "/rules/1/default/backendRefs/0/kind": 1,
        "/rules/1/default/backendRefs/0/name": 1,
        "/rules/1/default/backendRefs/0/weight": 2,
      },
    ],
    [
      "of those that are known by their port",
      [{ inbound: [inbound(80, { app: "x" })] }, { inbound: [inbound(81, { app: "y" }), inbound(80, { app: "z" })] }],
      { "/inbound/0/port": 2, "/inbound/0/tags/app": 2, "/inbound/1/port": 1, "/inbound/1/tags/app": 2 },
    ],
    [
      "of those that nothing names, and one of which is edited at once",
      [
        { rules: [{ allow: "x", deny: "p" }, { allow: "y" }] },
        { rules: [{ allow: "n" }, { allow: "x", deny: "p" }, { allow: "z" }] },
      ],
      { "/rules/0/allow": 2, "/rules/1/allow": 1, "/rules/1/deny": 1, "/rules/2/allow": 2 },
    ],
    [
      "of texts",
      [{ hosts: ["a", "b", "c"] }, { hosts: ["n", "c", "a"] }],
      { "/hosts/0": 2, "/hosts/1": 1, "/hosts/2": 1 },
    ],
  ])("%s is the only thing blamed on who put it there", (_, versions, expected) => {
    expect(Object.fromEntries(originsOf(versions))).toEqual(expected);
  });
});

describe("items of lists, against an oracle that knows each of them", () => {
  interface Item {
    readonly name: string;
    readonly a: number;
    readonly b: number;
  }
  const item: fc.Arbitrary<Item> = fc.record({
    name: fc.constantFrom("p", "q", "r", "s", "t"),
    a: fc.integer({ min: 0, max: 2 }),
    b: fc.integer({ min: 0, max: 2 }),
  });
  const list = fc.uniqueArray(item, { selector: ({ name }) => name, maxLength: 5 });

  test("what is named keeps its origins wherever it is put, and however its neighbours change", () => {
    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 8 }), (versions) => {
        const origins = originsOf(versions.map((rules) => ({ other: 1, rules }) as unknown as JsonObject));
        const last = versions.at(-1) as readonly Item[];
        for (const [place, { name }] of last.entries()) {
          for (const field of ["name", "a", "b"] as const) {
            const values = [undefined, ...versions.map((rules) => rules.find((one) => one.name === name)?.[field])];
            let at = values.length - 1;
            while (values[at] === values[at - 1]) at--;
            expect(origins.get(`/rules/${place}/${field}`), `${name}.${field}`).toBe(at);
          }
        }
      }),
    );
  });

  test("what says the same is the same, wherever it is put", () => {
    const texts: fc.Arbitrary<readonly string[]> = fc.uniqueArray(fc.constantFrom("u", "v", "w", "x", "y", "z"), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 8 }), fc.boolean(), (versions, wrapped) => {
        const stored = versions.map((all) => ({
          other: 1,
          all: wrapped ? all.map((one) => ({ deep: { one } })) : all,
        }));
        const origins = originsOf(stored);
        for (const [place, text] of (versions.at(-1) as readonly string[]).entries()) {
          let at = versions.length;
          while (at > 1 && versions[at - 2]?.includes(text)) at--;
          expect(origins.get(`/all/${place}${wrapped ? "/deep/one" : ""}`), text).toBe(at);
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
