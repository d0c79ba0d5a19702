// Plans as they are kept: what they tell as text, what they were asked for sealed, and both read again.
import { NO_TURNS } from "#control/access-test/turn.ts";
import type { Change, PlannedAt } from "#control/face/change.ts";
import type { Plan } from "#control/face/plan.ts";
import { requiredOf } from "#control/guard/need.ts";
import type { Tenant } from "#control/tenant.ts";
import { canonical } from "#model/canonical.ts";
import { Fault } from "#model/fault.ts";
import type { Json } from "#model/json.ts";
import { LIMITS } from "#model/limit/limit.ts";
import { keyText } from "#model/resource.ts";
import { Sealed } from "#model/sealed.ts";
import { type Notice, noticeOf } from "#model/webhook/event.ts";
import type { ListedPlan, PlanRow } from "#store/face/plan.ts";
import type { Basis } from "./basis.ts";

/** Plans of one organisation that are kept at a time. */
export const MOST_PLANS = LIMITS.plans.most.free;

/** UTF-16 units of a change in one row: sealing makes at most four bytes of three, of at most three a unit; a row has 2 MB. */
const PART = 400_000;

/** Characters of what a plan tells of resources; beyond, a resource is named and not shown. */
const SHOWN = 500_000;

/** Characters of what a plan stands on; a plan with more holds where it was made. */
const MOST_BASIS = 400_000;

/** Bytes of all that a plan tells: beyond, its row would be longer than a database takes. */
const MOST_BODY = 1_900_000;

/** Resources that a notice names. */
const TOLD = 100;

/** What may be committed: all that the caller asked for. */
type Asked = Pick<Change, "put" | "delete" | "rollback" | "prune" | "reason">;

/** Fault `too-large` where the change is of so many resources that their names alone fill a row. */
export async function keepPlan(
  { store, vault }: Pick<Tenant, "store" | "vault">,
  plan: Plan,
  { epoch, asked, basis }: { readonly epoch: number; readonly asked: Change; readonly basis: Basis },
): Promise<void> {
  const {
    id,
    revision,
    actor,
    reason: why,
    createdAt,
    expiresAt,
    changes,
    warnings,
    demands,
    tests,
    left,
    outcome,
  } = plan;
  const told = { changes: bounded(changes), warnings, demands, tests, ...(left && { left }), outcome };
  const body = JSON.stringify({ ...told, basis: JSON.stringify(basis).length > MOST_BASIS ? null : basis });
  const { length } = new TextEncoder().encode(body);
  if (length > MOST_BODY) {
    const what = `The plan of these ${changes.length} resources has ${length} bytes, and ${MOST_BODY} can be kept`;
    throw new Fault("too-large", `${what}: plan the change in smaller parts`, { title: "Could not keep the plan" });
  }
  const { put, delete: gone, rollback, prune, reason } = asked;
  const kept: Asked = { put, delete: gone, reason, ...(rollback && { rollback }), ...(prune && { prune }) };
  const text = JSON.stringify(kept);
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += PART)
    parts.push(await vault.sealPlan(plan.id, parts.length, new Sealed(text.slice(at, at + PART))));
  const row = { id, epoch, revision, actor, reason: why, createdAt, expiresAt, body };
  await store.addPlan(row, parts, { keep: MOST_PLANS, notices: waitingNotices(plan) });
}

/** That others must approve it, where they must. */
function waitingNotices({ id, demands, changes, outcome, ...plan }: Plan): readonly Notice[] {
  const required = requiredOf(demands);
  if (required === 0) return [];
  const { revision, actor, reason, createdAt, expiresAt } = plan;
  const controls = demands.flatMap(({ kind, mesh, control }) =>
    kind === "approvals" ? [{ mesh, name: control }] : [],
  );
  const resources = changes.slice(0, TOLD).map(({ type, mesh, name, change }) => ({ type, mesh, name, change }));
  const what = { resources, total: changes.length, proxies: outcome.effect.proxies, access: outcome.access.length };
  const data = { plan: id, actor, reason, revision, expiresAt, required, controls, ...what };
  return [noticeOf(`msg_p${id}`, "plan.waiting", createdAt, data)];
}

