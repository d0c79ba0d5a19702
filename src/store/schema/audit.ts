// The audit log, what is signed of it, and what an earlier release kept in its place.
import { index, integer, primaryKey, text } from "drizzle-orm/sqlite-core";
import { table } from "./table.ts";
import { tenantId } from "./tenant-id.ts";

export const audit = table(
  "audit",
  () => ({
    tenantId: tenantId(),
    number: integer("number").notNull(),
    time: text("time").notNull(),
    actor: text("actor").notNull(),
    token: text("token"),
    action: text("action").notNull(),
    subject: text("subject").notNull(),
    revision: integer("revision"),
    details: text("details").notNull(),
    previous: text("previous").notNull(),
    hash: text("hash").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.number] }), index("audit_time").on(t.tenantId, t.time)],
);

export const auditSeal = table(
  "audit_seal",
  () => ({
    tenantId: tenantId(),
    number: integer("number").notNull(),
    kind: text("kind", { enum: ["checkpoint", "anchor"] }).notNull(),
    time: text("time").notNull(),
    hash: text("hash").notNull(),
    jws: text("jws").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.kind, t.number] })],
);

export const auditSetting = table("audit_setting", () => ({
  tenantId: text("tenant_id").notNull().primaryKey(),
  retentionDays: integer("retention_days").notNull(),
}));

export const reveal = table(
  "reveal",
  () => ({
    tenantId: tenantId(),
    time: text("time").notNull(),
    actor: text("actor").notNull(),
    type: text("type").notNull(),
    mesh: text("mesh").notNull(),
    name: text("name").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.time, t.actor, t.type, t.mesh, t.name] })],
);
