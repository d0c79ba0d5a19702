// Compilation of a zone: bad input stays where it is, and a newcomer gets what the next compile would give it.
import { describe, expect, test } from "vitest";
import { compile, explainProxy } from "#compile/compile.ts";
import { compileNewcomer } from "#compile/newcomer.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { inconsistencies } from "#snapshot/consistency.ts";
import { openedOf, proxyEntry, rowsOf } from "#snapshot/opened.ts";
import { createViews, type DataplanePlan, type MeshPlan, sha256, ZONE } from "./plan.ts";

const OUTSIDE = {
  clusters: new Set<string>(),
  roots: new Set<string>(),
  secret: (mesh: string, name: string) => name === `identity_cert:secret:${mesh}`,
};

const dataplane = (name: string, host: number, more: Partial<DataplanePlan> = {}): DataplanePlan => ({
  name,
  host,
  zone: ZONE,
  gateway: false,
  departed: false,
  inbounds: [{ service: name, protocol: "http", port: 80, servicePort: 8080, ready: true }],
  outbounds: [],
  ...more,
});

const call = (service: string, port: number) => ({ service, port, version: null, real: false });

const plan: MeshPlan = {
  mtls: "STRICT",
  bundle: 1,
  dataplanes: [dataplane("api", 1), dataplane("web", 2, { outbounds: [call("api", 1000)] })],
  timeouts: [{ name: "all", top: { kind: "Mesh" }, to: [{ service: null, seconds: 7 }], from: null }],
  permissions: [{ name: "all", top: { kind: "Mesh" }, rules: false, from: [{ service: null, action: "Allow" }] }],
  localities: [],
  services: [],
  policies: [],
  others: [],
};

const compiled = (view: View) => compile({ zone: ZONE, views: [view] }, sha256);

/** The view with one more resource, put in as no REST write could. */
function injected(view: View, type: string, name: string, spec: unknown): View {
  const bad = {
    type,
    mesh: "m",
    name,
    labels: { "kuma.io/origin": "zone", "kuma.io/zone": ZONE },
    creationTime: "",
    modificationTime: "",
    spec,
  };
  return { ...view, resources: { ...view.resources, [type]: [bad, ...(view.resources[type] ?? [])] } };
}

describe("a resource that should never have been stored", () => {
  const view = createViews()("m", plan);
  const good = compiled(view);

  test.each([
    [
      "MeshTimeout",
      { targetRef: { kind: "Mesh" }, to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "soon" } }] },
    ],
    ["MeshTimeout", { to: "everything" }],
    ["MeshTimeout", null],
    ["MeshTrafficPermission", { rules: [{ default: { deny: 5 } }] }],
    ["MeshTrafficPermission", { rules: [{ default: { allow: [{ spiffeID: 5 }] } }] }],
    ["MeshTrafficPermission", { from: [{ targetRef: { kind: "Mesh" }, default: { action: "Perhaps" } }] }],
    ["Dataplane", { networking: { address: "10.0.0.9", inbound: "none" } }],
    ["Dataplane", null],
  ])("%s %j is a fault on it, and every other proxy is served", (type, spec) => {
    const { snapshot, faults } = compiled(injected(view, type, "aa-bad", spec));
    expect(inconsistencies(snapshot, OUTSIDE)).toEqual([]);
    for (const name of ["api", "web"]) expect(proxyEntry(openedOf(snapshot), "m", name)).toBeDefined();
    expect(faults.length).toBeGreaterThan(0);
    expect(new Set(faults.map(({ kri }) => kri))).toEqual(new Set([`kri_${SHORT[type]}_m_${ZONE}__aa-bad_`]));
    expect(good.faults).toEqual([]);
  });
});

const SHORT: Record<string, string> = {
  MeshTimeout: "mt",
  MeshTrafficPermission: "mtp",
  MeshService: "msvc",
  Dataplane: "dp",
};

