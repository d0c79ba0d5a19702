// Webhooks, the events they are told, and how each came.
import { index, integer, primaryKey, text } from "drizzle-orm/sqlite-core";
import { table } from "./table.ts";
import { tenantId } from "./tenant-id.ts";

export const webhook = table(
  "webhook",
  () => ({
    tenantId: tenantId(),
    id: text("id").notNull(),
    url: text("url").notNull(),
    events: text("events", { mode: "json" }).$type<readonly string[]>().notNull(),
    description: text("description").notNull(),
    secret: text("secret").notNull(),
    olderSecret: text("older_secret"),
    olderUntil: text("older_until"),
    createdAt: text("created_at").notNull(),
    disabledAt: text("disabled_at"),
    disabledWhy: text("disabled_why"),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const webhookEvent = table(
  "webhook_event",
  () => ({
    tenantId: tenantId(),
    id: text("id").notNull(),
    type: text("type").notNull(),
    time: text("time").notNull(),
    payload: text("payload").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), index("webhook_event_time").on(t.tenantId, t.time)],
);

export const webhookDelivery = table(
  "webhook_delivery",
  () => ({
    tenantId: tenantId(),
    webhook: text("webhook").notNull(),
    event: text("event").notNull(),
    time: text("time").notNull(),
    state: text("state", { enum: ["pending", "delivered", "dead", "dropped"] }).notNull(),
    attempts: integer("attempts").notNull(),
    due: integer("due").notNull(),
    triedAt: text("tried_at"),
    status: integer("status"),
    problem: text("problem"),
  }),
  (t) => [
    primaryKey({ columns: [t.tenantId, t.webhook, t.event] }),
    index("webhook_delivery_due").on(t.tenantId, t.webhook, t.state, t.due),
    index("webhook_delivery_state").on(t.tenantId, t.state, t.due),
    index("webhook_delivery_time").on(t.tenantId, t.webhook, t.time),
  ],
);

export const webhookMark = table(
  "webhook_mark",
  () => ({ tenantId: tenantId(), name: text("name").notNull(), value: text("value").notNull() }),
  (t) => [primaryKey({ columns: [t.tenantId, t.name] })],
);
