// The directory's tables: who is where. The one schema whose keys do not begin with a tenant.
import { customType, index, integer, primaryKey, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { table } from "./schema/table.ts";

export const organisation = table(
  "organisation",
  () => ({
    id: text("id").notNull().primaryKey(),
    name: text("name").notNull(),
    createdAt: text("created_at").notNull(),
    placement: text("placement").notNull().default("main"),
    tier: text("tier"),
    limits: text("limits").notNull().default("{}"),
    moves: integer("moves").notNull().default(0),
    deletedAt: text("deleted_at"),
    deletedBy: text("deleted_by"),
    purgeAt: text("purge_at"),
  }),
  (t) => [uniqueIndex("organisation_name").on(t.name), index("organisation_placement").on(t.placement)],
);

export const organisationMove = table("organisation_move", () => ({
  organisationId: text("organisation_id").notNull().primaryKey(),
  source: text("source").notNull(),
  target: text("target").notNull(),
  generation: integer("generation").notNull(),
  phase: text("phase").notNull(),
  place: text("place"),
  passes: integer("passes").notNull(),
  changed: integer("changed").notNull(),
  session: integer("session").notNull(),
}));

export const sealingKey = table("sealing_key", () => ({
  id: text("id").notNull().primaryKey(),
  since: text("since").notNull(),
}));

export const accountKey = table("account_key", () => ({
  id: text("id").notNull().primaryKey(),
  since: text("since").notNull(),
}));

export const directoryRestore = table("directory_restore", () => ({
  id: text("id").notNull().primaryKey(),
  backup: text("backup").notNull(),
  session: integer("session").notNull(),
  done: text("done").notNull(),
  since: text("since").notNull(),
}));

/** A time as the accounts' library has it, stored as RFC 3339 in UTC with milliseconds. */
const instant = customType<{ data: Date; driverData: string }>({
  dataType: () => "text",
  toDriver: (time) => time.toISOString(),
  fromDriver: (text) => new Date(text),
});

export const user = table(
  "user",
  () => ({
    id: text("id").notNull().primaryKey(),
    name: text("name").notNull(),
    email: text("email").notNull(),
    emailVerified: integer("email_verified", { mode: "boolean" }).notNull().default(false),
    image: text("image"),
    twoFactorEnabled: integer("two_factor_enabled", { mode: "boolean" }).default(false),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  }),
  (t) => [uniqueIndex("user_email").on(t.email)],
);

export const session = table(
  "session",
  () => ({
    id: text("id").notNull().primaryKey(),
    token: text("token").notNull(),
    userId: text("user_id").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
  }),
  (t) => [
    uniqueIndex("session_token").on(t.token),
    index("session_user").on(t.userId),
    index("session_end").on(t.expiresAt),
  ],
);

export const signIn = table(
  "sign_in",
  () => ({
    userId: text("user_id").notNull(),
    at: text("at").notNull(),
    id: text("id").notNull(),
    way: text("way").notNull(),
    refused: text("refused"),
    ipAddress: text("ip_address").notNull(),
    userAgent: text("user_agent").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.userId, t.at, t.id] }), index("sign_in_time").on(t.at)],
);

export const account = table(
  "account",
  () => ({
    id: text("id").notNull().primaryKey(),
    accountId: text("account_id").notNull(),
    providerId: text("provider_id").notNull(),
    userId: text("user_id").notNull(),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: instant("access_token_expires_at"),
    refreshTokenExpiresAt: instant("refresh_token_expires_at"),
    scope: text("scope"),
    password: text("password"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  }),
  (t) => [uniqueIndex("account_subject").on(t.providerId, t.accountId), index("account_user").on(t.userId)],
);

export const verification = table(
  "verification",
  () => ({
    id: text("id").notNull().primaryKey(),
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: instant("expires_at").notNull(),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  }),
  (t) => [index("verification_identifier").on(t.identifier), index("verification_end").on(t.expiresAt)],
);

export const twoFactor = table(
  "two_factor",
  () => ({
    id: text("id").notNull().primaryKey(),
    userId: text("user_id").notNull(),
    secret: text("secret").notNull(),
    backupCodes: text("backup_codes").notNull(),
    verified: integer("verified", { mode: "boolean" }).default(true),
    failedVerificationCount: integer("failed_verification_count").default(0),
    lockedUntil: instant("locked_until"),
  }),
  (t) => [uniqueIndex("two_factor_user").on(t.userId)],
);

export const attempt = table(
  "attempt",
  () => ({
    key: text("key").notNull().primaryKey(),
    count: integer("count").notNull(),
    endsAt: instant("ends_at").notNull(),
  }),
  (t) => [index("attempt_end").on(t.endsAt)],
);

/** Always empty: what is put in aborts its batch. */
export const directoryGuard = table("directory_guard", () => ({ reason: text("reason").notNull() }));

export const member = table(
  "member",
  () => ({
    organisationId: text("organisation_id").notNull(),
    userId: text("user_id").notNull(),
    role: text("role").notNull(),
    since: text("since").notNull(),
  }),
  (t) => [primaryKey({ columns: [t.organisationId, t.userId] }), index("member_user").on(t.userId)],
);

export const invitation = table(
  "invitation",
  () => ({
    organisationId: text("organisation_id").notNull(),
    email: text("email").notNull(),
    id: text("id").notNull(),
    role: text("role").notNull(),
    tokenHash: text("token_hash").notNull(),
    invitedBy: text("invited_by").notNull(),
    createdAt: text("created_at").notNull(),
    expiresAt: text("expires_at").notNull(),
    acceptedAt: text("accepted_at"),
  }),
  (t) => [
    primaryKey({ columns: [t.organisationId, t.email] }),
    uniqueIndex("invitation_token").on(t.tokenHash),
    index("invitation_email").on(t.email),
  ],
);

export const passkey = table(
  "passkey",
  () => ({
    id: text("id").notNull().primaryKey(),
    userId: text("user_id").notNull(),
    name: text("name").notNull(),
    credentialId: text("credential_id").notNull(),
    publicKey: text("public_key", { mode: "json" }).notNull().$type<Readonly<Record<string, string>>>(),
    signCount: integer("sign_count").notNull(),
    isBackupEligible: integer("backup_eligible", { mode: "boolean" }).notNull(),
    isBackedUp: integer("backed_up", { mode: "boolean" }).notNull(),
    aaguid: text("aaguid").notNull(),
    createdAt: text("created_at").notNull(),
    lastUsedAt: text("last_used_at"),
  }),
  (t) => [uniqueIndex("passkey_credential").on(t.credentialId), index("passkey_user").on(t.userId)],
);

export const spentChallenge = table(
  "spent_challenge",
  () => ({ digest: text("digest").notNull().primaryKey(), expiresAt: text("expires_at").notNull() }),
  (t) => [index("spent_challenge_end").on(t.expiresAt)],
);
