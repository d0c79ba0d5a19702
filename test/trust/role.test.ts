// Roles: each grant, said as what people expect of it, compared with the table.
import { describe, expect, test } from "vitest";
import { ROLE_NAMES, ROLE_TEXTS, readRole } from "#model/role-name.ts";
import { GRANTS, scopesOf } from "#trust/role.ts";
import { isScope, may, type Place, VERBS, type Verb, WHOLE } from "#trust/scope.ts";

const PLAIN = { secret: false, readOnly: false };
const SECRET = { secret: true, readOnly: false };
const CHANGES: readonly Verb[] = ["write", "delete", "plan"];

/** What each role may of the organisation as a whole, in the order of VERBS; independent of how roles are made of scopes. */
const WHOLLY: Readonly<Record<string, readonly Verb[]>> = {
  viewer: ["read", "read-members"],
  "editor@zone:east": ["read", "read-members"],
  "editor@mesh:pay": ["read", "read-members"],
  editor: ["read", "write", "delete", "plan", "issue-dataplane-token", "approve-plan", "read-members"],
  admin: VERBS.filter((verb) => !["reveal", "manage-owners", "delete-organisation"].includes(verb)),
  owner: VERBS.filter((verb) => verb !== "reveal"),
};

describe("a role", () => {
  test.each(Object.entries(WHOLLY))("%s may of the whole exactly this", (role, verbs) => {
    expect(VERBS.filter((verb) => may(scopesOf(role), verb, PLAIN, WHOLE))).toEqual(verbs);
  });

  const places: readonly (readonly [string, Place, boolean])[] = [
    ["editor@zone:east", { zone: "east", mesh: "any" }, true],
    ["editor@zone:east", { zone: "west", mesh: "any" }, false],
    ["editor@zone:east", { zone: null, mesh: "east" }, false],
    ["editor@mesh:pay", { zone: "any", mesh: "pay" }, true],
    ["editor@mesh:pay", { zone: null, mesh: "pay" }, true],
    ["editor@mesh:pay", { zone: "pay", mesh: "shop" }, false],
  ];
  test.each(places)("%s changes what is at %j: %j", (role, place, allowed) => {
    for (const verb of CHANGES) {
      expect(may(scopesOf(role), verb, PLAIN, place)).toBe(allowed);
      expect(may(scopesOf(role), verb, SECRET, place)).toBe(false);
    }
    expect(may(scopesOf(role), "issue-dataplane-token", undefined, place)).toBe(allowed);
    for (const verb of ["enrol-zone", "revoke-relay", "issue-zone-token", "approve-plan"] as const)
      expect(may(scopesOf(role), verb, undefined, place)).toBe(false);
  });

  test("secrets are for admins, and nobody sees a generated key by a role", () => {
    for (const role of Object.keys(WHOLLY)) {
      expect(may(scopesOf(role), "read", SECRET)).toBe(role === "owner" || role === "admin");
      expect(may(scopesOf(role), "reveal", SECRET)).toBe(false);
    }
  });

  test("is made of scopes that there are, and what one may, each above it may", () => {
    expect(Object.keys(GRANTS)).toEqual(Object.keys(ROLE_NAMES));
    for (const scopes of ROLE_TEXTS.map((text) => scopesOf(text.replace(/<.*>/, "a"))))
      expect([scopes.length > 0, scopes.every(isScope)]).toEqual([true, true]);
    const up = ["viewer", "editor@mesh:pay", "editor", "admin", "owner"];
    for (const [index, role] of up.slice(1).entries())
      for (const verb of VERBS)
        for (const place of [WHOLE, { zone: null, mesh: "pay" }])
          if (may(scopesOf(up[index] ?? ""), verb, PLAIN, place))
            expect([role, verb, may(scopesOf(role), verb, PLAIN, place)]).toEqual([role, verb, true]);
  });

  test.each([
    "",
    "Owner",
    "root",
    "owner@mesh:pay",
    "viewer@zone:east",
    "editor@",
    "editor@east",
    "editor@mesh:",
    "editor@mesh:a b",
    "editor@mesh:A",
    "editor@zone:east@mesh:pay",
    "__proto__",
  ])("%j is none, and may nothing", (text) => {
    expect(readRole(text)).toBeNull();
    expect(scopesOf(text)).toEqual([]);
  });
});
