// Proxy-wide policies: one conf for the proxy, its inbounds and its outbounds, with where each value came from.
import { describe, expect, it } from "vitest";
import { matchProxy } from "#match/match.ts";
import type { MatchedProxy } from "#match/matched.ts";
import type { Resource } from "#model/resource.ts";
import { stored } from "#test/stored.ts";
import { dataplane, indexed, policy, viewOf } from "./world.ts";

const TYPE = "MeshPassthrough";
const said = (value: string): object => ({ type: "Domain", value, protocol: "tls", port: 443 });
const passthrough = (name: string, top: object, conf: object): Resource =>
  policy(TYPE, name, { targetRef: top, default: conf });

const inbounds = [
  { port: 80, name: "main", tags: { "kuma.io/service": "web" } },
  { port: 81, name: "admin", tags: { "kuma.io/service": "web-admin" } },
];
const outbound = [{ port: 10_001, tags: { "kuma.io/service": "backend" } }];
const proxies = ["web-1", "web-2"].map((name) => dataplane(name, {}, { inbound: inbounds, outbound }, { app: "web" }));

function matched(...policies: readonly Resource[]): readonly MatchedProxy[] {
  const index = indexed(viewOf([stored({ type: "Mesh", name: "default" }), ...proxies, ...policies]));
  return index.dataplanes.map((one) => matchProxy(index, one));
}

const all = passthrough("all", { kind: "Mesh" }, { passthroughMode: "None", appendMatch: [said("a.test")] });
const own = passthrough(
  "own",
  { kind: "MeshSubset", tags: { "kuma.io/service": "web-admin" } },
  { passthroughMode: "Matched", appendMatch: [said("b.test")] },
);

describe("what passes out of the mesh", () => {
  const timeout = (name: string, ref: object, seconds: number): Resource =>
    policy("MeshTimeout", name, { to: [{ targetRef: ref, default: { idleTimeout: `${seconds}s` } }] });
  const transparentProxying = { redirectPortInbound: 15_006, redirectPortOutbound: 15_001 };
  const redirected = dataplane("web-1", {}, { outbound, transparentProxying });
  const passing = (...policies: readonly Resource[]): MatchedProxy["passing"] => {
    const index = indexed(viewOf([stored({ type: "Mesh", name: "default" }), redirected, ...policies]));
    return matchProxy(index, redirected).passing;
  };

  it("is said by items for the mesh, by those for its own name, and by proxy-wide policies", () => {
    const mesh = timeout("mesh", { kind: "Mesh" }, 1);
    expect(passing(mesh, all)).toEqual({
      MeshTimeout: expect.objectContaining({ conf: { idleTimeout: "1s" } }),
      [TYPE]: expect.objectContaining({ conf: (all.spec as { default: object }).default }),
    });
    const named = timeout("a", { kind: "MeshService", name: "pass_through" }, 2);
    expect(passing(mesh, named)?.MeshTimeout?.conf).toEqual({ idleTimeout: "2s" });
    expect(passing(timeout("b", { kind: "MeshService", name: "backend" }, 3))).toEqual({});
  });

  it("is nothing that a proxy without redirection has, and the same object for alike ones", () => {
    expect(matched(all).map((proxy) => proxy.passing)).toEqual([undefined, undefined]);
    const two = [redirected, dataplane("web-2", {}, { outbound, transparentProxying })];
    const index = indexed(viewOf([stored({ type: "Mesh", name: "default" }), ...two, all]));
    const [first, second] = two.map((one) => matchProxy(index, one).passing);
    expect(first).toBeDefined();
    expect(second).toBe(first);
  });
});

describe("proxy-wide policies", () => {
  it("merge with origins; appended lists are concatenated, weakest first", () => {
    const [web] = matched(own, all);
    const origin = (name: string): object => ({ kri: `kri_mp_default___${name}_`, part: "default", rule: 0 });
    expect(web?.policies).toEqual({
      [TYPE]: {
        conf: { passthroughMode: "Matched", appendMatch: [said("a.test"), said("b.test")] },
        origins: expect.objectContaining({
          "/passthroughMode": [origin("own"), origin("all")],
          "/appendMatch/0": [origin("all")],
          "/appendMatch/1": [origin("own")],
        }),
      },
    });
  });

  it("hold for the whole proxy whichever of its inbounds selected it, and for its outbounds", () => {
    const [web] = matched(own, all);
    const [conf] = Object.values(web?.policies ?? {}).map((merged) => merged.conf);
    expect(web?.inbounds.map(({ policies }) => policies[TYPE]?.whole?.conf)).toEqual([conf, conf]);
    expect(web?.outbounds.map(({ policies }) => policies[TYPE]?.conf)).toEqual([conf]);
  });

  it("narrowed to a section hold for that inbound alone", () => {
    const narrow = {
      ...own,
      spec: {
        targetRef: { kind: "Dataplane", labels: { app: "web" }, sectionName: "admin" },
        default: { passthroughMode: "All" },
      },
    };
    const [web] = matched(narrow, all);
    const modeOf = (merged: { readonly conf: unknown } | undefined): unknown =>
      (merged?.conf as { passthroughMode?: string } | undefined)?.passthroughMode;
    expect(modeOf(web?.policies[TYPE])).toBe("None");
    expect(web?.inbounds.map(({ policies }) => modeOf(policies[TYPE]?.whole))).toEqual(["None", "All"]);
    expect(web?.outbounds.map(({ policies }) => modeOf(policies[TYPE]))).toEqual(["None"]);
  });

  it("are one object for alike proxies", () => {
    const [first, second] = matched(own, all);
    expect(second?.policies).toBe(first?.policies);
    expect(second?.outbounds).toBe(first?.outbounds);
  });
});
