CREATE TABLE d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
);

CREATE TABLE organisation (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- Names the database that holds the organisation's rows; 'main' where there is only one.
  placement TEXT NOT NULL DEFAULT 'main'
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX organisation_name ON organisation (name);

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-organisation.sql', '2026-11-22 04:10:35');

INSERT INTO "organisation" ("id", "name", "created_at", "placement") VALUES ('j7gzeccxrbnr', 'acme', '2026-11-22T04:10:35.494Z', 'main');
