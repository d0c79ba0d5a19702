// The topology page's reckoning: what is on the board, where everything stands, where an arrow key leads.
import { describe, expect, test } from "vitest";
import type { GraphBody } from "#api/graph.ts";
import { endsOf, straight, through } from "#console/graph/ends.ts";
import { layoutOf } from "#console/graph/layout.ts";
import { type Area, byGroup, GROUP, type Places, type Plan, planOf, SERVICE } from "#console/graph/plan.ts";
import { FEW, MANY_CALLS, openGroup, type SceneChoice, sceneOf } from "#console/graph/scene.ts";
import { stepFrom } from "#console/graph/step.ts";
import { tiesOf } from "#console/graph/ties.ts";

const tally = (total: number, online: number) => ({ total, online, degraded: 0, offline: total - online, unknown: 0 });
const node = (name: string, group = "zone:east", online = 1): GraphBody["nodes"][number] => ({
  ...{ name, kind: group === "outside" ? "outside" : "service", zones: [], group, proxies: tally(1, online) },
  ...{ callers: 0, calls: 0, refused: 0, strangers: null },
});
type Edge = GraphBody["edges"][number];
const edge = (from: string | null, to: string, outcome: Edge["verdict"]["outcome"] = "allowed", clients = 1): Edge => ({
  ...{ from, to, clients },
  verdict: { outcome, reason: "rule", text: "" },
});
const bodyOf = (
  nodes: readonly GraphBody["nodes"][number][],
  edges: readonly Edge[],
  total = nodes.length,
): GraphBody => {
  const groups = [...new Set(nodes.map(({ group }) => group))].map((group) => {
    const own = nodes.filter((one) => one.group === group);
    const faulty = own.filter(({ kind, proxies }) => kind !== "outside" && proxies.online === 0).length;
    return { group, services: own.length, gateways: 0, faulty, proxies: tally(own.length, own.length - faulty) };
  });
  return {
    ...{ mesh: "default", total: { nodes: total, edges: edges.length }, nodes: [...nodes], edges: [...edges] },
    groups: { nodes: groups, edges: [{ from: "zone:east", to: "zone:west", calls: { allowed: 2, denied: 1 } }] },
    cut: { nodes: 0, edges: 0 },
  };
};
const ALL: SceneChoice = { focus: null, group: null, at: null, faults: false, outcome: null };

describe("what is on the board", () => {
  const few = bodyOf(
    [node("a"), node("b", "zone:west", 0), node("x", "outside")],
    [edge("a", "b", "denied"), edge("a", "x"), edge(null, "a")],
  );

  test("of few services all, and the calls between two that are named", () => {
    const { services, closed, calls, bundles } = sceneOf(few, undefined, ALL);
    expect([services.length, closed, bundles]).toEqual([3, [], []]);
    expect(calls.map(({ from, to, outcome }) => `${from}>${to} ${outcome}`)).toEqual(["a>b denied", "a>x allowed"]);
  });

  test("filters leave what they ask for; what is outside has no faults", () => {
    expect(sceneOf(few, undefined, { ...ALL, faults: true }).services.map(({ name }) => name)).toEqual(["b"]);
    expect(sceneOf(few, undefined, { ...ALL, outcome: "allowed" }).calls).toHaveLength(1);
  });

  test("of many groups as one, until one is opened; an only group is open by itself", () => {
    const nodes = Array.from({ length: FEW + 1 }, (_, at) => node(`s${at}`, at % 2 === 0 ? "zone:east" : "zone:west"));
    const many = bodyOf(nodes, []);
    const shut = sceneOf(many, undefined, ALL);
    expect([shut.services.length, shut.closed.length, shut.bundles.length]).toEqual([0, 2, 1]);
    const open = sceneOf(many, undefined, { ...ALL, group: "zone:west" });
    expect([open.services.length, open.closed.map(({ group }) => group)]).toEqual([30, ["zone:east"]]);
    expect(open.bundles.map(({ from, to }) => [from, to])).toEqual([["zone:east", "zone:west"]]);
    expect(sceneOf(many, undefined, { ...ALL, outcome: "denied" }).bundles[0]?.calls).toEqual({ denied: 1 });
    const alone = bodyOf(
      nodes.map((one) => ({ ...one, group: "zone:east" })),
      [],
    );
    expect([openGroup(alone, null), sceneOf(alone, undefined, ALL).services.length]).toEqual(["zone:east", FEW + 1]);
  });

  test("a knot is not drawn: only the calls of the chosen one, with those that are known around it alone", () => {
    const names = Array.from({ length: 20 }, (_, at) => `s${at}`);
    const all = names.flatMap((from) => names.filter((to) => to !== from).map((to) => edge(from, to)));
    const body = bodyOf(
      names.map((name) => node(name)),
      all.filter(({ to }) => to !== "s3"),
    );
    const unchosen = sceneOf(body, undefined, ALL);
    expect([unchosen.calls.length, unchosen.undrawn > MANY_CALLS]).toEqual([0, true]);
    const near = bodyOf(
      [],
      all.filter(({ from, to }) => from === "s3" || to === "s3"),
    );
    expect(sceneOf(body, near, { ...ALL, at: "s3" }).calls).toHaveLength(38);
  });
});

