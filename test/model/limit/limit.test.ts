// Limits: one table, and what the docs, routes and rows of the store say is what it says.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { operations } from "#api/routes.ts";
import { LIMIT_NAMES, LIMITS, limitsOf, SETTABLE, TIERS } from "#model/limit/limit.ts";
import { overLimit, overRate } from "#model/limit/over.ts";
import { limitsTable } from "#test/limits-document.ts";

test("docs/guides/limits.md has the table as it is", () => {
  expect(readFileSync("docs/guides/limits.md", "utf8")).toContain(`\n${limitsTable()}\n`);
});

test("no tier has less than a smaller one", () => {
  const size = (value: number | null): number => value ?? Number.POSITIVE_INFINITY;
  for (const name of LIMIT_NAMES) {
    const { most } = LIMITS[name];
    expect(size(most.free), name).toBeLessThanOrEqual(size(most.team));
    expect(size(most.team), name).toBeLessThanOrEqual(size(most["self-hosted"]));
  }
});

test("no route takes a larger body than the largest limit says, nor do those of resources and changes take another one", () => {
  const limits = new Map(
    [...operations()].map(({ name, route }) => [name, route.limit ?? LIMITS["body-bytes"].most.free]),
  );
  const of = (name: string): number | undefined => limits.get(name as never);
  expect([of("put"), of("putGlobal")]).toEqual([LIMITS["body-bytes"].most.free, LIMITS["body-bytes"].most.free]);
  expect([of("createChange"), of("createPlan")]).toEqual([
    LIMITS["change-bytes"].most.free,
    LIMITS["change-bytes"].most.free,
  ]);
  for (const [name, most] of limits) expect(most, name).toBeLessThanOrEqual(LIMITS["change-bytes"].most.free);
});

test("what the operator sets stands in place of the tier's, and none is none", () => {
  const limits = limitsOf("free", { meshes: 9, zones: null });
  expect(limits).toEqual({ ...limitsOf("free"), meshes: 9, zones: null });
  expect(TIERS.every((tier) => SETTABLE.every((name) => limitsOf(tier)[name] === LIMITS[name].most[tier]))).toBe(true);
});

describe("what is refused", () => {
  test("names the limit, its value, what there is, and what to do", () => {
    const fault = overLimit("meshes", { tier: "free", most: 5, used: 5 });
    expect(fault.message).toBe(
      "The tier free allows an organisation 5 meshes, and there are 5: delete one first, or ask the operator for more",
    );
    expect([fault.status, fault.limit]).toEqual([409, { name: "meshes", most: 5, used: 5 }]);
  });

  test("says when to come again", () => {
    const fault = overRate("token-rate", 20, 0.02);
    expect(fault.message).toBe(
      "There are more than 20 requests with one API token or session a second (token-rate): wait 1s, then go on slower",
    );
    expect([fault.status, fault.retryAfter, fault.limit]).toEqual([429, 1, { name: "token-rate", most: 20 }]);
  });
});
