-- Blobs that a zone's snapshot has ceased to name. Some other zone's may name them yet: that is looked at before one goes.
CREATE TABLE unused_blob (
  tenant_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  -- Milliseconds since 1970
  since INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX unused_blob_since ON unused_blob (tenant_id, since);
