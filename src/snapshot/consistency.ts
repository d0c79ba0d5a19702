// The proof that a snapshot is whole: every name leads somewhere inside it, and nothing in it is left over.

import { canonical } from "#model/canonical.ts";
import type { Bindings, Json } from "#model/json.ts";
import { isNodeHole } from "#model/node-hole.ts";
import type { Snapshot } from "./manifest.ts";
import { meshesOf, type Opened, openedOf, rowsOf } from "./opened.ts";
import { type ReferenceKind, referencesOf } from "./reference.ts";
import { entriesOf, fillPartly, type Group, type ProxyEntry } from "./template.ts";

/** Names that resources may use though the snapshot does not hold them, and clusters that nothing needs to name. */
export interface Outside {
  /** Clusters of the bootstrap: `ads_cluster`, `access_log_sink`. */
  readonly clusters: ReadonlySet<string>;
  /** Secrets that the relay supplies: `identity_cert:secret:<mesh>`. */
  readonly secret: (mesh: string, name: string) => boolean;
  /** Clusters that stand for themselves, though no listener or route names them. */
  readonly roots: ReadonlySet<string>;
}

export interface Inconsistency {
  readonly mesh: string;
  /** One of the proxies that have it; empty for the mesh's own sections. */
  readonly proxy: string;
  readonly problem: "missing" | "left over" | "unfilled" | "twice";
  readonly kind: ReferenceKind | "listener" | "hole";
  readonly name: string;
  /** What names it, where something does. */
  readonly by: string;
}

/**
 * Everything that does not fit: LDS and RDS name only clusters and secrets that are there, CDS only endpoint sets and
 * secrets that are there, LDS only routes that are there, every hole has a value or is the relay's to fill, no name comes twice, nothing is left
 * over. Empty = consistent. Costs by distinct combination of groups, not by proxy.
 */
export function inconsistencies(snapshot: Snapshot, outside: Outside): readonly Inconsistency[] {
  const opened = openedOf(snapshot);
  return meshesOf(opened).flatMap((mesh) => meshProblems(opened, mesh, outside));
}

/** A resource that a group gives. */
interface Given {
  readonly by: string;
  /** Its template and what fills it: two groups may give the same resource, as a collector's cluster, and never two of one name. */
  readonly content: string;
}

/** What a group gives and wants, names as canonical text of text or hole notation. */
interface Facts {
  readonly gives: ReadonlyMap<string, Given>;
  /** Wanted name → a resource that wants it. */
  readonly wants: ReadonlyMap<string, string>;
  /** Wanted, and not given by the group itself: the few that each combination must look at. */
  readonly open: ReadonlyMap<string, string>;
  /** Given, and not named inside the group. */
  readonly unnamed: readonly string[];
  /** Endpoint sets whose names depend on the proxy: each proxy is asked for its own. */
  readonly varied: readonly (readonly [name: Json, by: string])[];
  readonly twice: readonly string[];
  /** Holes that the proxy itself must fill, each with a resource that has it. */
  readonly holes: ReadonlyMap<string, string>;
}

