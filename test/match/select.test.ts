// Which proxies a policy selects: each kind of reference, the rules of zones and namespaces, routes and gateways.
import { describe, expect, it } from "vitest";
import { shadowView } from "#match/match.ts";
import { proxyOf, selectedInbounds } from "#match/select.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { stored } from "#test/stored.ts";
import { faultsOf, indexed, policy, viewOf } from "./world.ts";

type Body = Readonly<Record<string, unknown>>;

const inbound = (port: number, name: string, service: string, version: string): Body => ({
  port,
  name,
  tags: { "kuma.io/service": service, "kuma.io/protocol": "http", version },
});
const proxy = (name: string, networking: Body, labels: Body = {}): Resource =>
  stored({ type: "Dataplane", mesh: "default", name, labels, networking: { address: "10.0.0.1", ...networking } });

const MESH = stored({ type: "Mesh", name: "default" });
const WORLD = [
  MESH,
  proxy(
    "web-1",
    { inbound: [inbound(80, "main", "web", "v1"), inbound(81, "admin", "web-admin", "v1")] },
    { app: "web" },
  ),
  proxy("web-2", { inbound: [inbound(80, "main", "web", "v2")] }, { app: "web", "k8s.kuma.io/namespace": "shop" }),
  proxy("west-1", { inbound: [inbound(80, "main", "web", "v1")] }, { app: "web", "kuma.io/zone": "west" }),
  proxy(
    "edge-1",
    { gateway: { type: "DELEGATED", tags: { "kuma.io/service": "edge", version: "v1" } } },
    { app: "edge" },
  ),
  proxy("front-1", { gateway: { type: "BUILTIN", tags: { "kuma.io/service": "front" } } }, { app: "front" }),
  proxy("front-2", { gateway: { type: "BUILTIN", tags: { "kuma.io/service": "nobody" } } }, { app: "front" }),
  stored({
    type: "MeshGateway",
    mesh: "default",
    name: "front",
    selectors: [{ match: { "kuma.io/service": "front" } }],
    tags: { tier: "outer" },
    conf: {
      listeners: [
        { port: 80, protocol: "HTTP", tags: { door: "main" } },
        { port: 81, protocol: "HTTP", tags: { door: "side" } },
      ],
    },
  }),
];

/** By the name of each selected proxy, the positions of the inbounds that the policy holds for. */
function selected(spec: Body, labels: Body = {}, others: readonly Resource[] = []): Record<string, readonly number[]> {
  const made = policy("MeshTimeout", "p", { ...("from" in spec ? {} : TO), ...spec }, labels);
  const index = indexed(viewOf([...WORLD, ...others, made]));
  const one = index.policies.all.find(({ resource: { type, name } }) => type === made.type && name === made.name);
  const found: Record<string, readonly number[]> = {};
  for (const dataplane of index.everywhere as readonly Resource<DataplaneSpec>[]) {
    const positions = one === undefined ? null : selectedInbounds(one, proxyOf(dataplane, index.policies.gateways));
    if (positions !== null) found[dataplane.name] = positions;
  }
  return found;
}

const TO = { to: [{ targetRef: { kind: "Mesh" }, default: { idleTimeout: "1s" } }] };
const FROM = { from: [{ targetRef: { kind: "Mesh" }, default: { idleTimeout: "1s" } }] };
const ALL = { "edge-1": [], "front-1": [], "front-2": [], "web-1": [0, 1], "web-2": [0], "west-1": [0] };