const apart = (a: Area, b: Area): boolean =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
const areasOf = (places: Places): readonly Area[] =>
  Object.values(places.services).map((spot) => ({ ...spot, ...SERVICE }));
function overlaps(areas: readonly Area[]): number {
  let count = 0;
  areas.forEach((one, at) => {
    for (const other of areas.slice(at + 1)) if (!apart(one, other)) count++;
  });
  return count;
}
/** A little machine of chance, the same each time. */
function chance(seed: number) {
  let state = seed;
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
}
function planWith(services: number, groups: number, calls: number, seed = 7): Plan {
  const pick = chance(seed);
  const names = Array.from({ length: services }, (_, at) => `s${at}`);
  return {
    focus: null,
    boxes: Array.from({ length: groups }, (_, group) => ({
      group: `zone:${group}`,
      names: names.filter((__, at) => at % groups === group),
    })),
    closed: ["outside"],
    calls: Array.from({ length: calls }, () => [`s${pick(services)}`, `s${pick(services)}`] as const),
    bundles: [["zone:0", "outside"]],
  };
}

describe("where everything stands", () => {
  test.each([
    [5, 2, 6],
    [5, 2, 0],
    [40, 3, 60],
    [60, 8, 150],
    [500, 1, 160],
    [500, 8, 0],
    [30, 1, 400],
    [1, 1, 1],
  ])(
    "of %d services in %d groups with %d calls none covers another, and each is in its own box",
    (services, groups, calls) => {
      const plan = planWith(services, groups, calls);
      const places = layoutOf(plan);
      expect(Object.keys(places.services)).toHaveLength(services);
      expect(overlaps(areasOf(places))).toBe(0);
      expect(overlaps(Object.values(places.groups))).toBe(0);
      for (const { group, names } of plan.boxes) {
        const box = places.groups[group] as Area;
        for (const name of names) {
          const { x, y } = places.services[name] as Area;
          expect(
            x >= box.x &&
              y >= box.y &&
              x + SERVICE.width <= box.x + box.width &&
              y + SERVICE.height <= box.y + box.height,
            name,
          ).toBe(true);
        }
      }
      expect(places.groups.outside).toMatchObject(GROUP);
    },
  );

  test("500 services are laid out in the shape of a screen", () => {
    const box = layoutOf(planWith(500, 1, 160)).groups["zone:0"] as Area;
    expect(box.width / box.height).toBeGreaterThan(0.6);
    expect(box.width / box.height).toBeLessThan(4);
  });

  test("calls lead to the right, and around a service callers stand left and whom it calls right", () => {
    const calls = [
      ["a", "b"],
      ["b", "c"],
      ["c", "d"],
      ["z", "a"],
    ] as const;
    const one = { boxes: [{ group: "zone:east", names: ["a", "b", "c", "d", "z"] }], closed: [], calls, bundles: [] };
    for (const focus of [null, "b", "a"]) {
      const { services } = layoutOf({ focus, ...one });
      const order = ["z", "a", "b", "c", "d"].map((name) => services[name]?.x ?? Number.NaN);
      expect([focus, order]).toEqual([focus, order.toSorted((a, b) => a - b)]);
      expect(new Set(order).size).toBe(5);
    }
  });

  test("a call that passes a rank passes beside its services", () => {
    const calls = [
      ["web", "cart"],
      ["cart", "backend"],
      ["web", "backend"],
    ] as const;
    const box = { group: "zone:east", names: ["web", "cart", "backend"] };
    const { services, ways } = layoutOf({ focus: null, boxes: [box], closed: [], calls, bundles: [] });
    expect(Object.keys(ways)).toEqual(["web\nbackend"]);
    const cart = { ...(services.cart as Area), ...SERVICE };
    for (const { x, y } of ways["web\nbackend"] ?? [])
      expect(x > cart.x && x < cart.x + cart.width ? y < cart.y || y > cart.y + cart.height : true).toBe(true);
  });

  test("a neighbourhood of a hundred stands apart, also where calls do not tell where", () => {
    const names = Array.from({ length: 100 }, (_, at) => `s${at}`);
    const calls = names.slice(1, 60).map((name) => ["s0", name] as const);
    const places = layoutOf({ focus: "s0", boxes: [{ group: "zone:east", names }], closed: [], calls, bundles: [] });
    expect([Object.keys(places.services).length, overlaps(areasOf(places))]).toEqual([100, 0]);
  });

  test("the same structure is the same plan, whoever is healthy", () => {
    const body = (online: number) => bodyOf([node("b", "zone:east", online), node("a", "outside")], [edge("b", "a")]);
    const textOf = (online: number) => JSON.stringify(planOf(sceneOf(body(online), undefined, ALL), null));
    expect(textOf(0)).toBe(textOf(1));
    expect(["outside", "none", "several", "zone:b", "zone:a"].sort(byGroup)).toEqual([
      "zone:a",
      "zone:b",
      "several",
      "none",
      "outside",
    ]);
  });
});

