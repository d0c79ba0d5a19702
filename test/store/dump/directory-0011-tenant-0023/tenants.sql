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

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('ev35sn2ifftc', 1, '2026-11-22T05:35:32.815Z', 'user:eg5glz2hr5plnx34', NULL, 'organisation.create', 'organisation anns', NULL, '{"owner":"eg5glz2hr5plnx34"}', '', 'gHESw7O3VYQ9Xj9HFMsNlIvAgLiJGjevH3n1zvD0l2k');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 1, '2026-11-22T05:35:29.390Z', 'operator', NULL, 'organisation.create', 'organisation acme', NULL, '{"token":"bzgj2qmnsjxznck3"}', '', '7GsazYxxnCFyAtsF9LIXKD1ffQqQdM3jEIR5NMAxybE');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 2, '2026-11-22T05:35:29.459Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'webhook.create', 'webhook 74wmpdfw4hi3yxz5', NULL, '{"events":["audit.entry","zone.offline"],"host":"receiver.invalid"}', '7GsazYxxnCFyAtsF9LIXKD1ffQqQdM3jEIR5NMAxybE', 'JlmZWXncTpcA3u4qc_Jf-04R6J9uFy_tNOCKCs4Kd_g');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 3, '2026-11-22T05:35:29.563Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'resources.change', 'Zone east', 1, '{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]}', 'JlmZWXncTpcA3u4qc_Jf-04R6J9uFy_tNOCKCs4Kd_g', 'GcmIF8whcSqHm8iYSJL-eUGBOs1ZjQpn_PD06l1qTqE');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 4, '2026-11-22T05:35:30.388Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'resources.change', 'Mesh default and 7 more', 2, '{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'GcmIF8whcSqHm8iYSJL-eUGBOs1ZjQpn_PD06l1qTqE', 'O0SqhXtIPkGjn-OstnTjbUOl6F8sdCUSul3cn0CWr_g');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 5, '2026-11-22T05:35:30.576Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'resources.change', 'Secret default/own and 5 more', 3, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]}', 'O0SqhXtIPkGjn-OstnTjbUOl6F8sdCUSul3cn0CWr_g', 'yAex0dfmxgH5SEbhfCQwqFEwxecvG4gZ1teIdO0v57s');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 6, '2026-11-22T05:35:30.622Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'resources.change', 'MeshTimeout default/to-change', 4, '{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]}', 'yAex0dfmxgH5SEbhfCQwqFEwxecvG4gZ1teIdO0v57s', 'LDIldv7wy1c-g_n72IXxMzkrulpH-Mwf5xtuD8AZiYE');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 7, '2026-11-22T05:35:30.721Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'resources.change', 'MeshTimeout default/to-go', 5, '{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]}', 'LDIldv7wy1c-g_n72IXxMzkrulpH-Mwf5xtuD8AZiYE', 'y72hJGz4ShI7LfSnZIql0UzhfvOyHv3vPtgJyzpeNQM');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 8, '2026-11-22T05:35:30.758Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'audit.retention', 'audit log', NULL, '{"before":400,"days":90}', 'y72hJGz4ShI7LfSnZIql0UzhfvOyHv3vPtgJyzpeNQM', 'ay2YXWZGjNI9qNNQOiqn8Jxj49MTwTmRsHPvQeSo4To');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 9, '2026-11-22T05:35:30.778Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'token.create', 'token bdfrsmuq5hvj5l46', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'ay2YXWZGjNI9qNNQOiqn8Jxj49MTwTmRsHPvQeSo4To', 'aap2KiVazJnzNtRv_eZv0Ew35PCSLFmRJTs2J_R6-lA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 10, '2026-11-22T05:35:30.789Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'token.create', 'token f5vm6shnpxqv7u65', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'aap2KiVazJnzNtRv_eZv0Ew35PCSLFmRJTs2J_R6-lA', 's2WsSyf8xBG2AtqoEgSgY0JPl4DJ3rQADLxsYHq59uo');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 11, '2026-11-22T05:35:30.841Z', 'token:f5vm6shnpxqv7u65', 'f5vm6shnpxqv7u65', 'plan.approve', 'plan fb5u2gazheufq3dt', NULL, '{"plan":"fb5u2gazheufq3dt","author":"token:bdfrsmuq5hvj5l46","revision":5,"required":0,"given":1}', 's2WsSyf8xBG2AtqoEgSgY0JPl4DJ3rQADLxsYHq59uo', 'oSv1HrfrH4tiXxgr_a23a1tXuM2B1hefVbkpa--SI9M');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 12, '2026-11-22T05:35:30.881Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'token.create', 'token e6emxlwkxqcb3lal', NULL, '{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]}', 'oSv1HrfrH4tiXxgr_a23a1tXuM2B1hefVbkpa--SI9M', 'Toh9iV0NC_rUw6n1DH955AcDNen9_HxkgpRmgY7vBb4');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 13, '2026-11-22T05:35:30.928Z', 'token:e6emxlwkxqcb3lal', 'e6emxlwkxqcb3lal', 'secret.reveal', 'Secret default/dataplane-token-signing-key-default-1', NULL, '{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]}', 'Toh9iV0NC_rUw6n1DH955AcDNen9_HxkgpRmgY7vBb4', 'gfdeXqB0HUVi9YqIHGwIX8ikT5sk1pV6qlUDSUwmBZc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 14, '2026-11-22T05:35:30.942Z', 'token:e6emxlwkxqcb3lal', 'e6emxlwkxqcb3lal', 'secret.reveal', 'Secret default/default.ca-builtin-key-ca-1', NULL, '{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'gfdeXqB0HUVi9YqIHGwIX8ikT5sk1pV6qlUDSUwmBZc', 'GijGfJtyD1SiY9rbn9dESV20qXKtfSW-_whq1sc2-WM');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 15, '2026-11-22T05:35:30.966Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T06:35:30.966Z","id":"roc66xwv5hkismpr"}', 'GijGfJtyD1SiY9rbn9dESV20qXKtfSW-_whq1sc2-WM', 'BnPct0aKWLw-5T5ec-pqxYfewf1JVT0nCBZc86d83mw');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 16, '2026-11-22T05:35:30.985Z', 'relay:east/cdgft57l', NULL, 'relay.enrol', 'relay east/cdgft57l', NULL, '{"enrolmentToken":"roc66xwv5hkismpr"}', 'BnPct0aKWLw-5T5ec-pqxYfewf1JVT0nCBZc86d83mw', 'Eg4PvjOdC_vcMdmG8pwuwnq2VKnVaFW6qaj0QAEPsvE');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 17, '2026-11-22T05:35:31.045Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'dataplane-token.create', 'token 1c9da455-0043-46a6-9010-55f48c46392e', NULL, '{"id":"1c9da455-0043-46a6-9010-55f48c46392e","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000}', 'Eg4PvjOdC_vcMdmG8pwuwnq2VKnVaFW6qaj0QAEPsvE', '-SRLB1zkNBqZJ_A05q6SE9yn0SfilGjC0X8oUX849ho');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 18, '2026-11-22T05:35:31.281Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'resources.change', 'MeshTimeout default/late', 6, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]}', '-SRLB1zkNBqZJ_A05q6SE9yn0SfilGjC0X8oUX849ho', 'pHJAgTjzlLrl2C1Whf9x-mMZlK8NfmtMFPyIhtpVY28');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 19, '2026-11-22T05:35:31.349Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T06:35:31.349Z","id":"odcnuw4bh46cjzr5"}', 'pHJAgTjzlLrl2C1Whf9x-mMZlK8NfmtMFPyIhtpVY28', 'IYryrbFeAglBQdhrgda_JTrGZW9sQw3N_CYPUZp5z9g');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 20, '2026-11-22T05:35:31.353Z', 'relay:east/humqdenc', NULL, 'relay.enrol', 'relay east/humqdenc', NULL, '{"enrolmentToken":"odcnuw4bh46cjzr5"}', 'IYryrbFeAglBQdhrgda_JTrGZW9sQw3N_CYPUZp5z9g', 'CQClPdkyMlz-T2KPkkcV1GObcNnDVPdrt-TkUUB6bnk');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('q3yky4ods6tl', 21, '2026-11-22T05:35:32.830Z', 'token:bzgj2qmnsjxznck3', 'bzgj2qmnsjxznck3', 'invitation.create', 'invitation o25ppzjm56mogcfg', NULL, '{"email":"bo@example.com","expiresAt":"2026-11-29T05:35:32.830Z","role":"viewer"}', 'CQClPdkyMlz-T2KPkkcV1GObcNnDVPdrt-TkUUB6bnk', 'Uyih4xIP6xlmONLcVvNtAS255Xddk2m3a-5jjcJrzkc');

INSERT INTO "audit_seal" ("tenant_id", "number", "kind", "time", "hash", "jws") VALUES ('q3yky4ods6tl', 2, 'checkpoint', '2026-11-22T05:35:29.496Z', 'JlmZWXncTpcA3u4qc_Jf-04R6J9uFy_tNOCKCs4Kd_g', 'eyJhbGciOiJFUzI1NiIsImtpZCI6ImVKVFJpUTVJc2puN3hIalM3TFJtWUtBY3NFREJWUEt2eHd0eXF2MnJVd1UiLCJ0eXAiOiJ3ZWZ0LWF1ZGl0K2p3cyJ9.eyJraW5kIjoiY2hlY2twb2ludCIsIm9yZ2FuaXNhdGlvbiI6InEzeWt5NG9kczZ0bCIsIm51bWJlciI6MiwiaGFzaCI6IkpsbVpXWG5jVHBjQTN1NHFjX0pmLTA0UjZKOXVGeV90Tk9DS0NzNEtkX2ciLCJ0aW1lIjoiMjAyNi0xMS0yMlQwNTozNToyOS40OTZaIn0.t9h3AevC3a6EDLzaowYoiztFCMkM5efPxGls-U4B2oNcVEbhEhsYWWMMEwR-Au5nV0byv2Of-eXNandXjiPjLg');

