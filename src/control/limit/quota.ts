// Quotas of resources: what a commit makes more of is counted in what the writer remembers, and again by the batch where others have committed.

import { findStored, storedOf, type TenantState } from "#control/state.ts";
import { LIMITS, type LimitName } from "#model/limit/limit.ts";
import { overLimit } from "#model/limit/over.ts";
import type { ResourceKey } from "#model/resource.ts";
import type { Commit, CommitQuotas } from "#store/face/commit.ts";
import type { TierOf } from "./tiers.ts";

interface Quota {
  readonly name: LimitName;
  /** None = all. */
  readonly types: readonly string[];
  readonly count: (state: TenantState) => number;
}

const sum = (
  state: TenantState,
  of: (mesh: TenantState["meshes"] extends Map<string, infer M> ? M : never) => number,
): number => {
  let total = 0;
  for (const mesh of state.meshes.values()) total += of(mesh);
  return total;
};

/** What is counted of resources, in what a writer remembers: no walk over all of them. */
const QUOTAS: readonly Quota[] = [
  { name: "meshes", types: ["Mesh"], count: ({ meshes }) => meshes.size },
  { name: "zones", types: ["Zone"], count: (state) => storedOf(state, "Zone", "").length },
  {
    name: "proxies",
    types: ["Dataplane"],
    count: (state) => sum(state, ({ lists }) => lists.get("Dataplane")?.length ?? 0),
  },
  { name: "resources", types: [], count: (state) => state.global.size + sum(state, ({ items }) => items.size) },
];

/**
 * What the batch has to count if others have committed meanwhile; undefined where the commit makes nothing more. Fault `conflict`
 * that names the limit, its value and what there is.
 */
export function quotasOf(
  state: TenantState,
  { writes, derived = [], dropMeshes = [] }: Commit,
  { tier, limits }: TierOf,
): CommitQuotas | undefined {
  if (Object.values(limits).every((most) => most === null)) return undefined;
  const all = [...writes, ...derived];
  const dropped = new Set(dropMeshes);
  const made = all.filter(({ key, after }) => after !== null && findStored(state, key) === null);
  if (made.length === 0) return undefined;
  const gone = all.filter(
    ({ key, after }) => after === null && findStored(state, key) !== null && !dropped.has(key.mesh),
  );
  const each: CommitQuotas["each"][number][] = [];
  for (const { name, types, count } of QUOTAS) {
    const most = limits[name];
    if (most === null) continue;
    const ofThese = ({ key }: { readonly key: ResourceKey }): boolean => types.length === 0 || types.includes(key.type);
    const more = made.filter(ofThese).length;
    if (more === 0) continue;
    const used = count(state);
    const after = used + more - gone.filter(ofThese).length - droppedOf(state, dropped, types);
    if (after > most && after > used)
      throw overLimit(name, { tier, most, used }, `Could not add to ${LIMITS[name].what}`);
    each.push({ types, most });
  }
  return each.length === 0 ? undefined : { sequence: state.heads.sequence, each };
}

/** How many go with their meshes. */
function droppedOf(state: TenantState, dropped: ReadonlySet<string>, types: readonly string[]): number {
  let count = 0;
  for (const name of dropped) {
    const mesh = state.meshes.get(name);
    if (mesh === undefined) continue;
    if (types.length === 0) count += mesh.items.size + 1;
    else for (const type of types) count += type === "Mesh" ? 1 : storedOf(state, type, name).length;
  }
  return count;
}

/** How many more proxies there may be beside those of the writer's memory and `planned` new ones; null = any number. */
export function proxiesLeft(state: TenantState, planned: number, { limits }: TierOf): number | null {
  const quota = QUOTAS.find(({ name }) => name === "proxies") as Quota;
  return limits.proxies === null ? null : limits.proxies - quota.count(state) - planned;
}
