-- Ids of account keys under which second factors and providers' tokens may lie; a row goes once nothing is left under its key.
CREATE TABLE account_key (
  id TEXT NOT NULL PRIMARY KEY,
  -- When it was first used, as far as this table knows
  since TEXT NOT NULL
) STRICT, WITHOUT ROWID;
