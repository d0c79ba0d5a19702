// Revisions: who changed what, from what to what.
import { and, asc, desc, eq, inArray, lt } from "drizzle-orm";
import type { Tenancy } from "./queries.ts";
import { pastOf } from "./row.ts";
import { revision, revisionChange } from "./schema.ts";
import type { RevisionRecord } from "./store.ts";

/** The newest `size` revisions below `before`, newest first. */
export async function listRevisions(
  { queries, tenant }: Tenancy,
  { before, size }: { readonly before?: number; readonly size: number },
): Promise<readonly RevisionRecord[]> {
  const page = and(eq(revision.tenantId, tenant), before === undefined ? undefined : lt(revision.revision, before));
  const numbers = queries
    .select({ revision: revision.revision })
    .from(revision)
    .where(page)
    .orderBy(desc(revision.revision))
    .limit(size);
  const [rows, changes] = await queries.batch([
    queries
      .select({ revision: revision.revision, actor: revision.actor, reason: revision.reason, time: revision.time })
      .from(revision)
      .where(page)
      .orderBy(desc(revision.revision))
      .limit(size),
    queries
      .select()
      .from(revisionChange)
      .where(and(eq(revisionChange.tenantId, tenant), inArray(revisionChange.revision, numbers)))
      .orderBy(asc(revisionChange.type), asc(revisionChange.mesh), asc(revisionChange.name)),
  ]);
  return rows.map((row) => ({
    ...row,
    changes: changes
      .filter((change) => change.revision === row.revision)
      .map((change) => ({
        key: { type: change.type, mesh: change.mesh, name: change.name },
        before: pastOf(change, change.before),
        after: pastOf(change, change.after),
      })),
  }));
}
