// Lint: for each rule a mesh in which it finds something, and a sound mesh in which none does.
import { describe, expect, test } from "vitest";
import { meshAccess } from "#match/access/access.ts";
import type { Finding } from "#match/lint/finding.ts";
import { LINT_RULES, lintMesh } from "#match/lint/lint.ts";
import { defaultPolicies } from "#model/default-policies.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { indexed, storedFrom, viewOf } from "#test/match/world.ts";
import { ZONE } from "#test/stored.ts";

const MESH = `{ type: Mesh, name: default, mtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin }] } }`;

/** web calls backend and may; both speak HTTP. */
const SOUND = `
---
{ type: Dataplane, mesh: default, name: web-1, labels: { app: web }, networking: { address: 10.0.0.1,
  inbound: [{ port: 80, tags: { kuma.io/service: web, kuma.io/protocol: http } }],
  outbound: [{ port: 10001, tags: { kuma.io/service: backend } }] } }
---
{ type: Dataplane, mesh: default, name: backend-1, labels: { app: backend }, networking: { address: 10.0.0.2,
  inbound: [{ port: 80, tags: { kuma.io/service: backend, kuma.io/protocol: http } }] } }
---
{ type: MeshTrafficPermission, mesh: default, name: to-backend, spec: { targetRef: { kind: Dataplane, labels: { app: backend } },
  rules: [{ default: { allow: [{ spiffeID: { type: Exact, value: spiffe://default/web } }] } }] } }
---
{ type: MeshHTTPRoute, mesh: default, name: split, spec: { targetRef: { kind: Mesh }, to: [{ targetRef: { kind: MeshService, name: backend },
  rules: [{ matches: [{ path: { type: PathPrefix, value: /v2 } }], default: {} }, { matches: [{ path: { type: Exact, value: /v2/x } }], default: {} }] }] } }
---
{ type: MeshTimeout, mesh: default, name: all, spec: { to: [{ targetRef: { kind: Mesh }, default: { connectionTimeout: 5s, http: { requestTimeout: 9s } } }] } }
---
{ type: MeshTimeout, mesh: default, name: slow, spec: { targetRef: { kind: Dataplane, labels: { app: web } },
  to: [{ targetRef: { kind: MeshService, name: backend }, default: { http: { requestTimeout: 40s } } }] } }
`;

function lint(more: string, mesh = MESH, world = SOUND): readonly Finding[] {
  // What comes later replaces its namesake.
  const all = new Map(storedFrom(`${mesh}\n${world}\n${more}`).map((one) => [`${one.type}/${one.name}`, one]));
  return lintMesh(meshAccess(new Map([[ZONE, indexed(viewOf([...all.values()]))]])));
}

const told = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ severity, code, kri, field }) => `${severity} ${code} ${kri.split("_")[5]} ${field}`);

test("a sound mesh has no finding, and a mesh without dataplanes none either", () => {
  expect(lint("")).toEqual([]);
  expect(lint("", `{ type: Mesh, name: default }`, "")).toEqual([]);
});

test("the demo's mesh with the policies that every new mesh gets has none", () => {
  const demo = `
---
{ type: Dataplane, mesh: default, name: web-1, labels: { app: web }, networking: { address: 127.0.0.1,
  inbound: [{ port: 11080, servicePort: 10080, tags: { kuma.io/service: web, kuma.io/protocol: http } }],
  outbound: [{ port: 10001, tags: { kuma.io/service: backend } }] } }
---
{ type: Dataplane, mesh: default, name: backend-1, labels: { app: backend }, networking: { address: 127.0.0.1,
  inbound: [{ port: 11081, servicePort: 10081, tags: { kuma.io/service: backend, kuma.io/protocol: http } }] } }
---
{ type: MeshTrafficPermission, mesh: default, name: web-to-backend, spec: { targetRef: { kind: Dataplane, labels: { app: backend } },
  rules: [{ default: { allow: [{ spiffeID: { type: Exact, value: spiffe://default/web } }] } }] } }`;
  const [mesh] = storedFrom(MESH) as readonly [Resource<SpecOf<"Mesh">>];
  const view = viewOf([mesh, ...defaultPolicies(mesh), ...storedFrom(demo)]);
  expect(view.resources.MeshRetry).toHaveLength(1);
  expect(told(lintMesh(meshAccess(new Map([[ZONE, indexed(view)]]))))).toEqual([]);
});

