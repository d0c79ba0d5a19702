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

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('cs2k3u2tdxqw', 1, '2026-11-22T12:19:49.864Z', 'user:z6n36k3qsfaxr53x', NULL, 'organisation.create', 'organisation anns', NULL, '{"owner":"z6n36k3qsfaxr53x"}', '', 't8qComxEZuF9xM8ba1p113pfkOZPuQJALEWzClNsyj4');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 1, '2026-11-22T12:19:45.217Z', 'operator', NULL, 'organisation.create', 'organisation acme', NULL, '{"token":"6ftuxdrgkmd6qyd5"}', '', 'uVrHa0vAUT9Fm4cMXAMCFP_aYkSXtEUlvUljAfIKKIU');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 2, '2026-11-22T12:19:45.316Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'webhook.create', 'webhook 2nyctqwavxgu3wq3', NULL, '{"events":["audit.entry","zone.offline"],"host":"receiver.invalid"}', 'uVrHa0vAUT9Fm4cMXAMCFP_aYkSXtEUlvUljAfIKKIU', 'h9RXPxMjhBmv_m88zDf0tEjZ_ZzkjHGR6KSds1sebWs');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 3, '2026-11-22T12:19:45.634Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'resources.change', 'Zone east', 1, '{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]}', 'h9RXPxMjhBmv_m88zDf0tEjZ_ZzkjHGR6KSds1sebWs', 'sgxYNf9LJiqh8I70lHlqtKO0BtidW3ttQpNaRIKUBDk');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 4, '2026-11-22T12:19:47.097Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'resources.change', 'Mesh default and 7 more', 2, '{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'sgxYNf9LJiqh8I70lHlqtKO0BtidW3ttQpNaRIKUBDk', '2NX7vd_idXYLEij4fFd12mcnrVkHkmt7J2jxA7yG1aM');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 5, '2026-11-22T12:19:47.198Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'resources.change', 'Secret default/own and 5 more', 3, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]}', '2NX7vd_idXYLEij4fFd12mcnrVkHkmt7J2jxA7yG1aM', '27-CQ-MKtYtb4poUPht7weWT0gRIDzXBCagyN4Gl8vc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 6, '2026-11-22T12:19:47.257Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'resources.change', 'MeshTimeout default/to-change', 4, '{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]}', '27-CQ-MKtYtb4poUPht7weWT0gRIDzXBCagyN4Gl8vc', 'ASZn5NWKzFjXrO7pyzgje22ixeVE3fFZar1ky8PPfb0');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 7, '2026-11-22T12:19:47.302Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'resources.change', 'MeshTimeout default/to-go', 5, '{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]}', 'ASZn5NWKzFjXrO7pyzgje22ixeVE3fFZar1ky8PPfb0', 'IL3jvCkfDrj8-Ttea01OhHXohIEneQMe9LXaARfVtSY');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 8, '2026-11-22T12:19:47.344Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'audit.retention', 'audit log', NULL, '{"before":400,"days":90}', 'IL3jvCkfDrj8-Ttea01OhHXohIEneQMe9LXaARfVtSY', 'NSpZCwDlLgOdtjH9_2RsPvgtuvx9nZtwjsJ1SpM8sCc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 9, '2026-11-22T12:19:47.384Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'token.create', 'token vjn4k3ygt2pygpl4', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'NSpZCwDlLgOdtjH9_2RsPvgtuvx9nZtwjsJ1SpM8sCc', 'V788A0NFHatijQ0LGy_nRbZqVUZZ2mZ5-bDLdcmyKZs');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 10, '2026-11-22T12:19:47.412Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'token.create', 'token jzkxqjca3ieoajm6', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'V788A0NFHatijQ0LGy_nRbZqVUZZ2mZ5-bDLdcmyKZs', 'Vq85lM0_Uxn7wylM8xiSP59bZLfKxj0xqYXLcnYVPa8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 11, '2026-11-22T12:19:47.458Z', 'token:jzkxqjca3ieoajm6', 'jzkxqjca3ieoajm6', 'plan.approve', 'plan twsefj2bprax43jd', NULL, '{"plan":"twsefj2bprax43jd","author":"token:vjn4k3ygt2pygpl4","revision":5,"required":0,"given":1}', 'Vq85lM0_Uxn7wylM8xiSP59bZLfKxj0xqYXLcnYVPa8', 'InTICWcuewZU6gemsQ7pfdZYwIrZYqMHob_RVue7yhs');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 12, '2026-11-22T12:19:47.479Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'token.create', 'token xo6gi2ie2i7j4gn5', NULL, '{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]}', 'InTICWcuewZU6gemsQ7pfdZYwIrZYqMHob_RVue7yhs', 'N0YmoMX9zdp8XgULyTrug4vOlDLAteesmkwRmlnzc6o');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 13, '2026-11-22T12:19:47.568Z', 'token:xo6gi2ie2i7j4gn5', 'xo6gi2ie2i7j4gn5', 'secret.reveal', 'Secret default/dataplane-token-signing-key-default-1', NULL, '{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]}', 'N0YmoMX9zdp8XgULyTrug4vOlDLAteesmkwRmlnzc6o', 'wfT2VqeYJLOVvKWA6uCLz-wzti3TpTAnWqzAKM5vKiE');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 14, '2026-11-22T12:19:47.588Z', 'token:xo6gi2ie2i7j4gn5', 'xo6gi2ie2i7j4gn5', 'secret.reveal', 'Secret default/default.ca-builtin-key-ca-1', NULL, '{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'wfT2VqeYJLOVvKWA6uCLz-wzti3TpTAnWqzAKM5vKiE', 'Z1cpAY8yRegpmS0Zc38Fyb02PeqFlSnxqBcULdmGBss');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 15, '2026-11-22T12:19:47.628Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T13:19:47.628Z","id":"57bnvlazg7pq4sot"}', 'Z1cpAY8yRegpmS0Zc38Fyb02PeqFlSnxqBcULdmGBss', 'O0ILHEe-ILW4ep8s5esbKTOK-L02GKE1tEiC9Ymz6wI');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 16, '2026-11-22T12:19:47.641Z', 'relay:east/pzxn4lzo', NULL, 'relay.enrol', 'relay east/pzxn4lzo', NULL, '{"enrolmentToken":"57bnvlazg7pq4sot"}', 'O0ILHEe-ILW4ep8s5esbKTOK-L02GKE1tEiC9Ymz6wI', 'UyLQFgphHlG6n1f3oq5Qw02I6w3B6SJSAE30IGwBAu8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 17, '2026-11-22T12:19:47.679Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'dataplane-token.create', 'token 991b2a06-fa87-4b25-8859-4fb6b81f70b8', NULL, '{"id":"991b2a06-fa87-4b25-8859-4fb6b81f70b8","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000}', 'UyLQFgphHlG6n1f3oq5Qw02I6w3B6SJSAE30IGwBAu8', 'FQLQjxzqJ5rcKOLGYjpkcgEeDlgwTDHKosUmfpI4TvM');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 18, '2026-11-22T12:19:47.872Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'resources.change', 'MeshTimeout default/late', 6, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]}', 'FQLQjxzqJ5rcKOLGYjpkcgEeDlgwTDHKosUmfpI4TvM', '0UYJrNRydUpk8J2GQ2A2DipVo3wMF0F818ILB7rZ1rU');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 19, '2026-11-22T12:19:48.186Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T13:19:48.186Z","id":"y5zx4spi53l263sz"}', '0UYJrNRydUpk8J2GQ2A2DipVo3wMF0F818ILB7rZ1rU', 'sDJdIeD5Fr2rq7Z-zxPkyAm6EX-uIRugc076yk8ZZaU');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 20, '2026-11-22T12:19:48.192Z', 'relay:east/q5fr4fot', NULL, 'relay.enrol', 'relay east/q5fr4fot', NULL, '{"enrolmentToken":"y5zx4spi53l263sz"}', 'sDJdIeD5Fr2rq7Z-zxPkyAm6EX-uIRugc076yk8ZZaU', '5iB-GDoZXLY1VQg8ACXO7-CpF04A6kwTijHUzEfkA5E');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('qbdylibdd25n', 21, '2026-11-22T12:19:49.872Z', 'token:6ftuxdrgkmd6qyd5', '6ftuxdrgkmd6qyd5', 'invitation.create', 'invitation o742wiuxzp3fr2qc', NULL, '{"email":"bo@example.com","expiresAt":"2026-11-29T12:19:49.872Z","role":"viewer"}', '5iB-GDoZXLY1VQg8ACXO7-CpF04A6kwTijHUzEfkA5E', 'sv3yrggvX7diDpBmec6Ovz4RIiV8fNV4QLD9g5O38Pw');

INSERT INTO "audit_seal" ("tenant_id", "number", "kind", "time", "hash", "jws") VALUES ('qbdylibdd25n', 2, 'checkpoint', '2026-11-22T12:19:45.540Z', 'h9RXPxMjhBmv_m88zDf0tEjZ_ZzkjHGR6KSds1sebWs', 'eyJhbGciOiJFUzI1NiIsImtpZCI6InNvTElUbUxTOFZYemNkSDFDWnUzbUtDbU0zeDJTYldMaWZZRHJJdmRBeE0iLCJ0eXAiOiJ3ZWZ0LWF1ZGl0K2p3cyJ9.eyJraW5kIjoiY2hlY2twb2ludCIsIm9yZ2FuaXNhdGlvbiI6InFiZHlsaWJkZDI1biIsIm51bWJlciI6MiwiaGFzaCI6Img5UlhQeE1qaEJtdl9tODh6RGYwdEVqWl9aemtqSEdSNktTZHMxc2ViV3MiLCJ0aW1lIjoiMjAyNi0xMS0yMlQxMjoxOTo0NS41NDBaIn0.r9Op8x3OZh6e3AmXF8OErh1cMMv2YCRh480HQzsutXXdklfiuBq5edMTXMKhMwRRQ0fORHDlhfVLvudLOIPomw');

