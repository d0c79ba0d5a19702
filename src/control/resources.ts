// The use case "change resources": puts and deletes that hold together, judged as a whole and committed as one revision.
import type { TestBook } from "#control/access-test/book.ts";
import { Fault } from "#model/fault.ts";
import { KINDS, type SpecOf, type TypeName } from "#model/kinds.ts";
import { madeIn } from "#model/label.ts";
import { isProxyKind } from "#model/proxy-kind.ts";
import { keyText, type Resource, type ResourceKey, shownKey } from "#model/resource.ts";
import { at, under, type Violation } from "#model/violation.ts";
import { warningsOf } from "#model/wire.ts";
import type { Commit, Committed } from "#store/face/commit.ts";
import type { RegistrationWrite } from "#store/face/registration.ts";
import { changesNothing, type Draft, draftsOf, type Planned, plan } from "./draft.ts";
import type { Caller } from "./face/caller.ts";
import type { Applied, Change, DeleteResource, Left, PlannedAt } from "./face/change.ts";
import { foundAuthorities, foundMesh } from "./founding.ts";
import { guarded } from "./guard/guard.ts";
import { quotasOf } from "./limit/quota.ts";
import { type Planned as PlannedChange, plannedChange } from "./plan/kept.ts";
import { isWhereMade, refuseMoved, staleBy } from "./plan/moved.ts";
import { prunedChange } from "./prune.ts";
import {
  expectationOf,
  lacksMesh,
  missingMesh,
  planPut,
  refuseForeign,
  refuseMissingMesh,
  writableKind,
} from "./put.ts";
import { type Restored, refusedByRules, restoredChange } from "./rollback.ts";
import { ROLLBACK_ACTOR } from "./rollback-actor.ts";
import { ruleViolations } from "./rule/rules.ts";
import { findStored, type TenantState } from "./state.ts";
import { hasMoved, onNewest, type Tenant } from "./tenant.ts";

/** What others refer to is read first: a Mesh stands when its Secrets are judged. */
const ORDER: ReadonlyMap<string, number> = new Map(Object.keys(KINDS).map((type, index) => [type, index]));

/** Fault `stale` where a plan's change, prepared on what stands now, does something else than the plan shows. */
export type PlanProof = (state: TenantState, planned: PlannedAt, prepared: Prepared) => Promise<void>;

/** What a commit is judged by beside the rules of its resources. */
export interface Judges {
  readonly prove: PlanProof;
  readonly tests: TestBook;
}

/**
 * Applies the whole change or nothing of it; `prove` looks at plans when something has moved. Faults `invalid` (all violations
 * at once), `stale`, `absent`, `forbidden`, `read-only`, `guarded`, `conflict` (a quota).
 */
export async function applyChange(
  tenant: Tenant,
  caller: Caller,
  asked: Change,
  { prove, tests }: Judges,
): Promise<Applied> {
  const { planId } = asked;
  const change = planId === undefined ? asked : await plannedChange(tenant, { ...asked, planId });
  permitAll(caller, change);
  refuseTwins(change);
  return onNewest(tenant, async (state) => {
    try {
      const { planned } = change;
      const prepared = await (planned === undefined
        ? prepareChange(tenant, caller, change, state)
        : preparePlanned(tenant, caller, { ...change, planned }, { state, prove }));
      return await attempt(tenant, caller, change, { state, prepared, tests });
    } catch (error) {
      // What the first attempt did may be why this one is refused: its If-Match is stale, its deletion finds nothing.
      const earlier = error instanceof Fault ? await repeated(tenant, state, change) : null;
      if (earlier === null) throw error;
      return earlier;
    }
  });
}

function permitAll(caller: Caller, change: Change): void {
  for (const { key } of change.put) writableKind(caller, key, "write");
  for (const { key } of change.delete) writableKind(caller, key, "delete");
}

/** A change as it would be committed on a state; nothing is written. */
export interface Prepared {
  /** With what history, or a selection, adds to what was asked for. */
  readonly change: Change;
  readonly left: readonly Left[];
  readonly draft: Draft;
  readonly commit: Commit;
}

