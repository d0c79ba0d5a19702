// What would stand after a commit: what derivers look at. Only meshes of which something is different are copied.
import { storedOf, type TenantState } from "#control/state.ts";
import type { SpecOf, TypeName } from "#model/kinds.ts";
import { meshOf, type Resource } from "#model/resource.ts";
import type { Commit } from "#store/face/commit.ts";
import { type MeshWorld, openMesh } from "./mesh-world.ts";

export interface World {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Resources of global scope, sorted by name. */
  global<T extends TypeName>(type: T): readonly Resource<SpecOf<T>>[];
  /** Meshes of which something is different, sorted by name. */
  readonly touched: readonly MeshWorld[];
}

/** Touched where a zone claims addresses: no kind of resource. */
export const CLAIM = "VirtualAddress";

/** What would stand after the commit; `everything`: as if all of it were different. The state is not changed. */
export function openWorld(state: TenantState, commit: Commit, now: number, everything = false): World {
  const dropped = new Set(commit.dropMeshes ?? []);
  const writes = commit.writes.filter(({ key }) => !dropped.has(meshOf(key)));
  const types = new Map<string, Set<string>>();
  const global = new Set<string>();
  const touch = (mesh: string, type: string): void => {
    types.set(mesh, (types.get(mesh) ?? new Set()).add(type));
  };
  for (const { key } of writes) {
    if (key.mesh !== "" || key.type === "Mesh") touch(key.mesh || key.name, key.type);
    else global.add(key.type);
  }
  for (const { mesh } of commit.claims ?? []) touch(mesh, CLAIM);
  for (const { mesh } of commit.certificates ?? []) if (state.meshes.has(mesh)) touch(mesh, "Dataplane");
  for (const write of commit.registrations ?? []) touch(("set" in write ? write.set : write.gone).mesh, "Dataplane");

  const gone = new Set(writes.flatMap(({ key, after }) => (key.type === "Mesh" && after === null ? [key.name] : [])));
  const names = new Set([...(everything || global.size > 0 ? state.meshes.keys() : []), ...types.keys()]);
  const touched = [...names].sort().flatMap((name) => {
    if (dropped.has(name) || gone.has(name)) return [];
    const own = types.get(name) ?? new Set<string>();
    const has = (type: string): boolean => everything || own.has(type) || global.has(type);
    return openMesh(state, { ...commit, writes }, name, { has, add: (type) => own.add(type) }) ?? [];
  });
  return {
    now,
    touched,
    global: <T extends TypeName>(type: T) => {
      const found = new Map(storedOf(state, type, "").map((one) => [one.name, one]));
      for (const { key, after } of writes) {
        if (key.type !== type || key.mesh !== "") continue;
        if (after === null) found.delete(key.name);
        else found.set(key.name, after);
      }
      return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) as unknown as readonly Resource<
        SpecOf<T>
      >[];
    },
  };
}
