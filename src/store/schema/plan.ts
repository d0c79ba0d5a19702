// Plans, what they were asked for, and who has approved them.
import { index, integer, primaryKey, text } from "drizzle-orm/sqlite-core";
import { table } from "./table.ts";
import { tenantId } from "./tenant-id.ts";

export const plan = table(
  "plan",
  () => ({
    tenantId: tenantId(),
    id: text("id").notNull(),
    epoch: integer("epoch").notNull(),
    revision: integer("revision").notNull(),
    actor: text("actor").notNull(),
    reason: text("reason").notNull(),
    createdAt: text("created_at").notNull(),
    expiresAt: text("expires_at").notNull(),
    body: text("body").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), index("plan_order").on(t.tenantId, t.createdAt)],
);

export const planPart = table(
  "plan_part",
  () => ({
    tenantId: tenantId(),
    plan: text("plan").notNull(),
    part: integer("part").notNull(),
    sealed: text("sealed").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.plan, t.part] })],
);

export const planApproval = table(
  "plan_approval",
  () => ({
    tenantId: tenantId(),
    plan: text("plan").notNull(),
    actor: text("actor").notNull(),
    time: text("time").notNull(),
    reason: text("reason").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.plan, t.actor] })],
);
