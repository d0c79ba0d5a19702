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

CREATE INDEX webhook_delivery_due ON webhook_delivery (tenant_id, webhook, state, due);

CREATE INDEX webhook_delivery_state ON webhook_delivery (tenant_id, state, due);

CREATE INDEX webhook_delivery_time ON webhook_delivery (tenant_id, webhook, time);

CREATE INDEX webhook_event_time ON webhook_event (tenant_id, time);

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('exe5ghwoecyu', 1, '2026-11-22T04:09:19.228Z', 'user:linxh4tfvlewlmpg', NULL, 'organisation.create', 'organisation anns', NULL, '{"owner":"linxh4tfvlewlmpg"}', '', 'U320FQ3TmSf9osf6b6QhGD56RxEweyvDaqPqa9-i_nc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 1, '2026-11-22T04:09:17.330Z', 'operator', NULL, 'organisation.create', 'organisation acme', NULL, '{"token":"ktkyhdwdami5dozb"}', '', 'zLepPhE2p_KuQW8I70F9DJhZ57yMd79zRcREAYWgD-g');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 2, '2026-11-22T04:09:17.355Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'webhook.create', 'webhook 4euz6ajjc42pb3jv', NULL, '{"events":["audit.entry","zone.offline"],"host":"receiver.invalid"}', 'zLepPhE2p_KuQW8I70F9DJhZ57yMd79zRcREAYWgD-g', 'uCFizRd1tffKfvzG6nQ4GrE5M7TuYmoMEErviNKhbiQ');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 3, '2026-11-22T04:09:17.391Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'resources.change', 'Zone east', 1, '{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]}', 'uCFizRd1tffKfvzG6nQ4GrE5M7TuYmoMEErviNKhbiQ', 'R90PC0c7eIC-sNeLHt_qtYkxVAaAf9XDXfQxyhvsV0g');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 4, '2026-11-22T04:09:17.668Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'resources.change', 'Mesh default and 7 more', 2, '{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'R90PC0c7eIC-sNeLHt_qtYkxVAaAf9XDXfQxyhvsV0g', 'QQR74KksuW5RK9AhtMO6om002jUbJbjPu7vHP2G3rw0');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 5, '2026-11-22T04:09:17.729Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'resources.change', 'Secret default/own and 5 more', 3, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]}', 'QQR74KksuW5RK9AhtMO6om002jUbJbjPu7vHP2G3rw0', 'JpxhUdzO6j26WDUUclUzj-hA9H-DQSqeOJPKqGYugtE');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 6, '2026-11-22T04:09:17.755Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'resources.change', 'MeshTimeout default/to-change', 4, '{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]}', 'JpxhUdzO6j26WDUUclUzj-hA9H-DQSqeOJPKqGYugtE', 'X5rXSIXjRxKhxFvBeYqSfLRb_YSMTEXuDahFLnxs3-s');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 7, '2026-11-22T04:09:17.786Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'resources.change', 'MeshTimeout default/to-go', 5, '{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]}', 'X5rXSIXjRxKhxFvBeYqSfLRb_YSMTEXuDahFLnxs3-s', 'cQDdTMfXc4YRVI6oHKt2_lW2yB6K919u1_PFsgrkRgE');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 8, '2026-11-22T04:09:17.807Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'audit.retention', 'audit log', NULL, '{"before":400,"days":90}', 'cQDdTMfXc4YRVI6oHKt2_lW2yB6K919u1_PFsgrkRgE', 'O8wLEaF4X9kGfskB_7q0NDlEQNP4b_4ExDIWkrAaPfA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 9, '2026-11-22T04:09:17.827Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'token.create', 'token euhzgfsfo72rvh6t', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'O8wLEaF4X9kGfskB_7q0NDlEQNP4b_4ExDIWkrAaPfA', '3krg5sxiu3H_yrFYUnLU6v7jLrvXyyW2eysoiDDTrLM');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 10, '2026-11-22T04:09:17.840Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'token.create', 'token eyyozyl7mnergdce', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', '3krg5sxiu3H_yrFYUnLU6v7jLrvXyyW2eysoiDDTrLM', 'CawhDB51A6HXEM8qG1md81Et6iHr63_UsDDnhCrGQf4');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 11, '2026-11-22T04:09:17.878Z', 'token:eyyozyl7mnergdce', 'eyyozyl7mnergdce', 'plan.approve', 'plan m7yraib2eegwrll6', NULL, '{"plan":"m7yraib2eegwrll6","author":"token:euhzgfsfo72rvh6t","revision":5,"required":0,"given":1}', 'CawhDB51A6HXEM8qG1md81Et6iHr63_UsDDnhCrGQf4', 'ST4lyfEO7NJvd5NxxvwZVt-6aRyNxJs4721c0bk5Z5M');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 12, '2026-11-22T04:09:17.895Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'token.create', 'token l2ulflssc6tyhdlg', NULL, '{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]}', 'ST4lyfEO7NJvd5NxxvwZVt-6aRyNxJs4721c0bk5Z5M', 'eeMVZqPixkOrma1lqWG-skbP3YhHSb9a-hLKdbmtt9s');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 13, '2026-11-22T04:09:17.921Z', 'token:l2ulflssc6tyhdlg', 'l2ulflssc6tyhdlg', 'secret.reveal', 'Secret default/dataplane-token-signing-key-default-1', NULL, '{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]}', 'eeMVZqPixkOrma1lqWG-skbP3YhHSb9a-hLKdbmtt9s', 'fHX2Mop2wQORFFAuawEOfhk8Ihnv_5nUnQ_w1qceZt0');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 14, '2026-11-22T04:09:17.934Z', 'token:l2ulflssc6tyhdlg', 'l2ulflssc6tyhdlg', 'secret.reveal', 'Secret default/default.ca-builtin-key-ca-1', NULL, '{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'fHX2Mop2wQORFFAuawEOfhk8Ihnv_5nUnQ_w1qceZt0', '5tkyy75a1GTA5_gaA7zJvnw1ye6XLpSqnynV_XTU70c');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 15, '2026-11-22T04:09:17.968Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T05:09:17.968Z","id":"7fhbziew73n5onlw"}', '5tkyy75a1GTA5_gaA7zJvnw1ye6XLpSqnynV_XTU70c', 'MMf92O-nMZuQeZhvVgbKTQ0BTnilgjB0--VzLsOI4RI');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 16, '2026-11-22T04:09:17.997Z', 'relay:east/ydvtrnmr', NULL, 'relay.enrol', 'relay east/ydvtrnmr', NULL, '{"enrolmentToken":"7fhbziew73n5onlw"}', 'MMf92O-nMZuQeZhvVgbKTQ0BTnilgjB0--VzLsOI4RI', 'c1YDcdHe4kUQbEM8goA3FZsMgvJg74emRF0boP30hOM');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 17, '2026-11-22T04:09:18.045Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'dataplane-token.create', 'token e70b40e6-9402-4816-ae4d-c5604a65aca2', NULL, '{"id":"e70b40e6-9402-4816-ae4d-c5604a65aca2","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000}', 'c1YDcdHe4kUQbEM8goA3FZsMgvJg74emRF0boP30hOM', 'wx38j1LvM75ma1ekPh7IS311ySNrwUYUCUQ7GqF0mqc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 18, '2026-11-22T04:09:18.160Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'resources.change', 'MeshTimeout default/late', 6, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]}', 'wx38j1LvM75ma1ekPh7IS311ySNrwUYUCUQ7GqF0mqc', 'IhR7AR2-wHOmVaw6OFlQkhZbFRJU4AYx0sEq1znhYbQ');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 19, '2026-11-22T04:09:18.223Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T05:09:18.223Z","id":"5ah23tbupzr7coni"}', 'IhR7AR2-wHOmVaw6OFlQkhZbFRJU4AYx0sEq1znhYbQ', 'P8MdEP5NBzdMLe3azQSN3QiAu32QTdlx-GBfBs_vT8w');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 20, '2026-11-22T04:09:18.238Z', 'relay:east/snbmd3ci', NULL, 'relay.enrol', 'relay east/snbmd3ci', NULL, '{"enrolmentToken":"5ah23tbupzr7coni"}', 'P8MdEP5NBzdMLe3azQSN3QiAu32QTdlx-GBfBs_vT8w', '6bOX7o4XU3koktxTOJ_77w3HYcjxQO3gPM3NRpjEiuw');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('iiqhwzo5vjo5', 21, '2026-11-22T04:09:19.238Z', 'token:ktkyhdwdami5dozb', 'ktkyhdwdami5dozb', 'invitation.create', 'invitation xpihe7yvugk7novc', NULL, '{"email":"bo@example.com","expiresAt":"2026-11-29T04:09:19.238Z","role":"viewer"}', '6bOX7o4XU3koktxTOJ_77w3HYcjxQO3gPM3NRpjEiuw', 'Iu6Yihvbi-U2HaQZfE53mHxotMLrw_97yOJnPWfEk38');

