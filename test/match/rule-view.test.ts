// Rules in Kuma's form, by real resource: what items of each kind say, with everything that they stand on.
import { describe, expect, it } from "vitest";
import { rulesOf } from "#match/match.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { stored } from "#test/stored.ts";
import { dataplane, indexed, policy, viewOf } from "./world.ts";

const web = dataplane("web-1", { name: "main", tags: { "kuma.io/service": "web" } });
const WORLD = [
  stored({ type: "Mesh", name: "default" }),
  web,
  stored({
    type: "MeshService",
    mesh: "default",
    name: "backend",
    labels: { team: "a" },
    spec: { selector: { dataplaneTags: { "kuma.io/service": "backend" } }, ports: [{ port: 80, name: "http" }] },
  }),
  stored({
    type: "MeshExternalService",
    mesh: "default",
    name: "bank",
    spec: {
      match: { type: "HostnameGenerator", port: 443, protocol: "http" },
      endpoints: [{ address: "bank.test", port: 443 }],
    },
  }),
  stored({
    type: "MeshMultiZoneService",
    mesh: "default",
    name: "everywhere",
    spec: { selector: { meshService: { matchLabels: { team: "a" } } }, ports: [{ port: 80, appProtocol: "http" }] },
  }),
  policy("MeshHTTPRoute", "paths", {
    to: [
      {
        targetRef: { kind: "MeshService", name: "backend" },
        rules: [{ matches: [{ path: { type: "PathPrefix", value: "/a" } }], default: {} }],
      },
    ],
  }),
];

const conf = (seconds: number): object => ({ http: { requestTimeout: `${seconds}s` } });
const to = (seconds: number, targetRef: object): object => ({ targetRef, default: conf(seconds) });

/** Of MeshTimeout: what each resource's rule says, and the rules that it comes from. */
function told(...policies: readonly Resource[]): Record<string, readonly [string, readonly string[]]> {
  const index = indexed(viewOf([...WORLD, ...policies]));
  const rules = rulesOf(index, web as Resource<DataplaneSpec>).find(({ type }) => type === "MeshTimeout");
  type Rule = {
    conf: [{ http?: { requestTimeout?: string } }];
    resourceMeta: { type: string; name: string };
    resourceSectionName: string;
    origin: { resourceMeta: { name: string }; ruleIndex: number }[];
  };
  return Object.fromEntries(
    ((rules?.toResourceRules ?? []) as unknown as readonly Rule[]).map((rule) => [
      [rule.resourceMeta.type, rule.resourceMeta.name, rule.resourceSectionName].filter(Boolean).join("/"),
      [
        rule.conf[0].http?.requestTimeout ?? "",
        rule.origin.map(({ resourceMeta, ruleIndex }) => `${resourceMeta.name}[${ruleIndex}]`),
      ],
    ]),
  );
}

const MESH = policy("MeshTimeout", "mesh", { to: [to(1, { kind: "Mesh" })] });

describe("rules by real resource", () => {
  it.each<readonly [string, object, string]>([
    ["a service", { kind: "MeshService", name: "backend" }, "MeshService/backend"],
    ["services by labels", { kind: "MeshService", labels: { team: "a" } }, "MeshService/backend"],
    ["a port of a service", { kind: "MeshService", name: "backend", sectionName: "http" }, "MeshService/backend/http"],
    ["an external service", { kind: "MeshExternalService", name: "bank" }, "MeshExternalService/bank"],
    [
      "a service of many zones",
      { kind: "MeshMultiZoneService", name: "everywhere" },
      "MeshMultiZoneService/everywhere",
    ],
    ["a route", { kind: "MeshHTTPRoute", name: "paths" }, "MeshHTTPRoute/paths"],
  ])("of %s stand on those of the mesh", (_, targetRef, key) => {
    const one = policy("MeshTimeout", "one", { to: [to(2, targetRef)] });
    expect(told(MESH, one)).toEqual({
      "Mesh/default": ["1s", ["mesh[0]"]],
      [key]: ["2s", ["mesh[0]", "one[0]"]],
    });
  });

  it("of a policy attached to a route are that route's alone", () => {
    const one = policy("MeshTimeout", "one", {
      targetRef: { kind: "MeshHTTPRoute", name: "paths" },
      to: [to(3, { kind: "Mesh" })],
    });
    expect(told(MESH, one)).toEqual({
      "Mesh/default": ["1s", ["mesh[0]"]],
      "MeshHTTPRoute/paths": ["3s", ["mesh[0]", "one[0]"]],
    });
    const index = indexed(viewOf([...WORLD, MESH, one]));
    const rules = rulesOf(index, web as Resource<DataplaneSpec>).find(({ type }) => type === "MeshTimeout");
    expect(rules?.toRules.map(({ conf: said }) => said)).toEqual([conf(1)]);
  });

  it("of what nobody names are none", () => {
    expect(told(policy("MeshTimeout", "one", { to: [to(2, { kind: "MeshService", name: "nobody" })] }))).toEqual({});
  });
});

describe("the rule of a proxy", () => {
  it("merges what selects it, the strongest last, and concatenates what is appended", () => {
    const match = (value: string): object => ({
      default: { appendMatch: [{ type: "Domain", value, protocol: "tls", port: 443 }] },
    });
    const all = policy("MeshPassthrough", "all", { targetRef: { kind: "Mesh" }, ...match("a.test") });
    const own = policy("MeshPassthrough", "own", {
      targetRef: { kind: "Dataplane", name: "web-1" },
      ...match("b.test"),
    });
    const index = indexed(viewOf([...WORLD, own, all]));
    const [rules] = rulesOf(index, web as Resource<DataplaneSpec>).filter(({ type }) => type === "MeshPassthrough");
    const rule = rules?.proxyRule as
      | { conf: { appendMatch: { value: string }[] }; origin: { name: string }[] }
      | undefined;
    expect(rule?.conf.appendMatch.map(({ value }) => value)).toEqual(["a.test", "b.test"]);
    expect(rule?.origin.map(({ name }) => name)).toEqual(["all", "own"]);
  });
});
