// Tokens, and the keys that sign and seal.
import { primaryKey, text } from "drizzle-orm/sqlite-core";
import { table } from "./table.ts";
import { tenantId } from "./tenant-id.ts";

export const credential = table(
  "credential",
  () => ({
    tenantId: tenantId(),
    id: text("id").notNull(),
    kind: text("kind", { enum: ["api", "enrolment"] }).notNull(),
    name: text("name").notNull(),
    secretHash: text("secret_hash").notNull(),
    scopes: text("scopes", { mode: "json" }).$type<readonly string[]>().notNull(),
    createdAt: text("created_at").notNull(),
    expiresAt: text("expires_at"),
    revokedAt: text("revoked_at"),
    zone: text("zone"),
    usedBy: text("used_by"),
    mintedBy: text("minted_by"),
    lastUsedAt: text("last_used_at"),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.id] })],
);

export const signingKey = table(
  "signing_key",
  () => ({
    tenantId: tenantId(),
    purpose: text("purpose").notNull(),
    mesh: text("mesh").notNull(),
    kid: text("kid").notNull(),
    publicJwk: text("public_jwk").notNull(),
    sealedKey: text("sealed_key").notNull(),
    createdAt: text("created_at").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.tenantId, t.purpose, t.mesh, t.kid] })],
);
