// Scopes against an oracle written another way, and the algebra that grants must hold.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isScope,
  may,
  SCOPES,
  type ScopedKind,
  scopeRefusal,
  scopesFor,
  VERBS,
  type Verb,
  ZONAL,
} from "#trust/scope.ts";

/** Who may, said as sentences of a rule book rather than as a table. */
function oracle(scopes: readonly string[], verb: Verb, kind?: ScopedKind): boolean {
  const has = (scope: string): boolean => scopes.includes(scope);
  const changes = verb === "write" || verb === "delete";
  if (kind?.readOnly && (changes || verb === "reveal")) return false;
  if (!["read", "write", "delete", "reveal"].includes(verb) && kind?.readOnly) return false;
  if (verb === "reveal") return has("secret:reveal") && kind?.secret === true;
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
  if (verb === "manage-tokens" || kind === undefined) return false;
  if (kind.secret) return has("secret:write");
  return has("write") || (verb === "read" && (has("read") || has("plan:approve")));
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

  test("of a zone reaches as far as without it, there alone, and reads as widely", () => {
    const zones = fc.constantFrom("east", "west", null);
    fc.assert(
      fc.property(fc.constantFrom(...ZONAL), verb, kind, zones, (scope, what, which, zone) => {
        const wide = may([scope], what, which, zone);
        expect(may([`${scope}@east`], what, which, zone)).toBe(wide && (zone === "east" || what === "read"));
        // Before it is known what is acted on, somewhere is enough.
        expect(may([`${scope}@east`], what, which)).toBe(may([scope], what, which));
      }),
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

  test("a refusal names scopes each of which alone would do, the zone's own first", () => {
    const kinds = [undefined, { secret: false, readOnly: false }, { secret: true, readOnly: false }];
    for (const verb of VERBS)
      for (const kind of kinds)
        for (const zone of [undefined, null, "east"]) {
          const needed = scopesFor(verb, kind, zone);
          for (const scope of needed) expect([verb, scope, may([scope], verb, kind, zone ?? null)]).toContain(true);
          const all = Object.keys(SCOPES).filter((scope) => may([scope], verb, kind, zone ?? null));
          expect(needed.length === 0, `${verb} ${JSON.stringify(kind)}`).toBe(all.length === 0);
        }
    const plain = { secret: false, readOnly: false };
    expect(scopesFor("write", plain, "east")).toEqual(["write@east", "write"]);
    expect(scopesFor("write", plain, null)).toEqual(["write"]);
    expect(scopesFor("manage-tokens")).toEqual(["admin"]);
    expect(scopeRefusal(["read"], "enrol-zone", { what: "in the zone east", zone: "east" })).toBe(
      "The scopes of the API token (read) do not allow to admit relays in the zone east: it takes zone:enrol@east or " +
        "zone:enrol. Who has the scope admin makes such a token: weft token create NAME --scope zone:enrol@east",
    );
  });

  test("knows its scopes", () => {
    expect(isScope("admin")).toBe(true);
    expect(isScope("write@east")).toBe(true);
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
    ])
      expect(isScope(text)).toBe(false);
  });
});
