// What is shared and what is not: cost follows what differs.
import { describe, expect, it } from "vitest";
import { endpointSets, indexView, matchProxy } from "#match/match.ts";
import { freeze } from "#model/freeze.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import { digest } from "#test/digest.ts";
import { stored } from "#test/stored.ts";
import { dataplane, faultsOf, indexed, policy, viewOf } from "./world.ts";

const mesh = stored({ type: "Mesh", name: "default" });
const calls = { outbound: [{ port: 10_001, tags: { "kuma.io/service": "backend" } }] };
const web = (name: string, service = name): Resource =>
  dataplane(name, { tags: { "kuma.io/service": service } }, calls);
const toAll = policy("MeshTimeout", "all", { to: [{ targetRef: { kind: "Mesh" }, default: { idleTimeout: "1s" } }] });
const replaced = (view: View, type: string, one: Resource): View => ({
  ...view,
  resources: {
    ...view.resources,
    [type]: (view.resources[type] ?? []).map((old) => (old.name === one.name ? one : old)),
  },
});

describe("sharing", () => {
  it("alike proxies have the same inbounds and outbounds, whatever their service", () => {
    const index = indexed(viewOf([mesh, web("a"), web("b"), toAll]));
    const [first, second] = index.dataplanes.map((one) => matchProxy(index, one));
    expect(first?.inbounds).toBe(second?.inbounds);
    expect(first?.outbounds).toBe(second?.outbounds);
    expect(first?.bindings["0.service"]).toBe("a");
    expect(second?.bindings["0.service"]).toBe("b");
  });

  it("all zones of a view have one index of its policies", () => {
    const view = viewOf([mesh, web("a"), toAll]);
    const [first, second] = ["here", "there"].map((zone) => indexView(view, zone, digest));
    expect(first?.policies.all).toHaveLength(1);
    expect(second?.policies).toBe(first?.policies);
  });

  it("a policy that names one service sets its proxies apart", () => {
    const one = policy("MeshTimeout", "one", {
      targetRef: { kind: "MeshService", name: "a" },
      from: [{ targetRef: { kind: "Mesh" }, default: { idleTimeout: "1s" } }],
    });
    const index = indexed(viewOf([mesh, web("a"), web("b"), web("c"), one]));
    const [a, b, c] = index.dataplanes.map((proxy) => matchProxy(index, proxy));
    expect(a?.inbounds).not.toBe(b?.inbounds);
    expect(b?.inbounds).toBe(c?.inbounds);
  });

  it("an endpoint's change leaves every other match and set as it was", () => {
    const view = viewOf([mesh, web("a"), web("b"), web("backend-1", "backend"), toAll]);
    const index = indexed(view);
    const before = index.dataplanes.map((one) => matchProxy(index, one));
    const sets = endpointSets(index);
    const moved = dataplane("backend-1", { tags: { "kuma.io/service": "backend" } }, { ...calls, address: "10.9.9.9" });
    const next = indexed(replaced(view, "Dataplane", moved), index);
    expect(next.dataplanes.map((one) => matchProxy(next, one)).slice(0, 2)).toEqual(before.slice(0, 2));
    expect(matchProxy(next, next.dataplanes[0] as never)).toBe(before[0]);
    expect(endpointSets(next).get("backend")).not.toBe(sets.get("backend"));
    expect(endpointSets(next).get("backend")?.endpoints[0]?.address).toBe("10.9.9.9");
    expect(indexed(view, next).policies).toBe(index.policies);
    const same = indexed({ ...view }, index);
    expect(endpointSets(same)).toBe(sets);
  });

  it("a service's new protocol reaches its clients and nobody else", () => {
    const other = dataplane("other", { tags: { "kuma.io/service": "other" } });
    const view = viewOf([mesh, web("a"), other, web("backend-1", "backend")]);
    const index = indexed(view);
    const [a, , o] = index.dataplanes.map((one) => matchProxy(index, one));
    const http = dataplane("backend-1", { protocol: "http", tags: { "kuma.io/service": "backend" } }, calls);
    const next = indexed(replaced(view, "Dataplane", http), index);
    const [a2, , o2] = next.dataplanes.map((one) => matchProxy(next, one));
    expect(a?.outbounds[0]?.destination.protocol).toBe("tcp");
    expect(a2?.outbounds[0]?.destination.protocol).toBe("http");
    expect(o2).toBe(o);
  });

  it("a status that says nothing to matching changes nothing", () => {
    const service = stored({ type: "MeshService", mesh: "default", name: "s", spec: { ports: [{ port: 80 }] } });
    const view = viewOf([mesh, web("a"), service]);
    const index = indexed(view);
    const counted = freeze({ ...service, status: { dataplaneProxies: { connected: 1, healthy: 1, total: 1 } } });
    const next = indexed(replaced(view, "MeshService", counted), index);
    expect(matchProxy(next, next.dataplanes[0] as never)).toBe(matchProxy(index, index.dataplanes[0] as never));
  });

  it("a PERMISSIVE mesh calls a service by TLS once its status says so", () => {
    const permissive = stored({
      type: "Mesh",
      name: "default",
      mtls: { enabledBackend: "ca", backends: [{ name: "ca", type: "builtin", mode: "PERMISSIVE" }] },
    });
    const service = stored({
      type: "MeshService",
      mesh: "default",
      name: "s",
      spec: { ports: [{ port: 80 }], identities: [{ type: "SpiffeID", value: "spiffe://x/y" }] },
    });
    const client = dataplane(
      "a",
      {},
      { outbound: [{ port: 1, backendRef: { kind: "MeshService", name: "s", port: 80 } }] },
    );
    const view = viewOf([permissive, client, service]);
    const index = indexed(view);
    expect(matchProxy(index, client).outbounds[0]?.destination.tls).toBeNull();
    const next = indexed(
      replaced(view, "MeshService", freeze({ ...service, status: { tls: { status: "Ready" } } })),
      index,
    );
    expect(matchProxy(next, client).outbounds[0]?.destination.tls?.identities).toEqual(["spiffe://x/y"]);
  });
});

