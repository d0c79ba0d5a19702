CREATE TABLE audit (
  tenant_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  time TEXT NOT NULL,
  actor TEXT NOT NULL,
  -- Id of the API token; NULL = none was used
  token TEXT,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  -- The revision that it made; NULL = it changed no resource
  revision INTEGER,
  details TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (tenant_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_time ON audit (tenant_id, time);

CREATE TABLE audit_seal (
  tenant_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('checkpoint', 'anchor')),
  time TEXT NOT NULL,
  hash TEXT NOT NULL,
  jws TEXT NOT NULL,
  PRIMARY KEY (tenant_id, kind, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_setting (
  tenant_id TEXT NOT NULL PRIMARY KEY,
  retention_days INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (
  tenant_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, hash)
) STRICT;

CREATE TABLE certificate (
  tenant_id TEXT NOT NULL,
  issuer TEXT NOT NULL,
  serial TEXT NOT NULL,
  mesh TEXT NOT NULL,
  name TEXT NOT NULL,
  zone TEXT NOT NULL,
  not_after TEXT NOT NULL, token_id TEXT,
  PRIMARY KEY (tenant_id, issuer, serial)
) STRICT, WITHOUT ROWID;

CREATE INDEX certificate_expiry ON certificate (tenant_id, not_after);

CREATE TABLE credential (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT,
  revoked_at TEXT,
  zone TEXT,
  used_by TEXT, minted_by TEXT, last_used_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
  tenant_id TEXT NOT NULL,
  zone TEXT NOT NULL,
  relay TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  acked INTEGER NOT NULL,
  nacked INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  laggards TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, zone, relay, epoch, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE envelope_part (
  tenant_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  part INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, hash, part)
) STRICT;

CREATE TABLE guard (
  reason TEXT NOT NULL,
  CONSTRAINT precondition_failed CHECK (reason <> 'precondition'),
  CONSTRAINT revision_moved CHECK (reason <> 'revision'),
  CONSTRAINT event_repeated CHECK (reason <> 'event'),
  CONSTRAINT token_refused CHECK (reason <> 'token'),
  CONSTRAINT token_used CHECK (reason <> 'token-used'),
  CONSTRAINT snapshot_older CHECK (reason <> 'snapshot'),
  CONSTRAINT audit_moved CHECK (reason <> 'audit'),
  CONSTRAINT quota_exceeded CHECK (reason <> 'quota'),
  CONSTRAINT tenant_moved CHECK (reason <> 'moved'),
  CONSTRAINT tenant_frozen CHECK (reason <> 'frozen'),
  CONSTRAINT guard_stays_empty CHECK (reason IS NULL)
) STRICT;

CREATE TABLE heads (
  tenant_id TEXT NOT NULL PRIMARY KEY,
  epoch INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  sequence INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE issuer (
  tenant_id TEXT NOT NULL,
  mesh TEXT NOT NULL,
  key_id TEXT NOT NULL,
  zone TEXT NOT NULL,
  relay TEXT NOT NULL,
  root TEXT NOT NULL,
  certificate_pem TEXT NOT NULL,
  not_after TEXT NOT NULL,
  sealed_key TEXT,
  revoked_at TEXT,
  revoked_by TEXT,
  PRIMARY KEY (tenant_id, mesh, key_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE join_note (
  tenant_id TEXT NOT NULL,
  -- Empty = it is not known
  zone TEXT NOT NULL,
  -- Id of the enrolment token, or of the relay; empty = it is not known
  subject TEXT NOT NULL,
  code TEXT NOT NULL,
  count INTEGER NOT NULL,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, zone, subject, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE manifest (
  tenant_id TEXT NOT NULL,
  zone TEXT NOT NULL,
  version TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  -- milliseconds since 1970
  stored_at INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, zone, version)
) STRICT;

CREATE INDEX manifest_order ON manifest (tenant_id, zone, epoch, sequence);

CREATE TABLE plan (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX plan_order ON plan (tenant_id, created_at);

CREATE TABLE plan_approval (
  tenant_id TEXT NOT NULL,
  plan TEXT NOT NULL,
  -- As in revisions: token:<id>
  actor TEXT NOT NULL,
  time TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (tenant_id, plan, actor)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_part (
  tenant_id TEXT NOT NULL,
  plan TEXT NOT NULL,
  part INTEGER NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (tenant_id, plan, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE proof (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  -- milliseconds since 1970
  expires_at INTEGER NOT NULL,
  status INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX proof_expiry ON proof (tenant_id, expires_at);

CREATE TABLE registration (
  tenant_id TEXT NOT NULL,
  mesh TEXT NOT NULL,
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  zone TEXT NOT NULL,
  relay TEXT NOT NULL,
  owner TEXT NOT NULL,
  online INTEGER NOT NULL,
  since TEXT NOT NULL,
  -- jti of the dataplane token that it joined with
  token_id TEXT, ready INTEGER NOT NULL DEFAULT 1, versions TEXT,
  PRIMARY KEY (tenant_id, mesh, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX registration_zone ON registration (tenant_id, zone);

CREATE TABLE relay_contact (
  tenant_id TEXT NOT NULL,
  zone TEXT NOT NULL,
  relay TEXT NOT NULL,
  connected_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  -- When it said that it stops; NULL = it has not
  left_at TEXT, way TEXT NOT NULL DEFAULT '', lost_at TEXT,
  PRIMARY KEY (tenant_id, zone, relay)
) STRICT, WITHOUT ROWID;

CREATE TABLE resource (
  tenant_id TEXT NOT NULL,
  type TEXT NOT NULL,
  mesh TEXT NOT NULL,
  name TEXT NOT NULL,
  labels TEXT NOT NULL,
  spec TEXT NOT NULL,
  status TEXT,
  -- epoch-sequence of the commit that wrote labels and spec last, such as '1-42'
  etag TEXT NOT NULL,
  revision INTEGER NOT NULL,
  -- sequence of the commit that created it
  born INTEGER NOT NULL,
  creation_time TEXT NOT NULL,
  modification_time TEXT NOT NULL,
  PRIMARY KEY (tenant_id, type, mesh, name)
) STRICT;

CREATE INDEX resource_mesh ON resource (tenant_id, mesh, type, name);

CREATE TABLE reveal (
  tenant_id TEXT NOT NULL,
  time TEXT NOT NULL,
  actor TEXT NOT NULL,
  type TEXT NOT NULL,
  mesh TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (tenant_id, time, actor, type, mesh, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE revision (
  tenant_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  write_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  time TEXT NOT NULL,
  PRIMARY KEY (tenant_id, revision)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX revision_write ON revision (tenant_id, write_id);

CREATE TABLE revision_change (
  tenant_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  type TEXT NOT NULL,
  mesh TEXT NOT NULL,
  name TEXT NOT NULL,
  before TEXT,
  after TEXT, stream INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, revision, type, mesh, name)
) STRICT;

CREATE INDEX revision_change_resource ON revision_change (tenant_id, mesh, type, name, revision);

CREATE TABLE revision_delivery (
  tenant_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  zone TEXT NOT NULL,
  relay TEXT NOT NULL,
  -- Sequence of the first snapshot with it that the relay had
  sequence INTEGER NOT NULL,
  -- When the relay's poll was answered with that snapshot, milliseconds since 1970; NULL = it was loaded from disk
  answered_at INTEGER,
  acked INTEGER NOT NULL,
  nacked INTEGER NOT NULL,
  pending INTEGER NOT NULL,
  absent INTEGER NOT NULL,
  untouched INTEGER NOT NULL,
  -- Spreads of durations since the relay's receipt, JSON
  pushed TEXT NOT NULL,
  taken TEXT NOT NULL,
  -- Up to 20 proxies that lack it, with what they refuse and who wrote that, JSON
  laggards TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, epoch, revision, zone, relay)
) STRICT, WITHOUT ROWID;

CREATE TABLE revision_effect (
  tenant_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  zone TEXT NOT NULL,
  first INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tenant_id, revision, zone)
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_key (
  tenant_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  mesh TEXT NOT NULL,
  kid TEXT NOT NULL,
  public_jwk TEXT NOT NULL,
  sealed_key TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, purpose, mesh, kid)
) STRICT, WITHOUT ROWID;

CREATE TABLE step (
  tenant_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  write_id TEXT NOT NULL,
  PRIMARY KEY (tenant_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX step_write ON step (tenant_id, write_id);

CREATE TABLE tenant_move (
  tenant_id TEXT NOT NULL PRIMARY KEY,
  -- The how-manieth move of the tenant: who knows of a later one does not heed the row
  generation INTEGER NOT NULL,
  -- Name of the database where the tenant goes; this one's own = it has not arrived yet
  target TEXT NOT NULL,
  -- Milliseconds since 1970 until which nothing is written here; NULL = the tenant has moved
  frozen_until INTEGER,
  -- Which call of those that carry out the move holds the row: an earlier one changes nothing any more
  session INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE unused_blob (
  tenant_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  -- Milliseconds since 1970
  since INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX unused_blob_since ON unused_blob (tenant_id, since);

CREATE TABLE virtual_address (
  tenant_id TEXT NOT NULL,
  mesh TEXT NOT NULL,
  address TEXT NOT NULL,
  name TEXT NOT NULL,
  given_at INTEGER NOT NULL,
  gone_at INTEGER,
  PRIMARY KEY (tenant_id, mesh, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  url TEXT NOT NULL,
  -- JSON list of events
  events TEXT NOT NULL,
  description TEXT NOT NULL,
  -- Sealed; the older one signs too until its time has passed
  secret TEXT NOT NULL,
  older_secret TEXT,
  older_until TEXT,
  created_at TEXT NOT NULL,
  -- When and why nothing is sent any more; NULL = it is
  disabled_at TEXT,
  disabled_why TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_delivery (
  tenant_id TEXT NOT NULL,
  webhook TEXT NOT NULL,
  event TEXT NOT NULL,
  -- Of the event
  time TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'dead', 'dropped')),
  attempts INTEGER NOT NULL,
  -- Milliseconds since 1970 of the next attempt
  due INTEGER NOT NULL,
  -- Of the last attempt: when, the answer's code, and what was wrong
  tried_at TEXT,
  status INTEGER,
  problem TEXT,
  PRIMARY KEY (tenant_id, webhook, event)
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_delivery_due ON webhook_delivery (tenant_id, webhook, state, due);

CREATE INDEX webhook_delivery_state ON webhook_delivery (tenant_id, state, due);

CREATE INDEX webhook_delivery_time ON webhook_delivery (tenant_id, webhook, time);

CREATE TABLE webhook_event (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  time TEXT NOT NULL,
  payload TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX webhook_event_time ON webhook_event (tenant_id, time);

CREATE TABLE webhook_mark (
  tenant_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (tenant_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE "zone_head" (
  tenant_id TEXT NOT NULL,
  zone TEXT NOT NULL,
  relay TEXT NOT NULL,
  signing_key TEXT NOT NULL,
  encryption_key TEXT NOT NULL,
  revoked INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  version TEXT NOT NULL,
  last_event INTEGER NOT NULL,
  enrolled_at TEXT NOT NULL,
  address TEXT NOT NULL DEFAULT '',
  ca TEXT NOT NULL DEFAULT '',
  closed INTEGER NOT NULL DEFAULT 0,
  -- The last, so that nobody else's column stands behind it.
  envelope TEXT NOT NULL DEFAULT '', alike TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, zone, relay)
) STRICT;
