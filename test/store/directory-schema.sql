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

CREATE UNIQUE INDEX account_subject ON account (provider_id, account_id);

CREATE INDEX account_user ON account (user_id);

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

CREATE INDEX attempt_end ON attempt (ends_at);

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

CREATE INDEX invitation_email ON invitation (email);

CREATE UNIQUE INDEX invitation_token ON invitation (token_hash);

CREATE TABLE member (
  organisation_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  -- owner, admin, editor, viewer, editor@zone:<zone>, editor@mesh:<mesh>.
  role TEXT NOT NULL,
  since TEXT NOT NULL,
  PRIMARY KEY (organisation_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX member_user ON member (user_id);

CREATE TABLE organisation (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- Names the database that holds the organisation's rows; 'main' where there is only one.
  placement TEXT NOT NULL DEFAULT 'main'
, tier TEXT, limits TEXT NOT NULL DEFAULT '{}', moves INTEGER NOT NULL DEFAULT 0, deleted_at TEXT, deleted_by TEXT, purge_at TEXT) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX organisation_name ON organisation (name);

CREATE INDEX organisation_placement ON organisation (placement);

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

CREATE UNIQUE INDEX passkey_credential ON passkey (credential_id);

CREATE INDEX passkey_user ON passkey (user_id);

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

CREATE INDEX session_end ON session (expires_at);

CREATE UNIQUE INDEX session_token ON session (token);

CREATE INDEX session_user ON session (user_id);

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

CREATE INDEX sign_in_time ON sign_in (at);

CREATE TABLE spent_challenge (
  digest TEXT NOT NULL PRIMARY KEY,
  expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX spent_challenge_end ON spent_challenge (expires_at);

CREATE TABLE two_factor (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  secret TEXT NOT NULL,
  backup_codes TEXT NOT NULL,
  verified INTEGER DEFAULT 1,
  failed_verification_count INTEGER DEFAULT 0,
  locked_until TEXT
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX two_factor_user ON two_factor (user_id);

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

CREATE UNIQUE INDEX user_email ON user (email);

CREATE TABLE verification (
  id TEXT NOT NULL PRIMARY KEY,
  identifier TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX verification_end ON verification (expires_at);

CREATE INDEX verification_identifier ON verification (identifier);
