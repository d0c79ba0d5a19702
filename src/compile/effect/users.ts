// How many proxies of a zone have a cluster, as the last compile has it.
import type { GroupBlob } from "#compile/blob.ts";
import { type CompileMemo, meshesOf, zonePartOf } from "#compile/compile.ts";
import type { MeshMemo } from "#compile/mesh.ts";
import { NO_MESH, type ZonePart } from "#compile/zone-part.ts";
import type { Bindings } from "#model/json.ts";
import { fillPartly } from "#snapshot/template.ts";

/** A cluster by the name of its endpoint set. */
export interface ClusterName {
  readonly mesh: string;
  readonly cluster: string;
}

/** How many proxies have each, in the order of `wanted`. */
export function usersOf(memo: CompileMemo, wanted: readonly ClusterName[]): readonly number[] {
  const counts = new Map<string, ReadonlyMap<string, number>>();
  for (const mesh of new Set(wanted.map((one) => one.mesh))) {
    const names = new Set(wanted.flatMap((one) => (one.mesh === mesh ? [one.cluster] : [])));
    const part = mesh === NO_MESH ? zonePartOf(memo) : meshesOf(memo).get(mesh);
    counts.set(mesh, part ? countsIn(part, names) : new Map());
  }
  return wanted.map(({ mesh, cluster }) => counts.get(mesh)?.get(cluster) ?? 0);
}

/** A group as one proxy has it. */
type Used = readonly [blob: GroupBlob, values: Bindings];

function countsIn(part: MeshMemo | ZonePart, names: ReadonlySet<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const plain = new Map<GroupBlob, readonly string[]>();
  for (const used of "roster" in part ? usedInMesh(part) : usedInZone(part)) {
    const found = new Set<string>();
    for (const [blob, values] of used) {
      const known = plain.get(blob) ?? blob.clusters.filter((name) => names.has(name));
      plain.set(blob, known);
      for (const name of known) found.add(name);
      for (const variant of blob.variants) {
        const name = fillPartly(variant.name, values);
        if (typeof name === "string" && names.has(name)) found.add(name);
      }
    }
    for (const name of found) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Of proxies that are served: without a trust bundle some are not. */
function* usedInMesh({ roster, listening, content }: MeshMemo): Iterable<readonly Used[]> {
  const listeners = new Map((listening?.blobs ?? []).map((blob) => [blob.hash, blob]));
  for (const [at, shard] of roster.proxies.entries()) {
    for (const [name, { blobs, groups }] of shard) {
      if (content.proxies[at]?.has(name) !== true) continue;
      const own = blobs.map((blob, index): Used => [blob, groups[index]?.[1] ?? {}]);
      const more = (listening?.groups.get(name) ?? []).flatMap(([hash, values]): Used[] => {
        const blob = listeners.get(hash);
        return blob === undefined ? [] : [[blob, values]];
      });
      yield more.length === 0 ? own : [...own, ...more];
    }
  }
}

function* usedInZone({ parts, content }: ZonePart): Iterable<readonly Used[]> {
  const served = new Set([...content.proxies].flatMap((shard) => [...shard.keys()]));
  for (const [name, { groups }] of parts) if (served.has(name)) yield groups.map((blob): Used => [blob, {}]);
}
