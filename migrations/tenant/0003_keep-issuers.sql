-- Issuers: the intermediates that zones' relays hold, and those that the control plane holds in their stead. Nothing wrote `authority`.
DROP TABLE authority;
CREATE TABLE issuer (
  tenant_id TEXT NOT NULL,
  mesh TEXT NOT NULL,
  key_id TEXT NOT NULL,
  zone TEXT NOT NULL,
  relay TEXT NOT NULL,
  root TEXT NOT NULL,
  certificate_pem TEXT NOT NULL,
  not_after TEXT NOT NULL,
  sealed_key TEXT,
  revoked_at TEXT,
  revoked_by TEXT,
  PRIMARY KEY (tenant_id, mesh, key_id)
) STRICT, WITHOUT ROWID;
-- The token by which the dataplane of a certificate joined; null for issuers, and where none was needed.
ALTER TABLE certificate ADD COLUMN token_id TEXT;
