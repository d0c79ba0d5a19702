// Endpoint sets as Envoy reads them.

import { describe, expect, test } from "vitest";
import { clusterLoadAssignment, hostNamesOf, isIp } from "#snapshot/endpoints.ts";
import { endpointOf } from "./content.ts";

describe("clusterLoadAssignment", () => {
  test("groups by priority and zone, with weights and tags", async () => {
    const set = {
      cluster: "backend",
      endpoints: [
        endpointOf("b-1", 8080, { tags: { version: "v1", "kuma.io/zone": "east" } }),
        endpointOf("b-2", 8081, { zone: "west", priority: 1, weight: 3 }),
        endpointOf("b-3", 8082, { address: "fd00::1", zone: "" }),
        endpointOf("b-4", 8083),
        endpointOf("b-5", 8084, { weight: 0 }),
      ],
    };
    await expect(`${JSON.stringify(clusterLoadAssignment(set), null, 2)}\n`).toMatchFileSnapshot(
      "golden/load-assignment.json",
    );
  });

  test("tells parts of a zone apart, with weights of their own and a factor for the whole", () => {
    const arrangement = { zone: "east", affinity: [], weighted: true, crossZone: [], overprovisioning: 400 };
    const set = {
      cluster: "c#1",
      of: "c",
      arrangement,
      endpoints: [
        endpointOf("a", 1, { localityWeight: 1 }),
        endpointOf("b", 1, { subZone: "rack=b", localityWeight: 9 }),
        endpointOf("c", 1, { subZone: "rack=b", localityWeight: 9 }),
      ],
    };
    const { endpoints, policy } = clusterLoadAssignment(set) as unknown as {
      endpoints: { locality: object; loadBalancingWeight: number; lbEndpoints: object[] }[];
      policy: object;
    };
    expect(policy).toEqual({ overprovisioningFactor: 400 });
    expect(endpoints.map((one) => [one.locality, one.loadBalancingWeight, one.lbEndpoints.length])).toEqual([
      [{ zone: "east" }, 1, 1],
      [{ zone: "east", subZone: "rack=b" }, 9, 2],
    ]);
  });

  test("renumbers priorities without a gap", () => {
    const set = { cluster: "c", endpoints: [endpointOf("a", 1, { priority: 2 }), endpointOf("b", 1, { priority: 5 })] };
    const { endpoints } = clusterLoadAssignment(set) as unknown as { endpoints: { priority?: number }[] };
    expect(endpoints.map(({ priority }) => priority)).toEqual([undefined, 1]);
  });

  test("leaves a host name out until it is resolved, for Envoy refuses the whole assignment", () => {
    const set = { cluster: "c", endpoints: [endpointOf("a", 1, { address: "db.internal" }), endpointOf("b", 2)] };
    expect(JSON.stringify(clusterLoadAssignment(set))).not.toContain("db.internal");
    const resolved = JSON.stringify(clusterLoadAssignment(set, () => ["10.0.0.1", "10.0.0.2"]));
    expect(resolved.match(/10\.0\.0\.\d/g)).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(hostNamesOf(set)).toEqual(["db.internal"]);
  });

  test("has a place that leads to two zones once, where it is nearest", () => {
    const way = { address: "192.0.2.1", tags: {} };
    const set = {
      cluster: "c",
      endpoints: [
        endpointOf("north//ze-1", 1, { ...way, zone: "north", priority: 2 }),
        endpointOf("west//ze-1", 1, { ...way, zone: "west", priority: 1 }),
        endpointOf("west//ze-2", 2, { ...way, zone: "west", priority: 1 }),
      ],
    };
    const { endpoints } = clusterLoadAssignment(set) as unknown as {
      endpoints: { locality: { zone: string }; lbEndpoints: unknown[] }[];
    };
    expect(endpoints.map(({ locality, lbEndpoints }) => [locality.zone, lbEndpoints.length])).toEqual([["west", 2]]);
  });

  test("an empty set is an assignment without endpoints", () => {
    expect(clusterLoadAssignment({ cluster: "c", endpoints: [] })).toEqual({ clusterName: "c", endpoints: [] });
  });

  test.each([
    ["127.0.0.1", true],
    ["::1", true],
    ["fe80::1%eth0", true],
    ["::ffff:1.2.3.4", true],
    ["localhost", false],
    ["1.2.3", false],
    ["a.b.c.d", false],
  ])("isIp(%s) is %s", (text, yes) => expect(isIp(text)).toBe(yes));
});
