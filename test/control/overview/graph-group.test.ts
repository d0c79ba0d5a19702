// Groups of the graph: where services are, and the calls between them by how they are decided.
import { expect, test } from "vitest";
import type { Verdict } from "#compile/verdict.ts";
import { tallied } from "#control/overview/census.ts";
import { groupOf, groupsOf } from "#control/overview/graph-group.ts";

const allowed: Verdict = { outcome: "allowed", reason: "rule" };
const denied: Verdict = { outcome: "denied", reason: "no-policy" };
const service = (zones: readonly string[], online = 1, gateway = false) => ({
  ...{ gateway, zones: new Set(zones) },
  proxies: { ...tallied(), total: 1, online, offline: 1 - online },
});
const known = new Map([
  ["web", service(["east"], 1, true)],
  ["api", service(["east"], 0)],
  ["db", service(["west"])],
  ["both", service(["east", "west"])],
  ["lost", service([])],
]);

test("a service is in its zone, in several, in none, or outside the mesh", () => {
  const groups = ["web", "both", "lost", "example.com"].map((name) => groupOf(known.get(name)));
  expect(groups).toEqual(["zone:east", "several", "none", "outside"]);
});

test("groups count services, gateways, faults and calls; each call is counted once", () => {
  const names = [...known.keys(), "example.com"];
  const placed = new Map(names.map((name) => [name, groupOf(known.get(name))]));
  const edges = [
    { from: "web", to: "api", verdict: allowed },
    { from: "web", to: "db", verdict: denied },
    { from: "api", to: "db", verdict: allowed },
    { from: "api", to: "example.com", verdict: allowed },
  ];
  const { nodes, edges: told } = groupsOf(known, placed, edges);
  expect(
    nodes.map(({ group, services, gateways, faulty, proxies }) => [group, services, gateways, faulty, proxies.total]),
  ).toEqual([
    ["none", 1, 0, 0, 1],
    ["outside", 1, 0, 0, 0],
    ["several", 1, 0, 0, 1],
    ["zone:east", 1, 1, 1, 2],
    ["zone:west", 1, 0, 0, 1],
  ]);
  expect(told).toEqual([
    { from: "zone:east", to: "outside", calls: { allowed: 1 } },
    { from: "zone:east", to: "zone:east", calls: { allowed: 1 } },
    { from: "zone:east", to: "zone:west", calls: { denied: 1, allowed: 1 } },
  ]);
});
