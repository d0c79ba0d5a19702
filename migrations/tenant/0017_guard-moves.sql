-- How it stands with a tenant that was, or is about to be, moved to another database; no row = nothing of that kind.
CREATE TABLE tenant_move (
  tenant_id TEXT NOT NULL PRIMARY KEY,
  -- The how-manieth move of the tenant: who knows of a later one does not heed the row
  generation INTEGER NOT NULL,
  -- Name of the database where the tenant goes; this one's own = it has not arrived yet
  target TEXT NOT NULL,
  -- Milliseconds since 1970 until which nothing is written here; NULL = the tenant has moved
  frozen_until INTEGER,
  -- Which call of those that carry out the move holds the row: an earlier one changes nothing any more
  session INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Two guards more. The table is always empty.
DROP TABLE guard;
CREATE TABLE guard (
  reason TEXT NOT NULL,
  CONSTRAINT precondition_failed CHECK (reason <> 'precondition'),
  CONSTRAINT revision_moved CHECK (reason <> 'revision'),
  CONSTRAINT event_repeated CHECK (reason <> 'event'),
  CONSTRAINT token_refused CHECK (reason <> 'token'),
  CONSTRAINT token_used CHECK (reason <> 'token-used'),
  CONSTRAINT snapshot_older CHECK (reason <> 'snapshot'),
  CONSTRAINT audit_moved CHECK (reason <> 'audit'),
  CONSTRAINT quota_exceeded CHECK (reason <> 'quota'),
  CONSTRAINT tenant_moved CHECK (reason <> 'moved'),
  CONSTRAINT tenant_frozen CHECK (reason <> 'frozen'),
  CONSTRAINT guard_stays_empty CHECK (reason IS NULL)
) STRICT;
