// Newcomers among themselves while the zone is cut off: one that offers what nobody called before, and one that calls it.
import { describe, expect, test } from "vitest";
import type { Envelope } from "#api/zone.ts";
import { COMPILER_VERSION, compile } from "#compile/compile.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import { createNewcomers, type Newcomers, type Shown } from "#relay/newcomers.ts";
import { openedOf, rowsOf } from "#snapshot/opened.ts";
import { sha256 } from "#test/xds/scenario.ts";
import { ZONE, zoneOfYaml } from "./zone-scenario.ts";

const WORLD = `
{ type: Zone, name: east }
---
type: Mesh
name: default
mtls: { enabledBackend: ca, backends: [{ name: ca, type: builtin }] }
---
type: MeshLoadBalancingStrategy
name: near
spec: { to: [{ targetRef: { kind: MeshService, name: cache }, default: { localityAwareness: { localZone: { affinityTags: [{ key: rack }] } } } }] }
---
{ type: Dataplane, name: web-1, networking: { address: 10.0.0.1, inbound: [{ port: 8080, tags: { kuma.io/service: web, kuma.io/zone: east } }], outbound: [{ port: 10001, tags: { kuma.io/service: web } }] } }
---
{ type: Dataplane, name: cache-1, networking: { address: 10.0.0.9, inbound: [{ port: 8080, tags: { kuma.io/service: cache, kuma.io/zone: east, rack: a } }] } }
`;
const CLIENT = `
---
{ type: Dataplane, name: shop-1, networking: { address: 10.0.0.2, inbound: [{ port: 8080, tags: { kuma.io/service: shop, kuma.io/zone: east, rack: a } }],
  outbound: [{ port: 10001, tags: { kuma.io/service: stock } }, { port: 10002, tags: { kuma.io/service: cache } }] } }`;
const stock = (name: string, address: string): string => `
---
{ type: Dataplane, name: ${name}, networking: { address: ${address}, inbound: [{ port: 9090, tags: { kuma.io/service: stock, kuma.io/zone: east } }] } }`;
const CACHE_2 = `
---
{ type: Dataplane, name: cache-2, networking: { address: 10.0.0.10, inbound: [{ port: 8080, tags: { kuma.io/service: cache, kuma.io/zone: east, rack: b } }] } }`;

const INGRESS = `
---
{ type: ZoneIngress, name: zi-1, zone: east, networking: { address: 10.0.0.5, port: 10001, advertisedAddress: 203.0.113.4, advertisedPort: 10001 } }`;

const ONE = stock("stock-1", "10.0.0.3");
const TWO = stock("stock-2", "10.0.0.4");

function life(yaml: string, name: string, ready = true): Parameters<Newcomers["compile"]>[0] {
  const [view] = zoneOfYaml(WORLD + yaml).views;
  const resource = view?.resources.Dataplane?.find((one) => one.name === name);
  const shown = { mesh: "default", name, id: `life of ${name}`, resource, ready, at: 5 };
  return shown as Shown as Parameters<Newcomers["compile"]>[0];
}

function cutOff(now = { yaml: "", sequence: 0 }): Newcomers {
  const given = remembered((yaml) => zoneOfYaml(WORLD + yaml));
  const relay = createNewcomers({
    ...{ zone: ZONE, relay: "relay", log: (level, label, fields) => expect([level, label, fields]).toEqual([]) },
    views: () => given(now.yaml).views,
    viewsAt: () => ({ epoch: 1, sequence: now.sequence }),
    zoneProxies: () => given(now.yaml).zoneProxies ?? [],
  });
  relay.takeSnapshot(signed(now.yaml, 0));
  return relay;
}

function remembered<T>(make: (yaml: string) => T): (yaml: string) => T {
  const made = new Map<string, T>();
  return (yaml) => {
    const one = made.get(yaml) ?? make(yaml);
    made.set(yaml, one);
    return one;
  };
}

/** The snapshot of the zone with these; it knows of the relay's events up to that number, which is its sequence too. */
function signed(yaml: string, lastEvent: number): Parameters<Newcomers["takeSnapshot"]>[0] {
  const { snapshot } = compile(zoneOfYaml(WORLD + yaml), sha256);
  const at = { epoch: 1, sequence: lastEvent, relays: [{ id: "relay", lastEvent }], compiler: COMPILER_VERSION };
  return { jws: "", snapshot, envelope: at as unknown as Envelope };
}

/** The sets that the control plane will give the zone's proxies. */
function expected(yaml: string, mesh = "default"): ReadonlyMap<string, EndpointSet> {
  const opened = openedOf(compile(zoneOfYaml(WORLD + yaml), sha256).snapshot);
  return new Map([...rowsOf(opened, "endpoints", mesh)].map(([name, hash]) => [name, opened.endpointSets.get(hash)!]));
}

/** Those of one newcomer, as it is given them. */
function givenTo(relay: Newcomers, name: string): Record<string, EndpointSet | undefined> {
  const { newcomers, changedSets } = relay.served();
  const own = newcomers.get(`default/${name}`)?.endpoints ?? [];
  return Object.fromEntries(own.map((set) => [set.cluster, changedSets("default").get(set.cluster) ?? set]));
}

