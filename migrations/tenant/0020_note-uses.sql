-- When an API token was last used, some minutes coarse; NULL = never.
ALTER TABLE credential ADD COLUMN last_used_at TEXT;
