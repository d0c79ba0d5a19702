// Handlers of plans: what a change would do, and the plans that are kept.
import { checkBody } from "#api/check.ts";
import { type PlanBody, type PlanListBody, planRequest } from "#api/plan.ts";
import type { Plan, PlannedChange } from "#control/control.ts";
import { needsOf } from "#control/guard/need.ts";
import { planOfRow } from "#control/plan/kept.ts";
import { Fault } from "#model/fault.ts";
import type { PlanApproval } from "#store/store.ts";
import { pretty } from "./answer.ts";
import { readJson } from "./body.ts";
import { type ApiCall, type Handler, param } from "./call.ts";
import { changeOf } from "./change.ts";
import { outcomeBody } from "./effect.ts";
import { differenceOf, mayRead, pastBody } from "./past.ts";

/** The most that are listed: as many as are kept. */
const MOST = 100;

export const createPlan: Handler<"api"> = async (call) => {
  const body = checkBody(planRequest, await readJson(call));
  return pretty(planBody(call, await call.app.writer.plan(call.caller, changeOf(call, body)), []));
};

export const getPlan: Handler<"api"> = async (call) => {
  const store = call.app.store.within(call.caller.tenant);
  const id = param(call, "id");
  const [row, approvals] = await Promise.all([store.plan(id), store.approvals(id)]);
  if (row === null) throw new Fault("absent", "Not found", { title: "Could not find the plan" });
  return pretty(planBody(call, planOfRow(row), approvals));
};

export const approvePlan: Handler<"api"> = async (call) => {
  await call.app.writer.approvePlan(call.caller, param(call, "id"));
  return getPlan(call);
};

export const withdrawApproval: Handler<"api"> = async (call) => {
  await call.app.writer.withdrawApproval(call.caller, param(call, "id"));
  return getPlan(call);
};

export const listPlans: Handler<"api"> = async (call) => {
  const rows = await call.app.store.within(call.caller.tenant).plans({ size: MOST });
  const items = rows.map(planOfRow).map((plan): PlanListBody["items"][number] => {
    const { changes, warnings, demands, left, outcome, ...made } = plan;
    const { effect, access, faults } = outcome;
    return {
      ...made,
      changes: changes.length,
      proxies: effect.proxies,
      access: access.length,
      newFaults: faults.new.length,
    };
  });
  return pretty({ items } satisfies PlanListBody);
};

/** The plan with the resources that the caller may see; what has been committed needs nothing more. */
function planBody(
  call: ApiCall,
  { changes, outcome, warnings, demands, left, ...made }: Plan,
  approvals: readonly PlanApproval[],
): PlanBody {
  const approvers = approvals.map(({ actor }) => actor);
  const around = { plan: made.id, author: made.actor, approvers, now: call.app.clock() };
  return {
    ...made,
    approvals: approvals.map(({ actor, time, reason }) => ({ actor, time, reason })),
    needs: made.committed === null ? needsOf(demands, around).map((need) => ({ ...need })) : [],
    changes: changes.filter(({ type }) => mayRead(call, type)).map(changeBody),
    warnings: [...warnings],
    ...(left && { left: [...left] }),
    ...outcomeBody(outcome),
  };
}

/** What differs in nothing that is shown differs in what is secret. */
function changeBody({ type, mesh, name, change, before, after }: PlannedChange): PlanBody["changes"][number] {
  const found = differenceOf(before, after);
  if (found !== null) return { type, mesh, name, ...found, change };
  return { type, mesh, name, change, before: pastBody(before), after: pastBody(after), patch: [], withheld: true };
}
