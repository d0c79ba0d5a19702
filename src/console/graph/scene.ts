// What of a mesh's graph is on the board: services by themselves, groups as one, and the calls that are drawn. Pure.
import type { GraphBody } from "#api/graph.ts";

export type GraphNode = GraphBody["nodes"][number];
export type GraphEdge = GraphBody["edges"][number];
export type GroupNode = GraphBody["groups"]["nodes"][number];
export type Outcome = GraphEdge["verdict"]["outcome"];

/** Up to so many services, all of a mesh are shown by themselves. */
export const FEW = 60;
/** Above so many calls only those of the chosen service are drawn: more would be a knot. */
export const MANY_CALLS = 160;

export interface SceneChoice {
  /** The service around which the graph is. */
  readonly focus: string | null;
  /** The group whose services are shown. */
  readonly group: string | null;
  /** The chosen service: its calls are always drawn. */
  readonly at: string | null;
  readonly faults: boolean;
  readonly outcome: string | null;
}

/** A call between two services on the board. */
export interface SceneCall {
  readonly from: string;
  readonly to: string;
  readonly outcome: Outcome;
}

/** Calls between two groups, of which at least one is shown as one. */
export interface SceneBundle {
  readonly from: string;
  readonly to: string;
  readonly calls: Readonly<Partial<Record<Outcome, number>>>;
}

export interface Scene {
  readonly kind: "focus" | "boxes";
  readonly services: readonly GraphNode[];
  /** Groups as one. */
  readonly closed: readonly GroupNode[];
  readonly calls: readonly SceneCall[];
  /** Calls that are not drawn for their number. */
  readonly undrawn: number;
  readonly bundles: readonly SceneBundle[];
}

/** Whether some proxy of it is not online. */
export function isFaulty({ kind, proxies }: Pick<GraphNode, "kind" | "proxies">): boolean {
  return kind !== "outside" && proxies.online < proxies.total;
}

/** The group that is open: the asked one, or the only one of a large mesh; null = all, or none, by how many there are. */
export function openGroup({ groups, total }: GraphBody, asked: string | null): string | null {
  if (asked !== null || total.nodes <= FEW) return asked;
  return groups.nodes.length === 1 ? (groups.nodes[0]?.group ?? null) : null;
}

/** `near`: the graph around the chosen service, with calls that the body has not. */
export function sceneOf(body: GraphBody, near: GraphBody | undefined, choice: SceneChoice): Scene {
  const { focus, at, faults, outcome } = choice;
  const open = openGroup(body, choice.group);
  const hasAll = focus !== null || (open === null && body.total.nodes <= FEW);
  const services = body.nodes.filter(
    (one) => (hasAll || one.group === open) && (!faults || isFaulty(one) || one.name === focus),
  );
  const closed = hasAll
    ? []
    : body.groups.nodes.filter(({ group, faulty }) => group !== open && (!faults || faulty > 0));
  const names = new Set(services.map(({ name }) => name));
  const wanted = (is: string): boolean => outcome === null || outcome === is;
  const calls = new Map<string, SceneCall>();
  for (const { from, to, verdict } of [...body.edges, ...(near?.edges ?? [])])
    if (from !== null && names.has(from) && names.has(to) && wanted(verdict.outcome))
      calls.set(`${from}\n${to}`, { from, to, outcome: verdict.outcome });
  const all = [...calls.values()];
  const chosen = at ?? focus;
  const drawn = all.length <= MANY_CALLS ? all : all.filter(({ from, to }) => from === chosen || to === chosen);
  const shut = new Set(closed.map(({ group }) => group));
  const there = (group: string): boolean => shut.has(group) || (group === open && services.length > 0);
  const bundles = body.groups.edges.flatMap(({ from, to, calls: counts }): readonly SceneBundle[] => {
    if (closed.length === 0 || from === to || !there(from) || !there(to)) return [];
    const kept = Object.fromEntries(Object.entries(counts).filter(([is]) => wanted(is)));
    return Object.keys(kept).length === 0 ? [] : [{ from, to, calls: kept }];
  });
  return {
    kind: focus === null ? "boxes" : "focus",
    ...{ services, closed, calls: drawn, bundles },
    undrawn: all.length - drawn.length,
  };
}
