// What a namespace's policies name is their own; the operator's and those of no namespace mean any, and labels find all.
import { describe, expect, it } from "vitest";
import { matchProxy } from "#match/match.ts";
import type { MatchedOutbound } from "#match/matched.ts";
import type { Resource } from "#model/resource.ts";
import { stored } from "#test/stored.ts";
import { dataplane, faultsOf, indexed, policy, viewOf } from "./world.ts";

const SPACE = "k8s.kuma.io/namespace";
const inside = (namespace: string): object => ({ [SPACE]: namespace });
const backend = (namespace: string): Resource =>
  stored({
    type: "MeshService",
    mesh: "default",
    name: `backend.${namespace}`,
    labels: { ...inside(namespace), "kuma.io/display-name": "backend", app: "backend" },
    spec: {
      selector: { dataplaneTags: { "kuma.io/service": `backend-${namespace}` } },
      ports: [{ port: 80, appProtocol: "http" }],
    },
  });
const ref = (namespace: string, port: number): object => ({
  port,
  backendRef: { kind: "MeshService", name: `backend.${namespace}`, port: 80 },
});
const WORLD = [
  stored({ type: "Mesh", name: "default" }),
  backend("bank"),
  backend("shop"),
  dataplane("web-1", {}, { outbound: [ref("bank", 10_001), ref("shop", 10_002)] }, inside("shop")),
];

function outbounds(...policies: readonly Resource[]): readonly MatchedOutbound[] {
  const index = indexed(viewOf([...WORLD, ...policies]));
  const [web] = index.dataplanes;
  return web === undefined ? [] : matchProxy(index, web).outbounds;
}

/** Namespaces whose backend a MeshTimeout with this item holds for. */
function held(targetRef: object, labels: object): readonly string[] {
  const spec = { to: [{ targetRef, default: { http: { requestTimeout: "1s" } } }] };
  return outbounds(policy("MeshTimeout", "slow", spec, labels)).flatMap(({ policies }, at) =>
    policies.MeshTimeout === undefined ? [] : (["bank", "shop"][at] ?? ""),
  );
}

const named = { kind: "MeshService", name: "backend" };

describe("an item of `to`", () => {
  it.each<[string, object, object, string[]]>([
    ["of no namespace means each of the name", named, {}, ["bank", "shop"]],
    ["of the operator means each of the name", named, inside("kuma-system"), ["bank", "shop"]],
    ["of a namespace means its own of the name", named, inside("shop"), ["shop"]],
    ["of a namespace may name another's", { ...named, namespace: "bank" }, inside("shop"), ["bank"]],
    ["of no namespace may name one", { ...named, namespace: "bank" }, {}, ["bank"]],
    ["by labels finds all", { kind: "MeshService", labels: { app: "backend" } }, inside("shop"), ["bank", "shop"]],
  ])("%s", (_, targetRef, labels, expected) => {
    expect(held(targetRef, labels)).toEqual(expected);
  });
});

describe("a route of a namespace", () => {
  const route = (backendRef: object): Resource =>
    policy(
      "MeshHTTPRoute",
      "way",
      {
        to: [
          {
            targetRef: named,
            rules: [
              {
                matches: [{ path: { type: "PathPrefix", value: "/" } }],
                default: {
                  backendRefs: [backendRef],
                  filters: [{ type: "RequestMirror", requestMirror: { backendRef } }],
                },
              },
            ],
          },
        ],
      },
      inside("shop"),
    );

  it("leads to its own namespace's service of the name", () => {
    const [bank, shop] = outbounds(route({ ...named, port: 80 }));
    expect(bank?.backends).toBeUndefined();
    expect(shop?.backends?.map(({ key, destination }) => [key, destination.tags])).toEqual([
      ["MeshService/shop/backend:80", { "kuma.io/unified-name": "kri_msvc_default__shop_backend_80" }],
    ]);
  });

  it("leads to another's where it says so", () => {
    const [, shop] = outbounds(route({ ...named, namespace: "bank", port: 80 }));
    expect(shop?.backends?.map(({ key }) => key)).toEqual(["MeshService/bank/backend:80"]);
  });

  it("leads to nothing where its own namespace has none, and says where it looked", () => {
    const index = indexed(viewOf([...WORLD, route({ kind: "MeshService", name: "absent", port: 80 })]));
    expect(faultsOf(index).map(({ reason }) => reason)).toContain(
      'refers to MeshService "absent" of the namespace shop, which does not exist in this mesh: requests that are sent there get a 500',
    );
  });
});
