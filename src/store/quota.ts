// Quotas in the batch that writes: a guard counts what stands, so that no race lets one too many through.
import { Conflict } from "./conflict.ts";
import type { SqlValue, Statement } from "./database.ts";
import type { CommitQuotas } from "./face/commit.ts";

/** API tokens that hold; ?2 how many there may be, ?3 now. */
const TOKENS = `INSERT INTO guard (reason) SELECT 'quota' WHERE (SELECT COUNT(*) FROM credential WHERE tenant_id = ?1
AND kind = 'api' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?3)) >= ?2`;
const WEBHOOKS = `INSERT INTO guard (reason) SELECT 'quota'
WHERE (SELECT COUNT(*) FROM webhook WHERE tenant_id = ?1) >= ?2`;

/** Nothing is counted where nobody else has committed since the writer counted; ?2 where it did, ?3 types (none = all), ?4 how many. */
const RESOURCES = `INSERT INTO guard (reason) SELECT 'quota'
WHERE (SELECT sequence FROM heads WHERE tenant_id = ?1) <> ?2 + 1
AND (SELECT COUNT(*) FROM resource WHERE tenant_id = ?1
  AND (?3 = '[]' OR type IN (SELECT value FROM json_each(?3)))) > ?4`;

const guard = (sql: string, tenant: string, ...params: readonly SqlValue[]): Statement => ({
  sql,
  params: [tenant, ...params],
});

/** Before the token is added; nothing where there is no limit. */
export function tokenQuota(tenant: string, most: number | null, now: string): readonly Statement[] {
  return most === null ? [] : [guard(TOKENS, tenant, most, now)];
}

/** Before the webhook is added. */
export function webhookQuota(tenant: string, most: number | null): readonly Statement[] {
  return most === null ? [] : [guard(WEBHOOKS, tenant, most)];
}

/** After the resources are written. */
export function resourceQuotas(tenant: string, quotas: CommitQuotas | undefined): readonly Statement[] {
  if (quotas === undefined) return [];
  const { sequence, each } = quotas;
  return each.map(({ types, most }) => guard(RESOURCES, tenant, sequence, JSON.stringify(types), most));
}

/** Whether a batch was refused because there would be too many. */
export function isOverQuota(error: unknown): boolean {
  return error instanceof Conflict && (error.constraint === "quota_exceeded" || error.constraint === "too_many");
}