test("a curve goes through its points, and a straight line begins at the border, also of what is large", () => {
  expect(
    through([
      { x: 0, y: 0 },
      { x: 10, y: 4 },
    ]),
  ).toBe("M0 0C5 0 5 4 10 4");
  const [large, small] = [
    { x: 0, y: 0, width: 1000, height: 400 },
    { x: 1200, y: 150, width: 100, height: 100 },
  ];
  const [start, end] = straight(large, small, false);
  expect([start.x >= 1000, end.x <= 1200, start.y, end.y]).toEqual([true, true, 200, 200]);
  expect(straight(large, small, true)[0].y).not.toBe(straight(small, large, true)[1].y);
});

test("lines leave by the side that looks at the other, and two that are opposite lie apart", () => {
  const [left, right, below] = [
    [0, 0],
    [400, 0],
    [0, 300],
  ].map(([x = 0, y = 0]) => ({ x, y, ...SERVICE })) as [Area, Area, Area];
  const sides = (from: Area, to: Area) => endsOf(from, to, false).map(({ side }) => side);
  expect(sides(left, right)).toEqual(["right", "left"]);
  expect(sides(right, left)).toEqual(["left", "right"]);
  expect(sides(left, below)).toEqual(["bottom", "top"]);
  expect(sides(below, left)).toEqual(["top", "bottom"]);
  expect(endsOf(left, right, true)[0].y).not.toBe(endsOf(right, left, true)[0].y);
});

test("arrow keys lead to those one has to do with first, else to the nearest; and nowhere where nobody is", () => {
  const places = new Map([
    ["a", { x: 0, y: 0 }],
    ["near", { x: 100, y: 0 }],
    ["tied", { x: 300, y: 80 }],
    ["under", { x: 0, y: 90 }],
  ]);
  expect(stepFrom("a", "ArrowRight", places, new Set(["tied"]))).toBe("tied");
  expect(stepFrom("a", "ArrowRight", places, new Set())).toBe("near");
  expect(stepFrom("a", "ArrowDown", places, new Set(["tied"]))).toBe("under");
  expect(stepFrom("a", "ArrowLeft", places, new Set(["tied"]))).toBeNull();
  expect(stepFrom("gone", "ArrowLeft", places, new Set())).toBeNull();
});

test("those that are decided alike are together, denied ones first, and crowds are counted", () => {
  const edges = [
    edge("a", "x"),
    edge("c", "x", "denied"),
    edge("b", "x"),
    edge(null, "x", "allowed", 40),
    edge("x", "y"),
  ];
  const { callers, calls } = tiesOf({ edges }, "x");
  expect(callers.map(({ verdict, names, unnamed }) => [verdict.outcome, names, unnamed])).toEqual([
    ["denied", ["c"], 0],
    ["allowed", ["a", "b"], 40],
  ]);
  expect(calls.map(({ names }) => names)).toEqual([["y"]]);
});
