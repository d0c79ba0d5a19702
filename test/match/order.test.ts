// Precedence: a total order, ascending, with what beats what.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareItems, comparePolicies, type Ranked, type RankedItem } from "#match/order.ts";
import { TARGET_KINDS, type TargetRef } from "#model/target-ref.ts";

const targetRef: fc.Arbitrary<TargetRef> = fc.record(
  {
    kind: fc.constantFrom(...TARGET_KINDS),
    name: fc.constantFrom("a", "b"),
    labels: fc.constant({ x: "y" }),
    tags: fc.constantFrom({}, { a: "1" }, { a: "1", b: "2" }),
    sectionName: fc.constantFrom("s"),
  },
  { requiredKeys: ["kind"] },
);
const policy: fc.Arbitrary<Ranked> = fc.record({
  name: fc.constantFrom("a", "b", "c", "d"),
  labels: fc.record(
    {
      "kuma.io/origin": fc.constantFrom("global", "zone"),
      "kuma.io/policy-role": fc.constantFrom("system", "producer", "consumer", "workload-owner"),
      "kuma.io/display-name": fc.constantFrom("a", "z"),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, string>>,
  spec: fc.record({ targetRef }, { requiredKeys: [] }),
});
const item: fc.Arbitrary<RankedItem> = fc.record({ policy, targetRef, index: fc.nat({ max: 2 }) });

describe("precedence", () => {
  it.each([
    ["policies", policy, comparePolicies as (a: never, b: never) => number, (one: unknown) => (one as Ranked).name],
    [
      "items",
      item,
      compareItems as (a: never, b: never) => number,
      (one: unknown) => `${(one as RankedItem).policy.name} ${(one as RankedItem).index}`,
    ],
  ] as const)("of %s is a total order", (_, arbitrary, compare, identity) => {
    const any = arbitrary as fc.Arbitrary<never>;
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
        if (identity(a) !== identity(b)) expect(compare(a, b)).not.toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  const make = (name: string, ref: TargetRef | null, labels: Record<string, string> = {}): Ranked => ({
    name,
    labels,
    spec: ref === null ? {} : { targetRef: ref },
  });
  it.each<readonly [string, Ranked, Ranked]>([
    ["any kind over the whole mesh", make("a", null), make("b", { kind: "Dataplane" })],
    ["a subset over dataplanes", make("a", { kind: "Dataplane", name: "x" }), make("b", { kind: "MeshSubset" })],
    [
      "a name over labels",
      make("a", { kind: "Dataplane", labels: { x: "y" } }),
      make("b", { kind: "Dataplane", name: "x" }),
    ],
    ["a section over the whole", make("a", { kind: "Dataplane" }), make("b", { kind: "Dataplane", sectionName: "s" })],
    [
      "a name over a labels' section",
      make("a", { kind: "Dataplane", labels: { x: "y" }, sectionName: "s" }),
      make("b", { kind: "Dataplane", name: "x" }),
    ],
    [
      "the zone's over the global one",
      make("a", null, { "kuma.io/origin": "global" }),
      make("b", null, { "kuma.io/origin": "zone" }),
    ],
    ["one of unknown origin over the global one", make("a", null, { "kuma.io/origin": "global" }), make("b", null)],
    ["the smaller name", make("b", null), make("a", null)],
    [
      "the smaller display name",
      make("a", null, { "kuma.io/display-name": "y" }),
      make("b", null, { "kuma.io/display-name": "x" }),
    ],
    [
      "a consumer's over a producer's",
      make("a", null, { "kuma.io/policy-role": "producer" }),
      make("b", null, { "kuma.io/policy-role": "consumer" }),
    ],
  ])("prefers %s", (_, weaker, stronger) => {
    expect(comparePolicies(weaker, stronger)).toBeLessThan(0);
  });
});