type Body = Pick<Plan, "changes" | "warnings" | "left" | "outcome"> &
  Partial<Pick<Plan, "demands" | "tests">> & { readonly basis?: Basis | null };

/** Where a row's plan was made, and what it stands on. */
export function placeOfRow({ id, epoch, revision, body }: PlanRow): PlannedAt {
  const { basis = null } = JSON.parse(body) as Body;
  return { plan: id, epoch, revision, basis };
}

/** The plan that a row tells of. */
export function planOfRow(row: PlanRow): Plan {
  const { id, revision, actor, reason, createdAt, expiresAt, committed, body } = row;
  const { demands = [], tests = NO_TURNS, basis: _, ...told } = JSON.parse(body) as Body;
  return { id, revision, actor, reason, createdAt, expiresAt, committed, demands, tests, ...told };
}

/** What a listed plan must meet before it is committed. */
export function demandsOfRow({ demands }: ListedPlan): Plan["demands"] {
  return demands === null ? [] : (JSON.parse(demands) as Plan["demands"]);
}

/** A change that a plan was made of. */
export type Planned = Change & { readonly planned: NonNullable<Change["planned"]> };

/**
 * The change that a plan was made of, to be committed where it was made and nowhere else. Faults `absent` (no such plan),
 * `stale` (expired, or `given` is something else than what was planned).
 */
export async function plannedChange(
  { store, vault, deps }: Tenant,
  given: Change & { readonly planId: string },
): Promise<Planned> {
  const { planId: plan } = given;
  const row = await store.plan(plan);
  const title = "Stale plan";
  if (row === null) {
    const detail = `There is no plan ${JSON.stringify(plan)}: it may have been forgotten, for only the newest are kept; plan again`;
    throw new Fault("absent", detail, { title: "Could not find the plan" });
  }
  if (row.committed === null && Date.parse(row.expiresAt) <= deps.clock())
    throw new Fault("stale", `Plan ${plan} has expired at ${row.expiresAt}; plan again`, { title });
  const parts = await store.planParts(plan);
  const texts = await Promise.all(parts.map((sealed, part) => vault.openPlan(plan, part, sealed)));
  const asked = JSON.parse(texts.map((text) => text.reveal()).join("")) as Asked;
  const differing = differences(asked, given);
  if (differing.length > 0) {
    const violations = differing.map((field) => ({ field, reason: `is not what plan ${plan} was made of` }));
    throw new Fault("stale", `What is to be committed is not what plan ${plan} shows; plan again`, {
      title,
      violations,
    });
  }
  return {
    ...asked,
    reason: given.reason === "" ? asked.reason : given.reason,
    // A plan is committed once, and whoever asks again is told what that did.
    writeId: `plan/${plan}`,
    planned: { ...placeOfRow(row), author: row.actor },
  };
}

/** What differs between what was planned and what is given beside the plan's id; none where nothing is given. */
function differences(asked: Asked, given: Change): readonly string[] {
  if (given.put.length + given.delete.length === 0 && given.prune === undefined && given.rollback === undefined)
    return [];
  const parts = ({ put, delete: gone, prune, rollback }: Asked): ReadonlyMap<string, string> =>
    new Map([
      ...put.map(({ key, ...rest }) => [keyText(key), canonical(plain(rest))] as const),
      ...gone.map(({ key, ...rest }) => [keyText(key), canonical(plain(rest))] as const),
      ["prune", canonical(plain(prune ?? null))],
      ["rollback", canonical(plain(rollback ?? null))],
    ]);
  const [old, now] = [parts(asked), parts(given)];
  return [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key)).sort();
}

function plain(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** The first changes with both sides, as long as there is room; the others by name. */
function bounded(changes: Plan["changes"]): Plan["changes"] {
  let room = SHOWN;
  return changes.map((one) => {
    room -= JSON.stringify(one).length;
    return room >= 0 ? one : { ...one, before: null, after: null };
  });
}
