-- A guard more. The table is always empty.
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
  CONSTRAINT guard_stays_empty CHECK (reason IS NULL)
) STRICT;
