CREATE TABLE account (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  access_token TEXT,
  refresh_token TEXT,
  id_token TEXT,
  access_token_expires_at TEXT,
  refresh_token_expires_at TEXT,
  scope TEXT,
  password TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt (
  key TEXT NOT NULL PRIMARY KEY,
  count INTEGER NOT NULL,
  -- When the count begins again.
  ends_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
);

CREATE TABLE directory_guard (
  reason TEXT NOT NULL,
  CONSTRAINT last_owner CHECK (reason <> 'last-owner'),
  CONSTRAINT invitation_refused CHECK (reason <> 'invitation'),
  CONSTRAINT too_many CHECK (reason <> 'too-many'),
  CONSTRAINT guard_stays_empty CHECK (reason IS NULL)
) STRICT;

CREATE TABLE invitation (
  organisation_id TEXT NOT NULL,
  -- In lower case.
  email TEXT NOT NULL,
  id TEXT NOT NULL,
  role TEXT NOT NULL,
  -- SHA-256 of the link's token.
  token_hash TEXT NOT NULL,
  -- Who invited, as an actor.
  invited_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  -- When it was accepted; a link is good for once.
  accepted_at TEXT,
  PRIMARY KEY (organisation_id, email)
) STRICT, WITHOUT ROWID;

CREATE TABLE member (
  organisation_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  -- owner, admin, editor, viewer, editor@zone:<zone>, editor@mesh:<mesh>.
  role TEXT NOT NULL,
  since TEXT NOT NULL,
  PRIMARY KEY (organisation_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE organisation (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- Names the database that holds the organisation's rows; 'main' where there is only one.
  placement TEXT NOT NULL DEFAULT 'main'
, tier TEXT, limits TEXT NOT NULL DEFAULT '{}', moves INTEGER NOT NULL DEFAULT 0, deleted_at TEXT, deleted_by TEXT, purge_at TEXT) STRICT, WITHOUT ROWID;

CREATE TABLE organisation_move (
  organisation_id TEXT NOT NULL PRIMARY KEY,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  -- The how-manieth move of the organisation
  generation INTEGER NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('begin', 'copy', 'freeze', 'final', 'verify', 'empty')),
  -- Where the pass stands, JSON: a table, and the key behind which it goes on. NULL = at its beginning
  place TEXT,
  -- Passes that have ended, and pages that this one has found different
  passes INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  -- Of the calls that carry the move out, the one that goes on: what an earlier one still does counts no more
  session INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE passkey (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- The authenticator's name for it, base64url.
  credential_id TEXT NOT NULL,
  -- JWK with its algorithm.
  public_key TEXT NOT NULL,
  sign_count INTEGER NOT NULL,
  -- Whether it may be copied to other devices of its owner, and whether it is.
  backup_eligible INTEGER NOT NULL,
  backed_up INTEGER NOT NULL,
  -- Model of the authenticator.
  aaguid TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_used_at TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  id TEXT NOT NULL PRIMARY KEY,
  token TEXT NOT NULL,
  user_id TEXT NOT NULL,
  ip_address TEXT,
  user_agent TEXT,
  created_at TEXT NOT NULL,
  -- When it was last seen, to some minutes.
  updated_at TEXT NOT NULL,
  -- When it ends unless it is seen before.
  expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE spent_challenge (
  digest TEXT NOT NULL PRIMARY KEY,
  expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE two_factor (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  secret TEXT NOT NULL,
  backup_codes TEXT NOT NULL,
  verified INTEGER DEFAULT 1,
  failed_verification_count INTEGER DEFAULT 0,
  locked_until TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE user (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  -- In lower case.
  email TEXT NOT NULL,
  email_verified INTEGER NOT NULL DEFAULT 0,
  image TEXT,
  two_factor_enabled INTEGER DEFAULT 0,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE verification (
  id TEXT NOT NULL PRIMARY KEY,
  identifier TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX account_subject ON account (provider_id, account_id);

CREATE INDEX account_user ON account (user_id);

CREATE INDEX attempt_end ON attempt (ends_at);

CREATE INDEX invitation_email ON invitation (email);

CREATE UNIQUE INDEX invitation_token ON invitation (token_hash);

CREATE INDEX member_user ON member (user_id);

CREATE UNIQUE INDEX organisation_name ON organisation (name);

CREATE INDEX organisation_placement ON organisation (placement);

CREATE UNIQUE INDEX passkey_credential ON passkey (credential_id);

CREATE INDEX passkey_user ON passkey (user_id);

CREATE UNIQUE INDEX session_token ON session (token);

CREATE INDEX session_user ON session (user_id);

CREATE INDEX spent_challenge_end ON spent_challenge (expires_at);

CREATE UNIQUE INDEX two_factor_user ON two_factor (user_id);

CREATE UNIQUE INDEX user_email ON user (email);

CREATE INDEX verification_end ON verification (expires_at);

CREATE INDEX verification_identifier ON verification (identifier);

INSERT INTO "account" ("id", "account_id", "provider_id", "user_id", "access_token", "refresh_token", "id_token", "access_token_expires_at", "refresh_token_expires_at", "scope", "password", "created_at", "updated_at") VALUES ('bthuribf32l6pcxc', 'linxh4tfvlewlmpg', 'credential', 'linxh4tfvlewlmpg', NULL, NULL, NULL, NULL, NULL, NULL, 'e0fa60bdd6878f2061395ee145351336:2dee7141ae15c632edf0a57113b9fd5dc361c429fd9333bc88892c5714b6926cf9c26c67eaa1498cc6a11e9554b10d7364c9babb00189755f09a05032c6959b0', '2026-11-22T04:09:18.461Z', '2026-11-22T04:09:18.461Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('code-used:7XhGZMhnAb8SVgPt3xZfch6QVa9HoisjqZMLn7D5Vyg', 1, '2026-11-22T04:12:18.682Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('confirm-code:yhxhOMRwgqLuXeFEbYKQsYWpq7iaK0cq0acV-N0BQk4', 1, '2026-11-22T04:24:18.651Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('invitation:Kn-Jomm0AlDXJI7A7rLM2QD-4197qpluVmTqK-U2BjI', 1, '2026-11-22T05:09:19.240Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-email:IfxiU2z-jSOQd5isumVnrzJX63bPC5Bn7A1rYH1QMgM', 1, '2026-11-22T05:09:19.202Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-place:Hsgr7Bb3NNaJB7HN0EO69CMEAAAavgtjpEr-ATEku-c', 1, '2026-11-22T05:09:19.200Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-email:YofdY-qegmOWd50xgLl8awLf4DSb2lwKGKaSXIm-CMk', 1, '2026-11-22T05:09:18.693Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-place:73PG4Vo0Di2W42smQeYF1ISYk1e6W81Iibes-kJ3i9Y', 1, '2026-11-22T04:24:18.692Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in:gFeElllnZoWo5koRn0p_d9Kh5DjJbh5Q0v1lEM2Tjg8', 1, '2026-11-22T04:24:18.693Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-up-place:c7AnEnt7TfVcuuaWYykU6wpiI0dU9nIqnpePqKdo0I8', 2, '2026-11-22T05:09:18.311Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('verification:wAgJWnSWKNzLp23YX6luCWm69svjBoXyVncges8JdoE', 1, '2026-11-22T05:09:19.252Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-organisation.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_keep-accounts.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-members.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_keep-passkeys.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_find-invitations.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-tiers.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_count-moves.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_end-organisations.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_move-organisations.sql', '2026-11-22 04:09:17');

INSERT INTO "invitation" ("organisation_id", "email", "id", "role", "token_hash", "invited_by", "created_at", "expires_at", "accepted_at") VALUES ('iiqhwzo5vjo5', 'bo@example.com', 'xpihe7yvugk7novc', 'viewer', 'aXWVTpDUcaQjBF-xk4k1RreUmc_9_Vc_guQyAbpxRUk', 'token:ktkyhdwdami5dozb', '2026-11-22T04:09:19.238Z', '2026-11-29T04:09:19.238Z', NULL);

INSERT INTO "member" ("organisation_id", "user_id", "role", "since") VALUES ('exe5ghwoecyu', 'linxh4tfvlewlmpg', 'owner', '2026-11-22T04:09:19.220Z');

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('exe5ghwoecyu', 'anns', '2026-11-22T04:09:19.220Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('iiqhwzo5vjo5', 'acme', '2026-11-22T04:09:17.322Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "passkey" ("id", "user_id", "name", "credential_id", "public_key", "sign_count", "backup_eligible", "backed_up", "aaguid", "created_at", "last_used_at") VALUES ('lsn7w5mrt65nl3i7', '6th5zv6pxontpqnrbjcxyabknouftsat', 'Passkey', 'hNDUOWn5QlkSlzIWgvy4OuXedP55k3WqJAFbzyzRS0o', '{"kty":"EC","crv":"P-256","alg":"ES256","x":"eIhJBHlCcP3NF61re1BVAFrxgxry_ZHojE8XDDvdWK0","y":"l6-Thb0zxSf4R9nPdFjCiWyl_AwCDjo5O-JhOE1jg2o"}', 0, 0, 0, '07070707-0707-0707-0707-070707070707', '2026-11-22T04:09:19.248Z', NULL);

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('2my65ujpfbe4feew', 'llvo5nf5np4ze22m2kzvc6l53z5da7vfahfk4e6qj6ltsq57wava', '6th5zv6pxontpqnrbjcxyabknouftsat', '127.0.0.1', 'node', '2026-11-22T04:09:19.755Z', '2026-11-22T04:09:19.755Z', '2026-11-29T04:09:19.755Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('cdjfqyr23o6bcre7', 'l1aKd0KXUSheCGbtaLSKRQnbf7pQzzOb', 'linxh4tfvlewlmpg', '127.0.0.1', 'Firefox', '2026-11-22T04:09:18.672Z', '2026-11-22T04:09:18.672Z', '2026-11-29T04:09:18.672Z');

INSERT INTO "spent_challenge" ("digest", "expires_at") VALUES ('-Q8xHanOzqXPH853ueKQYWBaUKwJ5z_OVBbX39sYrlY', '2026-11-22T04:14:19.244Z');

INSERT INTO "two_factor" ("id", "user_id", "secret", "backup_codes", "verified", "failed_verification_count", "locked_until") VALUES ('y4sg22v3quh5ignp', 'linxh4tfvlewlmpg', '2ed52530b2a4fd260a4bedb4214359df7dd249e3fdeb1c5e742b70e66ca5c656de1f61c6a31e00b99064aff183062a2bf10684f214205c8bccdfff6be23c9b1efc85aa31020d5a08', 'ebcd9e5b2db7f5651d3acd3bd0fdb1841b213d6d296633e53a8f1fbc7a079bf25fa9c88c1c14ecaed5b83ab02b453e36ca8416a5dbf90fda00a6d82ffbcb23bd8b545ad676d8ce58faaf1887ff22a6d37e1a037150bdb77896f2dd66c409aae97ce012bebe1bd426b9eb89a3071a277143fff14804daf9396571d53823872005a1ceda044169f88b6330dc9ca373540c42fce88d5cbbf4c8704c22f361fe17255ec5202b5399bf1450ae524c4f5885c8ff87a1e4c9', 1, 0, NULL);

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('6th5zv6pxontpqnrbjcxyabknouftsat', 'Cy', 'cy@example.com', 0, NULL, 0, '2026-11-22T04:09:19.248Z', '2026-11-22T04:09:19.248Z');

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('linxh4tfvlewlmpg', 'Ann', 'ann@example.com', 0, NULL, 1, '2026-11-22T04:09:18.457Z', '2026-11-22T04:09:18.671Z');

INSERT INTO "verification" ("id", "identifier", "value", "expires_at", "created_at", "updated_at") VALUES ('ejcka63syorfw5ve', 'TxNfIW9rZESEAfMS2L0cNVr1b9yvKuI84QXcq24COyY', 'linxh4tfvlewlmpg', '2026-11-22T05:09:19.207Z', '2026-11-22T04:09:19.209Z', '2026-11-22T04:09:19.209Z');
