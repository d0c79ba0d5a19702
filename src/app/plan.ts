// Handlers of plans: what a change would do, and the plans that are kept.
import { checkBody } from "#api/check.ts";
import { type PlanBody, type PlanListBody, planRequest } from "#api/plan.ts";
import type { Plan, PlannedChange, PlanStanding } from "#control/face/plan.ts";
import { needsOf, requiredOf } from "#control/guard/need.ts";
import { countedApprovers, type Lineage, lineageOf } from "#control/guard/person.ts";
import { standingApprovals } from "#control/guard/standing-approval.ts";
import { demandsOfRow, MOST_PLANS, planOfRow } from "#control/plan/kept.ts";
import { Fault } from "#model/fault.ts";
import { kindOfType } from "#model/kinds.ts";
import type { PlanApproval } from "#store/face/plan.ts";
import { turnsView } from "./access-test.ts";
import { pretty } from "./answer.ts";
import { type ApiCall, type Handler, param } from "./call.ts";
import { changeOf, readChange } from "./change.ts";
import { outcomeBody } from "./effect.ts";
import { differenceOf, mayRead, pastBody } from "./past.ts";
import { namesOf } from "./people.ts";

interface Standing extends PlanStanding {
  /** How many approvals count. */
  readonly given: number;
}

type Authored = Pick<Plan, "actor">;

/** Of all who wrote or approved the plans; nothing is read where nobody has approved any. */
function lineageFor(
  { app, caller }: ApiCall,
  plans: readonly Authored[],
  approvals: readonly PlanApproval[],
): Promise<Lineage> {
  const actors = approvals.length === 0 ? [] : [...plans, ...approvals].map(({ actor }) => actor);
  return lineageOf(app.store.within(caller.tenant), actors, app.clock());
}

function givenIn(lineage: Lineage, { actor }: Authored, approvals: readonly PlanApproval[]): number {
  const approvers = approvals.map((one) => one.actor);
  return countedApprovers(lineage, actor, approvers).length;
}

const HOLDS = { stale: null };

export const createPlan: Handler<"api"> = async (call) => {
  const asked = checkBody(planRequest, await readChange(call));
  const plan = await call.app.writer.plan(call.caller, changeOf(call, asked, true));
  const body = planBody(call, plan, [], { ...HOLDS, demands: plan.demands, given: 0 });
  return pretty({ ...body, names: await namesIn(call, [plan]) } satisfies PlanBody);
};

export const getPlan: Handler<"api"> = async (call) => {
  const { app, caller } = call;
  const store = app.store.within(caller.tenant);
  const id = param(call, "id");
  const row = await store.plan(id);
  if (row === null) throw new Fault("absent", "Not found", { title: "Could not find the plan" });
  const [approvals, standing] = await Promise.all([
    standingApprovals(app.store, caller.tenant, id),
    app.writer.planStanding(caller, id),
  ]);
  const [lineage, names] = await Promise.all([lineageFor(call, [row], approvals), namesIn(call, [row, ...approvals])]);
  const body = planBody(call, planOfRow(row), approvals, { ...standing, given: givenIn(lineage, row, approvals) });
  return pretty({ ...body, names } satisfies PlanBody);
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
  const { app, caller } = call;
  const store = app.store.within(caller.tenant);
  const [rows, all, standings] = await Promise.all([
    store.plans({ size: MOST_PLANS }),
    standingApprovals(app.store, caller.tenant, null),
    app.writer.planStandings(caller),
  ]);
  const [lineage, names] = await Promise.all([lineageFor(call, rows, all), namesIn(call, [...rows, ...all])]);
  const items = rows.map((plan): PlanListBody["items"][number] => {
    const { epoch: _epoch, demands: _demands, ...listed } = plan;
    const approvals = all.filter((one) => one.plan === plan.id);
    // One that was made a moment ago was not judged.
    const judged = standings[plan.id] ?? { ...HOLDS, demands: demandsOfRow(plan) };
    const given = givenIn(lineage, plan, approvals);
    const { needs: _, ...standing } = standingBody(call, plan, { ...judged, given });
    return { ...listed, ...standing, approvers: approvals.map(({ actor }) => actor) };
  });
  return pretty({ items, names } satisfies PlanListBody);
};

async function namesIn(call: ApiCall, done: readonly Authored[]): Promise<Record<string, string>> {
  const actors = done.map(({ actor }) => actor);
  return Object.fromEntries(await namesOf(call, call.caller.tenant, actors));
}

/** The plan with the resources that the caller may see. */
function planBody(
  call: ApiCall,
  { changes, outcome, warnings, demands: _, tests, left, ...made }: Plan,
  approvals: readonly PlanApproval[],
  standing: Standing,
): Omit<PlanBody, "names"> {
  return {
    ...made,
    ...standingBody(call, made, standing),
    approvals: approvals.map(({ actor, time, reason }) => ({ actor, time, reason })),
    changes: changes.filter(({ type }) => mayRead(call, type)).map(changeBody),
    warnings: [...warnings],
    tests: turnsView(tests),
    ...(left && { left: [...left] }),
    ...outcomeBody(outcome),
  };
}

/** How it stands; what has been committed needs nothing more. */
function standingBody(
  call: ApiCall,
  { id, committed }: Pick<Plan, "id" | "committed">,
  { stale, demands, given }: Standing,
): Pick<PlanBody, "stale" | "approval" | "ready" | "needs"> {
  const around = { plan: id, approvals: given, now: call.app.clock() };
  const needs = committed === null ? needsOf(demands, around).map((need) => ({ ...need })) : [];
  // A resource that the caller may not see is told of to nobody else.
  const moved = (stale?.moved ?? []).filter(({ field }) => {
    const kind = kindOfType(field.split("/")[0] ?? "");
    return kind === undefined || mayRead(call, kind.type);
  });
  return {
    stale: stale && { reason: stale.reason, moved: moved.map((one) => ({ ...one })) },
    approval: { required: requiredOf(demands), given },
    ready: committed === null && stale === null && needs.length === 0,
    needs,
  };
}

/** What differs in nothing that is shown differs in what is secret. */
function changeBody({ type, mesh, name, change, before, after }: PlannedChange): PlanBody["changes"][number] {
  const found = differenceOf(before, after);
  if (found !== null) return { type, mesh, name, ...found, change };
  return { type, mesh, name, change, before: pastBody(before), after: pastBody(after), patch: [], withheld: true };
}
