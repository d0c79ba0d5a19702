-- Changes that were looked at before they are made; what a plan was asked for lies sealed, since it may hold secrets.
CREATE TABLE plan (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX plan_order ON plan (tenant_id, created_at);

-- The change itself, in parts that fit into a row
CREATE TABLE plan_part (
  tenant_id TEXT NOT NULL,
  plan TEXT NOT NULL,
  part INTEGER NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (tenant_id, plan, part)
) STRICT, WITHOUT ROWID;

-- What committed revisions did to a zone; one publication may cover those from `first` on. Zone '' = what is of no zone
CREATE TABLE revision_effect (
  tenant_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  zone TEXT NOT NULL,
  first INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, revision, zone)
) STRICT, WITHOUT ROWID;
