// Odd names: what users call services, tags and resources breaks no other's config; a real Envoy takes every proxy's whole.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { CompileInput } from "#compile/compile.ts";
import type { Json } from "#model/json.ts";
import { allot, shownAddresses } from "#model/virtual/allot.ts";
import { neededNames } from "#model/virtual/needed.ts";
import { bootstrap, envoy, validate } from "#test/xds/envoy-validation.ts";
import { type Served, servedTo } from "#test/xds/scenario.ts";
import { compileZone, zoneOfYaml } from "./zone-scenario.ts";

type Members = { readonly [key: string]: Json };

const ODD = [
  ...["a:b", "::", ":", "..", ".", "a..b", "-a", "a.", "_", "-", "1", "kuma.io", "mesh", "undefined", "mesh:x"],
  ...["web", "Web", "WEB", "x".repeat(63), "x".repeat(64), "x".repeat(241), "x".repeat(255), "X".repeat(1024)],
  // Names of a proxy's own clusters.
  ...["outbound:passthrough:ipv4", "inbound:passthrough:ipv6", "localhost:18081", "ads_cluster", "_kuma:dynamicconfig"],
  ...["default:web", "payments:web", "default_web___msvc_80", "kuma:dns", "outbound:10.0.0.1:80"],
];
const MTLS = { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin" }] };
const EGRESS = { address: "10.0.0.5", port: 10_002 };

/** Two meshes, each with every service in this zone and in another, and a redirected client that lists subsets. */
function worldOf(services: readonly string[], values: readonly string[] = ["v1"]): CompileInput {
  const documents: object[] = [
    { type: "Zone", name: "east" },
    { type: "Zone", name: "west" },
    zoneProxy("ZoneIngress", "zi-1", "east", "10.0.0.4"),
    zoneProxy("ZoneIngress", "zi-2", "west", "10.0.1.4"),
    { type: "ZoneEgress", name: "ze-1", zone: "east", networking: EGRESS },
  ];
  for (const mesh of ["default", "payments"]) {
    documents.push({ type: "Mesh", name: mesh, mtls: MTLS, routing: { zoneEgress: true } });
    services.forEach((service, at) => {
      for (const [zone, address] of [
        ["east", "10.0.0.1"],
        ["west", "10.0.1.1"],
      ] as const) {
        const tags = { "kuma.io/service": service, "kuma.io/zone": zone, version: values[at % values.length] ?? "v1" };
        const inbound = [{ port: 1024 + at, tags: { ...tags, "kuma.io/protocol": at % 2 === 0 ? "http" : "tcp" } }];
        documents.push({ type: "Dataplane", mesh, name: `own-${zone}-${at}`, networking: { address, inbound } });
      }
    });
    documents.push({
      type: "Dataplane",
      mesh,
      name: `client-${mesh}`,
      networking: {
        address: "10.0.0.9",
        inbound: [{ port: 18_080, servicePort: 18_081, tags: { "kuma.io/service": "client", "kuma.io/zone": "east" } }],
        transparentProxying: { redirectPortInbound: 15_006, redirectPortOutbound: 15_001 },
      },
    });
    documents.push({
      type: "Dataplane",
      mesh,
      name: `lister-${mesh}`,
      networking: {
        address: "10.0.0.8",
        inbound: [{ port: 18_080, tags: { "kuma.io/service": "client", "kuma.io/zone": "east" } }],
        outbound: services.flatMap((service, at) =>
          values.map((value, place) => ({
            port: 20_000 + at * values.length + place,
            tags: { "kuma.io/service": service, version: value },
          })),
        ),
      },
    });
  }
  const input = zoneOfYaml(documents.map((one) => stringify(one)).join("---\n"));
  return {
    ...input,
    views: input.views.map((view) => {
      const rows = allot([], { names: neededNames(view, ["east", "west"]), now: 0 });
      return { ...view, addresses: shownAddresses(rows) };
    }),
  };
}

function zoneProxy(type: string, name: string, zone: string, address: string): object {
  return {
    type,
    name,
    zone,
    networking: { address, port: 10_001, advertisedAddress: address, advertisedPort: 10_001 },
  };
}

const PROXIES = [
  ["", "zi-1"],
  ["", "ze-1"],
  ["default", "client-default"],
  ["payments", "client-payments"],
  ["default", "lister-default"],
] as const;

const members = (list: readonly Json[]): readonly Members[] => list as readonly Members[];
const serverNames = ({ listeners }: Served): readonly string[] =>
  members(listeners).flatMap(({ filterChains = [] }) =>
    (filterChains as unknown as { filterChainMatch?: { serverNames?: string[] } }[]).flatMap(
      ({ filterChainMatch }) => filterChainMatch?.serverNames ?? [],
    ),
  );

const skipped = envoy === undefined ? " (skipped: no Envoy in WEFT_ENVOY or on PATH)" : "";

describe("services with odd names", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "weft-odd-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const refusals = async (input: CompileInput): Promise<readonly string[]> => {
    const compiled = compileZone(input);
    const found: string[] = [];
    for (const [mesh, name] of PROXIES) {
      const file = join(folder, `${name}.json`);
      writeFileSync(file, JSON.stringify(bootstrap(servedTo(compiled, mesh, name))));
      const said = await validate(file);
      if (said !== "") found.push(`${name}: ${said.slice(-500)}`);
    }
    return found;
  };

  test.skipIf(envoy === undefined)(`are what a real Envoy takes, at every proxy${skipped}`, async () => {
    expect(
      await refusals(
        worldOf(
          ODD.filter((one) => one !== "ads_cluster"),
          ["v1", "V1", "x".repeat(300), "a:b"],
        ),
      ),
    ).toEqual([]);
  });

  test.skipIf(envoy === undefined)(
    `as are any that may be written${skipped}`,
    async () => {
      const letter = fc.constantFrom(..."abAB09.-_:");
      const text = fc.string({ unit: letter, minLength: 1, maxLength: 300 });
      const lists = fc.tuple(
        fc.uniqueArray(text, { minLength: 5, maxLength: 25 }),
        fc.array(text, { minLength: 1, maxLength: 3 }),
      );
      await fc.assert(
        fc.asyncProperty(lists, async ([services, values]) => {
          expect(await refusals(worldOf(services, values))).toEqual([]);
        }),
        { numRuns: 5 },
      );
    },
    120_000,
  );

  test("are told by names that are some: one that is none is left out, and the others stay", () => {
    const served = servedTo(compileZone(worldOf(["web", "a:b", "a..b", "x".repeat(64)])), "default", "client-default");
    const dns = JSON.stringify(members(served.listeners).find(({ name }) => name === "kuma:dns"));
    expect([...dns.matchAll(/"name":"([^"]+\.mesh)"/g)].map(([, name]) => name)).toEqual(["client.mesh", "web.mesh"]);
  });

  test("do not take the place of a proxy's own clusters", () => {
    const own = (services: readonly string[]) =>
      members(servedTo(compileZone(worldOf(services)), "default", "client-default").clusters).filter(({ name }) =>
        /^(inbound|outbound|localhost):/.test(String(name)),
      );
    const plain = own(["web"]);
    expect(plain).toHaveLength(3);
    expect(own(["web", ...plain.map(({ name }) => String(name))])).toEqual(plain);
  });

  test("keep their server names apart: within 255 characters, by mesh, and each once at an ingress", () => {
    const compiled = compileZone(worldOf(ODD, ["v1", "x".repeat(300)]));
    const names = serverNames(servedTo(compiled, "", "zi-1"));
    expect(new Set(names).size).toBe(names.length);
    const asked = PROXIES.slice(2).flatMap(([mesh, name]) =>
      members(servedTo(compiled, mesh, name).clusters).flatMap((cluster) => {
        const sni = /"sni":"([^"]+)"/.exec(JSON.stringify(cluster))?.[1];
        return sni === undefined ? [] : [[mesh, sni] as const];
      }),
    );
    expect(asked.length).toBeGreaterThan(ODD.length);
    const meshes = new Map<string, string>();
    for (const [mesh, sni] of asked) {
      expect(sni.length).toBeLessThanOrEqual(255);
      expect(meshes.get(sni.toLowerCase()) ?? mesh).toBe(mesh);
      meshes.set(sni.toLowerCase(), mesh);
      expect(names).toContain(sni.toLowerCase());
    }
  });
});

