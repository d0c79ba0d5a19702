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
  envelope TEXT NOT NULL,
  last_event INTEGER NOT NULL,
  enrolled_at TEXT NOT NULL, address TEXT NOT NULL DEFAULT '', ca TEXT NOT NULL DEFAULT '', closed INTEGER NOT NULL DEFAULT 0,
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

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gdzfbsadcdio', 1, '2026-11-22T04:57:14.017Z', 'user:6pv5ciafmr65ugeb', NULL, 'organisation.create', 'organisation anns', NULL, '{"owner":"6pv5ciafmr65ugeb"}', '', '9wRZr9O-f17pK54D2AZRx2E4ZS9Hs8FqG7P8rrwI7cw');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 1, '2026-11-22T04:57:06.763Z', 'operator', NULL, 'organisation.create', 'organisation acme', NULL, '{"token":"vx2ua72uzm4bakth"}', '', 'Il1as0-fKybvIXqjZlnvLJ-nEAbU0K2i2ubO2mzExh4');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 2, '2026-11-22T04:57:06.966Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'webhook.create', 'webhook llpurtru6pm3ujgt', NULL, '{"events":["audit.entry","zone.offline"],"host":"receiver.invalid"}', 'Il1as0-fKybvIXqjZlnvLJ-nEAbU0K2i2ubO2mzExh4', 'mkcfFBHUppzjZdsDRXerDUH1Hua32DKXRaLGoOy2oa0');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 3, '2026-11-22T04:57:07.344Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'resources.change', 'Zone east', 1, '{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]}', 'mkcfFBHUppzjZdsDRXerDUH1Hua32DKXRaLGoOy2oa0', 'hykfFqF2qP32indIcngvxQgrSaRJGn3Islo_5lI2u_o');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 4, '2026-11-22T04:57:08.885Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'resources.change', 'Mesh default and 7 more', 2, '{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'hykfFqF2qP32indIcngvxQgrSaRJGn3Islo_5lI2u_o', 'lOMrhgKsVidBLKVv8d2PreesTgDTMBo0GiSStOCQyPI');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 5, '2026-11-22T04:57:09.211Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'resources.change', 'Secret default/own and 5 more', 3, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]}', 'lOMrhgKsVidBLKVv8d2PreesTgDTMBo0GiSStOCQyPI', 'H5liEBOO4hO7XVCikRJehOhq8WRpmfeAAESSlFC9Pac');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 6, '2026-11-22T04:57:09.332Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'resources.change', 'MeshTimeout default/to-change', 4, '{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]}', 'H5liEBOO4hO7XVCikRJehOhq8WRpmfeAAESSlFC9Pac', 'c97cS21XC8bQj9z3KuPQvP6miLgIQRfCQVE64i-Ipxw');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 7, '2026-11-22T04:57:09.482Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'resources.change', 'MeshTimeout default/to-go', 5, '{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]}', 'c97cS21XC8bQj9z3KuPQvP6miLgIQRfCQVE64i-Ipxw', 'tUE07h4vzisHJ2UzV1vXZQbowlV-XrZ7S0MoybcMhAs');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 8, '2026-11-22T04:57:09.563Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'audit.retention', 'audit log', NULL, '{"before":400,"days":90}', 'tUE07h4vzisHJ2UzV1vXZQbowlV-XrZ7S0MoybcMhAs', 'I21qUwJ8czj-n9F3b96t_L1uNCJsWpxeKaZuUmgSIXw');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 9, '2026-11-22T04:57:09.644Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'token.create', 'token fsyimpaqsa2w32oa', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'I21qUwJ8czj-n9F3b96t_L1uNCJsWpxeKaZuUmgSIXw', 'TQ03tRhgaq0zlfnk-F_--yLPWJLXSaNB7lN_99prWPc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 10, '2026-11-22T04:57:09.715Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'token.create', 'token okgejmtnekb66k5b', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'TQ03tRhgaq0zlfnk-F_--yLPWJLXSaNB7lN_99prWPc', 'wI_GHsymW9-1Z6zUlYS1G3Rk6PfRaJywkGoV9-R5H9s');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 11, '2026-11-22T04:57:09.939Z', 'token:okgejmtnekb66k5b', 'okgejmtnekb66k5b', 'plan.approve', 'plan up77wfw66oefw3d7', NULL, '{"plan":"up77wfw66oefw3d7","author":"token:fsyimpaqsa2w32oa","revision":5,"required":0,"given":1}', 'wI_GHsymW9-1Z6zUlYS1G3Rk6PfRaJywkGoV9-R5H9s', 'TcX5ANxCi26FITHiLDChCXyom3Z6FDnrXL4Xj58nZQo');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 12, '2026-11-22T04:57:10.047Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'token.create', 'token enqoqiktlbkglff2', NULL, '{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]}', 'TcX5ANxCi26FITHiLDChCXyom3Z6FDnrXL4Xj58nZQo', 'SqO8eJzrAYkJ3BfBPn5RmcydJe_kUtRB67Fr-oBZY5E');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 13, '2026-11-22T04:57:10.180Z', 'token:enqoqiktlbkglff2', 'enqoqiktlbkglff2', 'secret.reveal', 'Secret default/dataplane-token-signing-key-default-1', NULL, '{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]}', 'SqO8eJzrAYkJ3BfBPn5RmcydJe_kUtRB67Fr-oBZY5E', 'hOXXN4aU31DpnQZdrFhpMr6boEkk_eQTLrDFS2SzsqQ');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 14, '2026-11-22T04:57:10.219Z', 'token:enqoqiktlbkglff2', 'enqoqiktlbkglff2', 'secret.reveal', 'Secret default/default.ca-builtin-key-ca-1', NULL, '{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'hOXXN4aU31DpnQZdrFhpMr6boEkk_eQTLrDFS2SzsqQ', '5gRti2qRvdByWx7AqOwEuX_07mbs7_YO-DlgQB_UST8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 15, '2026-11-22T04:57:10.428Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T05:57:10.428Z","id":"sphq4w7mhprseiaw"}', '5gRti2qRvdByWx7AqOwEuX_07mbs7_YO-DlgQB_UST8', 'Itje2zu3NBXkZDRKcatkMv48qvDHySovYo1OcXIoWhA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 16, '2026-11-22T04:57:10.527Z', 'relay:east/aipk5ny3', NULL, 'relay.enrol', 'relay east/aipk5ny3', NULL, '{"enrolmentToken":"sphq4w7mhprseiaw"}', 'Itje2zu3NBXkZDRKcatkMv48qvDHySovYo1OcXIoWhA', '9hubLmtbg_WBLLXQdUVTODEOak2ufyILBbaMUzaLIBo');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 17, '2026-11-22T04:57:10.690Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'dataplane-token.create', 'token 8dd89519-af93-4334-8be8-b48617a92194', NULL, '{"id":"8dd89519-af93-4334-8be8-b48617a92194","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000}', '9hubLmtbg_WBLLXQdUVTODEOak2ufyILBbaMUzaLIBo', 'RrAJ6obB9SndvSHIDizqkpbCTDgeXn4qThpLLD2EdJI');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 18, '2026-11-22T04:57:11.205Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'resources.change', 'MeshTimeout default/late', 6, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]}', 'RrAJ6obB9SndvSHIDizqkpbCTDgeXn4qThpLLD2EdJI', 'eWX9YdrUbot12macYbXwMuYltWDFEZPeZ62S8VlnTPs');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 19, '2026-11-22T04:57:11.400Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T05:57:11.400Z","id":"xjdhpao4sckr6xaq"}', 'eWX9YdrUbot12macYbXwMuYltWDFEZPeZ62S8VlnTPs', 'leJ46FKiaPaurUTFWEHwNITfzLZAys1Xh6jCY37DJ1I');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 20, '2026-11-22T04:57:11.408Z', 'relay:east/w5c3qwkn', NULL, 'relay.enrol', 'relay east/w5c3qwkn', NULL, '{"enrolmentToken":"xjdhpao4sckr6xaq"}', 'leJ46FKiaPaurUTFWEHwNITfzLZAys1Xh6jCY37DJ1I', 'qKb1i45u9EQ3PefETEbIpcFnKP_sLzZ20nbPCZhlsFI');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('tfj5dxpq54pw', 21, '2026-11-22T04:57:14.064Z', 'token:vx2ua72uzm4bakth', 'vx2ua72uzm4bakth', 'invitation.create', 'invitation 2cx5e2avtpilbd3t', NULL, '{"email":"bo@example.com","expiresAt":"2026-11-29T04:57:14.064Z","role":"viewer"}', 'qKb1i45u9EQ3PefETEbIpcFnKP_sLzZ20nbPCZhlsFI', '9V8mcjCISyVat-mxTjUbj7fnI3qhiayqYBkYsw3-XIQ');