function meshProblems(opened: Opened, mesh: string, outside: Outside): Inconsistency[] {
  const facts = new Map<Group, Facts>();
  const combinations = new Map<string, readonly [string, ProxyEntry]>();
  for (const [name, entry] of rowsOf(opened, "proxies", mesh)) {
    const key = entry.groups
      .map(([group, bindings]) => `${group} ${Object.keys(bindings).sort().join(" ")}`)
      .join("\n");
    if (!combinations.has(key)) combinations.set(key, [name, entry]);
  }
  const sets = new Set([...rowsOf(opened, "endpoints", mesh)].map(([cluster]) => keyOf("endpoints", cluster)));
  const secrets = new Set([...rowsOf(opened, "secrets", mesh)].map(([name]) => keyOf("secret", name)));
  const used = new Set<string>();
  const problems: Inconsistency[] = [];
  for (const [proxy, { groups }] of rowsOf(opened, "proxies", mesh)) {
    for (const [hash, bindings] of groups) {
      const { varied } = once(facts, opened.groups.get(hash)!, (group) => factsOf(opened, group));
      for (const [notation, by] of varied) {
        const name = fillPartly(notation, bindings);
        const key = keyOf("endpoints", name);
        used.add(key);
        const shown = typeof name === "string" ? name : canonical(name);
        if (!sets.has(key)) problems.push({ mesh, proxy, problem: "missing", kind: "endpoints", name: shown, by });
      }
    }
  }
  for (const [proxy, { groups }] of combinations.values()) {
    const report = (problem: Inconsistency["problem"], key: string, by: string) => {
      const [kind, name] = JSON.parse(key) as [Inconsistency["kind"], Json];
      problems.push({ mesh, proxy, problem, kind, name: typeof name === "string" ? name : canonical(name), by });
    };
    const own = groups.map(([hash]) => once(facts, opened.groups.get(hash)!, (group) => factsOf(opened, group)));
    const gives = (key: string) => own.some((group) => group.gives.has(key));
    const known = (key: string) => gives(key) || sets.has(key) || secrets.has(key) || isOutside(key, mesh, outside);
    own.forEach((group, at) => {
      for (const [key, by] of group.open) {
        used.add(key);
        if (!known(key)) report("missing", key, by);
      }
      for (const key of group.unnamed) {
        if (!own.some(({ wants }) => wants.has(key)) && !isRoot(key, outside)) report("left over", key, "");
      }
      for (const other of own.slice(at + 1)) {
        const [few, many] = other.gives.size < group.gives.size ? [other, group] : [group, other];
        for (const [key, { by, content }] of few.gives) {
          const twin = many.gives.get(key);
          if (twin !== undefined && twin.content !== content) report("twice", key, by);
        }
      }
      for (const key of group.twice) report("twice", key, "");
      const bindings: Bindings = groups[at]![1];
      for (const [hole, by] of group.holes)
        if (!Object.hasOwn(bindings, hole) && !isNodeHole(hole)) report("unfilled", JSON.stringify(["hole", hole]), by);
    });
  }
  for (const key of [...sets, ...secrets]) {
    const [kind, name] = JSON.parse(key) as [ReferenceKind, string];
    if (!used.has(key)) problems.push({ mesh, proxy: "", problem: "left over", kind, name, by: "" });
  }
  return problems;
}

function factsOf({ templates }: Opened, group: Group): Facts {
  const gives = new Map<string, Given>();
  const wants = new Map<string, string>();
  const varied: [Json, string][] = [];
  const twice: string[] = [];
  const holes = new Map<string, string>();
  for (const [hash, bindings] of entriesOf(group)) {
    const { template, holes: all } = templates.get(hash)!;
    const name = fillPartly(template.name, bindings);
    const by = `${template.kind} ${typeof name === "string" ? name : canonical(name)}`;
    const key = keyOf(template.kind, name);
    if (gives.has(key)) twice.push(key);
    gives.set(key, { by, content: `${hash} ${canonical(bindings)}` });
    for (const reference of referencesOf(template.kind, name, fillPartly(template.body, bindings))) {
      if (reference.kind === "endpoints" && typeof reference.name !== "string") varied.push([reference.name, by]);
      else wants.set(keyOf(reference.kind, reference.name), by);
    }
    for (const one of all) if (!Object.hasOwn(bindings, one)) holes.set(one, by);
  }
  const open = new Map([...wants].filter(([key]) => !gives.has(key)));
  const unnamed = [...gives.keys()].filter((key) => !wants.has(key) && !key.startsWith('["listener"'));
  return { gives, wants, open, unnamed, varied, twice, holes };
}

function keyOf(kind: ReferenceKind | "listener", name: Json): string {
  return canonical([kind, name]);
}

function isOutside(key: string, mesh: string, outside: Outside): boolean {
  const [kind, name] = JSON.parse(key) as [ReferenceKind, Json];
  if (typeof name !== "string") return false;
  return kind === "cluster" ? outside.clusters.has(name) : kind === "secret" && outside.secret(mesh, name);
}

/** Listeners are what Envoy starts from; some clusters are used by Envoy or kuma-dp itself. */
function isRoot(key: string, outside: Outside): boolean {
  const [kind, name] = JSON.parse(key) as [string, Json];
  return kind === "listener" || (kind === "cluster" && typeof name === "string" && outside.roots.has(name));
}

function once<K, V>(memo: Map<K, V>, key: K, make: (key: K) => V): V {
  const had = memo.get(key);
  if (had !== undefined) return had;
  const made = make(key);
  memo.set(key, made);
  return made;
}
