-- Passkeys of people: public keys that sign in by themselves.

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

-- A passkey that is registered already is refused, whoever's it is: by it alone its owner is found at sign-in.
CREATE UNIQUE INDEX passkey_credential ON passkey (credential_id);

CREATE INDEX passkey_user ON passkey (user_id);

-- Challenges that were answered, until they end by themselves: none is answered twice.
CREATE TABLE spent_challenge (
  digest TEXT NOT NULL PRIMARY KEY,
  expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX spent_challenge_end ON spent_challenge (expires_at);
