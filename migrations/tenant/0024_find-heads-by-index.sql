-- A table without rowid finds a row by comparing whole rows: who looked for a head, or wrote one number of it, read its envelope
-- of up to 2 MB to the end each time. Found by an index of its key, a row is read as far as it is asked for.
CREATE TABLE found_head (
  tenant_id TEXT NOT NULL,
  zone TEXT NOT NULL,
  relay TEXT NOT NULL,
  signing_key TEXT NOT NULL,
  encryption_key TEXT NOT NULL,
  revoked INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  version TEXT NOT NULL,
  last_event INTEGER NOT NULL,
  enrolled_at TEXT NOT NULL,
  address TEXT NOT NULL DEFAULT '',
  ca TEXT NOT NULL DEFAULT '',
  closed INTEGER NOT NULL DEFAULT 0,
  -- The last, so that nobody else's column stands behind it.
  envelope TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, zone, relay)
) STRICT;
INSERT INTO found_head SELECT tenant_id, zone, relay, signing_key, encryption_key, revoked, epoch, sequence, version,
  last_event, enrolled_at, address, ca, closed, envelope FROM zone_head;
DROP TABLE zone_head;
ALTER TABLE found_head RENAME TO zone_head;
