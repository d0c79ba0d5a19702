// Access across zones, through egresses, out of the mesh and under older policies: verdicts, ways, and what the egress's own config does.
import { describe, expect, test } from "vitest";
import { accessDelta, accessOf, type MeshAccess, type Reach, reachOf } from "#compile/access.ts";
import { compile } from "#compile/compile.ts";
import { inspectZoneProxy } from "#compile/inspect-zone-proxy.ts";
import type { Json } from "#model/json.ts";
import { rbacAllows } from "#test/rbac.ts";
import { sha256 } from "#test/xds/scenario.ts";
import { zoneOfYaml } from "./zone-scenario.ts";

const ZONES = `
{ type: Zone, name: east }
---
{ type: Zone, name: west }
---
{ type: Zone, name: north, enabled: false }
---
{ type: ZoneEgress, name: ze-1, zone: east, networking: { address: 10.0.0.5, port: 10002 } }
---
{ type: ZoneIngress, name: zi-2, zone: west, networking: { address: 10.1.0.4, port: 10001, advertisedAddress: 203.0.113.8, advertisedPort: 10001 } }
---
{ type: ZoneIngress, name: zi-3, zone: north, networking: { address: 10.2.0.4, port: 10001, advertisedAddress: 203.0.113.9, advertisedPort: 10001 } }
---
`;
const MESH = (more = ""): string =>
  `{ type: Mesh, name: default, mtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin }] }${more} }\n---\n`;
const CLIENT = (name: string, at: number): string => `
{ type: Dataplane, name: ${name}-1, networking: { address: 10.0.0.${at}, inbound: [{ port: 80, tags: { kuma.io/service: ${name}, kuma.io/zone: east } }],
  outbound: [{ port: 10001, tags: { kuma.io/service: billing } }, { port: 10002, tags: { kuma.io/service: far } },
    { port: 10003, tags: { kuma.io/service: httpbin } }, { port: 10004, backendRef: { kind: MeshExternalService, name: ledger, port: 5432 } }] } }
---
`;
const SERVERS = `
{ type: Dataplane, name: billing-1, networking: { address: 10.1.0.1, inbound: [{ port: 9999, tags: { kuma.io/service: billing, kuma.io/zone: west } }] } }
---
{ type: Dataplane, name: far-1, networking: { address: 10.2.0.1, inbound: [{ port: 9999, tags: { kuma.io/service: far, kuma.io/zone: north } }] } }
---
{ type: ExternalService, name: httpbin, tags: { kuma.io/service: httpbin, kuma.io/protocol: http }, networking: { address: "httpbin.example.org:80" } }
---
{ type: MeshExternalService, name: ledger, spec: { match: { type: HostnameGenerator, port: 5432, protocol: tcp }, endpoints: [{ address: 192.0.2.1, port: 5432 }] } }
---
`;
const PERMISSIONS = `
{ type: MeshTrafficPermission, name: web-to-billing, spec: { targetRef: { kind: MeshService, name: billing },
  from: [{ targetRef: { kind: MeshService, name: web }, default: { action: Allow } }] } }
---
{ type: MeshTrafficPermission, name: web-to-httpbin, spec: { targetRef: { kind: MeshService, name: httpbin },
  from: [{ targetRef: { kind: MeshService, name: web }, default: { action: Allow } }] } }
---
{ type: MeshTrafficPermission, name: web-to-ledger, spec: { targetRef: { kind: Dataplane, labels: { kuma.io/proxy-type: zoneegress } },
  rules: [{ default: { allow: [{ spiffeID: { type: Exact, value: spiffe://default/web }, sni: { type: Exact, value: sni.extsvc.default.ledger.5432 } }] } }] } }
`;
const THROUGH = ", routing: { zoneEgress: true }";
const WORLD = ZONES + MESH(THROUGH) + CLIENT("web", 1) + CLIENT("batch", 2) + SERVERS + PERMISSIONS;

function accessIn(yaml: string): MeshAccess {
  return accessOf(zoneOfYaml(yaml).views, { digest: sha256 }).get("default") as MeshAccess;
}

function ask(yaml: string, from: string, to: string): Reach {
  const answer = reachOf(accessIn(yaml), { from, to });
  if (!("verdict" in answer)) throw new Error(answer.reason);
  return answer;
}

const briefly = ({ verdict: { outcome, reason, rule } }: Reach): string =>
  `${outcome} ${rule === undefined ? reason : rule.kri.split("_")[5]}`;

