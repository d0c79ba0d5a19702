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
  used_by TEXT,
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
  token_id TEXT, ready INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, mesh, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE relay_contact (
  tenant_id TEXT NOT NULL,
  zone TEXT NOT NULL,
  relay TEXT NOT NULL,
  connected_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  -- When it said that it stops; NULL = it has not
  left_at TEXT,
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
  envelope TEXT NOT NULL,
  last_event INTEGER NOT NULL,
  enrolled_at TEXT NOT NULL, address TEXT NOT NULL DEFAULT '', ca TEXT NOT NULL DEFAULT '',
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

CREATE INDEX webhook_delivery_due ON webhook_delivery (tenant_id, webhook, state, due);

CREATE INDEX webhook_delivery_state ON webhook_delivery (tenant_id, state, due);

CREATE INDEX webhook_delivery_time ON webhook_delivery (tenant_id, webhook, time);

CREATE INDEX webhook_event_time ON webhook_event (tenant_id, time);

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 1, '2026-11-22T04:10:35.503Z', 'operator', NULL, 'organisation.create', 'organisation acme', NULL, '{"token":"nlguylhyiccdqf4m"}', '', 'mEXRZozwY_0u05Y9KTusMGlI8oToZLp3a-mg7SSJjOs');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 2, '2026-11-22T04:10:35.602Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'webhook.create', 'webhook muvcrhs7a2yv5l4s', NULL, '{"events":["audit.entry","zone.offline"],"host":"receiver.invalid"}', 'mEXRZozwY_0u05Y9KTusMGlI8oToZLp3a-mg7SSJjOs', 'M_cm2lUoIQHyyskg-eNiN15p1ZeHB8w_FSPUWpzkuto');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 3, '2026-11-22T04:10:35.787Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'resources.change', 'Zone east', 1, '{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]}', 'M_cm2lUoIQHyyskg-eNiN15p1ZeHB8w_FSPUWpzkuto', '9WV3NpHODjhNrQYAxgFB2SOfSLfDIm2N26HVQwC1MyU');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 4, '2026-11-22T04:10:36.477Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'resources.change', 'Mesh default and 7 more', 2, '{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', '9WV3NpHODjhNrQYAxgFB2SOfSLfDIm2N26HVQwC1MyU', 'lFx-j91KM1B-EtfOtHz563oF_25-uWwx-YpmT8iKiJA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 5, '2026-11-22T04:10:36.544Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'resources.change', 'Secret default/own and 5 more', 3, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]}', 'lFx-j91KM1B-EtfOtHz563oF_25-uWwx-YpmT8iKiJA', 'Y9unUDS7MdwzkVFSQdTSj9QfE8CevezVW30GzpqHplM');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 6, '2026-11-22T04:10:36.587Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'resources.change', 'MeshTimeout default/to-change', 4, '{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]}', 'Y9unUDS7MdwzkVFSQdTSj9QfE8CevezVW30GzpqHplM', '3bc5uk-5flka6gwyYwEKXqd-sg3Ir4AVVSqI_JjDZvs');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 7, '2026-11-22T04:10:36.649Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'resources.change', 'MeshTimeout default/to-go', 5, '{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]}', '3bc5uk-5flka6gwyYwEKXqd-sg3Ir4AVVSqI_JjDZvs', '23d3t4AgJVqxX_QrWG-jFEjkmojUgDFyUDBL8EEvRqU');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 8, '2026-11-22T04:10:36.764Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'audit.retention', 'audit log', NULL, '{"before":400,"days":90}', '23d3t4AgJVqxX_QrWG-jFEjkmojUgDFyUDBL8EEvRqU', 'I0EKsfGbNfTEavmRhFAZwi4fwwnE2DF4fqq16sMM_I8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 9, '2026-11-22T04:10:36.887Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'token.create', 'token maeksmmngxj4j46s', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'I0EKsfGbNfTEavmRhFAZwi4fwwnE2DF4fqq16sMM_I8', 'nHX0L0AmVkf7GEwmVCjrrfKHH3KXtLoGWnDSyqSYwHs');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 10, '2026-11-22T04:10:36.925Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'token.create', 'token f7sc7zkyjjgy3udz', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'nHX0L0AmVkf7GEwmVCjrrfKHH3KXtLoGWnDSyqSYwHs', 'dUx4MAXKikGKmfKxibC1J5kUoBPGpakJfAJd2k1bRxY');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 11, '2026-11-22T04:10:36.989Z', 'token:f7sc7zkyjjgy3udz', 'f7sc7zkyjjgy3udz', 'plan.approve', 'plan g2hluuuouhpcupmy', NULL, '{"author":"token:maeksmmngxj4j46s","revision":5}', 'dUx4MAXKikGKmfKxibC1J5kUoBPGpakJfAJd2k1bRxY', '7dR8FtoOcoOGctolESEDtTwV4oS9es1RFdK1aVN1L1w');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 12, '2026-11-22T04:10:37.047Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'token.create', 'token 6e4f6ekplchkdobw', NULL, '{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]}', '7dR8FtoOcoOGctolESEDtTwV4oS9es1RFdK1aVN1L1w', 'Te18zRZrEtDxzl4PiHy5JU_CdcmAAp05IFQNdf7A6D8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 13, '2026-11-22T04:10:37.157Z', 'token:6e4f6ekplchkdobw', '6e4f6ekplchkdobw', 'secret.reveal', 'Secret default/dataplane-token-signing-key-default-1', NULL, '{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]}', 'Te18zRZrEtDxzl4PiHy5JU_CdcmAAp05IFQNdf7A6D8', 'u7L68gm_-BrC5EDJ4mBo7xmKrgjBpImG1JtZ7RoXleM');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 14, '2026-11-22T04:10:37.334Z', 'token:6e4f6ekplchkdobw', '6e4f6ekplchkdobw', 'secret.reveal', 'Secret default/default.ca-builtin-key-ca-1', NULL, '{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'u7L68gm_-BrC5EDJ4mBo7xmKrgjBpImG1JtZ7RoXleM', 'ZS-6LIjzOG7k8h5gVgu3NvW5vxAF8RI3TnpQbVER8LM');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 15, '2026-11-22T04:10:37.384Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T05:10:37.384Z","id":"gkqgzvvud2t2t4lv"}', 'ZS-6LIjzOG7k8h5gVgu3NvW5vxAF8RI3TnpQbVER8LM', 'ZtDKwmb19oFFjGYPSr8hP7WcyHuK1L44RUBLwp-Posg');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 16, '2026-11-22T04:10:37.453Z', 'relay:east/55k37glf', NULL, 'relay.enrol', 'relay east/55k37glf', NULL, '{"enrolmentToken":"gkqgzvvud2t2t4lv"}', 'ZtDKwmb19oFFjGYPSr8hP7WcyHuK1L44RUBLwp-Posg', 'gcdybx_yxWg0ZYC_bFujatebbyqbFTmbUQVgg4LxzMY');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 17, '2026-11-22T04:10:37.609Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'dataplane-token.create', 'token 656d739b-03f3-4fa8-9369-c84ba82907cc', NULL, '{"id":"656d739b-03f3-4fa8-9369-c84ba82907cc","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000}', 'gcdybx_yxWg0ZYC_bFujatebbyqbFTmbUQVgg4LxzMY', 'DskS-iTWMOW4osTyth-dxZKDq5etbc1HKu9TWnJWkU0');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 18, '2026-11-22T04:10:37.809Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'resources.change', 'MeshTimeout default/late', 6, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]}', 'DskS-iTWMOW4osTyth-dxZKDq5etbc1HKu9TWnJWkU0', 'gvQqAf5ZtqEcryAI3NYNoO40sNRohLvYZpsm_HRLZrg');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 19, '2026-11-22T04:10:38.027Z', 'token:nlguylhyiccdqf4m', 'nlguylhyiccdqf4m', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T05:10:38.027Z","id":"5laysmvqwmrwbllq"}', 'gvQqAf5ZtqEcryAI3NYNoO40sNRohLvYZpsm_HRLZrg', 'IXLxT_kT-bdbJL-Ac6gGRUlGblp3AwAQ23hayavWlj8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('j7gzeccxrbnr', 20, '2026-11-22T04:10:38.148Z', 'relay:east/qwa7iezw', NULL, 'relay.enrol', 'relay east/qwa7iezw', NULL, '{"enrolmentToken":"5laysmvqwmrwbllq"}', 'IXLxT_kT-bdbJL-Ac6gGRUlGblp3AwAQ23hayavWlj8', 'tNw5VLuZf4uRtQ_MxZQaAvBHe7i7uM8piG0IdCLtS0Q');

INSERT INTO "audit_seal" ("tenant_id", "number", "kind", "time", "hash", "jws") VALUES ('j7gzeccxrbnr', 2, 'checkpoint', '2026-11-22T04:10:35.685Z', 'M_cm2lUoIQHyyskg-eNiN15p1ZeHB8w_FSPUWpzkuto', 'eyJhbGciOiJFUzI1NiIsImtpZCI6InlESDM5LTF6NHlKakVrWU1LTi1IM3JjckptY2IyczlFTFZvZE5ZRnlWQkUiLCJ0eXAiOiJ3ZWZ0LWF1ZGl0K2p3cyJ9.eyJraW5kIjoiY2hlY2twb2ludCIsIm9yZ2FuaXNhdGlvbiI6Imo3Z3plY2N4cmJuciIsIm51bWJlciI6MiwiaGFzaCI6Ik1fY20ybFVvSVFIeXlza2ctZU5pTjE1cDFaZUhCOHdfRlNQVVdwemt1dG8iLCJ0aW1lIjoiMjAyNi0xMS0yMlQwNDoxMDozNS42ODVaIn0.aEV_m575RXPKEfLYazDvgWeP9gzgxIlCU9pIqtpHs0GAAzKXd0RsUQ9_zsnSRAkfuhcpgWHSgtlsXpQGUvQURw');

