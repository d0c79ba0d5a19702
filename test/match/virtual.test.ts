// Virtual outbounds: what proxies reach by name in each mode of the mesh, what they ask for, and that nothing is missed by edits.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endpointSets, matchProxy, type ViewIndex } from "#match/match.ts";
import type { MatchedProxy } from "#match/matched.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { allot, shownAddresses } from "#model/virtual/allot.ts";
import type { VirtualAddress } from "#model/virtual/name.ts";
import { neededNames } from "#model/virtual/needed.ts";
import { stored } from "#test/stored.ts";
import { dataplane as anyDataplane, type Edit, EMPTY, edit, edited, viewOfWorld } from "./arbitrary.ts";
import { dataplane, indexed, viewOf } from "./world.ts";

const lists = new Map<string, readonly VirtualAddress[]>();

/** The view with an address for each name; the same list for the same names, as the control plane has it. */
function named(view: View): View {
  const rows = allot([], { names: neededNames(view, []), now: 0 });
  const addresses = shownAddresses(rows);
  const key = JSON.stringify(addresses);
  lists.set(key, lists.get(key) ?? addresses);
  return { ...view, addresses: lists.get(key) ?? addresses };
}

const redirect = { redirectPortInbound: 15_006, redirectPortOutbound: 15_001 };
const client = (said: object = {}, labels: object = {}): Resource<DataplaneSpec> =>
  dataplane(
    "client-1",
    { tags: { "kuma.io/service": "client" } },
    { transparentProxying: { ...redirect, ...said } },
    labels,
  );
const backend = dataplane("backend-1", { tags: { "kuma.io/service": "back_end", version: "v1" } });
const plain = stored({
  type: "MeshService",
  mesh: "default",
  name: "shop",
  labels: { team: "x" },
  spec: { selector: { dataplaneTags: { "kuma.io/service": "back_end" } }, ports: [{ port: 8080 }, { port: 9090 }] },
});
const addresses = [{ hostname: "shop.svc.mesh.local", origin: "HostnameGenerator" }];
const service: Resource = { ...plain, status: { addresses } };
const external = stored({
  type: "MeshExternalService",
  mesh: "default",
  name: "db",
  spec: { match: { type: "HostnameGenerator", port: 5432 }, endpoints: [{ address: "192.0.2.1", port: 5432 }] },
});

function matched(own: Resource<DataplaneSpec>, ...more: readonly Resource[]): MatchedProxy {
  const meshes = more.some(({ type }) => type === "Mesh") ? [] : [stored({ type: "Mesh", name: "default" })];
  return matchProxy(indexed(named(viewOf([...meshes, own, backend, ...more]))), own);
}
const mode = (services: string): Resource =>
  stored({ type: "Mesh", name: "default", meshServices: { mode: services } });
/** `240.0.0.1:80` and the cluster behind it. */
const outboundsOf = ({ outbounds }: MatchedProxy): readonly string[] =>
  outbounds.map(({ address, port, destination }) => `${address}:${port} ${destination.cluster}`);

describe("a redirected proxy", () => {
  test("reaches every service at port 80, in both families, by each form of its name", () => {
    const proxy = matched(client());
    expect(outboundsOf(proxy)).toEqual(["240.0.0.0:80 back_end", "240.0.0.1:80 client"]);
    expect(proxy.outbounds[0]).toMatchObject({ address6: "fd77:6566:7400:f0::f000:0", redirected: true });
    const ips = ["240.0.0.0", "fd77:6566:7400:f0::f000:0"];
    expect(proxy.names?.filter(({ name }) => name.startsWith("back"))).toEqual([
      { name: "back.end.mesh", ips },
      { name: "back_end.mesh", ips },
    ]);
  });

  test("of a machine without IPv6 has IPv4 alone", () => {
    const proxy = matched(client({ ipFamilyMode: "IPv4" }));
    expect(proxy.outbounds[0]).not.toHaveProperty("address6");
    expect(proxy.names?.[0]?.ips).toHaveLength(1);
  });

  test("keeps what it lists itself", () => {
    const own = stored({
      type: "Dataplane",
      mesh: "default",
      name: "client-1",
      networking: {
        address: "10.0.0.1",
        inbound: [{ port: 8080, tags: { "kuma.io/service": "client" } }],
        outbound: [{ port: 10_001, tags: { "kuma.io/service": "back_end" } }],
        transparentProxying: redirect,
      },
    }) as Resource<DataplaneSpec>;
    expect(outboundsOf(matched(own))[0]).toBe("127.0.0.1:10001 back_end");
    expect(matched(own).outbounds).toHaveLength(3);
  });

  test.each([
    ["Disabled", {}, ["back_end", "client", "shop:8080", "shop:9090", "db"]],
    ["Everywhere", {}, ["back_end", "client", "shop:8080", "shop:9090", "db"]],
    ["ReachableBackends", {}, ["back_end", "client"]],
    ["Exclusive", {}, ["shop:8080", "shop:9090", "db"]],
    ["Everywhere", { reachableServices: ["client"] }, ["client"]],
    [
      "ReachableBackends",
      { reachableBackends: { refs: [{ kind: "MeshService", name: "shop", port: 9090 }] } },
      ["back_end", "client", "shop:9090"],
    ],
    [
      "Everywhere",
      { reachableBackends: { refs: [{ kind: "MeshService", labels: { team: "x" } }] } },
      ["back_end", "client", "shop:8080", "shop:9090"],
    ],
    ["Everywhere", { reachableBackends: {} }, ["back_end", "client"]],
    [
      "Everywhere",
      { reachableServices: ["client"], reachableBackends: { refs: [{ kind: "MeshExternalService", name: "db" }] } },
      ["client", "db"],
    ],
  ])("in a mesh of %s, asking for %j, reaches %j", (services, said, wanted) => {
    const proxy = matched(client(said), mode(services), service, external);
    const reached = proxy.outbounds.map(({ destination: { tags, virtualHost }, port }) => {
      const kri = tags["kuma.io/unified-name"];
      if (kri === undefined) return virtualHost;
      return kri.startsWith("kri_extsvc") ? "db" : `shop:${port}`;
    });
    expect(reached.toSorted()).toEqual(wanted.toSorted());
    // No name without a way.
    expect(proxy.names?.some(({ name }) => name === "shop.svc.mesh.local")).toBe(
      reached.some((one) => one.startsWith("shop")),
    );
  });

  test("knows the hosts of ExternalServices and VirtualOutbounds, one address a host", () => {
    const outside = stored({
      type: "ExternalService",
      mesh: "default",
      name: "out",
      networking: { address: "httpbin.example.org:8443" },
      tags: { "kuma.io/service": "httpbin" },
    });
    const made = (name: string, port: string): Resource =>
      stored({
        type: "VirtualOutbound",
        mesh: "default",
        name,
        selectors: [{ match: { version: "*" } }],
        conf: {
          host: "{{.v}}.{{.s}}.mesh",
          port,
          parameters: [
            { name: "s", tagKey: "kuma.io/service" },
            { name: "v", tagKey: "version" },
          ],
        },
      });
    const shop = dataplane("shop-1", { tags: { "kuma.io/service": "shop", version: "v2" } });
    const proxy = matched(client(), outside, made("one", "81"), made("two", "82"), shop);
    const ports = new Map<string, number[]>();
    for (const { address, port } of proxy.outbounds) ports.set(address, [...(ports.get(address) ?? []), port]);
    const portsOf = (host: string): readonly number[] | undefined =>
      ports.get(proxy.names?.find(({ name }) => name === host)?.ips[0] ?? "");
    expect(portsOf("httpbin.example.org")).toEqual([8443, 80]);
    expect(portsOf("httpbin.mesh")).toEqual([8443, 80]);
    expect(portsOf("v2.shop.mesh")).toEqual([81, 82]);
    // An underscore stands in no host name.
    expect(proxy.names?.some(({ name }) => name.includes("back_end.mesh") && name.startsWith("v1"))).toBe(false);
  });
});

