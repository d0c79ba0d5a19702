// Derivers at work without a store: states made of resources, and what a store would make of a commit.

import type { Deriver } from "#control/derive/deriver.ts";
import { mergePatch } from "#control/derive/merge-patch.ts";
import { deriveAll, withDerived } from "#control/derive.ts";
import { loadState, patchState, type TenantState } from "#control/state.ts";
import type { Labels, Resource, ResourceKey } from "#model/resource.ts";
import type { Commit, Write } from "#store/face/commit.ts";
import type { StoredResource } from "#store/face/resource.ts";
import type { TenantStore } from "#store/store.ts";

export function keyOf(type: string, name: string, mesh = "m"): ResourceKey {
  return { type, mesh, name };
}

export function resource(key: ResourceKey, spec: unknown = {}, labels: Labels = {}): Resource {
  return { ...key, labels, spec, creationTime: "", modificationTime: "" };
}

export function put(key: ResourceKey, spec: unknown = {}, labels: Labels = {}): Write {
  return { key, expect: "any", after: resource(key, spec, labels) };
}

export function putOf(after: Resource): Write {
  const { type, mesh, name } = after;
  return { key: { type, mesh, name }, expect: "any", after };
}

export function remove(key: ResourceKey): Write {
  return { key, expect: "any", after: null };
}

export function step(writes: readonly Write[], more: Partial<Commit> = {}): Commit {
  return { writeId: "w", kind: "step", actor: "", reason: "", writes, ...more };
}

/** A state with these resources, as if read from a store. */
export function stateOf(...resources: readonly Resource[]): Promise<TenantState> {
  const heads = { epoch: 1, revision: 1, sequence: 7 };
  const items = resources.map((one): StoredResource => ({ resource: one, etag: "1-1", revision: 1 }));
  const store = {
    heads: async () => heads,
    zoneHeads: async () => [],
    issuers: async () => [],
    readWhole: async () => ({ heads, items, registrations: [], addresses: [], certified: [] }),
  };
  return loadState(store as unknown as TenantStore, null);
}

/** Brings the state to where a store would stand after the commit, at this time. */
export function take(state: TenantState, commit: Commit, now: number): void {
  const time = new Date(now).toISOString();
  const stands = new Map<string, Resource | null>();
  const textOf = ({ type, mesh, name }: ResourceKey): string => `${type}/${mesh}/${name}`;
  const before = ({ type, mesh, name }: ResourceKey): Resource | undefined =>
    (mesh === "" ? state.global : state.meshes.get(mesh)?.items)?.get(`${type}/${mesh}/${name}`)?.resource;
  for (const { key, after } of [...commit.writes, ...(commit.derived ?? [])]) {
    const old = before(key);
    const status = after?.status ?? old?.status;
    const times = { creationTime: old?.creationTime || time, modificationTime: time };
    stands.set(textOf(key), after && { ...after, ...times, ...(status !== undefined && { status }) });
  }
  for (const { key, patch } of commit.statuses ?? []) {
    const old = stands.get(textOf(key)) ?? before(key);
    if (old) stands.set(textOf(key), { ...old, status: mergePatch(old.status, patch) });
  }
  const keys = [...commit.writes, ...(commit.derived ?? []), ...(commit.statuses ?? [])].map(({ key }) => key);
  const resources = keys.map((key) => {
    const one = stands.get(textOf(key)) ?? null;
    return one && { resource: one, etag: "x", revision: 1 };
  });
  const { epoch, revision, sequence } = state.heads;
  patchState(state, commit, { epoch, revision, sequence: sequence + 1, resources, created: [] });
}

/** Commits with what follows, and with what follows after it where its own writes stood in the way. */
export function commitTo(state: TenantState, commit: Commit, now: number, derivers?: readonly Deriver[]): Commit {
  const { commit: whole, again } = withDerived(state, commit, now, derivers);
  take(state, whole, now);
  if (again) rederive(state, now, derivers);
  return whole;
}

/** Derives all anew and takes it; null when nothing differed. */
export function rederive(state: TenantState, now: number, derivers?: readonly Deriver[]): Commit | null {
  const change = deriveAll(state, step([]), now, derivers);
  if (change !== null) take(state, change, now);
  return change;
}

/** Resources of one type in a mesh, sorted by name. */
export function listOf(state: TenantState, type: string, mesh = "m"): readonly Resource[] {
  return state.meshes.get(mesh)?.lists.get(type) ?? [];
}
