// MeshTrafficPermission: violations as a stock control plane gave them, and those of conditions over requests.
import { describe, expect, it } from "vitest";
import { meshTrafficPermissionJudge } from "#model/policy/mesh-traffic-permission.ts";
import { claimPath } from "#model/request-match.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";
import { refusedBy } from "./refused.ts";

const TYPE = "MeshTrafficPermission";
const allow = (...list: object[]): object => ({ spec: { rules: [{ default: { allow: list } }] } });
const path = (type: string, value: string): object => ({ path: { type, value } });
const AT = "spec.rules[0].allow[0]";

describe(TYPE, () => {
  it.each(refusedBy("mesh-traffic-permission"))("is refused as by Kuma: %s", (_, { spec, refusals }) => {
    expect([...refusalsOf(TYPE, { spec })].sort()).toEqual([...refusals].sort());
  });

  const NORMAL = "must be normal: letters, digits and -._~ as they are, no encoded slash";
  const REQUEST =
    "must be a path as it stands in a request: no query, no parameters after ';', other characters as %XX";
  it.each([
    [{ methods: [] }, "methods: must not be empty"],
    [{ methods: ["GET", "post"] }, "methods[1]: must be an HTTP method in upper case"],
    [path("Exact", ""), "path.value: must start with '/'"],
    [path("PathPrefix", "admin"), "path.value: must start with '/'"],
    [path("Exact", "/a?b"), `path.value: ${REQUEST}`],
    [path("Exact", "/a;b"), `path.value: ${REQUEST}`],
    [path("PathPrefix", "/ä"), `path.value: ${REQUEST}`],
    [path("PathPrefix", "/a%2"), `path.value: ${REQUEST}`],
    [path("PathPrefix", "/a//b"), "path.value: must be normal: no '//' and no dot segments"],
    [path("Exact", "/a/../b"), "path.value: must be normal: no '//' and no dot segments"],
    [path("Exact", "/a/."), "path.value: must be normal: no '//' and no dot segments"],
    [path("Exact", "/%61dmin"), `path.value: ${NORMAL}`],
    [path("Exact", "/a%2Fb"), `path.value: ${NORMAL}`],
    [path("Exact", "/a%5cb"), `path.value: ${NORMAL}`],
    [path("RegularExpression", "("), "path.value: error parsing regexp: missing closing ): `(`"],
    [{ headers: [{ name: "x" }] }, "headers[0].value: must be set"],
    [{ headers: [{ name: "x", type: "Present", value: "y" }] }, "headers[0].value: must not be set with type Present"],
    [
      { headers: [{ name: "x", type: "RegularExpression", value: "a{2000}" }] },
      "headers[0].value: error parsing regexp: invalid repeat count: `{2000}`",
    ],
    [{ claims: [] }, "claims: must not be empty"],
    [{ claims: [{ name: "a..b", value: "c" }] }, "claims[0].name: must be names of claims with dots between them"],
    [{ claims: [{ name: "a", type: "Absent", value: "b" }] }, "claims[0].value: must not be set with type Absent"],
    [
      { claims: [{ name: "a", type: "RegularExpression", value: ")" }] },
      "claims[0].value: error parsing regexp: unexpected ): `)`",
    ],
  ])("is refused for %j", (match, refusal) => {
    expect(refusalsOf(TYPE, allow(match))).toEqual([`${AT}.${refusal}`]);
  });

  it("answers conditions with the types that were left out", () => {
    const match = {
      spiffeID: { type: "Exact", value: "spiffe://default/web" },
      methods: ["GET", "M-SEARCH"],
      path: { type: "Exact", value: "/caf%C3%A9/%25" },
      headers: [{ name: "x", value: "1" }],
      claims: [{ name: "a\\.b.c", value: "2" }],
    };
    const filled = {
      ...match,
      headers: [{ type: "Exact", name: "x", value: "1" }],
      claims: [{ type: "Exact", name: "a\\.b.c", value: "2" }],
    };
    expect(answerOf(TYPE, allow(match)).spec).toEqual({ rules: [{ default: { allow: [filled] } }] });
  });

  it("warns as Kuma does", () => {
    const bare = { type: TYPE, mesh: "default", name: "x", labels: {}, creationTime: "", modificationTime: "" };
    const from = [{ targetRef: { kind: "MeshService", name: "a" }, default: { action: "Allow" } }] as const;
    expect(meshTrafficPermissionJudge.warn?.({ ...bare, spec: { from } })).toEqual([
      "'from' field is deprecated and will be removed in 3.0, use 'rules' with MeshIdentity (spiffeId) instead",
      "MeshService value for 'from[].targetRef.kind' is deprecated, use MeshSubset with 'kuma.io/service' instead",
    ]);
  });

  it.each([
    ["sub", ["sub"]],
    ["realm.roles", ["realm", "roles"]],
    ["https://x\\.test/roles", ["https://x.test/roles"]],
    ["", null],
    [".a", null],
    ["a.", null],
  ])("reads the claim %j", (name, steps) => {
    expect(claimPath(name)).toEqual(steps);
  });
});
