// Webhooks, their deliveries, and what has been told last of a thing.
import { and, asc, desc, eq, lte } from "drizzle-orm";
import type { AuditDraft } from "#model/audit/entry.ts";
import { later } from "#model/later.ts";
import type { Notice } from "#model/webhook/event.ts";
import { runAudited, statementOf } from "./audit.ts";
import type { Statement } from "./database.ts";
import type { DueDelivery, TenantWebhooks, WebhookDeliveryRow, WebhookOutcome, WebhookRow } from "./face/webhook.ts";
import { packJson } from "./limit.ts";
import { noticeStatements } from "./outbox.ts";
import { ask, type Tenancy } from "./queries.ts";
import { webhookQuota } from "./quota.ts";
import { webhook, webhookDelivery, webhookEvent, webhookMark } from "./schema/webhook.ts";

type Deeds = readonly AuditDraft[];

/** What was told last while somebody listened is old to who begins to listen now. */
const FORGET_UNHEARD = `DELETE FROM webhook_mark WHERE tenant_id = ?1
AND NOT EXISTS (SELECT 1 FROM webhook w WHERE w.tenant_id = ?1 AND w.disabled_at IS NULL)`;

async function addWebhook(tenancy: Tenancy, row: WebhookRow, audit: Deeds, most: number | null): Promise<void> {
  const insert = tenancy.queries.insert(webhook).values({ tenantId: tenancy.tenant, ...row });
  const forget = { sql: FORGET_UNHEARD, params: [tenancy.tenant] };
  await runAudited(tenancy, [...webhookQuota(tenancy.tenant, most), forget, statementOf(insert)], audit);
}

/** Over what stood there. */
async function updateWebhook(
  tenancy: Tenancy,
  id: string,
  change: Partial<Omit<WebhookRow, "id">>,
  audit: Deeds,
): Promise<void> {
  const own = and(eq(webhook.tenantId, tenancy.tenant), eq(webhook.id, id));
  const forget = change.disabledAt === null ? [{ sql: FORGET_UNHEARD, params: [tenancy.tenant] }] : [];
  await runAudited(tenancy, [...forget, statementOf(tenancy.queries.update(webhook).set(change).where(own))], audit);
}

/** With its deliveries; events that others were told of stay. */
async function deleteWebhook(tenancy: Tenancy, id: string, audit: Deeds): Promise<void> {
  const { queries, tenant } = tenancy;
  const statements = [
    queries.delete(webhook).where(and(eq(webhook.tenantId, tenant), eq(webhook.id, id))),
    queries.delete(webhookDelivery).where(and(eq(webhookDelivery.tenantId, tenant), eq(webhookDelivery.webhook, id))),
  ];
  await runAudited(tenancy, statements.map(statementOf), audit);
}

/** Oldest first. */
async function listWebhooks({ queries, tenant }: Tenancy): Promise<readonly WebhookRow[]> {
  const query = queries
    .select()
    .from(webhook)
    .where(eq(webhook.tenantId, tenant))
    .orderBy(asc(webhook.createdAt), asc(webhook.id));
  return (await ask(queries, query)).map(({ tenantId: _, ...row }) => row);
}

/** Newest event first. */
async function listDeliveriesOf(
  { queries, tenant }: Tenancy,
  { id, state, event, size, offset }: Parameters<TenantWebhooks["deliveries"]>[0],
): Promise<readonly WebhookDeliveryRow[]> {
  const { tenantId, ...columns } = deliveryColumns;
  const query = queries
    .select({ ...columns, type: webhookEvent.type })
    .from(webhookDelivery)
    .innerJoin(webhookEvent, and(eq(webhookEvent.tenantId, tenant), eq(webhookEvent.id, webhookDelivery.event)))
    .where(
      and(
        eq(tenantId, tenant),
        eq(columns.webhook, id),
        state === undefined ? undefined : eq(columns.state, state),
        event === undefined ? undefined : eq(columns.event, event),
      ),
    )
    .orderBy(desc(columns.time), asc(columns.event))
    .limit(size)
    .offset(offset);
  return ask(queries, query);
}

const deliveryColumns = later(() => ({
  tenantId: webhookDelivery.tenantId,
  webhook: webhookDelivery.webhook,
  event: webhookDelivery.event,
  time: webhookDelivery.time,
  state: webhookDelivery.state,
  attempts: webhookDelivery.attempts,
  due: webhookDelivery.due,
  triedAt: webhookDelivery.triedAt,
  status: webhookDelivery.status,
  problem: webhookDelivery.problem,
}));

