// The endpoint sets that proxies name: their clusters' own, and those that are arranged for clients with locality rules.
import { endpointSets, type ViewIndex } from "#match/match.ts";
import { arrangedSet, arrangementOf } from "#model/arrangement.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import type { Bindings } from "#model/json.ts";
import type { Arrangement } from "#model/locality.ts";
import { patchedShards, type Shards, shardsOf, valuesOf } from "#snapshot/shard.ts";
import { fillPartly } from "#snapshot/template.ts";
import { ownTagHole } from "#xds/client-tags.ts";
import type { GroupBlob } from "./blob.ts";
import type { CompiledProxy } from "./roster.ts";

type Named = Pick<CompiledProxy, "groups" | "blobs">;

/** An arranged set before its endpoints are looked at. */
interface Plan {
  readonly cluster: string;
  readonly arrangement: Arrangement;
}

interface Names {
  readonly plain: ReadonlySet<string>;
  /** By the set's name, which says all that the plan does. */
  readonly plans: ReadonlyMap<string, Plan>;
}

/** The sets of a zone where any proxy has one of its own; what of them the next compile reuses. */
export interface ArrangedSets {
  readonly proxies: Shards<CompiledProxy>;
  readonly names: Names;
  readonly sets: ReadonlyMap<string, EndpointSet>;
  /** What each arranged set was made of. */
  readonly bases: ReadonlyMap<string, EndpointSet>;
  readonly shards: Shards<EndpointSet>;
}

/** The sets that one proxy names. */
export function setsFor(index: ViewIndex, proxy: Named): readonly EndpointSet[] {
  const { plain, plans } = namesOf([proxy], index.zone);
  const all = endpointSets(index);
  const own = [...plain].flatMap((cluster) => all.get(cluster) ?? []);
  return [...own, ...[...plans].map(([name, plan]) => arrangedSet(baseOf(all, plan), name, plan.arrangement))];
}

/** Every set that a proxy names; after an edit of endpoints only those are made again that have them. */
export function arrangedSets(
  index: ViewIndex,
  proxies: Shards<CompiledProxy>,
  previous: ArrangedSets | null = null,
): ArrangedSets {
  const names = previous?.proxies === proxies ? previous.names : namesOf(valuesOf(proxies), index.zone);
  const all = endpointSets(index);
  const sets = new Map<string, EndpointSet>();
  const bases = new Map<string, EndpointSet>();
  for (const cluster of names.plain) {
    const set = all.get(cluster);
    if (set !== undefined) sets.set(cluster, set);
  }
  for (const [name, plan] of names.plans) {
    const base = baseOf(all, plan);
    const known = previous?.bases.get(name) === base ? previous.sets.get(name) : undefined;
    bases.set(name, base);
    sets.set(name, known ?? arrangedSet(base, name, plan.arrangement));
  }
  return { proxies, names, sets, bases, shards: shardsFrom(sets, previous) };
}

function shardsFrom(sets: ReadonlyMap<string, EndpointSet>, previous: ArrangedSets | null): Shards<EndpointSet> {
  if (previous === null) return shardsOf(sets);
  const changes: [string, EndpointSet | undefined][] = [];
  for (const [name, set] of sets) if (previous.sets.get(name) !== set) changes.push([name, set]);
  for (const name of previous.sets.keys()) if (!sets.has(name)) changes.push([name, undefined]);
  return patchedShards(previous.shards, changes);
}

/** Every destination that a proxy of the zone lists has a set; a backend that is none of these has no endpoints. */
function baseOf(all: ReadonlyMap<string, EndpointSet>, { cluster }: Plan): EndpointSet {
  return all.get(cluster) ?? { cluster, endpoints: [] };
}

function namesOf(proxies: Iterable<Named>, zone: string): Names {
  const plain = new Set<string>();
  const plans = new Map<string, Plan>();
  const seen = new Map<GroupBlob, Set<string>>();
  for (const { blobs, groups } of proxies) {
    blobs.forEach((blob, at) => {
      const values = groups[at]?.[1] ?? {};
      const key = blob.variants.length === 0 ? "" : tagsText(blob, values);
      const known = seen.get(blob) ?? new Set<string>();
      if (known.has(key)) return;
      seen.set(blob, known.add(key));
      for (const cluster of blob.clusters) plain.add(cluster);
      for (const { cluster, name, rules } of blob.variants) {
        const own = fillPartly(name, values);
        if (typeof own !== "string" || plans.has(own)) continue;
        const tag = (wanted: string): string => String(values[ownTagHole(wanted)] ?? "");
        plans.set(own, { cluster, arrangement: arrangementOf(rules, zone, tag) });
      }
    });
  }
  return { plain, plans };
}

/** What the names of a group's arranged sets depend on. */
function tagsText({ variants }: GroupBlob, values: Bindings): string {
  const keys = new Set(variants.flatMap(({ rules }) => rules.affinity.map(({ key }) => key)));
  return JSON.stringify([...keys].map((key) => values[ownTagHole(key)] ?? ""));
}
