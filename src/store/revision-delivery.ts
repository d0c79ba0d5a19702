// How far revisions have come at relays: one row a relay and revision, the last 200 revisions.
import { and, asc, desc, eq, gt, gte, lte, or } from "drizzle-orm";
import { later } from "#model/later.ts";
import type { Statement } from "./database.ts";
import type { RevisionDeliveryRow } from "./face/delivery.ts";
import type { RevisionMoment } from "./face/history.ts";
import { ask, type Tenancy } from "./queries.ts";
import { revisionDelivery } from "./schema/delivery.ts";
import { revision } from "./schema/revision.ts";

const KEPT = 200;

const ADD = `INSERT INTO revision_delivery (tenant_id, epoch, revision, zone, relay, sequence, answered_at, acked, nacked, pending,
  absent, untouched, pushed, taken, laggards, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
ON CONFLICT (tenant_id, epoch, revision, zone, relay) DO UPDATE SET sequence = excluded.sequence,
  answered_at = COALESCE(revision_delivery.answered_at, excluded.answered_at), acked = excluded.acked,
  nacked = excluded.nacked, pending = excluded.pending, absent = excluded.absent, untouched = excluded.untouched,
  pushed = excluded.pushed, taken = excluded.taken, laggards = excluded.laggards, at = excluded.at`;
/** Those of a relay that is gone go by others' reports, so that the number stays. */
const DROP = "DELETE FROM revision_delivery WHERE tenant_id = ?1 AND (epoch, revision) < (?2, ?3)";

/** Writes the rows over whatever was known, and forgets what is too old. */
export function revisionDeliveryStatements(tenant: string, rows: readonly RevisionDeliveryRow[]): Statement[] {
  const newest = rows.at(-1);
  if (newest === undefined) return [];
  return [
    ...rows.map(({ epoch, zone, relay, sequence, acked, nacked, pending, absent, untouched, at, ...row }) => ({
      sql: ADD,
      params: [
        ...[tenant, epoch, row.revision, zone, relay, sequence, row.answeredAt, acked, nacked, pending],
        ...[absent, untouched, JSON.stringify(row.pushed), JSON.stringify(row.taken), JSON.stringify(row.laggards), at],
      ],
    })),
    { sql: DROP, params: [tenant, newest.epoch, newest.revision - KEPT + 1] },
  ];
}

/** Rows of this revision and of all later ones, by epoch, revision, zone, relay. */
export async function listRevisionDeliveries(
  { queries, tenant }: Tenancy,
  from: { readonly epoch: number; readonly revision: number },
): Promise<readonly RevisionDeliveryRow[]> {
  const { tenantId, ...columns } = revisionDeliveryColumns;
  const query = queries
    .select(columns)
    .from(revisionDelivery)
    .where(
      and(
        eq(tenantId, tenant),
        gte(columns.epoch, from.epoch),
        or(gt(columns.epoch, from.epoch), gte(columns.revision, from.revision)),
      ),
    )
    .orderBy(asc(columns.epoch), asc(columns.revision), asc(columns.zone), asc(columns.relay));
  return ask(queries, query);
}

const revisionDeliveryColumns = later(() => ({
  tenantId: revisionDelivery.tenantId,
  epoch: revisionDelivery.epoch,
  revision: revisionDelivery.revision,
  zone: revisionDelivery.zone,
  relay: revisionDelivery.relay,
  sequence: revisionDelivery.sequence,
  answeredAt: revisionDelivery.answeredAt,
  acked: revisionDelivery.acked,
  nacked: revisionDelivery.nacked,
  pending: revisionDelivery.pending,
  absent: revisionDelivery.absent,
  untouched: revisionDelivery.untouched,
  pushed: revisionDelivery.pushed,
  taken: revisionDelivery.taken,
  laggards: revisionDelivery.laggards,
  at: revisionDelivery.at,
}));

/** When revisions from `from` to `to` were committed, and where; newest first. */
export async function listRevisionMoments(
  { queries, tenant }: Tenancy,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly RevisionMoment[]> {
  const query = queries
    .select({
      revision: revision.revision,
      epoch: revision.epoch,
      sequence: revision.sequence,
      actor: revision.actor,
      reason: revision.reason,
      time: revision.time,
    })
    .from(revision)
    .where(and(eq(revision.tenantId, tenant), gte(revision.revision, from), lte(revision.revision, to)))
    .orderBy(desc(revision.revision));
  return ask(queries, query);
}
