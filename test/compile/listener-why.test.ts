// Zone listeners of a dataplane, inspected: what listens, which policies hold behind it, and what keeps zones apart.
import { expect, test } from "vitest";
import { inspectView } from "#compile/inspect.ts";
import { inspectProxy, type ProxyInspection } from "#compile/inspect-proxy.ts";
import { nativeEnvoy } from "#envoy/native/registry.ts";
import { resourcesOf } from "#model/view.ts";
import { sha256 } from "#test/xds/scenario.ts";
import { givenZone as given, type givenZone, zoneOfYaml } from "./zone-scenario.ts";

function inspected({ views, zone }: ReturnType<typeof givenZone>, name: string): ProxyInspection {
  const view = views[0];
  if (view === undefined) throw new Error("no mesh");
  const dataplane = resourcesOf(view, "Dataplane").find((one) => one.name === name);
  if (dataplane === undefined) throw new Error(`no dataplane ${name}`);
  return inspectProxy(inspectView(view, { zone, digest: sha256, native: nativeEnvoy() }), dataplane);
}

test("the layout names each listener as Envoy does", () => {
  const proxy = inspected(given("zone-listeners-policies"), "gate-1");
  const { listeners } = proxy.layout();
  expect(listeners).toEqual([
    {
      kri: "kri_dp_default_east__gate-1_in",
      type: "ZoneIngress",
      port: 10011,
      proxyResourceName: "self_zoneingress_dp_in",
    },
    {
      kri: "kri_dp_default_east__gate-1_out",
      type: "ZoneEgress",
      port: 10012,
      proxyResourceName: "self_zoneegress_dp_out",
    },
  ]);
  const served = proxy.config(false)["type.googleapis.com/envoy.config.listener.v3.Listener"];
  for (const { proxyResourceName } of listeners) expect(served).toHaveProperty([proxyResourceName]);
  expect(inspected(given("zone-listeners-policies"), "invoices-1").layout().listeners).toEqual([]);
});

test("policies of a listener are asked for by its section, as those of an inbound are", () => {
  const proxy = inspected(given("zone-listeners-policies"), "gate-1");
  expect(proxy.inboundPolicies("in")?.map(({ kind, origins }) => [kind, origins])).toEqual([
    ["MeshAccessLog", [{ kri: "kri_mal_default___all_" }]],
    ["MeshTimeout", [{ kri: "kri_mt_default___in_" }]],
  ]);
  const timeouts = proxy.inboundPolicies("out")?.find(({ kind }) => kind === "MeshTimeout");
  expect(timeouts?.rules.map(({ match }) => match)).toContainEqual({
    sni: { type: "Exact", value: "sni.extsvc.default.ledger.80" },
  });
  expect(proxy.inboundPolicies("other")).toBeNull();
});

test("each setting behind a listener says who set it, over whom, and the Envoy field that it became", () => {
  const proxy = inspected(given("zone-listeners-policies"), "gate-1");
  const places = proxy.why().filter(({ kind }) => kind === "listener");
  expect(places).toMatchObject([
    { name: "in", service: "ZoneIngress", address: "10.0.0.4", port: 10011, protocol: "tls" },
    { name: "out", service: "ZoneEgress", address: "10.0.0.4", port: 10012, protocol: "tls" },
  ]);
  const [ingress, egress] = places;
  expect(ingress?.settings.map(({ policy, field, value }) => [policy, field, value])).toEqual([
    ["MeshAccessLog", "backends", expect.any(Array)],
    ["MeshTimeout", "connectionTimeout", "3s"],
    ["MeshTimeout", "idleTimeout", "1m0s"],
  ]);
  const timeout = egress?.settings.find(({ field }) => field === "http.requestTimeout");
  expect(timeout).toMatchObject({
    value: "2s",
    origins: [
      { kri: "kri_mt_default___ledger_", part: "rules", rule: 1 },
      { kri: "kri_mt_default___ledger_", part: "rules", rule: 0 },
    ],
    envoy: [{ resource: { kind: "listener", name: "self_zoneegress_dp_out" }, value: "2s" }],
  });
  // Every field that is told is one of the config that is served.
  const config = proxy.config(false);
  const bodies = new Map(Object.values(config).flatMap((named) => Object.entries(named)));
  for (const { envoy } of places.flatMap(({ settings }) => settings))
    for (const { resource, field, value } of envoy) {
      const at = field
        .split("/")
        .slice(1)
        // biome-ignore lint/suspicious/noExplicitAny: a walk into Envoy's JSON
        .reduce<any>((body, key) => body?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], bodies.get(resource.name));
      expect(at, `${resource.name} ${field}`).toEqual(value);
    }
});

