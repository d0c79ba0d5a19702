// Reading the audit log, what was signed of it, how long it is kept, and dropping what is older.
import { and, asc, desc, eq, gt, gte, lt, lte, sql } from "drizzle-orm";
import type { AuditEntry } from "#model/audit/entry.ts";
import type { JsonObject } from "#model/json.ts";
import type { AuditQuery, AuditSealRow, AuditStanding } from "./face/audit.ts";
import { ask, type Tenancy } from "./queries.ts";
import { audit, auditSeal, auditSetting } from "./schema/audit.ts";

/** How long entries are kept unless the organisation says otherwise; days. */
export const AUDIT_DAYS = 400;

/** In the order of numbers, or newest first. */
export async function listAudit({ queries, tenant }: Tenancy, query: AuditQuery): Promise<readonly AuditEntry[]> {
  const { after, before, actor, action, subject, since, until, newestFirst, size } = query;
  const rows = await ask(
    queries,
    queries
      .select()
      .from(audit)
      .where(
        and(
          eq(audit.tenantId, tenant),
          after === undefined ? undefined : gt(audit.number, after),
          before === undefined ? undefined : lt(audit.number, before),
          actor === undefined ? undefined : eq(audit.actor, actor),
          action === undefined ? undefined : eq(audit.action, action),
          subject === undefined ? undefined : sql`instr(${audit.subject} || ${audit.details}, ${subject}) > 0`,
          since === undefined ? undefined : gte(audit.time, since),
          until === undefined ? undefined : lt(audit.time, until),
        ),
      )
      .orderBy(newestFirst ? desc(audit.number) : asc(audit.number))
      .limit(size),
  );
  return rows.map(({ tenantId, details, ...row }) => ({
    organisation: tenantId,
    ...row,
    details: JSON.parse(details) as JsonObject,
  }));
}

const STANDING = `SELECT
  (SELECT number FROM audit WHERE tenant_id = ?1 ORDER BY number DESC LIMIT 1) AS last,
  (SELECT hash FROM audit WHERE tenant_id = ?1 ORDER BY number DESC LIMIT 1) AS hash,
  (SELECT number FROM audit WHERE tenant_id = ?1 ORDER BY number LIMIT 1) AS first,
  (SELECT time FROM audit WHERE tenant_id = ?1 ORDER BY number LIMIT 1) AS first_time,
  (SELECT previous FROM audit WHERE tenant_id = ?1 ORDER BY number LIMIT 1) AS before,
  (SELECT number FROM audit_seal WHERE tenant_id = ?1 AND kind = 'checkpoint' ORDER BY number DESC LIMIT 1) AS sealed,
  (SELECT time FROM audit_seal WHERE tenant_id = ?1 AND kind = 'checkpoint' ORDER BY number DESC LIMIT 1) AS sealed_at,
  COALESCE((SELECT retention_days FROM audit_setting WHERE tenant_id = ?1), ?2) AS days`;

/** Where the log stands; one read. */
export async function auditStanding({ database, tenant }: Tenancy): Promise<AuditStanding> {
  const [answer] = await database.batch([{ sql: STANDING, params: [tenant, AUDIT_DAYS] }]);
  const [last, hash, first, firstTime, before, sealed, sealedAt, days] = (answer?.rows[0] ?? []) as readonly [
    number | null,
    string | null,
    number | null,
    string | null,
    string | null,
    number | null,
    string | null,
    number,
  ];
  return {
    last: last === null || hash === null ? null : { number: last, hash },
    first: first === null ? null : { number: first, time: firstTime ?? "", previous: before ?? "" },
    checkpoint: sealed === null ? null : { number: sealed, time: sealedAt ?? "" },
    retentionDays: days,
  };
}

/** What was signed of entries `from` to `to`, by number; the anchor stands for the one before the first. */
export async function listAuditSeals(
  { queries, tenant }: Tenancy,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly AuditSealRow[]> {
  const range = and(eq(auditSeal.tenantId, tenant), gte(auditSeal.number, from), lte(auditSeal.number, to));
  const rows = await ask(
    queries,
    queries.select().from(auditSeal).where(range).orderBy(asc(auditSeal.number), asc(auditSeal.kind)),
  );
  return rows.map(({ tenantId: _, ...row }) => row);
}

/** The same again changes nothing. */
export async function addAuditSeal({ queries, tenant }: Tenancy, row: AuditSealRow): Promise<void> {
  await ask(
    queries,
    queries
      .insert(auditSeal)
      .values({ tenantId: tenant, ...row })
      .onConflictDoNothing(),
  );
}

const ANCHOR_HOLDS = `INSERT INTO guard (reason) SELECT 'audit' WHERE NOT EXISTS
(SELECT 1 FROM audit WHERE tenant_id = ?1 AND number = ?2 AND hash = ?3)`;
const DROP_SEALS = "DELETE FROM audit_seal WHERE tenant_id = ?1 AND number <= ?2";
const ADD_ANCHOR =
  "INSERT INTO audit_seal (tenant_id, number, kind, time, hash, jws) VALUES (?1, ?2, 'anchor', ?3, ?4, ?5)";
const DROP = "DELETE FROM audit WHERE tenant_id = ?1 AND number <= ?2";

/** Drops entries up to the anchor's, which then stands for them. Conflict where that entry is not the one that was signed. */
export async function trimAudit({ database, tenant }: Tenancy, anchor: AuditSealRow): Promise<void> {
  const { number, time, hash, jws } = anchor;
  await database.batch([
    { sql: ANCHOR_HOLDS, params: [tenant, number, hash] },
    { sql: DROP_SEALS, params: [tenant, number] },
    { sql: ADD_ANCHOR, params: [tenant, number, time, hash, jws] },
    { sql: DROP, params: [tenant, number] },
  ]);
}

/** The statement that sets how many days entries are kept. */
export function retentionStatement({ queries, tenant }: Tenancy, retentionDays: number) {
  return queries
    .insert(auditSetting)
    .values({ tenantId: tenant, retentionDays })
    .onConflictDoUpdate({ target: auditSetting.tenantId, set: { retentionDays } });
}
