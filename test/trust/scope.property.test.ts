// Scopes against an oracle written another way, and the algebra that grants must hold.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isScope,
  may,
  OF_MESH,
  SCOPES,
  type ScopedKind,
  scopeRefusal,
  scopesFor,
  VERBS,
  type Verb,
  WHOLE,
  ZONAL,
} from "#trust/scope.ts";

/** Who may, said as sentences of a rule book rather than as a table. */
function oracle(scopes: readonly string[], verb: Verb, kind?: ScopedKind): boolean {
  const has = (scope: string): boolean => scopes.includes(scope);
  const changes = verb === "write" || verb === "delete" || verb === "plan";
  if (kind?.readOnly && (changes || verb === "reveal")) return false;
  if (!["read", "write", "delete", "plan", "reveal"].includes(verb) && kind?.readOnly) return false;
  if (verb === "reveal") return has("secret:reveal") && kind?.secret === true;
  if (verb === "manage-owners" || verb === "delete-organisation") return has("owner");
  if (has("admin")) return true;
  if (verb === "read-tokens") return has("token:read");
  if (verb === "issue-dataplane-token") return has("token:dataplane");
  if (verb === "issue-zone-token") return has("token:zone");
  if (verb === "enrol-zone" || verb === "revoke-relay") return has("zone:enrol");
  if (verb === "read-audit") return has("audit:read");
  if (verb === "manage-audit") return false;
  if (verb === "read-webhooks" || verb === "manage-webhooks") return has("webhook:write");
  if (verb === "approve-plan") return has("plan:approve");
  if (verb === "override-guard") return has("guard:override");
  if (verb === "read-members") return has("member:read");
  if (verb === "manage-members") return false;
  if (verb === "manage-tokens" || kind === undefined) return false;
  if (kind.secret) return has("secret:write");
  if (verb === "plan") return has("write") || has("plan");
  return has("write") || (verb === "read" && (has("read") || has("plan") || has("plan:approve")));
}

const scopes = fc.array(fc.constantFrom(...Object.keys(SCOPES), "root", "__proto__", "toString", "Admin", ""), {
  maxLength: 5,
});
const kind = fc.option(fc.record({ secret: fc.boolean(), readOnly: fc.boolean() }), { nil: undefined });
const verb = fc.constantFrom(...VERBS);

describe("may", () => {
  test("says what the rule book says", () => {
    fc.assert(
      fc.property(scopes, verb, kind, (some, what, which) => {
        expect(may(some, what, which)).toBe(oracle(some, what, which));
      }),
      { numRuns: 3000 },
    );
  });

  test("of a zone or a mesh reaches as far as without it, there alone, and reads as widely", () => {
    const zone = fc.constantFrom("east", "west", null);
    const mesh = fc.constantFrom("pay", "east", null);
    const narrow = fc.constantFrom(
      ...ZONAL.map((scope) => [scope, "zone", `${scope}@east`] as const),
      ...OF_MESH.map((scope) => [scope, "mesh", `${scope}@mesh:pay`] as const),
    );
    fc.assert(
      fc.property(narrow, verb, kind, fc.record({ zone, mesh }), ([scope, part, text], what, which, place) => {
        const there = part === "zone" ? place.zone === "east" : place.mesh === "pay";
        const wide = may([scope], what, which, place);
        expect(may([text], what, which, place)).toBe(wide && (there || what === "read"));
        // Before it is known what is acted on, somewhere is enough.
        expect(may([text], what, which)).toBe(may([scope], what, which));
      }),
      { numRuns: 2000 },
    );
  });

  test("never shrinks when a scope is added, and ignores order and repetition", () => {
    fc.assert(
      fc.property(scopes, scopes, verb, kind, (some, more, what, which) => {
        if (may(some, what, which)) expect(may([...some, ...more], what, which)).toBe(true);
        expect(may([...some, ...some].reverse(), what, which)).toBe(may(some, what, which));
      }),
    );
  });

  test("gives generated keys to nobody by default: no scope but secret:reveal has reveal", () => {
    const secret = { secret: true, readOnly: false };
    const holders = Object.keys(SCOPES).filter((scope) => may([scope], "reveal", secret));
    expect(holders).toEqual(["secret:reveal"]);
    expect(may(["secret:reveal"], "read", secret)).toBe(false);
  });

  test("a refusal names scopes each of which alone would do, the place's own first", () => {
    const kinds = [undefined, { secret: false, readOnly: false }, { secret: true, readOnly: false }];
    for (const verb of VERBS)
      for (const kind of kinds)
        for (const place of [WHOLE, { zone: "east", mesh: null }, { zone: "east", mesh: "pay" }]) {
          const needed = scopesFor(verb, kind, place);
          for (const scope of needed) expect([verb, scope, may([scope], verb, kind, place)]).toContain(true);
          const all = Object.keys(SCOPES).filter((scope) => may([scope], verb, kind, place));
          expect(needed.length === 0, `${verb} ${JSON.stringify(kind)}`).toBe(all.length === 0);
        }
    const plain = { secret: false, readOnly: false };
    expect(scopesFor("write", plain, { zone: "east", mesh: "pay" })).toEqual(["write@east", "write@mesh:pay", "write"]);
    expect(scopesFor("write", plain)).toEqual(["write"]);
    expect(scopesFor("manage-owners")).toEqual(["owner"]);
    expect(scopesFor("manage-tokens")).toEqual(["admin"]);
    expect(
      scopeRefusal(["read"], "enrol-zone", { what: "in the zone east", place: { zone: "east", mesh: null } }),
    ).toBe(
      "The caller's scopes (read) do not allow to admit relays in the zone east: it takes zone:enrol@east or zone:enrol. " +
        "Who has the scope admin gives it: to a member by a role, to a program by weft token create NAME --scope zone:enrol@east",
    );
  });

  test("knows its scopes", () => {
    expect(isScope("admin")).toBe(true);
    for (const text of ["write@east", "write@mesh:pay", "plan@mesh:pay", "token:dataplane@mesh:m-1", "owner"])
      expect(isScope(text)).toBe(true);
    for (const text of [
      "Admin",
      "toString",
      "__proto__",
      "",
      "admin@east",
      "read@east",
      "write@",
      "write@a.b",
      "write@a@b",
      "write@mesh:",
      "write@mesh:a:b",
      "write@mesh:A",
      "write@zone:east",
      "zone:enrol@mesh:pay",
      "token:zone@mesh:pay",
      "owner@mesh:pay",
    ])
      expect(isScope(text)).toBe(false);
  });
});
