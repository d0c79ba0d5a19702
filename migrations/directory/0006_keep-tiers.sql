-- What an organisation may have. NULL = the tier that the deployment gives.
ALTER TABLE organisation ADD COLUMN tier TEXT;
-- Limits that the operator has set beside the tier: a JSON object, a number or null (none) by the limit's name.
ALTER TABLE organisation ADD COLUMN limits TEXT NOT NULL DEFAULT '{}';
