// Merging confs: RFC 7396, its algebra, and the provenance of every leaf.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Origin } from "#match/matched.ts";
import { mergeConfs, type Said } from "#match/merge.ts";

const origin = (rule: number): Origin => ({ kri: "kri_mt_default___x_", part: "to", rule });
const said = (...confs: unknown[]): Said[] => confs.map((conf, rule) => ({ conf, origin: origin(rule) }));
const rules = (origins: readonly Origin[] | undefined): number[] => (origins ?? []).map(({ rule }) => rule);

/** RFC 7396, section 2, as it stands there. */
function patched(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === "object" && target !== null && !Array.isArray(target);
  const result: Record<string, unknown> = isObject ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = patched(result[name], value);
  }
  return result;
}

const leaf = fc.oneof(
  fc.integer({ min: 0, max: 2 }),
  fc.constantFrom("a", "b"),
  fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 2 }),
);
const keys = fc.constantFrom("a", "b", "c/d", "e~f");
const { tree } = fc.letrec<{ tree: Record<string, unknown> }>((tie) => ({
  tree: fc.dictionary(keys, fc.oneof({ depthSize: "small" }, leaf, tie("tree")), { maxKeys: 3 }) as fc.Arbitrary<
    Record<string, unknown>
  >,
}));

describe("merging", () => {
  it("is RFC 7396 folded from the weakest on", () => {
    const withNull = tree.chain((conf) => fc.constantFrom(conf, { ...conf, a: null }));
    fc.assert(
      fc.property(fc.array(withNull, { maxLength: 4 }), (confs) => {
        expect(mergeConfs(said(...confs)).conf).toEqual(confs.reduce<unknown>(patched, {}));
      }),
    );
  });

  it("is idempotent and, as confs of one shape are, associative", () => {
    // A value in one conf and an object in another would not be: RFC 7396 forgets what an object held before a value.
    const shaped = fc.record(
      { a: leaf, b: fc.record({ c: leaf, d: fc.record({ e: leaf }, { requiredKeys: [] }) }, { requiredKeys: [] }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(shaped, shaped, shaped, (a, b, c) => {
        const of = (...confs: unknown[]): unknown => mergeConfs(said(...confs)).conf;
        expect(of(a, a)).toEqual(of(a));
        expect(of(of(a, b), c)).toEqual(of(a, of(b, c)));
      }),
    );
  });

  it("names for each leaf the last that set it, and only those that said something there", () => {
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 4 }), (confs) => {
        const { conf, origins } = mergeConfs(said(...confs));
        const leaves = pointers(conf);
        expect(Object.keys(origins).sort()).toEqual(leaves.sort());
        for (const pointer of leaves) {
          const [winner = -1, ...beaten] = rules(origins[pointer]);
          expect(at(confs[winner], pointer)).toEqual(at(conf, pointer));
          for (let rule = winner + 1; rule < confs.length; rule++) expect(says(confs[rule], pointer)).toBe(false);
          for (const rule of beaten) expect(rule).toBeLessThan(winner);
        }
      }),
    );
  });

  it("keeps who was beaten, the strongest first, also where an object gave way to a value", () => {
    const { origins } = mergeConfs(said({ a: 1 }, { a: { b: 1 } }, { a: { b: 2 } }, { a: 3 }));
    expect(rules(origins["/a"])).toEqual([3, 2, 1, 0]);
    expect(rules(mergeConfs(said({ a: { b: 1 } }, { a: {} }, { a: { b: 2 } })).origins["/a/b"])).toEqual([2, 0]);
  });

  it("concatenates lists that add up, each element with its own origin", () => {
    const hooks = { concatenate: ["/deny"] };
    const { conf, origins } = mergeConfs(
      said({ deny: [{ x: 1 }], plain: [1] }, { deny: [{ x: 2 }], plain: [2] }),
      hooks,
    );
    expect(conf).toEqual({ deny: [{ x: 1 }, { x: 2 }], plain: [2] });
    expect(rules(origins["/deny/0"])).toEqual([0]);
    expect(rules(origins["/deny/1"])).toEqual([1]);
    expect(mergeConfs(said({ sub: { appendMatch: [1] } }, { sub: { appendMatch: [2] } })).conf).toEqual({
      sub: { appendMatch: [1, 2] },
    });
    expect(mergeConfs(said({ appendix: [1] }, { appendix: [2] })).conf).toEqual({ appendix: [2] });
  });

  it("merges lists by key, what was said last first", () => {
    const hooks = { byKey: { "/rules": "matches" } };
    const first = {
      rules: [
        { matches: [{ a: 1, b: 2 }], default: { x: 1, y: 1 } },
        { matches: [], default: { x: 2 } },
      ],
    };
    const second = { rules: [{ matches: [{ b: 2, a: 1 }], default: { x: 3 } }] };
    const { conf, origins } = mergeConfs(said(first, second), hooks);
    expect(conf).toEqual({
      rules: [
        { matches: [{ a: 1, b: 2 }], default: { x: 3, y: 1 } },
        { matches: [], default: { x: 2 } },
      ],
    });
    expect(rules(origins["/rules/0/default/x"])).toEqual([1, 0]);
    expect(rules(origins["/rules/0/default/y"])).toEqual([0]);
  });

  it("takes an absent conf as one that says nothing", () => {
    expect(mergeConfs(said(undefined, { a: 1 }, undefined))).toEqual({
      conf: { a: 1 },
      origins: { "/a": [origin(1)] },
    });
    expect(mergeConfs([])).toEqual({ conf: {}, origins: {} });
  });
});

/** The pointers of all leaves: values, lists' elements, and what is empty below the root. */
function pointers(value: unknown, path = ""): string[] {
  const isTree = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isTree) return [path];
  const members = Object.entries(value);
  if (members.length === 0) return path === "" ? [] : [path];
  return members.flatMap(([key, member]) =>
    pointers(member, `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  );
}

function at(value: unknown, pointer: string): unknown {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.reduce<unknown>((inside, step) => (inside as Record<string, unknown> | undefined)?.[step], value);
}

/** Whether a conf sets the leaf itself, or a value in place of an object above it. */
function says(conf: unknown, pointer: string): boolean {
  if (pointer === "") return true;
  const here = at(conf, pointer);
  if (here !== undefined) return !isEmptyObject(here);
  const parent = pointer.slice(0, pointer.lastIndexOf("/"));
  const above = at(conf, parent);
  return above !== undefined && (typeof above !== "object" || Array.isArray(above));
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
