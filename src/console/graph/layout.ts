// Where everything stands: calls lead from left to right, what calls nobody stands in rows, boxes are packed to the shape of a screen. Pure.
import dagre from "@dagrejs/dagre";
import { type Area, BOX, GROUP, type Places, type Plan, SERVICE, type Spot } from "./plan.ts";

const GAP = { x: 30, y: 18, rank: 76, edge: 44, box: 60 } as const;
/** Width to height of what is packed: a screen beside the rail. */
const SHAPE = 1.7;
/** Above so many calls for each service ranks say nothing. */
const DENSE = 3;
/** What is so much wider than high is folded. */
const LONG = 4;

/** Groups that can stand in a round. */
const MOST_ROUND = 14;

interface Size {
  readonly width: number;
  readonly height: number;
}
type Sizes = ReadonlyMap<string, Size>;
type Call = readonly [from: string, to: string];

interface Inside {
  readonly spots: ReadonlyMap<string, Spot>;
  /** Points between the ends of a call that passes a rank. */
  readonly ways: ReadonlyMap<string, readonly Spot[]>;
  readonly width: number;
  readonly height: number;
}

/** Places of all that the plan names. */
export function layoutOf(plan: Plan): Places {
  return plan.focus === null ? boxLayout(plan) : focusLayout(plan, plan.focus);
}

function boxLayout({ boxes, closed, calls, bundles }: Plan): Places {
  const insides = boxes.map(({ group, names }) => {
    const own = new Set(names);
    const inner = calls.filter(([from, to]) => from !== to && own.has(from) && own.has(to));
    return { group, inside: insideOf(names, inner) };
  });
  const sizes: Sizes = new Map<string, Size>([
    ...insides.map(
      ({ group, inside: { width, height } }) =>
        [group, { width: width + 2 * BOX.side, height: height + BOX.head + BOX.side }] as const,
    ),
    ...closed.map((group) => [group, GROUP] as const),
  ]);
  const boxOf = new Map(boxes.flatMap(({ group, names }) => names.map((name) => [name, group] as const)));
  const between = unique([
    ...bundles,
    ...calls.map(([from, to]) => [boxOf.get(from) ?? "", boxOf.get(to) ?? ""] as const),
  ]).filter(([from, to]) => from !== to && sizes.has(from) && sizes.has(to));
  const corners = placeBoxes(sizes, between, closed);
  const services: Record<string, Spot> = {};
  const ways: Record<string, readonly Spot[]> = {};
  for (const { group, inside } of insides) {
    const { x = 0, y = 0 } = corners.get(group) ?? {};
    const move = (spot: Spot): Spot => ({ x: x + BOX.side + spot.x, y: y + BOX.head + spot.y });
    for (const [name, spot] of inside.spots) services[name] = move(spot);
    for (const [call, points] of inside.ways) ways[call] = points.map(move);
  }
  const groups: Record<string, Area> = {};
  for (const [group, size] of sizes) groups[group] = { ...(corners.get(group) ?? { x: 0, y: 0 }), ...size };
  return { services, groups, ways };
}

/**
 * Few boxes whose calls lead one way stand in that way. Groups as one that call each other stand in a round, where no line
 * passes behind a third; beside an open box they stand in columns. All others in rows.
 */
function placeBoxes(sizes: Sizes, between: readonly Call[], closed: readonly string[]): ReadonlyMap<string, Spot> {
  const [open] = [...sizes.keys()].filter((group) => !closed.includes(group));
  if (open !== undefined && closed.length > 0 && sizes.size === closed.length + 1)
    return besides(open, sizes.get(open) ?? GROUP, closed);
  const isBack = new Set(between.map(([from, to]) => `${from}\n${to}`));
  const hasWayBack = between.some(([from, to]) => isBack.has(`${to}\n${from}`));
  if (sizes.size <= 6 && between.length > 0 && !hasWayBack) {
    const sizeOf = (group: string) => sizes.get(group) ?? GROUP;
    const [aside, down] = (["LR", "TB"] as const).map((way) =>
      ranksOf([...sizes.keys()], between, sizeOf, { way, rank: GAP.box + 30, node: GAP.box }),
    ) as [Inside, Inside];
    return reachOf(aside) <= reachOf(down) ? aside.spots : down.spots;
  }
  if (open === undefined && closed.length >= 3 && closed.length <= MOST_ROUND) return round(closed);
  const area = [...sizes.values()].reduce((sum, { width, height }) => sum + (width + GAP.box) * (height + GAP.box), 0);
  const most = Math.max(Math.sqrt(area * SHAPE), ...[...sizes.values()].map(({ width }) => width));
  const spots = new Map<string, Spot>();
  let [x, y, tall] = [0, 0, 0];
  for (const [group, { width, height }] of sizes) {
    if (x > 0 && x + width > most) [x, y, tall] = [0, y + tall + GAP.box, 0];
    spots.set(group, { x, y });
    x += width + GAP.box;
    tall = Math.max(tall, height);
  }
  return spots;
}

