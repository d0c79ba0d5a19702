// What would stand after a commit: the writer's own code on a copy of what it remembers. The store hears nothing of it.

import { IssuerBook } from "#control/authority/issuer-book.ts";
import { mergePatch } from "#control/derive/merge-patch.ts";
import { deriveAll, withDerived } from "#control/derive.ts";
import { ResourceTable } from "#control/resource-table.ts";
import { findStored, type MeshState, patchState, type TenantState } from "#control/state.ts";
import { freeze } from "#model/freeze.ts";
import { keyText, type Resource, type ResourceKey } from "#model/resource.ts";
import type { Commit, Committed } from "#store/face/commit.ts";
import type { StoredResource } from "#store/face/resource.ts";

/** The state as it would be after the commit at `now`, with all that follows from it; the given one stays as it is. */
export function simulateCommit(state: TenantState, commit: Commit, now: number): TenantState {
  const copy = copyState(state);
  const { commit: whole, again } = withDerived(copy, commit, now);
  patchState(copy, whole, imagined(copy, whole, now));
  const more = again ? deriveAll(copy, { ...STEP, writeId: `${commit.writeId}/derived` }, now) : null;
  if (more !== null) patchState(copy, more, imagined(copy, more, now));
  return copy;
}

const STEP: Omit<Commit, "writeId"> = { kind: "step", actor: "control-plane", reason: "derived", writes: [] };

/** A copy that may be patched; what hangs on identity (views, trust, lists, resources) is shared. */
function copyState(state: TenantState): TenantState {
  return {
    heads: state.heads,
    global: new ResourceTable(state.global),
    meshes: new Map([...state.meshes].map(([name, mesh]) => [name, copyMesh(mesh)])),
    registrations: new Map(state.registrations),
    placed: { ...state.placed },
    zoneTrust: state.zoneTrust,
    relays: new Map(state.relays),
    issuers: new IssuerBook(state.issuers.values()),
  };
}

function copyMesh(mesh: MeshState): MeshState {
  return {
    ...mesh,
    items: new ResourceTable(mesh.items),
    registrations: new Map(mesh.registrations),
    addresses: new Map(mesh.addresses),
    certified: new Set(mesh.certified),
    lists: new Map(mesh.lists),
  };
}

/** What the store would answer. */
function imagined(state: TenantState, commit: Commit, now: number): Committed {
  const { epoch, revision, sequence } = state.heads;
  const next = { epoch, revision: revision + (commit.kind === "revision" ? 1 : 0), sequence: sequence + 1 };
  const time = new Date(now).toISOString();
  const standing = new Map<string, StoredResource | null>();
  const stands = (key: ResourceKey): StoredResource | null => standing.get(keyText(key)) ?? findStored(state, key);
  const { writes, derived = [], statuses = [] } = commit;
  const created: boolean[] = [];
  const resources = [...writes, ...derived].map(({ key, after }) => {
    const before = findStored(state, key);
    created.push(before === null && after !== null);
    const made = after && {
      resource: stored(after, before?.resource ?? null, time),
      etag: "planned",
      revision: next.revision,
    };
    standing.set(keyText(key), made);
    return made;
  });
  for (const { key, patch } of statuses) {
    const before = standing.get(keyText(key)) === null ? null : stands(key);
    const status = mergePatch(before?.resource.status, patch);
    const made = before && { ...before, resource: freeze({ ...before.resource, status }) };
    standing.set(keyText(key), made);
    resources.push(made);
    created.push(false);
  }
  return { ...next, resources, created };
}

/** As it would be read back: JSON alone, with the times and the status that the store keeps. */
function stored(after: Resource, before: Resource | null, time: string): Resource {
  const { labels, spec, status = before?.status } = JSON.parse(JSON.stringify(after)) as Resource;
  const { type, mesh, name } = after;
  const creationTime = before?.creationTime ?? time;
  const made = { type, mesh, name, labels, creationTime, modificationTime: time, spec };
  return freeze(status === undefined ? made : { ...made, status });
}
