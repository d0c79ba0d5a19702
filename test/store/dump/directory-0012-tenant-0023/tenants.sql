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

CREATE TABLE zone_head (
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
  enrolled_at TEXT NOT NULL, address TEXT NOT NULL DEFAULT '', ca TEXT NOT NULL DEFAULT '', closed INTEGER NOT NULL DEFAULT 0, envelope TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, zone, relay)
) STRICT, WITHOUT ROWID;

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

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('6funmca6iww7', 1, '2026-11-22T09:10:10.968Z', 'user:l6tg5umpssjhhrrp', NULL, 'organisation.create', 'organisation anns', NULL, '{"owner":"l6tg5umpssjhhrrp"}', '', 'GzT8dwRZRAJ8aout5eV-hGwpI23KuU-ezEzVj5nmTEY');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 1, '2026-11-22T09:10:06.448Z', 'operator', NULL, 'organisation.create', 'organisation acme', NULL, '{"token":"esy5r6djffbrj3qq"}', '', 'eK5p-CwFYYeOd4NOrtuqK9J5ECDZfjsWV-c7tZoB2VU');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 2, '2026-11-22T09:10:06.644Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'webhook.create', 'webhook cdhbgzcoaqefmp34', NULL, '{"events":["audit.entry","zone.offline"],"host":"receiver.invalid"}', 'eK5p-CwFYYeOd4NOrtuqK9J5ECDZfjsWV-c7tZoB2VU', 'XrRqVoqbSyIeh3CYQ6cu78GdjtwiG9X1TtHyYVftutU');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 3, '2026-11-22T09:10:06.861Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'resources.change', 'Zone east', 1, '{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]}', 'XrRqVoqbSyIeh3CYQ6cu78GdjtwiG9X1TtHyYVftutU', 'KLWHbdGQiQzumb0da1lKMnluWb_nF8Br4iSoztuTfIk');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 4, '2026-11-22T09:10:07.423Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'resources.change', 'Mesh default and 7 more', 2, '{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'KLWHbdGQiQzumb0da1lKMnluWb_nF8Br4iSoztuTfIk', 'YUi5rAGdeXHoer5EkKdoKluB-ioRJMxghOhO57sQ0qU');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 5, '2026-11-22T09:10:07.585Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'resources.change', 'Secret default/own and 5 more', 3, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]}', 'YUi5rAGdeXHoer5EkKdoKluB-ioRJMxghOhO57sQ0qU', 'pi1AiwzbpcO4s8879NRsZ4bHfBp4-l4QsD2oFv8QT6o');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 6, '2026-11-22T09:10:07.669Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'resources.change', 'MeshTimeout default/to-change', 4, '{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]}', 'pi1AiwzbpcO4s8879NRsZ4bHfBp4-l4QsD2oFv8QT6o', 'hDy-azmi9-6j4NbmGEYAKE_q_wwD-stCrb4INb1LW4M');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 7, '2026-11-22T09:10:07.692Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'resources.change', 'MeshTimeout default/to-go', 5, '{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]}', 'hDy-azmi9-6j4NbmGEYAKE_q_wwD-stCrb4INb1LW4M', 'SwDLl2w07_c1WlpaJPRowIYdZTXiGPdd1Ov3bQ_sT5A');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 8, '2026-11-22T09:10:07.773Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'audit.retention', 'audit log', NULL, '{"before":400,"days":90}', 'SwDLl2w07_c1WlpaJPRowIYdZTXiGPdd1Ov3bQ_sT5A', 'hP6Tv4-UuOfMF-Z9JVYTk3IOxhKlS_ifWZMw_tanOks');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 9, '2026-11-22T09:10:07.816Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'token.create', 'token jmxny6nmmumpgain', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'hP6Tv4-UuOfMF-Z9JVYTk3IOxhKlS_ifWZMw_tanOks', 'aXl4xxSIxT0nl-gOHMQZaSkpOm2UDb0Atnp0NXABJGY');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 10, '2026-11-22T09:10:07.855Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'token.create', 'token jhpqvnhacxdvc3tb', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'aXl4xxSIxT0nl-gOHMQZaSkpOm2UDb0Atnp0NXABJGY', 'uPiY0wRuj0P-rcf3IevHjvMac54BTxwg0MxQoS7lfGU');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 11, '2026-11-22T09:10:07.966Z', 'token:jhpqvnhacxdvc3tb', 'jhpqvnhacxdvc3tb', 'plan.approve', 'plan 7hone7xhtwwtkgkw', NULL, '{"plan":"7hone7xhtwwtkgkw","author":"token:jmxny6nmmumpgain","revision":5,"required":0,"given":1}', 'uPiY0wRuj0P-rcf3IevHjvMac54BTxwg0MxQoS7lfGU', 'J5ZsP3Dqn2shXnRgfBW6UsLvqYu72TLPin4pNmUmaIA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 12, '2026-11-22T09:10:07.981Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'token.create', 'token cfjbpxim5iqdrcd5', NULL, '{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]}', 'J5ZsP3Dqn2shXnRgfBW6UsLvqYu72TLPin4pNmUmaIA', 'zPxvyq7XqAvUn4MOeue7LvGiMyGDwaG8laqaeruWSrk');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 13, '2026-11-22T09:10:08.017Z', 'token:cfjbpxim5iqdrcd5', 'cfjbpxim5iqdrcd5', 'secret.reveal', 'Secret default/dataplane-token-signing-key-default-1', NULL, '{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]}', 'zPxvyq7XqAvUn4MOeue7LvGiMyGDwaG8laqaeruWSrk', 'S_mW8RJqiMEDlvbZiroQuOdGU7OFYPwAWwXo5Iyt_iU');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 14, '2026-11-22T09:10:08.060Z', 'token:cfjbpxim5iqdrcd5', 'cfjbpxim5iqdrcd5', 'secret.reveal', 'Secret default/default.ca-builtin-key-ca-1', NULL, '{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'S_mW8RJqiMEDlvbZiroQuOdGU7OFYPwAWwXo5Iyt_iU', 'aOaboVzrUu6wdGHb1J3xo-aSK__ysh4-AyNnjUqJ4Rg');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 15, '2026-11-22T09:10:08.126Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T10:10:08.126Z","id":"y3lg76twoies4akx"}', 'aOaboVzrUu6wdGHb1J3xo-aSK__ysh4-AyNnjUqJ4Rg', 'T8y3ig076M70uxQHu2vQyXzqTLPLsfWnPEPq7v-TypI');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 16, '2026-11-22T09:10:08.165Z', 'relay:east/ibp66ets', NULL, 'relay.enrol', 'relay east/ibp66ets', NULL, '{"enrolmentToken":"y3lg76twoies4akx"}', 'T8y3ig076M70uxQHu2vQyXzqTLPLsfWnPEPq7v-TypI', 'o3-3Rm0Ilo63wpA1ji4lthIV4PKugkbC9CWuBHVP0Yk');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 17, '2026-11-22T09:10:08.286Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'dataplane-token.create', 'token d2aed95d-8c86-4a29-b58b-6678ea8ebb15', NULL, '{"id":"d2aed95d-8c86-4a29-b58b-6678ea8ebb15","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000}', 'o3-3Rm0Ilo63wpA1ji4lthIV4PKugkbC9CWuBHVP0Yk', '0WywvJoOkxRouaRKLWqVqPGmPT4gajSpvWFwLjLAoFA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 18, '2026-11-22T09:10:08.568Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'resources.change', 'MeshTimeout default/late', 6, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]}', '0WywvJoOkxRouaRKLWqVqPGmPT4gajSpvWFwLjLAoFA', 'uMglojc5GmqN6QP0evV-DH4Ce3JZ9o82t4EIXEN6nYM');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 19, '2026-11-22T09:10:08.844Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T10:10:08.844Z","id":"365yrbj6bpx5xa7b"}', 'uMglojc5GmqN6QP0evV-DH4Ce3JZ9o82t4EIXEN6nYM', 'Z4X0sB1nXAJzylC88FNhk9QEursB2n-FkNwtvRtWBFg');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 20, '2026-11-22T09:10:08.939Z', 'relay:east/6fdlf732', NULL, 'relay.enrol', 'relay east/6fdlf732', NULL, '{"enrolmentToken":"365yrbj6bpx5xa7b"}', 'Z4X0sB1nXAJzylC88FNhk9QEursB2n-FkNwtvRtWBFg', '0Tt-Oo3NSPWh7S2afLnRLzMR1yDJFhkgze1afE1tsuk');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('pjfpk6t6azh6', 21, '2026-11-22T09:10:11.000Z', 'token:esy5r6djffbrj3qq', 'esy5r6djffbrj3qq', 'invitation.create', 'invitation l6o62aaayy43grtx', NULL, '{"email":"bo@example.com","expiresAt":"2026-11-29T09:10:11.000Z","role":"viewer"}', '0Tt-Oo3NSPWh7S2afLnRLzMR1yDJFhkgze1afE1tsuk', 'vrenxNB4Z33zDdG6acBnxGj04ZRbjT3KD1-0Bknx0JM');

INSERT INTO "audit_seal" ("tenant_id", "number", "kind", "time", "hash", "jws") VALUES ('pjfpk6t6azh6', 2, 'checkpoint', '2026-11-22T09:10:06.719Z', 'XrRqVoqbSyIeh3CYQ6cu78GdjtwiG9X1TtHyYVftutU', 'eyJhbGciOiJFUzI1NiIsImtpZCI6ImlKeU9tejF2eEJMQXlaYktuMi1HcjZ0b2ExLUdKcUlraGpjeDJZc0JuOHciLCJ0eXAiOiJ3ZWZ0LWF1ZGl0K2p3cyJ9.eyJraW5kIjoiY2hlY2twb2ludCIsIm9yZ2FuaXNhdGlvbiI6InBqZnBrNnQ2YXpoNiIsIm51bWJlciI6MiwiaGFzaCI6IlhyUnFWb3FiU3lJZWgzQ1lRNmN1NzhHZGp0d2lHOVgxVHRIeVlWZnR1dFUiLCJ0aW1lIjoiMjAyNi0xMS0yMlQwOToxMDowNi43MTlaIn0.JKxcqw2rMitOspSsfdVqT3Fvdw-CzESQZesz5vy2TBCcNsZPXUD6uDCDzvaPmLPxz-r0icvFDELKinRGIxAy9Q');

