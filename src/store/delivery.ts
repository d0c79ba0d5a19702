// Reading proofs of delivery, the audit of leaves, and that of revealed keys.
import { and, asc, desc, eq, gt } from "drizzle-orm";
import { ask, type Tenancy } from "./queries.ts";
import { certificate, delivery, reveal } from "./schema.ts";
import type { CertificateRow, DeliveryRow, RevealRow } from "./store.ts";

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

/** Names that an unexpired leaf was issued to. */
export async function listCertified({ queries, tenant, now }: Tenancy, mesh: string): Promise<readonly string[]> {
  const query = queries
    .selectDistinct({ name: certificate.name })
    .from(certificate)
    .where(and(eq(certificate.tenantId, tenant), eq(certificate.mesh, mesh), gt(certificate.notAfter, now())))
    .orderBy(asc(certificate.name));
  return (await ask(queries, query)).map(({ name }) => name);
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

/** Revealed keys, newest first. */
export async function listReveals(
  { queries, tenant }: Tenancy,
  { size }: { readonly size: number },
): Promise<readonly RevealRow[]> {
  const query = queries
    .select({ time: reveal.time, actor: reveal.actor, type: reveal.type, mesh: reveal.mesh, name: reveal.name })
    .from(reveal)
    .where(eq(reveal.tenantId, tenant))
    .orderBy(desc(reveal.time), asc(reveal.actor), asc(reveal.type), asc(reveal.mesh), asc(reveal.name))
    .limit(size);
  const rows = await ask(queries, query);
  return rows.map(({ time, actor, ...key }) => ({ time, actor, key }));
}
