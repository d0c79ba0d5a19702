// Credentials: API tokens and enrolment tokens, of which only hashes are kept.
import { and, asc, eq, sql } from "drizzle-orm";
import type { AuditDraft } from "#model/audit/entry.ts";
import { Fault } from "#model/fault.ts";
import { runAudited, statementOf } from "./audit.ts";
import { Conflict } from "./conflict.ts";
import { ask, type Tenancy } from "./queries.ts";
import { credential } from "./schema.ts";
import type { CredentialRow } from "./store.ts";

const columns = {
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
};

/** Fault `conflict` when the id is taken. */
export async function addCredential(
  tenancy: Tenancy,
  row: CredentialRow,
  audit: readonly AuditDraft[] = [],
): Promise<void> {
  const { queries, tenant } = tenancy;
  try {
    const insert = queries.insert(credential).values({ tenantId: tenant, ...row });
    await runAudited(tenancy, [statementOf(insert)], audit);
  } catch (error) {
    throw taken(error, `A credential with the id ${row.id} exists already; make one with another id.`);
  }
}

/** The credential, whether or not it still holds. */
export async function findCredential({ queries, tenant }: Tenancy, id: string): Promise<CredentialRow | null> {
  const where = and(eq(credential.tenantId, tenant), eq(credential.id, id));
  const [found] = await ask(queries, queries.select(columns).from(credential).where(where));
  return found ?? null;
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
