-- What became of attempts to enrol and to join: refusals by reason, and each relay's first request.
CREATE TABLE join_note (
  tenant_id TEXT NOT NULL,
  -- Empty = it is not known
  zone TEXT NOT NULL,
  -- Id of the enrolment token, or of the relay; empty = it is not known
  subject TEXT NOT NULL,
  code TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, zone, subject, code)
) STRICT, WITHOUT ROWID;
