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

INSERT INTO "account" ("id", "account_id", "provider_id", "user_id", "access_token", "refresh_token", "id_token", "access_token_expires_at", "refresh_token_expires_at", "scope", "password", "created_at", "updated_at") VALUES ('gygiql6j6vgs7n6e', 'i4dyh7icjkdb25ju', 'credential', 'i4dyh7icjkdb25ju', NULL, NULL, NULL, NULL, NULL, NULL, 'b7f4a9b228d6fa38e1bc37fe46acaebb:619d62b9ea58e2858c27c835997c89c48a95d859ee146e5f5e44b0bd331c5fb00191fd1f8cc5221cb0e9a69b0155138249200bd04b025f42a12ca933509247f4', '2026-11-22T15:05:03.006Z', '2026-11-22T15:05:03.006Z');

INSERT INTO "account_key" ("id", "since") VALUES ('81fef1a1', '2026-11-22T15:05:03.074Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('code-used:xmbbxKJfU4rZ9FsCLtUoeCyZ9Gg7arPWZqGDOhYpXFw', 1, '2026-11-22T15:08:03.524Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('confirm-code:qnhIv0tVYYY2tB7DoYgdD5ut8OdwH7dR-sEliMovIZQ', 1, '2026-11-22T15:20:03.453Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('invitation:Kn-Jomm0AlDXJI7A7rLM2QD-4197qpluVmTqK-U2BjI', 1, '2026-11-22T16:05:04.123Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-email:IfxiU2z-jSOQd5isumVnrzJX63bPC5Bn7A1rYH1QMgM', 1, '2026-11-22T16:05:04.055Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-place:Hsgr7Bb3NNaJB7HN0EO69CMEAAAavgtjpEr-ATEku-c', 1, '2026-11-22T16:05:04.042Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-email:YofdY-qegmOWd50xgLl8awLf4DSb2lwKGKaSXIm-CMk', 1, '2026-11-22T16:05:03.538Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-place:73PG4Vo0Di2W42smQeYF1ISYk1e6W81Iibes-kJ3i9Y', 1, '2026-11-22T15:20:03.534Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in:gFeElllnZoWo5koRn0p_d9Kh5DjJbh5Q0v1lEM2Tjg8', 1, '2026-11-22T15:20:03.536Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-up-place:c7AnEnt7TfVcuuaWYykU6wpiI0dU9nIqnpePqKdo0I8', 2, '2026-11-22T16:05:02.407Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('verification:A9NGN7Fehq0mDUWOYukRuXb_yJC2pKCkwtLrqrlJmmA', 1, '2026-11-22T16:05:04.151Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-organisation.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_keep-accounts.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-members.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_keep-passkeys.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_find-invitations.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-tiers.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_count-moves.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_end-organisations.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_move-organisations.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_note-keys.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_note-restores.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_note-account-keys.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_find-ended-sessions.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (14, '0014_keep-sign-ins.sql', '2026-11-22 15:04:58');

INSERT INTO "invitation" ("organisation_id", "email", "id", "role", "token_hash", "invited_by", "created_at", "expires_at", "accepted_at") VALUES ('gbproq2p3jjm', 'bo@example.com', 'iu2ey4w6rtzkjvyj', 'viewer', 'CE7pnXvHqaMCYF6iks1VfBjCIdqUbqua7YlphqXPq4A', 'token:co5cu373nnwliwfj', '2026-11-22T15:05:04.099Z', '2026-11-29T15:05:04.099Z', NULL);

INSERT INTO "member" ("organisation_id", "user_id", "role", "since") VALUES ('do36ssdp6aza', 'i4dyh7icjkdb25ju', 'owner', '2026-11-22T15:05:04.060Z');

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('do36ssdp6aza', 'anns', '2026-11-22T15:05:04.060Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('gbproq2p3jjm', 'acme', '2026-11-22T15:04:58.920Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "passkey" ("id", "user_id", "name", "credential_id", "public_key", "sign_count", "backup_eligible", "backed_up", "aaguid", "created_at", "last_used_at") VALUES ('xyyxohbaucockzyt', 'tp4mrmsxixbztu3stfs4puhrjo5l5txi', 'Passkey', 'MDXXg_tT4-LehkFhYJFBQjCiGM9LbmwPsLk7hPKkmbo', '{"kty":"EC","crv":"P-256","alg":"ES256","x":"-qch_KB_RJDHJCcWwe_-ch27OgYa9Tyxi6kFMcX3bko","y":"H04EhhdRWayfaOwu1C8L5vd1iBl_tTd4K4vnnsGnpV0"}', 0, 0, 0, '07070707-0707-0707-0707-070707070707', '2026-11-22T15:05:04.135Z', NULL);

INSERT INTO "sealing_key" ("id", "since") VALUES ('4c2fe897', '2026-11-22T15:04:58.921Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('g3otgixnr4nfft64', '8UH4VDYFlVxWfxuatOxnmv0OPuxWdfPj', 'i4dyh7icjkdb25ju', '127.0.0.1', 'Firefox', '2026-11-22T15:05:03.499Z', '2026-11-22T15:05:03.499Z', '2026-11-29T15:05:03.499Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('h4iubjg4ispqfu4e', '73sw7z5ipcf7qwvrgt4jg2w2jmevfqdzw5b4tvere3refnen43va', 'tp4mrmsxixbztu3stfs4puhrjo5l5txi', '127.0.0.1', 'node', '2026-11-22T15:05:04.659Z', '2026-11-22T15:05:04.659Z', '2026-11-29T15:05:04.659Z');

INSERT INTO "sign_in" ("user_id", "at", "id", "way", "refused", "ip_address", "user_agent") VALUES ('i4dyh7icjkdb25ju', '2026-11-22T15:05:03.964Z', 'ecexjyrdfno4zilx', 'password', 'password', '127.0.0.1', 'Firefox');

INSERT INTO "spent_challenge" ("digest", "expires_at") VALUES ('lxu2LEZF_Ds89FOr0kmpzDesp0HRneTqtdEsENcXmz0', '2026-11-22T15:10:04.127Z');

INSERT INTO "two_factor" ("id", "user_id", "secret", "backup_codes", "verified", "failed_verification_count", "locked_until") VALUES ('6qlsd7xqgtnasr7l', 'i4dyh7icjkdb25ju', '$ba$2180968865$0454f8e19f5f91054fcfc8610f6b377f2c378741528dd133ea1096dc1c4c6cdf0d14b0a45ddb9c9ad088a823b6573a560badcdc6809b1169c07a90e003af00f480267007462714ec', '$ba$2180968865$13eefbc7e528ea87f44fca5a067db4e01e0ad7d3787c2cae94ac97e1e9e41900d6de474daa484ce58379e292dec1088eedbd5bc2cdfb7aea5ec034c5fed52dca097d5a613a284f016a76d635fbdf78070943217aeceec8e3f0cc6a4261be7ad1ab93619d0137afff7c64afcb3f41a4e17ae76a311bcf6eabc55b91c6b2fa98edeca6ae880248814fcb5228371ac6de7ae80af33fa9a2d7e2cef1e4db44abb11aa5af5a3de56fb3a3ff411081a868694dd0ccc720f4', 1, 0, NULL);

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('i4dyh7icjkdb25ju', 'Ann', 'ann@example.com', 0, NULL, 1, '2026-11-22T15:05:03.003Z', '2026-11-22T15:05:03.496Z');

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('tp4mrmsxixbztu3stfs4puhrjo5l5txi', 'Cy', 'cy@example.com', 0, NULL, 0, '2026-11-22T15:05:04.135Z', '2026-11-22T15:05:04.135Z');

INSERT INTO "verification" ("id", "identifier", "value", "expires_at", "created_at", "updated_at") VALUES ('z6qhkqskafhisovl', 'CuvGY0knHUAcRmcIzde_Kl8QbZQClUi0DxCfWRRh6D8', 'i4dyh7icjkdb25ju', '2026-11-22T16:05:04.061Z', '2026-11-22T15:05:04.062Z', '2026-11-22T15:05:04.062Z');
