-- By which token an API token was made; of those that stand already the audit log knows it.
ALTER TABLE credential ADD COLUMN minted_by TEXT;
UPDATE credential SET minted_by = (
  SELECT a.token FROM audit a WHERE a.tenant_id = credential.tenant_id AND a.action = 'token.create'
    AND a.subject = 'token ' || credential.id LIMIT 1
) WHERE kind = 'api';
