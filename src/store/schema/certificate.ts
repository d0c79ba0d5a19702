// Issued leaves, and the intermediates that sign them.
import { index, primaryKey, text } from "drizzle-orm/sqlite-core";
import { table } from "./table.ts";
import { tenantId } from "./tenant-id.ts";

export const certificate = table(
  "certificate",
  () => ({
    tenantId: tenantId(),
    issuer: text("issuer").notNull(),
    serial: text("serial").notNull(),
    mesh: text("mesh").notNull(),
    name: text("name").notNull(),
    zone: text("zone").notNull(),
    notAfter: text("not_after").notNull(),
    tokenId: text("token_id"),
  }),
  (t) => [
    primaryKey({ columns: [t.tenantId, t.issuer, t.serial] }),
    index("certificate_expiry").on(t.tenantId, t.notAfter),
  ],
);

export const issuer = table(
  "issuer",
  () => ({
    tenantId: tenantId(),
    mesh: text("mesh").notNull(),
    keyId: text("key_id").notNull(),
    zone: text("zone").notNull(),
    relay: text("relay").notNull(),
    root: text("root").notNull(),
    certificatePem: text("certificate_pem").notNull(),
    notAfter: text("not_after").notNull(),
    sealedKey: text("sealed_key"),
    revokedAt: text("revoked_at"),
    revokedBy: text("revoked_by"),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.mesh, t.keyId] })],
);