describe("a dataplane that takes a port twice", () => {
  test("keeps the first, says so, and leaves nothing over", () => {
    const twice = dataplane("web", 2, { outbounds: [call("api", 1000), call("db", 1000)] });
    const { snapshot, faults } = compiled(
      createViews()("m", { ...plan, dataplanes: [dataplane("api", 1), dataplane("db", 3), twice] }),
    );
    expect(inconsistencies(snapshot, OUTSIDE)).toEqual([]);
    expect(faults).toEqual([
      {
        kri: "kri_dp_m_east__web_",
        field: "networking.outbound",
        reason: "several outbounds listen on 127.0.0.1:1000: give each a port of its own; only the first is served",
      },
    ]);
  });
});

describe("a dataplane that lists a service at an address of either family", () => {
  test("is served at both", () => {
    const outbound = ["240.0.0.1", "fd00:fd00::1"].map((address) => ({
      address,
      port: 80,
      tags: { "kuma.io/service": "api" },
    }));
    const inbound = [{ port: 80, tags: { "kuma.io/service": "both" } }];
    const view = createViews()("m", plan);
    const { snapshot, faults } = compiled(
      injected(view, "Dataplane", "both", { networking: { address: "10.0.0.9", inbound, outbound } }),
    );
    expect(inconsistencies(snapshot, OUTSIDE)).toEqual([]);
    expect(faults).toEqual([]);
    const text = JSON.stringify([...snapshot.blobs]);
    for (const { address } of outbound) expect(text).toContain(address);
  });
});

describe("a service that every route leads away from", () => {
  test("needs no trust bundle", () => {
    const caller = { ...dataplane("web", 2, { outbounds: [call("api", 1000)] }), inbounds: [] };
    const routed = (view: View): View =>
      injected(view, "MeshTCPRoute", "away", {
        targetRef: { kind: "Mesh" },
        to: [
          {
            targetRef: { kind: "MeshService", name: "api" },
            rules: [{ default: { backendRefs: [{ kind: "MeshExternalService", name: "nowhere" }] } }],
          },
        ],
      });
    const { snapshot } = compiled(routed(createViews()("m", { ...plan, dataplanes: [caller] })));
    expect(inconsistencies(snapshot, OUTSIDE)).toEqual([]);
    expect([...rowsOf(openedOf(snapshot), "secrets", "m")]).toEqual([]);
    // Without a bundle it is served all the same.
    const bare = compiled(routed(createViews()("m", { ...plan, bundle: 0, dataplanes: [caller] })));
    expect(proxyEntry(openedOf(bare.snapshot), "m", "web")).toBeDefined();
    expect(bare.faults.filter(({ field }) => field.startsWith("mtls"))).toEqual([]);
  });
});

describe("mTLS without a CA certificate", () => {
  test("serves no plaintext in its place, and other meshes as before", () => {
    const other = createViews()("n", { ...plan, mtls: "off" });
    const { snapshot, faults } = compile(
      { zone: ZONE, views: [createViews()("m", { ...plan, bundle: 0 }), other] },
      sha256,
    );
    expect(inconsistencies(snapshot, OUTSIDE)).toEqual([]);
    expect(proxyEntry(openedOf(snapshot), "m", "web")).toBeUndefined();
    expect(proxyEntry(openedOf(snapshot), "n", "web")).toBeDefined();
    expect(faults.map(({ kri, field }) => [kri, field])).toEqual([["kri_m____m_", "mtls.enabledBackend"]]);
  });
});

