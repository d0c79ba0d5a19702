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

CREATE TABLE d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
);

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

CREATE TABLE webhook_event (
  tenant_id TEXT NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  time TEXT NOT NULL,
  payload TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

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
  envelope TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, zone, relay)
) STRICT;

CREATE INDEX audit_time ON audit (tenant_id, time);

CREATE INDEX certificate_expiry ON certificate (tenant_id, not_after);

CREATE INDEX manifest_order ON manifest (tenant_id, zone, epoch, sequence);

CREATE INDEX plan_order ON plan (tenant_id, created_at);

CREATE INDEX proof_expiry ON proof (tenant_id, expires_at);

CREATE INDEX registration_zone ON registration (tenant_id, zone);

CREATE INDEX resource_mesh ON resource (tenant_id, mesh, type, name);

CREATE INDEX revision_change_resource ON revision_change (tenant_id, mesh, type, name, revision);

CREATE UNIQUE INDEX revision_write ON revision (tenant_id, write_id);

CREATE UNIQUE INDEX step_write ON step (tenant_id, write_id);

CREATE INDEX unused_blob_since ON unused_blob (tenant_id, since);

CREATE INDEX webhook_delivery_due ON webhook_delivery (tenant_id, webhook, state, due);

CREATE INDEX webhook_delivery_state ON webhook_delivery (tenant_id, state, due);

CREATE INDEX webhook_delivery_time ON webhook_delivery (tenant_id, webhook, time);

CREATE INDEX webhook_event_time ON webhook_event (tenant_id, time);

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 1, '2026-11-22T13:13:23.845Z', 'operator', NULL, 'organisation.create', 'organisation acme', NULL, '{"token":"ba3jciqydprnrpwo"}', '', 'QO6lcIgZiyMR6KiaTMdYa-iNFFNTOf4akJlvZLVXalc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 2, '2026-11-22T13:13:23.881Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'webhook.create', 'webhook aq4eeiqxgzsqscin', NULL, '{"events":["audit.entry","zone.offline"],"host":"receiver.invalid"}', 'QO6lcIgZiyMR6KiaTMdYa-iNFFNTOf4akJlvZLVXalc', 'Sk6OQd-SrrAOQY1cuSSuggB8SwDVNbo7s_pm82F69bk');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 3, '2026-11-22T13:13:23.951Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'resources.change', 'Zone east', 1, '{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]}', 'Sk6OQd-SrrAOQY1cuSSuggB8SwDVNbo7s_pm82F69bk', 'ocehO7THqRWuEInoyhRnxTOv4078sXCvt-Lzh5uQNjs');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 4, '2026-11-22T13:13:24.336Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'resources.change', 'Mesh default and 7 more', 2, '{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'ocehO7THqRWuEInoyhRnxTOv4078sXCvt-Lzh5uQNjs', 'GQTso187VlDLULnvPZKZeCxTYLiQviCqK0jbwiNm4Es');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 5, '2026-11-22T13:13:24.392Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'resources.change', 'Secret default/own and 5 more', 3, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]}', 'GQTso187VlDLULnvPZKZeCxTYLiQviCqK0jbwiNm4Es', '8Kj06gsYMe9s7j8Vhsc1E8N6AX8qRthkPJDUhtSQLTc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 6, '2026-11-22T13:13:24.424Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'resources.change', 'MeshTimeout default/to-change', 4, '{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]}', '8Kj06gsYMe9s7j8Vhsc1E8N6AX8qRthkPJDUhtSQLTc', 'tifJa1xCgPx-2rpCYhsBZz2J5w8EjPPbGzvIjcnxWRQ');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 7, '2026-11-22T13:13:24.456Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'resources.change', 'MeshTimeout default/to-go', 5, '{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]}', 'tifJa1xCgPx-2rpCYhsBZz2J5w8EjPPbGzvIjcnxWRQ', '9efUSwtrFRBAQNjsc-TsuM-It-VGQqBZ7bpLOWwN9hw');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 8, '2026-11-22T13:13:24.478Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'audit.retention', 'audit log', NULL, '{"before":400,"days":90}', '9efUSwtrFRBAQNjsc-TsuM-It-VGQqBZ7bpLOWwN9hw', '6OkUY_EO3ZYO4fDHZGwgys3ICIxp8in9z59APbJRRVc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 9, '2026-11-22T13:13:24.499Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'token.create', 'token fqd7loqxsdtabnwj', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', '6OkUY_EO3ZYO4fDHZGwgys3ICIxp8in9z59APbJRRVc', 'isDg0efGIG6VF4kQehyWwWldLatkLw5bHsCXkLmv0Q0');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 10, '2026-11-22T13:13:24.521Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'token.create', 'token gcfnpeduorkj5v2u', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'isDg0efGIG6VF4kQehyWwWldLatkLw5bHsCXkLmv0Q0', 'uUIG2dfiZ5uQgsOWxyffFY13FWV-p2QPMqYQi_ShskA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 11, '2026-11-22T13:13:24.556Z', 'token:gcfnpeduorkj5v2u', 'gcfnpeduorkj5v2u', 'plan.approve', 'plan wlmru5czhvafvexy', NULL, '{"plan":"wlmru5czhvafvexy","author":"token:fqd7loqxsdtabnwj","revision":5,"required":0,"given":1}', 'uUIG2dfiZ5uQgsOWxyffFY13FWV-p2QPMqYQi_ShskA', 'EOSS7X6zeCb3x4B7ze6Cs41DS1ESMv44t9lysY4iK2o');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 12, '2026-11-22T13:13:24.570Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'token.create', 'token s5mn7xkfxp6zccsb', NULL, '{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]}', 'EOSS7X6zeCb3x4B7ze6Cs41DS1ESMv44t9lysY4iK2o', 'ScZ1Ow1MJFmZCf47_UiuXnKW0FTzC93bjBmY8OjJxR8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 13, '2026-11-22T13:13:24.601Z', 'token:s5mn7xkfxp6zccsb', 's5mn7xkfxp6zccsb', 'secret.reveal', 'Secret default/dataplane-token-signing-key-default-1', NULL, '{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]}', 'ScZ1Ow1MJFmZCf47_UiuXnKW0FTzC93bjBmY8OjJxR8', 'C69Tm90MPnnOpt2T4lxVyndBUJ5QySGmmpEm9IXg58g');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 14, '2026-11-22T13:13:24.613Z', 'token:s5mn7xkfxp6zccsb', 's5mn7xkfxp6zccsb', 'secret.reveal', 'Secret default/default.ca-builtin-key-ca-1', NULL, '{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'C69Tm90MPnnOpt2T4lxVyndBUJ5QySGmmpEm9IXg58g', '6djtmbgr1ZecUWKyGhbhe19eEGpcPLrXzNc2JHumLVY');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 15, '2026-11-22T13:13:24.653Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T14:13:24.653Z","id":"dzx5fm5hl77jwklw"}', '6djtmbgr1ZecUWKyGhbhe19eEGpcPLrXzNc2JHumLVY', 'M32jim3yTf45TYRzWkspBZijPCrvT3L838SnkZwIhrc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 16, '2026-11-22T13:13:24.678Z', 'relay:east/knvizpsm', NULL, 'relay.enrol', 'relay east/knvizpsm', NULL, '{"enrolmentToken":"dzx5fm5hl77jwklw"}', 'M32jim3yTf45TYRzWkspBZijPCrvT3L838SnkZwIhrc', 'ZziYZDaW66htRK3vLhW0wUgjle__lJbQ6KgXebmwDD8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 17, '2026-11-22T13:13:24.717Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'dataplane-token.create', 'token 8888b5cf-47a6-41f1-a0db-38fe3b1494a6', NULL, '{"id":"8888b5cf-47a6-41f1-a0db-38fe3b1494a6","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000}', 'ZziYZDaW66htRK3vLhW0wUgjle__lJbQ6KgXebmwDD8', '7iqKJ4rSQVSS_7ZFRh6Nsen6vuPfd5lnWwtXBJiQQ5c');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 18, '2026-11-22T13:13:24.863Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'resources.change', 'MeshTimeout default/late', 6, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]}', '7iqKJ4rSQVSS_7ZFRh6Nsen6vuPfd5lnWwtXBJiQQ5c', 'CQkFYSVLaD3-ScMiBdONrfkZ_Q-uRAELiXjwJ4ytFGo');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 19, '2026-11-22T13:13:24.938Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T14:13:24.938Z","id":"4aq7nrttbf3uqlhu"}', 'CQkFYSVLaD3-ScMiBdONrfkZ_Q-uRAELiXjwJ4ytFGo', 'AKnnzElwua3BYXIOzT8psHzceQETA1EgNeFgFTduX_w');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 20, '2026-11-22T13:13:24.946Z', 'relay:east/3r3wimmc', NULL, 'relay.enrol', 'relay east/3r3wimmc', NULL, '{"enrolmentToken":"4aq7nrttbf3uqlhu"}', 'AKnnzElwua3BYXIOzT8psHzceQETA1EgNeFgFTduX_w', 'wnBR6w0xv74djGY6hVO2fE_WIqXBHAlwJY833-Mqfb8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('k257vcmubfx3', 21, '2026-11-22T13:13:25.976Z', 'token:ba3jciqydprnrpwo', 'ba3jciqydprnrpwo', 'invitation.create', 'invitation v4a6xmbx4jshbgvn', NULL, '{"email":"bo@example.com","expiresAt":"2026-11-29T13:13:25.976Z","role":"viewer"}', 'wnBR6w0xv74djGY6hVO2fE_WIqXBHAlwJY833-Mqfb8', 'Ybea26qUCvqz5aTZVED5EP5zTKBJkFbJhmtS57qBNvY');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('yawotv6v2jso', 1, '2026-11-22T13:13:25.968Z', 'user:7yjuu7ub72hnb2qd', NULL, 'organisation.create', 'organisation anns', NULL, '{"owner":"7yjuu7ub72hnb2qd"}', '', 'djJ4SBAVoSboDJwlQPKnGskbh8XioK3WBXXdG6mYs9o');

