// The graph of a mesh: around a service, bounded, and with what is alike told as one.
import { expect, test } from "vitest";
import type { Pair } from "#compile/access.ts";
import type { Verdict } from "#compile/verdict.ts";
import { edgesOf, type GraphQuery, graphOf } from "#control/overview/graph.ts";
import { ResourceTable } from "#control/resource-table.ts";
import type { TenantState } from "#control/state.ts";

const allowed: Verdict = {
  outcome: "allowed",
  reason: "rule",
  rule: { kri: "kri_mtp_default___a_", part: "rules", rule: 0 },
};
const denied: Verdict = { outcome: "denied", reason: "no-policy" };
const MOST_EDGES = 2000;
const state = { global: new ResourceTable(), registrations: new Map(), meshes: new Map() } as unknown as TenantState;

const pair = (from: string, to: string, verdict = allowed, port?: string): Pair => ({
  ...{ from, to, verdict },
  ...(port !== undefined && { port }),
});
const ALL = { focus: null, hops: 1, group: null, size: 100, edges: MOST_EDGES } as const;
const graph = (pairs: readonly Pair[], query: Partial<GraphQuery> = {}) =>
  graphOf(state, [], edgesOf(pairs), { mesh: "default", ...ALL, ...query });
const edgesIn = (found: ReturnType<typeof graph>) =>
  found?.edges.map(({ from, to, clients, verdict }) => `${from}>${to} ${clients} ${verdict.outcome}`);

test("ports are one edge: as all of them, or mixed; strangers are no service", () => {
  const found = graph([
    pair("web", "api", allowed, "http"),
    pair("web", "api", denied, "admin"),
    pair("web", "db", denied, "a"),
    pair("web", "db", denied, "b"),
    pair("*", "api", denied),
  ]);
  expect(edgesIn(found)).toEqual(["web>api 1 mixed", "web>db 1 denied"]);
  expect(found?.edges[0]?.verdict.parts).toEqual([allowed, denied]);
  expect(found?.nodes.map(({ name, strangers, callers, calls }) => [name, strangers, callers, calls])).toEqual([
    ["api", "denied", 1, 0],
    ["db", null, 1, 0],
    ["web", null, 0, 2],
  ]);
});

test("around a service: as far as the hops go, either way, and no further", () => {
  const chain = ["a>b", "b>c", "c>d", "x>c", "d>e"].map((text) => {
    const [from = "", to = ""] = text.split(">");
    return pair(from, to);
  });
  const names = (hops: number, size = 100) => graph(chain, { focus: "c", hops, size })?.nodes.map(({ name }) => name);
  expect(names(1)).toEqual(["b", "c", "d", "x"]);
  expect(names(2)).toEqual(["a", "b", "c", "d", "e", "x"]);
  expect(names(1, 2)).toEqual(["b", "c"]);
  expect(graph(chain, { focus: "c", hops: 1, size: 2 })).toMatchObject({
    total: { nodes: 6, edges: 5 },
    cut: { nodes: 2, edges: 0 },
  });
  expect(graph(chain, { focus: "nobody" })).toBeNull();
});

test("500 services that may all call each other are 500 edges, and one of them is shown by itself", () => {
  const services = Array.from({ length: 500 }, (_, at) => `s${String(at).padStart(3, "0")}`);
  const pairs = services.flatMap((from) => services.flatMap((to) => (from === to ? [] : [pair(from, to)])));
  const whole = graph(pairs, { size: 500 });
  expect(whole?.total).toEqual({ nodes: 500, edges: 500 * 499 });
  expect(whole?.edges.length).toBe(500);
  expect(whole?.edges[0]).toMatchObject({ from: null, to: "s000", clients: 499, verdict: allowed });
  expect(whole?.cut).toEqual({ nodes: 0, edges: 0 });
  const near = graph(pairs, { focus: "s007", size: 500 });
  expect(
    near?.edges.filter(({ from, to }) => from === "s007" || to === "s007").every(({ from }) => from !== null),
  ).toBe(true);
  expect(near?.edges.filter(({ to }) => to === "s007")).toHaveLength(499);
  expect(near?.edges.length).toBeLessThanOrEqual(MOST_EDGES);
});

test("what is cut is counted, and edges lead only to what is shown", () => {
  // Each service has clients that are all decided in another way, so that nothing is alike.
  const pairs = Array.from({ length: 80 }, (_, from) =>
    Array.from({ length: 80 }, (__, to) =>
      pair(`s${from}`, `s${to}`, { ...allowed, rule: { kri: `k${from}`, part: "rules", rule: 0 } }),
    ),
  ).flat();
  const found = graph(pairs);
  expect([found?.edges.length, found?.cut]).toEqual([MOST_EDGES, { nodes: 0, edges: 80 * 80 - MOST_EDGES }]);
  const small = graph(pairs, { size: 10 });
  const shown = new Set(small?.nodes.map(({ name }) => name));
  expect([shown.size, small?.cut.nodes, small?.edges.length]).toEqual([10, 70, 100]);
  expect(small?.edges.every(({ from, to }) => shown.has(from ?? "") && shown.has(to))).toBe(true);
});

test("how many callers are denied is told of each, and as few edges as are asked for", () => {
  const found = graph([pair("a", "c"), pair("b", "c", denied), pair("b", "a", denied)], { edges: 1 });
  expect(found?.nodes.map(({ name, callers, refused }) => [name, callers, refused])).toEqual([
    ["a", 1, 1],
    ["b", 0, 0],
    ["c", 2, 1],
  ]);
  expect([edgesIn(found), found?.cut.edges]).toEqual([["b>a 1 denied"], 2]);
});

test("of the focus no edge is cut before those of others are", () => {
  const pairs = [pair("a", "b"), pair("b", "c"), pair("c", "z"), pair("z", "a"), pair("z", "b")];
  const near = graph(pairs, { focus: "z", hops: 2, edges: 3 });
  expect([edgesIn(near), near?.cut.edges]).toEqual([["z>a 1 allowed", "z>b 1 allowed", "c>z 1 allowed"], 2]);
});
