// The face of control: webhooks as they are made.

export interface NewWebhook {
  readonly url: string;
  /** Of model/webhook/event.ts. */
  readonly events: readonly string[];
  readonly description: string;
}

export interface WebhookSecret {
  readonly id: string;
  /** `whsec_…`; shown once. */
  readonly secret: string;
  /** Until when the secret before it signs, too; null = there was none. */
  readonly olderUntil: string | null;
}
