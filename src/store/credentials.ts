// Credentials: API tokens and enrolment tokens, of which only hashes are kept.
import { and, asc, eq, isNull, lte, or, sql } from "drizzle-orm";
import type { AuditDraft } from "#model/audit/entry.ts";
import { Fault } from "#model/fault.ts";
import { later } from "#model/later.ts";
import { runAudited, statementOf } from "./audit.ts";
import { Conflict } from "./conflict.ts";
import type { CredentialRow, LineageRow } from "./face/credential.ts";
import { ask, type Tenancy } from "./queries.ts";
import { isOverQuota, tokenQuota } from "./quota.ts";
import { credential } from "./schema/credential.ts";

const columns = later(() => ({
  id: credential.id,
  kind: credential.kind,
  name: credential.name,
  secretHash: credential.secretHash,
  scopes: credential.scopes,
  createdAt: credential.createdAt,
  expiresAt: credential.expiresAt,
  revokedAt: credential.revokedAt,
  zone: credential.zone,
  usedBy: credential.usedBy,
  mintedBy: credential.mintedBy,
  lastUsedAt: credential.lastUsedAt,
}));

/** Fault `conflict` when the id is taken; Conflict where `most` API tokens hold already. */
export async function addCredential(
  tenancy: Tenancy,
  row: CredentialRow,
  audit: readonly AuditDraft[] = [],
  most: number | null = null,
): Promise<void> {
  const { queries, tenant } = tenancy;
  try {
    const insert = queries.insert(credential).values({ tenantId: tenant, ...row });
    await runAudited(tenancy, [...tokenQuota(tenant, most, tenancy.now()), statementOf(insert)], audit);
  } catch (error) {
    if (isOverQuota(error)) throw error;
    throw taken(error, `A credential with the id ${row.id} exists already; make one with another id.`);
  }
}

/** Asked at each call of an API token: its text is made once. */
const CREDENTIAL = `SELECT id, kind, name, secret_hash, scopes, created_at, expires_at, revoked_at, zone, used_by, minted_by, last_used_at
FROM credential WHERE tenant_id = ?1 AND id = ?2`;

/** The credential, whether or not it still holds. */
export async function findCredential({ database, tenant }: Tenancy, id: string): Promise<CredentialRow | null> {
  const [found] = await database.batch([{ sql: CREDENTIAL, params: [tenant, id] }]);
  if (found?.rows[0] === undefined) return null;
  const [own, kind, name, secretHash, scopes, createdAt, ...more] = found.rows[0] as readonly [
    ...(readonly [string, CredentialRow["kind"], string, string, string, string]),
    ...(string | null)[],
  ];
  const [expiresAt = null, revokedAt = null, zone = null, usedBy = null, mintedBy = null, lastUsedAt = null] = more;
  return {
    ...{ id: own, kind, name, secretHash, scopes: JSON.parse(scopes) as string[], createdAt },
    ...{ expiresAt, revokedAt, zone, usedBy, mintedBy, lastUsedAt },
  };
}

const NAMES = "SELECT id, name FROM credential WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))";

/** Names by id; ids that are unknown are left out. */
export async function readCredentialNames(
  { database, tenant }: Tenancy,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const [found] = await database.batch([{ sql: NAMES, params: [tenant, JSON.stringify(ids)] }]);
  return new Map((found?.rows ?? []) as readonly (readonly [string, string])[]);
}

const LINEAGE = `WITH RECURSIVE line (id) AS (
  SELECT value FROM json_each(?2)
  UNION SELECT c.minted_by FROM line JOIN credential c ON c.tenant_id = ?1 AND c.id = line.id WHERE c.minted_by IS NOT NULL
) SELECT c.id, c.minted_by, c.scopes, c.expires_at, c.revoked_at FROM credential c JOIN line USING (id)
WHERE c.tenant_id = ?1 AND c.kind = 'api'`;

/** API tokens and all that they were minted by. */
export async function readLineage(
  { database, tenant }: Tenancy,
  ids: readonly string[],
): Promise<readonly LineageRow[]> {
  if (ids.length === 0) return [];
  const [found] = await database.batch([{ sql: LINEAGE, params: [tenant, JSON.stringify(ids)] }]);
  return (found?.rows ?? []).map((row) => {
    const [id, mintedBy, scopes, expiresAt, revokedAt] = row as readonly [
      string,
      string | null,
      string,
      ...(string | null)[],
    ];
    return {
      id,
      mintedBy,
      scopes: JSON.parse(scopes) as string[],
      expiresAt: expiresAt ?? null,
      revokedAt: revokedAt ?? null,
    };
  });
}

/** All of a kind, oldest first. */
export async function listCredentials(
  { queries, tenant }: Tenancy,
  kind: CredentialRow["kind"],
): Promise<readonly CredentialRow[]> {
  const query = queries
    .select(columns)
    .from(credential)
    .where(and(eq(credential.tenantId, tenant), eq(credential.kind, kind)))
    .orderBy(asc(credential.createdAt), asc(credential.id));
  return ask(queries, query);
}

/** One row at the most: several processes that saw the same old time write one time. */
export async function noteUse({ queries, tenant }: Tenancy, id: string, at: string, unless: string): Promise<void> {
  const { lastUsedAt } = credential;
  const query = queries
    .update(credential)
    .set({ lastUsedAt: at })
    .where(
      and(eq(credential.tenantId, tenant), eq(credential.id, id), or(isNull(lastUsedAt), lte(lastUsedAt, unless))),
    );
  await ask(queries, query);
}

/** False when there is none; the time of the first revocation stays. */
export async function revokeCredential(
  tenancy: Tenancy,
  id: string,
  at: string,
  audit: readonly AuditDraft[] = [],
): Promise<boolean> {
  const { queries, tenant } = tenancy;
  const query = queries
    .update(credential)
    .set({ revokedAt: sql`COALESCE(${credential.revokedAt}, ${at})` })
    .where(and(eq(credential.tenantId, tenant), eq(credential.id, id)))
    .returning({ id: credential.id });
  const [revoked] = await runAudited(tenancy, [statementOf(query)], audit);
  return revoked !== undefined && revoked.rows.length > 0;
}

/** A unique key's refusal as Fault `conflict`; any other error as it is. */
export function taken(error: unknown, detail: string): unknown {
  return error instanceof Conflict ? new Fault("conflict", detail, { cause: error }) : error;
}
