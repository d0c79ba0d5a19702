// The fields of a policy's parts, as the table of kinds has them.
import { expect, test } from "vitest";
import { confFields } from "#model/conf-field.ts";
import { kindOfType, POLICIES } from "#model/kinds.ts";

test("MeshTimeout's fields, in the shape's order", () => {
  const kind = kindOfType("MeshTimeout");
  if (kind === undefined) throw new TypeError("no MeshTimeout");
  expect(confFields(kind, "to")).toEqual([
    "connectionTimeout",
    "idleTimeout",
    "http.requestTimeout",
    "http.streamIdleTimeout",
    "http.maxStreamDuration",
    "http.maxConnectionDuration",
    "http.requestHeadersTimeout",
  ]);
  expect(confFields(kind, "default")).toEqual([]);
});

test("every part that a policy has, has fields, and no other has", () => {
  for (const kind of POLICIES) {
    const { to, from, rules, proxy = false } = kind.policy;
    // Routes are rules of their own below `to`, and have no default there.
    const ownRules = kind.type === "MeshHTTPRoute" || kind.type === "MeshTCPRoute";
    expect([kind.type, confFields(kind, "to").length > 0]).toEqual([kind.type, to && !ownRules]);
    expect([kind.type, confFields(kind, "from").length > 0]).toEqual([kind.type, from]);
    expect([kind.type, confFields(kind, "rules").length > 0]).toEqual([kind.type, rules]);
    expect([kind.type, confFields(kind, "default").length > 0]).toEqual([kind.type, proxy]);
  }
});
