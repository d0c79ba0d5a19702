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

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('ceymr457sp63', 1, '2026-11-22T11:52:11.975Z', 'user:gyfiqzrjf77kox4y', NULL, 'organisation.create', 'organisation anns', NULL, '{"owner":"gyfiqzrjf77kox4y"}', '', 'AwVGijZsUYsNIAHB-BLxY_OOtTfKRoDqVGvRFZBC6xA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 1, '2026-11-22T11:52:04.591Z', 'operator', NULL, 'organisation.create', 'organisation acme', NULL, '{"token":"r23rfdrpvaqsaarz"}', '', 'cZWkeyBiezyFYj3_-QHdpC0RL_SeF5YqF_7jYt0GclU');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 2, '2026-11-22T11:52:04.840Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'webhook.create', 'webhook xkptek2l6xs3ntxh', NULL, '{"events":["audit.entry","zone.offline"],"host":"receiver.invalid"}', 'cZWkeyBiezyFYj3_-QHdpC0RL_SeF5YqF_7jYt0GclU', '7KfmvqqIa9-jZXdRa23rZpQFEjLkc-An2yay4Sf2BF0');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 3, '2026-11-22T11:52:05.464Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'resources.change', 'Zone east', 1, '{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]}', '7KfmvqqIa9-jZXdRa23rZpQFEjLkc-An2yay4Sf2BF0', 'DbcS8VTGam0mSl1jksf_ELBDB-bgJBBrkmk3LH1TmZw');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 4, '2026-11-22T11:52:06.496Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'resources.change', 'Mesh default and 7 more', 2, '{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'DbcS8VTGam0mSl1jksf_ELBDB-bgJBBrkmk3LH1TmZw', 'fUc3YzP_Rs401L2gjKeNujEgH3GJ9PVGE70tgJJE7Ew');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 5, '2026-11-22T11:52:07.057Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'resources.change', 'Secret default/own and 5 more', 3, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]}', 'fUc3YzP_Rs401L2gjKeNujEgH3GJ9PVGE70tgJJE7Ew', '5_Ib4lsmsl9CjDqcUCnME9oM4suxC0E8WSuGas4JXrI');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 6, '2026-11-22T11:52:07.214Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'resources.change', 'MeshTimeout default/to-change', 4, '{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]}', '5_Ib4lsmsl9CjDqcUCnME9oM4suxC0E8WSuGas4JXrI', 'omDl-ZAeolKrLK__jzanea4PS6Zwochf6BIktZ8AP9E');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 7, '2026-11-22T11:52:07.444Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'resources.change', 'MeshTimeout default/to-go', 5, '{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]}', 'omDl-ZAeolKrLK__jzanea4PS6Zwochf6BIktZ8AP9E', 'lkPeCQOOazcXfzrx1EFkomTFMFnWNpRFke62uXhBfD8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 8, '2026-11-22T11:52:07.730Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'audit.retention', 'audit log', NULL, '{"before":400,"days":90}', 'lkPeCQOOazcXfzrx1EFkomTFMFnWNpRFke62uXhBfD8', 'U2dE7m_6TRRIkgKTXWpJLoYaYBMQgJMUO5V58-kvZHw');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 9, '2026-11-22T11:52:08.521Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'token.create', 'token an4347ikaygclgqc', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'U2dE7m_6TRRIkgKTXWpJLoYaYBMQgJMUO5V58-kvZHw', 'dY2szBN8AnnUw0JT9-N2Smscb_VRON9EHjxIKV57GC8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 10, '2026-11-22T11:52:08.554Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'token.create', 'token u6k4rpwe7dtmmzjr', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'dY2szBN8AnnUw0JT9-N2Smscb_VRON9EHjxIKV57GC8', 'fQ08JMHa7PMVSdIbdneZpsRRw66Mg-wZe7PEWieWhOg');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 11, '2026-11-22T11:52:08.677Z', 'token:u6k4rpwe7dtmmzjr', 'u6k4rpwe7dtmmzjr', 'plan.approve', 'plan pz5pete6zdwu74li', NULL, '{"plan":"pz5pete6zdwu74li","author":"token:an4347ikaygclgqc","revision":5,"required":0,"given":1}', 'fQ08JMHa7PMVSdIbdneZpsRRw66Mg-wZe7PEWieWhOg', 'GUplkz-dx32HPcPehPriTPZkbvJSaMdk65Z2eQwjLXw');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 12, '2026-11-22T11:52:08.709Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'token.create', 'token v3qenpot36stlfre', NULL, '{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]}', 'GUplkz-dx32HPcPehPriTPZkbvJSaMdk65Z2eQwjLXw', 'EhSbo8fAgo8NdYI5EweArM9E4a_XWDckvlk0PdUD3sg');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 13, '2026-11-22T11:52:08.765Z', 'token:v3qenpot36stlfre', 'v3qenpot36stlfre', 'secret.reveal', 'Secret default/dataplane-token-signing-key-default-1', NULL, '{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]}', 'EhSbo8fAgo8NdYI5EweArM9E4a_XWDckvlk0PdUD3sg', 'wV68pkfsL44NWYkiF7RYdpt45CSbhy_0dh2qb_SZ7nE');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 14, '2026-11-22T11:52:08.865Z', 'token:v3qenpot36stlfre', 'v3qenpot36stlfre', 'secret.reveal', 'Secret default/default.ca-builtin-key-ca-1', NULL, '{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'wV68pkfsL44NWYkiF7RYdpt45CSbhy_0dh2qb_SZ7nE', 'K0sV0wMhjHpg05keztMsJImA4G4n0tY9RGQArLFY9Ms');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 15, '2026-11-22T11:52:08.892Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T12:52:08.892Z","id":"v3o2bg76nktrgrqt"}', 'K0sV0wMhjHpg05keztMsJImA4G4n0tY9RGQArLFY9Ms', 'ZI0zedDeyqeG-B-sGhTLs4WTn63aXMB3VxcrsbgDxzQ');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 16, '2026-11-22T11:52:08.914Z', 'relay:east/jmvqqghs', NULL, 'relay.enrol', 'relay east/jmvqqghs', NULL, '{"enrolmentToken":"v3o2bg76nktrgrqt"}', 'ZI0zedDeyqeG-B-sGhTLs4WTn63aXMB3VxcrsbgDxzQ', 'Lm4-PXCUbItYZv-pqfEysof5MdahRLTW7ZMQMbYx86k');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 17, '2026-11-22T11:52:09.000Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'dataplane-token.create', 'token 737109a9-9973-4308-9e66-ddf0b7795dd0', NULL, '{"id":"737109a9-9973-4308-9e66-ddf0b7795dd0","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000}', 'Lm4-PXCUbItYZv-pqfEysof5MdahRLTW7ZMQMbYx86k', '_dItuSLVABQnoYZWs5CqaGm8LTtZ_cKRnVO1Um7g6pk');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 18, '2026-11-22T11:52:09.414Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'resources.change', 'MeshTimeout default/late', 6, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]}', '_dItuSLVABQnoYZWs5CqaGm8LTtZ_cKRnVO1Um7g6pk', 'jb4SSP-tJyZE4UfV6TV_yK3Gy_5CR4xem7EVYMuTgRg');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 19, '2026-11-22T11:52:09.667Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T12:52:09.667Z","id":"v2narl2wsobegvex"}', 'jb4SSP-tJyZE4UfV6TV_yK3Gy_5CR4xem7EVYMuTgRg', '6uKsgedtSLM9SaLxuUobFeojH3rrl3yzrnhPKNyBn8A');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 20, '2026-11-22T11:52:09.742Z', 'relay:east/4yktbxoq', NULL, 'relay.enrol', 'relay east/4yktbxoq', NULL, '{"enrolmentToken":"v2narl2wsobegvex"}', '6uKsgedtSLM9SaLxuUobFeojH3rrl3yzrnhPKNyBn8A', 'zsJ-Y9SEeNHcJeB7YiHdeo-EwRr9rjy3aUFYK0qd8XI');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('eza76chovpfv', 21, '2026-11-22T11:52:11.984Z', 'token:r23rfdrpvaqsaarz', 'r23rfdrpvaqsaarz', 'invitation.create', 'invitation kumlqyaurcpxkwrj', NULL, '{"email":"bo@example.com","expiresAt":"2026-11-29T11:52:11.984Z","role":"viewer"}', 'zsJ-Y9SEeNHcJeB7YiHdeo-EwRr9rjy3aUFYK0qd8XI', 'kEUlnUdgK8h_8ZdtDN5ai1G9vEqyP6aIgUE7SZWfJdM');

