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

INSERT INTO "account" ("id", "account_id", "provider_id", "user_id", "access_token", "refresh_token", "id_token", "access_token_expires_at", "refresh_token_expires_at", "scope", "password", "created_at", "updated_at") VALUES ('robhengqxsyguuz3', 'gyfiqzrjf77kox4y', 'credential', 'gyfiqzrjf77kox4y', NULL, NULL, NULL, NULL, NULL, NULL, '534b54decf46e56da56390d8970d8247:31a640494658c1f609d6513bb439eddce5ed45663a5a422b4ee97c1364f65832b7a7c5755b2cdac968327f9004b354174b31e286cce68e9819d4301be66fb7e4', '2026-11-22T11:52:10.375Z', '2026-11-22T11:52:10.375Z');

INSERT INTO "account_key" ("id", "since") VALUES ('6a738f98', '2026-11-22T11:52:10.478Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('code-used:kX8aY0Cj-iRKblB7lmSzRQMJsgpxwGkNh30bpUdausI', 1, '2026-11-22T11:55:11.306Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('confirm-code:WYWFhRB4BWZi8OMMyNz95h0CsStYSRyWafEMFxGW9hE', 1, '2026-11-22T12:07:11.184Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('invitation:Kn-Jomm0AlDXJI7A7rLM2QD-4197qpluVmTqK-U2BjI', 1, '2026-11-22T12:52:11.999Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-email:IfxiU2z-jSOQd5isumVnrzJX63bPC5Bn7A1rYH1QMgM', 1, '2026-11-22T12:52:11.918Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-place:Hsgr7Bb3NNaJB7HN0EO69CMEAAAavgtjpEr-ATEku-c', 1, '2026-11-22T12:52:11.859Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-email:YofdY-qegmOWd50xgLl8awLf4DSb2lwKGKaSXIm-CMk', 1, '2026-11-22T12:52:11.345Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-place:73PG4Vo0Di2W42smQeYF1ISYk1e6W81Iibes-kJ3i9Y', 1, '2026-11-22T12:07:11.342Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in:gFeElllnZoWo5koRn0p_d9Kh5DjJbh5Q0v1lEM2Tjg8', 1, '2026-11-22T12:07:11.343Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-up-place:c7AnEnt7TfVcuuaWYykU6wpiI0dU9nIqnpePqKdo0I8', 2, '2026-11-22T12:52:10.086Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('verification:Ju0ToAfKNQ5RY7Pu5B3Esm7O9VbLPSYwHbb9xWbaLv4', 1, '2026-11-22T12:52:12.017Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-organisation.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_keep-accounts.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-members.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_keep-passkeys.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_find-invitations.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-tiers.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_count-moves.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_end-organisations.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_move-organisations.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_note-keys.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_note-restores.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_note-account-keys.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_find-ended-sessions.sql', '2026-11-22 11:52:04');

INSERT INTO "invitation" ("organisation_id", "email", "id", "role", "token_hash", "invited_by", "created_at", "expires_at", "accepted_at") VALUES ('eza76chovpfv', 'bo@example.com', 'kumlqyaurcpxkwrj', 'viewer', 'KbBzEnk3zxfhK563yADls2JfR4qH5-LsKIFpRsQ6ar8', 'token:r23rfdrpvaqsaarz', '2026-11-22T11:52:11.984Z', '2026-11-29T11:52:11.984Z', NULL);

INSERT INTO "member" ("organisation_id", "user_id", "role", "since") VALUES ('ceymr457sp63', 'gyfiqzrjf77kox4y', 'owner', '2026-11-22T11:52:11.952Z');

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('ceymr457sp63', 'anns', '2026-11-22T11:52:11.952Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('eza76chovpfv', 'acme', '2026-11-22T11:52:04.563Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "passkey" ("id", "user_id", "name", "credential_id", "public_key", "sign_count", "backup_eligible", "backed_up", "aaguid", "created_at", "last_used_at") VALUES ('5lvmrmms23cp7bdd', 'ai3yw6xbak5x4jvgdc3o5us3ai4e37tj', 'Passkey', 'wB40Nq2GNmROP9oQZOWVpTGeWiNsE0jb1yHh23oWIYQ', '{"kty":"EC","crv":"P-256","alg":"ES256","x":"7bkMAf5GShCXzeXHbEsTQ5tRMICpfUpXF_Obt3D5NqA","y":"lSqISPc_Rr8rmgeNjEAyQtsVLAnN0agnDSbKZBeCZS8"}', 0, 0, 0, '07070707-0707-0707-0707-070707070707', '2026-11-22T11:52:12.007Z', NULL);

INSERT INTO "sealing_key" ("id", "since") VALUES ('35f58170', '2026-11-22T11:52:04.564Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('d6qlh5kzyl3vsif2', 'g9j6zjz3mtLjDBJAdrOe1KobspA3QPPa', 'gyfiqzrjf77kox4y', '127.0.0.1', 'Firefox', '2026-11-22T11:52:11.282Z', '2026-11-22T11:52:11.282Z', '2026-11-29T11:52:11.282Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('pjwsezly2bqbpqyy', '7e7j5oa3neaxwrt4yhp42me6rfd2vmpxdyyi6tly3jdkmw4rwuyq', 'ai3yw6xbak5x4jvgdc3o5us3ai4e37tj', '127.0.0.1', 'node', '2026-11-22T11:52:12.520Z', '2026-11-22T11:52:12.520Z', '2026-11-29T11:52:12.520Z');

INSERT INTO "spent_challenge" ("digest", "expires_at") VALUES ('4ff-pA5a_NdL2qSLLNbB6q_8ogCCkoo4VU13edcADHA', '2026-11-22T11:57:12.003Z');

INSERT INTO "two_factor" ("id", "user_id", "secret", "backup_codes", "verified", "failed_verification_count", "locked_until") VALUES ('5x467lcedppof4uk', 'gyfiqzrjf77kox4y', '$ba$1785958296$ec8795139a123fd21c04eb5e65c5c1e66ec71d52e76e9698bdb76b08ff094b4e74915f5077975d87ef6dcf444a0d3b96a77709bfd3203368c0edc33eb02c8543dd60fa5c1514bf90', '$ba$1785958296$a508a897c6780c0c95f86838bcd268cb5f607056101a262b6e2aa934f37dad03be4892aeac7a22fd53b9b400a11068b606e54b17b99d211c982fad7deee15a70a291038ef969e38dd2bd4f53ed30be2a8461a3409836ce61285b8db8d64de9305dc963bec0273111532883ba124cd035de3e33d74ba293dd0f2001701a1b5c9632e92109effaac4955af9cf307444731b890941833100751148f5b155efab58961f3a4d98fa73a038f61ac0fb8f08da12668a9d883', 1, 0, NULL);

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('ai3yw6xbak5x4jvgdc3o5us3ai4e37tj', 'Cy', 'cy@example.com', 0, NULL, 0, '2026-11-22T11:52:12.007Z', '2026-11-22T11:52:12.007Z');

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('gyfiqzrjf77kox4y', 'Ann', 'ann@example.com', 0, NULL, 1, '2026-11-22T11:52:10.358Z', '2026-11-22T11:52:11.259Z');

INSERT INTO "verification" ("id", "identifier", "value", "expires_at", "created_at", "updated_at") VALUES ('yokladokhow5payf', 'T-sIUs9U45_Ao6I8nHRL8MsTwzHsI4xPZnnzjMsMhhs', 'gyfiqzrjf77kox4y', '2026-11-22T12:52:11.948Z', '2026-11-22T11:52:11.949Z', '2026-11-22T11:52:11.949Z');
