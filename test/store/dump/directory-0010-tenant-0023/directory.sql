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

INSERT INTO "account" ("id", "account_id", "provider_id", "user_id", "access_token", "refresh_token", "id_token", "access_token_expires_at", "refresh_token_expires_at", "scope", "password", "created_at", "updated_at") VALUES ('vbrvq6kkffuxt2gx', 'pwyweyeiywtv3nns', 'credential', 'pwyweyeiywtv3nns', NULL, NULL, NULL, NULL, NULL, NULL, '075a605bd900c31362109dec3d0eb8fa:adb5d56f967da0f66e04b268a86ea2cc7e3fd80ebe1c770c70f4d30a536eefeaff852b6f02ee74d327d11c2943fd496cdb90ba4d7cc014213a385cad5a0b5008', '2026-11-22T05:01:13.732Z', '2026-11-22T05:01:13.732Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('code-used:cP1LyNMin8kT7blI07-WjfjlW-Iy7jmsIuNaxemJ8Bk', 1, '2026-11-22T05:04:14.210Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('confirm-code:1dPqktUqrihOv6mIWnaq_qy9-q6HRij_EJarPrYhwhA', 1, '2026-11-22T05:16:14.117Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('invitation:Kn-Jomm0AlDXJI7A7rLM2QD-4197qpluVmTqK-U2BjI', 1, '2026-11-22T06:01:15.310Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-email:IfxiU2z-jSOQd5isumVnrzJX63bPC5Bn7A1rYH1QMgM', 1, '2026-11-22T06:01:14.953Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-place:Hsgr7Bb3NNaJB7HN0EO69CMEAAAavgtjpEr-ATEku-c', 1, '2026-11-22T06:01:14.930Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-email:YofdY-qegmOWd50xgLl8awLf4DSb2lwKGKaSXIm-CMk', 1, '2026-11-22T06:01:14.283Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-place:73PG4Vo0Di2W42smQeYF1ISYk1e6W81Iibes-kJ3i9Y', 1, '2026-11-22T05:16:14.264Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in:gFeElllnZoWo5koRn0p_d9Kh5DjJbh5Q0v1lEM2Tjg8', 1, '2026-11-22T05:16:14.300Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-up-place:c7AnEnt7TfVcuuaWYykU6wpiI0dU9nIqnpePqKdo0I8', 2, '2026-11-22T06:01:13.104Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('verification:byIdsydjD_MSTfLNWxXHDo8LHQgRmxNbeklliE5opSc', 1, '2026-11-22T06:01:15.400Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-organisation.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_keep-accounts.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-members.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_keep-passkeys.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_find-invitations.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-tiers.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_count-moves.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_end-organisations.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_move-organisations.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_note-keys.sql', '2026-11-22 05:01:07');

INSERT INTO "invitation" ("organisation_id", "email", "id", "role", "token_hash", "invited_by", "created_at", "expires_at", "accepted_at") VALUES ('7hbsz7cktj3i', 'bo@example.com', 'dy54vmyjylg5hs2t', 'viewer', '_MlLHzeeGLZSdEKHbiHexj8OjUsAMN_VUCofCgmc1UQ', 'token:u5tpr2wr6trr3a52', '2026-11-22T05:01:15.274Z', '2026-11-29T05:01:15.274Z', NULL);

INSERT INTO "member" ("organisation_id", "user_id", "role", "since") VALUES ('3h7unmsxi4kr', 'pwyweyeiywtv3nns', 'owner', '2026-11-22T05:01:15.017Z');

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('3h7unmsxi4kr', 'anns', '2026-11-22T05:01:15.017Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('7hbsz7cktj3i', 'acme', '2026-11-22T05:01:08.231Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "passkey" ("id", "user_id", "name", "credential_id", "public_key", "sign_count", "backup_eligible", "backed_up", "aaguid", "created_at", "last_used_at") VALUES ('q477cvzryzukjwag', '62cnersmgtkzikgr7ornev537pfdyhup', 'Passkey', '7vcRGnnTo62hNygLmII48HvBTkYBIUsESb-sIJqkBcQ', '{"kty":"EC","crv":"P-256","alg":"ES256","x":"mSsWbI9f5Zsybu1jw9Xgh2KI9jBr9Xr06MD06lHViCs","y":"IKPBk1Jqf-tQVa4jsxKq2Q9Qtz1R8vkyzNQCj7Vx4L8"}', 0, 0, 0, '07070707-0707-0707-0707-070707070707', '2026-11-22T05:01:15.363Z', NULL);

INSERT INTO "sealing_key" ("id", "since") VALUES ('d8bd1ce6', '2026-11-22T05:01:08.231Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('2ftmegei5u2rein7', '5fcmigwqjk365zaka3nm5mvnm5dpeijuovd56ay2fdjqdp33xxda', '62cnersmgtkzikgr7ornev537pfdyhup', '127.0.0.1', 'node', '2026-11-22T05:01:15.909Z', '2026-11-22T05:01:15.909Z', '2026-11-29T05:01:15.909Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('gkz5f24ynqmrbhs4', 'ae1La4woR8JI3z8URhjLNyYQcz3SqycY', 'pwyweyeiywtv3nns', '127.0.0.1', 'Firefox', '2026-11-22T05:01:14.158Z', '2026-11-22T05:01:14.158Z', '2026-11-29T05:01:14.158Z');

INSERT INTO "spent_challenge" ("digest", "expires_at") VALUES ('0mgYyl0RsRk4ONwL-RpXJyCw-zCt_1qlap91jYUTsGs', '2026-11-22T05:06:15.315Z');

INSERT INTO "two_factor" ("id", "user_id", "secret", "backup_codes", "verified", "failed_verification_count", "locked_until") VALUES ('42uphpnz3nydyzc7', 'pwyweyeiywtv3nns', '8c93dab9410637431037e105a5a2026c452baa81e08b11a1865472fb525d8836203f1e9dbd72f13968680110579dcd0d5680f9bd8f0f88559e386a85863711dfe06c69489ef15c68', '89a388077ada9079ce00f70ea53bba3685233783d708823387d6704c4ba71a30d63a5b6780164367a7de29ed22780b438c1cb23180959e62a8387cece2c284e5f845690e850d3bd2edf118dc85faedc0fdd2eb78a2eeaba13f8b8de73c460555b6e08c03dea52f1694d17e691dc0b49e5406feef2ba8d5a38390dd121b7871fa965d264f9173c1ec361e73b6b1011c1f90c88150d10b73bf9da3639580414d21c8ac00e700e4a8f2727beb38a7eea0aa8f6f215653', 1, 0, NULL);

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('62cnersmgtkzikgr7ornev537pfdyhup', 'Cy', 'cy@example.com', 0, NULL, 0, '2026-11-22T05:01:15.363Z', '2026-11-22T05:01:15.363Z');

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('pwyweyeiywtv3nns', 'Ann', 'ann@example.com', 0, NULL, 1, '2026-11-22T05:01:13.718Z', '2026-11-22T05:01:14.155Z');

INSERT INTO "verification" ("id", "identifier", "value", "expires_at", "created_at", "updated_at") VALUES ('vsqbvhxcndxreymw', 'Xen_ZTUamAEX8iIqa0h4E58ywvyuKm2TCT_kl4DfDUA', 'pwyweyeiywtv3nns', '2026-11-22T06:01:14.973Z', '2026-11-22T05:01:15.004Z', '2026-11-22T05:01:15.004Z');
