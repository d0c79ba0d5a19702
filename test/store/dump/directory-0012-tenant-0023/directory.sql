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

CREATE UNIQUE INDEX session_token ON session (token);

CREATE INDEX session_user ON session (user_id);

CREATE INDEX spent_challenge_end ON spent_challenge (expires_at);

CREATE UNIQUE INDEX two_factor_user ON two_factor (user_id);

CREATE UNIQUE INDEX user_email ON user (email);

CREATE INDEX verification_end ON verification (expires_at);

CREATE INDEX verification_identifier ON verification (identifier);

INSERT INTO "account" ("id", "account_id", "provider_id", "user_id", "access_token", "refresh_token", "id_token", "access_token_expires_at", "refresh_token_expires_at", "scope", "password", "created_at", "updated_at") VALUES ('id4ropjtyi22q7md', 'l6tg5umpssjhhrrp', 'credential', 'l6tg5umpssjhhrrp', NULL, NULL, NULL, NULL, NULL, NULL, '92ebebb4e7038b92ced7e0f58f8afe37:ac376c39e678d6774a550235cd54f6d00d24eb60eee78e383245a4c50c09e490bad33b269f88002cd36d8343e29cfa1a7c1f4eb85a331772ca692ef1309824bc', '2026-11-22T09:10:09.697Z', '2026-11-22T09:10:09.697Z');

