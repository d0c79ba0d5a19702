// Use cases "approve a plan" and "take an approval back".
import { deed } from "#control/audit/deed.ts";
import type { Caller } from "#control/face/caller.ts";
import { permit } from "#control/permission.ts";
import type { PlanJudge } from "#control/plan/judge.ts";
import type { Tenant } from "#control/tenant.ts";
import { Fault } from "#model/fault.ts";
import type { PlanRow } from "#store/face/plan.ts";
import type { Demand } from "./demand.ts";
import { requiredOf } from "./need.ts";
import { countedApprovers, lineageOf, mayBeSame } from "./person.ts";
import { standingApprovals } from "./standing-approval.ts";

/** Faults `forbidden` (no scope, or the plan's own author), `absent`, `stale` (committed, expired, or the world has moved). */
export async function approvePlan(tenant: Tenant, caller: Caller, id: string, judge: PlanJudge): Promise<void> {
  permit(caller, "approve-plan");
  const { store, deps } = tenant;
  const { row, demands } = await openPlan(tenant, id, judge);
  const { actor } = caller;
  if (row.actor === actor) {
    throw new Fault(
      "forbidden",
      `Plan ${id} was made by the caller: somebody else approves it, with a session or a token of their own`,
    );
  }
  const before = (await standingApprovals(deps.store, tenant.id, id)).map((one) => one.actor);
  const lineage = await lineageOf(store, [row.actor, actor, ...before], deps.clock());
  if (mayBeSame(lineage, row.actor, actor)) {
    const why = `Plan ${id} was made by ${row.actor}, and the caller counts as the same person: one of the two made the other, or one member, or one token that is no founding one, made both`;
    throw new Fault(
      "forbidden",
      `${why}. Somebody else approves it: another member, or a token that another member or the founding token made`,
    );
  }
  if (before.includes(actor)) return;
  const now = deps.clock();
  const approval = {
    required: requiredOf(demands),
    given: countedApprovers(lineage, row.actor, [...before, actor]).length,
  };
  const details = { plan: id, author: row.actor, revision: row.revision, ...approval };
  const audit = [deed(caller, now, "plan.approve", `plan ${id}`, details)];
  await store.addApproval({ plan: id, actor, time: new Date(now).toISOString(), reason: caller.reason ?? "" }, audit);
}

/** Faults `forbidden`, `absent`, `stale`. */
export async function withdrawApproval(tenant: Tenant, caller: Caller, id: string, judge: PlanJudge): Promise<void> {
  permit(caller, "approve-plan");
  const { store, deps } = tenant;
  const { row } = await openPlan(tenant, id, judge);
  const { actor } = caller;
  if (!(await store.approvals(id)).some((one) => one.actor === actor)) return;
  const audit = [
    deed(caller, deps.clock(), "plan.withdraw", `plan ${id}`, { author: row.actor, revision: row.revision }),
  ];
  await store.dropApproval(id, actor, audit);
}

/** The plan, which can still be committed. */
async function openPlan(
  tenant: Tenant,
  id: string,
  judge: PlanJudge,
): Promise<{ readonly row: PlanRow; readonly demands: readonly Demand[] }> {
  const row = await tenant.store.plan(id);
  if (row === null)
    throw new Fault("absent", `There is no plan ${JSON.stringify(id)}`, { title: "Could not find the plan" });
  const title = "Stale plan";
  if (row.committed !== null)
    throw new Fault("stale", `Plan ${id} was committed by revision ${row.committed} already`, { title });
  const { stale, demands } = await judge.one(id);
  if (stale !== null) throw new Fault("stale", stale.reason, { title, violations: stale.moved });
  return { row, demands };
}
