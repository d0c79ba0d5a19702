// Webhooks, and how events come to them.
import type { AuditDraft } from "#model/audit/entry.ts";
import type { Notice } from "#model/webhook/event.ts";

/** All queries on webhooks of one tenant. */
export interface TenantWebhooks {
  /** A Conflict (store/quota.ts) where there are `most` already. */
  add(row: WebhookRow, audit: readonly AuditDraft[], most?: number | null): Promise<void>;
  update(id: string, change: Partial<Omit<WebhookRow, "id">>, audit: readonly AuditDraft[]): Promise<void>;
  remove(id: string, audit: readonly AuditDraft[]): Promise<void>;
  list(): Promise<readonly WebhookRow[]>;
  deliveries(query: {
    readonly id: string;
    readonly state?: WebhookDeliveryRow["state"];
    readonly event?: string;
    readonly size: number;
    readonly offset: number;
  }): Promise<readonly WebhookDeliveryRow[]>;
  due(query: { readonly id: string; readonly now: number; readonly size: number }): Promise<readonly DueDelivery[]>;
  next(except: readonly string[]): Promise<number | null>;
  /** `off`: the webhook is told no more from now on, and what waits for it is dropped. */
  note(
    outcome: WebhookOutcome,
    notices: readonly Notice[],
    off?: { readonly at: string; readonly why: string },
  ): Promise<void>;
  replay(
    id: string,
    what: { readonly event: string } | { readonly since: string },
    audit: readonly AuditDraft[],
  ): Promise<number>;
  tell(
    notices: readonly Notice[],
    marks: readonly { readonly name: string; readonly value: string | null }[],
  ): Promise<void>;
  marks(): Promise<ReadonlyMap<string, string>>;
  tidy(query: { readonly before: string; readonly most: number; readonly why: string }): Promise<number>;
}

export interface WebhookRow {
  readonly id: string;
  readonly url: string;
  /** Of model/webhook/event.ts. */
  readonly events: readonly string[];
  readonly description: string;
  /** Sealed; the older one signs too until `olderUntil`. */
  readonly secret: string;
  readonly olderSecret: string | null;
  readonly olderUntil: string | null;
  readonly createdAt: string;
  /** When and why nothing is sent any more; null = it is. */
  readonly disabledAt: string | null;
  readonly disabledWhy: string | null;
}

/** How one event's way to one webhook stands. */
export interface WebhookDeliveryRow {
  readonly webhook: string;
  readonly event: string;
  readonly type: string;
  /** Of the event. */
  readonly time: string;
  /** `dead`: given up after a day, or its receiver is gone; `dropped`: more waited than may, or the webhook was put off. */
  readonly state: "pending" | "delivered" | "dead" | "dropped";
  readonly attempts: number;
  /** Of the next attempt, milliseconds since 1970. */
  readonly due: number;
  /** Of the last attempt; null before the first, `status` too where there was no answer. */
  readonly triedAt: string | null;
  readonly status: number | null;
  readonly problem: string | null;
}

export type WebhookOutcome = Omit<WebhookDeliveryRow, "type" | "time">;

export interface DueDelivery {
  readonly webhook: string;
  readonly event: string;
  readonly type: string;
  readonly attempts: number;
  readonly payload: string;
}
