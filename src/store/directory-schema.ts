// The directory's tables: who is where. The one schema whose keys do not begin with a tenant.
import { sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const organisation = sqliteTable(
  "organisation",
  {
    id: text("id").notNull().primaryKey(),
    name: text("name").notNull(),
    createdAt: text("created_at").notNull(),
    placement: text("placement").notNull().default("main"),
  },
  (t) => [uniqueIndex("organisation_name").on(t.name)],
);
