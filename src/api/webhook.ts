// Bodies of the webhooks' routes.
import * as z from "#model/lazy-zod.ts";

const may = z.exactOptional;

/** Without its secret, which is shown when it is made. */
export const webhook = z.object(() => ({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  description: z.string(),
  createdAt: z.string(),
  /** Until when the secret before the newest one signs, too; null = there is none. */
  olderUntil: z.nullable(z.string()),
  /** When and why nothing is sent any more; null = it is. A replay enables it again. */
  disabledAt: z.nullable(z.string()),
  disabledWhy: z.nullable(z.string()),
}));
export type WebhookBody = z.infer<typeof webhook>;

export const newWebhook = z.strictObject(() => ({
  url: z.string().check(z.maxLength(4000)),
  events: z.array(z.string().check(z.maxLength(64))).check(z.maxLength(64)),
  description: may(z.string().check(z.maxLength(1000))),
}));

/** Shown once: `whsec_` and base64, as Standard Webhooks has it. */
export const webhookSecret = z.object(() => ({
  id: z.string(),
  secret: z.string(),
  olderUntil: z.nullable(z.string()),
}));

export const webhookDelivery = z.object(() => ({
  /** What receivers get as `webhook-id`. */
  event: z.string(),
  type: z.string(),
  time: z.string(),
  state: z.enum(["pending", "delivered", "dead", "dropped"]),
  attempts: z.int(),
  /** Of the next attempt; null where there is none. */
  nextAt: z.nullable(z.string()),
  /** Of the last attempt. */
  triedAt: z.nullable(z.string()),
  /** The answer's code; null where there was none. */
  status: z.nullable(z.int()),
  problem: z.nullable(z.string()),
}));
export type WebhookDeliveryBody = z.infer<typeof webhookDelivery>;

export const webhookDeliveryQuery = z.object(() => ({
  size: may(z.string()),
  offset: may(z.string()),
  state: may(z.string()),
  event: may(z.string()),
}));

/** `next` is the query of the following page. */
export const webhookDeliveries = z.object(() => ({ items: z.array(webhookDelivery), next: z.nullable(z.string()) }));

export const webhookTest = z.object({ event: z.string() });

/** One event, or all since a time. */
export const webhookReplay = z
  .strictObject(() => ({
    event: may(z.string().check(z.maxLength(300))),
    since: may(z.iso.datetime({ offset: true })),
  }))
  .check(
    z.refine((body) => (body.event === undefined) !== (body.since === undefined), {
      message: "give event or since",
      path: ["event"],
    }),
  );

export const webhookReplayed = z.object({ events: z.int() });