INSERT INTO "audit_seal" ("tenant_id", "number", "kind", "time", "hash", "jws") VALUES ('iiqhwzo5vjo5', 2, 'checkpoint', '2026-11-22T04:09:17.374Z', 'uCFizRd1tffKfvzG6nQ4GrE5M7TuYmoMEErviNKhbiQ', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IlZqSjJfb2dkMGdZbW1odkFzOU1qQzNDUkcyY3VzV3ZZNWotSUVoVVBXbEUiLCJ0eXAiOiJ3ZWZ0LWF1ZGl0K2p3cyJ9.eyJraW5kIjoiY2hlY2twb2ludCIsIm9yZ2FuaXNhdGlvbiI6ImlpcWh3em81dmpvNSIsIm51bWJlciI6MiwiaGFzaCI6InVDRml6UmQxdGZmS2Z2ekc2blE0R3JFNU03VHVZbW9NRUVydmlOS2hiaVEiLCJ0aW1lIjoiMjAyNi0xMS0yMlQwNDowOToxNy4zNzRaIn0.55tLzNkekyuH4T5PEatrFIdPWFK-TD3k8bNdrwwgg3QndsObcJEJQF-_YkbVcEczt4wqDqrvSFRdEyq6B95Ifg');

INSERT INTO "audit_setting" ("tenant_id", "retention_days") VALUES ('iiqhwzo5vjo5', 90);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', '1jiQCrV86vZ1gRQ4pzXcDDad8Mhm5-kTKU8gJI38xNM', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvTCCAWOgAwIBAgIQVml4anXwpH1RzaF9P0RbzTAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjA0MDkwN1oXDTM2MTExOTA0MDkxN1owMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABPuxSKTl1cwP72r6Rj3f5BfUiRsuOQcCWaM5hpDnuQqR17LLHxGR\nXN4hKEKUmqAHfmSvndH3gdKTVlP6O8pfdV2jXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBTYfXsOb9jFbGtFTUXWEosNDDOjGTAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0gAMEUCIQDE\nDoDWG8y6Y34hk1YsRZclM8JzlQnpD1/dHsSztYHKBwIgU1iUi7bOoc9r1ISo3jIZ\nYuUq+U+h+sovk4V6G39SH4M=\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', '{"web-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'stuS9CelaSgfMGLxVaDvRsr_yISuDWflO53QHDx2fis', '{"mesh_ca:secret:default":"1jiQCrV86vZ1gRQ4pzXcDDad8Mhm5-kTKU8gJI38xNM"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', '{"shop-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00', '{"shop-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('iiqhwzo5vjo5', 'GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q', '{"web-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('iiqhwzo5vjo5', '2a6d86fcd222cce40835d01efe07b6b0cf141fd4', '699f93a3fe8e1196be3c78a34f6f8ae4', 'default', 'shop-1', 'east', '2026-11-23T04:09:18.000Z', 'e70b40e6-9402-4816-ae4d-c5604a65aca2');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('iiqhwzo5vjo5', 'd87d7b0e6fd8c56c6b454d45d6128b0d0c33a319', '4b770ec71032723f034bbebbc0eb103f', 'default', '', 'east', '2026-11-29T04:09:18.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('iiqhwzo5vjo5', 'd87d7b0e6fd8c56c6b454d45d6128b0d0c33a319', '73e7cd9cf56b10ab5c0146cfbb77a6e1', 'default', '', 'east', '2026-11-29T04:09:18.000Z', NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('iiqhwzo5vjo5', '5ah23tbupzr7coni', 'enrolment', 'relay of east', '1LKH0mWttNLtgOuVO1rKnh0Tc-X2dXlSWslXSxvJzxA', '[]', '2026-11-22T04:09:18.223Z', '2026-11-22T05:09:18.223Z', NULL, 'east', 'snbmd3ci', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('iiqhwzo5vjo5', '7fhbziew73n5onlw', 'enrolment', 'relay of east', 'VfsFgsdcbmixiicdyrb2LRTUhEU-pCls7mOg0kRtHQo', '[]', '2026-11-22T04:09:17.968Z', '2026-11-22T05:09:17.968Z', NULL, 'east', 'ydvtrnmr', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('iiqhwzo5vjo5', 'euhzgfsfo72rvh6t', 'api', 'other', 'n1TPO1YEHH-WRdBw_oRHqtvNnroXGOw5BILh68LYcDk', '["admin"]', '2026-11-22T04:09:17.826Z', NULL, NULL, NULL, NULL, 'ktkyhdwdami5dozb', '2026-11-22T04:09:17.853Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('iiqhwzo5vjo5', 'eyyozyl7mnergdce', 'api', 'other', 'OZZMcDkQ-RKBdU-dMAoXwOs0GWzZsHXF2PBZR-OgN5Q', '["admin"]', '2026-11-22T04:09:17.840Z', NULL, NULL, NULL, NULL, 'ktkyhdwdami5dozb', '2026-11-22T04:09:17.868Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('iiqhwzo5vjo5', 'ktkyhdwdami5dozb', 'api', 'admin', 'T1PCbWrBK4nCXV566J_-UGg0XMGDVJSNJ-b9qwSwUBo', '["admin"]', '2026-11-22T04:09:17.330Z', NULL, NULL, NULL, NULL, NULL, '2026-11-22T04:09:17.348Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('iiqhwzo5vjo5', 'l2ulflssc6tyhdlg', 'api', 'reveal', 'nA9u4CvpujfewbJ-efipbngPxHeFtVK0V_Kb17KjnTw', '["admin","secret:reveal"]', '2026-11-22T04:09:17.895Z', NULL, NULL, NULL, NULL, 'ktkyhdwdami5dozb', '2026-11-22T04:09:17.918Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_add-relay-address.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-issuers.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_add-registration-ready.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_give-virtual-addresses.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-contacts.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_add-default-generators.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_follow-resources.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_deliver-revisions.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_keep-plans.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_keep-audit.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_send-webhooks.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_keep-approvals.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (14, '0014_keep-lineage.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (15, '0015_note-joins.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (16, '0016_guard-quotas.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (17, '0017_guard-moves.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (18, '0018_note-ways.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (19, '0019_keep-versions.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (20, '0020_note-uses.sql', '2026-11-22 04:09:17');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (21, '0021_close-relays.sql', '2026-11-22 04:09:17');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('iiqhwzo5vjo5', 'east', 'ydvtrnmr', 1, 9, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T04:09:18.201Z');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('exe5ghwoecyu', 1, 0, 1);

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('iiqhwzo5vjo5', 1, 6, 10);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('iiqhwzo5vjo5', 'default', '2a6d86fcd222cce40835d01efe07b6b0cf141fd4', 'east', 'ydvtrnmr', 'd87d7b0e6fd8c56c6b454d45d6128b0d0c33a319', '-----BEGIN CERTIFICATE-----
MIIB9jCCAZugAwIBAgIQc+fNnPVrEKtcAUbPu3em4TAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA0MDkwOFoXDTI2MTEyOTA0MDkxOFowQjENMAsGA1UECgwEV2VmdDEf
MB0GA1UECwwWY29udHJvbCBwbGFuZSBmb3IgZWFzdDEQMA4GA1UEAwwHZGVmYXVs
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJYQLaiiL8od3NY1RaIiHTvP80vl
wtvAFiNP1IbfMthH/+6m3SauyC+8P41RDdfeO+/eLrQ9hVpzJ+pyCD4ENFmjgYQw
gYEwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYE
FCpthvzSIszkCDXQHv4HtrDPFB/UMB8GA1UdIwQYMBaAFNh9ew5v2MVsa0VNRdYS
iw0MM6MZMBsGA1UdEQQUMBKGEHNwaWZmZTovL2RlZmF1bHQwCgYIKoZIzj0EAwID
SQAwRgIhAO3QgKeWmgG4RmQKD9ljB7Ji7Vvpf/7NCcNAlVtGz7f6AiEApPuJKW75
az8jmIAPkzaDkfxn4W7DN2fYQuYUvJHf8Sc=
-----END CERTIFICATE-----
', '2026-11-29T04:09:18.000Z', 'v1.0a188738.seiV7Wo-MotbzRZ-nbECKr1NKhT_grEGnffGUC7czQ8whucSI0oUvCiU9MIPFnH7iHn6Umx5qF6ag1v94qo1Jl2QLGnXDNqEI6mXUT42C6x4XAO5lmo0K89OEOJ0wy6NUz3Tl4TAn01NTuL6aWx-zomO5RVnte8XVO9Y0B8RLO51w_fAGPmNgy9phXo1Pc7HEeky0knle2BFco7dmzViNtyM-BFe1g', NULL, NULL);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('iiqhwzo5vjo5', 'default', '76bffc95f5ec6b8e4ef5d33f5d340c098993a0b2', 'east', 'ydvtrnmr', 'd87d7b0e6fd8c56c6b454d45d6128b0d0c33a319', '-----BEGIN CERTIFICATE-----
MIICRDCCAeqgAwIBAgIQS3cOxxAycj8DS767wOsQPzAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA0MDkwOFoXDTI2MTEyOTA0MDkxOFowNTENMAsGA1UECgwEV2VmdDES
MBAGA1UECwwJem9uZSBlYXN0MRAwDgYDVQQDDAdkZWZhdWx0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEz5SLATWSNcEJFJ3XsDxBSDgK9AB+fvq9FtbNSRFtnkP+
+HY/CTqWyj9Ht/6AcRfNz3OJXLJ2mGFb1i7xFSssd6OB4DCB3TASBgNVHRMBAf8E
CDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUdr/8lfXsa45O9dM/
XTQMCYmToLIwHwYDVR0jBBgwFoAU2H17Dm/YxWxrRU1F1hKLDQwzoxkwGwYDVR0R
BBQwEoYQc3BpZmZlOi8vZGVmYXVsdDBaBgNVHR4BAf8EUDBOoBYwCYYHZGVmYXVs
dDAJhgdrdW1hLmlvoTQwAoIAMAqHCAAAAAAAAAAAMCKHIAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA0gAMEUCIQClT5lraEsLKByb
ymnMQRPIU5c3pJLwvooEwymtc8lQMQIgc93hQfGkko3XwGKCjclOvpQOPimFMGTD
8C/MD7uGzpM=
-----END CERTIFICATE-----
', '2026-11-29T04:09:18.000Z', NULL, NULL, NULL);

INSERT INTO "join_note" ("tenant_id", "zone", "subject", "code", "count", "first_at", "last_at") VALUES ('iiqhwzo5vjo5', 'east', '5ah23tbupzr7coni', 'token-used', 1, '2026-11-22T04:09:18.257Z', '2026-11-22T04:09:18.257Z');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('iiqhwzo5vjo5', 'east', '4YoNyLnAQzBXvC5vfXW52V0_iiu368ZeKcwFywQRJTw', 1, 7, 1795320558025, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"stuS9CelaSgfMGLxVaDvRsr_yISuDWflO53QHDx2fis"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('iiqhwzo5vjo5', 'east', '_Yp_QZoz2sBi4m5LWCjI-aA9KHAWZaKy0gIzJq1rAoA', 1, 8, 1795320558120, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"stuS9CelaSgfMGLxVaDvRsr_yISuDWflO53QHDx2fis"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('iiqhwzo5vjo5', 'east', 'EiRWtDgat_TjPla-CtRci9i6glHKWDvpKQO3oB1Db-I', 1, 10, 1795320558244, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00","proxies/default/9":"GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"stuS9CelaSgfMGLxVaDvRsr_yISuDWflO53QHDx2fis"},"zone":"east"}');

INSERT INTO "plan" ("tenant_id", "id", "epoch", "revision", "actor", "reason", "created_at", "expires_at", "body") VALUES ('iiqhwzo5vjo5', 'm7yraib2eegwrll6', 1, 5, 'token:euhzgfsfo72rvh6t', '', '2026-11-22T04:09:17.857Z', '2026-11-23T04:09:17.857Z', '{"changes":[{"type":"MeshTimeout","mesh":"default","name":"planned","change":"created","before":null,"after":{"type":"MeshTimeout","mesh":"default","name":"planned","labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"creationTime":"","modificationTime":"","spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"8s"}}]}}}],"warnings":[],"demands":[],"tests":{"broken":[],"mended":[],"failing":[]},"outcome":{"effect":{"proxies":0,"zones":[]},"access":[],"faults":{"new":[],"mended":[]}},"basis":{"sequence":6,"written":{"MeshTimeout/default/planned":[null,"Gy-d7TaQrnuqcpZv"]},"kinds":{"effect":[],"access":[],"new":[],"mended":[]}}}');

INSERT INTO "plan_approval" ("tenant_id", "plan", "actor", "time", "reason") VALUES ('iiqhwzo5vjo5', 'm7yraib2eegwrll6', 'token:eyyozyl7mnergdce', '2026-11-22T04:09:17.878Z', '');

INSERT INTO "plan_part" ("tenant_id", "plan", "part", "sealed") VALUES ('iiqhwzo5vjo5', 'm7yraib2eegwrll6', 0, 'v1.0a188738.ZGHNc_Pn8GkEF5D1KYDJS2xKjKBXucmc7nTlpQVTNFfhc7nCUSN0VUqhApZJzIGmj5UOTWf_2ALf8kI97uDG2PEGtxJoOL5Dta-wibUx2LnxVqKBKhKK-7YDyQH6cjGoa3Cz7R7Mtim6g96RVYHM0Sci-hEqPFCULBJIV6zY0tkZpYY6xU_SZpZ8xKHd2_I-qXGVSHqvgxaJPD3gJVk4tVZXB0xfFd7JHVwSiNsJjop2qqZkjaqNv6w5islm-Hx5LNtn0D1W-5nft24XgYII8Zi0OVRpChHZt8ibatRAr_nh__ZGTbZ9863BqOuGMxLTLHbfTI4D7Zpb6wiJyrH1OwcZYWCK1GSuG4__cRA1rywolSXwxGcoru57Bypjz4-0ew7W5YSt61liOBwppA');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('iiqhwzo5vjo5', 'east/ydvtrnmr/1d5fbadd-c7d9-4519-8988-59ad97622627', 1795321158072, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('iiqhwzo5vjo5', 'east/ydvtrnmr/f9002b09-bd09-40fe-90ec-37dcd954c3f8', 1795321158129, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id", "ready", "versions") VALUES ('iiqhwzo5vjo5', 'default', 'shop-1', 'life-shop-1', 'east', 'ydvtrnmr', 'stream', 1, '2026-11-22T04:09:18.078Z', 'e70b40e6-9402-4816-ae4d-c5604a65aca2', 1, NULL);

INSERT INTO "relay_contact" ("tenant_id", "zone", "relay", "connected_at", "seen_at", "left_at", "way", "lost_at") VALUES ('iiqhwzo5vjo5', 'east', 'ydvtrnmr', '2026-11-22T04:09:18.152Z', '2026-11-22T04:09:18.152Z', NULL, '', NULL);

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:17.333Z', '2026-11-22T04:09:17.333Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:17.333Z', '2026-11-22T04:09:17.333Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:17.333Z', '2026-11-22T04:09:17.333Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:17.333Z', '2026-11-22T04:09:17.333Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:17.333Z', '2026-11-22T04:09:17.333Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:17.333Z', '2026-11-22T04:09:17.333Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:17.333Z', '2026-11-22T04:09:17.333Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-2', 1, 2, '2026-11-22T04:09:17.391Z', '2026-11-22T04:09:17.391Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-3', 2, 3, '2026-11-22T04:09:17.668Z', '2026-11-22T04:09:17.668Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.0a188738.aypPpMecN9mGCfsol9pup-G-SOt-nVKZK5-k9C1y2EqzIztHPK8Q0A1NfjcFFjDRHgFSNvFB-pgh6j_W0BL4nHNLzgpi2QgX3VP7KxftOrS3rKoq2l7zk3lMpP4-N_71Tpfbv-U6pgTS8JrsSjiFcY9nTC2qy0Krax0_a_1FzaH6gpXjPLNoiiy6-t57Jta9kgwwOMsHriUQgntBYpPWy-Ke7wiX7OoFFSIgZZg4cRKU-Ic2PzTxPA4DR4HihjWRA_jFYGUAUnriwun8KYdT5mMwLjmXSvvreutRhga51cmOb_R3_o_WYB9PZn0Fu5fGkHTNGHgZXclIjUQv3wCrZFAo84KYQvjwnX3PeyW9eS73HpqC3wxnP-WwdrGbpLZHeLNpkZ3lFyOyAPEx0yPtQQW1Pt3fbE2MR81dXCPVdSa4Ul7zjHp3GQt_EaQjvsktZ120BZEyParVQuIgR41EUQf8WAOYKN8R4FGIZ9xrdI3ItqtBlo8adcXcvc_5A8aXTEhtN4tKIxRTt9qdPFvlRU7_5ZTe5nim50Flwat7hHRod6mGpytrdFjTVifUaKWwKkWz0yQzJV7rLgrSuv6p5gRbk1TWQG7rNi_UE4A0sREk4owyrylCEmn3ZlaMBXCrH0E4ewaPdK6dEIehascuunulvTd-khwVHhKXQmZ5GEsik2PbMyvIi6778mw2Yov7rmo1dXrprYEBAh_DHTY04aB2xLQD3pOyCqSgF7nIJo-RrJWC0hrM1WiPZtZekVBMGY-HkXXc3NpBIWDV9oYyTxby97rVq-h8pwI3xXx9ZCFrK_s3YOxHqYr4yOa70eQ1d4S6EVRSFfbrfJW6tKkIbJ0NKwMLxKvb5qJdlDTxLLd7FzvXScIJMo8n415V1okxBLSF36zWSCRkg-9RYwwRKg6gHiKcfS-SavwQFzjbGJE_ZnlRx7QbsYY3Xd4q6x0GHNNfOlM5te0en0z4V7qCxSYZuPDqlsOcBZ5Jm5k7tyTGCfOjM6sS19qvhqNJjijW8RWL2dXCky6s6QeBAZTc3Zt9qT-H324S8rQ_JOslNXFjWdtXvanxO2bS7hQ0ZZmmFP9Tyhe-Txt0gO0UkA67LGv-8Gz7kdw5IEmIiD2FvLMhJWnADAVBukvHA_6lVu6rVFUNInzdHeohd0gF1Ug5LNhfL102baAN8n_zkKto7bxauLc1LIV2e_Mk5QY25ME-tV6GFMQTp09asiyoamyYnF-FC46ZUnuQeJhgmjke-JS3QKslktkhI3-zp5ANBelU6p1qIGWj9vJVhzijim2KaS2e-sLQg5Yyr_C3-l3isZBN6fhvUhMdP29q5cqIJ2KG6mrhG1n_sfdCGf9g_SSAFlnAWs3-5Dbr4kBs8Y_FQfg4UmusxGSVRTWcSGIaIq3P6VwAS-V2TmU2MX5ODEVmTN9495otrNm-iR_aR3Jw22Cnpc1xS2Cf-X_x9NLVzfPQjIFh0NKQEXgM-1vX8wTIxnwxagu0Mu4--J2EXGp0Nl8OO0AzpnpEe25GcIjijqsyHtm0vvgYtnCUlEReU5Ygjc--PNuIxDApWn--9Q8aJJysqYODyx_53Ie7-rTVQT8kb2yyznKGVuQcIfnboiwD5netcBzkKoSm8QMr8Ui734SDhtnHRTgEi6_-h1Jt1cBvdNqBSBoNaC2KedwWQMxBymJ5DJ52czRQNwmgLRO7NcmcHjCS7SH4vRqHBrU-vl2fdyCIhj5iBy0SPEzmtGQ4LE6XvygxX-a4tAGGfA7Dibrhj9is8yWUc-FhaCYr8zZg49wgs4-xyEGJQA5nhOzdIo7AKScYkXw5ToAxV4ElOdmjSAxntMFywgL92bjdX1fQT83c2LIc0DYAtmmc0ctOxwcJcYQbj0IZxU5I85V4hisEtT8FDhCv1nnEnbJDY1bgZ1P9j8sFAVr1OdbNb9AReaVDI2zMwq_50tAij7As4n4MJ643KQ9rlbL07UN5HwbmycOwCfGmFO3PV3QLImBonHkNfGqoww6A_BW_cCQLPrUZQLP4TtoXGracQDV7KuleCkjaxesucOlJZ2gkclxxcqIiSR8_T6qkanVSleOJ_j8LxXcv-bOHVhrSsZNDKFK0Y-5fhhpc7l_xwQwzXhI11Tf1bFe40B9o8adUxaLDYA6s_ZbkgesRR_yGkg1AwdhSW5SbX6fI6jAV-QC_o75juDIcFg2pDfkDzGRbW6k08D3EOzrAc-bjqcejpG4kL7eYTEMGW3iDFJ_QvY9FAArwoNzhFf8lTgvj7uwKcDIpyehJvmdILNZl1LjVQZ_LBu1mjN4zZZYgZS-v-3jnYp0Tm2cVMu3VTRCy6Rm2adazv-zLmlRd7gV03Tf_-ighw6tZz43vtNWjH4pO_WlZ6zoGtpJ-C38AkCUCagHy5pwQiB6AMeEmEwFEedszAch6DUkF-pyQYHxYQSUwm3n2wvzmTejG0gTq2hPJuGKU2NYuqFEmNgaTUw2PdsNiisxyWKsiaH3SMZ5tbIVBUcg-bXj4mzAZS7JLAv4S20vktQQm-zPS8YEn5nxx4jaB4oryLsw-P7l4pNCsxGx4_LegN0g7v0xo9mtX1G5PlhG2H1fcilW6tYLXzs-aKua7u7iOLwiBntllzFc2HcfIko9Dg2KNDiniJth1bkqvIZRDnugDiQ9-6gM5ZIJHB-jk7ARtyHgGKxoJMCVjgr7t5h7l9K6gV_tSu546AXl_i30wb52uYJvay007tQHMu-C5Og3xgmF3lZtPQCIMPkbGN-_cQ14M3E_jRKRwPKa2QQDfYOws4-BcZBnQjA3eQ-ZJ8d-vw6d6uZ46ALzlm8Rp6zUJSZiM7QI0BL-rKSnQZzRAqC3HwKgTGqaehQcu8ifCx5MeFP0qQjAWs82a5jxjg3Ehu07puxM2VSA6cuJ0kH6-pHw0KnXeXZcvcPHLItp5FcDjRSjmn7DEtTIDjy3_TyxS7kP4fPzczfzxYd8FWx6bQuTWJsvWE0-4GqHK8w-yJ7FDjYlpBi28D8fRB5yrHiNl3_kWBsnvMfr6ss2H0ge2AhVaeHQwl-Om4yVejLiQrYU"}', NULL, '1-3', 2, 3, '2026-11-22T04:09:17.668Z', '2026-11-22T04:09:17.668Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:09:17.668Z', '2026-11-22T04:09:17.668Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:09:17.668Z', '2026-11-22T04:09:17.668Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:09:17.668Z', '2026-11-22T04:09:17.668Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:09:17.668Z', '2026-11-22T04:09:17.668Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.0a188738.UThaIheWj8KLTpW_O7XyLOIVZeDz80AKrFXnHmB2AuenuR0OGCxKyuMMhu3kbylXtZ9KqYteOO8LRECagnj8rIeGAOwA5JBqz04_p_RnTvC3qUmLGLixHDEC5MrR-2Su5EE-VmomLSJZ70wrS2OaNWFmLhu2YxF5hE8Jhtg1_LCvw1GulC7iRzDCyWWUnxLKMHEkUsUe0ZC4W9WfjSTP4PAjPJ_dko7KG_V0SK9puNHnsTrviifJeLvE78U7rJJh248FMhdEw_nNIrcZQmYuPkmcQa9fEHTTopuA5cihQk6_3h8KgRY6TYHGaASXFwFId43CumhWhEaAQZfXCz5UcEZPw8_vyPJYRyF1Mz4xd84EqBhVpRN7rUxMVnzaYtn9PAmJMCy3fbbQvoRraiUlI_B_0MdpIUTUqxb_-eYlLg4SN4OZGh-rsUaRHrrRdDQ9zaKhMV1qXo4prrKGc665A4G3YxwU64AxLSwXWpeVvBaIq43nzg7lzAYiqXrOM-nTh8DwOIZt4La4PhLGMDbszF93yuG0upwj5HgPbYhSai_xB16bEY10C9hmG1IyAq7qDXh4-b13xya_0aVfO8FUMg6MiGMcqpqCh3FIhMDVOA8NeiDmjYMUEDI1ZrH9R22_ZAaks9dU4vTY7us9QxpV98JVXccg3XtYWQheyAJXRgoIf6GDm25HP_1E52fYL1GzZKzqUfBZew4HDvyagzqjPOlqQvet4iNli55lVFPd1bqroplFM5R4uDUHen4hluIgDU9yj4G9C3MqxBPkWcDmeTBUip6h5hWvrsACjnDlxBxZbbt2k-K-3PXAblD_z4sMXxNbK7RVs0zfvVjjCC1FiswiJpGmhiKkUg_cUXp64ZIxgCSc0hnlPbfunJjZCj2IpVSIdgE-8o5vLmWXmbJI26M_oHFXGYT_rATHADMbGnq3EuNUOGw5n8JVQ3pELA_gQoMQMeyXpE8ynqUTVfUCDLKbnNs0cWpNYEHAtctqMMKcWO6-M7Wo_8LA0yMu8h9jw21fFQCM_ATOqG_lOBCppJ5_FVnyrVwxWCzwuN8djmcNv0WKAK7Z0JIgNDYvGX3-pX09psiyo9J6hocdbhKQLwW2yG-94icKwnnSbPL7Efm17Ejb8kLHy1Y1T89K41IU8Jm5vRVuQWiYdvN8IS54-gGJ3RkhiTt1Frl_T-ZDAGX0GD_zeCVmFsl66h5zUG_DSfJwzw"}', NULL, '1-3', 2, 3, '2026-11-22T04:09:17.668Z', '2026-11-22T04:09:17.668Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.0a188738.dELLvNFLw69lmsQk00h2MKATk5fxXE2cI9r411WOZpMlEBSuL4tW92FxWbTf5RTs0ibdhMPg5UUnws4K1CB_6ehuwohPE_ny6KXOHpbiBNVxi2vM5CfQWFpbcv3Gss62PN1Hd3C6IADUcOw1xwD-R_dcZpzsO8s5w0W7IBMY7I1deM32HJv3PO8YtTmjc-bXHjwVsbr3mYwbdr5b1TE84TdHZj_2G1VExnzRfewyPyOl3YElIkNY3RGoZ1aPGLCOGbtNHLMDsOEtHDXFXBptGE7b6l2GY0w_F2GiDNRkUEvB20HU4y1SuxuOlj79B2pZwjqJ5bM9UaiZf2uDlrRD_2lnc9qCCaK-UgevyYygNuV9aghpUEZvQ_IHgeSjUed8JEtv08S8-PBZfO2ycJLVo6cymcYEpfzPoaf6RW1VDqz2CSWnWIEuT8NM9Idwg-04TYkyNPcDbwv1fydI9cCYOQ"}', NULL, '1-3', 2, 3, '2026-11-22T04:09:17.668Z', '2026-11-22T04:09:17.668Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'Secret', 'default', 'own', '{}', '{"data":"v1.0a188738.PU2m2V_N09D6w9Gpo4q08hblqCvRMjvfzRsyne_eJMWfEJg0Yk734w"}', NULL, '1-4', 3, 4, '2026-11-22T04:09:17.729Z', '2026-11-22T04:09:17.729Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T04:09:17.729Z', '2026-11-22T04:09:17.729Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T04:09:17.729Z', '2026-11-22T04:09:17.729Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-5', 4, 4, '2026-11-22T04:09:17.729Z', '2026-11-22T04:09:17.755Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-4', 3, 4, '2026-11-22T04:09:17.729Z', '2026-11-22T04:09:17.729Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-8', 5, 8, '2026-11-22T04:09:18.113Z', '2026-11-22T04:09:18.113Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('iiqhwzo5vjo5', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-9', 6, 9, '2026-11-22T04:09:18.160Z', '2026-11-22T04:09:18.160Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('exe5ghwoecyu', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:19.229Z', '2026-11-22T04:09:19.229Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('exe5ghwoecyu', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:19.229Z', '2026-11-22T04:09:19.229Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('exe5ghwoecyu', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:19.229Z', '2026-11-22T04:09:19.229Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('exe5ghwoecyu', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:19.229Z', '2026-11-22T04:09:19.229Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('exe5ghwoecyu', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:19.229Z', '2026-11-22T04:09:19.229Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('exe5ghwoecyu', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:19.229Z', '2026-11-22T04:09:19.229Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('exe5ghwoecyu', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:19.229Z', '2026-11-22T04:09:19.229Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('iiqhwzo5vjo5', 1, 1, 2, 'vl7ig23pjijvjeoxadxm5u3nvko6ljjo', 'token:ktkyhdwdami5dozb', '', '2026-11-22T04:09:17.391Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('iiqhwzo5vjo5', 2, 1, 3, 'skxgs3dadscmfcsm7c7lqx74nbx5rsnb', 'token:ktkyhdwdami5dozb', '', '2026-11-22T04:09:17.668Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('iiqhwzo5vjo5', 3, 1, 4, '7npmf2nknsx7ourndadj4l6tus5h7j7t', 'token:ktkyhdwdami5dozb', '', '2026-11-22T04:09:17.729Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('iiqhwzo5vjo5', 4, 1, 5, 'idyatjwr3cu3yu6dqydmtv3oo46gzd32', 'token:ktkyhdwdami5dozb', '', '2026-11-22T04:09:17.755Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('iiqhwzo5vjo5', 5, 1, 6, 'zcguvr6tlz4btg4dk6ybljprlhnyupyh', 'token:ktkyhdwdami5dozb', '', '2026-11-22T04:09:17.786Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('iiqhwzo5vjo5', 6, 1, 9, 'he5oq4ntyrkyr6dygsizbeekzjisurw6', 'token:ktkyhdwdami5dozb', '', '2026-11-22T04:09:18.160Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T04:09:17.391Z","modificationTime":"2026-11-22T04:09:17.391Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T04:09:17.668Z","modificationTime":"2026-11-22T04:09:17.668Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.0a188738.aypPpMecN9mGCfsol9pup-G-SOt-nVKZK5-k9C1y2EqzIztHPK8Q0A1NfjcFFjDRHgFSNvFB-pgh6j_W0BL4nHNLzgpi2QgX3VP7KxftOrS3rKoq2l7zk3lMpP4-N_71Tpfbv-U6pgTS8JrsSjiFcY9nTC2qy0Krax0_a_1FzaH6gpXjPLNoiiy6-t57Jta9kgwwOMsHriUQgntBYpPWy-Ke7wiX7OoFFSIgZZg4cRKU-Ic2PzTxPA4DR4HihjWRA_jFYGUAUnriwun8KYdT5mMwLjmXSvvreutRhga51cmOb_R3_o_WYB9PZn0Fu5fGkHTNGHgZXclIjUQv3wCrZFAo84KYQvjwnX3PeyW9eS73HpqC3wxnP-WwdrGbpLZHeLNpkZ3lFyOyAPEx0yPtQQW1Pt3fbE2MR81dXCPVdSa4Ul7zjHp3GQt_EaQjvsktZ120BZEyParVQuIgR41EUQf8WAOYKN8R4FGIZ9xrdI3ItqtBlo8adcXcvc_5A8aXTEhtN4tKIxRTt9qdPFvlRU7_5ZTe5nim50Flwat7hHRod6mGpytrdFjTVifUaKWwKkWz0yQzJV7rLgrSuv6p5gRbk1TWQG7rNi_UE4A0sREk4owyrylCEmn3ZlaMBXCrH0E4ewaPdK6dEIehascuunulvTd-khwVHhKXQmZ5GEsik2PbMyvIi6778mw2Yov7rmo1dXrprYEBAh_DHTY04aB2xLQD3pOyCqSgF7nIJo-RrJWC0hrM1WiPZtZekVBMGY-HkXXc3NpBIWDV9oYyTxby97rVq-h8pwI3xXx9ZCFrK_s3YOxHqYr4yOa70eQ1d4S6EVRSFfbrfJW6tKkIbJ0NKwMLxKvb5qJdlDTxLLd7FzvXScIJMo8n415V1okxBLSF36zWSCRkg-9RYwwRKg6gHiKcfS-SavwQFzjbGJE_ZnlRx7QbsYY3Xd4q6x0GHNNfOlM5te0en0z4V7qCxSYZuPDqlsOcBZ5Jm5k7tyTGCfOjM6sS19qvhqNJjijW8RWL2dXCky6s6QeBAZTc3Zt9qT-H324S8rQ_JOslNXFjWdtXvanxO2bS7hQ0ZZmmFP9Tyhe-Txt0gO0UkA67LGv-8Gz7kdw5IEmIiD2FvLMhJWnADAVBukvHA_6lVu6rVFUNInzdHeohd0gF1Ug5LNhfL102baAN8n_zkKto7bxauLc1LIV2e_Mk5QY25ME-tV6GFMQTp09asiyoamyYnF-FC46ZUnuQeJhgmjke-JS3QKslktkhI3-zp5ANBelU6p1qIGWj9vJVhzijim2KaS2e-sLQg5Yyr_C3-l3isZBN6fhvUhMdP29q5cqIJ2KG6mrhG1n_sfdCGf9g_SSAFlnAWs3-5Dbr4kBs8Y_FQfg4UmusxGSVRTWcSGIaIq3P6VwAS-V2TmU2MX5ODEVmTN9495otrNm-iR_aR3Jw22Cnpc1xS2Cf-X_x9NLVzfPQjIFh0NKQEXgM-1vX8wTIxnwxagu0Mu4--J2EXGp0Nl8OO0AzpnpEe25GcIjijqsyHtm0vvgYtnCUlEReU5Ygjc--PNuIxDApWn--9Q8aJJysqYODyx_53Ie7-rTVQT8kb2yyznKGVuQcIfnboiwD5netcBzkKoSm8QMr8Ui734SDhtnHRTgEi6_-h1Jt1cBvdNqBSBoNaC2KedwWQMxBymJ5DJ52czRQNwmgLRO7NcmcHjCS7SH4vRqHBrU-vl2fdyCIhj5iBy0SPEzmtGQ4LE6XvygxX-a4tAGGfA7Dibrhj9is8yWUc-FhaCYr8zZg49wgs4-xyEGJQA5nhOzdIo7AKScYkXw5ToAxV4ElOdmjSAxntMFywgL92bjdX1fQT83c2LIc0DYAtmmc0ctOxwcJcYQbj0IZxU5I85V4hisEtT8FDhCv1nnEnbJDY1bgZ1P9j8sFAVr1OdbNb9AReaVDI2zMwq_50tAij7As4n4MJ643KQ9rlbL07UN5HwbmycOwCfGmFO3PV3QLImBonHkNfGqoww6A_BW_cCQLPrUZQLP4TtoXGracQDV7KuleCkjaxesucOlJZ2gkclxxcqIiSR8_T6qkanVSleOJ_j8LxXcv-bOHVhrSsZNDKFK0Y-5fhhpc7l_xwQwzXhI11Tf1bFe40B9o8adUxaLDYA6s_ZbkgesRR_yGkg1AwdhSW5SbX6fI6jAV-QC_o75juDIcFg2pDfkDzGRbW6k08D3EOzrAc-bjqcejpG4kL7eYTEMGW3iDFJ_QvY9FAArwoNzhFf8lTgvj7uwKcDIpyehJvmdILNZl1LjVQZ_LBu1mjN4zZZYgZS-v-3jnYp0Tm2cVMu3VTRCy6Rm2adazv-zLmlRd7gV03Tf_-ighw6tZz43vtNWjH4pO_WlZ6zoGtpJ-C38AkCUCagHy5pwQiB6AMeEmEwFEedszAch6DUkF-pyQYHxYQSUwm3n2wvzmTejG0gTq2hPJuGKU2NYuqFEmNgaTUw2PdsNiisxyWKsiaH3SMZ5tbIVBUcg-bXj4mzAZS7JLAv4S20vktQQm-zPS8YEn5nxx4jaB4oryLsw-P7l4pNCsxGx4_LegN0g7v0xo9mtX1G5PlhG2H1fcilW6tYLXzs-aKua7u7iOLwiBntllzFc2HcfIko9Dg2KNDiniJth1bkqvIZRDnugDiQ9-6gM5ZIJHB-jk7ARtyHgGKxoJMCVjgr7t5h7l9K6gV_tSu546AXl_i30wb52uYJvay007tQHMu-C5Og3xgmF3lZtPQCIMPkbGN-_cQ14M3E_jRKRwPKa2QQDfYOws4-BcZBnQjA3eQ-ZJ8d-vw6d6uZ46ALzlm8Rp6zUJSZiM7QI0BL-rKSnQZzRAqC3HwKgTGqaehQcu8ifCx5MeFP0qQjAWs82a5jxjg3Ehu07puxM2VSA6cuJ0kH6-pHw0KnXeXZcvcPHLItp5FcDjRSjmn7DEtTIDjy3_TyxS7kP4fPzczfzxYd8FWx6bQuTWJsvWE0-4GqHK8w-yJ7FDjYlpBi28D8fRB5yrHiNl3_kWBsnvMfr6ss2H0ge2AhVaeHQwl-Om4yVejLiQrYU"},"creationTime":"2026-11-22T04:09:17.668Z","modificationTime":"2026-11-22T04:09:17.668Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T04:09:17.668Z","modificationTime":"2026-11-22T04:09:17.668Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T04:09:17.668Z","modificationTime":"2026-11-22T04:09:17.668Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T04:09:17.668Z","modificationTime":"2026-11-22T04:09:17.668Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T04:09:17.668Z","modificationTime":"2026-11-22T04:09:17.668Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.0a188738.UThaIheWj8KLTpW_O7XyLOIVZeDz80AKrFXnHmB2AuenuR0OGCxKyuMMhu3kbylXtZ9KqYteOO8LRECagnj8rIeGAOwA5JBqz04_p_RnTvC3qUmLGLixHDEC5MrR-2Su5EE-VmomLSJZ70wrS2OaNWFmLhu2YxF5hE8Jhtg1_LCvw1GulC7iRzDCyWWUnxLKMHEkUsUe0ZC4W9WfjSTP4PAjPJ_dko7KG_V0SK9puNHnsTrviifJeLvE78U7rJJh248FMhdEw_nNIrcZQmYuPkmcQa9fEHTTopuA5cihQk6_3h8KgRY6TYHGaASXFwFId43CumhWhEaAQZfXCz5UcEZPw8_vyPJYRyF1Mz4xd84EqBhVpRN7rUxMVnzaYtn9PAmJMCy3fbbQvoRraiUlI_B_0MdpIUTUqxb_-eYlLg4SN4OZGh-rsUaRHrrRdDQ9zaKhMV1qXo4prrKGc665A4G3YxwU64AxLSwXWpeVvBaIq43nzg7lzAYiqXrOM-nTh8DwOIZt4La4PhLGMDbszF93yuG0upwj5HgPbYhSai_xB16bEY10C9hmG1IyAq7qDXh4-b13xya_0aVfO8FUMg6MiGMcqpqCh3FIhMDVOA8NeiDmjYMUEDI1ZrH9R22_ZAaks9dU4vTY7us9QxpV98JVXccg3XtYWQheyAJXRgoIf6GDm25HP_1E52fYL1GzZKzqUfBZew4HDvyagzqjPOlqQvet4iNli55lVFPd1bqroplFM5R4uDUHen4hluIgDU9yj4G9C3MqxBPkWcDmeTBUip6h5hWvrsACjnDlxBxZbbt2k-K-3PXAblD_z4sMXxNbK7RVs0zfvVjjCC1FiswiJpGmhiKkUg_cUXp64ZIxgCSc0hnlPbfunJjZCj2IpVSIdgE-8o5vLmWXmbJI26M_oHFXGYT_rATHADMbGnq3EuNUOGw5n8JVQ3pELA_gQoMQMeyXpE8ynqUTVfUCDLKbnNs0cWpNYEHAtctqMMKcWO6-M7Wo_8LA0yMu8h9jw21fFQCM_ATOqG_lOBCppJ5_FVnyrVwxWCzwuN8djmcNv0WKAK7Z0JIgNDYvGX3-pX09psiyo9J6hocdbhKQLwW2yG-94icKwnnSbPL7Efm17Ejb8kLHy1Y1T89K41IU8Jm5vRVuQWiYdvN8IS54-gGJ3RkhiTt1Frl_T-ZDAGX0GD_zeCVmFsl66h5zUG_DSfJwzw"},"creationTime":"2026-11-22T04:09:17.668Z","modificationTime":"2026-11-22T04:09:17.668Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.0a188738.dELLvNFLw69lmsQk00h2MKATk5fxXE2cI9r411WOZpMlEBSuL4tW92FxWbTf5RTs0ibdhMPg5UUnws4K1CB_6ehuwohPE_ny6KXOHpbiBNVxi2vM5CfQWFpbcv3Gss62PN1Hd3C6IADUcOw1xwD-R_dcZpzsO8s5w0W7IBMY7I1deM32HJv3PO8YtTmjc-bXHjwVsbr3mYwbdr5b1TE84TdHZj_2G1VExnzRfewyPyOl3YElIkNY3RGoZ1aPGLCOGbtNHLMDsOEtHDXFXBptGE7b6l2GY0w_F2GiDNRkUEvB20HU4y1SuxuOlj79B2pZwjqJ5bM9UaiZf2uDlrRD_2lnc9qCCaK-UgevyYygNuV9aghpUEZvQ_IHgeSjUed8JEtv08S8-PBZfO2ycJLVo6cymcYEpfzPoaf6RW1VDqz2CSWnWIEuT8NM9Idwg-04TYkyNPcDbwv1fydI9cCYOQ"},"creationTime":"2026-11-22T04:09:17.668Z","modificationTime":"2026-11-22T04:09:17.668Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.0a188738.PU2m2V_N09D6w9Gpo4q08hblqCvRMjvfzRsyne_eJMWfEJg0Yk734w"},"creationTime":"2026-11-22T04:09:17.729Z","modificationTime":"2026-11-22T04:09:17.729Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T04:09:17.729Z","modificationTime":"2026-11-22T04:09:17.729Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T04:09:17.729Z","modificationTime":"2026-11-22T04:09:17.729Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T04:09:17.729Z","modificationTime":"2026-11-22T04:09:17.729Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T04:09:17.729Z","modificationTime":"2026-11-22T04:09:17.729Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T04:09:17.729Z","modificationTime":"2026-11-22T04:09:17.729Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T04:09:17.729Z","modificationTime":"2026-11-22T04:09:17.729Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T04:09:17.729Z","modificationTime":"2026-11-22T04:09:17.755Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T04:09:17.729Z","modificationTime":"2026-11-22T04:09:17.729Z"}', NULL, 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('iiqhwzo5vjo5', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T04:09:18.160Z","modificationTime":"2026-11-22T04:09:18.160Z"}', 0);

INSERT INTO "revision_delivery" ("tenant_id", "epoch", "revision", "zone", "relay", "sequence", "answered_at", "acked", "nacked", "pending", "absent", "untouched", "pushed", "taken", "laggards", "at") VALUES ('iiqhwzo5vjo5', 1, 6, 'east', 'ydvtrnmr', 9, NULL, 1, 1, 0, 0, 0, '{"count":1,"max":5,"buckets":[]}', '{"count":1,"max":5,"buckets":[]}', '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no","state":"nacked"}]', '2026-11-22T04:09:18.212Z');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('iiqhwzo5vjo5', 1, '', 1, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('iiqhwzo5vjo5', 2, '', 2, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('iiqhwzo5vjo5', 4, '', 3, '{"access":[{"mesh":"default","from":"web","to":"backend","before":{"outcome":"none","reason":"absent"},"after":{"outcome":"allowed","reason":"rule","rule":{"kri":"kri_mtp_default___all_","part":"rules","rule":0,"list":"allow","item":0}}}],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('iiqhwzo5vjo5', 5, '', 5, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('iiqhwzo5vjo5', 6, '', 6, '{"access":[],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('iiqhwzo5vjo5', 6, 'east', 6, '{"effect":{"zone":"east","proxies":2,"shapes":[{"mesh":"default","change":"changed","proxies":{"count":2,"names":["shop-1","web-1"]},"resources":[{"kind":"cluster","name":"backend","change":"changed","patch":[{"op":"test","path":"/connectTimeout","value":"5s"},{"op":"replace","path":"/connectTimeout","value":"9s"}],"own":false}]}],"endpoints":[],"secrets":[]}}');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('exe5ghwoecyu', 'envelope', '', 'dtLjWtvDhQUcpUKzhRUeZPLaeCVpiVcI44TFU-3lfqE', '{"kty":"EC","crv":"P-256","x":"HJbwz07l5m10ET0OKpN6j5UfEm-T45SaxdJLbW039_I","y":"7gXYBtCXc1qS0-nwYrfl5QZVP0ybkBOF2x__qWj6YV0","alg":"ES256","kid":"dtLjWtvDhQUcpUKzhRUeZPLaeCVpiVcI44TFU-3lfqE"}', 'v1.0a188738.kYwifPc7y3HJ6fDO7UtscFCKZv7kkTsuPJqPSIEmrqCv36h9X_ZrsAYZE0E25BD7AwNHWGyRCo_5Ey2Ivk8b3aLsAergmWfTUNiJURZUs4vMzXaBkb0zaad-8XOZUvrYsE4FzTJYwq64Et8juJBjdYzTOIziDZU3baqAP5JD-YaUkMg7Iua2Cha4gKFGdzYZbCbryOQLYXNGEYqTyNFuSpMQFznMWA', '2026-11-22T04:09:19.221Z');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('iiqhwzo5vjo5', 'envelope', '', 'VjJ2_ogd0gYmmhvAs9MjC3CRG2cusWvY5j-IEhUPWlE', '{"kty":"EC","crv":"P-256","x":"MBWyZcXnEu598np5uC0oTNtNZMiZslUHzP87MsjGbFQ","y":"XN6ASPwOszyQDjWBpTzHvTLcvLETZnoKMxbqsBMyYZI","alg":"ES256","kid":"VjJ2_ogd0gYmmhvAs9MjC3CRG2cusWvY5j-IEhUPWlE"}', 'v1.0a188738.pDebLMKh61AvppAaXNLJx12tWTR3Q1K-rsefVtPCABtzTaAqDoKI-I-j9kK03_fgdXAp0nb57bGx6bw5zmfcU3LhB_6efw2Tr45Mls9geUsaOr28Eu0YC3s7JIt3C60rSbWUUbRObLU3ZkVHx0ZKFxM3cDOj7V5XC-Uuheh5ciMNlcK9BUHb8kpWh6aWsLB06c4ObzRYDQKvc-7YR141lIspyWiYeA', '2026-11-22T04:09:17.327Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('exe5ghwoecyu', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('iiqhwzo5vjo5', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('iiqhwzo5vjo5', 7, 1, 5, 'enrolled/east/ydvtrnmr');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('iiqhwzo5vjo5', 8, 1, 5, 'a6l7hofhdmfg3zf4ywcflpvx');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('iiqhwzo5vjo5', 10, 1, 6, 'enrolled/east/snbmd3ci');

INSERT INTO "tenant_move" ("tenant_id", "generation", "target", "frozen_until", "session") VALUES ('iiqhwzo5vjo5', 1, '', 1795320571764, 0);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('iiqhwzo5vjo5', 'default', '0', 'zone/east', 1795320557667, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('iiqhwzo5vjo5', 'default', '240.0.0.0', 'service/backend', 1795320557729, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('iiqhwzo5vjo5', 'default', '240.0.0.1', 'service/web', 1795320557729, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('iiqhwzo5vjo5', 'default', '240.0.0.2', 'service/shop', 1795320558112, NULL);

INSERT INTO "webhook" ("tenant_id", "id", "url", "events", "description", "secret", "older_secret", "older_until", "created_at", "disabled_at", "disabled_why") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'https://receiver.invalid/in', '["audit.entry","zone.offline"]', 'siem', 'v1.0a188738.opJvETsRxlzxB0rhCsSFQEAxoy8QdMnmqAanj1Vzw3XY5J4hbgZ3noaCrwgJQwKO2Ku1ay8QwNgm-UZ2XKAbpbTCmrYzRfZGcy66ggp-', NULL, NULL, '2026-11-22T04:09:17.355Z', NULL, NULL);

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_a3krg5sxiu3H_yrFYUnLU6v7jLrvXyyW2eysoiDDTrLM', '2026-11-22T04:09:17.827Z', 'pending', 1, 1795320562377, '2026-11-22T04:09:17.836Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_a5tkyy75a1GTA5_gaA7zJvnw1ye6XLpSqnynV_XTU70c', '2026-11-22T04:09:17.934Z', 'pending', 1, 1795320562864, '2026-11-22T04:09:17.962Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_a6bOX7o4XU3koktxTOJ_77w3HYcjxQO3gPM3NRpjEiuw', '2026-11-22T04:09:18.238Z', 'pending', 1, 1795320562835, '2026-11-22T04:09:18.247Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_aCawhDB51A6HXEM8qG1md81Et6iHr63_UsDDnhCrGQf4', '2026-11-22T04:09:17.840Z', 'pending', 1, 1795320563580, '2026-11-22T04:09:17.847Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_aIhR7AR2-wHOmVaw6OFlQkhZbFRJU4AYx0sEq1znhYbQ', '2026-11-22T04:09:18.160Z', 'pending', 1, 1795320563789, '2026-11-22T04:09:18.181Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_aIu6Yihvbi-U2HaQZfE53mHxotMLrw_97yOJnPWfEk38', '2026-11-22T04:09:19.238Z', 'pending', 0, 1795320559239, NULL, NULL, NULL);

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_aJpxhUdzO6j26WDUUclUzj-hA9H-DQSqeOJPKqGYugtE', '2026-11-22T04:09:17.729Z', 'pending', 1, 1795320561962, '2026-11-22T04:09:17.750Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_aMMf92O-nMZuQeZhvVgbKTQ0BTnilgjB0--VzLsOI4RI', '2026-11-22T04:09:17.968Z', 'pending', 1, 1795320563767, '2026-11-22T04:09:17.987Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_aO8wLEaF4X9kGfskB_7q0NDlEQNP4b_4ExDIWkrAaPfA', '2026-11-22T04:09:17.807Z', 'pending', 1, 1795320563576, '2026-11-22T04:09:17.819Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_aP8MdEP5NBzdMLe3azQSN3QiAu32QTdlx-GBfBs_vT8w', '2026-11-22T04:09:18.223Z', 'pending', 1, 1795320563332, '2026-11-22T04:09:18.234Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_aQQR74KksuW5RK9AhtMO6om002jUbJbjPu7vHP2G3rw0', '2026-11-22T04:09:17.668Z', 'pending', 1, 1795320562814, '2026-11-22T04:09:17.700Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_aR90PC0c7eIC-sNeLHt_qtYkxVAaAf9XDXfQxyhvsV0g', '2026-11-22T04:09:17.391Z', 'pending', 1, 1795320562743, '2026-11-22T04:09:17.441Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_aST4lyfEO7NJvd5NxxvwZVt-6aRyNxJs4721c0bk5Z5M', '2026-11-22T04:09:17.878Z', 'pending', 1, 1795320563464, '2026-11-22T04:09:17.888Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_aX5rXSIXjRxKhxFvBeYqSfLRb_YSMTEXuDahFLnxs3-s', '2026-11-22T04:09:17.755Z', 'pending', 1, 1795320563389, '2026-11-22T04:09:17.781Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_ac1YDcdHe4kUQbEM8goA3FZsMgvJg74emRF0boP30hOM', '2026-11-22T04:09:17.997Z', 'pending', 1, 1795320563900, '2026-11-22T04:09:18.033Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_acQDdTMfXc4YRVI6oHKt2_lW2yB6K919u1_PFsgrkRgE', '2026-11-22T04:09:17.786Z', 'pending', 1, 1795320562006, '2026-11-22T04:09:17.802Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_aeeMVZqPixkOrma1lqWG-skbP3YhHSb9a-hLKdbmtt9s', '2026-11-22T04:09:17.895Z', 'pending', 1, 1795320562400, '2026-11-22T04:09:17.906Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_afHX2Mop2wQORFFAuawEOfhk8Ihnv_5nUnQ_w1qceZt0', '2026-11-22T04:09:17.921Z', 'pending', 1, 1795320563112, '2026-11-22T04:09:17.959Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('iiqhwzo5vjo5', '4euz6ajjc42pb3jv', 'msg_awx38j1LvM75ma1ekPh7IS311ySNrwUYUCUQ7GqF0mqc', '2026-11-22T04:09:18.045Z', 'pending', 1, 1795320563698, '2026-11-22T04:09:18.059Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_a3krg5sxiu3H_yrFYUnLU6v7jLrvXyyW2eysoiDDTrLM', 'audit.entry', '2026-11-22T04:09:17.827Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.827Z","data":{"time":"2026-11-22T04:09:17.827Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"token.create","subject":"token euhzgfsfo72rvh6t","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"iiqhwzo5vjo5","number":9,"revision":null,"previous":"O8wLEaF4X9kGfskB_7q0NDlEQNP4b_4ExDIWkrAaPfA","hash":"3krg5sxiu3H_yrFYUnLU6v7jLrvXyyW2eysoiDDTrLM"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_a5tkyy75a1GTA5_gaA7zJvnw1ye6XLpSqnynV_XTU70c', 'audit.entry', '2026-11-22T04:09:17.934Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.934Z","data":{"time":"2026-11-22T04:09:17.934Z","actor":"token:l2ulflssc6tyhdlg","token":"l2ulflssc6tyhdlg","action":"secret.reveal","subject":"Secret default/default.ca-builtin-key-ca-1","details":{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"iiqhwzo5vjo5","number":14,"revision":null,"previous":"fHX2Mop2wQORFFAuawEOfhk8Ihnv_5nUnQ_w1qceZt0","hash":"5tkyy75a1GTA5_gaA7zJvnw1ye6XLpSqnynV_XTU70c"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_a6bOX7o4XU3koktxTOJ_77w3HYcjxQO3gPM3NRpjEiuw', 'audit.entry', '2026-11-22T04:09:18.238Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:18.238Z","data":{"time":"2026-11-22T04:09:18.238Z","actor":"relay:east/snbmd3ci","token":null,"action":"relay.enrol","subject":"relay east/snbmd3ci","details":{"enrolmentToken":"5ah23tbupzr7coni"},"organisation":"iiqhwzo5vjo5","number":20,"revision":null,"previous":"P8MdEP5NBzdMLe3azQSN3QiAu32QTdlx-GBfBs_vT8w","hash":"6bOX7o4XU3koktxTOJ_77w3HYcjxQO3gPM3NRpjEiuw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_aCawhDB51A6HXEM8qG1md81Et6iHr63_UsDDnhCrGQf4', 'audit.entry', '2026-11-22T04:09:17.840Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.840Z","data":{"time":"2026-11-22T04:09:17.840Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"token.create","subject":"token eyyozyl7mnergdce","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"iiqhwzo5vjo5","number":10,"revision":null,"previous":"3krg5sxiu3H_yrFYUnLU6v7jLrvXyyW2eysoiDDTrLM","hash":"CawhDB51A6HXEM8qG1md81Et6iHr63_UsDDnhCrGQf4"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_aIhR7AR2-wHOmVaw6OFlQkhZbFRJU4AYx0sEq1znhYbQ', 'audit.entry', '2026-11-22T04:09:18.160Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:18.160Z","data":{"time":"2026-11-22T04:09:18.160Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"resources.change","subject":"MeshTimeout default/late","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]},"organisation":"iiqhwzo5vjo5","number":18,"revision":6,"previous":"wx38j1LvM75ma1ekPh7IS311ySNrwUYUCUQ7GqF0mqc","hash":"IhR7AR2-wHOmVaw6OFlQkhZbFRJU4AYx0sEq1znhYbQ"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_aIu6Yihvbi-U2HaQZfE53mHxotMLrw_97yOJnPWfEk38', 'audit.entry', '2026-11-22T04:09:19.238Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:19.238Z","data":{"time":"2026-11-22T04:09:19.238Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"invitation.create","subject":"invitation xpihe7yvugk7novc","details":{"email":"bo@example.com","expiresAt":"2026-11-29T04:09:19.238Z","role":"viewer"},"organisation":"iiqhwzo5vjo5","number":21,"revision":null,"previous":"6bOX7o4XU3koktxTOJ_77w3HYcjxQO3gPM3NRpjEiuw","hash":"Iu6Yihvbi-U2HaQZfE53mHxotMLrw_97yOJnPWfEk38"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_aJpxhUdzO6j26WDUUclUzj-hA9H-DQSqeOJPKqGYugtE', 'audit.entry', '2026-11-22T04:09:17.729Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.729Z","data":{"time":"2026-11-22T04:09:17.729Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"resources.change","subject":"Secret default/own and 5 more","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]},"organisation":"iiqhwzo5vjo5","number":5,"revision":3,"previous":"QQR74KksuW5RK9AhtMO6om002jUbJbjPu7vHP2G3rw0","hash":"JpxhUdzO6j26WDUUclUzj-hA9H-DQSqeOJPKqGYugtE"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_aMMf92O-nMZuQeZhvVgbKTQ0BTnilgjB0--VzLsOI4RI', 'audit.entry', '2026-11-22T04:09:17.968Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.968Z","data":{"time":"2026-11-22T04:09:17.968Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T05:09:17.968Z","id":"7fhbziew73n5onlw"},"organisation":"iiqhwzo5vjo5","number":15,"revision":null,"previous":"5tkyy75a1GTA5_gaA7zJvnw1ye6XLpSqnynV_XTU70c","hash":"MMf92O-nMZuQeZhvVgbKTQ0BTnilgjB0--VzLsOI4RI"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_aO8wLEaF4X9kGfskB_7q0NDlEQNP4b_4ExDIWkrAaPfA', 'audit.entry', '2026-11-22T04:09:17.807Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.807Z","data":{"time":"2026-11-22T04:09:17.807Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"audit.retention","subject":"audit log","details":{"before":400,"days":90},"organisation":"iiqhwzo5vjo5","number":8,"revision":null,"previous":"cQDdTMfXc4YRVI6oHKt2_lW2yB6K919u1_PFsgrkRgE","hash":"O8wLEaF4X9kGfskB_7q0NDlEQNP4b_4ExDIWkrAaPfA"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_aP8MdEP5NBzdMLe3azQSN3QiAu32QTdlx-GBfBs_vT8w', 'audit.entry', '2026-11-22T04:09:18.223Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:18.223Z","data":{"time":"2026-11-22T04:09:18.223Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T05:09:18.223Z","id":"5ah23tbupzr7coni"},"organisation":"iiqhwzo5vjo5","number":19,"revision":null,"previous":"IhR7AR2-wHOmVaw6OFlQkhZbFRJU4AYx0sEq1znhYbQ","hash":"P8MdEP5NBzdMLe3azQSN3QiAu32QTdlx-GBfBs_vT8w"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_aQQR74KksuW5RK9AhtMO6om002jUbJbjPu7vHP2G3rw0', 'audit.entry', '2026-11-22T04:09:17.668Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.668Z","data":{"time":"2026-11-22T04:09:17.668Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"resources.change","subject":"Mesh default and 7 more","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"iiqhwzo5vjo5","number":4,"revision":2,"previous":"R90PC0c7eIC-sNeLHt_qtYkxVAaAf9XDXfQxyhvsV0g","hash":"QQR74KksuW5RK9AhtMO6om002jUbJbjPu7vHP2G3rw0"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_aR90PC0c7eIC-sNeLHt_qtYkxVAaAf9XDXfQxyhvsV0g', 'audit.entry', '2026-11-22T04:09:17.391Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.391Z","data":{"time":"2026-11-22T04:09:17.391Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"resources.change","subject":"Zone east","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]},"organisation":"iiqhwzo5vjo5","number":3,"revision":1,"previous":"uCFizRd1tffKfvzG6nQ4GrE5M7TuYmoMEErviNKhbiQ","hash":"R90PC0c7eIC-sNeLHt_qtYkxVAaAf9XDXfQxyhvsV0g"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_aST4lyfEO7NJvd5NxxvwZVt-6aRyNxJs4721c0bk5Z5M', 'audit.entry', '2026-11-22T04:09:17.878Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.878Z","data":{"time":"2026-11-22T04:09:17.878Z","actor":"token:eyyozyl7mnergdce","token":"eyyozyl7mnergdce","action":"plan.approve","subject":"plan m7yraib2eegwrll6","details":{"plan":"m7yraib2eegwrll6","author":"token:euhzgfsfo72rvh6t","revision":5,"required":0,"given":1},"organisation":"iiqhwzo5vjo5","number":11,"revision":null,"previous":"CawhDB51A6HXEM8qG1md81Et6iHr63_UsDDnhCrGQf4","hash":"ST4lyfEO7NJvd5NxxvwZVt-6aRyNxJs4721c0bk5Z5M"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_aX5rXSIXjRxKhxFvBeYqSfLRb_YSMTEXuDahFLnxs3-s', 'audit.entry', '2026-11-22T04:09:17.755Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.755Z","data":{"time":"2026-11-22T04:09:17.755Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"resources.change","subject":"MeshTimeout default/to-change","details":{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]},"organisation":"iiqhwzo5vjo5","number":6,"revision":4,"previous":"JpxhUdzO6j26WDUUclUzj-hA9H-DQSqeOJPKqGYugtE","hash":"X5rXSIXjRxKhxFvBeYqSfLRb_YSMTEXuDahFLnxs3-s"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_ac1YDcdHe4kUQbEM8goA3FZsMgvJg74emRF0boP30hOM', 'audit.entry', '2026-11-22T04:09:17.997Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.997Z","data":{"time":"2026-11-22T04:09:17.997Z","actor":"relay:east/ydvtrnmr","token":null,"action":"relay.enrol","subject":"relay east/ydvtrnmr","details":{"enrolmentToken":"7fhbziew73n5onlw"},"organisation":"iiqhwzo5vjo5","number":16,"revision":null,"previous":"MMf92O-nMZuQeZhvVgbKTQ0BTnilgjB0--VzLsOI4RI","hash":"c1YDcdHe4kUQbEM8goA3FZsMgvJg74emRF0boP30hOM"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_acQDdTMfXc4YRVI6oHKt2_lW2yB6K919u1_PFsgrkRgE', 'audit.entry', '2026-11-22T04:09:17.786Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.786Z","data":{"time":"2026-11-22T04:09:17.786Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"resources.change","subject":"MeshTimeout default/to-go","details":{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]},"organisation":"iiqhwzo5vjo5","number":7,"revision":5,"previous":"X5rXSIXjRxKhxFvBeYqSfLRb_YSMTEXuDahFLnxs3-s","hash":"cQDdTMfXc4YRVI6oHKt2_lW2yB6K919u1_PFsgrkRgE"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_aeeMVZqPixkOrma1lqWG-skbP3YhHSb9a-hLKdbmtt9s', 'audit.entry', '2026-11-22T04:09:17.895Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.895Z","data":{"time":"2026-11-22T04:09:17.895Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"token.create","subject":"token l2ulflssc6tyhdlg","details":{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]},"organisation":"iiqhwzo5vjo5","number":12,"revision":null,"previous":"ST4lyfEO7NJvd5NxxvwZVt-6aRyNxJs4721c0bk5Z5M","hash":"eeMVZqPixkOrma1lqWG-skbP3YhHSb9a-hLKdbmtt9s"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_afHX2Mop2wQORFFAuawEOfhk8Ihnv_5nUnQ_w1qceZt0', 'audit.entry', '2026-11-22T04:09:17.921Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:17.921Z","data":{"time":"2026-11-22T04:09:17.921Z","actor":"token:l2ulflssc6tyhdlg","token":"l2ulflssc6tyhdlg","action":"secret.reveal","subject":"Secret default/dataplane-token-signing-key-default-1","details":{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]},"organisation":"iiqhwzo5vjo5","number":13,"revision":null,"previous":"eeMVZqPixkOrma1lqWG-skbP3YhHSb9a-hLKdbmtt9s","hash":"fHX2Mop2wQORFFAuawEOfhk8Ihnv_5nUnQ_w1qceZt0"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('iiqhwzo5vjo5', 'msg_awx38j1LvM75ma1ekPh7IS311ySNrwUYUCUQ7GqF0mqc', 'audit.entry', '2026-11-22T04:09:18.045Z', '{"type":"audit.entry","timestamp":"2026-11-22T04:09:18.045Z","data":{"time":"2026-11-22T04:09:18.045Z","actor":"token:ktkyhdwdami5dozb","token":"ktkyhdwdami5dozb","action":"dataplane-token.create","subject":"token e70b40e6-9402-4816-ae4d-c5604a65aca2","details":{"id":"e70b40e6-9402-4816-ae4d-c5604a65aca2","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000},"organisation":"iiqhwzo5vjo5","number":17,"revision":null,"previous":"c1YDcdHe4kUQbEM8goA3FZsMgvJg74emRF0boP30hOM","hash":"wx38j1LvM75ma1ekPh7IS311ySNrwUYUCUQ7GqF0mqc"}}');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('iiqhwzo5vjo5', 'nack/east/ydvtrnmr/default/shop-1', ' Error adding/updating listener(s) l: no');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('iiqhwzo5vjo5', 'rollout', '1.6');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('iiqhwzo5vjo5', 'zone/east', 'online');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "envelope", "last_event", "enrolled_at", "address", "ca", "closed") VALUES ('iiqhwzo5vjo5', 'east', 'snbmd3ci', '{"kty":"EC","crv":"P-256","x":"LQArAZZmNZ5AMy-z4hSf0A6oYXQwR9PzZZAaobz8db0","y":"vpMDznOZzpA6sppeDWmEEMSpvzxgmXdR2x2cmOpwNQQ"}', '{"kty":"EC","crv":"P-256","x":"pSIeIMhiLvanBW9QZu3oZx_Iff1Hq3ZOk9I87Ri1o1U","y":"5PBzagWqjt8M0qSDEk_Tp68zC-zGoSEXYTQZK-cadps"}', 0, 1, 10, 'EiRWtDgat_TjPla-CtRci9i6glHKWDvpKQO3oB1Db-I', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IlZqSjJfb2dkMGdZbW1odkFzOU1qQzNDUkcyY3VzV3ZZNWotSUVoVVBXbEUiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImM3cTZ1b2diam5vaXV0YjYiLCJ0ZW5hbnQiOiJpaXFod3pvNXZqbzUiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiRWlSV3REZ2F0X1RqUGxhLUN0UmNpOWk2Z2xIS1dEdnBLUU8zb0IxRGItSSIsInByZXZpb3VzIjoiRWlSV3REZ2F0X1RqUGxhLUN0UmNpOWk2Z2xIS1dEdnBLUU8zb0IxRGItSSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoieWR2dHJubXIiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiTFFBckFaWm1OWjVBTXktejRoU2YwQTZvWVhRd1I5UHpaWkFhb2J6OGRiMCIsInkiOiJ2cE1Eem5PWnpwQTZzcHBlRFdtRUVNU3B2enhnbVhkUjJ4MmNtT3B3TlFRIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6InNuYm1kM2NpIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IkxRQXJBWlptTlo1QU15LXo0aFNmMEE2b1lYUXdSOVB6WlpBYW9iejhkYjAiLCJ5IjoidnBNRHpuT1p6cEE2c3BwZURXbUVFTVNwdnp4Z21YZFIyeDJjbU9wd05RUSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoieEtuX0VyMUd2RGlOU0w2emhDZWNDM3l5U3g4WFo4aXBJVnE0czYwZnJVc0wzaHZSbmJXbUlvc3B3TzgxbjFVU0w1Y2ZLc2ZPNHUtZG1lSWdoNk5EQ2toMFV0djZNcWdKLS11YTBTX0IyRlpIc3NHSEE1R090eUtudVRWU2hwUzNFU2lhR1BsZ21tN2NaNlY0MFdxTWlobWM3ek5Jd3JJR3MtUnFjZFNVYmpIcXI4aDNScVpRdW1lMC1ieHdtb2txUlk3RlNhTDByV3NOUGNDUEplOXBNMXNLVmpZbUZMcjhLZ01QWWxGN0lQZ2xqVDUxcHFWMFdFT3RnNjFpNFlaWFNia2hDa0FLejB5VDI0OVBfRVE1WFlCX1J3cjlqc2RrVVR4WTZMb1gtQzRsM2M4VS04TW1XM2lydXVycE1iR0NfUzVIaTAzZDNlbk8zYmpzUUkyZnV3IiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVZtbDRhblh3cEgxUnphRjlQMFJielRBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTBNRGt3TjFvWERUTTJNVEV4T1RBME1Ea3hOMW93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCUHV4U0tUbDFjd1A3MnI2UmozZjVCZlVpUnN1T1FjQ1dhTTVocERudVFxUjE3TExIeEdSXG5YTjRoS0VLVW1xQUhmbVN2bmRIM2dkS1RWbFA2TzhwZmRWMmpYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCVFlmWHNPYjlqRmJHdEZUVVhXRW9zTkRET2pHVEFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUURFXG5Eb0RXRzh5NlkzNGhrMVlzUlpjbE04SnpsUW5wRDEvZEhzU3p0WUhLQndJZ1UxaVVpN2JPb2M5cjFJU28zaklaXG5ZdVVxK1UraCtzb3ZrNFY2RzM5U0g0TT1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.AbcHQnNQzA5nOxcjo_3XUz_5-sZz9KybY_e59yolwAJr2-Sz3cee9DC-v8Hfq5-pd_mnqXVnsNM4NtUGwKHFVw', 0, '2026-11-22T04:09:18.238Z', '', '', 0);

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "envelope", "last_event", "enrolled_at", "address", "ca", "closed") VALUES ('iiqhwzo5vjo5', 'east', 'ydvtrnmr', '{"kty":"EC","crv":"P-256","x":"LQArAZZmNZ5AMy-z4hSf0A6oYXQwR9PzZZAaobz8db0","y":"vpMDznOZzpA6sppeDWmEEMSpvzxgmXdR2x2cmOpwNQQ"}', '{"kty":"EC","crv":"P-256","x":"pSIeIMhiLvanBW9QZu3oZx_Iff1Hq3ZOk9I87Ri1o1U","y":"5PBzagWqjt8M0qSDEk_Tp68zC-zGoSEXYTQZK-cadps"}', 0, 1, 10, 'EiRWtDgat_TjPla-CtRci9i6glHKWDvpKQO3oB1Db-I', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IlZqSjJfb2dkMGdZbW1odkFzOU1qQzNDUkcyY3VzV3ZZNWotSUVoVVBXbEUiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImM3cTZ1b2diam5vaXV0YjYiLCJ0ZW5hbnQiOiJpaXFod3pvNXZqbzUiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiRWlSV3REZ2F0X1RqUGxhLUN0UmNpOWk2Z2xIS1dEdnBLUU8zb0IxRGItSSIsInByZXZpb3VzIjoiRWlSV3REZ2F0X1RqUGxhLUN0UmNpOWk2Z2xIS1dEdnBLUU8zb0IxRGItSSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoieWR2dHJubXIiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiTFFBckFaWm1OWjVBTXktejRoU2YwQTZvWVhRd1I5UHpaWkFhb2J6OGRiMCIsInkiOiJ2cE1Eem5PWnpwQTZzcHBlRFdtRUVNU3B2enhnbVhkUjJ4MmNtT3B3TlFRIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6InNuYm1kM2NpIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IkxRQXJBWlptTlo1QU15LXo0aFNmMEE2b1lYUXdSOVB6WlpBYW9iejhkYjAiLCJ5IjoidnBNRHpuT1p6cEE2c3BwZURXbUVFTVNwdnp4Z21YZFIyeDJjbU9wd05RUSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoieEtuX0VyMUd2RGlOU0w2emhDZWNDM3l5U3g4WFo4aXBJVnE0czYwZnJVc0wzaHZSbmJXbUlvc3B3TzgxbjFVU0w1Y2ZLc2ZPNHUtZG1lSWdoNk5EQ2toMFV0djZNcWdKLS11YTBTX0IyRlpIc3NHSEE1R090eUtudVRWU2hwUzNFU2lhR1BsZ21tN2NaNlY0MFdxTWlobWM3ek5Jd3JJR3MtUnFjZFNVYmpIcXI4aDNScVpRdW1lMC1ieHdtb2txUlk3RlNhTDByV3NOUGNDUEplOXBNMXNLVmpZbUZMcjhLZ01QWWxGN0lQZ2xqVDUxcHFWMFdFT3RnNjFpNFlaWFNia2hDa0FLejB5VDI0OVBfRVE1WFlCX1J3cjlqc2RrVVR4WTZMb1gtQzRsM2M4VS04TW1XM2lydXVycE1iR0NfUzVIaTAzZDNlbk8zYmpzUUkyZnV3IiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVZtbDRhblh3cEgxUnphRjlQMFJielRBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTBNRGt3TjFvWERUTTJNVEV4T1RBME1Ea3hOMW93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCUHV4U0tUbDFjd1A3MnI2UmozZjVCZlVpUnN1T1FjQ1dhTTVocERudVFxUjE3TExIeEdSXG5YTjRoS0VLVW1xQUhmbVN2bmRIM2dkS1RWbFA2TzhwZmRWMmpYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCVFlmWHNPYjlqRmJHdEZUVVhXRW9zTkRET2pHVEFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUURFXG5Eb0RXRzh5NlkzNGhrMVlzUlpjbE04SnpsUW5wRDEvZEhzU3p0WUhLQndJZ1UxaVVpN2JPb2M5cjFJU28zaklaXG5ZdVVxK1UraCtzb3ZrNFY2RzM5U0g0TT1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.AbcHQnNQzA5nOxcjo_3XUz_5-sZz9KybY_e59yolwAJr2-Sz3cee9DC-v8Hfq5-pd_mnqXVnsNM4NtUGwKHFVw', 1, '2026-11-22T04:09:17.997Z', '', '', 0);
