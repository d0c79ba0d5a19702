// What the board draws of a scene whose places are known: nodes and lines in the words of the graph library. Pure.
import { MarkerType } from "@xyflow/react";
import type { Say } from "#console/text/say.ts";
import type { CallEdge } from "./call-edge.tsx";
import type { BoxNode, ClosedNode } from "./group-node.tsx";
import { type Area, GROUP, type Places, SERVICE } from "./plan.ts";
import type { GraphNode, GroupNode, Outcome, Scene } from "./scene.ts";
import type { ServiceNode } from "./service-node.tsx";
import { callsText } from "./words.ts";

export type BoardNode = ServiceNode | ClosedNode | BoxNode;

export interface Look {
  /** Chosen: a service, and whom it calls where one call is chosen. */
  readonly at: string | null;
  readonly to: string | null;
  readonly focus: string | null;
  /** Where the keyboard is: the id of a node. */
  readonly here: string | null;
  /** The group that is pointed at, or at which the keyboard is: its lines tell their counts. */
  readonly lit: string | null;
  /** Services that are looked for; null = nobody looks for any. */
  readonly sought: ReadonlySet<string> | null;
  /** Groups in which some are that are looked for. */
  readonly soughtIn: ReadonlySet<string> | null;
}

/** Lines whose counts are written on them. */
const FEW_BUNDLES = 12;

const COLOURS: Readonly<Record<Outcome, string>> = {
  allowed: "var(--good)",
  denied: "var(--bad)",
  open: "var(--doubt)",
  requests: "var(--doubt)",
  mixed: "var(--doubt)",
  none: "var(--line-strong)",
};

/** Ids of nodes: services' and groups' names may be the same. */
export const idOf = { service: (name: string) => `s:${name}`, group: (group: string) => `g:${group}` } as const;

const ARROW = { width: 13, height: 13, markerUnits: "userSpaceOnUse" } as const;

interface World {
  readonly scene: Scene;
  readonly places: Places;
  readonly look: Look;
  readonly within: ReadonlyMap<string, Readonly<Partial<Record<Outcome, number>>>>;
}

/** Boxes first: they lie below the others. */
export function nodesOf({ scene, places, look, within }: World): BoardNode[] {
  const { at, focus, here, sought, soughtIn } = look;
  const counts = new Map<string, number>();
  for (const { group } of scene.services) counts.set(group, (counts.get(group) ?? 0) + 1);
  const fixed = { draggable: false, selectable: false, focusable: false } as const;
  const boxes = [...counts].flatMap(([group, count]): BoxNode[] => {
    const area = places.groups[group];
    if (area === undefined) return [];
    const { x, y, width, height } = area;
    const data = { group, count };
    return [{ id: idOf.group(group), type: "box", position: { x, y }, width, height, zIndex: -1, data, ...fixed }];
  });
  const services = scene.services.flatMap((service: GraphNode): ServiceNode[] => {
    const { name } = service;
    const position = places.services[name];
    if (position === undefined) return [];
    const id = idOf.service(name);
    const data = {
      ...{ service, isChosen: name === at, isFocus: name === focus, isHere: id === here },
      ...{ isDim: sought !== null && !sought.has(name), showsGroup: scene.kind === "focus" },
    };
    return [{ id, type: "service", position, ...SERVICE, data, ...fixed }];
  });
  const closed = scene.closed.flatMap((group: GroupNode): ClosedNode[] => {
    const area = places.groups[group.group];
    if (area === undefined) return [];
    const id = idOf.group(group.group);
    const data = {
      group,
      within: within.get(group.group) ?? {},
      isHere: id === here,
      isDim: soughtIn !== null && !soughtIn.has(group.group),
    };
    return [{ id, type: "closed", position: { x: area.x, y: area.y }, ...GROUP, data, ...fixed }];
  });
  return [...boxes, ...services, ...closed];
}

/** Calls of what is chosen lie above the others. */
export function linesOf({ scene, places, look }: World, say: Say): CallEdge[] {
  const { at, to: called, lit } = look;
  const areaOf = (name: string): Area | undefined => {
    const spot = places.services[name];
    return spot && { ...spot, ...SERVICE };
  };
  const ways = new Set(scene.calls.map(({ from, to }) => `${from}\n${to}`));
  const calls = scene.calls.flatMap(({ from, to, outcome }): CallEdge[] => {
    const [start, end] = [areaOf(from), areaOf(to)];
    if (start === undefined || end === undefined || from === to) return [];
    const isOwn = from === at || to === at;
    const isChosen = called === null ? isOwn : from === at && to === called;
    return [
      line(`${from}\n${to}`, idOf.service(from), idOf.service(to), {
        ...{ from: start, to: end, outcome, isChosen, isDim: at !== null && !isChosen, text: "" },
        isStraight: false,
        way: places.ways[`${from}\n${to}`] ?? [],
        isPair: ways.has(`${to}\n${from}`),
      }),
    ];
  });
  const pairs = new Set(scene.bundles.map(({ from, to }) => `${from}\n${to}`));
  const bundles = scene.bundles.flatMap(({ from, to, calls: counts }): CallEdge[] => {
    const [start, end] = [places.groups[from], places.groups[to]];
    if (start === undefined || end === undefined) return [];
    const isOwn = lit === idOf.group(from) || lit === idOf.group(to);
    const outcomes = Object.keys(counts) as Outcome[];
    return [
      line(`bundle\n${from}\n${to}`, idOf.group(from), idOf.group(to), {
        ...{ from: start, to: end, outcome: outcomes.length === 1 ? (outcomes[0] as Outcome) : "mixed" },
        ...{ isChosen: isOwn, isDim: lit !== null && !isOwn, isStraight: true, way: [] },
        text: isOwn || scene.bundles.length <= FEW_BUNDLES ? callsText(counts, say) : "",
        isPair: pairs.has(`${to}\n${from}`),
      }),
    ];
  });
  return [...bundles, ...calls];
}

function line(id: string, source: string, target: string, data: NonNullable<CallEdge["data"]>): CallEdge {
  return {
    ...{ id, source, target, type: "call", data, focusable: false, selectable: false },
    markerEnd: { type: MarkerType.ArrowClosed, color: COLOURS[data.outcome], ...ARROW },
    zIndex: data.isChosen ? 2 : 0,
  };
}