/** By rule: what is added to the sound mesh, and where the finding is. */
const CASES: readonly (readonly [code: string, shows: string, more: string, found: readonly string[]])[] = [
  [
    "unbound-selector",
    "services that select by what a workload says of itself, and none of those that tokens bind",
    `---
{ type: MeshService, mesh: default, name: by-label, spec: { selector: { dataplaneLabels: { matchLabels: { app: backend } } }, ports: [{ port: 80, targetPort: 80 }] } }
---
{ type: MeshService, mesh: default, name: by-tag, spec: { selector: { dataplaneTags: { kuma.io/protocol: http } }, ports: [{ port: 80, targetPort: 80 }] } }
---
{ type: MeshService, mesh: default, name: by-service, spec: { selector: { dataplaneTags: { kuma.io/service: backend, version: v1 } }, ports: [{ port: 80, targetPort: 80 }] } }
---
{ type: MeshService, mesh: default, name: by-name, spec: { selector: { dataplaneRef: { name: backend-1 } }, ports: [{ port: 80, targetPort: 80 }] } }
---
{ type: MeshService, mesh: default, name: by-workload, spec: { selector: { dataplaneLabels: { matchLabels: { app: backend, kuma.io/workload: backend } } }, ports: [{ port: 80, targetPort: 80 }] } }
---
{ type: MeshService, mesh: default, name: by-nothing, spec: { ports: [{ port: 80, targetPort: 80 }] } }`,
    [
      "info unbound-selector by-label spec.selector.dataplaneLabels",
      "info unbound-selector by-tag spec.selector.dataplaneTags",
    ],
  ],
  [
    "dangling-reference",
    "routes and dataplanes that refer to nothing",
    `---
{ type: MeshHTTPRoute, mesh: default, name: split, spec: { targetRef: { kind: Mesh }, to: [{ targetRef: { kind: MeshService, name: backend },
  rules: [{ matches: [{ path: { type: PathPrefix, value: /v2 } }], default: { backendRefs: [{ kind: MeshService, name: gone, port: 80 }] } }] }] } }
---
{ type: Dataplane, mesh: default, name: web-1, labels: { app: web }, networking: { address: 10.0.0.1,
  inbound: [{ port: 80, tags: { kuma.io/service: web, kuma.io/protocol: http } }],
  outbound: [{ port: 10001, tags: { kuma.io/service: backend } }, { port: 10002, backendRef: { kind: MeshService, name: gone, port: 80 } }] } }`,
    [
      "error dangling-reference web-1 networking.outbound[1].backendRef",
      "error dangling-reference split spec.to[0].rules[0].default.backendRefs[0]",
    ],
  ],
  [
    "unusable-value",
    "an external service without any address",
    `---
{ type: MeshExternalService, mesh: default, name: bank, spec: { match: { type: HostnameGenerator, port: 443, protocol: tcp }, extension: { type: x } } }`,
    ["error unusable-value bank spec.extension"],
  ],
  [
    "no-permission",
    "a service that is called, and no allow",
    `---
{ type: MeshTrafficPermission, mesh: default, name: to-backend, spec: { targetRef: { kind: Dataplane, labels: { app: backend } },
  rules: [{ default: { deny: [{ spiffeID: { type: Exact, value: spiffe://default/web } }] } }] } }`,
    ["warning no-permission backend-1 networking.inbound[0]"],
  ],
  [
    "unreachable-allow",
    "an allow below a deny of all its clients, in another policy",
    `---
{ type: MeshTrafficPermission, mesh: default, name: closed, spec: { targetRef: { kind: Mesh },
  rules: [{ default: { deny: [{ spiffeID: { type: Prefix, value: spiffe://default/w } }] } }] } }`,
    ["warning unreachable-allow to-backend spec.rules[0].default.allow[0]"],
  ],
  [
    "unreachable-route",
    "a rule whose matches another rule of the route has, and one behind a rule that takes all",
    `---
{ type: MeshHTTPRoute, mesh: default, name: split, spec: { targetRef: { kind: Mesh }, to: [{ targetRef: { kind: MeshService, name: backend },
  rules: [{ matches: [{ path: { type: PathPrefix, value: / } }], default: {} }, { matches: [{}], default: {} },
          { matches: [{ path: { type: PathPrefix, value: / } }], default: {} }] }] } }`,
    ["warning unreachable-route split spec.to[0].rules[1]", "warning unreachable-route split spec.to[0].rules[2]"],
  ],
  [
    "shadowed-policy",
    "a policy that another one beats in all that it sets",
    `---
{ type: MeshTimeout, mesh: default, name: slow, spec: { targetRef: { kind: Mesh },
  to: [{ targetRef: { kind: Mesh }, default: { connectionTimeout: 1s, http: { requestTimeout: 40s } } }] } }`,
    ["warning shadowed-policy slow "],
  ],
  [
    "selects-nothing",
    "a policy for labels that no dataplane has",
    `---
{ type: MeshTimeout, mesh: default, name: lost, spec: { targetRef: { kind: Dataplane, labels: { app: bakend } },
  to: [{ targetRef: { kind: Mesh }, default: { connectionTimeout: 1s } }] } }`,
    ["warning selects-nothing lost spec.targetRef"],
  ],
  [
    "unused-route",
    "a route to what its clients do not call",
    `---
{ type: MeshHTTPRoute, mesh: default, name: home, spec: { targetRef: { kind: Mesh }, to: [{ targetRef: { kind: MeshService, name: web },
  rules: [{ matches: [{ path: { type: PathPrefix, value: / } }], default: {} }] }] } }`,
    ["warning unused-route home spec.to"],
  ],
  [
    "unknown-name",
    "a client and a service that nobody is called; one that is kept out is worth a note",
    `---
{ type: MeshTrafficPermission, mesh: default, name: to-backend, spec: { targetRef: { kind: Dataplane, labels: { app: backend } },
  rules: [{ default: { allow: [{ spiffeID: { type: Exact, value: spiffe://default/web } }, { spiffeID: { type: Exact, value: spiffe://default/wbe } }],
                       deny: [{ spiffeID: { type: Exact, value: spiffe://default/old } }] } }] } }
---
{ type: MeshTimeout, mesh: default, name: slow, spec: { targetRef: { kind: Dataplane, labels: { app: web } },
  to: [{ targetRef: { kind: MeshService, name: backend }, default: { http: { requestTimeout: 40s } } },
       { targetRef: { kind: MeshService, name: bakend }, default: { http: { requestTimeout: 40s } } }] } }`,
    [
      "warning unknown-name slow spec.to[1].targetRef.name",
      "warning unknown-name to-backend spec.rules[0].default.allow[1].spiffeID.value",
      "info unknown-name to-backend spec.rules[0].default.deny[0].spiffeID.value",
    ],
  ],
  [
    "older-beside-newer",
    "a TrafficPermission beside a MeshTrafficPermission",
    `---
{ type: TrafficPermission, mesh: default, name: older, sources: [{ match: { kuma.io/service: web } }],
  destinations: [{ match: { kuma.io/service: backend } }] }`,
    ["warning older-beside-newer older "],
  ],
  [
    "permissive-mtls",
    "a MeshTLS that lets plaintext in",
    `---
{ type: MeshTLS, mesh: default, name: soft, spec: { targetRef: { kind: Mesh }, rules: [{ default: { mode: Permissive } }] } }`,
    ["warning permissive-mtls soft spec.rules[0].default.mode"],
  ],
  [
    "allow-all",
    "rules and from that let everybody in",
    `---
{ type: MeshTrafficPermission, mesh: default, name: to-backend, spec: { targetRef: { kind: Dataplane, labels: { app: backend } },
  rules: [{ default: { allow: [{ spiffeID: { type: Exact, value: spiffe://default/web } }, { spiffeID: { type: Prefix, value: spiffe://default } }, {}] } }] } }
---
{ type: MeshTrafficPermission, mesh: default, name: to-web, spec: { targetRef: { kind: MeshSubset, tags: { kuma.io/service: web } },
  from: [{ targetRef: { kind: Mesh }, default: { action: Allow } }] } }`,
    [
      "info allow-all to-backend spec.rules[0].default.allow[1]",
      "info allow-all to-backend spec.rules[0].default.allow[2]",
      "info allow-all to-web spec.from[0].default.action",
    ],
  ],
];

