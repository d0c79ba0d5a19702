// What calls of relays leave behind: used proofs, the audit of leaves, proof of delivery. None of it moves a head.
import { and, eq } from "drizzle-orm";
import { runAudited, statementOf } from "./audit.ts";
import { retentionStatement } from "./audit-log.ts";
import { Conflict, ProofRepeated } from "./conflict.ts";
import type { SqlValue, Statement } from "./database.ts";
import type { CertificateRow } from "./face/certificate.ts";
import type { Commit, RecordEntry } from "./face/commit.ts";
import type { DeliveryRow } from "./face/delivery.ts";
import { issuerStatements } from "./issuers.ts";
import { packJson } from "./limit.ts";
import { ask, type Tenancy } from "./queries.ts";
import { revisionDeliveryStatements } from "./revision-delivery.ts";
import { proof } from "./schema/head.ts";

/** Delivery rows kept a relay. */
const DELIVERIES_KEPT = 50;

const ADD_PROOF = "INSERT INTO proof (tenant_id, id, expires_at, status) VALUES (?1, ?2, ?3, ?4)";
const DROP_PROOFS = "DELETE FROM proof WHERE tenant_id = ?1 AND expires_at < ?2";

const ADD_CERTIFICATES = `INSERT INTO certificate (tenant_id, issuer, serial, mesh, name, zone, not_after, token_id)
SELECT ?1, e.value->>'issuer', e.value->>'serial', e.value->>'mesh', e.value->>'name', e.value->>'zone', e.value->>'notAfter',
  e.value->>'tokenId' FROM json_each(?2) e WHERE true ON CONFLICT DO NOTHING`;

/** How long a row is kept after its certificate has expired: what a zone issued while cut off is told of days later. */
const AUDIT_KEPT = 14 * 86_400_000;
/** Expired rows dropped a call that adds rows: more than one call adds, so that they don't pile up. */
const CERTIFICATES_DROPPED = 2000;
const DROP_CERTIFICATES = `DELETE FROM certificate WHERE tenant_id = ?1 AND (issuer, serial) IN
(SELECT issuer, serial FROM certificate WHERE tenant_id = ?1 AND not_after < ?2
  ORDER BY not_after LIMIT ${CERTIFICATES_DROPPED})`;

const ADD_DELIVERY = `INSERT INTO delivery (tenant_id, zone, relay, epoch, sequence, acked, nacked, pending, laggards, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (tenant_id, zone, relay, epoch, sequence)
DO UPDATE SET acked = excluded.acked, nacked = excluded.nacked, pending = excluded.pending,
  laggards = excluded.laggards, at = excluded.at`;
/** One row at the most: as each call adds one at the most, the number stays, and a call costs two rows written. */
const DROP_DELIVERY = `DELETE FROM delivery WHERE tenant_id = ?1 AND zone = ?2 AND relay = ?3 AND (epoch, sequence) IN
(SELECT epoch, sequence FROM delivery WHERE tenant_id = ?1 AND zone = ?2 AND relay = ?3
  ORDER BY epoch DESC, sequence DESC LIMIT 1 OFFSET ${DELIVERIES_KEPT})`;

/** Uses a proof's id, which breaks `proof.id` when it was used before, and forgets those that have expired. */
export function proofStatements(
  tenant: string,
  { id, expiresAt, status }: NonNullable<Commit["proof"]>,
  clock: number,
): Statement[] {
  return [
    { sql: ADD_PROOF, params: [tenant, id, expiresAt, status] },
    { sql: DROP_PROOFS, params: [tenant, clock] },
  ];
}

/** A leaf that is known stays as it is; with new ones, those that expired some time before `clock` are forgotten. */
export function certificateStatements(tenant: string, rows: readonly CertificateRow[], clock: number): Statement[] {
  if (rows.length === 0) return [];
  return [
    { sql: DROP_CERTIFICATES, params: [tenant, new Date(clock - AUDIT_KEPT).toISOString()] },
    ...packJson(rows).map((pack) => ({ sql: ADD_CERTIFICATES, params: [tenant, pack] })),
  ];
}

function deliveryStatements(tenant: string, row: DeliveryRow): Statement[] {
  const { zone, relay, epoch, sequence, acked, nacked, pending, laggards, at } = row;
  const key: readonly SqlValue[] = [tenant, zone, relay];
  return [
    { sql: ADD_DELIVERY, params: [...key, epoch, sequence, acked, nacked, pending, JSON.stringify(laggards), at] },
    { sql: DROP_DELIVERY, params: key },
  ];
}

/** One batch. Throws ProofRepeated, with nothing written, when the proof was used before. */
export async function recordEntry(tenancy: Tenancy, entry: RecordEntry): Promise<void> {
  const { tenant, clock } = tenancy;
  const statements = [
    ...(entry.proof === undefined ? [] : proofStatements(tenant, entry.proof, clock())),
    ...certificateStatements(tenant, entry.certificates ?? [], clock()),
    ...issuerStatements(tenant, entry.issuers ?? {}),
    ...(entry.delivery === undefined ? [] : deliveryStatements(tenant, entry.delivery)),
    ...revisionDeliveryStatements(tenant, entry.revisions ?? []),
    ...(entry.retentionDays === undefined ? [] : [statementOf(retentionStatement(tenancy, entry.retentionDays))]),
  ];
  try {
    await runAudited(tenancy, statements, entry.audit ?? []);
  } catch (error) {
    if (!(error instanceof Conflict) || entry.proof === undefined) throw error;
    throw new ProofRepeated((await proofStatus(tenancy, entry.proof.id)) ?? entry.proof.status);
  }
}

/** The status that the call with this proof was answered with; null when the proof is unused. */
export async function proofStatus({ queries, tenant }: Tenancy, id: string): Promise<number | null> {
  const query = queries
    .select({ status: proof.status })
    .from(proof)
    .where(and(eq(proof.tenantId, tenant), eq(proof.id, id)));
  const [found] = await ask(queries, query);
  return found?.status ?? null;
}
