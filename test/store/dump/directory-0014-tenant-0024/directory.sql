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

INSERT INTO "account" ("id", "account_id", "provider_id", "user_id", "access_token", "refresh_token", "id_token", "access_token_expires_at", "refresh_token_expires_at", "scope", "password", "created_at", "updated_at") VALUES ('w57m3rvqmn5ezbhc', '7yjuu7ub72hnb2qd', 'credential', '7yjuu7ub72hnb2qd', NULL, NULL, NULL, NULL, NULL, NULL, '40f51d41e04b80351862086b3d215dc1:b32ed528869888087f3a9dbd4e45e592196ae53f8f638e2678032281f24f59cbbabe0d061ad4e45acbdbf4684a0938c523e857edaa1b7ca0c4cdfc8f8730ae0a', '2026-11-22T13:13:25.202Z', '2026-11-22T13:13:25.202Z');

INSERT INTO "account_key" ("id", "since") VALUES ('c190fdfe', '2026-11-22T13:13:25.228Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('code-used:wmAemZxn4dxZANUGfEO6voc5BdBjpR-Bv2gNnDgu54o', 1, '2026-11-22T13:16:25.443Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('confirm-code:ZiVLkKldIik4gbMEnfWjt5LRoCsAbS7DseH9LzecPFA', 1, '2026-11-22T13:28:25.417Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('invitation:Kn-Jomm0AlDXJI7A7rLM2QD-4197qpluVmTqK-U2BjI', 1, '2026-11-22T14:13:25.983Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-email:IfxiU2z-jSOQd5isumVnrzJX63bPC5Bn7A1rYH1QMgM', 1, '2026-11-22T14:13:25.956Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-place:Hsgr7Bb3NNaJB7HN0EO69CMEAAAavgtjpEr-ATEku-c', 1, '2026-11-22T14:13:25.955Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-email:YofdY-qegmOWd50xgLl8awLf4DSb2lwKGKaSXIm-CMk', 1, '2026-11-22T14:13:25.450Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-place:73PG4Vo0Di2W42smQeYF1ISYk1e6W81Iibes-kJ3i9Y', 1, '2026-11-22T13:28:25.448Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in:gFeElllnZoWo5koRn0p_d9Kh5DjJbh5Q0v1lEM2Tjg8', 1, '2026-11-22T13:28:25.449Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-up-place:c7AnEnt7TfVcuuaWYykU6wpiI0dU9nIqnpePqKdo0I8', 2, '2026-11-22T14:13:25.045Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('verification:2qQWuEpaynljxxcdkpgeVVFMy473q9jJtOXmoBx6qcI', 1, '2026-11-22T14:13:26.003Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-organisation.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_keep-accounts.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-members.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_keep-passkeys.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_find-invitations.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-tiers.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_count-moves.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_end-organisations.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_move-organisations.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_note-keys.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_note-restores.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_note-account-keys.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_find-ended-sessions.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (14, '0014_keep-sign-ins.sql', '2026-11-22 13:13:23');

INSERT INTO "invitation" ("organisation_id", "email", "id", "role", "token_hash", "invited_by", "created_at", "expires_at", "accepted_at") VALUES ('k257vcmubfx3', 'bo@example.com', 'v4a6xmbx4jshbgvn', 'viewer', 'xwFPh16HKbdW--gECZGy3tfRoqOGINDdOZuA6LokvU0', 'token:ba3jciqydprnrpwo', '2026-11-22T13:13:25.976Z', '2026-11-29T13:13:25.976Z', NULL);

INSERT INTO "member" ("organisation_id", "user_id", "role", "since") VALUES ('yawotv6v2jso', '7yjuu7ub72hnb2qd', 'owner', '2026-11-22T13:13:25.960Z');

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('k257vcmubfx3', 'acme', '2026-11-22T13:13:23.823Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('yawotv6v2jso', 'anns', '2026-11-22T13:13:25.960Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "passkey" ("id", "user_id", "name", "credential_id", "public_key", "sign_count", "backup_eligible", "backed_up", "aaguid", "created_at", "last_used_at") VALUES ('f3f2brckqexik5fo', 'f4pmpmlaai45qt2mvxawxc4xmc7cqtlu', 'Passkey', 'p4GvRHO73w7seoBFvou9ULbBg5ZqWLKD70zuSpzResE', '{"kty":"EC","crv":"P-256","alg":"ES256","x":"81tZgqHze--qjVuDg5JLIeuLIVi0AS8KTGFNp3p2GLo","y":"Y59WWzAxEqoSdauuDiGw8jvOPQ26Jw7L_uYJXSZI3xw"}', 0, 0, 0, '07070707-0707-0707-0707-070707070707', '2026-11-22T13:13:25.997Z', NULL);

INSERT INTO "sealing_key" ("id", "since") VALUES ('8b6fdc67', '2026-11-22T13:13:23.824Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('74thra4wuqbpivv3', 'KMFpkIgyai09CqgbXUedFhStXCuO4L21', '7yjuu7ub72hnb2qd', '127.0.0.1', 'Firefox', '2026-11-22T13:13:25.436Z', '2026-11-22T13:13:25.436Z', '2026-11-29T13:13:25.436Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('biuxevzdgxciopfn', 'nezw56adixdr3rmxblmbkaanxmcnvxd3rqzczkwqawonfkw24mpa', 'f4pmpmlaai45qt2mvxawxc4xmc7cqtlu', '127.0.0.1', 'node', '2026-11-22T13:13:26.505Z', '2026-11-22T13:13:26.505Z', '2026-11-29T13:13:26.505Z');

INSERT INTO "sign_in" ("user_id", "at", "id", "way", "refused", "ip_address", "user_agent") VALUES ('7yjuu7ub72hnb2qd', '2026-11-22T13:13:25.606Z', 'u2tunglbrevhjxha', 'password', 'password', '127.0.0.1', 'Firefox');

INSERT INTO "spent_challenge" ("digest", "expires_at") VALUES ('biCkDRxu71FdpLzq2mL7EWP6cuGQFP7KEtan1eEgOU8', '2026-11-22T13:18:25.993Z');

INSERT INTO "two_factor" ("id", "user_id", "secret", "backup_codes", "verified", "failed_verification_count", "locked_until") VALUES ('2gggng6qlo7lrc4r', '7yjuu7ub72hnb2qd', '$ba$3247504894$749c27432dba1fd101b6e705c3d2cbbd92e84b71e21f8bbaf74f6a6437879b25d08992b214c8a1e9c5eac6bae27208216f1864b27aaa23b3c94de96688e4d919e72f536b609cc7f1', '$ba$3247504894$95b0358d9cc11ed979a1c35dc1c66e885aa6ffdf044799432dd4f643709871219f503c10650355d0978d2aa36856e99e558d438813d32685fb6d5312068cf569f6aef1b62dfdd299be1bcee6a88af07369aaa25ad189c7a10df2cc9748368f4fe55e5f2bfef3c83dda16cb4e15713fb316c3a7f564676f27acec774c754728854e7e1aa6d889210f429d51b611cb491144e850c2d59569098b7fa18598af02b318254d4d631e026def300a2575d7ed30c25aa8d93e', 1, 0, NULL);

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('7yjuu7ub72hnb2qd', 'Ann', 'ann@example.com', 0, NULL, 1, '2026-11-22T13:13:25.195Z', '2026-11-22T13:13:25.434Z');

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('f4pmpmlaai45qt2mvxawxc4xmc7cqtlu', 'Cy', 'cy@example.com', 0, NULL, 0, '2026-11-22T13:13:25.997Z', '2026-11-22T13:13:25.997Z');

INSERT INTO "verification" ("id", "identifier", "value", "expires_at", "created_at", "updated_at") VALUES ('2ev5qzuemlilfgwl', 'kxbM_cWC_Yv3n4XBfoY1EBToOtuTbI-l4ie9txL84ro', '7yjuu7ub72hnb2qd', '2026-11-22T14:13:25.962Z', '2026-11-22T13:13:25.963Z', '2026-11-22T13:13:25.963Z');
