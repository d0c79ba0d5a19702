// Egresses that come and go while the zone is cut off: clients are given what the control plane will compile once it knows.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Envelope } from "#api/zone.ts";
import { COMPILER_VERSION, type Compiled, compile } from "#compile/compile.ts";
import { type EndpointSet, egressBehind } from "#model/endpoint.ts";
import type { View } from "#model/view.ts";
import { createNewcomers, type Newcomers, type Shown } from "#relay/newcomers.ts";
import { openedOf, rowsOf } from "#snapshot/opened.ts";
import { sha256 } from "#test/xds/scenario.ts";
import { ZONE, zoneOfYaml } from "./zone-scenario.ts";

const HEAD = `
{ type: Zone, name: east }
---
{ type: Zone, name: west }
---
{ type: Zone, name: north }
---
{ type: ZoneIngress, name: zi-1, zone: east, networking: { address: 10.0.0.4, port: 10001, advertisedAddress: 203.0.113.4, advertisedPort: 10001 } }
---
{ type: ZoneIngress, name: zi-2, zone: west, networking: { address: 10.1.0.4, port: 10001, advertisedAddress: 203.0.113.8, advertisedPort: 10001 } }
---
{ type: ZoneIngress, name: zi-3, zone: north, networking: { address: 10.2.0.4, port: 10001, advertisedAddress: 203.0.113.9, advertisedPort: 10001 } }
---
type: Mesh
name: outer
mtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin }] }
routing: { defaultForbidMeshExternalServiceAccess: true }
---
{ type: Dataplane, mesh: outer, name: web-1, networking: { address: 10.0.0.1, inbound: [{ port: 8080, tags: { kuma.io/service: web, kuma.io/zone: east } }],
  outbound: [{ port: 10001, backendRef: { kind: MeshExternalService, name: bank, port: 443 } }] } }
---
{ type: MeshExternalService, mesh: outer, name: bank, spec: { match: { type: HostnameGenerator, port: 443, protocol: http }, endpoints: [{ address: bank.example.org, port: 443 }] } }
---
type: Mesh
name: inner
mtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin }] }
routing: { zoneEgress: true }
---
type: Dataplane
mesh: inner
name: web-1
networking:
  address: 10.0.0.2
  inbound: [{ port: 8080, tags: { kuma.io/service: web, kuma.io/zone: east } }]
  outbound: [{ port: 10002, tags: { kuma.io/service: billing } }, { port: 10003, tags: { kuma.io/service: paper } }]
---
{ type: Dataplane, mesh: inner, name: billing-1, networking: { address: 10.0.0.11, inbound: [{ port: 9999, tags: { kuma.io/service: billing, kuma.io/zone: east } }] } }
---
{ type: Dataplane, mesh: inner, name: billing-2, networking: { address: 10.1.0.12, inbound: [{ port: 9999, tags: { kuma.io/service: billing, kuma.io/zone: west } }] } }
---
{ type: Dataplane, mesh: inner, name: billing-3, networking: { address: 10.2.0.13, inbound: [{ port: 9999, tags: { kuma.io/service: billing, kuma.io/zone: north } }] } }
---
{ type: ExternalService, mesh: inner, name: paper, tags: { kuma.io/service: paper, kuma.io/zone: east }, networking: { address: "paper.example.org:80" } }
---
type: MeshLoadBalancingStrategy
mesh: inner
name: near
spec: { to: [{ targetRef: { kind: MeshService, name: billing }, default: { localityAwareness: { crossZone: { failover: [{ to: { type: AnyExcept, zones: [north] } }] } } } }] }
---
type: Mesh
name: listening
meshServices: { mode: Exclusive }
mtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin }] }
---
{ type: Dataplane, mesh: listening, name: web-1, networking: { address: 10.0.0.3, inbound: [{ port: 8080, tags: { kuma.io/service: web, kuma.io/zone: east } }],
  outbound: [{ port: 10001, backendRef: { kind: MeshExternalService, name: bank, port: 443 } }] } }
---
{ type: MeshExternalService, mesh: listening, name: bank, spec: { match: { type: HostnameGenerator, port: 443, protocol: http }, endpoints: [{ address: bank.example.org, port: 443 }] } }
`;

const egress = (name: string, address: string): string =>
  `---\n{ type: ZoneEgress, name: ${name}, zone: east, networking: { address: ${address}, port: 10002 } }\n`;
const listener = (name: string, address: string): string =>
  `---\n{ type: Dataplane, mesh: listening, name: ${name}, networking: { address: ${address}, inbound: [{ port: 8080, tags: { kuma.io/service: gate, kuma.io/zone: east } }], listeners: [{ type: ZoneEgress, address: ${address}, port: 10012 }] } }\n`;

