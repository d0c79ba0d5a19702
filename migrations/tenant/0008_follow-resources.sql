-- History by resource: what wrote it, in order; and what rolling back must leave alone.
CREATE INDEX revision_change_resource ON revision_change (tenant_id, mesh, type, name, revision);

-- 1 = what stood before was a proxy of its stream, and no user's
ALTER TABLE revision_change ADD COLUMN stream INTEGER NOT NULL DEFAULT 0;

-- Joins stand in no history: a proxy that a revision found, and that none before it had written, had joined by itself.
UPDATE revision_change SET stream = 1
WHERE type IN ('Dataplane', 'ZoneIngress', 'ZoneEgress') AND before IS NOT NULL
AND (SELECT c.after FROM revision_change c
  WHERE c.tenant_id = revision_change.tenant_id AND c.mesh = revision_change.mesh AND c.type = revision_change.type
  AND c.name = revision_change.name AND c.revision < revision_change.revision
  ORDER BY c.revision DESC LIMIT 1) IS NULL;
