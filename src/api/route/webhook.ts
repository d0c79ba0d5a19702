// Rows of the route table. Webhooks.
import { pageOf, pageQuery } from "#api/page.ts";
import { route } from "#api/route.ts";
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
  listWebhooks: route({ ...read, path: `${ORG}/v1/webhooks` }, () => ({
    summary: "Webhooks, without their secrets",
    query: pageQuery,
    answer: pageOf(webhook.webhook),
  })),
  createWebhook: route({ ...manage, path: `${ORG}/v1/webhooks`, limit: 16_384 }, () => ({
    summary: "Tell a URL of events, signed as Standard Webhooks has it; the secret is shown once",
    body: webhook.newWebhook,
    answer: webhook.webhookSecret,
    statuses: [201],
    faults: [...bodyFaults, "invalid", "conflict"],
  })),
  deleteWebhook: route({ ...manage, method: "delete", path: `${ORG}/v1/webhooks/{id}` }, () => ({
    summary: "Delete a webhook with its deliveries",
    answer: null,
    statuses: [204],
    faults: ["absent"],
  })),
  rotateWebhook: route({ ...manage, path: `${ORG}/v1/webhooks/{id}/rotation` }, () => ({
    summary: "Give a webhook a new secret; the one before signs too for a day",
    answer: webhook.webhookSecret,
    statuses: [200],
    faults: ["absent"],
  })),
  testWebhook: route({ ...manage, path: `${ORG}/v1/webhooks/{id}/test` }, () => ({
    summary: "Send an event to this webhook alone",
    answer: webhook.webhookTest,
    statuses: [202],
    faults: ["absent", "conflict"],
  })),
  replayWebhook: route({ ...manage, path: `${ORG}/v1/webhooks/{id}/replay`, limit: 4096 }, () => ({
    summary: "Send events of the last 7 days again, with the ids that they had",
    body: webhook.webhookReplay,
    answer: webhook.webhookReplayed,
    statuses: [202],
    faults: [...bodyFaults, "invalid", "absent"],
  })),
  webhookDeliveries: route({ ...read, path: `${ORG}/v1/webhooks/{id}/deliveries` }, () => ({
    summary: "What was sent to a webhook and what it answered, newest first",
    query: webhook.webhookDeliveryQuery,
    answer: webhook.webhookDeliveries,
    faults: ["malformed", "absent"],
  })),
} as const;
