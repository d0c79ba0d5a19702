// What a change bears on: destinations whose clusters, endpoints, routes or instances differ, and no others.
import { describe, expect, test } from "vitest";
import { type Compiled, compile } from "#compile/compile.ts";
import { touchedBy } from "#compile/effect/touched.ts";
import type { View } from "#model/view.ts";
import { sha256 } from "#test/xds/scenario.ts";
import { zoneOfYaml } from "./zone-scenario.ts";

const HEAD = `
{ type: Zone, name: east }
---
{ type: Zone, name: west }
---
{ type: ZoneIngress, name: zi-1, zone: east, networking: { address: 10.0.0.4, port: 10001, advertisedAddress: 203.0.113.4, advertisedPort: 10001 } }
---
{ type: ZoneIngress, name: zi-2, zone: west, networking: { address: 10.1.0.4, port: 10001, advertisedAddress: 203.0.113.8, advertisedPort: 10001 } }
---
{ type: Mesh, name: default, mtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin }] } }
---
{ type: Mesh, name: other, mtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin }] } }
---
type: Dataplane
name: web-1
networking:
  address: 10.0.0.1
  inbound: [{ port: 8080, tags: { kuma.io/service: web, kuma.io/protocol: http, kuma.io/zone: east } }]
  outbound: [{ port: 10001, tags: { kuma.io/service: api } }, { port: 10002, tags: { kuma.io/service: db } }, { port: 10003, tags: { kuma.io/service: far } }]
---
{ type: Dataplane, name: api-1, networking: { address: 10.0.0.11, inbound: [{ port: 80, tags: { kuma.io/service: api, kuma.io/protocol: http, kuma.io/zone: east } }] } }
---
{ type: Dataplane, name: db-1, networking: { address: 10.0.0.12, inbound: [{ port: 80, tags: { kuma.io/service: db, kuma.io/protocol: tcp, kuma.io/zone: east } }] } }
---
{ type: Dataplane, name: far-1, networking: { address: 10.1.0.13, inbound: [{ port: 80, tags: { kuma.io/service: far, kuma.io/protocol: http, kuma.io/zone: west } }] } }
---
{ type: Dataplane, mesh: other, name: web-1, networking: { address: 10.0.0.21, inbound: [{ port: 80, tags: { kuma.io/service: web, kuma.io/zone: east } }], outbound: [{ port: 10001, tags: { kuma.io/service: api } }] } }
---
{ type: Dataplane, mesh: other, name: api-1, networking: { address: 10.0.0.22, inbound: [{ port: 80, tags: { kuma.io/service: api, kuma.io/protocol: http, kuma.io/zone: east } }] } }
`;

function compiled(yaml: string, bundle: string): ReadonlyMap<string, Compiled> {
  return new Map(
    ["east", "west"].map((zone) => {
      const given = zoneOfYaml(yaml, zone);
      const views = given.views.map((view): View => ({ ...view, bundle: [`${bundle} of ${view.mesh.name}`] }));
      return [zone, compile({ ...given, zone, views }, sha256)] as const;
    }),
  );
}

/** By mesh, sorted; `all` for everything. */
function touched(before: string, after: string, bundles: readonly [string, string] = ["a", "a"]): unknown {
  const found = touchedBy(compiled(HEAD + before, bundles[0]), compiled(HEAD + after, bundles[1]));
  return Object.fromEntries([...found].map(([mesh, names]) => [mesh, names === null ? "all" : [...names].sort()]));
}

const slow = (service: string, seconds: number, kind: string): string => `---
{ type: MeshTimeout, name: slow, spec: { to: [{ targetRef: { kind: MeshService, name: ${service} }, default: { ${kind}: ${seconds}s } }] } }
`;
const forServer = (service: string): string =>
  `targetRef: { kind: MeshSubset, tags: { kuma.io/service: ${service} }, proxyTypes: [Sidecar] }`;

