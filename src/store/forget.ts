// Forgetting: what history is kept no longer.
import type { Statement } from "./database.ts";

/** At the most so many revisions go with each new one: more than one, so that they do not pile up. */
const FORGOTTEN = 20;

/** The newest of the oldest revisions that is older than the time: what is forgotten is always the beginning. */
const END = `(SELECT MAX(revision) FROM revision WHERE tenant_id = ?1 AND time < ?2
  AND revision < ${FORGOTTEN} + (SELECT MIN(revision) FROM revision WHERE tenant_id = ?1)
  AND revision < (SELECT h.revision FROM heads h WHERE h.tenant_id = ?1))`;

/** Drops the oldest revisions that are older than the time (RFC 3339), what they changed and what they did. */
export function forgetStatements(tenant: string, before: string): readonly Statement[] {
  return ["revision_effect", "revision_change", "revision"].map((table) => ({
    sql: `DELETE FROM ${table} WHERE tenant_id = ?1 AND revision <= ${END}`,
    params: [tenant, before],
  }));
}
