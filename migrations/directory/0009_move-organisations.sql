-- Organisations on their way from one database to another. The row goes when the first one is empty.
CREATE TABLE organisation_move (
  organisation_id TEXT NOT NULL PRIMARY KEY,
  source TEXT NOT NULL,
  target TEXT NOT NULL,
  -- The how-manieth move of the organisation
  generation INTEGER NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('begin', 'copy', 'freeze', 'final', 'verify', 'empty')),
  -- Where the pass stands, JSON: a table, and the key behind which it goes on. NULL = at its beginning
  place TEXT,
  -- Passes that have ended, and pages that this one has found different
  passes INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  -- Of the calls that carry the move out, the one that goes on: what an earlier one still does counts no more
  session INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
