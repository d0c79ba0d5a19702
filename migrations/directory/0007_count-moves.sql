-- How often an organisation was moved: of two that tell where it is, the one that knows of more moves is right.
ALTER TABLE organisation ADD COLUMN moves INTEGER NOT NULL DEFAULT 0;

-- How many organisations a database holds.
CREATE INDEX organisation_placement ON organisation (placement);
