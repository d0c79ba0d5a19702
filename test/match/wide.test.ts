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
