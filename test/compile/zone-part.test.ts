// A zone's own proxies from one moment to the next: what an edit costs, and what those who join while cut off get.
import { describe, expect, test } from "vitest";
import { type Compiled, type CompileInput, compile, explainProxy } from "#compile/compile.ts";
import { inspectView } from "#compile/inspect.ts";
import { inspectProxy } from "#compile/inspect-proxy.ts";
import { compileNewcomer, compileZoneNewcomer } from "#compile/newcomer.ts";
import type { ClusterJson as Cluster } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import type { Json } from "#model/json.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import { inconsistencies } from "#snapshot/consistency.ts";
import { openedOf, proxyEntry, rowsOf } from "#snapshot/opened.ts";
import { servedTo, sha256 } from "#test/xds/scenario.ts";
import { valueAt } from "#xds/explain.ts";
import { compileZone, givenZone } from "./zone-scenario.ts";

type Dataplane = Resource<SpecOf<"Dataplane">>;

const OUTSIDE = { clusters: new Set<string>(), roots: new Set<string>(), secret: () => true };
const given = givenZone("ingress");
const before = compileZone(given);

/** The input with the dataplanes of the mesh `default` as `change` makes them. */
function changed(change: (all: readonly Dataplane[]) => readonly Dataplane[]): CompileInput {
  const views = given.views.map((view): View => {
    if (view.mesh.name !== "default") return view;
    const Dataplane = change((view.resources.Dataplane ?? []) as readonly Dataplane[]);
    return { ...view, resources: { ...view.resources, Dataplane } };
  });
  return { ...given, views };
}

function setsOf({ snapshot }: Compiled): ReadonlyMap<string, EndpointSet> {
  const opened = openedOf(snapshot);
  return new Map([...rowsOf(opened, "endpoints", "")].map(([name, hash]) => [name, opened.endpointSets.get(hash)!]));
}

const at = (dataplane: Dataplane, address: string): Dataplane => ({
  ...dataplane,
  spec: { ...dataplane.spec, networking: { ...dataplane.spec.networking, address } },
});

describe("an edit", () => {
  test("of one endpoint changes the sets that it stands in, and no chain, no cluster and no other set", () => {
    const moved = compile(
      changed((all) => all.map((one) => (one.name === "invoices-1" ? at(one, "10.0.0.77") : one))),
      sha256,
      before.memo,
    );
    const [old, now] = [setsOf(before), setsOf(moved)];
    const differ = [...now].filter(
      ([name, set]) => old.get(name) !== set && JSON.stringify(old.get(name)) !== JSON.stringify(set),
    );
    expect(differ.map(([name]) => name).sort()).toEqual([
      "default:invoices",
      "default_invoices___mzsvc_80",
      "default_invoices__east_msvc_80",
    ]);
    for (const name of ["zi-1", "zi-2"])
      expect(proxyEntry(openedOf(moved.snapshot), "", name)).toEqual(proxyEntry(openedOf(before.snapshot), "", name));
  });

  test("of another mesh's services leaves this mesh's clusters as they are", () => {
    const more = compile(
      changed((all) => all.filter(({ name }) => name !== "users-1")),
      sha256,
      before.memo,
    );
    const groups = ({ snapshot }: Compiled) =>
      proxyEntry(openedOf(snapshot), "", "zi-1")?.groups.map(([hash]) => hash) ?? [];
    const kept = groups(more).filter((hash) => groups(before).includes(hash));
    // The listener and the mesh's own clusters are others; those of the mesh payments stay.
    expect([groups(before).length, groups(more).length, kept.length]).toEqual([3, 3, 1]);
  });
});

describe("why", () => {
  test("an egress's fields have their values is told, each at its place in the listener", () => {
    const compiled = compileZone(givenZone("egress"));
    const listener = servedTo(compiled, "", "ze-1").listeners[0] as Json;
    const told = explainProxy(compiled, "", "ze-1").map(({ resource, field, value, origins }) => {
      if (resource.kind === "listener") expect(valueAt(listener, field)).toEqual(value);
      return [resource.name, field.split("/").slice(0, 3).join("/"), origins[0]?.kri];
    });
    expect(told).toContainEqual(["default:httpbin", "/circuitBreakers/thresholds", "kri_mcb_default___all_"]);
    expect(told).toContainEqual(["inbound:10.0.0.5:10002", "/filterChains/2", "kri_mtp_default___web-to-ledger_"]);
    expect(told).toContainEqual(["inbound:10.0.0.5:10002", "/filterChains/3", "kri_mtp_default___web-to-httpbin_"]);
    expect(explainProxy(before, "", "zi-1")).toEqual([]);
    expect(explainProxy(before, "", "nobody")).toEqual([]);
  });
});

