// Notes of joins: one row a zone, subject and code, the newest few.
import { desc, eq } from "drizzle-orm";
import type { JoinNoteRow } from "./face/join-note.ts";
import { ask, type Tenancy } from "./queries.ts";
import { joinNote } from "./schema/join-note.ts";

const ADD = `INSERT INTO join_note (tenant_id, zone, subject, code, count, first_at, last_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
ON CONFLICT (tenant_id, zone, subject, code) DO UPDATE SET count = join_note.count + excluded.count, last_at = excluded.last_at`;
const TRIM = `DELETE FROM join_note WHERE tenant_id = ?1 AND (zone, subject, code) IN (
  SELECT zone, subject, code FROM join_note WHERE tenant_id = ?1 ORDER BY last_at DESC, zone, subject, code LIMIT -1 OFFSET ?2)`;

/** One row is written over or added; a tenant never has more than `keep`. */
export async function noteJoin({ database, tenant }: Tenancy, row: JoinNoteRow, keep: number): Promise<void> {
  const { zone, subject, code, count, firstAt, lastAt } = row;
  await database.batch([
    { sql: ADD, params: [tenant, zone, subject, code, count, firstAt, lastAt] },
    { sql: TRIM, params: [tenant, keep] },
  ]);
}

/** The last one first. */
export async function listJoinNotes({ queries, tenant }: Tenancy): Promise<readonly JoinNoteRow[]> {
  const { zone, subject, code, count, firstAt, lastAt } = joinNote;
  const query = queries
    .select({ zone, subject, code, count, firstAt, lastAt })
    .from(joinNote)
    .where(eq(joinNote.tenantId, tenant))
    .orderBy(desc(lastAt), zone, subject, code);
  return ask(queries, query);
}
