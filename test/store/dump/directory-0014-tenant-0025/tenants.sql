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
  envelope TEXT NOT NULL DEFAULT '', alike TEXT NOT NULL DEFAULT '',
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

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('do36ssdp6aza', 1, '2026-11-22T15:05:04.073Z', 'user:i4dyh7icjkdb25ju', NULL, 'organisation.create', 'organisation anns', NULL, '{"owner":"i4dyh7icjkdb25ju"}', '', 'sRdGz3FcsPK1x1h6s81FTYc1c-wGLy8STIrZhT5DvIg');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 1, '2026-11-22T15:04:58.985Z', 'operator', NULL, 'organisation.create', 'organisation acme', NULL, '{"token":"co5cu373nnwliwfj"}', '', 'OlADN3Ebi4_qp-y45mk3KcFs2EN7Z4A319Uk00HIpag');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 2, '2026-11-22T15:04:59.110Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'webhook.create', 'webhook 2tiimschnupkgomv', NULL, '{"events":["audit.entry","zone.offline"],"host":"receiver.invalid"}', 'OlADN3Ebi4_qp-y45mk3KcFs2EN7Z4A319Uk00HIpag', 'PIwx7726TsuRCPYFxjFHtGSJHOl8SpigRf2gQc34jxE');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 3, '2026-11-22T15:04:59.213Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'resources.change', 'Zone east', 1, '{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]}', 'PIwx7726TsuRCPYFxjFHtGSJHOl8SpigRf2gQc34jxE', 'YKUHvHCNjF6YsyBWec0fWxhzefTjtkn-uHL5Ftx0NpM');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 4, '2026-11-22T15:05:01.049Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'resources.change', 'Mesh default and 7 more', 2, '{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'YKUHvHCNjF6YsyBWec0fWxhzefTjtkn-uHL5Ftx0NpM', 'YOdKZpgT7Kn_vqvvEt4t4PeFwlVTszVoKnkh07Nfs28');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 5, '2026-11-22T15:05:01.207Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'resources.change', 'Secret default/own and 5 more', 3, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]}', 'YOdKZpgT7Kn_vqvvEt4t4PeFwlVTszVoKnkh07Nfs28', 'MNIMpj42pi4TGiINedgr1wYEgpS4j7TRdu8yw8qEaWI');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 6, '2026-11-22T15:05:01.297Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'resources.change', 'MeshTimeout default/to-change', 4, '{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]}', 'MNIMpj42pi4TGiINedgr1wYEgpS4j7TRdu8yw8qEaWI', 'ub5ffFJHzuxJAlC9wa6SZOjXgXYU71PI5IBJyj2h0Jc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 7, '2026-11-22T15:05:01.365Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'resources.change', 'MeshTimeout default/to-go', 5, '{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]}', 'ub5ffFJHzuxJAlC9wa6SZOjXgXYU71PI5IBJyj2h0Jc', '6-aqxmc1vbLT__FnpCxYmozg_xVsCCXvcFuomN2-S6M');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 8, '2026-11-22T15:05:01.408Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'audit.retention', 'audit log', NULL, '{"before":400,"days":90}', '6-aqxmc1vbLT__FnpCxYmozg_xVsCCXvcFuomN2-S6M', 'hYOt6hxuofkIUnIVJCXIyHTqKVlChe82Dwv9yI-6P48');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 9, '2026-11-22T15:05:01.431Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'token.create', 'token gbdpfjfo2xsfzctj', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'hYOt6hxuofkIUnIVJCXIyHTqKVlChe82Dwv9yI-6P48', 'I-SeI8xMY1bQiruIEfv2rvP12HAB8MgpwZpCJHw3uXA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 10, '2026-11-22T15:05:01.447Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'token.create', 'token i6z7uo3kcppg3jwe', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'I-SeI8xMY1bQiruIEfv2rvP12HAB8MgpwZpCJHw3uXA', 'uKyC6-tkUmsq8Xe_TaFO3j-F_h7VW9WQZQLM_jEs2GY');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 11, '2026-11-22T15:05:01.468Z', 'token:i6z7uo3kcppg3jwe', 'i6z7uo3kcppg3jwe', 'plan.approve', 'plan 4atwqyn7g3c3xa4k', NULL, '{"plan":"4atwqyn7g3c3xa4k","author":"token:gbdpfjfo2xsfzctj","revision":5,"required":0,"given":1}', 'uKyC6-tkUmsq8Xe_TaFO3j-F_h7VW9WQZQLM_jEs2GY', 'MtJbWcg7pxyHeB8YdP4kVVFaoVJXKv3Nx_Q2UqGC5Ps');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 12, '2026-11-22T15:05:01.495Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'token.create', 'token qgtrkq6hkueq6fxq', NULL, '{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]}', 'MtJbWcg7pxyHeB8YdP4kVVFaoVJXKv3Nx_Q2UqGC5Ps', 'PDDeC1mvuBJbnY8cEW5Yqkj3BN-VyqtkFEm3IK_pbJw');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 13, '2026-11-22T15:05:01.517Z', 'token:qgtrkq6hkueq6fxq', 'qgtrkq6hkueq6fxq', 'secret.reveal', 'Secret default/dataplane-token-signing-key-default-1', NULL, '{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]}', 'PDDeC1mvuBJbnY8cEW5Yqkj3BN-VyqtkFEm3IK_pbJw', 'B25sj80j6i76-n-fTsvaukjdUJ55X95C3ynw3xVrx_o');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 14, '2026-11-22T15:05:01.540Z', 'token:qgtrkq6hkueq6fxq', 'qgtrkq6hkueq6fxq', 'secret.reveal', 'Secret default/default.ca-builtin-key-ca-1', NULL, '{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'B25sj80j6i76-n-fTsvaukjdUJ55X95C3ynw3xVrx_o', 'PFalrKzYRKUsAUI4q7pBGFwJRDwK6Ot_6FwaIJ8rk9s');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 15, '2026-11-22T15:05:01.601Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T16:05:01.601Z","id":"byepsjst7kmixuko"}', 'PFalrKzYRKUsAUI4q7pBGFwJRDwK6Ot_6FwaIJ8rk9s', 'Cjc7o98RqABOclATq8eGP5WkKJwKcPtkKWr9eks22mA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 16, '2026-11-22T15:05:01.612Z', 'relay:east/3cu6r55q', NULL, 'relay.enrol', 'relay east/3cu6r55q', NULL, '{"enrolmentToken":"byepsjst7kmixuko"}', 'Cjc7o98RqABOclATq8eGP5WkKJwKcPtkKWr9eks22mA', 'e-AoOBGdrd0ZXxkt6tT4sB_XxeNO8_GzQ0xkkdCQve0');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 17, '2026-11-22T15:05:01.703Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'dataplane-token.create', 'token f2bbbb72-4733-4a18-a5a9-4ebf86e27236', NULL, '{"id":"f2bbbb72-4733-4a18-a5a9-4ebf86e27236","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000}', 'e-AoOBGdrd0ZXxkt6tT4sB_XxeNO8_GzQ0xkkdCQve0', '9ZsZjhRvbnLnCfft5kf68olvQL7RilyNbiXzXvlWRUA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 18, '2026-11-22T15:05:01.892Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'resources.change', 'MeshTimeout default/late', 6, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]}', '9ZsZjhRvbnLnCfft5kf68olvQL7RilyNbiXzXvlWRUA', 'x-Fx9Ps0269EtRwFff757fdibYilte6BnFgsxcPKvtg');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 19, '2026-11-22T15:05:02.104Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T16:05:02.104Z","id":"pxagsjpbkschcqlz"}', 'x-Fx9Ps0269EtRwFff757fdibYilte6BnFgsxcPKvtg', 'zLCbZKHQ9DMYiTy4lDyBURhx-xY13sdd5kB2Gk6ln00');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 20, '2026-11-22T15:05:02.112Z', 'relay:east/5i7qugld', NULL, 'relay.enrol', 'relay east/5i7qugld', NULL, '{"enrolmentToken":"pxagsjpbkschcqlz"}', 'zLCbZKHQ9DMYiTy4lDyBURhx-xY13sdd5kB2Gk6ln00', 'iUXa-cfQpZ-D7va4DCLVS8ig4FigHaeL3xL5OYa0sRk');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('gbproq2p3jjm', 21, '2026-11-22T15:05:04.099Z', 'token:co5cu373nnwliwfj', 'co5cu373nnwliwfj', 'invitation.create', 'invitation iu2ey4w6rtzkjvyj', NULL, '{"email":"bo@example.com","expiresAt":"2026-11-29T15:05:04.099Z","role":"viewer"}', 'iUXa-cfQpZ-D7va4DCLVS8ig4FigHaeL3xL5OYa0sRk', '0uaaWN5tE5fLa5xtkoUAyAMpd3rNnKyQK07xNSomRLU');