describe("access through the own zone's egress", () => {
  test.each([
    ["web", "billing", "allowed web-to-billing"],
    ["batch", "billing", "denied no-rule"],
    ["web", "far", "none no-way"],
    ["web", "httpbin", "allowed web-to-httpbin"],
    ["batch", "httpbin", "denied no-rule"],
    ["web", "MeshExternalService/ledger", "allowed web-to-ledger"],
    ["batch", "ledger", "denied no-rule"],
  ])("%s → %s: %s", (from, to, found) => {
    expect(briefly(ask(WORLD, from, to))).toBe(found);
  });

  test("the way to another zone is told place by place, and that out of the mesh too", () => {
    expect(ask(WORLD, "web", "billing").paths).toMatchObject([
      {
        from: { zone: "east" },
        via: {
          egress: [{ address: "10.0.0.5", port: 10002 }],
          ingress: [{ address: "203.0.113.8", port: 10001 }],
        },
        to: { service: "billing", zone: "west", outside: false, tls: "STRICT", ports: [9999] },
      },
    ]);
    expect(ask(WORLD, "web", "httpbin").paths).toMatchObject([
      { via: { egress: [{ address: "10.0.0.5", port: 10002 }] }, to: { outside: true, protocol: "http" } },
    ]);
  });

  test("what is told of what leaves is what the egress's config does", () => {
    const input = zoneOfYaml(WORLD);
    const [proxy] = input.zoneProxies ?? [];
    const config = inspectZoneProxy(compile(input, sha256), proxy!, sha256).config ?? {};
    // biome-ignore lint/suspicious/noExplicitAny: Envoy's JSON, read as an Envoy would.
    const listeners = Object.values(config).flatMap((one) => Object.values(one)) as any[];
    // biome-ignore lint/suspicious/noExplicitAny: as above.
    const chains = listeners.flatMap(({ filterChains = [] }) => filterChains) as any[];
    let judged = 0;
    for (const from of ["web", "batch"])
      for (const to of ["httpbin", "ledger"]) {
        const chain = chains.find(
          ({ filterChainMatch, transportSocket }) =>
            transportSocket !== undefined && filterChainMatch.serverNames.some((name: string) => name.includes(to)),
        );
        const filters = chain.filters.flatMap((one: { typedConfig: { httpFilters?: object[] } }) => [
          one,
          ...(one.typedConfig.httpFilters ?? []),
        ]) as { typedConfig: Json & { readonly "@type": string } }[];
        const rbac = filters.find(({ typedConfig }) => typedConfig["@type"].endsWith("rbac.v3.RBAC"));
        const uris = [`spiffe://default/${from}`, `kuma://kuma.io/service/${from}`];
        const sni = chain.filterChainMatch.serverNames[0];
        expect(rbacAllows(rbac!.typedConfig, { uris, sni, headers: {} })).toBe(
          ask(WORLD, from, to).verdict.outcome === "allowed",
        );
        judged++;
      }
    expect(judged).toBe(4);
  });

  test("without an egress nothing of it is reached, and that is said", () => {
    const without = WORLD.replace(/\{ type: ZoneEgress.*\n---\n/, "");
    for (const to of ["billing", "httpbin", "ledger"]) {
      const answer = ask(without, "web", to);
      expect([to, briefly(answer)]).toEqual([to, "none no-egress"]);
    }
    expect(ask(without, "web", "billing").permission).toMatchObject({ outcome: "allowed" });
  });
});

describe("access without egresses and without mTLS", () => {
  test("another zone is reached by its ingresses, what is outside directly, and nobody asks who calls", () => {
    const direct = WORLD.replace(THROUGH, "").replace(/\{ type: ZoneEgress.*\n---\n/, "");
    expect(ask(direct, "web", "billing").paths[0]?.via).toEqual({ ingress: [{ address: "203.0.113.8", port: 10001 }] });
    expect(briefly(ask(direct, "batch", "httpbin"))).toBe("open outside");
    expect(briefly(ask(direct, "batch", "ledger"))).toBe("open outside");
  });

  test("other zones are not reached without mTLS", () => {
    const plain = WORLD.replace(/\{ type: Mesh, name: default.*\n/, "{ type: Mesh, name: default }\n");
    expect(briefly(ask(plain, "web", "billing"))).toBe("none no-mtls-between");
  });
});

test("older permissions decide where no newer one speaks, and a mesh that forbids lets nobody out", () => {
  const older = `
---
{ type: TrafficPermission, name: some, sources: [{ match: { kuma.io/service: batch } }], destinations: [{ match: { kuma.io/service: billing } }] }
`;
  const alone = ZONES + MESH(THROUGH) + CLIENT("web", 1) + CLIENT("batch", 2) + SERVERS + older.slice(5);
  expect(ask(alone, "batch", "billing").verdict).toMatchObject({
    outcome: "allowed",
    rule: { kri: "kri_tp_default___some_", part: "sources", rule: 0 },
  });
  expect(briefly(ask(alone, "web", "billing"))).toBe("denied no-rule");
  expect(briefly(ask(WORLD + older, "batch", "billing"))).toBe("denied no-rule");
  const forbidden = ", routing: { zoneEgress: true, defaultForbidMeshExternalServiceAccess: true }";
  expect(briefly(ask(alone.replace(THROUGH, ""), "web", "ledger"))).toBe("allowed unsaid");
  expect(briefly(ask(alone.replace(THROUGH, forbidden), "web", "ledger"))).toBe("denied no-policy");
});

test("a delta tells who gained and lost, sorted, and nothing of rules that gave way to others", () => {
  const delta = (before: string, after: string): readonly string[] =>
    accessDelta(
      accessOf(zoneOfYaml(before).views, { digest: sha256 }),
      accessOf(zoneOfYaml(after).views, { digest: sha256 }),
    ).map(({ from, to, before: was, after: is }) => `${from} → ${to}: ${was.outcome} → ${is.outcome}`);
  const everybody = WORLD.replace(
    "from: [{ targetRef: { kind: MeshService, name: web }, default: { action: Allow } }] } }\n---\n{ type: MeshTrafficPermission, name: web-to-httpbin",
    "from: [{ targetRef: { kind: Mesh }, default: { action: Allow } }] } }\n---\n{ type: MeshTrafficPermission, name: web-to-httpbin",
  );
  expect(delta(WORLD, everybody)).toEqual(["batch → billing: denied → allowed"]);
  expect(delta(everybody, WORLD)).toEqual(["batch → billing: allowed → denied"]);
  expect(delta(WORLD, WORLD.replaceAll("web-to-billing", "renamed"))).toEqual([]);
  expect(delta(WORLD, WORLD.replace("name: north, enabled: false", "name: north"))).toEqual([]);
  expect(
    delta(everybody, everybody.replace("{ type: Zone, name: west }", "{ type: Zone, name: west, enabled: false }")),
  ).toEqual(["batch → billing: allowed → none", "web → billing: allowed → none"]);
  expect(delta(WORLD, WORLD.replace("name: ca, type: builtin", "name: ca, type: builtin, mode: PERMISSIVE"))).toContain(
    "* → billing: denied → open",
  );
});

test("a token that is asked for beside the permission is told, of those alone who are asked", () => {
  const jwt = `
---
{ type: MeshJWT, name: tokens, spec: { targetRef: { kind: Mesh }, rules: [
  { default: { providers: [{ name: idp, issuer: "https://idp.example", jwks: { inline: '{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}' } }] } },
  { matches: [{ spiffeID: { type: Exact, value: spiffe://default/batch } }], default: { mode: Optional } }] } }
`;
  const http = WORLD.replace(
    "kuma.io/service: billing, kuma.io/zone",
    "kuma.io/service: billing, kuma.io/protocol: http, kuma.io/zone",
  );
  const everybody = http.replace(
    "{ kind: MeshService, name: web }, default: { action: Allow } }] } }\n---",
    "{ kind: Mesh }, default: { action: Allow } }] } }\n---",
  );
  expect(ask(everybody + jwt, "web", "billing").paths[0]?.token).toEqual({
    kri: "kri_mjwt_default___tokens_",
    part: "rules",
    rule: 0,
  });
  expect(ask(everybody + jwt, "batch", "billing").verdict.outcome).toBe("allowed");
  expect(ask(everybody + jwt, "batch", "billing").paths[0]).not.toHaveProperty("token");
  expect(ask(everybody, "web", "billing").paths[0]).not.toHaveProperty("token");
  // Where requests are not read, no token is asked for.
  expect(ask(WORLD + jwt, "web", "billing").paths[0]).not.toHaveProperty("token");
});
