// Tenants that were, or are about to be, moved to another database.
import { integer, text } from "drizzle-orm/sqlite-core";
import { table } from "./table.ts";

export const tenantMove = table("tenant_move", () => ({
  tenantId: text("tenant_id").notNull().primaryKey(),
  generation: integer("generation").notNull(),
  target: text("target").notNull(),
  frozenUntil: integer("frozen_until"),
  session: integer("session").notNull(),
}));