const ONE = egress("ze-1", "10.0.0.5");
const TWO = egress("ze-2", "10.0.0.6");
const GATE_1 = listener("gate-1", "10.0.0.21");
const GATE_2 = listener("gate-2", "10.0.0.22");

/** The control plane's snapshot of the zone with these. */
const world = (...parts: readonly string[]): ReturnType<typeof zoneOfYaml> => zoneOfYaml([HEAD, ...parts].join("\n"));
const compiled = (given: ReturnType<typeof zoneOfYaml>): Compiled => compile(given, sha256);

function setsOf({ snapshot }: Compiled, mesh: string): ReadonlyMap<string, EndpointSet> {
  const opened = openedOf(snapshot);
  return new Map([...rowsOf(opened, "endpoints", mesh)].map(([name, hash]) => [name, opened.endpointSets.get(hash)!]));
}

/** A relay's layer that holds the zone as it was with these. */
function cutOff(...parts: readonly string[]): Newcomers {
  return layerOf({ given: world(...parts) });
}

/** One whose views may become others. */
function layerOf(now: { given: ReturnType<typeof zoneOfYaml>; sequence?: number }): Newcomers {
  const { given } = now;
  const newcomers = createNewcomers({
    ...{ zone: ZONE, relay: "relay", log: (level, label, fields) => expect([level, label, fields]).toEqual([]) },
    views: () => now.given.views,
    viewsAt: () => ({ epoch: 1, sequence: now.sequence ?? 0 }),
    zoneProxies: () => now.given.zoneProxies ?? [],
  });
  newcomers.takeSnapshot(signed(compiled(given), 0));
  return newcomers;
}

function signed({ snapshot }: Compiled, lastEvent: number): Parameters<Newcomers["takeSnapshot"]>[0] {
  const relays = [{ id: "relay", lastEvent }];
  return {
    jws: "",
    snapshot,
    envelope: { epoch: 1, sequence: lastEvent, relays, compiler: COMPILER_VERSION } as unknown as Envelope,
  };
}

function life(yaml: string, mesh: string, name: string, ready = true): Shown {
  const { views, zoneProxies = [] } = zoneOfYaml([HEAD, yaml].join("\n"));
  const all = mesh === "" ? zoneProxies : (viewOf(views, mesh).resources.Dataplane ?? []);
  const resource = all.find((one) => one.name === name) as Shown["resource"];
  return { mesh, name, id: `life of ${name}`, resource, ready, at: 5 };
}

const viewOf = (views: readonly View[], mesh: string): View => views.find((one) => one.mesh.name === mesh) as View;

const MESHES = ["", "outer", "inner", "listening"];

/** Every set of the zone as the relay serves it. */
function served(newcomers: Newcomers): Record<string, unknown> {
  const { snapshot, changedSets } = newcomers.served();
  return Object.fromEntries(
    MESHES.map((mesh) => {
      const held = setsOf({ snapshot } as Compiled, mesh);
      return [mesh, Object.fromEntries(new Map([...held, ...changedSets(mesh)]))];
    }),
  );
}

const expected = (...parts: readonly string[]): Record<string, unknown> => {
  const full = compiled(world(...parts));
  return Object.fromEntries(MESHES.map((mesh) => [mesh, Object.fromEntries(setsOf(full, mesh))]));
};

const goneOf = (mesh: string, name: string) => ({ mesh, name, id: `life of ${name}` });

describe("what clients are given is what the control plane will compile", () => {
  test("when a second egress joins, and when the first leaves", () => {
    const relay = cutOff(ONE);
    expect(served(relay)).toEqual(expected(ONE));
    relay.show(life(ONE + TWO, "", "ze-2"), 1);
    const both = expected(ONE, TWO);
    const meshes = places(both).flatMap((one) => (one.includes("10.0.0.6") ? (one.split(" ")[0] ?? []) : []));
    expect([...new Set(meshes)].sort()).toEqual([...MESHES].sort());
    expect(served(relay)).toEqual(both);
    relay.hide(goneOf("", "ze-1"), 2);
    expect(served(relay)).toEqual(expected(TWO));
    relay.hide(goneOf("", "ze-2"), 3);
    expect(places(served(relay))).toEqual([]);
  });

  test("when the first egress of all joins a mesh that has no other way out", () => {
    const relay = cutOff();
    relay.show(life(ONE, "", "ze-1"), 1);
    // A mesh that is let out without an egress goes on so until the control plane knows it.
    const { listening: _, ...others } = expected(ONE);
    expect(served(relay)).toMatchObject({ outer: others.outer, inner: others.inner });
  });

  test("when a dataplane listens as an egress, and another does no more", () => {
    const relay = cutOff(GATE_1);
    relay.show(life(GATE_1 + GATE_2, "listening", "gate-2"), 1);
    expect(served(relay)).toEqual(expected(GATE_1, GATE_2));
    relay.hide(goneOf("listening", "gate-1"), 2);
    expect(served(relay)).toEqual(expected(GATE_2));
  });

  test("when two stand at one place, and the one that stands for both leaves", () => {
    const twin = egress("ze-9", "10.0.0.5");
    const relay = cutOff(ONE, twin);
    relay.hide(goneOf("", "ze-1"), 1);
    expect(served(relay)).toEqual(expected(twin));
  });
});