INSERT INTO "audit_setting" ("tenant_id", "retention_days") VALUES ('j7gzeccxrbnr', 90);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'EkKT-kfwN7GiLuQOoLPbnlm4edjd8CrU4B0ArxYs8eo', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvTCCAWOgAwIBAgIQbX10vF1le5IxIuFTvHFWszAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjA0MTAyNloXDTM2MTExOTA0MTAzNlowMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABF7+Fo+DjBxzIOfBckKHNZ6KZEi84NsKgKeryJjvI77XmQ/pRgUH\nqfoBgEZf2X/jmLa3fBMxaWJw49WPhcFadrqjXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBQTxmi3dKrvqVQnUqbNMnuuQGJx/zAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0gAMEUCIQCp\nItp6L/ZAfMFSJwr9F7Ui03C2448ZRjhbs0+eKqnjdAIgBrWl9g+I68E/EC4uzHQx\njq6hLt6OYJo1btK2yOLB/iQ=\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', '{"web-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', '4tYPOy02QqHuG38kPmMkDqaaTRJYBxoxw1gAERxcqLQ', '{"mesh_ca:secret:default":"EkKT-kfwN7GiLuQOoLPbnlm4edjd8CrU4B0ArxYs8eo"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', '{"shop-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00', '{"shop-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('j7gzeccxrbnr', 'GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q', '{"web-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('j7gzeccxrbnr', '0a17d037aa56c40813d3f36e014d541652a31737', '4af24d7924d2837619dbdf4ea2008f9a', 'default', 'shop-1', 'east', '2026-11-23T04:10:37.000Z', '656d739b-03f3-4fa8-9369-c84ba82907cc');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('j7gzeccxrbnr', '13c668b774aaefa9542752a6cd327bae406271ff', '46ba3fd8db918f64bd1e3b759b5b5654', 'default', '', 'east', '2026-11-29T04:10:37.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('j7gzeccxrbnr', '13c668b774aaefa9542752a6cd327bae406271ff', '6166c87b6cba826ae0baa3a6eaa015b3', 'default', '', 'east', '2026-11-29T04:10:37.000Z', NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('j7gzeccxrbnr', '5laysmvqwmrwbllq', 'enrolment', 'relay of east', 'VhLalbWPddEa8iaSrETPTwA1iBDwlcbKPsBodBWVBMs', '[]', '2026-11-22T04:10:38.027Z', '2026-11-22T05:10:38.027Z', NULL, 'east', 'qwa7iezw');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('j7gzeccxrbnr', '6e4f6ekplchkdobw', 'api', 'reveal', '7aWmxJsVzORC7xINDlFYgy6hR77tSFYob4xKSi55fik', '["admin","secret:reveal"]', '2026-11-22T04:10:37.047Z', NULL, NULL, NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('j7gzeccxrbnr', 'f7sc7zkyjjgy3udz', 'api', 'other', 'xhmmKsSLAgQ5AhYJ65s4snh8Wx8UNbRAsihKmckUpIY', '["admin"]', '2026-11-22T04:10:36.925Z', NULL, NULL, NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('j7gzeccxrbnr', 'gkqgzvvud2t2t4lv', 'enrolment', 'relay of east', 'Y1K6v3xzKZjdDBReo_FJHq2E2iWRJ_ieUJwtT_P_7wQ', '[]', '2026-11-22T04:10:37.384Z', '2026-11-22T05:10:37.384Z', NULL, 'east', '55k37glf');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('j7gzeccxrbnr', 'maeksmmngxj4j46s', 'api', 'other', 'zTDHdOdZsjnNuT-4ADGpr8yQ0vauRipvvERtvzbKSbM', '["admin"]', '2026-11-22T04:10:36.887Z', NULL, NULL, NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('j7gzeccxrbnr', 'nlguylhyiccdqf4m', 'api', 'admin', 'EZrlhnuVLRnCZVc0Hma9K8v5AjFGPMU8tqY9I3oJNjk', '["admin"]', '2026-11-22T04:10:35.503Z', NULL, NULL, NULL, NULL);

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 04:10:35');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_add-relay-address.sql', '2026-11-22 04:10:35');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-issuers.sql', '2026-11-22 04:10:35');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_add-registration-ready.sql', '2026-11-22 04:10:35');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_give-virtual-addresses.sql', '2026-11-22 04:10:35');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-contacts.sql', '2026-11-22 04:10:35');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_add-default-generators.sql', '2026-11-22 04:10:35');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_follow-resources.sql', '2026-11-22 04:10:35');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_deliver-revisions.sql', '2026-11-22 04:10:35');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_keep-plans.sql', '2026-11-22 04:10:35');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_keep-audit.sql', '2026-11-22 04:10:35');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_send-webhooks.sql', '2026-11-22 04:10:35');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_keep-approvals.sql', '2026-11-22 04:10:35');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('j7gzeccxrbnr', 'east', '55k37glf', 1, 9, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T04:10:37.950Z');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('j7gzeccxrbnr', 1, 6, 10);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('j7gzeccxrbnr', 'default', '0a17d037aa56c40813d3f36e014d541652a31737', 'east', '55k37glf', '13c668b774aaefa9542752a6cd327bae406271ff', '-----BEGIN CERTIFICATE-----
MIIB9TCCAZugAwIBAgIQYWbIe2y6gmrguqOm6qAVszAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA0MTAyN1oXDTI2MTEyOTA0MTAzN1owQjENMAsGA1UECgwEV2VmdDEf
MB0GA1UECwwWY29udHJvbCBwbGFuZSBmb3IgZWFzdDEQMA4GA1UEAwwHZGVmYXVs
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABB/0qx1pedE7pfnGDw1exenjN2y/
OlTlJ4PyzoirAZ5Q1uw8spYndgLbAmpZv6fBZPnccN9XAFNcVCRFd956d5WjgYQw
gYEwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYE
FAoX0DeqVsQIE9PzbgFNVBZSoxc3MB8GA1UdIwQYMBaAFBPGaLd0qu+pVCdSps0y
e65AYnH/MBsGA1UdEQQUMBKGEHNwaWZmZTovL2RlZmF1bHQwCgYIKoZIzj0EAwID
SAAwRQIhANK9n07SAXZ1WuSPkuHrdAy8dtF+CxoCH0I4cdmPkETnAiAWuWJNADsI
OT1F9HtC0YFQRtC0zB4ntwhy15qRZANRpw==
-----END CERTIFICATE-----
', '2026-11-29T04:10:37.000Z', 'v1.24b014d0.k1a5jMDmPDM_V9OxsMFJHSDsiMNE9fyA_h_9ICab0F4Cjp-eQjZHchdXiIny7UXoKRBo2IzvTVVN_ws68t8WblqLr7b1KrXp_eUrj_VFd1hYXN_gVupKQlFA3F94M9ko07kUKyzCm24hfGj5niNP_bT7UDZotXK05p455mrr_lMU1vWP6LhA0sHpawTdCRlZdqpqfqg_eG2fIwoLGMgM8Xfbnxkwdg', NULL, NULL);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('j7gzeccxrbnr', 'default', 'eb8040f6461358b25ee46536eaa68e3c1ca6ab35', 'east', '55k37glf', '13c668b774aaefa9542752a6cd327bae406271ff', '-----BEGIN CERTIFICATE-----
MIICRDCCAeqgAwIBAgIQRro/2NuRj2S9Hjt1m1tWVDAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA0MTAyN1oXDTI2MTEyOTA0MTAzN1owNTENMAsGA1UECgwEV2VmdDES
MBAGA1UECwwJem9uZSBlYXN0MRAwDgYDVQQDDAdkZWZhdWx0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEvshw++kU4n7iCuFFNShUYkQmOAmqrRydGAn0oMfH8rw5
TKNrhZ9lOJ630gP2jSqOEVsM9orOIL3VTJDWkAXY4KOB4DCB3TASBgNVHRMBAf8E
CDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQU64BA9kYTWLJe5GU2
6qaOPBymqzUwHwYDVR0jBBgwFoAUE8Zot3Sq76lUJ1KmzTJ7rkBicf8wGwYDVR0R
BBQwEoYQc3BpZmZlOi8vZGVmYXVsdDBaBgNVHR4BAf8EUDBOoBYwCYYHZGVmYXVs
dDAJhgdrdW1hLmlvoTQwAoIAMAqHCAAAAAAAAAAAMCKHIAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA0gAMEUCICdqObQTBvcZCIUy
oLAk+quWUcOm35pKr4wxS5vXCnQ1AiEApuzmHvFttPwMizGq5PSRQNLxzBl9DK1u
ByPkuwE+rTI=
-----END CERTIFICATE-----
', '2026-11-29T04:10:37.000Z', NULL, NULL, NULL);

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('j7gzeccxrbnr', 'east', 'kS3lRdSOLFKhgjRVQmCvDkng1pg7zreirfMuCv_QRRM', 1, 7, 1795320637569, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"4tYPOy02QqHuG38kPmMkDqaaTRJYBxoxw1gAERxcqLQ"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('j7gzeccxrbnr', 'east', '4i0ke7J7xHo4PwcGeJ6D77rOH336ady-i7dfgNgeWkE', 1, 8, 1795320637690, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"4tYPOy02QqHuG38kPmMkDqaaTRJYBxoxw1gAERxcqLQ"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('j7gzeccxrbnr', 'east', '_cUSTr5U_kBJ978ju0ELauGp8NUU2NXFRHZgCSi93Fw', 1, 10, 1795320638159, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00","proxies/default/9":"GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"4tYPOy02QqHuG38kPmMkDqaaTRJYBxoxw1gAERxcqLQ"},"zone":"east"}');

INSERT INTO "plan" ("tenant_id", "id", "epoch", "revision", "actor", "reason", "created_at", "expires_at", "body") VALUES ('j7gzeccxrbnr', 'g2hluuuouhpcupmy', 1, 5, 'token:maeksmmngxj4j46s', '', '2026-11-22T04:10:36.955Z', '2026-11-23T04:10:36.955Z', '{"changes":[{"type":"MeshTimeout","mesh":"default","name":"planned","change":"created","before":null,"after":{"type":"MeshTimeout","mesh":"default","name":"planned","labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"creationTime":"","modificationTime":"","spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"8s"}}]}}}],"warnings":[],"demands":[],"outcome":{"effect":{"proxies":0,"zones":[]},"access":[],"faults":{"new":[],"mended":[]}}}');

INSERT INTO "plan_approval" ("tenant_id", "plan", "actor", "time", "reason") VALUES ('j7gzeccxrbnr', 'g2hluuuouhpcupmy', 'token:f7sc7zkyjjgy3udz', '2026-11-22T04:10:36.989Z', '');

INSERT INTO "plan_part" ("tenant_id", "plan", "part", "sealed") VALUES ('j7gzeccxrbnr', 'g2hluuuouhpcupmy', 0, 'v1.24b014d0.a1JFPDl4FOrqFoLdAPj_DNemTNPzgncmtzk_vt-HNiEPfMiFfsXVs-71ZjofoeP2Jkg2Z1LVl7QVQzeP9xSQkbYlfCaZdFmhQ3FNAn1hquw3-5F4ifCIveZACz_lpMk_CSjAdtxPlk_Zju0zvENOLzaA0MfqseTkZV7n637PYkdj5s9nPhixQXw0bSjHEsEFrNNmW4VWv-XW7_co7boLnw1_xzXf1gLCdLPlb9_17vu5MMcB3mnIacauSR8yu-iFPGbYyWxo1Xoqv3hC9B9wYgVP6OpP_1W0QOtSB5rF3YzLhVIZ6LtWeLMVJ8-C6v-BmmjKOinFgFwTczh_oc_h2LuK89Lc1rXjiHoB7Nrd0OqOdhe9Xpq1x28ltLGX3ZV6-DmwF4hpmXZmXaxBdg');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('j7gzeccxrbnr', 'east/55k37glf/075af900-4e6d-401b-8693-38a93f5921c2', 1795321237629, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('j7gzeccxrbnr', 'east/55k37glf/b78ce09b-894d-4e04-b1d5-d5b42e04c56b', 1795321237720, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id", "ready") VALUES ('j7gzeccxrbnr', 'default', 'shop-1', 'life-shop-1', 'east', '55k37glf', 'stream', 1, '2026-11-22T04:10:37.633Z', '656d739b-03f3-4fa8-9369-c84ba82907cc', 1);

INSERT INTO "relay_contact" ("tenant_id", "zone", "relay", "connected_at", "seen_at", "left_at") VALUES ('j7gzeccxrbnr', 'east', '55k37glf', '2026-11-22T04:10:37.785Z', '2026-11-22T04:10:37.785Z', NULL);

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:35.507Z', '2026-11-22T04:10:35.507Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:35.507Z', '2026-11-22T04:10:35.507Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:35.507Z', '2026-11-22T04:10:35.507Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:35.507Z', '2026-11-22T04:10:35.507Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:35.507Z', '2026-11-22T04:10:35.507Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:35.507Z', '2026-11-22T04:10:35.507Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:35.507Z', '2026-11-22T04:10:35.507Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-2', 1, 2, '2026-11-22T04:10:35.787Z', '2026-11-22T04:10:35.787Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-3', 2, 3, '2026-11-22T04:10:36.477Z', '2026-11-22T04:10:36.477Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.24b014d0.IoXmW01edEVhtQMUp9WSfZyr_Pk2V2wFSkXE2XUz2oH-lxY1uE0F7Q9LGJnVjK-e07Xe_VgrsWL83QsRd3i2lHv2C1STFFQ9X9jjKx7jPaaJknv5V8IUJfgA-29ZWKwOoIgXL5_g638LMO-aLq2Bpg7jhhxcMpJQSihpo-38tD1xhSgKjmNOtRRvCvyI5u426mlqcrsPl6XnZfbkq2J39ty_UZ7uGrrhimLp466Va5BNyLlv0N0kfKFX9Fo9o21jWQwDYL3qhw-98-wULKqo3A8fQ1CXADVIlCeWPcMpEAJhv3BTh1I5sZ1PqOo-j93wgQEnJOGfcb_7lPJdAKBw2SUL2UEVOu7t5J58lxGWVNv9FWkgyDSyS2S8hMZXWFMb0ohYFRTzWJjd7xKIBqRJ4lGtlW0tClAZtg6zSDrppTPcHMIuN_FOs4QI_bB3kp5PxlLrW5eBVeAxpNBbLNo_RtBIIvmCY5NE8KxLXbG4MNswAvrUTsW51R-58ui2M7QcBhOQi_FZ_5RGCgWrJqK_Sfwwmr_oYkpxMz6eUv2NYBITVajq64P10vpXihDaAAqiUq58HK-mMbPle4t4wFPDt-2dXNclVysll85iwqpHSR_WNRqAKpFix2-lLyKTOVj-VgAPkfwa_r3nRs9QlzE1jflVhE87HYG00Ehy2PapQtFhZf4mtv_SpdTu2T4zy1WrWYr0aTr5hN8cSPUWoWjB6ZmklamEs9sYCKMoirijfAQy-EK1HUdSw40cnVNJQ1PQJdd9kIiZ5hlVWE_W_QnGAqV1BooVoeRrJhQWKQ3fXFdZE4VruWK1NWwCL1GuuQbWS3OtE3ON7UhMJARlYhm6114ofuLMAz0nQoXzqvE4GvWdh8ijrSxypczlvYGkvhx5oLINzMfvi8epKJs3HztTcRFBS_HCrnZ0cfizc83IYH89RfUde_yAs6OyrQbeOdUIaSrO82GnshxmB63rym7pOSYLwGGE1W6_6JaDufbFh-YWq3ywASKMHaQifkZRahkpAdRdxJb2lXrhf-c5LJP0DmoDECI8Fn84MxqWwvrvqg7NrUkflN9ND_dkatGvWwytoPj1OiYnu5WI5S1BYuV0rC3F4xed3jE7EBMVlH_a0ebGPhGFFvfQ6DGFO8uNAe_MDkFz4n5G2s3Cw51eFokbroGun8fTqfi6rVcnyLaLfZ7G88fD1McVT2_4fZH_ZlXQBxnGxGJPGZ58_IMp4diZY3CJHkCqzwapVa937XGbs1-PBMFyQ_H4aJZILwvkgFpuLmMJPFMxjWFqJd6DrbXPy6CkLLGBOa44aM8gHM7o8Sf3ShcYKklrSodbvbdrw2Nov8xddNd40mghM_3Jdk3cQd7ip0SCZ_MGXtHG4g_1KWFRX94QkFIIMHh-8jULGKRgiOj3Db-Y_IqHVW3vunZ05Axyqsl1Vs8i0QOP09lf8tmhi2uRdYg7gj68H3vmIwX7vExjrIxuLoj0oM4b7fC862H8zp7YAHfZlMIlVAJUebM7I7lLfH2iC1fLBMefRxxwWMl3EbOk8olG9dVI8MDwR09Na-2jVlROHtiX_LdqUrR9C0vEETtI5P03Oxg__k_qwnRyH4Ni3oY3GI7hAiLeDs2ZTgIuOdU0WKeQ4_F46FWLzur3NjhIYF_f00dZFiQCD1RDsPcXMGHpdZ0FERWijU-pvt1fVXjqdeFEczykI4tM6c3A1UtUlBew3ic2QzLVg26fxbnZtkZ88bzrYeC0lASwP9xnNXXHxR0VsWgSRoUUjyTxj-as1T-9qi72Vk0RS2-KnO2dSzaQXIVEtsknhmxvW20sxLB5bSBoLtZDk4J1UuYlVnemSJiPfjNDagRdbMi17NX59NcgnHDY9-Cn_PrLTZaxqMSYy4niKVQir-a1b5vslJQo79vM7ojKkYoR42msnGc_OQ4IOnwX1KuL1B-1Pc_t3bjyG0zixw4WteCQQtLN-gX3GN_RJCI2oNNc6sBqX_Chxy6Z0vfCFhpFMV672_MRbwgizMmKwjUSeX5toamJyBfsMf2AmkY6Wa7pHfjLtm8Ps8xZc0w9MKvsZxgipVZa1q2aa2y2_OzWtZXumCIMlE7I8ClEBZdO3MOkTkV7DXa6N43DPgaFG7eKm2mo6yQPXxF6ByweoqLm-kyGGut0Hub97szH46Aa0EvVAjjejr1oq1yeEg0wPP1j-K_vKhHVgrAHAcbcQCyZkC5QmNG8Bqew82vnFLk7OsnJ8rUxIEUbE-aMeTM2gfZEVQSYKrhqkKRdwyNkXQShoilyrHVTaAWNp-yLXWMV5zAqZF3faITerMF0-QYXoolY96TXrYBKHP98xcGxx1dzSVn3mLbqllkcILbnTWsxSD5DOsPDBKVi4WgSHyfeA25Xl-DIt8sxu6sxm6xn_fYQ_uMoOKGf6m3sTQvdYGJvI_DW8qum4fChRHhVwrBMqYtRV9S8eMu6JpmTq0Bk2wVKc0nlr9wJNyrizve8VkP13JVMFzmtTGqkpLFGQwbJTkwkrlemqKzwIAeO4HtGkrt12fiB3Fxw0q46aimnVn_tyRZgG_jmUF-o4rZ2idoNWVZOMHPNO-B91ivaWAEIww5N13iN1P9U1wUFqs1kBJkAsnSysyAhisGrDxIKl42vzLZjP14Cg7JIuVyK5Ocjpjq1-1VTGvARGiIwyUCCGQDq1r3yiRHqFHTtLt7uIOiwZNP_hFpOxi11SN3S_GjzgcbMhKvCFmBJNSX5VHtlt44q0uOGiU14u0aHWgWRj0a8og4GDUQjfFZxHqbxow7Cna9uhj10HHpvhMaRBXrhbOFmoMFxzlOOgFubDLJGDhnsW-NqH9FtIdSv5eXbpaBWoGC1hA3F2rn35DAi73nZnQSjgr3rG2ge9pErlIcWGintMnxrspRqmgtvb02YGdbiD6ZR4WzxAPqFARBKtU-BrZEPG-KkwZOT7U7qKSjWP4dZD0EQ2GV7FZupEakZG4xW3kOqWJLHrvz5spmL_DGBUaL2s0gL6lncuEhdU5-W3ndCXw7rzk9_CdAXiJQohtOFFA16H_HZd9TiwJ7AI4AFS7w"}', NULL, '1-3', 2, 3, '2026-11-22T04:10:36.477Z', '2026-11-22T04:10:36.477Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:10:36.477Z', '2026-11-22T04:10:36.477Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:10:36.477Z', '2026-11-22T04:10:36.477Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:10:36.477Z', '2026-11-22T04:10:36.477Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:10:36.477Z', '2026-11-22T04:10:36.477Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.24b014d0.h0lNeKsJbLveQh69TGGM6OmSRV0SmU5qeGAJjnRpEpd7DcdG5SFX1T65i7-ptd3jQmiki3w51Gk9cvtYQ6vOuLOAj6ukEowpJ4YRvMYTQkMpQwxA4i5knnbOE6-EvSYVP_scw6H159ZV4ebRTkRWjhIZiY8lVsXLJz_LOgPf9acTozi0GyLCpqkiZMPfoJNTbWxss6fjVbyxex3Ootyjvx9V2r5qSDalgayTPRfYWdcl7unoTes2ckGOSZdA6lo8gyrQkx1YBEd4ml_DxCKgL0DZk662rRCQLoEk48sbE0ZG95wk2C6SjdNq0lARuZdymKXF-YCgIZaGA8cy0Ae7Iuvm7GlDsz0h7mf7YTmXwV2nu1c-3h2kAvWyN-lmkKqWtpRqsVbBuWfF3Ro7yXB44JhUQxIk4nyXvRFrRsMwL0ZfSw8L0kq3o811xSgspCsRJTqGblqvVxNNUYL4j2OLIMNpoXb2P_8CjIxuMz17EDLfFrJkaJ_suKDm2Z4vy4F6boYy27VZtMWOsCeEVxlmv1BILv1WEccALDbabQYo_4qGHecniL3Yabs-dITfwqN6jiemy9lnk0t4O6u3YBaXfnLUuB4m95hDCP49Vycc7i6JXITkn4MwPtPH5z8ISwGEK7t7yyJo1TM_Ce0yBO57RyaaTRRG2qREBo7xJxNf9Z33KlotSpAU8kkDU51x-Y9mCoqPEhKfoTc39XUExEXrk92OdQJURq4Twuu7KIwdHMNBQEUxu0oxstZuEzrBwCpjvsrp0KhCb2Yw3qgIsM8BDJzdINMwRuThxIHRTwmPpELCLzND8u8Jb6vkOI7XTGhXPLgb3Sa0DcVQRwm_e09qnHVujN01k5yjldHgvPN5y-Luxt4ijbDkZPioAoK0WIC7aCeTcQRGGYLlFg_FjYI3XmukHoOJNw-KLdzQaeX5mhKKtL5xN8BZL1AIiImmwjZ0_0zvlHl4Y-dSJ0akpu5s7lFL67DISm495iood7jKEBUHahfVzp86OmhD88O2oewKCMwCa14anqfwCiispXXJg9H4rroHUcz_GRrH-J29p_61aIfg64CoiZ6b8NyPPQcRI0XOmD4k_OUkq6OnRzTDQh8N1b3-VSEjbYGXvTY2VHeBSGRwPdEvUfY9js85guFjCCq3dyx33BBJH3DT2BF-vdQf-ezC9dfqtF2OnpLx59iIAuo8WyptI1ozvJPLLI0coFD4xg"}', NULL, '1-3', 2, 3, '2026-11-22T04:10:36.477Z', '2026-11-22T04:10:36.477Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.24b014d0.CHYhry1_aTK959rmjmdrRzlJqI97B_tzyufKGlb1E-_tclBdvETx8F6Qlb0-fmjLhVcqoh0Nhz0KbJeUKYnTcngw645G_Lj_8Qvxp6gVp0OjB6vyYlffrLKaaFZtK3aGcqzXV5NfU632rpzphJV9e5K5Y3PUctFLKJMJKfoIH_mVjx7lo1HbUxi-Mt1jAknYA4WQZCALu-a1UBfucMLNq5_SR4xT-1kiGFNlVeCAp67typkcyyGodV3oQpXbr85PdkMBki4QQVkaio9RqUYdEI82jL__q9XZGhuC6waZ2u08S-COqtr0QY7cHqhOBXcid4rpr9OqhWecZuhBooSkVy0qyydFu3viVCIcCFeINdZewUQqPe6HZ_6yfYf5RfFtdM3Xfi2t4q17fiCOMrsBwgW3FflMib53HS7J8UVwxZiXZt2qbl_Q1U6ynTf46oqcDuGBcuoW1EwP4N2l7tFCzw"}', NULL, '1-3', 2, 3, '2026-11-22T04:10:36.477Z', '2026-11-22T04:10:36.477Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'Secret', 'default', 'own', '{}', '{"data":"v1.24b014d0.W-X0UeRFSpgh7P2KG0Gd-dv851XTirJVWk8tcZNKqOXDfOZ_NuV0QQ"}', NULL, '1-4', 3, 4, '2026-11-22T04:10:36.544Z', '2026-11-22T04:10:36.544Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T04:10:36.544Z', '2026-11-22T04:10:36.544Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T04:10:36.544Z', '2026-11-22T04:10:36.544Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-5', 4, 4, '2026-11-22T04:10:36.544Z', '2026-11-22T04:10:36.587Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-4', 3, 4, '2026-11-22T04:10:36.544Z', '2026-11-22T04:10:36.544Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-8', 5, 8, '2026-11-22T04:10:37.678Z', '2026-11-22T04:10:37.678Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('j7gzeccxrbnr', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-9', 6, 9, '2026-11-22T04:10:37.809Z', '2026-11-22T04:10:37.809Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('j7gzeccxrbnr', 1, 1, 2, 'odbxdjuqpxeaxzy6fy5ylsctgh6u7r3k', 'token:nlguylhyiccdqf4m', '', '2026-11-22T04:10:35.787Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('j7gzeccxrbnr', 2, 1, 3, 'dlnxr3swjyzexmvs7zo3i6btiz7ucwr5', 'token:nlguylhyiccdqf4m', '', '2026-11-22T04:10:36.477Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('j7gzeccxrbnr', 3, 1, 4, 'q7lw66coauyzfmewv4h23rzadq5ziztb', 'token:nlguylhyiccdqf4m', '', '2026-11-22T04:10:36.544Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('j7gzeccxrbnr', 4, 1, 5, 'dj7pttdcm57o5iere2l7kuyjy3hes4xc', 'token:nlguylhyiccdqf4m', '', '2026-11-22T04:10:36.587Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('j7gzeccxrbnr', 5, 1, 6, 'kfoyue6bhndtprbz6kgrtx65mico6jsb', 'token:nlguylhyiccdqf4m', '', '2026-11-22T04:10:36.649Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('j7gzeccxrbnr', 6, 1, 9, 'zglorvowhwaxpdqgzksawaca46emrqmr', 'token:nlguylhyiccdqf4m', '', '2026-11-22T04:10:37.809Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T04:10:35.787Z","modificationTime":"2026-11-22T04:10:35.787Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T04:10:36.477Z","modificationTime":"2026-11-22T04:10:36.477Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.24b014d0.IoXmW01edEVhtQMUp9WSfZyr_Pk2V2wFSkXE2XUz2oH-lxY1uE0F7Q9LGJnVjK-e07Xe_VgrsWL83QsRd3i2lHv2C1STFFQ9X9jjKx7jPaaJknv5V8IUJfgA-29ZWKwOoIgXL5_g638LMO-aLq2Bpg7jhhxcMpJQSihpo-38tD1xhSgKjmNOtRRvCvyI5u426mlqcrsPl6XnZfbkq2J39ty_UZ7uGrrhimLp466Va5BNyLlv0N0kfKFX9Fo9o21jWQwDYL3qhw-98-wULKqo3A8fQ1CXADVIlCeWPcMpEAJhv3BTh1I5sZ1PqOo-j93wgQEnJOGfcb_7lPJdAKBw2SUL2UEVOu7t5J58lxGWVNv9FWkgyDSyS2S8hMZXWFMb0ohYFRTzWJjd7xKIBqRJ4lGtlW0tClAZtg6zSDrppTPcHMIuN_FOs4QI_bB3kp5PxlLrW5eBVeAxpNBbLNo_RtBIIvmCY5NE8KxLXbG4MNswAvrUTsW51R-58ui2M7QcBhOQi_FZ_5RGCgWrJqK_Sfwwmr_oYkpxMz6eUv2NYBITVajq64P10vpXihDaAAqiUq58HK-mMbPle4t4wFPDt-2dXNclVysll85iwqpHSR_WNRqAKpFix2-lLyKTOVj-VgAPkfwa_r3nRs9QlzE1jflVhE87HYG00Ehy2PapQtFhZf4mtv_SpdTu2T4zy1WrWYr0aTr5hN8cSPUWoWjB6ZmklamEs9sYCKMoirijfAQy-EK1HUdSw40cnVNJQ1PQJdd9kIiZ5hlVWE_W_QnGAqV1BooVoeRrJhQWKQ3fXFdZE4VruWK1NWwCL1GuuQbWS3OtE3ON7UhMJARlYhm6114ofuLMAz0nQoXzqvE4GvWdh8ijrSxypczlvYGkvhx5oLINzMfvi8epKJs3HztTcRFBS_HCrnZ0cfizc83IYH89RfUde_yAs6OyrQbeOdUIaSrO82GnshxmB63rym7pOSYLwGGE1W6_6JaDufbFh-YWq3ywASKMHaQifkZRahkpAdRdxJb2lXrhf-c5LJP0DmoDECI8Fn84MxqWwvrvqg7NrUkflN9ND_dkatGvWwytoPj1OiYnu5WI5S1BYuV0rC3F4xed3jE7EBMVlH_a0ebGPhGFFvfQ6DGFO8uNAe_MDkFz4n5G2s3Cw51eFokbroGun8fTqfi6rVcnyLaLfZ7G88fD1McVT2_4fZH_ZlXQBxnGxGJPGZ58_IMp4diZY3CJHkCqzwapVa937XGbs1-PBMFyQ_H4aJZILwvkgFpuLmMJPFMxjWFqJd6DrbXPy6CkLLGBOa44aM8gHM7o8Sf3ShcYKklrSodbvbdrw2Nov8xddNd40mghM_3Jdk3cQd7ip0SCZ_MGXtHG4g_1KWFRX94QkFIIMHh-8jULGKRgiOj3Db-Y_IqHVW3vunZ05Axyqsl1Vs8i0QOP09lf8tmhi2uRdYg7gj68H3vmIwX7vExjrIxuLoj0oM4b7fC862H8zp7YAHfZlMIlVAJUebM7I7lLfH2iC1fLBMefRxxwWMl3EbOk8olG9dVI8MDwR09Na-2jVlROHtiX_LdqUrR9C0vEETtI5P03Oxg__k_qwnRyH4Ni3oY3GI7hAiLeDs2ZTgIuOdU0WKeQ4_F46FWLzur3NjhIYF_f00dZFiQCD1RDsPcXMGHpdZ0FERWijU-pvt1fVXjqdeFEczykI4tM6c3A1UtUlBew3ic2QzLVg26fxbnZtkZ88bzrYeC0lASwP9xnNXXHxR0VsWgSRoUUjyTxj-as1T-9qi72Vk0RS2-KnO2dSzaQXIVEtsknhmxvW20sxLB5bSBoLtZDk4J1UuYlVnemSJiPfjNDagRdbMi17NX59NcgnHDY9-Cn_PrLTZaxqMSYy4niKVQir-a1b5vslJQo79vM7ojKkYoR42msnGc_OQ4IOnwX1KuL1B-1Pc_t3bjyG0zixw4WteCQQtLN-gX3GN_RJCI2oNNc6sBqX_Chxy6Z0vfCFhpFMV672_MRbwgizMmKwjUSeX5toamJyBfsMf2AmkY6Wa7pHfjLtm8Ps8xZc0w9MKvsZxgipVZa1q2aa2y2_OzWtZXumCIMlE7I8ClEBZdO3MOkTkV7DXa6N43DPgaFG7eKm2mo6yQPXxF6ByweoqLm-kyGGut0Hub97szH46Aa0EvVAjjejr1oq1yeEg0wPP1j-K_vKhHVgrAHAcbcQCyZkC5QmNG8Bqew82vnFLk7OsnJ8rUxIEUbE-aMeTM2gfZEVQSYKrhqkKRdwyNkXQShoilyrHVTaAWNp-yLXWMV5zAqZF3faITerMF0-QYXoolY96TXrYBKHP98xcGxx1dzSVn3mLbqllkcILbnTWsxSD5DOsPDBKVi4WgSHyfeA25Xl-DIt8sxu6sxm6xn_fYQ_uMoOKGf6m3sTQvdYGJvI_DW8qum4fChRHhVwrBMqYtRV9S8eMu6JpmTq0Bk2wVKc0nlr9wJNyrizve8VkP13JVMFzmtTGqkpLFGQwbJTkwkrlemqKzwIAeO4HtGkrt12fiB3Fxw0q46aimnVn_tyRZgG_jmUF-o4rZ2idoNWVZOMHPNO-B91ivaWAEIww5N13iN1P9U1wUFqs1kBJkAsnSysyAhisGrDxIKl42vzLZjP14Cg7JIuVyK5Ocjpjq1-1VTGvARGiIwyUCCGQDq1r3yiRHqFHTtLt7uIOiwZNP_hFpOxi11SN3S_GjzgcbMhKvCFmBJNSX5VHtlt44q0uOGiU14u0aHWgWRj0a8og4GDUQjfFZxHqbxow7Cna9uhj10HHpvhMaRBXrhbOFmoMFxzlOOgFubDLJGDhnsW-NqH9FtIdSv5eXbpaBWoGC1hA3F2rn35DAi73nZnQSjgr3rG2ge9pErlIcWGintMnxrspRqmgtvb02YGdbiD6ZR4WzxAPqFARBKtU-BrZEPG-KkwZOT7U7qKSjWP4dZD0EQ2GV7FZupEakZG4xW3kOqWJLHrvz5spmL_DGBUaL2s0gL6lncuEhdU5-W3ndCXw7rzk9_CdAXiJQohtOFFA16H_HZd9TiwJ7AI4AFS7w"},"creationTime":"2026-11-22T04:10:36.477Z","modificationTime":"2026-11-22T04:10:36.477Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T04:10:36.477Z","modificationTime":"2026-11-22T04:10:36.477Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T04:10:36.477Z","modificationTime":"2026-11-22T04:10:36.477Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T04:10:36.477Z","modificationTime":"2026-11-22T04:10:36.477Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T04:10:36.477Z","modificationTime":"2026-11-22T04:10:36.477Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.24b014d0.h0lNeKsJbLveQh69TGGM6OmSRV0SmU5qeGAJjnRpEpd7DcdG5SFX1T65i7-ptd3jQmiki3w51Gk9cvtYQ6vOuLOAj6ukEowpJ4YRvMYTQkMpQwxA4i5knnbOE6-EvSYVP_scw6H159ZV4ebRTkRWjhIZiY8lVsXLJz_LOgPf9acTozi0GyLCpqkiZMPfoJNTbWxss6fjVbyxex3Ootyjvx9V2r5qSDalgayTPRfYWdcl7unoTes2ckGOSZdA6lo8gyrQkx1YBEd4ml_DxCKgL0DZk662rRCQLoEk48sbE0ZG95wk2C6SjdNq0lARuZdymKXF-YCgIZaGA8cy0Ae7Iuvm7GlDsz0h7mf7YTmXwV2nu1c-3h2kAvWyN-lmkKqWtpRqsVbBuWfF3Ro7yXB44JhUQxIk4nyXvRFrRsMwL0ZfSw8L0kq3o811xSgspCsRJTqGblqvVxNNUYL4j2OLIMNpoXb2P_8CjIxuMz17EDLfFrJkaJ_suKDm2Z4vy4F6boYy27VZtMWOsCeEVxlmv1BILv1WEccALDbabQYo_4qGHecniL3Yabs-dITfwqN6jiemy9lnk0t4O6u3YBaXfnLUuB4m95hDCP49Vycc7i6JXITkn4MwPtPH5z8ISwGEK7t7yyJo1TM_Ce0yBO57RyaaTRRG2qREBo7xJxNf9Z33KlotSpAU8kkDU51x-Y9mCoqPEhKfoTc39XUExEXrk92OdQJURq4Twuu7KIwdHMNBQEUxu0oxstZuEzrBwCpjvsrp0KhCb2Yw3qgIsM8BDJzdINMwRuThxIHRTwmPpELCLzND8u8Jb6vkOI7XTGhXPLgb3Sa0DcVQRwm_e09qnHVujN01k5yjldHgvPN5y-Luxt4ijbDkZPioAoK0WIC7aCeTcQRGGYLlFg_FjYI3XmukHoOJNw-KLdzQaeX5mhKKtL5xN8BZL1AIiImmwjZ0_0zvlHl4Y-dSJ0akpu5s7lFL67DISm495iood7jKEBUHahfVzp86OmhD88O2oewKCMwCa14anqfwCiispXXJg9H4rroHUcz_GRrH-J29p_61aIfg64CoiZ6b8NyPPQcRI0XOmD4k_OUkq6OnRzTDQh8N1b3-VSEjbYGXvTY2VHeBSGRwPdEvUfY9js85guFjCCq3dyx33BBJH3DT2BF-vdQf-ezC9dfqtF2OnpLx59iIAuo8WyptI1ozvJPLLI0coFD4xg"},"creationTime":"2026-11-22T04:10:36.477Z","modificationTime":"2026-11-22T04:10:36.477Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.24b014d0.CHYhry1_aTK959rmjmdrRzlJqI97B_tzyufKGlb1E-_tclBdvETx8F6Qlb0-fmjLhVcqoh0Nhz0KbJeUKYnTcngw645G_Lj_8Qvxp6gVp0OjB6vyYlffrLKaaFZtK3aGcqzXV5NfU632rpzphJV9e5K5Y3PUctFLKJMJKfoIH_mVjx7lo1HbUxi-Mt1jAknYA4WQZCALu-a1UBfucMLNq5_SR4xT-1kiGFNlVeCAp67typkcyyGodV3oQpXbr85PdkMBki4QQVkaio9RqUYdEI82jL__q9XZGhuC6waZ2u08S-COqtr0QY7cHqhOBXcid4rpr9OqhWecZuhBooSkVy0qyydFu3viVCIcCFeINdZewUQqPe6HZ_6yfYf5RfFtdM3Xfi2t4q17fiCOMrsBwgW3FflMib53HS7J8UVwxZiXZt2qbl_Q1U6ynTf46oqcDuGBcuoW1EwP4N2l7tFCzw"},"creationTime":"2026-11-22T04:10:36.477Z","modificationTime":"2026-11-22T04:10:36.477Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.24b014d0.W-X0UeRFSpgh7P2KG0Gd-dv851XTirJVWk8tcZNKqOXDfOZ_NuV0QQ"},"creationTime":"2026-11-22T04:10:36.544Z","modificationTime":"2026-11-22T04:10:36.544Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T04:10:36.544Z","modificationTime":"2026-11-22T04:10:36.544Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T04:10:36.544Z","modificationTime":"2026-11-22T04:10:36.544Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T04:10:36.544Z","modificationTime":"2026-11-22T04:10:36.544Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T04:10:36.544Z","modificationTime":"2026-11-22T04:10:36.544Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T04:10:36.544Z","modificationTime":"2026-11-22T04:10:36.544Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T04:10:36.544Z","modificationTime":"2026-11-22T04:10:36.544Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T04:10:36.544Z","modificationTime":"2026-11-22T04:10:36.587Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T04:10:36.544Z","modificationTime":"2026-11-22T04:10:36.544Z"}', NULL, 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('j7gzeccxrbnr', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T04:10:37.809Z","modificationTime":"2026-11-22T04:10:37.809Z"}', 0);

