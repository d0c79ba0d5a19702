// The proof of wholeness: any built zone passes, and each way to break one is named.

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBlobStore } from "#snapshot/blob.ts";
import { buildSnapshot } from "#snapshot/build.ts";
import { inconsistencies, type Outside } from "#snapshot/consistency.ts";
import { shardsOf } from "#snapshot/shard.ts";
import { type EnvoyKind, hole, joined, template } from "#snapshot/template.ts";
import { clusterBody, endpointOf, listenerBody, plans, sha256, snapshotOf } from "./content.ts";

const outside: Outside = {
  clusters: new Set(["ads_cluster"]),
  secret: (mesh, name) => name === `identity_cert:secret:${mesh}`,
  roots: new Set(["kuma:readiness"]),
};

/** One proxy with these resources, endpoint sets and mesh secrets; what is wrong with it. */
function problemsOf(
  resources: Resources,
  sets: readonly string[] = [],
  secrets: readonly string[] = [],
  bindings = {},
) {
  return groupProblems([resources], sets, secrets, bindings);
}

type Resources = readonly (readonly [EnvoyKind, object])[];

/** The same of a proxy of several groups. */
function groupProblems(
  parts: readonly Resources[],
  sets: readonly string[] = [],
  secrets: readonly string[] = [],
  bindings = {},
) {
  const blobs = createBlobStore(sha256);
  const groups = parts.map((resources) => {
    const batches = resources.map(([kind, body]) => [[blobs.put(template(kind, body))], [{}]] as const);
    return [blobs.put(batches), bindings] as const;
  });
  const content = {
    proxies: shardsOf([["p", { groups }]]),
    endpoints: shardsOf(sets.map((cluster) => [cluster, { cluster, endpoints: [endpointOf("d", 1)] }])),
    secrets: new Map(secrets.map((name) => [name, blobs.put(template("secret", { name }))])),
  };
  const { snapshot } = buildSnapshot({ zone: "east", meshes: new Map([["m", content]]), blob: blobs.get }, sha256);
  return inconsistencies(snapshot, outside).map(({ problem, kind, name, by, proxy }) =>
    [problem, kind, name, by, proxy].join("|"),
  );
}

const sds = (name: string) => ({ name, sdsConfig: { ads: {} } });
const tls = (...names: string[]) => ({
  typedConfig: { commonTlsContext: { tlsCertificateSdsSecretConfigs: names.map(sds) } },
});
const rds = (name: string) => ({ rds: { routeConfigName: name, configSource: { ads: {} } } });

