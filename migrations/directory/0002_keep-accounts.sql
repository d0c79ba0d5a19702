-- People: who somebody is. Times are RFC 3339 in UTC with milliseconds, so that texts sort as times do.

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

-- A second user with ann@example.com is refused: by the address a person is found at sign-in and invitation.
CREATE UNIQUE INDEX user_email ON user (email);

-- Sessions of people. The token is nothing without the signature that its cookie has.
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

-- A second session with the token of the first is refused: one token is one person's.
CREATE UNIQUE INDEX session_token ON session (token);

CREATE INDEX session_user ON session (user_id);

-- Ways in: a password's hash under the provider 'credential', or an account at an OIDC provider.
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

-- The subject 17 of the provider okta signs one user in, never two.
CREATE UNIQUE INDEX account_subject ON account (provider_id, account_id);

CREATE INDEX account_user ON account (user_id);

-- What was asked for and is to be proved: resets, second factors, states of sign-ins at providers.
CREATE TABLE verification (
  id TEXT NOT NULL PRIMARY KEY,
  identifier TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX verification_identifier ON verification (identifier);

CREATE INDEX verification_end ON verification (expires_at);

-- Second factors; secret and recovery codes are encrypted.
CREATE TABLE two_factor (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL,
  secret TEXT NOT NULL,
  backup_codes TEXT NOT NULL,
  verified INTEGER DEFAULT 1,
  failed_verification_count INTEGER DEFAULT 0,
  locked_until TEXT
) STRICT, WITHOUT ROWID;

-- A second app for one user is refused: enabling again replaces the first.
CREATE UNIQUE INDEX two_factor_user ON two_factor (user_id);

-- How often something was tried within a span; who or what is told by a hash.
CREATE TABLE attempt (
  key TEXT NOT NULL PRIMARY KEY,
  count INTEGER NOT NULL,
  -- When the count begins again.
  ends_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX attempt_end ON attempt (ends_at);