test("a setting for one destination alone says for which", () => {
  const yaml = (name: string) =>
    `type: MeshExternalService\nname: ${name}\nspec: { match: { type: HostnameGenerator, port: 80, protocol: http }, endpoints: [{ address: 192.0.2.1, port: 80 }] }\n`;
  const rule = (name: string) =>
    `{ matches: [{ sni: { type: Exact, value: sni.extsvc.default.${name}.80 } }], default: { http: { requestTimeout: 2s } } }`;
  const world = zoneOfYaml(
    [
      "{ type: Zone, name: east }\n",
      "type: Mesh\nname: default\nmeshServices: { mode: Exclusive }\nmtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin }] }\n",
      "type: Dataplane\nname: gate-1\nlabels: { kuma.io/zone: east }\nnetworking:\n  address: 10.0.0.4\n  listeners: [{ type: ZoneEgress, address: 10.0.0.4, port: 10012, name: out }]\n",
      yaml("ledger"),
      yaml("other"),
      `type: MeshTimeout\nname: brief\nspec: { targetRef: { kind: Mesh }, rules: [{ default: { idleTimeout: 9s } }, ${rule("ledger")}] }\n`,
    ].join("---\n"),
  );
  const place = inspected(world, "gate-1")
    .why()
    .find(({ kind }) => kind === "listener");
  expect(place?.settings.map(({ field, clients }) => [field, clients])).toEqual([
    ["idleTimeout", undefined],
    ["http.requestTimeout", { sni: { type: "Exact", value: "sni.extsvc.default.ledger.80" } }],
  ]);
});

const APART = (mtls: string) => `{ type: Zone, name: east }
---
{ type: Zone, name: west }
---
{ type: ZoneIngress, name: in-west, labels: { kuma.io/zone: west }, networking: { address: 10.1.0.9, port: 10001, advertisedAddress: 192.0.2.9, advertisedPort: 10001 } }
---
type: Mesh
name: default
${mtls}
---
type: Dataplane
name: web-1
networking:
  address: 10.0.0.1
  inbound: [{ port: 80, tags: { kuma.io/service: web, kuma.io/zone: east } }]
  outbound: [{ port: 10001, tags: { kuma.io/service: billing } }, { port: 10002, tags: { kuma.io/service: web } }]
---
type: Dataplane
name: alone-1
networking:
  address: 10.0.0.2
  inbound: [{ port: 80, tags: { kuma.io/service: alone, kuma.io/zone: east } }]
---
type: Dataplane
name: billing-1
networking:
  address: 10.1.0.1
  inbound: [{ port: 80, tags: { kuma.io/service: billing, kuma.io/zone: west } }]
`;

test("without mTLS between zones, who calls another zone is told what is held back, and nobody else", () => {
  const off = zoneOfYaml(APART("mtls: { backends: [{ name: ca, type: builtin }] }"));
  expect(inspected(off, "web-1").faults()).toEqual([
    {
      kri: "kri_m____default_",
      field: "mtls.enabledBackend",
      reason:
        "cross-zone traffic needs mTLS: enable mtls on Mesh default; until then no proxy is sent to another zone; this holds back other zones' instances of billing",
    },
  ]);
  expect(inspected(off, "alone-1").faults()).toEqual([]);
  const on = zoneOfYaml(APART("mtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin }] }"));
  expect(inspected(on, "web-1").faults()).toEqual([]);
});
