// The graph of a mesh: its services, and who may call whom by which rule; as much of it as can be looked at. Pure.
import type { Pair } from "#compile/access.ts";
import type { Verdict } from "#compile/verdict.ts";
import type { RelayPresence } from "#control/revision-delivery.ts";
import type { TenantState } from "#control/state.ts";
import type { Dataplane } from "#model/dataplane-status.ts";
import { displayName } from "#model/display-name.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { selectsDataplane } from "#model/service-selector.ts";
import { LABEL } from "#model/tag.ts";
import { add, type ProxyTally, tallied } from "./census.ts";
import { type GraphGroups, groupOf, groupsOf, type Known, NO_GROUPS } from "./graph-group.ts";
import { standingProxies } from "./standing-proxy.ts";

/** Whoever has no certificate of the mesh, as access calls it. */
const STRANGERS = "*";
/** From how many edges on those to one service that are alike are told as one. */
const MANY_EDGES = 500;
const CROWD = 20;

export interface GraphQuery {
  readonly mesh: string;
  /** A service; null = the mesh. */
  readonly focus: string | null;
  /** From the focus, either way. */
  readonly hops: number;
  /** Without a focus: services of this group alone; null = of all. */
  readonly group: string | null;
  /** Services that are told at the most, and edges. */
  readonly size: number;
  readonly edges: number;
}

export interface GraphNode {
  readonly name: string;
  /** `outside`: no proxy of the mesh offers it. */
  readonly kind: "service" | "gateway" | "outside";
  readonly zones: readonly string[];
  readonly group: string;
  readonly proxies: ProxyTally;
  /** Calls to it and from it, those that are denied too. */
  readonly callers: number;
  readonly calls: number;
  /** Callers that are denied. */
  readonly refused: number;
  /** What whoever has no certificate of the mesh may do; null where there is no way. */
  readonly strangers: Verdict["outcome"] | null;
}

export interface GraphEdge {
  /** Null = `clients` services, all alike. */
  readonly from: string | null;
  readonly to: string;
  readonly clients: number;
  readonly verdict: Verdict;
}

export interface Graph {
  readonly mesh: string;
  /** All that there are; what is not told of them is cut. */
  readonly total: { readonly nodes: number; readonly edges: number };
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** The whole mesh by where services are; nothing around a focus. */
  readonly groups: GraphGroups;
  /** What would be there by focus and hops or in the group, and is not for its number. */
  readonly cut: { readonly nodes: number; readonly edges: number };
}

/** Null where nobody has the name of the focus. */
export function graphOf(
  state: TenantState,
  presences: readonly RelayPresence[],
  { edges, strangers, near }: MeshEdges,
  query: GraphQuery,
): Graph | null {
  const known = servicesIn(state, presences, query.mesh);
  const names = new Set([...known.keys(), ...edges.flatMap(({ from, to }) => [from, to])]);
  if (query.focus !== null && !names.has(query.focus)) return null;
  const placed = new Map([...names].map((name) => [name, groupOf(known.get(name))]));
  const wanted =
    query.focus === null
      ? byDegree(names, near).filter((name) => query.group === null || placed.get(name) === query.group)
      : within(query.focus, query.hops, near);
  const kept = new Set(wanted.slice(0, query.size));
  const shown = edges.filter(({ from, to }) => kept.has(from) && kept.has(to));
  const told = crowded(shown, query.focus);
  const nodes = [...kept].sort().map((name): GraphNode => {
    const { gateway = false, zones = new Set<string>(), proxies = tallied() } = known.get(name) ?? {};
    const { callers = new Set(), calls = new Set(), refused = 0 } = near.get(name) ?? {};
    return {
      name,
      kind: gateway ? "gateway" : proxies.total > 0 ? "service" : "outside",
      zones: [...zones].sort(),
      group: placed.get(name) ?? "",
      ...{ proxies, callers: callers.size, calls: calls.size, refused },
      strangers: strangers.get(name) ?? null,
    };
  });
  return {
    mesh: query.mesh,
    total: { nodes: names.size, edges: edges.length },
    nodes,
    edges: told.slice(0, query.edges).sort(byEnds),
    groups: query.focus === null ? groupsOf(known, placed, edges) : NO_GROUPS,
    cut: { nodes: wanted.length - kept.size, edges: Math.max(0, told.length - query.edges) },
  };
}

type Edge = GraphEdge & { readonly from: string };

/** What a graph is cut out of; a function of the pairs alone. */
export interface MeshEdges {
  readonly edges: readonly Edge[];
  readonly strangers: ReadonlyMap<string, Verdict["outcome"]>;
  readonly near: ReadonlyMap<string, Near>;
}

/** One edge for each two services, whatever their ports. */
export function edgesOf(pairs: readonly Pair[]): MeshEdges {
  const found = new Map<string, Map<string, Verdict | Set<Verdict>>>();
  for (const { from, to, verdict } of pairs) {
    const row = found.get(from) ?? new Map<string, Verdict | Set<Verdict>>();
    if (row.size === 0) found.set(from, row);
    const known = row.get(to);
    // Nearly all have one port.
    if (known === undefined) row.set(to, verdict);
    else if (known instanceof Set) known.add(verdict);
    else row.set(to, new Set([known, verdict]));
  }
  const edges: Edge[] = [];
  const strangers = new Map<string, Verdict["outcome"]>();
  for (const [from, row] of found) {
    for (const [to, told] of row) {
      const verdict = told instanceof Set ? together([...told]) : told;
      if (from === STRANGERS) strangers.set(to, verdict.outcome);
      else edges.push({ from, to, clients: 1, verdict });
    }
  }
  return { edges, strangers, near: neighboursOf(edges) };
}