/** What is to be sent to a webhook by now, what has waited longest first. */
async function dueDeliveries(
  { queries, tenant }: Tenancy,
  { id, now, size }: Parameters<TenantWebhooks["due"]>[0],
): Promise<readonly DueDelivery[]> {
  const query = queries
    .select({
      webhook: webhookDelivery.webhook,
      event: webhookDelivery.event,
      attempts: webhookDelivery.attempts,
      type: webhookEvent.type,
      payload: webhookEvent.payload,
    })
    .from(webhookDelivery)
    .innerJoin(webhookEvent, and(eq(webhookEvent.tenantId, tenant), eq(webhookEvent.id, webhookDelivery.event)))
    .where(
      and(
        eq(webhookDelivery.tenantId, tenant),
        eq(webhookDelivery.webhook, id),
        eq(webhookDelivery.state, "pending"),
        lte(webhookDelivery.due, now),
      ),
    )
    .orderBy(asc(webhookDelivery.due))
    .limit(size);
  return ask(queries, query);
}

/** When something is to be sent next, milliseconds since 1970; webhooks that are disabled wait, and those that are left out. */
async function nextDelivery({ database, tenant }: Tenancy, except: readonly string[]): Promise<number | null> {
  const [answer] = await database.batch([{ sql: NEXT, params: [tenant, JSON.stringify(except)] }]);
  return (answer?.rows[0]?.[0] ?? null) as number | null;
}

const NEXT = `SELECT min(d.due) AS due FROM webhook w CROSS JOIN webhook_delivery d
ON d.tenant_id = ?1 AND d.webhook = w.id AND d.state = 'pending' WHERE w.tenant_id = ?1 AND w.disabled_at IS NULL
  AND w.id NOT IN (SELECT value FROM json_each(?2))`;

const DROP_WAITING = `UPDATE webhook_delivery SET state = 'dropped', problem = ?3
WHERE tenant_id = ?1 AND webhook = ?2 AND state = 'pending'`;

/** Writes down an attempt, with the notices that follow from it, and that the webhook is off where it is. */
async function noteAttempt(
  tenancy: Tenancy,
  outcome: WebhookOutcome,
  notices: readonly Notice[],
  off?: { readonly at: string; readonly why: string },
): Promise<void> {
  const { queries, tenant, database, clock } = tenancy;
  const { webhook: id, event, ...set } = outcome;
  const own = and(
    eq(webhookDelivery.tenantId, tenant),
    eq(webhookDelivery.webhook, id),
    eq(webhookDelivery.event, event),
  );
  const update = statementOf(queries.update(webhookDelivery).set(set).where(own));
  const ending =
    off === undefined
      ? []
      : [
          statementOf(
            queries
              .update(webhook)
              .set({ disabledAt: off.at, disabledWhy: off.why })
              .where(and(eq(webhook.tenantId, tenant), eq(webhook.id, id))),
          ),
          { sql: DROP_WAITING, params: [tenant, id, off.why] },
        ];
  await database.batch([update, ...ending, ...noticeStatements(tenant, notices, clock())]);
}

const REPLAY = `INSERT INTO webhook_delivery (tenant_id, webhook, event, time, state, attempts, due)
SELECT ?1, w.id, v.id, v.time, 'pending', 0, ?4 FROM webhook w CROSS JOIN webhook_event v
ON v.tenant_id = ?1 AND (v.id = ?5 OR (?5 IS NULL AND v.time >= ?3))
  AND (EXISTS (SELECT 1 FROM json_each(w.events) own WHERE own.value = v.type)
    OR (?5 IS NOT NULL AND EXISTS (SELECT 1 FROM webhook_delivery d WHERE d.tenant_id = ?1 AND d.webhook = w.id AND d.event = v.id)))
WHERE w.tenant_id = ?1 AND w.id = ?2
ON CONFLICT (tenant_id, webhook, event) DO UPDATE SET state = 'pending', attempts = 0, due = excluded.due
RETURNING event`;

/**
 * Sends again one event that the webhook wants or was sent before, or all that it wants since a time, whatever became of them;
 * how many. It is told of nothing that its maker may not have read.
 */
