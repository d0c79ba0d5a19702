// The use case "change resources": puts and deletes that hold together, judged as a whole and committed as one revision.
import type { TestBook } from "#control/access-test/book.ts";
import type { Caller } from "#control/face/caller.ts";
import type { Applied, Change, Left, PlannedAt } from "#control/face/change.ts";
import { guarded } from "#control/guard/guard.ts";
import { quotasOf } from "#control/limit/quota.ts";
import { refuseUntold } from "#control/limit/told.ts";
import { type Planned as PlannedChange, plannedChange } from "#control/plan/kept.ts";
import { isWhereMade, refuseMoved, staleBy } from "#control/plan/moved.ts";
import { ROLLBACK_ACTOR } from "#control/rollback/actor.ts";
import { type Restored, refusedByRules, restoredChange } from "#control/rollback/rollback.ts";
import type { TenantState } from "#control/state.ts";
import { hasMoved, onNewest, type Tenant } from "#control/tenant.ts";
import { Fault } from "#model/fault.ts";
import type { Commit } from "#store/face/commit.ts";
import { draftChange, refuseTwins } from "./change.ts";
import { appliedOf, commitOf, repeated } from "./commit.ts";
import type { Draft } from "./draft.ts";
import { prunedChange } from "./prune.ts";
import { writableKind } from "./put.ts";

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
  await refuseUntold(tenant, state, commit);
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
