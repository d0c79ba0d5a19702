// Who calls a service and whom it calls, those together that are decided alike. Pure.
import type { GraphBody } from "#api/graph.ts";
import type { GraphEdge } from "./scene.ts";

export interface Tie {
  readonly verdict: GraphEdge["verdict"];
  /** The others; sorted. */
  readonly names: readonly string[];
  /** Services that are not named one by one. */
  readonly unnamed: number;
}

export interface Ties {
  readonly callers: readonly Tie[];
  readonly calls: readonly Tie[];
}

const ORDER = ["denied", "mixed", "requests", "open", "allowed", "none"] as const;

/** What is denied comes first: it is what is asked about. */
export function tiesOf({ edges }: Pick<GraphBody, "edges">, name: string): Ties {
  return {
    callers: alike(edges.filter(({ to }) => to === name).map((edge) => ({ ...edge, other: edge.from }))),
    calls: alike(edges.filter(({ from }) => from === name).map((edge) => ({ ...edge, other: edge.to }))),
  };
}

function alike(edges: readonly (GraphEdge & { readonly other: string | null })[]): readonly Tie[] {
  const found = new Map<string, { verdict: GraphEdge["verdict"]; names: string[]; unnamed: number }>();
  for (const { other, clients, verdict } of edges) {
    const { outcome, reason, rule } = verdict;
    const key = JSON.stringify([ORDER.indexOf(outcome), reason, rule ?? null]);
    const tie = found.get(key) ?? { verdict, names: [], unnamed: 0 };
    found.set(key, tie);
    if (other === null) tie.unnamed += clients;
    else tie.names.push(other);
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, { verdict, names, unnamed }]) => ({ verdict, names: names.sort(), unnamed }));
}