/** Judges the change as a whole. Faults as `applyChange`. */
export async function prepareChange(
  tenant: Tenant,
  caller: Caller,
  asked: Change,
  state: TenantState,
): Promise<Prepared> {
  permitAll(caller, asked);
  refuseTwins(asked);
  const { change, left } = await wholeChange(tenant, state, asked);
  permitAll(caller, change);
  const draft = await draftChange(tenant, caller, change, state).catch((error: unknown) => {
    throw asked.rollback === undefined ? error : refusedByRules(error, asked.rollback);
  });
  const commit = commitOf(draft, caller, change);
  if (caller.actor === ROLLBACK_ACTOR) return { change, left, draft, commit };
  const quotas = quotasOf(state, commit, await tenant.tier());
  return { change, left, draft, commit: quotas === undefined ? commit : { ...commit, quotas } };
}

/** The change of a plan that still holds on the state. Faults as `applyChange`; `stale` tells what moved, and what would differ. */
export async function preparePlanned(
  tenant: Tenant,
  caller: Caller,
  asked: PlannedChange,
  { state, prove }: { readonly state: TenantState; readonly prove: PlanProof },
): Promise<Prepared> {
  const { planned } = asked;
  if (isWhereMade(state, planned)) return prepareChange(tenant, caller, asked, state);
  await refuseMoved(tenant, state, planned);
  const prepared = await prepareChange(tenant, caller, asked, state).catch((error: unknown) => {
    throw staleBy(error, state, planned);
  });
  await prove(state, planned, prepared);
  return prepared;
}

async function attempt(
  tenant: Tenant,
  caller: Caller,
  asked: Change,
  { state, prepared, tests }: { readonly state: TenantState; readonly prepared: Prepared; readonly tests: TestBook },
): Promise<Applied> {
  const { change, left, draft, commit } = prepared;
  const told = asked.rollback === undefined ? {} : { results: [], left };
  if (commit.writes.length > 0 || commit.dropMeshes?.length !== 0) {
    const made = await guarded(tenant, state, caller, asked, { commit, tests });
    return { ...appliedOf(draft, change, await tenant.commit(made), commit), ...told };
  }
  const earlier = await repeated(tenant, state, asked);
  if (earlier !== null) return earlier;
  if (await hasMoved(tenant, state)) throw new Fault("conflict", "Something else was committed meanwhile");
  return { ...appliedOf(draft, change, null, commit), ...told };
}

/** The change with what history or a selection puts and deletes; itself where it asks for neither. */
async function wholeChange(tenant: Tenant, state: TenantState, change: Change): Promise<Restored> {
  const { rollback, prune } = change;
  if (prune !== undefined) return { change: prunedChange(state, { ...change, prune }), left: [] };
  return rollback === undefined ? { change, left: [] } : restoredChange(tenant, state, { ...change, rollback });
}

async function draftChange(tenant: Tenant, caller: Caller, change: Change, state: TenantState): Promise<Draft> {
  const { vault, deps } = tenant;
  const draft: Draft = { state, planned: new Map() };
  refuseAbsent(draft, change);
  for (const item of change.delete) planDelete(draft, item);
  const wrong: Violation[] = [];
  const where = paths(change);
  const puts = change.put.map((put, index) => ({ put, index }));
  puts.sort((a, b) => (ORDER.get(a.put.key.type) ?? 0) - (ORDER.get(b.put.key.type) ?? 0));
  for (const { put, index } of puts) {
    if (puts.length === 1) refuseMissingMesh(draft, put.key);
    else if (lacksMesh(draft, put.key)) {
      wrong.push(...placed(where.put(index), [missingMesh(put.key)]));
      continue;
    }
    const kind = writableKind(caller, put.key, "write");
    wrong.push(...placed(where.put(index), await planPut(draft, put, kind, vault)));
  }
  for (const { key } of [...change.put, ...change.delete]) {
    const planned = draft.planned.get(keyText(key));
    if (planned !== undefined)
      refuseForeign(caller, planned, writableKind(caller, key, planned.after === null ? "delete" : "write"));
  }
  const unread = wrong.length > 0;
  for (const planned of [...draft.planned.values()]) {
    if (planned.key.type !== "Mesh" || planned.after === null) continue;
    const mesh = planned.after as Resource<SpecOf<"Mesh">>;
    if (planned.before === null) await foundMesh(draft, mesh, vault);
    await foundAuthorities(draft, mesh, vault, deps);
  }
  for (const [list, items] of [
    ["put", change.put],
    ["delete", change.delete],
  ] as const) {
    for (const [index, { key }] of items.entries()) {
      const planned = draft.planned.get(keyText(key));
      if (planned !== undefined)
        wrong.push(...placed(where[list](index), await ruleViolations({ draft, planned, vault })));
    }
  }
  if (wrong.length > 0)
    throw new Fault("invalid", "Resource is not valid", {
      violations: wrong,
      ...(!unread && { title: titleOf(draft, change) }),
    });
  for (const { key } of change.delete) if (key.type === "Zone") planEmptyZone(draft, key.name);
  return draft;
}

