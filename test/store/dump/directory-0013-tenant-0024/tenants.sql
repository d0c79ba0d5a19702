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

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('av7f6qx2x6ez', 1, '2026-11-22T12:19:15.564Z', 'user:myg6zpjvlknnatgo', NULL, 'organisation.create', 'organisation anns', NULL, '{"owner":"myg6zpjvlknnatgo"}', '', 'acp_muK-adT-ZRF6J29i0mrNPSacJP9C3J3PyajYvBA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 1, '2026-11-22T12:19:08.485Z', 'operator', NULL, 'organisation.create', 'organisation acme', NULL, '{"token":"i5toumftulyjfotr"}', '', 'pS1JDapJjxI3QjfJiMwFzlLWNx70tay6-pQn0vwO72w');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 2, '2026-11-22T12:19:08.687Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'webhook.create', 'webhook vnkwnndkghqzuncf', NULL, '{"events":["audit.entry","zone.offline"],"host":"receiver.invalid"}', 'pS1JDapJjxI3QjfJiMwFzlLWNx70tay6-pQn0vwO72w', 'EEGppfkWiM2tcEG_VqNlmwBLiKUeJeZGsIzP-BNw3CM');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 3, '2026-11-22T12:19:08.996Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'resources.change', 'Zone east', 1, '{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]}', 'EEGppfkWiM2tcEG_VqNlmwBLiKUeJeZGsIzP-BNw3CM', 'zQMjIAQfxJz0hrqZh7s5qtNPHSVAG6uqtsrmF8d9uuQ');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 4, '2026-11-22T12:19:10.322Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'resources.change', 'Mesh default and 7 more', 2, '{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', 'zQMjIAQfxJz0hrqZh7s5qtNPHSVAG6uqtsrmF8d9uuQ', 'SqhtHlVSe7ti5tfLJ58oouzdKPfRPpDRzkewVal-ycI');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 5, '2026-11-22T12:19:10.366Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'resources.change', 'Secret default/own and 5 more', 3, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]}', 'SqhtHlVSe7ti5tfLJ58oouzdKPfRPpDRzkewVal-ycI', 'SsiwoQPWtQbl-UZ4w7OskbIdE9qkpUi3FFFvIjhbDis');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 6, '2026-11-22T12:19:10.531Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'resources.change', 'MeshTimeout default/to-change', 4, '{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]}', 'SsiwoQPWtQbl-UZ4w7OskbIdE9qkpUi3FFFvIjhbDis', 'VsIJ60ePFIJsDXxh4Pyowoe2j3eDkYtXCf1OJuBfCas');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 7, '2026-11-22T12:19:10.585Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'resources.change', 'MeshTimeout default/to-go', 5, '{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]}', 'VsIJ60ePFIJsDXxh4Pyowoe2j3eDkYtXCf1OJuBfCas', '6_NmPfxB7gSrt_G8a2KIxP8q1kdgF5SjLJHPsB5uHRo');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 8, '2026-11-22T12:19:10.628Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'audit.retention', 'audit log', NULL, '{"before":400,"days":90}', '6_NmPfxB7gSrt_G8a2KIxP8q1kdgF5SjLJHPsB5uHRo', '6WidNiE4KMycELpbxDHlF1c48gVuv1gVs5DHW2NAD3U');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 9, '2026-11-22T12:19:10.656Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'token.create', 'token yzy7dyxghynuphkz', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', '6WidNiE4KMycELpbxDHlF1c48gVuv1gVs5DHW2NAD3U', 'e-n9NdEOV9WrnNHZnyW1hK2F0BQshJ8uWxaMx-olbUk');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 10, '2026-11-22T12:19:10.684Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'token.create', 'token 7zsu5udywgaiu4zj', NULL, '{"expiresAt":null,"name":"other","scopes":["admin"]}', 'e-n9NdEOV9WrnNHZnyW1hK2F0BQshJ8uWxaMx-olbUk', 'gJlM4HU50mh2NqemVdRS475VOLVw6wy9iAbU-1UIMO8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 11, '2026-11-22T12:19:10.849Z', 'token:7zsu5udywgaiu4zj', '7zsu5udywgaiu4zj', 'plan.approve', 'plan abq4hi5yh6mvaotp', NULL, '{"plan":"abq4hi5yh6mvaotp","author":"token:yzy7dyxghynuphkz","revision":5,"required":0,"given":1}', 'gJlM4HU50mh2NqemVdRS475VOLVw6wy9iAbU-1UIMO8', 'Wjdj9oCHztCqoG4v9cxi_ceEIKVIKsH5BQ7bkySO6Zc');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 12, '2026-11-22T12:19:10.897Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'token.create', 'token xxeake4o7m3hphhh', NULL, '{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]}', 'Wjdj9oCHztCqoG4v9cxi_ceEIKVIKsH5BQ7bkySO6Zc', '0kI1THFVzzqqluv09ic2mCGIXW_IO1xcECDNXddzjBw');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 13, '2026-11-22T12:19:10.917Z', 'token:xxeake4o7m3hphhh', 'xxeake4o7m3hphhh', 'secret.reveal', 'Secret default/dataplane-token-signing-key-default-1', NULL, '{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]}', '0kI1THFVzzqqluv09ic2mCGIXW_IO1xcECDNXddzjBw', '-c743_GKh3nvK_6Tlv2DFuFTgQQvhgRur54YF5rWJ7s');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 14, '2026-11-22T12:19:10.928Z', 'token:xxeake4o7m3hphhh', 'xxeake4o7m3hphhh', 'secret.reveal', 'Secret default/default.ca-builtin-key-ca-1', NULL, '{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]}', '-c743_GKh3nvK_6Tlv2DFuFTgQQvhgRur54YF5rWJ7s', 'WhfrZrieRtU2OgYYZJg1c9_RB5fLizU-C5RnhpcVPE8');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 15, '2026-11-22T12:19:11.013Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T13:19:11.013Z","id":"w4dpkulnss33bep6"}', 'WhfrZrieRtU2OgYYZJg1c9_RB5fLizU-C5RnhpcVPE8', 'HuFqbu7rKoBir5uRfPTptirgN-4YmhbRFW1H9UVl3q4');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 16, '2026-11-22T12:19:11.117Z', 'relay:east/pjuyj765', NULL, 'relay.enrol', 'relay east/pjuyj765', NULL, '{"enrolmentToken":"w4dpkulnss33bep6"}', 'HuFqbu7rKoBir5uRfPTptirgN-4YmhbRFW1H9UVl3q4', 'uEEcPP0_aFcfdI2iU9BhOmhdunzZ2jqMwpUPvewv_UY');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 17, '2026-11-22T12:19:11.290Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'dataplane-token.create', 'token 3f711263-bd48-40d9-94ab-86d9fada8286', NULL, '{"id":"3f711263-bd48-40d9-94ab-86d9fada8286","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000}', 'uEEcPP0_aFcfdI2iU9BhOmhdunzZ2jqMwpUPvewv_UY', 'ce_8ehR5vmBXm_TkL-qY_SP3R7u-zzk8QmEBviprssA');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 18, '2026-11-22T12:19:11.947Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'resources.change', 'MeshTimeout default/late', 6, '{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]}', 'ce_8ehR5vmBXm_TkL-qY_SP3R7u-zzk8QmEBviprssA', 'NgW5SBPxSWc7QVgJWuJnGVVQFYfPql8V6ggGLEkyZgw');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 19, '2026-11-22T12:19:12.248Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'enrolment-token.create', 'zone east', NULL, '{"expiresAt":"2026-11-22T13:19:12.248Z","id":"xysuzt5rycvk46ih"}', 'NgW5SBPxSWc7QVgJWuJnGVVQFYfPql8V6ggGLEkyZgw', '_Z6b5-nuAUUV8ecevCTE6myw_chITMdv9hT0cttMx7E');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 20, '2026-11-22T12:19:12.370Z', 'relay:east/zfuwql6x', NULL, 'relay.enrol', 'relay east/zfuwql6x', NULL, '{"enrolmentToken":"xysuzt5rycvk46ih"}', '_Z6b5-nuAUUV8ecevCTE6myw_chITMdv9hT0cttMx7E', 'NPOaFaePbFxcZ6nLVuQ6PS1hgpVssOqU4Alf4aiKAhU');

INSERT INTO "audit" ("tenant_id", "number", "time", "actor", "token", "action", "subject", "revision", "details", "previous", "hash") VALUES ('hdpbkkcbohgu', 21, '2026-11-22T12:19:15.620Z', 'token:i5toumftulyjfotr', 'i5toumftulyjfotr', 'invitation.create', 'invitation kja57drfqgqfwusn', NULL, '{"email":"bo@example.com","expiresAt":"2026-11-29T12:19:15.620Z","role":"viewer"}', 'NPOaFaePbFxcZ6nLVuQ6PS1hgpVssOqU4Alf4aiKAhU', 'u4WR65RW3kfGUpbaJD7XRb2eEvQ5xwsVgPuwPTWEubQ');

INSERT INTO "audit_seal" ("tenant_id", "number", "kind", "time", "hash", "jws") VALUES ('hdpbkkcbohgu', 2, 'checkpoint', '2026-11-22T12:19:08.810Z', 'EEGppfkWiM2tcEG_VqNlmwBLiKUeJeZGsIzP-BNw3CM', 'eyJhbGciOiJFUzI1NiIsImtpZCI6Ild5MU5SRVI5QllGZHB2RXdZQWEwNVp4dkJPRXdPeWRKMDRSUk9XSzdyUWsiLCJ0eXAiOiJ3ZWZ0LWF1ZGl0K2p3cyJ9.eyJraW5kIjoiY2hlY2twb2ludCIsIm9yZ2FuaXNhdGlvbiI6ImhkcGJra2Nib2hndSIsIm51bWJlciI6MiwiaGFzaCI6IkVFR3BwZmtXaU0ydGNFR19WcU5sbXdCTGlLVWVKZVpHc0l6UC1CTnczQ00iLCJ0aW1lIjoiMjAyNi0xMS0yMlQxMjoxOTowOC44MTBaIn0.TjhaYBw3jKOnZzELVXyaXRf5458omqvTUWZGsUqeTb8I5VGmGGSItYRhNCg7kvrT7v43nh4Ls4CAYO9yVZsMaw');

INSERT INTO "audit_setting" ("tenant_id", "retention_days") VALUES ('hdpbkkcbohgu', 90);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', '4Q_Jlh2jKc_ewnrKZOpD_xQYFJacv9H6HPI-a1jYmr4', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvDCCAWOgAwIBAgIQURA2nTWzxXGYpJ9/LAzw/zAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjEyMTkwMFoXDTM2MTExOTEyMTkxMFowMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABLq7ASdSaFF34alCLeVhCNtw5Zkkujk5YDR/zA+zf/z/FBmfnMnJ\nxadFRU3aZBNLT57Gajc2zXdvZE674Bzjw5ijXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBQ41tv3hp3Om+ttUuWhKqq+TmqkdDAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0cAMEQCIHKz\nOgBu7Cp48iUA1jE9RifVW1rKdQc9M7/s6QflmAnwAiBjxzzc3v2lsDteHRVCunEL\nltqigKN6yWWoGD5ZAjSyVA==\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', '{"web-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', '_z6Ani-f0FVxmT_1Ph3t_AYbQ5bE2o2XdvJ2F8pqCHw', '{"mesh_ca:secret:default":"4Q_Jlh2jKc_ewnrKZOpD_xQYFJacv9H6HPI-a1jYmr4"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', '{"shop-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00', '{"shop-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('hdpbkkcbohgu', 'GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q', '{"web-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('hdpbkkcbohgu', '38d6dbf7869dce9beb6d52e5a12aaabe4e6aa474', '495085e3451d719d10e25d51e6a817b0', 'default', '', 'east', '2026-11-29T12:19:11.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('hdpbkkcbohgu', '38d6dbf7869dce9beb6d52e5a12aaabe4e6aa474', '6f3683e3bc07b31c02c64be16da08003', 'default', '', 'east', '2026-11-29T12:19:11.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('hdpbkkcbohgu', '77ce756d17caa55ce41328023c6ca4ef40f01c69', '48add1fe41cd6f29d3739af3a7615835', 'default', 'shop-1', 'east', '2026-11-23T12:19:11.000Z', '3f711263-bd48-40d9-94ab-86d9fada8286');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('hdpbkkcbohgu', '7zsu5udywgaiu4zj', 'api', 'other', 'RlgwOodH2bqkvYP1C39YV_8_6CoPDVzrdhClHg6pzPY', '["admin"]', '2026-11-22T12:19:10.684Z', NULL, NULL, NULL, NULL, 'i5toumftulyjfotr', '2026-11-22T12:19:10.839Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('hdpbkkcbohgu', 'i5toumftulyjfotr', 'api', 'admin', '1VLl1_6HDzElLxrM4bdUTBKPVj8fA5PVAYam5ip-DcM', '["admin"]', '2026-11-22T12:19:08.485Z', NULL, NULL, NULL, NULL, NULL, '2026-11-22T12:19:08.639Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('hdpbkkcbohgu', 'w4dpkulnss33bep6', 'enrolment', 'relay of east', 'EjR7OnEfCRaslZhktmaZMBibGt2A8n3Ez7HSFVTEoZw', '[]', '2026-11-22T12:19:11.013Z', '2026-11-22T13:19:11.013Z', NULL, 'east', 'pjuyj765', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('hdpbkkcbohgu', 'xxeake4o7m3hphhh', 'api', 'reveal', 'Wl9n-SVimeexjwa0QJxsuB-5StMwSFFVW7Z8SWcL1Mw', '["admin","secret:reveal"]', '2026-11-22T12:19:10.897Z', NULL, NULL, NULL, NULL, 'i5toumftulyjfotr', '2026-11-22T12:19:10.916Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('hdpbkkcbohgu', 'xysuzt5rycvk46ih', 'enrolment', 'relay of east', 'Qp6SvISxyDA92fjZZE6xJJ7FE7qudnK-HD63HpvSHHs', '[]', '2026-11-22T12:19:12.248Z', '2026-11-22T13:19:12.248Z', NULL, 'east', 'zfuwql6x', NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by", "minted_by", "last_used_at") VALUES ('hdpbkkcbohgu', 'yzy7dyxghynuphkz', 'api', 'other', 'HhhqJGsboHdgySP7NeH6e0AVH1oIiwqvCObjFNVriMg', '["admin"]', '2026-11-22T12:19:10.656Z', NULL, NULL, NULL, NULL, 'i5toumftulyjfotr', '2026-11-22T12:19:10.739Z');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_add-relay-address.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-issuers.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_add-registration-ready.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_give-virtual-addresses.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-contacts.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_add-default-generators.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_follow-resources.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_deliver-revisions.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_keep-plans.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (11, '0011_keep-audit.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (12, '0012_send-webhooks.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (13, '0013_keep-approvals.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (14, '0014_keep-lineage.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (15, '0015_note-joins.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (16, '0016_guard-quotas.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (17, '0017_guard-moves.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (18, '0018_note-ways.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (19, '0019_keep-versions.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (20, '0020_note-uses.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (21, '0021_close-relays.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (22, '0022_note-unused-blobs.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (23, '0023_end-heads-with-envelopes.sql', '2026-11-22 12:19:08');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (24, '0024_find-heads-by-index.sql', '2026-11-22 12:19:08');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('hdpbkkcbohgu', 'east', 'pjuyj765', 1, 9, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T12:19:12.169Z');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('av7f6qx2x6ez', 1, 0, 1);

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('hdpbkkcbohgu', 1, 6, 10);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('hdpbkkcbohgu', 'default', '17685e2036ca64ef314f179b39a796815ba4ad09', 'east', 'pjuyj765', '38d6dbf7869dce9beb6d52e5a12aaabe4e6aa474', '-----BEGIN CERTIFICATE-----
MIICRTCCAeqgAwIBAgIQSVCF40UdcZ0Q4l1R5qgXsDAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjEyMTkwMVoXDTI2MTEyOTEyMTkxMVowNTENMAsGA1UECgwEV2VmdDES
MBAGA1UECwwJem9uZSBlYXN0MRAwDgYDVQQDDAdkZWZhdWx0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEGdzidXV8scUsp06icxK6h6YGxkMqZ/M5xdKjgPvMsiX5
GtLAJRe2IwevnOiMr0sxqaqjMWSv90bCleY7GpJCB6OB4DCB3TASBgNVHRMBAf8E
CDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUF2heIDbKZO8xTxeb
OaeWgVukrQkwHwYDVR0jBBgwFoAUONbb94adzpvrbVLloSqqvk5qpHQwGwYDVR0R
BBQwEoYQc3BpZmZlOi8vZGVmYXVsdDBaBgNVHR4BAf8EUDBOoBYwCYYHZGVmYXVs
dDAJhgdrdW1hLmlvoTQwAoIAMAqHCAAAAAAAAAAAMCKHIAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA0kAMEYCIQC85qmQHZKN3iuv
CgoNnBxsUjDgmmFqQ3m/hVfTXTFUmAIhALG69brqNY9rmI9p4/j80YKXv9nn+4sf
QNidp3bxVsep
-----END CERTIFICATE-----
', '2026-11-29T12:19:11.000Z', NULL, NULL, NULL);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('hdpbkkcbohgu', 'default', '77ce756d17caa55ce41328023c6ca4ef40f01c69', 'east', 'pjuyj765', '38d6dbf7869dce9beb6d52e5a12aaabe4e6aa474', '-----BEGIN CERTIFICATE-----
MIIB9TCCAZugAwIBAgIQbzaD47wHsxwCxkvhbaCAAzAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjEyMTkwMVoXDTI2MTEyOTEyMTkxMVowQjENMAsGA1UECgwEV2VmdDEf
MB0GA1UECwwWY29udHJvbCBwbGFuZSBmb3IgZWFzdDEQMA4GA1UEAwwHZGVmYXVs
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMY+Wa3DqwdBFiNxAzytmbzDl/Vt
e0l+0LNtt79UF2DrFC2DzDuvhqL5P0aFc7jJWVFEhr8RdOQykqJKNcqJHsWjgYQw
gYEwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYE
FHfOdW0XyqVc5BMoAjxspO9A8BxpMB8GA1UdIwQYMBaAFDjW2/eGnc6b621S5aEq
qr5OaqR0MBsGA1UdEQQUMBKGEHNwaWZmZTovL2RlZmF1bHQwCgYIKoZIzj0EAwID
SAAwRQIgEN5vhK8TV6R9OfeKtxGFZE+OoKCUCAKGW8yvrcyvdJQCIQDF47OJxDNQ
RynFgqV4rWtUb4JjRchNbVi5+e9LbJT3gA==
-----END CERTIFICATE-----
', '2026-11-29T12:19:11.000Z', 'v1.1ca20d88.cFgAfox9h0H0wE1BcN4hk43EZkzd9oSLCumpddUe97Jr-hdVZ9YfAlAJd5H7COmFIP4tijhQ5cziE4GsiH3T-Xb0ltZmnHwOBUbOYh6NPenkdlXuNXRB07A9mYxKf2c-ZIXPXPb78OX9pgjp9FbpSixa8l-3VcHwZVAqiVL4bmFFChx5xVPKkrLVe9aeuZ302k82kzgCegIwMrTQVcoxMNPGAflqNQ', NULL, NULL);

INSERT INTO "join_note" ("tenant_id", "zone", "subject", "code", "count", "first_at", "last_at") VALUES ('hdpbkkcbohgu', 'east', 'xysuzt5rycvk46ih', 'token-used', 1, '2026-11-22T12:19:12.550Z', '2026-11-22T12:19:12.550Z');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('hdpbkkcbohgu', 'east', 'm_HsuG275HWVeLff8Of7Xny4eg-5mhjVUuOLJVd_K1Q', 1, 7, 1795349951282, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"_z6Ani-f0FVxmT_1Ph3t_AYbQ5bE2o2XdvJ2F8pqCHw"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('hdpbkkcbohgu', 'east', 'AckwQk17bmAHrI5bRsnlWd-N9xZGOGMIsyV1kgw4K54', 1, 8, 1795349951612, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"_z6Ani-f0FVxmT_1Ph3t_AYbQ5bE2o2XdvJ2F8pqCHw"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('hdpbkkcbohgu', 'east', 'I49cNR7P1gBZh4ayphpy3HYSWnoX1TWv9A3bgDFFZr4', 1, 10, 1795349952509, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00","proxies/default/9":"GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"_z6Ani-f0FVxmT_1Ph3t_AYbQ5bE2o2XdvJ2F8pqCHw"},"zone":"east"}');

INSERT INTO "plan" ("tenant_id", "id", "epoch", "revision", "actor", "reason", "created_at", "expires_at", "body") VALUES ('hdpbkkcbohgu', 'abq4hi5yh6mvaotp', 1, 5, 'token:yzy7dyxghynuphkz', '', '2026-11-22T12:19:10.749Z', '2026-11-23T12:19:10.749Z', '{"changes":[{"type":"MeshTimeout","mesh":"default","name":"planned","change":"created","before":null,"after":{"type":"MeshTimeout","mesh":"default","name":"planned","labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"creationTime":"","modificationTime":"","spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"8s"}}]}}}],"warnings":[],"demands":[],"tests":{"broken":[],"mended":[],"failing":[]},"outcome":{"effect":{"proxies":0,"zones":[]},"access":[],"faults":{"new":[],"mended":[]}},"basis":{"sequence":6,"written":{"MeshTimeout/default/planned":[null,"Gy-d7TaQrnuqcpZv"]},"kinds":{"effect":[],"access":[],"new":[],"mended":[]}}}');

INSERT INTO "plan_approval" ("tenant_id", "plan", "actor", "time", "reason") VALUES ('hdpbkkcbohgu', 'abq4hi5yh6mvaotp', 'token:7zsu5udywgaiu4zj', '2026-11-22T12:19:10.849Z', '');

INSERT INTO "plan_part" ("tenant_id", "plan", "part", "sealed") VALUES ('hdpbkkcbohgu', 'abq4hi5yh6mvaotp', 0, 'v1.1ca20d88.stEyymT4OZ7G8cKwWUXn-roJyKFXFu3Q1Zo7n62wuD-If5in8hbmgLiStj7Q3fdq2lOx7FVZC8gKy_OSK0OoPoilz12tnGKBOBemU2O_zdi49HMm3uaV7IAyDG2SSuHdMKt4JkBZ3QJ3tySom1U3Y5wxEQA7P4j-sGT55-QBlwiuzjfOZgmgdq6Uv8AbVJkocoW8_DfqzD04fffsyNh6FgIJc4qQKgA6JplQCOu-FfHFyWDCAWzRpdQKfqm2n8V1kfteX5zbUMZ79PZeIFIrCTZnzlmdTM97EjOUIgwRsadQG3OB_5g9Dfh3HJt-S6sehvIH8T12mx3S-4OGetJEfqC-QCuEljdPS8NCuS9Zly0SFy51GKhM0MF-mbwxylqk3zKy8rWSqzbH8-qikQ');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('hdpbkkcbohgu', 'east/pjuyj765/58f8ebd5-5684-48be-be69-2e7e25a811c3', 1795350551630, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('hdpbkkcbohgu', 'east/pjuyj765/f3f1606b-58d6-43fa-b245-c1c769c4e4f7', 1795350551389, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id", "ready", "versions") VALUES ('hdpbkkcbohgu', 'default', 'shop-1', 'life-shop-1', 'east', 'pjuyj765', 'stream', 1, '2026-11-22T12:19:11.421Z', '3f711263-bd48-40d9-94ab-86d9fada8286', 1, NULL);

INSERT INTO "relay_contact" ("tenant_id", "zone", "relay", "connected_at", "seen_at", "left_at", "way", "lost_at") VALUES ('hdpbkkcbohgu', 'east', 'pjuyj765', '2026-11-22T12:19:11.861Z', '2026-11-22T12:19:11.861Z', NULL, '', NULL);

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:08.520Z', '2026-11-22T12:19:08.520Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:08.520Z', '2026-11-22T12:19:08.520Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:08.520Z', '2026-11-22T12:19:08.520Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:08.520Z', '2026-11-22T12:19:08.520Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:08.520Z', '2026-11-22T12:19:08.520Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:08.520Z', '2026-11-22T12:19:08.520Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:08.520Z', '2026-11-22T12:19:08.520Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-2', 1, 2, '2026-11-22T12:19:08.997Z', '2026-11-22T12:19:08.997Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-3', 2, 3, '2026-11-22T12:19:10.322Z', '2026-11-22T12:19:10.322Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.1ca20d88.hAN0DlcUQfWIvyTXkjytG-rm7aVkfiXBeFsV5vL9UqoWIBuItTkDicOImHVJJ7hi1ebd2Vra8u10rRA08rd3GT0vtcAlH6PZ2hm-JlbvcDH0qgXVdWF2kCIdDq9XJ438Qe5wYVE4a5OTjCztWULfUNf9wDvSRdsyAPPq5kp3Op4sWFea9tGZvmX19Hnl5btGD594ewzNeFxWJ2Kf0vHzMRKaYpcoVnWBBtG9fXgcDLYxscX9ApHrV5AhDbqYL7UKRTDflBJDla08Gl55VpdtHbv4EPRXfPIis9jtpNOoJPyzJLZlVB_3QkozeC-KLCH3Nhu70rBtXa1hj7Z0f19e75G1VQZnljN2H14mUuHdHGqeSwhoAmzJ4d_87V_nVGw3KVcCfujc8j1fwqwcI6xA1GCyuckbbG2LaMMV-toe5wKp8bPck2dZOtThcAc89gbxGb51ENMgvfS8SKLQOAewFG_Wwja9HB4A7XpK13dxytn6HpC46-phMQ5XviFxB5aIb3JIGPrpuyG57EbULN12hB41Fq0gBK_tJS972qtga-HmyU6KDV9cxdbiae87G3wDb4zLHsWssEH5BVQy2S05N8Ut9VAITchq4Xd1M_0HlnpVhoxD74xtDL8mKVeG5tRlaGYw9rESrqla5NDGA2NM7a5JcK29VxhpOauFpcsLDI7e1Hq3cHRatuHRNFg8OsS-zlqFgdgT-M2iVjzlJJRdCUTEZjRRrWq7mniu9pLwbW-gJRAWZE3uXOje5M23o_u0TuYhw-Rm23y2D0ykJWUV6FcoSkzlpHirukhIdOaszcB0NkLXDEoP0c6u-HEjfDOegLHt93tVYqUHSs_OhaPh_G1YKednocGlqlZd6i9BRR9LxVL9IKq62o2BldKfc4lAk1URpgkZhwr8Fr0eudZb58z1v1mTOVRsmuX9yHrC_3TBBaZzXyHsMV2dGxW5h9pfRxbFhZ9kVU9znozlqArvbN-TMT4OWXdhj8UNSp9Gi16uPUMJrwYS-K9KIW_TsBPjjWXt3_KEMRU4gIvJhiImKP5Rge96BX45mmBILmU6DAWK1W-D8aE8vjcugzv5WH4pswbZZL0NicRIbgFlajZ2KACF0JP2o-M4shimAv96OF0eXsJkLdqBkcuDo6uomaiHZcpgYMhFvD4d9f1bBpRIGUHrqZflqwqjlxZysPlmRnwA_b0UVi1M87orttUwrryhTWNEf2OB8CfNQVcJ_RoMweDBe2BPBkbmc5NrEPDFUFd22PAYSfHJnGhG7G7W9ScmOInHZVTVH2aluIhCOWJM8QoML_lCzIR5wBUW0aKthoZeidTAmKPo3y2Kt0RRigpg2VPMXPR5KPO3XQBvGhtfJdrwklHjKP6dl8QtTVjBRVH6lLO3feRnkCiDqCp1WIGeFRy3w9TSmeioC5knUssUA16ekU92XcR_OfWmGeQUmuVF5WHiWbI1wsiLVaH8SYvKz42R72-yJLKSVt8LCHf7abxfuxGaAR-vRwVlDpyI9m_6n8wCzW5nPR7OBceKdj5RaaHpmKk9s1NlsVX4p9K1TD6GCfKxIDsbe5JbA8cfFnDhelWOWW-Y9sSlURKpGFL20DN2GKZa-voPGU7M_pHLzwUd1oPN2_qV8r1dCwgRP0HA0Th6BR0ilVXuyKbKp_45aIaZKET5oYyXczhmkZC8OpCmc-YU9g1iFTsrF1nm77nRgRoZzi15mi-5ZWzsWUlYNfnpwp99fOe7h_Xihc5qfL0g6j94cHwj030KHQOG-AXdzETH9GUTv2EPWCEa6ZSA2EWc_JmhHvAVDI6ywTg_Te_ubZLkExqaK3Gsgtjf8UOIJ7QfzSxsiXfiranbbT6Ppptj2jlA9N4H0dcEC8nfZYZcjmPbLQgu7f5USNgVLf7kx56tv54I7S-1xkua4ZNcv-Ki5suLjTlAQueqVPgUfQyizFsKkhALijT5N6JcLfuvFEaFmNCUvldjzQCLvR9mjdQWKde1RUQHGXq8wNdIIbpMyA9hFCHF1au88IMKx6oI7wWp1vShNi3sEZt0VDLaTZPxNPEgdPc2J3fUhgIfqW2JQblGa-1oP_Jz3byC0JyQasNXKYuIorRjSKLCujFg79r-lQvFQh3VEZt42NyeMc0VUxRXDd5MrHwMjWjLbWsJcXB2YQ4k2Yr5nBa3nbokVvThaSjbrtkuhG0EWINtw8nMqC-x5PjIZkc1ScWGzTSPy5alFEiPxjuWZ5QhWLtBPQ5C3Nv4fMQDPoFcyyUIPYTN3IETFQGGyEDgd-5Vo5FT0zJYjx4eJzXdR6KzLjWLMqlnlYeh9GqSpMRZ3KwemtvqQjJZsymRsaAqDDB1bdxPdZcfDrSLPqRXRyMfENTd1Q6DnXAbsEhhOE4yP3FB2tpsW4wsmHnIP63E9Lr0WZawx68ms7m-Qjm5tYA5gMUlk0D6g_EsmLExIjAlg9z_ie2AaygmNRHItFOf2e-qqbtq_Q8ABhuYrLZhKBJ3J67NQE78hLZUsPp4wANJP3cBHCkRr7xsEDTo6qPgZHFPTBF1nKVmIqkjHzWy2kV32We80hNBs3UYzEbeNxWmMgkjxnD9d2jrA3i6Wmvt2iX4wDovTZLA6ewqOLWVbKQwQmLjEvbi2PrLUfJQQcrdZeazcLA_WlZDAiEgMP4FvJDyGDwJ7dleTHcuO3RiTYr2-IcxgN40UtXGmASoBlBbwlXoKYNL5o_UEf22TILSMGzFqiYYM7Jpfr9Y84C5sgT_HNzdqKgXA8Q-q8Hl28J6I2mhV3bw6rLYbVFpMZ2Q2fkPZzMkE94NS_DlBQRVzkI61PBU4xpj03bvRXT829y9my1Y5LxzY5q8FJdN5IDxq1T3y2DG4NxteRlU-JaztioXsBfhEMGmr6BtuJ1KDnDHx47joXLownbf3xuyKSfQmARqlK3oCWpo5s-ztwrd3vJCKP2c0chjh8kvr5j8lPoud11cb7LGjV3JFru-0UBNCLsD8ovm6ox2nSLgtWEPfjbdHeXu-pOuTctsgbypQWG74MNnzZK-0F04B-X9Im1DavLCTS9V1aSHMkdMuJGmhfA"}', NULL, '1-3', 2, 3, '2026-11-22T12:19:10.322Z', '2026-11-22T12:19:10.322Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T12:19:10.322Z', '2026-11-22T12:19:10.322Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T12:19:10.322Z', '2026-11-22T12:19:10.322Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-3', 2, 3, '2026-11-22T12:19:10.322Z', '2026-11-22T12:19:10.322Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-3', 2, 3, '2026-11-22T12:19:10.322Z', '2026-11-22T12:19:10.322Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.1ca20d88.9K0jqLUjCoxWif5voVyZp37UmYCz7B0A5ckVKwbWLc-wBEe3vZPWglK-it5BCd3njHezGD7gviLEZ8fOJ_JVZv6aiIOV_CB91VomGCADI01T-lCxIzai7Nwu3TacjN6f7fwpZ4FJ-qDYbfeMQCl3jMtF2gUq9YoIWfaCpvQ7IH0lOeZxmqN1D_UclF65TAa3JNSTCusQzpS4YJVWg0zkhA_MgsvqXk7rPOSbSLvcmr9Z1aScFUmBtNAha_xc1RmKV0xgBE26Fmm6B4xEtFhUoEVsWiZSdj9ZzbL2w-CQYX0eNsMmAhdnmB9N5lB6_aalqShT1qjDvXyAQMt4lOk0wVcBs6ATqwfBmHn-MC_Wm_iW59o9rAhjvqpuWmPdSSpYcZspJGJVjFmC53Mx9FRdSjqy5nOuY5pwXHdflaU4ZPluCxmWN7D3Uovcnh8CYjG2RxDmIeDvhnrWvQxjQQwoXJ5ekiXT-welwxwmQexpTTHrTUmw6ytVoIYfFNb8K-U7t6h5phzVokFKRZT-B9D5_OOlYlN6Yg0m6j9MsfzS0EZock4DIa3iqjZTxiAd9gNb59sYMhYKOHCYqxoZ8NjjuDjpzOhu7D3mVecUzg0mOlq2NFx0_ktzYQtBbbtg7y29NewMyCdGziPrtapPi5FmXeGmi6sSkpJCdQGlvrvwI2cQX3S047A09hW-_eB6VzgimCrpxGs5KbxlTgpQ5n1OHq44J6Ajy34JEBCeCXtBU3iJOHOZk1AsgAXZobzCbPL8JaUDLW8nlwU_Yuj93gz5vb0zIgL4p9THeotY7SHwrspWfexAfqkL82IJAVwzS2R8XCT3nGNR8rxPFMS512wYdy0S8Uj8NudDXpTfv98ZaGijCu4DWK1qXTOlFBPE1P7iouvnvTYcgG56haWARgwpIQKJUTMKPf0cbHQ7aY_EtqIEUFBzKHWXD3anqWcaboNhK9faj_F3rWNacg9XNnDmyKhkeT7WtNuKvCsSRkXWrng_lZfUSAXefF2A0fsWN0mFc1tUT4oLR9lBxNirxBViqpaZnAxrwuNskj6dcQwc16oU_zhqLaQR3IlDbmPHjfwIlTlJtGDM8iPByHzF0Tc3qW39aTwWYEtV9C_689cTFAwbaJq42xNSM87YS-_IR-IPqwRUotOECTKjA4FhiGcenX0xZkQ4ALFoD40aPw7zO07ohRDwItpvvfPXhA8iu3W44d4spA"}', NULL, '1-3', 2, 3, '2026-11-22T12:19:10.322Z', '2026-11-22T12:19:10.322Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.1ca20d88.sVlgC1ARaNUHfEjNCD1ddulnivlEX0Vrb5k86VLY2UFyEQHbIg9egWQZ3Y_aiX1u6T0gih9ldhjlQwPUMPqGDVC1FZDKc6rVE9L7b4XrQp7FX7V5n-LYnK_bRPUvgNRqN1KPrOcQlyCEMsE7gbKmxlboXFcKzARvasQjuCO1V3ErhZc4d9sV6wKQ3Jo5iFb0QuCcvpUsVsOzZjYdbg3XBRzOBfelxiHLt0Msa0sY0e4y5PE64LeWVnVwfMOoNIBK8QkHEuR_wzUpuCCx1p6t0g0cA5PJyZ4Zkil5R_V8biyD5ta2cWLK43xmfEiekXHIuEpOqv0Dtr7oilaQ45ymdp1R-HYQNsiFbL4WmIH2Sn6yrvf6yUYnP2oIZrvlSHm2JQbavnPCoPXDpf8o1QCwuJwBap88Osd7LkeYPER07H36o9qcYTktxsbp9qyNjcrFzt-3Ad_0PP1PHdt8i7HTkA"}', NULL, '1-3', 2, 3, '2026-11-22T12:19:10.322Z', '2026-11-22T12:19:10.322Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'Secret', 'default', 'own', '{}', '{"data":"v1.1ca20d88.AXKDpyTMols_-KnnGdWTzJnMsSjIv22hnCSBXBjqOKStamMBJhc-Nw"}', NULL, '1-4', 3, 4, '2026-11-22T12:19:10.366Z', '2026-11-22T12:19:10.366Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T12:19:10.366Z', '2026-11-22T12:19:10.366Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T12:19:10.366Z', '2026-11-22T12:19:10.366Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-5', 4, 4, '2026-11-22T12:19:10.366Z', '2026-11-22T12:19:10.531Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-4', 3, 4, '2026-11-22T12:19:10.366Z', '2026-11-22T12:19:10.366Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-8', 5, 8, '2026-11-22T12:19:11.559Z', '2026-11-22T12:19:11.559Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('hdpbkkcbohgu', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-9', 6, 9, '2026-11-22T12:19:11.947Z', '2026-11-22T12:19:11.947Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('av7f6qx2x6ez', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:15.567Z', '2026-11-22T12:19:15.567Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('av7f6qx2x6ez', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:15.567Z', '2026-11-22T12:19:15.567Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('av7f6qx2x6ez', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:15.567Z', '2026-11-22T12:19:15.567Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('av7f6qx2x6ez', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:15.567Z', '2026-11-22T12:19:15.567Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('av7f6qx2x6ez', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:15.567Z', '2026-11-22T12:19:15.567Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('av7f6qx2x6ez', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:15.567Z', '2026-11-22T12:19:15.567Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('av7f6qx2x6ez', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T12:19:15.567Z', '2026-11-22T12:19:15.567Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('hdpbkkcbohgu', 1, 1, 2, 'hsu2bcpc3tvmduce2pna734w363nq3mi', 'token:i5toumftulyjfotr', '', '2026-11-22T12:19:08.997Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('hdpbkkcbohgu', 2, 1, 3, 'fgovakvppdo3a5ico4ugo4b7233bx4ck', 'token:i5toumftulyjfotr', '', '2026-11-22T12:19:10.322Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('hdpbkkcbohgu', 3, 1, 4, 'yubq5hhdxhjpvtscut6qsodb2exw67xo', 'token:i5toumftulyjfotr', '', '2026-11-22T12:19:10.366Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('hdpbkkcbohgu', 4, 1, 5, 'kat5rdg5jg4i5w4742ooirtw3qf6n3sm', 'token:i5toumftulyjfotr', '', '2026-11-22T12:19:10.531Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('hdpbkkcbohgu', 5, 1, 6, 'lqv653sgr4lne54qtpskbyvkoejaoolj', 'token:i5toumftulyjfotr', '', '2026-11-22T12:19:10.585Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('hdpbkkcbohgu', 6, 1, 9, 'rtkhpv7annvntqyzzjua72ie5vbhm7yh', 'token:i5toumftulyjfotr', '', '2026-11-22T12:19:11.947Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T12:19:08.997Z","modificationTime":"2026-11-22T12:19:08.997Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T12:19:10.322Z","modificationTime":"2026-11-22T12:19:10.322Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.1ca20d88.hAN0DlcUQfWIvyTXkjytG-rm7aVkfiXBeFsV5vL9UqoWIBuItTkDicOImHVJJ7hi1ebd2Vra8u10rRA08rd3GT0vtcAlH6PZ2hm-JlbvcDH0qgXVdWF2kCIdDq9XJ438Qe5wYVE4a5OTjCztWULfUNf9wDvSRdsyAPPq5kp3Op4sWFea9tGZvmX19Hnl5btGD594ewzNeFxWJ2Kf0vHzMRKaYpcoVnWBBtG9fXgcDLYxscX9ApHrV5AhDbqYL7UKRTDflBJDla08Gl55VpdtHbv4EPRXfPIis9jtpNOoJPyzJLZlVB_3QkozeC-KLCH3Nhu70rBtXa1hj7Z0f19e75G1VQZnljN2H14mUuHdHGqeSwhoAmzJ4d_87V_nVGw3KVcCfujc8j1fwqwcI6xA1GCyuckbbG2LaMMV-toe5wKp8bPck2dZOtThcAc89gbxGb51ENMgvfS8SKLQOAewFG_Wwja9HB4A7XpK13dxytn6HpC46-phMQ5XviFxB5aIb3JIGPrpuyG57EbULN12hB41Fq0gBK_tJS972qtga-HmyU6KDV9cxdbiae87G3wDb4zLHsWssEH5BVQy2S05N8Ut9VAITchq4Xd1M_0HlnpVhoxD74xtDL8mKVeG5tRlaGYw9rESrqla5NDGA2NM7a5JcK29VxhpOauFpcsLDI7e1Hq3cHRatuHRNFg8OsS-zlqFgdgT-M2iVjzlJJRdCUTEZjRRrWq7mniu9pLwbW-gJRAWZE3uXOje5M23o_u0TuYhw-Rm23y2D0ykJWUV6FcoSkzlpHirukhIdOaszcB0NkLXDEoP0c6u-HEjfDOegLHt93tVYqUHSs_OhaPh_G1YKednocGlqlZd6i9BRR9LxVL9IKq62o2BldKfc4lAk1URpgkZhwr8Fr0eudZb58z1v1mTOVRsmuX9yHrC_3TBBaZzXyHsMV2dGxW5h9pfRxbFhZ9kVU9znozlqArvbN-TMT4OWXdhj8UNSp9Gi16uPUMJrwYS-K9KIW_TsBPjjWXt3_KEMRU4gIvJhiImKP5Rge96BX45mmBILmU6DAWK1W-D8aE8vjcugzv5WH4pswbZZL0NicRIbgFlajZ2KACF0JP2o-M4shimAv96OF0eXsJkLdqBkcuDo6uomaiHZcpgYMhFvD4d9f1bBpRIGUHrqZflqwqjlxZysPlmRnwA_b0UVi1M87orttUwrryhTWNEf2OB8CfNQVcJ_RoMweDBe2BPBkbmc5NrEPDFUFd22PAYSfHJnGhG7G7W9ScmOInHZVTVH2aluIhCOWJM8QoML_lCzIR5wBUW0aKthoZeidTAmKPo3y2Kt0RRigpg2VPMXPR5KPO3XQBvGhtfJdrwklHjKP6dl8QtTVjBRVH6lLO3feRnkCiDqCp1WIGeFRy3w9TSmeioC5knUssUA16ekU92XcR_OfWmGeQUmuVF5WHiWbI1wsiLVaH8SYvKz42R72-yJLKSVt8LCHf7abxfuxGaAR-vRwVlDpyI9m_6n8wCzW5nPR7OBceKdj5RaaHpmKk9s1NlsVX4p9K1TD6GCfKxIDsbe5JbA8cfFnDhelWOWW-Y9sSlURKpGFL20DN2GKZa-voPGU7M_pHLzwUd1oPN2_qV8r1dCwgRP0HA0Th6BR0ilVXuyKbKp_45aIaZKET5oYyXczhmkZC8OpCmc-YU9g1iFTsrF1nm77nRgRoZzi15mi-5ZWzsWUlYNfnpwp99fOe7h_Xihc5qfL0g6j94cHwj030KHQOG-AXdzETH9GUTv2EPWCEa6ZSA2EWc_JmhHvAVDI6ywTg_Te_ubZLkExqaK3Gsgtjf8UOIJ7QfzSxsiXfiranbbT6Ppptj2jlA9N4H0dcEC8nfZYZcjmPbLQgu7f5USNgVLf7kx56tv54I7S-1xkua4ZNcv-Ki5suLjTlAQueqVPgUfQyizFsKkhALijT5N6JcLfuvFEaFmNCUvldjzQCLvR9mjdQWKde1RUQHGXq8wNdIIbpMyA9hFCHF1au88IMKx6oI7wWp1vShNi3sEZt0VDLaTZPxNPEgdPc2J3fUhgIfqW2JQblGa-1oP_Jz3byC0JyQasNXKYuIorRjSKLCujFg79r-lQvFQh3VEZt42NyeMc0VUxRXDd5MrHwMjWjLbWsJcXB2YQ4k2Yr5nBa3nbokVvThaSjbrtkuhG0EWINtw8nMqC-x5PjIZkc1ScWGzTSPy5alFEiPxjuWZ5QhWLtBPQ5C3Nv4fMQDPoFcyyUIPYTN3IETFQGGyEDgd-5Vo5FT0zJYjx4eJzXdR6KzLjWLMqlnlYeh9GqSpMRZ3KwemtvqQjJZsymRsaAqDDB1bdxPdZcfDrSLPqRXRyMfENTd1Q6DnXAbsEhhOE4yP3FB2tpsW4wsmHnIP63E9Lr0WZawx68ms7m-Qjm5tYA5gMUlk0D6g_EsmLExIjAlg9z_ie2AaygmNRHItFOf2e-qqbtq_Q8ABhuYrLZhKBJ3J67NQE78hLZUsPp4wANJP3cBHCkRr7xsEDTo6qPgZHFPTBF1nKVmIqkjHzWy2kV32We80hNBs3UYzEbeNxWmMgkjxnD9d2jrA3i6Wmvt2iX4wDovTZLA6ewqOLWVbKQwQmLjEvbi2PrLUfJQQcrdZeazcLA_WlZDAiEgMP4FvJDyGDwJ7dleTHcuO3RiTYr2-IcxgN40UtXGmASoBlBbwlXoKYNL5o_UEf22TILSMGzFqiYYM7Jpfr9Y84C5sgT_HNzdqKgXA8Q-q8Hl28J6I2mhV3bw6rLYbVFpMZ2Q2fkPZzMkE94NS_DlBQRVzkI61PBU4xpj03bvRXT829y9my1Y5LxzY5q8FJdN5IDxq1T3y2DG4NxteRlU-JaztioXsBfhEMGmr6BtuJ1KDnDHx47joXLownbf3xuyKSfQmARqlK3oCWpo5s-ztwrd3vJCKP2c0chjh8kvr5j8lPoud11cb7LGjV3JFru-0UBNCLsD8ovm6ox2nSLgtWEPfjbdHeXu-pOuTctsgbypQWG74MNnzZK-0F04B-X9Im1DavLCTS9V1aSHMkdMuJGmhfA"},"creationTime":"2026-11-22T12:19:10.322Z","modificationTime":"2026-11-22T12:19:10.322Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T12:19:10.322Z","modificationTime":"2026-11-22T12:19:10.322Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T12:19:10.322Z","modificationTime":"2026-11-22T12:19:10.322Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T12:19:10.322Z","modificationTime":"2026-11-22T12:19:10.322Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T12:19:10.322Z","modificationTime":"2026-11-22T12:19:10.322Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.1ca20d88.9K0jqLUjCoxWif5voVyZp37UmYCz7B0A5ckVKwbWLc-wBEe3vZPWglK-it5BCd3njHezGD7gviLEZ8fOJ_JVZv6aiIOV_CB91VomGCADI01T-lCxIzai7Nwu3TacjN6f7fwpZ4FJ-qDYbfeMQCl3jMtF2gUq9YoIWfaCpvQ7IH0lOeZxmqN1D_UclF65TAa3JNSTCusQzpS4YJVWg0zkhA_MgsvqXk7rPOSbSLvcmr9Z1aScFUmBtNAha_xc1RmKV0xgBE26Fmm6B4xEtFhUoEVsWiZSdj9ZzbL2w-CQYX0eNsMmAhdnmB9N5lB6_aalqShT1qjDvXyAQMt4lOk0wVcBs6ATqwfBmHn-MC_Wm_iW59o9rAhjvqpuWmPdSSpYcZspJGJVjFmC53Mx9FRdSjqy5nOuY5pwXHdflaU4ZPluCxmWN7D3Uovcnh8CYjG2RxDmIeDvhnrWvQxjQQwoXJ5ekiXT-welwxwmQexpTTHrTUmw6ytVoIYfFNb8K-U7t6h5phzVokFKRZT-B9D5_OOlYlN6Yg0m6j9MsfzS0EZock4DIa3iqjZTxiAd9gNb59sYMhYKOHCYqxoZ8NjjuDjpzOhu7D3mVecUzg0mOlq2NFx0_ktzYQtBbbtg7y29NewMyCdGziPrtapPi5FmXeGmi6sSkpJCdQGlvrvwI2cQX3S047A09hW-_eB6VzgimCrpxGs5KbxlTgpQ5n1OHq44J6Ajy34JEBCeCXtBU3iJOHOZk1AsgAXZobzCbPL8JaUDLW8nlwU_Yuj93gz5vb0zIgL4p9THeotY7SHwrspWfexAfqkL82IJAVwzS2R8XCT3nGNR8rxPFMS512wYdy0S8Uj8NudDXpTfv98ZaGijCu4DWK1qXTOlFBPE1P7iouvnvTYcgG56haWARgwpIQKJUTMKPf0cbHQ7aY_EtqIEUFBzKHWXD3anqWcaboNhK9faj_F3rWNacg9XNnDmyKhkeT7WtNuKvCsSRkXWrng_lZfUSAXefF2A0fsWN0mFc1tUT4oLR9lBxNirxBViqpaZnAxrwuNskj6dcQwc16oU_zhqLaQR3IlDbmPHjfwIlTlJtGDM8iPByHzF0Tc3qW39aTwWYEtV9C_689cTFAwbaJq42xNSM87YS-_IR-IPqwRUotOECTKjA4FhiGcenX0xZkQ4ALFoD40aPw7zO07ohRDwItpvvfPXhA8iu3W44d4spA"},"creationTime":"2026-11-22T12:19:10.322Z","modificationTime":"2026-11-22T12:19:10.322Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.1ca20d88.sVlgC1ARaNUHfEjNCD1ddulnivlEX0Vrb5k86VLY2UFyEQHbIg9egWQZ3Y_aiX1u6T0gih9ldhjlQwPUMPqGDVC1FZDKc6rVE9L7b4XrQp7FX7V5n-LYnK_bRPUvgNRqN1KPrOcQlyCEMsE7gbKmxlboXFcKzARvasQjuCO1V3ErhZc4d9sV6wKQ3Jo5iFb0QuCcvpUsVsOzZjYdbg3XBRzOBfelxiHLt0Msa0sY0e4y5PE64LeWVnVwfMOoNIBK8QkHEuR_wzUpuCCx1p6t0g0cA5PJyZ4Zkil5R_V8biyD5ta2cWLK43xmfEiekXHIuEpOqv0Dtr7oilaQ45ymdp1R-HYQNsiFbL4WmIH2Sn6yrvf6yUYnP2oIZrvlSHm2JQbavnPCoPXDpf8o1QCwuJwBap88Osd7LkeYPER07H36o9qcYTktxsbp9qyNjcrFzt-3Ad_0PP1PHdt8i7HTkA"},"creationTime":"2026-11-22T12:19:10.322Z","modificationTime":"2026-11-22T12:19:10.322Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.1ca20d88.AXKDpyTMols_-KnnGdWTzJnMsSjIv22hnCSBXBjqOKStamMBJhc-Nw"},"creationTime":"2026-11-22T12:19:10.366Z","modificationTime":"2026-11-22T12:19:10.366Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T12:19:10.366Z","modificationTime":"2026-11-22T12:19:10.366Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T12:19:10.366Z","modificationTime":"2026-11-22T12:19:10.366Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T12:19:10.366Z","modificationTime":"2026-11-22T12:19:10.366Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T12:19:10.366Z","modificationTime":"2026-11-22T12:19:10.366Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T12:19:10.366Z","modificationTime":"2026-11-22T12:19:10.366Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T12:19:10.366Z","modificationTime":"2026-11-22T12:19:10.366Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T12:19:10.366Z","modificationTime":"2026-11-22T12:19:10.531Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T12:19:10.366Z","modificationTime":"2026-11-22T12:19:10.366Z"}', NULL, 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('hdpbkkcbohgu', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T12:19:11.947Z","modificationTime":"2026-11-22T12:19:11.947Z"}', 0);

INSERT INTO "revision_delivery" ("tenant_id", "epoch", "revision", "zone", "relay", "sequence", "answered_at", "acked", "nacked", "pending", "absent", "untouched", "pushed", "taken", "laggards", "at") VALUES ('hdpbkkcbohgu', 1, 6, 'east', 'pjuyj765', 9, NULL, 1, 1, 0, 0, 0, '{"count":1,"max":5,"buckets":[]}', '{"count":1,"max":5,"buckets":[]}', '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no","state":"nacked"}]', '2026-11-22T12:19:12.231Z');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('hdpbkkcbohgu', 1, '', 1, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('hdpbkkcbohgu', 2, '', 2, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('hdpbkkcbohgu', 3, '', 3, '{"access":[{"mesh":"default","from":"web","to":"backend","before":{"outcome":"none","reason":"absent"},"after":{"outcome":"allowed","reason":"rule","rule":{"kri":"kri_mtp_default___all_","part":"rules","rule":0,"list":"allow","item":0}}}],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('hdpbkkcbohgu', 4, '', 4, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('hdpbkkcbohgu', 5, '', 5, '{}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('hdpbkkcbohgu', 6, '', 6, '{"access":[],"faults":{"new":[],"mended":[]}}');

INSERT INTO "revision_effect" ("tenant_id", "revision", "zone", "first", "body") VALUES ('hdpbkkcbohgu', 6, 'east', 6, '{"effect":{"zone":"east","proxies":2,"shapes":[{"mesh":"default","change":"changed","proxies":{"count":2,"names":["shop-1","web-1"]},"resources":[{"kind":"cluster","name":"backend","change":"changed","patch":[{"op":"test","path":"/connectTimeout","value":"5s"},{"op":"replace","path":"/connectTimeout","value":"9s"}],"own":false}]}],"endpoints":[],"secrets":[]}}');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('av7f6qx2x6ez', 'envelope', '', 'Mn6O-a-HfPyPimyU0V4xbFbjEFoIR6lY9yh1e4e81CE', '{"kty":"EC","crv":"P-256","x":"kPHBfQ7drCGJ4LRjXEadbIWtqpkwJhK8Qpm0mlCwIG0","y":"gHE-JBCQ4veEzzDKr3omDTmNuTGTjTU_omHWXxCQ2ms","alg":"ES256","kid":"Mn6O-a-HfPyPimyU0V4xbFbjEFoIR6lY9yh1e4e81CE"}', 'v1.1ca20d88.mdxb4r3YChUgknwsisfCJ_2SzbxjktH58L-iEHLnmXLVtxmtEnRk_l9lSYvvdZSeScazQAoDFtuulQX_qazT0r40rryegqo0WWDn_Qy9n0mZgwoUXQmLIENTNvs9wdzfK1pWTKN9KM60ocxV_4sJkYz9FvLsuadN4bDem-D9QpUCOSjgHyeGZVwmzDnWJBuHEJn3IhrwAYNSYQzz01w8Mz6xK2_F8Q', '2026-11-22T12:19:15.563Z');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('hdpbkkcbohgu', 'envelope', '', 'Wy1NRER9BYFdpvEwYAa05ZxvBOEwOydJ04RROWK7rQk', '{"kty":"EC","crv":"P-256","x":"GbsdBx94Sdj_Nt7YAADXNnuW2smLTkbVEQOODDte_Ck","y":"iM-NtkVYj5LP9kkNLSNbhf33Y__duwoF6JJ35z_hmMM","alg":"ES256","kid":"Wy1NRER9BYFdpvEwYAa05ZxvBOEwOydJ04RROWK7rQk"}', 'v1.1ca20d88.yAB6hdAhW5B2NCErPmd0VwU2CMm7EpCwSVI1QuCcdqOfT-IsRP6PGEPmzMWtBuoVnDhhdiKhn0MbjqEqbm_6UV_jY5XjXdaDSSgNdpBTYL7eL_kxHvLq0y4kblsxkvOh8GJ5WgOtQJQ0y2BHc0XUqUUTIOeP-n9HcFBiM_l_r7cp4gka1YaSfSVFz0joE6MIItb2imPdFB3emCja90MoXBhj8dTWBA', '2026-11-22T12:19:08.474Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('av7f6qx2x6ez', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('hdpbkkcbohgu', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('hdpbkkcbohgu', 7, 1, 5, 'enrolled/east/pjuyj765');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('hdpbkkcbohgu', 8, 1, 5, 'ucsoe6olq3ess46htovyozf7');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('hdpbkkcbohgu', 10, 1, 6, 'enrolled/east/zfuwql6x');

INSERT INTO "tenant_move" ("tenant_id", "generation", "target", "frozen_until", "session") VALUES ('hdpbkkcbohgu', 1, '', 1795349968363, 0);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('hdpbkkcbohgu', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', 1795349952009);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('hdpbkkcbohgu', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', 1795349952009);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('hdpbkkcbohgu', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', 1795349952009);

INSERT INTO "unused_blob" ("tenant_id", "hash", "since") VALUES ('hdpbkkcbohgu', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', 1795349952009);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('hdpbkkcbohgu', 'default', '0', 'zone/east', 1795349950321, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('hdpbkkcbohgu', 'default', '240.0.0.0', 'service/backend', 1795349950362, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('hdpbkkcbohgu', 'default', '240.0.0.1', 'service/web', 1795349950362, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('hdpbkkcbohgu', 'default', '240.0.0.2', 'service/shop', 1795349951558, NULL);

INSERT INTO "webhook" ("tenant_id", "id", "url", "events", "description", "secret", "older_secret", "older_until", "created_at", "disabled_at", "disabled_why") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'https://receiver.invalid/in', '["audit.entry","zone.offline"]', 'siem', 'v1.1ca20d88.LMuiFcq5NEssXEhJBUoB1TrU6mTdZ1nZP4Nd0En1B2bAdyhDk_0Q65ier7dcPCLXiTW6VHPqmW0NQbEy45NB9i_WgAohA89dOv4rKAw9', NULL, NULL, '2026-11-22T12:19:08.687Z', NULL, NULL);

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_a-c743_GKh3nvK_6Tlv2DFuFTgQQvhgRur54YF5rWJ7s', '2026-11-22T12:19:10.917Z', 'pending', 2, 1795349988124, '2026-11-22T12:19:16.265Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_a0kI1THFVzzqqluv09ic2mCGIXW_IO1xcECDNXddzjBw', '2026-11-22T12:19:10.897Z', 'pending', 2, 1795349984736, '2026-11-22T12:19:15.889Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_a6WidNiE4KMycELpbxDHlF1c48gVuv1gVs5DHW2NAD3U', '2026-11-22T12:19:10.628Z', 'pending', 2, 1795349983462, '2026-11-22T12:19:15.321Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_a6_NmPfxB7gSrt_G8a2KIxP8q1kdgF5SjLJHPsB5uHRo', '2026-11-22T12:19:10.585Z', 'pending', 2, 1795349991379, '2026-11-22T12:19:16.226Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_aHuFqbu7rKoBir5uRfPTptirgN-4YmhbRFW1H9UVl3q4', '2026-11-22T12:19:11.013Z', 'pending', 2, 1795349980050, '2026-11-22T12:19:15.438Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_aNPOaFaePbFxcZ6nLVuQ6PS1hgpVssOqU4Alf4aiKAhU', '2026-11-22T12:19:12.370Z', 'pending', 2, 1795349986313, '2026-11-22T12:19:17.889Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_aNgW5SBPxSWc7QVgJWuJnGVVQFYfPql8V6ggGLEkyZgw', '2026-11-22T12:19:11.947Z', 'pending', 2, 1795349988428, '2026-11-22T12:19:17.510Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_aSqhtHlVSe7ti5tfLJ58oouzdKPfRPpDRzkewVal-ycI', '2026-11-22T12:19:10.322Z', 'pending', 2, 1795349982239, '2026-11-22T12:19:15.321Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_aSsiwoQPWtQbl-UZ4w7OskbIdE9qkpUi3FFFvIjhbDis', '2026-11-22T12:19:10.366Z', 'pending', 2, 1795349991311, '2026-11-22T12:19:15.923Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_aVsIJ60ePFIJsDXxh4Pyowoe2j3eDkYtXCf1OJuBfCas', '2026-11-22T12:19:10.531Z', 'pending', 2, 1795349987271, '2026-11-22T12:19:15.224Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_aWhfrZrieRtU2OgYYZJg1c9_RB5fLizU-C5RnhpcVPE8', '2026-11-22T12:19:10.928Z', 'pending', 2, 1795349988008, '2026-11-22T12:19:16.526Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_aWjdj9oCHztCqoG4v9cxi_ceEIKVIKsH5BQ7bkySO6Zc', '2026-11-22T12:19:10.849Z', 'pending', 2, 1795349990986, '2026-11-22T12:19:15.786Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_a_Z6b5-nuAUUV8ecevCTE6myw_chITMdv9hT0cttMx7E', '2026-11-22T12:19:12.248Z', 'pending', 2, 1795349992602, '2026-11-22T12:19:16.743Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_ace_8ehR5vmBXm_TkL-qY_SP3R7u-zzk8QmEBviprssA', '2026-11-22T12:19:11.290Z', 'pending', 2, 1795349987988, '2026-11-22T12:19:15.800Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_ae-n9NdEOV9WrnNHZnyW1hK2F0BQshJ8uWxaMx-olbUk', '2026-11-22T12:19:10.656Z', 'pending', 2, 1795349990661, '2026-11-22T12:19:15.320Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_agJlM4HU50mh2NqemVdRS475VOLVw6wy9iAbU-1UIMO8', '2026-11-22T12:19:10.684Z', 'pending', 2, 1795349985063, '2026-11-22T12:19:15.322Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_au4WR65RW3kfGUpbaJD7XRb2eEvQ5xwsVgPuwPTWEubQ', '2026-11-22T12:19:15.620Z', 'pending', 1, 1795349960477, '2026-11-22T12:19:15.779Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_auEEcPP0_aFcfdI2iU9BhOmhdunzZ2jqMwpUPvewv_UY', '2026-11-22T12:19:11.117Z', 'pending', 2, 1795349990957, '2026-11-22T12:19:16.604Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_delivery" ("tenant_id", "webhook", "event", "time", "state", "attempts", "due", "tried_at", "status", "problem") VALUES ('hdpbkkcbohgu', 'vnkwnndkghqzuncf', 'msg_azQMjIAQfxJz0hrqZh7s5qtNPHSVAG6uqtsrmF8d9uuQ', '2026-11-22T12:19:08.996Z', 'pending', 2, 1795349986342, '2026-11-22T12:19:14.624Z', NULL, 'its name does not resolve');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_a-c743_GKh3nvK_6Tlv2DFuFTgQQvhgRur54YF5rWJ7s', 'audit.entry', '2026-11-22T12:19:10.917Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:10.917Z","data":{"time":"2026-11-22T12:19:10.917Z","actor":"token:xxeake4o7m3hphhh","token":"xxeake4o7m3hphhh","action":"secret.reveal","subject":"Secret default/dataplane-token-signing-key-default-1","details":{"resources":[{"mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"}]},"organisation":"hdpbkkcbohgu","number":13,"revision":null,"previous":"0kI1THFVzzqqluv09ic2mCGIXW_IO1xcECDNXddzjBw","hash":"-c743_GKh3nvK_6Tlv2DFuFTgQQvhgRur54YF5rWJ7s"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_a0kI1THFVzzqqluv09ic2mCGIXW_IO1xcECDNXddzjBw', 'audit.entry', '2026-11-22T12:19:10.897Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:10.897Z","data":{"time":"2026-11-22T12:19:10.897Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"token.create","subject":"token xxeake4o7m3hphhh","details":{"expiresAt":null,"name":"reveal","scopes":["admin","secret:reveal"]},"organisation":"hdpbkkcbohgu","number":12,"revision":null,"previous":"Wjdj9oCHztCqoG4v9cxi_ceEIKVIKsH5BQ7bkySO6Zc","hash":"0kI1THFVzzqqluv09ic2mCGIXW_IO1xcECDNXddzjBw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_a6WidNiE4KMycELpbxDHlF1c48gVuv1gVs5DHW2NAD3U', 'audit.entry', '2026-11-22T12:19:10.628Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:10.628Z","data":{"time":"2026-11-22T12:19:10.628Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"audit.retention","subject":"audit log","details":{"before":400,"days":90},"organisation":"hdpbkkcbohgu","number":8,"revision":null,"previous":"6_NmPfxB7gSrt_G8a2KIxP8q1kdgF5SjLJHPsB5uHRo","hash":"6WidNiE4KMycELpbxDHlF1c48gVuv1gVs5DHW2NAD3U"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_a6_NmPfxB7gSrt_G8a2KIxP8q1kdgF5SjLJHPsB5uHRo', 'audit.entry', '2026-11-22T12:19:10.585Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:10.585Z","data":{"time":"2026-11-22T12:19:10.585Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"resources.change","subject":"MeshTimeout default/to-go","details":{"reason":"","resources":[{"change":"deleted","mesh":"default","name":"to-go","type":"MeshTimeout"}]},"organisation":"hdpbkkcbohgu","number":7,"revision":5,"previous":"VsIJ60ePFIJsDXxh4Pyowoe2j3eDkYtXCf1OJuBfCas","hash":"6_NmPfxB7gSrt_G8a2KIxP8q1kdgF5SjLJHPsB5uHRo"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_aHuFqbu7rKoBir5uRfPTptirgN-4YmhbRFW1H9UVl3q4', 'audit.entry', '2026-11-22T12:19:11.013Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:11.013Z","data":{"time":"2026-11-22T12:19:11.013Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T13:19:11.013Z","id":"w4dpkulnss33bep6"},"organisation":"hdpbkkcbohgu","number":15,"revision":null,"previous":"WhfrZrieRtU2OgYYZJg1c9_RB5fLizU-C5RnhpcVPE8","hash":"HuFqbu7rKoBir5uRfPTptirgN-4YmhbRFW1H9UVl3q4"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_aNPOaFaePbFxcZ6nLVuQ6PS1hgpVssOqU4Alf4aiKAhU', 'audit.entry', '2026-11-22T12:19:12.370Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:12.370Z","data":{"time":"2026-11-22T12:19:12.370Z","actor":"relay:east/zfuwql6x","token":null,"action":"relay.enrol","subject":"relay east/zfuwql6x","details":{"enrolmentToken":"xysuzt5rycvk46ih"},"organisation":"hdpbkkcbohgu","number":20,"revision":null,"previous":"_Z6b5-nuAUUV8ecevCTE6myw_chITMdv9hT0cttMx7E","hash":"NPOaFaePbFxcZ6nLVuQ6PS1hgpVssOqU4Alf4aiKAhU"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_aNgW5SBPxSWc7QVgJWuJnGVVQFYfPql8V6ggGLEkyZgw', 'audit.entry', '2026-11-22T12:19:11.947Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:11.947Z","data":{"time":"2026-11-22T12:19:11.947Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"resources.change","subject":"MeshTimeout default/late","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"late","type":"MeshTimeout"}]},"organisation":"hdpbkkcbohgu","number":18,"revision":6,"previous":"ce_8ehR5vmBXm_TkL-qY_SP3R7u-zzk8QmEBviprssA","hash":"NgW5SBPxSWc7QVgJWuJnGVVQFYfPql8V6ggGLEkyZgw"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_aSqhtHlVSe7ti5tfLJ58oouzdKPfRPpDRzkewVal-ycI', 'audit.entry', '2026-11-22T12:19:10.322Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:10.322Z","data":{"time":"2026-11-22T12:19:10.322Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"resources.change","subject":"Mesh default and 7 more","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"default","type":"Mesh"},{"change":"created","mesh":"default","name":"dataplane-token-signing-key-default-1","type":"Secret"},{"change":"created","mesh":"default","name":"mesh-gateways-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-timeout-all-default","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"mesh-circuit-breaker-all-default","type":"MeshCircuitBreaker"},{"change":"created","mesh":"default","name":"mesh-retry-all-default","type":"MeshRetry"},{"change":"created","mesh":"default","name":"default.ca-builtin-cert-ca-1","type":"Secret"},{"change":"created","mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"hdpbkkcbohgu","number":4,"revision":2,"previous":"zQMjIAQfxJz0hrqZh7s5qtNPHSVAG6uqtsrmF8d9uuQ","hash":"SqhtHlVSe7ti5tfLJ58oouzdKPfRPpDRzkewVal-ycI"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_aSsiwoQPWtQbl-UZ4w7OskbIdE9qkpUi3FFFvIjhbDis', 'audit.entry', '2026-11-22T12:19:10.366Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:10.366Z","data":{"time":"2026-11-22T12:19:10.366Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"resources.change","subject":"Secret default/own and 5 more","details":{"reason":"","resources":[{"change":"created","mesh":"default","name":"own","type":"Secret"},{"change":"created","mesh":"default","name":"web-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"backend-1","type":"Dataplane"},{"change":"created","mesh":"default","name":"to-change","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"to-go","type":"MeshTimeout"},{"change":"created","mesh":"default","name":"all","type":"MeshTrafficPermission"}]},"organisation":"hdpbkkcbohgu","number":5,"revision":3,"previous":"SqhtHlVSe7ti5tfLJ58oouzdKPfRPpDRzkewVal-ycI","hash":"SsiwoQPWtQbl-UZ4w7OskbIdE9qkpUi3FFFvIjhbDis"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_aVsIJ60ePFIJsDXxh4Pyowoe2j3eDkYtXCf1OJuBfCas', 'audit.entry', '2026-11-22T12:19:10.531Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:10.531Z","data":{"time":"2026-11-22T12:19:10.531Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"resources.change","subject":"MeshTimeout default/to-change","details":{"reason":"","resources":[{"change":"updated","mesh":"default","name":"to-change","type":"MeshTimeout"}]},"organisation":"hdpbkkcbohgu","number":6,"revision":4,"previous":"SsiwoQPWtQbl-UZ4w7OskbIdE9qkpUi3FFFvIjhbDis","hash":"VsIJ60ePFIJsDXxh4Pyowoe2j3eDkYtXCf1OJuBfCas"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_aWhfrZrieRtU2OgYYZJg1c9_RB5fLizU-C5RnhpcVPE8', 'audit.entry', '2026-11-22T12:19:10.928Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:10.928Z","data":{"time":"2026-11-22T12:19:10.928Z","actor":"token:xxeake4o7m3hphhh","token":"xxeake4o7m3hphhh","action":"secret.reveal","subject":"Secret default/default.ca-builtin-key-ca-1","details":{"resources":[{"mesh":"default","name":"default.ca-builtin-key-ca-1","type":"Secret"}]},"organisation":"hdpbkkcbohgu","number":14,"revision":null,"previous":"-c743_GKh3nvK_6Tlv2DFuFTgQQvhgRur54YF5rWJ7s","hash":"WhfrZrieRtU2OgYYZJg1c9_RB5fLizU-C5RnhpcVPE8"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_aWjdj9oCHztCqoG4v9cxi_ceEIKVIKsH5BQ7bkySO6Zc', 'audit.entry', '2026-11-22T12:19:10.849Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:10.849Z","data":{"time":"2026-11-22T12:19:10.849Z","actor":"token:7zsu5udywgaiu4zj","token":"7zsu5udywgaiu4zj","action":"plan.approve","subject":"plan abq4hi5yh6mvaotp","details":{"plan":"abq4hi5yh6mvaotp","author":"token:yzy7dyxghynuphkz","revision":5,"required":0,"given":1},"organisation":"hdpbkkcbohgu","number":11,"revision":null,"previous":"gJlM4HU50mh2NqemVdRS475VOLVw6wy9iAbU-1UIMO8","hash":"Wjdj9oCHztCqoG4v9cxi_ceEIKVIKsH5BQ7bkySO6Zc"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_a_Z6b5-nuAUUV8ecevCTE6myw_chITMdv9hT0cttMx7E', 'audit.entry', '2026-11-22T12:19:12.248Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:12.248Z","data":{"time":"2026-11-22T12:19:12.248Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"enrolment-token.create","subject":"zone east","details":{"expiresAt":"2026-11-22T13:19:12.248Z","id":"xysuzt5rycvk46ih"},"organisation":"hdpbkkcbohgu","number":19,"revision":null,"previous":"NgW5SBPxSWc7QVgJWuJnGVVQFYfPql8V6ggGLEkyZgw","hash":"_Z6b5-nuAUUV8ecevCTE6myw_chITMdv9hT0cttMx7E"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_ace_8ehR5vmBXm_TkL-qY_SP3R7u-zzk8QmEBviprssA', 'audit.entry', '2026-11-22T12:19:11.290Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:11.290Z","data":{"time":"2026-11-22T12:19:11.290Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"dataplane-token.create","subject":"token 3f711263-bd48-40d9-94ab-86d9fada8286","details":{"id":"3f711263-bd48-40d9-94ab-86d9fada8286","mesh":"default","name":"","tags":{"kuma.io/service":["shop"]},"type":"","workload":"","validForSeconds":315360000},"organisation":"hdpbkkcbohgu","number":17,"revision":null,"previous":"uEEcPP0_aFcfdI2iU9BhOmhdunzZ2jqMwpUPvewv_UY","hash":"ce_8ehR5vmBXm_TkL-qY_SP3R7u-zzk8QmEBviprssA"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_ae-n9NdEOV9WrnNHZnyW1hK2F0BQshJ8uWxaMx-olbUk', 'audit.entry', '2026-11-22T12:19:10.656Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:10.656Z","data":{"time":"2026-11-22T12:19:10.656Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"token.create","subject":"token yzy7dyxghynuphkz","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"hdpbkkcbohgu","number":9,"revision":null,"previous":"6WidNiE4KMycELpbxDHlF1c48gVuv1gVs5DHW2NAD3U","hash":"e-n9NdEOV9WrnNHZnyW1hK2F0BQshJ8uWxaMx-olbUk"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_agJlM4HU50mh2NqemVdRS475VOLVw6wy9iAbU-1UIMO8', 'audit.entry', '2026-11-22T12:19:10.684Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:10.684Z","data":{"time":"2026-11-22T12:19:10.684Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"token.create","subject":"token 7zsu5udywgaiu4zj","details":{"expiresAt":null,"name":"other","scopes":["admin"]},"organisation":"hdpbkkcbohgu","number":10,"revision":null,"previous":"e-n9NdEOV9WrnNHZnyW1hK2F0BQshJ8uWxaMx-olbUk","hash":"gJlM4HU50mh2NqemVdRS475VOLVw6wy9iAbU-1UIMO8"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_au4WR65RW3kfGUpbaJD7XRb2eEvQ5xwsVgPuwPTWEubQ', 'audit.entry', '2026-11-22T12:19:15.620Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:15.620Z","data":{"time":"2026-11-22T12:19:15.620Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"invitation.create","subject":"invitation kja57drfqgqfwusn","details":{"email":"bo@example.com","expiresAt":"2026-11-29T12:19:15.620Z","role":"viewer"},"organisation":"hdpbkkcbohgu","number":21,"revision":null,"previous":"NPOaFaePbFxcZ6nLVuQ6PS1hgpVssOqU4Alf4aiKAhU","hash":"u4WR65RW3kfGUpbaJD7XRb2eEvQ5xwsVgPuwPTWEubQ"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_auEEcPP0_aFcfdI2iU9BhOmhdunzZ2jqMwpUPvewv_UY', 'audit.entry', '2026-11-22T12:19:11.117Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:11.117Z","data":{"time":"2026-11-22T12:19:11.117Z","actor":"relay:east/pjuyj765","token":null,"action":"relay.enrol","subject":"relay east/pjuyj765","details":{"enrolmentToken":"w4dpkulnss33bep6"},"organisation":"hdpbkkcbohgu","number":16,"revision":null,"previous":"HuFqbu7rKoBir5uRfPTptirgN-4YmhbRFW1H9UVl3q4","hash":"uEEcPP0_aFcfdI2iU9BhOmhdunzZ2jqMwpUPvewv_UY"}}');

INSERT INTO "webhook_event" ("tenant_id", "id", "type", "time", "payload") VALUES ('hdpbkkcbohgu', 'msg_azQMjIAQfxJz0hrqZh7s5qtNPHSVAG6uqtsrmF8d9uuQ', 'audit.entry', '2026-11-22T12:19:08.996Z', '{"type":"audit.entry","timestamp":"2026-11-22T12:19:08.996Z","data":{"time":"2026-11-22T12:19:08.996Z","actor":"token:i5toumftulyjfotr","token":"i5toumftulyjfotr","action":"resources.change","subject":"Zone east","details":{"reason":"","resources":[{"change":"created","mesh":"","name":"east","type":"Zone"}]},"organisation":"hdpbkkcbohgu","number":3,"revision":1,"previous":"EEGppfkWiM2tcEG_VqNlmwBLiKUeJeZGsIzP-BNw3CM","hash":"zQMjIAQfxJz0hrqZh7s5qtNPHSVAG6uqtsrmF8d9uuQ"}}');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('hdpbkkcbohgu', 'nack/east/pjuyj765/default/shop-1', ' Error adding/updating listener(s) l: no');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('hdpbkkcbohgu', 'rollout', '1.6');

INSERT INTO "webhook_mark" ("tenant_id", "name", "value") VALUES ('hdpbkkcbohgu', 'zone/east', 'online');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('hdpbkkcbohgu', 'east', 'pjuyj765', '{"kty":"EC","crv":"P-256","x":"5NevXY25bes_jDKXO43bOp54lE8Z6iPC3L_o_1KyR7U","y":"cmfxc4PY2xT5NvjxE6tqBgcVD6fcfsypYBc7bEy4uTA"}', '{"kty":"EC","crv":"P-256","x":"sk4bu4eoryjkx9o7YeX-HSIEXf6lB3gwr-8Uue2U784","y":"RB6ZrrPkuFh5g9SwagRrLSMZJrPLM3-nyxC61xw-RYw"}', 0, 1, 10, 'I49cNR7P1gBZh4ayphpy3HYSWnoX1TWv9A3bgDFFZr4', 1, '2026-11-22T12:19:11.117Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6Ild5MU5SRVI5QllGZHB2RXdZQWEwNVp4dkJPRXdPeWRKMDRSUk9XSzdyUWsiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6InVkamxwZnl1cmpnbml0YzIiLCJ0ZW5hbnQiOiJoZHBia2tjYm9oZ3UiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiSTQ5Y05SN1AxZ0JaaDRheXBocHkzSFlTV25vWDFUV3Y5QTNiZ0RGRlpyNCIsInByZXZpb3VzIjoiSTQ5Y05SN1AxZ0JaaDRheXBocHkzSFlTV25vWDFUV3Y5QTNiZ0RGRlpyNCIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoicGp1eWo3NjUiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiNU5ldlhZMjViZXNfakRLWE80M2JPcDU0bEU4WjZpUEMzTF9vXzFLeVI3VSIsInkiOiJjbWZ4YzRQWTJ4VDVOdmp4RTZ0cUJnY1ZENmZjZnN5cFlCYzdiRXk0dVRBIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6InpmdXdxbDZ4Iiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IjVOZXZYWTI1YmVzX2pES1hPNDNiT3A1NGxFOFo2aVBDM0xfb18xS3lSN1UiLCJ5IjoiY21meGM0UFkyeFQ1TnZqeEU2dHFCZ2NWRDZmY2ZzeXBZQmM3YkV5NHVUQSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoiaDNiXzdnN0x5RXlRenJMS09HMXRFQ0lHcDJRQjYwdkdyR1k0TWlGcTBpeGdqeDI3c1c0NEpFQVg2VzE2Um9pYW1hWmdCem1MS1F5bVNNNTdNSl9OaElERjJHV0pkM2diS29YMm8ySmpCemFCT25nU3g4TnU4RTVYQUFsS2VGMnd2UVZwcXhjN0VRNktwdGZLRG5aallkVmJoeFhWNkxQTmdSOC1QdEVQREJUVU9nU196bEJxLW9VMVpXSkcwZk1lcm9NQjdBOXJIVUxRb2VjV0gtdm52RkpvUEZmd1B0MWNrZ0dhT0dYRVRScC1WQ2V3WDVySEJGZ1BHcG4tUkg2V1AyazdnQ0JSZTBtSXg3N09EZVU0a3EzR1lJSjhjNjMtWkJnY1RyYjRjVTY1c2xmQVN3Tk5lSzFhMTZSbVRZYWdLVmdzdVlYdWk5RzcxR29pLXlZWWNRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdkRDQ0FXT2dBd0lCQWdJUVVSQTJuVFd6eFhHWXBKOS9MQXp3L3pBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qRXlNVGt3TUZvWERUTTJNVEV4T1RFeU1Ua3hNRm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCTHE3QVNkU2FGRjM0YWxDTGVWaENOdHc1WmtrdWprNVlEUi96QSt6Zi96L0ZCbWZuTW5KXG54YWRGUlUzYVpCTkxUNTdHYWpjMnpYZHZaRTY3NEJ6anc1aWpYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCUTQxdHYzaHAzT20rdHRVdVdoS3FxK1RtcWtkREFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBjQU1FUUNJSEt6XG5PZ0J1N0NwNDhpVUExakU5UmlmVlcxcktkUWM5TTcvczZRZmxtQW53QWlCanh6emMzdjJsc0R0ZUhSVkN1bkVMXG5sdHFpZ0tONnlXV29HRDVaQWpTeVZBPT1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.NMKfKsYIpvAgPAcR7F9Zl5WcKG9Ld7jLM0brB4BDSddmmnrxNiaoII-MPIZKlWWL8QCiHY_QjSumkQKTpOUfNg');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "last_event", "enrolled_at", "address", "ca", "closed", "envelope") VALUES ('hdpbkkcbohgu', 'east', 'zfuwql6x', '{"kty":"EC","crv":"P-256","x":"5NevXY25bes_jDKXO43bOp54lE8Z6iPC3L_o_1KyR7U","y":"cmfxc4PY2xT5NvjxE6tqBgcVD6fcfsypYBc7bEy4uTA"}', '{"kty":"EC","crv":"P-256","x":"sk4bu4eoryjkx9o7YeX-HSIEXf6lB3gwr-8Uue2U784","y":"RB6ZrrPkuFh5g9SwagRrLSMZJrPLM3-nyxC61xw-RYw"}', 0, 1, 10, 'I49cNR7P1gBZh4ayphpy3HYSWnoX1TWv9A3bgDFFZr4', 0, '2026-11-22T12:19:12.370Z', '', '', 0, 'eyJhbGciOiJFUzI1NiIsImtpZCI6Ild5MU5SRVI5QllGZHB2RXdZQWEwNVp4dkJPRXdPeWRKMDRSUk9XSzdyUWsiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6InVkamxwZnl1cmpnbml0YzIiLCJ0ZW5hbnQiOiJoZHBia2tjYm9oZ3UiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiSTQ5Y05SN1AxZ0JaaDRheXBocHkzSFlTV25vWDFUV3Y5QTNiZ0RGRlpyNCIsInByZXZpb3VzIjoiSTQ5Y05SN1AxZ0JaaDRheXBocHkzSFlTV25vWDFUV3Y5QTNiZ0RGRlpyNCIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoicGp1eWo3NjUiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiNU5ldlhZMjViZXNfakRLWE80M2JPcDU0bEU4WjZpUEMzTF9vXzFLeVI3VSIsInkiOiJjbWZ4YzRQWTJ4VDVOdmp4RTZ0cUJnY1ZENmZjZnN5cFlCYzdiRXk0dVRBIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6InpmdXdxbDZ4Iiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IjVOZXZYWTI1YmVzX2pES1hPNDNiT3A1NGxFOFo2aVBDM0xfb18xS3lSN1UiLCJ5IjoiY21meGM0UFkyeFQ1TnZqeEU2dHFCZ2NWRDZmY2ZzeXBZQmM3YkV5NHVUQSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoiaDNiXzdnN0x5RXlRenJMS09HMXRFQ0lHcDJRQjYwdkdyR1k0TWlGcTBpeGdqeDI3c1c0NEpFQVg2VzE2Um9pYW1hWmdCem1MS1F5bVNNNTdNSl9OaElERjJHV0pkM2diS29YMm8ySmpCemFCT25nU3g4TnU4RTVYQUFsS2VGMnd2UVZwcXhjN0VRNktwdGZLRG5aallkVmJoeFhWNkxQTmdSOC1QdEVQREJUVU9nU196bEJxLW9VMVpXSkcwZk1lcm9NQjdBOXJIVUxRb2VjV0gtdm52RkpvUEZmd1B0MWNrZ0dhT0dYRVRScC1WQ2V3WDVySEJGZ1BHcG4tUkg2V1AyazdnQ0JSZTBtSXg3N09EZVU0a3EzR1lJSjhjNjMtWkJnY1RyYjRjVTY1c2xmQVN3Tk5lSzFhMTZSbVRZYWdLVmdzdVlYdWk5RzcxR29pLXlZWWNRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdkRDQ0FXT2dBd0lCQWdJUVVSQTJuVFd6eFhHWXBKOS9MQXp3L3pBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qRXlNVGt3TUZvWERUTTJNVEV4T1RFeU1Ua3hNRm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCTHE3QVNkU2FGRjM0YWxDTGVWaENOdHc1WmtrdWprNVlEUi96QSt6Zi96L0ZCbWZuTW5KXG54YWRGUlUzYVpCTkxUNTdHYWpjMnpYZHZaRTY3NEJ6anc1aWpYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCUTQxdHYzaHAzT20rdHRVdVdoS3FxK1RtcWtkREFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBjQU1FUUNJSEt6XG5PZ0J1N0NwNDhpVUExakU5UmlmVlcxcktkUWM5TTcvczZRZmxtQW53QWlCanh6emMzdjJsc0R0ZUhSVkN1bkVMXG5sdHFpZ0tONnlXV29HRDVaQWpTeVZBPT1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.NMKfKsYIpvAgPAcR7F9Zl5WcKG9Ld7jLM0brB4BDSddmmnrxNiaoII-MPIZKlWWL8QCiHY_QjSumkQKTpOUfNg');
