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

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('3h7unmsxi4kr', 1, '2026-11-22T05:01:15.125Z', 'user:pwyweyeiywtv3nns', NULL, 'organisation.create', 'organisation anns', NULL, '{"owner":"pwyweyeiywtv3nns"}', '', 'TNTNpUom3eTAcw-yk21ZSgKiYB76uSNcGLIcDq1CTgo');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 1, '2026-11-22T05:01:08.296Z', 'operator', NULL, 'organisation.create', 'organisation acme', NULL, '{"token":"u5tpr2wr6trr3a52"}', '', 'X4Je-ZG7CObsggMoAQ9k7MMCXANT0SBUL0ShQAwEdCo');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 2, '2026-11-22T05:01:08.690Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'webhook.create', 'webhook rqtynv5bbdsdawon', NULL, '{"events":["audit.entry","zone.offline"],"host":"receiver.invalid"}', 'X4Je-ZG7CObsggMoAQ9k7MMCXANT0SBUL0ShQAwEdCo', 'ycZ674NYWqZNNazRfuRyZS-RXASZJkwEy7ftzlog56c');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 3, '2026-11-22T05:01:08.862Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'resources.change', 'Zone east', 1, '{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]}', 'ycZ674NYWqZNNazRfuRyZS-RXASZJkwEy7ftzlog56c', '1MfDgUXzz9iJhjBXUv1VwM1VNuGADcMyy545Nbfx3_I');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 4, '2026-11-22T05:01:10.144Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'resources.change', 'Mesh default and 7 more', 2, '{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', '1MfDgUXzz9iJhjBXUv1VwM1VNuGADcMyy545Nbfx3_I', 'w_LTsfejR0unbssxM7WK0Gzw2aCm8E6Clwhc6blcpEk');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 5, '2026-11-22T05:01:10.267Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'resources.change', 'Secret default/own and 5 more', 3, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]}', 'w_LTsfejR0unbssxM7WK0Gzw2aCm8E6Clwhc6blcpEk', '8w7wZOK8t-wmnw8804vJDnuvrfbfoC5aHK3XFAZDaxw');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 6, '2026-11-22T05:01:10.338Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'resources.change', 'MeshTimeout default/to-change', 4, '{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]}', '8w7wZOK8t-wmnw8804vJDnuvrfbfoC5aHK3XFAZDaxw', 'nbVt-9WcEgEMyGh9WGeMBw4e-APAJCw83-5BqwsEBiM');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 7, '2026-11-22T05:01:10.406Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'resources.change', 'MeshTimeout default/to-go', 5, '{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]}', 'nbVt-9WcEgEMyGh9WGeMBw4e-APAJCw83-5BqwsEBiM', '83zl-x8NTGVYjaoLSQsbivei03Su-G6ezMKuInOq-vA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 8, '2026-11-22T05:01:10.453Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'audit.retention', 'audit log', NULL, '{"before":400,"days":90}', '83zl-x8NTGVYjaoLSQsbivei03Su-G6ezMKuInOq-vA', '2LT0nL0yz-rrHqROYujVa0w_ZIs80OuwQFkDdHop2IU');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 9, '2026-11-22T05:01:10.510Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'token.create', 'token xwon3bzgpcnywmpq', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', '2LT0nL0yz-rrHqROYujVa0w_ZIs80OuwQFkDdHop2IU', 'JLSSqAHPei2iPrJ-pH2kjqPn7SU7H49ATAnvkxH12IA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 10, '2026-11-22T05:01:10.539Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'token.create', 'token hwzw3us7hqz7ahlr', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'JLSSqAHPei2iPrJ-pH2kjqPn7SU7H49ATAnvkxH12IA', 'JUFSX9lIJ75cuAIuHuTVphJ74iuVbaqsuBtCbwq4_nc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 11, '2026-11-22T05:01:10.759Z', 'token:hwzw3us7hqz7ahlr', 'hwzw3us7hqz7ahlr', 'plan.approve', 'plan umu3q2qp47kq36af', NULL, '{"plan":"umu3q2qp47kq36af","author":"token:xwon3bzgpcnywmpq","revision":5,"required":0,"given":1}', 'JUFSX9lIJ75cuAIuHuTVphJ74iuVbaqsuBtCbwq4_nc', 'lrqYRYWuKe0lgUSQNMueilUEF4mOJ3N67rMCFxlzJW4');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 12, '2026-11-22T05:01:10.942Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'token.create', 'token bdsgp5hvof4ddoyp', NULL, '{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]}', 'lrqYRYWuKe0lgUSQNMueilUEF4mOJ3N67rMCFxlzJW4', 'uoQ_RPeS5j3KSxtj1NiJwSK7UmwEYMVajYbPNZ6bAbc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 13, '2026-11-22T05:01:11.103Z', 'token:bdsgp5hvof4ddoyp', 'bdsgp5hvof4ddoyp', 'secret.reveal', 'Secret default/dataplane-token-signing-key-default-1', NULL, '{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]}', 'uoQ_RPeS5j3KSxtj1NiJwSK7UmwEYMVajYbPNZ6bAbc', 'w1ynk6sDBBUoDWsbgL0IjUUuPrZLuTaGBrYeYmsLFP4');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 14, '2026-11-22T05:01:11.140Z', 'token:bdsgp5hvof4ddoyp', 'bdsgp5hvof4ddoyp', 'secret.reveal', 'Secret default/default.ca-builtin-key-ca-1', NULL, '{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'w1ynk6sDBBUoDWsbgL0IjUUuPrZLuTaGBrYeYmsLFP4', 'J3k_ujEudGnW_yW235_aTVF7bdIqn4yauwiMqL0mXE8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 15, '2026-11-22T05:01:11.230Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T06:01:11.230Z","id":"mezpz72wj47id6sz"}', 'J3k_ujEudGnW_yW235_aTVF7bdIqn4yauwiMqL0mXE8', 'nKbzMKkW3Lmn0KzKZBwEGqqqwJgo8EO_cBKgU--jos0');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 16, '2026-11-22T05:01:11.320Z', 'relay:east/odk5tll5', NULL, 'relay.enrol', 'relay east/odk5tll5', NULL, '{"enrolmentToken":"mezpz72wj47id6sz"}', 'nKbzMKkW3Lmn0KzKZBwEGqqqwJgo8EO_cBKgU--jos0', 'cHQsaP6uwE23HCtB4uAhlmJ6cEllZfsVxI9HQxErKbY');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 17, '2026-11-22T05:01:11.651Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'dataplane-token.create', 'token 2ce42a00-a304-490a-bb26-51da964e52be', NULL, '{"id":"2ce42a00-a304-490a-bb26-51da964e52be","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000}', 'cHQsaP6uwE23HCtB4uAhlmJ6cEllZfsVxI9HQxErKbY', 'GSzsr22qV-b8kpcofvkewypIuMsNRnmgdAGde4c3dFY');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 18, '2026-11-22T05:01:12.278Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'resources.change', 'MeshTimeout default/late', 6, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]}', 'GSzsr22qV-b8kpcofvkewypIuMsNRnmgdAGde4c3dFY', 'kXxMasJOsRs-alfJ1xksQzruW-hczrWJ1GXf8prwWc0');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 19, '2026-11-22T05:01:12.625Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T06:01:12.625Z","id":"7ekzpp7oibrc7noz"}', 'kXxMasJOsRs-alfJ1xksQzruW-hczrWJ1GXf8prwWc0', 'UUVUUxafODa73eTbjxcHUGdZspx5TQe6jSlENPwU0jY');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 20, '2026-11-22T05:01:12.656Z', 'relay:east/v7v2n73p', NULL, 'relay.enrol', 'relay east/v7v2n73p', NULL, '{"enrolmentToken":"7ekzpp7oibrc7noz"}', 'UUVUUxafODa73eTbjxcHUGdZspx5TQe6jSlENPwU0jY', 'NI1LcYtL1umPBLErlz3AQ0lD7aDZbL4n9JwaadguFzI');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('7hbsz7cktj3i', 21, '2026-11-22T05:01:15.274Z', 'token:u5tpr2wr6trr3a52', 'u5tpr2wr6trr3a52', 'invitation.create', 'invitation dy54vmyjylg5hs2t', NULL, '{"email":"bo@example.com","expiresAt":"2026-11-29T05:01:15.274Z","role":"viewer"}', 'NI1LcYtL1umPBLErlz3AQ0lD7aDZbL4n9JwaadguFzI', 'UbHqFpV1JnEqriuO5InSabhSbvTnDSRXywz-0FFZPtw');

