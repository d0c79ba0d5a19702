// The audit chain: entries go into the batch of what they tell of, behind a guard that fails where another writer was quicker.
import { type AuditDraft, type AuditEntry, auditText } from "#model/audit/entry.ts";
import { auditNotices } from "#model/webhook/event.ts";
import type { AuditPlace } from "./audit-place.ts";
import { Conflict } from "./conflict.ts";
import type { Rows, Statement } from "./database.ts";
import { packJson } from "./limit.ts";
import { noticeStatements } from "./outbox.ts";
import { Frozen } from "./placement/frozen.ts";
import type { Tenancy } from "./queries.ts";

/** The constraint that a lost race breaks. */
export const AUDIT_RACE = "audit_moved";
const ATTEMPTS = 8;

const LAST_HASH = "COALESCE((SELECT hash FROM audit WHERE tenant_id = ?1 ORDER BY number DESC LIMIT 1), '')";
const REVISION = "COALESCE((SELECT revision FROM heads WHERE tenant_id = ?1), 0)";
const PLACE = `SELECT COALESCE((SELECT number FROM audit WHERE tenant_id = ?1 ORDER BY number DESC LIMIT 1), 0) AS number,
${LAST_HASH} AS hash, ${REVISION} AS revision`;
const GUARD = `INSERT INTO guard (reason) SELECT 'audit' WHERE ${LAST_HASH} <> ?2 OR (?3 IS NOT NULL AND ${REVISION} <> ?3)`;
/** Details travel as JSON text inside JSON, so that the engine stores them byte for byte. */
const ADD = `INSERT INTO audit (tenant_id, number, time, actor, token, action, subject, revision, details, previous, hash)
SELECT ?1, e.value->>'number', e.value->>'time', e.value->>'actor', e.value->>'token', e.value->>'action',
  e.value->>'subject', e.value->>'revision', e.value->>'details', e.value->>'previous', e.value->>'hash' FROM json_each(?2) e`;

/** Statements that append the entries, the guard first, and where the chain stands after them. */
export interface Appending {
  readonly statements: readonly Statement[];
  readonly entries: readonly AuditEntry[];
  readonly place: AuditPlace | null;
}

/** Prepares the entries; `revises`: the batch makes a revision, which they name. Nothing for no drafts. */
export async function appendAudit(
  tenancy: Tenancy,
  drafts: readonly AuditDraft[],
  revises: boolean,
): Promise<Appending> {
  if (drafts.length === 0) return { statements: [], entries: [], place: tenancy.audit.place };
  const { tenant } = tenancy;
  tenancy.audit.place ??= await readPlace(tenancy);
  const { place } = tenancy.audit;
  const revision = revises ? place.revision + 1 : null;
  const entries: AuditEntry[] = [];
  for (const draft of drafts) {
    const { hash: previous, number } = entries.at(-1) ?? place;
    const entry = { ...draft, organisation: tenant, number: number + 1, revision, previous };
    entries.push({ ...entry, hash: tenancy.digest(auditText(entry)) });
  }
  const { number, hash } = entries.at(-1) as AuditEntry;
  const notices = entries.flatMap(auditNotices);
  return {
    statements: [
      { sql: GUARD, params: [tenant, place.hash, revises ? place.revision : null] },
      ...packJson(entries.map((entry) => ({ ...entry, details: JSON.stringify(entry.details) }))).map((pack) => ({
        sql: ADD,
        params: [tenant, pack],
      })),
      ...noticeStatements(tenant, notices, tenancy.clock()),
    ],
    entries,
    place: { number, hash, revision: revision ?? place.revision },
  };
}

/** Runs the statements with the entries in one batch, and gives the statements' own answers. Begins again when it lost a race, and while nothing can be written for a moment. */
export async function runAudited(
  tenancy: Tenancy,
  statements: readonly Statement[],
  drafts: readonly AuditDraft[],
): Promise<readonly Rows[]> {
  for (let attempt = 1; ; attempt++) {
    const appending = await appendAudit(tenancy, drafts, false);
    try {
      const answers = await tenancy.database.batch([...appending.statements, ...statements]);
      tenancy.audit.place = appending.place;
      return answers.slice(appending.statements.length);
    } catch (error) {
      tenancy.audit.place = null;
      const isShort = error instanceof Frozen || (error instanceof Conflict && error.constraint === AUDIT_RACE);
      if (!isShort || attempt >= ATTEMPTS) throw error;
      await tenancy.pause(attempt);
    }
  }
}

/** A query of the builder as a statement of a batch. */
export function statementOf(query: { toSQL(): { readonly sql: string; readonly params: unknown[] } }): Statement {
  const { sql, params } = query.toSQL();
  return { sql, params: params as Statement["params"] };
}

async function readPlace({ database, tenant }: Tenancy): Promise<AuditPlace> {
  const [answer] = await database.batch([{ sql: PLACE, params: [tenant] }]);
  const [number, hash, revision] = (answer?.rows[0] ?? [0, "", 0]) as readonly [number, string, number];
  return { number, hash, revision };
}