/** At the right of an open box, as high as it is. */
function besides(open: string, { width, height }: Size, closed: readonly string[]): ReadonlyMap<string, Spot> {
  const step = { x: GROUP.width + GAP.box, y: GROUP.height + GAP.box / 2 };
  const rowsMost = Math.max(Math.floor((height + GAP.box / 2) / step.y), Math.ceil(Math.sqrt(closed.length * SHAPE)));
  const lines = Math.ceil(closed.length / Math.ceil(closed.length / rowsMost));
  const top = (height - (lines * step.y - GAP.box / 2)) / 2;
  const left = width + 2.5 * GAP.box;
  return new Map([
    [open, { x: 0, y: 0 }],
    ...closed.map((group, at): readonly [string, Spot] => [
      group,
      { x: left + Math.floor(at / lines) * step.x, y: top + (at % lines) * step.y },
    ]),
  ]);
}

/** As small a round as none covers another in. */
function round(groups: readonly string[]): ReadonlyMap<string, Spot> {
  const [wide, high] = [GROUP.width + GAP.box / 2, GROUP.height + GAP.box / 2];
  for (let half = high; ; half *= 1.08) {
    const spots = groups.map((_, at) => {
      const turn = (2 * Math.PI * at) / groups.length - Math.PI / 2;
      return { x: Math.cos(turn) * half * SHAPE * 1.15, y: Math.sin(turn) * half };
    });
    const isFree = spots.every((one, at) =>
      spots.slice(at + 1).every((other) => Math.abs(one.x - other.x) >= wide || Math.abs(one.y - other.y) >= high),
    );
    if (isFree) return new Map(groups.map((group, at) => [group, spots[at] as Spot]));
  }
}

/** How large a screen must be to show it all. */
function reachOf({ width, height }: Inside): number {
  return Math.max(width / SHAPE, height);
}

/** Services of one box: those that call each other by ranks, below them the others in rows. */
function insideOf(names: readonly string[], inner: readonly Call[]): Inside {
  const tied = new Set(inner.flat());
  const isDense = inner.length > DENSE * tied.size + 12;
  const ranked = isDense ? [] : names.filter((name) => tied.has(name));
  const others = isDense ? names : names.filter((name) => !tied.has(name));
  const above = ranked.length === 0 ? EMPTY : foldedRanks(ranked, inner);
  const below = others.length === 0 ? EMPTY : rows(others, above.width);
  const top = above.height === 0 || below.height === 0 ? above.height : above.height + 2 * GAP.y;
  const spots = new Map(above.spots);
  for (const [name, { x, y }] of below.spots) spots.set(name, { x, y: y + top });
  return { spots, ways: above.ways, width: Math.max(above.width, below.width), height: top + below.height };
}

const NO_WAYS: Inside["ways"] = new Map();
const EMPTY: Inside = { spots: new Map(), ways: NO_WAYS, width: 0, height: 0 };

function rows(names: readonly string[], atLeast: number): Inside {
  const cell = { width: SERVICE.width + GAP.x, height: SERVICE.height + GAP.y };
  const wanted = Math.ceil(Math.sqrt((names.length * SHAPE * cell.height) / cell.width));
  const columns = Math.min(names.length, Math.max(wanted, Math.floor((atLeast + GAP.x) / cell.width)));
  const spots = new Map(
    names.map((name, at) => [name, { x: (at % columns) * cell.width, y: Math.floor(at / columns) * cell.height }]),
  );
  const lines = Math.ceil(names.length / columns);
  return { spots, ways: NO_WAYS, width: columns * cell.width - GAP.x, height: lines * cell.height - GAP.y };
}

/** Ranks as dagre finds them; where one is taller than a screen likes, it is folded into columns. */
function foldedRanks(names: readonly string[], inner: readonly Call[]): Inside {
  const free = ranksOf(names, inner, () => SERVICE, { way: "LR", rank: GAP.rank, node: GAP.y });
  const byRank = new Map<number, { readonly name: string; readonly y: number }[]>();
  for (const [name, { x, y }] of free.spots) {
    const rank = byRank.get(x) ?? [];
    byRank.set(x, rank);
    rank.push({ name, y });
  }
  const most = Math.max(6, Math.ceil(Math.sqrt(names.length * 2)));
  const ranks = [...byRank].sort(([a], [b]) => a - b).map(([, rank]) => rank.sort((a, b) => a.y - b.y));
  // A chain, or a ring, would be one long line: it goes on in the next row.
  if (free.width > LONG * free.height && free.width > 12 * SERVICE.width)
    return rows(
      ranks.flatMap((rank) => rank.map(({ name }) => name)),
      0,
    );
  if (ranks.every((rank) => rank.length <= most)) return free;
  return columnsOf(
    ranks.map((rank) => rank.map(({ name }) => name)),
    most,
  );
}