async function replayDeliveries(
  tenancy: Tenancy,
  id: string,
  what: { readonly event: string } | { readonly since: string },
  audit: Deeds,
): Promise<number> {
  const [since, event] = "event" in what ? [null, what.event] : [what.since, null];
  const replay = { sql: REPLAY, params: [tenancy.tenant, id, since, tenancy.clock(), event] };
  const [answer] = await runAudited(tenancy, [replay], audit);
  return answer?.rows.length ?? 0;
}

/** Tells of things that changed, and what is told last of each; a mark that is null goes. */
async function tellNotices(
  { database, tenant, clock }: Tenancy,
  notices: readonly Notice[],
  marks: readonly { readonly name: string; readonly value: string | null }[],
): Promise<void> {
  const put = marks.filter(({ value }) => value !== null);
  const gone = marks.flatMap(({ name, value }) => (value === null ? [name] : []));
  const each = (items: readonly unknown[], text: string): Statement[] =>
    packJson(items).map((pack) => ({ sql: text, params: [tenant, pack] }));
  const statements = [
    ...noticeStatements(tenant, notices, clock()),
    ...each(put, PUT_MARKS),
    ...each(gone, DROP_MARKS),
  ];
  if (statements.length > 0) await database.batch(statements);
}

const PUT_MARKS = `INSERT INTO webhook_mark (tenant_id, name, value)
SELECT ?1, e.value->>'name', e.value->>'value' FROM json_each(?2) e WHERE true
ON CONFLICT (tenant_id, name) DO UPDATE SET value = excluded.value`;
const DROP_MARKS = "DELETE FROM webhook_mark WHERE tenant_id = ?1 AND name IN (SELECT value FROM json_each(?2))";

async function readMarks({ queries, tenant }: Tenancy): Promise<ReadonlyMap<string, string>> {
  const rows = await ask(queries, queries.select().from(webhookMark).where(eq(webhookMark.tenantId, tenant)));
  return new Map(rows.map(({ name, value }) => [name, value]));
}

const DROP_EVENTS = "DELETE FROM webhook_event WHERE tenant_id = ?1 AND time < ?2";
const DROP_DELIVERIES = `DELETE FROM webhook_delivery WHERE tenant_id = ?1 AND event NOT IN
(SELECT id FROM webhook_event WHERE tenant_id = ?1)`;
/** What has waited longest goes: newer events matter more to who comes back late. */
const DROP_PENDING = `UPDATE webhook_delivery SET state = 'dropped', problem = ?3
WHERE tenant_id = ?1 AND state = 'pending' AND (webhook, event) IN (SELECT webhook, event FROM webhook_delivery
  WHERE tenant_id = ?1 AND state = 'pending' ORDER BY due DESC LIMIT -1 OFFSET ?2) RETURNING event`;

/** Forgets events before `before`, and drops what waits beyond `most`; how many were dropped. */
async function tidyWebhooks(
  { database, tenant }: Tenancy,
  { before, most, why }: Parameters<TenantWebhooks["tidy"]>[0],
): Promise<number> {
  const answers = await database.batch([
    { sql: DROP_EVENTS, params: [tenant, before] },
    { sql: DROP_DELIVERIES, params: [tenant] },
    { sql: DROP_PENDING, params: [tenant, most, why] },
  ]);
  return answers.at(-1)?.rows.length ?? 0;
}

/** All queries on webhooks of one tenant. */
export function openWebhooks(tenancy: Tenancy): TenantWebhooks {
  return {
    add: (row, audit, most = null) => addWebhook(tenancy, row, audit, most),
    update: (id, change, audit) => updateWebhook(tenancy, id, change, audit),
    remove: (id, audit) => deleteWebhook(tenancy, id, audit),
    list: () => listWebhooks(tenancy),
    deliveries: (query) => listDeliveriesOf(tenancy, query),
    due: (query) => dueDeliveries(tenancy, query),
    next: (except) => nextDelivery(tenancy, except),
    note: (outcome, notices, off) => noteAttempt(tenancy, outcome, notices, off),
    replay: (id, what, audit) => replayDeliveries(tenancy, id, what, audit),
    tell: (notices, marks) => tellNotices(tenancy, notices, marks),
    marks: () => readMarks(tenancy),
    tidy: (query) => tidyWebhooks(tenancy, query),
  };
}
