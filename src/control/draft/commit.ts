// The commit that a draft would be, and what is told of it: once it was made, or by history where it was made before.

import type { Caller } from "#control/face/caller.ts";
import type { Applied, Change } from "#control/face/change.ts";
import { findStored, type TenantState } from "#control/state.ts";
import type { Tenant } from "#control/tenant.ts";
import { isProxyKind } from "#model/proxy-kind.ts";
import { keyText, meshOf, type Resource } from "#model/resource.ts";
import { warningsOf } from "#model/wire.ts";
import type { Commit, Committed } from "#store/face/commit.ts";
import type { RegistrationWrite } from "#store/face/registration.ts";
import { changesNothing, type Draft, type Planned } from "./draft.ts";

/** The commit of a draft. */
export function commitOf(draft: Draft, { actor }: Caller, { reason, writeId }: Change): Commit {
  const dropMeshes = [...draft.planned.values()].flatMap(({ key, after }) =>
    key.type === "Mesh" && after === null ? [key.name] : [],
  );
  const kept = [...draft.planned.values()].filter(
    (planned) => !changesNothing(planned) && !dropMeshes.includes(meshOf(planned.key)),
  );
  return {
    writeId,
    kind: "revision",
    actor,
    reason,
    writes: kept.map(({ key, expect, after }) => ({ key, expect, after })),
    readRevision: draft.state.heads.revision,
    dropMeshes,
    registrations: kept.flatMap((planned) => ownedByUser(draft, planned)),
  };
}

/** A proxy that a user writes is the user's from then on, and outlives its stream. */
function ownedByUser({ state }: Draft, { key, after }: Planned): readonly RegistrationWrite[] {
  if (!isProxyKind(key.type) || after === null) return [];
  const { registrations } = (key.mesh === "" ? state : state.meshes.get(key.mesh)) ?? {};
  const current = registrations?.get(key.name);
  return current?.owner === "stream" ? [{ set: { ...current, owner: "user" } }] : [];
}

/** What is told of a change; `done` is null where nothing differed and nothing was committed. */
export function appliedOf(
  draft: Draft,
  { put }: Change,
  done: Committed | null,
  { writes, dropMeshes = [] }: Commit,
): Applied {
  const places = new Map(writes.map(({ key }, index) => [keyText(key), index]));
  const { revision, sequence } = done ?? draft.state.heads;
  return {
    revision,
    sequence,
    results: put.map(({ key }) => {
      const planned = draft.planned.get(keyText(key)) as Planned;
      const place = places.get(keyText(key));
      const etag = place === undefined ? planned.before?.etag : done?.resources[place]?.etag;
      const created = place !== undefined && done?.created[place] === true;
      return { created, etag: etag ?? "", warnings: warningsOf(planned.after as Resource) };
    }),
    changes: [
      ...writes.map(({ key, after }, place) => ({ ...key, change: changeOf(after, done?.created[place] === true) })),
      ...dropMeshes.map((name) => ({ type: "Mesh", mesh: "", name, change: "deleted" as const })),
    ],
  };
}

function changeOf(after: Resource | null, created: boolean): Applied["changes"][number]["change"] {
  if (after === null) return "deleted";
  return created ? "created" : "updated";
}

/** The answer that the first attempt with this write id had, if there was one. */
export async function repeated(
  { store }: Tenant,
  state: TenantState,
  { writeId, put }: Change,
): Promise<Applied | null> {
  const heads = await store.findWrite(writeId);
  if (heads === null) return null;
  const [record] = await store.revisions({ before: heads.revision + 1, size: 1 });
  const created = new Set(record?.changes.flatMap(({ key, before }) => (before === null ? [keyText(key)] : [])));
  return {
    revision: heads.revision,
    sequence: heads.sequence,
    results: put.map(({ key }) => {
      const stored = findStored(state, key);
      const warnings = stored === null ? [] : warningsOf(stored.resource);
      return { created: created.has(keyText(key)), etag: stored?.etag ?? "", warnings };
    }),
    changes: (record?.changes ?? []).map(({ key, before, after }) => ({
      ...key,
      change: changeOf(after, before === null),
    })),
  };
}
