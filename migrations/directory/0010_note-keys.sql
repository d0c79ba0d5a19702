-- Ids of key-encryption keys under which secrets may lie sealed; a row goes once nothing is left under its key.
CREATE TABLE sealing_key (
  id TEXT NOT NULL PRIMARY KEY,
  -- When it was first used, as far as this table knows
  since TEXT NOT NULL
) STRICT, WITHOUT ROWID;