describe("a policy selects", () => {
  it.each<readonly [string, Body, Record<string, readonly number[]>]>([
    ["everybody without targetRef", {}, ALL],
    ["everybody by Mesh", { targetRef: { kind: "Mesh" } }, ALL],
    [
      "sidecars by Mesh and proxyTypes",
      { targetRef: { kind: "Mesh", proxyTypes: ["Sidecar"] } },
      { "web-1": [0, 1], "web-2": [0], "west-1": [0] },
    ],
    [
      "gateways by Mesh and proxyTypes",
      { targetRef: { kind: "Mesh", proxyTypes: ["Gateway"] } },
      { "edge-1": [], "front-1": [], "front-2": [] },
    ],
    [
      "inbounds and a delegated gateway by MeshSubset",
      { targetRef: { kind: "MeshSubset", tags: { version: "v1" } } },
      { "edge-1": [], "web-1": [0, 1], "west-1": [0] },
    ],
    [
      "by MeshSubset and proxyTypes",
      { targetRef: { kind: "MeshSubset", tags: { version: "v1" }, proxyTypes: ["Gateway"] } },
      { "edge-1": [] },
    ],
    [
      "a builtin gateway by tags of its MeshGateway's listener",
      { targetRef: { kind: "MeshSubset", tags: { tier: "outer", door: "side", "kuma.io/service": "front" } } },
      { "front-1": [] },
    ],
    [
      "inbounds of a service by MeshService",
      { targetRef: { kind: "MeshService", name: "web" } },
      { "web-1": [0], "web-2": [0], "west-1": [0] },
    ],
    [
      "inbounds by MeshServiceSubset",
      { targetRef: { kind: "MeshServiceSubset", name: "web", tags: { version: "v2" } } },
      { "web-2": [0] },
    ],
    ["a gateway by MeshGateway", { targetRef: { kind: "MeshGateway", name: "front" } }, { "front-1": [] }],
    [
      "a gateway by MeshGateway and a listener's tags",
      { targetRef: { kind: "MeshGateway", name: "front", tags: { door: "main" } } },
      { "front-1": [] },
    ],
    [
      "no gateway whose MeshGateway has no such listener",
      { targetRef: { kind: "MeshGateway", name: "front", tags: { door: "back" } } },
      {},
    ],
    ["no builtin gateway by Dataplane", { targetRef: { kind: "Dataplane", labels: { app: "front" } } }, {}],
    [
      "everybody else by Dataplane",
      { targetRef: { kind: "Dataplane" } },
      { "edge-1": [], "web-1": [0, 1], "web-2": [0], "west-1": [0] },
    ],
    [
      "by Dataplane and labels",
      { targetRef: { kind: "Dataplane", labels: { app: "web" } } },
      { "web-1": [0, 1], "web-2": [0], "west-1": [0] },
    ],
    [
      "by the display name as a label",
      { targetRef: { kind: "Dataplane", labels: { "kuma.io/display-name": "web-1" } } },
      { "web-1": [0, 1] },
    ],
    ["by Dataplane and name", { targetRef: { kind: "Dataplane", name: "web-2" } }, { "web-2": [0] }],
    ["by name and namespace", { targetRef: { kind: "Dataplane", name: "web-2", namespace: "shop" } }, { "web-2": [0] }],
    ["none by name and another namespace", { targetRef: { kind: "Dataplane", name: "web-1", namespace: "shop" } }, {}],
    [
      "one inbound by its name",
      { ...FROM, targetRef: { kind: "Dataplane", labels: { app: "web" }, sectionName: "admin" } },
      { "web-1": [1] },
    ],
    [
      "one inbound by its port",
      { ...FROM, targetRef: { kind: "Dataplane", name: "web-1", sectionName: "81" } },
      { "web-1": [1] },
    ],
  ])("%s", (_, spec, found) => {
    expect(selected(spec)).toEqual(found);
  });

  it.each<readonly [string, Body, Body, readonly string[]]>([
    ["its own zone's proxies where it was made in a zone", {}, { "kuma.io/zone": "west" }, ["west-1"]],
    [
      "all zones' proxies as a producer",
      { to: [{ targetRef: { kind: "MeshService", name: "web" }, default: { idleTimeout: "1s" } }] },
      { "kuma.io/zone": "west", "k8s.kuma.io/namespace": "shop" },
      Object.keys(ALL),
    ],
    ["its own namespace's proxies as a consumer", {}, { "k8s.kuma.io/namespace": "shop" }, ["web-2"]],
    ["its own namespace's proxies as their owner", FROM, { "k8s.kuma.io/namespace": "shop" }, ["web-2"]],
    ["everybody from the system's namespace", {}, { "k8s.kuma.io/namespace": "kuma-system" }, Object.keys(ALL)],
  ])("%s", (_, spec, labels, names) => {
    expect(Object.keys(selected(spec, labels))).toEqual(names);
  });
});

