// What every batch stands on: the heads, the guard, the writes and proofs that it has seen.
import { index, integer, primaryKey, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { table } from "./table.ts";
import { tenantId } from "./tenant-id.ts";

export const heads = table("heads", () => ({
  tenantId: text("tenant_id").notNull().primaryKey(),
  epoch: integer("epoch").notNull(),
  revision: integer("revision").notNull(),
  sequence: integer("sequence").notNull(),
}));

/** Always empty: an INSERT into it breaks the constraint named for its reason and so aborts a batch. The one table without a key. */
export const guard = table("guard", () => ({ reason: text("reason").notNull() }));

export const step = table(
  "step",
  () => ({
    tenantId: tenantId(),
    sequence: integer("sequence").notNull(),
    epoch: integer("epoch").notNull(),
    revision: integer("revision").notNull(),
    writeId: text("write_id").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.sequence] }), uniqueIndex("step_write").on(t.tenantId, t.writeId)],
);

export const proof = table(
  "proof",
  () => ({
    tenantId: tenantId(),
    id: text("id").notNull(),
    expiresAt: integer("expires_at").notNull(),
    status: integer("status").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.id] }), index("proof_expiry").on(t.tenantId, t.expiresAt)],
);
