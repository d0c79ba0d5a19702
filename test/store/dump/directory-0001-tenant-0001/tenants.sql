CREATE TABLE authority (
  tenant_id TEXT NOT NULL,
  mesh TEXT NOT NULL,
  backend TEXT NOT NULL,
  id TEXT NOT NULL,
  certificate_pem TEXT NOT NULL,
  sealed_key TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, mesh, backend, id)
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
  not_after TEXT NOT NULL,
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
  CONSTRAINT guard_stays_empty CHECK (reason IS NULL)
) STRICT;

CREATE TABLE heads (
  tenant_id TEXT NOT NULL PRIMARY KEY,
  epoch INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  sequence INTEGER NOT NULL
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
  token_id TEXT,
  PRIMARY KEY (tenant_id, mesh, name)
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
  after TEXT,
  PRIMARY KEY (tenant_id, revision, type, mesh, name)
) STRICT;

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
  enrolled_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, zone, relay)
) STRICT, WITHOUT ROWID;

CREATE INDEX certificate_expiry ON certificate (tenant_id, not_after);

CREATE INDEX manifest_order ON manifest (tenant_id, zone, epoch, sequence);

CREATE INDEX proof_expiry ON proof (tenant_id, expires_at);

CREATE INDEX registration_zone ON registration (tenant_id, zone);

CREATE INDEX resource_mesh ON resource (tenant_id, mesh, type, name);

CREATE UNIQUE INDEX revision_write ON revision (tenant_id, write_id);

