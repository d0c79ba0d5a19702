// Rows of the route table. Webhooks.
import { pageOf, pageQuery } from "#api/page.ts";
import type { Heads, ToldOf } from "#api/route.ts";
import * as webhook from "#api/webhook.ts";
import { bodyFaults, ORG } from "./base.ts";

const read = {
  method: "get",
  auth: "api",
  verb: "read-webhooks",
  tag: "Organisation",
  statuses: [200],
  faults: ["malformed"],
} as const;
const manage = { method: "post", auth: "api", verb: "manage-webhooks", tag: "Organisation" } as const;

export const WEBHOOKS = {
  listWebhooks: { ...read, path: `${ORG}/v1/webhooks` },
  createWebhook: { ...manage, path: `${ORG}/v1/webhooks`, limit: 16_384 },
  deleteWebhook: { ...manage, method: "delete", path: `${ORG}/v1/webhooks/{id}` },
  rotateWebhook: { ...manage, path: `${ORG}/v1/webhooks/{id}/rotation` },
  testWebhook: { ...manage, path: `${ORG}/v1/webhooks/{id}/test` },
  replayWebhook: { ...manage, path: `${ORG}/v1/webhooks/{id}/replay`, limit: 4096 },
  webhookDeliveries: { ...read, path: `${ORG}/v1/webhooks/{id}/deliveries` },
} as const satisfies Heads;

/** Of each row what its callers and readers know it by. */
export function tellWebhooks() {
  return {
    listWebhooks: {
      summary: "Webhooks, without their secrets",
      query: pageQuery,
      answer: pageOf(webhook.webhook),
    },
    createWebhook: {
      summary: "Tell a URL of events, signed as Standard Webhooks has it; the secret is shown once",
      body: webhook.newWebhook,
      answer: webhook.webhookSecret,
      statuses: [201],
      faults: [...bodyFaults, "invalid", "conflict"],
    },
    deleteWebhook: {
      summary: "Delete a webhook with its deliveries",
      answer: null,
      statuses: [204],
      faults: ["absent"],
    },
    rotateWebhook: {
      summary: "Give a webhook a new secret; the one before signs too for a day",
      answer: webhook.webhookSecret,
      statuses: [200],
      faults: ["absent"],
    },
    testWebhook: {
      summary: "Send an event to this webhook alone",
      answer: webhook.webhookTest,
      statuses: [202],
      faults: ["absent", "conflict"],
    },
    replayWebhook: {
      summary: "Send events of the last 7 days again, with the ids that they had",
      body: webhook.webhookReplay,
      answer: webhook.webhookReplayed,
      statuses: [202],
      faults: [...bodyFaults, "invalid", "absent"],
    },
    webhookDeliveries: {
      summary: "What was sent to a webhook and what it answered, newest first",
      query: webhook.webhookDeliveryQuery,
      answer: webhook.webhookDeliveries,
      faults: ["malformed", "absent"],
    },
  } as const satisfies ToldOf<typeof WEBHOOKS>;
}