/** Columns from left to right, each in the middle of the height; one that is longer than `most` is folded. */
function columnsOf(ranks: readonly (readonly string[])[], most: number): Inside {
  const spots = new Map<string, Spot>();
  const step = SERVICE.height + GAP.y;
  const height = Math.min(most, Math.max(...ranks.map(({ length }) => length))) * step - GAP.y;
  let x = 0;
  for (const rank of ranks) {
    const folds = Math.ceil(rank.length / most);
    const long = Math.ceil(rank.length / folds);
    rank.forEach((name, at) => {
      const own = Math.min(long, rank.length - Math.floor(at / long) * long);
      const y = (height - (own * step - GAP.y)) / 2 + (at % long) * step;
      spots.set(name, { x: x + Math.floor(at / long) * (SERVICE.width + GAP.x), y });
    });
    x += folds * (SERVICE.width + GAP.x) - GAP.x + GAP.rank;
  }
  return { spots, ways: NO_WAYS, width: x - GAP.rank, height };
}

/** By dagre, whose points are middles; ours are corners. */
function ranksOf(
  names: readonly string[],
  calls: readonly Call[],
  sizeOf: (name: string) => Size,
  apart: { readonly way: "LR" | "TB"; readonly rank: number; readonly node: number },
): Inside {
  const graph = new dagre.graphlib.Graph();
  // A line that passes a rank is kept as far from its services as they are from each other.
  graph.setGraph({ rankdir: apart.way, nodesep: apart.node, ranksep: apart.rank, edgesep: GAP.edge });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of names) graph.setNode(name, { ...sizeOf(name) });
  for (const [from, to] of calls) graph.setEdge(from, to);
  dagre.layout(graph);
  const found = names.map((name) => {
    const { x = 0, y = 0 } = graph.node(name) as { readonly x?: number; readonly y?: number };
    const { width, height } = sizeOf(name);
    return { name, x: x - width / 2, y: y - height / 2, width, height };
  });
  const [left, top] = [Math.min(...found.map(({ x }) => x)), Math.min(...found.map(({ y }) => y))];
  const ways = calls.flatMap(([from, to]): (readonly [string, readonly Spot[]])[] => {
    const { points = [] } = graph.edge(from, to) as { readonly points?: readonly Spot[] };
    // A call to the next rank has three: both ends and the middle.
    if (points.length <= 3 || (points[0]?.x ?? 0) > (points.at(-1)?.x ?? 0)) return [];
    return [[`${from}\n${to}`, points.slice(1, -1).map(({ x, y }) => ({ x: x - left, y: y - top }))]];
  });
  return {
    ways: new Map(ways),
    spots: new Map(found.map(({ name, x, y }) => [name, { x: x - left, y: y - top }])),
    width: Math.max(...found.map(({ x, width }) => x + width)) - left,
    height: Math.max(...found.map(({ y, height }) => y + height)) - top,
  };
}

/** Who calls the focus at its left, whom it calls at its right, each step one rank further out. */
function focusLayout({ boxes, calls }: Plan, focus: string): Places {
  const names = boxes.flatMap((box) => box.names);
  const rankOf = new Map([[focus, 0]]);
  for (let step = 1; rankOf.size < names.length; step++) {
    const before = rankOf.size;
    const edge = new Map([...rankOf].filter(([, rank]) => Math.abs(rank) === step - 1));
    const reach = (name: string, from: number | undefined, side: 1 | -1): void => {
      if (from === undefined || rankOf.has(name) || (from !== 0 && Math.sign(from) !== side)) return;
      rankOf.set(name, side * step);
    };
    for (const [from, to] of calls) reach(to, edge.get(from), 1);
    for (const [from, to] of calls) reach(from, edge.get(to), -1);
    // The other way round too: what a caller calls stands beyond the caller.
    for (const [from, to] of calls) {
      reach(to, edge.get(from), -1);
      reach(from, edge.get(to), 1);
    }
    if (rankOf.size === before) for (const name of names) if (!rankOf.has(name)) rankOf.set(name, step);
  }
  const ranks = new Map<number, string[]>();
  for (const name of names) {
    const rank = rankOf.get(name) ?? 1;
    ranks.set(rank, [...(ranks.get(rank) ?? []), name]);
  }
  const most = Math.max(8, Math.ceil(Math.sqrt(names.length * 2)));
  const { spots } = columnsOf(
    [...ranks].sort(([a], [b]) => a - b).map(([, own]) => own),
    most,
  );
  return { services: Object.fromEntries(spots), groups: {}, ways: {} };
}

function unique(calls: readonly Call[]): readonly Call[] {
  return [...new Map(calls.map((call) => [call.join("\n"), call])).values()];
}