INSERT INTO "audit_setting" ("tenant_id", "retention_days") VALUES ('pjfpk6t6azh6', 90);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'T6tRwkTZk0zvsgzarvdn0_XegUWjziiq0IXrilNIGQs', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvTCCAWOgAwIBAgIQemvmXtdFJg4s/5E3fhP2JDAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjA5MDk1N1oXDTM2MTExOTA5MTAwN1owMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABCIr2pTamdmgIBXYZVPdhXsgopBDdYLY9470+8TCpopDdepQcdgf\na96+6bKeWyCMnR/s1hRXg1FKkS2qFdUcTiujXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBSwZnq4VoeyLSXKCzDRPqmBUkPGsDAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0gAMEUCIDpu\nnfmAqmDcbGebd944Co1JSEMUh3EQ0zgCVCx1z7JPAiEAh3n9BAUAS/Ryb07RWzqK\nP9KpKfLbnPUJQlbkigstDe8=\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', '{"web-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'BLznZp6YHD4X5PrT1b1ncRErNTlqvWkCU2xIH7W_qzk', '{"mesh_ca:secret:default":"T6tRwkTZk0zvsgzarvdn0_XegUWjziiq0IXrilNIGQs"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', '{"shop-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00', '{"shop-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('pjfpk6t6azh6', 'GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q', '{"web-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('pjfpk6t6azh6', 'b0667ab85687b22d25ca0b30d13ea9815243c6b0', '70ca199cb31e34baf28dbfbaca946852', 'default', '', 'east', '2026-11-29T09:10:08.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('pjfpk6t6azh6', 'b0667ab85687b22d25ca0b30d13ea9815243c6b0', '70f73e6d5664eaaeaef4e912344ade43', 'default', '', 'east', '2026-11-29T09:10:08.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('pjfpk6t6azh6', 'd21cd2500d0b2529e543eed4109b15c941746411', '429c26e17925c1cc25dafa84bb47eea5', 'default', 'shop-1', 'east', '2026-11-23T09:10:08.000Z', 'd2aed95d-8c86-4a29-b58b-6678ea8ebb15');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('pjfpk6t6azh6', '365yrbj6bpx5xa7b', 'enrolment', 'relay of east', 'yYqizBUV7A3vqYddH8na4Lvu5tLXIlChLAgdg2lPflQ', '[]', '2026-11-22T09:10:08.844Z', '2026-11-22T10:10:08.844Z', NULL, 'east', '6fdlf732', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('pjfpk6t6azh6', 'cfjbpxim5iqdrcd5', 'api', 'reveal', 'aVYLZ9n0folIZCz1aF5Ge8O3enswAORMFv0IUOsdo44', '["admin","secret:reveal"]', '2026-11-22T09:10:07.981Z', NULL, NULL, NULL, NULL, 'esy5r6djffbrj3qq', '2026-11-22T09:10:08.015Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('pjfpk6t6azh6', 'esy5r6djffbrj3qq', 'api', 'admin', 'JHLEEGTNfqdOsBh7Paq7AcH0WxhCbViGcrcUOHIDCSk', '["admin"]', '2026-11-22T09:10:06.448Z', NULL, NULL, NULL, NULL, NULL, '2026-11-22T09:10:06.576Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('pjfpk6t6azh6', 'jhpqvnhacxdvc3tb', 'api', 'other', 'cvd_py63I-6enGgvLZA0vseHZ6gMHtroAFajZTg5BVc', '["admin"]', '2026-11-22T09:10:07.855Z', NULL, NULL, NULL, NULL, 'esy5r6djffbrj3qq', '2026-11-22T09:10:07.963Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('pjfpk6t6azh6', 'jmxny6nmmumpgain', 'api', 'other', '7cF8Z9yG3XKgwVRlW96Ik6tb5UGMBjQ956E75t4cVqc', '["admin"]', '2026-11-22T09:10:07.816Z', NULL, NULL, NULL, NULL, 'esy5r6djffbrj3qq', '2026-11-22T09:10:07.873Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('pjfpk6t6azh6', 'y3lg76twoies4akx', 'enrolment', 'relay of east', 'W0Oae-Tbwq5adlB7Ilt6HB-BKEEzt-6diiUjduxIk-4', '[]', '2026-11-22T09:10:08.126Z', '2026-11-22T10:10:08.126Z', NULL, 'east', 'ibp66ets', NULL, NULL);

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_add-relay-address.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-issuers.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_add-registration-ready.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_give-virtual-addresses.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-contacts.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_add-default-generators.sql', '2026-11-22 09:10:05');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_follow-resources.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_deliver-revisions.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_keep-plans.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_keep-audit.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_send-webhooks.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_keep-approvals.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (14, '0014_keep-lineage.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (15, '0015_note-joins.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (16, '0016_guard-quotas.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (17, '0017_guard-moves.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (18, '0018_note-ways.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (19, '0019_keep-versions.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (20, '0020_note-uses.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (21, '0021_close-relays.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (22, '0022_note-unused-blobs.sql', '2026-11-22 09:10:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (23, '0023_end-heads-with-envelopes.sql', '2026-11-22 09:10:06');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('pjfpk6t6azh6', 'east', 'ibp66ets', 1, 9, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T09:10:08.815Z');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('6funmca6iww7', 1, 0, 1);

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('pjfpk6t6azh6', 1, 6, 10);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('pjfpk6t6azh6', 'default', '3d881a816ed4f3754b54dd6761689bad4ffcfba4', 'east', 'ibp66ets', 'b0667ab85687b22d25ca0b30d13ea9815243c6b0', '-----BEGIN CERTIFICATE-----
MIICRDCCAeqgAwIBAgIQcPc+bVZk6q6u9OkSNEreQzAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA5MDk1OFoXDTI2MTEyOTA5MTAwOFowNTENMAsGA1UECgwEV2VmdDES
MBAGA1UECwwJem9uZSBlYXN0MRAwDgYDVQQDDAdkZWZhdWx0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAE0Y4bhGKxl5pimAD7QVId4eT7Mv2O0aKUnHaeGzITvcK+
oOOZkSfkX4I7iVkHHmbG8Ax5d56bm1KMvIJaoQAkuqOB4DCB3TASBgNVHRMBAf8E
CDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUPYgagW7U83VLVN1n
YWibrU/8+6QwHwYDVR0jBBgwFoAUsGZ6uFaHsi0lygsw0T6pgVJDxrAwGwYDVR0R
BBQwEoYQc3BpZmZlOi8vZGVmYXVsdDBaBgNVHR4BAf8EUDBOoBYwCYYHZGVmYXVs
dDAJhgdrdW1hLmlvoTQwAoIAMAqHCAAAAAAAAAAAMCKHIAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA0gAMEUCIGdVoUMgi7Ed+IcM
2NmOqfLLvZH6C3zPO/m6VwHu+SdOAiEApGXYkC8Qtbdaklxvb2I5jOj+HtyQ12Nq
oOZ3WSKhkQs=
-----END CERTIFICATE-----
', '2026-11-29T09:10:08.000Z', NULL, NULL, NULL);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('pjfpk6t6azh6', 'default', 'd21cd2500d0b2529e543eed4109b15c941746411', 'east', 'ibp66ets', 'b0667ab85687b22d25ca0b30d13ea9815243c6b0', '-----BEGIN CERTIFICATE-----
MIIB9jCCAZugAwIBAgIQcMoZnLMeNLryjb+6ypRoUjAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA5MDk1OFoXDTI2MTEyOTA5MTAwOFowQjENMAsGA1UECgwEV2VmdDEf
MB0GA1UECwwWY29udHJvbCBwbGFuZSBmb3IgZWFzdDEQMA4GA1UEAwwHZGVmYXVs
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCCxV+HjFE9rxHEw8cyvcoe2swso
CjRPRi2HLSJfMwpYG9AZzhL6Xyx5WH7Ohfzwop0wGp11nmOoRwvbBHk4bO2jgYQw
gYEwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYE
FNIc0lANCyUp5UPu1BCbFclBdGQRMB8GA1UdIwQYMBaAFLBmerhWh7ItJcoLMNE+
qYFSQ8awMBsGA1UdEQQUMBKGEHNwaWZmZTovL2RlZmF1bHQwCgYIKoZIzj0EAwID
SQAwRgIhAJhIZCc+/3uhaJQl7WsR+XzjhbWTu8Q4ly/TqIIHnHi+AiEA9K1qKtB9
4TTH4qxOsHCryKwBCamsQgmIIqBvGFU72t4=
-----END CERTIFICATE-----
', '2026-11-29T09:10:08.000Z', 'v1.c16949d0.HwO78cF2WbFL34qTV1glCL4eyuagzetuBcqteq5ni8uRPokVUSE1q5dngxhgk7X3KLS_DSnw4rOx7hRkhKZsMPfOBhD9I-_zpIjZ_mW63Ur4YVDTwn5shGz-SDDlB8O2PMcdu_OIPnLe8gq_ganLUVi3O54TjnWvcaffPuRyqTyDqgYRBqnGmlD7gCCMKTHcAMqOmCUs_xf89si3NVz8YpRisHsgwA', NULL, NULL);

INSERT INTO "join_note" ("tenant_id", "zone", "subject", "code", "count", "first_at", "last_at") VALUES ('pjfpk6t6azh6', 'east', '365yrbj6bpx5xa7b', 'token-used', 1, '2026-11-22T09:10:09.150Z', '2026-11-22T09:10:09.150Z');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('pjfpk6t6azh6', 'east', 'a4n3LmzIMmyiPy_lNvYXPZi4qyLvyZBsBwNScSQuAVk', 1, 7, 1795338608286, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"BLznZp6YHD4X5PrT1b1ncRErNTlqvWkCU2xIH7W_qzk"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('pjfpk6t6azh6', 'east', 'NZckk7_zmWKOwHNbi2WiK_kRgOit7FvdlLH3VhWqDU8', 1, 8, 1795338608447, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"BLznZp6YHD4X5PrT1b1ncRErNTlqvWkCU2xIH7W_qzk"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('pjfpk6t6azh6', 'east', '7wtBqrvlHe8dmTCwt_j-ZJQ9W7ieuk2OlakaON-ZnRA', 1, 10, 1795338609021, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00","proxies/default/9":"GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"BLznZp6YHD4X5PrT1b1ncRErNTlqvWkCU2xIH7W_qzk"},"zone":"east"}');

INSERT INTO "plan" ("tenant_id", "id", "epoch", "revision", "actor", "reason", "created_at", "expires_at", "body") VALUES ('pjfpk6t6azh6', '7hone7xhtwwtkgkw', 1, 5, 'token:jmxny6nmmumpgain', '', '2026-11-22T09:10:07.876Z', '2026-11-23T09:10:07.876Z', '{"changes":[{"type":"MeshTimeout","mesh":"default","name":"planned","change":"created","before":null,"after":{"type":"MeshTimeout","mesh":"default","name":"planned","labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"creationTime":"","modificationTime":"","spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"8s"}}]}}}],"warnings":[],"demands":[],"tests":{"broken":[],"mended":[],"failing":[]},"outcome":{"effect":{"proxies":0,"zones":[]},"access":[],"faults":{"new":[],"mended":[]}},"basis":{"sequence":6,"written":{"MeshTimeout/default/planned":[null,"Gy-d7TaQrnuqcpZv"]},"kinds":{"effect":[],"access":[],"new":[],"mended":[]}}}');

INSERT INTO "plan_approval" ("tenant_id", "plan", "actor", "time", "reason") VALUES ('pjfpk6t6azh6', '7hone7xhtwwtkgkw', 'token:jhpqvnhacxdvc3tb', '2026-11-22T09:10:07.966Z', '');

INSERT INTO "plan_part" ("tenant_id", "plan", "part", "sealed") VALUES ('pjfpk6t6azh6', '7hone7xhtwwtkgkw', 0, 'v1.c16949d0.3nxOf06r_Xse6nf1aezHQHoyTRpAuKaDwploLeLWcjTxh460FNGn4lwKxbkyxhuSa68Yf38DsPZ9PE-R4di_aj6Jm_Pg-fbKbdrAZs0rggHfX-koG3grSjVAokjrEEucGvXmmqRFc0u13-4-xzDq5dR7TBxhbVT4-itTgnbJVQ0jELTcUeQRDmOZvDh0GpbROlRqOPR8NStsUu5kVhzdlm03OyMfwCd29F63liRannbrdX0aFO9L9uzj0C6kwbyTRDfonKuCcMAZhyE-tRtrxEueMnf1flSdwH4eesfXhbaTDHU-0yxVeXNIfrqvpMlrjGh1UxToEyQeQAEaNzoVP7DtZoRinGpzuQ-fai9MGPFrRJeAPYNYRKVyf_na48v57qq6vPALFAvOykKWLg');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('pjfpk6t6azh6', 'east/ibp66ets/0d334498-cb6e-4922-ae3d-c25200e809c5', 1795339208472, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('pjfpk6t6azh6', 'east/ibp66ets/99796216-cab4-4015-b8dc-870f286d17c2', 1795339208379, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id", "ready", "versions") VALUES ('pjfpk6t6azh6', 'default', 'shop-1', 'life-shop-1', 'east', 'ibp66ets', 'stream', 1, '2026-11-22T09:10:08.397Z', 'd2aed95d-8c86-4a29-b58b-6678ea8ebb15', 1, NULL);

INSERT INTO "relay_contact" ("tenant_id", "zone", "relay", "connected_at", "seen_at", "left_at", "way", "lost_at") VALUES ('pjfpk6t6azh6', 'east', 'ibp66ets', '2026-11-22T09:10:08.552Z', '2026-11-22T09:10:08.552Z', NULL, '', NULL);

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:06.464Z', '2026-11-22T09:10:06.464Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:06.464Z', '2026-11-22T09:10:06.464Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:06.464Z', '2026-11-22T09:10:06.464Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:06.464Z', '2026-11-22T09:10:06.464Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:06.464Z', '2026-11-22T09:10:06.464Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:06.464Z', '2026-11-22T09:10:06.464Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:06.464Z', '2026-11-22T09:10:06.464Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-2', 1, 2, '2026-11-22T09:10:06.861Z', '2026-11-22T09:10:06.861Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-3', 2, 3, '2026-11-22T09:10:07.423Z', '2026-11-22T09:10:07.423Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.c16949d0.WIehvj8R4adZegaYiH3RHpL2rc6W8qbBwBWcn8WBLHMBzimZTuxTWD5p8of3flfm5W7r7n1Z5vRL2vADeme3h7A4kmEn8Rqj3uzfMCWxt88_I8XYgnrDOpVEGmhowgOp_QfInL08ZC97xdurUmIQnBRveKePKx6XEaR62aNQtrpOct5IuqjIGPuP50c7r59Az1_YtmqAYofMrW-9gjvS0TC7T01dvsYQw2Jay6v4_ppfDFMoRNoo8GRgRbuTOQsVHwUC9YNs_e7uvXaDG_j9FXKZtPpxY_8g79RHg5mcCKoArV03WUBdUtJSec9ONkXaDsjqKGe1usfLWrUXkoU4W38YwQzmajTF16hMhi00XTw3yOx4IjCfkNhUglQ9xZtRMPbgRvQzgW19vMEMJgnIbZUicJZ95xLb4q-jgyTD4Uy9xcp1boOijso3DUJj9CbE93yCXPDjdUqqFc9JBKGZPGMNIvKU_sT9Q7UA5wNkqMJ1rdFP8RluFw7ftiGgCj9umteBODI-xyAYvdeQU5JT4iKP9EqD44mEQsJfuUOiFliLga6gsrhxjEDG-TNlv7ZXkRmrvCOtwOhl9iVV4aF9GG94dkcIrXoxA8e6up6Y7Bmd3HJFF94wUb4C1DhK1p4tQ6orw8F-Z2wPa0kiiZCHy2YtBjcFfOmsTNKz_OsYM25whDUUL4OEPhsV_sIe7V578wlSLLx9bIbRjS6eipiNWAqRBCRcSP1ycSqhfjBjcWlK8RIRMRqdI31LhiCxdsI6YbYoYGDzxvcNG0hpkn-P3RZ3YjaEuZwrMhd-RxxFjuonZnnE-uFVk1dlvUXW7lIYvuT_n2VvQxKaxl-HL4PBxDtvebmuYeImaGeh_bXR6dcbz0PzN5Akc95SCRVHeidIXbWTIXP-WKG1TkeKy2HW5FNZyhcIvnCYu_KgxOyn3OhQaYRI8zh7KPJ4B9yefVAOvhksxrtVYSZEd2RU5YxZ9Hv72G8bfiDPlM_buOBek9sLJUn82f22xZifSVlwX1UKzRA8xZw01dj_p5lA13kOI0XJmNOqqElBXf-fYhFcENVVPdK1Xu1yAIGtzJTVB1oxPP_BF3VltBnX6OF5TY2ACD6He-AL0SLS_YZACpY8EndkQWIhp6iVVkQ4dhIYHa0pqpU5SMLK1QWGF3VNgmuGbO2nNUIM2-qADL70jQ_ozFIhu7BUB4e1vbVL1jWNZe6iccZ5bX4RAlY8gVoEIfEX0X5vY15tw-Ky_d1R5G1P5pmGqyA_hV6FSBR7WDT4zL7Sc1eG2_DkhxWXRTHPDBQXT2t4BDUNSKhddBOkY5GoxA1Xe9QYO-Tx8M_4RjB6Ur4nMOY3fsKf9LolQwfMoUpeiOWh2UotiOCdbJWrMhesnALG6rzcOYDkzq5z4BEHxwFMIHU0SV6pEHIR5NyHI3uMHBZSG1TKMwYTsKrT_-f5mtxcvJ9nxUGJeSwAMhk89kHY0IIDhPi-bRKP__ZipM4rVmbi99q9i45sSn70xhR9g6p33R1CObu8vvf7ZoT39zofC0LSs3NQkV9h0qj4q1fAfyzxtbB7oZNwM2M9U3u8WWhLsNaOFgSnWosQ4Pqivu5Xza_dXr8J6OFnNkKBnSUB8sN6vA_MZlAK1WyR4fXvf7VgD3A8P_9M8Vezl0UsUJ5YzWPyKqtrroI2HHohmlxtVAoUF8ZFjLunMnRpqScoc3Uwj-39_eOk2Wys8zQJJbmur6ZSTHw--BECaYfpg4-u2ktkW90aidKfN3zSHskPeMRWu1x1MwOlneIqr1GoaWlkUn_E1y9LTFzw624O-lJhLaHoc7v7fnAqbwuWiCNiT_OlexOTNwEujPPXe9N3oFd6cB3tUP3fs5PY37HWDGu9j3jcDF2FLtgSWCw-4ZZ4NmbUNHXfwgZ_TG-sF3wAxXtUDfQd346jV-530Qd9SgCjZrFgiNJtJZseYttuRNGBDCYeZqpdO22aQVTzK6C2GT27ejh3HWHvWUHmz8HyzOP2vaOq574_DQfedNrYa0_ywBS4eGiSHQIe8tPNEnmxfQKaO94aOdJdxLDamxDszKLVxjzEVi8e7mMeA1cRtV_66qk_2w-5jlekVxnV98YlsvpfgvrYwZymCn1AyNKc_2aVNjvV7evuS2EEhxC3h8mK-vk9JCVD2ytmlz620wUcM_9-Yu7Aa6KbTBWtPSDXNDENuaz5h5QoLh1OwocN-7HpeVgA4JDivSIAk26Lv-4Pl77kg4nT4Zf-7VZ39mfucdUYH4hSMuuo_QXMmbST33kjBuwrIeCT6RVWedNr3zznViUYjrz6p0KiNEjF5CzDV5XhaaZgLkoh5vdRJLPP3PPKdXQwn2y3jhdzB0H1BTgyGoRmGxEN9HPsq2BxEQque4GpGAMTMopyNwuns4vAAVUYeiz0Ul-B35qmhZRk3dKE9PU5CPZcVF0nFqoSEf0X5LTfQE656kB2TU-rJcN__ULq4BIOyMtYN4x18f3AQKQ8pC5FfykTQj-HtE2TL_YJlMpWikjQnNJA9imz2N45MC3QIwPd3cjMkT_STpq5TbGXNfPQsXhGKQpC_2UaagcqLqKpbwHLwMv43Wue94OLe1F8ofvloRsaLVFU7dXXgV92h9TPTMX0fGZqL4XeEPH-LiZZRbjmsBI1rlLb-E9xqgSEIaOcldakSjy3OieYD0x-WLl5jmzFmvgTqOXcjBe5UIFnWYxPm9HfYqr8T7LVLTifW1MyvShUG9d_kFdesEM4vPT7hMGRRH-gcsrg9UbQaT-eXpAQGRThfjgkGZlf2wILEomQOS5fY9neP9kx2aFsEiSGCLaIqm_a8T6k2SGozGughHFn0ZwoZKcxbsGTuouGz6oD6EUUwIX2udCu7M4YfXYqalGZBZpRABY0vmjag5bJRNcihDWXPJAXmCFAuuvPJRLYWbBRFUGz3XUEGBW8JIRHr49VOiPZNXeuP-9jTdUviUad3nnf1EjZzJUCKlTfSU4QK1c6UjZzo1_TXeSNm0eeT4UmDNB5MaMv3aFp8BbvqvSxTl7T4yshSxnCQsPgXKL7vIsZPCCVT16LnqQ"}', NULL, '1-3', 2, 3, '2026-11-22T09:10:07.423Z', '2026-11-22T09:10:07.423Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T09:10:07.423Z', '2026-11-22T09:10:07.423Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T09:10:07.423Z', '2026-11-22T09:10:07.423Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-3', 2, 3, '2026-11-22T09:10:07.423Z', '2026-11-22T09:10:07.423Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-3', 2, 3, '2026-11-22T09:10:07.423Z', '2026-11-22T09:10:07.423Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.c16949d0.NDfO3Fecf9CrWCgY5gIpmbEsNmGrVhWFvMgTiju4SX-5eYoYTSeDLmeqYd5lqpSG4OxJZOL6MlywpsD61Fmu5BM4Bom9iij5CHvRS8BOzAcE9BzfoLDBxs3TTrCt4w_9Qj4R2QMzQHU0a6PEMOKIPuW5gF_l4tiRFloVTFAn8jR3g5r_0MB9xo4udidC_VIpLDe0Uzqo47AjiPQbRYjOawkB0wcQR2DOcXBQaQZ4bOJEcI-bVhFvZxJauCc2Sd6zh180rIiFbJuBWyg0xUwxCxz0dJ_enZjCnaMDEWFdqKD1n229u6sN3WMVjiJDNT8y142GAsiw6J85r45qdsYr44opmLpOSaKD5DqbhEV9_63jCM15cPYuKhTN-3x0ZAkodDPs5GdkmXmBfeAqjGnS_J6GIO0O4K5e8bV-f73CFWerU1bg_mXPzKoZ2l7UL0DDLsKrj6W93QKVU1ni44l349Ckzgj0TIpsiBYuasYPZB9LUFtM_bQBqyo1N_DV0PxtXYyrLP1afXFnpq4dRVrHsGuOBcr71Rb6xRaoBN30KoE0y-X__YBtEGiXSIUlActSAz0UPs_Jzb5_XNaljXDVJry2HuAyL03HFORxLkDULf6bGm_NDEBDqJYoR-7Pkfh_hedfJZ2IqsiEFyP3nWz_HJcT3ILCtvjQQn8aixDlWhM7kJOVh-esDwV5hgf8Fn2oI6xxqOENo637JRTpHZEBUsH0tzonofpndGQTcqm5Brgz3N7ewVizKrPatR14C7KvRHCaEplwC05klKGNNKpalMO3EWNw_CBR7TnIneO53IrOjmAbEXuW1fQ1i8P1lA1ZbDeva8s94ZQgkC4cmU07VZutuuS9QlEKfeLi2a6c_tgvRdHkyidNs6ESfbomaAX4tikv-IHCcjZbsXJNceRygi4NP9Hb8QrIOa3Z8B3t9LhEKFKzyHX2sgBWk29W2k6bYWEZrcFqmVnNt3n1A_AJ5AXcPu7HVLLPk7H6CKTZTnZ7_37OfkGvFkedmJzDhWM-gduUcCgN59nx9XPNUAc65op0RJmy_ZjWGhc0xujEZdOfeFY-cWA4aCfTvXNV6HXVLZBXIrFJSFkon8iC9HpmdbPbvYts0PM45TaptIfyN2NsaNxyDJb21n9ukevjmeSBR2tTyTx-LqgUzUmZGAJql1YGb15URg_DmDcMqpf3-QqORVPQsYEscVyXVryykcGrOnhfxA"}', NULL, '1-3', 2, 3, '2026-11-22T09:10:07.423Z', '2026-11-22T09:10:07.423Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.c16949d0.af1Znm5PF-sr2QZ0dgw7dufZ0sMUzuZEpjQaiZcOm5z-B5UB0tAENlY3l_mi2L4lreDbQXN3bsg232r1Pcm6byN2r5nSnFR6EEUlTKICrSy1lqfoSZGrlmEERU7F0hxiABzioZpEfjcaWoeCNfIKS5RqxexRmye_zmqyCkiZi1ZwN98XrmwRLdNEkQ7WbjSZ8wxByYhUGeeFylQgyrGh3V6eV9dPrdXIoKyludYmdLxMLaQtUdpdtLwrf8mLDwa1wmHDGt3iFY85JLZ-MDMrYbmhoJ-Yt7fUTDMAUGHhqIXlhSDG9MY0MQWWD6FK5_6Oa18HUJv85ZdVux4j-HerUaRLDjmVLrPUSSGj46xdaOlwYI5cVNZNE6Qy2SBPjimRB9G-KvIG5DOswkQQXNgi5O1ZiAAtdDbMg6ZEPTM7GeJsoIwA3PcSzc7Gdh3Bsi02WJB2vB05iFD92_y9Q8vL9A"}', NULL, '1-3', 2, 3, '2026-11-22T09:10:07.423Z', '2026-11-22T09:10:07.423Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'Secret', 'default', 'own', '{}', '{"data":"v1.c16949d0.VM6xOLt4C2NRV-TVg5CND2LX8P6YgJUfdB4oMrf5-l9MUGFXjfpWpw"}', NULL, '1-4', 3, 4, '2026-11-22T09:10:07.585Z', '2026-11-22T09:10:07.585Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T09:10:07.585Z', '2026-11-22T09:10:07.585Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T09:10:07.585Z', '2026-11-22T09:10:07.585Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-5', 4, 4, '2026-11-22T09:10:07.585Z', '2026-11-22T09:10:07.669Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-4', 3, 4, '2026-11-22T09:10:07.585Z', '2026-11-22T09:10:07.585Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-8', 5, 8, '2026-11-22T09:10:08.435Z', '2026-11-22T09:10:08.435Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('pjfpk6t6azh6', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-9', 6, 9, '2026-11-22T09:10:08.568Z', '2026-11-22T09:10:08.568Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6funmca6iww7', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:10.969Z', '2026-11-22T09:10:10.969Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6funmca6iww7', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:10.969Z', '2026-11-22T09:10:10.969Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6funmca6iww7', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:10.969Z', '2026-11-22T09:10:10.969Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6funmca6iww7', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:10.969Z', '2026-11-22T09:10:10.969Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6funmca6iww7', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:10.969Z', '2026-11-22T09:10:10.969Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6funmca6iww7', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:10.969Z', '2026-11-22T09:10:10.969Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6funmca6iww7', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T09:10:10.969Z', '2026-11-22T09:10:10.969Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('pjfpk6t6azh6', 1, 1, 2, 'wbzjjwi5lzxlojdglot4ray7x25kzmwv', 'token:esy5r6djffbrj3qq', '', '2026-11-22T09:10:06.861Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('pjfpk6t6azh6', 2, 1, 3, 'jkncfmshwehw7gmgdo5rud7qyk2iegle', 'token:esy5r6djffbrj3qq', '', '2026-11-22T09:10:07.423Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('pjfpk6t6azh6', 3, 1, 4, 'u5d6kdtaaa5mlznpeiiv72bvarjhj6ez', 'token:esy5r6djffbrj3qq', '', '2026-11-22T09:10:07.585Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('pjfpk6t6azh6', 4, 1, 5, 'nfzibz4cmu7wc26xk3rreyj3g4e4yole', 'token:esy5r6djffbrj3qq', '', '2026-11-22T09:10:07.669Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('pjfpk6t6azh6', 5, 1, 6, 'jhw2xfcgo7dhs5teftmncwsxc43hxr5n', 'token:esy5r6djffbrj3qq', '', '2026-11-22T09:10:07.692Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('pjfpk6t6azh6', 6, 1, 9, 'n2nmhk6hkfxyc6f53bkopga4esjgwony', 'token:esy5r6djffbrj3qq', '', '2026-11-22T09:10:08.568Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T09:10:06.861Z","modificationTime":"2026-11-22T09:10:06.861Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T09:10:07.423Z","modificationTime":"2026-11-22T09:10:07.423Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.c16949d0.WIehvj8R4adZegaYiH3RHpL2rc6W8qbBwBWcn8WBLHMBzimZTuxTWD5p8of3flfm5W7r7n1Z5vRL2vADeme3h7A4kmEn8Rqj3uzfMCWxt88_I8XYgnrDOpVEGmhowgOp_QfInL08ZC97xdurUmIQnBRveKePKx6XEaR62aNQtrpOct5IuqjIGPuP50c7r59Az1_YtmqAYofMrW-9gjvS0TC7T01dvsYQw2Jay6v4_ppfDFMoRNoo8GRgRbuTOQsVHwUC9YNs_e7uvXaDG_j9FXKZtPpxY_8g79RHg5mcCKoArV03WUBdUtJSec9ONkXaDsjqKGe1usfLWrUXkoU4W38YwQzmajTF16hMhi00XTw3yOx4IjCfkNhUglQ9xZtRMPbgRvQzgW19vMEMJgnIbZUicJZ95xLb4q-jgyTD4Uy9xcp1boOijso3DUJj9CbE93yCXPDjdUqqFc9JBKGZPGMNIvKU_sT9Q7UA5wNkqMJ1rdFP8RluFw7ftiGgCj9umteBODI-xyAYvdeQU5JT4iKP9EqD44mEQsJfuUOiFliLga6gsrhxjEDG-TNlv7ZXkRmrvCOtwOhl9iVV4aF9GG94dkcIrXoxA8e6up6Y7Bmd3HJFF94wUb4C1DhK1p4tQ6orw8F-Z2wPa0kiiZCHy2YtBjcFfOmsTNKz_OsYM25whDUUL4OEPhsV_sIe7V578wlSLLx9bIbRjS6eipiNWAqRBCRcSP1ycSqhfjBjcWlK8RIRMRqdI31LhiCxdsI6YbYoYGDzxvcNG0hpkn-P3RZ3YjaEuZwrMhd-RxxFjuonZnnE-uFVk1dlvUXW7lIYvuT_n2VvQxKaxl-HL4PBxDtvebmuYeImaGeh_bXR6dcbz0PzN5Akc95SCRVHeidIXbWTIXP-WKG1TkeKy2HW5FNZyhcIvnCYu_KgxOyn3OhQaYRI8zh7KPJ4B9yefVAOvhksxrtVYSZEd2RU5YxZ9Hv72G8bfiDPlM_buOBek9sLJUn82f22xZifSVlwX1UKzRA8xZw01dj_p5lA13kOI0XJmNOqqElBXf-fYhFcENVVPdK1Xu1yAIGtzJTVB1oxPP_BF3VltBnX6OF5TY2ACD6He-AL0SLS_YZACpY8EndkQWIhp6iVVkQ4dhIYHa0pqpU5SMLK1QWGF3VNgmuGbO2nNUIM2-qADL70jQ_ozFIhu7BUB4e1vbVL1jWNZe6iccZ5bX4RAlY8gVoEIfEX0X5vY15tw-Ky_d1R5G1P5pmGqyA_hV6FSBR7WDT4zL7Sc1eG2_DkhxWXRTHPDBQXT2t4BDUNSKhddBOkY5GoxA1Xe9QYO-Tx8M_4RjB6Ur4nMOY3fsKf9LolQwfMoUpeiOWh2UotiOCdbJWrMhesnALG6rzcOYDkzq5z4BEHxwFMIHU0SV6pEHIR5NyHI3uMHBZSG1TKMwYTsKrT_-f5mtxcvJ9nxUGJeSwAMhk89kHY0IIDhPi-bRKP__ZipM4rVmbi99q9i45sSn70xhR9g6p33R1CObu8vvf7ZoT39zofC0LSs3NQkV9h0qj4q1fAfyzxtbB7oZNwM2M9U3u8WWhLsNaOFgSnWosQ4Pqivu5Xza_dXr8J6OFnNkKBnSUB8sN6vA_MZlAK1WyR4fXvf7VgD3A8P_9M8Vezl0UsUJ5YzWPyKqtrroI2HHohmlxtVAoUF8ZFjLunMnRpqScoc3Uwj-39_eOk2Wys8zQJJbmur6ZSTHw--BECaYfpg4-u2ktkW90aidKfN3zSHskPeMRWu1x1MwOlneIqr1GoaWlkUn_E1y9LTFzw624O-lJhLaHoc7v7fnAqbwuWiCNiT_OlexOTNwEujPPXe9N3oFd6cB3tUP3fs5PY37HWDGu9j3jcDF2FLtgSWCw-4ZZ4NmbUNHXfwgZ_TG-sF3wAxXtUDfQd346jV-530Qd9SgCjZrFgiNJtJZseYttuRNGBDCYeZqpdO22aQVTzK6C2GT27ejh3HWHvWUHmz8HyzOP2vaOq574_DQfedNrYa0_ywBS4eGiSHQIe8tPNEnmxfQKaO94aOdJdxLDamxDszKLVxjzEVi8e7mMeA1cRtV_66qk_2w-5jlekVxnV98YlsvpfgvrYwZymCn1AyNKc_2aVNjvV7evuS2EEhxC3h8mK-vk9JCVD2ytmlz620wUcM_9-Yu7Aa6KbTBWtPSDXNDENuaz5h5QoLh1OwocN-7HpeVgA4JDivSIAk26Lv-4Pl77kg4nT4Zf-7VZ39mfucdUYH4hSMuuo_QXMmbST33kjBuwrIeCT6RVWedNr3zznViUYjrz6p0KiNEjF5CzDV5XhaaZgLkoh5vdRJLPP3PPKdXQwn2y3jhdzB0H1BTgyGoRmGxEN9HPsq2BxEQque4GpGAMTMopyNwuns4vAAVUYeiz0Ul-B35qmhZRk3dKE9PU5CPZcVF0nFqoSEf0X5LTfQE656kB2TU-rJcN__ULq4BIOyMtYN4x18f3AQKQ8pC5FfykTQj-HtE2TL_YJlMpWikjQnNJA9imz2N45MC3QIwPd3cjMkT_STpq5TbGXNfPQsXhGKQpC_2UaagcqLqKpbwHLwMv43Wue94OLe1F8ofvloRsaLVFU7dXXgV92h9TPTMX0fGZqL4XeEPH-LiZZRbjmsBI1rlLb-E9xqgSEIaOcldakSjy3OieYD0x-WLl5jmzFmvgTqOXcjBe5UIFnWYxPm9HfYqr8T7LVLTifW1MyvShUG9d_kFdesEM4vPT7hMGRRH-gcsrg9UbQaT-eXpAQGRThfjgkGZlf2wILEomQOS5fY9neP9kx2aFsEiSGCLaIqm_a8T6k2SGozGughHFn0ZwoZKcxbsGTuouGz6oD6EUUwIX2udCu7M4YfXYqalGZBZpRABY0vmjag5bJRNcihDWXPJAXmCFAuuvPJRLYWbBRFUGz3XUEGBW8JIRHr49VOiPZNXeuP-9jTdUviUad3nnf1EjZzJUCKlTfSU4QK1c6UjZzo1_TXeSNm0eeT4UmDNB5MaMv3aFp8BbvqvSxTl7T4yshSxnCQsPgXKL7vIsZPCCVT16LnqQ"},"creationTime":"2026-11-22T09:10:07.423Z","modificationTime":"2026-11-22T09:10:07.423Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T09:10:07.423Z","modificationTime":"2026-11-22T09:10:07.423Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T09:10:07.423Z","modificationTime":"2026-11-22T09:10:07.423Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T09:10:07.423Z","modificationTime":"2026-11-22T09:10:07.423Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T09:10:07.423Z","modificationTime":"2026-11-22T09:10:07.423Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.c16949d0.NDfO3Fecf9CrWCgY5gIpmbEsNmGrVhWFvMgTiju4SX-5eYoYTSeDLmeqYd5lqpSG4OxJZOL6MlywpsD61Fmu5BM4Bom9iij5CHvRS8BOzAcE9BzfoLDBxs3TTrCt4w_9Qj4R2QMzQHU0a6PEMOKIPuW5gF_l4tiRFloVTFAn8jR3g5r_0MB9xo4udidC_VIpLDe0Uzqo47AjiPQbRYjOawkB0wcQR2DOcXBQaQZ4bOJEcI-bVhFvZxJauCc2Sd6zh180rIiFbJuBWyg0xUwxCxz0dJ_enZjCnaMDEWFdqKD1n229u6sN3WMVjiJDNT8y142GAsiw6J85r45qdsYr44opmLpOSaKD5DqbhEV9_63jCM15cPYuKhTN-3x0ZAkodDPs5GdkmXmBfeAqjGnS_J6GIO0O4K5e8bV-f73CFWerU1bg_mXPzKoZ2l7UL0DDLsKrj6W93QKVU1ni44l349Ckzgj0TIpsiBYuasYPZB9LUFtM_bQBqyo1N_DV0PxtXYyrLP1afXFnpq4dRVrHsGuOBcr71Rb6xRaoBN30KoE0y-X__YBtEGiXSIUlActSAz0UPs_Jzb5_XNaljXDVJry2HuAyL03HFORxLkDULf6bGm_NDEBDqJYoR-7Pkfh_hedfJZ2IqsiEFyP3nWz_HJcT3ILCtvjQQn8aixDlWhM7kJOVh-esDwV5hgf8Fn2oI6xxqOENo637JRTpHZEBUsH0tzonofpndGQTcqm5Brgz3N7ewVizKrPatR14C7KvRHCaEplwC05klKGNNKpalMO3EWNw_CBR7TnIneO53IrOjmAbEXuW1fQ1i8P1lA1ZbDeva8s94ZQgkC4cmU07VZutuuS9QlEKfeLi2a6c_tgvRdHkyidNs6ESfbomaAX4tikv-IHCcjZbsXJNceRygi4NP9Hb8QrIOa3Z8B3t9LhEKFKzyHX2sgBWk29W2k6bYWEZrcFqmVnNt3n1A_AJ5AXcPu7HVLLPk7H6CKTZTnZ7_37OfkGvFkedmJzDhWM-gduUcCgN59nx9XPNUAc65op0RJmy_ZjWGhc0xujEZdOfeFY-cWA4aCfTvXNV6HXVLZBXIrFJSFkon8iC9HpmdbPbvYts0PM45TaptIfyN2NsaNxyDJb21n9ukevjmeSBR2tTyTx-LqgUzUmZGAJql1YGb15URg_DmDcMqpf3-QqORVPQsYEscVyXVryykcGrOnhfxA"},"creationTime":"2026-11-22T09:10:07.423Z","modificationTime":"2026-11-22T09:10:07.423Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.c16949d0.af1Znm5PF-sr2QZ0dgw7dufZ0sMUzuZEpjQaiZcOm5z-B5UB0tAENlY3l_mi2L4lreDbQXN3bsg232r1Pcm6byN2r5nSnFR6EEUlTKICrSy1lqfoSZGrlmEERU7F0hxiABzioZpEfjcaWoeCNfIKS5RqxexRmye_zmqyCkiZi1ZwN98XrmwRLdNEkQ7WbjSZ8wxByYhUGeeFylQgyrGh3V6eV9dPrdXIoKyludYmdLxMLaQtUdpdtLwrf8mLDwa1wmHDGt3iFY85JLZ-MDMrYbmhoJ-Yt7fUTDMAUGHhqIXlhSDG9MY0MQWWD6FK5_6Oa18HUJv85ZdVux4j-HerUaRLDjmVLrPUSSGj46xdaOlwYI5cVNZNE6Qy2SBPjimRB9G-KvIG5DOswkQQXNgi5O1ZiAAtdDbMg6ZEPTM7GeJsoIwA3PcSzc7Gdh3Bsi02WJB2vB05iFD92_y9Q8vL9A"},"creationTime":"2026-11-22T09:10:07.423Z","modificationTime":"2026-11-22T09:10:07.423Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.c16949d0.VM6xOLt4C2NRV-TVg5CND2LX8P6YgJUfdB4oMrf5-l9MUGFXjfpWpw"},"creationTime":"2026-11-22T09:10:07.585Z","modificationTime":"2026-11-22T09:10:07.585Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T09:10:07.585Z","modificationTime":"2026-11-22T09:10:07.585Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T09:10:07.585Z","modificationTime":"2026-11-22T09:10:07.585Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T09:10:07.585Z","modificationTime":"2026-11-22T09:10:07.585Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T09:10:07.585Z","modificationTime":"2026-11-22T09:10:07.585Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T09:10:07.585Z","modificationTime":"2026-11-22T09:10:07.585Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T09:10:07.585Z","modificationTime":"2026-11-22T09:10:07.585Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T09:10:07.585Z","modificationTime":"2026-11-22T09:10:07.669Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T09:10:07.585Z","modificationTime":"2026-11-22T09:10:07.585Z"}', NULL, 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('pjfpk6t6azh6', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T09:10:08.568Z","modificationTime":"2026-11-22T09:10:08.568Z"}', 0);

INSERT INTO "revision_delivery" ("tenant_id", "epoch", "revision", "zone", "relay", "sequence", "answered_at", "acked", "nacked", "pending", "absent", "untouched", "pushed", "taken", "laggards", "at") VALUES ('pjfpk6t6azh6', 1, 6, 'east', 'ibp66ets', 9, NULL, 1, 1, 0, 0, 0, '{"count":1,"max":5,"buckets":[]}', '{"count":1,"max":5,"buckets":[]}', '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no","state":"nacked"}]', '2026-11-22T09:10:08.825Z');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('pjfpk6t6azh6', 1, '', 1, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('pjfpk6t6azh6', 2, '', 2, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('pjfpk6t6azh6', 5, '', 3, '{"access":[{"mesh":"default","from":"web","to":"backend","before":{"outcome":"none","reason":"absent"},"after":{"outcome":"allowed","reason":"rule","rule":{"kri":"kri_mtp_default___all_","part":"rules","rule":0,"list":"allow","item":0}}}],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('pjfpk6t6azh6', 6, '', 6, '{"access":[],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('pjfpk6t6azh6', 6, 'east', 6, '{"effect":{"zone":"east","proxies":2,"shapes":[{"mesh":"default","change":"changed","proxies":{"count":2,"names":["shop-1","web-1"]},"resources":[{"kind":"cluster","name":"backend","change":"changed","patch":[{"op":"test","path":"/connectTimeout","value":"5s"},{"op":"replace","path":"/connectTimeout","value":"9s"}],"own":false}]}],"endpoints":[],"secrets":[]}}');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('6funmca6iww7', 'envelope', '', 'MSxxJucs_EIa5aKahATmtf3DMVI0TGh870y30om0ygY', '{"kty":"EC","crv":"P-256","x":"M4yZqb8iwkINxnAp8clPYJlSWbqp4WlrvX6zKzfv12c","y":"5uZh8GkSAqELcDOmNWo17eJs8PH2BnXTVChVvx-TMIs","alg":"ES256","kid":"MSxxJucs_EIa5aKahATmtf3DMVI0TGh870y30om0ygY"}', 'v1.c16949d0.bOWX3biXWkyuiGbs3KTJoXKGlabYNBH1s9xxTMNdkYpYHay6sMgzH3_JdduOw1_R7mXM8KU-IarB2JJy4aLuklZ3ZabdZvvGmf712QL3auK5cdx5CtlitDodOkykHDp4Jkqi-koitkMERbaJ5FW4-IsrA7fa7mZ-CLF9wKpUTNzEF8gOiSJClQhGXOGtJj1cQ1ZZlQ3v2prYyDSdciPm_pL2R0GvHg', '2026-11-22T09:10:10.966Z');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('pjfpk6t6azh6', 'envelope', '', 'iJyOmz1vxBLAyZbKn2-Gr6toa1-GJqIkhjcx2YsBn8w', '{"kty":"EC","crv":"P-256","x":"Jz6VesuPeH2eN6UnrvJ3WPFwzCJZwh0oV3JoTtHwsuI","y":"i1VCqdxvfAG9xZ1QvXdUP33STVnvr_FVEqACC9psipw","alg":"ES256","kid":"iJyOmz1vxBLAyZbKn2-Gr6toa1-GJqIkhjcx2YsBn8w"}', 'v1.c16949d0.K2hsaWLkCVhEeLJW3gFFQlgQLOZkFAeucBb0GD1c27gx8NGASsT7UcMZKQz-A0ZNpfckX7Roq-NBvc6PN7Uyn98_4kVA3HZhNsDaMV1BHMkbpwvjcEAxYslRsu79Se9K3cTgKTX8xS2An8l0uUuQENuzSDl_Sph3Zu5Y08qRvZI5wLmH-yfSU_F-dbk2ALyRqJq6m5T9RSar4LtBYJ_9Q7rlT4nZCg', '2026-11-22T09:10:06.435Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('6funmca6iww7', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('pjfpk6t6azh6', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('pjfpk6t6azh6', 7, 1, 5, 'enrolled/east/ibp66ets');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('pjfpk6t6azh6', 8, 1, 5, 'w6f437q646mphvsvdmfnnhrg');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('pjfpk6t6azh6', 10, 1, 6, 'enrolled/east/6fdlf732');

INSERT INTO "tenant_move" ("tenant_id", "generation", "target", "frozen_until", "session") VALUES ('pjfpk6t6azh6', 1, '', 1795338623750, 0);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('pjfpk6t6azh6', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', 1795338608736);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('pjfpk6t6azh6', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', 1795338608736);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('pjfpk6t6azh6', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', 1795338608736);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('pjfpk6t6azh6', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', 1795338608736);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('pjfpk6t6azh6', 'default', '0', 'zone/east', 1795338607422, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('pjfpk6t6azh6', 'default', '240.0.0.0', 'service/backend', 1795338607584, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('pjfpk6t6azh6', 'default', '240.0.0.1', 'service/web', 1795338607584, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('pjfpk6t6azh6', 'default', '240.0.0.2', 'service/shop', 1795338608435, NULL);

INSERT INTO "webhook" ("tenant_id", "id", "url", "events", "description", "secret", "older_secret", "older_until", "created_at", "disabled_at", "disabled_why") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'https://receiver.invalid/in', '["audit.entry","zone.offline"]', 'siem', 'v1.c16949d0.81eTnZP65sLLiPOQ3PA1R-snvaV1hcYfg9EdNgzGTcgceaG8PHx1vYb4OReVPlb5kCXI37VwMA0aauE-r_Er0r-csbthFoWe21X2PYhK', NULL, NULL, '2026-11-22T09:10:06.644Z', NULL, NULL);

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_a0Tt-Oo3NSPWh7S2afLnRLzMR1yDJFhkgze1afE1tsuk', '2026-11-22T09:10:08.939Z', 'pending', 2, 1795338648139, '2026-11-22T09:10:13.739Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_a0WywvJoOkxRouaRKLWqVqPGmPT4gajSpvWFwLjLAoFA', '2026-11-22T09:10:08.286Z', 'pending', 2, 1795338646772, '2026-11-22T09:10:12.513Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_aJ5ZsP3Dqn2shXnRgfBW6UsLvqYu72TLPin4pNmUmaIA', '2026-11-22T09:10:07.966Z', 'pending', 2, 1795338639843, '2026-11-22T09:10:13.067Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_aKLWHbdGQiQzumb0da1lKMnluWb_nF8Br4iSoztuTfIk', '2026-11-22T09:10:06.861Z', 'pending', 2, 1795338641530, '2026-11-22T09:10:12.071Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_aS_mW8RJqiMEDlvbZiroQuOdGU7OFYPwAWwXo5Iyt_iU', '2026-11-22T09:10:08.017Z', 'pending', 1, 1795338614054, '2026-11-22T09:10:08.125Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_aSwDLl2w07_c1WlpaJPRowIYdZTXiGPdd1Ov3bQ_sT5A', '2026-11-22T09:10:07.692Z', 'pending', 2, 1795338636698, '2026-11-22T09:10:12.463Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_aT8y3ig076M70uxQHu2vQyXzqTLPLsfWnPEPq7v-TypI', '2026-11-22T09:10:08.126Z', 'pending', 2, 1795338637800, '2026-11-22T09:10:13.376Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_aYUi5rAGdeXHoer5EkKdoKluB-ioRJMxghOhO57sQ0qU', '2026-11-22T09:10:07.423Z', 'pending', 2, 1795338637717, '2026-11-22T09:10:13.293Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_aZ4X0sB1nXAJzylC88FNhk9QEursB2n-FkNwtvRtWBFg', '2026-11-22T09:10:08.844Z', 'pending', 1, 1795338614233, '2026-11-22T09:10:08.868Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_aaOaboVzrUu6wdGHb1J3xo-aSK__ysh4-AyNnjUqJ4Rg', '2026-11-22T09:10:08.060Z', 'pending', 2, 1795338637244, '2026-11-22T09:10:12.773Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_aaXl4xxSIxT0nl-gOHMQZaSkpOm2UDb0Atnp0NXABJGY', '2026-11-22T09:10:07.816Z', 'pending', 2, 1795338648929, '2026-11-22T09:10:13.305Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_ahDy-azmi9-6j4NbmGEYAKE_q_wwD-stCrb4INb1LW4M', '2026-11-22T09:10:07.669Z', 'pending', 2, 1795338638917, '2026-11-22T09:10:12.188Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_ahP6Tv4-UuOfMF-Z9JVYTk3IOxhKlS_ifWZMw_tanOks', '2026-11-22T09:10:07.773Z', 'pending', 2, 1795338647970, '2026-11-22T09:10:13.099Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_ao3-3Rm0Ilo63wpA1ji4lthIV4PKugkbC9CWuBHVP0Yk', '2026-11-22T09:10:08.165Z', 'pending', 2, 1795338638362, '2026-11-22T09:10:13.468Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_api1AiwzbpcO4s8879NRsZ4bHfBp4-l4QsD2oFv8QT6o', '2026-11-22T09:10:07.585Z', 'pending', 2, 1795338637252, '2026-11-22T09:10:12.828Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_auMglojc5GmqN6QP0evV-DH4Ce3JZ9o82t4EIXEN6nYM', '2026-11-22T09:10:08.568Z', 'pending', 1, 1795338614532, '2026-11-22T09:10:08.736Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_auPiY0wRuj0P-rcf3IevHjvMac54BTxwg0MxQoS7lfGU', '2026-11-22T09:10:07.855Z', 'pending', 2, 1795338639514, '2026-11-22T09:10:13.632Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_avrenxNB4Z33zDdG6acBnxGj04ZRbjT3KD1-0Bknx0JM', '2026-11-22T09:10:11.000Z', 'pending', 1, 1795338617613, '2026-11-22T09:10:12.076Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('pjfpk6t6azh6', 'cdhbgzcoaqefmp34', 'msg_azPxvyq7XqAvUn4MOeue7LvGiMyGDwaG8laqaeruWSrk', '2026-11-22T09:10:07.981Z', 'pending', 2, 1795338648118, '2026-11-22T09:10:13.577Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_a0Tt-Oo3NSPWh7S2afLnRLzMR1yDJFhkgze1afE1tsuk', 'audit.entry', '2026-11-22T09:10:08.939Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:08.939Z","data":{"time":"2026-11-22T09:10:08.939Z","actor":"relay:east/6fdlf732","token":null,"action":"relay.enrol","subject":"relay east/6fdlf732","details":{"enrolmentToken":"365yrbj6bpx5xa7b"},"organisation":"pjfpk6t6azh6","number":20,"revision":null,"previous":"Z4X0sB1nXAJzylC88FNhk9QEursB2n-FkNwtvRtWBFg","hash":"0Tt-Oo3NSPWh7S2afLnRLzMR1yDJFhkgze1afE1tsuk"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_a0WywvJoOkxRouaRKLWqVqPGmPT4gajSpvWFwLjLAoFA', 'audit.entry', '2026-11-22T09:10:08.286Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:08.286Z","data":{"time":"2026-11-22T09:10:08.286Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"dataplane-token.create","subject":"token d2aed95d-8c86-4a29-b58b-6678ea8ebb15","details":{"id":"d2aed95d-8c86-4a29-b58b-6678ea8ebb15","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000},"organisation":"pjfpk6t6azh6","number":17,"revision":null,"previous":"o3-3Rm0Ilo63wpA1ji4lthIV4PKugkbC9CWuBHVP0Yk","hash":"0WywvJoOkxRouaRKLWqVqPGmPT4gajSpvWFwLjLAoFA"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_aJ5ZsP3Dqn2shXnRgfBW6UsLvqYu72TLPin4pNmUmaIA', 'audit.entry', '2026-11-22T09:10:07.966Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:07.966Z","data":{"time":"2026-11-22T09:10:07.966Z","actor":"token:jhpqvnhacxdvc3tb","token":"jhpqvnhacxdvc3tb","action":"plan.approve","subject":"plan 7hone7xhtwwtkgkw","details":{"plan":"7hone7xhtwwtkgkw","author":"token:jmxny6nmmumpgain","revision":5,"required":0,"given":1},"organisation":"pjfpk6t6azh6","number":11,"revision":null,"previous":"uPiY0wRuj0P-rcf3IevHjvMac54BTxwg0MxQoS7lfGU","hash":"J5ZsP3Dqn2shXnRgfBW6UsLvqYu72TLPin4pNmUmaIA"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_aKLWHbdGQiQzumb0da1lKMnluWb_nF8Br4iSoztuTfIk', 'audit.entry', '2026-11-22T09:10:06.861Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:06.861Z","data":{"time":"2026-11-22T09:10:06.861Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"resources.change","subject":"Zone east","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]},"organisation":"pjfpk6t6azh6","number":3,"revision":1,"previous":"XrRqVoqbSyIeh3CYQ6cu78GdjtwiG9X1TtHyYVftutU","hash":"KLWHbdGQiQzumb0da1lKMnluWb_nF8Br4iSoztuTfIk"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_aS_mW8RJqiMEDlvbZiroQuOdGU7OFYPwAWwXo5Iyt_iU', 'audit.entry', '2026-11-22T09:10:08.017Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:08.017Z","data":{"time":"2026-11-22T09:10:08.017Z","actor":"token:cfjbpxim5iqdrcd5","token":"cfjbpxim5iqdrcd5","action":"secret.reveal","subject":"Secret default/dataplane-token-signing-key-default-1","details":{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]},"organisation":"pjfpk6t6azh6","number":13,"revision":null,"previous":"zPxvyq7XqAvUn4MOeue7LvGiMyGDwaG8laqaeruWSrk","hash":"S_mW8RJqiMEDlvbZiroQuOdGU7OFYPwAWwXo5Iyt_iU"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_aSwDLl2w07_c1WlpaJPRowIYdZTXiGPdd1Ov3bQ_sT5A', 'audit.entry', '2026-11-22T09:10:07.692Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:07.692Z","data":{"time":"2026-11-22T09:10:07.692Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"resources.change","subject":"MeshTimeout default/to-go","details":{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]},"organisation":"pjfpk6t6azh6","number":7,"revision":5,"previous":"hDy-azmi9-6j4NbmGEYAKE_q_wwD-stCrb4INb1LW4M","hash":"SwDLl2w07_c1WlpaJPRowIYdZTXiGPdd1Ov3bQ_sT5A"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_aT8y3ig076M70uxQHu2vQyXzqTLPLsfWnPEPq7v-TypI', 'audit.entry', '2026-11-22T09:10:08.126Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:08.126Z","data":{"time":"2026-11-22T09:10:08.126Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T10:10:08.126Z","id":"y3lg76twoies4akx"},"organisation":"pjfpk6t6azh6","number":15,"revision":null,"previous":"aOaboVzrUu6wdGHb1J3xo-aSK__ysh4-AyNnjUqJ4Rg","hash":"T8y3ig076M70uxQHu2vQyXzqTLPLsfWnPEPq7v-TypI"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_aYUi5rAGdeXHoer5EkKdoKluB-ioRJMxghOhO57sQ0qU', 'audit.entry', '2026-11-22T09:10:07.423Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:07.423Z","data":{"time":"2026-11-22T09:10:07.423Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"resources.change","subject":"Mesh default and 7 more","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"pjfpk6t6azh6","number":4,"revision":2,"previous":"KLWHbdGQiQzumb0da1lKMnluWb_nF8Br4iSoztuTfIk","hash":"YUi5rAGdeXHoer5EkKdoKluB-ioRJMxghOhO57sQ0qU"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_aZ4X0sB1nXAJzylC88FNhk9QEursB2n-FkNwtvRtWBFg', 'audit.entry', '2026-11-22T09:10:08.844Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:08.844Z","data":{"time":"2026-11-22T09:10:08.844Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T10:10:08.844Z","id":"365yrbj6bpx5xa7b"},"organisation":"pjfpk6t6azh6","number":19,"revision":null,"previous":"uMglojc5GmqN6QP0evV-DH4Ce3JZ9o82t4EIXEN6nYM","hash":"Z4X0sB1nXAJzylC88FNhk9QEursB2n-FkNwtvRtWBFg"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_aaOaboVzrUu6wdGHb1J3xo-aSK__ysh4-AyNnjUqJ4Rg', 'audit.entry', '2026-11-22T09:10:08.060Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:08.060Z","data":{"time":"2026-11-22T09:10:08.060Z","actor":"token:cfjbpxim5iqdrcd5","token":"cfjbpxim5iqdrcd5","action":"secret.reveal","subject":"Secret default/default.ca-builtin-key-ca-1","details":{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"pjfpk6t6azh6","number":14,"revision":null,"previous":"S_mW8RJqiMEDlvbZiroQuOdGU7OFYPwAWwXo5Iyt_iU","hash":"aOaboVzrUu6wdGHb1J3xo-aSK__ysh4-AyNnjUqJ4Rg"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_aaXl4xxSIxT0nl-gOHMQZaSkpOm2UDb0Atnp0NXABJGY', 'audit.entry', '2026-11-22T09:10:07.816Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:07.816Z","data":{"time":"2026-11-22T09:10:07.816Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"token.create","subject":"token jmxny6nmmumpgain","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"pjfpk6t6azh6","number":9,"revision":null,"previous":"hP6Tv4-UuOfMF-Z9JVYTk3IOxhKlS_ifWZMw_tanOks","hash":"aXl4xxSIxT0nl-gOHMQZaSkpOm2UDb0Atnp0NXABJGY"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_ahDy-azmi9-6j4NbmGEYAKE_q_wwD-stCrb4INb1LW4M', 'audit.entry', '2026-11-22T09:10:07.669Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:07.669Z","data":{"time":"2026-11-22T09:10:07.669Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"resources.change","subject":"MeshTimeout default/to-change","details":{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]},"organisation":"pjfpk6t6azh6","number":6,"revision":4,"previous":"pi1AiwzbpcO4s8879NRsZ4bHfBp4-l4QsD2oFv8QT6o","hash":"hDy-azmi9-6j4NbmGEYAKE_q_wwD-stCrb4INb1LW4M"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_ahP6Tv4-UuOfMF-Z9JVYTk3IOxhKlS_ifWZMw_tanOks', 'audit.entry', '2026-11-22T09:10:07.773Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:07.773Z","data":{"time":"2026-11-22T09:10:07.773Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"audit.retention","subject":"audit log","details":{"before":400,"days":90},"organisation":"pjfpk6t6azh6","number":8,"revision":null,"previous":"SwDLl2w07_c1WlpaJPRowIYdZTXiGPdd1Ov3bQ_sT5A","hash":"hP6Tv4-UuOfMF-Z9JVYTk3IOxhKlS_ifWZMw_tanOks"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_ao3-3Rm0Ilo63wpA1ji4lthIV4PKugkbC9CWuBHVP0Yk', 'audit.entry', '2026-11-22T09:10:08.165Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:08.165Z","data":{"time":"2026-11-22T09:10:08.165Z","actor":"relay:east/ibp66ets","token":null,"action":"relay.enrol","subject":"relay east/ibp66ets","details":{"enrolmentToken":"y3lg76twoies4akx"},"organisation":"pjfpk6t6azh6","number":16,"revision":null,"previous":"T8y3ig076M70uxQHu2vQyXzqTLPLsfWnPEPq7v-TypI","hash":"o3-3Rm0Ilo63wpA1ji4lthIV4PKugkbC9CWuBHVP0Yk"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_api1AiwzbpcO4s8879NRsZ4bHfBp4-l4QsD2oFv8QT6o', 'audit.entry', '2026-11-22T09:10:07.585Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:07.585Z","data":{"time":"2026-11-22T09:10:07.585Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"resources.change","subject":"Secret default/own and 5 more","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]},"organisation":"pjfpk6t6azh6","number":5,"revision":3,"previous":"YUi5rAGdeXHoer5EkKdoKluB-ioRJMxghOhO57sQ0qU","hash":"pi1AiwzbpcO4s8879NRsZ4bHfBp4-l4QsD2oFv8QT6o"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_auMglojc5GmqN6QP0evV-DH4Ce3JZ9o82t4EIXEN6nYM', 'audit.entry', '2026-11-22T09:10:08.568Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:08.568Z","data":{"time":"2026-11-22T09:10:08.568Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"resources.change","subject":"MeshTimeout default/late","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]},"organisation":"pjfpk6t6azh6","number":18,"revision":6,"previous":"0WywvJoOkxRouaRKLWqVqPGmPT4gajSpvWFwLjLAoFA","hash":"uMglojc5GmqN6QP0evV-DH4Ce3JZ9o82t4EIXEN6nYM"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_auPiY0wRuj0P-rcf3IevHjvMac54BTxwg0MxQoS7lfGU', 'audit.entry', '2026-11-22T09:10:07.855Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:07.855Z","data":{"time":"2026-11-22T09:10:07.855Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"token.create","subject":"token jhpqvnhacxdvc3tb","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"pjfpk6t6azh6","number":10,"revision":null,"previous":"aXl4xxSIxT0nl-gOHMQZaSkpOm2UDb0Atnp0NXABJGY","hash":"uPiY0wRuj0P-rcf3IevHjvMac54BTxwg0MxQoS7lfGU"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_avrenxNB4Z33zDdG6acBnxGj04ZRbjT3KD1-0Bknx0JM', 'audit.entry', '2026-11-22T09:10:11.000Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:11.000Z","data":{"time":"2026-11-22T09:10:11.000Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"invitation.create","subject":"invitation l6o62aaayy43grtx","details":{"email":"bo@example.com","expiresAt":"2026-11-29T09:10:11.000Z","role":"viewer"},"organisation":"pjfpk6t6azh6","number":21,"revision":null,"previous":"0Tt-Oo3NSPWh7S2afLnRLzMR1yDJFhkgze1afE1tsuk","hash":"vrenxNB4Z33zDdG6acBnxGj04ZRbjT3KD1-0Bknx0JM"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('pjfpk6t6azh6', 'msg_azPxvyq7XqAvUn4MOeue7LvGiMyGDwaG8laqaeruWSrk', 'audit.entry', '2026-11-22T09:10:07.981Z', '{"type":"audit.entry","timestamp":"2026-11-22T09:10:07.981Z","data":{"time":"2026-11-22T09:10:07.981Z","actor":"token:esy5r6djffbrj3qq","token":"esy5r6djffbrj3qq","action":"token.create","subject":"token cfjbpxim5iqdrcd5","details":{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]},"organisation":"pjfpk6t6azh6","number":12,"revision":null,"previous":"J5ZsP3Dqn2shXnRgfBW6UsLvqYu72TLPin4pNmUmaIA","hash":"zPxvyq7XqAvUn4MOeue7LvGiMyGDwaG8laqaeruWSrk"}}');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('pjfpk6t6azh6', 'nack/east/ibp66ets/default/shop-1', ' Error adding/updating listener(s) l: no');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('pjfpk6t6azh6', 'rollout', '1.6');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('pjfpk6t6azh6', 'zone/east', 'online');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('pjfpk6t6azh6', 'east', '6fdlf732', '{"kty":"EC","crv":"P-256","x":"QB4o-Rd-wuuioQRj-1U0dVTzQE9l6bXVWaw6-7It4Mw","y":"eBbXFcTK3_8z2tipo_WThZUqPksfC1wnckX7L9urEK8"}', '{"kty":"EC","crv":"P-256","x":"cQRKwZulmeFjoSvEZ5w0DQpsDj-Yds4DoNW2GRk2-Yg","y":"TtXfyeGJUHGKrcMoHn53QDLBk42ooLt8w7JdBP7BIrQ"}', 0, 1, 10, '7wtBqrvlHe8dmTCwt_j-ZJQ9W7ieuk2OlakaON-ZnRA', 0, '2026-11-22T09:10:08.939Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6ImlKeU9tejF2eEJMQXlaYktuMi1HcjZ0b2ExLUdKcUlraGpjeDJZc0JuOHciLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6Ijc0emN5YXoyZzVmN2NwaHciLCJ0ZW5hbnQiOiJwamZwazZ0NmF6aDYiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiN3d0QnFydmxIZThkbVRDd3Rfai1aSlE5VzdpZXVrMk9sYWthT04tWm5SQSIsInByZXZpb3VzIjoiN3d0QnFydmxIZThkbVRDd3Rfai1aSlE5VzdpZXVrMk9sYWthT04tWm5SQSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiaWJwNjZldHMiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiUUI0by1SZC13dXVpb1FSai0xVTBkVlR6UUU5bDZiWFZXYXc2LTdJdDRNdyIsInkiOiJlQmJYRmNUSzNfOHoydGlwb19XVGhaVXFQa3NmQzF3bmNrWDdMOXVyRUs4In0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6IjZmZGxmNzMyIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IlFCNG8tUmQtd3V1aW9RUmotMVUwZFZUelFFOWw2YlhWV2F3Ni03SXQ0TXciLCJ5IjoiZUJiWEZjVEszXzh6MnRpcG9fV1RoWlVxUGtzZkMxd25ja1g3TDl1ckVLOCJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoibHpjTXowUU9KUDFsRmIwSnR1WEF6X3kyZ3ktMTZmcXRwWk5SaU5QelJEblBfS1paRW5MSmxocGdCdmFfOXN3N2o5SGswZl92Uk1KcG1FYlN5dmUyVG5fUFcxeTBVajZwal9DMzlQdkppUFZjZEJ1MlBna2tjd2ZhQmlJN1B5WlRYZzk3VEp4bUhyMVZVaXpxQVQ1VGJJNnZPUm9MOGFZQmg2UndUQWREVUhDemZEb0lmVWZjTXBPMTN6TjBnZlJ3SWE5Q1laX0wzd2dLRkk2Tk1fdVNkUUQyenZubHJ5TkNHdTc2Vm93VmpQcXNhSHlNQjFHZ3lhZVFiNzlOOXdRNnlOUkVlVmlfRGg4N2Qwa2M2ZklyQ0pqQ2tFRl90dHp0TS1VUkdvVUpNbktYRUN6RXhjLUF4Q2gyR2ZfblhCT3g0ZHVjdzdVc1lMN3VtcjlOSWN1bzJ3IiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUWVtdm1YdGRGSmc0cy81RTNmaFAySkRBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTVNRGsxTjFvWERUTTJNVEV4T1RBNU1UQXdOMW93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCQ0lyMnBUYW1kbWdJQlhZWlZQZGhYc2dvcEJEZFlMWTk0NzArOFRDcG9wRGRlcFFjZGdmXG5hOTYrNmJLZVd5Q01uUi9zMWhSWGcxRktrUzJxRmRVY1RpdWpYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCU3dabnE0Vm9leUxTWEtDekRSUHFtQlVrUEdzREFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJRHB1XG5uZm1BcW1EY2JHZWJkOTQ0Q28xSlNFTVVoM0VRMHpnQ1ZDeDF6N0pQQWlFQWgzbjlCQVVBUy9SeWIwN1JXenFLXG5QOUtwS2ZMYm5QVUpRbGJraWdzdERlOD1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.l5MaD64ZdM9hWCORQFwITtOe4VnEWK6sQUk3INCj_ZV6UtE2bq5uoh0uPfwr4Fe3hqpKXpLrP8GfuU3sxmNjww');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('pjfpk6t6azh6', 'east', 'ibp66ets', '{"kty":"EC","crv":"P-256","x":"QB4o-Rd-wuuioQRj-1U0dVTzQE9l6bXVWaw6-7It4Mw","y":"eBbXFcTK3_8z2tipo_WThZUqPksfC1wnckX7L9urEK8"}', '{"kty":"EC","crv":"P-256","x":"cQRKwZulmeFjoSvEZ5w0DQpsDj-Yds4DoNW2GRk2-Yg","y":"TtXfyeGJUHGKrcMoHn53QDLBk42ooLt8w7JdBP7BIrQ"}', 0, 1, 10, '7wtBqrvlHe8dmTCwt_j-ZJQ9W7ieuk2OlakaON-ZnRA', 1, '2026-11-22T09:10:08.164Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6ImlKeU9tejF2eEJMQXlaYktuMi1HcjZ0b2ExLUdKcUlraGpjeDJZc0JuOHciLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6Ijc0emN5YXoyZzVmN2NwaHciLCJ0ZW5hbnQiOiJwamZwazZ0NmF6aDYiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiN3d0QnFydmxIZThkbVRDd3Rfai1aSlE5VzdpZXVrMk9sYWthT04tWm5SQSIsInByZXZpb3VzIjoiN3d0QnFydmxIZThkbVRDd3Rfai1aSlE5VzdpZXVrMk9sYWthT04tWm5SQSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiaWJwNjZldHMiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiUUI0by1SZC13dXVpb1FSai0xVTBkVlR6UUU5bDZiWFZXYXc2LTdJdDRNdyIsInkiOiJlQmJYRmNUSzNfOHoydGlwb19XVGhaVXFQa3NmQzF3bmNrWDdMOXVyRUs4In0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6IjZmZGxmNzMyIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IlFCNG8tUmQtd3V1aW9RUmotMVUwZFZUelFFOWw2YlhWV2F3Ni03SXQ0TXciLCJ5IjoiZUJiWEZjVEszXzh6MnRpcG9fV1RoWlVxUGtzZkMxd25ja1g3TDl1ckVLOCJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoibHpjTXowUU9KUDFsRmIwSnR1WEF6X3kyZ3ktMTZmcXRwWk5SaU5QelJEblBfS1paRW5MSmxocGdCdmFfOXN3N2o5SGswZl92Uk1KcG1FYlN5dmUyVG5fUFcxeTBVajZwal9DMzlQdkppUFZjZEJ1MlBna2tjd2ZhQmlJN1B5WlRYZzk3VEp4bUhyMVZVaXpxQVQ1VGJJNnZPUm9MOGFZQmg2UndUQWREVUhDemZEb0lmVWZjTXBPMTN6TjBnZlJ3SWE5Q1laX0wzd2dLRkk2Tk1fdVNkUUQyenZubHJ5TkNHdTc2Vm93VmpQcXNhSHlNQjFHZ3lhZVFiNzlOOXdRNnlOUkVlVmlfRGg4N2Qwa2M2ZklyQ0pqQ2tFRl90dHp0TS1VUkdvVUpNbktYRUN6RXhjLUF4Q2gyR2ZfblhCT3g0ZHVjdzdVc1lMN3VtcjlOSWN1bzJ3IiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUWVtdm1YdGRGSmc0cy81RTNmaFAySkRBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTVNRGsxTjFvWERUTTJNVEV4T1RBNU1UQXdOMW93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCQ0lyMnBUYW1kbWdJQlhZWlZQZGhYc2dvcEJEZFlMWTk0NzArOFRDcG9wRGRlcFFjZGdmXG5hOTYrNmJLZVd5Q01uUi9zMWhSWGcxRktrUzJxRmRVY1RpdWpYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCU3dabnE0Vm9leUxTWEtDekRSUHFtQlVrUEdzREFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJRHB1XG5uZm1BcW1EY2JHZWJkOTQ0Q28xSlNFTVVoM0VRMHpnQ1ZDeDF6N0pQQWlFQWgzbjlCQVVBUy9SeWIwN1JXenFLXG5QOUtwS2ZMYm5QVUpRbGJraWdzdERlOD1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.l5MaD64ZdM9hWCORQFwITtOe4VnEWK6sQUk3INCj_ZV6UtE2bq5uoh0uPfwr4Fe3hqpKXpLrP8GfuU3sxmNjww');