INSERT INTO "audit_setting" ("tenant_id", "retention_days") VALUES ('q3yky4ods6tl', 90);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'CP11EtSe6GUpx2qKz9pQNaQEc5MMcuCVn4aj0HmjGf4', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvDCCAWOgAwIBAgIQVs86ByT9Lgm+oAO/jMYxUzAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjA1MzUyMFoXDTM2MTExOTA1MzUzMFowMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABI3wbolyf21gW7Far5SH8ns9vbUrZqRmkuaajJeIyUegaZ82p7Nl\nO3rNh84S9S1gHzFFsBzKMms4+BQFn83AjJKjXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBTMwhTBZhHpI0fKKffVBebWqvmDDDAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0cAMEQCID7d\nIh4Q5dhUbu6e6CpSF0nrggTTf4n25GFhjA7eFwFkAiAvGggWLIANeQkFSYjAZfkf\npOCNxAmekA9NN5PGgaCh7w==\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', '{"web-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', '_kgEMPzZEaflUVq_aPpQVh81IDguEA_ZH4HeiiuiGW4', '{"mesh_ca:secret:default":"CP11EtSe6GUpx2qKz9pQNaQEc5MMcuCVn4aj0HmjGf4"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', '{"shop-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00', '{"shop-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('q3yky4ods6tl', 'GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q', '{"web-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('q3yky4ods6tl', '706586352ab3e937d7793c6cb4ca91c81444e45c', '4e5277ef8e0ee5a3d84d34fc80978ff2', 'default', 'shop-1', 'east', '2026-11-23T05:35:31.000Z', '1c9da455-0043-46a6-9010-55f48c46392e');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('q3yky4ods6tl', 'ccc214c16611e92347ca29f7d505e6d6aaf9830c', '668df2777891afaa8073e1dffea9fe1a', 'default', '', 'east', '2026-11-29T05:35:31.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('q3yky4ods6tl', 'ccc214c16611e92347ca29f7d505e6d6aaf9830c', '67c3811bb117f2185a8a2a16b6804826', 'default', '', 'east', '2026-11-29T05:35:31.000Z', NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('q3yky4ods6tl', 'bdfrsmuq5hvj5l46', 'api', 'other', 'kLooohYEe5W8L50huL6VYQhhaEuFKn0_P7Gzh51aje0', '["admin"]', '2026-11-22T05:35:30.778Z', NULL, NULL, NULL, NULL, 'bzgj2qmnsjxznck3', '2026-11-22T05:35:30.800Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('q3yky4ods6tl', 'bzgj2qmnsjxznck3', 'api', 'admin', 'R_sfXZMO1tG1DU9amYwBvMjUrMhrvpeVQEDVvzJb3Xc', '["admin"]', '2026-11-22T05:35:29.389Z', NULL, NULL, NULL, NULL, NULL, '2026-11-22T05:35:29.437Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('q3yky4ods6tl', 'e6emxlwkxqcb3lal', 'api', 'reveal', '4GiSzcWCwTHX07LWBLv7X08YBQArphstZmayvZW6wA4', '["admin","secret:reveal"]', '2026-11-22T05:35:30.881Z', NULL, NULL, NULL, NULL, 'bzgj2qmnsjxznck3', '2026-11-22T05:35:30.919Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('q3yky4ods6tl', 'f5vm6shnpxqv7u65', 'api', 'other', 'sOBucEOs9BLAl6wkzAcKQRQ1hQyeMXXfoJ8vyWozPgw', '["admin"]', '2026-11-22T05:35:30.789Z', NULL, NULL, NULL, NULL, 'bzgj2qmnsjxznck3', '2026-11-22T05:35:30.833Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('q3yky4ods6tl', 'odcnuw4bh46cjzr5', 'enrolment', 'relay of east', 'vrVO7HfPbNznIzaQeXCyvC93PwSo3fQmRnNVKsTL_vA', '[]', '2026-11-22T05:35:31.349Z', '2026-11-22T06:35:31.349Z', NULL, 'east', 'humqdenc', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('q3yky4ods6tl', 'roc66xwv5hkismpr', 'enrolment', 'relay of east', 'lOUsFjgC0aSMrWgdeTUXYeTmypIAeDdaPuFNS9ODA_8', '[]', '2026-11-22T05:35:30.966Z', '2026-11-22T06:35:30.966Z', NULL, 'east', 'cdgft57l', NULL, NULL);

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_add-relay-address.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-issuers.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_add-registration-ready.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_give-virtual-addresses.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-contacts.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_add-default-generators.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_follow-resources.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_deliver-revisions.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_keep-plans.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_keep-audit.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_send-webhooks.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_keep-approvals.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (14, '0014_keep-lineage.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (15, '0015_note-joins.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (16, '0016_guard-quotas.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (17, '0017_guard-moves.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (18, '0018_note-ways.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (19, '0019_keep-versions.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (20, '0020_note-uses.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (21, '0021_close-relays.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (22, '0022_note-unused-blobs.sql', '2026-11-22 05:35:29');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (23, '0023_end-heads-with-envelopes.sql', '2026-11-22 05:35:29');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('q3yky4ods6tl', 'east', 'cdgft57l', 1, 9, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T05:35:31.339Z');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('ev35sn2ifftc', 1, 0, 1);

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('q3yky4ods6tl', 1, 6, 10);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('q3yky4ods6tl', 'default', '528458467a6ac20b2ea84a8ff7deefe95f47dc68', 'east', 'cdgft57l', 'ccc214c16611e92347ca29f7d505e6d6aaf9830c', '-----BEGIN CERTIFICATE-----
MIICRDCCAeqgAwIBAgIQZo3yd3iRr6qAc+Hf/qn+GjAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA1MzUyMVoXDTI2MTEyOTA1MzUzMVowNTENMAsGA1UECgwEV2VmdDES
MBAGA1UECwwJem9uZSBlYXN0MRAwDgYDVQQDDAdkZWZhdWx0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAE3++e5V89lIEKsLF9I1uBX4E4W3BJ+wLL6F/76T0GP4RN
RHHvL1W0AvSCzyVj3XdcC9Wg/lgJqCvjYkCpuewGEaOB4DCB3TASBgNVHRMBAf8E
CDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUUoRYRnpqwgsuqEqP
997v6V9H3GgwHwYDVR0jBBgwFoAUzMIUwWYR6SNHyin31QXm1qr5gwwwGwYDVR0R
BBQwEoYQc3BpZmZlOi8vZGVmYXVsdDBaBgNVHR4BAf8EUDBOoBYwCYYHZGVmYXVs
dDAJhgdrdW1hLmlvoTQwAoIAMAqHCAAAAAAAAAAAMCKHIAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA0gAMEUCIQDq8dywh+J/aLOX
hUSW6hgBXMg7eWL7B5gP5JAKEEGBDQIgBPEAz4dQljmssvtEMNmNt0kJKva/2dg2
ohjGHOYZ8nU=
-----END CERTIFICATE-----
', '2026-11-29T05:35:31.000Z', NULL, NULL, NULL);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('q3yky4ods6tl', 'default', '706586352ab3e937d7793c6cb4ca91c81444e45c', 'east', 'cdgft57l', 'ccc214c16611e92347ca29f7d505e6d6aaf9830c', '-----BEGIN CERTIFICATE-----
MIIB9jCCAZugAwIBAgIQZ8OBG7EX8hhaiioWtoBIJjAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA1MzUyMVoXDTI2MTEyOTA1MzUzMVowQjENMAsGA1UECgwEV2VmdDEf
MB0GA1UECwwWY29udHJvbCBwbGFuZSBmb3IgZWFzdDEQMA4GA1UEAwwHZGVmYXVs
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNlOo8edrc5liL60w2pBkQlhEuIT
iXHhu7nRxYu2MukIe6HGEPYhNCI1C6HMHvhD5djat6Sdm6mHZDDerBBJIkGjgYQw
gYEwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYE
FHBlhjUqs+k313k8bLTKkcgURORcMB8GA1UdIwQYMBaAFMzCFMFmEekjR8op99UF
5taq+YMMMBsGA1UdEQQUMBKGEHNwaWZmZTovL2RlZmF1bHQwCgYIKoZIzj0EAwID
SQAwRgIhAOweVyxqKQ5PlnzmX8yxcvf9Lcprsy8OodytkmDOIwJ/AiEAnyBnS9zO
2bSKjaZpdE6fwwCnUQyMyUy9y4sjmNE43FU=
-----END CERTIFICATE-----
', '2026-11-29T05:35:31.000Z', 'v1.ccb7db0e.ZEou1UE6Fsls13wLG_bCXYzE4iHUY6wHGWmhSHKpjFGrTQoxzMkL3_gE0TY3KNDVzuv3DeCI_EoZPyhFp_MGrX0_79dMKhHnD-e8_5_B3pD7gFcxe58bkjc2yVRccq57inHuXSbz0wCJ00_f_eMxHS5ycsmVPVjhhLg7shc5c6Fl2ho97RiFxFft-SbK8xdHo6FmBqJAXVUmPvMHay-940DIVeAfCg', NULL, NULL);

INSERT INTO "join_note" ("tenant_id", "zone", "subject", "code", "count", "first_at", "last_at") VALUES ('q3yky4ods6tl', 'east', 'odcnuw4bh46cjzr5', 'token-used', 1, '2026-11-22T05:35:31.367Z', '2026-11-22T05:35:31.367Z');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('q3yky4ods6tl', 'east', 'eaa-4egDBuwTMk8o1WSOsMYNDRgdbgFqxscB20zd4Fo', 1, 7, 1795325731044, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"_kgEMPzZEaflUVq_aPpQVh81IDguEA_ZH4HeiiuiGW4"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('q3yky4ods6tl', 'east', 'bbZ0VEvNugzdjoo7CqlbF2qnXUNSRYgjlu1_Sane-BY', 1, 8, 1795325731248, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"_kgEMPzZEaflUVq_aPpQVh81IDguEA_ZH4HeiiuiGW4"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('q3yky4ods6tl', 'east', 'cBUrPWUyqyzw-Ku7Ng2_AYiDJJK8vMlgkYstz2BwTrQ', 1, 10, 1795325731361, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00","proxies/default/9":"GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"_kgEMPzZEaflUVq_aPpQVh81IDguEA_ZH4HeiiuiGW4"},"zone":"east"}');

INSERT INTO "plan" ("tenant_id", "id", "epoch", "revision", "actor", "reason", "created_at", "expires_at", "body") VALUES ('q3yky4ods6tl', 'fb5u2gazheufq3dt', 1, 5, 'token:bdfrsmuq5hvj5l46', '', '2026-11-22T05:35:30.804Z', '2026-11-23T05:35:30.804Z', '{"changes":[{"type":"MeshTimeout","mesh":"default","name":"planned","change":"created","before":null,"after":{"type":"MeshTimeout","mesh":"default","name":"planned","labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"creationTime":"","modificationTime":"","spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"8s"}}]}}}],"warnings":[],"demands":[],"tests":{"broken":[],"mended":[],"failing":[]},"outcome":{"effect":{"proxies":0,"zones":[]},"access":[],"faults":{"new":[],"mended":[]}},"basis":{"sequence":6,"written":{"MeshTimeout/default/planned":[null,"Gy-d7TaQrnuqcpZv"]},"kinds":{"effect":[],"access":[],"new":[],"mended":[]}}}');

INSERT INTO "plan_approval" ("tenant_id", "plan", "actor", "time", "reason") VALUES ('q3yky4ods6tl', 'fb5u2gazheufq3dt', 'token:f5vm6shnpxqv7u65', '2026-11-22T05:35:30.841Z', '');

INSERT INTO "plan_part" ("tenant_id", "plan", "part", "sealed") VALUES ('q3yky4ods6tl', 'fb5u2gazheufq3dt', 0, 'v1.ccb7db0e.ZvabLAzYfDuBNBU6_cqBeBH0LH-9qYEq7f1UFojDZLR9rsQYQlgaOwjWcBKKjxss_GM0qcSq70rdMM1nI_AmAh1Cn-QIqAstL80IkunYEnXmptwtMAv6Sfxc64Bllts7AlygqT_o6CmaJGETzMOyzy5lFXS0v8Qoaq83OpLvakxTTLo6sHcM10W6KS3pY_FTPyzXdeKlVIXErOuS9lJ4zokgrIcgFDJOu07JdiIt64klQ7Ux5paiFtSQjw5t3h3E7YSJ0c-x7OOb9MgEEjyafj8Je9c3A8uX7IE9hqJwsjLehkhFJw-Y7U5XsZbLtDVTPVpcrSKq5Bq0b9Dzp4n_ZkI9D5EOzbPq7VrD5_usuTYz_qetul2V8Gh0Zy72iUmVJKrl9-fu0f_iGxS-iw');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('q3yky4ods6tl', 'east/cdgft57l/50600987-ae78-49c1-8ba8-f9ec88b27e74', 1795326331261, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('q3yky4ods6tl', 'east/cdgft57l/61dabc0d-f88e-4f41-bc54-7aed837907d7', 1795326331205, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id", "ready", "versions") VALUES ('q3yky4ods6tl', 'default', 'shop-1', 'life-shop-1', 'east', 'cdgft57l', 'stream', 1, '2026-11-22T05:35:31.209Z', '1c9da455-0043-46a6-9010-55f48c46392e', 1, NULL);

INSERT INTO "relay_contact" ("tenant_id", "zone", "relay", "connected_at", "seen_at", "left_at", "way", "lost_at") VALUES ('q3yky4ods6tl', 'east', 'cdgft57l', '2026-11-22T05:35:31.277Z', '2026-11-22T05:35:31.277Z', NULL, '', NULL);

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:29.392Z', '2026-11-22T05:35:29.392Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:29.392Z', '2026-11-22T05:35:29.392Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:29.392Z', '2026-11-22T05:35:29.392Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:29.392Z', '2026-11-22T05:35:29.392Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:29.392Z', '2026-11-22T05:35:29.392Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:29.392Z', '2026-11-22T05:35:29.392Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:29.392Z', '2026-11-22T05:35:29.392Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-2', 1, 2, '2026-11-22T05:35:29.564Z', '2026-11-22T05:35:29.564Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-3', 2, 3, '2026-11-22T05:35:30.388Z', '2026-11-22T05:35:30.388Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.ccb7db0e.gsL5rrNvMCmH43S9S-ajamkEKoEyRZksLE2XJMWqfD8fSxbt0weZeWyRWg2cvc99KN5LoH6aZE5Cl93C5SEUEdoDXl_9Y9OrUp6-QmDnEVhZuY7Pyp1qBDmih1ZbfkzKljRfkcWj_LlVcUGzczcZapzwb13lD5amtMFPirBNcvjhh9EQvkPYZChCGjENgx3UNC22q2CTG3UKp2jG9Ek5_NjD-_DynaoZ7IA7A7DPngy9A_cCXqFKsMSiQS0STqe4K3nhFIxl4DSstXTa29NWQArQrzxQtLpx24WET3bZOlPuxxR8fL6Rcmn7ImkdolfawUGHIhrwZmhhvOStUa6rhB222VOHlNmfojwin6L2tSu04ASntCWRfsABhCySjHtPp4jQxeMh78ArVs8TeGvuCwvHSb9m-qzIUB939cV3gSwXfTnP5gHW4qNjB8yBN-uk9ViVoSY-k6jbnNDX8UruM7yGQpiaW329Vy20oEFld2TmFYbs9JauXqanDkV3uJIabApL5BQMd4xPiOP9rRIhrE7pS-1SGAYIiSvaJZHuTJcf-3DNH1FjmOtLFZpJpH_2oQn0zC9j1kekTCKnmk0ZnvRNeBpEzG-H3_PBQ7ZS4jQdgscd8-AjButrCJGYwHWgrnCUR1ltYAXPdhlYrTf_H3n_uhwKzFkn3zLa0PhJGqPil6E2i6MVei0QGv8vD6yro8mtMbQmylhVoCeCx_xCCHqhqRZz4fkxxhLWE9bBUr3WmDzRAfo_fv7LUjSpZXpDoovNPbOg1lCiPAIFpFiXeZDCaekhyoA1m1rQGTzeS8zCKrx2rWtKkHEFeRqTUi8bU_eOan2aXnQ3qzYNb35to0_o-zgnm2r6aDlQZ5b3tJ2nJTulQrelXDy-Hy3K56iwLhcL_QbbaVq47bl2U48Wj1PF8E7SXKJj0RPun7jzdnGAUcpEtcy91yl7bsYwgIhdp2z3LaQQhdofncpw1CWT-iQf105qesdIGQ6gjr5T8lWum7dCGY497dmJ2tAfBKpcFqVA6k_E4DcfAzLYS9f1Szk9MdIz9pe9fIBtpC5AASqeEKbSnDA-zLehFp5V6zDKu00V3k2v9FMLTfViEKDHDgw4gKtlqZgZsRNpQCmFvHxMXyzaLnfJmqgkg2XSXexmUWJuQMN2mCdp0flBBFNfwV6W85WEBa5WlkakYf_8fDykAbpU8FaT0j62m04x3gHW32PRAH0-ldZweTFJ11M2i2V5PAb3FVsAzOdCKXHpM60TXiy4u2PVX_e40GfjuMuiKGADhV3YTUJwZmyq8nGOB4B7Omx-Lya3DLGKeJu_jWu3ok6amht78wr4kiYG7fK1_lmMjvo72rwrVfqdOfFE_TETkcHVtbna3VFdmu5YPaY3cUbIUY2wD35J6nBjql04W5dP5wjcaarhhQ7ksfMKbaeyLJ6W0W_dBQwWMOBkK84Lybv6F6l7c-5GNF2CZq9Qh7M1m-ww-9S2fREJpp0cHBGiD7llApynoAmuQ6qPoMxn3PgeF0Yuf-_yGx1swc6J1SGuc4CNILjSIyfwPbQHZPCG40CFvdebdrxN_ULgLjJyd_GTQjhCZS3DPp4_Ud_mObTSYmaghelFMxtnp3My_QkpQlPcYA70-pKUQ3UR1F7RJL6ikND7y3fjk_lVcC0_TSGYBgyTOvL7rKlJ5tPQoJDYBcmxZjzpPJ58RXhlJD3BQRKhlk-Os8oiPCf6ZIfrFKc_dLom1xVci_VA0cGMiG3FwWvs9bD4wVumHjbDg7IohpnPaPety_78qrU-Q84mNJHFDHhWMmudR5xe26muiyqEosrxGV-0yp-3NugmLNekZGUnsfXrteQValBY64XAuL6evdO5Lo3zql1qB5ssB8u7DbAMo5rS6kjm2w0IDBIgLlj-9NKixe4zJ8h5p3MLehlh-9ZdVSBxhVXKvYCMj4KgKdsTKJ5kMS0yFFGIB7zH5p-GsJQbVhpMwHiAX9N3Fqkejh3S9Ya0NdkPzpXQlV39EcwS76SWAC736hQr_VEL88UJWRe5sHAJGl7-OWYPZ9k89DirewaRHSwqTRvHj9Qjz_97uh7Up0lkGNZbtsFFPNWp2srD3f1dkDVJvj1O0eUA8GTnTkaTsv_r17nD9ZZIzwjq2vWupy1QzNRb7kx891lZUHxy7Ah-wbX3Oov0Z-DDahkEP6qTSyL32CG3XCfQUMhr3E6aodnWLNJt7vQNZpljIuEAsZmwDB3fYygoU5xN6O9PKcAzXgVDMIys5EKepO7pAri4lRTllz55BSrHGP76SBUVvaEJVitUnPP3sizOeQdk5aqA09NEAds9kaXTiYTorPPpDWMe8l2OjUbPV3FRckRwu7CHlAi-hDqbwiWnHaZkr0UOb2YyiPZ8LHDrAnDD_1TCIv8lz6OMnnrcAKvMOVzJtUChrEj5kMuTX8xSdsDgWpJWzroIm6cNtSw9-yznmJV5253-iqdLDPsPgObNJ01hp39qAZSGhBpxOU2grmetUkA1mDY9G2KBvDFYnRRxgzU4YO5b5YWxV-ymyEcR-FPpGalQuLcFBCo4q-sN9tF8kUufoY0v2ZK7A0r7k7E6Da_S9J2o9Y3pkTRfmjle8igiYYjlh9RIOuQqe9VJEa-6RPkLtVSUwRlxYtwLXzaIVty-TiT-dJiEyGy0CdLOSIjxlRfMQ75DoEr1hkK2oygra3b11Q0oHPLKKzAo4uD0ws43LinhyI-M0m87bniup-47GaBQ2MsHhZs6G3BSyDvl0YYx_5Zs6cRUu-E4TzCDPE3HpD4J1oYzJQ3pruJDzxnXDkTGJPlaipTmWaHPhLqWehReH0N1Bddsxa4A-R0Vv1C7fbGiBDf0bTUKwx8RWkjVo1ByDuBtTPSdE_ZV71QkV_tz6IHb-G8HzkkAl652e0l9QCfMMcL2kruTJ-O2Rb3_RMSGteDWiuth38ulQqUkTvT4BNcU6eWmtX9xjaIyKQBQL6V33USx1LwCcY6R0KnBIdfRYCUJMf2QGP0pbqbcBYnWe1MxKjj6x9BNmgW6TVcHiTRLwqcDoUFXN579_Np2BUrDwv0"}', NULL, '1-3', 2, 3, '2026-11-22T05:35:30.388Z', '2026-11-22T05:35:30.388Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T05:35:30.388Z', '2026-11-22T05:35:30.388Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T05:35:30.388Z', '2026-11-22T05:35:30.388Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-3', 2, 3, '2026-11-22T05:35:30.388Z', '2026-11-22T05:35:30.388Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-3', 2, 3, '2026-11-22T05:35:30.388Z', '2026-11-22T05:35:30.388Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.ccb7db0e.Po431vBNBvXmf8iCyb8fzRySdFxPzVBuOG2ezspXfBQC8NBzpBp3Wai7L8r01-vyurYLKeJXE2_LpN_GlkYrnCqtGI5x4vd-KEU5ymWieRZMerstnNUtZfJV45XL06K0-G6Mva7bXdUaqGhuvcvGRQfGO7-mmMSta_hprRGuILlbVKuHtp5Bk459S34fK1lyT1zQ_yQEeSyvjtyNWVlPQEbEzpuGw1CLoVR8S_g-eCg7zHfIyYhQJRTf3R-OQaIE4Q-MlcN4Z4XuG7UNnYn6cHAZYy0V8LWgFaBzyzhUma_yYUD_vrqxF7LkqWLDdut2WjeyMDRJlnrCgdFgbwD9qyL3DypvlQGdEFDCjDD3792jw2dZ3f2in01fC3a_4Jd2HiYR0ygk6ekuGKFculadDaEuTYjFTQoXmxVSm3ZRvze0-8Pokw8GTFHSzENRhhhPZ5erBwGQbK7MBEGDDg9n3WDl4HBLhiWZJqq41CW93FnoBO3goX27Oig9f5CPM_lMfFI5QhPxEtdJdK2c-Q_Kv1j8ImjGGVntC3ODVmDG1WmpjhK1aGKw26iY0Zl5HwGON468WYH7EUoQlHALw46l44VeFSLsYNTz-Hxsg2fEQzoUVSfKWPxP_bZc8b_Gsf8DWwMi1Fupg_sYP1mY_xdwxy0VCbyzPB7pv6iQdwkWYu3vjDs530Wr_a189jOMayjZPi00Mpsn8bldKeaZisl6EiREz9zsjy38dSVpq_mTG0lqG5w_c5_niQ-cCEqr7azvc-KghPonDJxsgMFXM1lPaHUondUZ0cVmOkpzLFq7ekE5YmP3B6aydKGsG2HQZLd9-riEQLAXKGzijJp16lZapamWPDTloqCq0N27LVqqCnC0T9DAX6WsdGYdXN5qWLfZPjuPzAKWXEA_caxHr102dkLgJkssvD_2f44ZypyKHyX7HlRvOAly0erEnigdZWqxEMRTwBKcpjHcOOR33xgmWWQpNLtgZDGgKz-2YeWzXB7qXs-BGYtaTYa8oa1fjME5hCV3D8TyhBz_zJ33k1qN0gZispRBY2tdkWS5DbP2O0T5I_aYsElN4nD1Sl1KlldWSJx58nmJY6Sf8dWhjJEyt7Q57LiA-AVQQCvSU7Q_mojaB-uOmU4VelS0g1UPVvNIvgV6cf9lPS8bDk6SBX58Mwdax-fVC6rGPAknTs14temPhwI-5UnkEydxytobRrN5Nr_BOg"}', NULL, '1-3', 2, 3, '2026-11-22T05:35:30.388Z', '2026-11-22T05:35:30.388Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.ccb7db0e.nBhjsxYw9r9ufcS7wYX5kYp2zGzaJPckimrmA9ChjQwE-D8CF7dEXY8KoPJj8hGLnJMWB7JZ9cxofjyzEOKh7pT2FQL_vcZaHeIOz09oc1l_T7jo9vF9r55xrrpGHWecaRS6x60EC_gEzSsxgDPWZUBedm4HNAcxnfNgWDx4IeSnlkBMDyI2lVppwnEGPe7EJ2XDruW73srxRZ9-4ulFdkVan7rUjcJVrB53wa7nMpDAa7OoyEeXM0n7y4JWiRupCXsGMJYD6tSH3db125jlMZNi3ist24aEujjsAMWJTR-Tdx8B9cc_-ncD3ROWNy4-91H_8OOBJN_jv-2uL528_zsPL96K-dK6bPmcQykfvKU79cNCV5lGvBOVt8lVQjBIppBdqrcqusz7K92NU6lcXWRSEIx0dmeEibglzZzDr6zNZ7wlPmPVg_hr5ydMn-H1LtnhPcI-mpw9fvMp6YJDWQ"}', NULL, '1-3', 2, 3, '2026-11-22T05:35:30.388Z', '2026-11-22T05:35:30.388Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'Secret', 'default', 'own', '{}', '{"data":"v1.ccb7db0e.Gw5i5rHAavJU_ux5Awymm-2S-ADcxbxvC7exUzanK2VluCL5IJwPeg"}', NULL, '1-4', 3, 4, '2026-11-22T05:35:30.576Z', '2026-11-22T05:35:30.576Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T05:35:30.576Z', '2026-11-22T05:35:30.576Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T05:35:30.576Z', '2026-11-22T05:35:30.576Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-5', 4, 4, '2026-11-22T05:35:30.576Z', '2026-11-22T05:35:30.622Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-4', 3, 4, '2026-11-22T05:35:30.576Z', '2026-11-22T05:35:30.576Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-8', 5, 8, '2026-11-22T05:35:31.227Z', '2026-11-22T05:35:31.227Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('q3yky4ods6tl', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-9', 6, 9, '2026-11-22T05:35:31.281Z', '2026-11-22T05:35:31.281Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ev35sn2ifftc', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:32.816Z', '2026-11-22T05:35:32.816Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ev35sn2ifftc', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:32.816Z', '2026-11-22T05:35:32.816Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ev35sn2ifftc', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:32.816Z', '2026-11-22T05:35:32.816Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ev35sn2ifftc', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:32.816Z', '2026-11-22T05:35:32.816Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ev35sn2ifftc', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:32.816Z', '2026-11-22T05:35:32.816Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ev35sn2ifftc', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:32.816Z', '2026-11-22T05:35:32.816Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ev35sn2ifftc', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:35:32.816Z', '2026-11-22T05:35:32.816Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('q3yky4ods6tl', 1, 1, 2, 'wgtyc5a2z5kn4ylvfmygxlyzr4zhwxtw', 'token:bzgj2qmnsjxznck3', '', '2026-11-22T05:35:29.564Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('q3yky4ods6tl', 2, 1, 3, 'yy2fqagwritknwm33dpp75jpbo5txaxa', 'token:bzgj2qmnsjxznck3', '', '2026-11-22T05:35:30.388Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('q3yky4ods6tl', 3, 1, 4, '3ndnjj26dfvxkijkkosawkv754kx6rsg', 'token:bzgj2qmnsjxznck3', '', '2026-11-22T05:35:30.576Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('q3yky4ods6tl', 4, 1, 5, 'fri5xgk26kqqejuaf3oto7cc2zynwsn5', 'token:bzgj2qmnsjxznck3', '', '2026-11-22T05:35:30.622Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('q3yky4ods6tl', 5, 1, 6, 'un7f4eredgvbhqychtssoclxwhykyu3a', 'token:bzgj2qmnsjxznck3', '', '2026-11-22T05:35:30.725Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('q3yky4ods6tl', 6, 1, 9, '6v4dlqgk4fdyq7hw7ok2ra5fbwgxedtn', 'token:bzgj2qmnsjxznck3', '', '2026-11-22T05:35:31.281Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T05:35:29.564Z","modificationTime":"2026-11-22T05:35:29.564Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T05:35:30.388Z","modificationTime":"2026-11-22T05:35:30.388Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.ccb7db0e.gsL5rrNvMCmH43S9S-ajamkEKoEyRZksLE2XJMWqfD8fSxbt0weZeWyRWg2cvc99KN5LoH6aZE5Cl93C5SEUEdoDXl_9Y9OrUp6-QmDnEVhZuY7Pyp1qBDmih1ZbfkzKljRfkcWj_LlVcUGzczcZapzwb13lD5amtMFPirBNcvjhh9EQvkPYZChCGjENgx3UNC22q2CTG3UKp2jG9Ek5_NjD-_DynaoZ7IA7A7DPngy9A_cCXqFKsMSiQS0STqe4K3nhFIxl4DSstXTa29NWQArQrzxQtLpx24WET3bZOlPuxxR8fL6Rcmn7ImkdolfawUGHIhrwZmhhvOStUa6rhB222VOHlNmfojwin6L2tSu04ASntCWRfsABhCySjHtPp4jQxeMh78ArVs8TeGvuCwvHSb9m-qzIUB939cV3gSwXfTnP5gHW4qNjB8yBN-uk9ViVoSY-k6jbnNDX8UruM7yGQpiaW329Vy20oEFld2TmFYbs9JauXqanDkV3uJIabApL5BQMd4xPiOP9rRIhrE7pS-1SGAYIiSvaJZHuTJcf-3DNH1FjmOtLFZpJpH_2oQn0zC9j1kekTCKnmk0ZnvRNeBpEzG-H3_PBQ7ZS4jQdgscd8-AjButrCJGYwHWgrnCUR1ltYAXPdhlYrTf_H3n_uhwKzFkn3zLa0PhJGqPil6E2i6MVei0QGv8vD6yro8mtMbQmylhVoCeCx_xCCHqhqRZz4fkxxhLWE9bBUr3WmDzRAfo_fv7LUjSpZXpDoovNPbOg1lCiPAIFpFiXeZDCaekhyoA1m1rQGTzeS8zCKrx2rWtKkHEFeRqTUi8bU_eOan2aXnQ3qzYNb35to0_o-zgnm2r6aDlQZ5b3tJ2nJTulQrelXDy-Hy3K56iwLhcL_QbbaVq47bl2U48Wj1PF8E7SXKJj0RPun7jzdnGAUcpEtcy91yl7bsYwgIhdp2z3LaQQhdofncpw1CWT-iQf105qesdIGQ6gjr5T8lWum7dCGY497dmJ2tAfBKpcFqVA6k_E4DcfAzLYS9f1Szk9MdIz9pe9fIBtpC5AASqeEKbSnDA-zLehFp5V6zDKu00V3k2v9FMLTfViEKDHDgw4gKtlqZgZsRNpQCmFvHxMXyzaLnfJmqgkg2XSXexmUWJuQMN2mCdp0flBBFNfwV6W85WEBa5WlkakYf_8fDykAbpU8FaT0j62m04x3gHW32PRAH0-ldZweTFJ11M2i2V5PAb3FVsAzOdCKXHpM60TXiy4u2PVX_e40GfjuMuiKGADhV3YTUJwZmyq8nGOB4B7Omx-Lya3DLGKeJu_jWu3ok6amht78wr4kiYG7fK1_lmMjvo72rwrVfqdOfFE_TETkcHVtbna3VFdmu5YPaY3cUbIUY2wD35J6nBjql04W5dP5wjcaarhhQ7ksfMKbaeyLJ6W0W_dBQwWMOBkK84Lybv6F6l7c-5GNF2CZq9Qh7M1m-ww-9S2fREJpp0cHBGiD7llApynoAmuQ6qPoMxn3PgeF0Yuf-_yGx1swc6J1SGuc4CNILjSIyfwPbQHZPCG40CFvdebdrxN_ULgLjJyd_GTQjhCZS3DPp4_Ud_mObTSYmaghelFMxtnp3My_QkpQlPcYA70-pKUQ3UR1F7RJL6ikND7y3fjk_lVcC0_TSGYBgyTOvL7rKlJ5tPQoJDYBcmxZjzpPJ58RXhlJD3BQRKhlk-Os8oiPCf6ZIfrFKc_dLom1xVci_VA0cGMiG3FwWvs9bD4wVumHjbDg7IohpnPaPety_78qrU-Q84mNJHFDHhWMmudR5xe26muiyqEosrxGV-0yp-3NugmLNekZGUnsfXrteQValBY64XAuL6evdO5Lo3zql1qB5ssB8u7DbAMo5rS6kjm2w0IDBIgLlj-9NKixe4zJ8h5p3MLehlh-9ZdVSBxhVXKvYCMj4KgKdsTKJ5kMS0yFFGIB7zH5p-GsJQbVhpMwHiAX9N3Fqkejh3S9Ya0NdkPzpXQlV39EcwS76SWAC736hQr_VEL88UJWRe5sHAJGl7-OWYPZ9k89DirewaRHSwqTRvHj9Qjz_97uh7Up0lkGNZbtsFFPNWp2srD3f1dkDVJvj1O0eUA8GTnTkaTsv_r17nD9ZZIzwjq2vWupy1QzNRb7kx891lZUHxy7Ah-wbX3Oov0Z-DDahkEP6qTSyL32CG3XCfQUMhr3E6aodnWLNJt7vQNZpljIuEAsZmwDB3fYygoU5xN6O9PKcAzXgVDMIys5EKepO7pAri4lRTllz55BSrHGP76SBUVvaEJVitUnPP3sizOeQdk5aqA09NEAds9kaXTiYTorPPpDWMe8l2OjUbPV3FRckRwu7CHlAi-hDqbwiWnHaZkr0UOb2YyiPZ8LHDrAnDD_1TCIv8lz6OMnnrcAKvMOVzJtUChrEj5kMuTX8xSdsDgWpJWzroIm6cNtSw9-yznmJV5253-iqdLDPsPgObNJ01hp39qAZSGhBpxOU2grmetUkA1mDY9G2KBvDFYnRRxgzU4YO5b5YWxV-ymyEcR-FPpGalQuLcFBCo4q-sN9tF8kUufoY0v2ZK7A0r7k7E6Da_S9J2o9Y3pkTRfmjle8igiYYjlh9RIOuQqe9VJEa-6RPkLtVSUwRlxYtwLXzaIVty-TiT-dJiEyGy0CdLOSIjxlRfMQ75DoEr1hkK2oygra3b11Q0oHPLKKzAo4uD0ws43LinhyI-M0m87bniup-47GaBQ2MsHhZs6G3BSyDvl0YYx_5Zs6cRUu-E4TzCDPE3HpD4J1oYzJQ3pruJDzxnXDkTGJPlaipTmWaHPhLqWehReH0N1Bddsxa4A-R0Vv1C7fbGiBDf0bTUKwx8RWkjVo1ByDuBtTPSdE_ZV71QkV_tz6IHb-G8HzkkAl652e0l9QCfMMcL2kruTJ-O2Rb3_RMSGteDWiuth38ulQqUkTvT4BNcU6eWmtX9xjaIyKQBQL6V33USx1LwCcY6R0KnBIdfRYCUJMf2QGP0pbqbcBYnWe1MxKjj6x9BNmgW6TVcHiTRLwqcDoUFXN579_Np2BUrDwv0"},"creationTime":"2026-11-22T05:35:30.388Z","modificationTime":"2026-11-22T05:35:30.388Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T05:35:30.388Z","modificationTime":"2026-11-22T05:35:30.388Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T05:35:30.388Z","modificationTime":"2026-11-22T05:35:30.388Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T05:35:30.388Z","modificationTime":"2026-11-22T05:35:30.388Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T05:35:30.388Z","modificationTime":"2026-11-22T05:35:30.388Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.ccb7db0e.Po431vBNBvXmf8iCyb8fzRySdFxPzVBuOG2ezspXfBQC8NBzpBp3Wai7L8r01-vyurYLKeJXE2_LpN_GlkYrnCqtGI5x4vd-KEU5ymWieRZMerstnNUtZfJV45XL06K0-G6Mva7bXdUaqGhuvcvGRQfGO7-mmMSta_hprRGuILlbVKuHtp5Bk459S34fK1lyT1zQ_yQEeSyvjtyNWVlPQEbEzpuGw1CLoVR8S_g-eCg7zHfIyYhQJRTf3R-OQaIE4Q-MlcN4Z4XuG7UNnYn6cHAZYy0V8LWgFaBzyzhUma_yYUD_vrqxF7LkqWLDdut2WjeyMDRJlnrCgdFgbwD9qyL3DypvlQGdEFDCjDD3792jw2dZ3f2in01fC3a_4Jd2HiYR0ygk6ekuGKFculadDaEuTYjFTQoXmxVSm3ZRvze0-8Pokw8GTFHSzENRhhhPZ5erBwGQbK7MBEGDDg9n3WDl4HBLhiWZJqq41CW93FnoBO3goX27Oig9f5CPM_lMfFI5QhPxEtdJdK2c-Q_Kv1j8ImjGGVntC3ODVmDG1WmpjhK1aGKw26iY0Zl5HwGON468WYH7EUoQlHALw46l44VeFSLsYNTz-Hxsg2fEQzoUVSfKWPxP_bZc8b_Gsf8DWwMi1Fupg_sYP1mY_xdwxy0VCbyzPB7pv6iQdwkWYu3vjDs530Wr_a189jOMayjZPi00Mpsn8bldKeaZisl6EiREz9zsjy38dSVpq_mTG0lqG5w_c5_niQ-cCEqr7azvc-KghPonDJxsgMFXM1lPaHUondUZ0cVmOkpzLFq7ekE5YmP3B6aydKGsG2HQZLd9-riEQLAXKGzijJp16lZapamWPDTloqCq0N27LVqqCnC0T9DAX6WsdGYdXN5qWLfZPjuPzAKWXEA_caxHr102dkLgJkssvD_2f44ZypyKHyX7HlRvOAly0erEnigdZWqxEMRTwBKcpjHcOOR33xgmWWQpNLtgZDGgKz-2YeWzXB7qXs-BGYtaTYa8oa1fjME5hCV3D8TyhBz_zJ33k1qN0gZispRBY2tdkWS5DbP2O0T5I_aYsElN4nD1Sl1KlldWSJx58nmJY6Sf8dWhjJEyt7Q57LiA-AVQQCvSU7Q_mojaB-uOmU4VelS0g1UPVvNIvgV6cf9lPS8bDk6SBX58Mwdax-fVC6rGPAknTs14temPhwI-5UnkEydxytobRrN5Nr_BOg"},"creationTime":"2026-11-22T05:35:30.388Z","modificationTime":"2026-11-22T05:35:30.388Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.ccb7db0e.nBhjsxYw9r9ufcS7wYX5kYp2zGzaJPckimrmA9ChjQwE-D8CF7dEXY8KoPJj8hGLnJMWB7JZ9cxofjyzEOKh7pT2FQL_vcZaHeIOz09oc1l_T7jo9vF9r55xrrpGHWecaRS6x60EC_gEzSsxgDPWZUBedm4HNAcxnfNgWDx4IeSnlkBMDyI2lVppwnEGPe7EJ2XDruW73srxRZ9-4ulFdkVan7rUjcJVrB53wa7nMpDAa7OoyEeXM0n7y4JWiRupCXsGMJYD6tSH3db125jlMZNi3ist24aEujjsAMWJTR-Tdx8B9cc_-ncD3ROWNy4-91H_8OOBJN_jv-2uL528_zsPL96K-dK6bPmcQykfvKU79cNCV5lGvBOVt8lVQjBIppBdqrcqusz7K92NU6lcXWRSEIx0dmeEibglzZzDr6zNZ7wlPmPVg_hr5ydMn-H1LtnhPcI-mpw9fvMp6YJDWQ"},"creationTime":"2026-11-22T05:35:30.388Z","modificationTime":"2026-11-22T05:35:30.388Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.ccb7db0e.Gw5i5rHAavJU_ux5Awymm-2S-ADcxbxvC7exUzanK2VluCL5IJwPeg"},"creationTime":"2026-11-22T05:35:30.576Z","modificationTime":"2026-11-22T05:35:30.576Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T05:35:30.576Z","modificationTime":"2026-11-22T05:35:30.576Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T05:35:30.576Z","modificationTime":"2026-11-22T05:35:30.576Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T05:35:30.576Z","modificationTime":"2026-11-22T05:35:30.576Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T05:35:30.576Z","modificationTime":"2026-11-22T05:35:30.576Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T05:35:30.576Z","modificationTime":"2026-11-22T05:35:30.576Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T05:35:30.576Z","modificationTime":"2026-11-22T05:35:30.576Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T05:35:30.576Z","modificationTime":"2026-11-22T05:35:30.622Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T05:35:30.576Z","modificationTime":"2026-11-22T05:35:30.576Z"}', NULL, 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('q3yky4ods6tl', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T05:35:31.281Z","modificationTime":"2026-11-22T05:35:31.281Z"}', 0);

INSERT INTO "revision_delivery" ("tenant_id", "epoch", "revision", "zone", "relay", "sequence", "answered_at", "acked", "nacked", "pending", "absent", "untouched", "pushed", "taken", "laggards", "at") VALUES ('q3yky4ods6tl', 1, 6, 'east', 'cdgft57l', 9, NULL, 1, 1, 0, 0, 0, '{"count":1,"max":5,"buckets":[]}', '{"count":1,"max":5,"buckets":[]}', '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no","state":"nacked"}]', '2026-11-22T05:35:31.345Z');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('q3yky4ods6tl', 1, '', 1, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('q3yky4ods6tl', 2, '', 2, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('q3yky4ods6tl', 4, '', 3, '{"access":[{"mesh":"default","from":"web","to":"backend","before":{"outcome":"none","reason":"absent"},"after":{"outcome":"allowed","reason":"rule","rule":{"kri":"kri_mtp_default___all_","part":"rules","rule":0,"list":"allow","item":0}}}],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('q3yky4ods6tl', 5, '', 5, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('q3yky4ods6tl', 6, '', 6, '{"access":[],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('q3yky4ods6tl', 6, 'east', 6, '{"effect":{"zone":"east","proxies":2,"shapes":[{"mesh":"default","change":"changed","proxies":{"count":2,"names":["shop-1","web-1"]},"resources":[{"kind":"cluster","name":"backend","change":"changed","patch":[{"op":"test","path":"/connectTimeout","value":"5s"},{"op":"replace","path":"/connectTimeout","value":"9s"}],"own":false}]}],"endpoints":[],"secrets":[]}}');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('ev35sn2ifftc', 'envelope', '', 'cnAkUQNq_a3y3Bj7aUKYI0WaHnEn99_QexhOC4kVCc4', '{"kty":"EC","crv":"P-256","x":"rvH3Wm0QuuifhXadixpWRo-VNwTgzNfUvsB0gWDvHDs","y":"TRjXVKqUvRAdWF5N-MEqhURIZ7G8pfCRhvx9F2Urxkw","alg":"ES256","kid":"cnAkUQNq_a3y3Bj7aUKYI0WaHnEn99_QexhOC4kVCc4"}', 'v1.ccb7db0e.Nrhw8dvFy9ePtq1QEiNz9Hyhpb6cttNhOp9GAmyCZH72jRDgnyBBDMYIRfwTGJbFDdRWFvABGcQ_g_8UU8JxWVVyhcCAmbFIc_k4hvojtcbnuBrvy2ukaH8xI4psmtMDRwrkkZcyw26Oa3LdrCIU3x_w4QHgCwOBiD2VKg8M0IB_3nSjwBTXiM8hVeDlJXFDMqKOFgEnmRTikiwOG6LSJJy1s1rwQg', '2026-11-22T05:35:32.814Z');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('q3yky4ods6tl', 'envelope', '', 'eJTRiQ5Isjn7xHjS7LRmYKAcsEDBVPKvxwtyqv2rUwU', '{"kty":"EC","crv":"P-256","x":"k_BJfUKj9WQbUkvzIAKzAgEdlB4pXUwQi0IcQklkRms","y":"CYGhlkpcDiXdQlQ-qYgXIeQ_GbW5tmkNIWq4vMs7Gas","alg":"ES256","kid":"eJTRiQ5Isjn7xHjS7LRmYKAcsEDBVPKvxwtyqv2rUwU"}', 'v1.ccb7db0e.GMTVnQaP70_66QbLkoeG1StYgCtArAbRxumTpAocrYXZO1p2u-WIPzS0umnGdyWzheheCpN-ABe4X45BBUCMe-s_IbIFVaf-TnOAg6r0hwUU2yC6BFPgK7abJc_4Ncjx0f09GGjvUKxUwpwVaNjgJktkizhUsvdsQlzny8FCRvVueG5Uh-RpX5D_yjYLEUz-TvqH_F29Ic4IYAtfHCG4lnJ-eGHwOQ', '2026-11-22T05:35:29.387Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('ev35sn2ifftc', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('q3yky4ods6tl', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('q3yky4ods6tl', 7, 1, 5, 'enrolled/east/cdgft57l');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('q3yky4ods6tl', 8, 1, 5, 'xc7vbrg4ptgcxov44e46zqxg');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('q3yky4ods6tl', 10, 1, 6, 'enrolled/east/humqdenc');

INSERT INTO "tenant_move" ("tenant_id", "generation", "target", "frozen_until", "session") VALUES ('q3yky4ods6tl', 1, '', 1795325745402, 0);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('q3yky4ods6tl', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', 1795325731303);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('q3yky4ods6tl', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', 1795325731303);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('q3yky4ods6tl', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', 1795325731303);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('q3yky4ods6tl', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', 1795325731303);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('q3yky4ods6tl', 'default', '0', 'zone/east', 1795325730386, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('q3yky4ods6tl', 'default', '240.0.0.0', 'service/backend', 1795325730565, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('q3yky4ods6tl', 'default', '240.0.0.1', 'service/web', 1795325730565, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('q3yky4ods6tl', 'default', '240.0.0.2', 'service/shop', 1795325731227, NULL);

INSERT INTO "webhook" ("tenant_id", "id", "url", "events", "description", "secret", "older_secret", "older_until", "created_at", "disabled_at", "disabled_why") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'https://receiver.invalid/in', '["audit.entry","zone.offline"]', 'siem', 'v1.ccb7db0e.pfS44JNsNlm-p6UlQb_z2EgJPVjxibwqfif97rkQHr13wId8fu584B8io2HN3ZYQ0kfQPjYnlOSx6egA2jh4reffZJXAFCyhpkN6le0t', NULL, NULL, '2026-11-22T05:35:29.459Z', NULL, NULL);

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_a-SRLB1zkNBqZJ_A05q6SE9yn0SfilGjC0X8oUX849ho', '2026-11-22T05:35:31.045Z', 'pending', 1, 1795325736382, '2026-11-22T05:35:31.190Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_aBnPct0aKWLw-5T5ec-pqxYfewf1JVT0nCBZc86d83mw', '2026-11-22T05:35:30.966Z', 'pending', 1, 1795325736725, '2026-11-22T05:35:30.976Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_aCQClPdkyMlz-T2KPkkcV1GObcNnDVPdrt-TkUUB6bnk', '2026-11-22T05:35:31.353Z', 'pending', 1, 1795325736646, '2026-11-22T05:35:31.360Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_aEg4PvjOdC_vcMdmG8pwuwnq2VKnVaFW6qaj0QAEPsvE', '2026-11-22T05:35:30.985Z', 'pending', 1, 1795325735471, '2026-11-22T05:35:31.110Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_aGcmIF8whcSqHm8iYSJL-eUGBOs1ZjQpn_PD06l1qTqE', '2026-11-22T05:35:29.563Z', 'pending', 2, 1795325764889, '2026-11-22T05:35:35.289Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_aGijGfJtyD1SiY9rbn9dESV20qXKtfSW-_whq1sc2-WM', '2026-11-22T05:35:30.942Z', 'pending', 2, 1795325767316, '2026-11-22T05:35:35.316Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_aIYryrbFeAglBQdhrgda_JTrGZW9sQw3N_CYPUZp5z9g', '2026-11-22T05:35:31.349Z', 'pending', 1, 1795325735958, '2026-11-22T05:35:31.354Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_aLDIldv7wy1c-g_n72IXxMzkrulpH-Mwf5xtuD8AZiYE', '2026-11-22T05:35:30.622Z', 'pending', 1, 1795325736171, '2026-11-22T05:35:30.720Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_aO0SqhXtIPkGjn-OstnTjbUOl6F8sdCUSul3cn0CWr_g', '2026-11-22T05:35:30.388Z', 'pending', 1, 1795325736463, '2026-11-22T05:35:30.463Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_aToh9iV0NC_rUw6n1DH955AcDNen9_HxkgpRmgY7vBb4', '2026-11-22T05:35:30.881Z', 'pending', 2, 1795325767119, '2026-11-22T05:35:35.307Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_aUyih4xIP6xlmONLcVvNtAS255Xddk2m3a-5jjcJrzkc', '2026-11-22T05:35:32.830Z', 'pending', 1, 1795325740693, '2026-11-22T05:35:35.250Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_aaap2KiVazJnzNtRv_eZv0Ew35PCSLFmRJTs2J_R6-lA', '2026-11-22T05:35:30.778Z', 'pending', 1, 1795325736138, '2026-11-22T05:35:30.789Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_aay2YXWZGjNI9qNNQOiqn8Jxj49MTwTmRsHPvQeSo4To', '2026-11-22T05:35:30.758Z', 'pending', 1, 1795325735676, '2026-11-22T05:35:30.782Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_agfdeXqB0HUVi9YqIHGwIX8ikT5sk1pV6qlUDSUwmBZc', '2026-11-22T05:35:30.928Z', 'pending', 1, 1795325736941, '2026-11-22T05:35:30.965Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_aoSv1HrfrH4tiXxgr_a23a1tXuM2B1hefVbkpa--SI9M', '2026-11-22T05:35:30.841Z', 'pending', 1, 1795325735454, '2026-11-22T05:35:30.881Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_apHJAgTjzlLrl2C1Whf9x-mMZlK8NfmtMFPyIhtpVY28', '2026-11-22T05:35:31.281Z', 'pending', 1, 1795325736652, '2026-11-22T05:35:31.303Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_as2WsSyf8xBG2AtqoEgSgY0JPl4DJ3rQADLxsYHq59uo', '2026-11-22T05:35:30.789Z', 'pending', 1, 1795325735987, '2026-11-22T05:35:30.811Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_ay72hJGz4ShI7LfSnZIql0UzhfvOyHv3vPtgJyzpeNQM', '2026-11-22T05:35:30.721Z', 'pending', 1, 1795325735638, '2026-11-22T05:35:30.760Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('q3yky4ods6tl', '74wmpdfw4hi3yxz5', 'msg_ayAex0dfmxgH5SEbhfCQwqFEwxecvG4gZ1teIdO0v57s', '2026-11-22T05:35:30.576Z', 'pending', 1, 1795325736421, '2026-11-22T05:35:30.625Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_a-SRLB1zkNBqZJ_A05q6SE9yn0SfilGjC0X8oUX849ho', 'audit.entry', '2026-11-22T05:35:31.045Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:31.045Z","data":{"time":"2026-11-22T05:35:31.045Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"dataplane-token.create","subject":"token 1c9da455-0043-46a6-9010-55f48c46392e","details":{"id":"1c9da455-0043-46a6-9010-55f48c46392e","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000},"organisation":"q3yky4ods6tl","number":17,"revision":null,"previous":"Eg4PvjOdC_vcMdmG8pwuwnq2VKnVaFW6qaj0QAEPsvE","hash":"-SRLB1zkNBqZJ_A05q6SE9yn0SfilGjC0X8oUX849ho"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_aBnPct0aKWLw-5T5ec-pqxYfewf1JVT0nCBZc86d83mw', 'audit.entry', '2026-11-22T05:35:30.966Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:30.966Z","data":{"time":"2026-11-22T05:35:30.966Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T06:35:30.966Z","id":"roc66xwv5hkismpr"},"organisation":"q3yky4ods6tl","number":15,"revision":null,"previous":"GijGfJtyD1SiY9rbn9dESV20qXKtfSW-_whq1sc2-WM","hash":"BnPct0aKWLw-5T5ec-pqxYfewf1JVT0nCBZc86d83mw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_aCQClPdkyMlz-T2KPkkcV1GObcNnDVPdrt-TkUUB6bnk', 'audit.entry', '2026-11-22T05:35:31.353Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:31.353Z","data":{"time":"2026-11-22T05:35:31.353Z","actor":"relay:east/humqdenc","token":null,"action":"relay.enrol","subject":"relay east/humqdenc","details":{"enrolmentToken":"odcnuw4bh46cjzr5"},"organisation":"q3yky4ods6tl","number":20,"revision":null,"previous":"IYryrbFeAglBQdhrgda_JTrGZW9sQw3N_CYPUZp5z9g","hash":"CQClPdkyMlz-T2KPkkcV1GObcNnDVPdrt-TkUUB6bnk"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_aEg4PvjOdC_vcMdmG8pwuwnq2VKnVaFW6qaj0QAEPsvE', 'audit.entry', '2026-11-22T05:35:30.985Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:30.985Z","data":{"time":"2026-11-22T05:35:30.985Z","actor":"relay:east/cdgft57l","token":null,"action":"relay.enrol","subject":"relay east/cdgft57l","details":{"enrolmentToken":"roc66xwv5hkismpr"},"organisation":"q3yky4ods6tl","number":16,"revision":null,"previous":"BnPct0aKWLw-5T5ec-pqxYfewf1JVT0nCBZc86d83mw","hash":"Eg4PvjOdC_vcMdmG8pwuwnq2VKnVaFW6qaj0QAEPsvE"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_aGcmIF8whcSqHm8iYSJL-eUGBOs1ZjQpn_PD06l1qTqE', 'audit.entry', '2026-11-22T05:35:29.563Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:29.563Z","data":{"time":"2026-11-22T05:35:29.563Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"resources.change","subject":"Zone east","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]},"organisation":"q3yky4ods6tl","number":3,"revision":1,"previous":"JlmZWXncTpcA3u4qc_Jf-04R6J9uFy_tNOCKCs4Kd_g","hash":"GcmIF8whcSqHm8iYSJL-eUGBOs1ZjQpn_PD06l1qTqE"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_aGijGfJtyD1SiY9rbn9dESV20qXKtfSW-_whq1sc2-WM', 'audit.entry', '2026-11-22T05:35:30.942Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:30.942Z","data":{"time":"2026-11-22T05:35:30.942Z","actor":"token:e6emxlwkxqcb3lal","token":"e6emxlwkxqcb3lal","action":"secret.reveal","subject":"Secret default/default.ca-builtin-key-ca-1","details":{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"q3yky4ods6tl","number":14,"revision":null,"previous":"gfdeXqB0HUVi9YqIHGwIX8ikT5sk1pV6qlUDSUwmBZc","hash":"GijGfJtyD1SiY9rbn9dESV20qXKtfSW-_whq1sc2-WM"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_aIYryrbFeAglBQdhrgda_JTrGZW9sQw3N_CYPUZp5z9g', 'audit.entry', '2026-11-22T05:35:31.349Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:31.349Z","data":{"time":"2026-11-22T05:35:31.349Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T06:35:31.349Z","id":"odcnuw4bh46cjzr5"},"organisation":"q3yky4ods6tl","number":19,"revision":null,"previous":"pHJAgTjzlLrl2C1Whf9x-mMZlK8NfmtMFPyIhtpVY28","hash":"IYryrbFeAglBQdhrgda_JTrGZW9sQw3N_CYPUZp5z9g"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_aLDIldv7wy1c-g_n72IXxMzkrulpH-Mwf5xtuD8AZiYE', 'audit.entry', '2026-11-22T05:35:30.622Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:30.622Z","data":{"time":"2026-11-22T05:35:30.622Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"resources.change","subject":"MeshTimeout default/to-change","details":{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]},"organisation":"q3yky4ods6tl","number":6,"revision":4,"previous":"yAex0dfmxgH5SEbhfCQwqFEwxecvG4gZ1teIdO0v57s","hash":"LDIldv7wy1c-g_n72IXxMzkrulpH-Mwf5xtuD8AZiYE"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_aO0SqhXtIPkGjn-OstnTjbUOl6F8sdCUSul3cn0CWr_g', 'audit.entry', '2026-11-22T05:35:30.388Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:30.388Z","data":{"time":"2026-11-22T05:35:30.388Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"resources.change","subject":"Mesh default and 7 more","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"q3yky4ods6tl","number":4,"revision":2,"previous":"GcmIF8whcSqHm8iYSJL-eUGBOs1ZjQpn_PD06l1qTqE","hash":"O0SqhXtIPkGjn-OstnTjbUOl6F8sdCUSul3cn0CWr_g"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_aToh9iV0NC_rUw6n1DH955AcDNen9_HxkgpRmgY7vBb4', 'audit.entry', '2026-11-22T05:35:30.881Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:30.881Z","data":{"time":"2026-11-22T05:35:30.881Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"token.create","subject":"token e6emxlwkxqcb3lal","details":{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]},"organisation":"q3yky4ods6tl","number":12,"revision":null,"previous":"oSv1HrfrH4tiXxgr_a23a1tXuM2B1hefVbkpa--SI9M","hash":"Toh9iV0NC_rUw6n1DH955AcDNen9_HxkgpRmgY7vBb4"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_aUyih4xIP6xlmONLcVvNtAS255Xddk2m3a-5jjcJrzkc', 'audit.entry', '2026-11-22T05:35:32.830Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:32.830Z","data":{"time":"2026-11-22T05:35:32.830Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"invitation.create","subject":"invitation o25ppzjm56mogcfg","details":{"email":"bo@example.com","expiresAt":"2026-11-29T05:35:32.830Z","role":"viewer"},"organisation":"q3yky4ods6tl","number":21,"revision":null,"previous":"CQClPdkyMlz-T2KPkkcV1GObcNnDVPdrt-TkUUB6bnk","hash":"Uyih4xIP6xlmONLcVvNtAS255Xddk2m3a-5jjcJrzkc"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_aaap2KiVazJnzNtRv_eZv0Ew35PCSLFmRJTs2J_R6-lA', 'audit.entry', '2026-11-22T05:35:30.778Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:30.778Z","data":{"time":"2026-11-22T05:35:30.778Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"token.create","subject":"token bdfrsmuq5hvj5l46","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"q3yky4ods6tl","number":9,"revision":null,"previous":"ay2YXWZGjNI9qNNQOiqn8Jxj49MTwTmRsHPvQeSo4To","hash":"aap2KiVazJnzNtRv_eZv0Ew35PCSLFmRJTs2J_R6-lA"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_aay2YXWZGjNI9qNNQOiqn8Jxj49MTwTmRsHPvQeSo4To', 'audit.entry', '2026-11-22T05:35:30.758Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:30.758Z","data":{"time":"2026-11-22T05:35:30.758Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"audit.retention","subject":"audit log","details":{"before":400,"days":90},"organisation":"q3yky4ods6tl","number":8,"revision":null,"previous":"y72hJGz4ShI7LfSnZIql0UzhfvOyHv3vPtgJyzpeNQM","hash":"ay2YXWZGjNI9qNNQOiqn8Jxj49MTwTmRsHPvQeSo4To"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_agfdeXqB0HUVi9YqIHGwIX8ikT5sk1pV6qlUDSUwmBZc', 'audit.entry', '2026-11-22T05:35:30.928Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:30.928Z","data":{"time":"2026-11-22T05:35:30.928Z","actor":"token:e6emxlwkxqcb3lal","token":"e6emxlwkxqcb3lal","action":"secret.reveal","subject":"Secret default/dataplane-token-signing-key-default-1","details":{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]},"organisation":"q3yky4ods6tl","number":13,"revision":null,"previous":"Toh9iV0NC_rUw6n1DH955AcDNen9_HxkgpRmgY7vBb4","hash":"gfdeXqB0HUVi9YqIHGwIX8ikT5sk1pV6qlUDSUwmBZc"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_aoSv1HrfrH4tiXxgr_a23a1tXuM2B1hefVbkpa--SI9M', 'audit.entry', '2026-11-22T05:35:30.841Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:30.841Z","data":{"time":"2026-11-22T05:35:30.841Z","actor":"token:f5vm6shnpxqv7u65","token":"f5vm6shnpxqv7u65","action":"plan.approve","subject":"plan fb5u2gazheufq3dt","details":{"plan":"fb5u2gazheufq3dt","author":"token:bdfrsmuq5hvj5l46","revision":5,"required":0,"given":1},"organisation":"q3yky4ods6tl","number":11,"revision":null,"previous":"s2WsSyf8xBG2AtqoEgSgY0JPl4DJ3rQADLxsYHq59uo","hash":"oSv1HrfrH4tiXxgr_a23a1tXuM2B1hefVbkpa--SI9M"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_apHJAgTjzlLrl2C1Whf9x-mMZlK8NfmtMFPyIhtpVY28', 'audit.entry', '2026-11-22T05:35:31.281Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:31.281Z","data":{"time":"2026-11-22T05:35:31.281Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"resources.change","subject":"MeshTimeout default/late","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]},"organisation":"q3yky4ods6tl","number":18,"revision":6,"previous":"-SRLB1zkNBqZJ_A05q6SE9yn0SfilGjC0X8oUX849ho","hash":"pHJAgTjzlLrl2C1Whf9x-mMZlK8NfmtMFPyIhtpVY28"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_as2WsSyf8xBG2AtqoEgSgY0JPl4DJ3rQADLxsYHq59uo', 'audit.entry', '2026-11-22T05:35:30.789Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:30.789Z","data":{"time":"2026-11-22T05:35:30.789Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"token.create","subject":"token f5vm6shnpxqv7u65","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"q3yky4ods6tl","number":10,"revision":null,"previous":"aap2KiVazJnzNtRv_eZv0Ew35PCSLFmRJTs2J_R6-lA","hash":"s2WsSyf8xBG2AtqoEgSgY0JPl4DJ3rQADLxsYHq59uo"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_ay72hJGz4ShI7LfSnZIql0UzhfvOyHv3vPtgJyzpeNQM', 'audit.entry', '2026-11-22T05:35:30.721Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:30.721Z","data":{"time":"2026-11-22T05:35:30.721Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"resources.change","subject":"MeshTimeout default/to-go","details":{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]},"organisation":"q3yky4ods6tl","number":7,"revision":5,"previous":"LDIldv7wy1c-g_n72IXxMzkrulpH-Mwf5xtuD8AZiYE","hash":"y72hJGz4ShI7LfSnZIql0UzhfvOyHv3vPtgJyzpeNQM"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('q3yky4ods6tl', 'msg_ayAex0dfmxgH5SEbhfCQwqFEwxecvG4gZ1teIdO0v57s', 'audit.entry', '2026-11-22T05:35:30.576Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:35:30.576Z","data":{"time":"2026-11-22T05:35:30.576Z","actor":"token:bzgj2qmnsjxznck3","token":"bzgj2qmnsjxznck3","action":"resources.change","subject":"Secret default/own and 5 more","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]},"organisation":"q3yky4ods6tl","number":5,"revision":3,"previous":"O0SqhXtIPkGjn-OstnTjbUOl6F8sdCUSul3cn0CWr_g","hash":"yAex0dfmxgH5SEbhfCQwqFEwxecvG4gZ1teIdO0v57s"}}');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('q3yky4ods6tl', 'nack/east/cdgft57l/default/shop-1', ' Error adding/updating listener(s) l: no');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('q3yky4ods6tl', 'rollout', '1.6');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('q3yky4ods6tl', 'zone/east', 'online');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('q3yky4ods6tl', 'east', 'cdgft57l', '{"kty":"EC","crv":"P-256","x":"xjdAQt-ibRq44yJrE1G3Xoh8L3P-TWNguF0h3kgjYkY","y":"oVNatBf2FNp_PuPVia-BDCTR5JPUSLgC5OqHtF48Gds"}', '{"kty":"EC","crv":"P-256","x":"_kGlUyjoSlNGx3fOiS4Gpg7lj4nH_ZaptTsMW2SIRvw","y":"Du8s36YHA5YQI1qliA0bLzBsLyIT9XeItQMvO8E_s4E"}', 0, 1, 10, 'cBUrPWUyqyzw-Ku7Ng2_AYiDJJK8vMlgkYstz2BwTrQ', 1, '2026-11-22T05:35:30.985Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6ImVKVFJpUTVJc2puN3hIalM3TFJtWUtBY3NFREJWUEt2eHd0eXF2MnJVd1UiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImNod2M1M24zZnpheW51czIiLCJ0ZW5hbnQiOiJxM3lreTRvZHM2dGwiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiY0JVclBXVXlxeXp3LUt1N05nMl9BWWlESkpLOHZNbGdrWXN0ejJCd1RyUSIsInByZXZpb3VzIjoiY0JVclBXVXlxeXp3LUt1N05nMl9BWWlESkpLOHZNbGdrWXN0ejJCd1RyUSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiY2RnZnQ1N2wiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoieGpkQVF0LWliUnE0NHlKckUxRzNYb2g4TDNQLVRXTmd1RjBoM2tnallrWSIsInkiOiJvVk5hdEJmMkZOcF9QdVBWaWEtQkRDVFI1SlBVU0xnQzVPcUh0RjQ4R2RzIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6Imh1bXFkZW5jIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6InhqZEFRdC1pYlJxNDR5SnJFMUczWG9oOEwzUC1UV05ndUYwaDNrZ2pZa1kiLCJ5Ijoib1ZOYXRCZjJGTnBfUHVQVmlhLUJEQ1RSNUpQVVNMZ0M1T3FIdEY0OEdkcyJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoiakhkNktzaV91cWZoUWxyMENzS1ZwVU16TXJRU0Z5WFE2QjVhYnBuamxmSV84b0lCYWljenZyWkJCY1pmTnVwcE1BR09iNXI4aHJEWHlEVGp2SFVETE82VFBocF9ZNmRjcWY3Tm03dEhENVNZM1BIaW9vQUJBTXdKcktWQ3FTYmJoVFpqRUJ5VHQxakR1ZUpsc3hfc3M0MG5TeVZFdFhCMlNrN2kyX2xORzBsRkxaSFhweWJqVkt0U3pLQjRIZC12RTVzb29jekVOUUhqT1lkMVRPWlhxUUJ2ZVFnTHFDeUxTVmNDOERNRHpfUTJ6OFhWd3ViS2xiWUJlWjlQZFVHWERiV1lPV25RbnlvYlhKc2ZZeTRGRGF4LWpOUG5CaG4wUk5LMWFzR05ETFBraHU3b1lyZEttUG96Y0Y4eDNPTEFZdzdvblNVV3VZcFctcnFCNTZ2bjVRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdkRDQ0FXT2dBd0lCQWdJUVZzODZCeVQ5TGdtK29BTy9qTVl4VXpBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTFNelV5TUZvWERUTTJNVEV4T1RBMU16VXpNRm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCSTN3Ym9seWYyMWdXN0ZhcjVTSDhuczl2YlVyWnFSbWt1YWFqSmVJeVVlZ2FaODJwN05sXG5PM3JOaDg0UzlTMWdIekZGc0J6S01tczQrQlFGbjgzQWpKS2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCVE13aFRCWmhIcEkwZktLZmZWQmViV3F2bUREREFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBjQU1FUUNJRDdkXG5JaDRRNWRoVWJ1NmU2Q3BTRjBucmdnVFRmNG4yNUdGaGpBN2VGd0ZrQWlBdkdnZ1dMSUFOZVFrRlNZakFaZmtmXG5wT0NOeEFtZWtBOU5ONVBHZ2FDaDd3PT1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.YM71uxXGsZYB3hvw-KqWnmWXRCDTPMHOukXyz0xguCgNW-NxRcnnzJUA7D8lbXFPo9mgVPK49HLE1XTeR-99YQ');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('q3yky4ods6tl', 'east', 'humqdenc', '{"kty":"EC","crv":"P-256","x":"xjdAQt-ibRq44yJrE1G3Xoh8L3P-TWNguF0h3kgjYkY","y":"oVNatBf2FNp_PuPVia-BDCTR5JPUSLgC5OqHtF48Gds"}', '{"kty":"EC","crv":"P-256","x":"_kGlUyjoSlNGx3fOiS4Gpg7lj4nH_ZaptTsMW2SIRvw","y":"Du8s36YHA5YQI1qliA0bLzBsLyIT9XeItQMvO8E_s4E"}', 0, 1, 10, 'cBUrPWUyqyzw-Ku7Ng2_AYiDJJK8vMlgkYstz2BwTrQ', 0, '2026-11-22T05:35:31.353Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6ImVKVFJpUTVJc2puN3hIalM3TFJtWUtBY3NFREJWUEt2eHd0eXF2MnJVd1UiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImNod2M1M24zZnpheW51czIiLCJ0ZW5hbnQiOiJxM3lreTRvZHM2dGwiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiY0JVclBXVXlxeXp3LUt1N05nMl9BWWlESkpLOHZNbGdrWXN0ejJCd1RyUSIsInByZXZpb3VzIjoiY0JVclBXVXlxeXp3LUt1N05nMl9BWWlESkpLOHZNbGdrWXN0ejJCd1RyUSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiY2RnZnQ1N2wiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoieGpkQVF0LWliUnE0NHlKckUxRzNYb2g4TDNQLVRXTmd1RjBoM2tnallrWSIsInkiOiJvVk5hdEJmMkZOcF9QdVBWaWEtQkRDVFI1SlBVU0xnQzVPcUh0RjQ4R2RzIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6Imh1bXFkZW5jIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6InhqZEFRdC1pYlJxNDR5SnJFMUczWG9oOEwzUC1UV05ndUYwaDNrZ2pZa1kiLCJ5Ijoib1ZOYXRCZjJGTnBfUHVQVmlhLUJEQ1RSNUpQVVNMZ0M1T3FIdEY0OEdkcyJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoiakhkNktzaV91cWZoUWxyMENzS1ZwVU16TXJRU0Z5WFE2QjVhYnBuamxmSV84b0lCYWljenZyWkJCY1pmTnVwcE1BR09iNXI4aHJEWHlEVGp2SFVETE82VFBocF9ZNmRjcWY3Tm03dEhENVNZM1BIaW9vQUJBTXdKcktWQ3FTYmJoVFpqRUJ5VHQxakR1ZUpsc3hfc3M0MG5TeVZFdFhCMlNrN2kyX2xORzBsRkxaSFhweWJqVkt0U3pLQjRIZC12RTVzb29jekVOUUhqT1lkMVRPWlhxUUJ2ZVFnTHFDeUxTVmNDOERNRHpfUTJ6OFhWd3ViS2xiWUJlWjlQZFVHWERiV1lPV25RbnlvYlhKc2ZZeTRGRGF4LWpOUG5CaG4wUk5LMWFzR05ETFBraHU3b1lyZEttUG96Y0Y4eDNPTEFZdzdvblNVV3VZcFctcnFCNTZ2bjVRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdkRDQ0FXT2dBd0lCQWdJUVZzODZCeVQ5TGdtK29BTy9qTVl4VXpBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTFNelV5TUZvWERUTTJNVEV4T1RBMU16VXpNRm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCSTN3Ym9seWYyMWdXN0ZhcjVTSDhuczl2YlVyWnFSbWt1YWFqSmVJeVVlZ2FaODJwN05sXG5PM3JOaDg0UzlTMWdIekZGc0J6S01tczQrQlFGbjgzQWpKS2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCVE13aFRCWmhIcEkwZktLZmZWQmViV3F2bUREREFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBjQU1FUUNJRDdkXG5JaDRRNWRoVWJ1NmU2Q3BTRjBucmdnVFRmNG4yNUdGaGpBN2VGd0ZrQWlBdkdnZ1dMSUFOZVFrRlNZakFaZmtmXG5wT0NOeEFtZWtBOU5ONVBHZ2FDaDd3PT1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.YM71uxXGsZYB3hvw-KqWnmWXRCDTPMHOukXyz0xguCgNW-NxRcnnzJUA7D8lbXFPo9mgVPK49HLE1XTeR-99YQ');
