// Approvals of plans: given, taken back, and counted while their tokens hold.
import type { AuditDraft } from "#model/audit/entry.ts";
import { runAudited } from "./audit.ts";
import type { PlanApproval } from "./face/plan.ts";
import type { Tenancy } from "./queries.ts";

const LIST = `SELECT a.plan, a.actor, a.time, a.reason FROM plan_approval a
LEFT JOIN credential c ON c.tenant_id = a.tenant_id AND a.actor = 'token:' || c.id
WHERE a.tenant_id = ?1 AND (?2 IS NULL OR a.plan = ?2) AND c.revoked_at IS NULL
  AND (c.expires_at IS NULL OR c.expires_at > ?3) ORDER BY a.time, a.actor`;
const ADD = `INSERT INTO plan_approval (tenant_id, plan, actor, time, reason) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (tenant_id, plan, actor) DO NOTHING`;
const DROP = "DELETE FROM plan_approval WHERE tenant_id = ?1 AND plan = ?2 AND actor = ?3";

/** Of one plan, or (null) of all; oldest first, without those of tokens that are revoked or have expired. */
export async function listApprovals(
  { database, tenant, now }: Tenancy,
  plan: string | null,
): Promise<readonly PlanApproval[]> {
  const [found] = await database.batch([{ sql: LIST, params: [tenant, plan, now()] }]);
  return (found?.rows ?? []).map((row) => {
    const [of, actor, time, reason] = row as readonly [string, string, string, string];
    return { plan: of, actor, time, reason };
  });
}

export async function addApproval(
  tenancy: Tenancy,
  { plan, actor, time, reason }: PlanApproval,
  audit: readonly AuditDraft[],
): Promise<void> {
  await runAudited(tenancy, [{ sql: ADD, params: [tenancy.tenant, plan, actor, time, reason] }], audit);
}

export async function dropApproval(
  tenancy: Tenancy,
  plan: string,
  actor: string,
  audit: readonly AuditDraft[],
): Promise<void> {
  await runAudited(tenancy, [{ sql: DROP, params: [tenancy.tenant, plan, actor] }], audit);
}
