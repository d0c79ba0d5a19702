// Subset rules against a brute-force evaluation of all clients of small worlds, and against a stock control plane.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cliqueCases, disjointCases, matchesTags, type Subset, type SubsetCase } from "#match/subset.ts";

const KEYS = ["a", "b", "c"];
const VALUES = ["1", "2", "3"];
const subset: fc.Arbitrary<Subset> = fc.dictionary(fc.constantFrom(...KEYS), fc.constantFrom("1", "2"), { maxKeys: 3 });

/** Every client: each key absent or with one of the values, one of which no item names. */
const CLIENTS: readonly Subset[] = KEYS.reduce<Subset[]>(
  (clients, key) => clients.flatMap((client) => [client, ...VALUES.map((value) => ({ ...client, [key]: value }))]),
  [{}],
);

/** The items that hold for a client, by definition: those whose tags it has. */
function holding(subsets: readonly Subset[], client: Subset): number[] {
  return subsets.flatMap((item, index) =>
    Object.entries(item).every(([key, value]) => client[key] === value) ? [index] : [],
  );
}

const firstOf = (cases: readonly SubsetCase[], client: Subset): readonly number[] =>
  cases.find(({ matchers }) => matchesTags(matchers, client))?.items ?? [];

describe("subset rules", () => {
  it("say of each client exactly what its tags ask for", () => {
    fc.assert(
      fc.property(fc.array(subset, { maxLength: 5 }), (subsets) => {
        const cases = disjointCases(subsets) ?? [];
        for (const client of CLIENTS) expect(firstOf(cases, client)).toEqual(holding(subsets, client));
      }),
      { numRuns: 1000 },
    );
  });

  it("disjoint cases match each client at most once, so that their union is no wider than each", () => {
    fc.assert(
      fc.property(fc.array(subset, { maxLength: 5 }), (subsets) => {
        const cases = disjointCases(subsets) ?? [];
        for (const client of CLIENTS) {
          expect(cases.filter(({ matchers }) => matchesTags(matchers, client)).length).toBeLessThanOrEqual(1);
        }
      }),
      // Items of different components that name the same values of the same keys.
      {
        numRuns: 1000,
        examples: [[[{ a: "1", c: "2" }, { a: "1", c: "1" }, { c: "2" }, { c: "1", a: "2" }, { a: "2" }]]],
      },
    );
  });

  it("are not Kuma's own, which overlap and forget items", () => {
    const overlapping = cliqueCases([{}, { service: "web" }, { service: "api" }]) ?? [];
    // Denied as web, and let in as not api.
    expect(overlapping.filter(({ matchers }) => matchesTags(matchers, { service: "web" }))).toHaveLength(2);
    const forgetful = [{ a: "2" }, {}, { c: "1", a: "1" }];
    const client = { a: "2", c: "1" };
    expect(firstOf(cliqueCases(forgetful) ?? [], client)).not.toEqual(holding(forgetful, client));
  });

  it("come in a stock control plane's order", () => {
    const service = (name: string): Subset => ({ "kuma.io/service": name });
    const subsets = [{}, service("web"), { env: "dev" }, service("api"), { env: "prod", team: "x" }];
    const told = (cliqueCases(subsets) ?? []).map(({ matchers, items }) => [
      matchers.map(({ key, value, not }) => `${not ? "!" : ""}${key}=${value}`).join(" & "),
      ["Deny", "Allow", "Deny", "Allow", "AllowWithShadowDeny"][items.at(-1) ?? -1],
    ]);
    expect(told).toEqual([
      ["env=prod & kuma.io/service=api & team=x", "AllowWithShadowDeny"],
      ["env=prod & kuma.io/service=web & team=x", "AllowWithShadowDeny"],
      ["!env=prod & kuma.io/service=api & team=x", "Allow"],
      ["env=prod & !kuma.io/service=api & team=x", "AllowWithShadowDeny"],
      ["env=prod & kuma.io/service=api & !team=x", "Allow"],
      ["env=dev & kuma.io/service=api", "Allow"],
      ["!env=prod & kuma.io/service=web & team=x", "Allow"],
      ["env=prod & !kuma.io/service=web & team=x", "AllowWithShadowDeny"],
      ["env=prod & kuma.io/service=web & !team=x", "Allow"],
      ["env=dev & kuma.io/service=web", "Deny"],
      ["!env=prod & !kuma.io/service=api & team=x", "Deny"],
      ["!env=prod & kuma.io/service=api & !team=x", "Allow"],
      ["env=prod & !kuma.io/service=api & !team=x", "Deny"],
      ["!env=dev & kuma.io/service=api", "Allow"],
      ["env=dev & !kuma.io/service=api", "Deny"],
      ["!env=prod & !kuma.io/service=web & team=x", "Deny"],
      ["!env=prod & kuma.io/service=web & !team=x", "Allow"],
      ["env=prod & !kuma.io/service=web & !team=x", "Deny"],
      ["!env=dev & kuma.io/service=web", "Allow"],
      ["env=dev & !kuma.io/service=web", "Deny"],
      ["!env=prod & !kuma.io/service=api & !team=x", "Deny"],
      ["!env=dev & !kuma.io/service=api", "Deny"],
      ["!env=prod & !kuma.io/service=web & !team=x", "Deny"],
      ["!env=dev & !kuma.io/service=web", "Deny"],
    ]);
  });

  it("refuse what would be more than anybody can check, at once", () => {
    const hostile = Array.from({ length: 40 }, (_, index) => ({ [`k${index}`]: "1" }));
    expect(cliqueCases(hostile)).toBeNull();
    expect(disjointCases(hostile)).toBeNull();
    const pairs = Array.from({ length: 60 }, (_, index) => ({ [`k${index >> 1}`]: String(index & 1) }));
    expect(cliqueCases(pairs)).toBeNull();
    expect(disjointCases(Array.from({ length: 1_000 }, (_, index) => ({ service: `s${index}` })))).toHaveLength(1_000);
  });
});