describe("inconsistencies", () => {
  test("name an endpoint set that depends on the proxy and is not there for it", () => {
    const cluster = {
      ...clusterBody("web", 1),
      edsClusterConfig: { serviceName: joined`web#1,${hole("tag")}`, edsConfig: { ads: {} } },
    };
    const parts: Resources = [
      ["cluster", cluster],
      ["listener", listenerBody("out", "web", 1)],
    ];
    expect(problemsOf(parts, ["web#1,a"], [], { tag: "a" })).toEqual([]);
    expect(problemsOf(parts, ["web#1,a"], [], { tag: "b" })).toEqual([
      "missing|endpoints|web#1,b|cluster web|p",
      "left over|endpoints|web#1,a||",
    ]);
  });

  test("are none in any zone that is built from whole parts", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        expect(inconsistencies(snapshotOf(plan), outside)).toEqual([]);
      }),
    );
  });

  test("are none for a whole proxy with every kind of reference", () => {
    const http = {
      routeConfig: undefined,
      ...rds("r"),
      accessLog: [{ typedConfig: { commonConfig: { grpcService: { envoyGrpc: { clusterName: "ads_cluster" } } } } }],
    };
    const route = {
      name: "r",
      virtualHosts: [
        {
          name: "v",
          routes: [
            { route: { cluster: "a", requestMirrorPolicies: [{ cluster: "b" }] } },
            {
              route: { weightedClusters: { clusters: [{ name: "c", weight: 1 }] } },
              metadata: { filterMetadata: { x: { cluster: "not a name" } } },
            },
          ],
        },
      ],
    };
    const aggregate = {
      name: "b",
      clusterType: {
        typedConfig: {
          "@type": "type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig",
          clusters: ["c"],
        },
      },
    };
    const found = problemsOf(
      [
        [
          "listener",
          {
            name: "l",
            filterChains: [{ filters: [{ typedConfig: http }], transportSocket: tls("identity_cert:secret:m", "ca") }],
          },
        ],
        ["route", route],
        ["cluster", { ...clusterBody("a", 0), transportSocket: tls("own") }],
        ["cluster", aggregate],
        ["cluster", { name: "c", type: "STATIC", loadAssignment: { clusterName: "c" } }],
        ["cluster", { name: "kuma:readiness", type: "STATIC" }],
        ["secret", { name: "own" }],
      ],
      ["a"],
      ["ca"],
    );
    expect(found).toEqual([]);
  });

  test.each<[string, Parameters<typeof problemsOf>, string]>([
    ["a listener names no such cluster", [[["listener", listenerBody("l", "x", 1)]]], "missing|cluster|x|listener l|p"],
    ["a listener names no such route", [[["listener", { name: "l", ...rds("r") }]]], "missing|route|r|listener l|p"],
    ["a listener names no such secret", [[["listener", { name: "l", ...tls("s") }]]], "missing|secret|s|listener l|p"],
    [
      "another mesh's identity",
      [[["listener", { name: "l", ...tls("identity_cert:secret:x") }]]],
      "missing|secret|identity_cert:secret:x|listener l|p",
    ],
    [
      "a cluster names no such endpoint set",
      [
        [
          ["listener", listenerBody("l", "c", 1)],
          ["cluster", clusterBody("c", 0)],
        ],
      ],
      "missing|endpoints|c|cluster c|p",
    ],
    ["a cluster that nothing names", [[["cluster", { name: "c", type: "STATIC" }]]], "left over|cluster|c||p"],
    ["a route that nothing names", [[["route", { name: "r" }]]], "left over|route|r||p"],
    ["an endpoint set that nothing names", [[], ["c"]], "left over|endpoints|c||"],
    ["a secret that nothing names", [[], [], ["s"]], "left over|secret|s||"],
    ["a hole without a value", [[["listener", { name: hole("x") }]]], 'unfilled|hole|x|listener {"$":"x"}|p'],
    [
      "a name that comes twice",
      [
        [
          ["listener", { name: "l" }],
          ["listener", { name: "l", a: 1 }],
        ],
      ],
      "twice|listener|l||p",
    ],
  ])("name %s", (_, args, expected) => {
    expect(problemsOf(...args)).toEqual([expected]);
  });

  test("take one resource that two groups of a proxy give for one", () => {
    const collector = { name: "c", type: "STATIC" };
    const twins = (second: object): Resources[] => [
      [
        ["listener", listenerBody("l", "c", 1)],
        ["cluster", collector],
      ],
      [["cluster", second]],
    ];
    expect(groupProblems(twins(collector))).toEqual([]);
    expect(groupProblems(twins({ ...collector, type: "STRICT_DNS" }))).toEqual(["twice|cluster|c|cluster c|p"]);
  });

  test("compare names with holes as they are written", () => {
    const listener = listenerBody("l", hole("c"), 1);
    const local = { name: hole("c"), type: "STATIC" };
    expect(
      problemsOf(
        [
          ["listener", listener],
          ["cluster", local],
        ],
        [],
        [],
        { c: "x" },
      ),
    ).toEqual([]);
    expect(
      problemsOf(
        [
          ["listener", listener],
          ["cluster", { ...local, name: hole("d") }],
        ],
        [],
        [],
        { c: "x", d: "x" },
      ),
    ).toHaveLength(2);
  });
});
