-- Members of organisations, and who is invited. Times are RFC 3339 in UTC with milliseconds.

-- Always empty, so it has no key. A batch begins with INSERT INTO directory_guard SELECT '<reason>' WHERE <a precondition is false>.
CREATE TABLE directory_guard (
  reason TEXT NOT NULL,
  CONSTRAINT last_owner CHECK (reason <> 'last-owner'),
  CONSTRAINT invitation_refused CHECK (reason <> 'invitation'),
  CONSTRAINT too_many CHECK (reason <> 'too-many'),
  CONSTRAINT guard_stays_empty CHECK (reason IS NULL)
) STRICT;

CREATE TABLE member (
  organisation_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  -- owner, admin, editor, viewer, editor@zone:<zone>, editor@mesh:<mesh>.
  role TEXT NOT NULL,
  since TEXT NOT NULL,
  PRIMARY KEY (organisation_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX member_user ON member (user_id);

-- One an address and organisation: who is invited again has the newest link alone.
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

-- A second invitation with the hash of the first is refused: one link leads into one organisation.
CREATE UNIQUE INDEX invitation_token ON invitation (token_hash);
