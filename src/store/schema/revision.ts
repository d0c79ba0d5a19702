// What was committed, and what it did.
import { index, integer, primaryKey, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { table } from "./table.ts";
import { tenantId } from "./tenant-id.ts";

export const revision = table(
  "revision",
  () => ({
    tenantId: tenantId(),
    revision: integer("revision").notNull(),
    epoch: integer("epoch").notNull(),
    sequence: integer("sequence").notNull(),
    writeId: text("write_id").notNull(),
    actor: text("actor").notNull(),
    reason: text("reason").notNull(),
    time: text("time").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.revision] }), uniqueIndex("revision_write").on(t.tenantId, t.writeId)],
);

export const revisionChange = table(
  "revision_change",
  () => ({
    tenantId: tenantId(),
    revision: integer("revision").notNull(),
    type: text("type").notNull(),
    mesh: text("mesh").notNull(),
    name: text("name").notNull(),
    before: text("before"),
    after: text("after"),
    stream: integer("stream", { mode: "boolean" }).notNull().default(false),
  }),
  (t) => [
    primaryKey({ columns: [t.tenantId, t.revision, t.type, t.mesh, t.name] }),
    index("revision_change_resource").on(t.tenantId, t.mesh, t.type, t.name, t.revision),
  ],
);

export const revisionEffect = table(
  "revision_effect",
  () => ({
    tenantId: tenantId(),
    revision: integer("revision").notNull(),
    zone: text("zone").notNull(),
    first: integer("first").notNull(),
    body: text("body").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.revision, t.zone] })],
);
