// The use cases that tell whether plans still hold: one looked at by making it again, all of them by versions alone.
import { testDemands } from "#control/access-test/demand.ts";
import { type Judges, preparePlanned } from "#control/draft/resources.ts";
import type { Caller } from "#control/face/caller.ts";
import type { PlannedAt } from "#control/face/change.ts";
import type { PlanStanding } from "#control/face/plan.ts";
import { demandsOf } from "#control/guard/demand.ts";
import type { TenantState } from "#control/state.ts";
import { onNewest, type Tenant } from "#control/tenant.ts";
import { Fault } from "#model/fault.ts";
import { keepNewest } from "#model/keep-newest.ts";
import type { PlanHead, PlanRow } from "#store/face/plan.ts";
import { demandsOfRow, MOST_PLANS, placeOfRow, plannedChange, planOfRow } from "./kept.ts";
import type { Kinds } from "./kinds.ts";
import { isWhereMade, movedSince, movedText } from "./moved.ts";

type Demands = PlanStanding["demands"];

const NO_KINDS: Kinds = { effect: [], access: [], new: [], mended: [] };

export interface PlanJudge {
  /** Fault `absent`. */
  one(id: string): Promise<PlanStanding>;
  all(): Promise<Readonly<Record<string, PlanStanding>>>;
}

/** Of one tenant. What was found of a plan is remembered as long as nothing moves. */
export function openPlanJudge(tenant: Tenant, { prove, tests }: Judges): PlanJudge {
  const found = new Map<string, { readonly sequence: number; readonly standing: PlanStanding }>();
  /** What versions alone are judged by: bodies are large, and this is small. */
  const digests = new Map<string, PlannedAt>();

  const madeAgain = async (state: TenantState, row: PlanRow): Promise<PlanStanding> => {
    const { id, actor } = row;
    // Who asks need not be one who may write: nothing is written, and what is told is what the plan shows already.
    const author: Caller = { tenant: tenant.id, actor, scopes: ["admin"] };
    const nothing = { put: [], delete: [], reason: "", writeId: "" };
    const change = await plannedChange(tenant, { ...nothing, planId: id });
    const { commit } = await preparePlanned(tenant, author, change, { state, prove });
    return { stale: null, demands: [...demandsOf(state, commit), ...testDemands(await tests.turns(state, commit))] };
  };
  /** `whole` = the plan is made again where versions alone say too little. */
  const judged = async (row: PlanHead, demands: Demands, whole: PlanRow | null): Promise<PlanStanding> => {
    const over = overBy(row, tenant.deps.clock());
    if (over !== null) return { stale: over.stale, demands };
    const planned = await digestOf(row, whole);
    if (planned === null)
      return { stale: { reason: `Plan ${row.id} has been forgotten; plan again`, moved: [] }, demands };
    return onNewest(tenant, async (state) => {
      const { sequence } = state.heads;
      const known = found.get(row.id);
      if (known?.sequence === sequence) return known.standing;
      if (whole === null) {
        const moved = movedSince(state, planned);
        return {
          stale: moved && { reason: moved.reason, moved: [...(moved.keys ?? [])].map(movedText) },
          demands,
        };
      }
      const standing = isWhereMade(state, planned) ? { stale: null, demands } : await madeAgain(state, whole);
      keepNewest(found, row.id, { sequence, standing }, MOST_PLANS);
      return standing;
    }).catch((error: unknown) => {
      if (!(error instanceof Fault) || error.code === "unavailable") throw error;
      return { stale: { reason: error.message, moved: error.violations }, demands };
    });
  };
  const digestOf = async ({ id }: PlanHead, whole: PlanRow | null): Promise<PlannedAt | null> => {
    const known = digests.get(id);
    if (known !== undefined) return known;
    const row = whole ?? (await tenant.store.plan(id));
    if (row === null) return null;
    const { basis, ...place } = placeOfRow(row);
    return keepNewest(digests, id, { ...place, basis: basis && { ...basis, kinds: NO_KINDS } }, MOST_PLANS);
  };

  return {
    one: async (id) => {
      const row = await tenant.store.plan(id);
      if (row !== null) return judged(row, planOfRow(row).demands, row);
      throw new Fault("absent", `There is no plan ${JSON.stringify(id)}`, { title: "Could not find the plan" });
    },
    all: async () => {
      const standings: Record<string, PlanStanding> = {};
      // One after the other: of those that nobody has asked for yet the body is read.
      for (const row of await tenant.store.plans({ size: MOST_PLANS }))
        standings[row.id] = await judged(row, demandsOfRow(row), null);
      return standings;
    },
  };
}

/** Committed and expired plans are over, whatever stands. Null = it may hold. */
function overBy({ id, committed, expiresAt }: PlanHead, now: number): Pick<PlanStanding, "stale"> | null {
  if (committed !== null) return { stale: null };
  if (Date.parse(expiresAt) > now) return null;
  return { stale: { reason: `Plan ${id} has expired at ${expiresAt}; plan again`, moved: [] } };
}