INSERT INTO "audit_seal" ("tenant_id", "number", "kind", "time", "hash", "jws") VALUES ('7hbsz7cktj3i', 2, 'checkpoint', '2026-11-22T05:01:08.774Z', 'ycZ674NYWqZNNazRfuRyZS-RXASZJkwEy7ftzlog56c', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IjBQNEdXQVByWU9xdG5tdnAxX1htUTktLW9PMjRzaHhWQzh5NzVoZVllWmMiLCJ0eXAiOiJ3ZWZ0LWF1ZGl0K2p3cyJ9.eyJraW5kIjoiY2hlY2twb2ludCIsIm9yZ2FuaXNhdGlvbiI6IjdoYnN6N2NrdGozaSIsIm51bWJlciI6MiwiaGFzaCI6InljWjY3NE5ZV3FaTk5helJmdVJ5WlMtUlhBU1pKa3dFeTdmdHpsb2c1NmMiLCJ0aW1lIjoiMjAyNi0xMS0yMlQwNTowMTowOC43NzRaIn0.9q3NNQX-Dg5OBejde4UJfGV_uQGJNLV-VMYSYXlJWKoBQDEabPu5wFC21YtnPRi9P8n32jjAk7m_dcHj4H9_3A');

INSERT INTO "audit_setting" ("tenant_id", "retention_days") VALUES ('7hbsz7cktj3i', 90);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'hdidyZNcVT9JbcUvdaXlPrHKU0YKXAc98w_L_oTb3O8', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvTCCAWOgAwIBAgIQWj7EmNwAbBVqknDp/zycNzAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjA1MDEwMFoXDTM2MTExOTA1MDExMFowMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABOj5VC2g8aXJdC/NSvS6TcpLTqzGG7ifPmzl9dMIpor+dYZWc0ZQ\nhZyGbjj9eWT0wyZ0fKS3vxRNXRSydT/KlEujXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBRRdqvEf/DP6CDczwvGeC77t3F4QDAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0gAMEUCIQCq\ni7c4wlNtFmBqhWKLYxdglIWC+H6lmyldOCS7jz0+3QIgTc3jtTGAEAODFiWxvYHu\nIQhQ3P0OLJfWafMQrYPrhhI=\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', '{"web-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'mpJJC43RnD_tDmHrVogtVRwdbDbqcoJf0wRcMjcWd6M', '{"mesh_ca:secret:default":"hdidyZNcVT9JbcUvdaXlPrHKU0YKXAc98w_L_oTb3O8"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', '{"shop-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00', '{"shop-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('7hbsz7cktj3i', 'GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q', '{"web-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('7hbsz7cktj3i', '5176abc47ff0cfe820dccf0bc6782efbb7717840', '42618e0f6ec96e5d88fd507ae10316e4', 'default', '', 'east', '2026-11-29T05:01:11.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('7hbsz7cktj3i', '5176abc47ff0cfe820dccf0bc6782efbb7717840', '4f1eb294d635e64a0608ad05178084fb', 'default', '', 'east', '2026-11-29T05:01:12.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('7hbsz7cktj3i', '8da28c795e3207959d7a922195a1c28389850dca', '789b8a0d747cd3edcc2f370ddc47a038', 'default', 'shop-1', 'east', '2026-11-23T05:01:11.000Z', '2ce42a00-a304-490a-bb26-51da964e52be');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('7hbsz7cktj3i', '7ekzpp7oibrc7noz', 'enrolment', 'relay of east', 'B5mzp7uE2d0NtbSVIHTJiasb_9OA0uWwOxHCSPJ2FUg', '[]', '2026-11-22T05:01:12.625Z', '2026-11-22T06:01:12.625Z', NULL, 'east', 'v7v2n73p', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('7hbsz7cktj3i', 'bdsgp5hvof4ddoyp', 'api', 'reveal', 'kGncf_PUqAcTKvhIk6OnF2WRwzozFoBEbXUc7NZ3x_s', '["admin","secret:reveal"]', '2026-11-22T05:01:10.942Z', NULL, NULL, NULL, NULL, 'u5tpr2wr6trr3a52', '2026-11-22T05:01:11.030Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('7hbsz7cktj3i', 'hwzw3us7hqz7ahlr', 'api', 'other', '772j0vYeIObjm083TEmivyLh0kl3b2ZyannQeNGu07g', '["admin"]', '2026-11-22T05:01:10.539Z', NULL, NULL, NULL, NULL, 'u5tpr2wr6trr3a52', '2026-11-22T05:01:10.726Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('7hbsz7cktj3i', 'mezpz72wj47id6sz', 'enrolment', 'relay of east', '_oDcdBVNmEPs5Bot8GLS9yxz6ROqaSnoDU7mtoa_dyU', '[]', '2026-11-22T05:01:11.230Z', '2026-11-22T06:01:11.230Z', NULL, 'east', 'odk5tll5', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('7hbsz7cktj3i', 'u5tpr2wr6trr3a52', 'api', 'admin', 'OuYj7UZ58ay2HmVuaGqUApyJ3mPTN_uR0wtIKbTzJOg', '["admin"]', '2026-11-22T05:01:08.296Z', NULL, NULL, NULL, NULL, NULL, '2026-11-22T05:01:08.592Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('7hbsz7cktj3i', 'xwon3bzgpcnywmpq', 'api', 'other', '0iCxccZ_nxDGW9xmHIq63tQmxQ454Bj5wGOv0uMSslg', '["admin"]', '2026-11-22T05:01:10.510Z', NULL, NULL, NULL, NULL, 'u5tpr2wr6trr3a52', '2026-11-22T05:01:10.574Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_add-relay-address.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-issuers.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_add-registration-ready.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_give-virtual-addresses.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-contacts.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_add-default-generators.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_follow-resources.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_deliver-revisions.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_keep-plans.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_keep-audit.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_send-webhooks.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_keep-approvals.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (14, '0014_keep-lineage.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (15, '0015_note-joins.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (16, '0016_guard-quotas.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (17, '0017_guard-moves.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (18, '0018_note-ways.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (19, '0019_keep-versions.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (20, '0020_note-uses.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (21, '0021_close-relays.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (22, '0022_note-unused-blobs.sql', '2026-11-22 05:01:07');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (23, '0023_end-heads-with-envelopes.sql', '2026-11-22 05:01:07');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('7hbsz7cktj3i', 'east', 'odk5tll5', 1, 9, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T05:01:12.496Z');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('3h7unmsxi4kr', 1, 0, 1);

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('7hbsz7cktj3i', 1, 6, 10);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('7hbsz7cktj3i', 'default', '0f3dc13fc7d4bba8b24ba026b5be7ba7eac99f01', 'east', 'odk5tll5', '5176abc47ff0cfe820dccf0bc6782efbb7717840', '-----BEGIN CERTIFICATE-----
MIICRDCCAeqgAwIBAgIQTx6ylNY15koGCK0FF4CE+zAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA1MDEwMloXDTI2MTEyOTA1MDExMlowNTENMAsGA1UECgwEV2VmdDES
MBAGA1UECwwJem9uZSBlYXN0MRAwDgYDVQQDDAdkZWZhdWx0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEtqq0NfASwFpUEbCdap1AjDW6BfW90dw4AMparUpOtUOb
D8A/V/z+UQHAz1hv6EVrJi2sI/CoDPakRKa56q3g1qOB4DCB3TASBgNVHRMBAf8E
CDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUDz3BP8fUu6iyS6Am
tb57p+rJnwEwHwYDVR0jBBgwFoAUUXarxH/wz+gg3M8Lxngu+7dxeEAwGwYDVR0R
BBQwEoYQc3BpZmZlOi8vZGVmYXVsdDBaBgNVHR4BAf8EUDBOoBYwCYYHZGVmYXVs
dDAJhgdrdW1hLmlvoTQwAoIAMAqHCAAAAAAAAAAAMCKHIAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA0gAMEUCICcVXflEBdn1suy8
gA8BiDWjfmHibScuFfTZW+WmD/oOAiEAwPJM3wcBLtBsgqKf/UWa93YGaaSODC4b
fuUubwCk3zo=
-----END CERTIFICATE-----
', '2026-11-29T05:01:12.000Z', NULL, NULL, NULL);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('7hbsz7cktj3i', 'default', '8da28c795e3207959d7a922195a1c28389850dca', 'east', 'odk5tll5', '5176abc47ff0cfe820dccf0bc6782efbb7717840', '-----BEGIN CERTIFICATE-----
MIIB9DCCAZugAwIBAgIQQmGOD27Jbl2I/VB64QMW5DAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA1MDEwMVoXDTI2MTEyOTA1MDExMVowQjENMAsGA1UECgwEV2VmdDEf
MB0GA1UECwwWY29udHJvbCBwbGFuZSBmb3IgZWFzdDEQMA4GA1UEAwwHZGVmYXVs
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKptygutDWFsPnXbSzudAXNDgmqN
I7VOR2xBm8czudlGAi6MI8WsPv345OydhShVYbbngiBnG816NDorIhiuyeijgYQw
gYEwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYE
FI2ijHleMgeVnXqSIZWhwoOJhQ3KMB8GA1UdIwQYMBaAFFF2q8R/8M/oINzPC8Z4
Lvu3cXhAMBsGA1UdEQQUMBKGEHNwaWZmZTovL2RlZmF1bHQwCgYIKoZIzj0EAwID
RwAwRAIgAfbhBoSJxIQIjNt1QlBcbNX7rH3A9avxAK57bMfVDucCIHiYoUNd2Lcz
JDoqndwTm9BbRUfzRlsKnrHolJEuR3TD
-----END CERTIFICATE-----
', '2026-11-29T05:01:11.000Z', 'v1.d8bd1ce6.1WPIUuppDim1lxqsFglGnNbvGz9vwvBMi0FIawcTRZZfQOKD-e8npVIjk4KIyFeJwh79yxfoWKPxC3c29XKwGstjeln8YZW5B52lwfA90GTUi14medgJR_6p_uoBtp5GqXU6z8k6vIH-dEZpQ5qkCgy7_fgjXXMpiwKiCHUjhvY3EPToz3GQ9rHEGDOaqMByKEIoD4t_ylxKFc8g6DcIA4pXv6D_Nw', NULL, NULL);

INSERT INTO "join_note" ("tenant_id", "zone", "subject", "code", "count", "first_at", "last_at") VALUES ('7hbsz7cktj3i', 'east', '7ekzpp7oibrc7noz', 'token-used', 1, '2026-11-22T05:01:12.913Z', '2026-11-22T05:01:12.913Z');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('7hbsz7cktj3i', 'east', 'fRU8vr1e6nS5K7JLo1JmGviDMPDJlF_xfjhWm2rYxec', 1, 7, 1795323671369, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"mpJJC43RnD_tDmHrVogtVRwdbDbqcoJf0wRcMjcWd6M"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('7hbsz7cktj3i', 'east', 'bcWmw4UMaJfRowpGq1lqmA4v4nuHKqeKugH2yd6hfo4', 1, 8, 1795323671958, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"mpJJC43RnD_tDmHrVogtVRwdbDbqcoJf0wRcMjcWd6M"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('7hbsz7cktj3i', 'east', 'To_nYYC0QatIGTtJrCmwCTOmhY_7vs1NOuWVS5PBH3E', 1, 10, 1795323672682, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00","proxies/default/9":"GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"mpJJC43RnD_tDmHrVogtVRwdbDbqcoJf0wRcMjcWd6M"},"zone":"east"}');

INSERT INTO "plan" ("tenant_id", "id", "epoch", "revision", "actor", "reason", "created_at", "expires_at", "body") VALUES ('7hbsz7cktj3i', 'umu3q2qp47kq36af', 1, 5, 'token:xwon3bzgpcnywmpq', '', '2026-11-22T05:01:10.581Z', '2026-11-23T05:01:10.581Z', '{"changes":[{"type":"MeshTimeout","mesh":"default","name":"planned","change":"created","before":null,"after":{"type":"MeshTimeout","mesh":"default","name":"planned","labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"creationTime":"","modificationTime":"","spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"8s"}}]}}}],"warnings":[],"demands":[],"tests":{"broken":[],"mended":[],"failing":[]},"outcome":{"effect":{"proxies":0,"zones":[]},"access":[],"faults":{"new":[],"mended":[]}},"basis":{"sequence":6,"written":{"MeshTimeout/default/planned":[null,"Gy-d7TaQrnuqcpZv"]},"kinds":{"effect":[],"access":[],"new":[],"mended":[]}}}');

INSERT INTO "plan_approval" ("tenant_id", "plan", "actor", "time", "reason") VALUES ('7hbsz7cktj3i', 'umu3q2qp47kq36af', 'token:hwzw3us7hqz7ahlr', '2026-11-22T05:01:10.759Z', '');

INSERT INTO "plan_part" ("tenant_id", "plan", "part", "sealed") VALUES ('7hbsz7cktj3i', 'umu3q2qp47kq36af', 0, 'v1.d8bd1ce6.60Zf_bg-YTNioUqZf1dYap5IhZCRevKal4lOOhY1qzuq26Fy1Pg8vAiIxCpcc0xVDTvy-TcrIxnUKXUwmRKjEaEfBv-ZCNz6fz0pbe9W__WJyzfWdSUJt7xEXFpcgmnmJANRjDFCqhbaIxhZUO9ROaTzKANiwmp4tN10TYtNAphjnmWKXU1GN9BARgzxg8-cWgE0ykzs_OEbuKeLlnNZ9M6eotoVCEnbcVXD222aMLUdMIWvHlJIyTXGUiscTyNRrXsOxlWWn6DyjnXc5urjHIJ5fEpKCSU0jqrdUvLvGmQMXm98G3epXZVjC286pnnnuM-eaJ7h_7PC_633Oc-OxKouXmSfhubBMjc9qxYQ4iWCmrTVb6i0Boca3CXsEdVzZzonmajemR3mmHVKBA');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('7hbsz7cktj3i', 'east/odk5tll5/ce740191-d4a6-428c-84f2-776bb65700dd', 1795324271790, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('7hbsz7cktj3i', 'east/odk5tll5/d7aab6b6-f3fa-42be-9f22-f6f844305893', 1795324272029, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id", "ready", "versions") VALUES ('7hbsz7cktj3i', 'default', 'shop-1', 'life-shop-1', 'east', 'odk5tll5', 'stream', 1, '2026-11-22T05:01:11.833Z', '2ce42a00-a304-490a-bb26-51da964e52be', 1, NULL);

INSERT INTO "relay_contact" ("tenant_id", "zone", "relay", "connected_at", "seen_at", "left_at", "way", "lost_at") VALUES ('7hbsz7cktj3i', 'east', 'odk5tll5', '2026-11-22T05:01:12.208Z', '2026-11-22T05:01:12.208Z', NULL, '', NULL);

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:08.308Z', '2026-11-22T05:01:08.308Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:08.308Z', '2026-11-22T05:01:08.308Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:08.308Z', '2026-11-22T05:01:08.308Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:08.308Z', '2026-11-22T05:01:08.308Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:08.308Z', '2026-11-22T05:01:08.308Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:08.308Z', '2026-11-22T05:01:08.308Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:08.308Z', '2026-11-22T05:01:08.308Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-2', 1, 2, '2026-11-22T05:01:08.862Z', '2026-11-22T05:01:08.862Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-3', 2, 3, '2026-11-22T05:01:10.144Z', '2026-11-22T05:01:10.144Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.d8bd1ce6.cq4P87cEACDhqPKoOpNZdT1vOF8R0oqYpAq7rimzxFIQF_vFCmFiaqJfJmEkocGSLe0gvg3tcV1dQrdzoSPIW7tzVMI70EiaFY1ngXVfZ_bXbvFzRkpHuwQ75yM3wyVST6PKBImgjCTsZECSQSPn1i3kQoUX6dHX-7gCjhKpJKpnp7l3ATypOq35oCjjKq0hALOq6CaSB8aQWo0TtPgS2G9hOVXsvTLFB8d3Opadwjdz9nqhQoBbwPRPm1A-Z719WmsunLQwcBc4YpNHe7gE44fIxo7-gQVuJvou6fVdlA4RIDL_CZdKU4vmNrPofvvUNWfUc4KIU3WoYXQCsuGIakbtxtR1KlgatCL4TWQrro0ivdz11Pwh_B4CXF2ZErqOvIG8Lg3NeM0_XzjJSQxTNeWxJ7uSZBUFeIsgagcuWkHmao1WlDpxm84KGuKkXsTbCOroupb5aThKTUlR8ZKRYPoqYQ76sPzSXDmC22nYtaLVp61uaov96nBlHcLB_5LTbYfpltb8kgHdHQc0hI5EnTDaytZzC7f3_3nyMv2l5SEzIYNgTlRgwoTBWJ77giICM0369d5oeOzxIAQ-FZ8q0PZhbUBQ6eiacSnj6ViTyay2GrQFzEKDkQ8UXIE2zITOimIsJ13cCDWadQALMa9F4f5w38j5DEjWJ_yNFWpN3ZsrIraXwCWSyEYeJREJxGy8vgxHhD8jvXhyUiWskt91M7pqBpLbQxCM5a8vP0GdBLucZNaUAwCp8HeO2qUrPnORRj1bacp8crpVgCFAnygSJ5nDPKB2k5llDOOhfBeS8KdBn8ol4OVmAh1AvNNfdQYTd8y44msrO4Cyq7g-OxR2yh6JZmySU2AfMENh_BK1S77Y4DYPRXylUMTSKZuYYGHozO0qBlUk-r0VtdCHQgoA7SJCbD1oi4FsKkXdyZVhP_GM6rGxwOYjpaiVkdwEAdgNcKb15SisNffayCdtTaftvB-mWY3Rf-S8zC3RSiQtkYEUq1vDa_H0wR73latnXjyUEHuISpeyMI85W-9vBjNwkCP9gvS_dssCPFvEptM8xsYR7gqGD-AquQlgswO5ok8Z2WUftEzJ4Icote9NHYzsUfmPeQ-k3nOo8mr0VbmkXPVJtlOwif_G2MTHbkDSqCOAFv3gl-D81ADygj8-yctmcquP6ACw9ShSOOP2mK_6wGgYIn595rC8EtBzBkVbEsudZzg91AkPVccDk_8EFOEd_s9e0liVHXbhlF35Cok-rMaXdmwlf9SaQHtPuQV6BciSW421YHaqkfnEdxcHQIDjrzZ7DJ40Zae3q5SBn3Mx71TLt3589o5bRweHDsF3PdVFUSnpKHgOJArqlNAdRelJ1HSlDtIumUxaereXRmcXnLZfU45WJr8CP-7-9hlvgY39DJblpv-nalcHP8-t_6srcCMwDWHhRYaTfURVI58pqcNq2FP-t1qfTwsSa6VECThXBzgyQWhvQTF26vuxVHKfVflcubbvCknNqEQ_4v_QYEsXsmB5OSVJWza82ygk2MIMWibhXMfYa8x4QDBRlBofDJmhaRUeLfbvmyfFLUon5JfXOUTV3ng0a-ZqVP1RXKyl53DAJEzMH2zEke545BnNp5D8xinv5XK_-Ct4FCqvdNShKcanI9v0djoGNkOYSscgobhV4vNREJGm48fdSC9K1qJIEOETvVgYCcAeUTCQyE6eK96uldEVs-hRW2qgA0tfkUpbGzRJzc0fFYO7H4MPaToBrmj94MRECSRDsaQTNG-eBpT48pv-DyC52eR3BtJVIpYs7lzpWM9u3ajzXIkHuSo7qa2x7ck8uxcguKKhtfQgAX_5haQ_nly-ONoOw_XtiRUPPfeJVruY6KZnqWauBqNaq81PSk2gT3GiAElN9ccAZBFgFBGknAWm-tP7HB5G9QIVKkRXFP3CM9cIy7PIxL4YjAIvZ4dd4ZrPBXBoKh0x3K1jTiyxGOkWz_pWm9RwrzeayLkPtVsu7m3hIOP7ityJzTJtl__MuvQght6fblVpgwymcOoS4PD02fYpgLkKda2VmDb6S1JfKdA1uWnWn2gdKaTBjVC3JaXRw7h2ig0bHmhrMmZiLd03h8wXpW3jVg-MWABj0MmaFbRdEBzFfXj_wUD9-b7ex_ttdC4mPl0wXpxkc58bCruMwfCQjAfUmqJkwSqVmzopxKQMvEc-3rFK4dZy5dXemkfVpmHjkSocwyKmqM_EjLgi6e-8h0TB-5okFFZJMoYc_an_qvZUdHMy4J8-2ScLOnPUUmY6TO0aD3ZlxeSn9rXR1OILkv-zy1barLNj2T5Kg9xvDjniMTrlCX5012-ish7JXESGLlTFTby1sVFJxm7RtS5V6QKQb8Fgvxvs6_PmcDTg2FuX3LQsPHnvnVXCpF8hxW4CSQf8XSecTsVzvPq6V6j3RMuRgubb5dp_nifmtN88zQxmjTXroLWIHwMygsOOPprgJo4fc87m1_1rFn79VmdyQvetVCg3Dw4h0b7R19-WNfTfYkbb_HPPOls7AiTcnCrHf6QcYCqZ6LFX8NzYb31J9GHeI24AcF4gOEeUoMmrbRKTOZieBdQoXU-iQ0jpB8yyQ5YjAUPhjtwwVPvRnPa7nQs7c4FAYCRZ0TvKL9NtAFXZ_FIBZjERSBN0nGJYIeoBX4kq0TU9SknMj1SX5ctPS_Cz7Jo68iyaT7fDQMGo2S_WKxDO4x9nIWAeZ3Toa5-EgCIBLJPwJASBPz2F3iE9Oi0irMcfieub5fRbX2jE0O29XDh7gGcQUCyruCO6iLaHHQCEX5XZAtc094wcueObtSLWul7IfqaL2yOK_xRLqqdMxPY1_djyMHxA3F6WWy61_ZwnSzdyQvOInRuonUAYHuEBF3NTOyQ1n07r_VNGiJmrgMc4CMUgSdzP1CDq0X-tp6_nSJNK835AH6S33_3ISADnMdpC14SWl3G0t1ZdmbMyTIsiEomHAAdDoeNCNinVCQVmJhAjVdfShq5TSlkzGeyeAaYCDnyYZBKnlLuWrgZHyZeL1MnYdNSpRQI0fN2NWnQqnq7j6605b6WsrUY"}', NULL, '1-3', 2, 3, '2026-11-22T05:01:10.144Z', '2026-11-22T05:01:10.144Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T05:01:10.144Z', '2026-11-22T05:01:10.144Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T05:01:10.144Z', '2026-11-22T05:01:10.144Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-3', 2, 3, '2026-11-22T05:01:10.144Z', '2026-11-22T05:01:10.144Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-3', 2, 3, '2026-11-22T05:01:10.144Z', '2026-11-22T05:01:10.144Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.d8bd1ce6._UP4LqeqvRaWRPGjvej_9G0-yNvaVBbf3jEimrSq236i8RTrcUSROMHOdW3gPbyDNWYR0HuU6j-RNgeuoBXLWweyohfijzXYgSW-FuMbhuo4bak5nRutX96HllrspYYebICX7g9WOPW6tXhUciWP-ER2v7v_ENFH4gUnoX0dZprOkVVjs3aEzjAPN_PHSHO4gylmMdMWn0cFySJDmSFXT-kkPRXwWOpor3a_vFMA_zJpWZ1goClydgFnYbrAmHzvsqns-fQcYCHvn64OWGlBitFlAYAQSoZJxubprfpaJ3WwhU3fjvuHN6NNHxAuqdsP3_AMFGmE2n3xqa4If-_d-pRJeF8IJ43xDbfh-BvF2Yr9pCxxY-poNP-o3M35gnmy2Yrhxb32gbUGHgbcH1YQrw8n6xa1EASCdAb3uChkbhfmd1yFploKi6bmQ7UEq27hYLbNtot9F1PCaIHBi2C2MpIL3Z1LJifn2OIgnMcEh8KEJkeMd3InXjitdlAH0ARjlJta_YDYiCDSph9mbahDsJGlcopJDnceAUMFXmfm15vv4oe3dfcMRC4N0ntsK3FtY5-TaNyvmqRJ1OWh7IlbuRh-ZrqV567BHNKzITCOojhWFGqF-JJw7KWS1Eft7KEdD8H4lLeKO4aKSTFLA97Zgz5HAKKJesMXz59VaA3XtrUqJMcpUkZ1gqxYv0e9my3mSawktx3FPzbyu2mgXl77rlA4j9QaCso79VM1y31RxtJfq4LM0UVK-7omsGBGSyFZpk-KpP4yKZWLgJC14GugvSSeWNfPS2X9p8BtOUr9vuNPWF0n90f2uZ4MiLq6utKWLWEib6-mtHzU2VhfEHhqcUOmDl1qXHNscK85PLM1ZkOD-SI9EMj0iErdMqZENMgIawNfDVf86yCmOfhz3ycd7fAt9l_y2cfSZCl2q25fl_4mQpi5ONORk_KU2ZOnMkeXPHcT1cDFyqRDjZDJrGVH_wX0HOP9mSugF48hHBuG8lVOvf9HOmtvIl3VCXVaRT513L6ukvBY-SLfSn3BTrvUUqzOXPXIq-T8v3sDgQuDjzLWYVCtbH3Z9FT2AAucE7y8DnfpU40v_iGfr9_RD70iOmVk4PqrVjf8uvbrD6FsmwYM5Kz7CijEPvwkz8hnOwX3pTJGvBYjAY1KH_lCeJ0DWcj4amVlmTIBOgDBJHK5Cx4J_ZOyhGkzBRRbkunTVHNLF6R3vg"}', NULL, '1-3', 2, 3, '2026-11-22T05:01:10.144Z', '2026-11-22T05:01:10.144Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.d8bd1ce6.FcFtP_OxyUds4fT1SO79lWG8ESsOSFDNQ8tDw95VjBja47WkK8r8H6ZNWSkQbWqalHItYyVXPOIXKcgIXVm7DhKvJVUe-KmgKiGAyPh3WPtNueVHPMhVKPARo7QW8rVdSAZDC0lVy3BJmh9Cts3rSTvsiu3nKW4hsmogxq_2J1feE129KDAaJvrVT4ouU3SEEnz9eafJC87AP5VuXv8sZbIQrYN2vtVlsnaWnGjJPllZpPC-HHbVGs73oZ-BsmE1x3u5NJzKvA4dxmndOlVmQMjbQBWyzejojhVtPxyXulStis8eaLOldmD6WTyW9ks8Zl28T_bqdDDGnhXUzJSLLmRtRfi5tMt64qNlq-cxz28r9fw4ppYl7eNvGitRTCYG_h8CDMhlCtE7MvWyJQ3vEXoJlO1F8UFrXQpKx3_85DbLlunmX8iBa6NX2NiQhEVTBPn9oM70tpdw_yTibcSHiQ"}', NULL, '1-3', 2, 3, '2026-11-22T05:01:10.144Z', '2026-11-22T05:01:10.144Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'Secret', 'default', 'own', '{}', '{"data":"v1.d8bd1ce6.kzZ23lMbf30BwTlKL4TzmK4bBro424U3lp7VgYBVRCFE2TYQuzweBw"}', NULL, '1-4', 3, 4, '2026-11-22T05:01:10.268Z', '2026-11-22T05:01:10.268Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T05:01:10.268Z', '2026-11-22T05:01:10.268Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T05:01:10.268Z', '2026-11-22T05:01:10.268Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-5', 4, 4, '2026-11-22T05:01:10.268Z', '2026-11-22T05:01:10.338Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-4', 3, 4, '2026-11-22T05:01:10.268Z', '2026-11-22T05:01:10.268Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-8', 5, 8, '2026-11-22T05:01:11.920Z', '2026-11-22T05:01:11.920Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('7hbsz7cktj3i', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-9', 6, 9, '2026-11-22T05:01:12.278Z', '2026-11-22T05:01:12.278Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('3h7unmsxi4kr', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:15.150Z', '2026-11-22T05:01:15.150Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('3h7unmsxi4kr', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:15.150Z', '2026-11-22T05:01:15.150Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('3h7unmsxi4kr', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:15.150Z', '2026-11-22T05:01:15.150Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('3h7unmsxi4kr', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:15.150Z', '2026-11-22T05:01:15.150Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('3h7unmsxi4kr', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:15.150Z', '2026-11-22T05:01:15.150Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('3h7unmsxi4kr', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:15.150Z', '2026-11-22T05:01:15.150Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('3h7unmsxi4kr', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T05:01:15.150Z', '2026-11-22T05:01:15.150Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('7hbsz7cktj3i', 1, 1, 2, 'weonxvwucg5dvhq2iycev2pbot7dowoa', 'token:u5tpr2wr6trr3a52', '', '2026-11-22T05:01:08.862Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('7hbsz7cktj3i', 2, 1, 3, 'e74rlwhrdlp2fvxiltmnks3rxj433wnq', 'token:u5tpr2wr6trr3a52', '', '2026-11-22T05:01:10.144Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('7hbsz7cktj3i', 3, 1, 4, 'umb2p6wxls3qtismogqp477s4ygvunup', 'token:u5tpr2wr6trr3a52', '', '2026-11-22T05:01:10.268Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('7hbsz7cktj3i', 4, 1, 5, 'vmrz7pzlnmvcr23ermneqogfepr75nr3', 'token:u5tpr2wr6trr3a52', '', '2026-11-22T05:01:10.338Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('7hbsz7cktj3i', 5, 1, 6, 'kt2mn6exs6znv4idhgmxf5jrfgnazoen', 'token:u5tpr2wr6trr3a52', '', '2026-11-22T05:01:10.406Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('7hbsz7cktj3i', 6, 1, 9, 'idrapiajwrkw7owes62ef5mcblkmpjmd', 'token:u5tpr2wr6trr3a52', '', '2026-11-22T05:01:12.278Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T05:01:08.862Z","modificationTime":"2026-11-22T05:01:08.862Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T05:01:10.144Z","modificationTime":"2026-11-22T05:01:10.144Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.d8bd1ce6.cq4P87cEACDhqPKoOpNZdT1vOF8R0oqYpAq7rimzxFIQF_vFCmFiaqJfJmEkocGSLe0gvg3tcV1dQrdzoSPIW7tzVMI70EiaFY1ngXVfZ_bXbvFzRkpHuwQ75yM3wyVST6PKBImgjCTsZECSQSPn1i3kQoUX6dHX-7gCjhKpJKpnp7l3ATypOq35oCjjKq0hALOq6CaSB8aQWo0TtPgS2G9hOVXsvTLFB8d3Opadwjdz9nqhQoBbwPRPm1A-Z719WmsunLQwcBc4YpNHe7gE44fIxo7-gQVuJvou6fVdlA4RIDL_CZdKU4vmNrPofvvUNWfUc4KIU3WoYXQCsuGIakbtxtR1KlgatCL4TWQrro0ivdz11Pwh_B4CXF2ZErqOvIG8Lg3NeM0_XzjJSQxTNeWxJ7uSZBUFeIsgagcuWkHmao1WlDpxm84KGuKkXsTbCOroupb5aThKTUlR8ZKRYPoqYQ76sPzSXDmC22nYtaLVp61uaov96nBlHcLB_5LTbYfpltb8kgHdHQc0hI5EnTDaytZzC7f3_3nyMv2l5SEzIYNgTlRgwoTBWJ77giICM0369d5oeOzxIAQ-FZ8q0PZhbUBQ6eiacSnj6ViTyay2GrQFzEKDkQ8UXIE2zITOimIsJ13cCDWadQALMa9F4f5w38j5DEjWJ_yNFWpN3ZsrIraXwCWSyEYeJREJxGy8vgxHhD8jvXhyUiWskt91M7pqBpLbQxCM5a8vP0GdBLucZNaUAwCp8HeO2qUrPnORRj1bacp8crpVgCFAnygSJ5nDPKB2k5llDOOhfBeS8KdBn8ol4OVmAh1AvNNfdQYTd8y44msrO4Cyq7g-OxR2yh6JZmySU2AfMENh_BK1S77Y4DYPRXylUMTSKZuYYGHozO0qBlUk-r0VtdCHQgoA7SJCbD1oi4FsKkXdyZVhP_GM6rGxwOYjpaiVkdwEAdgNcKb15SisNffayCdtTaftvB-mWY3Rf-S8zC3RSiQtkYEUq1vDa_H0wR73latnXjyUEHuISpeyMI85W-9vBjNwkCP9gvS_dssCPFvEptM8xsYR7gqGD-AquQlgswO5ok8Z2WUftEzJ4Icote9NHYzsUfmPeQ-k3nOo8mr0VbmkXPVJtlOwif_G2MTHbkDSqCOAFv3gl-D81ADygj8-yctmcquP6ACw9ShSOOP2mK_6wGgYIn595rC8EtBzBkVbEsudZzg91AkPVccDk_8EFOEd_s9e0liVHXbhlF35Cok-rMaXdmwlf9SaQHtPuQV6BciSW421YHaqkfnEdxcHQIDjrzZ7DJ40Zae3q5SBn3Mx71TLt3589o5bRweHDsF3PdVFUSnpKHgOJArqlNAdRelJ1HSlDtIumUxaereXRmcXnLZfU45WJr8CP-7-9hlvgY39DJblpv-nalcHP8-t_6srcCMwDWHhRYaTfURVI58pqcNq2FP-t1qfTwsSa6VECThXBzgyQWhvQTF26vuxVHKfVflcubbvCknNqEQ_4v_QYEsXsmB5OSVJWza82ygk2MIMWibhXMfYa8x4QDBRlBofDJmhaRUeLfbvmyfFLUon5JfXOUTV3ng0a-ZqVP1RXKyl53DAJEzMH2zEke545BnNp5D8xinv5XK_-Ct4FCqvdNShKcanI9v0djoGNkOYSscgobhV4vNREJGm48fdSC9K1qJIEOETvVgYCcAeUTCQyE6eK96uldEVs-hRW2qgA0tfkUpbGzRJzc0fFYO7H4MPaToBrmj94MRECSRDsaQTNG-eBpT48pv-DyC52eR3BtJVIpYs7lzpWM9u3ajzXIkHuSo7qa2x7ck8uxcguKKhtfQgAX_5haQ_nly-ONoOw_XtiRUPPfeJVruY6KZnqWauBqNaq81PSk2gT3GiAElN9ccAZBFgFBGknAWm-tP7HB5G9QIVKkRXFP3CM9cIy7PIxL4YjAIvZ4dd4ZrPBXBoKh0x3K1jTiyxGOkWz_pWm9RwrzeayLkPtVsu7m3hIOP7ityJzTJtl__MuvQght6fblVpgwymcOoS4PD02fYpgLkKda2VmDb6S1JfKdA1uWnWn2gdKaTBjVC3JaXRw7h2ig0bHmhrMmZiLd03h8wXpW3jVg-MWABj0MmaFbRdEBzFfXj_wUD9-b7ex_ttdC4mPl0wXpxkc58bCruMwfCQjAfUmqJkwSqVmzopxKQMvEc-3rFK4dZy5dXemkfVpmHjkSocwyKmqM_EjLgi6e-8h0TB-5okFFZJMoYc_an_qvZUdHMy4J8-2ScLOnPUUmY6TO0aD3ZlxeSn9rXR1OILkv-zy1barLNj2T5Kg9xvDjniMTrlCX5012-ish7JXESGLlTFTby1sVFJxm7RtS5V6QKQb8Fgvxvs6_PmcDTg2FuX3LQsPHnvnVXCpF8hxW4CSQf8XSecTsVzvPq6V6j3RMuRgubb5dp_nifmtN88zQxmjTXroLWIHwMygsOOPprgJo4fc87m1_1rFn79VmdyQvetVCg3Dw4h0b7R19-WNfTfYkbb_HPPOls7AiTcnCrHf6QcYCqZ6LFX8NzYb31J9GHeI24AcF4gOEeUoMmrbRKTOZieBdQoXU-iQ0jpB8yyQ5YjAUPhjtwwVPvRnPa7nQs7c4FAYCRZ0TvKL9NtAFXZ_FIBZjERSBN0nGJYIeoBX4kq0TU9SknMj1SX5ctPS_Cz7Jo68iyaT7fDQMGo2S_WKxDO4x9nIWAeZ3Toa5-EgCIBLJPwJASBPz2F3iE9Oi0irMcfieub5fRbX2jE0O29XDh7gGcQUCyruCO6iLaHHQCEX5XZAtc094wcueObtSLWul7IfqaL2yOK_xRLqqdMxPY1_djyMHxA3F6WWy61_ZwnSzdyQvOInRuonUAYHuEBF3NTOyQ1n07r_VNGiJmrgMc4CMUgSdzP1CDq0X-tp6_nSJNK835AH6S33_3ISADnMdpC14SWl3G0t1ZdmbMyTIsiEomHAAdDoeNCNinVCQVmJhAjVdfShq5TSlkzGeyeAaYCDnyYZBKnlLuWrgZHyZeL1MnYdNSpRQI0fN2NWnQqnq7j6605b6WsrUY"},"creationTime":"2026-11-22T05:01:10.144Z","modificationTime":"2026-11-22T05:01:10.144Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T05:01:10.144Z","modificationTime":"2026-11-22T05:01:10.144Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T05:01:10.144Z","modificationTime":"2026-11-22T05:01:10.144Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T05:01:10.144Z","modificationTime":"2026-11-22T05:01:10.144Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T05:01:10.144Z","modificationTime":"2026-11-22T05:01:10.144Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.d8bd1ce6._UP4LqeqvRaWRPGjvej_9G0-yNvaVBbf3jEimrSq236i8RTrcUSROMHOdW3gPbyDNWYR0HuU6j-RNgeuoBXLWweyohfijzXYgSW-FuMbhuo4bak5nRutX96HllrspYYebICX7g9WOPW6tXhUciWP-ER2v7v_ENFH4gUnoX0dZprOkVVjs3aEzjAPN_PHSHO4gylmMdMWn0cFySJDmSFXT-kkPRXwWOpor3a_vFMA_zJpWZ1goClydgFnYbrAmHzvsqns-fQcYCHvn64OWGlBitFlAYAQSoZJxubprfpaJ3WwhU3fjvuHN6NNHxAuqdsP3_AMFGmE2n3xqa4If-_d-pRJeF8IJ43xDbfh-BvF2Yr9pCxxY-poNP-o3M35gnmy2Yrhxb32gbUGHgbcH1YQrw8n6xa1EASCdAb3uChkbhfmd1yFploKi6bmQ7UEq27hYLbNtot9F1PCaIHBi2C2MpIL3Z1LJifn2OIgnMcEh8KEJkeMd3InXjitdlAH0ARjlJta_YDYiCDSph9mbahDsJGlcopJDnceAUMFXmfm15vv4oe3dfcMRC4N0ntsK3FtY5-TaNyvmqRJ1OWh7IlbuRh-ZrqV567BHNKzITCOojhWFGqF-JJw7KWS1Eft7KEdD8H4lLeKO4aKSTFLA97Zgz5HAKKJesMXz59VaA3XtrUqJMcpUkZ1gqxYv0e9my3mSawktx3FPzbyu2mgXl77rlA4j9QaCso79VM1y31RxtJfq4LM0UVK-7omsGBGSyFZpk-KpP4yKZWLgJC14GugvSSeWNfPS2X9p8BtOUr9vuNPWF0n90f2uZ4MiLq6utKWLWEib6-mtHzU2VhfEHhqcUOmDl1qXHNscK85PLM1ZkOD-SI9EMj0iErdMqZENMgIawNfDVf86yCmOfhz3ycd7fAt9l_y2cfSZCl2q25fl_4mQpi5ONORk_KU2ZOnMkeXPHcT1cDFyqRDjZDJrGVH_wX0HOP9mSugF48hHBuG8lVOvf9HOmtvIl3VCXVaRT513L6ukvBY-SLfSn3BTrvUUqzOXPXIq-T8v3sDgQuDjzLWYVCtbH3Z9FT2AAucE7y8DnfpU40v_iGfr9_RD70iOmVk4PqrVjf8uvbrD6FsmwYM5Kz7CijEPvwkz8hnOwX3pTJGvBYjAY1KH_lCeJ0DWcj4amVlmTIBOgDBJHK5Cx4J_ZOyhGkzBRRbkunTVHNLF6R3vg"},"creationTime":"2026-11-22T05:01:10.144Z","modificationTime":"2026-11-22T05:01:10.144Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.d8bd1ce6.FcFtP_OxyUds4fT1SO79lWG8ESsOSFDNQ8tDw95VjBja47WkK8r8H6ZNWSkQbWqalHItYyVXPOIXKcgIXVm7DhKvJVUe-KmgKiGAyPh3WPtNueVHPMhVKPARo7QW8rVdSAZDC0lVy3BJmh9Cts3rSTvsiu3nKW4hsmogxq_2J1feE129KDAaJvrVT4ouU3SEEnz9eafJC87AP5VuXv8sZbIQrYN2vtVlsnaWnGjJPllZpPC-HHbVGs73oZ-BsmE1x3u5NJzKvA4dxmndOlVmQMjbQBWyzejojhVtPxyXulStis8eaLOldmD6WTyW9ks8Zl28T_bqdDDGnhXUzJSLLmRtRfi5tMt64qNlq-cxz28r9fw4ppYl7eNvGitRTCYG_h8CDMhlCtE7MvWyJQ3vEXoJlO1F8UFrXQpKx3_85DbLlunmX8iBa6NX2NiQhEVTBPn9oM70tpdw_yTibcSHiQ"},"creationTime":"2026-11-22T05:01:10.144Z","modificationTime":"2026-11-22T05:01:10.144Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.d8bd1ce6.kzZ23lMbf30BwTlKL4TzmK4bBro424U3lp7VgYBVRCFE2TYQuzweBw"},"creationTime":"2026-11-22T05:01:10.268Z","modificationTime":"2026-11-22T05:01:10.268Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T05:01:10.268Z","modificationTime":"2026-11-22T05:01:10.268Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T05:01:10.268Z","modificationTime":"2026-11-22T05:01:10.268Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T05:01:10.268Z","modificationTime":"2026-11-22T05:01:10.268Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T05:01:10.268Z","modificationTime":"2026-11-22T05:01:10.268Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T05:01:10.268Z","modificationTime":"2026-11-22T05:01:10.268Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T05:01:10.268Z","modificationTime":"2026-11-22T05:01:10.268Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T05:01:10.268Z","modificationTime":"2026-11-22T05:01:10.338Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T05:01:10.268Z","modificationTime":"2026-11-22T05:01:10.268Z"}', NULL, 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('7hbsz7cktj3i', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T05:01:12.278Z","modificationTime":"2026-11-22T05:01:12.278Z"}', 0);

INSERT INTO "revision_delivery" ("tenant_id", "epoch", "revision", "zone", "relay", "sequence", "answered_at", "acked", "nacked", "pending", "absent", "untouched", "pushed", "taken", "laggards", "at") VALUES ('7hbsz7cktj3i', 1, 6, 'east', 'odk5tll5', 9, NULL, 1, 1, 0, 0, 0, '{"count":1,"max":5,"buckets":[]}', '{"count":1,"max":5,"buckets":[]}', '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no","state":"nacked"}]', '2026-11-22T05:01:12.580Z');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('7hbsz7cktj3i', 1, '', 1, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('7hbsz7cktj3i', 2, '', 2, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('7hbsz7cktj3i', 4, '', 3, '{"access":[{"mesh":"default","from":"web","to":"backend","before":{"outcome":"none","reason":"absent"},"after":{"outcome":"allowed","reason":"rule","rule":{"kri":"kri_mtp_default___all_","part":"rules","rule":0,"list":"allow","item":0}}}],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('7hbsz7cktj3i', 5, '', 5, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('7hbsz7cktj3i', 6, '', 6, '{"access":[],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('7hbsz7cktj3i', 6, 'east', 6, '{"effect":{"zone":"east","proxies":2,"shapes":[{"mesh":"default","change":"changed","proxies":{"count":2,"names":["shop-1","web-1"]},"resources":[{"kind":"cluster","name":"backend","change":"changed","patch":[{"op":"test","path":"/connectTimeout","value":"5s"},{"op":"replace","path":"/connectTimeout","value":"9s"}],"own":false}]}],"endpoints":[],"secrets":[]}}');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('3h7unmsxi4kr', 'envelope', '', 'ZDdnGQqy_Db5Ac8iGLOGO1LYl9XnVoob2YxrhpoCN4Y', '{"kty":"EC","crv":"P-256","x":"7m6DJMycyILWu6XObozB3Z1S26Io9ODbcbhU2EgX8LM","y":"HF_0_om7xPBThR5wBnDpDgR2bI4sRXO-cRZdZ7kUkds","alg":"ES256","kid":"ZDdnGQqy_Db5Ac8iGLOGO1LYl9XnVoob2YxrhpoCN4Y"}', 'v1.d8bd1ce6.aPfp8MZ4OheD_IrIDzOmAQ8inEzi1wg-9cN9mbAvI08STNtM8b0R_76YHp5QcoP-iGZKmTiXba-2u9xeyzyqhf_z_wjkSMDL0bkDMQJW_DmALmVBF60FzcOF3HTpZEGLvJT_8lcOQ84HT_QlBTvge8qvEFpKR_G79ooD7OjdV94vG61s7Cx1lrWGKPKtMUMdK-4idFAGdDB8y2820BTBMX5AwlMExA', '2026-11-22T05:01:15.105Z');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('7hbsz7cktj3i', 'envelope', '', '0P4GWAPrYOqtnmvp1_XmQ9--oO24shxVC8y75heYeZc', '{"kty":"EC","crv":"P-256","x":"v3fRvPwKlcRbU2Fy9cBjoYFQ2ivunht4nhzKGNrOSSs","y":"ki7eUiiStijOw3T1Lrs3lmBHZeCQFFtnviAJjeo1Y64","alg":"ES256","kid":"0P4GWAPrYOqtnmvp1_XmQ9--oO24shxVC8y75heYeZc"}', 'v1.d8bd1ce6.zmvjE76HHQo4bm1MU9jmy4RbNowfO1SySXDc5FNXUTC1Xp3oxe35smwdpTAk6sk7ZTROREWd8seyVwJH6qAmVVLJeYSLmzhwX6kVfa7hb9Hl9vAtirHREdDuWaDQYX0La5ugCNBGxg-vCk4dPGAenobe8diK9q1Dlq4dUw7HE1jwGbM_7vv7Bo5fAhmFX7CZCJfkTdBdq60yWYBZIayUAfmwrgUSzg', '2026-11-22T05:01:08.265Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('3h7unmsxi4kr', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('7hbsz7cktj3i', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('7hbsz7cktj3i', 7, 1, 5, 'enrolled/east/odk5tll5');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('7hbsz7cktj3i', 8, 1, 5, 'rzkdglp76uweld3o2siefek2');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('7hbsz7cktj3i', 10, 1, 6, 'enrolled/east/v7v2n73p');

INSERT INTO "tenant_move" ("tenant_id", "generation", "target", "frozen_until", "session") VALUES ('7hbsz7cktj3i', 1, '', 1795323687946, 0);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('7hbsz7cktj3i', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', 1795323672370);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('7hbsz7cktj3i', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', 1795323672370);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('7hbsz7cktj3i', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', 1795323672370);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('7hbsz7cktj3i', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', 1795323672370);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('7hbsz7cktj3i', 'default', '0', 'zone/east', 1795323670141, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('7hbsz7cktj3i', 'default', '240.0.0.0', 'service/backend', 1795323670265, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('7hbsz7cktj3i', 'default', '240.0.0.1', 'service/web', 1795323670265, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('7hbsz7cktj3i', 'default', '240.0.0.2', 'service/shop', 1795323671920, NULL);

INSERT INTO "webhook" ("tenant_id", "id", "url", "events", "description", "secret", "older_secret", "older_until", "created_at", "disabled_at", "disabled_why") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'https://receiver.invalid/in', '["audit.entry","zone.offline"]', 'siem', 'v1.d8bd1ce6.CpteQYa1r-uvn65-4_xUsT7OtcCdp2_FzNqRyBj4wN5ht9Ld55gzluNG68_VPWNev1VNrmVChI_LuTpq5_TYo4HQgHEkTvaN7mB-bKIL', NULL, NULL, '2026-11-22T05:01:08.690Z', NULL, NULL);

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_a1MfDgUXzz9iJhjBXUv1VwM1VNuGADcMyy545Nbfx3_I', '2026-11-22T05:01:08.862Z', 'pending', 2, 1795323709484, '2026-11-22T05:01:14.096Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_a2LT0nL0yz-rrHqROYujVa0w_ZIs80OuwQFkDdHop2IU', '2026-11-22T05:01:10.453Z', 'pending', 2, 1795323709766, '2026-11-22T05:01:14.895Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_a83zl-x8NTGVYjaoLSQsbivei03Su-G6ezMKuInOq-vA', '2026-11-22T05:01:10.406Z', 'pending', 2, 1795323707121, '2026-11-22T05:01:14.980Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_a8w7wZOK8t-wmnw8804vJDnuvrfbfoC5aHK3XFAZDaxw', '2026-11-22T05:01:10.267Z', 'pending', 2, 1795323700168, '2026-11-22T05:01:15.697Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_aGSzsr22qV-b8kpcofvkewypIuMsNRnmgdAGde4c3dFY', '2026-11-22T05:01:11.651Z', 'pending', 2, 1795323708438, '2026-11-22T05:01:16.956Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_aJ3k_ujEudGnW_yW235_aTVF7bdIqn4yauwiMqL0mXE8', '2026-11-22T05:01:11.140Z', 'pending', 2, 1795323711615, '2026-11-22T05:01:17.215Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_aJLSSqAHPei2iPrJ-pH2kjqPn7SU7H49ATAnvkxH12IA', '2026-11-22T05:01:10.510Z', 'pending', 2, 1795323707667, '2026-11-22T05:01:14.773Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_aJUFSX9lIJ75cuAIuHuTVphJ74iuVbaqsuBtCbwq4_nc', '2026-11-22T05:01:10.539Z', 'pending', 2, 1795323701992, '2026-11-22T05:01:15.263Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_aNI1LcYtL1umPBLErlz3AQ0lD7aDZbL4n9JwaadguFzI', '2026-11-22T05:01:12.656Z', 'pending', 1, 1795323677975, '2026-11-22T05:01:12.846Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_aUUVUUxafODa73eTbjxcHUGdZspx5TQe6jSlENPwU0jY', '2026-11-22T05:01:12.625Z', 'pending', 2, 1795323712361, '2026-11-22T05:01:17.396Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_aUbHqFpV1JnEqriuO5InSabhSbvTnDSRXywz-0FFZPtw', '2026-11-22T05:01:15.274Z', 'pending', 1, 1795323679895, '2026-11-22T05:01:15.683Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_acHQsaP6uwE23HCtB4uAhlmJ6cEllZfsVxI9HQxErKbY', '2026-11-22T05:01:11.320Z', 'pending', 2, 1795323712447, '2026-11-22T05:01:17.200Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_akXxMasJOsRs-alfJ1xksQzruW-hczrWJ1GXf8prwWc0', '2026-11-22T05:01:12.278Z', 'pending', 2, 1795323700897, '2026-11-22T05:01:16.897Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_alrqYRYWuKe0lgUSQNMueilUEF4mOJ3N67rMCFxlzJW4', '2026-11-22T05:01:10.759Z', 'pending', 2, 1795323706604, '2026-11-22T05:01:15.028Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_anKbzMKkW3Lmn0KzKZBwEGqqqwJgo8EO_cBKgU--jos0', '2026-11-22T05:01:11.230Z', 'pending', 2, 1795323709657, '2026-11-22T05:01:16.010Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_anbVt-9WcEgEMyGh9WGeMBw4e-APAJCw83-5BqwsEBiM', '2026-11-22T05:01:10.338Z', 'pending', 2, 1795323706516, '2026-11-22T05:01:15.222Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_auoQ_RPeS5j3KSxtj1NiJwSK7UmwEYMVajYbPNZ6bAbc', '2026-11-22T05:01:10.942Z', 'pending', 2, 1795323700966, '2026-11-22T05:01:16.825Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_aw1ynk6sDBBUoDWsbgL0IjUUuPrZLuTaGBrYeYmsLFP4', '2026-11-22T05:01:11.103Z', 'pending', 2, 1795323707762, '2026-11-22T05:01:16.656Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('7hbsz7cktj3i', 'rqtynv5bbdsdawon', 'msg_aw_LTsfejR0unbssxM7WK0Gzw2aCm8E6Clwhc6blcpEk', '2026-11-22T05:01:10.144Z', 'pending', 2, 1795323700322, '2026-11-22T05:01:14.722Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_a1MfDgUXzz9iJhjBXUv1VwM1VNuGADcMyy545Nbfx3_I', 'audit.entry', '2026-11-22T05:01:08.862Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:08.862Z","data":{"time":"2026-11-22T05:01:08.862Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"resources.change","subject":"Zone east","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]},"organisation":"7hbsz7cktj3i","number":3,"revision":1,"previous":"ycZ674NYWqZNNazRfuRyZS-RXASZJkwEy7ftzlog56c","hash":"1MfDgUXzz9iJhjBXUv1VwM1VNuGADcMyy545Nbfx3_I"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_a2LT0nL0yz-rrHqROYujVa0w_ZIs80OuwQFkDdHop2IU', 'audit.entry', '2026-11-22T05:01:10.453Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:10.453Z","data":{"time":"2026-11-22T05:01:10.453Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"audit.retention","subject":"audit log","details":{"before":400,"days":90},"organisation":"7hbsz7cktj3i","number":8,"revision":null,"previous":"83zl-x8NTGVYjaoLSQsbivei03Su-G6ezMKuInOq-vA","hash":"2LT0nL0yz-rrHqROYujVa0w_ZIs80OuwQFkDdHop2IU"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_a83zl-x8NTGVYjaoLSQsbivei03Su-G6ezMKuInOq-vA', 'audit.entry', '2026-11-22T05:01:10.406Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:10.406Z","data":{"time":"2026-11-22T05:01:10.406Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"resources.change","subject":"MeshTimeout default/to-go","details":{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]},"organisation":"7hbsz7cktj3i","number":7,"revision":5,"previous":"nbVt-9WcEgEMyGh9WGeMBw4e-APAJCw83-5BqwsEBiM","hash":"83zl-x8NTGVYjaoLSQsbivei03Su-G6ezMKuInOq-vA"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_a8w7wZOK8t-wmnw8804vJDnuvrfbfoC5aHK3XFAZDaxw', 'audit.entry', '2026-11-22T05:01:10.267Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:10.267Z","data":{"time":"2026-11-22T05:01:10.267Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"resources.change","subject":"Secret default/own and 5 more","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]},"organisation":"7hbsz7cktj3i","number":5,"revision":3,"previous":"w_LTsfejR0unbssxM7WK0Gzw2aCm8E6Clwhc6blcpEk","hash":"8w7wZOK8t-wmnw8804vJDnuvrfbfoC5aHK3XFAZDaxw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_aGSzsr22qV-b8kpcofvkewypIuMsNRnmgdAGde4c3dFY', 'audit.entry', '2026-11-22T05:01:11.651Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:11.651Z","data":{"time":"2026-11-22T05:01:11.651Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"dataplane-token.create","subject":"token 2ce42a00-a304-490a-bb26-51da964e52be","details":{"id":"2ce42a00-a304-490a-bb26-51da964e52be","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000},"organisation":"7hbsz7cktj3i","number":17,"revision":null,"previous":"cHQsaP6uwE23HCtB4uAhlmJ6cEllZfsVxI9HQxErKbY","hash":"GSzsr22qV-b8kpcofvkewypIuMsNRnmgdAGde4c3dFY"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_aJ3k_ujEudGnW_yW235_aTVF7bdIqn4yauwiMqL0mXE8', 'audit.entry', '2026-11-22T05:01:11.140Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:11.140Z","data":{"time":"2026-11-22T05:01:11.140Z","actor":"token:bdsgp5hvof4ddoyp","token":"bdsgp5hvof4ddoyp","action":"secret.reveal","subject":"Secret default/default.ca-builtin-key-ca-1","details":{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"7hbsz7cktj3i","number":14,"revision":null,"previous":"w1ynk6sDBBUoDWsbgL0IjUUuPrZLuTaGBrYeYmsLFP4","hash":"J3k_ujEudGnW_yW235_aTVF7bdIqn4yauwiMqL0mXE8"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_aJLSSqAHPei2iPrJ-pH2kjqPn7SU7H49ATAnvkxH12IA', 'audit.entry', '2026-11-22T05:01:10.510Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:10.510Z","data":{"time":"2026-11-22T05:01:10.510Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"token.create","subject":"token xwon3bzgpcnywmpq","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"7hbsz7cktj3i","number":9,"revision":null,"previous":"2LT0nL0yz-rrHqROYujVa0w_ZIs80OuwQFkDdHop2IU","hash":"JLSSqAHPei2iPrJ-pH2kjqPn7SU7H49ATAnvkxH12IA"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_aJUFSX9lIJ75cuAIuHuTVphJ74iuVbaqsuBtCbwq4_nc', 'audit.entry', '2026-11-22T05:01:10.539Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:10.539Z","data":{"time":"2026-11-22T05:01:10.539Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"token.create","subject":"token hwzw3us7hqz7ahlr","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"7hbsz7cktj3i","number":10,"revision":null,"previous":"JLSSqAHPei2iPrJ-pH2kjqPn7SU7H49ATAnvkxH12IA","hash":"JUFSX9lIJ75cuAIuHuTVphJ74iuVbaqsuBtCbwq4_nc"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_aNI1LcYtL1umPBLErlz3AQ0lD7aDZbL4n9JwaadguFzI', 'audit.entry', '2026-11-22T05:01:12.656Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:12.656Z","data":{"time":"2026-11-22T05:01:12.656Z","actor":"relay:east/v7v2n73p","token":null,"action":"relay.enrol","subject":"relay east/v7v2n73p","details":{"enrolmentToken":"7ekzpp7oibrc7noz"},"organisation":"7hbsz7cktj3i","number":20,"revision":null,"previous":"UUVUUxafODa73eTbjxcHUGdZspx5TQe6jSlENPwU0jY","hash":"NI1LcYtL1umPBLErlz3AQ0lD7aDZbL4n9JwaadguFzI"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_aUUVUUxafODa73eTbjxcHUGdZspx5TQe6jSlENPwU0jY', 'audit.entry', '2026-11-22T05:01:12.625Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:12.625Z","data":{"time":"2026-11-22T05:01:12.625Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T06:01:12.625Z","id":"7ekzpp7oibrc7noz"},"organisation":"7hbsz7cktj3i","number":19,"revision":null,"previous":"kXxMasJOsRs-alfJ1xksQzruW-hczrWJ1GXf8prwWc0","hash":"UUVUUxafODa73eTbjxcHUGdZspx5TQe6jSlENPwU0jY"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_aUbHqFpV1JnEqriuO5InSabhSbvTnDSRXywz-0FFZPtw', 'audit.entry', '2026-11-22T05:01:15.274Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:15.274Z","data":{"time":"2026-11-22T05:01:15.274Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"invitation.create","subject":"invitation dy54vmyjylg5hs2t","details":{"email":"bo@example.com","expiresAt":"2026-11-29T05:01:15.274Z","role":"viewer"},"organisation":"7hbsz7cktj3i","number":21,"revision":null,"previous":"NI1LcYtL1umPBLErlz3AQ0lD7aDZbL4n9JwaadguFzI","hash":"UbHqFpV1JnEqriuO5InSabhSbvTnDSRXywz-0FFZPtw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_acHQsaP6uwE23HCtB4uAhlmJ6cEllZfsVxI9HQxErKbY', 'audit.entry', '2026-11-22T05:01:11.320Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:11.320Z","data":{"time":"2026-11-22T05:01:11.320Z","actor":"relay:east/odk5tll5","token":null,"action":"relay.enrol","subject":"relay east/odk5tll5","details":{"enrolmentToken":"mezpz72wj47id6sz"},"organisation":"7hbsz7cktj3i","number":16,"revision":null,"previous":"nKbzMKkW3Lmn0KzKZBwEGqqqwJgo8EO_cBKgU--jos0","hash":"cHQsaP6uwE23HCtB4uAhlmJ6cEllZfsVxI9HQxErKbY"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_akXxMasJOsRs-alfJ1xksQzruW-hczrWJ1GXf8prwWc0', 'audit.entry', '2026-11-22T05:01:12.278Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:12.278Z","data":{"time":"2026-11-22T05:01:12.278Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"resources.change","subject":"MeshTimeout default/late","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]},"organisation":"7hbsz7cktj3i","number":18,"revision":6,"previous":"GSzsr22qV-b8kpcofvkewypIuMsNRnmgdAGde4c3dFY","hash":"kXxMasJOsRs-alfJ1xksQzruW-hczrWJ1GXf8prwWc0"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_alrqYRYWuKe0lgUSQNMueilUEF4mOJ3N67rMCFxlzJW4', 'audit.entry', '2026-11-22T05:01:10.759Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:10.759Z","data":{"time":"2026-11-22T05:01:10.759Z","actor":"token:hwzw3us7hqz7ahlr","token":"hwzw3us7hqz7ahlr","action":"plan.approve","subject":"plan umu3q2qp47kq36af","details":{"plan":"umu3q2qp47kq36af","author":"token:xwon3bzgpcnywmpq","revision":5,"required":0,"given":1},"organisation":"7hbsz7cktj3i","number":11,"revision":null,"previous":"JUFSX9lIJ75cuAIuHuTVphJ74iuVbaqsuBtCbwq4_nc","hash":"lrqYRYWuKe0lgUSQNMueilUEF4mOJ3N67rMCFxlzJW4"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_anKbzMKkW3Lmn0KzKZBwEGqqqwJgo8EO_cBKgU--jos0', 'audit.entry', '2026-11-22T05:01:11.230Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:11.230Z","data":{"time":"2026-11-22T05:01:11.230Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T06:01:11.230Z","id":"mezpz72wj47id6sz"},"organisation":"7hbsz7cktj3i","number":15,"revision":null,"previous":"J3k_ujEudGnW_yW235_aTVF7bdIqn4yauwiMqL0mXE8","hash":"nKbzMKkW3Lmn0KzKZBwEGqqqwJgo8EO_cBKgU--jos0"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_anbVt-9WcEgEMyGh9WGeMBw4e-APAJCw83-5BqwsEBiM', 'audit.entry', '2026-11-22T05:01:10.338Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:10.338Z","data":{"time":"2026-11-22T05:01:10.338Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"resources.change","subject":"MeshTimeout default/to-change","details":{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]},"organisation":"7hbsz7cktj3i","number":6,"revision":4,"previous":"8w7wZOK8t-wmnw8804vJDnuvrfbfoC5aHK3XFAZDaxw","hash":"nbVt-9WcEgEMyGh9WGeMBw4e-APAJCw83-5BqwsEBiM"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_auoQ_RPeS5j3KSxtj1NiJwSK7UmwEYMVajYbPNZ6bAbc', 'audit.entry', '2026-11-22T05:01:10.942Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:10.942Z","data":{"time":"2026-11-22T05:01:10.942Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"token.create","subject":"token bdsgp5hvof4ddoyp","details":{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]},"organisation":"7hbsz7cktj3i","number":12,"revision":null,"previous":"lrqYRYWuKe0lgUSQNMueilUEF4mOJ3N67rMCFxlzJW4","hash":"uoQ_RPeS5j3KSxtj1NiJwSK7UmwEYMVajYbPNZ6bAbc"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_aw1ynk6sDBBUoDWsbgL0IjUUuPrZLuTaGBrYeYmsLFP4', 'audit.entry', '2026-11-22T05:01:11.103Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:11.103Z","data":{"time":"2026-11-22T05:01:11.103Z","actor":"token:bdsgp5hvof4ddoyp","token":"bdsgp5hvof4ddoyp","action":"secret.reveal","subject":"Secret default/dataplane-token-signing-key-default-1","details":{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]},"organisation":"7hbsz7cktj3i","number":13,"revision":null,"previous":"uoQ_RPeS5j3KSxtj1NiJwSK7UmwEYMVajYbPNZ6bAbc","hash":"w1ynk6sDBBUoDWsbgL0IjUUuPrZLuTaGBrYeYmsLFP4"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('7hbsz7cktj3i', 'msg_aw_LTsfejR0unbssxM7WK0Gzw2aCm8E6Clwhc6blcpEk', 'audit.entry', '2026-11-22T05:01:10.144Z', '{"type":"audit.entry","timestamp":"2026-11-22T05:01:10.144Z","data":{"time":"2026-11-22T05:01:10.144Z","actor":"token:u5tpr2wr6trr3a52","token":"u5tpr2wr6trr3a52","action":"resources.change","subject":"Mesh default and 7 more","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"7hbsz7cktj3i","number":4,"revision":2,"previous":"1MfDgUXzz9iJhjBXUv1VwM1VNuGADcMyy545Nbfx3_I","hash":"w_LTsfejR0unbssxM7WK0Gzw2aCm8E6Clwhc6blcpEk"}}');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('7hbsz7cktj3i', 'nack/east/odk5tll5/default/shop-1', ' Error adding/updating listener(s) l: no');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('7hbsz7cktj3i', 'rollout', '1.6');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('7hbsz7cktj3i', 'zone/east', 'online');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('7hbsz7cktj3i', 'east', 'odk5tll5', '{"kty":"EC","crv":"P-256","x":"sR8f413Fy_U1VVQkOcMC6Lfge8jyPuzNuYqxFi7UFAo","y":"sNmjAm4W_qoOaFAujmp-naJ8yeu89eB5RlZ_ETxuwjY"}', '{"kty":"EC","crv":"P-256","x":"_DJk5J0CwappkIIEZMfPoQPizsG998i-2ITiTnoG-XQ","y":"Ur6uTFGLbDBpC2fdbsO0HuOLOG9eya0eJpI_CYp4jlc"}', 0, 1, 10, 'To_nYYC0QatIGTtJrCmwCTOmhY_7vs1NOuWVS5PBH3E', 1, '2026-11-22T05:01:11.320Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6IjBQNEdXQVByWU9xdG5tdnAxX1htUTktLW9PMjRzaHhWQzh5NzVoZVllWmMiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImRlbWhjYmFvYzZvNm15aXgiLCJ0ZW5hbnQiOiI3aGJzejdja3RqM2kiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiVG9fbllZQzBRYXRJR1R0SnJDbXdDVE9taFlfN3ZzMU5PdVdWUzVQQkgzRSIsInByZXZpb3VzIjoiVG9fbllZQzBRYXRJR1R0SnJDbXdDVE9taFlfN3ZzMU5PdVdWUzVQQkgzRSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoib2RrNXRsbDUiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4Ijoic1I4ZjQxM0Z5X1UxVlZRa09jTUM2TGZnZThqeVB1ek51WXF4Rmk3VUZBbyIsInkiOiJzTm1qQW00V19xb09hRkF1am1wLW5hSjh5ZXU4OWVCNVJsWl9FVHh1d2pZIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6InY3djJuNzNwIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6InNSOGY0MTNGeV9VMVZWUWtPY01DNkxmZ2U4anlQdXpOdVlxeEZpN1VGQW8iLCJ5Ijoic05takFtNFdfcW9PYUZBdWptcC1uYUo4eWV1ODllQjVSbFpfRVR4dXdqWSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoibDI0YmxPRDRPajM4Z0RKSzJxS3hRR3MyQk5HNlZUbV9LQ0hkMElSWXNsMTZwZ3RCNmExSUQ0LXF2cmRxU2M3am5udzZWM2dDZVBlNVF5dTgwZjZvazVXWnVfXzYyUGZLODlpVk8zd3FmNGJLbW96c294dWpIRjRRRlJpLWVDZk05Znpud25zQ2dJWEM1Snp3QkdGb3d4b1NYSjBuNVlFWTNmbDl0aDB1NV9FQV9sY01JLWZGYXlwY2dxN2s5S2RrMWx0eTliTkpSR3ItekQzcGMzZUVod1A3OWh4SF9CWkRVVmdtVkNoR0pxV3ZiUGs1WmZJOWtfX1N2WlZveVhEUlNWTHBKLXlCMi1lVHZIY3EzOVllaVFGU0JqeFd3dnBra0doN1BXQkYwMjVveDZLNnc1Y0ZvSEEyT3VTSm1VcEVXZ1M2MmlnYzdYcktMd3pjUUtBaG9RIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVdqN0VtTndBYkJWcWtuRHAvenljTnpBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTFNREV3TUZvWERUTTJNVEV4T1RBMU1ERXhNRm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCT2o1VkMyZzhhWEpkQy9OU3ZTNlRjcExUcXpHRzdpZlBtemw5ZE1JcG9yK2RZWldjMFpRXG5oWnlHYmpqOWVXVDB3eVowZktTM3Z4Uk5YUlN5ZFQvS2xFdWpYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCUlJkcXZFZi9EUDZDRGN6d3ZHZUM3N3QzRjRRREFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUNxXG5pN2M0d2xOdEZtQnFoV0tMWXhkZ2xJV0MrSDZsbXlsZE9DUzdqejArM1FJZ1RjM2p0VEdBRUFPREZpV3h2WUh1XG5JUWhRM1AwT0xKZldhZk1RcllQcmhoST1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.V9_usnU_iKBFpqSmvd0YhxYvr5-PNrO0JoBC4_N5mWITlJBbuJlZRLUFCKy7z-lTOA1rvDr_K_RHbclvZWDntg');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('7hbsz7cktj3i', 'east', 'v7v2n73p', '{"kty":"EC","crv":"P-256","x":"sR8f413Fy_U1VVQkOcMC6Lfge8jyPuzNuYqxFi7UFAo","y":"sNmjAm4W_qoOaFAujmp-naJ8yeu89eB5RlZ_ETxuwjY"}', '{"kty":"EC","crv":"P-256","x":"_DJk5J0CwappkIIEZMfPoQPizsG998i-2ITiTnoG-XQ","y":"Ur6uTFGLbDBpC2fdbsO0HuOLOG9eya0eJpI_CYp4jlc"}', 0, 1, 10, 'To_nYYC0QatIGTtJrCmwCTOmhY_7vs1NOuWVS5PBH3E', 0, '2026-11-22T05:01:12.656Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6IjBQNEdXQVByWU9xdG5tdnAxX1htUTktLW9PMjRzaHhWQzh5NzVoZVllWmMiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImRlbWhjYmFvYzZvNm15aXgiLCJ0ZW5hbnQiOiI3aGJzejdja3RqM2kiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiVG9fbllZQzBRYXRJR1R0SnJDbXdDVE9taFlfN3ZzMU5PdVdWUzVQQkgzRSIsInByZXZpb3VzIjoiVG9fbllZQzBRYXRJR1R0SnJDbXdDVE9taFlfN3ZzMU5PdVdWUzVQQkgzRSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoib2RrNXRsbDUiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4Ijoic1I4ZjQxM0Z5X1UxVlZRa09jTUM2TGZnZThqeVB1ek51WXF4Rmk3VUZBbyIsInkiOiJzTm1qQW00V19xb09hRkF1am1wLW5hSjh5ZXU4OWVCNVJsWl9FVHh1d2pZIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6InY3djJuNzNwIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6InNSOGY0MTNGeV9VMVZWUWtPY01DNkxmZ2U4anlQdXpOdVlxeEZpN1VGQW8iLCJ5Ijoic05takFtNFdfcW9PYUZBdWptcC1uYUo4eWV1ODllQjVSbFpfRVR4dXdqWSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoibDI0YmxPRDRPajM4Z0RKSzJxS3hRR3MyQk5HNlZUbV9LQ0hkMElSWXNsMTZwZ3RCNmExSUQ0LXF2cmRxU2M3am5udzZWM2dDZVBlNVF5dTgwZjZvazVXWnVfXzYyUGZLODlpVk8zd3FmNGJLbW96c294dWpIRjRRRlJpLWVDZk05Znpud25zQ2dJWEM1Snp3QkdGb3d4b1NYSjBuNVlFWTNmbDl0aDB1NV9FQV9sY01JLWZGYXlwY2dxN2s5S2RrMWx0eTliTkpSR3ItekQzcGMzZUVod1A3OWh4SF9CWkRVVmdtVkNoR0pxV3ZiUGs1WmZJOWtfX1N2WlZveVhEUlNWTHBKLXlCMi1lVHZIY3EzOVllaVFGU0JqeFd3dnBra0doN1BXQkYwMjVveDZLNnc1Y0ZvSEEyT3VTSm1VcEVXZ1M2MmlnYzdYcktMd3pjUUtBaG9RIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVdqN0VtTndBYkJWcWtuRHAvenljTnpBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTFNREV3TUZvWERUTTJNVEV4T1RBMU1ERXhNRm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCT2o1VkMyZzhhWEpkQy9OU3ZTNlRjcExUcXpHRzdpZlBtemw5ZE1JcG9yK2RZWldjMFpRXG5oWnlHYmpqOWVXVDB3eVowZktTM3Z4Uk5YUlN5ZFQvS2xFdWpYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCUlJkcXZFZi9EUDZDRGN6d3ZHZUM3N3QzRjRRREFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUNxXG5pN2M0d2xOdEZtQnFoV0tMWXhkZ2xJV0MrSDZsbXlsZE9DUzdqejArM1FJZ1RjM2p0VEdBRUFPREZpV3h2WUh1XG5JUWhRM1AwT0xKZldhZk1RcllQcmhoST1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.V9_usnU_iKBFpqSmvd0YhxYvr5-PNrO0JoBC4_N5mWITlJBbuJlZRLUFCKy7z-lTOA1rvDr_K_RHbclvZWDntg');
