// Groups of the graph of a mesh: where services are, and how many calls between groups are decided how. Pure.
import type { Verdict } from "#compile/verdict.ts";
import { type ProxyTally, tallied } from "./census.ts";

/** What is known of a service by its proxies. */
export interface Known {
  readonly gateway: boolean;
  readonly zones: ReadonlySet<string>;
  readonly proxies: ProxyTally;
}

export interface GraphGroups {
  readonly nodes: readonly {
    readonly group: string;
    readonly services: number;
    readonly gateways: number;
    /** Services of which not all proxies are online. */
    readonly faulty: number;
    readonly proxies: ProxyTally;
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly calls: Calls }[];
}

/** Calls by how they are decided. */
type Calls = Readonly<Partial<Record<Verdict["outcome"], number>>>;

export const NO_GROUPS: GraphGroups = { nodes: [], edges: [] };

/** `zone:<zone>`, `several`, `none`; `outside` where no proxy of the mesh offers it. */
export function groupOf(known: Known | undefined): string {
  if (known === undefined) return "outside";
  const [zone, second] = known.zones;
  if (zone === undefined) return "none";
  return second === undefined ? `zone:${zone}` : "several";
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly verdict: Verdict;
}

/** Of the whole mesh; `placed` says each service's group. */
export function groupsOf(
  known: ReadonlyMap<string, Known>,
  placed: ReadonlyMap<string, string>,
  edges: readonly Edge[],
): GraphGroups {
  const nodes = new Map<string, { services: number; gateways: number; faulty: number; proxies: Tally }>();
  for (const [name, group] of placed) {
    const one = nodes.get(group) ?? { services: 0, gateways: 0, faulty: 0, proxies: tallied() };
    nodes.set(group, one);
    const service = known.get(name);
    if (service?.gateway === true) one.gateways += 1;
    else one.services += 1;
    if (service === undefined) continue;
    if (service.proxies.online < service.proxies.total) one.faulty += 1;
    for (const [state, count] of Object.entries(service.proxies)) one.proxies[state as keyof Tally] += count;
  }
  const rows = new Map<string, Map<string, Partial<Record<Verdict["outcome"], number>>>>();
  for (const { from, to, verdict } of edges) {
    const [source = "", target = ""] = [placed.get(from), placed.get(to)];
    const row = rows.get(source) ?? new Map<string, Partial<Record<Verdict["outcome"], number>>>();
    if (row.size === 0) rows.set(source, row);
    const calls = row.get(target) ?? {};
    row.set(target, calls);
    calls[verdict.outcome] = (calls[verdict.outcome] ?? 0) + 1;
  }
  const told = [...rows].flatMap(([from, row]) => [...row].map(([to, calls]) => ({ from, to, calls })));
  return {
    nodes: [...nodes].map(([group, counts]) => ({ group, ...counts })).sort((a, b) => compare(a.group, b.group)),
    edges: told.sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to)),
  };
}

type Tally = ReturnType<typeof tallied>;

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