INSERT INTO "audit_setting" ("tenant_id", "retention_days") VALUES ('qbdylibdd25n', 90);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'M2Xz0uFo82tcKOywLX1vIvRKjlAE2_k4rK6GuIZmgag', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvTCCAWOgAwIBAgIQZBcBwAmeB8D2ZrpUiTigUDAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjEyMTkzN1oXDTM2MTExOTEyMTk0N1owMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABFXFQrXpDJ41mf0RR0tQrZptnr7siA/5ZO0Q5bOlQBKiHOtWzKqv\nPSxv2vZMj09U3oaLl13QrLDpLWW3HiblASajXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBRfbiJGTVrqwRqy05S1AUHmLI2h1DAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0gAMEUCIQDt\nRWvdnHCVZWmE0ikPyrHM19F6OzlSOSF/VBGFaq5CQAIgOF6uzIbmNE4vgeoQ/8zT\n2Hv+eyjt0hXI6Kd5eqkBQZ4=\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', '{"web-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', '550OnjzlsyjiSDsMa39D3r7LhzoqvLh2Ix6pmc__YbI', '{"mesh_ca:secret:default":"M2Xz0uFo82tcKOywLX1vIvRKjlAE2_k4rK6GuIZmgag"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', '{"shop-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00', '{"shop-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('qbdylibdd25n', 'GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q', '{"web-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('qbdylibdd25n', '5f6e22464d5aeac11ab2d394b50141e62c8da1d4', '4e2423b75d9539f772650e1fe78e43a4', 'default', '', 'east', '2026-11-29T12:19:47.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('qbdylibdd25n', '5f6e22464d5aeac11ab2d394b50141e62c8da1d4', '61aa1c82ab1c34924210b097c61c676e', 'default', '', 'east', '2026-11-29T12:19:47.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('qbdylibdd25n', 'f0c06f08f42badeee5c86bfab0b3f7a0a16c394b', '45db7b70e81313a7819c4a420da27adf', 'default', 'shop-1', 'east', '2026-11-23T12:19:47.000Z', '991b2a06-fa87-4b25-8859-4fb6b81f70b8');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('qbdylibdd25n', '57bnvlazg7pq4sot', 'enrolment', 'relay of east', '86CBlCONg4BatSlBXlz2iZGu8Vu0okq3J8HpZssof-k', '[]', '2026-11-22T12:19:47.628Z', '2026-11-22T13:19:47.628Z', NULL, 'east', 'pzxn4lzo', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('qbdylibdd25n', '6ftuxdrgkmd6qyd5', 'api', 'admin', '1yIvVExBnMzMc77AdOQRJXCPZxZvERwRuHOe9wOgSrg', '["admin"]', '2026-11-22T12:19:45.217Z', NULL, NULL, NULL, NULL, NULL, '2026-11-22T12:19:45.261Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('qbdylibdd25n', 'jzkxqjca3ieoajm6', 'api', 'other', 'rAJHWQTdQf6DfSAUSw8dbMgJvjoYKYKb0Gc0kyaKw1o', '["admin"]', '2026-11-22T12:19:47.412Z', NULL, NULL, NULL, NULL, '6ftuxdrgkmd6qyd5', '2026-11-22T12:19:47.450Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('qbdylibdd25n', 'vjn4k3ygt2pygpl4', 'api', 'other', 'ywiZwP7P9XO3PM9YuQy2D7JIrRKF6SHK8QatJCwUwWw', '["admin"]', '2026-11-22T12:19:47.384Z', NULL, NULL, NULL, NULL, '6ftuxdrgkmd6qyd5', '2026-11-22T12:19:47.431Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('qbdylibdd25n', 'xo6gi2ie2i7j4gn5', 'api', 'reveal', 'Ou5irIrrY7EHTgYity41Oc3AexQ6ySdh6n2SB24jcwg', '["admin","secret:reveal"]', '2026-11-22T12:19:47.479Z', NULL, NULL, NULL, NULL, '6ftuxdrgkmd6qyd5', '2026-11-22T12:19:47.565Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('qbdylibdd25n', 'y5zx4spi53l263sz', 'enrolment', 'relay of east', '3yOQrjHROkm9TisrAdAtG-gxJjf2qEXGFabBsvGsqkw', '[]', '2026-11-22T12:19:48.186Z', '2026-11-22T13:19:48.186Z', NULL, 'east', 'q5fr4fot', NULL, NULL);

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_add-relay-address.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-issuers.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_add-registration-ready.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_give-virtual-addresses.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-contacts.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_add-default-generators.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_follow-resources.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_deliver-revisions.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_keep-plans.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_keep-audit.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_send-webhooks.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_keep-approvals.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (14, '0014_keep-lineage.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (15, '0015_note-joins.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (16, '0016_guard-quotas.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (17, '0017_guard-moves.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (18, '0018_note-ways.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (19, '0019_keep-versions.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (20, '0020_note-uses.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (21, '0021_close-relays.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (22, '0022_note-unused-blobs.sql', '2026-11-22 12:19:44');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (23, '0023_end-heads-with-envelopes.sql', '2026-11-22 12:19:44');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('qbdylibdd25n', 'east', 'pzxn4lzo', 1, 9, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T12:19:48.099Z');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('cs2k3u2tdxqw', 1, 0, 1);

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('qbdylibdd25n', 1, 6, 10);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('qbdylibdd25n', 'default', 'd7f717804289fc895c0df3054b76362bab3328a6', 'east', 'pzxn4lzo', '5f6e22464d5aeac11ab2d394b50141e62c8da1d4', '-----BEGIN CERTIFICATE-----
MIICRTCCAeqgAwIBAgIQYaocgqscNJJCELCXxhxnbjAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjEyMTkzN1oXDTI2MTEyOTEyMTk0N1owNTENMAsGA1UECgwEV2VmdDES
MBAGA1UECwwJem9uZSBlYXN0MRAwDgYDVQQDDAdkZWZhdWx0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEklZ76KeH2Yu0XbNmyCz3726KIPdv0+mehL2SDdO7+vJQ
YIvsQWDXjwnLse4XhWWx3o5Kz9ym5tt+mjo8XWK0bqOB4DCB3TASBgNVHRMBAf8E
CDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQU1/cXgEKJ/IlcDfMF
S3Y2K6szKKYwHwYDVR0jBBgwFoAUX24iRk1a6sEastOUtQFB5iyNodQwGwYDVR0R
BBQwEoYQc3BpZmZlOi8vZGVmYXVsdDBaBgNVHR4BAf8EUDBOoBYwCYYHZGVmYXVs
dDAJhgdrdW1hLmlvoTQwAoIAMAqHCAAAAAAAAAAAMCKHIAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA0kAMEYCIQDNSDUnEBZ82WWU
UmzxlBaNWZZ1Qx9HilCTFtb/N4yPegIhANnJRwe3VxVPZjFqKAbcKVyUXBrCRnOr
Vcr8f8r3NUHi
-----END CERTIFICATE-----
', '2026-11-29T12:19:47.000Z', NULL, NULL, NULL);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('qbdylibdd25n', 'default', 'f0c06f08f42badeee5c86bfab0b3f7a0a16c394b', 'east', 'pzxn4lzo', '5f6e22464d5aeac11ab2d394b50141e62c8da1d4', '-----BEGIN CERTIFICATE-----
MIIB9DCCAZugAwIBAgIQTiQjt12VOfdyZQ4f545DpDAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjEyMTkzN1oXDTI2MTEyOTEyMTk0N1owQjENMAsGA1UECgwEV2VmdDEf
MB0GA1UECwwWY29udHJvbCBwbGFuZSBmb3IgZWFzdDEQMA4GA1UEAwwHZGVmYXVs
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPl2YNtG6COkRWhyqMTsp9fZ80r1
L2VlbG1eBOIyQpNOZMp615xgzxfnJOYlwAwT6hSjyr67TYM2pxFhWqfLO16jgYQw
gYEwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYE
FPDAbwj0K63u5chr+rCz96ChbDlLMB8GA1UdIwQYMBaAFF9uIkZNWurBGrLTlLUB
QeYsjaHUMBsGA1UdEQQUMBKGEHNwaWZmZTovL2RlZmF1bHQwCgYIKoZIzj0EAwID
RwAwRAIgK5uwQqFvQeRRrbxsMH96CT3SPTiGvx0hnqFxoj7TrcECIAd5MeJg9MWP
nXb6AT5L9j6jtcvvqa2qqDU0QHRw13yM
-----END CERTIFICATE-----
', '2026-11-29T12:19:47.000Z', 'v1.4467ee53.ys3v0c34wtyfP4H9IwZ6rCumQ4IeJVYLF4OXHf9egy2gyogNF6tKYgKqmLgrf-HHBKqIEg3mUcBedZ2VdTe_6celfTye630PPLZdW0vJSK05XPqCQwgy1b9y_6Q2mZLlSsTzu4hUe8i4MCpNhTCI6xvOKfpv9-ub1D42TBG-beLxy5FBPbGeAT-J9QvQsjS6NCjez36NuQ-TU-MqjttIKGt9OCViaw', NULL, NULL);

INSERT INTO "join_note" ("tenant_id", "zone", "subject", "code", "count", "first_at", "last_at") VALUES ('qbdylibdd25n', 'east', 'y5zx4spi53l263sz', 'token-used', 1, '2026-11-22T12:19:48.216Z', '2026-11-22T12:19:48.216Z');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('qbdylibdd25n', 'east', 'BMgF5KAP0EWwe9o3MdptZWRYqkVvDaDO4wjsdMnIi1U', 1, 7, 1795349987670, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"550OnjzlsyjiSDsMa39D3r7LhzoqvLh2Ix6pmc__YbI"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('qbdylibdd25n', 'east', 'Z6I1LK56TW4zyJNV-qmf9sAWmwAJJB316Qvv0qyYaTE', 1, 8, 1795349987738, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"550OnjzlsyjiSDsMa39D3r7LhzoqvLh2Ix6pmc__YbI"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('qbdylibdd25n', 'east', 'rvB0VDVXTSC_1WXXa_7qO92UtyF-AX7vs4F0A_pbg3U', 1, 10, 1795349988209, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00","proxies/default/9":"GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"550OnjzlsyjiSDsMa39D3r7LhzoqvLh2Ix6pmc__YbI"},"zone":"east"}');

INSERT INTO "plan" ("tenant_id", "id", "epoch", "revision", "actor", "reason", "created_at", "expires_at", "body") VALUES ('qbdylibdd25n', 'twsefj2bprax43jd', 1, 5, 'token:vjn4k3ygt2pygpl4', '', '2026-11-22T12:19:47.434Z', '2026-11-23T12:19:47.434Z', '{"changes":[{"type":"MeshTimeout","mesh":"default","name":"planned","change":"created","before":null,"after":{"type":"MeshTimeout","mesh":"default","name":"planned","labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"creationTime":"","modificationTime":"","spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"8s"}}]}}}],"warnings":[],"demands":[],"tests":{"broken":[],"mended":[],"failing":[]},"outcome":{"effect":{"proxies":0,"zones":[]},"access":[],"faults":{"new":[],"mended":[]}},"basis":{"sequence":6,"written":{"MeshTimeout/default/planned":[null,"Gy-d7TaQrnuqcpZv"]},"kinds":{"effect":[],"access":[],"new":[],"mended":[]}}}');

INSERT INTO "plan_approval" ("tenant_id", "plan", "actor", "time", "reason") VALUES ('qbdylibdd25n', 'twsefj2bprax43jd', 'token:jzkxqjca3ieoajm6', '2026-11-22T12:19:47.458Z', '');

INSERT INTO "plan_part" ("tenant_id", "plan", "part", "sealed") VALUES ('qbdylibdd25n', 'twsefj2bprax43jd', 0, 'v1.4467ee53.fZxS7gE3eceNpvDehLnJclnk14lrPzgtpNWgtYD4yluUBI52LCpnsR524MHOCCnViKTpY5W_xHOQwiz1ZSq6QPGM6Jck1lsAo1sTwyXyIebz7_LQDQRBYoTAZfSIvHvf5t4wI3R2lqmOjZI82EEW2fM2D1txQ-4eBleKhczabUtEtuh2JYIj1Uc47bOoT7oX0gZORs9B7ba6Yv4Qs3u0Yu0XP7Os82XJ9-QMqFTydvTH2dg1lHQ2kB3tXGKIHrv7mlENoZvLBoAjiZIizV4mjpqB-Ry8hRqrpVTLOGsGYv6hfm4k-YbrilwyW45PrrpQuQ3nBQnr2A-3I_hnTTo4DM_8l42-Dyu39IcEy1iLOjloyb1cjXKESO63s7i7bOLlUHS-eskfFwADHWrjjA');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('qbdylibdd25n', 'east/pzxn4lzo/85e28254-216b-4733-a5c2-f219e239df54', 1795350587698, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('qbdylibdd25n', 'east/pzxn4lzo/eb8b27f6-1987-4de4-87e7-1c81a165f91b', 1795350587744, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id", "ready", "versions") VALUES ('qbdylibdd25n', 'default', 'shop-1', 'life-shop-1', 'east', 'pzxn4lzo', 'stream', 1, '2026-11-22T12:19:47.703Z', '991b2a06-fa87-4b25-8859-4fb6b81f70b8', 1, NULL);

INSERT INTO "relay_contact" ("tenant_id", "zone", "relay", "connected_at", "seen_at", "left_at", "way", "lost_at") VALUES ('qbdylibdd25n', 'east', 'pzxn4lzo', '2026-11-22T12:19:47.833Z', '2026-11-22T12:19:47.833Z', NULL, '', NULL);

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:45.221Z', '2026-11-22T12:19:45.221Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:45.221Z', '2026-11-22T12:19:45.221Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:45.221Z', '2026-11-22T12:19:45.221Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:45.221Z', '2026-11-22T12:19:45.221Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:45.221Z', '2026-11-22T12:19:45.221Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:45.221Z', '2026-11-22T12:19:45.221Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:45.221Z', '2026-11-22T12:19:45.221Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-2', 1, 2, '2026-11-22T12:19:45.634Z', '2026-11-22T12:19:45.634Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-3', 2, 3, '2026-11-22T12:19:47.097Z', '2026-11-22T12:19:47.097Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.4467ee53.0G7kHxM_NkzkvUXi3Cll7vRvab9Uw-mwFVZFtpPCoeieCb_qPk4zgDrZeJgxwaxpleyJQHbyO3qye_3Usr51u2gOzdhyJB51De87swufia1jqousMEcnILHYsGpNgkytoyYp_5pITckfLl6DXAq8EJkWLptOiJgO0g_lbPQbPDlX6ZS7T4sRfF8CIUiZo2Ymj8gU5MXjByzN6wOvL56OQmkKapx6oWIiU4CXoXhM-pOF5iVhgkN3uMhIGTxkUiRmyT1XZQuezEORE14YowQPfmgbuzTzPoaKox9iqZC8I5u56rTv52QFPHV7cvX9VnxgcBkPXg86TcE-rT7xFJBMaSsHcvrEVEuc8yLCRjFcSy6bsFOuo5ASbHv2m-T6DjoN25kheQYI1A2hNXTC-PCh56JkX04gFNMk9dgsaCuFfWSLN5g30SSGHQ9iwtsmM89JyliSXJ0PknVdLw2eSoyFJ9UoNwPlNwgf7yRfYS4Y0w9LlMrEzgL5OV3-nwCThYgdaV3a9t0m7Z3gepCDITO2V7TXxtm3OoIXzkOtk9rkQy-MUARJahadDkSSpOE3jcxD0h2gwPc2T3ZkSM4KF50kS3TviOIMvJNvIwQqEgL1g-gmlYQZOde2ZPsLl8-aphtQ3UClJmXaIn72DQT0-pWO68hYsdzo3wE42ZOcZ5dLYA3JfQfb-03R5N3MWxiGQJCe3y2Yk5AAbrvdBeoGK56usaVniM-xqwYv6Nd8dKnBr9DEfIT6mUDbUHuejafkL_S2P7n9gA0xtOI2WnUHcsJq77GlYJuLHuukJPdRWWR9mvh9u_IXb1VQxxc1CK0XFT-eXpA4344mieT_9uulXahEuMg2xVrFnroaJ2kigt7WneNjKxdIVAUdl5a38rX7s4vQpZ3IXKNy8hwuuh8HknW_ZZ-WkEWjoRBvOhXrFq6pNfiK9cwj50nIQ2cw8-cuBS_sklq6eHxb8QNNOHqGZUsmtTdiWIzmuUMELLwImmRviGRU85MnRkdawJXJEhHUXvc-UZbBXs9weQUBGUdJjHquF0WjDiBJWpO8eFN3C6Lk1kZvUHUTr9pYlqfal0nn2U-kIsDEtKotUZm1o2duqoOlHfW-ER29YbjC-nYys5y3H6pyqxsb1-CHVAy4iF3dOhNum258UltGRwSU0-Uu23rfIFj2rxwiSeijMKHhYTicN3TcrFhd0HRDrEuclT1Yv9B66IHlQCTdnSvT40Cpo8LgkgFvFxUb5YMu-_Wk8ZpwL4MBAqb_yteChJ8wvCxeCEtwRaBe3e4EoRfyFJvy6CITGi3Tb2DitdiLZZvCVMvzbzxd6JBcHrO7kcXmdUpMlTkAWfbciUbprqnylFSP0i810cov-LrtPMMx1dM1TTNl1lD3uRVTSGYstA_nJUAo8IRgwxYQBmQsf8kwJKYdN6cb5yY6MKsKCgUKeXZsHrgHbuPU3hQ2nZOujK79O0vg-C2TMK-snDB0caA_U4bKgRVZUq0k9w2ajwaXfPKsbOei28rSBxXstBDBLjQ4uGZVWYsG--w_ETH8sCaPIZjohDfYwIOqH5ifaSpiR_Tu2SdGyvL1MSwnbXbF9u41_8Yn8Bt65t256g440-8ep8nAIyVD8bTZ4R-_78j17q7V_1OS9F-KFA1jvhVOHPd1HkSpi25Ryloe53badQjH-1lq5a2e2dt3KGbYo7AzOtcAGNPRlDgUoXh9Mm3wl_RdZLSM6vvImUvNyPEyEFboDS0Ur9zRhsi8I0GfpZnjhvOoFMwMzACNSU4nodqaUg1USzA1Zykl0RrHUErA3PYt9wZjQmYmNowDRfZSy_FceDx0aozlJ9n7hMmB9zXpxcnVgjzB5TDKoLOOpsS2aI3i6KDVZfQKwGSbfu7uYdS_Bti5-JBtwIG9_NJctGXGKn3BYjYbdtWY0dCoAs0JyMjTQdtRwdnmW9vetnNmllXGe6nmz0Mt-ZWx0kYswkIfZwqeNgsu9tFH1L1SrYATA8mTaS8TPLm32UH-m1KbfNcEN2AMOesOT7PTt9bug2PsLRy1a2o6Vzmiao827i8LhaX8KzVXJGc8yY4DCh-xTqbFs7wZnKAhFBzXHr6t2Lz9tl_HP3-CrUTaLkzIYpcMTaH9j14IJjTUJJdcGnn5HfbG79cMsN80yipNnrgE-OCs5ARGTuRyHqsY7YlNc27aJPL2Rd924vcBimKHF0P1TQOOa-1ddCCGnlUkmnuTpxjxl8E4JreXesuveCnjV4u9S_NYV3A9id9jIPg-_45V2chv5S-xEi_VFx6tsyY58w5NVOUu7vYCCbgTKXXbb1LKNe2eg4Ak7j6JQzG6YSF2S6Gdh8xaaYnktwfV3pl4P4kmeZgSRNIC5lKUsuqu4e2EWW6AXUuwEtxppANQdiSn7Zumi2dnYwNkoVDRjs88kEuo3GZzL9al9aSOf4QoI1p1AMVTNVCjgYd2YWjCuHU-i1CmYA_9qJXfIitnFm6HcC63RogTk38LDczjVSmNOFeH5NqHg3c0_4Q07n3tiU_PRERiuUtEHSCUqTISYcKCkUZJx9HtQlDuEdSJXqim1EqW8BZa-cJ0p5gK7HDbyD_sxflvUVx9dooo7BnZf7PwjOvcZaQfyz2c2DioDl50zv4C6Sll-ijiold5rkRBg2FmbTJItChoHv8loSOiT8a0HtDu7rtASYQCOA2F-KJTCkvWzz4bHH0XP5IcpAOF5VSjV8rJXtKAHbg3X6e-wIh35dr2I5M3N-CGTx0J8Y1TVK5XtGMg4FVZi81bSRd-Fu4dZi9S1qXVCsPJL2nMK9eTuyPwxgf_sCELcfffsnbWEd5N1R3_mW-lD3ZrRtfsJwmAeYgW976SngJpdFPXD_rGFY-duOsNht8pAb79y6yMfXU49hfLHdit6jL6vZXXshEZrVKsAc_C0Ey66IY6UKStbdUceXjgrTJjzmJ5EgKh3qVMy2MznlunYtjZPJka46MtGLPoJA09B5GSoVakS3YUxlQs0CqU8I49NiCatTawTyfj-v1M_qebEay7epncCTyDkp_NW60AJ27FkpolyeDlhgE9ZzGZFgg"}', NULL, '1-3', 2, 3, '2026-11-22T12:19:47.097Z', '2026-11-22T12:19:47.097Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T12:19:47.097Z', '2026-11-22T12:19:47.097Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T12:19:47.097Z', '2026-11-22T12:19:47.097Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-3', 2, 3, '2026-11-22T12:19:47.097Z', '2026-11-22T12:19:47.097Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-3', 2, 3, '2026-11-22T12:19:47.097Z', '2026-11-22T12:19:47.097Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.4467ee53.S8LAh6f8nXAjmjx-NmvRZhvz-RSXbPfyXxrN7xFAImAOGPPyRngr9UKyXPSBtidoS-2Hh5ECvjbf9mKSm2Fxv3-XnEG-wOBZqTZ-aZeRZ2wLs3C7G2Y5I_5h5l7sRV2QKXPq_5o8AhhI649b3jTjCP_2pO8HpgEpW2NHyHMzvr0T5cInflFF_ieS9-EF85gT7diIZba-in4FomIX4lr2LKFpequrPonlrzOnMYf9NNanyVA_szv4GPR46G_6JWND78dzJ4fLZ4i_3ChJakX_f9bJOUF9jLOpjdM56GSD_P3sc5ifymxsR1pa9ruOIU2ThR4VhGSwEv6zSvOqbwAnEPcASPp3MALJ0MrGyoUd6GM4v6E0XGpwGsI6LTfRG7vXqPFYnlUIAlW-2VRcxPw19wgb_ReC6ptecNMgmxcqa69TClkD-_OG-Z2ISMy-ckpM6ujs94e2dsoqm9-rvoeUUJ-N2abSaDQhMtGdZQl4PfYX0hAIUtv9K2H5LDckBpD33eympjqR23HtOpfeu-Qo2IChVHxHPeNzaReNmHDAk4McIhl892JN3zYcRRCVn0guA63qtGMnU0IYhN7wcdqLGHuiq-Y4tCuWqF5nfX2dMEXMN9RU5cNkTqJcN3H_ALx4c-lSm3ZhCId8iEt2E-WbroIJPmhjehwWngAKa21LpgHECF08eRbk75_pEoIsIiiOhDZcY3qjwFRRB4uwzgCtBt7Td3xqnsjEo0LNxmeKelBhe8w8VoqJ3SxtVPyhw2KsmLnpsJeYRET-kR_SCBa_6Lb1XU3VJ3XEhPy9qUBSzq0qp95g0DoWys1iUe8VoCrbqxAWPqmc5S8nqWWZTj9tmMtks-V4wKfjlKdpaQHyPAKYlXENz0DksVA8rO9pVoxORar5qOr8tlGauQpCgZfnhYZ0FgrxPSI_xUWDs4_fTA2yFf_i1WyfsVZkmZE4DQcdkHStP06FCHl_EHkdFFGDsHC1p5-LPqTPt0OP1HndJ7VuSrDP0N9fcUp5roLcaFuS-zOSnAfZ1jh_f5GQALbudWXJ9oG9LJQhJ_f788HLSaiI-lTsu2uBs_GaWE2hogDl7TP7rVHq4cpwwFS2DqCd476kDdbcCZwAZp77phZE_xjct-3JywoQZ4e-AIayMjET0y7iuu7pdczLhdzOkIOCisZSOG2sQUNFiH8nXxOo16IHk5mFVIMVyTth3RF-VXcQ9VOdLQ"}', NULL, '1-3', 2, 3, '2026-11-22T12:19:47.097Z', '2026-11-22T12:19:47.097Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.4467ee53.PeQfWei57I0Oi9LsbC_XbuZ4L6ixylJsPAiy9vbhHyvoqnADW3wZARFKSuUDfCgz-gVHwMgtVRthvcnNFsHEHLRO3aJ-EOmhTz9sR9HkjSGCXFEZTlT8poFBEL_eWpmhPlQROPVR7jjDFbnFVVOqS5SmzS_qtJkywyktIj4vb1I4_2S5j_STMrjkPh5_gxr54pIAJ08YAGEOQcu_ZsQuIIoWPZ5dP04aZExBIjyh1_s6GKWVBh0B7XAZAserqHYr61gd2ppFwLyT7SXg31XAL1TAXYUNrtNEQzr_yXlme17WTe8QYlDCoqeEofWlJKIIUh8STb3KpmEE9wZxm8VcoRo3R7Gz1PGlVq8thjVU9e9RsRFoL8DPEUJtohr-Xto6C0VyfDdqqT510O1MUWb68VlSfo_3Lcom-ycETSvp7LDblIvuXVloScaZecnXfCD1JRzTMudHzzBwSj8qW57eYg"}', NULL, '1-3', 2, 3, '2026-11-22T12:19:47.097Z', '2026-11-22T12:19:47.097Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'Secret', 'default', 'own', '{}', '{"data":"v1.4467ee53.KpisyllPrForuSAiR4YAWhf008G2MgNoKn3WrmVy5tFSuSimG3s1kQ"}', NULL, '1-4', 3, 4, '2026-11-22T12:19:47.198Z', '2026-11-22T12:19:47.198Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T12:19:47.198Z', '2026-11-22T12:19:47.198Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T12:19:47.198Z', '2026-11-22T12:19:47.198Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-5', 4, 4, '2026-11-22T12:19:47.198Z', '2026-11-22T12:19:47.257Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-4', 3, 4, '2026-11-22T12:19:47.198Z', '2026-11-22T12:19:47.198Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-8', 5, 8, '2026-11-22T12:19:47.732Z', '2026-11-22T12:19:47.732Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('qbdylibdd25n', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-9', 6, 9, '2026-11-22T12:19:47.872Z', '2026-11-22T12:19:47.872Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('cs2k3u2tdxqw', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:49.865Z', '2026-11-22T12:19:49.865Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('cs2k3u2tdxqw', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:49.865Z', '2026-11-22T12:19:49.865Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('cs2k3u2tdxqw', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:49.865Z', '2026-11-22T12:19:49.865Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('cs2k3u2tdxqw', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:49.865Z', '2026-11-22T12:19:49.865Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('cs2k3u2tdxqw', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:49.865Z', '2026-11-22T12:19:49.865Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('cs2k3u2tdxqw', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:49.865Z', '2026-11-22T12:19:49.865Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('cs2k3u2tdxqw', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:49.865Z', '2026-11-22T12:19:49.865Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('qbdylibdd25n', 1, 1, 2, 'teaekimeb353t4kbkfaw7vwbwhdt7ser', 'token:6ftuxdrgkmd6qyd5', '', '2026-11-22T12:19:45.634Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('qbdylibdd25n', 2, 1, 3, 'iszqgjjnzmxgbonclhmpfqqd2b7tg3dx', 'token:6ftuxdrgkmd6qyd5', '', '2026-11-22T12:19:47.097Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('qbdylibdd25n', 3, 1, 4, 'aoqlxjarnzlfr6k5v7rj4hckboerqfrn', 'token:6ftuxdrgkmd6qyd5', '', '2026-11-22T12:19:47.198Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('qbdylibdd25n', 4, 1, 5, 'hudpzocaey7aqbaklvcozjwdro7kzzkc', 'token:6ftuxdrgkmd6qyd5', '', '2026-11-22T12:19:47.257Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('qbdylibdd25n', 5, 1, 6, 'd4v7bgqnsofg57a3cqckd27n5ofwaemb', 'token:6ftuxdrgkmd6qyd5', '', '2026-11-22T12:19:47.303Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('qbdylibdd25n', 6, 1, 9, 'hofrysm3sdvqpq4pdfdvykmgxqqxzj3x', 'token:6ftuxdrgkmd6qyd5', '', '2026-11-22T12:19:47.872Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T12:19:45.634Z","modificationTime":"2026-11-22T12:19:45.634Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T12:19:47.097Z","modificationTime":"2026-11-22T12:19:47.097Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.4467ee53.0G7kHxM_NkzkvUXi3Cll7vRvab9Uw-mwFVZFtpPCoeieCb_qPk4zgDrZeJgxwaxpleyJQHbyO3qye_3Usr51u2gOzdhyJB51De87swufia1jqousMEcnILHYsGpNgkytoyYp_5pITckfLl6DXAq8EJkWLptOiJgO0g_lbPQbPDlX6ZS7T4sRfF8CIUiZo2Ymj8gU5MXjByzN6wOvL56OQmkKapx6oWIiU4CXoXhM-pOF5iVhgkN3uMhIGTxkUiRmyT1XZQuezEORE14YowQPfmgbuzTzPoaKox9iqZC8I5u56rTv52QFPHV7cvX9VnxgcBkPXg86TcE-rT7xFJBMaSsHcvrEVEuc8yLCRjFcSy6bsFOuo5ASbHv2m-T6DjoN25kheQYI1A2hNXTC-PCh56JkX04gFNMk9dgsaCuFfWSLN5g30SSGHQ9iwtsmM89JyliSXJ0PknVdLw2eSoyFJ9UoNwPlNwgf7yRfYS4Y0w9LlMrEzgL5OV3-nwCThYgdaV3a9t0m7Z3gepCDITO2V7TXxtm3OoIXzkOtk9rkQy-MUARJahadDkSSpOE3jcxD0h2gwPc2T3ZkSM4KF50kS3TviOIMvJNvIwQqEgL1g-gmlYQZOde2ZPsLl8-aphtQ3UClJmXaIn72DQT0-pWO68hYsdzo3wE42ZOcZ5dLYA3JfQfb-03R5N3MWxiGQJCe3y2Yk5AAbrvdBeoGK56usaVniM-xqwYv6Nd8dKnBr9DEfIT6mUDbUHuejafkL_S2P7n9gA0xtOI2WnUHcsJq77GlYJuLHuukJPdRWWR9mvh9u_IXb1VQxxc1CK0XFT-eXpA4344mieT_9uulXahEuMg2xVrFnroaJ2kigt7WneNjKxdIVAUdl5a38rX7s4vQpZ3IXKNy8hwuuh8HknW_ZZ-WkEWjoRBvOhXrFq6pNfiK9cwj50nIQ2cw8-cuBS_sklq6eHxb8QNNOHqGZUsmtTdiWIzmuUMELLwImmRviGRU85MnRkdawJXJEhHUXvc-UZbBXs9weQUBGUdJjHquF0WjDiBJWpO8eFN3C6Lk1kZvUHUTr9pYlqfal0nn2U-kIsDEtKotUZm1o2duqoOlHfW-ER29YbjC-nYys5y3H6pyqxsb1-CHVAy4iF3dOhNum258UltGRwSU0-Uu23rfIFj2rxwiSeijMKHhYTicN3TcrFhd0HRDrEuclT1Yv9B66IHlQCTdnSvT40Cpo8LgkgFvFxUb5YMu-_Wk8ZpwL4MBAqb_yteChJ8wvCxeCEtwRaBe3e4EoRfyFJvy6CITGi3Tb2DitdiLZZvCVMvzbzxd6JBcHrO7kcXmdUpMlTkAWfbciUbprqnylFSP0i810cov-LrtPMMx1dM1TTNl1lD3uRVTSGYstA_nJUAo8IRgwxYQBmQsf8kwJKYdN6cb5yY6MKsKCgUKeXZsHrgHbuPU3hQ2nZOujK79O0vg-C2TMK-snDB0caA_U4bKgRVZUq0k9w2ajwaXfPKsbOei28rSBxXstBDBLjQ4uGZVWYsG--w_ETH8sCaPIZjohDfYwIOqH5ifaSpiR_Tu2SdGyvL1MSwnbXbF9u41_8Yn8Bt65t256g440-8ep8nAIyVD8bTZ4R-_78j17q7V_1OS9F-KFA1jvhVOHPd1HkSpi25Ryloe53badQjH-1lq5a2e2dt3KGbYo7AzOtcAGNPRlDgUoXh9Mm3wl_RdZLSM6vvImUvNyPEyEFboDS0Ur9zRhsi8I0GfpZnjhvOoFMwMzACNSU4nodqaUg1USzA1Zykl0RrHUErA3PYt9wZjQmYmNowDRfZSy_FceDx0aozlJ9n7hMmB9zXpxcnVgjzB5TDKoLOOpsS2aI3i6KDVZfQKwGSbfu7uYdS_Bti5-JBtwIG9_NJctGXGKn3BYjYbdtWY0dCoAs0JyMjTQdtRwdnmW9vetnNmllXGe6nmz0Mt-ZWx0kYswkIfZwqeNgsu9tFH1L1SrYATA8mTaS8TPLm32UH-m1KbfNcEN2AMOesOT7PTt9bug2PsLRy1a2o6Vzmiao827i8LhaX8KzVXJGc8yY4DCh-xTqbFs7wZnKAhFBzXHr6t2Lz9tl_HP3-CrUTaLkzIYpcMTaH9j14IJjTUJJdcGnn5HfbG79cMsN80yipNnrgE-OCs5ARGTuRyHqsY7YlNc27aJPL2Rd924vcBimKHF0P1TQOOa-1ddCCGnlUkmnuTpxjxl8E4JreXesuveCnjV4u9S_NYV3A9id9jIPg-_45V2chv5S-xEi_VFx6tsyY58w5NVOUu7vYCCbgTKXXbb1LKNe2eg4Ak7j6JQzG6YSF2S6Gdh8xaaYnktwfV3pl4P4kmeZgSRNIC5lKUsuqu4e2EWW6AXUuwEtxppANQdiSn7Zumi2dnYwNkoVDRjs88kEuo3GZzL9al9aSOf4QoI1p1AMVTNVCjgYd2YWjCuHU-i1CmYA_9qJXfIitnFm6HcC63RogTk38LDczjVSmNOFeH5NqHg3c0_4Q07n3tiU_PRERiuUtEHSCUqTISYcKCkUZJx9HtQlDuEdSJXqim1EqW8BZa-cJ0p5gK7HDbyD_sxflvUVx9dooo7BnZf7PwjOvcZaQfyz2c2DioDl50zv4C6Sll-ijiold5rkRBg2FmbTJItChoHv8loSOiT8a0HtDu7rtASYQCOA2F-KJTCkvWzz4bHH0XP5IcpAOF5VSjV8rJXtKAHbg3X6e-wIh35dr2I5M3N-CGTx0J8Y1TVK5XtGMg4FVZi81bSRd-Fu4dZi9S1qXVCsPJL2nMK9eTuyPwxgf_sCELcfffsnbWEd5N1R3_mW-lD3ZrRtfsJwmAeYgW976SngJpdFPXD_rGFY-duOsNht8pAb79y6yMfXU49hfLHdit6jL6vZXXshEZrVKsAc_C0Ey66IY6UKStbdUceXjgrTJjzmJ5EgKh3qVMy2MznlunYtjZPJka46MtGLPoJA09B5GSoVakS3YUxlQs0CqU8I49NiCatTawTyfj-v1M_qebEay7epncCTyDkp_NW60AJ27FkpolyeDlhgE9ZzGZFgg"},"creationTime":"2026-11-22T12:19:47.097Z","modificationTime":"2026-11-22T12:19:47.097Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T12:19:47.097Z","modificationTime":"2026-11-22T12:19:47.097Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T12:19:47.097Z","modificationTime":"2026-11-22T12:19:47.097Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T12:19:47.097Z","modificationTime":"2026-11-22T12:19:47.097Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T12:19:47.097Z","modificationTime":"2026-11-22T12:19:47.097Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.4467ee53.S8LAh6f8nXAjmjx-NmvRZhvz-RSXbPfyXxrN7xFAImAOGPPyRngr9UKyXPSBtidoS-2Hh5ECvjbf9mKSm2Fxv3-XnEG-wOBZqTZ-aZeRZ2wLs3C7G2Y5I_5h5l7sRV2QKXPq_5o8AhhI649b3jTjCP_2pO8HpgEpW2NHyHMzvr0T5cInflFF_ieS9-EF85gT7diIZba-in4FomIX4lr2LKFpequrPonlrzOnMYf9NNanyVA_szv4GPR46G_6JWND78dzJ4fLZ4i_3ChJakX_f9bJOUF9jLOpjdM56GSD_P3sc5ifymxsR1pa9ruOIU2ThR4VhGSwEv6zSvOqbwAnEPcASPp3MALJ0MrGyoUd6GM4v6E0XGpwGsI6LTfRG7vXqPFYnlUIAlW-2VRcxPw19wgb_ReC6ptecNMgmxcqa69TClkD-_OG-Z2ISMy-ckpM6ujs94e2dsoqm9-rvoeUUJ-N2abSaDQhMtGdZQl4PfYX0hAIUtv9K2H5LDckBpD33eympjqR23HtOpfeu-Qo2IChVHxHPeNzaReNmHDAk4McIhl892JN3zYcRRCVn0guA63qtGMnU0IYhN7wcdqLGHuiq-Y4tCuWqF5nfX2dMEXMN9RU5cNkTqJcN3H_ALx4c-lSm3ZhCId8iEt2E-WbroIJPmhjehwWngAKa21LpgHECF08eRbk75_pEoIsIiiOhDZcY3qjwFRRB4uwzgCtBt7Td3xqnsjEo0LNxmeKelBhe8w8VoqJ3SxtVPyhw2KsmLnpsJeYRET-kR_SCBa_6Lb1XU3VJ3XEhPy9qUBSzq0qp95g0DoWys1iUe8VoCrbqxAWPqmc5S8nqWWZTj9tmMtks-V4wKfjlKdpaQHyPAKYlXENz0DksVA8rO9pVoxORar5qOr8tlGauQpCgZfnhYZ0FgrxPSI_xUWDs4_fTA2yFf_i1WyfsVZkmZE4DQcdkHStP06FCHl_EHkdFFGDsHC1p5-LPqTPt0OP1HndJ7VuSrDP0N9fcUp5roLcaFuS-zOSnAfZ1jh_f5GQALbudWXJ9oG9LJQhJ_f788HLSaiI-lTsu2uBs_GaWE2hogDl7TP7rVHq4cpwwFS2DqCd476kDdbcCZwAZp77phZE_xjct-3JywoQZ4e-AIayMjET0y7iuu7pdczLhdzOkIOCisZSOG2sQUNFiH8nXxOo16IHk5mFVIMVyTth3RF-VXcQ9VOdLQ"},"creationTime":"2026-11-22T12:19:47.097Z","modificationTime":"2026-11-22T12:19:47.097Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.4467ee53.PeQfWei57I0Oi9LsbC_XbuZ4L6ixylJsPAiy9vbhHyvoqnADW3wZARFKSuUDfCgz-gVHwMgtVRthvcnNFsHEHLRO3aJ-EOmhTz9sR9HkjSGCXFEZTlT8poFBEL_eWpmhPlQROPVR7jjDFbnFVVOqS5SmzS_qtJkywyktIj4vb1I4_2S5j_STMrjkPh5_gxr54pIAJ08YAGEOQcu_ZsQuIIoWPZ5dP04aZExBIjyh1_s6GKWVBh0B7XAZAserqHYr61gd2ppFwLyT7SXg31XAL1TAXYUNrtNEQzr_yXlme17WTe8QYlDCoqeEofWlJKIIUh8STb3KpmEE9wZxm8VcoRo3R7Gz1PGlVq8thjVU9e9RsRFoL8DPEUJtohr-Xto6C0VyfDdqqT510O1MUWb68VlSfo_3Lcom-ycETSvp7LDblIvuXVloScaZecnXfCD1JRzTMudHzzBwSj8qW57eYg"},"creationTime":"2026-11-22T12:19:47.097Z","modificationTime":"2026-11-22T12:19:47.097Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.4467ee53.KpisyllPrForuSAiR4YAWhf008G2MgNoKn3WrmVy5tFSuSimG3s1kQ"},"creationTime":"2026-11-22T12:19:47.198Z","modificationTime":"2026-11-22T12:19:47.198Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T12:19:47.198Z","modificationTime":"2026-11-22T12:19:47.198Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T12:19:47.198Z","modificationTime":"2026-11-22T12:19:47.198Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T12:19:47.198Z","modificationTime":"2026-11-22T12:19:47.198Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T12:19:47.198Z","modificationTime":"2026-11-22T12:19:47.198Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T12:19:47.198Z","modificationTime":"2026-11-22T12:19:47.198Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T12:19:47.198Z","modificationTime":"2026-11-22T12:19:47.198Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T12:19:47.198Z","modificationTime":"2026-11-22T12:19:47.257Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T12:19:47.198Z","modificationTime":"2026-11-22T12:19:47.198Z"}', NULL, 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('qbdylibdd25n', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T12:19:47.872Z","modificationTime":"2026-11-22T12:19:47.872Z"}', 0);

INSERT INTO "revision_delivery" ("tenant_id", "epoch", "revision", "zone", "relay", "sequence", "answered_at", "acked", "nacked", "pending", "absent", "untouched", "pushed", "taken", "laggards", "at") VALUES ('qbdylibdd25n', 1, 6, 'east', 'pzxn4lzo', 9, NULL, 1, 1, 0, 0, 0, '{"count":1,"max":5,"buckets":[]}', '{"count":1,"max":5,"buckets":[]}', '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no","state":"nacked"}]', '2026-11-22T12:19:48.179Z');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('qbdylibdd25n', 1, '', 1, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('qbdylibdd25n', 2, '', 2, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('qbdylibdd25n', 4, '', 3, '{"access":[{"mesh":"default","from":"web","to":"backend","before":{"outcome":"none","reason":"absent"},"after":{"outcome":"allowed","reason":"rule","rule":{"kri":"kri_mtp_default___all_","part":"rules","rule":0,"list":"allow","item":0}}}],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('qbdylibdd25n', 5, '', 5, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('qbdylibdd25n', 6, '', 6, '{"access":[],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('qbdylibdd25n', 6, 'east', 6, '{"effect":{"zone":"east","proxies":2,"shapes":[{"mesh":"default","change":"changed","proxies":{"count":2,"names":["shop-1","web-1"]},"resources":[{"kind":"cluster","name":"backend","change":"changed","patch":[{"op":"test","path":"/connectTimeout","value":"5s"},{"op":"replace","path":"/connectTimeout","value":"9s"}],"own":false}]}],"endpoints":[],"secrets":[]}}');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('cs2k3u2tdxqw', 'envelope', '', 'ApPffJxHlktUDK93OmybwuCnMCtyKcoriScSoNdNuFg', '{"kty":"EC","crv":"P-256","x":"9FhHaQenprC8ze9MtVtcTqzOdAk5SU7RFZHemW6C5Qo","y":"DkC--EH0DopmzGlhXrfvK0XDXMqY3JnOuWVJfj6tJMU","alg":"ES256","kid":"ApPffJxHlktUDK93OmybwuCnMCtyKcoriScSoNdNuFg"}', 'v1.4467ee53.zZBzbmxVw3XdXAS93euig5TPlE2D2rasqWl_E_we3C0YuMK7ld2H7ePGCgXkxvF19aIJmrWgtmH5dAjn0oiTRToj7IP7_LoDw_BrVigESjlS9qUklZkd078wuzkNK3s4Mv6OxBsSrMZSV4D5_WPsCBP5jZ7KTSufGnuRpE3ksu6hu0AE7OYI-7sWLxuW5Qdz-OHnuuUwqkrSfiiBw9FcD-lpMF1vRw', '2026-11-22T12:19:49.862Z');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('qbdylibdd25n', 'envelope', '', 'soLITmLS8VXzcdH1CZu3mKCmM3x2SbWLifYDrIvdAxM', '{"kty":"EC","crv":"P-256","x":"WHSEtaEKhWJmEzyXHnRTaACs8SJV2fTAMZYTecdBOBE","y":"AyIlfz56lmQ6yW7ZLxOwBFhp92HCOMOxN0diMcnlouU","alg":"ES256","kid":"soLITmLS8VXzcdH1CZu3mKCmM3x2SbWLifYDrIvdAxM"}', 'v1.4467ee53.1ahokUzMmN_OSceItepKsqt7YJmAMpQSjrrZvCMhmONtTF0HZGjGNEs5xibYXTMRQVJvMTl7f-Lm9oCGF3A_K9hZnisfa4A4kV0QacPRvFcOPr1nMhMXIrfDJ35dCOELSalYKxx3uOhVJ6ZhkUxCVVOQRKzA8Ewmalwixv10_237l2AwScSssWirK88SGgSbKfVRdtPjx_sXeDXn-TmT7J9Ju575rQ', '2026-11-22T12:19:45.212Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('cs2k3u2tdxqw', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('qbdylibdd25n', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('qbdylibdd25n', 7, 1, 5, 'enrolled/east/pzxn4lzo');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('qbdylibdd25n', 8, 1, 5, '4tevysguw77peseypu6w7scz');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('qbdylibdd25n', 10, 1, 6, 'enrolled/east/q5fr4fot');

INSERT INTO "tenant_move" ("tenant_id", "generation", "target", "frozen_until", "session") VALUES ('qbdylibdd25n', 1, '', 1795350002469, 0);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('qbdylibdd25n', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', 1795349988044);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('qbdylibdd25n', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', 1795349988044);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('qbdylibdd25n', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', 1795349988044);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('qbdylibdd25n', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', 1795349988044);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('qbdylibdd25n', 'default', '0', 'zone/east', 1795349987095, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('qbdylibdd25n', 'default', '240.0.0.0', 'service/backend', 1795349987197, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('qbdylibdd25n', 'default', '240.0.0.1', 'service/web', 1795349987197, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('qbdylibdd25n', 'default', '240.0.0.2', 'service/shop', 1795349987731, NULL);

INSERT INTO "webhook" ("tenant_id", "id", "url", "events", "description", "secret", "older_secret", "older_until", "created_at", "disabled_at", "disabled_why") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'https://receiver.invalid/in', '["audit.entry","zone.offline"]', 'siem', 'v1.4467ee53.ARmMcppy8Hypi7wDXhXXK-RXE9EQCHZb3UwXGvD3lA7ZYj9jc0QjZBUb-Tagzb3G9DS1Sl9t-puo4j2UuSQuZOR8GZk6YUoaEzSXtuOf', NULL, NULL, '2026-11-22T12:19:45.316Z', NULL, NULL);

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_a0UYJrNRydUpk8J2GQ2A2DipVo3wMF0F818ILB7rZ1rU', '2026-11-22T12:19:47.872Z', 'pending', 2, 1795350020577, '2026-11-22T12:19:52.342Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_a27-CQ-MKtYtb4poUPht7weWT0gRIDzXBCagyN4Gl8vc', '2026-11-22T12:19:47.198Z', 'pending', 1, 1795349992963, '2026-11-22T12:19:47.285Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_a2NX7vd_idXYLEij4fFd12mcnrVkHkmt7J2jxA7yG1aM', '2026-11-22T12:19:47.097Z', 'pending', 1, 1795349992681, '2026-11-22T12:19:47.167Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_a5iB-GDoZXLY1VQg8ACXO7-CpF04A6kwTijHUzEfkA5E', '2026-11-22T12:19:48.192Z', 'pending', 1, 1795349994203, '2026-11-22T12:19:48.203Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_aASZn5NWKzFjXrO7pyzgje22ixeVE3fFZar1ky8PPfb0', '2026-11-22T12:19:47.257Z', 'pending', 2, 1795350025691, '2026-11-22T12:19:51.479Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_aFQLQjxzqJ5rcKOLGYjpkcgEeDlgwTDHKosUmfpI4TvM', '2026-11-22T12:19:47.679Z', 'pending', 2, 1795350020172, '2026-11-22T12:19:51.890Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_aIL3jvCkfDrj8-Ttea01OhHXohIEneQMe9LXaARfVtSY', '2026-11-22T12:19:47.302Z', 'pending', 2, 1795350020631, '2026-11-22T12:19:51.878Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_aInTICWcuewZU6gemsQ7pfdZYwIrZYqMHob_RVue7yhs', '2026-11-22T12:19:47.458Z', 'pending', 2, 1795350016336, '2026-11-22T12:19:51.771Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_aN0YmoMX9zdp8XgULyTrug4vOlDLAteesmkwRmlnzc6o', '2026-11-22T12:19:47.479Z', 'pending', 2, 1795350021349, '2026-11-22T12:19:51.655Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_aNSpZCwDlLgOdtjH9_2RsPvgtuvx9nZtwjsJ1SpM8sCc', '2026-11-22T12:19:47.344Z', 'pending', 1, 1795349992671, '2026-11-22T12:19:47.377Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_aO0ILHEe-ILW4ep8s5esbKTOK-L02GKE1tEiC9Ymz6wI', '2026-11-22T12:19:47.628Z', 'pending', 2, 1795350018749, '2026-11-22T12:19:52.443Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_aUyLQFgphHlG6n1f3oq5Qw02I6w3B6SJSAE30IGwBAu8', '2026-11-22T12:19:47.641Z', 'pending', 1, 1795349993549, '2026-11-22T12:19:47.674Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_aV788A0NFHatijQ0LGy_nRbZqVUZZ2mZ5-bDLdcmyKZs', '2026-11-22T12:19:47.384Z', 'pending', 1, 1795349993186, '2026-11-22T12:19:47.413Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_aVq85lM0_Uxn7wylM8xiSP59bZLfKxj0xqYXLcnYVPa8', '2026-11-22T12:19:47.412Z', 'pending', 2, 1795350020897, '2026-11-22T12:19:52.050Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_aZ1cpAY8yRegpmS0Zc38Fyb02PeqFlSnxqBcULdmGBss', '2026-11-22T12:19:47.588Z', 'pending', 1, 1795349992594, '2026-11-22T12:19:47.629Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_asDJdIeD5Fr2rq7Z-zxPkyAm6EX-uIRugc076yk8ZZaU', '2026-11-22T12:19:48.186Z', 'pending', 1, 1795349992938, '2026-11-22T12:19:48.193Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_asgxYNf9LJiqh8I70lHlqtKO0BtidW3ttQpNaRIKUBDk', '2026-11-22T12:19:45.634Z', 'pending', 2, 1795350019929, '2026-11-22T12:19:50.282Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_asv3yrggvX7diDpBmec6Ovz4RIiV8fNV4QLD9g5O38Pw', '2026-11-22T12:19:49.872Z', 'pending', 1, 1795349994650, '2026-11-22T12:19:50.281Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('qbdylibdd25n', '2nyctqwavxgu3wq3', 'msg_awfT2VqeYJLOVvKWA6uCLz-wzti3TpTAnWqzAKM5vKiE', '2026-11-22T12:19:47.568Z', 'pending', 1, 1795349993603, '2026-11-22T12:19:47.627Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_a0UYJrNRydUpk8J2GQ2A2DipVo3wMF0F818ILB7rZ1rU', 'audit.entry', '2026-11-22T12:19:47.872Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.872Z","data":{"time":"2026-11-22T12:19:47.872Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"resources.change","subject":"MeshTimeout default/late","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]},"organisation":"qbdylibdd25n","number":18,"revision":6,"previous":"FQLQjxzqJ5rcKOLGYjpkcgEeDlgwTDHKosUmfpI4TvM","hash":"0UYJrNRydUpk8J2GQ2A2DipVo3wMF0F818ILB7rZ1rU"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_a27-CQ-MKtYtb4poUPht7weWT0gRIDzXBCagyN4Gl8vc', 'audit.entry', '2026-11-22T12:19:47.198Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.198Z","data":{"time":"2026-11-22T12:19:47.198Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"resources.change","subject":"Secret default/own and 5 more","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]},"organisation":"qbdylibdd25n","number":5,"revision":3,"previous":"2NX7vd_idXYLEij4fFd12mcnrVkHkmt7J2jxA7yG1aM","hash":"27-CQ-MKtYtb4poUPht7weWT0gRIDzXBCagyN4Gl8vc"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_a2NX7vd_idXYLEij4fFd12mcnrVkHkmt7J2jxA7yG1aM', 'audit.entry', '2026-11-22T12:19:47.097Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.097Z","data":{"time":"2026-11-22T12:19:47.097Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"resources.change","subject":"Mesh default and 7 more","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"qbdylibdd25n","number":4,"revision":2,"previous":"sgxYNf9LJiqh8I70lHlqtKO0BtidW3ttQpNaRIKUBDk","hash":"2NX7vd_idXYLEij4fFd12mcnrVkHkmt7J2jxA7yG1aM"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_a5iB-GDoZXLY1VQg8ACXO7-CpF04A6kwTijHUzEfkA5E', 'audit.entry', '2026-11-22T12:19:48.192Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:48.192Z","data":{"time":"2026-11-22T12:19:48.192Z","actor":"relay:east/q5fr4fot","token":null,"action":"relay.enrol","subject":"relay east/q5fr4fot","details":{"enrolmentToken":"y5zx4spi53l263sz"},"organisation":"qbdylibdd25n","number":20,"revision":null,"previous":"sDJdIeD5Fr2rq7Z-zxPkyAm6EX-uIRugc076yk8ZZaU","hash":"5iB-GDoZXLY1VQg8ACXO7-CpF04A6kwTijHUzEfkA5E"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_aASZn5NWKzFjXrO7pyzgje22ixeVE3fFZar1ky8PPfb0', 'audit.entry', '2026-11-22T12:19:47.257Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.257Z","data":{"time":"2026-11-22T12:19:47.257Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"resources.change","subject":"MeshTimeout default/to-change","details":{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]},"organisation":"qbdylibdd25n","number":6,"revision":4,"previous":"27-CQ-MKtYtb4poUPht7weWT0gRIDzXBCagyN4Gl8vc","hash":"ASZn5NWKzFjXrO7pyzgje22ixeVE3fFZar1ky8PPfb0"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_aFQLQjxzqJ5rcKOLGYjpkcgEeDlgwTDHKosUmfpI4TvM', 'audit.entry', '2026-11-22T12:19:47.679Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.679Z","data":{"time":"2026-11-22T12:19:47.679Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"dataplane-token.create","subject":"token 991b2a06-fa87-4b25-8859-4fb6b81f70b8","details":{"id":"991b2a06-fa87-4b25-8859-4fb6b81f70b8","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000},"organisation":"qbdylibdd25n","number":17,"revision":null,"previous":"UyLQFgphHlG6n1f3oq5Qw02I6w3B6SJSAE30IGwBAu8","hash":"FQLQjxzqJ5rcKOLGYjpkcgEeDlgwTDHKosUmfpI4TvM"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_aIL3jvCkfDrj8-Ttea01OhHXohIEneQMe9LXaARfVtSY', 'audit.entry', '2026-11-22T12:19:47.302Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.302Z","data":{"time":"2026-11-22T12:19:47.302Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"resources.change","subject":"MeshTimeout default/to-go","details":{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]},"organisation":"qbdylibdd25n","number":7,"revision":5,"previous":"ASZn5NWKzFjXrO7pyzgje22ixeVE3fFZar1ky8PPfb0","hash":"IL3jvCkfDrj8-Ttea01OhHXohIEneQMe9LXaARfVtSY"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_aInTICWcuewZU6gemsQ7pfdZYwIrZYqMHob_RVue7yhs', 'audit.entry', '2026-11-22T12:19:47.458Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.458Z","data":{"time":"2026-11-22T12:19:47.458Z","actor":"token:jzkxqjca3ieoajm6","token":"jzkxqjca3ieoajm6","action":"plan.approve","subject":"plan twsefj2bprax43jd","details":{"plan":"twsefj2bprax43jd","author":"token:vjn4k3ygt2pygpl4","revision":5,"required":0,"given":1},"organisation":"qbdylibdd25n","number":11,"revision":null,"previous":"Vq85lM0_Uxn7wylM8xiSP59bZLfKxj0xqYXLcnYVPa8","hash":"InTICWcuewZU6gemsQ7pfdZYwIrZYqMHob_RVue7yhs"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_aN0YmoMX9zdp8XgULyTrug4vOlDLAteesmkwRmlnzc6o', 'audit.entry', '2026-11-22T12:19:47.479Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.479Z","data":{"time":"2026-11-22T12:19:47.479Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"token.create","subject":"token xo6gi2ie2i7j4gn5","details":{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]},"organisation":"qbdylibdd25n","number":12,"revision":null,"previous":"InTICWcuewZU6gemsQ7pfdZYwIrZYqMHob_RVue7yhs","hash":"N0YmoMX9zdp8XgULyTrug4vOlDLAteesmkwRmlnzc6o"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_aNSpZCwDlLgOdtjH9_2RsPvgtuvx9nZtwjsJ1SpM8sCc', 'audit.entry', '2026-11-22T12:19:47.344Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.344Z","data":{"time":"2026-11-22T12:19:47.344Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"audit.retention","subject":"audit log","details":{"before":400,"days":90},"organisation":"qbdylibdd25n","number":8,"revision":null,"previous":"IL3jvCkfDrj8-Ttea01OhHXohIEneQMe9LXaARfVtSY","hash":"NSpZCwDlLgOdtjH9_2RsPvgtuvx9nZtwjsJ1SpM8sCc"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_aO0ILHEe-ILW4ep8s5esbKTOK-L02GKE1tEiC9Ymz6wI', 'audit.entry', '2026-11-22T12:19:47.628Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.628Z","data":{"time":"2026-11-22T12:19:47.628Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T13:19:47.628Z","id":"57bnvlazg7pq4sot"},"organisation":"qbdylibdd25n","number":15,"revision":null,"previous":"Z1cpAY8yRegpmS0Zc38Fyb02PeqFlSnxqBcULdmGBss","hash":"O0ILHEe-ILW4ep8s5esbKTOK-L02GKE1tEiC9Ymz6wI"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_aUyLQFgphHlG6n1f3oq5Qw02I6w3B6SJSAE30IGwBAu8', 'audit.entry', '2026-11-22T12:19:47.641Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.641Z","data":{"time":"2026-11-22T12:19:47.641Z","actor":"relay:east/pzxn4lzo","token":null,"action":"relay.enrol","subject":"relay east/pzxn4lzo","details":{"enrolmentToken":"57bnvlazg7pq4sot"},"organisation":"qbdylibdd25n","number":16,"revision":null,"previous":"O0ILHEe-ILW4ep8s5esbKTOK-L02GKE1tEiC9Ymz6wI","hash":"UyLQFgphHlG6n1f3oq5Qw02I6w3B6SJSAE30IGwBAu8"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_aV788A0NFHatijQ0LGy_nRbZqVUZZ2mZ5-bDLdcmyKZs', 'audit.entry', '2026-11-22T12:19:47.384Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.384Z","data":{"time":"2026-11-22T12:19:47.384Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"token.create","subject":"token vjn4k3ygt2pygpl4","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"qbdylibdd25n","number":9,"revision":null,"previous":"NSpZCwDlLgOdtjH9_2RsPvgtuvx9nZtwjsJ1SpM8sCc","hash":"V788A0NFHatijQ0LGy_nRbZqVUZZ2mZ5-bDLdcmyKZs"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_aVq85lM0_Uxn7wylM8xiSP59bZLfKxj0xqYXLcnYVPa8', 'audit.entry', '2026-11-22T12:19:47.412Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.412Z","data":{"time":"2026-11-22T12:19:47.412Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"token.create","subject":"token jzkxqjca3ieoajm6","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"qbdylibdd25n","number":10,"revision":null,"previous":"V788A0NFHatijQ0LGy_nRbZqVUZZ2mZ5-bDLdcmyKZs","hash":"Vq85lM0_Uxn7wylM8xiSP59bZLfKxj0xqYXLcnYVPa8"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_aZ1cpAY8yRegpmS0Zc38Fyb02PeqFlSnxqBcULdmGBss', 'audit.entry', '2026-11-22T12:19:47.588Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.588Z","data":{"time":"2026-11-22T12:19:47.588Z","actor":"token:xo6gi2ie2i7j4gn5","token":"xo6gi2ie2i7j4gn5","action":"secret.reveal","subject":"Secret default/default.ca-builtin-key-ca-1","details":{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"qbdylibdd25n","number":14,"revision":null,"previous":"wfT2VqeYJLOVvKWA6uCLz-wzti3TpTAnWqzAKM5vKiE","hash":"Z1cpAY8yRegpmS0Zc38Fyb02PeqFlSnxqBcULdmGBss"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_asDJdIeD5Fr2rq7Z-zxPkyAm6EX-uIRugc076yk8ZZaU', 'audit.entry', '2026-11-22T12:19:48.186Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:48.186Z","data":{"time":"2026-11-22T12:19:48.186Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T13:19:48.186Z","id":"y5zx4spi53l263sz"},"organisation":"qbdylibdd25n","number":19,"revision":null,"previous":"0UYJrNRydUpk8J2GQ2A2DipVo3wMF0F818ILB7rZ1rU","hash":"sDJdIeD5Fr2rq7Z-zxPkyAm6EX-uIRugc076yk8ZZaU"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_asgxYNf9LJiqh8I70lHlqtKO0BtidW3ttQpNaRIKUBDk', 'audit.entry', '2026-11-22T12:19:45.634Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:45.634Z","data":{"time":"2026-11-22T12:19:45.634Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"resources.change","subject":"Zone east","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]},"organisation":"qbdylibdd25n","number":3,"revision":1,"previous":"h9RXPxMjhBmv_m88zDf0tEjZ_ZzkjHGR6KSds1sebWs","hash":"sgxYNf9LJiqh8I70lHlqtKO0BtidW3ttQpNaRIKUBDk"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_asv3yrggvX7diDpBmec6Ovz4RIiV8fNV4QLD9g5O38Pw', 'audit.entry', '2026-11-22T12:19:49.872Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:49.872Z","data":{"time":"2026-11-22T12:19:49.872Z","actor":"token:6ftuxdrgkmd6qyd5","token":"6ftuxdrgkmd6qyd5","action":"invitation.create","subject":"invitation o742wiuxzp3fr2qc","details":{"email":"bo@example.com","expiresAt":"2026-11-29T12:19:49.872Z","role":"viewer"},"organisation":"qbdylibdd25n","number":21,"revision":null,"previous":"5iB-GDoZXLY1VQg8ACXO7-CpF04A6kwTijHUzEfkA5E","hash":"sv3yrggvX7diDpBmec6Ovz4RIiV8fNV4QLD9g5O38Pw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('qbdylibdd25n', 'msg_awfT2VqeYJLOVvKWA6uCLz-wzti3TpTAnWqzAKM5vKiE', 'audit.entry', '2026-11-22T12:19:47.568Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:47.568Z","data":{"time":"2026-11-22T12:19:47.568Z","actor":"token:xo6gi2ie2i7j4gn5","token":"xo6gi2ie2i7j4gn5","action":"secret.reveal","subject":"Secret default/dataplane-token-signing-key-default-1","details":{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]},"organisation":"qbdylibdd25n","number":13,"revision":null,"previous":"N0YmoMX9zdp8XgULyTrug4vOlDLAteesmkwRmlnzc6o","hash":"wfT2VqeYJLOVvKWA6uCLz-wzti3TpTAnWqzAKM5vKiE"}}');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('qbdylibdd25n', 'nack/east/pzxn4lzo/default/shop-1', ' Error adding/updating listener(s) l: no');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('qbdylibdd25n', 'rollout', '1.6');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('qbdylibdd25n', 'zone/east', 'online');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('qbdylibdd25n', 'east', 'pzxn4lzo', '{"kty":"EC","crv":"P-256","x":"r_KPv6UR_vohfx3_7GH5S6cTx0IAI5wcwjy49dVt3V0","y":"ovyy1B0I4Rm4nakiD4MqdGyK6P3fhJm543zuSyzGi7I"}', '{"kty":"EC","crv":"P-256","x":"bf4rJsiWzz1MOVmL8_FmueDfpv3qzN2QZHLD4sQwb1Y","y":"9tW9I9Qll5xlAHY87rEPRILUYX739WJnuknJUrdnCDo"}', 0, 1, 10, 'rvB0VDVXTSC_1WXXa_7qO92UtyF-AX7vs4F0A_pbg3U', 1, '2026-11-22T12:19:47.640Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6InNvTElUbUxTOFZYemNkSDFDWnUzbUtDbU0zeDJTYldMaWZZRHJJdmRBeE0iLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImFxc2N4NDI0aXNzc3F2c3ciLCJ0ZW5hbnQiOiJxYmR5bGliZGQyNW4iLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoicnZCMFZEVlhUU0NfMVdYWGFfN3FPOTJVdHlGLUFYN3ZzNEYwQV9wYmczVSIsInByZXZpb3VzIjoicnZCMFZEVlhUU0NfMVdYWGFfN3FPOTJVdHlGLUFYN3ZzNEYwQV9wYmczVSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoicHp4bjRsem8iLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4Ijoicl9LUHY2VVJfdm9oZngzXzdHSDVTNmNUeDBJQUk1d2N3ank0OWRWdDNWMCIsInkiOiJvdnl5MUIwSTRSbTRuYWtpRDRNcWRHeUs2UDNmaEptNTQzenVTeXpHaTdJIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6InE1ZnI0Zm90Iiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6InJfS1B2NlVSX3ZvaGZ4M183R0g1UzZjVHgwSUFJNXdjd2p5NDlkVnQzVjAiLCJ5Ijoib3Z5eTFCMEk0Um00bmFraUQ0TXFkR3lLNlAzZmhKbTU0M3p1U3l6R2k3SSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoia0trelVHUVpKdkpNRF9kbjdCb0FxN2g0WkdQM0VWRWxZSV82OFFEQURxNllZRFlLQUg3NXM3bzQyTURsOHVvZEFBWWE0RUJDOFc0N2YzcjlJMWhOcFY4MlI0aUV4MkhobjF2Y01iMWZtWnNkeW9oSXhWZVlGaDdVQWlBdEgyQ3RoQWYzbW5iTmdMcWt0cllUdUx0TUw1SGlzNTZibk5JQ1hsRTV1UjdBd0dMLUdmN3ZRTEpBaFdoajViYVp3NTlSb09JSUlSS3I1aFd6LUZkZHNjV0hxSkpFWWlST0ZlRFozY3RiYXMzRDQ3N1V5OTRhVHhoRkNzYjROSDYwWnVJNGd3eFhBc0lIYXhwNkJKdlF2TUpUUVBuRHRCZTRyeWx4MkY3SmVkamtUMmE4NDloU0dOUWw5amZsSERqZTBkeWpoM2ZmVjJlcFVINXFuVHl1djRrbDF3IiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVpCY0J3QW1lQjhEMlpycFVpVGlnVURBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qRXlNVGt6TjFvWERUTTJNVEV4T1RFeU1UazBOMW93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCRlhGUXJYcERKNDFtZjBSUjB0UXJacHRucjdzaUEvNVpPMFE1Yk9sUUJLaUhPdFd6S3F2XG5QU3h2MnZaTWowOVUzb2FMbDEzUXJMRHBMV1czSGlibEFTYWpYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCUmZiaUpHVFZycXdScXkwNVMxQVVIbUxJMmgxREFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUR0XG5SV3ZkbkhDVlpXbUUwaWtQeXJITTE5RjZPemxTT1NGL1ZCR0ZhcTVDUUFJZ09GNnV6SWJtTkU0dmdlb1EvOHpUXG4ySHYrZXlqdDBoWEk2S2Q1ZXFrQlFaND1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.jhoMA2xEvFc4qyQl6Jh7z3aI32pqISYxh-EuIc9ETqRhSm9pre11TnjYyod07uUAUkyGB0-vsYnVMpXJWS_l5g');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('qbdylibdd25n', 'east', 'q5fr4fot', '{"kty":"EC","crv":"P-256","x":"r_KPv6UR_vohfx3_7GH5S6cTx0IAI5wcwjy49dVt3V0","y":"ovyy1B0I4Rm4nakiD4MqdGyK6P3fhJm543zuSyzGi7I"}', '{"kty":"EC","crv":"P-256","x":"bf4rJsiWzz1MOVmL8_FmueDfpv3qzN2QZHLD4sQwb1Y","y":"9tW9I9Qll5xlAHY87rEPRILUYX739WJnuknJUrdnCDo"}', 0, 1, 10, 'rvB0VDVXTSC_1WXXa_7qO92UtyF-AX7vs4F0A_pbg3U', 0, '2026-11-22T12:19:48.192Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6InNvTElUbUxTOFZYemNkSDFDWnUzbUtDbU0zeDJTYldMaWZZRHJJdmRBeE0iLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImFxc2N4NDI0aXNzc3F2c3ciLCJ0ZW5hbnQiOiJxYmR5bGliZGQyNW4iLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoicnZCMFZEVlhUU0NfMVdYWGFfN3FPOTJVdHlGLUFYN3ZzNEYwQV9wYmczVSIsInByZXZpb3VzIjoicnZCMFZEVlhUU0NfMVdYWGFfN3FPOTJVdHlGLUFYN3ZzNEYwQV9wYmczVSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoicHp4bjRsem8iLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4Ijoicl9LUHY2VVJfdm9oZngzXzdHSDVTNmNUeDBJQUk1d2N3ank0OWRWdDNWMCIsInkiOiJvdnl5MUIwSTRSbTRuYWtpRDRNcWRHeUs2UDNmaEptNTQzenVTeXpHaTdJIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6InE1ZnI0Zm90Iiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6InJfS1B2NlVSX3ZvaGZ4M183R0g1UzZjVHgwSUFJNXdjd2p5NDlkVnQzVjAiLCJ5Ijoib3Z5eTFCMEk0Um00bmFraUQ0TXFkR3lLNlAzZmhKbTU0M3p1U3l6R2k3SSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoia0trelVHUVpKdkpNRF9kbjdCb0FxN2g0WkdQM0VWRWxZSV82OFFEQURxNllZRFlLQUg3NXM3bzQyTURsOHVvZEFBWWE0RUJDOFc0N2YzcjlJMWhOcFY4MlI0aUV4MkhobjF2Y01iMWZtWnNkeW9oSXhWZVlGaDdVQWlBdEgyQ3RoQWYzbW5iTmdMcWt0cllUdUx0TUw1SGlzNTZibk5JQ1hsRTV1UjdBd0dMLUdmN3ZRTEpBaFdoajViYVp3NTlSb09JSUlSS3I1aFd6LUZkZHNjV0hxSkpFWWlST0ZlRFozY3RiYXMzRDQ3N1V5OTRhVHhoRkNzYjROSDYwWnVJNGd3eFhBc0lIYXhwNkJKdlF2TUpUUVBuRHRCZTRyeWx4MkY3SmVkamtUMmE4NDloU0dOUWw5amZsSERqZTBkeWpoM2ZmVjJlcFVINXFuVHl1djRrbDF3IiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVpCY0J3QW1lQjhEMlpycFVpVGlnVURBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qRXlNVGt6TjFvWERUTTJNVEV4T1RFeU1UazBOMW93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCRlhGUXJYcERKNDFtZjBSUjB0UXJacHRucjdzaUEvNVpPMFE1Yk9sUUJLaUhPdFd6S3F2XG5QU3h2MnZaTWowOVUzb2FMbDEzUXJMRHBMV1czSGlibEFTYWpYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCUmZiaUpHVFZycXdScXkwNVMxQVVIbUxJMmgxREFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUR0XG5SV3ZkbkhDVlpXbUUwaWtQeXJITTE5RjZPemxTT1NGL1ZCR0ZhcTVDUUFJZ09GNnV6SWJtTkU0dmdlb1EvOHpUXG4ySHYrZXlqdDBoWEk2S2Q1ZXFrQlFaND1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.jhoMA2xEvFc4qyQl6Jh7z3aI32pqISYxh-EuIc9ETqRhSm9pre11TnjYyod07uUAUkyGB0-vsYnVMpXJWS_l5g');