test("an egress that does not listen yet is nobody's way out", () => {
  const relay = cutOff(ONE);
  relay.show(life(ONE + TWO, "", "ze-2", false), 1);
  relay.show(life(GATE_2, "listening", "gate-2", false), 2);
  expect(places(served(relay))).toEqual(places(expected(ONE)));
  relay.show(life(ONE + TWO, "", "ze-2"), 3);
  expect(served(relay)).toMatchObject({ outer: expected(ONE, TWO).outer });
});

test("an ingress of the zone is nobody's way out", () => {
  const ingress = `---\n{ type: ZoneIngress, name: zi-9, zone: east, networking: { address: 10.0.0.9, port: 10001, advertisedAddress: 203.0.113.99, advertisedPort: 10001 } }\n`;
  const relay = cutOff(ONE);
  const before = served(relay);
  relay.show(life(ONE + ingress, "", "zi-9"), 1);
  relay.hide(goneOf("", "zi-1"), 2);
  expect(served(relay)).toEqual(before);
});

test("a snapshot that knows of them says the same, and what it says counts", () => {
  const relay = cutOff(ONE);
  relay.show(life(ONE + TWO, "", "ze-2"), 1);
  relay.hide(goneOf("", "ze-1"), 2);
  const own = served(relay);
  relay.takeSnapshot(signed(compiled(world(TWO)), 2));
  expect(served(relay)).toEqual(own);
  for (const mesh of MESHES) expect([...relay.served().changedSets(mesh).keys()]).toEqual([]);
});

test("views that know of them before the snapshot does bring none back that has left", () => {
  for (const [first, second, mesh, old, next] of [
    [ONE, TWO, "", "ze-1", "ze-2"],
    [GATE_1, GATE_2, "listening", "gate-1", "gate-2"],
  ] as const) {
    const zone = { given: world(first) };
    const relay = layerOf(zone);
    relay.show(life(first + second, mesh, next), 1);
    relay.hide(goneOf(mesh, old), 2);
    zone.given = world(second);
    relay.takeViews([]);
    expect(served(relay)).toEqual(expected(second));
  }
});

test("views that know before anybody tells it here that one has left, and a snapshot that does not", () => {
  const zone = { given: world(ONE, TWO) };
  const relay = layerOf(zone);
  zone.given = world(TWO);
  relay.takeViews([]);
  relay.hide(goneOf("", "ze-1"), 1);
  expect(served(relay)).toEqual(expected(TWO));
});

test("an egress that came after the first caller stays its way out, where the snapshot knows of the caller alone and the views of neither", () => {
  const store = `---\n{ type: Dataplane, mesh: inner, name: store-1, networking: { address: 10.1.0.14, inbound: [{ port: 9999, tags: { kuma.io/service: store, kuma.io/zone: west } }] } }\n`;
  const caller = `---\n{ type: Dataplane, mesh: inner, name: late-1, networking: { address: 10.0.0.8, inbound: [{ port: 8080, tags: { kuma.io/service: late, kuma.io/zone: east } }], outbound: [{ port: 10002, tags: { kuma.io/service: store } }] } }\n`;
  const relay = cutOff(store);
  relay.show(life(store + caller, "inner", "late-1"), 1);
  relay.show(life(ONE, "", "ze-1"), 2);
  relay.takeSnapshot(signed(compiled(world(store, caller)), 1));
  const [given, wanted] = [served(relay), expected(store, caller, ONE)];
  expect(given.inner).toEqual(wanted.inner);
});

test("the end of an earlier life takes no egress away that another life has begun", () => {
  const relay = cutOff(ONE);
  const second = { ...life(ONE, "", "ze-1"), id: "second life", at: 9 };
  relay.show(second, 1);
  relay.hide(goneOf("", "ze-1"), 2);
  expect(served(relay)).toEqual(expected(ONE));
});

