// What a webhook can be told of: one row an event, and the notices that audit entries make.
import type { AuditAction } from "#model/audit/action.ts";
import type { AuditEntry } from "#model/audit/entry.ts";

/** Event → what it means, for people. */
export const WEBHOOK_EVENTS = {
  "revision.committed": "resources were changed",
  "revision.delivered": "every proxy of every zone that is there has the revision",
  "revision.rejected": "an Envoy refuses the revision",
  "rollback.automatic": "a revision was taken back by a ChangeControl's rule",
  "rollback.refused": "a revision should have been taken back by a rule, and could not be",
  "plan.waiting": "a plan was made that others must approve",
  "plan.approved": "a plan was approved, and how many approvals it has of those that it takes",
  "guard.overridden": "a change was committed against a guard rail",
  "proxy.nack": "a proxy's Envoy refuses what it was sent",
  "zone.offline": "no relay of a zone is heard of any more",
  "zone.online": "a zone is heard of again",
  "certificate.expiring": "a certificate is in the last quarter of its life",
  "audit.entry": "an entry of the audit log, with its place in the chain",
  "webhook.dead": "an event could not be delivered to another webhook within a day",
  "webhook.test": "asked for by weft webhook test; sent to that webhook alone",
} as const;

export type WebhookEvent = keyof typeof WEBHOOK_EVENTS;

/** Those that can be subscribed to. */
export const SUBSCRIBABLE: readonly WebhookEvent[] = (Object.keys(WEBHOOK_EVENTS) as WebhookEvent[]).filter(
  (event) => event !== "webhook.test",
);

/** An event on its way into the outbox; told once, however often it is written. */
export interface Notice {
  /** What receivers tell repeats by (`webhook-id`). */
  readonly id: string;
  readonly type: WebhookEvent;
  /** RFC 3339. */
  readonly time: string;
  /** The body that is sent and signed, byte for byte. */
  readonly payload: string;
  /** The one webhook that it is for, whatever it has subscribed to. */
  readonly only?: string;
  /** A webhook that it is not for. */
  readonly except?: string;
}

/** Resources of one revision that are told; the revision has them all. */
const MOST_RESOURCES = 100;

/** A notice; the payload is as Standard Webhooks has it: type, timestamp, data. */
export function noticeOf(id: string, type: WebhookEvent, time: string, data: object): Notice {
  return { id, type, time, payload: JSON.stringify({ type, timestamp: time, data }) };
}

/** Deeds that are told by events of their own, beside `audit.entry`; ids begin with a letter of their own. */
const TOLD_OF: Partial<Record<AuditAction, { readonly type: WebhookEvent; readonly mark: string }>> = {
  "resources.change": { type: "revision.committed", mark: "r" },
  "plan.approve": { type: "plan.approved", mark: "y" },
  "guard.override": { type: "guard.overridden", mark: "o" },
  "rollback.automatic": { type: "rollback.automatic", mark: "b" },
  "rollback.refuse": { type: "rollback.refused", mark: "f" },
};

/** What is told of an entry: itself, and what it means to who waits for that. The ids hang on its hash, so they never repeat. */
export function auditNotices(entry: AuditEntry): readonly Notice[] {
  const { hash, time, action, revision, actor, token, details } = entry;
  const own = noticeOf(`msg_a${hash}`, "audit.entry", time, entry);
  const told = TOLD_OF[action as AuditAction];
  if (told === undefined || (told.mark === "r" && revision === null)) return [own];
  const by = { ...(revision !== null && { revision }), actor, token };
  const data = told.mark === "r" ? { ...by, ...changeData(details) } : { ...by, ...details };
  return [own, noticeOf(`msg_${told.mark}${hash}`, told.type, time, data)];
}

function changeData({ reason = "", resources }: AuditEntry["details"]): object {
  const all = Array.isArray(resources) ? resources : [];
  return { reason, resources: all.slice(0, MOST_RESOURCES), total: all.length };
}
