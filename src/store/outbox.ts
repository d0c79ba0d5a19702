// The outbox of webhooks: events go into the batch of what they tell of, and to the webhooks that want them.
import type { Notice } from "#model/webhook/event.ts";
import type { Statement } from "./database.ts";
import { packJson } from "./limit.ts";

const WANTS = `w.tenant_id = ?1 AND w.disabled_at IS NULL AND CASE
  WHEN e.value->>'only' IS NOT NULL THEN w.id = e.value->>'only'
  ELSE w.id IS NOT e.value->>'except' AND EXISTS (SELECT 1 FROM json_each(w.events) own WHERE own.value = e.value->>'type') END`;
/** Nothing is kept of what nobody wants. */
const ADD_EVENTS = `INSERT INTO webhook_event (tenant_id, id, type, time, payload)
SELECT ?1, e.value->>'id', e.value->>'type', e.value->>'time', e.value->>'payload' FROM json_each(?2) e
WHERE EXISTS (SELECT 1 FROM webhook w WHERE ${WANTS}) ON CONFLICT DO NOTHING`;
const ADD_DELIVERIES = `INSERT INTO webhook_delivery (tenant_id, webhook, event, time, state, attempts, due)
SELECT ?1, w.id, e.value->>'id', e.value->>'time', 'pending', 0, ?3 FROM json_each(?2) e CROSS JOIN webhook w ON ${WANTS}
WHERE true ON CONFLICT DO NOTHING`;

/** `clock`: when the first attempt is due, milliseconds since 1970. */
export function noticeStatements(tenant: string, notices: readonly Notice[], clock: number): readonly Statement[] {
  return packJson(notices).flatMap((pack) => [
    { sql: ADD_EVENTS, params: [tenant, pack] },
    { sql: ADD_DELIVERIES, params: [tenant, pack, clock] },
  ]);
}