test("an egress asks servers outside whether they are well, and says no tags, of which it has none", () => {
  const http = { path: "/well", requestHeadersToAdd: { set: [{ name: "x-asks", value: "egress" }] } };
  const spec = { to: [{ targetRef: { kind: "Mesh" }, default: { http } }] };
  const input = givenZone("egress");
  const views = input.views.map((view): View => {
    const check = { ...view.mesh, type: "MeshHealthCheck", mesh: view.mesh.name, name: "all", spec } as Resource;
    return { ...view, resources: { ...view.resources, MeshHealthCheck: [check] } };
  });
  const compiled = compileZone({ ...input, views });
  expect(inconsistencies(compiled.snapshot, OUTSIDE).filter(({ kind }) => kind === "hole")).toEqual([]);
  const asked = (servedTo(compiled, "", "ze-1").clusters as readonly Cluster[])
    .map(({ healthChecks }) => healthChecks?.[0]?.httpHealthCheck)
    .filter((one) => one !== undefined);
  expect(asked.length).toBeGreaterThan(1);
  for (const { path, requestHeadersToAdd = [] } of asked)
    expect([path, requestHeadersToAdd.map(({ header }) => header?.key)]).toEqual(["/well", ["x-asks"]]);
});

describe("a resource that should never have been stored", () => {
  test.each([
    ["MeshService", null],
    ["MeshService", { ports: 5 }],
    ["MeshMultiZoneService", {}],
    ["MeshExternalService", { match: 5 }],
    ["MeshExternalService", null],
    ["ExternalService", { tags: 5 }],
    ["ExternalService", { networking: { address: 7 }, tags: { "kuma.io/service": "bad" } }],
    ["MeshTrafficPermission", { targetRef: { kind: "Dataplane", labels: 5 }, rules: "none" }],
  ])("%s %j is left out, and the zone's own proxies serve the rest", (type, spec) => {
    const told: string[] = [];
    for (const scenario of ["ingress", "egress"]) {
      const input = givenZone(scenario);
      const bad = { ...(input.views[0] as View).mesh, type, mesh: "default", name: "bad", labels: {}, spec };
      const views = input.views.map((view) =>
        view.mesh.name === "default"
          ? { ...view, resources: { ...view.resources, [type]: [bad as Resource, ...(view.resources[type] ?? [])] } }
          : view,
      );
      const { snapshot, faults } = compileZone({ ...input, views });
      told.push(...faults.map(({ kri }) => kri));
      const proxy = scenario === "ingress" ? "zi-1" : "ze-1";
      const good = openedOf(compileZone(input).snapshot);
      expect(proxyEntry(openedOf(snapshot), "", proxy)).toEqual(proxyEntry(good, "", proxy));
    }
    expect(told.some((kri) => kri.endsWith("__bad_")) || QUIET.has(type)).toBe(true);
  });
});

/** What of such a resource is read is no mistake by itself. */
const QUIET: ReadonlySet<string> = new Set(["MeshExternalService", "ExternalService"]);

describe("who joins while cut off", () => {
  const zi2 = (given.zoneProxies ?? []).find(({ name }) => name === "zi-2") as ZoneProxy;
  const view = given.views.find(({ mesh }) => mesh.name === "default") as View;
  const [first] = (view.resources.Dataplane ?? []).filter(({ name }) => name === "invoices-1") as readonly Dataplane[];
  const late = { ...at(first as Dataplane, "10.0.0.9"), name: "invoices-9" };

  test.each([
    ["with", before.memo],
    ["without", undefined],
  ])("a dataplane is told the clusters of the ingresses that it stands behind, %s a memo", (_, memo) => {
    const newcomer = compileNewcomer({ ...given, mesh: "default", dataplane: late }, sha256, memo);
    const after = setsOf(
      compile(
        changed((all) => [...all, late].sort((a, b) => (a.name < b.name ? -1 : 1))),
        sha256,
      ),
    );
    const told = newcomer?.exposed.map(({ cluster, endpoint }) => [cluster, endpoint]);
    const held = [...after].flatMap(([cluster, { endpoints }]) =>
      endpoints.filter(({ address }) => address === "10.0.0.9").map((endpoint) => [cluster, endpoint]),
    );
    expect(held).toHaveLength(3);
    expect([...(told ?? [])].sort()).toEqual([...held].sort());
  });

  test.each([
    ["with", before.memo],
    ["without", undefined],
  ])("an ingress gets what the next compile gives it, %s a memo", (_, memo) => {
    const proxy = zi2;
    const known = (given.zoneProxies ?? []).filter(({ name }) => name !== "zi-2");
    const newcomer = compileZoneNewcomer({ ...given, zoneProxies: known, proxy }, sha256, memo);
    expect(newcomer?.entry).toEqual(proxyEntry(openedOf(before.snapshot), "", "zi-2"));
    for (const [hash, text] of newcomer?.blobs ?? []) expect(before.snapshot.blobs.get(hash)).toBe(text);
    expect(newcomer?.blobs.size).toBeGreaterThan(3);
    expect(newcomer?.endpoints.map(({ cluster }) => cluster).sort()).toEqual([...setsOf(before).keys()].sort());
  });

  test("an ingress that does not say where it listens gets nothing", () => {
    const proxy = { ...zi2, name: "zi-9", spec: {} };
    expect(compileZoneNewcomer({ ...given, proxy }, sha256, before.memo)).toBeNull();
    const { faults } = compile({ ...given, zoneProxies: [...(given.zoneProxies ?? []), proxy] }, sha256);
    expect(faults.map(({ kri, field }) => [kri, field])).toContainEqual(["kri_zi__east__zi-9_", "networking"]);
  });
});

