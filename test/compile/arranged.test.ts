// Endpoint sets that are arranged for clients: who shares one, what an edit of endpoints makes again, and newcomers.
import { expect, test } from "vitest";
import { type Compiled, compile } from "#compile/compile.ts";
import { compileNewcomer } from "#compile/newcomer.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import { endpointSetsOf } from "#snapshot/opened.ts";
import { createViews, type DataplanePlan, type MeshPlan, sha256, ZONE } from "./plan.ts";

const NOBODY: MeshPlan = {
  mtls: "off",
  bundle: 1,
  dataplanes: [],
  timeouts: [],
  permissions: [],
  localities: [],
  services: [],
  policies: [],
  others: [],
};

/** Its version is v1 where the host is even, else v2. */
const dataplane = (name: string, host: number, service: string, calls: readonly string[] = []): DataplanePlan => ({
  name,
  host,
  zone: ZONE,
  gateway: false,
  departed: false,
  inbounds: [{ service, protocol: "http", port: 80, servicePort: 8080, ready: true }],
  outbounds: calls.map((to, at) => ({ service: to, port: 1000 + at, version: null, real: false })),
});

const PLAN: MeshPlan = {
  ...NOBODY,
  dataplanes: [
    dataplane("api-1", 2, "api"),
    dataplane("api-2", 3, "api"),
    dataplane("db-1", 4, "db"),
    dataplane("web-1", 5, "web", ["api", "db"]),
    dataplane("web-2", 6, "web", ["api", "db"]),
    dataplane("web-3", 7, "web", ["api", "db"]),
  ],
  localities: [{ name: "l1", top: { kind: "Mesh" }, to: [{ service: "api", awareness: "tags" }] }],
};

const make = createViews();
const at = (plan: MeshPlan): Parameters<typeof compile>[0] => ({ zone: ZONE, views: [make("m", plan)] });

function setsOf({ snapshot }: Compiled): ReadonlyMap<string, EndpointSet> {
  return new Map([...endpointSetsOf(snapshot, "m")].map(([, set]) => [set.cluster, set]));
}

/** Name of the set → by dataplane, its locality. */
function shown(sets: Iterable<EndpointSet>): Record<string, Record<string, string>> {
  return Object.fromEntries(
    [...sets].map(({ cluster, endpoints }) => [
      cluster.replace(/#[0-9a-f]{16}/, "#"),
      Object.fromEntries(
        endpoints.map(({ dataplane: name, subZone = "", localityWeight = 0 }) => [
          name,
          `${subZone} ${localityWeight}`,
        ]),
      ),
    ]),
  );
}

test("clients with equal tags share a set, and clusters without rules have their own", () => {
  expect(shown(setsOf(compile(at(PLAN), sha256)).values())).toEqual({
    "api#,v1,": { "api-1": "version=v1 90", "api-2": " 1" },
    "api#,v2,": { "api-1": " 1", "api-2": "version=v2 90" },
    db: { "db-1": " 0" },
  });
});

test("an edit of endpoints makes those sets again that have them, and no proxy", () => {
  const before = compile(at(PLAN), sha256);
  const moved = PLAN.dataplanes.map((one) => (one.name === "db-1" ? { ...one, host: 8 } : one));
  const after = compile(at({ ...PLAN, dataplanes: moved }), sha256, before.memo);
  const [old, now] = [setsOf(before), setsOf(after)];
  expect([...now.keys()].sort()).toEqual([...old.keys()].sort());
  const same = [...now].filter(([name, set]) => JSON.stringify(old.get(name)) === JSON.stringify(set));
  expect(same.map(([name]) => name[0]).sort()).toEqual(["a", "a"]);
});

test("labels tell endpoints apart that have no such tag, and are stored only where a policy names them", () => {
  const to = [{ service: "api", awareness: "labels" as const }];
  const sets = setsOf(compile(at({ ...PLAN, localities: [{ name: "l1", top: { kind: "Mesh" }, to }] }), sha256));
  // Racks are r2 and r0; web-1 stands in r2, web-2 in r0, web-3 in r1.
  expect(shown(sets.values())).toEqual({
    "api#,r0": { "api-1": " 1", "api-2": "rack=r0 3" },
    "api#,r1": { "api-1": " 1", "api-2": " 1" },
    "api#,r2": { "api-1": "rack=r2 3", "api-2": " 1" },
    db: { "db-1": " 0" },
  });
  expect(sets.get("db")?.endpoints[0]?.labels).toEqual({ rack: "r1" });
  expect(JSON.stringify([...setsOf(compile(at(PLAN), sha256)).values()])).not.toContain("labels");
});

test("without the policy no set is arranged", () => {
  const before = compile(at(PLAN), sha256);
  const after = compile(at({ ...PLAN, localities: [] }), sha256, before.memo);
  expect([...setsOf(after).keys()].sort()).toEqual(["api", "db"]);
});

test("a newcomer brings the sets that it names, and is known to be an endpoint of the cluster", () => {
  const without = { ...PLAN, dataplanes: PLAN.dataplanes.filter(({ name }) => name !== "api-2" && name !== "web-2") };
  const input = at(without);
  const { memo } = compile(input, sha256);
  const joining = (name: string): ReturnType<typeof compileNewcomer> => {
    const found = make("m", PLAN).resources.Dataplane?.find((one) => one.name === name);
    return compileNewcomer({ ...input, mesh: "m", dataplane: found as never }, sha256, memo);
  };
  expect(shown(joining("web-2")?.endpoints ?? [])).toEqual({
    "api#,v1,": { "api-1": "version=v1 90" },
    db: { "db-1": " 0" },
  });
  expect(joining("api-2")?.memberships.map(({ cluster, endpoint }) => [cluster, endpoint.dataplane])).toEqual([
    ["api", "api-2"],
  ]);
});