/** In a change of one resource paths are the resource's own, as Kuma's clients expect; else they begin with its place. */
function paths(change: Change): Record<"put" | "delete", (index: number) => string> {
  const alone = change.put.length + change.delete.length === 1;
  if (change.rollback !== undefined) {
    // Nobody wrote a list: a resource is told by its key.
    return {
      put: (index) => shownKey(change.put[index]?.key as ResourceKey),
      delete: (index) => shownKey(change.delete[index]?.key as ResourceKey),
    };
  }
  return {
    put: (index) => (alone ? "" : at("put", index, "resource")),
    delete: (index) => (alone ? "" : at("delete", index)),
  };
}

function placed(where: string, violations: readonly Violation[]): readonly Violation[] {
  return where === "" ? violations : under(where, violations);
}

/** Kuma's titles of what its managers refuse. */
function titleOf(draft: Draft, { put }: Change): string {
  const [first] = put;
  if (first === undefined) return "Could not delete a resource";
  return findStored(draft.state, first.key) === null ? "Failed to create a resource" : "Failed to update a resource";
}

/** Of several, whoever asks must be told which is not there. */
function refuseAbsent({ state }: Draft, { put, delete: gone }: Change): void {
  if (put.length + gone.length === 1) return;
  const absent = gone.filter(({ key, ifMatch }) => ifMatch === undefined && findStored(state, key) === null);
  if (absent.length === 0) return;
  const names = absent.map(({ key }) => shownKey(key)).join(", ");
  throw new Fault("absent", `Not found: ${names}`, { title: "Could not delete a resource" });
}

function planDelete(draft: Draft, { key, ifMatch }: DeleteResource): void {
  const before = findStored(draft.state, key);
  const expect = expectationOf(key, before, ifMatch);
  if (before === null) throw new Fault("absent", "Not found", { title: "Could not delete a resource" });
  plan(draft, key, null, expect);
}

/** A zone takes along all that is its own: nothing else would ever end it, and nobody could write it again. */
function planEmptyZone(draft: Draft, zone: string): void {
  for (const mesh of ["", ...draft.state.meshes.keys()]) {
    for (const type of Object.keys(KINDS) as readonly TypeName[]) {
      for (const one of draftsOf(draft, type, mesh)) {
        if (madeIn(one) === zone) plan(draft, { type, mesh, name: one.name }, null);
      }
    }
  }
}

function commitOf(draft: Draft, { actor }: Caller, { reason, writeId }: Change): Commit {
  const dropMeshes = [...draft.planned.values()].flatMap(({ key, after }) =>
    key.type === "Mesh" && after === null ? [key.name] : [],
  );
  const kept = [...draft.planned.values()].filter(
    (planned) =>
      !changesNothing(planned) &&
      !dropMeshes.includes(planned.key.type === "Mesh" ? planned.key.name : planned.key.mesh),
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

function appliedOf(
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
async function repeated({ store }: Tenant, state: TenantState, { writeId, put }: Change): Promise<Applied | null> {
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

function refuseTwins({ put, delete: gone }: Change): void {
  const seen = new Set<string>();
  const check =
    (list: string) =>
    ({ key }: { readonly key: ResourceKey }, index: number): readonly Violation[] => {
      const text = keyText(key);
      if (!seen.has(text)) {
        seen.add(text);
        return [];
      }
      return [{ field: at(list, index), reason: `${shownKey(key)} stands in this change twice` }];
    };
  const violations = [...put.flatMap(check("put")), ...gone.flatMap(check("delete"))];
  if (violations.length > 0) throw new Fault("invalid", "Resource is not valid", { violations });
}
