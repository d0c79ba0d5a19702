// Handler of the graph of a mesh.
import type { GraphBody } from "#api/graph.ts";
import type { GraphQuery } from "#control/overview/graph.ts";
import { Fault } from "#model/fault.ts";
import type { Violation } from "#model/violation.ts";
import { verdictView } from "./access.ts";
import { pretty } from "./answer.ts";
import type { ApiCall, Handler } from "./call.ts";
import { presencesOf } from "./revision-delivery.ts";

const HOPS = { least: 1, most: 5, otherwise: 1 } as const;
const SIZE = { least: 1, most: 500, otherwise: 100 } as const;
const EDGES = { least: 0, most: 2000, otherwise: 2000 } as const;
type Bounds = Readonly<Record<"least" | "most" | "otherwise", number>>;

export const graph: Handler<"api"> = async (call) => {
  const found = await call.app.writer.graph(call.caller, await presencesOf(call), readQuery(call));
  return pretty({
    ...found,
    nodes: found.nodes.map((node) => ({ ...node, zones: [...node.zones] })),
    edges: found.edges.map((edge) => ({ ...edge, verdict: verdictView(edge.verdict) })),
    groups: { nodes: [...found.groups.nodes], edges: [...found.groups.edges] },
  } satisfies GraphBody);
};

function readQuery({ url: { searchParams } }: ApiCall): GraphQuery {
  const violations: Violation[] = [];
  const number = (field: string, { least, most, otherwise }: Bounds): number => {
    const text = searchParams.get(field) || String(otherwise);
    const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    violations.push({ field, reason: `must be a whole number from ${least} to ${most}` });
    return otherwise;
  };
  const [hops, size, edges] = [number("hops", HOPS), number("size", SIZE), number("edges", EDGES)];
  if (violations.length > 0) throw new Fault("malformed", "Invalid query", { violations });
  return {
    mesh: searchParams.get("mesh") || "default",
    focus: searchParams.get("focus") || null,
    group: searchParams.get("group") || null,
    ...{ hops, size, edges },
  };
}
