// Reading proofs of delivery and the audit of leaves; revealed keys of an earlier release.
import { and, asc, desc, eq } from "drizzle-orm";
import type { AuditDraft } from "#model/audit/entry.ts";
import { runAudited } from "./audit.ts";
import type { RevealRow } from "./face/audit.ts";
import type { CertificateRow } from "./face/certificate.ts";
import type { DeliveryRow } from "./face/delivery.ts";
import { ask, type Tenancy } from "./queries.ts";
import { certificate } from "./schema/certificate.ts";
import { delivery } from "./schema/delivery.ts";

/** Newest first, then by relay. */
export async function listDeliveries({ queries, tenant }: Tenancy, zone: string): Promise<readonly DeliveryRow[]> {
  const query = queries
    .select({
      zone: delivery.zone,
      relay: delivery.relay,
      epoch: delivery.epoch,
      sequence: delivery.sequence,
      acked: delivery.acked,
      nacked: delivery.nacked,
      pending: delivery.pending,
      laggards: delivery.laggards,
      at: delivery.at,
    })
    .from(delivery)
    .where(and(eq(delivery.tenantId, tenant), eq(delivery.zone, zone)))
    .orderBy(desc(delivery.epoch), desc(delivery.sequence), asc(delivery.relay));
  return ask(queries, query);
}

/** Issued leaves, those that live longest first. */
export async function listCertificates(
  { queries, tenant }: Tenancy,
  { mesh, zone, size }: { readonly mesh?: string; readonly zone?: string; readonly size: number },
): Promise<readonly CertificateRow[]> {
  const query = queries
    .select({
      serial: certificate.serial,
      mesh: certificate.mesh,
      name: certificate.name,
      zone: certificate.zone,
      issuer: certificate.issuer,
      notAfter: certificate.notAfter,
      tokenId: certificate.tokenId,
    })
    .from(certificate)
    .where(
      and(
        eq(certificate.tenantId, tenant),
        mesh === undefined ? undefined : eq(certificate.mesh, mesh),
        zone === undefined ? undefined : eq(certificate.zone, zone),
      ),
    )
    .orderBy(desc(certificate.notAfter), asc(certificate.serial))
    .limit(size);
  return ask(queries, query);
}

const OLDEST_REVEALS = `SELECT time, actor, type, mesh, name FROM reveal WHERE tenant_id = ?1
ORDER BY time, actor, type, mesh, name LIMIT ?2`;
/** Another process may have taken them meanwhile. */
const REVEAL_STANDS = `INSERT INTO guard (reason) SELECT 'audit' WHERE NOT EXISTS (SELECT 1 FROM reveal
WHERE tenant_id = ?1 AND time = ?2 AND actor = ?3 AND type = ?4 AND mesh = ?5 AND name = ?6)`;
const DROP_REVEALS = `DELETE FROM reveal WHERE tenant_id = ?1 AND (time, actor, type, mesh, name) IN
(SELECT time, actor, type, mesh, name FROM reveal WHERE tenant_id = ?1 ORDER BY time, actor, type, mesh, name LIMIT ?2)`;

/** Moves revealed keys that an earlier release wrote down into the audit log, oldest first; how many they were. */
export async function takeReveals(
  tenancy: Tenancy,
  size: number,
  draftOf: (row: RevealRow) => AuditDraft,
): Promise<number> {
  const { database, tenant } = tenancy;
  const [found] = await database.batch([{ sql: OLDEST_REVEALS, params: [tenant, size] }]);
  const rows = (found?.rows ?? []) as readonly (readonly [string, string, string, string, string])[];
  if (rows.length === 0) return 0;
  const [oldest = []] = rows;
  const drafts = rows.map(([time, actor, type, mesh, name]) => draftOf({ time, actor, key: { type, mesh, name } }));
  await runAudited(
    tenancy,
    [
      { sql: REVEAL_STANDS, params: [tenant, ...oldest] },
      { sql: DROP_REVEALS, params: [tenant, rows.length] },
    ],
    drafts,
  );
  return rows.length;
}
