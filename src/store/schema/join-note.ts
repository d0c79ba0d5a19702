// What became of attempts to enrol and to join.
import { integer, primaryKey, text } from "drizzle-orm/sqlite-core";
import { table } from "./table.ts";
import { tenantId } from "./tenant-id.ts";

export const joinNote = table(
  "join_note",
  () => ({
    tenantId: tenantId(),
    zone: text("zone").notNull(),
    subject: text("subject").notNull(),
    code: text("code").notNull(),
    count: integer("count").notNull(),
    firstAt: text("first_at").notNull(),
    lastAt: text("last_at").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.zone, t.subject, t.code] })],
);