describe("resources with odd names", () => {
  const NAMES = ["web", "Web", "w.e.b", "a_b", "a-b", "1", "x".repeat(63), "80", "ms", "sni", "web.80"];
  const IDENTITIES = ["", "x".repeat(2000), "a b\n", "*", "é"].flatMap((value) =>
    ["ServiceTag", "SpiffeID"].map((type) => ({ type, value })),
  );
  const NAMESPACES = ["one", "One", "kuma-system", "x".repeat(63)];
  const resources = NAMES.flatMap((called, at) =>
    NAMESPACES.flatMap((namespace, place): readonly object[] => {
      const labels = { "kuma.io/display-name": called, "k8s.kuma.io/namespace": namespace };
      const ports = [
        { port: 80, appProtocol: "http" },
        { port: 443, name: "80" },
        { port: 8080, name: "*" },
        { port: 9000, name: "a b/é" },
        { port: 9001, name: "x".repeat(300) },
      ];
      const own = { mesh: "default", name: `r-${at}-${place}${place === 3 ? "x".repeat(57) : ""}`, labels };
      return [
        {
          ...{ ...own, type: "MeshService", labels: { ...labels, "kuma.io/zone": at % 2 === 0 ? "east" : "west" } },
          spec: { selector: { dataplaneTags: { "kuma.io/service": "web" } }, ports, identities: IDENTITIES },
        },
        { ...own, type: "MeshMultiZoneService", spec: { selector: { meshService: { matchLabels: labels } }, ports } },
        {
          ...{ ...own, type: "MeshExternalService" },
          spec: {
            match: { type: "HostnameGenerator", port: 443, protocol: "tcp" },
            endpoints: [{ address: "192.0.2.1", port: 443 }],
          },
        },
      ];
    }),
  );
  const listeners = [
    { type: "ZoneIngress", address: "10.0.0.1", port: 10_001 },
    { type: "ZoneEgress", address: "10.0.0.1", port: 10_002 },
  ];
  test.skipIf(envoy === undefined).each(["Everywhere", "Exclusive"])(
    `are what a real Envoy takes: %s${skipped}`,
    async (mode) => {
      const tagged = [{ port: 8080, tags: { "kuma.io/service": "web", "kuma.io/zone": "east" } }];
      const redirect = { redirectPortInbound: 15_006, redirectPortOutbound: 15_001 };
      const written = [
        { type: "Zone", name: "east" },
        { type: "Zone", name: "west" },
        zoneProxy("ZoneIngress", "zi-1", "east", "10.0.0.4"),
        zoneProxy("ZoneIngress", "zi-2", "west", "10.0.1.4"),
        { type: "ZoneEgress", name: "ze-1", zone: "east", networking: EGRESS },
        { type: "Mesh", name: "default", mtls: MTLS, meshServices: { mode }, routing: { zoneEgress: true } },
        { type: "Dataplane", mesh: "default", name: "gate-1", networking: { address: "10.0.0.1", listeners } },
        {
          ...{ type: "Dataplane", mesh: "default", name: "web-1" },
          networking: { address: "10.0.0.2", inbound: tagged, transparentProxying: redirect },
        },
        ...resources,
      ];
      const input = zoneOfYaml(written.map((one) => stringify(one)).join("---\n"));
      const views = input.views.map((view) => {
        const rows = allot([], { names: neededNames(view, ["east", "west"]), now: 0 });
        return { ...view, addresses: shownAddresses(rows) };
      });
      const compiled = compileZone({ ...input, views });
      const folder = mkdtempSync(join(tmpdir(), "weft-odd-"));
      const own = [
        ["", "zi-1"],
        ["", "ze-1"],
        ["default", "web-1"],
        ["default", "gate-1"],
      ] as const;
      for (const [mesh, name] of own) {
        const file = join(folder, `${name}.json`);
        writeFileSync(file, JSON.stringify(bootstrap(servedTo(compiled, mesh, name))));
        expect((await validate(file)).slice(-500), name).toBe("");
      }
      rmSync(folder, { recursive: true });
    },
  );
});

test("two resources that namespaces of one zone call alike leave the zone's listener whole", async () => {
  const service = (namespace: string) => ({
    type: "MeshService",
    mesh: "default",
    name: `web-${namespace}`,
    labels: { "kuma.io/display-name": "web", "k8s.kuma.io/namespace": namespace, "kuma.io/zone": "east" },
    spec: { selector: { dataplaneTags: { "kuma.io/service": `web_${namespace}` } }, ports: [{ port: 80 }] },
  });
  const listeners = [{ type: "ZoneIngress", address: "10.0.0.1", port: 10_001 }];
  const input = zoneOfYaml(
    [
      { type: "Zone", name: "east" },
      { type: "Mesh", name: "default", mtls: MTLS, meshServices: { mode: "Exclusive" } },
      { type: "Dataplane", mesh: "default", name: "gate-1", networking: { address: "10.0.0.1", listeners } },
      service("one"),
      service("two"),
    ]
      .map((one) => stringify(one))
      .join("---\n"),
  );
  const served = servedTo(compileZone(input), "default", "gate-1");
  const names = serverNames(served);
  expect(names.length).toBeGreaterThanOrEqual(3);
  expect(new Set(names).size).toBe(names.length);
});
