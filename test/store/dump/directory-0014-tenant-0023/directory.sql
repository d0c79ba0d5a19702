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

CREATE TABLE account_key (
  id TEXT NOT NULL PRIMARY KEY,
  -- When it was first used, as far as this table knows
  since TEXT NOT NULL
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

CREATE TABLE directory_restore (
  id TEXT NOT NULL PRIMARY KEY CHECK (id = 'all'),
  -- SHA-256 of the backup
  backup TEXT NOT NULL,
  -- Of the commands that restore it, the one that goes on
  session INTEGER NOT NULL,
  -- Id of the last organisation that is restored; they come in this order. '' = none is
  done TEXT NOT NULL,
  since TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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

CREATE TABLE sealing_key (
  id TEXT NOT NULL PRIMARY KEY,
  -- When it was first used, as far as this table knows
  since TEXT NOT NULL
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

CREATE TABLE sign_in (
  user_id TEXT NOT NULL,
  at TEXT NOT NULL,
  id TEXT NOT NULL,
  -- password, password and code, password and recovery code, passkey, or the id of a provider
  way TEXT NOT NULL,
  -- Why it came to nothing; NULL where it was let in
  refused TEXT,
  ip_address TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  PRIMARY KEY (user_id, at, id)
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

CREATE INDEX session_end ON session (expires_at);

CREATE UNIQUE INDEX session_token ON session (token);

CREATE INDEX session_user ON session (user_id);

CREATE INDEX sign_in_time ON sign_in (at);

CREATE INDEX spent_challenge_end ON spent_challenge (expires_at);

CREATE UNIQUE INDEX two_factor_user ON two_factor (user_id);

CREATE UNIQUE INDEX user_email ON user (email);

CREATE INDEX verification_end ON verification (expires_at);

CREATE INDEX verification_identifier ON verification (identifier);

INSERT INTO "account" ("id", "account_id", "provider_id", "user_id", "access_token", "refresh_token", "id_token", "access_token_expires_at", "refresh_token_expires_at", "scope", "password", "created_at", "updated_at") VALUES ('qjvhlfrplrc4x5ck', 'z6n36k3qsfaxr53x', 'credential', 'z6n36k3qsfaxr53x', NULL, NULL, NULL, NULL, NULL, NULL, 'ce05bddb68818e5f7de9f286e8d25a6b:cf0968947f0098969a5f710427872c91a863c978a83bcb3f96da17c1456a5a2e07a8275c1a476ee152da2e71a8099f02dcacdd86e310824184636b42a4d9234b', '2026-11-22T12:19:48.718Z', '2026-11-22T12:19:48.718Z');

INSERT INTO "account_key" ("id", "since") VALUES ('b90e3e81', '2026-11-22T12:19:48.797Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('code-used:9BRTJaG7DXUV5BYsNL_0H-KXZ4kgRdDdH1q6AEqWgvY', 1, '2026-11-22T12:22:49.277Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('confirm-code:aAfq-S5zbct4_ppjLJoPp7cJq8sR7rIL_jSHrKbmXaQ', 1, '2026-11-22T12:34:49.229Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('invitation:Kn-Jomm0AlDXJI7A7rLM2QD-4197qpluVmTqK-U2BjI', 1, '2026-11-22T13:19:49.906Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-email:IfxiU2z-jSOQd5isumVnrzJX63bPC5Bn7A1rYH1QMgM', 1, '2026-11-22T13:19:49.842Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-place:Hsgr7Bb3NNaJB7HN0EO69CMEAAAavgtjpEr-ATEku-c', 1, '2026-11-22T13:19:49.838Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-email:YofdY-qegmOWd50xgLl8awLf4DSb2lwKGKaSXIm-CMk', 1, '2026-11-22T13:19:49.284Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-place:73PG4Vo0Di2W42smQeYF1ISYk1e6W81Iibes-kJ3i9Y', 1, '2026-11-22T12:34:49.283Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in:gFeElllnZoWo5koRn0p_d9Kh5DjJbh5Q0v1lEM2Tjg8', 1, '2026-11-22T12:34:49.284Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-up-place:c7AnEnt7TfVcuuaWYykU6wpiI0dU9nIqnpePqKdo0I8', 2, '2026-11-22T13:19:48.273Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('verification:5O3GDBqufrcDzonylcMMMPrDcb6_fbQE5XyRaPzd2FI', 1, '2026-11-22T13:19:49.945Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-organisation.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_keep-accounts.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-members.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_keep-passkeys.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_find-invitations.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-tiers.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_count-moves.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_end-organisations.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_move-organisations.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_note-keys.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_note-restores.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_note-account-keys.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_find-ended-sessions.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (14, '0014_keep-sign-ins.sql', '2026-11-22 12:19:44');

INSERT INTO "invitation" ("organisation_id", "email", "id", "role", "token_hash", "invited_by", "created_at", "expires_at", "accepted_at") VALUES ('qbdylibdd25n', 'bo@example.com', 'o742wiuxzp3fr2qc', 'viewer', 'R7OnyF6M-x_azynjEeFbx_FikdHm8oGdG1WmNQDC6_Q', 'token:6ftuxdrgkmd6qyd5', '2026-11-22T12:19:49.872Z', '2026-11-29T12:19:49.872Z', NULL);

INSERT INTO "member" ("organisation_id", "user_id", "role", "since") VALUES ('cs2k3u2tdxqw', 'z6n36k3qsfaxr53x', 'owner', '2026-11-22T12:19:49.854Z');

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('cs2k3u2tdxqw', 'anns', '2026-11-22T12:19:49.854Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('qbdylibdd25n', 'acme', '2026-11-22T12:19:45.090Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "passkey" ("id", "user_id", "name", "credential_id", "public_key", "sign_count", "backup_eligible", "backed_up", "aaguid", "created_at", "last_used_at") VALUES ('4bp2anmsuqgvpikz', 'e6tzspl6prxzex5dosybtp7u5hxisp43', 'Passkey', 'KfA6CEOZJl3tTLBv5S2B1DVbzBxS_lchTjz4rkeyfjQ', '{"kty":"EC","crv":"P-256","alg":"ES256","x":"0V-DqbkORO0BMW8cqZMhMmeyYU8Q34K_z5tALFinHAM","y":"66eKGcLWiAP3YK81MFPxGHpWuPQL4MXy06_iAgcN_xQ"}', 0, 0, 0, '07070707-0707-0707-0707-070707070707', '2026-11-22T12:19:49.937Z', NULL);

INSERT INTO "sealing_key" ("id", "since") VALUES ('4467ee53', '2026-11-22T12:19:45.101Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('g6mdmr7g6k52xwjj', 'habcdif25qaa4vjsgpwc3pfyzmfqvf4lnnhuvhngr2bwur2nxo3a', 'e6tzspl6prxzex5dosybtp7u5hxisp43', '127.0.0.1', 'node', '2026-11-22T12:19:50.448Z', '2026-11-22T12:19:50.448Z', '2026-11-29T12:19:50.448Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('jz4e3pmz6a4d5vvp', '2wNE3elxGIMdAWbXVasKXacNG5dQYfPh', 'z6n36k3qsfaxr53x', '127.0.0.1', 'Firefox', '2026-11-22T12:19:49.268Z', '2026-11-22T12:19:49.268Z', '2026-11-29T12:19:49.268Z');

INSERT INTO "sign_in" ("user_id", "at", "id", "way", "refused", "ip_address", "user_agent") VALUES ('z6n36k3qsfaxr53x', '2026-11-22T12:19:49.682Z', 'gxzyrw6cq2cv7gld', 'password', 'password', '127.0.0.1', 'Firefox');

INSERT INTO "spent_challenge" ("digest", "expires_at") VALUES ('_i2zcx2sCmnXBdiKBHiNO3qsBpfUkUToQB-8wvKvKy8', '2026-11-22T12:24:49.915Z');

INSERT INTO "two_factor" ("id", "user_id", "secret", "backup_codes", "verified", "failed_verification_count", "locked_until") VALUES ('ebipjqvajeewfb32', 'z6n36k3qsfaxr53x', '$ba$3104718465$71b1ca2c1607ecc8ff99e2d23b50641e984d4c0dbf5b4dfd902201341b97b6a498626fee797a0d6e159c5dee36b7f409b56f5725c514cfd73b59c3d7274cede0639795c80aa6d43b', '$ba$3104718465$10d2511d3afdb6625d6e9fcb38da3d29b57f6225072009f89eb25f0386ad4559823db2b3673e853f891d564b5d7e8bdb40e9aa2dd7412d1fd5fd8982308dc0ef4ad489fabc04582d5a5d517bef41eb56656414e438d9825454216fb8f02d8ff973f1570d0f63ddde31607c3ca42cf28db38d723e605b4da7add24d53ac4570eaf72b0c9eb1252140494f34661e4ac1036311122985c1f2e9312cc0ca83844638b20425c899ef92076e7ee4ec009e8a3a127e3b442d', 1, 0, NULL);

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('e6tzspl6prxzex5dosybtp7u5hxisp43', 'Cy', 'cy@example.com', 0, NULL, 0, '2026-11-22T12:19:49.937Z', '2026-11-22T12:19:49.937Z');

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('z6n36k3qsfaxr53x', 'Ann', 'ann@example.com', 0, NULL, 1, '2026-11-22T12:19:48.703Z', '2026-11-22T12:19:49.266Z');

INSERT INTO "verification" ("id", "identifier", "value", "expires_at", "created_at", "updated_at") VALUES ('egpc3chi7ildzo4a', 'wPaT8WSCpnh9zijfjGRJ4j5WYX1-3Lvb7E1qO5XBF4o', 'z6n36k3qsfaxr53x', '2026-11-22T13:19:49.847Z', '2026-11-22T12:19:49.852Z', '2026-11-22T12:19:49.852Z');