const same = (relay: Newcomers, yaml: string): void => {
  const wanted = expected(yaml);
  const given = givenTo(relay, "shop-1");
  expect(Object.keys(given).length).toBe(2);
  expect(given).toEqual(Object.fromEntries(Object.keys(given).map((cluster) => [cluster, wanted.get(cluster)])));
};

function join(relay: Newcomers, one: Parameters<Newcomers["compile"]>[0], number: number): void {
  relay.show(one, number);
  relay.compile(one);
}

test.each([
  ["after", [ONE, CLIENT]],
  ["before", [CLIENT, ONE]],
])("a client that joins %s what it calls reaches it, and whoever joins later", (_, order) => {
  const relay = cutOff();
  order.forEach((yaml, at) => {
    join(relay, life(yaml, yaml === CLIENT ? "shop-1" : "stock-1"), at + 1);
  });
  same(relay, CLIENT + ONE);
  join(relay, life(TWO, "stock-2"), 3);
  join(relay, life(CACHE_2, "cache-2"), 4);
  same(relay, CLIENT + ONE + TWO + CACHE_2);
  relay.hide({ mesh: "default", name: "stock-1", id: "life of stock-1" }, 5);
  same(relay, CLIENT + TWO + CACHE_2);
});

test("one that does not listen yet is not reached, and is once it does", () => {
  const relay = cutOff();
  join(relay, life(CLIENT, "shop-1"), 1);
  join(relay, life(ONE, "stock-1", false), 2);
  expect(givenTo(relay, "shop-1").stock?.endpoints).toEqual([]);
  relay.show(life(ONE, "stock-1"), 3);
  same(relay, CLIENT + ONE);
});

describe("a snapshot that knows of more than the views", () => {
  /** stock-2 came, stock-1 left, and a client of theirs is new; of the client the snapshot does not know. */
  function behind(): { readonly relay: Newcomers; readonly now: { yaml: string; sequence: number } } {
    const now = { yaml: ONE, sequence: 0 };
    const relay = cutOff(now);
    relay.show(life(TWO, "stock-2"), 1);
    relay.hide({ mesh: "default", name: "stock-1", id: "life of stock-1" }, 2);
    join(relay, life(CLIENT, "shop-1"), 3);
    same(relay, CLIENT + TWO);
    relay.takeSnapshot(signed(TWO, 2));
    return { relay, now };
  }

  test("brings nobody back for a newcomer, and takes nobody away from it", () => {
    const { relay } = behind();
    same(relay, CLIENT + TWO);
  });

  test("nor for one that comes then, nor once the views know", () => {
    const { relay, now } = behind();
    relay.hide({ mesh: "default", name: "shop-1", id: "life of shop-1" }, 4);
    relay.drop({ mesh: "default", name: "shop-1" });
    join(relay, { ...life(CLIENT, "shop-1"), id: "second life", at: 9 }, 5);
    same(relay, CLIENT + TWO);
    Object.assign(now, { yaml: TWO, sequence: 2 });
    relay.takeViews([life(CLIENT, "shop-1")]);
    same(relay, CLIENT + TWO);
  });
});

test("what the views know of in the end counts, also where a user has removed it since", () => {
  const now = { yaml: ONE, sequence: 0 };
  const relay = cutOff(now);
  join(relay, life(CLIENT, "shop-1"), 1);
  relay.show(life(TWO, "stock-2"), 2);
  relay.takeSnapshot(signed(ONE, 2));
  Object.assign(now, { yaml: ONE, sequence: 2 });
  join(relay, { ...life(CLIENT, "shop-1"), id: "second life", at: 9 }, 3);
  relay.takeViews([life(CLIENT, "shop-1")]);
  same(relay, CLIENT + ONE);
});

test("one that comes after its first caller stays, where the snapshot knows of the caller alone and the views of neither", () => {
  const now = { yaml: "", sequence: 0 };
  const relay = cutOff(now);
  join(relay, life(CLIENT, "shop-1"), 1);
  join(relay, life(ONE, "stock-1"), 2);
  same(relay, CLIENT + ONE);
  relay.takeSnapshot(signed(CLIENT, 1));
  const wanted = expected(CLIENT + ONE);
  for (const cluster of ["stock", "cache"]) {
    const held = expected(CLIENT).get(cluster);
    expect(relay.served().changedSets("default").get(cluster) ?? held).toEqual(wanted.get(cluster));
  }
});

test("one that begins anew stays behind the zone's first ingress, where the snapshot knows of the ingress and the views do not", () => {
  const now = { yaml: "", sequence: 0 };
  const relay = cutOff(now);
  const [resource] = zoneOfYaml(WORLD + INGRESS).zoneProxies ?? [];
  const gate = { mesh: "", name: "zi-1", id: "life of zi-1", resource, ready: true, at: 5 };
  join(relay, gate as Parameters<Newcomers["compile"]>[0], 1);
  relay.show({ ...life("", "web-1"), id: "second life", at: 9 }, 2);
  relay.takeSnapshot(signed(INGRESS, 1));
  const behind = expected(INGRESS, "");
  expect([...behind.keys()]).toContain("default:web");
  for (const [cluster, set] of behind) expect(relay.served().changedSets("").get(cluster) ?? set).toEqual(set);
});