INSERT INTO "audit_seal" ("tenant_id", "number", "kind", "time", "hash", "jws") VALUES ('eza76chovpfv', 2, 'checkpoint', '2026-11-22T11:52:05.133Z', '7KfmvqqIa9-jZXdRa23rZpQFEjLkc-An2yay4Sf2BF0', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IjlBSFpkZTdlRlU4VkF5b3Z3dXlfM0FjdHJlVWdJcU9aRG94ZllXU1Y5bzAiLCJ0eXAiOiJ3ZWZ0LWF1ZGl0K2p3cyJ9.eyJraW5kIjoiY2hlY2twb2ludCIsIm9yZ2FuaXNhdGlvbiI6ImV6YTc2Y2hvdnBmdiIsIm51bWJlciI6MiwiaGFzaCI6IjdLZm12cXFJYTktalpYZFJhMjNyWnBRRkVqTGtjLUFuMnlheTRTZjJCRjAiLCJ0aW1lIjoiMjAyNi0xMS0yMlQxMTo1MjowNS4xMzNaIn0.du7tWTbFAudQUvWS_Xj5D3QdMlUK-359vj5vCTyS83WSeAzWkJR6NX_VxNKHwfPOspzNxKR9gv8iniTwElCmUA');

INSERT INTO "audit_setting" ("tenant_id", "retention_days") VALUES ('eza76chovpfv', 90);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'FfNbBTu0s33URQAydX0cURuc7EHfkGf1FTNuw9T14Wg', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvTCCAWOgAwIBAgIQUttEt8w8nEe6v4TGR0AlnzAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjExNTE1NloXDTM2MTExOTExNTIwNlowMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABE/ASBD1Q+SZ81ACj9OTt24OJBhizyRtX2G5VeK29KY+Y/H6H099\n4yjUP7ANYF0EEfHZvU4xRxBl3yWebrH8GHKjXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBSFmGm8h3dKK2xd9rfwtH032VCwkDAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0gAMEUCIQCn\nPggdVCAz8r6J8WPUgqoqp3Knzup0trVwl7Rr12hxQgIgD9TLGv0KvOIGsDS1NjcP\npuFY2W6XEMjgEEGPqFxfmnM=\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', '{"web-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'x5mmn8rKs_MBdZWKpI-2WssPrBfbflpl7qxElP1jKb0', '{"mesh_ca:secret:default":"FfNbBTu0s33URQAydX0cURuc7EHfkGf1FTNuw9T14Wg"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', '{"shop-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00', '{"shop-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('eza76chovpfv', 'GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q', '{"web-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('eza76chovpfv', '859869bc87774a2b6c5df6b7f0b47d37d950b090', '60d07ea62eead7880f44c8682e6dcfb0', 'default', '', 'east', '2026-11-29T11:52:09.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('eza76chovpfv', '859869bc87774a2b6c5df6b7f0b47d37d950b090', '73936c8e8ff0e90c3e3e5714301488f6', 'default', '', 'east', '2026-11-29T11:52:09.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('eza76chovpfv', 'a9c3f07a09fc5b56ce5d1ba75e1ce7b6f7eeac0d', '53930a4d71be12004637adef2c22c834', 'default', 'shop-1', 'east', '2026-11-23T11:52:09.000Z', '737109a9-9973-4308-9e66-ddf0b7795dd0');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('eza76chovpfv', 'an4347ikaygclgqc', 'api', 'other', 'jgWZMD6kh-IftLxq1JCfPffm64n_wjEo5IynP8nnf-I', '["admin"]', '2026-11-22T11:52:08.521Z', NULL, NULL, NULL, NULL, 'r23rfdrpvaqsaarz', '2026-11-22T11:52:08.602Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('eza76chovpfv', 'r23rfdrpvaqsaarz', 'api', 'admin', 'gvE6mbckrSh0ZkWTVznRjwE9ox0kIaDh5IsbE3yOqbY', '["admin"]', '2026-11-22T11:52:04.591Z', NULL, NULL, NULL, NULL, NULL, '2026-11-22T11:52:04.765Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('eza76chovpfv', 'u6k4rpwe7dtmmzjr', 'api', 'other', '7Pt6a3o-C2sV2_MYgruW6GgjWdxxnsDqZNa9Bk7U7X4', '["admin"]', '2026-11-22T11:52:08.554Z', NULL, NULL, NULL, NULL, 'r23rfdrpvaqsaarz', '2026-11-22T11:52:08.670Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('eza76chovpfv', 'v2narl2wsobegvex', 'enrolment', 'relay of east', 'c0DCyvgiMOuCMtFyel9ryeIgglEAyUcRqnmvlsuEdNw', '[]', '2026-11-22T11:52:09.667Z', '2026-11-22T12:52:09.667Z', NULL, 'east', '4yktbxoq', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('eza76chovpfv', 'v3o2bg76nktrgrqt', 'enrolment', 'relay of east', 'qNVh5KXL1HRWpgQtGPtDDcaVqMqhTa0AgQvdS0O8WF0', '[]', '2026-11-22T11:52:08.892Z', '2026-11-22T12:52:08.892Z', NULL, 'east', 'jmvqqghs', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('eza76chovpfv', 'v3qenpot36stlfre', 'api', 'reveal', 'tK2jAtwNSMQXt_bFflkySEM4DdN2ZSaLzPBPXLDY1mk', '["admin","secret:reveal"]', '2026-11-22T11:52:08.709Z', NULL, NULL, NULL, NULL, 'r23rfdrpvaqsaarz', '2026-11-22T11:52:08.764Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_add-relay-address.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-issuers.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_add-registration-ready.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_give-virtual-addresses.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-contacts.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_add-default-generators.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_follow-resources.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_deliver-revisions.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_keep-plans.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_keep-audit.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_send-webhooks.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_keep-approvals.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (14, '0014_keep-lineage.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (15, '0015_note-joins.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (16, '0016_guard-quotas.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (17, '0017_guard-moves.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (18, '0018_note-ways.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (19, '0019_keep-versions.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (20, '0020_note-uses.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (21, '0021_close-relays.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (22, '0022_note-unused-blobs.sql', '2026-11-22 11:52:04');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (23, '0023_end-heads-with-envelopes.sql', '2026-11-22 11:52:04');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('eza76chovpfv', 'east', 'jmvqqghs', 1, 9, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T11:52:09.593Z');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('ceymr457sp63', 1, 0, 1);

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('eza76chovpfv', 1, 6, 10);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('eza76chovpfv', 'default', '453a589467437153f02aee8118e0fb3f08c9eb2f', 'east', 'jmvqqghs', '859869bc87774a2b6c5df6b7f0b47d37d950b090', '-----BEGIN CERTIFICATE-----
MIICRDCCAeqgAwIBAgIQYNB+pi7q14gPRMhoLm3PsDAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjExNTE1OVoXDTI2MTEyOTExNTIwOVowNTENMAsGA1UECgwEV2VmdDES
MBAGA1UECwwJem9uZSBlYXN0MRAwDgYDVQQDDAdkZWZhdWx0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAE9zymfTeeDzc9p2VFWgwZcYNN3zrCwjkvNJ6OpvPYqzgX
YcuhlDExqxzS07tRV48DsWoyNCFMjExoP/HGKTg38aOB4DCB3TASBgNVHRMBAf8E
CDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQURTpYlGdDcVPwKu6B
GOD7PwjJ6y8wHwYDVR0jBBgwFoAUhZhpvId3SitsXfa38LR9N9lQsJAwGwYDVR0R
BBQwEoYQc3BpZmZlOi8vZGVmYXVsdDBaBgNVHR4BAf8EUDBOoBYwCYYHZGVmYXVs
dDAJhgdrdW1hLmlvoTQwAoIAMAqHCAAAAAAAAAAAMCKHIAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA0gAMEUCIGK5AjMRIHi+1pcA
x1afERnrLUNNIjXK2cDZ3+0LbOFJAiEA8QTovvMcmPi2ZegLqQ9+BUMyXDJLE3p3
8UNqgfvEquc=
-----END CERTIFICATE-----
', '2026-11-29T11:52:09.000Z', NULL, NULL, NULL);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('eza76chovpfv', 'default', 'a9c3f07a09fc5b56ce5d1ba75e1ce7b6f7eeac0d', 'east', 'jmvqqghs', '859869bc87774a2b6c5df6b7f0b47d37d950b090', '-----BEGIN CERTIFICATE-----
MIIB9jCCAZugAwIBAgIQc5Nsjo/w6Qw+PlcUMBSI9jAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjExNTE1OVoXDTI2MTEyOTExNTIwOVowQjENMAsGA1UECgwEV2VmdDEf
MB0GA1UECwwWY29udHJvbCBwbGFuZSBmb3IgZWFzdDEQMA4GA1UEAwwHZGVmYXVs
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAJ1ky2qLJRHoHuwNdUtuSIMh7oX
JjXH0rZ0RixJ32ky5xX08I4LZA1NLprWOGW4BAYOwCRI6Wh66MXG90lue2GjgYQw
gYEwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYE
FKnD8HoJ/FtWzl0bp14c57b37qwNMB8GA1UdIwQYMBaAFIWYabyHd0orbF32t/C0
fTfZULCQMBsGA1UdEQQUMBKGEHNwaWZmZTovL2RlZmF1bHQwCgYIKoZIzj0EAwID
SQAwRgIhAO8mdn66zn1oQJ8yxjtKenFLGwx9P27m8RfN5Gt2jyM1AiEAxdJo6uvi
kqHJdV56XL3S+1IDqZU0hG4PgDkMC7N3JyI=
-----END CERTIFICATE-----
', '2026-11-29T11:52:09.000Z', 'v1.35f58170.5UZR92hIZqG_tUhTSS38hq3GBY4vek0dQaBJYbPCaf0Qbaro_ZjNABAEqRQ-bgevbYAdxiSpL8d_iJCW8Y70bQoMIJeHSQYIuOKkfF-NTreGW13QGemAmT-kKGNlIA8GR8WlJeWWTg_9GmsBivxzjVG93Ur13y2XjbrA5W_oskBGPM4CdtxT0hF8l-60Qz7v7fqHv0kMhfaIgw4OzTrwLFdeimF-Wg', NULL, NULL);

INSERT INTO "join_note" ("tenant_id", "zone", "subject", "code", "count", "first_at", "last_at") VALUES ('eza76chovpfv', 'east', 'v2narl2wsobegvex', 'token-used', 1, '2026-11-22T11:52:09.811Z', '2026-11-22T11:52:09.811Z');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('eza76chovpfv', 'east', 'Inw-1rCXYbGnuCA5w_5bIx5RGttdZ-kPNHiSUOI_RbQ', 1, 7, 1795348328959, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"x5mmn8rKs_MBdZWKpI-2WssPrBfbflpl7qxElP1jKb0"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('eza76chovpfv', 'east', 'YSDHqUGoLwu4BGiiWUPA--KaSf1WcpDgdfcu7eAS604', 1, 8, 1795348329284, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"x5mmn8rKs_MBdZWKpI-2WssPrBfbflpl7qxElP1jKb0"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('eza76chovpfv', 'east', 'WBVvi2tWfIttnLrQMrD7HafiE5yPKJvrajYuZajCu_M', 1, 10, 1795348329791, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00","proxies/default/9":"GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"x5mmn8rKs_MBdZWKpI-2WssPrBfbflpl7qxElP1jKb0"},"zone":"east"}');

INSERT INTO "plan" ("tenant_id", "id", "epoch", "revision", "actor", "reason", "created_at", "expires_at", "body") VALUES ('eza76chovpfv', 'pz5pete6zdwu74li', 1, 5, 'token:an4347ikaygclgqc', '', '2026-11-22T11:52:08.606Z', '2026-11-23T11:52:08.606Z', '{"changes":[{"type":"MeshTimeout","mesh":"default","name":"planned","change":"created","before":null,"after":{"type":"MeshTimeout","mesh":"default","name":"planned","labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"creationTime":"","modificationTime":"","spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"8s"}}]}}}],"warnings":[],"demands":[],"tests":{"broken":[],"mended":[],"failing":[]},"outcome":{"effect":{"proxies":0,"zones":[]},"access":[],"faults":{"new":[],"mended":[]}},"basis":{"sequence":6,"written":{"MeshTimeout/default/planned":[null,"Gy-d7TaQrnuqcpZv"]},"kinds":{"effect":[],"access":[],"new":[],"mended":[]}}}');

INSERT INTO "plan_approval" ("tenant_id", "plan", "actor", "time", "reason") VALUES ('eza76chovpfv', 'pz5pete6zdwu74li', 'token:u6k4rpwe7dtmmzjr', '2026-11-22T11:52:08.677Z', '');

INSERT INTO "plan_part" ("tenant_id", "plan", "part", "sealed") VALUES ('eza76chovpfv', 'pz5pete6zdwu74li', 0, 'v1.35f58170.zCwAJxqch1RCtyBdaJhnKyDIuTQR3nV2kOTeNlj_s8kUW7KIGlMOv5tKqg2v8nci6M7a2jg65BcXDVD5yi1bib86rPAMeBAOEjZWqW_-bhv15e3CHZA0KiF1wI9EOE-XDzknqbmhXDtY-h6Jg_vx5yYhWdkcPL4uQs-P3vEskYLqORM9zif0SV9kJCUQgI7_ITPkHiQocepqRm69yYsl5KyvK79J9KlnSSu5exAYoQD_oon9Iuy5wc4Bnd6-8uSXdrAlsNUfySR7ZwqLjdZ-qyXpbg7tl4VH5H6vJS9yYJS9FWqAA4-969HuuxhjqIqNCKP7mjVj4C84xhwthFotMpbGyT7Cy7FjzEUNRkU_OBtxV8VBapTpy1HthjUsOUCy4pCelZesNQsU46hUHg');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('eza76chovpfv', 'east/jmvqqghs/5032f85f-c48e-4007-8b58-6fc71b585782', 1795348929337, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('eza76chovpfv', 'east/jmvqqghs/a1821012-a7a0-4f9b-b84e-11fc6b5a19f4', 1795348929115, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id", "ready", "versions") VALUES ('eza76chovpfv', 'default', 'shop-1', 'life-shop-1', 'east', 'jmvqqghs', 'stream', 1, '2026-11-22T11:52:09.124Z', '737109a9-9973-4308-9e66-ddf0b7795dd0', 1, NULL);

INSERT INTO "relay_contact" ("tenant_id", "zone", "relay", "connected_at", "seen_at", "left_at", "way", "lost_at") VALUES ('eza76chovpfv', 'east', 'jmvqqghs', '2026-11-22T11:52:09.385Z', '2026-11-22T11:52:09.385Z', NULL, '', NULL);

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:04.594Z', '2026-11-22T11:52:04.594Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:04.594Z', '2026-11-22T11:52:04.594Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:04.594Z', '2026-11-22T11:52:04.594Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:04.594Z', '2026-11-22T11:52:04.594Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:04.594Z', '2026-11-22T11:52:04.594Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:04.594Z', '2026-11-22T11:52:04.594Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:04.594Z', '2026-11-22T11:52:04.594Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-2', 1, 2, '2026-11-22T11:52:05.465Z', '2026-11-22T11:52:05.465Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-3', 2, 3, '2026-11-22T11:52:06.496Z', '2026-11-22T11:52:06.496Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.35f58170._jLgRw7CMheYJnYG2u5bhQG6gpYVszjHYqnDnaMjdKEg9ZUmOXn8fhmswGBtQ0h2-MiHbKCAF-mfAlOivBPH_3INyKxVvO0rEFlPKYhGSEuJrjluxiRlVQQrogB4LdbDgDrGsayVu7mGJ29D3d6baCHIvndYZAqROR0_NhlgMiB2NM6vVYLoldH4aElFjX80fKjV7ZQOxNUMsOv_t7ncloLWrlQcFOw2r6AJbsMv9srOxChFMemzRwmAzzMFYFpop5wb4DCXUJanf9gE7ymK2hYUw9sK5JPdVoU6kwPeEv84aRnJw_IgRr8fkqyrAyp7JZi2JyXq3OAJjLeQ9yu91PlVXYk1tgP-wvpon_xEuMrFOkKG2PymZENwIrCr_ETsFjW62fAFS4j6Dc1lWU4E_1MZ6TFI94qbc3J_oeZHJIgQ0JslPZOPPh9dA908WpkOqv2sRZg7h_VJNorSEsm-tamMVuvhnk27Dg56nuGvheQlFbFpaEeF9JTJxML-so7_ek7Dnl6KBWfRu6l_gpEHO19jfm0ewWG3reHP4upNPvP6VEZj6CZFORiVAndF2W91HGXR99sGEG4mRtiLDKD_hVr-siZBsMvdJxmmF87Fp2UV8b1VYmWU7U5yN-KqWFOCJ8Zll_7hbkr_3_RsM1NCIb8LmPK3YNmx0Np2C85MhjJWVIGrqyXGputwDBGwHaKwaa0UMH4uI5bhP7tNdizrZdwW-SVbfGl7pFekLuiL3Phn_8pxXf3Pjd3qCTaswCLzsLZrPwvip0hmRE44sT-YjoQoms-OPAtpKUpKzqcUtQgxYTkQ6K1z0sSp5ULD9niDzwCXpMRgDGkiPvm1GV2shzeReOSTHUw6Dkhl5uZCvnUwpoN3nVmv9o2eJmdY6WxkfjVBLoF4mLTIA6AKkJQQxnIRjCFnEPCE48iicICJtxmZoqJ-kF5Sjo8HULTWIphh2g511nkLOrgmkxQ9ocyoDmo9hTpL4vR6vGrKbWqXdwu9PK4A5_tDbFq4M7kP_46tlcHwJP7yp_J3pLL6fnbuLhKn9KVrH2M8fJxjGr5nkAlxtxHOtBwj7I_c3iinIm0rYr6_jGX826Wk3XveNGYFXVdlygsFOT8NLkE95dYmd4_uVPSD3Nzu1UQN3aX8KPsNfncJ5xew9SGDcg3K6HgKzGOoywbEczE3qpGBLfst1IvQzsOFfTYt852MYGaqwiqtYEhyDQ9-IuJXc1m-O6Zi2WDbQwvZgl1WemebORUbqA3UJCLILyuaANRNDTpylB95szfldUps50DRyLsRDc-kSxBallHEJOey8GIHE06z1NgZR0DyxZb8FA2rmQXtyhmBhg-pqaRbHJknNfj_F73wi_FQvjsj3Ngkq0jzo7XSqcZRzdhQM0UVSD-FePySKmZrND9QK70Ut6GVOI5AB5HSEX4Ml8iNXYVIIntFIHtM2fwasQkUdqM-EvrpazWthHId3jZY01xTFU_RlASbkRBBRKjN3iVrBkWNGyiILcYQusCR9EedPQHRvFW5fy_3dlyZefWW1Y67GhAskBXUwDSnP8Rlrt8Gv9SvryiF8iGNVKbTMFNybOTPuJTnbE9NbjoF6dS9IWsJHxqGJqOMWHulQHUB5v41w0_YC8Mmb07yO06an47FXagbhVgU3E2fcKfUhnqt7Q4gHjL3NcNCs9koEUSV2upcz4DVrLq68WhMth3XbHmpEkMcqRP0mHtnOSNRir5LNTs4p3LIXhTQDGfGBqeKWR4RCM9AeZYTyFZ3Mz-kj3mG-juc7au9OzBmWEEHf9v0GqkzSyY6pl-Pn7h3xovtFSXF6G_xR55T-4XfTVaZCjcDK1NlroeEMxM6Uo8NMGPzSoe7KmUpkTJ90ObaWbYV5YGd9E0QDaZU8u726VAUxfsBy2KRUpgsP3Pswv7oXq2UlB14NtTWVWkOK83Aay0I6XL3fCZk4-sPhw0LGsNzs55GLEFg5hDVyJe4S4jeaMV4tcJdToBuX5-GtB2H6UleFXH3JEeF7octhXcy_w-N0KmI1YMlKhVQLdDzgKCKCFjCTKe4JEP5jkpFtghy549xmjK9ELXPLCcxTAIwliczLfUDSOO4jc7EfEc6VVYGYV5PrtJCd_2lZMcQTb53oGmb_emZBSzejO2ELznXoQyNqc6iWE1TejptsdyizSMNkd5yqX-WMiSEfmgHiX3z7J7DtpxWV4JgDX87GLafREqWwx7LG6ZyVY58AF9FTcI4NpnK0dqGcJh-7PF5ZhDTnKhtba4-P-YUkxWV_4NuLX5nurdye7GmzONrmMoUlZUqG0bCc3oswDLlvpkJjt3o05QuafXgMafNQ5gFJ3s38E0UYjUMShfmW9DjXGvU58NjyxOYzNvZ7uxdJQSokppsucrliIA509zP0TjQ8gI9bxUzDuH5C9aSE8jFcE7KZeXBRWYuJ93WrZ3sJefo2ZLUXjZGch7zhk5VOfxQeMIlhfA5XTPDMW4EzYjD9GsUlG4q42EXwQEdK4xOdSkRgXJwUrUN8qOU8izM3KvPiIImXig48FcCUgVX2wAn5xFSxr2MJJTvcToi1RnnUzqKzuokMXCRD92v1umbdJljXTFX4vZJIkE6c4X1HbCdWHCl9N1_nUPeZraCPA7L6fA4FtVIi8xpbmZso-YdwZAm9nYkb2mw955jBnUjZW38YGDs48YmMMEZb4rN_pCIGAeWdkmX-IXmfubu5ZwLgMpD4_wKyzXiH6fN5NeRIw1pbkV1h2lgQ4s79efcYkimSCDwOn_C8OAfvAeC5F6h5RGC3Z_c9KvNLHmqhk1XA6mQjy4Y5knA53pdF3v9hw8D8YnoNEKc1rquGisc_vcg346wkhroJCaxZjhdkp7vG1kjsMJqy8oXTWHNfr7p2-zuxoP2pgIuafxKWD1I61Dv9N_waCwNbVUX0ecN1Rn3Kpk6ZC49O1utFxhYrshxppO9iz5jOjK7uIQRM1b_ck9Qzg2mA7Z1G3wYt_3uRIcc0hM3FM-ugpAgfbAh51z2TgZDsGvi8K6CX0690ZI8C8bXzf-QKGk4KAu6FZ8V8N7wAmqWXKlF7aCinCGIAw"}', NULL, '1-3', 2, 3, '2026-11-22T11:52:06.496Z', '2026-11-22T11:52:06.496Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T11:52:06.496Z', '2026-11-22T11:52:06.496Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T11:52:06.496Z', '2026-11-22T11:52:06.496Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-3', 2, 3, '2026-11-22T11:52:06.496Z', '2026-11-22T11:52:06.496Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-3', 2, 3, '2026-11-22T11:52:06.496Z', '2026-11-22T11:52:06.496Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.35f58170.uqleUkGFV8Z6tFRPevAP2tPnjwE9ULeT81pYLdXmoxg0_AsxBcnJ9tpwu2Q4qdTSmfOdb187eMzwpiWr3bfOQ9QOBSkskpnRDjqlZbP868L5g6gkylYIXyoKcylNMrI8agXzxlANfCt4EWovHu3dpB10Gw3HnCLzjs8N_6W0UiXqme7-bUVhsml3LkptuMpQTZpaqf67kPDR-LDV0rUTZmp-vbOtHkQID5e0B1N8oGBQMlnWLq8r0l31eD0KsvQp9-nBgppASCbWXdu-46lRWryBZocmz9aqzNMk2HEin98TtH_hFxz7-7uOHGR18tmLf9oF9jsigThOgMtfPoTzQCj3HTPC8QuKutmsUf5_JZltkKZhCfwLaaAjPGYZpoHOeX7doimvLa9frJMctLG-zE7A1hc1wFfnccm-mOaFLJfgRDXOsxGG3xp-5TzfwFrP1V1bfNzvCDVlxpUWiGda6m4A7cTozQzvcs6JFfJw7qiiR3FdoE7kjzTawdaDUlpjnMfhEtgVVVs_uS6pKPVTMmlIrUag0QJ9pAQJD5q4NINOlkZYpJIFQS6zJv8SrYOaGK3kF74BSmMy97hPhotp8YU77Zz5BQ42YcMbqBAa2Mn7HZGBS5iB5SM_CqBnDK8kNO8x7pBSNpOnWFzBB99bcDMFNScxUcjDcxgBiddeGdhXxvmWf2P-ZKonItOH1MpVlrEsmF784Ovwmub22TeUiJSyE7ljzJusTsaEAAke6N8KD51AwWx8dpmm8bUme9-1ePy1roQ9rAkFa9u7BQu8mVsf8U7EqNJL2CoR8YzbEk8v00c6iPXuV-mwTd6sCsC0CWR-bB9e1GhSUKaTXVM4shBBjpkIqEYx3LRmOW64TRpnkzJJExjRSZ-DwX3jNEyxObFrmMSbp4zF2PqrmpwjPx0Z3ex9odo2SZ6F2hXy5GNfeGJHG3S-Pnazs7CkW_66Ad-oX_PZfo4hb1GRaIwfBZ0sMuF36iOgXgZUQUIv0pBhTVZvJzKKjjEf75RVC0mVQGQxBqcD2zwNka8xD0uVhP8feqPksiN4pSgufu1kU_0kJWfuCJNtTCZTDKH76jkt6hzaLCnu7Ga_AsD_cqiVSpV9DntIxet3GlYN-hyf8zLWRbbDFPTZYrA4zcyq6hOSIuyRyRcX-pK9j5kSevstKZ_DJka7iW8OE_7DpeuqoFfvCTlEyNQJd1pfaKIaq7uwulQopQ"}', NULL, '1-3', 2, 3, '2026-11-22T11:52:06.496Z', '2026-11-22T11:52:06.496Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.35f58170.WBsrmixN0E3_0BFb3x53ur9QSyLi9Za-41_fVZRXArGsI-d1reXOvc0n_ih4wxswoPt7ZSHphzMczIMhSgeOCNJdHFJatC9g3J8qY_ijDx6PIVFlHaAE7rhrbKFqkR15gjQx649dbbDiVCsKzJ7zzK9WPPn6odH_YM7PqV266BZrwsXXzliAmp2DhgrLktWryIK1J7sEsoI4HzF5dD1W1BRD8RBIaLXh1iDiiiCQgt04gPEabvBTjBnvAh_gFB0TB2DPvmTfpLa4qEQ9bRf7E9PaUWSiECkm7drM8YYWCgw9bMHSNRoGvn2pn-xhwYR7cnQFNN_X9hKScaqo4Iucfw8IopXw1ct9EnVAFYrwu6QbQH8-Y0FVMzy96FuL3a4y6WQvkU-PtgCLO86tUgakuqCaVHk97DhIsys-hfu-e7npTj66DWi8ymrkQ00IL6Isdus6vAjxahQUyf0QPRSHVQ"}', NULL, '1-3', 2, 3, '2026-11-22T11:52:06.496Z', '2026-11-22T11:52:06.496Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'Secret', 'default', 'own', '{}', '{"data":"v1.35f58170._y32EZ44RppZH4_vWl25mEsZVaNbKC7miWxwJM-mBGqRUCeqMgA0ng"}', NULL, '1-4', 3, 4, '2026-11-22T11:52:07.057Z', '2026-11-22T11:52:07.057Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T11:52:07.057Z', '2026-11-22T11:52:07.057Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T11:52:07.057Z', '2026-11-22T11:52:07.057Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-5', 4, 4, '2026-11-22T11:52:07.057Z', '2026-11-22T11:52:07.214Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-4', 3, 4, '2026-11-22T11:52:07.057Z', '2026-11-22T11:52:07.057Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-8', 5, 8, '2026-11-22T11:52:09.263Z', '2026-11-22T11:52:09.263Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('eza76chovpfv', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-9', 6, 9, '2026-11-22T11:52:09.414Z', '2026-11-22T11:52:09.414Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ceymr457sp63', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:11.977Z', '2026-11-22T11:52:11.977Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ceymr457sp63', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:11.977Z', '2026-11-22T11:52:11.977Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ceymr457sp63', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:11.977Z', '2026-11-22T11:52:11.977Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ceymr457sp63', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:11.977Z', '2026-11-22T11:52:11.977Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ceymr457sp63', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:11.977Z', '2026-11-22T11:52:11.977Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ceymr457sp63', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:11.977Z', '2026-11-22T11:52:11.977Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('ceymr457sp63', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T11:52:11.977Z', '2026-11-22T11:52:11.977Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('eza76chovpfv', 1, 1, 2, 'uzdjrltnideoyvghpjvs2d5ytvride2j', 'token:r23rfdrpvaqsaarz', '', '2026-11-22T11:52:05.465Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('eza76chovpfv', 2, 1, 3, 'df2glmwa6a6qbst7a6paw2ky72vgk4kr', 'token:r23rfdrpvaqsaarz', '', '2026-11-22T11:52:06.496Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('eza76chovpfv', 3, 1, 4, '6jbbfvcaevgonzo3env4gl5glomac2ho', 'token:r23rfdrpvaqsaarz', '', '2026-11-22T11:52:07.057Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('eza76chovpfv', 4, 1, 5, 'hwnv4cqpv5fkqnv54ojsq2yropnustl4', 'token:r23rfdrpvaqsaarz', '', '2026-11-22T11:52:07.214Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('eza76chovpfv', 5, 1, 6, 'abavztobozk6atn2rjoxsfikyi2lhyz5', 'token:r23rfdrpvaqsaarz', '', '2026-11-22T11:52:07.444Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('eza76chovpfv', 6, 1, 9, 'apkavpfhrjon7lsain6cyld5cguv7rzq', 'token:r23rfdrpvaqsaarz', '', '2026-11-22T11:52:09.414Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T11:52:05.465Z","modificationTime":"2026-11-22T11:52:05.465Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T11:52:06.496Z","modificationTime":"2026-11-22T11:52:06.496Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.35f58170._jLgRw7CMheYJnYG2u5bhQG6gpYVszjHYqnDnaMjdKEg9ZUmOXn8fhmswGBtQ0h2-MiHbKCAF-mfAlOivBPH_3INyKxVvO0rEFlPKYhGSEuJrjluxiRlVQQrogB4LdbDgDrGsayVu7mGJ29D3d6baCHIvndYZAqROR0_NhlgMiB2NM6vVYLoldH4aElFjX80fKjV7ZQOxNUMsOv_t7ncloLWrlQcFOw2r6AJbsMv9srOxChFMemzRwmAzzMFYFpop5wb4DCXUJanf9gE7ymK2hYUw9sK5JPdVoU6kwPeEv84aRnJw_IgRr8fkqyrAyp7JZi2JyXq3OAJjLeQ9yu91PlVXYk1tgP-wvpon_xEuMrFOkKG2PymZENwIrCr_ETsFjW62fAFS4j6Dc1lWU4E_1MZ6TFI94qbc3J_oeZHJIgQ0JslPZOPPh9dA908WpkOqv2sRZg7h_VJNorSEsm-tamMVuvhnk27Dg56nuGvheQlFbFpaEeF9JTJxML-so7_ek7Dnl6KBWfRu6l_gpEHO19jfm0ewWG3reHP4upNPvP6VEZj6CZFORiVAndF2W91HGXR99sGEG4mRtiLDKD_hVr-siZBsMvdJxmmF87Fp2UV8b1VYmWU7U5yN-KqWFOCJ8Zll_7hbkr_3_RsM1NCIb8LmPK3YNmx0Np2C85MhjJWVIGrqyXGputwDBGwHaKwaa0UMH4uI5bhP7tNdizrZdwW-SVbfGl7pFekLuiL3Phn_8pxXf3Pjd3qCTaswCLzsLZrPwvip0hmRE44sT-YjoQoms-OPAtpKUpKzqcUtQgxYTkQ6K1z0sSp5ULD9niDzwCXpMRgDGkiPvm1GV2shzeReOSTHUw6Dkhl5uZCvnUwpoN3nVmv9o2eJmdY6WxkfjVBLoF4mLTIA6AKkJQQxnIRjCFnEPCE48iicICJtxmZoqJ-kF5Sjo8HULTWIphh2g511nkLOrgmkxQ9ocyoDmo9hTpL4vR6vGrKbWqXdwu9PK4A5_tDbFq4M7kP_46tlcHwJP7yp_J3pLL6fnbuLhKn9KVrH2M8fJxjGr5nkAlxtxHOtBwj7I_c3iinIm0rYr6_jGX826Wk3XveNGYFXVdlygsFOT8NLkE95dYmd4_uVPSD3Nzu1UQN3aX8KPsNfncJ5xew9SGDcg3K6HgKzGOoywbEczE3qpGBLfst1IvQzsOFfTYt852MYGaqwiqtYEhyDQ9-IuJXc1m-O6Zi2WDbQwvZgl1WemebORUbqA3UJCLILyuaANRNDTpylB95szfldUps50DRyLsRDc-kSxBallHEJOey8GIHE06z1NgZR0DyxZb8FA2rmQXtyhmBhg-pqaRbHJknNfj_F73wi_FQvjsj3Ngkq0jzo7XSqcZRzdhQM0UVSD-FePySKmZrND9QK70Ut6GVOI5AB5HSEX4Ml8iNXYVIIntFIHtM2fwasQkUdqM-EvrpazWthHId3jZY01xTFU_RlASbkRBBRKjN3iVrBkWNGyiILcYQusCR9EedPQHRvFW5fy_3dlyZefWW1Y67GhAskBXUwDSnP8Rlrt8Gv9SvryiF8iGNVKbTMFNybOTPuJTnbE9NbjoF6dS9IWsJHxqGJqOMWHulQHUB5v41w0_YC8Mmb07yO06an47FXagbhVgU3E2fcKfUhnqt7Q4gHjL3NcNCs9koEUSV2upcz4DVrLq68WhMth3XbHmpEkMcqRP0mHtnOSNRir5LNTs4p3LIXhTQDGfGBqeKWR4RCM9AeZYTyFZ3Mz-kj3mG-juc7au9OzBmWEEHf9v0GqkzSyY6pl-Pn7h3xovtFSXF6G_xR55T-4XfTVaZCjcDK1NlroeEMxM6Uo8NMGPzSoe7KmUpkTJ90ObaWbYV5YGd9E0QDaZU8u726VAUxfsBy2KRUpgsP3Pswv7oXq2UlB14NtTWVWkOK83Aay0I6XL3fCZk4-sPhw0LGsNzs55GLEFg5hDVyJe4S4jeaMV4tcJdToBuX5-GtB2H6UleFXH3JEeF7octhXcy_w-N0KmI1YMlKhVQLdDzgKCKCFjCTKe4JEP5jkpFtghy549xmjK9ELXPLCcxTAIwliczLfUDSOO4jc7EfEc6VVYGYV5PrtJCd_2lZMcQTb53oGmb_emZBSzejO2ELznXoQyNqc6iWE1TejptsdyizSMNkd5yqX-WMiSEfmgHiX3z7J7DtpxWV4JgDX87GLafREqWwx7LG6ZyVY58AF9FTcI4NpnK0dqGcJh-7PF5ZhDTnKhtba4-P-YUkxWV_4NuLX5nurdye7GmzONrmMoUlZUqG0bCc3oswDLlvpkJjt3o05QuafXgMafNQ5gFJ3s38E0UYjUMShfmW9DjXGvU58NjyxOYzNvZ7uxdJQSokppsucrliIA509zP0TjQ8gI9bxUzDuH5C9aSE8jFcE7KZeXBRWYuJ93WrZ3sJefo2ZLUXjZGch7zhk5VOfxQeMIlhfA5XTPDMW4EzYjD9GsUlG4q42EXwQEdK4xOdSkRgXJwUrUN8qOU8izM3KvPiIImXig48FcCUgVX2wAn5xFSxr2MJJTvcToi1RnnUzqKzuokMXCRD92v1umbdJljXTFX4vZJIkE6c4X1HbCdWHCl9N1_nUPeZraCPA7L6fA4FtVIi8xpbmZso-YdwZAm9nYkb2mw955jBnUjZW38YGDs48YmMMEZb4rN_pCIGAeWdkmX-IXmfubu5ZwLgMpD4_wKyzXiH6fN5NeRIw1pbkV1h2lgQ4s79efcYkimSCDwOn_C8OAfvAeC5F6h5RGC3Z_c9KvNLHmqhk1XA6mQjy4Y5knA53pdF3v9hw8D8YnoNEKc1rquGisc_vcg346wkhroJCaxZjhdkp7vG1kjsMJqy8oXTWHNfr7p2-zuxoP2pgIuafxKWD1I61Dv9N_waCwNbVUX0ecN1Rn3Kpk6ZC49O1utFxhYrshxppO9iz5jOjK7uIQRM1b_ck9Qzg2mA7Z1G3wYt_3uRIcc0hM3FM-ugpAgfbAh51z2TgZDsGvi8K6CX0690ZI8C8bXzf-QKGk4KAu6FZ8V8N7wAmqWXKlF7aCinCGIAw"},"creationTime":"2026-11-22T11:52:06.496Z","modificationTime":"2026-11-22T11:52:06.496Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T11:52:06.496Z","modificationTime":"2026-11-22T11:52:06.496Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T11:52:06.496Z","modificationTime":"2026-11-22T11:52:06.496Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T11:52:06.496Z","modificationTime":"2026-11-22T11:52:06.496Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T11:52:06.496Z","modificationTime":"2026-11-22T11:52:06.496Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.35f58170.uqleUkGFV8Z6tFRPevAP2tPnjwE9ULeT81pYLdXmoxg0_AsxBcnJ9tpwu2Q4qdTSmfOdb187eMzwpiWr3bfOQ9QOBSkskpnRDjqlZbP868L5g6gkylYIXyoKcylNMrI8agXzxlANfCt4EWovHu3dpB10Gw3HnCLzjs8N_6W0UiXqme7-bUVhsml3LkptuMpQTZpaqf67kPDR-LDV0rUTZmp-vbOtHkQID5e0B1N8oGBQMlnWLq8r0l31eD0KsvQp9-nBgppASCbWXdu-46lRWryBZocmz9aqzNMk2HEin98TtH_hFxz7-7uOHGR18tmLf9oF9jsigThOgMtfPoTzQCj3HTPC8QuKutmsUf5_JZltkKZhCfwLaaAjPGYZpoHOeX7doimvLa9frJMctLG-zE7A1hc1wFfnccm-mOaFLJfgRDXOsxGG3xp-5TzfwFrP1V1bfNzvCDVlxpUWiGda6m4A7cTozQzvcs6JFfJw7qiiR3FdoE7kjzTawdaDUlpjnMfhEtgVVVs_uS6pKPVTMmlIrUag0QJ9pAQJD5q4NINOlkZYpJIFQS6zJv8SrYOaGK3kF74BSmMy97hPhotp8YU77Zz5BQ42YcMbqBAa2Mn7HZGBS5iB5SM_CqBnDK8kNO8x7pBSNpOnWFzBB99bcDMFNScxUcjDcxgBiddeGdhXxvmWf2P-ZKonItOH1MpVlrEsmF784Ovwmub22TeUiJSyE7ljzJusTsaEAAke6N8KD51AwWx8dpmm8bUme9-1ePy1roQ9rAkFa9u7BQu8mVsf8U7EqNJL2CoR8YzbEk8v00c6iPXuV-mwTd6sCsC0CWR-bB9e1GhSUKaTXVM4shBBjpkIqEYx3LRmOW64TRpnkzJJExjRSZ-DwX3jNEyxObFrmMSbp4zF2PqrmpwjPx0Z3ex9odo2SZ6F2hXy5GNfeGJHG3S-Pnazs7CkW_66Ad-oX_PZfo4hb1GRaIwfBZ0sMuF36iOgXgZUQUIv0pBhTVZvJzKKjjEf75RVC0mVQGQxBqcD2zwNka8xD0uVhP8feqPksiN4pSgufu1kU_0kJWfuCJNtTCZTDKH76jkt6hzaLCnu7Ga_AsD_cqiVSpV9DntIxet3GlYN-hyf8zLWRbbDFPTZYrA4zcyq6hOSIuyRyRcX-pK9j5kSevstKZ_DJka7iW8OE_7DpeuqoFfvCTlEyNQJd1pfaKIaq7uwulQopQ"},"creationTime":"2026-11-22T11:52:06.496Z","modificationTime":"2026-11-22T11:52:06.496Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.35f58170.WBsrmixN0E3_0BFb3x53ur9QSyLi9Za-41_fVZRXArGsI-d1reXOvc0n_ih4wxswoPt7ZSHphzMczIMhSgeOCNJdHFJatC9g3J8qY_ijDx6PIVFlHaAE7rhrbKFqkR15gjQx649dbbDiVCsKzJ7zzK9WPPn6odH_YM7PqV266BZrwsXXzliAmp2DhgrLktWryIK1J7sEsoI4HzF5dD1W1BRD8RBIaLXh1iDiiiCQgt04gPEabvBTjBnvAh_gFB0TB2DPvmTfpLa4qEQ9bRf7E9PaUWSiECkm7drM8YYWCgw9bMHSNRoGvn2pn-xhwYR7cnQFNN_X9hKScaqo4Iucfw8IopXw1ct9EnVAFYrwu6QbQH8-Y0FVMzy96FuL3a4y6WQvkU-PtgCLO86tUgakuqCaVHk97DhIsys-hfu-e7npTj66DWi8ymrkQ00IL6Isdus6vAjxahQUyf0QPRSHVQ"},"creationTime":"2026-11-22T11:52:06.496Z","modificationTime":"2026-11-22T11:52:06.496Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.35f58170._y32EZ44RppZH4_vWl25mEsZVaNbKC7miWxwJM-mBGqRUCeqMgA0ng"},"creationTime":"2026-11-22T11:52:07.057Z","modificationTime":"2026-11-22T11:52:07.057Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T11:52:07.057Z","modificationTime":"2026-11-22T11:52:07.057Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T11:52:07.057Z","modificationTime":"2026-11-22T11:52:07.057Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T11:52:07.057Z","modificationTime":"2026-11-22T11:52:07.057Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T11:52:07.057Z","modificationTime":"2026-11-22T11:52:07.057Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T11:52:07.057Z","modificationTime":"2026-11-22T11:52:07.057Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T11:52:07.057Z","modificationTime":"2026-11-22T11:52:07.057Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T11:52:07.057Z","modificationTime":"2026-11-22T11:52:07.214Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T11:52:07.057Z","modificationTime":"2026-11-22T11:52:07.057Z"}', NULL, 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('eza76chovpfv', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T11:52:09.414Z","modificationTime":"2026-11-22T11:52:09.414Z"}', 0);

INSERT INTO "revision_delivery" ("tenant_id", "epoch", "revision", "zone", "relay", "sequence", "answered_at", "acked", "nacked", "pending", "absent", "untouched", "pushed", "taken", "laggards", "at") VALUES ('eza76chovpfv', 1, 6, 'east', 'jmvqqghs', 9, NULL, 1, 1, 0, 0, 0, '{"count":1,"max":5,"buckets":[]}', '{"count":1,"max":5,"buckets":[]}', '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no","state":"nacked"}]', '2026-11-22T11:52:09.654Z');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('eza76chovpfv', 1, '', 1, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('eza76chovpfv', 2, '', 2, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('eza76chovpfv', 4, '', 3, '{"access":[{"mesh":"default","from":"web","to":"backend","before":{"outcome":"none","reason":"absent"},"after":{"outcome":"allowed","reason":"rule","rule":{"kri":"kri_mtp_default___all_","part":"rules","rule":0,"list":"allow","item":0}}}],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('eza76chovpfv', 5, '', 5, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('eza76chovpfv', 6, '', 6, '{"access":[],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('eza76chovpfv', 6, 'east', 6, '{"effect":{"zone":"east","proxies":2,"shapes":[{"mesh":"default","change":"changed","proxies":{"count":2,"names":["shop-1","web-1"]},"resources":[{"kind":"cluster","name":"backend","change":"changed","patch":[{"op":"test","path":"/connectTimeout","value":"5s"},{"op":"replace","path":"/connectTimeout","value":"9s"}],"own":false}]}],"endpoints":[],"secrets":[]}}');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('ceymr457sp63', 'envelope', '', 'sU03Zi6bCSWiuq-5zDU0r1_ZVGH57OdfwYmQkvGIaHs', '{"kty":"EC","crv":"P-256","x":"9cjwz2wpNx9AIhH0-F4Nnu2BKqHTkK80ekxcs_dyIXo","y":"UuGP7d98zjXKadHJqwC3oFuJQ68oWi-7Y3jlIHmwrok","alg":"ES256","kid":"sU03Zi6bCSWiuq-5zDU0r1_ZVGH57OdfwYmQkvGIaHs"}', 'v1.35f58170.V4HME1WgXPdLhsmMCM3hqZwAXER1ITLySHd7eEVaao4mxYhsztqYle1OV2_BRFhhP53lYd4ZXmF5SjV_l52c7awYC-UbEsVLKVkA8x1EUZbYaiFnXgMN3T11m83qQdrFvXvuN3y1GGbJqlxiorQ_B9owMqURS_u6XngzqvMLIVYMWjtfhDlaku9IJlVvFtzlV8-VaQw8aQSiwuZlo91NnpSTtFok8g', '2026-11-22T11:52:11.974Z');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('eza76chovpfv', 'envelope', '', '9AHZde7eFU8VAyovwuy_3ActreUgIqOZDoxfYWSV9o0', '{"kty":"EC","crv":"P-256","x":"8kVg869zjlnR1_93cnRapu4StJ3FWkv3KLlPo3tc8o4","y":"NK5LGp-PkzHamlJDR_wNfNukToQjdur_w1G87xDv7IY","alg":"ES256","kid":"9AHZde7eFU8VAyovwuy_3ActreUgIqOZDoxfYWSV9o0"}', 'v1.35f58170._oQzQTh7t5Y1eyTJuLFt0wgmcnQB7IG6UeDAQPOWOGaMcBAvYfxZYyWleipXFABZ_7vJcFKYYPbCqO4zsoy4qNSYdczilnKmvRuk5FnTTFLh_HsGMSEg8wi7j-Gvg7HYWf-BSR4l8PigsDOaL7vlcMuc-9Lhk6_T-S4Gef9pafki33PKg1BijtAmSqMmbMx970PHYqWjJZiRJFJNb-I53Yiw53Uv2A', '2026-11-22T11:52:04.588Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('ceymr457sp63', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('eza76chovpfv', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('eza76chovpfv', 7, 1, 5, 'enrolled/east/jmvqqghs');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('eza76chovpfv', 8, 1, 5, 'e5sbk5jn7xmpcg3znsbnac43');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('eza76chovpfv', 10, 1, 6, 'enrolled/east/4yktbxoq');

INSERT INTO "tenant_move" ("tenant_id", "generation", "target", "frozen_until", "session") VALUES ('eza76chovpfv', 1, '', 1795348344537, 0);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('eza76chovpfv', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', 1795348329518);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('eza76chovpfv', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', 1795348329518);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('eza76chovpfv', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', 1795348329518);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('eza76chovpfv', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', 1795348329518);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('eza76chovpfv', 'default', '0', 'zone/east', 1795348326493, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('eza76chovpfv', 'default', '240.0.0.0', 'service/backend', 1795348327054, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('eza76chovpfv', 'default', '240.0.0.1', 'service/web', 1795348327054, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('eza76chovpfv', 'default', '240.0.0.2', 'service/shop', 1795348329262, NULL);

INSERT INTO "webhook" ("tenant_id", "id", "url", "events", "description", "secret", "older_secret", "older_until", "created_at", "disabled_at", "disabled_why") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'https://receiver.invalid/in', '["audit.entry","zone.offline"]', 'siem', 'v1.35f58170.k1ec0uI_cfnSB_EQasZjXcMcMKWZtX5N93jgpAbqWeTp9ZV0W9Y55x8O0WBp_AI9LjeYBMrcfN7wVQABTyCwjELOChrOCycvCx125Ryb', NULL, NULL, '2026-11-22T11:52:04.840Z', NULL, NULL);

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_a5_Ib4lsmsl9CjDqcUCnME9oM4suxC0E8WSuGas4JXrI', '2026-11-22T11:52:07.057Z', 'pending', 2, 1795348367351, '2026-11-22T11:52:12.716Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_a6uKsgedtSLM9SaLxuUobFeojH3rrl3yzrnhPKNyBn8A', '2026-11-22T11:52:09.667Z', 'pending', 1, 1795348334723, '2026-11-22T11:52:09.782Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_aDbcS8VTGam0mSl1jksf_ELBDB-bgJBBrkmk3LH1TmZw', '2026-11-22T11:52:05.464Z', 'pending', 2, 1795348359908, '2026-11-22T11:52:11.061Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_aEhSbo8fAgo8NdYI5EweArM9E4a_XWDckvlk0PdUD3sg', '2026-11-22T11:52:08.709Z', 'pending', 2, 1795348366101, '2026-11-22T11:52:14.336Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_aGUplkz-dx32HPcPehPriTPZkbvJSaMdk65Z2eQwjLXw', '2026-11-22T11:52:08.677Z', 'pending', 2, 1795348364824, '2026-11-22T11:52:14.095Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_aK0sV0wMhjHpg05keztMsJImA4G4n0tY9RGQArLFY9Ms', '2026-11-22T11:52:08.865Z', 'pending', 2, 1795348364161, '2026-11-22T11:52:14.090Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_aLm4-PXCUbItYZv-pqfEysof5MdahRLTW7ZMQMbYx86k', '2026-11-22T11:52:08.914Z', 'pending', 2, 1795348360356, '2026-11-22T11:52:14.050Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_aU2dE7m_6TRRIkgKTXWpJLoYaYBMQgJMUO5V58-kvZHw', '2026-11-22T11:52:07.730Z', 'pending', 2, 1795348363463, '2026-11-22T11:52:14.475Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_aZI0zedDeyqeG-B-sGhTLs4WTn63aXMB3VxcrsbgDxzQ', '2026-11-22T11:52:08.892Z', 'pending', 2, 1795348360975, '2026-11-22T11:52:14.057Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_a_dItuSLVABQnoYZWs5CqaGm8LTtZ_cKRnVO1Um7g6pk', '2026-11-22T11:52:09.000Z', 'pending', 2, 1795348358045, '2026-11-22T11:52:13.104Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_adY2szBN8AnnUw0JT9-N2Smscb_VRON9EHjxIKV57GC8', '2026-11-22T11:52:08.521Z', 'pending', 2, 1795348367446, '2026-11-22T11:52:13.564Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_afQ08JMHa7PMVSdIbdneZpsRRw66Mg-wZe7PEWieWhOg', '2026-11-22T11:52:08.554Z', 'pending', 2, 1795348359261, '2026-11-22T11:52:14.037Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_afUc3YzP_Rs401L2gjKeNujEgH3GJ9PVGE70tgJJE7Ew', '2026-11-22T11:52:06.496Z', 'pending', 2, 1795348356979, '2026-11-22T11:52:12.367Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_ajb4SSP-tJyZE4UfV6TV_yK3Gy_5CR4xem7EVYMuTgRg', '2026-11-22T11:52:09.414Z', 'pending', 1, 1795348335417, '2026-11-22T11:52:09.519Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_akEUlnUdgK8h_8ZdtDN5ai1G9vEqyP6aIgUE7SZWfJdM', '2026-11-22T11:52:11.984Z', 'pending', 1, 1795348337480, '2026-11-22T11:52:12.366Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_alkPeCQOOazcXfzrx1EFkomTFMFnWNpRFke62uXhBfD8', '2026-11-22T11:52:07.444Z', 'pending', 2, 1795348368577, '2026-11-22T11:52:13.048Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_aomDl-ZAeolKrLK__jzanea4PS6Zwochf6BIktZ8AP9E', '2026-11-22T11:52:07.214Z', 'pending', 2, 1795348357375, '2026-11-22T11:52:13.046Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_awV68pkfsL44NWYkiF7RYdpt45CSbhy_0dh2qb_SZ7nE', '2026-11-22T11:52:08.765Z', 'pending', 1, 1795348334766, '2026-11-22T11:52:08.891Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('eza76chovpfv', 'xkptek2l6xs3ntxh', 'msg_azsJ-Y9SEeNHcJeB7YiHdeo-EwRr9rjy3aUFYK0qd8XI', '2026-11-22T11:52:09.742Z', 'pending', 1, 1795348335333, '2026-11-22T11:52:09.796Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_a5_Ib4lsmsl9CjDqcUCnME9oM4suxC0E8WSuGas4JXrI', 'audit.entry', '2026-11-22T11:52:07.057Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:07.057Z","data":{"time":"2026-11-22T11:52:07.057Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"resources.change","subject":"Secret default/own and 5 more","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]},"organisation":"eza76chovpfv","number":5,"revision":3,"previous":"fUc3YzP_Rs401L2gjKeNujEgH3GJ9PVGE70tgJJE7Ew","hash":"5_Ib4lsmsl9CjDqcUCnME9oM4suxC0E8WSuGas4JXrI"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_a6uKsgedtSLM9SaLxuUobFeojH3rrl3yzrnhPKNyBn8A', 'audit.entry', '2026-11-22T11:52:09.667Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:09.667Z","data":{"time":"2026-11-22T11:52:09.667Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T12:52:09.667Z","id":"v2narl2wsobegvex"},"organisation":"eza76chovpfv","number":19,"revision":null,"previous":"jb4SSP-tJyZE4UfV6TV_yK3Gy_5CR4xem7EVYMuTgRg","hash":"6uKsgedtSLM9SaLxuUobFeojH3rrl3yzrnhPKNyBn8A"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_aDbcS8VTGam0mSl1jksf_ELBDB-bgJBBrkmk3LH1TmZw', 'audit.entry', '2026-11-22T11:52:05.464Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:05.464Z","data":{"time":"2026-11-22T11:52:05.464Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"resources.change","subject":"Zone east","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]},"organisation":"eza76chovpfv","number":3,"revision":1,"previous":"7KfmvqqIa9-jZXdRa23rZpQFEjLkc-An2yay4Sf2BF0","hash":"DbcS8VTGam0mSl1jksf_ELBDB-bgJBBrkmk3LH1TmZw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_aEhSbo8fAgo8NdYI5EweArM9E4a_XWDckvlk0PdUD3sg', 'audit.entry', '2026-11-22T11:52:08.709Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:08.709Z","data":{"time":"2026-11-22T11:52:08.709Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"token.create","subject":"token v3qenpot36stlfre","details":{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]},"organisation":"eza76chovpfv","number":12,"revision":null,"previous":"GUplkz-dx32HPcPehPriTPZkbvJSaMdk65Z2eQwjLXw","hash":"EhSbo8fAgo8NdYI5EweArM9E4a_XWDckvlk0PdUD3sg"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_aGUplkz-dx32HPcPehPriTPZkbvJSaMdk65Z2eQwjLXw', 'audit.entry', '2026-11-22T11:52:08.677Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:08.677Z","data":{"time":"2026-11-22T11:52:08.677Z","actor":"token:u6k4rpwe7dtmmzjr","token":"u6k4rpwe7dtmmzjr","action":"plan.approve","subject":"plan pz5pete6zdwu74li","details":{"plan":"pz5pete6zdwu74li","author":"token:an4347ikaygclgqc","revision":5,"required":0,"given":1},"organisation":"eza76chovpfv","number":11,"revision":null,"previous":"fQ08JMHa7PMVSdIbdneZpsRRw66Mg-wZe7PEWieWhOg","hash":"GUplkz-dx32HPcPehPriTPZkbvJSaMdk65Z2eQwjLXw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_aK0sV0wMhjHpg05keztMsJImA4G4n0tY9RGQArLFY9Ms', 'audit.entry', '2026-11-22T11:52:08.865Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:08.865Z","data":{"time":"2026-11-22T11:52:08.865Z","actor":"token:v3qenpot36stlfre","token":"v3qenpot36stlfre","action":"secret.reveal","subject":"Secret default/default.ca-builtin-key-ca-1","details":{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"eza76chovpfv","number":14,"revision":null,"previous":"wV68pkfsL44NWYkiF7RYdpt45CSbhy_0dh2qb_SZ7nE","hash":"K0sV0wMhjHpg05keztMsJImA4G4n0tY9RGQArLFY9Ms"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_aLm4-PXCUbItYZv-pqfEysof5MdahRLTW7ZMQMbYx86k', 'audit.entry', '2026-11-22T11:52:08.914Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:08.914Z","data":{"time":"2026-11-22T11:52:08.914Z","actor":"relay:east/jmvqqghs","token":null,"action":"relay.enrol","subject":"relay east/jmvqqghs","details":{"enrolmentToken":"v3o2bg76nktrgrqt"},"organisation":"eza76chovpfv","number":16,"revision":null,"previous":"ZI0zedDeyqeG-B-sGhTLs4WTn63aXMB3VxcrsbgDxzQ","hash":"Lm4-PXCUbItYZv-pqfEysof5MdahRLTW7ZMQMbYx86k"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_aU2dE7m_6TRRIkgKTXWpJLoYaYBMQgJMUO5V58-kvZHw', 'audit.entry', '2026-11-22T11:52:07.730Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:07.730Z","data":{"time":"2026-11-22T11:52:07.730Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"audit.retention","subject":"audit log","details":{"before":400,"days":90},"organisation":"eza76chovpfv","number":8,"revision":null,"previous":"lkPeCQOOazcXfzrx1EFkomTFMFnWNpRFke62uXhBfD8","hash":"U2dE7m_6TRRIkgKTXWpJLoYaYBMQgJMUO5V58-kvZHw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_aZI0zedDeyqeG-B-sGhTLs4WTn63aXMB3VxcrsbgDxzQ', 'audit.entry', '2026-11-22T11:52:08.892Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:08.892Z","data":{"time":"2026-11-22T11:52:08.892Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T12:52:08.892Z","id":"v3o2bg76nktrgrqt"},"organisation":"eza76chovpfv","number":15,"revision":null,"previous":"K0sV0wMhjHpg05keztMsJImA4G4n0tY9RGQArLFY9Ms","hash":"ZI0zedDeyqeG-B-sGhTLs4WTn63aXMB3VxcrsbgDxzQ"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_a_dItuSLVABQnoYZWs5CqaGm8LTtZ_cKRnVO1Um7g6pk', 'audit.entry', '2026-11-22T11:52:09.000Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:09.000Z","data":{"time":"2026-11-22T11:52:09.000Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"dataplane-token.create","subject":"token 737109a9-9973-4308-9e66-ddf0b7795dd0","details":{"id":"737109a9-9973-4308-9e66-ddf0b7795dd0","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000},"organisation":"eza76chovpfv","number":17,"revision":null,"previous":"Lm4-PXCUbItYZv-pqfEysof5MdahRLTW7ZMQMbYx86k","hash":"_dItuSLVABQnoYZWs5CqaGm8LTtZ_cKRnVO1Um7g6pk"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_adY2szBN8AnnUw0JT9-N2Smscb_VRON9EHjxIKV57GC8', 'audit.entry', '2026-11-22T11:52:08.521Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:08.521Z","data":{"time":"2026-11-22T11:52:08.521Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"token.create","subject":"token an4347ikaygclgqc","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"eza76chovpfv","number":9,"revision":null,"previous":"U2dE7m_6TRRIkgKTXWpJLoYaYBMQgJMUO5V58-kvZHw","hash":"dY2szBN8AnnUw0JT9-N2Smscb_VRON9EHjxIKV57GC8"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_afQ08JMHa7PMVSdIbdneZpsRRw66Mg-wZe7PEWieWhOg', 'audit.entry', '2026-11-22T11:52:08.554Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:08.554Z","data":{"time":"2026-11-22T11:52:08.554Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"token.create","subject":"token u6k4rpwe7dtmmzjr","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"eza76chovpfv","number":10,"revision":null,"previous":"dY2szBN8AnnUw0JT9-N2Smscb_VRON9EHjxIKV57GC8","hash":"fQ08JMHa7PMVSdIbdneZpsRRw66Mg-wZe7PEWieWhOg"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_afUc3YzP_Rs401L2gjKeNujEgH3GJ9PVGE70tgJJE7Ew', 'audit.entry', '2026-11-22T11:52:06.496Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:06.496Z","data":{"time":"2026-11-22T11:52:06.496Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"resources.change","subject":"Mesh default and 7 more","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"eza76chovpfv","number":4,"revision":2,"previous":"DbcS8VTGam0mSl1jksf_ELBDB-bgJBBrkmk3LH1TmZw","hash":"fUc3YzP_Rs401L2gjKeNujEgH3GJ9PVGE70tgJJE7Ew"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_ajb4SSP-tJyZE4UfV6TV_yK3Gy_5CR4xem7EVYMuTgRg', 'audit.entry', '2026-11-22T11:52:09.414Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:09.414Z","data":{"time":"2026-11-22T11:52:09.414Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"resources.change","subject":"MeshTimeout default/late","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]},"organisation":"eza76chovpfv","number":18,"revision":6,"previous":"_dItuSLVABQnoYZWs5CqaGm8LTtZ_cKRnVO1Um7g6pk","hash":"jb4SSP-tJyZE4UfV6TV_yK3Gy_5CR4xem7EVYMuTgRg"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_akEUlnUdgK8h_8ZdtDN5ai1G9vEqyP6aIgUE7SZWfJdM', 'audit.entry', '2026-11-22T11:52:11.984Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:11.984Z","data":{"time":"2026-11-22T11:52:11.984Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"invitation.create","subject":"invitation kumlqyaurcpxkwrj","details":{"email":"bo@example.com","expiresAt":"2026-11-29T11:52:11.984Z","role":"viewer"},"organisation":"eza76chovpfv","number":21,"revision":null,"previous":"zsJ-Y9SEeNHcJeB7YiHdeo-EwRr9rjy3aUFYK0qd8XI","hash":"kEUlnUdgK8h_8ZdtDN5ai1G9vEqyP6aIgUE7SZWfJdM"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_alkPeCQOOazcXfzrx1EFkomTFMFnWNpRFke62uXhBfD8', 'audit.entry', '2026-11-22T11:52:07.444Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:07.444Z","data":{"time":"2026-11-22T11:52:07.444Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"resources.change","subject":"MeshTimeout default/to-go","details":{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]},"organisation":"eza76chovpfv","number":7,"revision":5,"previous":"omDl-ZAeolKrLK__jzanea4PS6Zwochf6BIktZ8AP9E","hash":"lkPeCQOOazcXfzrx1EFkomTFMFnWNpRFke62uXhBfD8"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_aomDl-ZAeolKrLK__jzanea4PS6Zwochf6BIktZ8AP9E', 'audit.entry', '2026-11-22T11:52:07.214Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:07.214Z","data":{"time":"2026-11-22T11:52:07.214Z","actor":"token:r23rfdrpvaqsaarz","token":"r23rfdrpvaqsaarz","action":"resources.change","subject":"MeshTimeout default/to-change","details":{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]},"organisation":"eza76chovpfv","number":6,"revision":4,"previous":"5_Ib4lsmsl9CjDqcUCnME9oM4suxC0E8WSuGas4JXrI","hash":"omDl-ZAeolKrLK__jzanea4PS6Zwochf6BIktZ8AP9E"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_awV68pkfsL44NWYkiF7RYdpt45CSbhy_0dh2qb_SZ7nE', 'audit.entry', '2026-11-22T11:52:08.765Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:08.765Z","data":{"time":"2026-11-22T11:52:08.765Z","actor":"token:v3qenpot36stlfre","token":"v3qenpot36stlfre","action":"secret.reveal","subject":"Secret default/dataplane-token-signing-key-default-1","details":{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]},"organisation":"eza76chovpfv","number":13,"revision":null,"previous":"EhSbo8fAgo8NdYI5EweArM9E4a_XWDckvlk0PdUD3sg","hash":"wV68pkfsL44NWYkiF7RYdpt45CSbhy_0dh2qb_SZ7nE"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('eza76chovpfv', 'msg_azsJ-Y9SEeNHcJeB7YiHdeo-EwRr9rjy3aUFYK0qd8XI', 'audit.entry', '2026-11-22T11:52:09.742Z', '{"type":"audit.entry","timestamp":"2026-11-22T11:52:09.742Z","data":{"time":"2026-11-22T11:52:09.742Z","actor":"relay:east/4yktbxoq","token":null,"action":"relay.enrol","subject":"relay east/4yktbxoq","details":{"enrolmentToken":"v2narl2wsobegvex"},"organisation":"eza76chovpfv","number":20,"revision":null,"previous":"6uKsgedtSLM9SaLxuUobFeojH3rrl3yzrnhPKNyBn8A","hash":"zsJ-Y9SEeNHcJeB7YiHdeo-EwRr9rjy3aUFYK0qd8XI"}}');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('eza76chovpfv', 'nack/east/jmvqqghs/default/shop-1', ' Error adding/updating listener(s) l: no');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('eza76chovpfv', 'rollout', '1.6');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('eza76chovpfv', 'zone/east', 'online');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('eza76chovpfv', 'east', '4yktbxoq', '{"kty":"EC","crv":"P-256","x":"dr51hE5H82m1x30x0b4359lUj0d8jsZyT3TwoPnWwhE","y":"rINQzbzGIdc-IpUTmveP99IYCvf09JCsrTgwCMjHJ3Q"}', '{"kty":"EC","crv":"P-256","x":"94dgcSOvY3IhOrGx3pLfy3ljPh8PezeNjbLE4vim-Xk","y":"4XbNNdtveO6jUmJ4GBBa5IbFm8TTkLwnaASRgGQF8dw"}', 0, 1, 10, 'WBVvi2tWfIttnLrQMrD7HafiE5yPKJvrajYuZajCu_M', 0, '2026-11-22T11:52:09.742Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6IjlBSFpkZTdlRlU4VkF5b3Z3dXlfM0FjdHJlVWdJcU9aRG94ZllXU1Y5bzAiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImFnZmhtN2h2YnpscmZndmgiLCJ0ZW5hbnQiOiJlemE3NmNob3ZwZnYiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiV0JWdmkydFdmSXR0bkxyUU1yRDdIYWZpRTV5UEtKdnJhall1WmFqQ3VfTSIsInByZXZpb3VzIjoiV0JWdmkydFdmSXR0bkxyUU1yRDdIYWZpRTV5UEtKdnJhall1WmFqQ3VfTSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiam12cXFnaHMiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiZHI1MWhFNUg4Mm0xeDMweDBiNDM1OWxVajBkOGpzWnlUM1R3b1BuV3doRSIsInkiOiJySU5RemJ6R0lkYy1JcFVUbXZlUDk5SVlDdmYwOUpDc3JUZ3dDTWpISjNRIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6IjR5a3RieG9xIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6ImRyNTFoRTVIODJtMXgzMHgwYjQzNTlsVWowZDhqc1p5VDNUd29Qbld3aEUiLCJ5IjoicklOUXpiekdJZGMtSXBVVG12ZVA5OUlZQ3ZmMDlKQ3NyVGd3Q01qSEozUSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoicllmRW1seHMtb2JzLS14b0FHV3ZicnlrYjNKU2thY3ZQbGdDaE40TUhmR19QdllXaFVHV3FEMm1sZG5abmlZMkd2TDVPbDVTd3NDMlFLM29zR0pSVndvWG1waHpQMHRHbzd5OUREVmRubzFHdV9kUzhKekJVV25BR1lTa3YteVJZWDRHMDZZZEx0bXpmS0Q3QkVIbXdkd3FsVlJFNThOSDFtU3JsVk9HVWlueGM3c2UzR0ZSVWRwWm9zUEZCaUZyeXQ5SF9tNVFsOGk1b256QTZ4T0pGTnhtY3ZpY29aV0loV2tocmFZZTI0Q1cyVmhEOFRWeGNOUl90NDR5UDdGeDMyREY0ZExiZXI2bGNEdFJwQ3EySHczelFlZ0oyQUNVb1d6LWxtenZNZ0xMRFlaSjdzTFBid2VBN05Idml1RUg2RFpFc1JqRnhhd0dRTnIySHBEZTJRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVV0dEV0OHc4bkVlNnY0VEdSMEFsbnpBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qRXhOVEUxTmxvWERUTTJNVEV4T1RFeE5USXdObG93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCRS9BU0JEMVErU1o4MUFDajlPVHQyNE9KQmhpenlSdFgyRzVWZUsyOUtZK1kvSDZIMDk5XG40eWpVUDdBTllGMEVFZkhadlU0eFJ4QmwzeVdlYnJIOEdIS2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCU0ZtR204aDNkS0syeGQ5cmZ3dEgwMzJWQ3drREFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUNuXG5QZ2dkVkNBejhyNko4V1BVZ3FvcXAzS256dXAwdHJWd2w3UnIxMmh4UWdJZ0Q5VExHdjBLdk9JR3NEUzFOamNQXG5wdUZZMlc2WEVNamdFRUdQcUZ4Zm1uTT1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0._42_BTwxyVRcPH8Wg_nk4paeMgu7Icz7YyDDU1R5nctMyOb_e1CBTuMiy5G2kYuc9TUX0HYRXmjs-Y7WzMnJKg');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('eza76chovpfv', 'east', 'jmvqqghs', '{"kty":"EC","crv":"P-256","x":"dr51hE5H82m1x30x0b4359lUj0d8jsZyT3TwoPnWwhE","y":"rINQzbzGIdc-IpUTmveP99IYCvf09JCsrTgwCMjHJ3Q"}', '{"kty":"EC","crv":"P-256","x":"94dgcSOvY3IhOrGx3pLfy3ljPh8PezeNjbLE4vim-Xk","y":"4XbNNdtveO6jUmJ4GBBa5IbFm8TTkLwnaASRgGQF8dw"}', 0, 1, 10, 'WBVvi2tWfIttnLrQMrD7HafiE5yPKJvrajYuZajCu_M', 1, '2026-11-22T11:52:08.914Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6IjlBSFpkZTdlRlU4VkF5b3Z3dXlfM0FjdHJlVWdJcU9aRG94ZllXU1Y5bzAiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImFnZmhtN2h2YnpscmZndmgiLCJ0ZW5hbnQiOiJlemE3NmNob3ZwZnYiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiV0JWdmkydFdmSXR0bkxyUU1yRDdIYWZpRTV5UEtKdnJhall1WmFqQ3VfTSIsInByZXZpb3VzIjoiV0JWdmkydFdmSXR0bkxyUU1yRDdIYWZpRTV5UEtKdnJhall1WmFqQ3VfTSIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiam12cXFnaHMiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiZHI1MWhFNUg4Mm0xeDMweDBiNDM1OWxVajBkOGpzWnlUM1R3b1BuV3doRSIsInkiOiJySU5RemJ6R0lkYy1JcFVUbXZlUDk5SVlDdmYwOUpDc3JUZ3dDTWpISjNRIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6IjR5a3RieG9xIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6ImRyNTFoRTVIODJtMXgzMHgwYjQzNTlsVWowZDhqc1p5VDNUd29Qbld3aEUiLCJ5IjoicklOUXpiekdJZGMtSXBVVG12ZVA5OUlZQ3ZmMDlKQ3NyVGd3Q01qSEozUSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoicllmRW1seHMtb2JzLS14b0FHV3ZicnlrYjNKU2thY3ZQbGdDaE40TUhmR19QdllXaFVHV3FEMm1sZG5abmlZMkd2TDVPbDVTd3NDMlFLM29zR0pSVndvWG1waHpQMHRHbzd5OUREVmRubzFHdV9kUzhKekJVV25BR1lTa3YteVJZWDRHMDZZZEx0bXpmS0Q3QkVIbXdkd3FsVlJFNThOSDFtU3JsVk9HVWlueGM3c2UzR0ZSVWRwWm9zUEZCaUZyeXQ5SF9tNVFsOGk1b256QTZ4T0pGTnhtY3ZpY29aV0loV2tocmFZZTI0Q1cyVmhEOFRWeGNOUl90NDR5UDdGeDMyREY0ZExiZXI2bGNEdFJwQ3EySHczelFlZ0oyQUNVb1d6LWxtenZNZ0xMRFlaSjdzTFBid2VBN05Idml1RUg2RFpFc1JqRnhhd0dRTnIySHBEZTJRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVV0dEV0OHc4bkVlNnY0VEdSMEFsbnpBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qRXhOVEUxTmxvWERUTTJNVEV4T1RFeE5USXdObG93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCRS9BU0JEMVErU1o4MUFDajlPVHQyNE9KQmhpenlSdFgyRzVWZUsyOUtZK1kvSDZIMDk5XG40eWpVUDdBTllGMEVFZkhadlU0eFJ4QmwzeVdlYnJIOEdIS2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCU0ZtR204aDNkS0syeGQ5cmZ3dEgwMzJWQ3drREFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUNuXG5QZ2dkVkNBejhyNko4V1BVZ3FvcXAzS256dXAwdHJWd2w3UnIxMmh4UWdJZ0Q5VExHdjBLdk9JR3NEUzFOamNQXG5wdUZZMlc2WEVNamdFRUdQcUZ4Zm1uTT1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0._42_BTwxyVRcPH8Wg_nk4paeMgu7Icz7YyDDU1R5nctMyOb_e1CBTuMiy5G2kYuc9TUX0HYRXmjs-Y7WzMnJKg');
