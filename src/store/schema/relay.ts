// Relays, and when each was heard of.
import { integer, primaryKey, text } from "drizzle-orm/sqlite-core";
import { table } from "./table.ts";
import { tenantId } from "./tenant-id.ts";

export const zoneHead = table(
  "zone_head",
  () => ({
    tenantId: tenantId(),
    zone: text("zone").notNull(),
    relay: text("relay").notNull(),
    signingKey: text("signing_key").notNull(),
    encryptionKey: text("encryption_key").notNull(),
    revoked: integer("revoked", { mode: "boolean" }).notNull(),
    epoch: integer("epoch").notNull(),
    sequence: integer("sequence").notNull(),
    version: text("version").notNull(),
    lastEvent: integer("last_event").notNull(),
    enrolledAt: text("enrolled_at").notNull(),
    address: text("address").notNull().default(""),
    ca: text("ca").notNull().default(""),
    closed: integer("closed", { mode: "boolean" }).notNull().default(false),
    envelope: text("envelope").notNull().default(""),
    alike: text("alike").notNull().default(""),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.zone, t.relay] })],
);

export const relayContact = table(
  "relay_contact",
  () => ({
    tenantId: tenantId(),
    zone: text("zone").notNull(),
    relay: text("relay").notNull(),
    connectedAt: text("connected_at").notNull(),
    seenAt: text("seen_at").notNull(),
    leftAt: text("left_at"),
    way: text("way").notNull().default(""),
    lostAt: text("lost_at"),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.zone, t.relay] })],
);
