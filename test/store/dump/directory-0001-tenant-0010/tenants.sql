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

CREATE INDEX certificate_expiry ON certificate (tenant_id, not_after);

CREATE INDEX manifest_order ON manifest (tenant_id, zone, epoch, sequence);

CREATE INDEX plan_order ON plan (tenant_id, created_at);

CREATE INDEX proof_expiry ON proof (tenant_id, expires_at);

CREATE INDEX registration_zone ON registration (tenant_id, zone);

CREATE INDEX resource_mesh ON resource (tenant_id, mesh, type, name);

CREATE INDEX revision_change_resource ON revision_change (tenant_id, mesh, type, name, revision);

CREATE UNIQUE INDEX revision_write ON revision (tenant_id, write_id);

CREATE UNIQUE INDEX step_write ON step (tenant_id, write_id);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', '0gxb47dVl1rGCwZCyjvwb225XUbW7GsJRSRMZcJBALw', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvTCCAWOgAwIBAgIQRZ4Oc3vZAsh/IxdAToU39zAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjA0MTAwNFoXDTM2MTExOTA0MTAxNFowMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABFTVTTSiImr64x4f87NofZBb50h9jF0t04Jdpprxl4/ksD21skh0\nbbCTY7q4W9QgyqEsBmmBGEemykBBWmWQdySjXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBRUE1wei54FH0ruaRgBfODxZUixajAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0gAMEUCIQCD\n4V+MnOaav+Wepda9jCRqioHy8lbPiszRgNOtWp9HzAIgKMQrHeuhELgn7E81G4dJ\nOgTjvbfT4I2xYECMS6QLf1c=\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', '{"web-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'BKSOnAjDO4bI8-raqTwizKshcqKCMjAIt9kdW0fe41g', '{"mesh_ca:secret:default":"0gxb47dVl1rGCwZCyjvwb225XUbW7GsJRSRMZcJBALw"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', '{"shop-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00', '{"shop-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('s3j6ztxiboin', 'GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q', '{"web-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('s3j6ztxiboin', '54135c1e8b9e051f4aee6918017ce0f16548b16a', '794a50a1b02ded1392d499dda9854b01', 'default', '', 'east', '2026-11-29T04:10:15.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('s3j6ztxiboin', '54135c1e8b9e051f4aee6918017ce0f16548b16a', '7fa63fa07be8aee7dbfa40697cbccd32', 'default', '', 'east', '2026-11-29T04:10:15.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('s3j6ztxiboin', 'a02a4849c71b1ebe12155be0788be1556647ce5d', '64a008e6562a54638fd6d44b8fceb234', 'default', 'shop-1', 'east', '2026-11-23T04:10:15.000Z', '73c646fa-0158-459d-965a-981275cec591');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('s3j6ztxiboin', '2jdx7hidkkvl5p7j', 'api', 'admin', 'vShABXLZENsGjLayCCa5060rxS1bBTZO35iGBhVm_tk', '["admin"]', '2026-11-22T04:10:14.303Z', NULL, NULL, NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('s3j6ztxiboin', 'iycnzxgmow5pmgha', 'api', 'other', 'wajf4D0Y1tvGFFhnswy2PAWo8mMZbAVPfgCNnMcwl9I', '["admin"]', '2026-11-22T04:10:15.143Z', NULL, NULL, NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('s3j6ztxiboin', 'pp6s2afi6cyms7mo', 'enrolment', 'relay of east', 'giDrKGolQ3vXsUuhgLlSe48YcyMtK1k01EN5x6IUHGo', '[]', '2026-11-22T04:10:15.473Z', '2026-11-22T05:10:15.473Z', NULL, 'east', 'jh6fvhjj');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('s3j6ztxiboin', 'ugxp2a2zf5rbwjbj', 'enrolment', 'relay of east', 'OKG_ukmz4-9nnPDX5TDSAuYde7WvNZTEST0u6-4IWjU', '[]', '2026-11-22T04:10:15.230Z', '2026-11-22T05:10:15.230Z', NULL, 'east', 'dwry5fvo');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('s3j6ztxiboin', 'vqt6wrhxjuzzue2g', 'api', 'reveal', 'H-CVkj4gXg2rz--XRawebZPEKREoslUAj8luR-HVilQ', '["admin","secret:reveal"]', '2026-11-22T04:10:15.176Z', NULL, NULL, NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('s3j6ztxiboin', 'w7tmlqnyrwdu42bn', 'api', 'other', 'bMrJ92S7TUCwyitqOQEDRjxmA03vIADYlNK4ua-yMV8', '["admin"]', '2026-11-22T04:10:15.157Z', NULL, NULL, NULL, NULL);

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 04:10:14');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_add-relay-address.sql', '2026-11-22 04:10:14');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-issuers.sql', '2026-11-22 04:10:14');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_add-registration-ready.sql', '2026-11-22 04:10:14');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_give-virtual-addresses.sql', '2026-11-22 04:10:14');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-contacts.sql', '2026-11-22 04:10:14');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (7, '0007_add-default-generators.sql', '2026-11-22 04:10:14');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (8, '0008_follow-resources.sql', '2026-11-22 04:10:14');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (9, '0009_deliver-revisions.sql', '2026-11-22 04:10:14');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (10, '0010_keep-plans.sql', '2026-11-22 04:10:14');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('s3j6ztxiboin', 'east', 'dwry5fvo', 1, 9, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T04:10:15.450Z');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('s3j6ztxiboin', 1, 6, 10);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('s3j6ztxiboin', 'default', '89dd271bfb1d920d3cca418cf9a2a4594480de88', 'east', 'dwry5fvo', '54135c1e8b9e051f4aee6918017ce0f16548b16a', '-----BEGIN CERTIFICATE-----
MIICRTCCAeqgAwIBAgIQeUpQobAt7ROS1JndqYVLATAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA0MTAwNVoXDTI2MTEyOTA0MTAxNVowNTENMAsGA1UECgwEV2VmdDES
MBAGA1UECwwJem9uZSBlYXN0MRAwDgYDVQQDDAdkZWZhdWx0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEMOwpt2x6AQ8ncUkdvFr8pA1VEce44GCcwdXQcfwWb8v+
D9qVSnxF+D4g6OyzNXFlJ5dK/XAtFlfr8oBd71bUnqOB4DCB3TASBgNVHRMBAf8E
CDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUid0nG/sdkg08ykGM
+aKkWUSA3ogwHwYDVR0jBBgwFoAUVBNcHoueBR9K7mkYAXzg8WVIsWowGwYDVR0R
BBQwEoYQc3BpZmZlOi8vZGVmYXVsdDBaBgNVHR4BAf8EUDBOoBYwCYYHZGVmYXVs
dDAJhgdrdW1hLmlvoTQwAoIAMAqHCAAAAAAAAAAAMCKHIAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA0kAMEYCIQCU0dGSzMinb92w
2wEIc94lsWmJXQvcNG0g+f5c/Iuo5wIhAJRVLGtDi50HnoK97SmCWLajbMTh7wZ3
V3QKqysmpdRj
-----END CERTIFICATE-----
', '2026-11-29T04:10:15.000Z', NULL, NULL, NULL);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('s3j6ztxiboin', 'default', 'a02a4849c71b1ebe12155be0788be1556647ce5d', 'east', 'dwry5fvo', '54135c1e8b9e051f4aee6918017ce0f16548b16a', '-----BEGIN CERTIFICATE-----
MIIB9DCCAZugAwIBAgIQf6Y/oHvorufb+kBpfLzNMjAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA0MTAwNVoXDTI2MTEyOTA0MTAxNVowQjENMAsGA1UECgwEV2VmdDEf
MB0GA1UECwwWY29udHJvbCBwbGFuZSBmb3IgZWFzdDEQMA4GA1UEAwwHZGVmYXVs
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEm+Xj4O8mnUbOcoZU/NkiCS1LxF
jg4/pSdFNfvYwctun7JaIcTrvOb1/S/7+/hBVvzcfZW/G5WCfg7llvlpcMOjgYQw
gYEwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYE
FKAqSEnHGx6+EhVb4HiL4VVmR85dMB8GA1UdIwQYMBaAFFQTXB6LngUfSu5pGAF8
4PFlSLFqMBsGA1UdEQQUMBKGEHNwaWZmZTovL2RlZmF1bHQwCgYIKoZIzj0EAwID
RwAwRAIgJUupCxL3Q+Ga9wvw6tYhxLB5JsYipxY+Rrt31v2tyTUCIA2B7YcDsfJD
y0T2xKOPOapk+gjyV7/RHl/bF2xA8V7B
-----END CERTIFICATE-----
', '2026-11-29T04:10:15.000Z', 'v1.fe2478f5.h2859SyqC9BkpywkdOxd4_llrpCGYveCrztKPAFY6DXrZDxYRwErzjDRnGCYYSLXeCHsug1UucHR3tqGTSIC3Dr2jIWdBzqaATF11m2WkQY4MTuptvCur4AfNNi0_z_W2Yfv1IViefBxXCOAqBl6QA13Q0ZxLw2TOCwhUNhii0TggHUiX4txBCfmzd0X1cg6BRfqe3yf6cdmj-ikVgGFf80TS5JcTA', NULL, NULL);

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('s3j6ztxiboin', 'east', 'OxBbpodCeAUsxIYSqr8-fnzOzP4Wr7hSrdwsj6OxUWg', 1, 7, 1795320615289, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"BKSOnAjDO4bI8-raqTwizKshcqKCMjAIt9kdW0fe41g"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('s3j6ztxiboin', 'east', 'HPyC6Hn0uJTLqpHSqIMV0JPRDFxY6yVDmKzWhAxopdc', 1, 8, 1795320615377, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"BKSOnAjDO4bI8-raqTwizKshcqKCMjAIt9kdW0fe41g"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('s3j6ztxiboin', 'east', 'ZphwmaMVNESHpbiCCWQmP5ZqKWpZzLXKFYFgTWNjb-c', 1, 10, 1795320615489, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00","proxies/default/9":"GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"BKSOnAjDO4bI8-raqTwizKshcqKCMjAIt9kdW0fe41g"},"zone":"east"}');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('s3j6ztxiboin', 'east/dwry5fvo/1066d21b-e244-4caa-b662-6afd213dbf81', 1795321215389, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('s3j6ztxiboin', 'east/dwry5fvo/f6d4ae02-fd61-422d-a827-2c4a12af89b0', 1795321215329, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id", "ready") VALUES ('s3j6ztxiboin', 'default', 'shop-1', 'life-shop-1', 'east', 'dwry5fvo', 'stream', 1, '2026-11-22T04:10:15.332Z', '73c646fa-0158-459d-965a-981275cec591', 1);

INSERT INTO "relay_contact" ("tenant_id", "zone", "relay", "connected_at", "seen_at", "left_at") VALUES ('s3j6ztxiboin', 'east', 'dwry5fvo', '2026-11-22T04:10:15.408Z', '2026-11-22T04:10:15.408Z', NULL);

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:14.304Z', '2026-11-22T04:10:14.304Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:14.304Z', '2026-11-22T04:10:14.304Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:14.304Z', '2026-11-22T04:10:14.304Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:14.304Z', '2026-11-22T04:10:14.304Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:14.304Z', '2026-11-22T04:10:14.304Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:14.304Z', '2026-11-22T04:10:14.304Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:10:14.304Z', '2026-11-22T04:10:14.304Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-2', 1, 2, '2026-11-22T04:10:14.413Z', '2026-11-22T04:10:14.413Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-3', 2, 3, '2026-11-22T04:10:15.049Z', '2026-11-22T04:10:15.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.fe2478f5.2_-DZN6GULvmAATvtascvYQ2xpy5F0kBqSdiO7pnb7_xIxHdKDAbtc0G2xOYYzp6OHFqmraXfaEtWuwjh4-oYQheSfrlMpyf8Kg50dKd7t0aSc7LH1pcwSQdQ15z055tfaSDLHGgdKqqeuinph-6ow2Qy4se_xZrOqGooLteKwVyfrBBIjmkWcAMgHQhBfp9ZznvI8PZLpVssMaUiiNaZeCI_7H5oRLODBkKk7XDJr536bXwj41uQQJiTFh571E7v31JEV5HitGl2UHpKHt3HU1wjarkWSXAStNvtB8LG4RdBs7fpLNLE7Se2JLJpMjyvd8eFvW0ibfUU3Y67d6hevCJqM3mrk8-IUETGYHyvckj6oLLUwhFvvY4t7ccTvVhfY8xTd58xZ7zC7ZoYxqkkm63YZ9QeyRv8EDh8F6K_R2Y6XLme82dxA-IU2owfq_6Rw5X6kljjDoEF2yLcyS0yLFzdGAxjQNQr49ho4pLPEUk02yb9aXve5evX8AHnzvJHwxVn-LHy6VnXOp04WebWJqXQOm1uRssh7eeKLAezUm4rg65FE9RQeZwpBhhdqAQmSuJFWDJDXjrTX0T-4nxSCGjt_pb5OhronEZCQJhgPbrZuCTZrRYz5F5lc5hxmHt0jGakHy9PwFx6cimZWkyzn_1XlzQaYnwt4RYcjbdC6f8o39jBzwD5u7_PEWKzw-23EOeH7eFmFi0JT4DWprKwLiP79fvRQSa5ylJkXFWI5G1CXCwCUDUQSutF_DGsKGjT6WfGAW2Aolq7Aps2ej0QT5WX-nMtndu6SK0NoCdgCEtiUdZD3b_h65kEr8VadUTVlGeC0DTQ_zgxnSzbxOD548h94FpMR-1Zl3Z31MS_T2OPh3pLgjpnC_g5JM2PCbj7S0rxS2kj17qp3dZQtJSirIiA-xRezbPqsIl6T0_F0qC-gX3dJS4dxDQJMPRVml5rwA1AOxN4C5aaiskeFsbzLUt4BiSgNcvYuIf0OqjkpnjZHIaR7F-3Z9XwB2eP4P1U2JajzEM5sD8eJ5O2fUsR8tL_CD8soC965HC5sexLnYvwZcseQ0A0MIdNSPv4PcSMc7ycUQrLezH5rvrrT8XvG-lu4n-7-SAC6LJy-LRkw8LhfMyE_ZuoHcO-knWkSyHK78oIML9kN20d4gYpNL4A1iCZfWqeXHSkOggPzJKRUwPMN2MZWyqx24gMmtS_b-Rn7lNWYIUrU-rG6RyyNIfzgjtUMQQnnB-XlJH-F_CHBC9DdyKF5MbH67PA5CeUFbD9k4hwi_hRJGVpxA9uxSlwK_FvdiydmLQr6MhgbQvXTMrTdM5KUSrpU6UIKDCTatvsSKICKtJr5gWqkOBFQROT3jL_70o9CiyJ7dxUe4o66cUcmHHYC-OTNo4AUJ2KVDBJgnqjMqZ3V84vXhYUbavrDv52IkJHTMVGvUp9Vjyyy0_6nYU6EInARj-mmPCufYXisrym425eo1wnQzii8GO3ymQVWT_LVb6dflyswjA3K7a041X6R4EPRjoHqQjODXBCi1RZjXmPFxn1YXdUqZCUjnHqMvSWcHe-IJbPSeHeuCkanguokysQAMDnlwDh093mxhe43UqFEwuHjl2V4viW8l4gpP9rBXsDFEQdwHfTdHkBTVI-U0n3HDsi5xsbxiUUTYEWTnjZPf0Iaoh7_CrcVhlHOtaK-NaHgNNPDOL_FN9qt-GiBRee1FHGsj_Sqy6YVhj98IIlLjR8Ms3OxKf1gtupI08UMZbCWiNsT5WZefxWX9b4XjN8O4xx-L7krj2uC_DlYyiGaF0jdCgaSYjTG9xBH6O83kZRxuhUTGTlh_CCRr5aLxVq4rfsiKBbCzq4GOOQ7xylMGFNXiBajvIxN1CH-VHACmvpWG9HAYzCk8vHbzc6I8H1yczFsUkxgMFqvC73k-4lozEZCZfZdKgL0mg8sWRH5seThiKoX0jw3PZ9HScP-ZnXFcPtOvFLG0padTv6Wi5SHXPezK43uQwpcZjc4HdCuxVafz3Ix_MUXoHRe9YuIKBHpRFLpvyvIm7NoyhlncgNh77QuptD-lm33RJMMY2_hS2qaXzdKf0EvF98NHDMsJ6likbAvAU-FhO74GW8sgXKaMkhC_0pOuyIqv1I18gniAvDAxvyEhz-OR1nbp2CDEM8tRCM11CyJSZvSUgjHG4mLLqrD8pXrBmlCDAzFi6quWfgFfB2ofPdE6_68q9bZbSx0XxqLP3BRsdboR_Y53vxqXwHKv2K4aOYbUbgarSnP0Ui40jx2IxPUZ_lpCt2cev_svV7lRD_PwZjcx505FYWQTxp-Zu4K6HGr92-CSTGuVxj7Uhl1t7TeYu6-0c-swnB6zcC3adJIdEhxrXt4eaWEYg8HAV3ksVw3XvNjELv3ReRPo2CPete5ZOxk2qiGTnyly5FB7TJQH53pWZkd4xsKlt6HUGFmqITMCgsWknuMVS8zwe4KEGDHXO1B5hA7qKOWk7EvF3dr0KT_YsUvL2coqswuBmRxi5sMDHlNdGsOKDSCQMztvOUiQ9Wqun_FHr1V1evh7hqA7tpzwlX0n3SEgrH_BxCHfHsnVscd8dS3vjWRzDUe4aMGlnRq7a9PNnRwebeX5pX6B94NJ1kK2Diugwwn6LJiUNYJPG9MPnrYtVhqXySrkePtk5rb-EThLS2spcsPXJfUQcOqyOrxFiTP7jhSI3SPV2p7NsmnMfS6pLRSNwoOWHHa_eMyakE35DdFtg47B75jLZNKu7pfxgBAqdDtEUAc527czhqqlhsAzPGXRmxtF5UjvrmTkskIrnH0ESuQRf28JLTZov5HGo1XhGV00qxSFMulvif7jF2cje4egbMUoTjPijFicmPVnB5ffb58S1QSvC7rJ9bog7Uy-tYynOmROEvmRmuPBJ5Qy_-G7eDqRM1sXoWmrjUE3mewh_wB6pwpGPzwqr7IrA1F388Ob4vmV4_ObclYHnWtA4FcfhIE3tDf0NviNUS7fBmm7JnengWsRllJPR3YvAqEhmost5Bg0j_MuMPP5vFUzIq2Gdn_CU4XxhCG_sS9K0vab4k5w"}', NULL, '1-3', 2, 3, '2026-11-22T04:10:15.049Z', '2026-11-22T04:10:15.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:10:15.049Z', '2026-11-22T04:10:15.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:10:15.049Z', '2026-11-22T04:10:15.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:10:15.049Z', '2026-11-22T04:10:15.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:10:15.049Z', '2026-11-22T04:10:15.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.fe2478f5.N9dukCsVw9KEcrQaz2UkVTBcUFQJtEKPTBKFgmEC1OkfwBvmubZitAokrkEmaR5Np5yhJJOw1xssbaUUMhK181JlhIxwkBuwOaoaR6SgbQivHqwjvudlptghi70Cw0vri5vRDnBjQFBpYS_sC6ycI-LV4snTGYzRKd0l6luGjsBR0JKqzvO5XGKD0lvU1YzLaPrRH456RURHs4wk6TqKirOat35qvE_fMFFaN-D_kpDpxhc4szqw8TJJEp43gS90MFs-6mBWUkXtAqdPB-_ohRMrmOxf8vfxySuhMXEEVsRGaiAIcoLKN7l8E24beydIdZnAMqxOSZ1G3WcKayPxYsmmNNouwuiGGvYQv8Qic7S0EMZ2kbF5bj3rIRqkT7vC-bKfdcMeWkG4zcIGcOaPOSqUJjXBvgGQNgz99mYJKERMl3EGfyOhM_wHWzYSMGg5YQnmdd0gal0qONT2ph74y9dkQqTY6RD0nc2ywNkTtjoRiK1NiD4QbVMIAmE3GJTdW8tH6UbjrYmrnSM7QJfUnCiw6qnvLCfVIIFN1S_IZdURwdym11ciFKVQZDmygu04Z-9S4R7HqmPgbxKWYy0rVxwdPbVrJINKn_mBXDpAnHpfKjJ8pKcf321Vreop4pjxVKXgxtDjYM26jkU4QrKwo2JBm3X0Lfd4850bWJ0wWS6vOaY8lwgH6hMY0UHwc7JRNjBe87VsISmuN3Rn0GkGqt9z9ddiKIXvLvJ-wSnKNV-9K8d1qb_FrVhLysd7w0M_xBMgceQcwG-qUTGNRJN_08616A0m3fe7Zt5PmuvE0o4yO8z6nYLkMqwM8bW7xjgBu_L3QijbVxWcbldW_p6sHl5ecY8Kqyc3483Qa9kjafUAddKlnkxYqS8hvrqcB_pLSwkYu5LvYYNYTkDoQ6V11hSKtkHRWC7nxiz9gjtBSCMsWz6zUR2U7izwe7uPIC2FX70pn3tZ8NIavr1IzHvOfZws1HCvrM-JZkHWiNFSyQDw1KFlxkPgksX2JB-GxaDWHXCTzLlvWI_tr8FXeA2g0PYMltRMZpRvAk6HblXcZuCUFF64ciplJZZUv-ngzBcBTZYQul5CXJ5lML9XaUtpk4ssJzM5zP4X3P-FbG4ytZw-Y83TkX8vP2VRuym2z7NIWURE5eO3POMek12fNKungzDz-s0iHZCE9W7gCOh177u119evIypuHl2u4WKSESMEni4NQw"}', NULL, '1-3', 2, 3, '2026-11-22T04:10:15.049Z', '2026-11-22T04:10:15.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.fe2478f5.PRpb4KFrocKqk6VN2KyPcgixiXXDT_aVgzlkvjEdEDpgE6ipvwIu9uojuK31Tn5WbnF23hNUL_1pATwGA_tQ38DAvY7IXy2aBfQ8jY_RvUW7bydDEISJ7s83R87lYc8A61QZxUX6_6m3bhNZQ0H-X-tQRWpwKnvDG5iDYBJl0uSQGbx_bq12byu6NRrlpKMFnSd-5qcLOuuy4bZ4GnoQZ9I_0H2L48KIU-HrYgUUGp_fQXmCbzSbc59UEUhwaz5GjjYUNMxBFlrb8LkTCX2N_s8uRsPOa_NuwiEbNNb9_CgnyeZmm58TH4bXJ1zBSuxZfuT8iCH754pKHuSgdcLSQevLZrhGSS_A43Fkb5q8UucxufsaMy6QVu6I12ubAn37GemdQHnHSjL-i28lH2MTx-2YmecqO-Sqs9iuHNc3RAanZK4gtcRocCQedQDK9urpi0jp1NSIkssL-qX-oz72hA"}', NULL, '1-3', 2, 3, '2026-11-22T04:10:15.049Z', '2026-11-22T04:10:15.049Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'Secret', 'default', 'own', '{}', '{"data":"v1.fe2478f5.g0i0EMzvWmAyoX-9c96KMlyQZLauJWjJHv_ph9tbInCtpayVfWAZRQ"}', NULL, '1-4', 3, 4, '2026-11-22T04:10:15.105Z', '2026-11-22T04:10:15.105Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T04:10:15.105Z', '2026-11-22T04:10:15.105Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T04:10:15.105Z', '2026-11-22T04:10:15.105Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-5', 4, 4, '2026-11-22T04:10:15.105Z', '2026-11-22T04:10:15.122Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-4', 3, 4, '2026-11-22T04:10:15.105Z', '2026-11-22T04:10:15.105Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-8', 5, 8, '2026-11-22T04:10:15.366Z', '2026-11-22T04:10:15.366Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('s3j6ztxiboin', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-9', 6, 9, '2026-11-22T04:10:15.413Z', '2026-11-22T04:10:15.413Z');

INSERT INTO "reveal" ("tenant_id", "time", "actor", "type", "mesh", "name") VALUES ('s3j6ztxiboin', '2026-11-22T04:10:15.196Z', 'token:vqt6wrhxjuzzue2g', 'Secret', 'default', 'dataplane-token-signing-key-default-1');

INSERT INTO "reveal" ("tenant_id", "time", "actor", "type", "mesh", "name") VALUES ('s3j6ztxiboin', '2026-11-22T04:10:15.209Z', 'token:vqt6wrhxjuzzue2g', 'Secret', 'default', 'default.ca-builtin-key-ca-1');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('s3j6ztxiboin', 1, 1, 2, 'ryjum6zdymrlkh24wup4xcdmbi3zeppe', 'token:2jdx7hidkkvl5p7j', '', '2026-11-22T04:10:14.413Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('s3j6ztxiboin', 2, 1, 3, 'gv66r4qym57wopyefqhwbqrc4qelyps6', 'token:2jdx7hidkkvl5p7j', '', '2026-11-22T04:10:15.049Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('s3j6ztxiboin', 3, 1, 4, '7zc4qalsv5ox4de4v6btlk5knnulp3zs', 'token:2jdx7hidkkvl5p7j', '', '2026-11-22T04:10:15.105Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('s3j6ztxiboin', 4, 1, 5, 'ehhjgcaxi65erwanogw6ckfapsqmj36q', 'token:2jdx7hidkkvl5p7j', '', '2026-11-22T04:10:15.122Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('s3j6ztxiboin', 5, 1, 6, 'hdxyepqcshdebjhdf35mege2tazzvqdx', 'token:2jdx7hidkkvl5p7j', '', '2026-11-22T04:10:15.130Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('s3j6ztxiboin', 6, 1, 9, 'hddw7vfbtng5ex5uujwuemmdwak5ig5x', 'token:2jdx7hidkkvl5p7j', '', '2026-11-22T04:10:15.413Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T04:10:14.413Z","modificationTime":"2026-11-22T04:10:14.413Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T04:10:15.049Z","modificationTime":"2026-11-22T04:10:15.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.fe2478f5.2_-DZN6GULvmAATvtascvYQ2xpy5F0kBqSdiO7pnb7_xIxHdKDAbtc0G2xOYYzp6OHFqmraXfaEtWuwjh4-oYQheSfrlMpyf8Kg50dKd7t0aSc7LH1pcwSQdQ15z055tfaSDLHGgdKqqeuinph-6ow2Qy4se_xZrOqGooLteKwVyfrBBIjmkWcAMgHQhBfp9ZznvI8PZLpVssMaUiiNaZeCI_7H5oRLODBkKk7XDJr536bXwj41uQQJiTFh571E7v31JEV5HitGl2UHpKHt3HU1wjarkWSXAStNvtB8LG4RdBs7fpLNLE7Se2JLJpMjyvd8eFvW0ibfUU3Y67d6hevCJqM3mrk8-IUETGYHyvckj6oLLUwhFvvY4t7ccTvVhfY8xTd58xZ7zC7ZoYxqkkm63YZ9QeyRv8EDh8F6K_R2Y6XLme82dxA-IU2owfq_6Rw5X6kljjDoEF2yLcyS0yLFzdGAxjQNQr49ho4pLPEUk02yb9aXve5evX8AHnzvJHwxVn-LHy6VnXOp04WebWJqXQOm1uRssh7eeKLAezUm4rg65FE9RQeZwpBhhdqAQmSuJFWDJDXjrTX0T-4nxSCGjt_pb5OhronEZCQJhgPbrZuCTZrRYz5F5lc5hxmHt0jGakHy9PwFx6cimZWkyzn_1XlzQaYnwt4RYcjbdC6f8o39jBzwD5u7_PEWKzw-23EOeH7eFmFi0JT4DWprKwLiP79fvRQSa5ylJkXFWI5G1CXCwCUDUQSutF_DGsKGjT6WfGAW2Aolq7Aps2ej0QT5WX-nMtndu6SK0NoCdgCEtiUdZD3b_h65kEr8VadUTVlGeC0DTQ_zgxnSzbxOD548h94FpMR-1Zl3Z31MS_T2OPh3pLgjpnC_g5JM2PCbj7S0rxS2kj17qp3dZQtJSirIiA-xRezbPqsIl6T0_F0qC-gX3dJS4dxDQJMPRVml5rwA1AOxN4C5aaiskeFsbzLUt4BiSgNcvYuIf0OqjkpnjZHIaR7F-3Z9XwB2eP4P1U2JajzEM5sD8eJ5O2fUsR8tL_CD8soC965HC5sexLnYvwZcseQ0A0MIdNSPv4PcSMc7ycUQrLezH5rvrrT8XvG-lu4n-7-SAC6LJy-LRkw8LhfMyE_ZuoHcO-knWkSyHK78oIML9kN20d4gYpNL4A1iCZfWqeXHSkOggPzJKRUwPMN2MZWyqx24gMmtS_b-Rn7lNWYIUrU-rG6RyyNIfzgjtUMQQnnB-XlJH-F_CHBC9DdyKF5MbH67PA5CeUFbD9k4hwi_hRJGVpxA9uxSlwK_FvdiydmLQr6MhgbQvXTMrTdM5KUSrpU6UIKDCTatvsSKICKtJr5gWqkOBFQROT3jL_70o9CiyJ7dxUe4o66cUcmHHYC-OTNo4AUJ2KVDBJgnqjMqZ3V84vXhYUbavrDv52IkJHTMVGvUp9Vjyyy0_6nYU6EInARj-mmPCufYXisrym425eo1wnQzii8GO3ymQVWT_LVb6dflyswjA3K7a041X6R4EPRjoHqQjODXBCi1RZjXmPFxn1YXdUqZCUjnHqMvSWcHe-IJbPSeHeuCkanguokysQAMDnlwDh093mxhe43UqFEwuHjl2V4viW8l4gpP9rBXsDFEQdwHfTdHkBTVI-U0n3HDsi5xsbxiUUTYEWTnjZPf0Iaoh7_CrcVhlHOtaK-NaHgNNPDOL_FN9qt-GiBRee1FHGsj_Sqy6YVhj98IIlLjR8Ms3OxKf1gtupI08UMZbCWiNsT5WZefxWX9b4XjN8O4xx-L7krj2uC_DlYyiGaF0jdCgaSYjTG9xBH6O83kZRxuhUTGTlh_CCRr5aLxVq4rfsiKBbCzq4GOOQ7xylMGFNXiBajvIxN1CH-VHACmvpWG9HAYzCk8vHbzc6I8H1yczFsUkxgMFqvC73k-4lozEZCZfZdKgL0mg8sWRH5seThiKoX0jw3PZ9HScP-ZnXFcPtOvFLG0padTv6Wi5SHXPezK43uQwpcZjc4HdCuxVafz3Ix_MUXoHRe9YuIKBHpRFLpvyvIm7NoyhlncgNh77QuptD-lm33RJMMY2_hS2qaXzdKf0EvF98NHDMsJ6likbAvAU-FhO74GW8sgXKaMkhC_0pOuyIqv1I18gniAvDAxvyEhz-OR1nbp2CDEM8tRCM11CyJSZvSUgjHG4mLLqrD8pXrBmlCDAzFi6quWfgFfB2ofPdE6_68q9bZbSx0XxqLP3BRsdboR_Y53vxqXwHKv2K4aOYbUbgarSnP0Ui40jx2IxPUZ_lpCt2cev_svV7lRD_PwZjcx505FYWQTxp-Zu4K6HGr92-CSTGuVxj7Uhl1t7TeYu6-0c-swnB6zcC3adJIdEhxrXt4eaWEYg8HAV3ksVw3XvNjELv3ReRPo2CPete5ZOxk2qiGTnyly5FB7TJQH53pWZkd4xsKlt6HUGFmqITMCgsWknuMVS8zwe4KEGDHXO1B5hA7qKOWk7EvF3dr0KT_YsUvL2coqswuBmRxi5sMDHlNdGsOKDSCQMztvOUiQ9Wqun_FHr1V1evh7hqA7tpzwlX0n3SEgrH_BxCHfHsnVscd8dS3vjWRzDUe4aMGlnRq7a9PNnRwebeX5pX6B94NJ1kK2Diugwwn6LJiUNYJPG9MPnrYtVhqXySrkePtk5rb-EThLS2spcsPXJfUQcOqyOrxFiTP7jhSI3SPV2p7NsmnMfS6pLRSNwoOWHHa_eMyakE35DdFtg47B75jLZNKu7pfxgBAqdDtEUAc527czhqqlhsAzPGXRmxtF5UjvrmTkskIrnH0ESuQRf28JLTZov5HGo1XhGV00qxSFMulvif7jF2cje4egbMUoTjPijFicmPVnB5ffb58S1QSvC7rJ9bog7Uy-tYynOmROEvmRmuPBJ5Qy_-G7eDqRM1sXoWmrjUE3mewh_wB6pwpGPzwqr7IrA1F388Ob4vmV4_ObclYHnWtA4FcfhIE3tDf0NviNUS7fBmm7JnengWsRllJPR3YvAqEhmost5Bg0j_MuMPP5vFUzIq2Gdn_CU4XxhCG_sS9K0vab4k5w"},"creationTime":"2026-11-22T04:10:15.049Z","modificationTime":"2026-11-22T04:10:15.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T04:10:15.049Z","modificationTime":"2026-11-22T04:10:15.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T04:10:15.049Z","modificationTime":"2026-11-22T04:10:15.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T04:10:15.049Z","modificationTime":"2026-11-22T04:10:15.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T04:10:15.049Z","modificationTime":"2026-11-22T04:10:15.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.fe2478f5.N9dukCsVw9KEcrQaz2UkVTBcUFQJtEKPTBKFgmEC1OkfwBvmubZitAokrkEmaR5Np5yhJJOw1xssbaUUMhK181JlhIxwkBuwOaoaR6SgbQivHqwjvudlptghi70Cw0vri5vRDnBjQFBpYS_sC6ycI-LV4snTGYzRKd0l6luGjsBR0JKqzvO5XGKD0lvU1YzLaPrRH456RURHs4wk6TqKirOat35qvE_fMFFaN-D_kpDpxhc4szqw8TJJEp43gS90MFs-6mBWUkXtAqdPB-_ohRMrmOxf8vfxySuhMXEEVsRGaiAIcoLKN7l8E24beydIdZnAMqxOSZ1G3WcKayPxYsmmNNouwuiGGvYQv8Qic7S0EMZ2kbF5bj3rIRqkT7vC-bKfdcMeWkG4zcIGcOaPOSqUJjXBvgGQNgz99mYJKERMl3EGfyOhM_wHWzYSMGg5YQnmdd0gal0qONT2ph74y9dkQqTY6RD0nc2ywNkTtjoRiK1NiD4QbVMIAmE3GJTdW8tH6UbjrYmrnSM7QJfUnCiw6qnvLCfVIIFN1S_IZdURwdym11ciFKVQZDmygu04Z-9S4R7HqmPgbxKWYy0rVxwdPbVrJINKn_mBXDpAnHpfKjJ8pKcf321Vreop4pjxVKXgxtDjYM26jkU4QrKwo2JBm3X0Lfd4850bWJ0wWS6vOaY8lwgH6hMY0UHwc7JRNjBe87VsISmuN3Rn0GkGqt9z9ddiKIXvLvJ-wSnKNV-9K8d1qb_FrVhLysd7w0M_xBMgceQcwG-qUTGNRJN_08616A0m3fe7Zt5PmuvE0o4yO8z6nYLkMqwM8bW7xjgBu_L3QijbVxWcbldW_p6sHl5ecY8Kqyc3483Qa9kjafUAddKlnkxYqS8hvrqcB_pLSwkYu5LvYYNYTkDoQ6V11hSKtkHRWC7nxiz9gjtBSCMsWz6zUR2U7izwe7uPIC2FX70pn3tZ8NIavr1IzHvOfZws1HCvrM-JZkHWiNFSyQDw1KFlxkPgksX2JB-GxaDWHXCTzLlvWI_tr8FXeA2g0PYMltRMZpRvAk6HblXcZuCUFF64ciplJZZUv-ngzBcBTZYQul5CXJ5lML9XaUtpk4ssJzM5zP4X3P-FbG4ytZw-Y83TkX8vP2VRuym2z7NIWURE5eO3POMek12fNKungzDz-s0iHZCE9W7gCOh177u119evIypuHl2u4WKSESMEni4NQw"},"creationTime":"2026-11-22T04:10:15.049Z","modificationTime":"2026-11-22T04:10:15.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.fe2478f5.PRpb4KFrocKqk6VN2KyPcgixiXXDT_aVgzlkvjEdEDpgE6ipvwIu9uojuK31Tn5WbnF23hNUL_1pATwGA_tQ38DAvY7IXy2aBfQ8jY_RvUW7bydDEISJ7s83R87lYc8A61QZxUX6_6m3bhNZQ0H-X-tQRWpwKnvDG5iDYBJl0uSQGbx_bq12byu6NRrlpKMFnSd-5qcLOuuy4bZ4GnoQZ9I_0H2L48KIU-HrYgUUGp_fQXmCbzSbc59UEUhwaz5GjjYUNMxBFlrb8LkTCX2N_s8uRsPOa_NuwiEbNNb9_CgnyeZmm58TH4bXJ1zBSuxZfuT8iCH754pKHuSgdcLSQevLZrhGSS_A43Fkb5q8UucxufsaMy6QVu6I12ubAn37GemdQHnHSjL-i28lH2MTx-2YmecqO-Sqs9iuHNc3RAanZK4gtcRocCQedQDK9urpi0jp1NSIkssL-qX-oz72hA"},"creationTime":"2026-11-22T04:10:15.049Z","modificationTime":"2026-11-22T04:10:15.049Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.fe2478f5.g0i0EMzvWmAyoX-9c96KMlyQZLauJWjJHv_ph9tbInCtpayVfWAZRQ"},"creationTime":"2026-11-22T04:10:15.105Z","modificationTime":"2026-11-22T04:10:15.105Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T04:10:15.105Z","modificationTime":"2026-11-22T04:10:15.105Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T04:10:15.105Z","modificationTime":"2026-11-22T04:10:15.105Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T04:10:15.105Z","modificationTime":"2026-11-22T04:10:15.105Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T04:10:15.105Z","modificationTime":"2026-11-22T04:10:15.105Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T04:10:15.105Z","modificationTime":"2026-11-22T04:10:15.105Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T04:10:15.105Z","modificationTime":"2026-11-22T04:10:15.105Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T04:10:15.105Z","modificationTime":"2026-11-22T04:10:15.122Z"}', 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T04:10:15.105Z","modificationTime":"2026-11-22T04:10:15.105Z"}', NULL, 0);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after", "stream") VALUES ('s3j6ztxiboin', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T04:10:15.413Z","modificationTime":"2026-11-22T04:10:15.413Z"}', 0);

INSERT INTO "revision_delivery" ("tenant_id", "epoch", "revision", "zone", "relay", "sequence", "answered_at", "acked", "nacked", "pending", "absent", "untouched", "pushed", "taken", "laggards", "at") VALUES ('s3j6ztxiboin', 1, 6, 'east', 'dwry5fvo', 9, NULL, 1, 1, 0, 0, 0, '{"count":1,"max":5,"buckets":[]}', '{"count":1,"max":5,"buckets":[]}', '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no","state":"nacked"}]', '2026-11-22T04:10:15.462Z');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('s3j6ztxiboin', 'envelope', '', 'zWRsMEH7xriVnzteKVYg6pOfh3n9PbLUp_Lm3KnZw7A', '{"kty":"EC","crv":"P-256","x":"llOSsj5--unwK3PVENWbF6BOkR6QVsLYOY_phpjBrn4","y":"2gVoAwLKg-UZLjhD5XIrIgnSnNy5Z8qy_Peax1ZD5Xk","alg":"ES256","kid":"zWRsMEH7xriVnzteKVYg6pOfh3n9PbLUp_Lm3KnZw7A"}', 'v1.fe2478f5.6_cAE846ndLpxx8hEr3ztkc4H0VEeAVabtRSyXt5O1bmbvVCIjl5-JWcGz5GZqie5xlVeQ4086PWaXaOolDJGnLJNoLArgIVebrKBrGznd-v0BxpXCkXotHmGG9qqjHEOG3xC1EJfbDKfn2kJhSQ3IzkKEwiYBLTcqm_uEj6PULRaycjTPbN19sPUizh3Jv-od-GcFQY9iQB1vmvmJ-YwmIqf8mfbg', '2026-11-22T04:10:14.298Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('s3j6ztxiboin', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('s3j6ztxiboin', 7, 1, 5, 'enrolled/east/dwry5fvo');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('s3j6ztxiboin', 8, 1, 5, 'xukj7d3cu4ipvsesdip5fvoy');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('s3j6ztxiboin', 10, 1, 6, 'enrolled/east/jh6fvhjj');

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('s3j6ztxiboin', 'default', '0', 'zone/east', 1795320615048, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('s3j6ztxiboin', 'default', '240.0.0.0', 'service/backend', 1795320615104, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('s3j6ztxiboin', 'default', '240.0.0.1', 'service/web', 1795320615104, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('s3j6ztxiboin', 'default', '240.0.0.2', 'service/shop', 1795320615366, NULL);

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "envelope", "last_event", "enrolled_at", "address", "ca") VALUES ('s3j6ztxiboin', 'east', 'dwry5fvo', '{"kty":"EC","crv":"P-256","x":"a-9lo4ibNEFKDK_CqGLyzEbfQbbsl0uxxZ2w0ZhX-_c","y":"PcptqFh0iMrcffHXjU1PudIqzgUQ38yAwwBCxZXVl-I"}', '{"kty":"EC","crv":"P-256","x":"zz7C5nGSw6pqsJWmk9mXfO7AajNKLVSYTKCg_N-sSy0","y":"86pgH2QlPZcnEq_214jJ0_2y6HjiGw9r-WuLNr1AZ1U"}', 0, 1, 10, 'ZphwmaMVNESHpbiCCWQmP5ZqKWpZzLXKFYFgTWNjb-c', 'eyJhbGciOiJFUzI1NiIsImtpZCI6InpXUnNNRUg3eHJpVm56dGVLVllnNnBPZmgzbjlQYkxVcF9MbTNLblp3N0EiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImtyZHlic2YzaGNoZG1xamMiLCJ0ZW5hbnQiOiJzM2o2enR4aWJvaW4iLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiWnBod21hTVZORVNIcGJpQ0NXUW1QNVpxS1dwWnpMWEtGWUZnVFdOamItYyIsInByZXZpb3VzIjoiWnBod21hTVZORVNIcGJpQ0NXUW1QNVpxS1dwWnpMWEtGWUZnVFdOamItYyIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiZHdyeTVmdm8iLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiYS05bG80aWJORUZLREtfQ3FHTHl6RWJmUWJic2wwdXh4WjJ3MFpoWC1fYyIsInkiOiJQY3B0cUZoMGlNcmNmZkhYalUxUHVkSXF6Z1VRMzh5QXd3QkN4WlhWbC1JIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6ImpoNmZ2aGpqIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6ImEtOWxvNGliTkVGS0RLX0NxR0x5ekViZlFiYnNsMHV4eFoydzBaaFgtX2MiLCJ5IjoiUGNwdHFGaDBpTXJjZmZIWGpVMVB1ZElxemdVUTM4eUF3d0JDeFpYVmwtSSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoiN0xVa2tfekRuZXEwR2JVMXRQOTVGaF9INDdVelE1ZmthUUhBZ19SQmIxekFXZ19HU3JTVnRRY05HQVVPbm5HdzR6Q0xZUG1FT1ctNld4Y2VwTnMwWlRDVzVrWmIwT1BuVTQwZ3FxUUY1RzlYRUd2T1Z3TEZRMENHWTRRZGN2UVJPN051RXpFYjliQ2VmVExQUUJOc3F4QnlvbTdUT3dLUmxuVl90RTJQU2dSVnJkbE9ObzdEQkZ3SEtLS0VUYWxDaVZfd2t5NWxUUlRXOE12emgta3JvRk53emhNcmVqRDlUOWQtLTV2NDZzR3g2NUQzUVR3YmNDakpNUDBjMldJSVV3T04zZDd4ZEdIRVdfWlhuLTRmZ2hTZW45bkx4UVBhbVQxc3dsM3l3aWNaSXhZRDk5bTkxeVpMMUdCYTdDOVR4SnF3X1pSTjl0WGRuRjdzZzVyX0hRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVJaNE9jM3ZaQXNoL0l4ZEFUb1UzOXpBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTBNVEF3TkZvWERUTTJNVEV4T1RBME1UQXhORm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCRlRWVFRTaUltcjY0eDRmODdOb2ZaQmI1MGg5akYwdDA0SmRwcHJ4bDQva3NEMjFza2gwXG5iYkNUWTdxNFc5UWd5cUVzQm1tQkdFZW15a0JCV21XUWR5U2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCUlVFMXdlaTU0RkgwcnVhUmdCZk9EeFpVaXhhakFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUNEXG40VitNbk9hYXYrV2VwZGE5akNScWlvSHk4bGJQaXN6UmdOT3RXcDlIekFJZ0tNUXJIZXVoRUxnbjdFODFHNGRKXG5PZ1RqdmJmVDRJMnhZRUNNUzZRTGYxYz1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.Bm8hswitGNshAFXSxPQNQh42942csAmk-BnwFfTyhtdz7jbav_7FquFq2i50TaBP1BmcQzlF_6lVqIRPOUDkHQ', 1, '2026-11-22T04:10:15.239Z', '', '');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "envelope", "last_event", "enrolled_at", "address", "ca") VALUES ('s3j6ztxiboin', 'east', 'jh6fvhjj', '{"kty":"EC","crv":"P-256","x":"a-9lo4ibNEFKDK_CqGLyzEbfQbbsl0uxxZ2w0ZhX-_c","y":"PcptqFh0iMrcffHXjU1PudIqzgUQ38yAwwBCxZXVl-I"}', '{"kty":"EC","crv":"P-256","x":"zz7C5nGSw6pqsJWmk9mXfO7AajNKLVSYTKCg_N-sSy0","y":"86pgH2QlPZcnEq_214jJ0_2y6HjiGw9r-WuLNr1AZ1U"}', 0, 1, 10, 'ZphwmaMVNESHpbiCCWQmP5ZqKWpZzLXKFYFgTWNjb-c', 'eyJhbGciOiJFUzI1NiIsImtpZCI6InpXUnNNRUg3eHJpVm56dGVLVllnNnBPZmgzbjlQYkxVcF9MbTNLblp3N0EiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImtyZHlic2YzaGNoZG1xamMiLCJ0ZW5hbnQiOiJzM2o2enR4aWJvaW4iLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiWnBod21hTVZORVNIcGJpQ0NXUW1QNVpxS1dwWnpMWEtGWUZnVFdOamItYyIsInByZXZpb3VzIjoiWnBod21hTVZORVNIcGJpQ0NXUW1QNVpxS1dwWnpMWEtGWUZnVFdOamItYyIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiZHdyeTVmdm8iLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiYS05bG80aWJORUZLREtfQ3FHTHl6RWJmUWJic2wwdXh4WjJ3MFpoWC1fYyIsInkiOiJQY3B0cUZoMGlNcmNmZkhYalUxUHVkSXF6Z1VRMzh5QXd3QkN4WlhWbC1JIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6ImpoNmZ2aGpqIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6ImEtOWxvNGliTkVGS0RLX0NxR0x5ekViZlFiYnNsMHV4eFoydzBaaFgtX2MiLCJ5IjoiUGNwdHFGaDBpTXJjZmZIWGpVMVB1ZElxemdVUTM4eUF3d0JDeFpYVmwtSSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoiN0xVa2tfekRuZXEwR2JVMXRQOTVGaF9INDdVelE1ZmthUUhBZ19SQmIxekFXZ19HU3JTVnRRY05HQVVPbm5HdzR6Q0xZUG1FT1ctNld4Y2VwTnMwWlRDVzVrWmIwT1BuVTQwZ3FxUUY1RzlYRUd2T1Z3TEZRMENHWTRRZGN2UVJPN051RXpFYjliQ2VmVExQUUJOc3F4QnlvbTdUT3dLUmxuVl90RTJQU2dSVnJkbE9ObzdEQkZ3SEtLS0VUYWxDaVZfd2t5NWxUUlRXOE12emgta3JvRk53emhNcmVqRDlUOWQtLTV2NDZzR3g2NUQzUVR3YmNDakpNUDBjMldJSVV3T04zZDd4ZEdIRVdfWlhuLTRmZ2hTZW45bkx4UVBhbVQxc3dsM3l3aWNaSXhZRDk5bTkxeVpMMUdCYTdDOVR4SnF3X1pSTjl0WGRuRjdzZzVyX0hRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVJaNE9jM3ZaQXNoL0l4ZEFUb1UzOXpBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTBNVEF3TkZvWERUTTJNVEV4T1RBME1UQXhORm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCRlRWVFRTaUltcjY0eDRmODdOb2ZaQmI1MGg5akYwdDA0SmRwcHJ4bDQva3NEMjFza2gwXG5iYkNUWTdxNFc5UWd5cUVzQm1tQkdFZW15a0JCV21XUWR5U2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCUlVFMXdlaTU0RkgwcnVhUmdCZk9EeFpVaXhhakFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUNEXG40VitNbk9hYXYrV2VwZGE5akNScWlvSHk4bGJQaXN6UmdOT3RXcDlIekFJZ0tNUXJIZXVoRUxnbjdFODFHNGRKXG5PZ1RqdmJmVDRJMnhZRUNNUzZRTGYxYz1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.Bm8hswitGNshAFXSxPQNQh42942csAmk-BnwFfTyhtdz7jbav_7FquFq2i50TaBP1BmcQzlF_6lVqIRPOUDkHQ', 0, '2026-11-22T04:10:15.482Z', '', '');