describe("a rule finds", () => {
  test.each(CASES)("%s: %s", (_code, _shows, more, found) => {
    const findings = lint(more);
    expect(told(findings)).toEqual(found);
    for (const { what, why, fix } of findings) for (const text of [what, why, fix]) expect(text).toMatch(/^\S.+[^.]$/);
  });

  test("mesh-without-mtls, and what is permissive in the mesh itself", () => {
    expect(told(lint("", `{ type: Mesh, name: default }`))).toEqual([
      "warning mesh-without-mtls default mtls.enabledBackend",
    ]);
    const permissive = `{ type: Mesh, name: default, mtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin, mode: PERMISSIVE }] } }`;
    expect(told(lint("", permissive))).toEqual(["warning permissive-mtls default mtls.backends[0].mode"]);
  });

  test("what a case shows, for every rule of the table", () => {
    const shown = new Set([...CASES.map(([code]) => code), "mesh-without-mtls"]);
    expect(LINT_RULES.map(({ code }) => code).filter((code) => !shown.has(code))).toEqual([]);
  });
});

test("policies that act at a zone's gates alone are not called idle", () => {
  const exclusive = MESH.replace("name: default,", "name: default, meshServices: { mode: Exclusive },");
  const found = lint(
    `---
{ type: Dataplane, mesh: default, name: gate-1, labels: { app: gate }, networking: { address: 10.0.0.9,
  listeners: [{ type: ZoneEgress, address: 10.0.0.9, port: 10002, name: out }] } }
---
{ type: MeshTimeout, mesh: default, name: gates, spec: { targetRef: { kind: Dataplane, labels: { app: gate }, sectionName: out },
  rules: [{ default: { idleTimeout: 9s } }] } }`,
    exclusive,
  );
  expect(found.filter(({ kri }) => kri.includes("gates"))).toEqual([]);
});