test("a proxy that binds addresses has loopback ones, and no redirection", () => {
  const proxy = matched(client({}, { "weft.io/bind-outbounds": "true" }));
  expect(outboundsOf(proxy)).toEqual(["127.64.0.0:80 back_end", "127.64.0.1:80 client"]);
  expect([proxy.redirect, proxy.outbounds[0]?.redirected, proxy.outbounds[0]?.address6]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(proxy.names?.[0]?.ips).toEqual(["127.64.0.0"]);
});

test("a proxy without either has just what it lists, and tells no names", () => {
  const proxy = matched(dataplane("client-1", { tags: { "kuma.io/service": "client" } }));
  expect([proxy.outbounds, proxy.names]).toEqual([[], undefined]);
});

test("alike proxies share one list, also after an endpoint has changed", () => {
  const clients = ["c-1", "c-2"].map((name) => dataplane(name, {}, { transparentProxying: redirect }));
  const view = (one: Resource): View => named(viewOf([stored({ type: "Mesh", name: "default" }), ...clients, one]));
  const first = indexed(view(backend));
  const moved = dataplane("backend-1", { port: 8081, tags: { "kuma.io/service": "back_end", version: "v1" } });
  const second = indexed({ ...view(moved), addresses: first.view.addresses ?? [] }, first);
  const all = [first, second].flatMap((index) => clients.map((one) => matchProxy(index, one).outbounds));
  expect(new Set(all).size).toBe(1);
  expect(endpointSets(second).get("back_end")?.endpoints[0]?.port).toBe(8081);
});

test("carried along through any edits equals matching afresh", () => {
  const said = fc.constantFrom<object>(
    {},
    { ipFamilyMode: "IPv4" },
    { reachableServices: ["a"] },
    { reachableBackends: { refs: [{ kind: "MeshService", name: "a" }] } },
  );
  const proxy = fc.tuple(anyDataplane, said, fc.boolean()).map(([one, transparentProxying, bound]): Edit => {
    const { networking } = one.spec as { networking: object };
    const labels = bound ? { ...one.labels, "weft.io/bind-outbounds": "true" } : one.labels;
    return {
      put: {
        ...one,
        labels,
        spec: { networking: { ...networking, transparentProxying: { ...redirect, ...transparentProxying } } },
      },
    };
  });
  // Where the port is a tag, a name keeps its address while what is behind it changes.
  const outbound = fc.constantFrom("80", "81", "8{{.v}}").map(
    (port): Edit => ({
      put: stored({
        type: "VirtualOutbound",
        mesh: "default",
        name: "p1",
        selectors: [{ match: { "kuma.io/service": "*" } }],
        conf: {
          host: "{{.s}}.x",
          port,
          parameters: [
            { name: "s", tagKey: "kuma.io/service" },
            { name: "v", tagKey: "version" },
          ],
        },
      }),
    }),
  );
  const told = (index: ViewIndex): unknown => ({
    proxies: index.dataplanes.map((one) => matchProxy(index, one)),
    sets: [...endpointSets(index)],
  });
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 2, arbitrary: proxy }, edit, outbound), { minLength: 1, maxLength: 12 }),
      (edits) => {
        let world = EMPTY;
        let index: ViewIndex | undefined;
        for (const change of edits) {
          world = edited(world, change);
          const view = named(viewOfWorld(world));
          index = indexed(view, index);
          expect(told(index)).toEqual(told(indexed(view)));
        }
      },
    ),
    { numRuns: 120 },
  );
});
