// The console's scopes are those that tokens can have.
import { expect, test } from "vitest";
import { SCOPES, scopesFor } from "#console/data/scope.ts";
import { MESH_SCOPES, ZONAL_SCOPES } from "#model/scope-name.ts";
import * as trust from "#trust/scope.ts";

test("each scope that there is can be chosen", () => {
  expect([...SCOPES].sort()).toEqual(Object.keys(trust.SCOPES).sort());
  expect([...MESH_SCOPES].filter((scope) => !trust.isScope(`${scope}@mesh:pay`))).toEqual([]);
  expect([...ZONAL_SCOPES].sort()).toEqual([...trust.ZONAL].sort());
});

test.each([
  [["write", "audit:read"], "east", ["write@east", "audit:read"]],
  [["write", "audit:read"], "", ["write", "audit:read"]],
  [[], "east", []],
  [["write", "token:zone"], "mesh:pay", ["write@mesh:pay", "token:zone"]],
] as const)("%j in %j is %j", (chosen, where, scopes) => {
  expect(scopesFor(chosen, where)).toEqual(scopes);
  for (const scope of scopesFor(chosen, where)) expect(trust.isScope(scope)).toBe(true);
});