CREATE UNIQUE INDEX step_write ON step (tenant_id, write_id);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'DT860PKEvprn5naekPYFRVtMya81-9bNxzR6Vj9l1A4', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvDCCAWOgAwIBAgIQcr+rA6XSRx9p8rS92keftzAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjA0MDkxNloXDTM2MTExOTA0MDkyNlowMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABKfgIT4CPPpqtUTYIxDQR1i4+/KSnVsNBXRoe9xhnf+wZk95ILGf\nI5NkdnnPO8bpz6/waUV/q9p4j22Lpw044EWjXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBTEU12X0N0Bg0waYS30Lsw/NodedTAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0cAMEQCIEO3\nihmBHb7mbukSaWc90oWAmr58kYBXRO8YVqC4hzILAiApjdZEPZUg9A9HRdxm+gfu\n0CJJFs4Nn54wgdebQEkA6A==\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'REf79ZXDlSvhQxUdPaYX_7Eb8Q7L2C37ttCQkB-Pvxc', '{"web-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'xSypbasx9qvWoGh0w_e3DdFx4lUKekiytleWyOzrJC0', '{"mesh_ca:secret:default":"DT860PKEvprn5naekPYFRVtMya81-9bNxzR6Vj9l1A4"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'mAkTozjPQGJZImcovQiLqt-ZpHu9keOtJ86-H-XYpPk', '{"shop-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'sqvmDzT6Vc1Knt8sZgaknCSrj6x8cWK5bfrli9HuiV8', '{"shop-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('6ovshqzrbhj3', 'uJ0zDXwLLh0lcCguwNGfGheRPn8uETePwmsXIxdnHgE', '{"web-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after") VALUES ('6ovshqzrbhj3', 'c4535d97d0dd01834c1a612df42ecc3f36875e75', '5b7776d29e5539174e525b7ea8e59ac0', 'default', 'shop-1', 'east', '2026-11-23T04:09:26.000Z');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after") VALUES ('6ovshqzrbhj3', 'c4535d97d0dd01834c1a612df42ecc3f36875e75', '678bc98e85490edf9af65c9c191472ed', 'default', '', 'east', '2026-11-29T04:09:26.000Z');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('6ovshqzrbhj3', '64bd7xn44qnej6jl', 'api', 'other', 'fOqXy7zFQ1CDvjH1y7uikSzAgPP4VqfZgjl-rKn30vk', '["admin"]', '2026-11-22T04:09:26.384Z', NULL, NULL, NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('6ovshqzrbhj3', 'ajrncibzbsfodacd', 'enrolment', 'relay of east', 'pbRe4x3acHDKYeVO4ZsKiiB1uDmRz_nrPjGjooOmX74', '[]', '2026-11-22T04:09:26.440Z', '2026-11-22T05:09:26.440Z', NULL, 'east', 'a35xfbza');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('6ovshqzrbhj3', 'aoyv3nyzpax6shkv', 'enrolment', 'relay of east', '28UmeZr3rmn6SolEiY-tC9-mjN1F0BWAV5mglBwL2wI', '[]', '2026-11-22T04:09:26.587Z', '2026-11-22T05:09:26.587Z', NULL, 'east', 'zhybqqsj');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('6ovshqzrbhj3', 'fd4smfays7keg424', 'api', 'admin', 'kTJDPU0Zytg2DHK12NsU0Lv8DRosfJnfJ-wntbuq3Io', '["admin"]', '2026-11-22T04:09:25.800Z', NULL, NULL, NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('6ovshqzrbhj3', 'uk7uhjumbas32sdy', 'api', 'reveal', 'yj3kfoQWF2nJFlPLlQ7wEcDBYdouPvNLK6QFp_Wh0yk', '["admin","secret:reveal"]', '2026-11-22T04:09:26.400Z', NULL, NULL, NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('6ovshqzrbhj3', 'xbmymcol3rw2j4l5', 'api', 'other', '6XQ96in3GOQMH9dWb-Cp4LpUVq-XhUh_bbcMp4tq0Do', '["admin"]', '2026-11-22T04:09:26.391Z', NULL, NULL, NULL, NULL);

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 04:09:25');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('6ovshqzrbhj3', 'east', 'a35xfbza', 1, 8, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T04:09:26.576Z');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('6ovshqzrbhj3', 1, 6, 9);

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('6ovshqzrbhj3', 'east', 'ZcZJPvfznWgX1nv6PGJbw4Al2_WXZdx73IP1v6SWa8I', 1, 6, 1795320566476, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"REf79ZXDlSvhQxUdPaYX_7Eb8Q7L2C37ttCQkB-Pvxc","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"xSypbasx9qvWoGh0w_e3DdFx4lUKekiytleWyOzrJC0"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('6ovshqzrbhj3', 'east', 'SD1OfApoaCTdUEpcgKaBuGfgjcCqwRBzeyU4pcSDbPg', 1, 7, 1795320566508, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mAkTozjPQGJZImcovQiLqt-ZpHu9keOtJ86-H-XYpPk","proxies/default/9":"REf79ZXDlSvhQxUdPaYX_7Eb8Q7L2C37ttCQkB-Pvxc","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"xSypbasx9qvWoGh0w_e3DdFx4lUKekiytleWyOzrJC0"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('6ovshqzrbhj3', 'east', 'WtE_Rk2IENa_riXLSqBxhhE_kTzEwoo6jG9GnLji0Fw', 1, 9, 1795320566596, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"sqvmDzT6Vc1Knt8sZgaknCSrj6x8cWK5bfrli9HuiV8","proxies/default/9":"uJ0zDXwLLh0lcCguwNGfGheRPn8uETePwmsXIxdnHgE","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"xSypbasx9qvWoGh0w_e3DdFx4lUKekiytleWyOzrJC0"},"zone":"east"}');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('6ovshqzrbhj3', 'east/a35xfbza/8ee4561c-cb90-492f-ad7b-bbec6ee321c6', 1795321166518, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('6ovshqzrbhj3', 'east/a35xfbza/94517584-876d-4721-8b72-4819f8409776', 1795321166496, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id") VALUES ('6ovshqzrbhj3', 'default', 'shop-1', 'life-shop-1', 'east', 'a35xfbza', 'stream', 1, '2026-11-22T04:09:26.499Z', '7ec74abe-4ed1-4849-81bb-6263742768ba');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-1', 1, 1, '2026-11-22T04:09:25.829Z', '2026-11-22T04:09:25.829Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-2', 2, 2, '2026-11-22T04:09:26.310Z', '2026-11-22T04:09:26.310Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.8fd87d38.F23ljAutFTjLGTLyW5ReTxYEwaqOsxA5tCS_beZTNF5NV65OXYKNMeFz6hnUP12IihB_7c2I9DTkChNysmpWoZDfg3FPL6rVZpgpCcIcUYEB_kTUHepXzywwon257fquF7JC05DXdgICLWYBhGnR64C0DDXzfyuaaEwDKqlUZ-1C0rw4CPcirxMAW2RaPU9kV--obzAh4xDaGULers-pXaz0USBxQuRbAvCMOAlbMBK_OEsJ0vvwwDDPbHYIsUDVNbRj_FOIioBZfc-FpYdVk0LY6Vr4Ev8Hs49tgXuPtA_UHtMsot29Vy6L_DAG97xLaks2VXkJ59lRSJPteTtuXysdVzsy1mcGL7Tf-XU43LBX81QKOgr_v03jrNWy821DJC1rb95-aldh2F5oP8bc1GtD4PilHn0VwEWBQPdoPAo-S386Sv6Z9sCebyOxCpp7xwstz8lS_ghAMVytxGjZCAaWlYNwm4q-hpBkmgXTRdhzSkzKVIyJWXMwRFAvnTnlSuqlhHqe5plLChJPdQOAjDMcDvbzJY1hSE_a7BdJWD1hLRdp6M9zh9dkdzBjA67BfOPwBWtqUi29i__lM3PQVYh6oquYX7Cw9McFaHv0F37NOd7dBo8snsyjC-mwvH2RHb9b3vXnhzdteyBbZA-E1Ns-MaTViPRm9XwXzX7v9fdmd8fp0_eXYbCyOfURs6aAxAqhgnruBv-O8OxDaxCejOEIO_0DIdkIJQbMK1HGqSU-UBSLT-DAlx0k8eUj_8vCwMJb-lwKUEuEf9_o4CW13sMjcRfFEdg8HXHNT6Gx6t6W5vThQypSfaCZhhienl9wkz_-vOFT1TR1iRFPTgp1R_a8GcICtsxsILVlJeaXGnS9oRZ14rRwb21Lr7_BJcib5vyMsYbrLFlFPmPfUIHBdtoViHGOVmTOu0ikOeDtAledNcrgc2zCkkr2e9omdRvU6oH-i9J5Si8NBK5CRRU8dziuB0K8L3S0Q047pqwWxOyxHAXMelw96vPDB2kVftYygsJmltTpiMRyOxBrAgPAteVGpwfofnjS4AkvHcW8SUazg96TuCzGKtRLwR0AC39NORVtn-jT3yu6XMXlFolHSWvPvDSa3IAKeZ5bgUVtjfREDvV6Cie89Cm2VFKpvNJi7LZOQsdwKjuNEKjmoKT49Qjg9r6x9csUS0YBl9acuBXuVd5nLYQ7h0qAad8sUt0RdvjooXC5Kuq3ASoI6NBxPehfzmd2b7wwbjQu_Hq705c3rtlfTRobbpho4OmfQqaQy9HwGZXKU13P6tziI4jszDSczb3rNnHPCX6t_t-wLG4nBzVlgnf-NwrDkBojqG6pRm0wwLCdg3TuzGmOUeBNAuoO2XCXjl7IJ4uu0-kPgNRNYjOgLS5ThWei6Hkgmiz8GTjSAVRgVoxel5KLyi2U-yd4TPPb5LS_R74fau2K30REgqkyLLBSnA2M6uACzcoxeo0Tn-QxsO7erNJry0-zUzo-2mjygHRBjbDZFIIT2kH4OE5jsCdRKi0dilDt6xBm16x1teLTad4DCSJGEtmO57YdyUHV6MwCTiqFIJWX1_nodebxi1xs_T2oLnsyYKopEtkJsbIjl098ojHca4NNmDV1UkMz0BySjwG7KF1Qw9jZMdC2PQhGd7AIghH1SgzWcuRSXjBOT59ar45TDJ7gaN6LtOCRT9Y6GUD9r2PdElcFNf59AFjn0hUbMUJZ4p-sYlD1YH6zDWh6xXIi3SMSabFm0qUWFEnHbWnQlegEv2bCfR7DQ_uyI4qzzP8Prg_VrAQlFYhZ-Q_TlfQmz5jjc-ddQH_nBMWbPi-s2w1eDT17wNJRtIw-v-bYEBZLVrGzttehtZODudQD6bQJ74dzy8Fv1puPvxNdGBBCufNWp8q6kXtc4rY7yX4AIalet8coL0PK539VOBSzbNGLFOvMg_y7IEsV1Hhmju8e90-VfrC5nbRVeVii3HG6Vp-lHq_3F6W9w9TNRbf3TKSzPMkHVnN_ebqkY8zrsyKgULaQvOAim9sbGpOnLilWJpRa6XrYpIEMD5QtGH7E_gSF4a1klX1Rc04RWA9mHPhHzmFm8bzrafN2p5Y98-6sNausU74Hy45yjV7NxSZjBB-A1nIuXz4_YihdQXGvWzJxYX8mEXRWSlPXYa5Wnt1zpRZvxcHKxGUy2WqC_MJUCYU6uSRHJI_hbiJzxrNVHBU5Wq_nL3AG1b1OcVd28VLXrDoyl-Q1VDopTd_KxKD_iTLYl3ytc8t5Q5BwULc9NrH8eWT6bqzS88PlmVeuvDFMTh-aIlJ1LfRiecI44y9-Tg11NRcgK5pp82-BdPyh3EXu-5I_znqTjGf6IPYQg4LzKSg7JbXCT5xuMmTAOvWZbpggPQkG_Ah82fh-IFl9kySldHXkFs4ZMJ2EsyJQugRvPGQl1AkSCqRL79FfCgX0QDqcGbmMfHMIeIGZb4kB2ePQuL9Q9xnexAAee1AiVgT1kfyehG8wbzdD3vujNkgNPl0ke7_HTPkmDZCcEKuxglLTQMY_0QiFGJ3P5CQFW2L-p3OrnDwJ0AkJRuwcz9xcCqqWVKloPwuEi2ZgcgPUYIbl2iakN39V-nOM9uRHse-iSX30lRLa-rp0Y_t9rNek3SQaUiLq53QIx2fN_SLk4VN_7-AbDSYyFVQKxZ8IbGGRp3ep9VNN_1tVq-pBP_VfvN8oVufjfXsr0kAttlZdAf4GkUVKgU2PO9BAw3c_voK5L8dqQN66rZgnCXItFNVoiLA6HamWIak8QWx8TPa2xvO-J_0ELaFlshXdPCGApisJSL0i6fIWbzjIfaRsNechwdvRxnW79d8Q-QnzVrMyoeLCLg1V4yn2uOhEw17WyltaFaQx0AmIRX3O7-Qo-HRKK6S-WCa3CnflOF-sjvAex9JpkKDp7B3zl-vKwal1BsnizTkeHzvgKTcbp3-weK22B1VgHvdkMo4ZzBFC0c_t_0tKhQYo__0UPVDDQe2ZReuwCTc38kNvKo26Wn96RZpwZXZrJE_y8SyrlK3xcnSP_INXdV60KKjPMfcZOT4KxafI08c"}', NULL, '1-2', 2, 2, '2026-11-22T04:09:26.310Z', '2026-11-22T04:09:26.310Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-2', 2, 2, '2026-11-22T04:09:26.310Z', '2026-11-22T04:09:26.310Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-2', 2, 2, '2026-11-22T04:09:26.310Z', '2026-11-22T04:09:26.310Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-2', 2, 2, '2026-11-22T04:09:26.310Z', '2026-11-22T04:09:26.310Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-2', 2, 2, '2026-11-22T04:09:26.310Z', '2026-11-22T04:09:26.310Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.8fd87d38.gUVsPTrkp99lL4PAts-Igvi6AmHXnYlP39pTt9kW7rAnupsAfY995u2PD2X5tgNGC17xbLFwsUatmvQ0966H0NrWur8S-saOpRNNuUkVilyt4cA0Ia0d4vn_SUv_-1tiqMeRp8f_l3EwOUOpwlZazI_7JULwmtk-oFJapN1QHM-z3dEad08A4fkVNVcYYcee6vV952Uwl35PwFxyNKnoPkjAmPt-WawYwmfPAJ2QgBKDthXmav6Jf-ck8pr8W5D7EK48-mx04bN1gzWO-g55iU9vdsA8tIzCzYujfiKBxPonnL1Fiszko2xIiWA7c4P8XdwfratX6Dfo5mygS4wp3rqaHlWGhhFwmMnT2DbJs0lwtYV2-BhaXRyVCiCSpLH_IYF-eb0l8O_RjcFwL3bksZobmxlIQoBVHcYPoPbiYttfARcA8-RhOHQIWbrtxhd7FgdGpeguE2Bkjxt8D_S_N4IA9kWQi8n73XI7SayQ7ZnZV45w0jcIGFL650PgbsTqLG01D97Ho4Y-BoQybpPWyqkCWbcbtN6VsCIGNbhRzOolloDo0XZ_EnI1yAHlOG_38ohRXcWtltwn9fr-sgJaVj4TThJclNZf36RF4DVMmcilt3umK5c6-aBgUc00oIxvXVmFCBAgVDtVGSVcVR6ytECuitjYJbDYWEDejwPrb5Z32Epkr8qhE-YitjCiz4eXQVWBGBkul_jBPCDTwjsxuEPRLvefmmwjLjhZp5ChWDIfn80JznjUiPUrdH6b23JTxkMvpYe-0IcGNzr2w0Zr3ysPOk_Xja5tLyl-M454P79b18b8OjdDu9nweHgDETroDghYG9FJHv6dTFSCzeHK1N5dW1G6A_Umm2RUOwb4KsinpQ3cyEFU62GVWXh46nbM1euVmd_t7Up7hbI17FydkuEmz8V23TAIGwBIlIc6b_A63c6s--HgdeQwzISHhQXLDEGj3AxmnicbV03D5xM_eWCi3VajDFbxPEImhEu9Ez9mJk1HvjF04jaghwE39s2MuDl4Fx952mHEqlzWbeVwDZJVogT4drfZtFyxK3uOngAwmbad9ALy653udTInYIc5YT77pxeq415cmHu8eZIym5dvwfXSwsHuJkXlQm1FrGXagyKWopekzLKWdYI-oUpQl97C5vIUigVjPWzat6UqdruNNYg8aY7uy-OLbwjJutdhkkk2x6oDSHPl-6UZIKe0fxAuKA"}', NULL, '1-2', 2, 2, '2026-11-22T04:09:26.310Z', '2026-11-22T04:09:26.310Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.8fd87d38.r8xy0siRt8ua9LhxGFkGuvfOs9iIbZ3rjZphQRcrKmpRR0YBHskyGjlLXMWvDyp31w6usNNjNn77gQTtpbP8re8m1hH5Ye0HHCKEHMcbpT7kvSUGCf7sJyUMU2ZYtubf3BRipDytA3CEhs72e-QC48aEIgLMgS1fo0BGBHeZeFVGIQJI0S05FBML7lVwvXbXR23-5QUyGnkH6sjMYW1SYkWy_D7_ImOFJQLcVaShhtO6uuIDJJw-aAmC_h6As5o01WaS8wlj1Q0Xgv9uNsHRfOH_1CdpHly8oKXDJ6Fe5tQ1A2FYoXLZdxHrDtjRj9DEb2J4f6pp25xqJYVDJnmwxhZ5aaqpMZWe6Ms8sIXkk59ZofGU3uyTcrb3bBeMWg7UxzSL3rcGENvb_1nAURsgmE0RI13QoBMRnakddepQvuGEg9WIf58NieFg6-URtCfp5hpSpRjd_EArNAW2OLzPJg"}', NULL, '1-2', 2, 2, '2026-11-22T04:09:26.310Z', '2026-11-22T04:09:26.310Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'Secret', 'default', 'own', '{}', '{"data":"v1.8fd87d38.ZGSwbKapyALZuuj9tmLpVIZeeIbt0-JrncQBTTP2U8yhXeol38HiSQ"}', NULL, '1-3', 3, 3, '2026-11-22T04:09:26.347Z', '2026-11-22T04:09:26.347Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-3', 3, 3, '2026-11-22T04:09:26.347Z', '2026-11-22T04:09:26.347Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-3', 3, 3, '2026-11-22T04:09:26.347Z', '2026-11-22T04:09:26.347Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-4', 4, 3, '2026-11-22T04:09:26.347Z', '2026-11-22T04:09:26.366Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-3', 3, 3, '2026-11-22T04:09:26.347Z', '2026-11-22T04:09:26.347Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-7', 5, 7, '2026-11-22T04:09:26.502Z', '2026-11-22T04:09:26.502Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('6ovshqzrbhj3', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-8', 6, 8, '2026-11-22T04:09:26.550Z', '2026-11-22T04:09:26.550Z');

INSERT INTO "reveal" ("tenant_id", "time", "actor", "type", "mesh", "name") VALUES ('6ovshqzrbhj3', '2026-11-22T04:09:26.412Z', 'token:uk7uhjumbas32sdy', 'Secret', 'default', 'dataplane-token-signing-key-default-1');

INSERT INTO "reveal" ("tenant_id", "time", "actor", "type", "mesh", "name") VALUES ('6ovshqzrbhj3', '2026-11-22T04:09:26.425Z', 'token:uk7uhjumbas32sdy', 'Secret', 'default', 'default.ca-builtin-key-ca-1');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('6ovshqzrbhj3', 1, 1, 1, 'omvs2ynuo5e53ay6plomcchajsobjawf', 'token:fd4smfays7keg424', '', '2026-11-22T04:09:25.829Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('6ovshqzrbhj3', 2, 1, 2, 'evq7vpntzblmignvbql5hbk72hw6kbl2', 'token:fd4smfays7keg424', '', '2026-11-22T04:09:26.310Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('6ovshqzrbhj3', 3, 1, 3, 'mb26fy2somiid7egsz5zaf2s2rwzcase', 'token:fd4smfays7keg424', '', '2026-11-22T04:09:26.347Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('6ovshqzrbhj3', 4, 1, 4, 'wwjxnzlmk4yaawwdo642iurehdmbcmi6', 'token:fd4smfays7keg424', '', '2026-11-22T04:09:26.366Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('6ovshqzrbhj3', 5, 1, 5, 'chofvbnf5kqx63bnvp5w4osgniwtl2qs', 'token:fd4smfays7keg424', '', '2026-11-22T04:09:26.373Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('6ovshqzrbhj3', 6, 1, 8, 'ergxvrxhulo7toflvko5fd5brrsceteq', 'token:fd4smfays7keg424', '', '2026-11-22T04:09:26.550Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T04:09:25.829Z","modificationTime":"2026-11-22T04:09:25.829Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T04:09:26.310Z","modificationTime":"2026-11-22T04:09:26.310Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.8fd87d38.F23ljAutFTjLGTLyW5ReTxYEwaqOsxA5tCS_beZTNF5NV65OXYKNMeFz6hnUP12IihB_7c2I9DTkChNysmpWoZDfg3FPL6rVZpgpCcIcUYEB_kTUHepXzywwon257fquF7JC05DXdgICLWYBhGnR64C0DDXzfyuaaEwDKqlUZ-1C0rw4CPcirxMAW2RaPU9kV--obzAh4xDaGULers-pXaz0USBxQuRbAvCMOAlbMBK_OEsJ0vvwwDDPbHYIsUDVNbRj_FOIioBZfc-FpYdVk0LY6Vr4Ev8Hs49tgXuPtA_UHtMsot29Vy6L_DAG97xLaks2VXkJ59lRSJPteTtuXysdVzsy1mcGL7Tf-XU43LBX81QKOgr_v03jrNWy821DJC1rb95-aldh2F5oP8bc1GtD4PilHn0VwEWBQPdoPAo-S386Sv6Z9sCebyOxCpp7xwstz8lS_ghAMVytxGjZCAaWlYNwm4q-hpBkmgXTRdhzSkzKVIyJWXMwRFAvnTnlSuqlhHqe5plLChJPdQOAjDMcDvbzJY1hSE_a7BdJWD1hLRdp6M9zh9dkdzBjA67BfOPwBWtqUi29i__lM3PQVYh6oquYX7Cw9McFaHv0F37NOd7dBo8snsyjC-mwvH2RHb9b3vXnhzdteyBbZA-E1Ns-MaTViPRm9XwXzX7v9fdmd8fp0_eXYbCyOfURs6aAxAqhgnruBv-O8OxDaxCejOEIO_0DIdkIJQbMK1HGqSU-UBSLT-DAlx0k8eUj_8vCwMJb-lwKUEuEf9_o4CW13sMjcRfFEdg8HXHNT6Gx6t6W5vThQypSfaCZhhienl9wkz_-vOFT1TR1iRFPTgp1R_a8GcICtsxsILVlJeaXGnS9oRZ14rRwb21Lr7_BJcib5vyMsYbrLFlFPmPfUIHBdtoViHGOVmTOu0ikOeDtAledNcrgc2zCkkr2e9omdRvU6oH-i9J5Si8NBK5CRRU8dziuB0K8L3S0Q047pqwWxOyxHAXMelw96vPDB2kVftYygsJmltTpiMRyOxBrAgPAteVGpwfofnjS4AkvHcW8SUazg96TuCzGKtRLwR0AC39NORVtn-jT3yu6XMXlFolHSWvPvDSa3IAKeZ5bgUVtjfREDvV6Cie89Cm2VFKpvNJi7LZOQsdwKjuNEKjmoKT49Qjg9r6x9csUS0YBl9acuBXuVd5nLYQ7h0qAad8sUt0RdvjooXC5Kuq3ASoI6NBxPehfzmd2b7wwbjQu_Hq705c3rtlfTRobbpho4OmfQqaQy9HwGZXKU13P6tziI4jszDSczb3rNnHPCX6t_t-wLG4nBzVlgnf-NwrDkBojqG6pRm0wwLCdg3TuzGmOUeBNAuoO2XCXjl7IJ4uu0-kPgNRNYjOgLS5ThWei6Hkgmiz8GTjSAVRgVoxel5KLyi2U-yd4TPPb5LS_R74fau2K30REgqkyLLBSnA2M6uACzcoxeo0Tn-QxsO7erNJry0-zUzo-2mjygHRBjbDZFIIT2kH4OE5jsCdRKi0dilDt6xBm16x1teLTad4DCSJGEtmO57YdyUHV6MwCTiqFIJWX1_nodebxi1xs_T2oLnsyYKopEtkJsbIjl098ojHca4NNmDV1UkMz0BySjwG7KF1Qw9jZMdC2PQhGd7AIghH1SgzWcuRSXjBOT59ar45TDJ7gaN6LtOCRT9Y6GUD9r2PdElcFNf59AFjn0hUbMUJZ4p-sYlD1YH6zDWh6xXIi3SMSabFm0qUWFEnHbWnQlegEv2bCfR7DQ_uyI4qzzP8Prg_VrAQlFYhZ-Q_TlfQmz5jjc-ddQH_nBMWbPi-s2w1eDT17wNJRtIw-v-bYEBZLVrGzttehtZODudQD6bQJ74dzy8Fv1puPvxNdGBBCufNWp8q6kXtc4rY7yX4AIalet8coL0PK539VOBSzbNGLFOvMg_y7IEsV1Hhmju8e90-VfrC5nbRVeVii3HG6Vp-lHq_3F6W9w9TNRbf3TKSzPMkHVnN_ebqkY8zrsyKgULaQvOAim9sbGpOnLilWJpRa6XrYpIEMD5QtGH7E_gSF4a1klX1Rc04RWA9mHPhHzmFm8bzrafN2p5Y98-6sNausU74Hy45yjV7NxSZjBB-A1nIuXz4_YihdQXGvWzJxYX8mEXRWSlPXYa5Wnt1zpRZvxcHKxGUy2WqC_MJUCYU6uSRHJI_hbiJzxrNVHBU5Wq_nL3AG1b1OcVd28VLXrDoyl-Q1VDopTd_KxKD_iTLYl3ytc8t5Q5BwULc9NrH8eWT6bqzS88PlmVeuvDFMTh-aIlJ1LfRiecI44y9-Tg11NRcgK5pp82-BdPyh3EXu-5I_znqTjGf6IPYQg4LzKSg7JbXCT5xuMmTAOvWZbpggPQkG_Ah82fh-IFl9kySldHXkFs4ZMJ2EsyJQugRvPGQl1AkSCqRL79FfCgX0QDqcGbmMfHMIeIGZb4kB2ePQuL9Q9xnexAAee1AiVgT1kfyehG8wbzdD3vujNkgNPl0ke7_HTPkmDZCcEKuxglLTQMY_0QiFGJ3P5CQFW2L-p3OrnDwJ0AkJRuwcz9xcCqqWVKloPwuEi2ZgcgPUYIbl2iakN39V-nOM9uRHse-iSX30lRLa-rp0Y_t9rNek3SQaUiLq53QIx2fN_SLk4VN_7-AbDSYyFVQKxZ8IbGGRp3ep9VNN_1tVq-pBP_VfvN8oVufjfXsr0kAttlZdAf4GkUVKgU2PO9BAw3c_voK5L8dqQN66rZgnCXItFNVoiLA6HamWIak8QWx8TPa2xvO-J_0ELaFlshXdPCGApisJSL0i6fIWbzjIfaRsNechwdvRxnW79d8Q-QnzVrMyoeLCLg1V4yn2uOhEw17WyltaFaQx0AmIRX3O7-Qo-HRKK6S-WCa3CnflOF-sjvAex9JpkKDp7B3zl-vKwal1BsnizTkeHzvgKTcbp3-weK22B1VgHvdkMo4ZzBFC0c_t_0tKhQYo__0UPVDDQe2ZReuwCTc38kNvKo26Wn96RZpwZXZrJE_y8SyrlK3xcnSP_INXdV60KKjPMfcZOT4KxafI08c"},"creationTime":"2026-11-22T04:09:26.310Z","modificationTime":"2026-11-22T04:09:26.310Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T04:09:26.310Z","modificationTime":"2026-11-22T04:09:26.310Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T04:09:26.310Z","modificationTime":"2026-11-22T04:09:26.310Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T04:09:26.310Z","modificationTime":"2026-11-22T04:09:26.310Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T04:09:26.310Z","modificationTime":"2026-11-22T04:09:26.310Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.8fd87d38.gUVsPTrkp99lL4PAts-Igvi6AmHXnYlP39pTt9kW7rAnupsAfY995u2PD2X5tgNGC17xbLFwsUatmvQ0966H0NrWur8S-saOpRNNuUkVilyt4cA0Ia0d4vn_SUv_-1tiqMeRp8f_l3EwOUOpwlZazI_7JULwmtk-oFJapN1QHM-z3dEad08A4fkVNVcYYcee6vV952Uwl35PwFxyNKnoPkjAmPt-WawYwmfPAJ2QgBKDthXmav6Jf-ck8pr8W5D7EK48-mx04bN1gzWO-g55iU9vdsA8tIzCzYujfiKBxPonnL1Fiszko2xIiWA7c4P8XdwfratX6Dfo5mygS4wp3rqaHlWGhhFwmMnT2DbJs0lwtYV2-BhaXRyVCiCSpLH_IYF-eb0l8O_RjcFwL3bksZobmxlIQoBVHcYPoPbiYttfARcA8-RhOHQIWbrtxhd7FgdGpeguE2Bkjxt8D_S_N4IA9kWQi8n73XI7SayQ7ZnZV45w0jcIGFL650PgbsTqLG01D97Ho4Y-BoQybpPWyqkCWbcbtN6VsCIGNbhRzOolloDo0XZ_EnI1yAHlOG_38ohRXcWtltwn9fr-sgJaVj4TThJclNZf36RF4DVMmcilt3umK5c6-aBgUc00oIxvXVmFCBAgVDtVGSVcVR6ytECuitjYJbDYWEDejwPrb5Z32Epkr8qhE-YitjCiz4eXQVWBGBkul_jBPCDTwjsxuEPRLvefmmwjLjhZp5ChWDIfn80JznjUiPUrdH6b23JTxkMvpYe-0IcGNzr2w0Zr3ysPOk_Xja5tLyl-M454P79b18b8OjdDu9nweHgDETroDghYG9FJHv6dTFSCzeHK1N5dW1G6A_Umm2RUOwb4KsinpQ3cyEFU62GVWXh46nbM1euVmd_t7Up7hbI17FydkuEmz8V23TAIGwBIlIc6b_A63c6s--HgdeQwzISHhQXLDEGj3AxmnicbV03D5xM_eWCi3VajDFbxPEImhEu9Ez9mJk1HvjF04jaghwE39s2MuDl4Fx952mHEqlzWbeVwDZJVogT4drfZtFyxK3uOngAwmbad9ALy653udTInYIc5YT77pxeq415cmHu8eZIym5dvwfXSwsHuJkXlQm1FrGXagyKWopekzLKWdYI-oUpQl97C5vIUigVjPWzat6UqdruNNYg8aY7uy-OLbwjJutdhkkk2x6oDSHPl-6UZIKe0fxAuKA"},"creationTime":"2026-11-22T04:09:26.310Z","modificationTime":"2026-11-22T04:09:26.310Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.8fd87d38.r8xy0siRt8ua9LhxGFkGuvfOs9iIbZ3rjZphQRcrKmpRR0YBHskyGjlLXMWvDyp31w6usNNjNn77gQTtpbP8re8m1hH5Ye0HHCKEHMcbpT7kvSUGCf7sJyUMU2ZYtubf3BRipDytA3CEhs72e-QC48aEIgLMgS1fo0BGBHeZeFVGIQJI0S05FBML7lVwvXbXR23-5QUyGnkH6sjMYW1SYkWy_D7_ImOFJQLcVaShhtO6uuIDJJw-aAmC_h6As5o01WaS8wlj1Q0Xgv9uNsHRfOH_1CdpHly8oKXDJ6Fe5tQ1A2FYoXLZdxHrDtjRj9DEb2J4f6pp25xqJYVDJnmwxhZ5aaqpMZWe6Ms8sIXkk59ZofGU3uyTcrb3bBeMWg7UxzSL3rcGENvb_1nAURsgmE0RI13QoBMRnakddepQvuGEg9WIf58NieFg6-URtCfp5hpSpRjd_EArNAW2OLzPJg"},"creationTime":"2026-11-22T04:09:26.310Z","modificationTime":"2026-11-22T04:09:26.310Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.8fd87d38.ZGSwbKapyALZuuj9tmLpVIZeeIbt0-JrncQBTTP2U8yhXeol38HiSQ"},"creationTime":"2026-11-22T04:09:26.347Z","modificationTime":"2026-11-22T04:09:26.347Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T04:09:26.347Z","modificationTime":"2026-11-22T04:09:26.347Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T04:09:26.347Z","modificationTime":"2026-11-22T04:09:26.347Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T04:09:26.347Z","modificationTime":"2026-11-22T04:09:26.347Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T04:09:26.347Z","modificationTime":"2026-11-22T04:09:26.347Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T04:09:26.347Z","modificationTime":"2026-11-22T04:09:26.347Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T04:09:26.347Z","modificationTime":"2026-11-22T04:09:26.347Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T04:09:26.347Z","modificationTime":"2026-11-22T04:09:26.366Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T04:09:26.347Z","modificationTime":"2026-11-22T04:09:26.347Z"}', NULL);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('6ovshqzrbhj3', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T04:09:26.550Z","modificationTime":"2026-11-22T04:09:26.550Z"}');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('6ovshqzrbhj3', 'envelope', '', 'SppigbajrfaFcoiGrvXHIk8DDaum8jPYZo1FeJwF0HM', '{"kty":"EC","crv":"P-256","x":"3iqtJaWd6s96my22ME7PQhipwDxTW4NA7gPRqWVruhI","y":"JO5lMXDtvQx3EiL5IDqoJNAUXZ4ux5qEVDgeDa2UP6g","alg":"ES256","kid":"SppigbajrfaFcoiGrvXHIk8DDaum8jPYZo1FeJwF0HM"}', 'v1.8fd87d38.iFqud1ics6vvvDXoxnvCA4AkzZekBctbDrvjftGsxrmFN5O7VjMNuEhdFh2XMDfCGOr2-NyYP0lZ_aeiL_VYZtTzaZP1ThQgzzZLokJzvXZGcqK-QuElPnv7ju9_r6xjg2rSc3VXysZFxewncKJ0o2JpneqwwPgV488trSeUd48Q90D1HQnMWJaqwIf4UjKeffKg4QUDZMjQ4B9z35MNqX13yCDv9g', '2026-11-22T04:09:25.796Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('6ovshqzrbhj3', 6, 1, 5, 'enrolled/east/a35xfbza');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('6ovshqzrbhj3', 7, 1, 5, 'n36lo5nz3u6l7qhwropkljob');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('6ovshqzrbhj3', 9, 1, 6, 'enrolled/east/zhybqqsj');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "envelope", "last_event", "enrolled_at") VALUES ('6ovshqzrbhj3', 'east', 'a35xfbza', '{"kty":"EC","crv":"P-256","x":"SIjOH6rlLhs9TrkZIfDw4-19dVdawUSBhtpJJT0Vb6M","y":"4l3YKaxGyabcq6V2kUJ_TTyNN-nwzib4LQD9syYHZHs"}', '{"kty":"EC","crv":"P-256","x":"xxRzUviHeVTsT6PTFOsPdPHh8xm0vQZEZg95-2lu3Zc","y":"LEP2zDAPMjUzyBgfwIj3jCJpf45688Myxyl8b8RN0pQ"}', 0, 1, 9, 'WtE_Rk2IENa_riXLSqBxhhE_kTzEwoo6jG9GnLji0Fw', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IlNwcGlnYmFqcmZhRmNvaUdydlhISWs4RERhdW04alBZWm8xRmVKd0YwSE0iLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6InFhM3dyemhoaDZwMndydHQiLCJ0ZW5hbnQiOiI2b3ZzaHF6cmJoajMiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6OSwicmV2aXNpb24iOjYsInZlcnNpb24iOiJXdEVfUmsySUVOYV9yaVhMU3FCeGhoRV9rVHpFd29vNmpHOUduTGppMEZ3IiwicHJldmlvdXMiOiJXdEVfUmsySUVOYV9yaVhMU3FCeGhoRV9rVHpFd29vNmpHOUduTGppMEZ3IiwiY29tcGlsZXIiOjQsInJlbGF5cyI6W3siaWQiOiJhMzV4ZmJ6YSIsInNpZ25pbmdLZXkiOnsia3R5IjoiRUMiLCJjcnYiOiJQLTI1NiIsIngiOiJTSWpPSDZybExoczlUcmtaSWZEdzQtMTlkVmRhd1VTQmh0cEpKVDBWYjZNIiwieSI6IjRsM1lLYXhHeWFiY3E2VjJrVUpfVFR5Tk4tbnd6aWI0TFFEOXN5WUhaSHMifSwibGFzdEV2ZW50IjoxfSx7ImlkIjoiemh5YnFxc2oiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiU0lqT0g2cmxMaHM5VHJrWklmRHc0LTE5ZFZkYXdVU0JodHBKSlQwVmI2TSIsInkiOiI0bDNZS2F4R3lhYmNxNlYya1VKX1RUeU5OLW53emliNExRRDlzeVlIWkhzIn0sImxhc3RFdmVudCI6MH1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoieVBNa1BTUXl0UldUQlhOOW1PZURyVDZKS3owSDJweHJxT1NBODlPTkk2WXZhczJoalF1VTdnYUVHcnBqNnhYMU5rVGxYVFh4VTN1OHo3TDVMQ0NKV1VzdnNZXy1YWlZqeENMc0ozQ05LeTZ5el9xUlZET0FUR1BlUUZObU01WkVWdW40SmRUWFV2OGlCZ1hQRFVWYmRXMUNVZXF1OGY3X1BNcGZDN2xOTkNHd3dQXzRfc29IQS1JbUZuSTU0SW45UmtDWWRDcF9YTlphRGFMbUN5WHYyb3kyblZKR202Mi0zOHhqS3NwTVF5NUlPV1BBWF9PWmhDR3dRMlFSSlUtQkV4b2pNNXBNNkdoNk9pV2xTY09jODhRSVl4TGtyWl9ldFdIU3JMTDlhTGxKOXhQWFFQNEZDRnZKME92dERvTXFZNkNIQ3ZWS0pIQWVQRUZpdDdxdnJRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdkRDQ0FXT2dBd0lCQWdJUWNyK3JBNlhTUng5cDhyUzkya2VmdHpBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTBNRGt4TmxvWERUTTJNVEV4T1RBME1Ea3lObG93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCS2ZnSVQ0Q1BQcHF0VVRZSXhEUVIxaTQrL0tTblZzTkJYUm9lOXhobmYrd1prOTVJTEdmXG5JNU5rZG5uUE84YnB6Ni93YVVWL3E5cDRqMjJMcHcwNDRFV2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCVEVVMTJYME4wQmcwd2FZUzMwTHN3L05vZGVkVEFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBjQU1FUUNJRU8zXG5paG1CSGI3bWJ1a1NhV2M5MG9XQW1yNThrWUJYUk84WVZxQzRoeklMQWlBcGpkWkVQWlVnOUE5SFJkeG0rZ2Z1XG4wQ0pKRnM0Tm41NHdnZGViUUVrQTZBPT1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMH19XX0.-WA8Pkx5nWfSXVpqeieEdO-ndS2kPzMeSZ2gKy2uxb9GK4dgtQSjBzzBSUJSEVpDPl8V4WcvqHbR6nkGUiLcRA', 1, '2026-11-22T04:09:26.449Z');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "envelope", "last_event", "enrolled_at") VALUES ('6ovshqzrbhj3', 'east', 'zhybqqsj', '{"kty":"EC","crv":"P-256","x":"SIjOH6rlLhs9TrkZIfDw4-19dVdawUSBhtpJJT0Vb6M","y":"4l3YKaxGyabcq6V2kUJ_TTyNN-nwzib4LQD9syYHZHs"}', '{"kty":"EC","crv":"P-256","x":"xxRzUviHeVTsT6PTFOsPdPHh8xm0vQZEZg95-2lu3Zc","y":"LEP2zDAPMjUzyBgfwIj3jCJpf45688Myxyl8b8RN0pQ"}', 0, 1, 9, 'WtE_Rk2IENa_riXLSqBxhhE_kTzEwoo6jG9GnLji0Fw', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IlNwcGlnYmFqcmZhRmNvaUdydlhISWs4RERhdW04alBZWm8xRmVKd0YwSE0iLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6InFhM3dyemhoaDZwMndydHQiLCJ0ZW5hbnQiOiI2b3ZzaHF6cmJoajMiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6OSwicmV2aXNpb24iOjYsInZlcnNpb24iOiJXdEVfUmsySUVOYV9yaVhMU3FCeGhoRV9rVHpFd29vNmpHOUduTGppMEZ3IiwicHJldmlvdXMiOiJXdEVfUmsySUVOYV9yaVhMU3FCeGhoRV9rVHpFd29vNmpHOUduTGppMEZ3IiwiY29tcGlsZXIiOjQsInJlbGF5cyI6W3siaWQiOiJhMzV4ZmJ6YSIsInNpZ25pbmdLZXkiOnsia3R5IjoiRUMiLCJjcnYiOiJQLTI1NiIsIngiOiJTSWpPSDZybExoczlUcmtaSWZEdzQtMTlkVmRhd1VTQmh0cEpKVDBWYjZNIiwieSI6IjRsM1lLYXhHeWFiY3E2VjJrVUpfVFR5Tk4tbnd6aWI0TFFEOXN5WUhaSHMifSwibGFzdEV2ZW50IjoxfSx7ImlkIjoiemh5YnFxc2oiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiU0lqT0g2cmxMaHM5VHJrWklmRHc0LTE5ZFZkYXdVU0JodHBKSlQwVmI2TSIsInkiOiI0bDNZS2F4R3lhYmNxNlYya1VKX1RUeU5OLW53emliNExRRDlzeVlIWkhzIn0sImxhc3RFdmVudCI6MH1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoieVBNa1BTUXl0UldUQlhOOW1PZURyVDZKS3owSDJweHJxT1NBODlPTkk2WXZhczJoalF1VTdnYUVHcnBqNnhYMU5rVGxYVFh4VTN1OHo3TDVMQ0NKV1VzdnNZXy1YWlZqeENMc0ozQ05LeTZ5el9xUlZET0FUR1BlUUZObU01WkVWdW40SmRUWFV2OGlCZ1hQRFVWYmRXMUNVZXF1OGY3X1BNcGZDN2xOTkNHd3dQXzRfc29IQS1JbUZuSTU0SW45UmtDWWRDcF9YTlphRGFMbUN5WHYyb3kyblZKR202Mi0zOHhqS3NwTVF5NUlPV1BBWF9PWmhDR3dRMlFSSlUtQkV4b2pNNXBNNkdoNk9pV2xTY09jODhRSVl4TGtyWl9ldFdIU3JMTDlhTGxKOXhQWFFQNEZDRnZKME92dERvTXFZNkNIQ3ZWS0pIQWVQRUZpdDdxdnJRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdkRDQ0FXT2dBd0lCQWdJUWNyK3JBNlhTUng5cDhyUzkya2VmdHpBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTBNRGt4TmxvWERUTTJNVEV4T1RBME1Ea3lObG93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCS2ZnSVQ0Q1BQcHF0VVRZSXhEUVIxaTQrL0tTblZzTkJYUm9lOXhobmYrd1prOTVJTEdmXG5JNU5rZG5uUE84YnB6Ni93YVVWL3E5cDRqMjJMcHcwNDRFV2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCVEVVMTJYME4wQmcwd2FZUzMwTHN3L05vZGVkVEFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBjQU1FUUNJRU8zXG5paG1CSGI3bWJ1a1NhV2M5MG9XQW1yNThrWUJYUk84WVZxQzRoeklMQWlBcGpkWkVQWlVnOUE5SFJkeG0rZ2Z1XG4wQ0pKRnM0Tm41NHdnZGViUUVrQTZBPT1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMH19XX0.-WA8Pkx5nWfSXVpqeieEdO-ndS2kPzMeSZ2gKy2uxb9GK4dgtQSjBzzBSUJSEVpDPl8V4WcvqHbR6nkGUiLcRA', 0, '2026-11-22T04:09:26.593Z');
