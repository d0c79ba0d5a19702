-- The last sign-ins of each person, let in or refused, for the person to see.
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
