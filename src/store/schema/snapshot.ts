// Compiled snapshots.
import { index, integer, primaryKey, text } from "drizzle-orm/sqlite-core";
import { table } from "./table.ts";
import { tenantId } from "./tenant-id.ts";

export const manifest = table(
  "manifest",
  () => ({
    tenantId: tenantId(),
    zone: text("zone").notNull(),
    version: text("version").notNull(),
    epoch: integer("epoch").notNull(),
    sequence: integer("sequence").notNull(),
    storedAt: integer("stored_at").notNull(),
    body: text("body").notNull(),
  }),
  (t) => [
    primaryKey({ columns: [t.tenantId, t.zone, t.version] }),
    index("manifest_order").on(t.tenantId, t.zone, t.epoch, t.sequence),
  ],
);

export const blob = table(
  "blob",
  () => ({ tenantId: tenantId(), hash: text("hash").notNull(), body: text("body").notNull() }),
  (t) => [primaryKey({ columns: [t.tenantId, t.hash] })],
);

export const envelopePart = table(
  "envelope_part",
  () => ({
    tenantId: tenantId(),
    hash: text("hash").notNull(),
    part: integer("part").notNull(),
    body: text("body").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.hash, t.part] })],
);

export const unusedBlob = table(
  "unused_blob",
  () => ({ tenantId: tenantId(), hash: text("hash").notNull(), since: integer("since").notNull() }),
  (t) => [primaryKey({ columns: [t.tenantId, t.hash] }), index("unused_blob_since").on(t.tenantId, t.since)],
);
