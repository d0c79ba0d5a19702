// Issuers: the newest certificate of each intermediate, with its key where the control plane holds it, sealed.
import { and, asc, eq } from "drizzle-orm";
import type { Statement } from "./database.ts";
import type { IssuerRow, IssuerWrites } from "./face/certificate.ts";
import { packJson } from "./limit.ts";
import { ask, type Tenancy } from "./queries.ts";
import { issuer } from "./schema/certificate.ts";

/** A revocation stays, whoever writes the row again. */
const PUT = `INSERT INTO issuer
(tenant_id, mesh, key_id, zone, relay, root, certificate_pem, not_after, sealed_key, revoked_at, revoked_by)
SELECT ?1, e.value->>'mesh', e.value->>'keyId', e.value->>'zone', e.value->>'relay', e.value->>'root',
  e.value->>'certificatePem', e.value->>'notAfter', e.value->>'sealedKey', e.value->>'revokedAt', e.value->>'revokedBy'
FROM json_each(?2) e WHERE true
ON CONFLICT (tenant_id, mesh, key_id) DO UPDATE SET root = excluded.root, certificate_pem = excluded.certificate_pem,
  not_after = excluded.not_after, revoked_at = COALESCE(revoked_at, excluded.revoked_at),
  revoked_by = COALESCE(revoked_by, excluded.revoked_by)`;
const DROP = `DELETE FROM issuer WHERE tenant_id = ?1 AND (mesh, key_id) IN
(SELECT e.value->>'mesh', e.value->>'keyId' FROM json_each(?2) e)`;

/** What writes them, as part of a batch. */
export function issuerStatements(tenant: string, { put = [], drop = [] }: IssuerWrites): readonly Statement[] {
  const dropped = drop.map(({ mesh, keyId }) => ({ mesh, keyId }));
  return [
    ...packJson(put).map((pack) => ({ sql: PUT, params: [tenant, pack] })),
    ...packJson(dropped).map((pack) => ({ sql: DROP, params: [tenant, pack] })),
  ];
}

/** All of the tenant or of one mesh, by mesh and key id. */
export async function listIssuers({ queries, tenant }: Tenancy, mesh?: string): Promise<readonly IssuerRow[]> {
  const query = queries
    .select({
      mesh: issuer.mesh,
      keyId: issuer.keyId,
      zone: issuer.zone,
      relay: issuer.relay,
      root: issuer.root,
      certificatePem: issuer.certificatePem,
      notAfter: issuer.notAfter,
      sealedKey: issuer.sealedKey,
      revokedAt: issuer.revokedAt,
      revokedBy: issuer.revokedBy,
    })
    .from(issuer)
    .where(and(eq(issuer.tenantId, tenant), mesh === undefined ? undefined : eq(issuer.mesh, mesh)))
    .orderBy(asc(issuer.mesh), asc(issuer.keyId));
  return ask(queries, query);
}
