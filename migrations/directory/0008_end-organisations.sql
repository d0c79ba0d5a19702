-- Organisations that are to be deleted: since when and by whose word, and when nothing of them is left any more.

ALTER TABLE organisation ADD COLUMN deleted_at TEXT;
ALTER TABLE organisation ADD COLUMN deleted_by TEXT;
ALTER TABLE organisation ADD COLUMN purge_at TEXT;
