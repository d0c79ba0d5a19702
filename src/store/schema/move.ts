// Tenants that were, or are about to be, moved to another database.
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const tenantMove = sqliteTable("tenant_move", {
  tenantId: text("tenant_id").notNull().primaryKey(),
  generation: integer("generation").notNull(),
  target: text("target").notNull(),
  frozenUntil: integer("frozen_until"),
  session: integer("session").notNull(),
});