describe("a builtin gateway", () => {
  const gateway = (name: string, match: Body, labels: Body = {}): Resource =>
    stored({
      type: "MeshGateway",
      mesh: "default",
      name,
      labels,
      selectors: [{ match }],
      conf: { listeners: [{ port: 80, protocol: "HTTP" }] },
    });
  const front = proxy("front-3", { gateway: { type: "BUILTIN", tags: { "kuma.io/service": "f", a: "1", b: "2" } } });
  it.each<readonly [string, readonly Resource[], string | null]>([
    [
      "the one with most tags",
      [gateway("x", { "kuma.io/service": "f" }), gateway("y", { "kuma.io/service": "f", a: "1" })],
      "y",
    ],
    [
      "the one with most exact tags",
      [gateway("x", { "kuma.io/service": "f", b: "*" }), gateway("y", { "kuma.io/service": "f", a: "1" })],
      "y",
    ],
    [
      "the one of the smaller name",
      [gateway("y", { "kuma.io/service": "f" }), gateway("x", { "kuma.io/service": "f" })],
      "x",
    ],
    ["none whose tag it does not have", [gateway("x", { "kuma.io/service": "*", c: "*" })], null],
    ["none of another zone", [gateway("x", { "kuma.io/service": "f" }, { "kuma.io/zone": "west" })], null],
  ])("serves %s", (_, gateways, name) => {
    const facts = proxyOf(front as Resource<DataplaneSpec>, gateways as Parameters<typeof proxyOf>[1]);
    expect(facts.serves?.name ?? null).toBe(name);
  });
});

describe("references to nothing", () => {
  it("are faults of the policy that makes them, until what they name exists", () => {
    const top = policy("MeshTimeout", "p", { ...TO, targetRef: { kind: "MeshGateway", name: "other" } });
    const to = policy("MeshTimeout", "q", {
      to: [{ targetRef: { kind: "MeshExternalService", name: "bank" }, default: { idleTimeout: "1s" } }],
    });
    const index = indexed(viewOf([...WORLD, top, to]));
    expect(faultsOf(index).map(({ field }) => field)).toEqual(["spec.targetRef", "spec.to[0].targetRef"]);
    const other = { ...(WORLD.at(-1) as Resource), name: "other" };
    const later = indexed(viewOf([...WORLD, other, top, to]), index);
    expect(faultsOf(later).map(({ field }) => field)).toEqual(["spec.to[0].targetRef"]);
  });
});

describe("the shadow view", () => {
  const shadow = policy("MeshTimeout", "shadow", TO, { "kuma.io/effect": "shadow" });
  const plain = policy("MeshTimeout", "plain", TO);

  it("has shadow policies act, and everything else as it was", () => {
    const view = viewOf([...WORLD, shadow, plain]);
    const acting = shadowView(view);
    const names = (one: typeof view): string[] => indexed(one).policies.all.map(({ resource }) => resource.name);
    expect(names(view)).toEqual(["plain"]);
    expect(names(acting).sort()).toEqual(["plain", "shadow"]);
    expect(acting.resources.Dataplane).toBe(view.resources.Dataplane);
    expect(acting.resources.MeshTimeout?.find(({ name }) => name === "plain")).toBe(plain);
  });

  it("is the view itself where there is no shadow", () => {
    const view = viewOf([...WORLD, plain]);
    expect(shadowView(view)).toBe(view);
  });
});