INSERT INTO "account_key" ("id", "since") VALUES ('8a7d3147', '2026-11-22T09:10:09.768Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('code-used:29AzxGmFkyt4AcMIgpG8p359MbdcKPuPK50mQZQPd3s', 1, '2026-11-22T09:13:10.170Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('confirm-code:5bT8VPLS3AgFzTNRQsfJzhxYI1u0hfoCWHhZI6SCSKM', 1, '2026-11-22T09:25:10.094Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('invitation:Kn-Jomm0AlDXJI7A7rLM2QD-4197qpluVmTqK-U2BjI', 1, '2026-11-22T10:10:11.028Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-email:IfxiU2z-jSOQd5isumVnrzJX63bPC5Bn7A1rYH1QMgM', 1, '2026-11-22T10:10:10.943Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-place:Hsgr7Bb3NNaJB7HN0EO69CMEAAAavgtjpEr-ATEku-c', 1, '2026-11-22T10:10:10.940Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-email:YofdY-qegmOWd50xgLl8awLf4DSb2lwKGKaSXIm-CMk', 1, '2026-11-22T10:10:10.205Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-place:73PG4Vo0Di2W42smQeYF1ISYk1e6W81Iibes-kJ3i9Y', 1, '2026-11-22T09:25:10.189Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in:gFeElllnZoWo5koRn0p_d9Kh5DjJbh5Q0v1lEM2Tjg8', 1, '2026-11-22T09:25:10.209Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-up-place:c7AnEnt7TfVcuuaWYykU6wpiI0dU9nIqnpePqKdo0I8', 2, '2026-11-22T10:10:09.303Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('verification:zWSywOUNx-bZkMooBoQW1aBPfLOFCxnKI0wHLF3nmi0', 1, '2026-11-22T10:10:11.139Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-organisation.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_keep-accounts.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-members.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_keep-passkeys.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_find-invitations.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-tiers.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_count-moves.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_end-organisations.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_move-organisations.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_note-keys.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_note-restores.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_note-account-keys.sql', '2026-11-22 09:10:05');

INSERT INTO "invitation" ("organisation_id", "email", "id", "role", "token_hash", "invited_by", "created_at", "expires_at", "accepted_at") VALUES ('pjfpk6t6azh6', 'bo@example.com', 'l6o62aaayy43grtx', 'viewer', 'Es3UK4FEzS_OYxYTMT-sFXsjFOwagP0sI81dmSykyDI', 'token:esy5r6djffbrj3qq', '2026-11-22T09:10:11.000Z', '2026-11-29T09:10:11.000Z', NULL);

INSERT INTO "member" ("organisation_id", "user_id", "role", "since") VALUES ('6funmca6iww7', 'l6tg5umpssjhhrrp', 'owner', '2026-11-22T09:10:10.953Z');

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('6funmca6iww7', 'anns', '2026-11-22T09:10:10.953Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('pjfpk6t6azh6', 'acme', '2026-11-22T09:10:06.417Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "passkey" ("id", "user_id", "name", "credential_id", "public_key", "sign_count", "backup_eligible", "backed_up", "aaguid", "created_at", "last_used_at") VALUES ('vn6hz7hjvrzf5xqv', 'cokzcr4cblg4qeewbkndthee5nlkaqso', 'Passkey', 'a2vfBeplglva1ygBZheKMA-vTkdMZfGIgzwbnlU8qsw', '{"kty":"EC","crv":"P-256","alg":"ES256","x":"_0nJ7XmZEKNg7oicfoZ77xXYR5ag5wgHSoUfDMqVmwA","y":"wgUhzU-BBAofOGJKiZ_VMsXIiucFE3_u4kO2YxmLRmY"}', 0, 0, 0, '07070707-0707-0707-0707-070707070707', '2026-11-22T09:10:11.120Z', NULL);

INSERT INTO "sealing_key" ("id", "since") VALUES ('c16949d0', '2026-11-22T09:10:06.418Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('7njrnz2dlxk6uveu', 'jsuw5dy64nsmv3dfzshjmivz2qgo6y6gmo6nwu6zcfyl3dzo4zja', 'cokzcr4cblg4qeewbkndthee5nlkaqso', '127.0.0.1', 'node', '2026-11-22T09:10:11.661Z', '2026-11-22T09:10:11.661Z', '2026-11-29T09:10:11.661Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('s3rio2babsffj6nq', 'AVVSxLKw5rVZk1Xg7BUr2k5LQ14t4pk3', 'l6tg5umpssjhhrrp', '127.0.0.1', 'Firefox', '2026-11-22T09:10:10.144Z', '2026-11-22T09:10:10.144Z', '2026-11-29T09:10:10.144Z');

INSERT INTO "spent_challenge" ("digest", "expires_at") VALUES ('iIA5EjFZjsTk4rtOL-CBDUH9G2BZeizw3z93EPHkjog', '2026-11-22T09:15:11.084Z');

INSERT INTO "two_factor" ("id", "user_id", "secret", "backup_codes", "verified", "failed_verification_count", "locked_until") VALUES ('vhfq6bpfb3zy7gaa', 'l6tg5umpssjhhrrp', '$ba$2323460423$9b9d39e57c6297c9a3e2d47f146ea58f2540d24f1647f30097480a8acaea1466755d0554cb9959d92b69edeb52e0c4a6ea87a0d0df66a0e11a8893b6e7734007cabcc6239646d1d7', '$ba$2323460423$f86858a3d914fcffb805bf0bbe24d1b967920989b639d3edb8064a58c3d5b9a0edf215efe12e088e13d730f80ba86c09708da285803fbb9ce2a0d84edc91218857fefbc4bc9144d1c373f9982f86fc1e3cd33ff1916662283c135e81b32d2e8c0c51efac89f0200d45ecfba2495f75f5c9db6ece06a4108bd84013e0c588160f04f1ec86a2d294b50208c9d21cbddb62e5d101de309807edc6407370730f03236b5049efec2b0d01db70084d3cc6be276cb140a729', 1, 0, NULL);

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('cokzcr4cblg4qeewbkndthee5nlkaqso', 'Cy', 'cy@example.com', 0, NULL, 0, '2026-11-22T09:10:11.120Z', '2026-11-22T09:10:11.120Z');

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('l6tg5umpssjhhrrp', 'Ann', 'ann@example.com', 0, NULL, 1, '2026-11-22T09:10:09.673Z', '2026-11-22T09:10:10.143Z');

INSERT INTO "verification" ("id", "identifier", "value", "expires_at", "created_at", "updated_at") VALUES ('4f4migajpjwejpol', 'doQIm4O9Ktrr2cEA9ut49aAG6YyQE305BL6Mlk_6iWY', 'l6tg5umpssjhhrrp', '2026-11-22T10:10:10.950Z', '2026-11-22T09:10:10.951Z', '2026-11-22T09:10:10.951Z');