INSERT INTO "audit_seal" ("tenant_id", "number", "kind", "time", "hash", "jws") VALUES ('k257vcmubfx3', 2, 'checkpoint', '2026-11-22T13:13:23.915Z', 'Sk6OQd-SrrAOQY1cuSSuggB8SwDVNbo7s_pm82F69bk', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IkZxaVlOQ1pnZVU0bGN1VE85YVctc1g5MzZKRThVano1bG5tTmFRVS0wV2ciLCJ0eXAiOiJ3ZWZ0LWF1ZGl0K2p3cyJ9.eyJraW5kIjoiY2hlY2twb2ludCIsIm9yZ2FuaXNhdGlvbiI6ImsyNTd2Y211YmZ4MyIsIm51bWJlciI6MiwiaGFzaCI6IlNrNk9RZC1TcnJBT1FZMWN1U1N1Z2dCOFN3RFZOYm83c19wbTgyRjY5YmsiLCJ0aW1lIjoiMjAyNi0xMS0yMlQxMzoxMzoyMy45MTVaIn0.-cBuxdEMxSGKXw2fY7FTc2VL1CQJo_uK7cZPM3XGSq8OjJRlPu0DwZBP0ivl1v04c2rQhgWH86ftNc7zvLb-DA');

INSERT INTO "audit_setting" ("tenant_id", "retention_days") VALUES ('k257vcmubfx3', 90);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'GLyZnCldg6rOJOxlZ-IS-iVEVsi4FO1Tdrmh_BjdMV0', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvTCCAWOgAwIBAgIQVmbBMQWE9RbhJs4fgJpKKjAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjEzMTMxNFoXDTM2MTExOTEzMTMyNFowMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABHjhw+eT0g076jbEET7xXNQWKc9RXkDkFsZ5E84nFs0vP0MrKMXz\n6LLdXbv5Jjpnp0OJRSpPuO22kEAnaBFyII+jXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBSWc47lCMaIr720bjWhR2UR2Bu+5jAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0gAMEUCIQDO\nPx97zwJdaSQDrb5ekuJww4H7IFlYRNdANhlMPgOqRAIgKwK21PuE9T5XZwoshm6V\nTCaPwSjGzqgo7mxbzkh9Wjg=\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', '{"web-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'L6dbwIHpH9UqKsi0pQQuZwzb7_70t1nb1aFwlxOWctk', '{"mesh_ca:secret:default":"GLyZnCldg6rOJOxlZ-IS-iVEVsi4FO1Tdrmh_BjdMV0"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', '{"shop-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00', '{"shop-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('k257vcmubfx3', 'GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q', '{"web-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('k257vcmubfx3', '8e285c856e12e05122d3d54b643e01990f1cb6c3', '51f509b1c8e99e54d6fd985b804ece42', 'default', 'shop-1', 'east', '2026-11-23T13:13:24.000Z', '8888b5cf-47a6-41f1-a0db-38fe3b1494a6');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('k257vcmubfx3', '96738ee508c688afbdb46e35a1476511d81bbee6', '57abc574bfa4bbfb19c0e3196c19f87b', 'default', '', 'east', '2026-11-29T13:13:24.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('k257vcmubfx3', '96738ee508c688afbdb46e35a1476511d81bbee6', '69b83e1b4c5cb69deb6e7aef8ae5b80a', 'default', '', 'east', '2026-11-29T13:13:24.000Z', NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('k257vcmubfx3', '4aq7nrttbf3uqlhu', 'enrolment', 'relay of east', 'uVNLQTKV4Kx2LeM5Fbr0MlAC3xsWLLc9XQsHvcQwo7U', '[]', '2026-11-22T13:13:24.938Z', '2026-11-22T14:13:24.938Z', NULL, 'east', '3r3wimmc', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('k257vcmubfx3', 'ba3jciqydprnrpwo', 'api', 'admin', '28LeJFAgiOhcCnGD6sXhNpBocP7rq8pEwyzOJ4_8jUM', '["admin"]', '2026-11-22T13:13:23.845Z', NULL, NULL, NULL, NULL, NULL, '2026-11-22T13:13:23.871Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('k257vcmubfx3', 'dzx5fm5hl77jwklw', 'enrolment', 'relay of east', 'yhvh04Eapp8SrLs87bDWWrAVti6HDQvfTMhpFg-LACk', '[]', '2026-11-22T13:13:24.653Z', '2026-11-22T14:13:24.653Z', NULL, 'east', 'knvizpsm', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('k257vcmubfx3', 'fqd7loqxsdtabnwj', 'api', 'other', '1qaHBwPD3bRh_Re4T4aTkdVYB5bkXlAToDFNzZJagA4', '["admin"]', '2026-11-22T13:13:24.499Z', NULL, NULL, NULL, NULL, 'ba3jciqydprnrpwo', '2026-11-22T13:13:24.533Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('k257vcmubfx3', 'gcfnpeduorkj5v2u', 'api', 'other', 'B_ScHQORB8zHQXIFxInaXv4o917hpdGmatdlWYdeVao', '["admin"]', '2026-11-22T13:13:24.521Z', NULL, NULL, NULL, NULL, 'ba3jciqydprnrpwo', '2026-11-22T13:13:24.552Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('k257vcmubfx3', 's5mn7xkfxp6zccsb', 'api', 'reveal', 'EO_OAyYxPV6qii-syYWS-5tpA1I-toKdXE80aVUNW7I', '["admin","secret:reveal"]', '2026-11-22T13:13:24.570Z', NULL, NULL, NULL, NULL, 'ba3jciqydprnrpwo', '2026-11-22T13:13:24.597Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_add-relay-address.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-issuers.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_add-registration-ready.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_give-virtual-addresses.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-contacts.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_add-default-generators.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_follow-resources.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_deliver-revisions.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_keep-plans.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_keep-audit.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_send-webhooks.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_keep-approvals.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (14, '0014_keep-lineage.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (15, '0015_note-joins.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (16, '0016_guard-quotas.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (17, '0017_guard-moves.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (18, '0018_note-ways.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (19, '0019_keep-versions.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (20, '0020_note-uses.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (21, '0021_close-relays.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (22, '0022_note-unused-blobs.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (23, '0023_end-heads-with-envelopes.sql', '2026-11-22 13:13:23');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (24, '0024_find-heads-by-index.sql', '2026-11-22 13:13:23');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('k257vcmubfx3', 'east', 'knvizpsm', 1, 9, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T13:13:24.916Z');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('k257vcmubfx3', 1, 6, 10);

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('yawotv6v2jso', 1, 0, 1);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('k257vcmubfx3', 'default', '52b68e5127dd7fe3f441fa73f4b505ed7e4604eb', 'east', 'knvizpsm', '96738ee508c688afbdb46e35a1476511d81bbee6', '-----BEGIN CERTIFICATE-----
MIICRDCCAeqgAwIBAgIQabg+G0xctp3rbnrviuW4CjAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjEzMTMxNFoXDTI2MTEyOTEzMTMyNFowNTENMAsGA1UECgwEV2VmdDES
MBAGA1UECwwJem9uZSBlYXN0MRAwDgYDVQQDDAdkZWZhdWx0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEmgkUn1BfgTTh183aRw+pdf4kaje0C674cnVgFzDalqaT
7Y7IXAplqaQoCLnSBbzNstGajJtzafyV87gv0VdjiKOB4DCB3TASBgNVHRMBAf8E
CDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUUraOUSfdf+P0Qfpz
9LUF7X5GBOswHwYDVR0jBBgwFoAUlnOO5QjGiK+9tG41oUdlEdgbvuYwGwYDVR0R
BBQwEoYQc3BpZmZlOi8vZGVmYXVsdDBaBgNVHR4BAf8EUDBOoBYwCYYHZGVmYXVs
dDAJhgdrdW1hLmlvoTQwAoIAMAqHCAAAAAAAAAAAMCKHIAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA0gAMEUCIH4724Tx869AvQmk
qPLoFi6wN5Sbf0HDTS3bssS7OtRqAiEA2n/fFf77i3ZsOz/GktiPVouB3XqPAhoA
JKUMTlOjSv0=
-----END CERTIFICATE-----
', '2026-11-29T13:13:24.000Z', NULL, NULL, NULL);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('k257vcmubfx3', 'default', '8e285c856e12e05122d3d54b643e01990f1cb6c3', 'east', 'knvizpsm', '96738ee508c688afbdb46e35a1476511d81bbee6', '-----BEGIN CERTIFICATE-----
MIIB9DCCAZugAwIBAgIQV6vFdL+ku/sZwOMZbBn4ezAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjEzMTMxNFoXDTI2MTEyOTEzMTMyNFowQjENMAsGA1UECgwEV2VmdDEf
MB0GA1UECwwWY29udHJvbCBwbGFuZSBmb3IgZWFzdDEQMA4GA1UEAwwHZGVmYXVs
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEbD0O07VCXfNOfwuMG00xONO9QP
QwEHR/IoxoSFC5AmWahnKg/R7BoRf8yK+T1YnIoDC6qt6pjUTIXFI+7lOOujgYQw
gYEwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYE
FI4oXIVuEuBRItPVS2Q+AZkPHLbDMB8GA1UdIwQYMBaAFJZzjuUIxoivvbRuNaFH
ZRHYG77mMBsGA1UdEQQUMBKGEHNwaWZmZTovL2RlZmF1bHQwCgYIKoZIzj0EAwID
RwAwRAIgXZoMvN7JTAQJSLZR/A2sDWZPTAOiG0/oMFWul3eIMkYCIFRea7q53IQ4
PfkXIEbrkOUm0Q2rZazFBOBHaNhJZU7r
-----END CERTIFICATE-----
', '2026-11-29T13:13:24.000Z', 'v1.8b6fdc67.7JoLdzS4KN53wihluOAMxWGUY63YaVSutmQdinqJYbSBq0K7ydvJe5_yPARp-KeNEeBEQHGxXbO4WEg3s0viXJ6mKdhWg3_aY--RAUmsaM1IlGcz-geWNby8-Nt_FVXOBNs4ma3SjuJ7zsiy49N2S-2h5VGV6HB-qX650Nxnlfosv4_buFazy775tDEMS8G2Uzhsi3lVaqB8PTkahdgujSSMST1kJw', NULL, NULL);

INSERT INTO "join_note" ("tenant_id", "zone", "subject", "code", "count", "first_at", "last_at") VALUES ('k257vcmubfx3', 'east', '4aq7nrttbf3uqlhu', 'token-used', 1, '2026-11-22T13:13:24.967Z', '2026-11-22T13:13:24.967Z');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('k257vcmubfx3', 'east', 'ioonjcKBeb4T_G-6W9s7sII_SCig-p4UN2eYwf9Ed4w', 1, 7, 1795353204708, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"L6dbwIHpH9UqKsi0pQQuZwzb7_70t1nb1aFwlxOWctk"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('k257vcmubfx3', 'east', 'XeBXInMslKNzwTOyBOBGeKMFFh6r--8nU0K0Ml6OK9M', 1, 8, 1795353204808, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"L6dbwIHpH9UqKsi0pQQuZwzb7_70t1nb1aFwlxOWctk"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('k257vcmubfx3', 'east', '18MfRU9YVwBquxsV7DaNiVDqDz6Y-dNDg0w04aTvuH0', 1, 10, 1795353204958, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00","proxies/default/9":"GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"L6dbwIHpH9UqKsi0pQQuZwzb7_70t1nb1aFwlxOWctk"},"zone":"east"}');

INSERT INTO "plan" ("tenant_id", "id", "epoch", "revision", "actor", "reason", "created_at", "expires_at", "body") VALUES ('k257vcmubfx3', 'wlmru5czhvafvexy', 1, 5, 'token:fqd7loqxsdtabnwj', '', '2026-11-22T13:13:24.536Z', '2026-11-23T13:13:24.536Z', '{"changes":[{"type":"MeshTimeout","mesh":"default","name":"planned","change":"created","before":null,"after":{"type":"MeshTimeout","mesh":"default","name":"planned","labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"creationTime":"","modificationTime":"","spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"8s"}}]}}}],"warnings":[],"demands":[],"tests":{"broken":[],"mended":[],"failing":[]},"outcome":{"effect":{"proxies":0,"zones":[]},"access":[],"faults":{"new":[],"mended":[]}},"basis":{"sequence":6,"written":{"MeshTimeout/default/planned":[null,"Gy-d7TaQrnuqcpZv"]},"kinds":{"effect":[],"access":[],"new":[],"mended":[]}}}');

INSERT INTO "plan_approval" ("tenant_id", "plan", "actor", "time", "reason") VALUES ('k257vcmubfx3', 'wlmru5czhvafvexy', 'token:gcfnpeduorkj5v2u', '2026-11-22T13:13:24.556Z', '');

INSERT INTO "plan_part" ("tenant_id", "plan", "part", "sealed") VALUES ('k257vcmubfx3', 'wlmru5czhvafvexy', 0, 'v1.8b6fdc67.y1tJ3hy_xX-oP0iytM7zX6jQO-oh3pEZu49bsh39siP2qykTth2DCjCb-_twhmeJsnqJgGEAzifVj--t-FRY-e1iXoiVC_S92F3CsCaDzUeSktUjOnsYhVi6HjRYhQVrEIZJjFwKfzvPO8Cr0e91bDx5QGfz5mu3jlyWiV1ZGyHbAY4se5lNq59WRF3lC801ql-GGKmD8dNAAqX7sAX-ezIVbFsC6HXsFxX_HGRGfmwTfUlPnT2sYjd7L-TSjkzOnUGYJDuCcPMhpWpvdko1YChMZ7DqpzZ9VpXBBBITYa54EDccMa5EN0PtXgZwgQMubVCC0QDGOEUjOQCI0iqdAGlCD0M9I4we2ZbrLbW6tUX0NQ-IlNs2ZU3FBbAarH-8oII3MqjTBK2goLWncg');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('k257vcmubfx3', 'east/knvizpsm/7f0cc709-aa35-4228-943d-433a4cf1b9c7', 1795353804748, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('k257vcmubfx3', 'east/knvizpsm/8cede63c-5bd6-484c-976f-40e6fd96a684', 1795353804817, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id", "ready", "versions") VALUES ('k257vcmubfx3', 'default', 'shop-1', 'life-shop-1', 'east', 'knvizpsm', 'stream', 1, '2026-11-22T13:13:24.753Z', '8888b5cf-47a6-41f1-a0db-38fe3b1494a6', 1, NULL);

INSERT INTO "relay_contact" ("tenant_id", "zone", "relay", "connected_at", "seen_at", "left_at", "way", "lost_at") VALUES ('k257vcmubfx3', 'east', 'knvizpsm', '2026-11-22T13:13:24.852Z', '2026-11-22T13:13:24.852Z', NULL, '', NULL);

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:23.850Z', '2026-11-22T13:13:23.850Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:23.850Z', '2026-11-22T13:13:23.850Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:23.850Z', '2026-11-22T13:13:23.850Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:23.850Z', '2026-11-22T13:13:23.850Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:23.850Z', '2026-11-22T13:13:23.850Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:23.850Z', '2026-11-22T13:13:23.850Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:23.850Z', '2026-11-22T13:13:23.850Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-2', 1, 2, '2026-11-22T13:13:23.952Z', '2026-11-22T13:13:23.952Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-3', 2, 3, '2026-11-22T13:13:24.336Z', '2026-11-22T13:13:24.336Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.8b6fdc67.nR6ePR15Zo3_jTvESR5x0BBdmbHzQWOybVYpOFC1-bq1wS98Pj_HcCt_SlWoEStD2LQB2b5vTGnzpW51pvwMNTeoFmOHB5NdfyW1sSwVA8AnHHfvkpyZKECAiLXUQH7l4Mc6sQa_BCGh2U-8kZ3c_5datGtzIeLx2u4eh1VwZk2g7rQv5AZbzF5nGC3VPjTRnGpOZOOvplONz2FI1jOYxqk3QJbf1y0wyuNPN48c-G7qLzygOfiEtYKXYcE7zYpRvozvFpy1tK4fqS4sZpaInQKPoyXgIfSiUkgzO4U8iaHK_KzX85JrcPanHjzAfDN7U68RXVSdOZWROrcN0CpTStjF5xIUjBwdqcGS5QFkN-wbepaXFBLeszovvcb2ZuB1zQ18-1VfwtBpmoGFw6mT6jcljXssSA7NuX0R6F0uJpgqojYVVI5Tf6-hp7ylsvpeqW5047pCrqXyoBjsk3LZsQrUZ7Sz6WraG1XeWSYsoSTYVoj5DlkFyvGKDyo0Ux9v_GijvCh8hC0HAlon3lXQHMJ2wZ_6xab4iVFBRfXHmGxyRbumnX07ZRZTh-pWPhGR5BUn-ByRuXY4DQuuJmFv3M6pZl_A00XUJtpsin2S5hL0O7GjMGUYE_99vzKe7QptvynnCDOH1RTF6Pp6p27N7GuXb_l5xQ-YZMzN17eL4y6VVVpXaNdE21dQtmbruNINtolyvQ6xqFqkHncHsAPCo1RpWYgOdx6EdVzvux1RWe1ohwBrv1k2F2n9BphKcSmTP18dcRNcuVgsMpMvi8CXl1nXrPXh6TKR35TtN7i_Ysa3EgCi8bwzDWFG9oA9VZUC-su3rQObgX34Vq2r9szEW_89bKqLHG5OJcp9sYbm9oqxlxiXLW1EZyOhBrMnmQMbRLPw5Zfm1tTGlCcXUaWcUWo5QlLRqUQxEy3skMqVXjayken0fR6AlV0FxaUHrCkHE79oEuiqygH8IFkbZvKCcG2F1orMZcrP6PD0HGkmRxTSuDmsmaAXRQxzkzE2Fk7JvH2XCu4OTX6ZMUsTDgj4XnBPo2PPhyUw09FRBtXtGOHq0dzGnrXt3ZEV30sdD4kmDLX9M2Kmg4ZFPayHR41gYwDagh5AKxwxwXPu8RenJ4DCrliP01t7efGKnKDkYh5Ol8NpRZ0SdPqXGYHewGUb3JcIkbGhbEM40xRl9BAAAMmckmvOpUQZPqWJFZjkX1AjV0T3wqhBYQnUSDlmrefnulHfTga6r7vaRlA_fQREqkdktQUrro7XAPCfh_E9OvWzOB5e6hL2ye0SOTtsDxlTxdTFo7HxnudaV4PBh9XBOEE880og7QCZ3TqSKiMjtGlvSxN2M-D-biTXuCK9gmVBh1fZLh-CIA5R46-DOW7N2zk4my06ZKxJsd_mmNU5yuCyvFHrqeNGwBqUb3TNnUyEfk92QwHNmri3RIi_G4mNykvq7uqRtxjyioe71OKZRd2d8FrCxPj5qqL0nMWdSaHFzPdztW9URImegshHHQArV2bNX_ggjiWlPL9xIVL0tow7NSqRw7xJgDoWJlzDEB3MDDVAO6rEIZ3GhY8UfwGi9R3QKfaT2Aw_Uumn5gQ0cp7R5SKr6BZ_nW1bqfm_CGInK3oIn4PVJdJctHRIybLVfrTVccNgpmSqdOTDVy19huUOAIGZzgO_5I0mt0YkeA2WptZlUZs_zc6oNL7Ax0yqqDIRj0c2LGEF5oL5e2mGWZ13x58ehNmvaPEAI3GXehFZ8c5xUgNnajQEm7QUJK3Ea76KyWcXa1NOu-0ukApotM2EhOKtQw6eXkJjFgf4qNniMo3f5yrA1UohPzD0HzN4eLtiUrI2BYRd17aRYqNREXUn4HlbGcDJ0axl-ny5A92Up_rNCGcjMeKLSmIuDkYahxowmrYwjWEOurMRsIKX4NlAmRPjS08P7MXz3JMDaRDZnLFvWbygFKm6fRBjSzjStXcGOpiBFKjc-0uaNCOfzjOuxbOIyKCMHfbaVRujhBB3gzMHhzTjlN1Uqbp-Ls64dRMBRdF0BKtyofj_stojxDPFOf7k2D5N_cPWuP9yyt2E2oyRAQNP862yk8mCzgRl15M0qRLeGRY5JIoMF4r4wSi2C2sw_4L-J54pXaKgEJPNDXkBiqVTB8_heButTQVFKE5GJFECFapxDIRWAT4k9FIJwzKqIwWOhvl1voC02to1bEoP2JiLJAX55_fVS5U5B33pbw5SEthlTTp0T0tuzYGmP1upmp4kkMfyuBHR80usomLKtW1NjW3M09aDJ6k7sAiM30l0zd8zYjKBaWMOY5HG2b-KflBUZmOMrcSbe0vUp5TF9GjakYGbukDGoq75AcSegDouGVtiKY77E5r1wzSdP6Y-Av4U3zi1qM4uSY_aOTjJWgXB7dfIyMO7FZ0luXRd7WaNFr7r4Gl4C0Z5A8I_ZuLlBuu5hV7hhwlQLeQ6Ojp26Yjby-Jot8US6Nl6SUjvOQSGElfBBfWMTP0EJ2s0m3g-lE6bW2_v0fQs2iC-xM5qbWfMtJwDmUd42UAIm10y3po4KaJoDeaX2oiG8vsDIFxjm1x2uUZnna7TB9qqOsk01ZGGREPcOhUBnTFmquiXcV0YnAN-PPD52LvizLGlAMZRnZC-3r3AGQY_P7UHEmvStykIpad9WgqNyiAsBuihaWaKuLG0x3ZzYOc3BlO3ENS4LOQ9lDd-UVfeJePUkc_vaoa_DDk4rIuuOr4BummrTPOUSmx6oeb-j4P9vIaaUIPvyan4PpIyPxYpc6_y7pQbIqBlx0eL1NXXz9re11-qtldD140D6qYw3R0mqdP52TcLRkOlg81xtzFiYc5rYY3OKUQhdi6EA6OK6SfJuwH7raaV5aEzLYzIDpOMg8MjNAY302VPxYtJcCA6hQbBeSc7lEzWhppyFp8XSRFZInhrNIjRI098wca_b7fqiClMleX7q0iJWh4riUI2w_UuPa77pY6MvvaN-u9MdgsqiwhIqwSjcWHD4kYXxfA5jPVH_HaJoHfz6vALkaKIBNtTxoEW3qaKjDbY5T9zKikw9fDGoPCCP6zseA"}', NULL, '1-3', 2, 3, '2026-11-22T13:13:24.336Z', '2026-11-22T13:13:24.336Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T13:13:24.336Z', '2026-11-22T13:13:24.336Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T13:13:24.336Z', '2026-11-22T13:13:24.336Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-3', 2, 3, '2026-11-22T13:13:24.336Z', '2026-11-22T13:13:24.336Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-3', 2, 3, '2026-11-22T13:13:24.336Z', '2026-11-22T13:13:24.336Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.8b6fdc67.OcTzfrvbemfhLlZw8xhwVZE-nmneeyEYNT8c4pYqXCuKvrE0C19ONdyPAJ5WNy6Kq1Z1yl_lrqbA0gnIHT7RMXMBv1hr8yCGwmHObhFqjPRxZ0DtW5seQUC4R2ZtWiYw3PqJTtw17Kp604bRq-zDrWIz7d5Pko9YNiXR1PPot3zc8iDlo3BltNeMzIQBahfjj9uyXhW0xsrT92Up6d7LY6SVmzJtU1uBZRo6QZSYKIoB2zoU2YeEl3d6IMxV42Deo7fP5pg_L67xy_-WR4VzVd-Ph262w_AYr4vM-Kx9QUqApy7H9BZF9uY4gvxG193GaVw3zeCCYYIKymJqNKwBdBzWIYDKO4mw2hNFWQErH5vFm5AF1n12Jb9l9BvBGAXQuQ0PmKPaEiWMcrUnqIHROHgnySKOHGsEhfp3ZBsn9j8iBcgXvOPjg3xaMPfXJ1-gtIKz1BV2oE9UmI1JcAe1b3gcyFtO8J-DzsZVygzEjUbRtFxhIC78kZasiZy5MAD-xOxKzZhBCDo-YPE30uuYSAUEuekfVOTlJCUEkAYk5-8cSYVoCP_mPv3cwCvKIotoG9NzMrXZUoDq_l9ubPJ0Qcw6LC93njfK_TBkpmyK0da1DLDOlYZLHAkwhmfMUqBkNpoeYrQGma2AjoafTdAotGUQMi2ICcMUuxpyx4pGU1VWrTx3HV0MfCfzm68Tq6rkYY8klqDISDCpr6L7FH_Tp6Fs56VJf2k0UqBnMJCuxOSc1dbVvIvU_uJThZ97LcIDRXRlz0sb0cWETSI_Dk5ZiLOgE0HF4JzCvG3jo4DdobXruqHQnbIG7FVZdxnL53uhDbuo7ONbfHvlR6OlAzV6kA5mWeIXUHEAWFYJw3FY5NaADaGuRfar1PAjxrXdywGaMfMD7y99ZyTLCJHsGOcJyd63ruDTbt6PThiawW8vvA03-z0BoA_rvK0hyct_6hOXyNOcSAjg9z3bDM4P1skoLcc7YlWj8Zc1wgi2jEEbhhJ24rTUPuwki6hY3WB5CTyO1wZqorSjrLXrIUsIm3M_j4-XaGFm5NsLltYI9PWQxotZAV99SB0x-xemIyegD9yt5qVXqkNnMZL3ngV6eF3ituLoPVGO64_Xt7bYqhLjA4rZI2BLJVYoghVuSHRXasUKY-fpU0kRcwN4ab2c9qqdj4bMQkV7iZKYNET_SCY4TU9rx2R5OfD24DGPms0wI0BVpn9-HQ"}', NULL, '1-3', 2, 3, '2026-11-22T13:13:24.336Z', '2026-11-22T13:13:24.336Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.8b6fdc67.o_3e5dpby9hRpN0T5EywLLO0YqbR7psClj0XCInARx9kubjBzN6t-nQfFIF4ZEjAixlqSvKB8NccDIej8tt8FqmQxEnQUMh7dB1PgvvqRqZnNqxcDnpWYJ-m3vhMhTAF2JOub8C6HTSWsnH1xN2OfMwuUtAi4nN76nWxPs5K4lHRP6mg33fmnGT1crC3eLQZr4U2Urq2tDK9AIw4q2za4xgCh5nZ1mQhLRvNiQyDAbwRr0zyAm5O7Hfiw6UxWT69agqROpiGbyvFKfESKb0V_v_WwXgm1qcnL42Tz9pU5Vu7vMG5wiDb1EC-0eMHoA-BhaIlcIiwVjryDhWCqmwY-lP4GbarrTTXJ4s48Hf5f1GIO9R_lYc4FLCiLwYPQMXmYlrGYrn2EtNV0FuOvV2Gs7ehJNrgYeL90e1Vw1zINe7CG8TmiqYIInGFJka30lTpp01f0kLXXSbiB39xSaHPwg"}', NULL, '1-3', 2, 3, '2026-11-22T13:13:24.336Z', '2026-11-22T13:13:24.336Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'Secret', 'default', 'own', '{}', '{"data":"v1.8b6fdc67.4R3ldVqp9jGk04RxHJGvrkahfwj1EvUSCCYf3CxDxVUrr_tEcus2Kg"}', NULL, '1-4', 3, 4, '2026-11-22T13:13:24.392Z', '2026-11-22T13:13:24.392Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T13:13:24.392Z', '2026-11-22T13:13:24.392Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T13:13:24.392Z', '2026-11-22T13:13:24.392Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-5', 4, 4, '2026-11-22T13:13:24.392Z', '2026-11-22T13:13:24.424Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-4', 3, 4, '2026-11-22T13:13:24.392Z', '2026-11-22T13:13:24.392Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-8', 5, 8, '2026-11-22T13:13:24.798Z', '2026-11-22T13:13:24.798Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('k257vcmubfx3', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-9', 6, 9, '2026-11-22T13:13:24.863Z', '2026-11-22T13:13:24.863Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('yawotv6v2jso', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:25.969Z', '2026-11-22T13:13:25.969Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('yawotv6v2jso', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:25.969Z', '2026-11-22T13:13:25.969Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('yawotv6v2jso', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:25.969Z', '2026-11-22T13:13:25.969Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('yawotv6v2jso', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:25.969Z', '2026-11-22T13:13:25.969Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('yawotv6v2jso', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:25.969Z', '2026-11-22T13:13:25.969Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('yawotv6v2jso', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:25.969Z', '2026-11-22T13:13:25.969Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('yawotv6v2jso', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T13:13:25.969Z', '2026-11-22T13:13:25.969Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('k257vcmubfx3', 1, 1, 2, 'cazjrpianlytmvkfglgtaqepareify2o', 'token:ba3jciqydprnrpwo', '', '2026-11-22T13:13:23.952Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('k257vcmubfx3', 2, 1, 3, 'mexlvt6jz6gvsepodk2a35yd52d6vrww', 'token:ba3jciqydprnrpwo', '', '2026-11-22T13:13:24.336Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('k257vcmubfx3', 3, 1, 4, 'tfvt3m3mnmuuhoawxa3klietoyn5cc4n', 'token:ba3jciqydprnrpwo', '', '2026-11-22T13:13:24.392Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('k257vcmubfx3', 4, 1, 5, 'wqmboy3bs2no6gppnjob3lezyy2whmk2', 'token:ba3jciqydprnrpwo', '', '2026-11-22T13:13:24.424Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('k257vcmubfx3', 5, 1, 6, 'sc5cpkl4ezeyi7iw34z2m5rvodxh5zl2', 'token:ba3jciqydprnrpwo', '', '2026-11-22T13:13:24.456Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('k257vcmubfx3', 6, 1, 9, 'tq2dtlpuqrlvadhxiuxzjcdbcys23mni', 'token:ba3jciqydprnrpwo', '', '2026-11-22T13:13:24.863Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T13:13:23.952Z","modificationTime":"2026-11-22T13:13:23.952Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T13:13:24.336Z","modificationTime":"2026-11-22T13:13:24.336Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.8b6fdc67.nR6ePR15Zo3_jTvESR5x0BBdmbHzQWOybVYpOFC1-bq1wS98Pj_HcCt_SlWoEStD2LQB2b5vTGnzpW51pvwMNTeoFmOHB5NdfyW1sSwVA8AnHHfvkpyZKECAiLXUQH7l4Mc6sQa_BCGh2U-8kZ3c_5datGtzIeLx2u4eh1VwZk2g7rQv5AZbzF5nGC3VPjTRnGpOZOOvplONz2FI1jOYxqk3QJbf1y0wyuNPN48c-G7qLzygOfiEtYKXYcE7zYpRvozvFpy1tK4fqS4sZpaInQKPoyXgIfSiUkgzO4U8iaHK_KzX85JrcPanHjzAfDN7U68RXVSdOZWROrcN0CpTStjF5xIUjBwdqcGS5QFkN-wbepaXFBLeszovvcb2ZuB1zQ18-1VfwtBpmoGFw6mT6jcljXssSA7NuX0R6F0uJpgqojYVVI5Tf6-hp7ylsvpeqW5047pCrqXyoBjsk3LZsQrUZ7Sz6WraG1XeWSYsoSTYVoj5DlkFyvGKDyo0Ux9v_GijvCh8hC0HAlon3lXQHMJ2wZ_6xab4iVFBRfXHmGxyRbumnX07ZRZTh-pWPhGR5BUn-ByRuXY4DQuuJmFv3M6pZl_A00XUJtpsin2S5hL0O7GjMGUYE_99vzKe7QptvynnCDOH1RTF6Pp6p27N7GuXb_l5xQ-YZMzN17eL4y6VVVpXaNdE21dQtmbruNINtolyvQ6xqFqkHncHsAPCo1RpWYgOdx6EdVzvux1RWe1ohwBrv1k2F2n9BphKcSmTP18dcRNcuVgsMpMvi8CXl1nXrPXh6TKR35TtN7i_Ysa3EgCi8bwzDWFG9oA9VZUC-su3rQObgX34Vq2r9szEW_89bKqLHG5OJcp9sYbm9oqxlxiXLW1EZyOhBrMnmQMbRLPw5Zfm1tTGlCcXUaWcUWo5QlLRqUQxEy3skMqVXjayken0fR6AlV0FxaUHrCkHE79oEuiqygH8IFkbZvKCcG2F1orMZcrP6PD0HGkmRxTSuDmsmaAXRQxzkzE2Fk7JvH2XCu4OTX6ZMUsTDgj4XnBPo2PPhyUw09FRBtXtGOHq0dzGnrXt3ZEV30sdD4kmDLX9M2Kmg4ZFPayHR41gYwDagh5AKxwxwXPu8RenJ4DCrliP01t7efGKnKDkYh5Ol8NpRZ0SdPqXGYHewGUb3JcIkbGhbEM40xRl9BAAAMmckmvOpUQZPqWJFZjkX1AjV0T3wqhBYQnUSDlmrefnulHfTga6r7vaRlA_fQREqkdktQUrro7XAPCfh_E9OvWzOB5e6hL2ye0SOTtsDxlTxdTFo7HxnudaV4PBh9XBOEE880og7QCZ3TqSKiMjtGlvSxN2M-D-biTXuCK9gmVBh1fZLh-CIA5R46-DOW7N2zk4my06ZKxJsd_mmNU5yuCyvFHrqeNGwBqUb3TNnUyEfk92QwHNmri3RIi_G4mNykvq7uqRtxjyioe71OKZRd2d8FrCxPj5qqL0nMWdSaHFzPdztW9URImegshHHQArV2bNX_ggjiWlPL9xIVL0tow7NSqRw7xJgDoWJlzDEB3MDDVAO6rEIZ3GhY8UfwGi9R3QKfaT2Aw_Uumn5gQ0cp7R5SKr6BZ_nW1bqfm_CGInK3oIn4PVJdJctHRIybLVfrTVccNgpmSqdOTDVy19huUOAIGZzgO_5I0mt0YkeA2WptZlUZs_zc6oNL7Ax0yqqDIRj0c2LGEF5oL5e2mGWZ13x58ehNmvaPEAI3GXehFZ8c5xUgNnajQEm7QUJK3Ea76KyWcXa1NOu-0ukApotM2EhOKtQw6eXkJjFgf4qNniMo3f5yrA1UohPzD0HzN4eLtiUrI2BYRd17aRYqNREXUn4HlbGcDJ0axl-ny5A92Up_rNCGcjMeKLSmIuDkYahxowmrYwjWEOurMRsIKX4NlAmRPjS08P7MXz3JMDaRDZnLFvWbygFKm6fRBjSzjStXcGOpiBFKjc-0uaNCOfzjOuxbOIyKCMHfbaVRujhBB3gzMHhzTjlN1Uqbp-Ls64dRMBRdF0BKtyofj_stojxDPFOf7k2D5N_cPWuP9yyt2E2oyRAQNP862yk8mCzgRl15M0qRLeGRY5JIoMF4r4wSi2C2sw_4L-J54pXaKgEJPNDXkBiqVTB8_heButTQVFKE5GJFECFapxDIRWAT4k9FIJwzKqIwWOhvl1voC02to1bEoP2JiLJAX55_fVS5U5B33pbw5SEthlTTp0T0tuzYGmP1upmp4kkMfyuBHR80usomLKtW1NjW3M09aDJ6k7sAiM30l0zd8zYjKBaWMOY5HG2b-KflBUZmOMrcSbe0vUp5TF9GjakYGbukDGoq75AcSegDouGVtiKY77E5r1wzSdP6Y-Av4U3zi1qM4uSY_aOTjJWgXB7dfIyMO7FZ0luXRd7WaNFr7r4Gl4C0Z5A8I_ZuLlBuu5hV7hhwlQLeQ6Ojp26Yjby-Jot8US6Nl6SUjvOQSGElfBBfWMTP0EJ2s0m3g-lE6bW2_v0fQs2iC-xM5qbWfMtJwDmUd42UAIm10y3po4KaJoDeaX2oiG8vsDIFxjm1x2uUZnna7TB9qqOsk01ZGGREPcOhUBnTFmquiXcV0YnAN-PPD52LvizLGlAMZRnZC-3r3AGQY_P7UHEmvStykIpad9WgqNyiAsBuihaWaKuLG0x3ZzYOc3BlO3ENS4LOQ9lDd-UVfeJePUkc_vaoa_DDk4rIuuOr4BummrTPOUSmx6oeb-j4P9vIaaUIPvyan4PpIyPxYpc6_y7pQbIqBlx0eL1NXXz9re11-qtldD140D6qYw3R0mqdP52TcLRkOlg81xtzFiYc5rYY3OKUQhdi6EA6OK6SfJuwH7raaV5aEzLYzIDpOMg8MjNAY302VPxYtJcCA6hQbBeSc7lEzWhppyFp8XSRFZInhrNIjRI098wca_b7fqiClMleX7q0iJWh4riUI2w_UuPa77pY6MvvaN-u9MdgsqiwhIqwSjcWHD4kYXxfA5jPVH_HaJoHfz6vALkaKIBNtTxoEW3qaKjDbY5T9zKikw9fDGoPCCP6zseA"},"creationTime":"2026-11-22T13:13:24.336Z","modificationTime":"2026-11-22T13:13:24.336Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T13:13:24.336Z","modificationTime":"2026-11-22T13:13:24.336Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T13:13:24.336Z","modificationTime":"2026-11-22T13:13:24.336Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T13:13:24.336Z","modificationTime":"2026-11-22T13:13:24.336Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T13:13:24.336Z","modificationTime":"2026-11-22T13:13:24.336Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.8b6fdc67.OcTzfrvbemfhLlZw8xhwVZE-nmneeyEYNT8c4pYqXCuKvrE0C19ONdyPAJ5WNy6Kq1Z1yl_lrqbA0gnIHT7RMXMBv1hr8yCGwmHObhFqjPRxZ0DtW5seQUC4R2ZtWiYw3PqJTtw17Kp604bRq-zDrWIz7d5Pko9YNiXR1PPot3zc8iDlo3BltNeMzIQBahfjj9uyXhW0xsrT92Up6d7LY6SVmzJtU1uBZRo6QZSYKIoB2zoU2YeEl3d6IMxV42Deo7fP5pg_L67xy_-WR4VzVd-Ph262w_AYr4vM-Kx9QUqApy7H9BZF9uY4gvxG193GaVw3zeCCYYIKymJqNKwBdBzWIYDKO4mw2hNFWQErH5vFm5AF1n12Jb9l9BvBGAXQuQ0PmKPaEiWMcrUnqIHROHgnySKOHGsEhfp3ZBsn9j8iBcgXvOPjg3xaMPfXJ1-gtIKz1BV2oE9UmI1JcAe1b3gcyFtO8J-DzsZVygzEjUbRtFxhIC78kZasiZy5MAD-xOxKzZhBCDo-YPE30uuYSAUEuekfVOTlJCUEkAYk5-8cSYVoCP_mPv3cwCvKIotoG9NzMrXZUoDq_l9ubPJ0Qcw6LC93njfK_TBkpmyK0da1DLDOlYZLHAkwhmfMUqBkNpoeYrQGma2AjoafTdAotGUQMi2ICcMUuxpyx4pGU1VWrTx3HV0MfCfzm68Tq6rkYY8klqDISDCpr6L7FH_Tp6Fs56VJf2k0UqBnMJCuxOSc1dbVvIvU_uJThZ97LcIDRXRlz0sb0cWETSI_Dk5ZiLOgE0HF4JzCvG3jo4DdobXruqHQnbIG7FVZdxnL53uhDbuo7ONbfHvlR6OlAzV6kA5mWeIXUHEAWFYJw3FY5NaADaGuRfar1PAjxrXdywGaMfMD7y99ZyTLCJHsGOcJyd63ruDTbt6PThiawW8vvA03-z0BoA_rvK0hyct_6hOXyNOcSAjg9z3bDM4P1skoLcc7YlWj8Zc1wgi2jEEbhhJ24rTUPuwki6hY3WB5CTyO1wZqorSjrLXrIUsIm3M_j4-XaGFm5NsLltYI9PWQxotZAV99SB0x-xemIyegD9yt5qVXqkNnMZL3ngV6eF3ituLoPVGO64_Xt7bYqhLjA4rZI2BLJVYoghVuSHRXasUKY-fpU0kRcwN4ab2c9qqdj4bMQkV7iZKYNET_SCY4TU9rx2R5OfD24DGPms0wI0BVpn9-HQ"},"creationTime":"2026-11-22T13:13:24.336Z","modificationTime":"2026-11-22T13:13:24.336Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.8b6fdc67.o_3e5dpby9hRpN0T5EywLLO0YqbR7psClj0XCInARx9kubjBzN6t-nQfFIF4ZEjAixlqSvKB8NccDIej8tt8FqmQxEnQUMh7dB1PgvvqRqZnNqxcDnpWYJ-m3vhMhTAF2JOub8C6HTSWsnH1xN2OfMwuUtAi4nN76nWxPs5K4lHRP6mg33fmnGT1crC3eLQZr4U2Urq2tDK9AIw4q2za4xgCh5nZ1mQhLRvNiQyDAbwRr0zyAm5O7Hfiw6UxWT69agqROpiGbyvFKfESKb0V_v_WwXgm1qcnL42Tz9pU5Vu7vMG5wiDb1EC-0eMHoA-BhaIlcIiwVjryDhWCqmwY-lP4GbarrTTXJ4s48Hf5f1GIO9R_lYc4FLCiLwYPQMXmYlrGYrn2EtNV0FuOvV2Gs7ehJNrgYeL90e1Vw1zINe7CG8TmiqYIInGFJka30lTpp01f0kLXXSbiB39xSaHPwg"},"creationTime":"2026-11-22T13:13:24.336Z","modificationTime":"2026-11-22T13:13:24.336Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.8b6fdc67.4R3ldVqp9jGk04RxHJGvrkahfwj1EvUSCCYf3CxDxVUrr_tEcus2Kg"},"creationTime":"2026-11-22T13:13:24.392Z","modificationTime":"2026-11-22T13:13:24.392Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T13:13:24.392Z","modificationTime":"2026-11-22T13:13:24.392Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T13:13:24.392Z","modificationTime":"2026-11-22T13:13:24.392Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T13:13:24.392Z","modificationTime":"2026-11-22T13:13:24.392Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T13:13:24.392Z","modificationTime":"2026-11-22T13:13:24.392Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T13:13:24.392Z","modificationTime":"2026-11-22T13:13:24.392Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T13:13:24.392Z","modificationTime":"2026-11-22T13:13:24.392Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T13:13:24.392Z","modificationTime":"2026-11-22T13:13:24.424Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T13:13:24.392Z","modificationTime":"2026-11-22T13:13:24.392Z"}', NULL, 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('k257vcmubfx3', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T13:13:24.863Z","modificationTime":"2026-11-22T13:13:24.863Z"}', 0);

INSERT INTO "revision_delivery" ("tenant_id", "epoch", "revision", "zone", "relay", "sequence", "answered_at", "acked", "nacked", "pending", "absent", "untouched", "pushed", "taken", "laggards", "at") VALUES ('k257vcmubfx3', 1, 6, 'east', 'knvizpsm', 9, NULL, 1, 1, 0, 0, 0, '{"count":1,"max":5,"buckets":[]}', '{"count":1,"max":5,"buckets":[]}', '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no","state":"nacked"}]', '2026-11-22T13:13:24.932Z');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('k257vcmubfx3', 1, '', 1, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('k257vcmubfx3', 2, '', 2, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('k257vcmubfx3', 4, '', 3, '{"access":[{"mesh":"default","from":"web","to":"backend","before":{"outcome":"none","reason":"absent"},"after":{"outcome":"allowed","reason":"rule","rule":{"kri":"kri_mtp_default___all_","part":"rules","rule":0,"list":"allow","item":0}}}],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('k257vcmubfx3', 5, '', 5, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('k257vcmubfx3', 6, '', 6, '{"access":[],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('k257vcmubfx3', 6, 'east', 6, '{"effect":{"zone":"east","proxies":2,"shapes":[{"mesh":"default","change":"changed","proxies":{"count":2,"names":["shop-1","web-1"]},"resources":[{"kind":"cluster","name":"backend","change":"changed","patch":[{"op":"test","path":"/connectTimeout","value":"5s"},{"op":"replace","path":"/connectTimeout","value":"9s"}],"own":false}]}],"endpoints":[],"secrets":[]}}');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('k257vcmubfx3', 'envelope', '', 'FqiYNCZgeU4lcuTO9aW-sX936JE8Ujz5lnmNaQU-0Wg', '{"kty":"EC","crv":"P-256","x":"-hywfn5AA2ufHwIYHr0z754MGc8h6v41-wHLEHkmJ2s","y":"qulrNDNNLn81SsryfU0Fe-Jpn_ZS-_ICbVBs7BbLVis","alg":"ES256","kid":"FqiYNCZgeU4lcuTO9aW-sX936JE8Ujz5lnmNaQU-0Wg"}', 'v1.8b6fdc67.OszdRpIKdoKvZvsdR5YBlnu2LS6U_p1TscAyhOYgmqG2hIPsPNygV0N4OHz9jn8Gc_qgsLL5y4fjtChtReR6P7VUoCdG5io1daxM1zr2d2lTK8WBAwsXWUkxrVGj4XrYm9uNw7VE6PJwJAqG2S6YPN_3X7oqkdUNrDmxEUsEtThC3w1glvgNhGtK_7-WzozRHYa3gJF2RPLEjJO29Xbp5QW4cTWh3w', '2026-11-22T13:13:23.841Z');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('yawotv6v2jso', 'envelope', '', 'HyN1FA-ijVMC09Ltcrah97YYcvcWDbIA8fJ86Vy3jKw', '{"kty":"EC","crv":"P-256","x":"UL6eFpMRhfB62HNBaZsRcOBa0-TJKzyL9WJbl-AsJnY","y":"A8QSUE7uRIKGVwwOMqBXzhhvhBOjxJwR3NZ3WCIzTSs","alg":"ES256","kid":"HyN1FA-ijVMC09Ltcrah97YYcvcWDbIA8fJ86Vy3jKw"}', 'v1.8b6fdc67.xkM3M0Rs4Znb_ghXkwligh2QN6WpHtrUKjwGnhcvcN35Ukuv1PWbimzW2egWhArOxZmVAQvCI3GUeAl-xz38AZhE5PVjr6m0ayyOGeydFl0-UWFgiNliXy4rjLcRivanDTi3ucydd6qHnZ8N74ovXie0gVCuzYm9gUdke0bY5VN37beab_eZfLmiveh0wLXXpmRDPMiDWy2pP45LaY4yuOXNZzY2Xg', '2026-11-22T13:13:25.967Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('k257vcmubfx3', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('k257vcmubfx3', 7, 1, 5, 'enrolled/east/knvizpsm');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('k257vcmubfx3', 8, 1, 5, 'bj6dgchkbbajcsbw6mekgi7a');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('k257vcmubfx3', 10, 1, 6, 'enrolled/east/3r3wimmc');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('yawotv6v2jso', 1, 1, 0, 'founding');

INSERT INTO "tenant_move" ("tenant_id", "generation", "target", "frozen_until", "session") VALUES ('k257vcmubfx3', 1, '', 1795353218520, 0);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('k257vcmubfx3', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', 1795353204878);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('k257vcmubfx3', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', 1795353204878);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('k257vcmubfx3', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', 1795353204878);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('k257vcmubfx3', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', 1795353204878);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('k257vcmubfx3', 'default', '0', 'zone/east', 1795353204334, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('k257vcmubfx3', 'default', '240.0.0.0', 'service/backend', 1795353204389, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('k257vcmubfx3', 'default', '240.0.0.1', 'service/web', 1795353204389, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('k257vcmubfx3', 'default', '240.0.0.2', 'service/shop', 1795353204798, NULL);

INSERT INTO "webhook" ("tenant_id", "id", "url", "events", "description", "secret", "older_secret", "older_until", "created_at", "disabled_at", "disabled_why") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'https://receiver.invalid/in', '["audit.entry","zone.offline"]', 'siem', 'v1.8b6fdc67.RXNxm3wOyw3tFSQf8AnFpPDGcQW-_ZtfOxDLCuNOeEITTTvOVpNoUvRTjY8Ytwie4NDt__FFAxnyazzwWS0L-Ils2Gf6V38nARg8p-qd', NULL, NULL, '2026-11-22T13:13:23.881Z', NULL, NULL);

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_a6OkUY_EO3ZYO4fDHZGwgys3ICIxp8in9z59APbJRRVc', '2026-11-22T13:13:24.478Z', 'pending', 1, 1795353209823, '2026-11-22T13:13:24.498Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_a6djtmbgr1ZecUWKyGhbhe19eEGpcPLrXzNc2JHumLVY', '2026-11-22T13:13:24.613Z', 'pending', 1, 1795353209217, '2026-11-22T13:13:24.652Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_a7iqKJ4rSQVSS_7ZFRh6Nsen6vuPfd5lnWwtXBJiQQ5c', '2026-11-22T13:13:24.717Z', 'pending', 1, 1795353209604, '2026-11-22T13:13:24.733Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_a8Kj06gsYMe9s7j8Vhsc1E8N6AX8qRthkPJDUhtSQLTc', '2026-11-22T13:13:24.392Z', 'pending', 1, 1795353209058, '2026-11-22T13:13:24.423Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_a9efUSwtrFRBAQNjsc-TsuM-It-VGQqBZ7bpLOWwN9hw', '2026-11-22T13:13:24.456Z', 'pending', 1, 1795353210463, '2026-11-22T13:13:24.479Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_aAKnnzElwua3BYXIOzT8psHzceQETA1EgNeFgFTduX_w', '2026-11-22T13:13:24.938Z', 'pending', 1, 1795353209261, '2026-11-22T13:13:24.947Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_aC69Tm90MPnnOpt2T4lxVyndBUJ5QySGmmpEm9IXg58g', '2026-11-22T13:13:24.601Z', 'pending', 1, 1795353208942, '2026-11-22T13:13:24.652Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_aCQkFYSVLaD3-ScMiBdONrfkZ_Q-uRAELiXjwJ4ytFGo', '2026-11-22T13:13:24.863Z', 'pending', 1, 1795353209075, '2026-11-22T13:13:24.879Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_aEOSS7X6zeCb3x4B7ze6Cs41DS1ESMv44t9lysY4iK2o', '2026-11-22T13:13:24.556Z', 'pending', 1, 1795353209770, '2026-11-22T13:13:24.570Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_aGQTso187VlDLULnvPZKZeCxTYLiQviCqK0jbwiNm4Es', '2026-11-22T13:13:24.336Z', 'pending', 1, 1795353209731, '2026-11-22T13:13:24.366Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_aM32jim3yTf45TYRzWkspBZijPCrvT3L838SnkZwIhrc', '2026-11-22T13:13:24.653Z', 'pending', 1, 1795353210207, '2026-11-22T13:13:24.670Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_aScZ1Ow1MJFmZCf47_UiuXnKW0FTzC93bjBmY8OjJxR8', '2026-11-22T13:13:24.570Z', 'pending', 1, 1795353209650, '2026-11-22T13:13:24.583Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_aYbea26qUCvqz5aTZVED5EP5zTKBJkFbJhmtS57qBNvY', '2026-11-22T13:13:25.976Z', 'pending', 1, 1795353213765, '2026-11-22T13:13:28.283Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_aZziYZDaW66htRK3vLhW0wUgjle__lJbQ6KgXebmwDD8', '2026-11-22T13:13:24.678Z', 'pending', 1, 1795353209084, '2026-11-22T13:13:24.715Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_aisDg0efGIG6VF4kQehyWwWldLatkLw5bHsCXkLmv0Q0', '2026-11-22T13:13:24.499Z', 'pending', 1, 1795353209772, '2026-11-22T13:13:24.517Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_aocehO7THqRWuEInoyhRnxTOv4078sXCvt-Lzh5uQNjs', '2026-11-22T13:13:23.951Z', 'pending', 2, 1795353241508, '2026-11-22T13:13:28.284Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_atifJa1xCgPx-2rpCYhsBZz2J5w8EjPPbGzvIjcnxWRQ', '2026-11-22T13:13:24.424Z', 'pending', 1, 1795353209773, '2026-11-22T13:13:24.455Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_auUIG2dfiZ5uQgsOWxyffFY13FWV-p2QPMqYQi_ShskA', '2026-11-22T13:13:24.521Z', 'pending', 1, 1795353209075, '2026-11-22T13:13:24.542Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('k257vcmubfx3', 'aq4eeiqxgzsqscin', 'msg_awnBR6w0xv74djGY6hVO2fE_WIqXBHAlwJY833-Mqfb8', '2026-11-22T13:13:24.946Z', 'pending', 1, 1795353210268, '2026-11-22T13:13:24.958Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_a6OkUY_EO3ZYO4fDHZGwgys3ICIxp8in9z59APbJRRVc', 'audit.entry', '2026-11-22T13:13:24.478Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.478Z","data":{"time":"2026-11-22T13:13:24.478Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"audit.retention","subject":"audit log","details":{"before":400,"days":90},"organisation":"k257vcmubfx3","number":8,"revision":null,"previous":"9efUSwtrFRBAQNjsc-TsuM-It-VGQqBZ7bpLOWwN9hw","hash":"6OkUY_EO3ZYO4fDHZGwgys3ICIxp8in9z59APbJRRVc"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_a6djtmbgr1ZecUWKyGhbhe19eEGpcPLrXzNc2JHumLVY', 'audit.entry', '2026-11-22T13:13:24.613Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.613Z","data":{"time":"2026-11-22T13:13:24.613Z","actor":"token:s5mn7xkfxp6zccsb","token":"s5mn7xkfxp6zccsb","action":"secret.reveal","subject":"Secret default/default.ca-builtin-key-ca-1","details":{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"k257vcmubfx3","number":14,"revision":null,"previous":"C69Tm90MPnnOpt2T4lxVyndBUJ5QySGmmpEm9IXg58g","hash":"6djtmbgr1ZecUWKyGhbhe19eEGpcPLrXzNc2JHumLVY"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_a7iqKJ4rSQVSS_7ZFRh6Nsen6vuPfd5lnWwtXBJiQQ5c', 'audit.entry', '2026-11-22T13:13:24.717Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.717Z","data":{"time":"2026-11-22T13:13:24.717Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"dataplane-token.create","subject":"token 8888b5cf-47a6-41f1-a0db-38fe3b1494a6","details":{"id":"8888b5cf-47a6-41f1-a0db-38fe3b1494a6","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000},"organisation":"k257vcmubfx3","number":17,"revision":null,"previous":"ZziYZDaW66htRK3vLhW0wUgjle__lJbQ6KgXebmwDD8","hash":"7iqKJ4rSQVSS_7ZFRh6Nsen6vuPfd5lnWwtXBJiQQ5c"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_a8Kj06gsYMe9s7j8Vhsc1E8N6AX8qRthkPJDUhtSQLTc', 'audit.entry', '2026-11-22T13:13:24.392Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.392Z","data":{"time":"2026-11-22T13:13:24.392Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"resources.change","subject":"Secret default/own and 5 more","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]},"organisation":"k257vcmubfx3","number":5,"revision":3,"previous":"GQTso187VlDLULnvPZKZeCxTYLiQviCqK0jbwiNm4Es","hash":"8Kj06gsYMe9s7j8Vhsc1E8N6AX8qRthkPJDUhtSQLTc"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_a9efUSwtrFRBAQNjsc-TsuM-It-VGQqBZ7bpLOWwN9hw', 'audit.entry', '2026-11-22T13:13:24.456Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.456Z","data":{"time":"2026-11-22T13:13:24.456Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"resources.change","subject":"MeshTimeout default/to-go","details":{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]},"organisation":"k257vcmubfx3","number":7,"revision":5,"previous":"tifJa1xCgPx-2rpCYhsBZz2J5w8EjPPbGzvIjcnxWRQ","hash":"9efUSwtrFRBAQNjsc-TsuM-It-VGQqBZ7bpLOWwN9hw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_aAKnnzElwua3BYXIOzT8psHzceQETA1EgNeFgFTduX_w', 'audit.entry', '2026-11-22T13:13:24.938Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.938Z","data":{"time":"2026-11-22T13:13:24.938Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T14:13:24.938Z","id":"4aq7nrttbf3uqlhu"},"organisation":"k257vcmubfx3","number":19,"revision":null,"previous":"CQkFYSVLaD3-ScMiBdONrfkZ_Q-uRAELiXjwJ4ytFGo","hash":"AKnnzElwua3BYXIOzT8psHzceQETA1EgNeFgFTduX_w"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_aC69Tm90MPnnOpt2T4lxVyndBUJ5QySGmmpEm9IXg58g', 'audit.entry', '2026-11-22T13:13:24.601Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.601Z","data":{"time":"2026-11-22T13:13:24.601Z","actor":"token:s5mn7xkfxp6zccsb","token":"s5mn7xkfxp6zccsb","action":"secret.reveal","subject":"Secret default/dataplane-token-signing-key-default-1","details":{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]},"organisation":"k257vcmubfx3","number":13,"revision":null,"previous":"ScZ1Ow1MJFmZCf47_UiuXnKW0FTzC93bjBmY8OjJxR8","hash":"C69Tm90MPnnOpt2T4lxVyndBUJ5QySGmmpEm9IXg58g"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_aCQkFYSVLaD3-ScMiBdONrfkZ_Q-uRAELiXjwJ4ytFGo', 'audit.entry', '2026-11-22T13:13:24.863Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.863Z","data":{"time":"2026-11-22T13:13:24.863Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"resources.change","subject":"MeshTimeout default/late","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]},"organisation":"k257vcmubfx3","number":18,"revision":6,"previous":"7iqKJ4rSQVSS_7ZFRh6Nsen6vuPfd5lnWwtXBJiQQ5c","hash":"CQkFYSVLaD3-ScMiBdONrfkZ_Q-uRAELiXjwJ4ytFGo"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_aEOSS7X6zeCb3x4B7ze6Cs41DS1ESMv44t9lysY4iK2o', 'audit.entry', '2026-11-22T13:13:24.556Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.556Z","data":{"time":"2026-11-22T13:13:24.556Z","actor":"token:gcfnpeduorkj5v2u","token":"gcfnpeduorkj5v2u","action":"plan.approve","subject":"plan wlmru5czhvafvexy","details":{"plan":"wlmru5czhvafvexy","author":"token:fqd7loqxsdtabnwj","revision":5,"required":0,"given":1},"organisation":"k257vcmubfx3","number":11,"revision":null,"previous":"uUIG2dfiZ5uQgsOWxyffFY13FWV-p2QPMqYQi_ShskA","hash":"EOSS7X6zeCb3x4B7ze6Cs41DS1ESMv44t9lysY4iK2o"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_aGQTso187VlDLULnvPZKZeCxTYLiQviCqK0jbwiNm4Es', 'audit.entry', '2026-11-22T13:13:24.336Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.336Z","data":{"time":"2026-11-22T13:13:24.336Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"resources.change","subject":"Mesh default and 7 more","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"k257vcmubfx3","number":4,"revision":2,"previous":"ocehO7THqRWuEInoyhRnxTOv4078sXCvt-Lzh5uQNjs","hash":"GQTso187VlDLULnvPZKZeCxTYLiQviCqK0jbwiNm4Es"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_aM32jim3yTf45TYRzWkspBZijPCrvT3L838SnkZwIhrc', 'audit.entry', '2026-11-22T13:13:24.653Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.653Z","data":{"time":"2026-11-22T13:13:24.653Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T14:13:24.653Z","id":"dzx5fm5hl77jwklw"},"organisation":"k257vcmubfx3","number":15,"revision":null,"previous":"6djtmbgr1ZecUWKyGhbhe19eEGpcPLrXzNc2JHumLVY","hash":"M32jim3yTf45TYRzWkspBZijPCrvT3L838SnkZwIhrc"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_aScZ1Ow1MJFmZCf47_UiuXnKW0FTzC93bjBmY8OjJxR8', 'audit.entry', '2026-11-22T13:13:24.570Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.570Z","data":{"time":"2026-11-22T13:13:24.570Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"token.create","subject":"token s5mn7xkfxp6zccsb","details":{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]},"organisation":"k257vcmubfx3","number":12,"revision":null,"previous":"EOSS7X6zeCb3x4B7ze6Cs41DS1ESMv44t9lysY4iK2o","hash":"ScZ1Ow1MJFmZCf47_UiuXnKW0FTzC93bjBmY8OjJxR8"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_aYbea26qUCvqz5aTZVED5EP5zTKBJkFbJhmtS57qBNvY', 'audit.entry', '2026-11-22T13:13:25.976Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:25.976Z","data":{"time":"2026-11-22T13:13:25.976Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"invitation.create","subject":"invitation v4a6xmbx4jshbgvn","details":{"email":"bo@example.com","expiresAt":"2026-11-29T13:13:25.976Z","role":"viewer"},"organisation":"k257vcmubfx3","number":21,"revision":null,"previous":"wnBR6w0xv74djGY6hVO2fE_WIqXBHAlwJY833-Mqfb8","hash":"Ybea26qUCvqz5aTZVED5EP5zTKBJkFbJhmtS57qBNvY"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_aZziYZDaW66htRK3vLhW0wUgjle__lJbQ6KgXebmwDD8', 'audit.entry', '2026-11-22T13:13:24.678Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.678Z","data":{"time":"2026-11-22T13:13:24.678Z","actor":"relay:east/knvizpsm","token":null,"action":"relay.enrol","subject":"relay east/knvizpsm","details":{"enrolmentToken":"dzx5fm5hl77jwklw"},"organisation":"k257vcmubfx3","number":16,"revision":null,"previous":"M32jim3yTf45TYRzWkspBZijPCrvT3L838SnkZwIhrc","hash":"ZziYZDaW66htRK3vLhW0wUgjle__lJbQ6KgXebmwDD8"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_aisDg0efGIG6VF4kQehyWwWldLatkLw5bHsCXkLmv0Q0', 'audit.entry', '2026-11-22T13:13:24.499Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.499Z","data":{"time":"2026-11-22T13:13:24.499Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"token.create","subject":"token fqd7loqxsdtabnwj","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"k257vcmubfx3","number":9,"revision":null,"previous":"6OkUY_EO3ZYO4fDHZGwgys3ICIxp8in9z59APbJRRVc","hash":"isDg0efGIG6VF4kQehyWwWldLatkLw5bHsCXkLmv0Q0"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_aocehO7THqRWuEInoyhRnxTOv4078sXCvt-Lzh5uQNjs', 'audit.entry', '2026-11-22T13:13:23.951Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:23.951Z","data":{"time":"2026-11-22T13:13:23.951Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"resources.change","subject":"Zone east","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]},"organisation":"k257vcmubfx3","number":3,"revision":1,"previous":"Sk6OQd-SrrAOQY1cuSSuggB8SwDVNbo7s_pm82F69bk","hash":"ocehO7THqRWuEInoyhRnxTOv4078sXCvt-Lzh5uQNjs"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_atifJa1xCgPx-2rpCYhsBZz2J5w8EjPPbGzvIjcnxWRQ', 'audit.entry', '2026-11-22T13:13:24.424Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.424Z","data":{"time":"2026-11-22T13:13:24.424Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"resources.change","subject":"MeshTimeout default/to-change","details":{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]},"organisation":"k257vcmubfx3","number":6,"revision":4,"previous":"8Kj06gsYMe9s7j8Vhsc1E8N6AX8qRthkPJDUhtSQLTc","hash":"tifJa1xCgPx-2rpCYhsBZz2J5w8EjPPbGzvIjcnxWRQ"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_auUIG2dfiZ5uQgsOWxyffFY13FWV-p2QPMqYQi_ShskA', 'audit.entry', '2026-11-22T13:13:24.521Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.521Z","data":{"time":"2026-11-22T13:13:24.521Z","actor":"token:ba3jciqydprnrpwo","token":"ba3jciqydprnrpwo","action":"token.create","subject":"token gcfnpeduorkj5v2u","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"k257vcmubfx3","number":10,"revision":null,"previous":"isDg0efGIG6VF4kQehyWwWldLatkLw5bHsCXkLmv0Q0","hash":"uUIG2dfiZ5uQgsOWxyffFY13FWV-p2QPMqYQi_ShskA"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('k257vcmubfx3', 'msg_awnBR6w0xv74djGY6hVO2fE_WIqXBHAlwJY833-Mqfb8', 'audit.entry', '2026-11-22T13:13:24.946Z', '{"type":"audit.entry","timestamp":"2026-11-22T13:13:24.946Z","data":{"time":"2026-11-22T13:13:24.946Z","actor":"relay:east/3r3wimmc","token":null,"action":"relay.enrol","subject":"relay east/3r3wimmc","details":{"enrolmentToken":"4aq7nrttbf3uqlhu"},"organisation":"k257vcmubfx3","number":20,"revision":null,"previous":"AKnnzElwua3BYXIOzT8psHzceQETA1EgNeFgFTduX_w","hash":"wnBR6w0xv74djGY6hVO2fE_WIqXBHAlwJY833-Mqfb8"}}');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('k257vcmubfx3', 'nack/east/knvizpsm/default/shop-1', ' Error adding/updating listener(s) l: no');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('k257vcmubfx3', 'rollout', '1.6');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('k257vcmubfx3', 'zone/east', 'online');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('k257vcmubfx3', 'east', 'knvizpsm', '{"kty":"EC","crv":"P-256","x":"S-tkuEv2smhAyjzaZfq3wtz4ZYVhCz3kEtLFj99h6XQ","y":"XcxhdH6R2shxmJfP1SZilqXErAOe1_OIhi-qgTOmKDM"}', '{"kty":"EC","crv":"P-256","x":"feM1wcD3yKYbFeR3JYX-lm3bN-b438AVBa7DLZ9KSgI","y":"cmOe9tT1510t1flIY7q9nxrKAyC4v6KTFxLTN0wQFNg"}', 0, 1, 10, '18MfRU9YVwBquxsV7DaNiVDqDz6Y-dNDg0w04aTvuH0', 1, '2026-11-22T13:13:24.678Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6IkZxaVlOQ1pnZVU0bGN1VE85YVctc1g5MzZKRThVano1bG5tTmFRVS0wV2ciLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImF2NzJhNTJlYWxkZTVxZGsiLCJ0ZW5hbnQiOiJrMjU3dmNtdWJmeDMiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiMThNZlJVOVlWd0JxdXhzVjdEYU5pVkRxRHo2WS1kTkRnMHcwNGFUdnVIMCIsInByZXZpb3VzIjoiMThNZlJVOVlWd0JxdXhzVjdEYU5pVkRxRHo2WS1kTkRnMHcwNGFUdnVIMCIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoia252aXpwc20iLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiUy10a3VFdjJzbWhBeWp6YVpmcTN3dHo0WllWaEN6M2tFdExGajk5aDZYUSIsInkiOiJYY3hoZEg2UjJzaHhtSmZQMVNaaWxxWEVyQU9lMV9PSWhpLXFnVE9tS0RNIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6IjNyM3dpbW1jIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IlMtdGt1RXYyc21oQXlqemFaZnEzd3R6NFpZVmhDejNrRXRMRmo5OWg2WFEiLCJ5IjoiWGN4aGRINlIyc2h4bUpmUDFTWmlscVhFckFPZTFfT0loaS1xZ1RPbUtETSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoicnlwUzIwVHN3VW9WOUJTQjFRbzdnR0FIQUhJVDN0UGZrSnVsTk1OZU9jOEFBbmJranlPdTk2NVktTFgxY3MzNk1CUlFNVUtTMTkxRU1Nd1ZCQ0g1YmRBS3dpeWctdkhDQzYwOEdCRTR4RmdINlpXYmd5OTZyQkxVbzdHVXBRelUzZzgyNlFOQTJENC1jWExEM0pfcXpSYkFkcm1BbjdHZ2Z3cEFDdTN0OExYVm44WW1rWWFjT2dBd3ZUSlh4d3lNdDkwUjVzT1ZWWUpPM0hqek5qOTRjRGxiak9FY1RDWDA1MTA5Zm5LS1NsX1ZNZ0xTOU9FdEdyekExbEtSZDVsSndwMTNyeG1QZGN6X2FoNmZXM1otYjJrNDNiT2JINFN2RHZuV1FLWW1DYXg0VTNuQ3ZxbXVObFNEblBPWlQxLWFsLXZILTk5XzlsSWt2d0tpVnNnWEJ3IiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVZtYkJNUVdFOVJiaEpzNGZnSnBLS2pBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qRXpNVE14TkZvWERUTTJNVEV4T1RFek1UTXlORm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCSGpodytlVDBnMDc2amJFRVQ3eFhOUVdLYzlSWGtEa0ZzWjVFODRuRnMwdlAwTXJLTVh6XG42TExkWGJ2NUpqcG5wME9KUlNwUHVPMjJrRUFuYUJGeUlJK2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCU1djNDdsQ01hSXI3MjBialdoUjJVUjJCdSs1akFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUURPXG5QeDk3endKZGFTUURyYjVla3VKd3c0SDdJRmxZUk5kQU5obE1QZ09xUkFJZ0t3SzIxUHVFOVQ1WFp3b3NobTZWXG5UQ2FQd1NqR3pxZ283bXhiemtoOVdqZz1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.-BPuCLaKEI-mReDAJMIys8D0HcN7fwagMccbefyrN5MOd4KRIdmtU11cMJAE7wk6LmAVMutxp95WuCsr5_aoGQ');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('k257vcmubfx3', 'east', '3r3wimmc', '{"kty":"EC","crv":"P-256","x":"S-tkuEv2smhAyjzaZfq3wtz4ZYVhCz3kEtLFj99h6XQ","y":"XcxhdH6R2shxmJfP1SZilqXErAOe1_OIhi-qgTOmKDM"}', '{"kty":"EC","crv":"P-256","x":"feM1wcD3yKYbFeR3JYX-lm3bN-b438AVBa7DLZ9KSgI","y":"cmOe9tT1510t1flIY7q9nxrKAyC4v6KTFxLTN0wQFNg"}', 0, 1, 10, '18MfRU9YVwBquxsV7DaNiVDqDz6Y-dNDg0w04aTvuH0', 0, '2026-11-22T13:13:24.946Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6IkZxaVlOQ1pnZVU0bGN1VE85YVctc1g5MzZKRThVano1bG5tTmFRVS0wV2ciLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImF2NzJhNTJlYWxkZTVxZGsiLCJ0ZW5hbnQiOiJrMjU3dmNtdWJmeDMiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiMThNZlJVOVlWd0JxdXhzVjdEYU5pVkRxRHo2WS1kTkRnMHcwNGFUdnVIMCIsInByZXZpb3VzIjoiMThNZlJVOVlWd0JxdXhzVjdEYU5pVkRxRHo2WS1kTkRnMHcwNGFUdnVIMCIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoia252aXpwc20iLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiUy10a3VFdjJzbWhBeWp6YVpmcTN3dHo0WllWaEN6M2tFdExGajk5aDZYUSIsInkiOiJYY3hoZEg2UjJzaHhtSmZQMVNaaWxxWEVyQU9lMV9PSWhpLXFnVE9tS0RNIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6IjNyM3dpbW1jIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IlMtdGt1RXYyc21oQXlqemFaZnEzd3R6NFpZVmhDejNrRXRMRmo5OWg2WFEiLCJ5IjoiWGN4aGRINlIyc2h4bUpmUDFTWmlscVhFckFPZTFfT0loaS1xZ1RPbUtETSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoicnlwUzIwVHN3VW9WOUJTQjFRbzdnR0FIQUhJVDN0UGZrSnVsTk1OZU9jOEFBbmJranlPdTk2NVktTFgxY3MzNk1CUlFNVUtTMTkxRU1Nd1ZCQ0g1YmRBS3dpeWctdkhDQzYwOEdCRTR4RmdINlpXYmd5OTZyQkxVbzdHVXBRelUzZzgyNlFOQTJENC1jWExEM0pfcXpSYkFkcm1BbjdHZ2Z3cEFDdTN0OExYVm44WW1rWWFjT2dBd3ZUSlh4d3lNdDkwUjVzT1ZWWUpPM0hqek5qOTRjRGxiak9FY1RDWDA1MTA5Zm5LS1NsX1ZNZ0xTOU9FdEdyekExbEtSZDVsSndwMTNyeG1QZGN6X2FoNmZXM1otYjJrNDNiT2JINFN2RHZuV1FLWW1DYXg0VTNuQ3ZxbXVObFNEblBPWlQxLWFsLXZILTk5XzlsSWt2d0tpVnNnWEJ3IiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVZtYkJNUVdFOVJiaEpzNGZnSnBLS2pBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qRXpNVE14TkZvWERUTTJNVEV4T1RFek1UTXlORm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCSGpodytlVDBnMDc2amJFRVQ3eFhOUVdLYzlSWGtEa0ZzWjVFODRuRnMwdlAwTXJLTVh6XG42TExkWGJ2NUpqcG5wME9KUlNwUHVPMjJrRUFuYUJGeUlJK2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCU1djNDdsQ01hSXI3MjBialdoUjJVUjJCdSs1akFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUURPXG5QeDk3endKZGFTUURyYjVla3VKd3c0SDdJRmxZUk5kQU5obE1QZ09xUkFJZ0t3SzIxUHVFOVQ1WFp3b3NobTZWXG5UQ2FQd1NqR3pxZ283bXhiemtoOVdqZz1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.-BPuCLaKEI-mReDAJMIys8D0HcN7fwagMccbefyrN5MOd4KRIdmtU11cMJAE7wk6LmAVMutxp95WuCsr5_aoGQ');