INSERT INTO "audit_seal" ("tenant_id", "number", "kind", "time", "hash", "jws") VALUES ('gbproq2p3jjm', 2, 'checkpoint', '2026-11-22T15:04:59.174Z', 'PIwx7726TsuRCPYFxjFHtGSJHOl8SpigRf2gQc34jxE', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IlhJQ2JuOGlUT1RiQnFTTko4clRXRDJzMGUxSFVtU21Uam1RdXo4SnJTdzAiLCJ0eXAiOiJ3ZWZ0LWF1ZGl0K2p3cyJ9.eyJraW5kIjoiY2hlY2twb2ludCIsIm9yZ2FuaXNhdGlvbiI6ImdicHJvcTJwM2pqbSIsIm51bWJlciI6MiwiaGFzaCI6IlBJd3g3NzI2VHN1UkNQWUZ4akZIdEdTSkhPbDhTcGlnUmYyZ1FjMzRqeEUiLCJ0aW1lIjoiMjAyNi0xMS0yMlQxNTowNDo1OS4xNzRaIn0.eGejeMJyn1JjtByMYPQvsALSsbt4tmsBimxD3Q_kEKIqi7C3eqAUPXVn8Hz3_5aq02xMeJG2UQTUZndKVnV7NA');

INSERT INTO "audit_setting" ("tenant_id", "retention_days") VALUES ('gbproq2p3jjm', 90);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'gQUxpo3TyBZc1v9TjhTb2afCC55v6FI20L8dAywkItc', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvTCCAWOgAwIBAgIQSfVXiufnr1oMMgoP0PknADAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjE1MDQ1MVoXDTM2MTExOTE1MDUwMVowMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABFTLUW3m9aWnJuEr3pAtQHkD++F2bb4nlviQAxVKnla6xIA0fTYe\nXnrkGGz0k6kmvAIFz7Rjtz3j90NmRqNmeamjXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBSUUiis61XjpEFRYqcIf+RHNePt7zAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0gAMEUCIQCJ\npBe/iubq3CvHCc1Pmm3eoArKJVK8jE/Ss8W4auW/CwIgX+tpKViGJ1qOSw5NG7WL\n8eI7arepKaDBJ4xB2RGImzA=\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', '{"web-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'Bi3mjhJsaxbGmCMhzM-R6hUbALQ2cUaoChYqm8_xMrE', '{"mesh_ca:secret:default":"gQUxpo3TyBZc1v9TjhTb2afCC55v6FI20L8dAywkItc"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', '{"shop-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00', '{"shop-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('gbproq2p3jjm', 'GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q', '{"web-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('gbproq2p3jjm', '945228aceb55e3a4415162a7087fe44735e3edef', '42364fd62485d55871e9bf196a95a88e', 'default', '', 'east', '2026-11-29T15:05:01.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('gbproq2p3jjm', '945228aceb55e3a4415162a7087fe44735e3edef', '705be18e72b1afe246178363333bd25a', 'default', '', 'east', '2026-11-29T15:05:01.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('gbproq2p3jjm', 'e98b6efd6c39f3755e939951659e58179b38f16e', '7ff14f3aff0e0f0cca2d1811acc07230', 'default', 'shop-1', 'east', '2026-11-23T15:05:01.000Z', 'f2bbbb72-4733-4a18-a5a9-4ebf86e27236');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('gbproq2p3jjm', 'byepsjst7kmixuko', 'enrolment', 'relay of east', '-PNOGDbsJCRpCKo7Jiyr4wC_x4DDd4S6bGqvtOSFa08', '[]', '2026-11-22T15:05:01.601Z', '2026-11-22T16:05:01.601Z', NULL, 'east', '3cu6r55q', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('gbproq2p3jjm', 'co5cu373nnwliwfj', 'api', 'admin', 'oSO9njv9mDkcCUVsq1za5IXQkXMTZSMBVmUGqDu-ZjY', '["admin"]', '2026-11-22T15:04:58.985Z', NULL, NULL, NULL, NULL, NULL, '2026-11-22T15:04:59.055Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('gbproq2p3jjm', 'gbdpfjfo2xsfzctj', 'api', 'other', 'oODWE09WZ3hG51zir_D-o3mgD7dSH4D8xuUa0W_a3Hw', '["admin"]', '2026-11-22T15:05:01.431Z', NULL, NULL, NULL, NULL, 'co5cu373nnwliwfj', '2026-11-22T15:05:01.454Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('gbproq2p3jjm', 'i6z7uo3kcppg3jwe', 'api', 'other', 'e_l3_rut-Y6aBMuSSqg1TobDPMV339ar_lDnOzwTaBc', '["admin"]', '2026-11-22T15:05:01.447Z', NULL, NULL, NULL, NULL, 'co5cu373nnwliwfj', '2026-11-22T15:05:01.465Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('gbproq2p3jjm', 'pxagsjpbkschcqlz', 'enrolment', 'relay of east', 'W-ll2V9nNNehvDKYH6FrXZ8p2IpQ-opwZa2I5WZk8QM', '[]', '2026-11-22T15:05:02.104Z', '2026-11-22T16:05:02.104Z', NULL, 'east', '5i7qugld', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('gbproq2p3jjm', 'qgtrkq6hkueq6fxq', 'api', 'reveal', '_Grs0zwUEBU1zWg9_3jypofK4uJkqqccHWawSW_vO9I', '["admin","secret:reveal"]', '2026-11-22T15:05:01.495Z', NULL, NULL, NULL, NULL, 'co5cu373nnwliwfj', '2026-11-22T15:05:01.516Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_add-relay-address.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-issuers.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_add-registration-ready.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_give-virtual-addresses.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-contacts.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_add-default-generators.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_follow-resources.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_deliver-revisions.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_keep-plans.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_keep-audit.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_send-webhooks.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_keep-approvals.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (14, '0014_keep-lineage.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (15, '0015_note-joins.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (16, '0016_guard-quotas.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (17, '0017_guard-moves.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (18, '0018_note-ways.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (19, '0019_keep-versions.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (20, '0020_note-uses.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (21, '0021_close-relays.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (22, '0022_note-unused-blobs.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (23, '0023_end-heads-with-envelopes.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (24, '0024_find-heads-by-index.sql', '2026-11-22 15:04:58');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (25, '0025_share-envelopes.sql', '2026-11-22 15:04:58');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('gbproq2p3jjm', 'east', '3cu6r55q', 1, 9, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T15:05:01.943Z');

INSERT INTO "envelope_part" ("tenant_id", "hash", "part", "body") VALUES ('gbproq2p3jjm', 'MLRK10h-Pth6bh06Ut8PNCpd8U3ZzvzbPXOzOGl9Ht0', 0, 'LCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoiczVlNzduWjJoUU5Wa19NOVNmNzlVeUZiWjZqSzk5VWt0NXVoRjdaX29EUFRvV3ZKWWRqV3JBMTFfVGpQX0JiSUtwMjNsNVBHXzh0N0FtU180Qm1jVHdIUDJUSkZZRFVmWjhDUENnUmRJSmNzdTdKYUxYTXFfU2ZQc0tOcDBMa19QSkVBX2lLVE1sZ2dCb1phQnBuSHAwOXlMTUFUY3NUWVFTRllJV3RRX1JrQXIzdUZFOUhZR1BBUXYtN2JXNHoxQi1yMDJUYlRPU1lmVnZ1Mk9UR0NURzZvaG45cUpNZ3NEdm9MdURPY1J0bk5zc3dFNGpCR2tNTk9wV2wzMnRFZ0tnc1lhSzRtMTBkOGYxbEx0Yi1NWGZuMTFSa3U0YUJDU3NtUGg2d2VfMUFKMGs2aW5MY2Y4bkxOLUJvZDkwWm93aDdnRnE5cHNaSHo2YkNoUEJCTE13IiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVNmVlhpdWZucjFvTU1nb1AwUGtuQURBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qRTFNRFExTVZvWERUTTJNVEV4T1RFMU1EVXdNVm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCRlRMVVczbTlhV25KdUVyM3BBdFFIa0QrK0YyYmI0bmx2aVFBeFZLbmxhNnhJQTBmVFllXG5YbnJrR0d6MGs2a212QUlGejdSanR6M2o5ME5tUnFObWVhbWpYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCU1VVaWlzNjFYanBFRlJZcWNJZitSSE5lUHQ3ekFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUNKXG5wQmUvaXVicTNDdkhDYzFQbW0zZW9BcktKVks4akUvU3M4VzRhdVcvQ3dJZ1grdHBLVmlHSjFxT1N3NU5HN1dMXG44ZUk3YXJlcEthREJKNHhCMlJHSW16QT1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('do36ssdp6aza', 1, 0, 1);

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('gbproq2p3jjm', 1, 6, 10);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('gbproq2p3jjm', 'default', 'd6e8d3defe1e853fa40f483861a3b190289d3b40', 'east', '3cu6r55q', '945228aceb55e3a4415162a7087fe44735e3edef', '-----BEGIN CERTIFICATE-----
MIICQzCCAeqgAwIBAgIQQjZP1iSF1Vhx6b8ZapWojjAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjE1MDQ1MVoXDTI2MTEyOTE1MDUwMVowNTENMAsGA1UECgwEV2VmdDES
MBAGA1UECwwJem9uZSBlYXN0MRAwDgYDVQQDDAdkZWZhdWx0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEecE94k7Cs3Au/kQfJ/yEiI5s5gOm+df4P7NXM5dO2vAy
2JIFrfvYzvZOx3CW3L19fSrVb6A+3j6TUtnSHCzMDaOB4DCB3TASBgNVHRMBAf8E
CDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQU1ujT3v4ehT+kD0g4
YaOxkCidO0AwHwYDVR0jBBgwFoAUlFIorOtV46RBUWKnCH/kRzXj7e8wGwYDVR0R
BBQwEoYQc3BpZmZlOi8vZGVmYXVsdDBaBgNVHR4BAf8EUDBOoBYwCYYHZGVmYXVs
dDAJhgdrdW1hLmlvoTQwAoIAMAqHCAAAAAAAAAAAMCKHIAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA0cAMEQCIB0Y5Zjo8JxlpBI/
nveGvhmFrKDw3f9fSe6oVcF1/ytNAiAVom5qdKtFBzsIVc7Uv3v5cfZGI5qP6R2z
9ejvV0FxCw==
-----END CERTIFICATE-----
', '2026-11-29T15:05:01.000Z', NULL, NULL, NULL);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('gbproq2p3jjm', 'default', 'e98b6efd6c39f3755e939951659e58179b38f16e', 'east', '3cu6r55q', '945228aceb55e3a4415162a7087fe44735e3edef', '-----BEGIN CERTIFICATE-----
MIIB9TCCAZugAwIBAgIQcFvhjnKxr+JGF4NjMzvSWjAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjE1MDQ1MVoXDTI2MTEyOTE1MDUwMVowQjENMAsGA1UECgwEV2VmdDEf
MB0GA1UECwwWY29udHJvbCBwbGFuZSBmb3IgZWFzdDEQMA4GA1UEAwwHZGVmYXVs
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOFpVUVgyl3iXG1g4G9EZJcJ7iIX
XwXfDu/uq+8kjURjdZs0UR0prHFSzbMq/phkb23zrQq6KfgDTRQlOI4UbfKjgYQw
gYEwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYE
FOmLbv1sOfN1XpOZUWWeWBebOPFuMB8GA1UdIwQYMBaAFJRSKKzrVeOkQVFipwh/
5Ec14+3vMBsGA1UdEQQUMBKGEHNwaWZmZTovL2RlZmF1bHQwCgYIKoZIzj0EAwID
SAAwRQIgTuEyN6KvZR1jC63uN0jnr4+AeMPim5vnfQ9S8SI24UECIQDbArYdMXXU
nXdm1D2Tb/52LgenFguuwX9EjE4KookriA==
-----END CERTIFICATE-----
', '2026-11-29T15:05:01.000Z', 'v1.4c2fe897.1HBanCm5n6sFiDVHttt1Tu3OginbnQDOpQZaZJlz7wCFQ_r9EGRbaJfjOryEE4TGE_zcUX9JVkNpHSRVoM4AXy6liJSq5vT2lNTnAwwmFwhYjkioTpvXVWYKalLZp6xT1KAxXgXOLD4GtGLx3loUEvjkjtCgJel3yifxodDzpCRdzH0DPNtNGfealxZaiG4M4pQuEdsIRRWcJYnpXH5VIzXtsFeCoA', NULL, NULL);

INSERT INTO "join_note" ("tenant_id", "zone", "subject", "code", "count", "first_at", "last_at") VALUES ('gbproq2p3jjm', 'east', 'pxagsjpbkschcqlz', 'token-used', 1, '2026-11-22T15:05:02.127Z', '2026-11-22T15:05:02.127Z');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('gbproq2p3jjm', 'east', 'qprs7KRc_l1k-0G_DJv6uxWgudjeP5pwOdVtHyVI6kk', 1, 7, 1795359901656, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"Bi3mjhJsaxbGmCMhzM-R6hUbALQ2cUaoChYqm8_xMrE"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('gbproq2p3jjm', 'east', 'u2zAZLZonq52PqCYdFX_1gBbZ1EGB5PeR5rWKPacjNo', 1, 8, 1795359901831, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"Bi3mjhJsaxbGmCMhzM-R6hUbALQ2cUaoChYqm8_xMrE"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('gbproq2p3jjm', 'east', 'N6Ceu3HL2l3ZmEEHGBZ5yykTDOoUUgZcIHwga54w0uY', 1, 10, 1795359902123, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00","proxies/default/9":"GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"Bi3mjhJsaxbGmCMhzM-R6hUbALQ2cUaoChYqm8_xMrE"},"zone":"east"}');

INSERT INTO "plan" ("tenant_id", "id", "epoch", "revision", "actor", "reason", "created_at", "expires_at", "body") VALUES ('gbproq2p3jjm', '4atwqyn7g3c3xa4k', 1, 5, 'token:gbdpfjfo2xsfzctj', '', '2026-11-22T15:05:01.456Z', '2026-11-23T15:05:01.456Z', '{"changes":[{"type":"MeshTimeout","mesh":"default","name":"planned","change":"created","before":null,"after":{"type":"MeshTimeout","mesh":"default","name":"planned","labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"creationTime":"","modificationTime":"","spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"8s"}}]}}}],"warnings":[],"demands":[],"tests":{"broken":[],"mended":[],"failing":[]},"outcome":{"effect":{"proxies":0,"zones":[]},"access":[],"faults":{"new":[],"mended":[]}},"basis":{"sequence":6,"written":{"MeshTimeout/default/planned":[null,"Gy-d7TaQrnuqcpZv"]},"kinds":{"effect":[],"access":[],"new":[],"mended":[]}}}');

INSERT INTO "plan_approval" ("tenant_id", "plan", "actor", "time", "reason") VALUES ('gbproq2p3jjm', '4atwqyn7g3c3xa4k', 'token:i6z7uo3kcppg3jwe', '2026-11-22T15:05:01.468Z', '');

INSERT INTO "plan_part" ("tenant_id", "plan", "part", "sealed") VALUES ('gbproq2p3jjm', '4atwqyn7g3c3xa4k', 0, 'v1.4c2fe897.iSXHfL2tpOeJBXTa5Bm1bYjWD94zpD-jDCsyvSD0lAsIyqG26-ozhWUyb7VL0dU-CAf_wJNCLM9ODhY-J0ChH9O53kHgpGEF7N_9mgtvwniPPTGeqGoXqxBK2PvvGYWJvhAQiqcHNiW1pe25GpxkqGC82uhRszKzYvn-6F_S4o5UyAhdlgPLLhDRakZGqgqHULuZ4--puYNgY9becekyt1Nb92_b1LksvewZh1shgdAjixCuUitvxSlWyuj-Z7QWLAFUNCkpd4V5oIKbALlbA90KRJyCAwMxwpi_UCSg3wv7AKuM4_rF7iLMeL8Gpj414DySifOAdC0mPRAc-ATmQg0altXmGBZDhsF1_9sG4qF816K41NaSo9Fa3GBbmHsMWWRDQpWDk7Aa1IqdNA');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('gbproq2p3jjm', 'east/3cu6r55q/c2f35d26-605b-4034-ba15-4aa5a8441761', 1795360501738, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('gbproq2p3jjm', 'east/3cu6r55q/c6f120a1-1037-4101-a048-9b3cbfe64cc4', 1795360501835, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id", "ready", "versions") VALUES ('gbproq2p3jjm', 'default', 'shop-1', 'life-shop-1', 'east', '3cu6r55q', 'stream', 1, '2026-11-22T15:05:01.745Z', 'f2bbbb72-4733-4a18-a5a9-4ebf86e27236', 1, NULL);

INSERT INTO "relay_contact" ("tenant_id", "zone", "relay", "connected_at", "seen_at", "left_at", "way", "lost_at") VALUES ('gbproq2p3jjm', 'east', '3cu6r55q', '2026-11-22T15:05:01.859Z', '2026-11-22T15:05:01.859Z', NULL, '', NULL);

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:04:58.988Z', '2026-11-22T15:04:58.988Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:04:58.988Z', '2026-11-22T15:04:58.988Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:04:58.988Z', '2026-11-22T15:04:58.988Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:04:58.988Z', '2026-11-22T15:04:58.988Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:04:58.988Z', '2026-11-22T15:04:58.988Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:04:58.988Z', '2026-11-22T15:04:58.988Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:04:58.988Z', '2026-11-22T15:04:58.988Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-2', 1, 2, '2026-11-22T15:04:59.213Z', '2026-11-22T15:04:59.213Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-3', 2, 3, '2026-11-22T15:05:01.049Z', '2026-11-22T15:05:01.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.4c2fe897.nx3j416_zEXQ2Xn4uNtf9rmmbDPXAViYaIdX_d7SQUPakANqcDtImOg69eSPr5vtX2IBdrgfzcr5FVeAvdCPTGib8sJ8WIZCboI2GjB0OKg7lDSbNXbXVoN1tiWJp8EOal2a46ghVwqBv3G2ONCkx0oDV0Dhh0lVjlwn4aQPBRbT_MIpqkUuXrlVOwLiiuQe-2-T5ygWvQNXjcJeA3EqE2Mo1pxLq8EaCRo-mnE4WFUPVY88gnDz_E8T6lOFVi-ekXGqoZUj8B12ghHqQJJ1nVc3rWnBF1LDLqW_-sH_zRFbgEDbG3ZIPGE2u13LPHVJNS_KPZAgUXQ42gN58oq8Vx0wlwklnm_Q7wujJn5eH5vo8RIUboXi574myzwyKWDwlzL4m-fEMnJk6aL01lSyvMYlr697n52ZwL_rOf-PU0RYPqBeZayBJMkO11Ejm9aG1M8_uoDPO4xE90U_RgcAW8R76OFtAR_UzalWyJTbi77HFoSn7Zjy11sJdvNQAfIvqX3LxPD05nzwmVgxM2eaw_VFZB5Oxpk3ctF1aCY-GI_-gHmFiJ7JEjEYkUxLvecdsoDtMNciViDN7i48HC4ZK0p_TwFh63rD9Qw4Gc8uF6aBDsd2_eU39i36BTBgyl679LGLT6VnTC1EZ7eypMjroBZlwX1tT6BIEhqy7ekIRJMVUplk0PUqsIQ6zo9LKxQaTMshe2H4Xoplj7MuN7xXGDmnP8vFoDRs9iaFEIdupZ9i8iliNg8oc0RG43dmR9PF8ADZj9MS4EY12jZEw7U_du8KthKlsnCRKVVOrR3zkHnWGJKQlC7SBmnSaShGbhpWENZrqnFUNTypBM6WEO2rs1OM-wDZSsZGHjxdLn0qhKj00TRl8HLHAMEdw4Fh_HLHXbHmvgc6oS5g3wmpN4hlbgVChD1mkJA1jixoUawEJE_z1V6xyXfjJNxOZHhiHSA_eO8bhIrXp6T_Q9FP0v0HboPjc1klVcmKQVHwXlkrw6np8kkZG_xgYbY4DMnEwDcFymlwfwjktKxmY6QCzJfF7nmZROBpkXb_vTcUR66cesQsky4JarzMqoxrQPkb5hcZ2cFnnz59rvVShpER3EvBtc3SFqZ4LTNGkKY996sQdVfp4HwTv_l_iigD-OiaNUMF8UYJKwDCmtdoxqlGl2yX1ciZz8897ur-fi607twCB0aLMl9_JAWV33MkrjtlYjEWUn9NtVtgzB8dn6tFUsn8TXtRBOaxitYlk5MH_-vgVoe5MA16evARcX_XO2P_EfN6hw4hPDdHntDoR2-5sZj4llgThtWTgy-Drc4PDkJ_lJwAsfT0lSGdGwNUna2cyu5dMkbUrZwltQ21Zq0bf4UzdzjBhGS4jHuQUxWGyM6rnAowKhAIYf4N2dluGbAreUAfJ-ztEp3H3oYuE4kQlrIRv0l3yVXB-24qAPnA2ucSweioEhIWrwts_7qkk0j9_AcVH1YxwirzM-q7V20VcSuQ_Kh6bpJQs7_nUnNmfB9zLg0y03mMmuOEeBf2bajZcHyl9tmXS9w8cKFfAteYSxm_0VHNJNLITCaXcWJfTzHl5IcOFrEDXi2EcSyfDobRw3WLQpQUAEAkD6q4jepsxSF1FfqvlDthhXawVlbwm0NVWwO_ml25LIHB61nFgJTRT8bbmrZzFpkRv6vTVRwbvgwtUYcWEKA66gvkZDchLgxN3e5wCl1hV_wVIHjFe1QzWuLMbFSKI_8Fg0D6iCD8M7JcWPAAw6RSjivRtIWtQ8KAyXiDNGC1ihIf0DFgIsoPrsid2Zy4A6Q7Aop3FovijOA2ivO-cdLL1RFo29sJq4zBIGeTfNGnKkRgS9xurLiA59QIYlALEyZEtB96yIZNPByVIsnmvuaPKReV6oYeMRZ_mutyGXLq6y6tztYaWgkNtkFCKHoIxgw6-rcHrF45EdM6TaWJQyY9H86QwZ18AgeNj681XSEUL8LjmNfKooN4qAaTYkRv4O77G-RzfO2LI-DFgXdcC2rqtl4uovZzyN8zKDGxC-VXxbxzuiZybWGMJR-dG7cc_3-27JcmL0EhiuBIOMucew76AuFzi7u5lvgJIKmFbzliNQNLXWNOUHpiYrO2OYZUqfSEtjrpOI_BDef-2SyZb8K48vJggwD5ynuYOqNvqObK0RW0B6hk6_RyK5tiCFmY6_X0_dYmciR4gdo1ZqH-XqFSJqfR9V0OYx-NH1WYcTE39zqnOYpswpy2b7BkDJIlPL6OR3NSs2xmuBxnqcEqrN9e5y7dfTDc3eskzMtOrqYjef2eM88Tk4Bc5aSUZNyj2DpAG1_uYrSKC6DMhZu9tWpZa33fMdZbE9Xe4N-H3UbW4IuXGKhpF67QCuR9pBvk7Ez-MCXKkyFJkfCuN0wFhp7vgcBBlUYO9wKyRIhLEPO5rESsNZ1tA6Hv6VLfdw2rgAVXtuHvb3nPpUnWQ-5SKFexK-rIMtFoFkyqx5mo8aVjAwmdoN95KTWxRhVEaiHuB2VNXcFo2Js_oIrtrZEvI7xD-JY4EJhhqk1DMLko9xgKZ8V754b5eppMWSsOw2RgEemtFq5ow-p7OzIsTg2khJKw0RY_nml8YV-m2tDi0VdJGBFGifwfeDUQQOe08Aj-eMQP7OXkXxc-SNv5YP_H1gQMXamnT74ZbZnRMIVK7KD6XeakLccG-C8QVzyfvQEsBGSb9goWwLLa2HaWh3h4OlrxiQIMpF-eNSMXCsssOC8gjLaIpZKnHzGq9dPVU1OUqjtkQZ7ImIqVK_lxq6UaaMNNcZNxv9fbiBwbm-j0W5hFF_5iuwgXbVuxbXUOS1agUaErlPsqNNIoXLMYltv1Q3wwSd5Ib_mvQPImk4BzdRl9zp-NefkmaoblbbM_ZvqjOaga4bte7yTKCoEY8xV2grLEJ0yavf8m8q82NuodfVk7hqLzvSADLnN73Kb8bz3VRJGTjKnOqRM21xg7g7yw4GTWLb99jQ78E1Yfz5mgNZfTphFaVinPqfwURhMhmHsb60t9n2y7R8Ql88d1vKJD_jfmGxNTMlUQs_Mh59FqvUxdtm7oRB8GjHw"}', NULL, '1-3', 2, 3, '2026-11-22T15:05:01.049Z', '2026-11-22T15:05:01.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T15:05:01.049Z', '2026-11-22T15:05:01.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T15:05:01.049Z', '2026-11-22T15:05:01.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-3', 2, 3, '2026-11-22T15:05:01.049Z', '2026-11-22T15:05:01.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-3', 2, 3, '2026-11-22T15:05:01.049Z', '2026-11-22T15:05:01.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.4c2fe897.x3mfLyW8gAb4Lp4CwqXyrdoMWwDS745Lxp-ui_gqgY0GXpjBVSk6n-UYPVAVHggxN7lCEzGLW_xwJN62MObJRMq_OqqSABOMVBxzfiJY1CgniGhgOdd7vED7uyvThy-lcammVR-EjWPZq0mLb1UQAZ1godtqr3ryCxmIR2FF5Kiof9NCvmoAAyMQ_Trm0CwTa-CFGAE0asgal1kroTnlY9DuxX6J-JHa26pyeAtwzuXI1ilTn2a41sNhK4fTdlzicbG99HtqJZGyebJszPZps52m3owk85MnHHDU0y5S4QMfOU5YZUhu_5t2ujklKQ3De2jBaRV0peSnzaEIUwT-gYkFy-2_sQwadOgJER-xFsKQ8_4Xts2vnALjDRLyPOQ3tdecIFiK7QP9ut8n2k-7dmgEqV9lT1Y39m06shwwNcgrrwBU6A307qPl2XwsliDjTLldwFhRBw2WhxPaSClbd6Qvv-Utq_Jyu0X1oFUBsg9yABQzlsw8aUM78l6q-1ymgFBDJdL3k64Zi1wHI7-vXDcsxZtbDpIyhA_pd6J1X10BgoXKwdDwsVkWda2eEUKwy7ci84gSdPgJ7TjQPBJ8lOtGMWrARb8XAhg4AMq4dQhE5HulziJFvIfZhWTEjr1f6bNULwL66Yt0TUzwxj8u2ltrP8s1esz_0lQmvA1P-mEFg5OgUx6uzh50SAQ9OKQbFZrLL9j50MxIirAOGXMFrlQxoUTbuzSWfAGcFIN-c7G_6Kz5NQncJFBwlDiNJXR-A3rp1WuERZbQJPZT1DSPi5wKnXwftkj2uDjsW583C2A5FV9xnU57cNVguSRT1HHzNlBuWgLpLqPW2Cuq2H3vndJJsK0-dg0dE4MLLdJ5D06zDYMSvuOgNROjJMBYdZiPSAyN4FGtE75M7h6aAKshrkgo46FDUk1IdQeZquG0xJbdwGzkIjnu9ssa8Q3QJGi8OR1pnGkKBz0UYGHjNnn69Dn7tzI0nRPNFW9KJlMNqV9bk7JeeijzzWRBiIqFFKUx6BirGCTcoGEo_oCm3ZjaFshzd97xrGEkTD7F3YUjIJ5tk0YVe6X7E_VekCK8WPv-76AigXRwqFARUHHJR0ScLJMK_gnr9LQfGwM8PQeLR66OHbfxbYedyAALEkOjtUgLLmYm8LfZQComZ0tQ5lN-F55-FTTsBb5dTFLWiz5zpYyy_eMN07CMjJiofavWemPyJ9YS2Q"}', NULL, '1-3', 2, 3, '2026-11-22T15:05:01.049Z', '2026-11-22T15:05:01.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.4c2fe897.OL7hYIOnaSRLZ0LNceD2Nc5etkWEjFcFyx5cvpfNtzApb0tmaa_15aBKVdI4EQwC6Tf0_JPccPDSOCI-6stDx716B-dQfNahoRm-xFATQY2J1mSmOP7YoR3tIuKhHNwOhfz7JXaaFrd03wyF3yuJbrwRGxXV0mI1x0wOXcjxQkdatMgHkpjk-VJh7lJwkb5tE6f8FZTy0RuG04VrAGZC725E2GWFhmfTTMhdGM4-THXaI8uCjhbf2X9nKpW9BzupK5zFdA24i50vghCa61tgu0IruuhVY_6pib9W3DTzvxTdma5A5WxIJbC-RQyrt357LopcZs0oyuBlg6Eu3O8XpV3fLaeZWd5-NnRJd5jwGN6c9BZJQUUYMrjm8Jo3IIOElPCD50k2xNu1YEiwRrppFxrf9VVRDQO0YvT-ac8JOJ2tV3CjSaph7r2fimYQU54oUHjvp_CUfkHXd_Mz-i119w"}', NULL, '1-3', 2, 3, '2026-11-22T15:05:01.049Z', '2026-11-22T15:05:01.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'Secret', 'default', 'own', '{}', '{"data":"v1.4c2fe897.ILpkSjh_XzHITr5ZEDdYvX9FQkaDkLUewkIg8OdgtpxbCmaGTmbkjw"}', NULL, '1-4', 3, 4, '2026-11-22T15:05:01.207Z', '2026-11-22T15:05:01.207Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T15:05:01.207Z', '2026-11-22T15:05:01.207Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T15:05:01.207Z', '2026-11-22T15:05:01.207Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-5', 4, 4, '2026-11-22T15:05:01.207Z', '2026-11-22T15:05:01.297Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-4', 3, 4, '2026-11-22T15:05:01.207Z', '2026-11-22T15:05:01.207Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-8', 5, 8, '2026-11-22T15:05:01.823Z', '2026-11-22T15:05:01.823Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('gbproq2p3jjm', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-9', 6, 9, '2026-11-22T15:05:01.892Z', '2026-11-22T15:05:01.892Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('do36ssdp6aza', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:05:04.087Z', '2026-11-22T15:05:04.087Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('do36ssdp6aza', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:05:04.087Z', '2026-11-22T15:05:04.087Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('do36ssdp6aza', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:05:04.087Z', '2026-11-22T15:05:04.087Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('do36ssdp6aza', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:05:04.087Z', '2026-11-22T15:05:04.087Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('do36ssdp6aza', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:05:04.087Z', '2026-11-22T15:05:04.087Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('do36ssdp6aza', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:05:04.087Z', '2026-11-22T15:05:04.087Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('do36ssdp6aza', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T15:05:04.087Z', '2026-11-22T15:05:04.087Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('gbproq2p3jjm', 1, 1, 2, 'av6arywmpjsrcdu7rhfb73zirijl6yg5', 'token:co5cu373nnwliwfj', '', '2026-11-22T15:04:59.213Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('gbproq2p3jjm', 2, 1, 3, 'kbuprp5cmxcnyd4nyvmmdxokvlzereu7', 'token:co5cu373nnwliwfj', '', '2026-11-22T15:05:01.049Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('gbproq2p3jjm', 3, 1, 4, '3q2rz3m2im7jcotxlbs7icwvij46l3wn', 'token:co5cu373nnwliwfj', '', '2026-11-22T15:05:01.207Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('gbproq2p3jjm', 4, 1, 5, 'czgewja7dc7josi2lcmud3vsuwckvvwm', 'token:co5cu373nnwliwfj', '', '2026-11-22T15:05:01.297Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('gbproq2p3jjm', 5, 1, 6, 't62e7lt3lrniqrwinroueux6h624ulwf', 'token:co5cu373nnwliwfj', '', '2026-11-22T15:05:01.365Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('gbproq2p3jjm', 6, 1, 9, 'vsucgxzjin7pytxmxjiqzth3p2clz7j5', 'token:co5cu373nnwliwfj', '', '2026-11-22T15:05:01.892Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T15:04:59.213Z","modificationTime":"2026-11-22T15:04:59.213Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T15:05:01.049Z","modificationTime":"2026-11-22T15:05:01.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.4c2fe897.nx3j416_zEXQ2Xn4uNtf9rmmbDPXAViYaIdX_d7SQUPakANqcDtImOg69eSPr5vtX2IBdrgfzcr5FVeAvdCPTGib8sJ8WIZCboI2GjB0OKg7lDSbNXbXVoN1tiWJp8EOal2a46ghVwqBv3G2ONCkx0oDV0Dhh0lVjlwn4aQPBRbT_MIpqkUuXrlVOwLiiuQe-2-T5ygWvQNXjcJeA3EqE2Mo1pxLq8EaCRo-mnE4WFUPVY88gnDz_E8T6lOFVi-ekXGqoZUj8B12ghHqQJJ1nVc3rWnBF1LDLqW_-sH_zRFbgEDbG3ZIPGE2u13LPHVJNS_KPZAgUXQ42gN58oq8Vx0wlwklnm_Q7wujJn5eH5vo8RIUboXi574myzwyKWDwlzL4m-fEMnJk6aL01lSyvMYlr697n52ZwL_rOf-PU0RYPqBeZayBJMkO11Ejm9aG1M8_uoDPO4xE90U_RgcAW8R76OFtAR_UzalWyJTbi77HFoSn7Zjy11sJdvNQAfIvqX3LxPD05nzwmVgxM2eaw_VFZB5Oxpk3ctF1aCY-GI_-gHmFiJ7JEjEYkUxLvecdsoDtMNciViDN7i48HC4ZK0p_TwFh63rD9Qw4Gc8uF6aBDsd2_eU39i36BTBgyl679LGLT6VnTC1EZ7eypMjroBZlwX1tT6BIEhqy7ekIRJMVUplk0PUqsIQ6zo9LKxQaTMshe2H4Xoplj7MuN7xXGDmnP8vFoDRs9iaFEIdupZ9i8iliNg8oc0RG43dmR9PF8ADZj9MS4EY12jZEw7U_du8KthKlsnCRKVVOrR3zkHnWGJKQlC7SBmnSaShGbhpWENZrqnFUNTypBM6WEO2rs1OM-wDZSsZGHjxdLn0qhKj00TRl8HLHAMEdw4Fh_HLHXbHmvgc6oS5g3wmpN4hlbgVChD1mkJA1jixoUawEJE_z1V6xyXfjJNxOZHhiHSA_eO8bhIrXp6T_Q9FP0v0HboPjc1klVcmKQVHwXlkrw6np8kkZG_xgYbY4DMnEwDcFymlwfwjktKxmY6QCzJfF7nmZROBpkXb_vTcUR66cesQsky4JarzMqoxrQPkb5hcZ2cFnnz59rvVShpER3EvBtc3SFqZ4LTNGkKY996sQdVfp4HwTv_l_iigD-OiaNUMF8UYJKwDCmtdoxqlGl2yX1ciZz8897ur-fi607twCB0aLMl9_JAWV33MkrjtlYjEWUn9NtVtgzB8dn6tFUsn8TXtRBOaxitYlk5MH_-vgVoe5MA16evARcX_XO2P_EfN6hw4hPDdHntDoR2-5sZj4llgThtWTgy-Drc4PDkJ_lJwAsfT0lSGdGwNUna2cyu5dMkbUrZwltQ21Zq0bf4UzdzjBhGS4jHuQUxWGyM6rnAowKhAIYf4N2dluGbAreUAfJ-ztEp3H3oYuE4kQlrIRv0l3yVXB-24qAPnA2ucSweioEhIWrwts_7qkk0j9_AcVH1YxwirzM-q7V20VcSuQ_Kh6bpJQs7_nUnNmfB9zLg0y03mMmuOEeBf2bajZcHyl9tmXS9w8cKFfAteYSxm_0VHNJNLITCaXcWJfTzHl5IcOFrEDXi2EcSyfDobRw3WLQpQUAEAkD6q4jepsxSF1FfqvlDthhXawVlbwm0NVWwO_ml25LIHB61nFgJTRT8bbmrZzFpkRv6vTVRwbvgwtUYcWEKA66gvkZDchLgxN3e5wCl1hV_wVIHjFe1QzWuLMbFSKI_8Fg0D6iCD8M7JcWPAAw6RSjivRtIWtQ8KAyXiDNGC1ihIf0DFgIsoPrsid2Zy4A6Q7Aop3FovijOA2ivO-cdLL1RFo29sJq4zBIGeTfNGnKkRgS9xurLiA59QIYlALEyZEtB96yIZNPByVIsnmvuaPKReV6oYeMRZ_mutyGXLq6y6tztYaWgkNtkFCKHoIxgw6-rcHrF45EdM6TaWJQyY9H86QwZ18AgeNj681XSEUL8LjmNfKooN4qAaTYkRv4O77G-RzfO2LI-DFgXdcC2rqtl4uovZzyN8zKDGxC-VXxbxzuiZybWGMJR-dG7cc_3-27JcmL0EhiuBIOMucew76AuFzi7u5lvgJIKmFbzliNQNLXWNOUHpiYrO2OYZUqfSEtjrpOI_BDef-2SyZb8K48vJggwD5ynuYOqNvqObK0RW0B6hk6_RyK5tiCFmY6_X0_dYmciR4gdo1ZqH-XqFSJqfR9V0OYx-NH1WYcTE39zqnOYpswpy2b7BkDJIlPL6OR3NSs2xmuBxnqcEqrN9e5y7dfTDc3eskzMtOrqYjef2eM88Tk4Bc5aSUZNyj2DpAG1_uYrSKC6DMhZu9tWpZa33fMdZbE9Xe4N-H3UbW4IuXGKhpF67QCuR9pBvk7Ez-MCXKkyFJkfCuN0wFhp7vgcBBlUYO9wKyRIhLEPO5rESsNZ1tA6Hv6VLfdw2rgAVXtuHvb3nPpUnWQ-5SKFexK-rIMtFoFkyqx5mo8aVjAwmdoN95KTWxRhVEaiHuB2VNXcFo2Js_oIrtrZEvI7xD-JY4EJhhqk1DMLko9xgKZ8V754b5eppMWSsOw2RgEemtFq5ow-p7OzIsTg2khJKw0RY_nml8YV-m2tDi0VdJGBFGifwfeDUQQOe08Aj-eMQP7OXkXxc-SNv5YP_H1gQMXamnT74ZbZnRMIVK7KD6XeakLccG-C8QVzyfvQEsBGSb9goWwLLa2HaWh3h4OlrxiQIMpF-eNSMXCsssOC8gjLaIpZKnHzGq9dPVU1OUqjtkQZ7ImIqVK_lxq6UaaMNNcZNxv9fbiBwbm-j0W5hFF_5iuwgXbVuxbXUOS1agUaErlPsqNNIoXLMYltv1Q3wwSd5Ib_mvQPImk4BzdRl9zp-NefkmaoblbbM_ZvqjOaga4bte7yTKCoEY8xV2grLEJ0yavf8m8q82NuodfVk7hqLzvSADLnN73Kb8bz3VRJGTjKnOqRM21xg7g7yw4GTWLb99jQ78E1Yfz5mgNZfTphFaVinPqfwURhMhmHsb60t9n2y7R8Ql88d1vKJD_jfmGxNTMlUQs_Mh59FqvUxdtm7oRB8GjHw"},"creationTime":"2026-11-22T15:05:01.049Z","modificationTime":"2026-11-22T15:05:01.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T15:05:01.049Z","modificationTime":"2026-11-22T15:05:01.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T15:05:01.049Z","modificationTime":"2026-11-22T15:05:01.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T15:05:01.049Z","modificationTime":"2026-11-22T15:05:01.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T15:05:01.049Z","modificationTime":"2026-11-22T15:05:01.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.4c2fe897.x3mfLyW8gAb4Lp4CwqXyrdoMWwDS745Lxp-ui_gqgY0GXpjBVSk6n-UYPVAVHggxN7lCEzGLW_xwJN62MObJRMq_OqqSABOMVBxzfiJY1CgniGhgOdd7vED7uyvThy-lcammVR-EjWPZq0mLb1UQAZ1godtqr3ryCxmIR2FF5Kiof9NCvmoAAyMQ_Trm0CwTa-CFGAE0asgal1kroTnlY9DuxX6J-JHa26pyeAtwzuXI1ilTn2a41sNhK4fTdlzicbG99HtqJZGyebJszPZps52m3owk85MnHHDU0y5S4QMfOU5YZUhu_5t2ujklKQ3De2jBaRV0peSnzaEIUwT-gYkFy-2_sQwadOgJER-xFsKQ8_4Xts2vnALjDRLyPOQ3tdecIFiK7QP9ut8n2k-7dmgEqV9lT1Y39m06shwwNcgrrwBU6A307qPl2XwsliDjTLldwFhRBw2WhxPaSClbd6Qvv-Utq_Jyu0X1oFUBsg9yABQzlsw8aUM78l6q-1ymgFBDJdL3k64Zi1wHI7-vXDcsxZtbDpIyhA_pd6J1X10BgoXKwdDwsVkWda2eEUKwy7ci84gSdPgJ7TjQPBJ8lOtGMWrARb8XAhg4AMq4dQhE5HulziJFvIfZhWTEjr1f6bNULwL66Yt0TUzwxj8u2ltrP8s1esz_0lQmvA1P-mEFg5OgUx6uzh50SAQ9OKQbFZrLL9j50MxIirAOGXMFrlQxoUTbuzSWfAGcFIN-c7G_6Kz5NQncJFBwlDiNJXR-A3rp1WuERZbQJPZT1DSPi5wKnXwftkj2uDjsW583C2A5FV9xnU57cNVguSRT1HHzNlBuWgLpLqPW2Cuq2H3vndJJsK0-dg0dE4MLLdJ5D06zDYMSvuOgNROjJMBYdZiPSAyN4FGtE75M7h6aAKshrkgo46FDUk1IdQeZquG0xJbdwGzkIjnu9ssa8Q3QJGi8OR1pnGkKBz0UYGHjNnn69Dn7tzI0nRPNFW9KJlMNqV9bk7JeeijzzWRBiIqFFKUx6BirGCTcoGEo_oCm3ZjaFshzd97xrGEkTD7F3YUjIJ5tk0YVe6X7E_VekCK8WPv-76AigXRwqFARUHHJR0ScLJMK_gnr9LQfGwM8PQeLR66OHbfxbYedyAALEkOjtUgLLmYm8LfZQComZ0tQ5lN-F55-FTTsBb5dTFLWiz5zpYyy_eMN07CMjJiofavWemPyJ9YS2Q"},"creationTime":"2026-11-22T15:05:01.049Z","modificationTime":"2026-11-22T15:05:01.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.4c2fe897.OL7hYIOnaSRLZ0LNceD2Nc5etkWEjFcFyx5cvpfNtzApb0tmaa_15aBKVdI4EQwC6Tf0_JPccPDSOCI-6stDx716B-dQfNahoRm-xFATQY2J1mSmOP7YoR3tIuKhHNwOhfz7JXaaFrd03wyF3yuJbrwRGxXV0mI1x0wOXcjxQkdatMgHkpjk-VJh7lJwkb5tE6f8FZTy0RuG04VrAGZC725E2GWFhmfTTMhdGM4-THXaI8uCjhbf2X9nKpW9BzupK5zFdA24i50vghCa61tgu0IruuhVY_6pib9W3DTzvxTdma5A5WxIJbC-RQyrt357LopcZs0oyuBlg6Eu3O8XpV3fLaeZWd5-NnRJd5jwGN6c9BZJQUUYMrjm8Jo3IIOElPCD50k2xNu1YEiwRrppFxrf9VVRDQO0YvT-ac8JOJ2tV3CjSaph7r2fimYQU54oUHjvp_CUfkHXd_Mz-i119w"},"creationTime":"2026-11-22T15:05:01.049Z","modificationTime":"2026-11-22T15:05:01.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.4c2fe897.ILpkSjh_XzHITr5ZEDdYvX9FQkaDkLUewkIg8OdgtpxbCmaGTmbkjw"},"creationTime":"2026-11-22T15:05:01.207Z","modificationTime":"2026-11-22T15:05:01.207Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T15:05:01.207Z","modificationTime":"2026-11-22T15:05:01.207Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T15:05:01.207Z","modificationTime":"2026-11-22T15:05:01.207Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T15:05:01.207Z","modificationTime":"2026-11-22T15:05:01.207Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T15:05:01.207Z","modificationTime":"2026-11-22T15:05:01.207Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T15:05:01.207Z","modificationTime":"2026-11-22T15:05:01.207Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T15:05:01.207Z","modificationTime":"2026-11-22T15:05:01.207Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T15:05:01.207Z","modificationTime":"2026-11-22T15:05:01.297Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T15:05:01.207Z","modificationTime":"2026-11-22T15:05:01.207Z"}', NULL, 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('gbproq2p3jjm', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T15:05:01.892Z","modificationTime":"2026-11-22T15:05:01.892Z"}', 0);

INSERT INTO "revision_delivery" ("tenant_id", "epoch", "revision", "zone", "relay", "sequence", "answered_at", "acked", "nacked", "pending", "absent", "untouched", "pushed", "taken", "laggards", "at") VALUES ('gbproq2p3jjm', 1, 6, 'east', '3cu6r55q', 9, NULL, 1, 1, 0, 0, 0, '{"count":1,"max":5,"buckets":[]}', '{"count":1,"max":5,"buckets":[]}', '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no","state":"nacked"}]', '2026-11-22T15:05:02.080Z');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('gbproq2p3jjm', 1, '', 1, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('gbproq2p3jjm', 2, '', 2, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('gbproq2p3jjm', 4, '', 3, '{"access":[{"mesh":"default","from":"web","to":"backend","before":{"outcome":"none","reason":"absent"},"after":{"outcome":"allowed","reason":"rule","rule":{"kri":"kri_mtp_default___all_","part":"rules","rule":0,"list":"allow","item":0}}}],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('gbproq2p3jjm', 5, '', 5, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('gbproq2p3jjm', 6, '', 6, '{"access":[],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('gbproq2p3jjm', 6, 'east', 6, '{"effect":{"zone":"east","proxies":2,"shapes":[{"mesh":"default","change":"changed","proxies":{"count":2,"names":["shop-1","web-1"]},"resources":[{"kind":"cluster","name":"backend","change":"changed","patch":[{"op":"test","path":"/connectTimeout","value":"5s"},{"op":"replace","path":"/connectTimeout","value":"9s"}],"own":false}]}],"endpoints":[],"secrets":[]}}');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('do36ssdp6aza', 'envelope', '', 'YX_NKIi-yD8dsdkLWON6U9k976vxPDeRAUIf2p_k4uM', '{"kty":"EC","crv":"P-256","x":"hgTiqapiU4e2l1_TyZaE38TN69Slss8nrgcaPXmH2XU","y":"-GkJUXJ8tHcHpNB7KH1DtYGAl7vxcE9WYgb7Om3YTuU","alg":"ES256","kid":"YX_NKIi-yD8dsdkLWON6U9k976vxPDeRAUIf2p_k4uM"}', 'v1.4c2fe897.lw1I03RJURsbXXd9B57G-gWYR1k5Rfxztqn-UxamHJ1-q0C-VBMlwdSJeicsrk7ZrFRD7We8S1bb174z1MoIgAbAED73mwvZwgDBMCD6wmq3rboFjpKD7ZJE6LE0EEv1KW2HKpe8jlkUUEm9RmriSMRuIXY97s2afmePNap26mNoJOEXIX2PCfPZUDaMX_PUmWPsCcpeXTbvKLdlxxt7qwX4PlFJjQ', '2026-11-22T15:05:04.067Z');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('gbproq2p3jjm', 'envelope', '', 'XICbn8iTOTbBqSNJ8rTWD2s0e1HUmSmTjmQuz8JrSw0', '{"kty":"EC","crv":"P-256","x":"bsH78VaT5ee3ClACadhmSc8YpiX0W3hg13WAblwtdZA","y":"fnD9SS6pKIyyVJmi-X4y-bMc8L7k5HyXLlCxiKMndUA","alg":"ES256","kid":"XICbn8iTOTbBqSNJ8rTWD2s0e1HUmSmTjmQuz8JrSw0"}', 'v1.4c2fe897.zplJBgG6oc6X4FpDXmOjrBtfn7yzpcVZ_G_pas4S8OXK0yisRVpVIRS9Kkd6mV0EjAXvW_Vaok0t6xFNTJiqn7wNDiuUlA8TxLFkfZJi-Y0tQTf_e81dyGbL7_-lSzClR-ttgUM4FfL0G9yixn2tBRWGWTPoJblwA7PqB-gvR5HLDitKw9L-sfqjCVzrdfatX63_X56txyzetmk1POVtyAom_lS4ZA', '2026-11-22T15:04:58.980Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('do36ssdp6aza', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('gbproq2p3jjm', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('gbproq2p3jjm', 7, 1, 5, 'enrolled/east/3cu6r55q');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('gbproq2p3jjm', 8, 1, 5, '2loju7rtgohxamr4voftd72f');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('gbproq2p3jjm', 10, 1, 6, 'enrolled/east/5i7qugld');

INSERT INTO "tenant_move" ("tenant_id", "generation", "target", "frozen_until", "session") VALUES ('gbproq2p3jjm', 1, '', 1795359916669, 0);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('gbproq2p3jjm', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', 1795359901900);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('gbproq2p3jjm', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', 1795359901900);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('gbproq2p3jjm', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', 1795359901900);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('gbproq2p3jjm', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', 1795359901900);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('gbproq2p3jjm', 'default', '0', 'zone/east', 1795359901048, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('gbproq2p3jjm', 'default', '240.0.0.0', 'service/backend', 1795359901206, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('gbproq2p3jjm', 'default', '240.0.0.1', 'service/web', 1795359901206, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('gbproq2p3jjm', 'default', '240.0.0.2', 'service/shop', 1795359901817, NULL);

INSERT INTO "webhook" ("tenant_id", "id", "url", "events", "description", "secret", "older_secret", "older_until", "created_at", "disabled_at", "disabled_why") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'https://receiver.invalid/in', '["audit.entry","zone.offline"]', 'siem', 'v1.4c2fe897.m9NseCDHi3RbxVEEohGkxSCcjQMThHkypsOA6Stm2N9-MPoX8gnSnIaMGRIuV8_pWdV1cgDNxYV-Kxn_DmIoVcAjWwYrzWOfftDg2ByW', NULL, NULL, '2026-11-22T15:04:59.110Z', NULL, NULL);

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_a0uaaWN5tE5fLa5xtkoUAyAMpd3rNnKyQK07xNSomRLU', '2026-11-22T15:05:04.099Z', 'pending', 1, 1795359908599, '2026-11-22T15:05:04.223Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_a6-aqxmc1vbLT__FnpCxYmozg_xVsCCXvcFuomN2-S6M', '2026-11-22T15:05:01.365Z', 'pending', 1, 1795359906985, '2026-11-22T15:05:01.409Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_a9ZsZjhRvbnLnCfft5kf68olvQL7RilyNbiXzXvlWRUA', '2026-11-22T15:05:01.703Z', 'pending', 1, 1795359907165, '2026-11-22T15:05:01.730Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_aB25sj80j6i76-n-fTsvaukjdUJ55X95C3ynw3xVrx_o', '2026-11-22T15:05:01.517Z', 'pending', 2, 1795359935141, '2026-11-22T15:05:05.965Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_aCjc7o98RqABOclATq8eGP5WkKJwKcPtkKWr9eks22mA', '2026-11-22T15:05:01.601Z', 'pending', 2, 1795359931043, '2026-11-22T15:05:06.055Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_aI-SeI8xMY1bQiruIEfv2rvP12HAB8MgpwZpCJHw3uXA', '2026-11-22T15:05:01.431Z', 'pending', 1, 1795359907025, '2026-11-22T15:05:01.449Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_aMNIMpj42pi4TGiINedgr1wYEgpS4j7TRdu8yw8qEaWI', '2026-11-22T15:05:01.207Z', 'pending', 2, 1795359931243, '2026-11-22T15:05:05.737Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_aMtJbWcg7pxyHeB8YdP4kVVFaoVJXKv3Nx_Q2UqGC5Ps', '2026-11-22T15:05:01.468Z', 'pending', 2, 1795359930725, '2026-11-22T15:05:05.925Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_aPDDeC1mvuBJbnY8cEW5Yqkj3BN-VyqtkFEm3IK_pbJw', '2026-11-22T15:05:01.495Z', 'pending', 2, 1795359938524, '2026-11-22T15:05:06.665Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_aPFalrKzYRKUsAUI4q7pBGFwJRDwK6Ot_6FwaIJ8rk9s', '2026-11-22T15:05:01.540Z', 'pending', 2, 1795359929670, '2026-11-22T15:05:05.623Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_aYKUHvHCNjF6YsyBWec0fWxhzefTjtkn-uHL5Ftx0NpM', '2026-11-22T15:04:59.213Z', 'pending', 2, 1795359932177, '2026-11-22T15:05:04.224Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_aYOdKZpgT7Kn_vqvvEt4t4PeFwlVTszVoKnkh07Nfs28', '2026-11-22T15:05:01.049Z', 'pending', 2, 1795359931969, '2026-11-22T15:05:06.463Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_ae-AoOBGdrd0ZXxkt6tT4sB_XxeNO8_GzQ0xkkdCQve0', '2026-11-22T15:05:01.612Z', 'pending', 2, 1795359937310, '2026-11-22T15:05:06.439Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_ahYOt6hxuofkIUnIVJCXIyHTqKVlChe82Dwv9yI-6P48', '2026-11-22T15:05:01.408Z', 'pending', 2, 1795359932885, '2026-11-22T15:05:05.873Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_aiUXa-cfQpZ-D7va4DCLVS8ig4FigHaeL3xL5OYa0sRk', '2026-11-22T15:05:02.112Z', 'pending', 1, 1795359906715, '2026-11-22T15:05:02.119Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_auKyC6-tkUmsq8Xe_TaFO3j-F_h7VW9WQZQLM_jEs2GY', '2026-11-22T15:05:01.447Z', 'pending', 1, 1795359907104, '2026-11-22T15:05:01.465Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_aub5ffFJHzuxJAlC9wa6SZOjXgXYU71PI5IBJyj2h0Jc', '2026-11-22T15:05:01.297Z', 'pending', 2, 1795359939992, '2026-11-22T15:05:05.733Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_ax-Fx9Ps0269EtRwFff757fdibYilte6BnFgsxcPKvtg', '2026-11-22T15:05:01.892Z', 'pending', 2, 1795359934971, '2026-11-22T15:05:06.312Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('gbproq2p3jjm', '2tiimschnupkgomv', 'msg_azLCbZKHQ9DMYiTy4lDyBURhx-xY13sdd5kB2Gk6ln00', '2026-11-22T15:05:02.104Z', 'pending', 1, 1795359908058, '2026-11-22T15:05:02.113Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_a0uaaWN5tE5fLa5xtkoUAyAMpd3rNnKyQK07xNSomRLU', 'audit.entry', '2026-11-22T15:05:04.099Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:04.099Z","data":{"time":"2026-11-22T15:05:04.099Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"invitation.create","subject":"invitation iu2ey4w6rtzkjvyj","details":{"email":"bo@example.com","expiresAt":"2026-11-29T15:05:04.099Z","role":"viewer"},"organisation":"gbproq2p3jjm","number":21,"revision":null,"previous":"iUXa-cfQpZ-D7va4DCLVS8ig4FigHaeL3xL5OYa0sRk","hash":"0uaaWN5tE5fLa5xtkoUAyAMpd3rNnKyQK07xNSomRLU"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_a6-aqxmc1vbLT__FnpCxYmozg_xVsCCXvcFuomN2-S6M', 'audit.entry', '2026-11-22T15:05:01.365Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.365Z","data":{"time":"2026-11-22T15:05:01.365Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"resources.change","subject":"MeshTimeout default/to-go","details":{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]},"organisation":"gbproq2p3jjm","number":7,"revision":5,"previous":"ub5ffFJHzuxJAlC9wa6SZOjXgXYU71PI5IBJyj2h0Jc","hash":"6-aqxmc1vbLT__FnpCxYmozg_xVsCCXvcFuomN2-S6M"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_a9ZsZjhRvbnLnCfft5kf68olvQL7RilyNbiXzXvlWRUA', 'audit.entry', '2026-11-22T15:05:01.703Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.703Z","data":{"time":"2026-11-22T15:05:01.703Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"dataplane-token.create","subject":"token f2bbbb72-4733-4a18-a5a9-4ebf86e27236","details":{"id":"f2bbbb72-4733-4a18-a5a9-4ebf86e27236","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000},"organisation":"gbproq2p3jjm","number":17,"revision":null,"previous":"e-AoOBGdrd0ZXxkt6tT4sB_XxeNO8_GzQ0xkkdCQve0","hash":"9ZsZjhRvbnLnCfft5kf68olvQL7RilyNbiXzXvlWRUA"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_aB25sj80j6i76-n-fTsvaukjdUJ55X95C3ynw3xVrx_o', 'audit.entry', '2026-11-22T15:05:01.517Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.517Z","data":{"time":"2026-11-22T15:05:01.517Z","actor":"token:qgtrkq6hkueq6fxq","token":"qgtrkq6hkueq6fxq","action":"secret.reveal","subject":"Secret default/dataplane-token-signing-key-default-1","details":{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]},"organisation":"gbproq2p3jjm","number":13,"revision":null,"previous":"PDDeC1mvuBJbnY8cEW5Yqkj3BN-VyqtkFEm3IK_pbJw","hash":"B25sj80j6i76-n-fTsvaukjdUJ55X95C3ynw3xVrx_o"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_aCjc7o98RqABOclATq8eGP5WkKJwKcPtkKWr9eks22mA', 'audit.entry', '2026-11-22T15:05:01.601Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.601Z","data":{"time":"2026-11-22T15:05:01.601Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T16:05:01.601Z","id":"byepsjst7kmixuko"},"organisation":"gbproq2p3jjm","number":15,"revision":null,"previous":"PFalrKzYRKUsAUI4q7pBGFwJRDwK6Ot_6FwaIJ8rk9s","hash":"Cjc7o98RqABOclATq8eGP5WkKJwKcPtkKWr9eks22mA"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_aI-SeI8xMY1bQiruIEfv2rvP12HAB8MgpwZpCJHw3uXA', 'audit.entry', '2026-11-22T15:05:01.431Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.431Z","data":{"time":"2026-11-22T15:05:01.431Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"token.create","subject":"token gbdpfjfo2xsfzctj","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"gbproq2p3jjm","number":9,"revision":null,"previous":"hYOt6hxuofkIUnIVJCXIyHTqKVlChe82Dwv9yI-6P48","hash":"I-SeI8xMY1bQiruIEfv2rvP12HAB8MgpwZpCJHw3uXA"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_aMNIMpj42pi4TGiINedgr1wYEgpS4j7TRdu8yw8qEaWI', 'audit.entry', '2026-11-22T15:05:01.207Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.207Z","data":{"time":"2026-11-22T15:05:01.207Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"resources.change","subject":"Secret default/own and 5 more","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]},"organisation":"gbproq2p3jjm","number":5,"revision":3,"previous":"YOdKZpgT7Kn_vqvvEt4t4PeFwlVTszVoKnkh07Nfs28","hash":"MNIMpj42pi4TGiINedgr1wYEgpS4j7TRdu8yw8qEaWI"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_aMtJbWcg7pxyHeB8YdP4kVVFaoVJXKv3Nx_Q2UqGC5Ps', 'audit.entry', '2026-11-22T15:05:01.468Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.468Z","data":{"time":"2026-11-22T15:05:01.468Z","actor":"token:i6z7uo3kcppg3jwe","token":"i6z7uo3kcppg3jwe","action":"plan.approve","subject":"plan 4atwqyn7g3c3xa4k","details":{"plan":"4atwqyn7g3c3xa4k","author":"token:gbdpfjfo2xsfzctj","revision":5,"required":0,"given":1},"organisation":"gbproq2p3jjm","number":11,"revision":null,"previous":"uKyC6-tkUmsq8Xe_TaFO3j-F_h7VW9WQZQLM_jEs2GY","hash":"MtJbWcg7pxyHeB8YdP4kVVFaoVJXKv3Nx_Q2UqGC5Ps"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_aPDDeC1mvuBJbnY8cEW5Yqkj3BN-VyqtkFEm3IK_pbJw', 'audit.entry', '2026-11-22T15:05:01.495Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.495Z","data":{"time":"2026-11-22T15:05:01.495Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"token.create","subject":"token qgtrkq6hkueq6fxq","details":{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]},"organisation":"gbproq2p3jjm","number":12,"revision":null,"previous":"MtJbWcg7pxyHeB8YdP4kVVFaoVJXKv3Nx_Q2UqGC5Ps","hash":"PDDeC1mvuBJbnY8cEW5Yqkj3BN-VyqtkFEm3IK_pbJw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_aPFalrKzYRKUsAUI4q7pBGFwJRDwK6Ot_6FwaIJ8rk9s', 'audit.entry', '2026-11-22T15:05:01.540Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.540Z","data":{"time":"2026-11-22T15:05:01.540Z","actor":"token:qgtrkq6hkueq6fxq","token":"qgtrkq6hkueq6fxq","action":"secret.reveal","subject":"Secret default/default.ca-builtin-key-ca-1","details":{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"gbproq2p3jjm","number":14,"revision":null,"previous":"B25sj80j6i76-n-fTsvaukjdUJ55X95C3ynw3xVrx_o","hash":"PFalrKzYRKUsAUI4q7pBGFwJRDwK6Ot_6FwaIJ8rk9s"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_aYKUHvHCNjF6YsyBWec0fWxhzefTjtkn-uHL5Ftx0NpM', 'audit.entry', '2026-11-22T15:04:59.213Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:04:59.213Z","data":{"time":"2026-11-22T15:04:59.213Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"resources.change","subject":"Zone east","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]},"organisation":"gbproq2p3jjm","number":3,"revision":1,"previous":"PIwx7726TsuRCPYFxjFHtGSJHOl8SpigRf2gQc34jxE","hash":"YKUHvHCNjF6YsyBWec0fWxhzefTjtkn-uHL5Ftx0NpM"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_aYOdKZpgT7Kn_vqvvEt4t4PeFwlVTszVoKnkh07Nfs28', 'audit.entry', '2026-11-22T15:05:01.049Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.049Z","data":{"time":"2026-11-22T15:05:01.049Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"resources.change","subject":"Mesh default and 7 more","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"gbproq2p3jjm","number":4,"revision":2,"previous":"YKUHvHCNjF6YsyBWec0fWxhzefTjtkn-uHL5Ftx0NpM","hash":"YOdKZpgT7Kn_vqvvEt4t4PeFwlVTszVoKnkh07Nfs28"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_ae-AoOBGdrd0ZXxkt6tT4sB_XxeNO8_GzQ0xkkdCQve0', 'audit.entry', '2026-11-22T15:05:01.612Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.612Z","data":{"time":"2026-11-22T15:05:01.612Z","actor":"relay:east/3cu6r55q","token":null,"action":"relay.enrol","subject":"relay east/3cu6r55q","details":{"enrolmentToken":"byepsjst7kmixuko"},"organisation":"gbproq2p3jjm","number":16,"revision":null,"previous":"Cjc7o98RqABOclATq8eGP5WkKJwKcPtkKWr9eks22mA","hash":"e-AoOBGdrd0ZXxkt6tT4sB_XxeNO8_GzQ0xkkdCQve0"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_ahYOt6hxuofkIUnIVJCXIyHTqKVlChe82Dwv9yI-6P48', 'audit.entry', '2026-11-22T15:05:01.408Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.408Z","data":{"time":"2026-11-22T15:05:01.408Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"audit.retention","subject":"audit log","details":{"before":400,"days":90},"organisation":"gbproq2p3jjm","number":8,"revision":null,"previous":"6-aqxmc1vbLT__FnpCxYmozg_xVsCCXvcFuomN2-S6M","hash":"hYOt6hxuofkIUnIVJCXIyHTqKVlChe82Dwv9yI-6P48"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_aiUXa-cfQpZ-D7va4DCLVS8ig4FigHaeL3xL5OYa0sRk', 'audit.entry', '2026-11-22T15:05:02.112Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:02.112Z","data":{"time":"2026-11-22T15:05:02.112Z","actor":"relay:east/5i7qugld","token":null,"action":"relay.enrol","subject":"relay east/5i7qugld","details":{"enrolmentToken":"pxagsjpbkschcqlz"},"organisation":"gbproq2p3jjm","number":20,"revision":null,"previous":"zLCbZKHQ9DMYiTy4lDyBURhx-xY13sdd5kB2Gk6ln00","hash":"iUXa-cfQpZ-D7va4DCLVS8ig4FigHaeL3xL5OYa0sRk"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_auKyC6-tkUmsq8Xe_TaFO3j-F_h7VW9WQZQLM_jEs2GY', 'audit.entry', '2026-11-22T15:05:01.447Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.447Z","data":{"time":"2026-11-22T15:05:01.447Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"token.create","subject":"token i6z7uo3kcppg3jwe","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"gbproq2p3jjm","number":10,"revision":null,"previous":"I-SeI8xMY1bQiruIEfv2rvP12HAB8MgpwZpCJHw3uXA","hash":"uKyC6-tkUmsq8Xe_TaFO3j-F_h7VW9WQZQLM_jEs2GY"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_aub5ffFJHzuxJAlC9wa6SZOjXgXYU71PI5IBJyj2h0Jc', 'audit.entry', '2026-11-22T15:05:01.297Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.297Z","data":{"time":"2026-11-22T15:05:01.297Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"resources.change","subject":"MeshTimeout default/to-change","details":{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]},"organisation":"gbproq2p3jjm","number":6,"revision":4,"previous":"MNIMpj42pi4TGiINedgr1wYEgpS4j7TRdu8yw8qEaWI","hash":"ub5ffFJHzuxJAlC9wa6SZOjXgXYU71PI5IBJyj2h0Jc"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_ax-Fx9Ps0269EtRwFff757fdibYilte6BnFgsxcPKvtg', 'audit.entry', '2026-11-22T15:05:01.892Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:01.892Z","data":{"time":"2026-11-22T15:05:01.892Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"resources.change","subject":"MeshTimeout default/late","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]},"organisation":"gbproq2p3jjm","number":18,"revision":6,"previous":"9ZsZjhRvbnLnCfft5kf68olvQL7RilyNbiXzXvlWRUA","hash":"x-Fx9Ps0269EtRwFff757fdibYilte6BnFgsxcPKvtg"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('gbproq2p3jjm', 'msg_azLCbZKHQ9DMYiTy4lDyBURhx-xY13sdd5kB2Gk6ln00', 'audit.entry', '2026-11-22T15:05:02.104Z', '{"type":"audit.entry","timestamp":"2026-11-22T15:05:02.104Z","data":{"time":"2026-11-22T15:05:02.104Z","actor":"token:co5cu373nnwliwfj","token":"co5cu373nnwliwfj","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T16:05:02.104Z","id":"pxagsjpbkschcqlz"},"organisation":"gbproq2p3jjm","number":19,"revision":null,"previous":"x-Fx9Ps0269EtRwFff757fdibYilte6BnFgsxcPKvtg","hash":"zLCbZKHQ9DMYiTy4lDyBURhx-xY13sdd5kB2Gk6ln00"}}');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('gbproq2p3jjm', 'nack/east/3cu6r55q/default/shop-1', ' Error adding/updating listener(s) l: no');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('gbproq2p3jjm', 'rollout', '1.6');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('gbproq2p3jjm', 'zone/east', 'online');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope", "alike") VALUES ('gbproq2p3jjm', 'east', '3cu6r55q', '{"kty":"EC","crv":"P-256","x":"vuQfQW9bGBfsxQd1zUSuCNXv9t5Q7Rg7NwDMsezxd5k","y":"IG-eqx5c-rqX8eLtt4_6aWE4PBOzdpEaoE7yFBVw6sQ"}', '{"kty":"EC","crv":"P-256","x":"jJgNOFOuSvRHnRhR_0LQZN-AP8l-jXRo2k8tEibEFJM","y":"NmTAqBKfhA2il5LsTLu1eobo8or13ckJjYoqFIDTrgU"}', 0, 1, 10, 'N6Ceu3HL2l3ZmEEHGBZ5yykTDOoUUgZcIHwga54w0uY', 1, '2026-11-22T15:05:01.612Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6IlhJQ2JuOGlUT1RiQnFTTko4clRXRDJzMGUxSFVtU21Uam1RdXo4SnJTdzAiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6Ind1dGN0dGdvbTYzM21hZmYiLCJ0ZW5hbnQiOiJnYnByb3EycDNqam0iLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiTjZDZXUzSEwybDNabUVFSEdCWjV5eWtURE9vVVVnWmNJSHdnYTU0dzB1WSIsInByZXZpb3VzIjoiTjZDZXUzSEwybDNabUVFSEdCWjV5eWtURE9vVVVnWmNJSHdnYTU0dzB1WSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiM2N1NnI1NXEiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoidnVRZlFXOWJHQmZzeFFkMXpVU3VDTlh2OXQ1UTdSZzdOd0RNc2V6eGQ1ayIsInkiOiJJRy1lcXg1Yy1ycVg4ZUx0dDRfNmFXRTRQQk96ZHBFYW9FN3lGQlZ3NnNRIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6IjVpN3F1Z2xkIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6InZ1UWZRVzliR0Jmc3hRZDF6VVN1Q05Ydjl0NVE3Umc3TndETXNlenhkNWsiLCJ5IjoiSUctZXF4NWMtcnFYOGVMdHQ0XzZhV0U0UEJPemRwRWFvRTd5RkJWdzZzUSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1d.gFdFK0IxzfBxXdNGFesY4kOLG5cULjlxuqphfNElBRasuliBD5R2DPP-I5gouI8R8FzLvkISnmDQ5OyeNTREzw', 'MLRK10h-Pth6bh06Ut8PNCpd8U3ZzvzbPXOzOGl9Ht0');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope", "alike") VALUES ('gbproq2p3jjm', 'east', '5i7qugld', '{"kty":"EC","crv":"P-256","x":"vuQfQW9bGBfsxQd1zUSuCNXv9t5Q7Rg7NwDMsezxd5k","y":"IG-eqx5c-rqX8eLtt4_6aWE4PBOzdpEaoE7yFBVw6sQ"}', '{"kty":"EC","crv":"P-256","x":"jJgNOFOuSvRHnRhR_0LQZN-AP8l-jXRo2k8tEibEFJM","y":"NmTAqBKfhA2il5LsTLu1eobo8or13ckJjYoqFIDTrgU"}', 0, 1, 10, 'N6Ceu3HL2l3ZmEEHGBZ5yykTDOoUUgZcIHwga54w0uY', 0, '2026-11-22T15:05:02.112Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6IlhJQ2JuOGlUT1RiQnFTTko4clRXRDJzMGUxSFVtU21Uam1RdXo4SnJTdzAiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6Ind1dGN0dGdvbTYzM21hZmYiLCJ0ZW5hbnQiOiJnYnByb3EycDNqam0iLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiTjZDZXUzSEwybDNabUVFSEdCWjV5eWtURE9vVVVnWmNJSHdnYTU0dzB1WSIsInByZXZpb3VzIjoiTjZDZXUzSEwybDNabUVFSEdCWjV5eWtURE9vVVVnWmNJSHdnYTU0dzB1WSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiM2N1NnI1NXEiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoidnVRZlFXOWJHQmZzeFFkMXpVU3VDTlh2OXQ1UTdSZzdOd0RNc2V6eGQ1ayIsInkiOiJJRy1lcXg1Yy1ycVg4ZUx0dDRfNmFXRTRQQk96ZHBFYW9FN3lGQlZ3NnNRIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6IjVpN3F1Z2xkIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6InZ1UWZRVzliR0Jmc3hRZDF6VVN1Q05Ydjl0NVE3Umc3TndETXNlenhkNWsiLCJ5IjoiSUctZXF4NWMtcnFYOGVMdHQ0XzZhV0U0UEJPemRwRWFvRTd5RkJWdzZzUSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1d.gFdFK0IxzfBxXdNGFesY4kOLG5cULjlxuqphfNElBRasuliBD5R2DPP-I5gouI8R8FzLvkISnmDQ5OyeNTREzw', 'MLRK10h-Pth6bh06Ut8PNCpd8U3ZzvzbPXOzOGl9Ht0');