function together(verdicts: readonly Verdict[]): Verdict {
  const [first] = verdicts as [Verdict];
  const outcomes = new Set(verdicts.map(({ outcome }) => outcome));
  return outcomes.size === 1 ? first : { outcome: "mixed", reason: "differs", parts: verdicts };
}

/** Services of the mesh's proxies, called as access calls them. */
function servicesIn(state: TenantState, presences: readonly RelayPresence[], mesh: string): ReadonlyMap<string, Known> {
  const found = new Map<string, { gateway: boolean; zones: Set<string>; proxies: ReturnType<typeof tallied> }>();
  const services = (state.meshes.get(mesh)?.lists.get("MeshService") ?? []) as readonly Resource<
    SpecOf<"MeshService">
  >[];
  for (const { type, resource, zone, state: is, services: tagged } of standingProxies(state, presences)) {
    if (type !== "Dataplane" || resource.mesh !== mesh) continue;
    const dataplane = resource as Dataplane;
    for (const name of tagged.length > 0 ? tagged : [nameOf(dataplane, services)]) {
      const one = found.get(name) ?? { gateway: false, zones: new Set<string>(), proxies: tallied() };
      found.set(name, one);
      one.gateway ||= dataplane.spec.networking?.gateway !== undefined;
      if (zone !== "") one.zones.add(zone);
      add(one.proxies, is);
    }
  }
  return found;
}

/** Of a dataplane without a service tag. */
function nameOf(dataplane: Dataplane, services: readonly Resource<SpecOf<"MeshService">>[]): string {
  const selecting = services
    .filter((one) => selectsDataplane(one, dataplane))
    .map(displayName)
    .sort();
  return selecting[0] ?? dataplane.labels[LABEL.workload] ?? dataplane.name;
}

interface Near {
  readonly callers: Set<string>;
  readonly calls: Set<string>;
  refused: number;
}

function neighboursOf(edges: readonly Edge[]): ReadonlyMap<string, Near> {
  const near = new Map<string, Near>();
  const at = (name: string): Near => {
    const known = near.get(name) ?? { callers: new Set<string>(), calls: new Set<string>(), refused: 0 };
    near.set(name, known);
    return known;
  };
  for (const { from, to, verdict } of edges) {
    at(from).calls.add(to);
    const called = at(to);
    called.callers.add(from);
    if (verdict.outcome === "denied") called.refused += 1;
  }
  return near;
}

/** Those with the most neighbours first. */
function byDegree(names: ReadonlySet<string>, near: ReadonlyMap<string, Near>): readonly string[] {
  const degree = (name: string): number => (near.get(name)?.callers.size ?? 0) + (near.get(name)?.calls.size ?? 0);
  return [...names].sort((a, b) => degree(b) - degree(a) || (a < b ? -1 : 1));
}

/** The focus, then those that are one step away, and so on. */
function within(focus: string, hops: number, near: ReadonlyMap<string, Near>): readonly string[] {
  const found = new Set([focus]);
  let edge = [focus];
  for (let hop = 0; hop < hops && edge.length > 0; hop++) {
    const next = new Set(
      edge.flatMap((name) => [...(near.get(name)?.calls ?? []), ...(near.get(name)?.callers ?? [])]),
    );
    edge = [...next].filter((name) => !found.has(name)).sort();
    for (const name of edge) found.add(name);
  }
  return [...found];
}

/** Where there are many, those to one service that are decided alike are one; those of the focus stay as they are, and come first. */
function crowded(edges: readonly Edge[], focus: string | null): readonly GraphEdge[] {
  const isOwn = ({ from, to }: Edge): boolean => from === focus || to === focus;
  if (edges.length <= MANY_EDGES) return edges.toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)) || byEnds(a, b));
  const texts = new Map<Verdict, string>();
  const textOf = (verdict: Verdict): string => {
    const { outcome, reason, rule } = verdict;
    const text = texts.get(verdict) ?? JSON.stringify([outcome, reason, rule]);
    texts.set(verdict, text);
    return text;
  };
  const groups = new Map<string, Map<string, Edge[]>>();
  const single: GraphEdge[] = [];
  for (const edge of edges) {
    const { to, verdict } = edge;
    if (isOwn(edge)) {
      single.push(edge);
      continue;
    }
    const own = groups.get(to) ?? new Map<string, Edge[]>();
    if (own.size === 0) groups.set(to, own);
    const alike = own.get(textOf(verdict));
    if (alike === undefined) own.set(textOf(verdict), [edge]);
    else alike.push(edge);
  }
  const grouped = [...groups.values()].flatMap((own) => [...own.values()]);
  const told = grouped.flatMap((group): readonly GraphEdge[] => {
    const [first] = group;
    return first === undefined || group.length < CROWD ? group : [{ ...first, from: null, clients: group.length }];
  });
  return [...single, ...told.sort(byEnds)];
}

function byEnds(a: GraphEdge, b: GraphEdge): number {
  return compare(a.to, b.to) || compare(a.from ?? "", b.from ?? "");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
