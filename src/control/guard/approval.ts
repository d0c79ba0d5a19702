// Use cases "approve a plan" and "take an approval back".
import { deed } from "#control/audit/deed.ts";
import type { Caller } from "#control/control.ts";
import { permit } from "#control/permission.ts";
import { refuseMoved } from "#control/plan/moved.ts";
import { onNewest, type Tenant } from "#control/tenant.ts";
import { Fault } from "#model/fault.ts";
import type { PlanRow } from "#store/store.ts";

/** Faults `forbidden` (no scope, or the plan's own author), `absent`, `stale` (committed, expired, or the world has moved). */
export async function approvePlan(tenant: Tenant, caller: Caller, id: string): Promise<void> {
  permit(caller, "approve-plan");
  const { store, deps } = tenant;
  const row = await openPlan(tenant, id);
  const { actor } = caller;
  if (row.actor === actor) {
    throw new Fault(
      "forbidden",
      `Plan ${id} was made by this very token: somebody else approves it, with a token of their own`,
    );
  }
  if ((await store.approvals(id)).some((one) => one.actor === actor)) return;
  const now = deps.clock();
  const audit = [deed(caller, now, "plan.approve", `plan ${id}`, { author: row.actor, revision: row.revision })];
  await store.addApproval({ plan: id, actor, time: new Date(now).toISOString(), reason: caller.reason ?? "" }, audit);
}

/** Faults `forbidden`, `absent`, `stale`. */
export async function withdrawApproval(tenant: Tenant, caller: Caller, id: string): Promise<void> {
  permit(caller, "approve-plan");
  const { store, deps } = tenant;
  const row = await openPlan(tenant, id);
  const { actor } = caller;
  if (!(await store.approvals(id)).some((one) => one.actor === actor)) return;
  const audit = [
    deed(caller, deps.clock(), "plan.withdraw", `plan ${id}`, { author: row.actor, revision: row.revision }),
  ];
  await store.dropApproval(id, actor, audit);
}

/** The plan, which can still be committed. */
async function openPlan(tenant: Tenant, id: string): Promise<PlanRow> {
  const row = await tenant.store.plan(id);
  if (row === null)
    throw new Fault("absent", `There is no plan ${JSON.stringify(id)}`, { title: "Could not find the plan" });
  const title = "Stale plan";
  if (row.committed !== null)
    throw new Fault("stale", `Plan ${id} was committed by revision ${row.committed} already`, { title });
  if (Date.parse(row.expiresAt) <= tenant.deps.clock())
    throw new Fault("stale", `Plan ${id} has expired at ${row.expiresAt}; plan again`, { title });
  const { epoch, revision } = row;
  await onNewest(tenant, (state) => refuseMoved(tenant, state, { plan: id, epoch, revision }));
  return row;
}
