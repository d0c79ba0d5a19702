-- What envelopes say of all meshes is alike in all zones, as long as the organisation has meshes, and seldom changes. It is stored
-- once, in parts that each engine takes as a row, and a head stores what is its own: the text without these parts, which stand
-- before its last dot.
CREATE TABLE envelope_part (
  tenant_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  part INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, hash, part)
) STRICT;
-- The hash of its parts; empty = the envelope is whole.
ALTER TABLE zone_head ADD COLUMN alike TEXT NOT NULL DEFAULT '';
