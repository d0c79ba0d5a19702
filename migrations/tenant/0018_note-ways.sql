-- By which way a relay hears what is new, and when its connection to the bell was lost.

-- "bell", "held" or "plain"; empty = it has not said so
ALTER TABLE relay_contact ADD COLUMN way TEXT NOT NULL DEFAULT '';

-- When it was lost without a good-bye; NULL = it was not
ALTER TABLE relay_contact ADD COLUMN lost_at TEXT;
