-- An envelope grows with an organisation's meshes. As the last column of its row it costs nothing to who reads the others:
-- SQLite follows a long value page by page to what stands after it.
ALTER TABLE zone_head RENAME COLUMN envelope TO old_envelope;
ALTER TABLE zone_head ADD COLUMN envelope TEXT NOT NULL DEFAULT '';
UPDATE zone_head SET envelope = old_envelope;
ALTER TABLE zone_head DROP COLUMN old_envelope;