INSERT INTO "revision_delivery" ("tenant_id", "epoch", "revision", "zone", "relay", "sequence", "answered_at", "acked", "nacked", "pending", "absent", "untouched", "pushed", "taken", "laggards", "at") VALUES ('j7gzeccxrbnr', 1, 6, 'east', '55k37glf', 9, NULL, 1, 1, 0, 0, 0, '{"count":1,"max":5,"buckets":[]}', '{"count":1,"max":5,"buckets":[]}', '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no","state":"nacked"}]', '2026-11-22T04:10:37.995Z');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('j7gzeccxrbnr', 1, '', 1, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('j7gzeccxrbnr', 2, '', 2, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('j7gzeccxrbnr', 4, '', 3, '{"access":[{"mesh":"default","from":"web","to":"backend","before":{"outcome":"none","reason":"absent"},"after":{"outcome":"allowed","reason":"rule","rule":{"kri":"kri_mtp_default___all_","part":"rules","rule":0,"list":"allow","item":0}}}],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('j7gzeccxrbnr', 5, '', 5, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('j7gzeccxrbnr', 6, '', 6, '{"access":[],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('j7gzeccxrbnr', 6, 'east', 6, '{"effect":{"zone":"east","proxies":2,"shapes":[{"mesh":"default","change":"changed","proxies":{"count":2,"names":["shop-1","web-1"]},"resources":[{"kind":"cluster","name":"backend","change":"changed","patch":[{"op":"test","path":"/connectTimeout","value":"5s"},{"op":"replace","path":"/connectTimeout","value":"9s"}],"own":false}]}],"endpoints":[],"secrets":[]}}');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('j7gzeccxrbnr', 'envelope', '', 'yDH39-1z4yJjEkYMKN-H3rcrJmcb2s9ELVodNYFyVBE', '{"kty":"EC","crv":"P-256","x":"nxCUvE3AO55dGbkKYgJjRMohuv3PoydZAemBDNu2T2E","y":"6LVvTOPqFQywyBOsTPgMy8JRI6CDNB2m8jY0QK3CmdI","alg":"ES256","kid":"yDH39-1z4yJjEkYMKN-H3rcrJmcb2s9ELVodNYFyVBE"}', 'v1.24b014d0.WPfrGJ3SIiGw9G2uFR30X480VR-TlwGyW7iCoSj6UvgV2iiWBJuYsOPFGITXPS6mutszggYr-iX00DxMuh5k_7LcZsRECgEWFeNUYwa6VGzK9CmGsecmEQJAzKwZSkridroDJ_vqx3J_xNYJ50vi6xtPDi6i5IJynCB-o2Om4q__NbgHjbPaZGFF7wx254HqhiZC5a8NEDEJOUR6LqgKvZXfcth8jQ', '2026-11-22T04:10:35.500Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('j7gzeccxrbnr', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('j7gzeccxrbnr', 7, 1, 5, 'enrolled/east/55k37glf');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('j7gzeccxrbnr', 8, 1, 5, '3cuvwcltd3l5v56rzwvtjxdk');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('j7gzeccxrbnr', 10, 1, 6, 'enrolled/east/qwa7iezw');

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('j7gzeccxrbnr', 'default', '0', 'zone/east', 1795320636476, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('j7gzeccxrbnr', 'default', '240.0.0.0', 'service/backend', 1795320636543, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('j7gzeccxrbnr', 'default', '240.0.0.1', 'service/web', 1795320636543, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('j7gzeccxrbnr', 'default', '240.0.0.2', 'service/shop', 1795320637677, NULL);

INSERT INTO "webhook" ("tenant_id", "id", "url", "events", "description", "secret", "older_secret", "older_until", "created_at", "disabled_at", "disabled_why") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'https://receiver.invalid/in', '["audit.entry","zone.offline"]', 'siem', 'v1.24b014d0.kriSg-3H62MOsV6qxiFEUoWQRWYN4JRoB0JpYG4h801JIHKguXxle4ryjP_gZOOYJMJ4Vp4q1Xqqs7EDZrLL0HRRKnSbbEWlwal9L_JH', NULL, NULL, '2026-11-22T04:10:35.602Z', NULL, NULL);

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_a23d3t4AgJVqxX_QrWG-jFEjkmojUgDFyUDBL8EEvRqU', '2026-11-22T04:10:36.649Z', 'pending', 1, 1795320640787, '2026-11-22T04:10:36.716Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_a3bc5uk-5flka6gwyYwEKXqd-sg3Ir4AVVSqI_JjDZvs', '2026-11-22T04:10:36.587Z', 'pending', 1, 1795320642263, '2026-11-22T04:10:36.632Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_a7dR8FtoOcoOGctolESEDtTwV4oS9es1RFdK1aVN1L1w', '2026-11-22T04:10:36.989Z', 'pending', 1, 1795320641410, '2026-11-22T04:10:37.026Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_a9WV3NpHODjhNrQYAxgFB2SOfSLfDIm2N26HVQwC1MyU', '2026-11-22T04:10:35.787Z', 'pending', 1, 1795320641475, '2026-11-22T04:10:35.914Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_aDskS-iTWMOW4osTyth-dxZKDq5etbc1HKu9TWnJWkU0', '2026-11-22T04:10:37.609Z', 'pending', 1, 1795320642307, '2026-11-22T04:10:37.617Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_aI0EKsfGbNfTEavmRhFAZwi4fwwnE2DF4fqq16sMM_I8', '2026-11-22T04:10:36.764Z', 'pending', 1, 1795320641297, '2026-11-22T04:10:36.850Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_aIXLxT_kT-bdbJL-Ac6gGRUlGblp3AwAQ23hayavWlj8', '2026-11-22T04:10:38.027Z', 'pending', 1, 1795320642357, '2026-11-22T04:10:38.137Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_aTe18zRZrEtDxzl4PiHy5JU_CdcmAAp05IFQNdf7A6D8', '2026-11-22T04:10:37.047Z', 'pending', 1, 1795320641672, '2026-11-22T04:10:37.084Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_aY9unUDS7MdwzkVFSQdTSj9QfE8CevezVW30GzpqHplM', '2026-11-22T04:10:36.544Z', 'pending', 1, 1795320640946, '2026-11-22T04:10:36.577Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_aZS-6LIjzOG7k8h5gVgu3NvW5vxAF8RI3TnpQbVER8LM', '2026-11-22T04:10:37.334Z', 'pending', 1, 1795320642841, '2026-11-22T04:10:37.366Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_aZtDKwmb19oFFjGYPSr8hP7WcyHuK1L44RUBLwp-Posg', '2026-11-22T04:10:37.384Z', 'pending', 1, 1795320642438, '2026-11-22T04:10:37.418Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_adUx4MAXKikGKmfKxibC1J5kUoBPGpakJfAJd2k1bRxY', '2026-11-22T04:10:36.925Z', 'pending', 1, 1795320642471, '2026-11-22T04:10:36.942Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_agcdybx_yxWg0ZYC_bFujatebbyqbFTmbUQVgg4LxzMY', '2026-11-22T04:10:37.453Z', 'pending', 1, 1795320642964, '2026-11-22T04:10:37.599Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_agvQqAf5ZtqEcryAI3NYNoO40sNRohLvYZpsm_HRLZrg', '2026-11-22T04:10:37.809Z', 'pending', 1, 1795320642544, '2026-11-22T04:10:37.885Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_alFx-j91KM1B-EtfOtHz563oF_25-uWwx-YpmT8iKiJA', '2026-11-22T04:10:36.477Z', 'pending', 1, 1795320642230, '2026-11-22T04:10:36.505Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_anHX0L0AmVkf7GEwmVCjrrfKHH3KXtLoGWnDSyqSYwHs', '2026-11-22T04:10:36.887Z', 'pending', 1, 1795320641765, '2026-11-22T04:10:36.918Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_atNw5VLuZf4uRtQ_MxZQaAvBHe7i7uM8piG0IdCLtS0Q', '2026-11-22T04:10:38.148Z', 'pending', 1, 1795320643018, '2026-11-22T04:10:38.171Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('j7gzeccxrbnr', 'muvcrhs7a2yv5l4s', 'msg_au7L68gm_-BrC5EDJ4mBo7xmKrgjBpImG1JtZ7RoXleM', '2026-11-22T04:10:37.157Z', 'pending', 1, 1795320642577, '2026-11-22T04:10:37.369Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_a23d3t4AgJVqxX_QrWG-jFEjkmojUgDFyUDBL8EEvRqU', 'audit.entry', '2026-11-22T04:10:36.649Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:36.649Z","data":{"time":"2026-11-22T04:10:36.649Z","actor":"token:nlguylhyiccdqf4m","token":"nlguylhyiccdqf4m","action":"resources.change","subject":"MeshTimeout default/to-go","details":{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]},"organisation":"j7gzeccxrbnr","number":7,"revision":5,"previous":"3bc5uk-5flka6gwyYwEKXqd-sg3Ir4AVVSqI_JjDZvs","hash":"23d3t4AgJVqxX_QrWG-jFEjkmojUgDFyUDBL8EEvRqU"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_a3bc5uk-5flka6gwyYwEKXqd-sg3Ir4AVVSqI_JjDZvs', 'audit.entry', '2026-11-22T04:10:36.587Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:36.587Z","data":{"time":"2026-11-22T04:10:36.587Z","actor":"token:nlguylhyiccdqf4m","token":"nlguylhyiccdqf4m","action":"resources.change","subject":"MeshTimeout default/to-change","details":{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]},"organisation":"j7gzeccxrbnr","number":6,"revision":4,"previous":"Y9unUDS7MdwzkVFSQdTSj9QfE8CevezVW30GzpqHplM","hash":"3bc5uk-5flka6gwyYwEKXqd-sg3Ir4AVVSqI_JjDZvs"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_a7dR8FtoOcoOGctolESEDtTwV4oS9es1RFdK1aVN1L1w', 'audit.entry', '2026-11-22T04:10:36.989Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:36.989Z","data":{"time":"2026-11-22T04:10:36.989Z","actor":"token:f7sc7zkyjjgy3udz","token":"f7sc7zkyjjgy3udz","action":"plan.approve","subject":"plan g2hluuuouhpcupmy","details":{"author":"token:maeksmmngxj4j46s","revision":5},"organisation":"j7gzeccxrbnr","number":11,"revision":null,"previous":"dUx4MAXKikGKmfKxibC1J5kUoBPGpakJfAJd2k1bRxY","hash":"7dR8FtoOcoOGctolESEDtTwV4oS9es1RFdK1aVN1L1w"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_a9WV3NpHODjhNrQYAxgFB2SOfSLfDIm2N26HVQwC1MyU', 'audit.entry', '2026-11-22T04:10:35.787Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:35.787Z","data":{"time":"2026-11-22T04:10:35.787Z","actor":"token:nlguylhyiccdqf4m","token":"nlguylhyiccdqf4m","action":"resources.change","subject":"Zone east","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]},"organisation":"j7gzeccxrbnr","number":3,"revision":1,"previous":"M_cm2lUoIQHyyskg-eNiN15p1ZeHB8w_FSPUWpzkuto","hash":"9WV3NpHODjhNrQYAxgFB2SOfSLfDIm2N26HVQwC1MyU"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_aDskS-iTWMOW4osTyth-dxZKDq5etbc1HKu9TWnJWkU0', 'audit.entry', '2026-11-22T04:10:37.609Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:37.609Z","data":{"time":"2026-11-22T04:10:37.609Z","actor":"token:nlguylhyiccdqf4m","token":"nlguylhyiccdqf4m","action":"dataplane-token.create","subject":"token 656d739b-03f3-4fa8-9369-c84ba82907cc","details":{"id":"656d739b-03f3-4fa8-9369-c84ba82907cc","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000},"organisation":"j7gzeccxrbnr","number":17,"revision":null,"previous":"gcdybx_yxWg0ZYC_bFujatebbyqbFTmbUQVgg4LxzMY","hash":"DskS-iTWMOW4osTyth-dxZKDq5etbc1HKu9TWnJWkU0"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_aI0EKsfGbNfTEavmRhFAZwi4fwwnE2DF4fqq16sMM_I8', 'audit.entry', '2026-11-22T04:10:36.764Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:36.764Z","data":{"time":"2026-11-22T04:10:36.764Z","actor":"token:nlguylhyiccdqf4m","token":"nlguylhyiccdqf4m","action":"audit.retention","subject":"audit log","details":{"before":400,"days":90},"organisation":"j7gzeccxrbnr","number":8,"revision":null,"previous":"23d3t4AgJVqxX_QrWG-jFEjkmojUgDFyUDBL8EEvRqU","hash":"I0EKsfGbNfTEavmRhFAZwi4fwwnE2DF4fqq16sMM_I8"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_aIXLxT_kT-bdbJL-Ac6gGRUlGblp3AwAQ23hayavWlj8', 'audit.entry', '2026-11-22T04:10:38.027Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:38.027Z","data":{"time":"2026-11-22T04:10:38.027Z","actor":"token:nlguylhyiccdqf4m","token":"nlguylhyiccdqf4m","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T05:10:38.027Z","id":"5laysmvqwmrwbllq"},"organisation":"j7gzeccxrbnr","number":19,"revision":null,"previous":"gvQqAf5ZtqEcryAI3NYNoO40sNRohLvYZpsm_HRLZrg","hash":"IXLxT_kT-bdbJL-Ac6gGRUlGblp3AwAQ23hayavWlj8"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_aTe18zRZrEtDxzl4PiHy5JU_CdcmAAp05IFQNdf7A6D8', 'audit.entry', '2026-11-22T04:10:37.047Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:37.047Z","data":{"time":"2026-11-22T04:10:37.047Z","actor":"token:nlguylhyiccdqf4m","token":"nlguylhyiccdqf4m","action":"token.create","subject":"token 6e4f6ekplchkdobw","details":{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]},"organisation":"j7gzeccxrbnr","number":12,"revision":null,"previous":"7dR8FtoOcoOGctolESEDtTwV4oS9es1RFdK1aVN1L1w","hash":"Te18zRZrEtDxzl4PiHy5JU_CdcmAAp05IFQNdf7A6D8"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_aY9unUDS7MdwzkVFSQdTSj9QfE8CevezVW30GzpqHplM', 'audit.entry', '2026-11-22T04:10:36.544Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:36.544Z","data":{"time":"2026-11-22T04:10:36.544Z","actor":"token:nlguylhyiccdqf4m","token":"nlguylhyiccdqf4m","action":"resources.change","subject":"Secret default/own and 5 more","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]},"organisation":"j7gzeccxrbnr","number":5,"revision":3,"previous":"lFx-j91KM1B-EtfOtHz563oF_25-uWwx-YpmT8iKiJA","hash":"Y9unUDS7MdwzkVFSQdTSj9QfE8CevezVW30GzpqHplM"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_aZS-6LIjzOG7k8h5gVgu3NvW5vxAF8RI3TnpQbVER8LM', 'audit.entry', '2026-11-22T04:10:37.334Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:37.334Z","data":{"time":"2026-11-22T04:10:37.334Z","actor":"token:6e4f6ekplchkdobw","token":"6e4f6ekplchkdobw","action":"secret.reveal","subject":"Secret default/default.ca-builtin-key-ca-1","details":{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"j7gzeccxrbnr","number":14,"revision":null,"previous":"u7L68gm_-BrC5EDJ4mBo7xmKrgjBpImG1JtZ7RoXleM","hash":"ZS-6LIjzOG7k8h5gVgu3NvW5vxAF8RI3TnpQbVER8LM"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_aZtDKwmb19oFFjGYPSr8hP7WcyHuK1L44RUBLwp-Posg', 'audit.entry', '2026-11-22T04:10:37.384Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:37.384Z","data":{"time":"2026-11-22T04:10:37.384Z","actor":"token:nlguylhyiccdqf4m","token":"nlguylhyiccdqf4m","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T05:10:37.384Z","id":"gkqgzvvud2t2t4lv"},"organisation":"j7gzeccxrbnr","number":15,"revision":null,"previous":"ZS-6LIjzOG7k8h5gVgu3NvW5vxAF8RI3TnpQbVER8LM","hash":"ZtDKwmb19oFFjGYPSr8hP7WcyHuK1L44RUBLwp-Posg"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_adUx4MAXKikGKmfKxibC1J5kUoBPGpakJfAJd2k1bRxY', 'audit.entry', '2026-11-22T04:10:36.925Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:36.925Z","data":{"time":"2026-11-22T04:10:36.925Z","actor":"token:nlguylhyiccdqf4m","token":"nlguylhyiccdqf4m","action":"token.create","subject":"token f7sc7zkyjjgy3udz","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"j7gzeccxrbnr","number":10,"revision":null,"previous":"nHX0L0AmVkf7GEwmVCjrrfKHH3KXtLoGWnDSyqSYwHs","hash":"dUx4MAXKikGKmfKxibC1J5kUoBPGpakJfAJd2k1bRxY"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_agcdybx_yxWg0ZYC_bFujatebbyqbFTmbUQVgg4LxzMY', 'audit.entry', '2026-11-22T04:10:37.453Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:37.453Z","data":{"time":"2026-11-22T04:10:37.453Z","actor":"relay:east/55k37glf","token":null,"action":"relay.enrol","subject":"relay east/55k37glf","details":{"enrolmentToken":"gkqgzvvud2t2t4lv"},"organisation":"j7gzeccxrbnr","number":16,"revision":null,"previous":"ZtDKwmb19oFFjGYPSr8hP7WcyHuK1L44RUBLwp-Posg","hash":"gcdybx_yxWg0ZYC_bFujatebbyqbFTmbUQVgg4LxzMY"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_agvQqAf5ZtqEcryAI3NYNoO40sNRohLvYZpsm_HRLZrg', 'audit.entry', '2026-11-22T04:10:37.809Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:37.809Z","data":{"time":"2026-11-22T04:10:37.809Z","actor":"token:nlguylhyiccdqf4m","token":"nlguylhyiccdqf4m","action":"resources.change","subject":"MeshTimeout default/late","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]},"organisation":"j7gzeccxrbnr","number":18,"revision":6,"previous":"DskS-iTWMOW4osTyth-dxZKDq5etbc1HKu9TWnJWkU0","hash":"gvQqAf5ZtqEcryAI3NYNoO40sNRohLvYZpsm_HRLZrg"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_alFx-j91KM1B-EtfOtHz563oF_25-uWwx-YpmT8iKiJA', 'audit.entry', '2026-11-22T04:10:36.477Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:36.477Z","data":{"time":"2026-11-22T04:10:36.477Z","actor":"token:nlguylhyiccdqf4m","token":"nlguylhyiccdqf4m","action":"resources.change","subject":"Mesh default and 7 more","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"j7gzeccxrbnr","number":4,"revision":2,"previous":"9WV3NpHODjhNrQYAxgFB2SOfSLfDIm2N26HVQwC1MyU","hash":"lFx-j91KM1B-EtfOtHz563oF_25-uWwx-YpmT8iKiJA"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_anHX0L0AmVkf7GEwmVCjrrfKHH3KXtLoGWnDSyqSYwHs', 'audit.entry', '2026-11-22T04:10:36.887Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:36.887Z","data":{"time":"2026-11-22T04:10:36.887Z","actor":"token:nlguylhyiccdqf4m","token":"nlguylhyiccdqf4m","action":"token.create","subject":"token maeksmmngxj4j46s","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"j7gzeccxrbnr","number":9,"revision":null,"previous":"I0EKsfGbNfTEavmRhFAZwi4fwwnE2DF4fqq16sMM_I8","hash":"nHX0L0AmVkf7GEwmVCjrrfKHH3KXtLoGWnDSyqSYwHs"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_atNw5VLuZf4uRtQ_MxZQaAvBHe7i7uM8piG0IdCLtS0Q', 'audit.entry', '2026-11-22T04:10:38.148Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:38.148Z","data":{"time":"2026-11-22T04:10:38.148Z","actor":"relay:east/qwa7iezw","token":null,"action":"relay.enrol","subject":"relay east/qwa7iezw","details":{"enrolmentToken":"5laysmvqwmrwbllq"},"organisation":"j7gzeccxrbnr","number":20,"revision":null,"previous":"IXLxT_kT-bdbJL-Ac6gGRUlGblp3AwAQ23hayavWlj8","hash":"tNw5VLuZf4uRtQ_MxZQaAvBHe7i7uM8piG0IdCLtS0Q"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('j7gzeccxrbnr', 'msg_au7L68gm_-BrC5EDJ4mBo7xmKrgjBpImG1JtZ7RoXleM', 'audit.entry', '2026-11-22T04:10:37.157Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:10:37.157Z","data":{"time":"2026-11-22T04:10:37.157Z","actor":"token:6e4f6ekplchkdobw","token":"6e4f6ekplchkdobw","action":"secret.reveal","subject":"Secret default/dataplane-token-signing-key-default-1","details":{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]},"organisation":"j7gzeccxrbnr","number":13,"revision":null,"previous":"Te18zRZrEtDxzl4PiHy5JU_CdcmAAp05IFQNdf7A6D8","hash":"u7L68gm_-BrC5EDJ4mBo7xmKrgjBpImG1JtZ7RoXleM"}}');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('j7gzeccxrbnr', 'nack/east/55k37glf/default/shop-1', ' Error adding/updating listener(s) l: no');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('j7gzeccxrbnr', 'rollout', '1.6');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('j7gzeccxrbnr', 'zone/east', 'online');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "envelope", "last_event", "enrolled_at", "address", "ca") VALUES ('j7gzeccxrbnr', 'east', '55k37glf', '{"kty":"EC","crv":"P-256","x":"KelLesuAngxsmMagejaERc05uRzd3nZ4FHpCcHuMwP4","y":"QL0J5E_ZZWyiq7O_tmy0UUgnAma0QzOdFUinH_Bitoc"}', '{"kty":"EC","crv":"P-256","x":"ZfGmLk94DUyIEQlFYk76ukfvj5DeDaAlMlvJDL8yLUw","y":"NYZB0MWs7cAh1kFPdHDd2K9VtEUi_bY_QjcNjg1vxCw"}', 0, 1, 10, '_cUSTr5U_kBJ978ju0ELauGp8NUU2NXFRHZgCSi93Fw', 'eyJhbGciOiJFUzI1NiIsImtpZCI6InlESDM5LTF6NHlKakVrWU1LTi1IM3JjckptY2IyczlFTFZvZE5ZRnlWQkUiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImluNWVxNnFpamNidXZ4ZWQiLCJ0ZW5hbnQiOiJqN2d6ZWNjeHJibnIiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiX2NVU1RyNVVfa0JKOTc4anUwRUxhdUdwOE5VVTJOWEZSSFpnQ1NpOTNGdyIsInByZXZpb3VzIjoiX2NVU1RyNVVfa0JKOTc4anUwRUxhdUdwOE5VVTJOWEZSSFpnQ1NpOTNGdyIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiNTVrMzdnbGYiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiS2VsTGVzdUFuZ3hzbU1hZ2VqYUVSYzA1dVJ6ZDNuWjRGSHBDY0h1TXdQNCIsInkiOiJRTDBKNUVfWlpXeWlxN09fdG15MFVVZ25BbWEwUXpPZEZVaW5IX0JpdG9jIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6InF3YTdpZXp3Iiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IktlbExlc3VBbmd4c21NYWdlamFFUmMwNXVSemQzblo0RkhwQ2NIdU13UDQiLCJ5IjoiUUwwSjVFX1paV3lpcTdPX3RteTBVVWduQW1hMFF6T2RGVWluSF9CaXRvYyJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoiMzJITTh1NnY2WjZRck5kcFV1V2N2OW1fcGpXQV9abFRreVJIR1RzaWdqdTI1SDdnNTVoTFNrdXhOcVhUZG5XT1RyRFNQUGh2SElhd3dVMnN2aktBZWI2Z2tvbzNDcGxGa09XQVFBeVBkclNTclZVOG1XTFJ0b3ZYazZEb0FxeE15b25lTldvek5VUEk5VlJmTXJwTGE2ZFpaNHdTZXh5T2R5VzlJOUROZ1RBQmRDWWU1ZHJfbG96Ym9JWUlxOFJ6VlFnZjhmMnBtNHlsTERFUmIteHloMHdnMVVQT2FtRElkbjlaZ29NQk1tazdobTBsQlBBNnhKTHJRRkRnVHNRRW9EWUZwR2FoNVNOZjJ1MVRhTmFBNXVWMkhzQ2VNSE0tU215Vmt2aXowelZ1bW51UU1ja2JpdDN3MFpMVl9KYmhyekdHMk9CaG12bllpZGQ5RWFIY3FRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUWJYMTB2RjFsZTVJeEl1RlR2SEZXc3pBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTBNVEF5TmxvWERUTTJNVEV4T1RBME1UQXpObG93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCRjcrRm8rRGpCeHpJT2ZCY2tLSE5aNktaRWk4NE5zS2dLZXJ5Smp2STc3WG1RL3BSZ1VIXG5xZm9CZ0VaZjJYL2ptTGEzZkJNeGFXSnc0OVdQaGNGYWRycWpYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCUVR4bWkzZEtydnFWUW5VcWJOTW51dVFHSngvekFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUNwXG5JdHA2TC9aQWZNRlNKd3I5RjdVaTAzQzI0NDhaUmpoYnMwK2VLcW5qZEFJZ0JyV2w5ZytJNjhFL0VDNHV6SFF4XG5qcTZoTHQ2T1lKbzFidEsyeU9MQi9pUT1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.Wa_l1iZxZxzDDBIoWlWYtCjwLjLYh8R791NiiiSUDuTATkSFwuLKbf0mgasiPoLXo1UVwTrtANWiZqtwn2tpdA', 1, '2026-11-22T04:10:37.453Z', '', '');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "envelope", "last_event", "enrolled_at", "address", "ca") VALUES ('j7gzeccxrbnr', 'east', 'qwa7iezw', '{"kty":"EC","crv":"P-256","x":"KelLesuAngxsmMagejaERc05uRzd3nZ4FHpCcHuMwP4","y":"QL0J5E_ZZWyiq7O_tmy0UUgnAma0QzOdFUinH_Bitoc"}', '{"kty":"EC","crv":"P-256","x":"ZfGmLk94DUyIEQlFYk76ukfvj5DeDaAlMlvJDL8yLUw","y":"NYZB0MWs7cAh1kFPdHDd2K9VtEUi_bY_QjcNjg1vxCw"}', 0, 1, 10, '_cUSTr5U_kBJ978ju0ELauGp8NUU2NXFRHZgCSi93Fw', 'eyJhbGciOiJFUzI1NiIsImtpZCI6InlESDM5LTF6NHlKakVrWU1LTi1IM3JjckptY2IyczlFTFZvZE5ZRnlWQkUiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImluNWVxNnFpamNidXZ4ZWQiLCJ0ZW5hbnQiOiJqN2d6ZWNjeHJibnIiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiX2NVU1RyNVVfa0JKOTc4anUwRUxhdUdwOE5VVTJOWEZSSFpnQ1NpOTNGdyIsInByZXZpb3VzIjoiX2NVU1RyNVVfa0JKOTc4anUwRUxhdUdwOE5VVTJOWEZSSFpnQ1NpOTNGdyIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiNTVrMzdnbGYiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiS2VsTGVzdUFuZ3hzbU1hZ2VqYUVSYzA1dVJ6ZDNuWjRGSHBDY0h1TXdQNCIsInkiOiJRTDBKNUVfWlpXeWlxN09fdG15MFVVZ25BbWEwUXpPZEZVaW5IX0JpdG9jIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6InF3YTdpZXp3Iiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IktlbExlc3VBbmd4c21NYWdlamFFUmMwNXVSemQzblo0RkhwQ2NIdU13UDQiLCJ5IjoiUUwwSjVFX1paV3lpcTdPX3RteTBVVWduQW1hMFF6T2RGVWluSF9CaXRvYyJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoiMzJITTh1NnY2WjZRck5kcFV1V2N2OW1fcGpXQV9abFRreVJIR1RzaWdqdTI1SDdnNTVoTFNrdXhOcVhUZG5XT1RyRFNQUGh2SElhd3dVMnN2aktBZWI2Z2tvbzNDcGxGa09XQVFBeVBkclNTclZVOG1XTFJ0b3ZYazZEb0FxeE15b25lTldvek5VUEk5VlJmTXJwTGE2ZFpaNHdTZXh5T2R5VzlJOUROZ1RBQmRDWWU1ZHJfbG96Ym9JWUlxOFJ6VlFnZjhmMnBtNHlsTERFUmIteHloMHdnMVVQT2FtRElkbjlaZ29NQk1tazdobTBsQlBBNnhKTHJRRkRnVHNRRW9EWUZwR2FoNVNOZjJ1MVRhTmFBNXVWMkhzQ2VNSE0tU215Vmt2aXowelZ1bW51UU1ja2JpdDN3MFpMVl9KYmhyekdHMk9CaG12bllpZGQ5RWFIY3FRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUWJYMTB2RjFsZTVJeEl1RlR2SEZXc3pBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTBNVEF5TmxvWERUTTJNVEV4T1RBME1UQXpObG93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCRjcrRm8rRGpCeHpJT2ZCY2tLSE5aNktaRWk4NE5zS2dLZXJ5Smp2STc3WG1RL3BSZ1VIXG5xZm9CZ0VaZjJYL2ptTGEzZkJNeGFXSnc0OVdQaGNGYWRycWpYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCUVR4bWkzZEtydnFWUW5VcWJOTW51dVFHSngvekFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUNwXG5JdHA2TC9aQWZNRlNKd3I5RjdVaTAzQzI0NDhaUmpoYnMwK2VLcW5qZEFJZ0JyV2w5ZytJNjhFL0VDNHV6SFF4XG5qcTZoTHQ2T1lKbzFidEsyeU9MQi9pUT1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.Wa_l1iZxZxzDDBIoWlWYtCjwLjLYh8R791NiiiSUDuTATkSFwuLKbf0mgasiPoLXo1UVwTrtANWiZqtwn2tpdA', 0, '2026-11-22T04:10:38.148Z', '', '');
