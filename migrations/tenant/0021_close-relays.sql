-- Relays of an organisation that is to be deleted are answered no more; another column than `revoked`, so that it can be taken back.
ALTER TABLE zone_head ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