test("a newcomer that calls what nobody called before goes through the egresses of the moment", () => {
  const relay = cutOff(ONE);
  relay.show(life(ONE + TWO, "", "ze-2"), 1);
  const late = `---\n{ type: MeshExternalService, mesh: outer, name: paper, spec: { match: { type: HostnameGenerator, port: 80, protocol: http }, endpoints: [{ address: paper.example.org, port: 80 }] } }\n`;
  const caller = `---\n{ type: Dataplane, mesh: outer, name: late-1, networking: { address: 10.0.0.8, inbound: [{ port: 8080, tags: { kuma.io/service: late, kuma.io/zone: east } }], outbound: [{ port: 10002, backendRef: { kind: MeshExternalService, name: paper, port: 80 } }] } }\n`;
  const lonely = cutOff(ONE, late);
  lonely.show(life(ONE + TWO, "", "ze-2"), 1);
  const newcomer = life(late + caller, "outer", "late-1");
  lonely.compile(newcomer as Parameters<Newcomers["compile"]>[0]);
  lonely.show(newcomer, 2);
  const called = (): unknown => {
    const [{ endpoints } = { endpoints: [] }] = [...lonely.served().newcomers.values()];
    const { cluster = "" } = endpoints.find((set) => set.cluster.includes("paper")) ?? {};
    const changed = lonely.served().changedSets("outer").get(cluster);
    return (changed ?? endpoints.find((set) => set.cluster === cluster))?.endpoints.map(({ address }) => address);
  };
  expect(called()).toEqual(["10.0.0.5", "10.0.0.6"]);
  lonely.hide(goneOf("", "ze-1"), 3);
  expect(called()).toEqual(["10.0.0.6"]);
});

/** Egresses that may come and go, with the mesh that each has in its zone. */
const GATES = [
  { mesh: "", name: "ze-1", yaml: ONE },
  { mesh: "", name: "ze-2", yaml: TWO },
  { mesh: "", name: "ze-3", yaml: egress("ze-3", "10.0.0.7") },
  { mesh: "listening", name: "gate-1", yaml: GATE_1 },
  { mesh: "listening", name: "gate-2", yaml: GATE_2 },
] as const;

test("any order of comings, goings and snapshots ends as the control plane compiles it", () => {
  const step = fc.record({
    what: fc.constantFrom("come", "go", "wait", "snapshot", "views"),
    gate: fc.nat(GATES.length - 1),
    /** How many of the last events a snapshot, or views, do not know yet; they are fetched apart. */
    behind: fc.nat(2),
  });
  fc.assert(
    fc.property(fc.subarray([...GATES], { minLength: 1 }), fc.array(step, { maxLength: 8 }), (first, steps) => {
      const there = new Set(first.map(({ name }) => name));
      const zone = { given: world(...first.map(({ yaml }) => yaml)), sequence: 0 };
      const relay = layerOf(zone);
      const history = [new Set(there)];
      let lives = 0;
      const known = { snapshot: 0, views: 0 };
      const ids = new Map<string, string>();
      for (const { what, gate, behind } of steps) {
        const { mesh, name, yaml } = GATES[gate] as (typeof GATES)[number];
        if (what === "snapshot" || what === "views") {
          // A relay takes none that is older than its own.
          known[what] = Math.max(known[what], history.length - 1 - behind);
          const given = world(...yamlOf(history[known[what]] as Set<string>));
          if (what === "snapshot") relay.takeSnapshot(signed(compiled(given), known.snapshot));
          else {
            Object.assign(zone, { given, sequence: known.views });
            relay.takeViews([]);
          }
          continue;
        }
        if (what === "go") {
          there.delete(name);
          relay.hide({ mesh, name, id: ids.get(name) ?? `life of ${name}` }, history.length);
        } else {
          if (what === "come") there.add(name);
          else there.delete(name);
          ids.set(name, `life ${++lives}`);
          relay.show(
            { ...life(yaml, mesh, name, what === "come"), id: `life ${lives}`, at: 10 + lives },
            history.length,
          );
        }
        history.push(new Set(there));
      }
      const [given, wanted] = [served(relay), expected(...yamlOf(there))];
      // Where a mesh may do without egresses, its clusters wait for the control plane; so do those of an egress itself.
      expect(commonOf(given, wanted)).toEqual(commonOf(wanted, given));
      for (const mesh of ["outer", "inner"]) expect(given[mesh]).toEqual(wanted[mesh]);
    }),
    { numRuns: 25 },
  );
});

const yamlOf = (names: ReadonlySet<string>): readonly string[] =>
  GATES.flatMap(({ name, yaml }) => (names.has(name) ? [yaml] : []));

/** The sets of one that the other has too. */
function commonOf(one: Record<string, unknown>, other: Record<string, unknown>): unknown {
  return MESHES.map((mesh) =>
    Object.entries(one[mesh] as object).filter(([cluster]) => cluster in (other[mesh] as object)),
  );
}

/** `mesh cluster address` of everything that leads through an egress. */
function places(sets: Record<string, unknown>): readonly string[] {
  return Object.entries(sets).flatMap(([mesh, own]) =>
    Object.values(own as Record<string, EndpointSet>).flatMap(({ cluster, endpoints }) =>
      endpoints.filter((one) => egressBehind(one) !== null).map(({ address }) => `${mesh} ${cluster} ${address}`),
    ),
  );
}