describe("a newcomer", () => {
  const make = createViews();
  const known = make("m", plan);
  const late = dataplane("late", 5, {
    inbounds: [{ service: "api", protocol: "http", port: 80, servicePort: 8080, ready: true }],
    outbounds: [call("api", 1000), call("web", 1001)],
  });
  const joined = make("m", { ...plan, dataplanes: [...plan.dataplanes, late] });
  const resource = joined.resources.Dataplane?.find(({ name }) => name === "late") as Resource<SpecOf<"Dataplane">>;
  const base = compiled(known);
  const input = { zone: ZONE, views: [known], mesh: "m", dataplane: resource };

  test.each([
    ["with", base.memo],
    ["without", undefined],
  ])("gets what the next compile gives it, %s a memo", (_, memo) => {
    const newcomer = compileNewcomer(input, sha256, memo);
    const { snapshot } = compiled(joined);
    expect(newcomer?.entry).toEqual(proxyEntry(openedOf(snapshot), "m", "late"));
    for (const [hash, text] of newcomer?.blobs ?? []) expect(snapshot.blobs.get(hash)).toBe(text);
    expect(newcomer?.blobs.size).toBeGreaterThan(3);
    expect([...(newcomer?.secrets.keys() ?? [])]).toEqual(["mesh_ca:secret:m"]);
    expect(
      newcomer?.memberships.map(({ cluster, endpoint }) => [cluster, endpoint.address, endpoint.dataplane]),
    ).toEqual([["api", "10.0.0.5", "late"]]);
    expect(
      newcomer?.endpoints.map(({ cluster, endpoints }) => [cluster, endpoints.map((one) => one.dataplane)]),
    ).toEqual([
      ["api", ["api"]],
      ["web", ["web"]],
    ]);
    expect(newcomer?.faults).toEqual([]);
  });

  test("weighs as much as its peers beside two ingresses of another zone, and calls through them", () => {
    const west = ["zi-1", "zi-2"].map((name, at) => ({ name, address: `192.0.2.${at + 1}`, port: 10_001 }));
    const zones = [
      { name: ZONE, enabled: true, ingresses: [], egresses: [] },
      { name: "west", enabled: true, ingresses: west, egresses: [] },
    ];
    const serving = (name: string, host: number, more: Partial<DataplanePlan> = {}): DataplanePlan => ({
      ...dataplane("api", host, more),
      name,
    });
    const standing = [
      dataplane("web", 1, { outbounds: [call("api", 1000)] }),
      serving("api", 2),
      serving("far", 3, { zone: "west" }),
    ];
    const late = serving("late", 4, { outbounds: [call("api", 1001)] });
    const make = createViews();
    const before = { ...make("m", { ...plan, dataplanes: standing }), zones };
    const after = { ...make("m", { ...plan, dataplanes: [...standing, late] }), zones };
    const resource = after.resources.Dataplane?.find(({ name }) => name === "late") as Resource<SpecOf<"Dataplane">>;
    const newcomer = compileNewcomer({ zone: ZONE, views: [before], mesh: "m", dataplane: resource }, sha256);
    expect(newcomer?.memberships.map(({ cluster, endpoint }) => [cluster, endpoint.weight])).toEqual([["api", 2]]);
    const [set] = newcomer?.endpoints ?? [];
    expect(set?.localWeight).toBe(2);
    expect(set?.endpoints.map((one) => [one.dataplane, one.weight])).toEqual([
      ["api", 2],
      ["west/zi-1", 1],
      ["west/zi-2", 1],
    ]);
  });

  test("leaves the memo as it was", () => {
    const before = compile({ zone: ZONE, views: [known] }, sha256, base.memo);
    compileNewcomer(input, sha256, base.memo);
    expect(compile({ zone: ZONE, views: [known] }, sha256, base.memo).snapshot.version).toBe(before.snapshot.version);
    expect(explainProxy(base, "m", "late")).toEqual([]);
  });

  test("of a mesh that the zone has not is none", () => {
    expect(compileNewcomer({ ...input, mesh: "elsewhere" }, sha256)).toBeNull();
  });
});

describe("what alike proxies share", () => {
  test("does not grow with their number", () => {
    const alike = (count: number) =>
      Array.from({ length: count }, (_, at) => ({
        ...dataplane("api", at + 1),
        name: `api-${at}`,
        outbounds: [call("web", 1000)],
      }));
    const stored = (count: number) => {
      const { groups, templates } = openedOf(
        compiled(createViews()("m", { ...plan, dataplanes: alike(count) })).snapshot,
      );
      return groups.size + templates.size;
    };
    expect(stored(40)).toBe(stored(4));
  });

  test("includes outbounds, in whatever order each lists them", () => {
    const [first, second] = [call("api", 1000), call("web", 1001)];
    const view = createViews()("m", {
      ...plan,
      dataplanes: [
        dataplane("api", 1, { outbounds: [first, second] }),
        dataplane("web", 2, { outbounds: [second, first] }),
      ],
    });
    const { snapshot } = compiled(view);
    const [one, other] = ["api", "web"].map((name) => proxyEntry(openedOf(snapshot), "m", name)?.groups[0]);
    expect(one).toBeDefined();
    expect(one).toEqual(other);
  });
});
