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

CREATE INDEX spent_challenge_end ON spent_challenge (expires_at);

CREATE UNIQUE INDEX two_factor_user ON two_factor (user_id);

CREATE UNIQUE INDEX user_email ON user (email);

CREATE INDEX verification_end ON verification (expires_at);

CREATE INDEX verification_identifier ON verification (identifier);

INSERT INTO "account" ("id", "account_id", "provider_id", "user_id", "access_token", "refresh_token", "id_token", "access_token_expires_at", "refresh_token_expires_at", "scope", "password", "created_at", "updated_at") VALUES ('xqncavlxqqtofu7g', 'myg6zpjvlknnatgo', 'credential', 'myg6zpjvlknnatgo', NULL, NULL, NULL, NULL, NULL, NULL, '111d166dbe0944c6cc1b392eb1e5d362:9239da837263c2369413a4b0f7e54b7ba3eff0d6a5bd9a336d35d0b283ffa602e3c3755405fc7dfa2f1410a39793dd11ac44b2d320894567094d8e8b7b8d83d1', '2026-11-22T12:19:13.481Z', '2026-11-22T12:19:13.481Z');

INSERT INTO "account_key" ("id", "since") VALUES ('216ad977', '2026-11-22T12:19:13.655Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('code-used:B0YvoqXD8VPecXoaWAcYAlZ8xGMNhLOLi5Xyr03zABg', 1, '2026-11-22T12:22:14.541Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('confirm-code:NqJoCHjdMINzwLTNPFCDfJ6-IL2I-0eZZIWQEl0K8EU', 1, '2026-11-22T12:34:14.443Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('invitation:Kn-Jomm0AlDXJI7A7rLM2QD-4197qpluVmTqK-U2BjI', 1, '2026-11-22T13:19:15.647Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-email:IfxiU2z-jSOQd5isumVnrzJX63bPC5Bn7A1rYH1QMgM', 1, '2026-11-22T13:19:15.454Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-place:Hsgr7Bb3NNaJB7HN0EO69CMEAAAavgtjpEr-ATEku-c', 1, '2026-11-22T13:19:15.438Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-email:YofdY-qegmOWd50xgLl8awLf4DSb2lwKGKaSXIm-CMk', 1, '2026-11-22T13:19:14.593Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-place:73PG4Vo0Di2W42smQeYF1ISYk1e6W81Iibes-kJ3i9Y', 1, '2026-11-22T12:34:14.549Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in:gFeElllnZoWo5koRn0p_d9Kh5DjJbh5Q0v1lEM2Tjg8', 1, '2026-11-22T12:34:14.579Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-up-place:c7AnEnt7TfVcuuaWYykU6wpiI0dU9nIqnpePqKdo0I8', 2, '2026-11-22T13:19:12.902Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('verification:KJOWcanv4oYPbUXr1E1r3ukCFYLgOFT4__2Eo8yz2pc', 1, '2026-11-22T13:19:15.734Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-organisation.sql', '2026-11-22 12:19:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_keep-accounts.sql', '2026-11-22 12:19:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-members.sql', '2026-11-22 12:19:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_keep-passkeys.sql', '2026-11-22 12:19:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_find-invitations.sql', '2026-11-22 12:19:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-tiers.sql', '2026-11-22 12:19:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_count-moves.sql', '2026-11-22 12:19:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_end-organisations.sql', '2026-11-22 12:19:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_move-organisations.sql', '2026-11-22 12:19:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_note-keys.sql', '2026-11-22 12:19:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_note-restores.sql', '2026-11-22 12:19:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_note-account-keys.sql', '2026-11-22 12:19:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_find-ended-sessions.sql', '2026-11-22 12:19:07');

INSERT INTO "invitation" ("organisation_id", "email", "id", "role", "token_hash", "invited_by", "created_at", "expires_at", "accepted_at") VALUES ('hdpbkkcbohgu', 'bo@example.com', 'kja57drfqgqfwusn', 'viewer', 'cJf8RfdbJzvOUDyarC05_5Sj69otuGlDmNV-unoSq2o', 'token:i5toumftulyjfotr', '2026-11-22T12:19:15.620Z', '2026-11-29T12:19:15.620Z', NULL);

INSERT INTO "member" ("organisation_id", "user_id", "role", "since") VALUES ('av7f6qx2x6ez', 'myg6zpjvlknnatgo', 'owner', '2026-11-22T12:19:15.526Z');

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('av7f6qx2x6ez', 'anns', '2026-11-22T12:19:15.526Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('hdpbkkcbohgu', 'acme', '2026-11-22T12:19:08.438Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "passkey" ("id", "user_id", "name", "credential_id", "public_key", "sign_count", "backup_eligible", "backed_up", "aaguid", "created_at", "last_used_at") VALUES ('birnybccv4exdyia', 't4s4qflinmtif6k44yamu3y5gpcgr25u', 'Passkey', 'S5xpnjD1HW6NjVcfQpPM9x0h2-a4R_zbWXwd8UKwL6I', '{"kty":"EC","crv":"P-256","alg":"ES256","x":"o_RMQjVeyyXNN5SIQibBsyIjvJEGE8kQfBDyH4b6434","y":"RlCGPtcMGKl32lWw7fA-u7j_0GjDwfNtwLWZhgJLORI"}', 0, 0, 0, '07070707-0707-0707-0707-070707070707', '2026-11-22T12:19:15.670Z', NULL);

INSERT INTO "sealing_key" ("id", "since") VALUES ('1ca20d88', '2026-11-22T12:19:08.439Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('5ejlvaqn2qo3ichc', 'ndswn7isdqwwnpftk66vwxurjo2c6bbcma54uhstlodnpowzofoa', 't4s4qflinmtif6k44yamu3y5gpcgr25u', '127.0.0.1', 'node', '2026-11-22T12:19:16.252Z', '2026-11-22T12:19:16.252Z', '2026-11-29T12:19:16.252Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('btdc5lyomkyma22b', 'e3iEkFkarXd53p64O30PPTUqlrzHAr0N', 'myg6zpjvlknnatgo', '127.0.0.1', 'Firefox', '2026-11-22T12:19:14.516Z', '2026-11-22T12:19:14.516Z', '2026-11-29T12:19:14.516Z');

INSERT INTO "spent_challenge" ("digest", "expires_at") VALUES ('oViGVh9Tkcs03SL6z3yWZaT4c_JSt4Y31ZiSZRD9cL4', '2026-11-22T12:24:15.656Z');

INSERT INTO "two_factor" ("id", "user_id", "secret", "backup_codes", "verified", "failed_verification_count", "locked_until") VALUES ('dnbb44lsplil3ehe', 'myg6zpjvlknnatgo', '$ba$560650615$e1cd2577cba733cd20f22eb408d89303fa7bd81c3fa2d508fe97f60cd43a94ae8b56e47b2a342e842d727f1aa362daba0e75ae6f07dece9bf56b52897e3d9e7cd2574c6238952370', '$ba$560650615$6fb2c52272048b62144396b9fb6b37b9f25d463b2a4ca24c74da9a9912b9964e262990b825a630b06689c75194fe79bd1c0e7dd158d94b0e8a60f30c7478a8b1073d4af03e6ee449a851d295996d4c833240c7bbec8dcf1d82b33e184e6132dbdce24a51c0c1acae0aba578f0d4f34705299828952b59e154a2a46eb4bb896b3dc1be41cb84c07dfd931e7b0fae2f817670829fe63e6876507d6c2f4bf4c433ba115c5c89ed377319f0cc88f3630e9e6500efdae95', 1, 0, NULL);

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('myg6zpjvlknnatgo', 'Ann', 'ann@example.com', 0, NULL, 1, '2026-11-22T12:19:13.471Z', '2026-11-22T12:19:14.484Z');

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('t4s4qflinmtif6k44yamu3y5gpcgr25u', 'Cy', 'cy@example.com', 0, NULL, 0, '2026-11-22T12:19:15.670Z', '2026-11-22T12:19:15.670Z');

INSERT INTO "verification" ("id", "identifier", "value", "expires_at", "created_at", "updated_at") VALUES ('e3d4i2d74gvdzcot', 'VIrEGGiL6cbLezALsOTKVHBRDMoeMYcVvTzyvyt-XlA', 'myg6zpjvlknnatgo', '2026-11-22T13:19:15.504Z', '2026-11-22T12:19:15.524Z', '2026-11-22T12:19:15.524Z');
