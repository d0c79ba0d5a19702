// A wrong policy never takes a mesh down: whatever stands in a stored policy, the others act, proxies are served, and the fault is told of it.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "#compile/compile.ts";
import { freeze } from "#model/freeze.ts";
import { judgeOf } from "#model/judges.ts";
import { ALL_KINDS, POLICIES } from "#model/kinds.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { inconsistencies } from "#snapshot/consistency.ts";
import { openedOf } from "#snapshot/opened.ts";
import { SEEDS } from "#test/policies.ts";
import { createViews, meshPlan, sha256, ZONE } from "./plan.ts";

const OUTSIDE = {
  clusters: new Set<string>(),
  roots: new Set<string>(),
  secret: (mesh: string, name: string) => name === `identity_cert:secret:${mesh}`,
};

type Path = readonly (string | number)[];

/** Everywhere that a value stands. */
function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, inside]) =>
      placesIn(inside, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.map((one, at) => (at === step ? replaced(one, rest, by) : one));
  return { ...(value as object), [step]: replaced((value as Record<string, unknown>)[step], rest, by) };
}

const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    null,
    "",
    "-1s",
    "1e99",
    1e300,
    -1,
    [],
    {},
    [null],
    { kind: "Mesh" },
    "(",
    "%REQ(",
    "__proto__",
  ),
) as fc.Arbitrary<unknown>;

const EVERYBODY = [{ match: { "kuma.io/service": "*" } }];

/** Policies of the older kinds, each in both of their forms. */
const OLDER = ALL_KINDS.filter(({ older }) => older !== undefined).flatMap(({ type }) => [
  { type, spec: { sources: EVERYBODY, destinations: EVERYBODY, conf: {} } },
  { type, spec: { selectors: EVERYBODY, conf: { backend: "none" } } },
]);

/** A policy of any kind with something else in one place, or in all of them. */
const wrong = fc
  .record({
    seed: fc.oneof(
      fc
        .constantFrom(...SEEDS)
        .map(({ type, spec }) => ({ type, spec: { ...spec, targetRef: { kind: "Mesh" } } as object })),
      fc.constantFrom(...POLICIES).map(({ type }) => ({ type, spec: { targetRef: { kind: "Mesh" } } })),
      fc.constantFrom(...OLDER),
    ),
    place: fc.nat(),
    by: anything,
  })
  .map(({ seed: { type, spec }, place, by }): Pick<Resource, "type" | "spec"> => {
    const places = placesIn(spec);
    return { type, spec: replaced(spec, places[place % places.length] as Path, by) };
  });

function stored({ type, spec }: Pick<Resource, "type" | "spec">): Resource {
  const bare = { type, mesh: "m", name: "aa-bad", labels: {}, spec };
  const labels = { "kuma.io/mesh": "m", "kuma.io/origin": "global" };
  return freeze({ ...bare, labels, creationTime: "", modificationTime: "" });
}

function withPolicy(view: View, policy: Resource): View {
  return { ...view, resources: { ...view.resources, [policy.type]: [policy, ...(view.resources[policy.type] ?? [])] } };
}

/** Names of the proxies that a snapshot serves. */
function served(view: View): {
  names: readonly string[];
  faults: ReturnType<typeof compile>["faults"];
  version: string;
} {
  const { snapshot, faults } = compile({ zone: ZONE, views: [view] }, sha256);
  expect(inconsistencies(snapshot, OUTSIDE)).toEqual([]);
  const names = [...openedOf(snapshot).sections.values()]
    .filter(({ name }) => name.kind === "proxies")
    .flatMap(({ rows }) => [...rows.keys()]);
  return { names: names.sort(), faults, version: snapshot.version };
}

test("any wrong policy: every proxy is served, and the fault is told of it", () => {
  fc.assert(
    fc.property(meshPlan, wrong, (plan, bad) => {
      const view = createViews()("m", plan);
      const policy = stored(bad);
      const before = served(view);
      const after = served(withPolicy(view, policy));
      expect(after.names).toEqual(before.names);
      const kri = kriOf(policy);
      const broken = !judgeOf(policy).shape.safeParse(policy.spec).success;
      if (!broken) return;
      // One whose shape is broken is left out as if it were not there.
      expect(after.version).toBe(before.version);
      expect(after.faults.filter((fault) => fault.kri !== kri)).toEqual(before.faults);
      expect(after.faults.some((fault) => fault.kri === kri)).toBe(true);
    }),
    { numRuns: 400 },
  );
});