test.each([
  ["billing-1", "bank"],
  ["billing-1", "shop"],
  ["web-1", "shop"],
  ["web-1", "bank"],
  ["web-1", "billing"],
])("when %s offers %s, and no longer, all is as compiled anew", (name, service) => {
  const crossed = givenZone("egress-across-zones");
  const [view] = crossed.views as readonly [View];
  const all = (view.resources.Dataplane ?? []) as readonly Dataplane[];
  const one = all.find((dataplane) => dataplane.name === name) as Dataplane;
  const { networking } = one.spec;
  const [inbound] = networking?.inbound ?? [];
  const added = { ...inbound, port: 7777, tags: { ...inbound?.tags, "kuma.io/service": service } };
  const more = { ...one, spec: { ...one.spec, networking: { ...networking, inbound: [inbound, added] } } };
  const withIt = [{ ...view, resources: { ...view.resources, Dataplane: all.map((it) => (it === one ? more : it)) } }];
  let memo: Compiled["memo"] | undefined;
  for (const views of [crossed.views, withIt, crossed.views]) {
    const input = { ...crossed, views } as CompileInput;
    const compiled = compile(input, sha256, memo);
    memo = compiled.memo;
    const fresh = compile(input, sha256);
    expect(compiled.snapshot.manifest).toEqual(fresh.snapshot.manifest);
    expect(compiled.faults).toEqual(fresh.faults);
  }
});

describe("dataplanes that serve their zone", () => {
  const listening = givenZone("zone-listeners");
  const whole = compileZone(listening);
  const [view] = listening.views as readonly [View];
  const all = (view.resources.Dataplane ?? []) as readonly Dataplane[];
  const gate = all.find(({ name }) => name === "gate-1") as Dataplane;
  const without = (drop: (one: Dataplane) => Dataplane | null): CompileInput => ({
    ...listening,
    views: [{ ...view, resources: { ...view.resources, Dataplane: all.flatMap((one) => drop(one) ?? []) } }],
  });
  const bytes = ({ snapshot, faults }: Compiled) => [snapshot.version, [...snapshot.blobs.keys()].sort(), faults];
  const steps: readonly CompileInput[] = [
    listening,
    without((one) => (one.name === "invoices-1" ? at(one, "10.0.0.99") : one)),
    without((one) =>
      one === gate ? { ...gate, spec: { networking: { ...gate.spec.networking, listeners: [] } } } : one,
    ),
    listening,
    without((one) => (one === gate ? null : one)),
    listening,
  ];

  test("are the same after any edits as compiled anew", () => {
    let memo: Compiled["memo"] | undefined;
    for (const input of steps) {
      const incremental = compile(input, sha256, memo);
      memo = incremental.memo;
      expect(bytes(incremental)).toEqual(bytes(compile(input, sha256)));
    }
  });

  test.each([
    ["with", true],
    ["without", false],
  ])("get what the next compile gives when they join while cut off, %s a memo", (_, known) => {
    const input = without((one) => (one === gate ? null : one));
    const memo = known ? compile(input, sha256).memo : undefined;
    const newcomer = compileNewcomer({ ...input, mesh: "default", dataplane: gate }, sha256, memo);
    expect(newcomer?.entry).toEqual(proxyEntry(openedOf(whole.snapshot), "default", "gate-1"));
    for (const [hash, text] of newcomer?.blobs ?? []) expect(whole.snapshot.blobs.get(hash)).toBe(text);
    expect(newcomer?.endpoints.map(({ cluster }) => cluster)).toContain("kri_msvc_default_east__invoices_80");
  });

  test("are inspected whole", () => {
    const config = inspectProxy(inspectView(view, { zone: listening.zone, digest: sha256 }), gate).config(false);
    const served = servedTo(whole, "default", "gate-1");
    const names = Object.fromEntries(
      Object.entries(config).map(([url, resources]) => [url.slice(url.lastIndexOf(".") + 1), Object.keys(resources)]),
    );
    const named = (list: readonly Json[]) =>
      (list as readonly { readonly name: string }[]).map(({ name }) => name).sort();
    expect(names.Listener).toEqual(named(served.listeners));
    expect(names.Cluster).toEqual(named(served.clusters));
    expect(names.ClusterLoadAssignment).toContain("kri_msvc_default_east__invoices_80");
  });

  test("are told of who joins behind them", () => {
    const late = { ...at(all.find(({ name }) => name === "invoices-1") as Dataplane, "10.0.0.7"), name: "invoices-7" };
    const newcomer = compileNewcomer({ ...listening, mesh: "default", dataplane: late }, sha256, whole.memo);
    expect(
      newcomer?.memberships.map(({ cluster, endpoint }) => [cluster, endpoint.address, endpoint.dataplane]),
    ).toContainEqual(["kri_msvc_default_east__invoices_80", "10.0.0.7", "invoices-7"]);
  });
});