describe("a change", () => {
  test.each([
    ["of a cluster", slow("api", 1, "connectionTimeout"), slow("api", 2, "connectionTimeout"), { default: ["api"] }],
    ["of a route", "", slow("api", 2, "http: { requestTimeout: 7s }, idleTimeout"), { default: ["api"] }],
    ["of a listener of bytes", slow("db", 1, "idleTimeout"), slow("db", 2, "idleTimeout"), { default: ["db"] }],
    ["of one mesh touches no namesake of another", "", slow("api", 2, "connectionTimeout"), { default: ["api"] }],
    [
      "of what instances do with requests",
      "",
      `---\n{ type: MeshRateLimit, name: few, spec: { ${forServer("api")}, from: [{ targetRef: { kind: Mesh }, default: { local: { http: { requestRate: { num: 1, interval: 1s } } } } }] } }\n`,
      { default: ["api"] },
    ],
    [
      "of what instances in another zone do with requests",
      "",
      `---\n{ type: MeshRateLimit, name: few, spec: { ${forServer("far")}, from: [{ targetRef: { kind: Mesh }, default: { local: { http: { requestRate: { num: 1, interval: 1s } } } } }] } }\n`,
      { default: ["far"] },
    ],
    [
      "that adds an instance",
      "",
      "---\n{ type: Dataplane, name: db-2, networking: { address: 10.0.0.14, inbound: [{ port: 80, tags: { kuma.io/service: db, kuma.io/protocol: tcp, kuma.io/zone: east } }] } }\n",
      { default: ["db"] },
    ],
    [
      "that leads requests elsewhere touches where they went and where they go",
      "",
      "---\n{ type: MeshTCPRoute, name: moved, spec: { to: [{ targetRef: { kind: MeshService, name: db }, rules: [{ default: { backendRefs: [{ kind: MeshService, name: api, weight: 1 }] } }] }] } }\n",
      { default: ["api", "db"] },
    ],
    [
      "of one way in to another zone touches what is reached by it",
      "",
      "---\n{ type: ZoneIngress, name: zi-3, zone: west, networking: { address: 10.1.0.5, port: 10001, advertisedAddress: 203.0.113.9, advertisedPort: 10001 } }\n",
      { default: ["far"] },
    ],
    ["that changes nothing", slow("api", 1, "connectionTimeout"), slow("api", 1, "connectionTimeout"), {}],
  ])("%s", (_, before, after, expected) => {
    expect(touched(before, after)).toEqual(expected);
  });

  test("of what a mesh trusts touches everything", () => {
    expect(touched("", "", ["a", "b"])).toEqual({ default: "all", other: "all" });
  });
});

describe("what leaves by an egress", () => {
  const world = (address: string, connect: number): string => `
{ type: Zone, name: east }
---
{ type: ZoneEgress, name: ze-1, zone: east, networking: { address: 10.0.0.5, port: 10002 } }
---
{ type: Mesh, name: default, mtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin }] }, routing: { zoneEgress: true } }
---
type: Dataplane
name: web-1
networking:
  address: 10.0.0.1
  inbound: [{ port: 8080, tags: { kuma.io/service: web, kuma.io/protocol: http, kuma.io/zone: east } }]
  outbound: [{ port: 10001, tags: { kuma.io/service: bank } }, { port: 10002, tags: { kuma.io/service: paper } }, { port: 10003, tags: { kuma.io/service: web } }]
---
{ type: ExternalService, name: bank, tags: { kuma.io/service: bank, kuma.io/protocol: http, kuma.io/zone: east }, networking: { address: "${address}:80" } }
---
{ type: ExternalService, name: paper, tags: { kuma.io/service: paper, kuma.io/protocol: http, kuma.io/zone: east }, networking: { address: "192.0.2.9:80" } }
---
{ type: MeshTimeout, name: slow, spec: { to: [{ targetRef: { kind: MeshService, name: paper }, default: { connectionTimeout: ${connect}s } }] } }
`;
  const between = (before: string, after: string): unknown => {
    const found = touchedBy(compiled(before, "a"), compiled(after, "a"));
    return Object.fromEntries([...found].map(([mesh, names]) => [mesh, names === null ? "all" : [...names].sort()]));
  };

  test("is touched where the egress leads elsewhere, though its client has the same", () => {
    expect(between(world("192.0.2.1", 1), world("192.0.2.2", 1))).toEqual({ default: ["bank"] });
  });

  test("is not touched by what is said of its neighbour", () => {
    expect(between(world("192.0.2.1", 1), world("192.0.2.1", 2))).toEqual({ default: ["paper"] });
  });
});
