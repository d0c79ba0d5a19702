// Plans, and what committed revisions did: written once, read by who looks before or after.
import type { Notice } from "#model/webhook/event.ts";
import type { SqlValue, Statement } from "./database.ts";
import type { ListedPlan, PlanHead, PlanRow, RevisionEffectRow } from "./face/plan.ts";
import { packJson } from "./limit.ts";
import { noticeStatements } from "./outbox.ts";
import type { Tenancy } from "./queries.ts";

/** A plan is committed under this write id, so that it is committed once. */
export const PLAN_WRITE = "plan/";

const ADD_PLAN = `INSERT INTO plan (tenant_id, id, epoch, revision, actor, reason, created_at, expires_at, body)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`;
const ADD_PART = "INSERT INTO plan_part (tenant_id, plan, part, sealed) VALUES (?1, ?2, ?3, ?4)";
const DROP_EXPIRED = "DELETE FROM plan WHERE tenant_id = ?1 AND expires_at < ?2";
/** Of whoever has most the oldest go first, and those that somebody has approved go last: nobody puts others' plans out by making many. */
const DROP_OLDEST = `DELETE FROM plan WHERE tenant_id = ?1 AND id IN
(SELECT p.id FROM plan p WHERE p.tenant_id = ?1 ORDER BY p.id = ?3 DESC,
  EXISTS (SELECT 1 FROM plan_approval a WHERE a.tenant_id = ?1 AND a.plan = p.id) DESC,
  row_number() OVER (PARTITION BY p.actor ORDER BY p.created_at DESC, p.id), p.created_at DESC, p.id LIMIT -1 OFFSET ?2)`;
const DROP_PARTS = `DELETE FROM plan_part WHERE tenant_id = ?1
AND NOT EXISTS (SELECT 1 FROM plan p WHERE p.tenant_id = ?1 AND p.id = plan_part.plan)`;
const DROP_APPROVALS = `DELETE FROM plan_approval WHERE tenant_id = ?1
AND NOT EXISTS (SELECT 1 FROM plan p WHERE p.tenant_id = ?1 AND p.id = plan_approval.plan)`;

const HEAD = "p.id, p.epoch, p.revision, p.actor, p.reason, p.created_at, p.expires_at, r.revision AS committed";
const FROM = `FROM plan p LEFT JOIN revision r ON r.tenant_id = p.tenant_id AND r.write_id = '${PLAN_WRITE}' || p.id
WHERE p.tenant_id = ?1`;
const PLAN = `SELECT ${HEAD}, p.body ${FROM} AND p.id = ?2`;
const PLANS = `SELECT ${HEAD}, json_extract(p.body, '$.demands'), coalesce(json_array_length(p.body, '$.changes'), 0),
  coalesce(json_extract(p.body, '$.outcome.effect.proxies'), 0),
  coalesce(json_array_length(p.body, '$.outcome.access'), 0),
  coalesce(json_array_length(p.body, '$.outcome.faults.new'), 0)
${FROM} ORDER BY p.created_at DESC, p.id LIMIT ?2`;
const COUNT = "SELECT count(*) FROM plan WHERE tenant_id = ?1";

/** One batch. */
export async function addPlan(
  { database, tenant, now, clock }: Tenancy,
  row: Omit<PlanRow, "committed">,
  parts: readonly string[],
  { keep, notices }: { readonly keep: number; readonly notices: readonly Notice[] },
): Promise<void> {
  const { id, epoch, revision, actor, reason, createdAt, expiresAt, body } = row;
  const on = (sql: string, ...params: readonly SqlValue[]): Statement => ({ sql, params: [tenant, ...params] });
  await database.batch([
    on(ADD_PLAN, id, epoch, revision, actor, reason, createdAt, expiresAt, body),
    ...parts.map((sealed, part) => on(ADD_PART, id, part, sealed)),
    on(DROP_EXPIRED, now()),
    on(DROP_OLDEST, keep, id),
    on(DROP_PARTS),
    on(DROP_APPROVALS),
    ...noticeStatements(tenant, notices, clock()),
  ]);
}

/** The plan, whether or not it still holds. */
export async function findPlan({ database, tenant }: Tenancy, id: string): Promise<PlanRow | null> {
  const [found] = await database.batch([{ sql: PLAN, params: [tenant, id] }]);
  const row = found?.rows[0];
  return row === undefined ? null : { ...headOf(row), body: row[8] as string };
}

/** In order. */
export async function planParts({ database, tenant }: Tenancy, id: string): Promise<readonly string[]> {
  const sql = "SELECT sealed FROM plan_part WHERE tenant_id = ?1 AND plan = ?2 ORDER BY part";
  const [found] = await database.batch([{ sql, params: [tenant, id] }]);
  return (found?.rows ?? []).map(([sealed]) => sealed as string);
}

/** Newest first. */
export async function listPlans({ database, tenant }: Tenancy, size: number): Promise<readonly ListedPlan[]> {
  const [found] = await database.batch([{ sql: PLANS, params: [tenant, size] }]);
  return (found?.rows ?? []).map((row) => {
    const [demands, changes, proxies, access, newFaults] = row.slice(8) as [
      string | null,
      number,
      number,
      number,
      number,
    ];
    return { ...headOf(row), demands, changes, proxies, access, newFaults };
  });
}

export async function countPlans({ database, tenant }: Tenancy): Promise<number> {
  const [found] = await database.batch([{ sql: COUNT, params: [tenant] }]);
  return found?.rows[0]?.[0] as number;
}

const ADD_EFFECTS = `INSERT INTO revision_effect (tenant_id, revision, zone, first, body)
SELECT ?1, e.value->>'revision', e.value->>'zone', e.value->>'first', e.value->>'body' FROM json_each(?2) e WHERE true
ON CONFLICT (tenant_id, revision, zone) DO UPDATE SET first = excluded.first, body = excluded.body`;

export async function addEffects({ database, tenant }: Tenancy, rows: readonly RevisionEffectRow[]): Promise<void> {
  await database.batch(packJson(rows).map((pack) => ({ sql: ADD_EFFECTS, params: [tenant, pack] })));
}

/** The publication that covered a revision is the first whose last revision is not before it. */
const EFFECTS = `SELECT revision, first, zone, body FROM revision_effect WHERE tenant_id = ?1 AND first <= ?2 AND revision =
(SELECT MIN(revision) FROM revision_effect WHERE tenant_id = ?1 AND revision >= ?2) ORDER BY zone`;

export async function listEffects(
  { database, tenant }: Tenancy,
  revision: number,
): Promise<readonly RevisionEffectRow[]> {
  const [found] = await database.batch([{ sql: EFFECTS, params: [tenant, revision] }]);
  return (found?.rows ?? []).map((row) => {
    const [last, first, zone, body] = row as readonly [number, number, string, string];
    return { revision: last, first, zone, body };
  });
}

function headOf(row: readonly unknown[]): PlanHead {
  const [id, epoch, revision, actor, reason, createdAt, expiresAt, committed] = row as readonly [
    string,
    number,
    number,
    string,
    string,
    string,
    string,
    number | null,
  ];
  return { id, epoch, revision, actor, reason, createdAt, expiresAt, committed };
}