describe("policies about zone listeners", () => {
  const listening = givenZone("zone-listeners-policies");
  const [view] = listening.views as readonly [View];
  const bytes = ({ snapshot, faults }: Compiled) => [snapshot.version, [...snapshot.blobs.keys()].sort(), faults];
  const saying = (type: string, change: (all: readonly Resource[]) => readonly Resource[]): CompileInput => ({
    ...listening,
    views: [{ ...view, resources: { ...view.resources, [type]: change(view.resources[type] ?? []) } }],
  });

  test("are the same after any edits as compiled anew, and what they do not speak of stays", () => {
    const steps = [
      listening,
      saying("MeshTimeout", (all) => all.slice(1)),
      saying("MeshTrafficPermission", () => []),
      saying("MeshAccessLog", () => []),
      listening,
    ];
    let memo: Compiled["memo"] | undefined;
    const versions = new Set<string>();
    for (const input of steps) {
      const incremental = compile(input, sha256, memo);
      memo = incremental.memo;
      versions.add(incremental.snapshot.version);
      expect(bytes(incremental)).toEqual(bytes(compile(input, sha256)));
    }
    expect(versions.size).toBe(4);
  });

  test("whose values cannot be used are told of, and the rest is served", () => {
    const spans = { backends: [{ type: "Zipkin", zipkin: { url: "nowhere" } }], sampling: { overall: 50 } };
    const broken = saying("MeshTrace", (all) => all.map((one) => ({ ...one, spec: { default: spans } })));
    const compiled = compile(broken, sha256);
    expect(compiled.faults.map(({ kri, field }) => [kri, field])).toEqual([
      ["kri_mtr_default___spans_", "spec.default.backends[0]"],
    ]);
    const served = JSON.stringify(servedTo(compiled, "default", "gate-1").listeners);
    expect(served).toContain('"overallSampling":{"value":50}');
  });
});

test("a rule about egresses that names no destination is about all of them", () => {
  const given = givenZone("egress");
  const views = given.views.map((view) => {
    const told = view.resources.MeshTrafficPermission ?? [];
    const deny = {
      spec: { rules: [{ default: { deny: [{ spiffeID: { type: "Exact", value: "spiffe://x/guest" } }] } }] },
    };
    const guest = told.flatMap((one) =>
      one.name !== "web-to-ledger" ? [] : [{ ...one, name: "guest", spec: { ...(one.spec as object), ...deny.spec } }],
    );
    return { ...view, resources: { ...view.resources, MeshTrafficPermission: [...told, ...guest] } };
  });
  const chains = (input: CompileInput): readonly string[] =>
    (servedTo(compile(input, sha256), "", "ze-1").listeners as readonly { readonly filterChains: Json[] }[]).flatMap(
      ({ filterChains }) => filterChains.map((chain) => JSON.stringify(chain)).filter((text) => text.includes(".mes")),
    );
  const denying = (input: CompileInput): number => chains(input).filter((text) => text.includes("x/guest")).length;
  expect([denying(given), denying({ ...given, views })]).toEqual([
    0,
    chains(given).filter((text) => text.includes("default.mes")).length,
  ]);
  expect(denying({ ...given, views })).toBeGreaterThan(0);
});