describe("what cannot be matched", () => {
  it("is told of, and the rest is served", () => {
    const routed = policy("MeshTimeout", "routed", {
      targetRef: { kind: "MeshHTTPRoute", name: "r" },
      to: [{ targetRef: { kind: "Mesh" }, default: { http: { requestTimeout: "1s" } } }],
    });
    const tagged = Array.from({ length: 40 }, (_, key) => ({
      targetRef: { kind: "MeshSubset", tags: { [`k${key}`]: "1" } },
      default: { action: "Allow" },
    }));
    const wide = policy("MeshTrafficPermission", "wide", { from: tagged });
    const index = indexed(viewOf([mesh, web("a"), toAll, routed, wide]));
    expect(faultsOf(index).map(({ kri, field }) => `${kri} ${field}`)).toEqual([
      "kri_mt_default___routed_ spec.targetRef",
      "kri_mtp_default___wide_ spec.from",
    ]);
    const { inbounds, outbounds } = matchProxy(index, index.dataplanes[0] as never);
    expect(outbounds[0]?.policies.MeshTimeout?.conf).toEqual({ idleTimeout: "1s" });
    // A permission without any rule lets nobody in.
    expect(inbounds[0]?.policies.MeshTrafficPermission).toEqual({ subsets: [], rules: [] });
  });

  it("a departed dataplane is shown and gives no endpoints", () => {
    const view = viewOf([mesh, web("a"), web("backend-1", "backend")], ["backend-1"]);
    const index = indexed(view);
    expect(index.dataplanes.map(({ name }) => name)).toEqual(["a", "backend-1"]);
    expect(endpointSets(index).get("backend")?.endpoints).toEqual([]);
    const back = indexed({ ...view, departed: [] }, index);
    expect(endpointSets(back).get("backend")?.endpoints).toHaveLength(1);
  });
});
