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

INSERT INTO "account" ("id", "account_id", "provider_id", "user_id", "access_token", "refresh_token", "id_token", "access_token_expires_at", "refresh_token_expires_at", "scope", "password", "created_at", "updated_at") VALUES ('ivkdhqcegq47jsac', '6pv5ciafmr65ugeb', 'credential', '6pv5ciafmr65ugeb', NULL, NULL, NULL, NULL, NULL, NULL, 'ab6eb98c19cd45e01adf316d17fd6974:1ff1211c553d60772d5a38d723bba9f082c3236b1431633053f780e855c07092423d20b6b5828db5fd1afb2d381f2d5e589ee09532a0c4029bbe2c9ae52baf08', '2026-11-22T04:57:12.482Z', '2026-11-22T04:57:12.482Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('code-used:7rV38lXxvseP8UAY30RszBrG7-O0kI0lWUSEFKIJtOY', 1, '2026-11-22T05:00:13.329Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('confirm-code:cmmZAvogNDNRNgBs3IwUripd35xUYFM-fYkh9T9QHPg', 1, '2026-11-22T05:12:13.261Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('invitation:Kn-Jomm0AlDXJI7A7rLM2QD-4197qpluVmTqK-U2BjI', 1, '2026-11-22T05:57:14.078Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-email:IfxiU2z-jSOQd5isumVnrzJX63bPC5Bn7A1rYH1QMgM', 1, '2026-11-22T05:57:13.915Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('reset-place:Hsgr7Bb3NNaJB7HN0EO69CMEAAAavgtjpEr-ATEku-c', 1, '2026-11-22T05:57:13.895Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-email:YofdY-qegmOWd50xgLl8awLf4DSb2lwKGKaSXIm-CMk', 1, '2026-11-22T05:57:13.375Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in-place:73PG4Vo0Di2W42smQeYF1ISYk1e6W81Iibes-kJ3i9Y', 1, '2026-11-22T05:12:13.364Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-in:gFeElllnZoWo5koRn0p_d9Kh5DjJbh5Q0v1lEM2Tjg8', 1, '2026-11-22T05:12:13.379Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('sign-up-place:c7AnEnt7TfVcuuaWYykU6wpiI0dU9nIqnpePqKdo0I8', 2, '2026-11-22T05:57:11.833Z');

INSERT INTO "attempt" ("key", "count", "ends_at") VALUES ('verification:njQCbX8mrPnWexJ6YR4TLIp074OhFER2x7NJ-oueYeE', 1, '2026-11-22T05:57:14.218Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-organisation.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_keep-accounts.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-members.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_keep-passkeys.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_find-invitations.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-tiers.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_count-moves.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_end-organisations.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_move-organisations.sql', '2026-11-22 04:57:06');

INSERT INTO "invitation" ("organisation_id", "email", "id", "role", "token_hash", "invited_by", "created_at", "expires_at", "accepted_at") VALUES ('tfj5dxpq54pw', 'bo@example.com', '2cx5e2avtpilbd3t', 'viewer', 'RTHxSEqhTG8SogemM6u01uw03Ht-2ulPj3zVcKY7ZWI', 'token:vx2ua72uzm4bakth', '2026-11-22T04:57:14.064Z', '2026-11-29T04:57:14.064Z', NULL);

INSERT INTO "member" ("organisation_id", "user_id", "role", "since") VALUES ('gdzfbsadcdio', '6pv5ciafmr65ugeb', 'owner', '2026-11-22T04:57:13.996Z');

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('gdzfbsadcdio', 'anns', '2026-11-22T04:57:13.996Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "organisation" ("id", "name", "created_at", "placement", "tier", "limits", "moves", "deleted_at", "deleted_by", "purge_at") VALUES ('tfj5dxpq54pw', 'acme', '2026-11-22T04:57:06.663Z', 'main', NULL, '{}', 0, NULL, NULL, NULL);

INSERT INTO "passkey" ("id", "user_id", "name", "credential_id", "public_key", "sign_count", "backup_eligible", "backed_up", "aaguid", "created_at", "last_used_at") VALUES ('53gxcddwpvso3eq4', '5leydli354z24kd3fsfpbeyfroyltwdh', 'Passkey', '3SH4EGvPpsD39NQajZaJXIbL_Fg_TTyTmypSqrte1tQ', '{"kty":"EC","crv":"P-256","alg":"ES256","x":"ftHZdHeHaKRvddmi0au4kM9BP1g0ie8FBCTn6t-vjEE","y":"qC28sIUQ4rz-nujP9IVfLYEEuYdX8nTnElIs1Rema70"}', 0, 0, 0, '07070707-0707-0707-0707-070707070707', '2026-11-22T04:57:14.182Z', NULL);

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('aziv7ivrg2w3kx5k', 'purwbtxjg3wfyk5k66m4v4otp3qewvbb5sewclffekgakxc3kvuq', '5leydli354z24kd3fsfpbeyfroyltwdh', '127.0.0.1', 'node', '2026-11-22T04:57:14.753Z', '2026-11-22T04:57:14.753Z', '2026-11-29T04:57:14.753Z');

INSERT INTO "session" ("id", "token", "user_id", "ip_address", "user_agent", "created_at", "updated_at", "expires_at") VALUES ('nkxnfyktitmxpnyj', 'P7EykHiScVUNYh2L8fRRscrRO7ahoCkd', '6pv5ciafmr65ugeb', '127.0.0.1', 'Firefox', '2026-11-22T04:57:13.320Z', '2026-11-22T04:57:13.320Z', '2026-11-29T04:57:13.320Z');

INSERT INTO "spent_challenge" ("digest", "expires_at") VALUES ('D6TCRiIUVD-qfNbaACYPJ0WaK_cFzwXB9TrPdUuEwno', '2026-11-22T05:02:14.142Z');

INSERT INTO "two_factor" ("id", "user_id", "secret", "backup_codes", "verified", "failed_verification_count", "locked_until") VALUES ('s2hi3ddnnrhdqy52', '6pv5ciafmr65ugeb', '91dbf83c8623cc84f50dddd60286a8a97823db5b16045fcf50f58a1395ec2d1cef2dd72655aa71b3f2863e89e167f98c98bd2a8634c2411baaa301b0e8df3fa2fbadb8f29952c723', '7105b39d3dcf9bc4e5ff5e38ef4e243536af0b497554248aebe095e8220c4b2cda6022933b17cd5cd65dce2c4ee5704b0df5eada36b8ad7b988aa5273362c1de006d37e13b3004e3392f5d6e657fdaf3761b301e9a077184e455ddea65089a975a90d364d93eae3ef02467ff5f5538173cf9a253b5e433d0d15ad99ea00a4809f8f593214741258ceb4c1a069d51446a1191e4c0a5bbcf0d4ab1da2c9d9ed03455a3bc007dc358a239cdb0b83af53afac56ac23750', 1, 0, NULL);

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('5leydli354z24kd3fsfpbeyfroyltwdh', 'Cy', 'cy@example.com', 0, NULL, 0, '2026-11-22T04:57:14.182Z', '2026-11-22T04:57:14.182Z');

INSERT INTO "user" ("id", "name", "email", "email_verified", "image", "two_factor_enabled", "created_at", "updated_at") VALUES ('6pv5ciafmr65ugeb', 'Ann', 'ann@example.com', 0, NULL, 1, '2026-11-22T04:57:12.468Z', '2026-11-22T04:57:13.312Z');

INSERT INTO "verification" ("id", "identifier", "value", "expires_at", "created_at", "updated_at") VALUES ('he3xhflnssecqobm', 'E2-E1snootAXjakVny1v4e8DSbcUm5KRczyjNW78V3E', '6pv5ciafmr65ugeb', '2026-11-22T05:57:13.939Z', '2026-11-22T04:57:13.958Z', '2026-11-22T04:57:13.958Z');
