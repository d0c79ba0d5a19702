// MeshLoadBalancingStrategy: violations as a stock control plane gave them, what Envoy would refuse, warnings, round trips.
import { describe, expect, it } from "vitest";
import { meshLoadBalancingStrategyJudge } from "#model/policy/mesh-load-balancing-strategy.ts";
import { answerOf, refusalsOf } from "#test/reading.ts";
import { refusedBy } from "./refused.ts";

const TYPE = "MeshLoadBalancingStrategy";
const targetRef = { kind: "Mesh" };
const to = (conf: object, ref: object = targetRef): object => ({ spec: { to: [{ targetRef: ref, default: conf }] } });
const AT = "spec.to[0].default";

describe(TYPE, () => {
  it.each(refusedBy("mesh-load-balancing-strategy"))("is refused as by Kuma: %s", (_, { spec, refusals }) => {
    expect([...refusalsOf(TYPE, { spec })].sort()).toEqual([...refusals].sort());
  });

  it("takes a MeshExternalService from the whole mesh", () => {
    const conf = { loadBalancer: { type: "Random" } };
    expect(refusalsOf(TYPE, to(conf, { kind: "MeshExternalService", name: "x" }))).toEqual([]);
  });

  it.each([
    [
      { loadBalancer: { type: "RingHash", ringHash: { maxRingSize: 1000 } } },
      "loadBalancer.ringHash.maxRingSize: must not be less than minRingSize, which is 1024 where it is not set",
    ],
    [
      { loadBalancer: { type: "Maglev", maglev: { tableSize: 65_536 } } },
      "loadBalancer.maglev.tableSize: must be a prime number",
    ],
    [
      { hashPolicies: [{ type: "Cookie", cookie: { name: "a", ttl: "-1s" } }] },
      "hashPolicies[0].cookie.ttl: must not be negative when defined",
    ],
    [
      {
        localityAwareness: { localZone: { affinityTags: Array.from({ length: 10 }, (_, at) => ({ key: `k${at}` })) } },
      },
      "localityAwareness.localZone.affinityTags: must have weights when there are more than 9",
    ],
  ])("is refused for what Envoy would refuse: %j", (conf, refusal) => {
    expect(refusalsOf(TYPE, to(conf))).toEqual([`${AT}.${refusal}`]);
  });

  it("warns of the old place of hash policies and of the old type", () => {
    const hashPolicies = [
      { type: "Header", header: { name: "x" } },
      { type: "SourceIP", connection: {} },
    ];
    const bare = { type: TYPE, mesh: "default", name: "x", labels: {}, creationTime: "", modificationTime: "" };
    for (const [type, member] of [
      ["RingHash", "ringHash"],
      ["Maglev", "maglev"],
    ] as const) {
      const spec = { to: [{ targetRef, default: { loadBalancer: { type, [member]: { hashPolicies } } } }] };
      const path = `spec.to[0].default.loadBalancer.${member}.hashPolicies`;
      expect(meshLoadBalancingStrategyJudge.warn?.({ ...bare, spec: spec as never })).toEqual([
        `configuration '${path}' is deprecated, use 'spec.to[0].default.hashPolicies' instead`,
        `SourceIP type for '${path}[1].type' is deprecated, use Connection instead`,
      ]);
    }
  });

  it("answers what was written, every field", () => {
    const conf = {
      localityAwareness: {
        disabled: false,
        localZone: {
          affinityTags: [
            { key: "k8s.io/node", weight: 9 },
            { key: "k8s.io/az", weight: 1 },
          ],
        },
        crossZone: {
          failover: [{ from: { zones: ["a"] }, to: { type: "Only", zones: ["b"] } }, { to: { type: "None" } }],
          failoverThreshold: { percentage: "70.5" },
        },
      },
      loadBalancer: {
        type: "RingHash",
        roundRobin: {},
        leastRequest: { choiceCount: 4, activeRequestBias: "1.3" },
        ringHash: { hashFunction: "MurmurHash2", minRingSize: 2048, maxRingSize: 4096 },
        random: {},
        maglev: { tableSize: 101 },
      },
      hashPolicies: [
        { type: "Header", terminal: true, header: { name: "x" } },
        { type: "Cookie", cookie: { name: "c", ttl: "1h0m0s", path: "/a" } },
        { type: "Connection", connection: { sourceIP: true } },
        { type: "QueryParameter", queryParameter: { name: "q" } },
        { type: "FilterState", filterState: { key: "k" } },
      ],
    };
    expect(answerOf(TYPE, to(conf)).spec).toEqual({ to: [{ targetRef, default: conf }] });
  });
});
