// How far snapshots and revisions have come at relays.
import { integer, primaryKey, text } from "drizzle-orm/sqlite-core";
import type { Spread } from "#model/spread.ts";
import type { RevisionDeliveryRow } from "#store/face/delivery.ts";
import { table } from "./table.ts";
import { tenantId } from "./tenant-id.ts";

export const delivery = table(
  "delivery",
  () => ({
    tenantId: tenantId(),
    zone: text("zone").notNull(),
    relay: text("relay").notNull(),
    epoch: integer("epoch").notNull(),
    sequence: integer("sequence").notNull(),
    acked: integer("acked").notNull(),
    nacked: integer("nacked").notNull(),
    pending: integer("pending").notNull(),
    laggards: text("laggards", { mode: "json" })
      .$type<readonly { readonly proxy: string; readonly reason: string; readonly connected?: false }[]>()
      .notNull(),
    at: text("at").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.zone, t.relay, t.epoch, t.sequence] })],
);

export const revisionDelivery = table(
  "revision_delivery",
  () => ({
    tenantId: tenantId(),
    epoch: integer("epoch").notNull(),
    revision: integer("revision").notNull(),
    zone: text("zone").notNull(),
    relay: text("relay").notNull(),
    sequence: integer("sequence").notNull(),
    answeredAt: integer("answered_at"),
    acked: integer("acked").notNull(),
    nacked: integer("nacked").notNull(),
    pending: integer("pending").notNull(),
    absent: integer("absent").notNull(),
    untouched: integer("untouched").notNull(),
    pushed: text("pushed", { mode: "json" }).$type<Spread>().notNull(),
    taken: text("taken", { mode: "json" }).$type<Spread>().notNull(),
    laggards: text("laggards", { mode: "json" }).$type<RevisionDeliveryRow["laggards"]>().notNull(),
    at: text("at").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.epoch, t.revision, t.zone, t.relay] })],
);