INSERT INTO "audit_seal" ("tenant_id", "number", "kind", "time", "hash", "jws") VALUES ('tfj5dxpq54pw', 2, 'checkpoint', '2026-11-22T04:57:07.121Z', 'mkcfFBHUppzjZdsDRXerDUH1Hua32DKXRaLGoOy2oa0', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IllGR2N0Rm9TZkZzQVpKV3l6U3VQM2lLc2NnbHpWdlpiZzNlR2tlT0E3elUiLCJ0eXAiOiJ3ZWZ0LWF1ZGl0K2p3cyJ9.eyJraW5kIjoiY2hlY2twb2ludCIsIm9yZ2FuaXNhdGlvbiI6InRmajVkeHBxNTRwdyIsIm51bWJlciI6MiwiaGFzaCI6Im1rY2ZGQkhVcHB6alpkc0RSWGVyRFVIMUh1YTMyREtYUmFMR29PeTJvYTAiLCJ0aW1lIjoiMjAyNi0xMS0yMlQwNDo1NzowNy4xMjFaIn0.XrRIEFBuUkwxzQIbFE7k03-vrgSQNOUw_RJuR59A5tUxhnUm31lzH3kk61UCZ3hd45pXFs4HS2QzIOsc4xytoA');

INSERT INTO "audit_setting" ("tenant_id", "retention_days") VALUES ('tfj5dxpq54pw', 90);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'EJPHlDH-CHgsAwh1Vv1W3KrN2wKs80YG4PA4chJR9AA', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvTCCAWOgAwIBAgIQWhNyjc4YsWYNRnrcWoE/VzAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjA0NTY1OFoXDTM2MTExOTA0NTcwOFowMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABJIi3QPMPXQh9BF2rItpK4iZk7dIgMg2hi8A5zSun0R/d96E7+J1\ngGHgbsdw+ZI06EMv4sB1nffY09CdQSX7a++jXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBTLBRvvC2mS+WuX4wX9rfaS79A32zAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0gAMEUCIQDe\nbGPtfSU4lgW/EBKj+WrI0dV54dlOUiL5MHjzLUhlQQIgCdM0d1wW+lPIL+mnc5yx\nF8m3pN0JFfYcQL8lNdve+cI=\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', '{"web-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'gobNu-UwMkjvd8Q6jaSehVlc0g3QGzhklSRiz7IK02k', '{"mesh_ca:secret:default":"EJPHlDH-CHgsAwh1Vv1W3KrN2wKs80YG4PA4chJR9AA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', '{"shop-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00', '{"shop-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('tfj5dxpq54pw', 'GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q', '{"web-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('tfj5dxpq54pw', '01870c3ee84905471c249f92c9efe48cef8aa301', '4a9d76732edbba1662d81e988911b784', 'default', 'shop-1', 'east', '2026-11-23T04:57:10.000Z', '8dd89519-af93-4334-8be8-b48617a92194');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('tfj5dxpq54pw', 'cb051bef0b6992f96b97e305fdadf692efd037db', '6e780f5ce1c3bbdd51d8ed08361eabaa', 'default', '', 'east', '2026-11-29T04:57:11.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('tfj5dxpq54pw', 'cb051bef0b6992f96b97e305fdadf692efd037db', '6ef67315ff3346ffa3de589b93312963', 'default', '', 'east', '2026-11-29T04:57:10.000Z', NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('tfj5dxpq54pw', 'enqoqiktlbkglff2', 'api', 'reveal', 'LaCYx-tViq3-ha_uT7HgozegI_1t3gYlMTjMNDCXKBQ', '["admin","secret:reveal"]', '2026-11-22T04:57:10.047Z', NULL, NULL, NULL, NULL, 'vx2ua72uzm4bakth', '2026-11-22T04:57:10.165Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('tfj5dxpq54pw', 'fsyimpaqsa2w32oa', 'api', 'other', '7h8EGNC6GXdASYmT8tdjdKMFMIRTL8iDTJELznEDQOc', '["admin"]', '2026-11-22T04:57:09.644Z', NULL, NULL, NULL, NULL, 'vx2ua72uzm4bakth', '2026-11-22T04:57:09.801Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('tfj5dxpq54pw', 'okgejmtnekb66k5b', 'api', 'other', 'WRuwvecKawW9dwmbOKw-xNyPfm6VCFdFv5PgXHh3T9M', '["admin"]', '2026-11-22T04:57:09.715Z', NULL, NULL, NULL, NULL, 'vx2ua72uzm4bakth', '2026-11-22T04:57:09.922Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('tfj5dxpq54pw', 'sphq4w7mhprseiaw', 'enrolment', 'relay of east', '7MY3DsHSezVOHUOIUfOWBb8xfVahI6LQrc9fJ6RH5nA', '[]', '2026-11-22T04:57:10.428Z', '2026-11-22T05:57:10.428Z', NULL, 'east', 'aipk5ny3', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('tfj5dxpq54pw', 'vx2ua72uzm4bakth', 'api', 'admin', '9AO-s3FEOeEmb9GU-xhhWcBqzwdaah8f7ir9E5P58vY', '["admin"]', '2026-11-22T04:57:06.763Z', NULL, NULL, NULL, NULL, NULL, '2026-11-22T04:57:06.908Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('tfj5dxpq54pw', 'xjdhpao4sckr6xaq', 'enrolment', 'relay of east', 'BSKCFJrtbLxHsL8KCAZfHOtoyD3YaXMIMDhrUa8AhJg', '[]', '2026-11-22T04:57:11.400Z', '2026-11-22T05:57:11.400Z', NULL, 'east', 'w5c3qwkn', NULL, NULL);

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_add-relay-address.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-issuers.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_add-registration-ready.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_give-virtual-addresses.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-contacts.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_add-default-generators.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_follow-resources.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_deliver-revisions.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_keep-plans.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_keep-audit.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_send-webhooks.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_keep-approvals.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (14, '0014_keep-lineage.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (15, '0015_note-joins.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (16, '0016_guard-quotas.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (17, '0017_guard-moves.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (18, '0018_note-ways.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (19, '0019_keep-versions.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (20, '0020_note-uses.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (21, '0021_close-relays.sql', '2026-11-22 04:57:06');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (22, '0022_note-unused-blobs.sql', '2026-11-22 04:57:06');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('tfj5dxpq54pw', 'east', 'aipk5ny3', 1, 9, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T04:57:11.388Z');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('gdzfbsadcdio', 1, 0, 1);

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('tfj5dxpq54pw', 1, 6, 10);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('tfj5dxpq54pw', 'default', '01870c3ee84905471c249f92c9efe48cef8aa301', 'east', 'aipk5ny3', 'cb051bef0b6992f96b97e305fdadf692efd037db', '-----BEGIN CERTIFICATE-----
MIIB9TCCAZugAwIBAgIQbvZzFf8zRv+j3libkzEpYzAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA0NTcwMFoXDTI2MTEyOTA0NTcxMFowQjENMAsGA1UECgwEV2VmdDEf
MB0GA1UECwwWY29udHJvbCBwbGFuZSBmb3IgZWFzdDEQMA4GA1UEAwwHZGVmYXVs
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMvInHffvFkhrmnRou4BVjw+LJmj
ke6WdxZbeQ9oipWk+tRCBjE90jKlsSduGEjfeVJ03w+iuwberdU5EQoyMJ2jgYQw
gYEwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYE
FAGHDD7oSQVHHCSfksnv5IzviqMBMB8GA1UdIwQYMBaAFMsFG+8LaZL5a5fjBf2t
9pLv0DfbMBsGA1UdEQQUMBKGEHNwaWZmZTovL2RlZmF1bHQwCgYIKoZIzj0EAwID
SAAwRQIhAMAS0XbE1jVd9hxRk/EwnLXfMCDWJkC7aZuMfxUgQksWAiAy87R90PtX
fC+wKtM9li9RM2TkbpcJz4zW9zy3JrBX0A==
-----END CERTIFICATE-----
', '2026-11-29T04:57:10.000Z', 'v1.9372c1ea.b8JJe2Wm6gk8LRhDClaUUzcBJSGdwPWMT9TINhBZmsLymq27qEptAd3m-AWo0ciSpi1OWxKQbWb9ZUaIDA7gtIC0wrDoTpXNslsQSrSyyBJgYdlPURWwhl8bMylN8C3A0fiOUV9YAqVQxXJ5MRrKkXBXeeWlUMxyGjsqyoL-381uujkx6hKC9WoquiXTDdy3fvDUgacko4Bwj6JPx-4H84HlwM3aJA', NULL, NULL);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('tfj5dxpq54pw', 'default', '4128b4e56800c84d558ee0a137eb4e99ed2b93a2', 'east', 'aipk5ny3', 'cb051bef0b6992f96b97e305fdadf692efd037db', '-----BEGIN CERTIFICATE-----
MIICRDCCAeqgAwIBAgIQbngPXOHDu91R2O0INh6rqjAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA0NTcwMVoXDTI2MTEyOTA0NTcxMVowNTENMAsGA1UECgwEV2VmdDES
MBAGA1UECwwJem9uZSBlYXN0MRAwDgYDVQQDDAdkZWZhdWx0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEzf1jvvKX7p26b4a8xnr6fCUk4EgO31ZmuzIaah8BYoma
OjGwBuYhsYw+Kd48WYOzteghwJWEnO2CsorZR8apqKOB4DCB3TASBgNVHRMBAf8E
CDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUQSi05WgAyE1VjuCh
N+tOme0rk6IwHwYDVR0jBBgwFoAUywUb7wtpkvlrl+MF/a32ku/QN9swGwYDVR0R
BBQwEoYQc3BpZmZlOi8vZGVmYXVsdDBaBgNVHR4BAf8EUDBOoBYwCYYHZGVmYXVs
dDAJhgdrdW1hLmlvoTQwAoIAMAqHCAAAAAAAAAAAMCKHIAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA0gAMEUCIQCc4eeO9y5XlAD0
fq6j8LRap4ChBBsoatj0rpmsPfFTuQIgC5SriFfAlYzOlqLwxiw8udGV1Jlkkhj0
xEQlduyCpUk=
-----END CERTIFICATE-----
', '2026-11-29T04:57:11.000Z', NULL, NULL, NULL);

INSERT INTO "join_note" ("tenant_id", "zone", "subject", "code", "count", "first_at", "last_at") VALUES ('tfj5dxpq54pw', 'east', 'xjdhpao4sckr6xaq', 'token-used', 1, '2026-11-22T04:57:11.487Z', '2026-11-22T04:57:11.487Z');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('tfj5dxpq54pw', 'east', 'UDcECT3DXy-KHfp_na-_CoWnB2_eBdZhrj9fAVCLkdg', 1, 7, 1795323430628, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"gobNu-UwMkjvd8Q6jaSehVlc0g3QGzhklSRiz7IK02k"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('tfj5dxpq54pw', 'east', 'I6-OVhwcX6MXdFO2jOnGMmHD2XKq9f3X_27MKrTq6hI', 1, 8, 1795323431045, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"gobNu-UwMkjvd8Q6jaSehVlc0g3QGzhklSRiz7IK02k"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('tfj5dxpq54pw', 'east', 'mRqK5QMBhFO4IdsrHkX6C6JB_-TVXKINZsPHzJ1IDWY', 1, 10, 1795323431421, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00","proxies/default/9":"GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"gobNu-UwMkjvd8Q6jaSehVlc0g3QGzhklSRiz7IK02k"},"zone":"east"}');

INSERT INTO "plan" ("tenant_id", "id", "epoch", "revision", "actor", "reason", "created_at", "expires_at", "body") VALUES ('tfj5dxpq54pw', 'up77wfw66oefw3d7', 1, 5, 'token:fsyimpaqsa2w32oa', '', '2026-11-22T04:57:09.825Z', '2026-11-23T04:57:09.825Z', '{"changes":[{"type":"MeshTimeout","mesh":"default","name":"planned","change":"created","before":null,"after":{"type":"MeshTimeout","mesh":"default","name":"planned","labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"creationTime":"","modificationTime":"","spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"8s"}}]}}}],"warnings":[],"demands":[],"tests":{"broken":[],"mended":[],"failing":[]},"outcome":{"effect":{"proxies":0,"zones":[]},"access":[],"faults":{"new":[],"mended":[]}},"basis":{"sequence":6,"written":{"MeshTimeout/default/planned":[null,"Gy-d7TaQrnuqcpZv"]},"kinds":{"effect":[],"access":[],"new":[],"mended":[]}}}');

INSERT INTO "plan_approval" ("tenant_id", "plan", "actor", "time", "reason") VALUES ('tfj5dxpq54pw', 'up77wfw66oefw3d7', 'token:okgejmtnekb66k5b', '2026-11-22T04:57:09.939Z', '');

INSERT INTO "plan_part" ("tenant_id", "plan", "part", "sealed") VALUES ('tfj5dxpq54pw', 'up77wfw66oefw3d7', 0, 'v1.9372c1ea.IC-GlLy8UAARO7pzmnpB0TW_tiQoZcKvQzwTr4j6IWQt6YeN9h87eGRus_3mJFHfyEygaDtsomSvKQE6wv3uKQN28pjAlPapV762wVTX_2wlgTYLbmw2V53-C1eVzPgl1KDQVqrLBYk7dExoOIM7SO8zGRktXuy6z3yNpfGbPtgedXG7dS3vRcBSE79iXTgJlnuf2gD4KvrLEA9VLLp3jo-XHX8PofxLk9REAODIvg2-UhtpBlHdbDtp_CmLZrhWG-yZESeWvhj17CTzseKosLbojjAaNAXT89WA9NVx2iodVn6m2hHa2LGdP7AjIvnPgHqcMXGd60D3YMr1hE_j3A-ImYiu01CQzTFj5NR_Aq8Uk7uPPOb8BvgNapVMi_zxZ311l60auYQPZd2CYA');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('tfj5dxpq54pw', 'east/aipk5ny3/4bedc457-0e9f-4293-96f5-ada1e0d4d9bc', 1795324031078, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('tfj5dxpq54pw', 'east/aipk5ny3/ea22e113-d5e9-4d10-9901-3fd80bd3be66', 1795324030773, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id", "ready", "versions") VALUES ('tfj5dxpq54pw', 'default', 'shop-1', 'life-shop-1', 'east', 'aipk5ny3', 'stream', 1, '2026-11-22T04:57:10.796Z', '8dd89519-af93-4334-8be8-b48617a92194', 1, NULL);

INSERT INTO "relay_contact" ("tenant_id", "zone", "relay", "connected_at", "seen_at", "left_at", "way", "lost_at") VALUES ('tfj5dxpq54pw', 'east', 'aipk5ny3', '2026-11-22T04:57:11.169Z', '2026-11-22T04:57:11.169Z', NULL, '', NULL);

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:06.775Z', '2026-11-22T04:57:06.775Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:06.775Z', '2026-11-22T04:57:06.775Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:06.775Z', '2026-11-22T04:57:06.775Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:06.775Z', '2026-11-22T04:57:06.775Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:06.775Z', '2026-11-22T04:57:06.775Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:06.775Z', '2026-11-22T04:57:06.775Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:06.775Z', '2026-11-22T04:57:06.775Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-2', 1, 2, '2026-11-22T04:57:07.344Z', '2026-11-22T04:57:07.344Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-3', 2, 3, '2026-11-22T04:57:08.885Z', '2026-11-22T04:57:08.885Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.9372c1ea.F1LaOqBJLb6E5fAEzU522bMQOjVP6Rnk31sJjvJoAQKIXilFZYPF4ntvbukVXPGCo5ZLC7pI7pSx835eFWaq2KWsADbjfZ2DtZYFjl2Ns_5cLhQ-ZOFSMhRahR007sPmQt60it_rQu80MQhEC4mVGxgdNsz7B-p2omNaMhM5spTH9bpCv62jpbVdGvHvlrNukcePJT6QhmnOyImLd1RkkrxzIVQWAS8vg3PItkht_UzEbRfrPAu9FOZd8pbyClEY8B4bu47RlsyTqlIpdjyibnuwArFms4THY2CBBEMwUzVofd31a_-aGlFic9_3PJKKPWHJdoKYdUTvSJxIj_nzMkpG8BFeHtoNmNfeSlRKa4GnYuMy-lLkGsdJPwlNXHtH5i-SzhRpLZg6sf04VeRPpyHlb2EZGwG5JUDdULI2qw4_YOG4bVy-w5mZnV1FD4o96cya7btHb5niRbPyftXoRKzHesxH-Pn7ORm4lYcL8vUJcUjlGPakN_DwPLG_MhB51dREYS1U7lzkLkvkM8NzX9mI1h5ZWc-Haxvrv921GUUhC9q-CLzHHDVZS8E1pJ9KqaPxco_ZnNgTJyB_zGHKjQUVQsuHVGtV-dvhHM2G3tPheDcCnZLvsTxNgpn-d0Yz2NCAfhTJNzpGeNPjKa9Fv3qFNN3MsKbIcb1QrRKqlDMQ5NLeRs4QBpVRQxi8Zj0rSEtW2gdcpv0NCNlGNFtm60XyYRK0pIXTddLB7hn6hshhE_f4Ts4B_q1RD3HeQUBbD70qPqkyJEgOROnUGAKftTigi5mBna12-_rw61QG9Cl-j9X8y0nylXVRvkm0uuZijuGYxyKe89TxUbr7vo5FvMMzWEBwhq7FyVJPQBKOfyLjqs-fa6vYWvK7_3KxXxYFREYQyyiiA55wOYtplkJ7K2TjLahYalW3s9VCM72tjFyZo9kFIi160fxghsvlqZiKjBICKB2Fh0QFL15esJmwF_ig2vGUvstLpKH56Bbhtfug0Evd_nh2ZwjWopO_JgoeI84yba9mJ6T52jlgU7QbVS_6v2V4zPNwNizdXrNcWAZ0VJ37YKiMa02wt2xhut3Ge4c2QTXIH9Ljti9mOz9eoVHeLmuLw1pyrD7L9TEKUqA1lvcpuM04epM3OEJfR6_E6Dcb3_KJMKAXM9S1mCH3wb5kGZnqJ9KzDrj8OVPYL_8LILaOShIp6mzAE_lj_DDc7TbKq093sH9CjQo-6e04XUowmewf1JVYHqDf4naRaSIHWpEJi7R3UkkR0tm5vpVosJAUOojP0Y6zXZFbFF8WyUN3x8XTOg2AfMUeHr8d1yigKiVVSLZP19jewCQ5HhPwNrWdCKvUj21-w9yafRoLneVpHlRBPv9lqWSQhQGP5dYfSZqn2qyX1g4v8r3TO-9Kl8VuzeZUo7P8N7AcMjnJllYDsxWEH8WDwJzp3s5JBcQ4OHQYoWdvf7KXYnrMfHCggV3kmPUcS2vFEaWrTJ9yRvyE3m2qbKbABTbEE5boFsp9yvxNBf71FNY2uskZVtwbJfQy2YhNSTHK2vtL8mDAd_35CyZVF3yLBOm5-VmUR1V4M2jphB2nS8nqRGDhIBYuBOVHuVijvBPgCOirnd2sAdAaauXTsJcwnhE8Qi8k3HiScsGyamtVu6BxUaPCzF1ZcIN64wu7aqrqeWMptD6jyctVR4FqUZtWXlwnVHYC2Ol15SGIKHTOnlKobIpZgTIxGx4kEjaYlt6Ah76HU0dtNtRqgykEpaGIy8WOT3j4i5sEjPhFkpsY8ma8gEGcHUjXqeQkAP0SOGOeDYdH0U2RIdHFsFS025FMUT1fi0uVj9aXtjpOxN3Ri2yZMLe_KzvTesuU2sKSATzmc-ig4RoE50I8W8yBqWrQrCdJBXsMA07KKzpBmpiLOqGM2Brohm0ZyUjqKqTWTvvuGHVkqJHhrkTE5vQDI_xaATL0MJ_3FRaTybOHpplP__hbkL4tryzidBqngiTLuM0VuoRh_eyiNk78GvFavDwznwlwR4S7Es6Okc-LpMrnI9hpMlAeDbA_mGXu3INf37VL7cfhOjPsyPLGfk5-IitYSzidMeJCaup5qT3cXHITXjftzkQgVfRxAOJ-Pkm8ge9a53soZ3wg5ItNmxlXOHKQwqPKykxx3ydJqfzkCxphhLrq_u73QvSICppcxNIqsaRkxcSS6q4DxDsCaqd7AguiY34Jpxk6H4wFGYXTqvPSXMoWPKcM1HwdNEeHRLzBQ4bTKNsPwKY4E9dFLG4IdwxA1jBpCHZchZq6cEQjNH6OrGCwZVhjYY8B7WBvzStW488Vih1nm0wLnrXJmxpoqR0eZSF_LismdAq8qpwnRq9K_fI5PyVx1-7VO6LxvoXqLq_y0XWGXuG63Qi6jtZ1cuv6b17zGwzagVNGlL8HXasEBOcid7-DjxjMFmcSzti3B-OLkH1sPtY21SzKC6AGFVVXGHcVAm8ZjOt9V-PGvCHw5gxmF4KTa949g3ta_Sqad6qY3WAmP3MbGjys37I_f4gEQcUYsVTCrUoJpXnb2Bb7XypvWsxPJY3uEnsCRwReYNDZtYclWX2xLu4GR6m_eeYIX1b2cfmcqqL_vCai4TUR1XLt94YbsMzSbjl8cS0_DpQgnlBrc1xEQ6Vk9UQTKS1B22xVMZvsVIBYastiLoUPnMiDfDBfq9Xh5l25CHiGIvRx3csecZuoRr_c2lBYpAyy3ysBKztGFYDOuaa6ExhNKpQ4-P_uxpJPNxLbARUH9NaaRtYai1MYINzMzhtUA65f1y55_nCQatDPkUex3ofNTWXMVWJ8NhA2NiBULf8YRLvfjnAzaJI8BBJo3dAgvO-JNk5toh8-Hav3_QIg9CUIraOlo2dFHsSejeAwYvCOBMxAmAIG2DQAF2_axTBqjmaA4Ucj5eVE50sBxB5cTM_ELcoUicfaRdWaR1w83ou8cWPQIqi-Y2XwTbuFphgepuVjkRzOUOm-KxjbtQro7TlJkrj4xBYj50e3AdpHLTfCJDHVdFzDASjiRHwruHx5iNje5xgtVCYgoDW78kZs1Euebm9C2ZQ"}', NULL, '1-3', 2, 3, '2026-11-22T04:57:08.885Z', '2026-11-22T04:57:08.885Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:57:08.885Z', '2026-11-22T04:57:08.885Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:57:08.885Z', '2026-11-22T04:57:08.885Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:57:08.885Z', '2026-11-22T04:57:08.885Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:57:08.885Z', '2026-11-22T04:57:08.885Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.9372c1ea.Ep7ShTpP-cG1hHfgkBJh9TNfMS-N3WEOyn5aFIuaiDP00lBvKXxGmiAEEoxUqY_W0GxSkgHLA1U6o22w1DrzZGd5qIIJ1JOtSIR-nYDgFJqJ9st4XnYmg9e9Jrx16JgeCold3qQDYBVO443xaeybJMZIaQXhMw-56uBpI-InPc44FSvxg1zt4IFh33RxZ1fqseqLt4SwSlDsQQGn6QNjXBfr8HEJ2VWqtwMEgNrZo3FqL7ZXHkCOYI9qMkmf_XG8SnxO9xtG5rthlR5Uktbwrnjj_w3LVyWEi4dJoCyKIqLlgZoiRR4r8H-jHB0j9DfEXFhy9CT8CI_6s8nIXfX4_NNSo4POIFKeJ4pbv5-vguYZaLx3JQxL55dbsZv2CQZCfJk9JzXUhheijMcMjpdgem_D8cXtQpPTdYizphvrfaMxjVQ9IaImzQwCEQ7OT2YQT4CX1nWswU5Ec1qLwyvpJm2iSdfy8AdjFWHIAJds_6T5m8BkgdcUf-pxOpZOp0JlE_Ogi7BzsJsyJ4hFWe-yZtYdQkeKKAkjarvt0vEXUjx5eXSnnmVPKdUjhxHZLuPG_v0-n-S4Kp2Fk9KK3W0h7Hh1DlYRGgiZMK2Ju6bmsUfwwvzxPCgKF4Iycy6_uORumgh-T9GG71j1XjqUQVxWSeCCo0v7rLJvEK86VXoqSB9-JHF7TcN1iHk9noOtA3jfuLFdD6WW7--b80OfBRbjYzfbsqDP6WsoZpno8CKIrYUV9CFNGE7iyjxyUeeGQKcjrf1Gfnf9lyTGyhHDpVXX7Cgl-Mx1q9ecrn_Htit52vzr69hAnbJRFdu8FT4hVPRKCAa7aMj6440BFoY2xZ1nR7HH-2UW-G7al1ApkGYa9k94GWZ-_r5M9DKGNI_V0xex99RqvsHTMw6cDkRIbW9njaYwhZhIopX5xx0M-7ErgR2OPhOX6phQJkGpYbD16N56mpiHMceu96pYMxg17mOZJRqSkWd3ni8c5nVN3P9NrbTqPg-jvwrHAi9L55tzgde89gUGaVNynekNDx_iSwTY45CCmiyqGOkFHKTRkqwOxyjZURunRsbCr1yZi9jizk6RRaPHb5_ZFyCiT_YFIZtTloiJoQM_ALZMfePJdzdgwy4HgW_16wFKdST2Ag7A6LbP6tmYMxEM5H2-_abU1iOAXTsTzrND6d3WE7SVbu6tDZE4RWzVJLgxG3PTYTIrf_0gMmAHRA"}', NULL, '1-3', 2, 3, '2026-11-22T04:57:08.885Z', '2026-11-22T04:57:08.885Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.9372c1ea.bdqXGvCzcbYqTYmba7oekfE6PsPeUtGECy4LkyFqu_9YUnFkZo0IAvT3Mwl-gT_JCIBCbYCbtW5U47dvY8MV0BICarHoGmaCfYv4afw55KE27hH5CCyuJ8jWqQow_MOrj8fnpDKpItuK9D33X6M15QtuzV75CcL-txLt9zYpWX4ObJWzp1XZCTotqb2_HU-iAjqoe6sTbrNdVOGcJEEJK3JKIwN_RUXUVkO6UH8pktMKVJZLapepUUtNGZ8MLPAZL5oOyNVxFCVq5TW_nFglTmCXhTrNAT2eApQsHRYtep3df8Nd3Eu2Z2X0UVu86hRNvu95k35yxQmLRVYD_QR9-gZZs6D0jLW3VUsltNgR_s8vTzaFs7Ih0DY6Ge_4loIVi1PSOcGxW9unbxpbLEzTGZD41pzEvZpskhu32rd7iawBvW7yzRVcBRoXyYV66-CuApzHKi4zjs5kiVADxSRBMA"}', NULL, '1-3', 2, 3, '2026-11-22T04:57:08.885Z', '2026-11-22T04:57:08.885Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'Secret', 'default', 'own', '{}', '{"data":"v1.9372c1ea.qVgBSmParsdzUmfiBbMUyf166cpEjVoUWgv4GW9kmAG9vGlJursIwg"}', NULL, '1-4', 3, 4, '2026-11-22T04:57:09.211Z', '2026-11-22T04:57:09.211Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T04:57:09.211Z', '2026-11-22T04:57:09.211Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T04:57:09.211Z', '2026-11-22T04:57:09.211Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-5', 4, 4, '2026-11-22T04:57:09.211Z', '2026-11-22T04:57:09.332Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-4', 3, 4, '2026-11-22T04:57:09.211Z', '2026-11-22T04:57:09.211Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-8', 5, 8, '2026-11-22T04:57:10.980Z', '2026-11-22T04:57:10.980Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('tfj5dxpq54pw', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-9', 6, 9, '2026-11-22T04:57:11.206Z', '2026-11-22T04:57:11.206Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gdzfbsadcdio', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:14.023Z', '2026-11-22T04:57:14.023Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gdzfbsadcdio', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:14.023Z', '2026-11-22T04:57:14.023Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gdzfbsadcdio', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:14.023Z', '2026-11-22T04:57:14.023Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gdzfbsadcdio', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:14.023Z', '2026-11-22T04:57:14.023Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gdzfbsadcdio', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:14.023Z', '2026-11-22T04:57:14.023Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gdzfbsadcdio', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:14.023Z', '2026-11-22T04:57:14.023Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gdzfbsadcdio', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:57:14.023Z', '2026-11-22T04:57:14.023Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('tfj5dxpq54pw', 1, 1, 2, 'o3iti2jardvyvasjso56lamtgldykg2f', 'token:vx2ua72uzm4bakth', '', '2026-11-22T04:57:07.344Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('tfj5dxpq54pw', 2, 1, 3, 'vxfgkjgg4jtudpf4atshniwwqw2mlucw', 'token:vx2ua72uzm4bakth', '', '2026-11-22T04:57:08.885Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('tfj5dxpq54pw', 3, 1, 4, 'sts6rhsdd3dj42aaztardzf3pmqg4eqv', 'token:vx2ua72uzm4bakth', '', '2026-11-22T04:57:09.211Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('tfj5dxpq54pw', 4, 1, 5, 'p4nx3pnznlbzmidcqe4rtrfkqikagut2', 'token:vx2ua72uzm4bakth', '', '2026-11-22T04:57:09.332Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('tfj5dxpq54pw', 5, 1, 6, '2zlugfljm33oesmb3mcm6pnhjv3anmax', 'token:vx2ua72uzm4bakth', '', '2026-11-22T04:57:09.482Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('tfj5dxpq54pw', 6, 1, 9, 'pio7ihbpgnhxlikubanimlfk6q4efywl', 'token:vx2ua72uzm4bakth', '', '2026-11-22T04:57:11.206Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T04:57:07.344Z","modificationTime":"2026-11-22T04:57:07.344Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T04:57:08.885Z","modificationTime":"2026-11-22T04:57:08.885Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.9372c1ea.F1LaOqBJLb6E5fAEzU522bMQOjVP6Rnk31sJjvJoAQKIXilFZYPF4ntvbukVXPGCo5ZLC7pI7pSx835eFWaq2KWsADbjfZ2DtZYFjl2Ns_5cLhQ-ZOFSMhRahR007sPmQt60it_rQu80MQhEC4mVGxgdNsz7B-p2omNaMhM5spTH9bpCv62jpbVdGvHvlrNukcePJT6QhmnOyImLd1RkkrxzIVQWAS8vg3PItkht_UzEbRfrPAu9FOZd8pbyClEY8B4bu47RlsyTqlIpdjyibnuwArFms4THY2CBBEMwUzVofd31a_-aGlFic9_3PJKKPWHJdoKYdUTvSJxIj_nzMkpG8BFeHtoNmNfeSlRKa4GnYuMy-lLkGsdJPwlNXHtH5i-SzhRpLZg6sf04VeRPpyHlb2EZGwG5JUDdULI2qw4_YOG4bVy-w5mZnV1FD4o96cya7btHb5niRbPyftXoRKzHesxH-Pn7ORm4lYcL8vUJcUjlGPakN_DwPLG_MhB51dREYS1U7lzkLkvkM8NzX9mI1h5ZWc-Haxvrv921GUUhC9q-CLzHHDVZS8E1pJ9KqaPxco_ZnNgTJyB_zGHKjQUVQsuHVGtV-dvhHM2G3tPheDcCnZLvsTxNgpn-d0Yz2NCAfhTJNzpGeNPjKa9Fv3qFNN3MsKbIcb1QrRKqlDMQ5NLeRs4QBpVRQxi8Zj0rSEtW2gdcpv0NCNlGNFtm60XyYRK0pIXTddLB7hn6hshhE_f4Ts4B_q1RD3HeQUBbD70qPqkyJEgOROnUGAKftTigi5mBna12-_rw61QG9Cl-j9X8y0nylXVRvkm0uuZijuGYxyKe89TxUbr7vo5FvMMzWEBwhq7FyVJPQBKOfyLjqs-fa6vYWvK7_3KxXxYFREYQyyiiA55wOYtplkJ7K2TjLahYalW3s9VCM72tjFyZo9kFIi160fxghsvlqZiKjBICKB2Fh0QFL15esJmwF_ig2vGUvstLpKH56Bbhtfug0Evd_nh2ZwjWopO_JgoeI84yba9mJ6T52jlgU7QbVS_6v2V4zPNwNizdXrNcWAZ0VJ37YKiMa02wt2xhut3Ge4c2QTXIH9Ljti9mOz9eoVHeLmuLw1pyrD7L9TEKUqA1lvcpuM04epM3OEJfR6_E6Dcb3_KJMKAXM9S1mCH3wb5kGZnqJ9KzDrj8OVPYL_8LILaOShIp6mzAE_lj_DDc7TbKq093sH9CjQo-6e04XUowmewf1JVYHqDf4naRaSIHWpEJi7R3UkkR0tm5vpVosJAUOojP0Y6zXZFbFF8WyUN3x8XTOg2AfMUeHr8d1yigKiVVSLZP19jewCQ5HhPwNrWdCKvUj21-w9yafRoLneVpHlRBPv9lqWSQhQGP5dYfSZqn2qyX1g4v8r3TO-9Kl8VuzeZUo7P8N7AcMjnJllYDsxWEH8WDwJzp3s5JBcQ4OHQYoWdvf7KXYnrMfHCggV3kmPUcS2vFEaWrTJ9yRvyE3m2qbKbABTbEE5boFsp9yvxNBf71FNY2uskZVtwbJfQy2YhNSTHK2vtL8mDAd_35CyZVF3yLBOm5-VmUR1V4M2jphB2nS8nqRGDhIBYuBOVHuVijvBPgCOirnd2sAdAaauXTsJcwnhE8Qi8k3HiScsGyamtVu6BxUaPCzF1ZcIN64wu7aqrqeWMptD6jyctVR4FqUZtWXlwnVHYC2Ol15SGIKHTOnlKobIpZgTIxGx4kEjaYlt6Ah76HU0dtNtRqgykEpaGIy8WOT3j4i5sEjPhFkpsY8ma8gEGcHUjXqeQkAP0SOGOeDYdH0U2RIdHFsFS025FMUT1fi0uVj9aXtjpOxN3Ri2yZMLe_KzvTesuU2sKSATzmc-ig4RoE50I8W8yBqWrQrCdJBXsMA07KKzpBmpiLOqGM2Brohm0ZyUjqKqTWTvvuGHVkqJHhrkTE5vQDI_xaATL0MJ_3FRaTybOHpplP__hbkL4tryzidBqngiTLuM0VuoRh_eyiNk78GvFavDwznwlwR4S7Es6Okc-LpMrnI9hpMlAeDbA_mGXu3INf37VL7cfhOjPsyPLGfk5-IitYSzidMeJCaup5qT3cXHITXjftzkQgVfRxAOJ-Pkm8ge9a53soZ3wg5ItNmxlXOHKQwqPKykxx3ydJqfzkCxphhLrq_u73QvSICppcxNIqsaRkxcSS6q4DxDsCaqd7AguiY34Jpxk6H4wFGYXTqvPSXMoWPKcM1HwdNEeHRLzBQ4bTKNsPwKY4E9dFLG4IdwxA1jBpCHZchZq6cEQjNH6OrGCwZVhjYY8B7WBvzStW488Vih1nm0wLnrXJmxpoqR0eZSF_LismdAq8qpwnRq9K_fI5PyVx1-7VO6LxvoXqLq_y0XWGXuG63Qi6jtZ1cuv6b17zGwzagVNGlL8HXasEBOcid7-DjxjMFmcSzti3B-OLkH1sPtY21SzKC6AGFVVXGHcVAm8ZjOt9V-PGvCHw5gxmF4KTa949g3ta_Sqad6qY3WAmP3MbGjys37I_f4gEQcUYsVTCrUoJpXnb2Bb7XypvWsxPJY3uEnsCRwReYNDZtYclWX2xLu4GR6m_eeYIX1b2cfmcqqL_vCai4TUR1XLt94YbsMzSbjl8cS0_DpQgnlBrc1xEQ6Vk9UQTKS1B22xVMZvsVIBYastiLoUPnMiDfDBfq9Xh5l25CHiGIvRx3csecZuoRr_c2lBYpAyy3ysBKztGFYDOuaa6ExhNKpQ4-P_uxpJPNxLbARUH9NaaRtYai1MYINzMzhtUA65f1y55_nCQatDPkUex3ofNTWXMVWJ8NhA2NiBULf8YRLvfjnAzaJI8BBJo3dAgvO-JNk5toh8-Hav3_QIg9CUIraOlo2dFHsSejeAwYvCOBMxAmAIG2DQAF2_axTBqjmaA4Ucj5eVE50sBxB5cTM_ELcoUicfaRdWaR1w83ou8cWPQIqi-Y2XwTbuFphgepuVjkRzOUOm-KxjbtQro7TlJkrj4xBYj50e3AdpHLTfCJDHVdFzDASjiRHwruHx5iNje5xgtVCYgoDW78kZs1Euebm9C2ZQ"},"creationTime":"2026-11-22T04:57:08.885Z","modificationTime":"2026-11-22T04:57:08.885Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T04:57:08.885Z","modificationTime":"2026-11-22T04:57:08.885Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T04:57:08.885Z","modificationTime":"2026-11-22T04:57:08.885Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T04:57:08.885Z","modificationTime":"2026-11-22T04:57:08.885Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T04:57:08.885Z","modificationTime":"2026-11-22T04:57:08.885Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.9372c1ea.Ep7ShTpP-cG1hHfgkBJh9TNfMS-N3WEOyn5aFIuaiDP00lBvKXxGmiAEEoxUqY_W0GxSkgHLA1U6o22w1DrzZGd5qIIJ1JOtSIR-nYDgFJqJ9st4XnYmg9e9Jrx16JgeCold3qQDYBVO443xaeybJMZIaQXhMw-56uBpI-InPc44FSvxg1zt4IFh33RxZ1fqseqLt4SwSlDsQQGn6QNjXBfr8HEJ2VWqtwMEgNrZo3FqL7ZXHkCOYI9qMkmf_XG8SnxO9xtG5rthlR5Uktbwrnjj_w3LVyWEi4dJoCyKIqLlgZoiRR4r8H-jHB0j9DfEXFhy9CT8CI_6s8nIXfX4_NNSo4POIFKeJ4pbv5-vguYZaLx3JQxL55dbsZv2CQZCfJk9JzXUhheijMcMjpdgem_D8cXtQpPTdYizphvrfaMxjVQ9IaImzQwCEQ7OT2YQT4CX1nWswU5Ec1qLwyvpJm2iSdfy8AdjFWHIAJds_6T5m8BkgdcUf-pxOpZOp0JlE_Ogi7BzsJsyJ4hFWe-yZtYdQkeKKAkjarvt0vEXUjx5eXSnnmVPKdUjhxHZLuPG_v0-n-S4Kp2Fk9KK3W0h7Hh1DlYRGgiZMK2Ju6bmsUfwwvzxPCgKF4Iycy6_uORumgh-T9GG71j1XjqUQVxWSeCCo0v7rLJvEK86VXoqSB9-JHF7TcN1iHk9noOtA3jfuLFdD6WW7--b80OfBRbjYzfbsqDP6WsoZpno8CKIrYUV9CFNGE7iyjxyUeeGQKcjrf1Gfnf9lyTGyhHDpVXX7Cgl-Mx1q9ecrn_Htit52vzr69hAnbJRFdu8FT4hVPRKCAa7aMj6440BFoY2xZ1nR7HH-2UW-G7al1ApkGYa9k94GWZ-_r5M9DKGNI_V0xex99RqvsHTMw6cDkRIbW9njaYwhZhIopX5xx0M-7ErgR2OPhOX6phQJkGpYbD16N56mpiHMceu96pYMxg17mOZJRqSkWd3ni8c5nVN3P9NrbTqPg-jvwrHAi9L55tzgde89gUGaVNynekNDx_iSwTY45CCmiyqGOkFHKTRkqwOxyjZURunRsbCr1yZi9jizk6RRaPHb5_ZFyCiT_YFIZtTloiJoQM_ALZMfePJdzdgwy4HgW_16wFKdST2Ag7A6LbP6tmYMxEM5H2-_abU1iOAXTsTzrND6d3WE7SVbu6tDZE4RWzVJLgxG3PTYTIrf_0gMmAHRA"},"creationTime":"2026-11-22T04:57:08.885Z","modificationTime":"2026-11-22T04:57:08.885Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.9372c1ea.bdqXGvCzcbYqTYmba7oekfE6PsPeUtGECy4LkyFqu_9YUnFkZo0IAvT3Mwl-gT_JCIBCbYCbtW5U47dvY8MV0BICarHoGmaCfYv4afw55KE27hH5CCyuJ8jWqQow_MOrj8fnpDKpItuK9D33X6M15QtuzV75CcL-txLt9zYpWX4ObJWzp1XZCTotqb2_HU-iAjqoe6sTbrNdVOGcJEEJK3JKIwN_RUXUVkO6UH8pktMKVJZLapepUUtNGZ8MLPAZL5oOyNVxFCVq5TW_nFglTmCXhTrNAT2eApQsHRYtep3df8Nd3Eu2Z2X0UVu86hRNvu95k35yxQmLRVYD_QR9-gZZs6D0jLW3VUsltNgR_s8vTzaFs7Ih0DY6Ge_4loIVi1PSOcGxW9unbxpbLEzTGZD41pzEvZpskhu32rd7iawBvW7yzRVcBRoXyYV66-CuApzHKi4zjs5kiVADxSRBMA"},"creationTime":"2026-11-22T04:57:08.885Z","modificationTime":"2026-11-22T04:57:08.885Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.9372c1ea.qVgBSmParsdzUmfiBbMUyf166cpEjVoUWgv4GW9kmAG9vGlJursIwg"},"creationTime":"2026-11-22T04:57:09.211Z","modificationTime":"2026-11-22T04:57:09.211Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T04:57:09.211Z","modificationTime":"2026-11-22T04:57:09.211Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T04:57:09.211Z","modificationTime":"2026-11-22T04:57:09.211Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T04:57:09.211Z","modificationTime":"2026-11-22T04:57:09.211Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T04:57:09.211Z","modificationTime":"2026-11-22T04:57:09.211Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T04:57:09.211Z","modificationTime":"2026-11-22T04:57:09.211Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T04:57:09.211Z","modificationTime":"2026-11-22T04:57:09.211Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T04:57:09.211Z","modificationTime":"2026-11-22T04:57:09.332Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T04:57:09.211Z","modificationTime":"2026-11-22T04:57:09.211Z"}', NULL, 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('tfj5dxpq54pw', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T04:57:11.206Z","modificationTime":"2026-11-22T04:57:11.206Z"}', 0);

INSERT INTO "revision_delivery" ("tenant_id", "epoch", "revision", "zone", "relay", "sequence", "answered_at", "acked", "nacked", "pending", "absent", "untouched", "pushed", "taken", "laggards", "at") VALUES ('tfj5dxpq54pw', 1, 6, 'east', 'aipk5ny3', 9, NULL, 1, 1, 0, 0, 0, '{"count":1,"max":5,"buckets":[]}', '{"count":1,"max":5,"buckets":[]}', '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no","state":"nacked"}]', '2026-11-22T04:57:11.395Z');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('tfj5dxpq54pw', 1, '', 1, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('tfj5dxpq54pw', 2, '', 2, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('tfj5dxpq54pw', 4, '', 3, '{"access":[{"mesh":"default","from":"web","to":"backend","before":{"outcome":"none","reason":"absent"},"after":{"outcome":"allowed","reason":"rule","rule":{"kri":"kri_mtp_default___all_","part":"rules","rule":0,"list":"allow","item":0}}}],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('tfj5dxpq54pw', 5, '', 5, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('tfj5dxpq54pw', 6, '', 6, '{"access":[],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('tfj5dxpq54pw', 6, 'east', 6, '{"effect":{"zone":"east","proxies":2,"shapes":[{"mesh":"default","change":"changed","proxies":{"count":2,"names":["shop-1","web-1"]},"resources":[{"kind":"cluster","name":"backend","change":"changed","patch":[{"op":"test","path":"/connectTimeout","value":"5s"},{"op":"replace","path":"/connectTimeout","value":"9s"}],"own":false}]}],"endpoints":[],"secrets":[]}}');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('gdzfbsadcdio', 'envelope', '', 'wkrry6xx3w-jqaiTGlQycygMvyM38JMWrgtXhc4lQV4', '{"kty":"EC","crv":"P-256","x":"POvXQtev0pyAJdcRNaHU5YNsm1bVjxpry0FiNG_h2AI","y":"7lxYz7YzbGtp_JhV4MLWKsxSNkXJ5qu0NKUfpMTjhVM","alg":"ES256","kid":"wkrry6xx3w-jqaiTGlQycygMvyM38JMWrgtXhc4lQV4"}', 'v1.9372c1ea.d-HgE4ENhvqRfZvdOGyvo-F2d1Ej0XJqm3jzMOURvvl41vn7XSpictA1bjecNk5aELvO8JEETLCv4NHZl4pjyTQXRT6mrcCJQbM7Svz9mp-3FgWyL_WEeHUIZ1tGHKfJRnkRpRrNqD3ebaf5Y1Ccg1aPVMfgTdnqcAAzbPJgCt0GOfvOR8DGR0p-sg3lexsxfP9S6yPRNl-9o6YVYVIXxL8_V8BBlA', '2026-11-22T04:57:14.016Z');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('tfj5dxpq54pw', 'envelope', '', 'YFGctFoSfFsAZJWyzSuP3iKscglzVvZbg3eGkeOA7zU', '{"kty":"EC","crv":"P-256","x":"GM4K6mlJUXYtpuSAnAhkcyyNFogMxUFd1SIk8qQ5zN8","y":"gGefV2krIKmlpPKSK_tqEy9Ytup6THVn00m8kF9Ez5I","alg":"ES256","kid":"YFGctFoSfFsAZJWyzSuP3iKscglzVvZbg3eGkeOA7zU"}', 'v1.9372c1ea.RfFR9fDucCfXyJ3S056hVps-QH-YDySv3JB1-DQiujhCCJmVWpjOltCA9U8-PtsPdxderMp_Vrc_4hv2vJa-DZXngE1h5wV-9EswKNtAWrmcaooNleypS5Sz5oTA0-KFhVMDID3_B0KuBDy30xlplyR3piJG5CG4bIt7fH_AfHEFfKu50CcxwNHHTcmG1atTFP2sjJEY4e5f88DOAfxdumal6sLzsA', '2026-11-22T04:57:06.743Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('gdzfbsadcdio', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('tfj5dxpq54pw', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('tfj5dxpq54pw', 7, 1, 5, 'enrolled/east/aipk5ny3');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('tfj5dxpq54pw', 8, 1, 5, 'dlvqh7gdalyrbuwhlajnmlob');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('tfj5dxpq54pw', 10, 1, 6, 'enrolled/east/w5c3qwkn');

INSERT INTO "tenant_move" ("tenant_id", "generation", "target", "frozen_until", "session") VALUES ('tfj5dxpq54pw', 1, '', 1795323446796, 0);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('tfj5dxpq54pw', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', 1795323431246);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('tfj5dxpq54pw', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', 1795323431246);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('tfj5dxpq54pw', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', 1795323431246);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('tfj5dxpq54pw', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', 1795323431246);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('tfj5dxpq54pw', 'default', '0', 'zone/east', 1795323428884, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('tfj5dxpq54pw', 'default', '240.0.0.0', 'service/backend', 1795323429210, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('tfj5dxpq54pw', 'default', '240.0.0.1', 'service/web', 1795323429210, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('tfj5dxpq54pw', 'default', '240.0.0.2', 'service/shop', 1795323430980, NULL);

INSERT INTO "webhook" ("tenant_id", "id", "url", "events", "description", "secret", "older_secret", "older_until", "created_at", "disabled_at", "disabled_why") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'https://receiver.invalid/in', '["audit.entry","zone.offline"]', 'siem', 'v1.9372c1ea.xbcslIW-Ixj31eud-gAJRbb-xLHVaF44nKyJl51pS7kIBu8XMaqf9oRvO-noQzkayTfvcXXyGpj9EdcpUtFr2xpWhHMjyVnDmADBiJSG', NULL, NULL, '2026-11-22T04:57:06.966Z', NULL, NULL);

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_a5gRti2qRvdByWx7AqOwEuX_07mbs7_YO-DlgQB_UST8', '2026-11-22T04:57:10.219Z', 'pending', 2, 1795323462373, '2026-11-22T04:57:16.208Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_a9V8mcjCISyVat-mxTjUbj7fnI3qhiayqYBkYsw3-XIQ', '2026-11-22T04:57:14.064Z', 'pending', 1, 1795323438509, '2026-11-22T04:57:14.329Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_a9hubLmtbg_WBLLXQdUVTODEOak2ufyILBbaMUzaLIBo', '2026-11-22T04:57:10.527Z', 'pending', 2, 1795323470129, '2026-11-22T04:57:15.447Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_aH5liEBOO4hO7XVCikRJehOhq8WRpmfeAAESSlFC9Pac', '2026-11-22T04:57:09.211Z', 'pending', 2, 1795323465043, '2026-11-22T04:57:15.067Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_aI21qUwJ8czj-n9F3b96t_L1uNCJsWpxeKaZuUmgSIXw', '2026-11-22T04:57:09.563Z', 'pending', 2, 1795323461337, '2026-11-22T04:57:15.408Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_aItje2zu3NBXkZDRKcatkMv48qvDHySovYo1OcXIoWhA', '2026-11-22T04:57:10.428Z', 'pending', 2, 1795323460465, '2026-11-22T04:57:14.583Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_aRrAJ6obB9SndvSHIDizqkpbCTDgeXn4qThpLLD2EdJI', '2026-11-22T04:57:10.690Z', 'pending', 2, 1795323461914, '2026-11-22T04:57:14.808Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_aSqO8eJzrAYkJ3BfBPn5RmcydJe_kUtRB67Fr-oBZY5E', '2026-11-22T04:57:10.047Z', 'pending', 2, 1795323465835, '2026-11-22T04:57:14.541Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_aTQ03tRhgaq0zlfnk-F_--yLPWJLXSaNB7lN_99prWPc', '2026-11-22T04:57:09.644Z', 'pending', 2, 1795323459837, '2026-11-22T04:57:14.331Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_aTcX5ANxCi26FITHiLDChCXyom3Z6FDnrXL4Xj58nZQo', '2026-11-22T04:57:09.939Z', 'pending', 2, 1795323466773, '2026-11-22T04:57:14.444Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_ac97cS21XC8bQj9z3KuPQvP6miLgIQRfCQVE64i-Ipxw', '2026-11-22T04:57:09.332Z', 'pending', 2, 1795323459948, '2026-11-22T04:57:13.595Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_aeWX9YdrUbot12macYbXwMuYltWDFEZPeZ62S8VlnTPs', '2026-11-22T04:57:11.205Z', 'pending', 1, 1795323437002, '2026-11-22T04:57:11.339Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_ahOXXN4aU31DpnQZdrFhpMr6boEkk_eQTLrDFS2SzsqQ', '2026-11-22T04:57:10.180Z', 'pending', 2, 1795323463088, '2026-11-22T04:57:15.700Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_ahykfFqF2qP32indIcngvxQgrSaRJGn3Islo_5lI2u_o', '2026-11-22T04:57:07.344Z', 'pending', 2, 1795323461891, '2026-11-22T04:57:12.056Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_alOMrhgKsVidBLKVv8d2PreesTgDTMBo0GiSStOCQyPI', '2026-11-22T04:57:08.885Z', 'pending', 2, 1795323460553, '2026-11-22T04:57:14.012Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_aleJ46FKiaPaurUTFWEHwNITfzLZAys1Xh6jCY37DJ1I', '2026-11-22T04:57:11.400Z', 'pending', 2, 1795323462070, '2026-11-22T04:57:16.376Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_aqKb1i45u9EQ3PefETEbIpcFnKP_sLzZ20nbPCZhlsFI', '2026-11-22T04:57:11.408Z', 'pending', 1, 1795323437444, '2026-11-22T04:57:11.444Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_atUE07h4vzisHJ2UzV1vXZQbowlV-XrZ7S0MoybcMhAs', '2026-11-22T04:57:09.482Z', 'pending', 2, 1795323459855, '2026-11-22T04:57:15.290Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('tfj5dxpq54pw', 'llpurtru6pm3ujgt', 'msg_awI_GHsymW9-1Z6zUlYS1G3Rk6PfRaJywkGoV9-R5H9s', '2026-11-22T04:57:09.715Z', 'pending', 2, 1795323464430, '2026-11-22T04:57:14.736Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_a5gRti2qRvdByWx7AqOwEuX_07mbs7_YO-DlgQB_UST8', 'audit.entry', '2026-11-22T04:57:10.219Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:10.219Z","data":{"time":"2026-11-22T04:57:10.219Z","actor":"token:enqoqiktlbkglff2","token":"enqoqiktlbkglff2","action":"secret.reveal","subject":"Secret default/default.ca-builtin-key-ca-1","details":{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"tfj5dxpq54pw","number":14,"revision":null,"previous":"hOXXN4aU31DpnQZdrFhpMr6boEkk_eQTLrDFS2SzsqQ","hash":"5gRti2qRvdByWx7AqOwEuX_07mbs7_YO-DlgQB_UST8"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_a9V8mcjCISyVat-mxTjUbj7fnI3qhiayqYBkYsw3-XIQ', 'audit.entry', '2026-11-22T04:57:14.064Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:14.064Z","data":{"time":"2026-11-22T04:57:14.064Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"invitation.create","subject":"invitation 2cx5e2avtpilbd3t","details":{"email":"bo@example.com","expiresAt":"2026-11-29T04:57:14.064Z","role":"viewer"},"organisation":"tfj5dxpq54pw","number":21,"revision":null,"previous":"qKb1i45u9EQ3PefETEbIpcFnKP_sLzZ20nbPCZhlsFI","hash":"9V8mcjCISyVat-mxTjUbj7fnI3qhiayqYBkYsw3-XIQ"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_a9hubLmtbg_WBLLXQdUVTODEOak2ufyILBbaMUzaLIBo', 'audit.entry', '2026-11-22T04:57:10.527Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:10.527Z","data":{"time":"2026-11-22T04:57:10.527Z","actor":"relay:east/aipk5ny3","token":null,"action":"relay.enrol","subject":"relay east/aipk5ny3","details":{"enrolmentToken":"sphq4w7mhprseiaw"},"organisation":"tfj5dxpq54pw","number":16,"revision":null,"previous":"Itje2zu3NBXkZDRKcatkMv48qvDHySovYo1OcXIoWhA","hash":"9hubLmtbg_WBLLXQdUVTODEOak2ufyILBbaMUzaLIBo"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_aH5liEBOO4hO7XVCikRJehOhq8WRpmfeAAESSlFC9Pac', 'audit.entry', '2026-11-22T04:57:09.211Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:09.211Z","data":{"time":"2026-11-22T04:57:09.211Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"resources.change","subject":"Secret default/own and 5 more","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]},"organisation":"tfj5dxpq54pw","number":5,"revision":3,"previous":"lOMrhgKsVidBLKVv8d2PreesTgDTMBo0GiSStOCQyPI","hash":"H5liEBOO4hO7XVCikRJehOhq8WRpmfeAAESSlFC9Pac"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_aI21qUwJ8czj-n9F3b96t_L1uNCJsWpxeKaZuUmgSIXw', 'audit.entry', '2026-11-22T04:57:09.563Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:09.563Z","data":{"time":"2026-11-22T04:57:09.563Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"audit.retention","subject":"audit log","details":{"before":400,"days":90},"organisation":"tfj5dxpq54pw","number":8,"revision":null,"previous":"tUE07h4vzisHJ2UzV1vXZQbowlV-XrZ7S0MoybcMhAs","hash":"I21qUwJ8czj-n9F3b96t_L1uNCJsWpxeKaZuUmgSIXw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_aItje2zu3NBXkZDRKcatkMv48qvDHySovYo1OcXIoWhA', 'audit.entry', '2026-11-22T04:57:10.428Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:10.428Z","data":{"time":"2026-11-22T04:57:10.428Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T05:57:10.428Z","id":"sphq4w7mhprseiaw"},"organisation":"tfj5dxpq54pw","number":15,"revision":null,"previous":"5gRti2qRvdByWx7AqOwEuX_07mbs7_YO-DlgQB_UST8","hash":"Itje2zu3NBXkZDRKcatkMv48qvDHySovYo1OcXIoWhA"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_aRrAJ6obB9SndvSHIDizqkpbCTDgeXn4qThpLLD2EdJI', 'audit.entry', '2026-11-22T04:57:10.690Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:10.690Z","data":{"time":"2026-11-22T04:57:10.690Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"dataplane-token.create","subject":"token 8dd89519-af93-4334-8be8-b48617a92194","details":{"id":"8dd89519-af93-4334-8be8-b48617a92194","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000},"organisation":"tfj5dxpq54pw","number":17,"revision":null,"previous":"9hubLmtbg_WBLLXQdUVTODEOak2ufyILBbaMUzaLIBo","hash":"RrAJ6obB9SndvSHIDizqkpbCTDgeXn4qThpLLD2EdJI"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_aSqO8eJzrAYkJ3BfBPn5RmcydJe_kUtRB67Fr-oBZY5E', 'audit.entry', '2026-11-22T04:57:10.047Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:10.047Z","data":{"time":"2026-11-22T04:57:10.047Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"token.create","subject":"token enqoqiktlbkglff2","details":{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]},"organisation":"tfj5dxpq54pw","number":12,"revision":null,"previous":"TcX5ANxCi26FITHiLDChCXyom3Z6FDnrXL4Xj58nZQo","hash":"SqO8eJzrAYkJ3BfBPn5RmcydJe_kUtRB67Fr-oBZY5E"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_aTQ03tRhgaq0zlfnk-F_--yLPWJLXSaNB7lN_99prWPc', 'audit.entry', '2026-11-22T04:57:09.644Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:09.644Z","data":{"time":"2026-11-22T04:57:09.644Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"token.create","subject":"token fsyimpaqsa2w32oa","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"tfj5dxpq54pw","number":9,"revision":null,"previous":"I21qUwJ8czj-n9F3b96t_L1uNCJsWpxeKaZuUmgSIXw","hash":"TQ03tRhgaq0zlfnk-F_--yLPWJLXSaNB7lN_99prWPc"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_aTcX5ANxCi26FITHiLDChCXyom3Z6FDnrXL4Xj58nZQo', 'audit.entry', '2026-11-22T04:57:09.939Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:09.939Z","data":{"time":"2026-11-22T04:57:09.939Z","actor":"token:okgejmtnekb66k5b","token":"okgejmtnekb66k5b","action":"plan.approve","subject":"plan up77wfw66oefw3d7","details":{"plan":"up77wfw66oefw3d7","author":"token:fsyimpaqsa2w32oa","revision":5,"required":0,"given":1},"organisation":"tfj5dxpq54pw","number":11,"revision":null,"previous":"wI_GHsymW9-1Z6zUlYS1G3Rk6PfRaJywkGoV9-R5H9s","hash":"TcX5ANxCi26FITHiLDChCXyom3Z6FDnrXL4Xj58nZQo"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_ac97cS21XC8bQj9z3KuPQvP6miLgIQRfCQVE64i-Ipxw', 'audit.entry', '2026-11-22T04:57:09.332Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:09.332Z","data":{"time":"2026-11-22T04:57:09.332Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"resources.change","subject":"MeshTimeout default/to-change","details":{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]},"organisation":"tfj5dxpq54pw","number":6,"revision":4,"previous":"H5liEBOO4hO7XVCikRJehOhq8WRpmfeAAESSlFC9Pac","hash":"c97cS21XC8bQj9z3KuPQvP6miLgIQRfCQVE64i-Ipxw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_aeWX9YdrUbot12macYbXwMuYltWDFEZPeZ62S8VlnTPs', 'audit.entry', '2026-11-22T04:57:11.205Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:11.205Z","data":{"time":"2026-11-22T04:57:11.205Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"resources.change","subject":"MeshTimeout default/late","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]},"organisation":"tfj5dxpq54pw","number":18,"revision":6,"previous":"RrAJ6obB9SndvSHIDizqkpbCTDgeXn4qThpLLD2EdJI","hash":"eWX9YdrUbot12macYbXwMuYltWDFEZPeZ62S8VlnTPs"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_ahOXXN4aU31DpnQZdrFhpMr6boEkk_eQTLrDFS2SzsqQ', 'audit.entry', '2026-11-22T04:57:10.180Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:10.180Z","data":{"time":"2026-11-22T04:57:10.180Z","actor":"token:enqoqiktlbkglff2","token":"enqoqiktlbkglff2","action":"secret.reveal","subject":"Secret default/dataplane-token-signing-key-default-1","details":{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]},"organisation":"tfj5dxpq54pw","number":13,"revision":null,"previous":"SqO8eJzrAYkJ3BfBPn5RmcydJe_kUtRB67Fr-oBZY5E","hash":"hOXXN4aU31DpnQZdrFhpMr6boEkk_eQTLrDFS2SzsqQ"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_ahykfFqF2qP32indIcngvxQgrSaRJGn3Islo_5lI2u_o', 'audit.entry', '2026-11-22T04:57:07.344Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:07.344Z","data":{"time":"2026-11-22T04:57:07.344Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"resources.change","subject":"Zone east","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]},"organisation":"tfj5dxpq54pw","number":3,"revision":1,"previous":"mkcfFBHUppzjZdsDRXerDUH1Hua32DKXRaLGoOy2oa0","hash":"hykfFqF2qP32indIcngvxQgrSaRJGn3Islo_5lI2u_o"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_alOMrhgKsVidBLKVv8d2PreesTgDTMBo0GiSStOCQyPI', 'audit.entry', '2026-11-22T04:57:08.885Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:08.885Z","data":{"time":"2026-11-22T04:57:08.885Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"resources.change","subject":"Mesh default and 7 more","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"tfj5dxpq54pw","number":4,"revision":2,"previous":"hykfFqF2qP32indIcngvxQgrSaRJGn3Islo_5lI2u_o","hash":"lOMrhgKsVidBLKVv8d2PreesTgDTMBo0GiSStOCQyPI"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_aleJ46FKiaPaurUTFWEHwNITfzLZAys1Xh6jCY37DJ1I', 'audit.entry', '2026-11-22T04:57:11.400Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:11.400Z","data":{"time":"2026-11-22T04:57:11.400Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T05:57:11.400Z","id":"xjdhpao4sckr6xaq"},"organisation":"tfj5dxpq54pw","number":19,"revision":null,"previous":"eWX9YdrUbot12macYbXwMuYltWDFEZPeZ62S8VlnTPs","hash":"leJ46FKiaPaurUTFWEHwNITfzLZAys1Xh6jCY37DJ1I"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_aqKb1i45u9EQ3PefETEbIpcFnKP_sLzZ20nbPCZhlsFI', 'audit.entry', '2026-11-22T04:57:11.408Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:11.408Z","data":{"time":"2026-11-22T04:57:11.408Z","actor":"relay:east/w5c3qwkn","token":null,"action":"relay.enrol","subject":"relay east/w5c3qwkn","details":{"enrolmentToken":"xjdhpao4sckr6xaq"},"organisation":"tfj5dxpq54pw","number":20,"revision":null,"previous":"leJ46FKiaPaurUTFWEHwNITfzLZAys1Xh6jCY37DJ1I","hash":"qKb1i45u9EQ3PefETEbIpcFnKP_sLzZ20nbPCZhlsFI"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_atUE07h4vzisHJ2UzV1vXZQbowlV-XrZ7S0MoybcMhAs', 'audit.entry', '2026-11-22T04:57:09.482Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:09.482Z","data":{"time":"2026-11-22T04:57:09.482Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"resources.change","subject":"MeshTimeout default/to-go","details":{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]},"organisation":"tfj5dxpq54pw","number":7,"revision":5,"previous":"c97cS21XC8bQj9z3KuPQvP6miLgIQRfCQVE64i-Ipxw","hash":"tUE07h4vzisHJ2UzV1vXZQbowlV-XrZ7S0MoybcMhAs"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('tfj5dxpq54pw', 'msg_awI_GHsymW9-1Z6zUlYS1G3Rk6PfRaJywkGoV9-R5H9s', 'audit.entry', '2026-11-22T04:57:09.715Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:57:09.715Z","data":{"time":"2026-11-22T04:57:09.715Z","actor":"token:vx2ua72uzm4bakth","token":"vx2ua72uzm4bakth","action":"token.create","subject":"token okgejmtnekb66k5b","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"tfj5dxpq54pw","number":10,"revision":null,"previous":"TQ03tRhgaq0zlfnk-F_--yLPWJLXSaNB7lN_99prWPc","hash":"wI_GHsymW9-1Z6zUlYS1G3Rk6PfRaJywkGoV9-R5H9s"}}');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('tfj5dxpq54pw', 'nack/east/aipk5ny3/default/shop-1', ' Error adding/updating listener(s) l: no');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('tfj5dxpq54pw', 'rollout', '1.6');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('tfj5dxpq54pw', 'zone/east', 'online');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "envelope", "last_event", "enrolled_at", "address", "ca", "closed") VALUES ('tfj5dxpq54pw', 'east', 'aipk5ny3', '{"kty":"EC","crv":"P-256","x":"CpPVZFNGzNbxYNCspRQdSeANOnTBlZQJtuskTtI9zAA","y":"9ACNO8AY2fMdcMJ9499PSfZvkHDlrqgPxMQTb880Esw"}', '{"kty":"EC","crv":"P-256","x":"5ODVwvDatx-oUFGrLjQM-RaDz4NHoBj7CUv_K_dwDyc","y":"NLI-_PtvVwL2-y93WmdHSCE7W-rIyCdJSUdrHyiAros"}', 0, 1, 10, 'mRqK5QMBhFO4IdsrHkX6C6JB_-TVXKINZsPHzJ1IDWY', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IllGR2N0Rm9TZkZzQVpKV3l6U3VQM2lLc2NnbHpWdlpiZzNlR2tlT0E3elUiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImxkdmdoYmxqdDIzcHZmdDciLCJ0ZW5hbnQiOiJ0Zmo1ZHhwcTU0cHciLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoibVJxSzVRTUJoRk80SWRzckhrWDZDNkpCXy1UVlhLSU5ac1BIekoxSURXWSIsInByZXZpb3VzIjoibVJxSzVRTUJoRk80SWRzckhrWDZDNkpCXy1UVlhLSU5ac1BIekoxSURXWSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiYWlwazVueTMiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiQ3BQVlpGTkd6TmJ4WU5Dc3BSUWRTZUFOT25UQmxaUUp0dXNrVHRJOXpBQSIsInkiOiI5QUNOTzhBWTJmTWRjTUo5NDk5UFNmWnZrSERscnFnUHhNUVRiODgwRXN3In0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6Inc1YzNxd2tuIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IkNwUFZaRk5Hek5ieFlOQ3NwUlFkU2VBTk9uVEJsWlFKdHVza1R0STl6QUEiLCJ5IjoiOUFDTk84QVkyZk1kY01KOTQ5OVBTZlp2a0hEbHJxZ1B4TVFUYjg4MEVzdyJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoibWJQcUhLMG5Wc3JkSjBBbGdCbWtqd2ZMRno0d3RzYzhnMWVIX2wxVU9WTmo3S2RTQkt4MmJUTERWRzZHWE1FSUpjMGFHS0ZiU1pURl9Nek9qek93SFNrV1liYWZxa2VsVlRKU0Z3NW5NMFNGWnR4S1ZxMkdvOXpRSGYyc2xsdFFOM3ZUdThHcndvVTBfSE9VTE4xczgyOWU3MkRiLWlJYVpoMFlDRTBDakdHMVVYQnRvM2YwQ29LY3kzZzQ2dHgzWDFJR1Y3T1ZLcGlSN0pGMGg3VzlGWHJGTG1oOUdUN1pSQ3ZtWGozeHYtM0ZZemZkTzBURUY3bVByOFhwMDVuYVZ5X3M4Uk1oaXVjelVEaTRYRGZZLUQwekxPeVhVVDcxbHBwcktGY2UwUzhuWEtjRzJLbTV5N2lxd1RhMlgyRjZlWDhNcGlUUmhTNkJDeG5PbUxZeS1RIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVdoTnlqYzRZc1dZTlJucmNXb0UvVnpBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTBOVFkxT0ZvWERUTTJNVEV4T1RBME5UY3dPRm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCSklpM1FQTVBYUWg5QkYyckl0cEs0aVprN2RJZ01nMmhpOEE1elN1bjBSL2Q5NkU3K0oxXG5nR0hnYnNkdytaSTA2RU12NHNCMW5mZlkwOUNkUVNYN2ErK2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCVExCUnZ2QzJtUytXdVg0d1g5cmZhUzc5QTMyekFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUURlXG5iR1B0ZlNVNGxnVy9FQktqK1dySTBkVjU0ZGxPVWlMNU1IanpMVWhsUVFJZ0NkTTBkMXdXK2xQSUwrbW5jNXl4XG5GOG0zcE4wSkZmWWNRTDhsTmR2ZStjST1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.EHDXg2jovIsuyxadxN4SQXZuXyEJA98NLzq_Gtv8BDJNjkKXGTTuAanyKst2GTbm5CsrJ71ZEmY4PvuK-qnXhg', 1, '2026-11-22T04:57:10.527Z', '', '', 0);

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "envelope", "last_event", "enrolled_at", "address", "ca", "closed") VALUES ('tfj5dxpq54pw', 'east', 'w5c3qwkn', '{"kty":"EC","crv":"P-256","x":"CpPVZFNGzNbxYNCspRQdSeANOnTBlZQJtuskTtI9zAA","y":"9ACNO8AY2fMdcMJ9499PSfZvkHDlrqgPxMQTb880Esw"}', '{"kty":"EC","crv":"P-256","x":"5ODVwvDatx-oUFGrLjQM-RaDz4NHoBj7CUv_K_dwDyc","y":"NLI-_PtvVwL2-y93WmdHSCE7W-rIyCdJSUdrHyiAros"}', 0, 1, 10, 'mRqK5QMBhFO4IdsrHkX6C6JB_-TVXKINZsPHzJ1IDWY', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IllGR2N0Rm9TZkZzQVpKV3l6U3VQM2lLc2NnbHpWdlpiZzNlR2tlT0E3elUiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImxkdmdoYmxqdDIzcHZmdDciLCJ0ZW5hbnQiOiJ0Zmo1ZHhwcTU0cHciLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoibVJxSzVRTUJoRk80SWRzckhrWDZDNkpCXy1UVlhLSU5ac1BIekoxSURXWSIsInByZXZpb3VzIjoibVJxSzVRTUJoRk80SWRzckhrWDZDNkpCXy1UVlhLSU5ac1BIekoxSURXWSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiYWlwazVueTMiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiQ3BQVlpGTkd6TmJ4WU5Dc3BSUWRTZUFOT25UQmxaUUp0dXNrVHRJOXpBQSIsInkiOiI5QUNOTzhBWTJmTWRjTUo5NDk5UFNmWnZrSERscnFnUHhNUVRiODgwRXN3In0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6Inc1YzNxd2tuIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IkNwUFZaRk5Hek5ieFlOQ3NwUlFkU2VBTk9uVEJsWlFKdHVza1R0STl6QUEiLCJ5IjoiOUFDTk84QVkyZk1kY01KOTQ5OVBTZlp2a0hEbHJxZ1B4TVFUYjg4MEVzdyJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoibWJQcUhLMG5Wc3JkSjBBbGdCbWtqd2ZMRno0d3RzYzhnMWVIX2wxVU9WTmo3S2RTQkt4MmJUTERWRzZHWE1FSUpjMGFHS0ZiU1pURl9Nek9qek93SFNrV1liYWZxa2VsVlRKU0Z3NW5NMFNGWnR4S1ZxMkdvOXpRSGYyc2xsdFFOM3ZUdThHcndvVTBfSE9VTE4xczgyOWU3MkRiLWlJYVpoMFlDRTBDakdHMVVYQnRvM2YwQ29LY3kzZzQ2dHgzWDFJR1Y3T1ZLcGlSN0pGMGg3VzlGWHJGTG1oOUdUN1pSQ3ZtWGozeHYtM0ZZemZkTzBURUY3bVByOFhwMDVuYVZ5X3M4Uk1oaXVjelVEaTRYRGZZLUQwekxPeVhVVDcxbHBwcktGY2UwUzhuWEtjRzJLbTV5N2lxd1RhMlgyRjZlWDhNcGlUUmhTNkJDeG5PbUxZeS1RIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVdoTnlqYzRZc1dZTlJucmNXb0UvVnpBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTBOVFkxT0ZvWERUTTJNVEV4T1RBME5UY3dPRm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCSklpM1FQTVBYUWg5QkYyckl0cEs0aVprN2RJZ01nMmhpOEE1elN1bjBSL2Q5NkU3K0oxXG5nR0hnYnNkdytaSTA2RU12NHNCMW5mZlkwOUNkUVNYN2ErK2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCVExCUnZ2QzJtUytXdVg0d1g5cmZhUzc5QTMyekFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUURlXG5iR1B0ZlNVNGxnVy9FQktqK1dySTBkVjU0ZGxPVWlMNU1IanpMVWhsUVFJZ0NkTTBkMXdXK2xQSUwrbW5jNXl4XG5GOG0zcE4wSkZmWWNRTDhsTmR2ZStjST1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.EHDXg2jovIsuyxadxN4SQXZuXyEJA98NLzq_Gtv8BDJNjkKXGTTuAanyKst2GTbm5CsrJ71ZEmY4PvuK-qnXhg', 0, '2026-11-22T04:57:11.408Z', '', '', 0);
