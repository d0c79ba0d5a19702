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

CREATE INDEX proof_expiry ON proof (tenant_id, expires_at);

CREATE INDEX registration_zone ON registration (tenant_id, zone);

CREATE INDEX resource_mesh ON resource (tenant_id, mesh, type, name);

CREATE UNIQUE INDEX revision_write ON revision (tenant_id, write_id);

CREATE UNIQUE INDEX step_write ON step (tenant_id, write_id);

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8', '[[["e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'e-wKlunPTWguZTOGfaj3hi6K_3w_64Ms9WgOKShoIKc', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"5s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI', '{"body":{"address":{"socketAddress":{"address":{"$":"address"},"portValue":{"$":"port"}}},"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"normalizePath":true,"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["outbound:",{"$":"service"}]}},"requestHeadersTimeout":"0s","statPrefix":{"$":"service"},"upgradeConfigs":[{"upgradeType":"websocket"}]}}]}],"metadata":{"filterMetadata":{"io.kuma.tags":{"kuma.io/service":{"$":"service"}}}},"name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]},"trafficDirection":"OUTBOUND"},"kind":"listener","name":{"$":["outbound:",{"$":"address"},":",{"$":"port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4', '{"body":{"name":{"$":["outbound:",{"$":"service"}]},"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"service"},"routes":[{"match":{"prefix":"/"},"name":"9Zuf5Tg79OuZcQITwBbQykxAk2u4fRKrwYn3//AL4Yo=","route":{"cluster":{"$":"service"},"idleTimeout":"1800s","retryPolicy":{"numRetries":5,"perTryTimeout":"16s","retryBackOff":{"baseInterval":"0.025s","maxInterval":"0.250s"},"retryOn":"gateway-error,connect-failure,refused-stream"},"timeout":"15s"}}]}]},"kind":"route","name":{"$":["outbound:",{"$":"service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', '-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM', '[[["2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ","lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc","zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g"],[{}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', '2PAX1XgmArs0JqHmvJEusyiMnlJSsgjoP6D7cCEnvUQ', '{"body":{"altStatName":{"$":["localhost_",{"$":"0.servicePort"}]},"circuitBreakers":{"thresholds":[{"trackRemaining":true}]},"connectTimeout":"10s","loadAssignment":{"clusterName":{"$":["localhost:",{"$":"0.servicePort"}]},"endpoints":[{"lbEndpoints":[{"endpoint":{"address":{"socketAddress":{"address":{"$":"0.serviceAddress"},"portValue":{"$":"0.servicePort"}}}}}]}]},"name":{"$":["localhost:",{"$":"0.servicePort"}]},"type":"STATIC","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"7200s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"httpProtocolOptions":{}}}}},"kind":"cluster","name":{"$":["localhost:",{"$":"0.servicePort"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'lW9r2idPGxiP6zOVniBxWmbX9MB4kIoiVSKsDboWazc', '{"body":{"address":{"socketAddress":{"address":{"$":"0.address"},"portValue":{"$":"0.port"}}},"enableReusePort":true,"filterChains":[{"filters":[{"name":"envoy.filters.network.http_connection_manager","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager","commonHttpProtocolOptions":{"idleTimeout":"0s"},"forwardClientCertDetails":"SANITIZE_SET","http2ProtocolOptions":{"allowConnect":true},"httpFilters":[{"name":"envoy.filters.http.rbac","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC","matcher":{"matcherList":{"matchers":[{"onMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"ALLOW","name":"allow"}}},"predicate":{"singlePredicate":{"input":{"name":"envoy.matching.inputs.uri_san","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.matching.common_inputs.ssl.v3.UriSanInput"}},"valueMatch":{"safeRegex":{"googleRe2":{},"regex":"(?:.*,)?spiffe://default/web[^,]*(?:,.*)?"}}}}}]},"onNoMatch":{"action":{"name":"envoy.filters.rbac.action","typedConfig":{"@type":"type.googleapis.com/envoy.config.rbac.v3.Action","action":"DENY","name":"default"}}}}}},{"name":"envoy.filters.http.router","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}],"internalAddressConfig":{"cidrRanges":[{"addressPrefix":"10.0.0.0","prefixLen":8},{"addressPrefix":"192.168.0.0","prefixLen":16},{"addressPrefix":"172.16.0.0","prefixLen":12},{"addressPrefix":"127.0.0.1","prefixLen":32}]},"rds":{"configSource":{"ads":{},"resourceApiVersion":"V3"},"routeConfigName":{"$":["inbound:",{"$":"0.service"}]}},"requestHeadersTimeout":"0s","setCurrentClientCertDetails":{"uri":true},"statPrefix":{"$":["localhost_",{"$":"0.servicePort"}]},"streamIdleTimeout":"3600s","upgradeConfigs":[{"upgradeType":"websocket"}]}}],"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","commonTlsContext":{"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"prefix":"spiffe://default/"},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"requireClientCertificate":true}}}],"metadata":{"filterMetadata":{"io.kuma.tags":{"$":"0.tags"}}},"name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]},"trafficDirection":"INBOUND"},"kind":"listener","name":{"$":["inbound:",{"$":"0.address"},":",{"$":"0.port"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'zMSwYUG_-NRPUn9lXM7iWRMHYUOl5ZtcmSOFYJpnR5g', '{"body":{"name":{"$":["inbound:",{"$":"0.service"}]},"requestHeadersToRemove":["x-kuma-tags"],"validateClusters":false,"virtualHosts":[{"domains":["*"],"name":{"$":"0.service"},"routes":[{"match":{"prefix":"/"},"route":{"cluster":{"$":["localhost:",{"$":"0.servicePort"}]},"idleTimeout":"3600s","timeout":"0s"}}]}]},"kind":"route","name":{"$":["inbound:",{"$":"0.service"}]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'w_JP2UTZ3P65EDyyLbg1UVnoxlQv-NN5Yy6y2Igpf6c', '{"body":{"name":"mesh_ca:secret:default","validationContext":{"trustedCa":{"inlineString":"-----BEGIN CERTIFICATE-----\nMIIBvTCCAWOgAwIBAgIQXIYNqXPeKiuDWb6gsFReQDAKBggqhkjOPQQDAjAwMQ0w\nCwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X\nDTI2MTEyMjA0MDkyOFoXDTM2MTExOTA0MDkzOFowMDENMAsGA1UECgwEV2VmdDEN\nMAsGA1UECwwEY2EtMTEQMA4GA1UEAwwHZGVmYXVsdDBZMBMGByqGSM49AgEGCCqG\nSM49AwEHA0IABNsvLUQGA61i3zxIIWSasqU3enpB5Vcyu1dI7qMuaCd7UE+4ZJND\nXFVyZbT8hU/alWzGTsclWCwqQYgzI3frs8WjXzBdMA8GA1UdEwEB/wQFMAMBAf8w\nDgYDVR0PAQH/BAQDAgEGMB0GA1UdDgQWBBSvje2emNrA8hhPv3n5qBPUl3obRTAb\nBgNVHREEFDAShhBzcGlmZmU6Ly9kZWZhdWx0MAoGCCqGSM49BAMCA0gAMEUCIQCb\nWBox6m9e0Q/EN7nx+wiTfRImrLc2TI3QlSQi4YF5KwIgW7HjYY13lgaYpoEAYfXs\nCAFaoqSPMyEoM/5ZGBHvTw8=\n-----END CERTIFICATE-----\n"}}},"kind":"secret","name":"mesh_ca:secret:default"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0', '{"web-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o', '{"backend-1":{"groups":[["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"backend","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA', '{"cluster":"backend","endpoints":[{"address":"10.0.0.1","dataplane":"backend-1","port":8080,"priority":0,"tags":{"kuma.io/protocol":"http","kuma.io/zone":"east"},"weight":1,"zone":"east"}]}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs', '{"backend":"XwgSZ_isnntNp0F2pwI0DqLPtA2UD9fUrwLdhnN59XA"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'wMZrlBtwqd5xudzzw_q2SrU_opUIGUkbv8qciCpq0pU', '{"mesh_ca:secret:default":"w_JP2UTZ3P65EDyyLbg1UVnoxlQv-NN5Yy6y2Igpf6c"}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4', '{"shop-1":{"groups":[["aeUGihWMzsSOadrcf6TwFe0y_lcO6uNPzAv3frxpNZ8",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik', '[[["uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w","wRU5Df6_ft5UjOipuT0cQi8voKooISFyPP8Ma3BoAtI","Iw8IuksJmBpy-jbhKWZSrzEFbQXvy28zv3u-bdwNKY4"],[{"address":"127.0.0.1","port":10001,"service":"backend"}]]]');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'uzmq9QFRvQRs0ZDzKX_SevOj2tvZIh4kj63G2zyqT2w', '{"body":{"circuitBreakers":{"thresholds":[{"maxConnections":1024,"maxPendingRequests":1024,"maxRequests":1024,"maxRetries":3,"trackRemaining":true}]},"commonLbConfig":{"updateMergeWindow":"0s"},"connectTimeout":"9s","edsClusterConfig":{"edsConfig":{"ads":{},"resourceApiVersion":"V3"}},"ignoreHealthOnHostRemoval":true,"name":{"$":"service"},"transportSocket":{"name":"envoy.transport_sockets.tls","typedConfig":{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","commonTlsContext":{"alpnProtocols":["kuma"],"combinedValidationContext":{"defaultValidationContext":{"matchTypedSubjectAltNames":[{"matcher":{"exact":{"$":["spiffe://default/",{"$":"service"}]}},"sanType":"URI"}]},"validationContextSdsSecretConfig":{"name":"mesh_ca:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}},"tlsCertificateSdsSecretConfigs":[{"name":"identity_cert:secret:default","sdsConfig":{"ads":{},"resourceApiVersion":"V3"}}]},"sni":{"$":[{"$":"service"},"{mesh=default}"]}}},"type":"EDS","typedExtensionProtocolOptions":{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions":{"@type":"type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions","commonHttpProtocolOptions":{"idleTimeout":"3600s","maxConnectionDuration":"0s","maxStreamDuration":"0s"},"explicitHttpConfig":{"http2ProtocolOptions":{"allowConnect":true}}}}},"kind":"cluster","name":{"$":"service"}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00', '{"shop-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"shop","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}]]}}');

INSERT INTO "blob" ("tenant_id", "hash", "body") VALUES ('w7xmchriirwi', 'GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q', '{"web-1":{"groups":[["FqcMEm7G9e28vZy4worqVi7I1SYl1d5S9_67ZZMfJik",{}],["-Xq57q4T83EoS_Tcn9AsqKce0nvz8EvpbYpnXh8bHQM",{"0.address":"10.0.0.1","0.port":8080,"0.service":"web","0.serviceAddress":"10.0.0.1","0.servicePort":8080,"0.tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}]]}}');

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('w7xmchriirwi', 'af8ded9e98dac0f2184fbf79f9a813d4977a1b45', '551d70c4ce5fb10ca0513c5128e57252', 'default', '', 'east', '2026-11-29T04:09:39.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('w7xmchriirwi', 'af8ded9e98dac0f2184fbf79f9a813d4977a1b45', '607dcfd8ab85439b183368bd487e7039', 'default', '', 'east', '2026-11-29T04:09:39.000Z', NULL);

INSERT INTO "certificate" ("tenant_id", "issuer", "serial", "mesh", "name", "zone", "not_after", "token_id") VALUES ('w7xmchriirwi', 'cf52ae4efd2241ae60437805c7a077c9d2eaa34a', '438f4c03f70a78c7276b780b1e41903c', 'default', 'shop-1', 'east', '2026-11-23T04:09:39.000Z', 'af529925-49f8-480c-b94e-6a8f9bac330d');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('w7xmchriirwi', 'd6aqc36pe6gq3ti3', 'api', 'other', 'JFbW8Hp_oHCXU0vv35z8tgnG-XufRtnNcV0ph2afSpQ', '["admin"]', '2026-11-22T04:09:38.853Z', NULL, NULL, NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('w7xmchriirwi', 'f4sqwjzfice27r4d', 'api', 'other', 'zjNhGc8uSOfqWFrSfIl-JZ3vqd3Hj87C4x59NE_Cni0', '["admin"]', '2026-11-22T04:09:38.830Z', NULL, NULL, NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('w7xmchriirwi', 'iaak26ylz55wwgj4', 'api', 'reveal', 'oYJaQFDiGMqVoC7uItLCq4RihfqqNp_qjOX0x_1CRp8', '["admin","secret:reveal"]', '2026-11-22T04:09:38.879Z', NULL, NULL, NULL, NULL);

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('w7xmchriirwi', 'lqmuegbdxzzfx434', 'enrolment', 'relay of east', 'gsGA6tARAKRbAK4hL-ugxh5WRvfq88K5x6MoQNJ3rQA', '[]', '2026-11-22T04:09:39.349Z', '2026-11-22T05:09:39.349Z', NULL, 'east', 'yojjwjte');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('w7xmchriirwi', 'rnz657jobiqcky6g', 'enrolment', 'relay of east', 'pU_3y2s8ZclDWHESHNu_b0YWk_ZPYQm6vNHb06-Pe4Y', '[]', '2026-11-22T04:09:38.939Z', '2026-11-22T05:09:38.939Z', NULL, 'east', '5qqdeghv');

INSERT INTO "credential" ("tenant_id", "id", "kind", "name", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "zone", "used_by") VALUES ('w7xmchriirwi', 'vdzywhjtnwbyuceh', 'api', 'admin', 'zeqTYXde5vqI3JbY9tNZaA5Ijm_8KQk7OkDJiFT_PAY', '["admin"]', '2026-11-22T04:09:37.959Z', NULL, NULL, NULL, NULL);

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (1, '0001_create-tables.sql', '2026-11-22 04:09:37');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (2, '0002_add-relay-address.sql', '2026-11-22 04:09:37');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (3, '0003_keep-issuers.sql', '2026-11-22 04:09:37');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (4, '0004_add-registration-ready.sql', '2026-11-22 04:09:37');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (5, '0005_give-virtual-addresses.sql', '2026-11-22 04:09:37');

INSERT INTO "d1_migrations" ("id", "name", "applied_at") VALUES (6, '0006_keep-contacts.sql', '2026-11-22 04:09:37');

INSERT INTO "delivery" ("tenant_id", "zone", "relay", "epoch", "sequence", "acked", "nacked", "pending", "laggards", "at") VALUES ('w7xmchriirwi', 'east', '5qqdeghv', 1, 9, 1, 1, 0, '[{"proxy":"default/shop-1","reason":"Error adding/updating listener(s) l: no"}]', '2026-11-22T04:09:39.326Z');

INSERT INTO "heads" ("tenant_id", "epoch", "revision", "sequence") VALUES ('w7xmchriirwi', 1, 6, 10);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('w7xmchriirwi', 'default', 'ae351e0ab4d173809637ed501b0391b01a0a157e', 'east', '5qqdeghv', 'af8ded9e98dac0f2184fbf79f9a813d4977a1b45', '-----BEGIN CERTIFICATE-----
MIICRTCCAeqgAwIBAgIQYH3P2KuFQ5sYM2i9SH5wOTAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA0MDkyOVoXDTI2MTEyOTA0MDkzOVowNTENMAsGA1UECgwEV2VmdDES
MBAGA1UECwwJem9uZSBlYXN0MRAwDgYDVQQDDAdkZWZhdWx0MFkwEwYHKoZIzj0C
AQYIKoZIzj0DAQcDQgAEycEN1c4vEBvhTtqfEJP0BAjOJ8kIPDJetYaA8OIHNP0a
S4lWnbQpAtJaz6LbLI6Y+aDyRNmWlVG8P6P9RgQGTKOB4DCB3TASBgNVHRMBAf8E
CDAGAQH/AgEAMA4GA1UdDwEB/wQEAwIBBjAdBgNVHQ4EFgQUrjUeCrTRc4CWN+1Q
GwORsBoKFX4wHwYDVR0jBBgwFoAUr43tnpjawPIYT795+agT1Jd6G0UwGwYDVR0R
BBQwEoYQc3BpZmZlOi8vZGVmYXVsdDBaBgNVHR4BAf8EUDBOoBYwCYYHZGVmYXVs
dDAJhgdrdW1hLmlvoTQwAoIAMAqHCAAAAAAAAAAAMCKHIAAAAAAAAAAAAAAAAAAA
AAAAAAAAAAAAAAAAAAAAAAAAMAoGCCqGSM49BAMCA0kAMEYCIQCWO9akDMTxW+VO
DXL58wu8VpFbpJfS0YOcR5Ri/6PvSwIhAMZBgmliP6TGLiLCQdf8OUmB5eEAR/xH
AjXiPMKhB5Ur
-----END CERTIFICATE-----
', '2026-11-29T04:09:39.000Z', NULL, NULL, NULL);

INSERT INTO "issuer" ("tenant_id", "mesh", "key_id", "zone", "relay", "root", "certificate_pem", "not_after", "sealed_key", "revoked_at", "revoked_by") VALUES ('w7xmchriirwi', 'default', 'cf52ae4efd2241ae60437805c7a077c9d2eaa34a', 'east', '5qqdeghv', 'af8ded9e98dac0f2184fbf79f9a813d4977a1b45', '-----BEGIN CERTIFICATE-----
MIIB9TCCAZugAwIBAgIQVR1wxM5fsQygUTxRKOVyUjAKBggqhkjOPQQDAjAwMQ0w
CwYDVQQKDARXZWZ0MQ0wCwYDVQQLDARjYS0xMRAwDgYDVQQDDAdkZWZhdWx0MB4X
DTI2MTEyMjA0MDkyOVoXDTI2MTEyOTA0MDkzOVowQjENMAsGA1UECgwEV2VmdDEf
MB0GA1UECwwWY29udHJvbCBwbGFuZSBmb3IgZWFzdDEQMA4GA1UEAwwHZGVmYXVs
dDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPrFdfnuHc4ZXLB35sj6CuAY4xW4
TfWVZwcEX/Lk66l9N+UgtsDmltqbo/Ji//XGwowN9j/7uDRtLJfdz86ifuejgYQw
gYEwEgYDVR0TAQH/BAgwBgEB/wIBADAOBgNVHQ8BAf8EBAMCAQYwHQYDVR0OBBYE
FM9Srk79IkGuYEN4Bcegd8nS6qNKMB8GA1UdIwQYMBaAFK+N7Z6Y2sDyGE+/efmo
E9SXehtFMBsGA1UdEQQUMBKGEHNwaWZmZTovL2RlZmF1bHQwCgYIKoZIzj0EAwID
SAAwRQIgL3xfByfnGvyjLxcVxmKVqJUsBmy9ubAuu7vCtB/pvgACIQDfKJc+HnKL
jVFKcDALrp8hRmfyysjYkIgD8RVTzRY2DA==
-----END CERTIFICATE-----
', '2026-11-29T04:09:39.000Z', 'v1.b8b4df21.PYXB1bK98UqKoHJkxGJvck1rEiuPI6ZZmJwm6vppplK2YpKODFOeYHVFYWXtNP9OLvdtGQ7Ce3g5HtLk50mSd-WqMGKpSVOSpihV54ZnD-oX4oZG7HI2dHpS6NbD_B7d_DAm0hEu99q9Ub5gs92RenOXGOZuoZnkR6e2B4Sa9gKA5ehD32s0JhMu5A58GORbf15GY5PZKEQZxrcH8cUFgLixdPUYDw', NULL, NULL);

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('w7xmchriirwi', 'east', '3k0hT-K9MxWI8snu2ElfH28naNTLNG3uCraDGBKgrDU', 1, 7, 1795320579015, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"wMZrlBtwqd5xudzzw_q2SrU_opUIGUkbv8qciCpq0pU"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('w7xmchriirwi', 'east', 'tRZ8glvoGpw77jhr0jhG89vELnJ_h3KcH_b9haS61Dk', 1, 8, 1795320579228, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"zLNFFTpzo_zlYI3N9c3QdWgLA_7ei4x_myP3HjDHpk4","proxies/default/9":"OFhB5PyEoRKse2aR9lOcfzZlGpBsmSu9RJi7pEIJBg0","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"wMZrlBtwqd5xudzzw_q2SrU_opUIGUkbv8qciCpq0pU"},"zone":"east"}');

INSERT INTO "manifest" ("tenant_id", "zone", "version", "epoch", "sequence", "stored_at", "body") VALUES ('w7xmchriirwi', 'east', 'bliLE50Fx_plGRpq3RAO3XuJ9SvEHT6anFd3lOAFtUo', 1, 10, 1795320579373, '{"format":1,"sections":{"endpoints/default/f":"DD7kbqzcFKCZeaeqM2WKn4souvQcxCDTlY79e1EtCAs","proxies/default/7":"mJKVMAjL5Y0JFk71DoFzhvsYZ-JhqNVS9YwBZ8IeB00","proxies/default/9":"GC-X7UVzlcwZSqZxJQ_pDrmhLYAck3j9J1UjlLle--Q","proxies/default/a":"dnLtMi67j8roctSpQD2oELeLgVb_F7OzP-LJrk6U44o","secrets/default":"wMZrlBtwqd5xudzzw_q2SrU_opUIGUkbv8qciCpq0pU"},"zone":"east"}');

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('w7xmchriirwi', 'east/5qqdeghv/34449dea-4ab9-4d05-a61d-647e9b3428c0', 1795321179157, 200);

INSERT INTO "proof" ("tenant_id", "id", "expires_at", "status") VALUES ('w7xmchriirwi', 'east/5qqdeghv/c00bceb3-213f-4595-9279-4afff96bc62d', 1795321179240, 200);

INSERT INTO "registration" ("tenant_id", "mesh", "name", "id", "zone", "relay", "owner", "online", "since", "token_id", "ready") VALUES ('w7xmchriirwi', 'default', 'shop-1', 'life-shop-1', 'east', '5qqdeghv', 'stream', 1, '2026-11-22T04:09:39.163Z', 'af529925-49f8-480c-b94e-6a8f9bac330d', 1);

INSERT INTO "relay_contact" ("tenant_id", "zone", "relay", "connected_at", "seen_at", "left_at") VALUES ('w7xmchriirwi', 'east', '5qqdeghv', '2026-11-22T04:09:39.273Z', '2026-11-22T04:09:39.273Z', NULL);

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'HostnameGenerator', '', 'local-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:37.966Z', '2026-11-22T04:09:37.966Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'HostnameGenerator', '', 'local-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"zone"}}},"template":"{{ .DisplayName }}.svc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:37.966Z', '2026-11-22T04:09:37.966Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'HostnameGenerator', '', 'synced-headless-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"true","kuma.io/env":"kubernetes"}}},"template":"{{ label \"statefulset.kubernetes.io/pod-name\" }}.{{ label \"k8s.kuma.io/service-name\" }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:37.966Z', '2026-11-22T04:09:37.966Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'HostnameGenerator', '', 'synced-kube-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","k8s.kuma.io/is-headless-service":"false","kuma.io/env":"kubernetes"}}},"template":"{{ .DisplayName }}.{{ .Namespace }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:37.966Z', '2026-11-22T04:09:37.966Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'HostnameGenerator', '', 'synced-mesh-external-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshExternalService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.extsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:37.966Z', '2026-11-22T04:09:37.966Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'HostnameGenerator', '', 'synced-mesh-multi-zone-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshMultiZoneService":{"matchLabels":{"kuma.io/origin":"global"}}},"template":"{{ .DisplayName }}.mzsvc.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:37.966Z', '2026-11-22T04:09:37.966Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'HostnameGenerator', '', 'synced-universal-mesh-service', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{"selector":{"meshService":{"matchLabels":{"kuma.io/origin":"global","kuma.io/env":"universal"}}},"template":"{{ .DisplayName }}.svc.{{ .Zone }}.mesh.local"}', NULL, '1-1', 0, 1, '2026-11-22T04:09:37.966Z', '2026-11-22T04:09:37.966Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'Zone', '', 'east', '{"kuma.io/env":"universal","kuma.io/origin":"global"}', '{}', NULL, '1-2', 1, 2, '2026-11-22T04:09:38.073Z', '2026-11-22T04:09:38.073Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'Mesh', '', 'default', '{}', '{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}}', NULL, '1-3', 2, 3, '2026-11-22T04:09:38.713Z', '2026-11-22T04:09:38.713Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'Secret', 'default', 'dataplane-token-signing-key-default-1', '{}', '{"data":"v1.b8b4df21.KJTFDRnLPyGOv-tk2U0MU-FIXKNTPzs0k4cNFCeudKjIZb3FwHc2P9A7-GtRgvM7PcbVDz2P2uNalutXW_BOb-Nl365jVp0vVtKp1iBVyhoW5ItIy-2RgrtmzOrKrlrM5bbXU11Y454NkJRc9QufSj9lDvxSY3D4gqcMsaAqv_K5GQtylpnkTZkxMengrsX9R1yIn1WHu3QkFeitO_ZnFQuU7IUQW2_hYpXkipDb_Fti1y1CDM6Oh-t6JmE8OsQk25EPzI3BMNaqZUGJe5HimL6HOgEgzgqSpOuTb-zqtSW359XYt0YWae4Qeuwme1vVOh-Sc18KHlJcst9mc8uS9gKN7NJ90qTUOwF92fH5QEju9UKmQhu433RB4zSuO2XkJ51GJOax9LN5lgYojojIsEtWG2ftsvWmjn6vsYoKEwSObBpHJDLGO_WOG8LjR21JN7V2KZRQWlCBF60TuTEjp3UFi3fmabwKYNkNF9MlXXRb8AUQgSWZvvXoApHfwnzwaFFOVuMQFELkTYfub-ib6W6MzAo7ajAtqDQE9-nohazxaJ3h1cWoqO7oywiY74PinWd1U5CUgQH2J5bzQNjoHiT5bZGTFIIsFEXnemXJdjP-rAFMZd_j0Md99xSk0S1PlKK_KxB-SFT9iVpOsx-EZ8iznrlehekzhfL0yjkAvHYxhP3AiOEhe315scdjlKYjd5R58SgNR0euQkWz3-uA12AseqQVZwc4Qe_nkcA0VdoUqApDwutgbivCtZ6R9Lxe6fbNrk4joLd2aGLhmnoU2sPpcLMT06TNDTLPN1y-mR9lzQyA_5zhJe3yTNuzu9_xiqXQ8e3i-URmoK6WgDpRnfNi5__BP8hmb6kXWO0hmXZ2XLnbUnhLf0I2Z0IYVxr7CmKKzS797wU55r2G3SaiwwOOxcCd-sQMx8QQMMY4tRIR8UiKjKSCAz4DpfHZon_pOwT3-kufgXmP0PhIHJh-9vRnJt_GlgRpN_-QnBkvEkn0hk6XHyU-fOxK35wtzhXmAvo4e6ynYruoMDgpM8iKZ_1tmlwjxqyiM40DnsbisXhi6bKX8j5EA2ZOpIdcXIUeEc-h1xevOA_SEm0JIxH77YQ7Bklhz8GeQMYX-xEC8k8jcqGvgWjBjlULZuMFYL7gi892U-tVsXsPGypxUfTS1T3P_kU_Mj_kClWFI50a97ujtUg5rYPzgwII9leJ1CFVpraaCQFEFEnTYGJosB2Cfjht_Pxj0sjJ_OkUNCzSU3hDUa0fCyATHUzYPYEC0puyLkKH3WNBr4my7xAUURXU9n9sb23zTCOHTBLpAfD77G29vp1fFXFffLc7V_2AxLjdSyiO1OlrcAn03VFFI73rFF8rVwG0KGO1McHotuBYEbLU608NhDjqQAhUOCuEX2LQQ-VoD4h2aP9KwwOJRS_SN8wd75-vcDa79kMPxsY-CiyxSsZLpv2PKppRLOp-U2cU1rfCZkgACKJHvP72MszbDL0IREYSnwylSU4683oLpRrBone1p0JqZN2majo0QVlz5gbi-ur4jcct93leKT7eSqfDdWlsAyszi6_7q1rqZnk_LZgpJtbINJcaLf-tEnwN866kP_9h1k6nBNAodpgYIIILkQB9lyBLHse8vEsRJ9tG1uRoV5AYpj6YXeii7b1Fbv5WBvqUNzQSe1-ixWfCXrJoBRr0xpp55cmZDNa9QRdFCJurp0NtZwcoE5vMm7Jn_bZL7hLkesnQo6KrkLGrrHG6GUbSeKnpsvfhxHjToWHd-Y9_Pe9XAjsJKCKRW9CRoyYX_q9gdJThfJ4SgtBgy-seB6DsMK6pvIx5aRzWMKHxZfmAOYeMxaG7ZmlQWBIq8neGSsHfcmMTjdMcsv_wn2tjFNjT2JGpg5PcJ6U5oxXda0gnhwyGBMqphxKTlSZPvoE3EoGSAlI40ctntGt8KggD9m30y4Jn1pwd5arhBFQjidNd7oyQiC8-EkLNYVCbK3HT8mrvBHDMIebycFhviVSN4XN6Pw1d3N2j5Rg-pyA5gTWMyTv8KYkbaXZW8C2Py9N-4o6UP6Hq6eL4VIuNJh8uzcaEoATSxIwhuzBdY88Fc_6P-UWEV-CYc0AgyU9s_mQecvijmc4gSa1l0Ok_UIhSiiNPdFWzmi_ZBYPjpL-t8zTirISCX-wYWRW4MfS97jBKrxr_1A9F2upUKLxGvXPA0rrnAUdTEOwv4sHicndG_Mb_OSpTuGyZISFCWh9muKekSP-_RLCRSPxdHC2-PpeHpS6uYNgp9tWWvMVlAzhJBJWeEEYou3l7LKVfYKqLFLmi6nCXty61ZTRCbkgdL6SJaIm030Tgz3P070UgCAIdmQVFrEsBrrj0r4HddCMeQBm47bCOGy7l9WqwPUqqYCELGOxH9UZ7xUMeDskhdfjH6DZ_pNBuP79LXsEEwkImgEvdK9Sj6xXvCMtEe4IfBNoCBE2uUV8tg4nbWru8spR3pJkzheQWSGm7017up2jXJNL_8A6LkAvFhV1DYG4ur2VMOrPOjvFEVHV9alLIJ9_sIR2-TXcidCVmY38zuHzhahEP-dm_dBR1Z-Dg6DbBqiI8MiOxs6qZxVTrSrUjpUokS5HBb4ivQm3nzAcqnFyQiq3dECChRy-AFErbNzxtuVkfhAmL9eRt8N1uVBHPENbOwhcaZ5KG7ENu60hzokV0cm6DSAU_4qbqL9Ylfj4F9NuW0IhgIr2fcVGzTRSDehsKAHH8wamZ_yTZG-IyS2fWnetLSkE3uO41fVSH7mKF5mFhQE0A0YvMGSE-uO3uF_mnI_wQuQYSg_9DYa0COX1Eq63u5b9UQ1Gbjnmy3TUMaZ5kgz82o66c_NYIP404nNBMPIhB4esw4OhrcNChX7OcKEG-sdQd-Z1zq1fyKTCUtXRN2cToNrGx0PyI6PXMhiCaYU4DW5QSPO_9V-GgNmVpNhSdmh28Rxrp6ny72P3X-NtzbHon46D8AmbsmXT-cFjWLnLVL3z_SbH1SHQoHH7v_4SGKk_k9J0fv1bu6g6q6rFPK9YMlrZi8NUPUZbGFU2xmJZjMYUpskPMf1g"}', NULL, '1-3', 2, 3, '2026-11-22T04:09:38.713Z', '2026-11-22T04:09:38.713Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:09:38.713Z', '2026-11-22T04:09:38.713Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'MeshTimeout', 'default', 'mesh-timeout-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:09:38.713Z', '2026-11-22T04:09:38.713Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:09:38.713Z', '2026-11-22T04:09:38.713Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'MeshRetry', 'default', 'mesh-retry-all-default', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]}', NULL, '1-3', 2, 3, '2026-11-22T04:09:38.713Z', '2026-11-22T04:09:38.713Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'Secret', 'default', 'default.ca-builtin-cert-ca-1', '{}', '{"data":"v1.b8b4df21.yH5_GP6YJi_6iX0BFPaIN1RV7rHETLHdbijFJIBb5aWf7YsIT9o5b9pFmMIs6Dg9st4p18UZuqFeX8GAiONP9tSBB84URJIpMy-XC8Douc8_DBpAFInMH6Er1MV0TQMFp-rJ7X6ipcN0y-i5BjBlU1v-_heDCXpyezJsDjJeGIAa-_4Y5NC-bAgRY6Ng4BAFvpKcq-pr0QCcvibg5uThs6FsqyRtJhhNLZHBQkgOp8ocel8LKMI0l8rE5kYY_ypIh4t8WKZx_WXKwP8SREzJ7FihbC01z-h6oS-HZakrLJPqun2Una2tdypKOrv1CfwcD5yONPgg1c4UMIdGZGqecpuhMiPW6YRh9kzGMb_DCdA0asIGABYdNnW7nUKZ40IbrkS3DDRoOPvmZtxmQaPTCS1CHZQSNSnXpxqGypM195jggMnIZxgJgnD8DXvHQ55Y6n8CpjVWr-OFtaHMMT1Uan7Jb4XPw_JQ5Gr4Yn-ZyOFEUvdJ2EANzy0_i-y7A3SaBYqgYMegDisvFMvThV5LXpTb6DfomN2SLl4qzo3pQTV1jx6HUh8dW5MyAApV_eG6nnftmY49MoywR-OEk8pldFEM4BeHcZZGnWLwinOl6L6dop94zw6EbK_utBNKBZlfp73Ctx4nvFB4nIErbf-QdIk3ziqvFvnrFDHzGChqLz9vKEnNn3Uz14qRXuK34RsJXmiV-1_UskutKRHtMFZQpkr0BUH-hUJcDVpX9CvalwhlRhYQQZqsdpMxsdhEqNAal9S3wDGbICDqj6jBj62bFI1spsusiYuykROTRvKgLvJ8-KtnvXo8pw-of0ZoZv3rsHEuFrHgad6cG3XCrXTG_SESaxwpSHP_6BtBaH5Trws4HDa3ux7BdTrkXCcdryqU7c4SBvt8DnlbQ1incCXOsl9jkMZcaSAJw5dCAH97qeURYqoMWq4dLNz3S8qRSoNok-3JsCWSE8zXfH_XowFx0A4OdwA5Qxh7XrDAzob-Ixp-oVlgXlvLmJ1eYBgn0zVU9sP5Tqf6SxKJBDi1XVV5UQzHsyfZGvZEEG8rRm56mxD-Gk1fUX9EFqn8oA4AwIP85PJTd4RT9RAgAfdRrQZGwu7rv_-tt12A1gdd0VP7jUf_AHFANcLGdqIFvhBKolhjXDKWlyYxzAm2OGzDfwOzXf35yqMyzknzwQ0uBAEXVfGmpYGw0LuZV9UsL4C5dwEV0l9-CQ"}', NULL, '1-3', 2, 3, '2026-11-22T04:09:38.713Z', '2026-11-22T04:09:38.713Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'Secret', 'default', 'default.ca-builtin-key-ca-1', '{}', '{"data":"v1.b8b4df21.PvFyQQGtPCj8YgFIAI_ngy4Cr9oSH270agfnPp1eAtnLkJL4ZNxtpm278RyUIu7CRi1F6G72LeIDDszRPomh5x2OhczV51i-jLeZhfjZtY-fc1-TSyW0gnuE7yMCoaH5G_uhU6bwC3eAppWZgCM-dN6TBaIXUmWBffJ3rn-OVpn_z_22QS2uyk1y6ktSB2kAGCII8el1ksBgbgT-eKhexgy54JMUiR9l1I4MzVY4iCsQupU92DHw7e6YLPRgAZknLti38WgUT2nbqTkZqnCnWHAz8nLGp1YwPH8sR_LpgHAeZj7r5SUb4jQv0g4qYCbAKpbd-IgebagfbHCEpPU6Tg8XYZSZMwr8kY_90-t1-axMrOoSbwuUtEQcqo3eXGtKueKFukQG-GymQww5PjFeRxi70UVMWSrP8Cdf4M33PZj3-hkSzNfS5aP0AZS1Bn4QPfcTzqnEIRb7tiB9hNf6oA"}', NULL, '1-3', 2, 3, '2026-11-22T04:09:38.713Z', '2026-11-22T04:09:38.713Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'Secret', 'default', 'own', '{}', '{"data":"v1.b8b4df21.zsyU_fXlCu2t-NPomXTYMAD_oRE9btGluiFFgYGBx2XRIZ_u2Qq53A"}', NULL, '1-4', 3, 4, '2026-11-22T04:09:38.778Z', '2026-11-22T04:09:38.778Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'Dataplane', 'default', 'web-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T04:09:38.778Z', '2026-11-22T04:09:38.778Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'Dataplane', 'default', 'backend-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}}', NULL, '1-4', 3, 4, '2026-11-22T04:09:38.778Z', '2026-11-22T04:09:38.778Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'MeshTimeout', 'default', 'to-change', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]}', NULL, '1-5', 4, 4, '2026-11-22T04:09:38.778Z', '2026-11-22T04:09:38.811Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'MeshTrafficPermission', 'default', 'all', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]}', NULL, '1-4', 3, 4, '2026-11-22T04:09:38.778Z', '2026-11-22T04:09:38.778Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'Dataplane', 'default', 'shop-1', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"}', '{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"shop","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}}', NULL, '1-8', 5, 8, '2026-11-22T04:09:39.214Z', '2026-11-22T04:09:39.214Z');

INSERT INTO "resource" ("tenant_id", "type", "mesh", "name", "labels", "spec", "status", "etag", "revision", "born", "creation_time", "modification_time") VALUES ('w7xmchriirwi', 'MeshTimeout', 'default', 'late', '{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"}', '{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]}', NULL, '1-9', 6, 9, '2026-11-22T04:09:39.279Z', '2026-11-22T04:09:39.279Z');

INSERT INTO "reveal" ("tenant_id", "time", "actor", "type", "mesh", "name") VALUES ('w7xmchriirwi', '2026-11-22T04:09:38.900Z', 'token:iaak26ylz55wwgj4', 'Secret', 'default', 'dataplane-token-signing-key-default-1');

INSERT INTO "reveal" ("tenant_id", "time", "actor", "type", "mesh", "name") VALUES ('w7xmchriirwi', '2026-11-22T04:09:38.919Z', 'token:iaak26ylz55wwgj4', 'Secret', 'default', 'default.ca-builtin-key-ca-1');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('w7xmchriirwi', 1, 1, 2, '3bwuy7cdxkunlwy3emclyrnp6pfa4qia', 'token:vdzywhjtnwbyuceh', '', '2026-11-22T04:09:38.073Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('w7xmchriirwi', 2, 1, 3, 'ufrsxmxqdqqj6arw6pltspk3gbrgxg46', 'token:vdzywhjtnwbyuceh', '', '2026-11-22T04:09:38.713Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('w7xmchriirwi', 3, 1, 4, 'sdxew3sqvhxz43kwfbodfz2t5c2lhv5n', 'token:vdzywhjtnwbyuceh', '', '2026-11-22T04:09:38.778Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('w7xmchriirwi', 4, 1, 5, 'pcuktvnjc7i66vy4ddwvsdf6l3lqkicn', 'token:vdzywhjtnwbyuceh', '', '2026-11-22T04:09:38.811Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('w7xmchriirwi', 5, 1, 6, 'aybwdloddj5md6xujze4ms7cluxau2zf', 'token:vdzywhjtnwbyuceh', '', '2026-11-22T04:09:38.820Z');

INSERT INTO "revision" ("tenant_id", "revision", "epoch", "sequence", "write_id", "actor", "reason", "time") VALUES ('w7xmchriirwi', 6, 1, 9, 'p44ctoj446f7uhiiq4hmgj2spbkdap42', 'token:vdzywhjtnwbyuceh', '', '2026-11-22T04:09:39.279Z');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 1, 'Zone', '', 'east', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/origin":"global"},"spec":{},"creationTime":"2026-11-22T04:09:38.073Z","modificationTime":"2026-11-22T04:09:38.073Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 2, 'Mesh', '', 'default', NULL, '{"labels":{},"spec":{"mtls":{"enabledBackend":"ca-1","backends":[{"name":"ca-1","type":"builtin"}]}},"creationTime":"2026-11-22T04:09:38.713Z","modificationTime":"2026-11-22T04:09:38.713Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 2, 'Secret', 'default', 'dataplane-token-signing-key-default-1', NULL, '{"labels":{},"spec":{"data":"v1.b8b4df21.KJTFDRnLPyGOv-tk2U0MU-FIXKNTPzs0k4cNFCeudKjIZb3FwHc2P9A7-GtRgvM7PcbVDz2P2uNalutXW_BOb-Nl365jVp0vVtKp1iBVyhoW5ItIy-2RgrtmzOrKrlrM5bbXU11Y454NkJRc9QufSj9lDvxSY3D4gqcMsaAqv_K5GQtylpnkTZkxMengrsX9R1yIn1WHu3QkFeitO_ZnFQuU7IUQW2_hYpXkipDb_Fti1y1CDM6Oh-t6JmE8OsQk25EPzI3BMNaqZUGJe5HimL6HOgEgzgqSpOuTb-zqtSW359XYt0YWae4Qeuwme1vVOh-Sc18KHlJcst9mc8uS9gKN7NJ90qTUOwF92fH5QEju9UKmQhu433RB4zSuO2XkJ51GJOax9LN5lgYojojIsEtWG2ftsvWmjn6vsYoKEwSObBpHJDLGO_WOG8LjR21JN7V2KZRQWlCBF60TuTEjp3UFi3fmabwKYNkNF9MlXXRb8AUQgSWZvvXoApHfwnzwaFFOVuMQFELkTYfub-ib6W6MzAo7ajAtqDQE9-nohazxaJ3h1cWoqO7oywiY74PinWd1U5CUgQH2J5bzQNjoHiT5bZGTFIIsFEXnemXJdjP-rAFMZd_j0Md99xSk0S1PlKK_KxB-SFT9iVpOsx-EZ8iznrlehekzhfL0yjkAvHYxhP3AiOEhe315scdjlKYjd5R58SgNR0euQkWz3-uA12AseqQVZwc4Qe_nkcA0VdoUqApDwutgbivCtZ6R9Lxe6fbNrk4joLd2aGLhmnoU2sPpcLMT06TNDTLPN1y-mR9lzQyA_5zhJe3yTNuzu9_xiqXQ8e3i-URmoK6WgDpRnfNi5__BP8hmb6kXWO0hmXZ2XLnbUnhLf0I2Z0IYVxr7CmKKzS797wU55r2G3SaiwwOOxcCd-sQMx8QQMMY4tRIR8UiKjKSCAz4DpfHZon_pOwT3-kufgXmP0PhIHJh-9vRnJt_GlgRpN_-QnBkvEkn0hk6XHyU-fOxK35wtzhXmAvo4e6ynYruoMDgpM8iKZ_1tmlwjxqyiM40DnsbisXhi6bKX8j5EA2ZOpIdcXIUeEc-h1xevOA_SEm0JIxH77YQ7Bklhz8GeQMYX-xEC8k8jcqGvgWjBjlULZuMFYL7gi892U-tVsXsPGypxUfTS1T3P_kU_Mj_kClWFI50a97ujtUg5rYPzgwII9leJ1CFVpraaCQFEFEnTYGJosB2Cfjht_Pxj0sjJ_OkUNCzSU3hDUa0fCyATHUzYPYEC0puyLkKH3WNBr4my7xAUURXU9n9sb23zTCOHTBLpAfD77G29vp1fFXFffLc7V_2AxLjdSyiO1OlrcAn03VFFI73rFF8rVwG0KGO1McHotuBYEbLU608NhDjqQAhUOCuEX2LQQ-VoD4h2aP9KwwOJRS_SN8wd75-vcDa79kMPxsY-CiyxSsZLpv2PKppRLOp-U2cU1rfCZkgACKJHvP72MszbDL0IREYSnwylSU4683oLpRrBone1p0JqZN2majo0QVlz5gbi-ur4jcct93leKT7eSqfDdWlsAyszi6_7q1rqZnk_LZgpJtbINJcaLf-tEnwN866kP_9h1k6nBNAodpgYIIILkQB9lyBLHse8vEsRJ9tG1uRoV5AYpj6YXeii7b1Fbv5WBvqUNzQSe1-ixWfCXrJoBRr0xpp55cmZDNa9QRdFCJurp0NtZwcoE5vMm7Jn_bZL7hLkesnQo6KrkLGrrHG6GUbSeKnpsvfhxHjToWHd-Y9_Pe9XAjsJKCKRW9CRoyYX_q9gdJThfJ4SgtBgy-seB6DsMK6pvIx5aRzWMKHxZfmAOYeMxaG7ZmlQWBIq8neGSsHfcmMTjdMcsv_wn2tjFNjT2JGpg5PcJ6U5oxXda0gnhwyGBMqphxKTlSZPvoE3EoGSAlI40ctntGt8KggD9m30y4Jn1pwd5arhBFQjidNd7oyQiC8-EkLNYVCbK3HT8mrvBHDMIebycFhviVSN4XN6Pw1d3N2j5Rg-pyA5gTWMyTv8KYkbaXZW8C2Py9N-4o6UP6Hq6eL4VIuNJh8uzcaEoATSxIwhuzBdY88Fc_6P-UWEV-CYc0AgyU9s_mQecvijmc4gSa1l0Ok_UIhSiiNPdFWzmi_ZBYPjpL-t8zTirISCX-wYWRW4MfS97jBKrxr_1A9F2upUKLxGvXPA0rrnAUdTEOwv4sHicndG_Mb_OSpTuGyZISFCWh9muKekSP-_RLCRSPxdHC2-PpeHpS6uYNgp9tWWvMVlAzhJBJWeEEYou3l7LKVfYKqLFLmi6nCXty61ZTRCbkgdL6SJaIm030Tgz3P070UgCAIdmQVFrEsBrrj0r4HddCMeQBm47bCOGy7l9WqwPUqqYCELGOxH9UZ7xUMeDskhdfjH6DZ_pNBuP79LXsEEwkImgEvdK9Sj6xXvCMtEe4IfBNoCBE2uUV8tg4nbWru8spR3pJkzheQWSGm7017up2jXJNL_8A6LkAvFhV1DYG4ur2VMOrPOjvFEVHV9alLIJ9_sIR2-TXcidCVmY38zuHzhahEP-dm_dBR1Z-Dg6DbBqiI8MiOxs6qZxVTrSrUjpUokS5HBb4ivQm3nzAcqnFyQiq3dECChRy-AFErbNzxtuVkfhAmL9eRt8N1uVBHPENbOwhcaZ5KG7ENu60hzokV0cm6DSAU_4qbqL9Ylfj4F9NuW0IhgIr2fcVGzTRSDehsKAHH8wamZ_yTZG-IyS2fWnetLSkE3uO41fVSH7mKF5mFhQE0A0YvMGSE-uO3uF_mnI_wQuQYSg_9DYa0COX1Eq63u5b9UQ1Gbjnmy3TUMaZ5kgz82o66c_NYIP404nNBMPIhB4esw4OhrcNChX7OcKEG-sdQd-Z1zq1fyKTCUtXRN2cToNrGx0PyI6PXMhiCaYU4DW5QSPO_9V-GgNmVpNhSdmh28Rxrp6ny72P3X-NtzbHon46D8AmbsmXT-cFjWLnLVL3z_SbH1SHQoHH7v_4SGKk_k9J0fv1bu6g6q6rFPK9YMlrZi8NUPUZbGFU2xmJZjMYUpskPMf1g"},"creationTime":"2026-11-22T04:09:38.713Z","modificationTime":"2026-11-22T04:09:38.713Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 2, 'MeshTimeout', 'default', 'mesh-gateways-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Gateway"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"1h0m0s","http":{"streamIdleTimeout":"5s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"idleTimeout":"5m0s","http":{"streamIdleTimeout":"5s","requestHeadersTimeout":"500ms"}}}]},"creationTime":"2026-11-22T04:09:38.713Z","modificationTime":"2026-11-22T04:09:38.713Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 2, 'MeshTimeout', 'default', 'mesh-timeout-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh","proxyTypes":["Sidecar"]},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s","idleTimeout":"1h0m0s","http":{"requestTimeout":"15s","streamIdleTimeout":"30m0s"}}}],"from":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"10s","idleTimeout":"2h0m0s","http":{"requestTimeout":"0s","streamIdleTimeout":"1h0m0s","maxStreamDuration":"0s"}}}]},"creationTime":"2026-11-22T04:09:38.713Z","modificationTime":"2026-11-22T04:09:38.713Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 2, 'MeshCircuitBreaker', 'default', 'mesh-circuit-breaker-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionLimits":{"maxConnections":1024,"maxPendingRequests":1024,"maxRetries":3,"maxRequests":1024}}}]},"creationTime":"2026-11-22T04:09:38.713Z","modificationTime":"2026-11-22T04:09:38.713Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 2, 'MeshRetry', 'default', 'mesh-retry-all-default', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"tcp":{"maxConnectAttempt":5},"http":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}},"grpc":{"numRetries":5,"perTryTimeout":"16s","backOff":{"baseInterval":"25ms","maxInterval":"250ms"}}}}]},"creationTime":"2026-11-22T04:09:38.713Z","modificationTime":"2026-11-22T04:09:38.713Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 2, 'Secret', 'default', 'default.ca-builtin-cert-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.b8b4df21.yH5_GP6YJi_6iX0BFPaIN1RV7rHETLHdbijFJIBb5aWf7YsIT9o5b9pFmMIs6Dg9st4p18UZuqFeX8GAiONP9tSBB84URJIpMy-XC8Douc8_DBpAFInMH6Er1MV0TQMFp-rJ7X6ipcN0y-i5BjBlU1v-_heDCXpyezJsDjJeGIAa-_4Y5NC-bAgRY6Ng4BAFvpKcq-pr0QCcvibg5uThs6FsqyRtJhhNLZHBQkgOp8ocel8LKMI0l8rE5kYY_ypIh4t8WKZx_WXKwP8SREzJ7FihbC01z-h6oS-HZakrLJPqun2Una2tdypKOrv1CfwcD5yONPgg1c4UMIdGZGqecpuhMiPW6YRh9kzGMb_DCdA0asIGABYdNnW7nUKZ40IbrkS3DDRoOPvmZtxmQaPTCS1CHZQSNSnXpxqGypM195jggMnIZxgJgnD8DXvHQ55Y6n8CpjVWr-OFtaHMMT1Uan7Jb4XPw_JQ5Gr4Yn-ZyOFEUvdJ2EANzy0_i-y7A3SaBYqgYMegDisvFMvThV5LXpTb6DfomN2SLl4qzo3pQTV1jx6HUh8dW5MyAApV_eG6nnftmY49MoywR-OEk8pldFEM4BeHcZZGnWLwinOl6L6dop94zw6EbK_utBNKBZlfp73Ctx4nvFB4nIErbf-QdIk3ziqvFvnrFDHzGChqLz9vKEnNn3Uz14qRXuK34RsJXmiV-1_UskutKRHtMFZQpkr0BUH-hUJcDVpX9CvalwhlRhYQQZqsdpMxsdhEqNAal9S3wDGbICDqj6jBj62bFI1spsusiYuykROTRvKgLvJ8-KtnvXo8pw-of0ZoZv3rsHEuFrHgad6cG3XCrXTG_SESaxwpSHP_6BtBaH5Trws4HDa3ux7BdTrkXCcdryqU7c4SBvt8DnlbQ1incCXOsl9jkMZcaSAJw5dCAH97qeURYqoMWq4dLNz3S8qRSoNok-3JsCWSE8zXfH_XowFx0A4OdwA5Qxh7XrDAzob-Ixp-oVlgXlvLmJ1eYBgn0zVU9sP5Tqf6SxKJBDi1XVV5UQzHsyfZGvZEEG8rRm56mxD-Gk1fUX9EFqn8oA4AwIP85PJTd4RT9RAgAfdRrQZGwu7rv_-tt12A1gdd0VP7jUf_AHFANcLGdqIFvhBKolhjXDKWlyYxzAm2OGzDfwOzXf35yqMyzknzwQ0uBAEXVfGmpYGw0LuZV9UsL4C5dwEV0l9-CQ"},"creationTime":"2026-11-22T04:09:38.713Z","modificationTime":"2026-11-22T04:09:38.713Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 2, 'Secret', 'default', 'default.ca-builtin-key-ca-1', NULL, '{"labels":{},"spec":{"data":"v1.b8b4df21.PvFyQQGtPCj8YgFIAI_ngy4Cr9oSH270agfnPp1eAtnLkJL4ZNxtpm278RyUIu7CRi1F6G72LeIDDszRPomh5x2OhczV51i-jLeZhfjZtY-fc1-TSyW0gnuE7yMCoaH5G_uhU6bwC3eAppWZgCM-dN6TBaIXUmWBffJ3rn-OVpn_z_22QS2uyk1y6ktSB2kAGCII8el1ksBgbgT-eKhexgy54JMUiR9l1I4MzVY4iCsQupU92DHw7e6YLPRgAZknLti38WgUT2nbqTkZqnCnWHAz8nLGp1YwPH8sR_LpgHAeZj7r5SUb4jQv0g4qYCbAKpbd-IgebagfbHCEpPU6Tg8XYZSZMwr8kY_90-t1-axMrOoSbwuUtEQcqo3eXGtKueKFukQG-GymQww5PjFeRxi70UVMWSrP8Cdf4M33PZj3-hkSzNfS5aP0AZS1Bn4QPfcTzqnEIRb7tiB9hNf6oA"},"creationTime":"2026-11-22T04:09:38.713Z","modificationTime":"2026-11-22T04:09:38.713Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 3, 'Secret', 'default', 'own', NULL, '{"labels":{},"spec":{"data":"v1.b8b4df21.zsyU_fXlCu2t-NPomXTYMAD_oRE9btGluiFFgYGBx2XRIZ_u2Qq53A"},"creationTime":"2026-11-22T04:09:38.778Z","modificationTime":"2026-11-22T04:09:38.778Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 3, 'Dataplane', 'default', 'web-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"web","kuma.io/zone":"east"}}],"outbound":[{"port":10001,"tags":{"kuma.io/service":"backend"}}]}},"creationTime":"2026-11-22T04:09:38.778Z","modificationTime":"2026-11-22T04:09:38.778Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 3, 'Dataplane', 'default', 'backend-1', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"zone","kuma.io/proxy-type":"sidecar","kuma.io/zone":"east"},"spec":{"networking":{"address":"10.0.0.1","inbound":[{"port":8080,"tags":{"kuma.io/protocol":"http","kuma.io/service":"backend","kuma.io/zone":"east"}}]}},"creationTime":"2026-11-22T04:09:38.778Z","modificationTime":"2026-11-22T04:09:38.778Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 3, 'MeshTimeout', 'default', 'to-change', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T04:09:38.778Z","modificationTime":"2026-11-22T04:09:38.778Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 3, 'MeshTimeout', 'default', 'to-go', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T04:09:38.778Z","modificationTime":"2026-11-22T04:09:38.778Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 3, 'MeshTrafficPermission', 'default', 'all', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"rules":[{"default":{"allow":[{"spiffeID":{"type":"Prefix","value":"spiffe://default/web"}}]}}]},"creationTime":"2026-11-22T04:09:38.778Z","modificationTime":"2026-11-22T04:09:38.778Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 4, 'MeshTimeout', 'default', 'to-change', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"5s"}}]},"creationTime":"2026-11-22T04:09:38.778Z","modificationTime":"2026-11-22T04:09:38.778Z"}', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"7s"}}]},"creationTime":"2026-11-22T04:09:38.778Z","modificationTime":"2026-11-22T04:09:38.811Z"}');

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 5, 'MeshTimeout', 'default', 'to-go', '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"6s"}}]},"creationTime":"2026-11-22T04:09:38.778Z","modificationTime":"2026-11-22T04:09:38.778Z"}', NULL);

INSERT INTO "revision_change" ("tenant_id", "revision", "type", "mesh", "name", "before", "after") VALUES ('w7xmchriirwi', 6, 'MeshTimeout', 'default', 'late', NULL, '{"labels":{"kuma.io/env":"universal","kuma.io/mesh":"default","kuma.io/origin":"global"},"spec":{"targetRef":{"kind":"Mesh"},"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":"9s"}}]},"creationTime":"2026-11-22T04:09:39.279Z","modificationTime":"2026-11-22T04:09:39.279Z"}');

INSERT INTO "signing_key" ("tenant_id", "purpose", "mesh", "kid", "public_jwk", "sealed_key", "created_at") VALUES ('w7xmchriirwi', 'envelope', '', '62P8qdPg0q66WwGH9n1rHPq-jl1t23oKlYpg9yaCKE4', '{"kty":"EC","crv":"P-256","x":"3ArrvECptHh235HwyhvIyA_A1gYvo0s1GtVspRGqF4Q","y":"OV60ylgyaIWV0jCbbOTVCbBBDq0yoXU996Tkdh8mX9M","alg":"ES256","kid":"62P8qdPg0q66WwGH9n1rHPq-jl1t23oKlYpg9yaCKE4"}', 'v1.b8b4df21.17JoR1luihdaFBsxG071BNFoDDlJgPCsaiLVDhZY-9-jeIQKlydu3tAXr1NlPFGFRsSfd6SJZCEhm2tXSgvgq4ARy6nGBs0hXpOLAKsXdsDZWCmwsZhj5jOtz8lhHnIF-ALW7fuS3hFKXl0yGjth1F3wa-bc5PVGW17929jSlnQ3CRxZgPv-FzwBRmSbrPbvLLRpt5JRSH7kMY6jomwU-9mi0idKHA', '2026-11-22T04:09:37.955Z');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('w7xmchriirwi', 1, 1, 0, 'founding');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('w7xmchriirwi', 7, 1, 5, 'enrolled/east/5qqdeghv');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('w7xmchriirwi', 8, 1, 5, 'jhn33vlkhgv6wpomreb2t7k4');

INSERT INTO "step" ("tenant_id", "sequence", "epoch", "revision", "write_id") VALUES ('w7xmchriirwi', 10, 1, 6, 'enrolled/east/yojjwjte');

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('w7xmchriirwi', 'default', '0', 'zone/east', 1795320578711, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('w7xmchriirwi', 'default', '240.0.0.0', 'service/backend', 1795320578778, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('w7xmchriirwi', 'default', '240.0.0.1', 'service/web', 1795320578778, NULL);

INSERT INTO "virtual_address" ("tenant_id", "mesh", "address", "name", "given_at", "gone_at") VALUES ('w7xmchriirwi', 'default', '240.0.0.2', 'service/shop', 1795320579214, NULL);

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "envelope", "last_event", "enrolled_at", "address", "ca") VALUES ('w7xmchriirwi', 'east', '5qqdeghv', '{"kty":"EC","crv":"P-256","x":"RgUeo8Cg01tWMiGKK9o-jlOO-fhnHkRLlihKgLupQtg","y":"mU8GYJwWnoMxIs1lwqsjGG49HyH_wE0hn_q_-buBogI"}', '{"kty":"EC","crv":"P-256","x":"AwFQIMDfjBNjfglbHpsX9b0cFzb000V9Ytmd7WWlhpg","y":"pif7mqS0mNIalLvJvhvoxMuT5r6UzZ-uOebA3tNqHBE"}', 0, 1, 10, 'bliLE50Fx_plGRpq3RAO3XuJ9SvEHT6anFd3lOAFtUo', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IjYyUDhxZFBnMHE2Nld3R0g5bjFySFBxLWpsMXQyM29LbFlwZzl5YUNLRTQiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImNudnRzZHV5eXllN3BpZzYiLCJ0ZW5hbnQiOiJ3N3htY2hyaWlyd2kiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiYmxpTEU1MEZ4X3BsR1JwcTNSQU8zWHVKOVN2RUhUNmFuRmQzbE9BRnRVbyIsInByZXZpb3VzIjoiYmxpTEU1MEZ4X3BsR1JwcTNSQU8zWHVKOVN2RUhUNmFuRmQzbE9BRnRVbyIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiNXFxZGVnaHYiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiUmdVZW84Q2cwMXRXTWlHS0s5by1qbE9PLWZobkhrUkxsaWhLZ0x1cFF0ZyIsInkiOiJtVThHWUp3V25vTXhJczFsd3FzakdHNDlIeUhfd0UwaG5fcV8tYnVCb2dJIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6Inlvamp3anRlIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IlJnVWVvOENnMDF0V01pR0tLOW8tamxPTy1maG5Ia1JMbGloS2dMdXBRdGciLCJ5IjoibVU4R1lKd1dub014SXMxbHdxc2pHRzQ5SHlIX3dFMGhuX3FfLWJ1Qm9nSSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoiclJBemplamFWek16UVlBNTdrc21scG1UdXNOb2pzdFdGd2xLcS1xR1pXcXpiT0ZsUkRxWW1LWVY2dHBjSmUyX1oxSnBaX3J3LTRfcjhhQ3FCLWFlb014NTZHcjlBLWlPOGVWemdhMXpkdngyZjRrVlNmSzIzb2Nyc2xva2NDRWxsN0tsVHpJcm9KS01ZUFdya1EwMEY4M21TOWFpeW1xbWhCOWJPbllCSGRwd3RQNV9qZmU1by1kMk9QdnRHSU1ORjhfa2pTOE5pY0s1dVFVVURQZExuVFp1RVNMTjVWRE1RTy1vaEw5M21oZjB4dURPXzN4S0xYUDBkQlBydFlfUUg2NEFVSDVYZlRrZ3Q1dFdsSGdSeV9vakxSOTlOTWRmSmhRRHJ2SmhKVW5GaVVFaG50bW9WeVNWQVo4R0JBUmhROFVzU0ZZLXduWUkyZ21SdnVHd1pRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVhJWU5xWFBlS2l1RFdiNmdzRlJlUURBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTBNRGt5T0ZvWERUTTJNVEV4T1RBME1Ea3pPRm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCTnN2TFVRR0E2MWkzenhJSVdTYXNxVTNlbnBCNVZjeXUxZEk3cU11YUNkN1VFKzRaSk5EXG5YRlZ5WmJUOGhVL2FsV3pHVHNjbFdDd3FRWWd6STNmcnM4V2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCU3ZqZTJlbU5yQThoaFB2M241cUJQVWwzb2JSVEFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUNiXG5XQm94Nm05ZTBRL0VON254K3dpVGZSSW1yTGMyVEkzUWxTUWk0WUY1S3dJZ1c3SGpZWTEzbGdhWXBvRUFZZlhzXG5DQUZhb3FTUE15RW9NLzVaR0JIdlR3OD1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.iBdIphEBDj60EvZn4MK8gf01OXbqDl3LViIc6MubvzEGwB4nf8Ke1X7nAduAoAHFix8jkmqt9hMOJQyUgWXX3g', 1, '2026-11-22T04:09:38.948Z', '', '');

INSERT INTO "zone_head" ("tenant_id", "zone", "relay", "signing_key", "encryption_key", "revoked", "epoch", "sequence", "version", "envelope", "last_event", "enrolled_at", "address", "ca") VALUES ('w7xmchriirwi', 'east', 'yojjwjte', '{"kty":"EC","crv":"P-256","x":"RgUeo8Cg01tWMiGKK9o-jlOO-fhnHkRLlihKgLupQtg","y":"mU8GYJwWnoMxIs1lwqsjGG49HyH_wE0hn_q_-buBogI"}', '{"kty":"EC","crv":"P-256","x":"AwFQIMDfjBNjfglbHpsX9b0cFzb000V9Ytmd7WWlhpg","y":"pif7mqS0mNIalLvJvhvoxMuT5r6UzZ-uOebA3tNqHBE"}', 0, 1, 10, 'bliLE50Fx_plGRpq3RAO3XuJ9SvEHT6anFd3lOAFtUo', 'eyJhbGciOiJFUzI1NiIsImtpZCI6IjYyUDhxZFBnMHE2Nld3R0g5bjFySFBxLWpsMXQyM29LbFlwZzl5YUNLRTQiLCJ0eXAiOiJ3ZWZ0LWVudmVsb3BlK2p3cyJ9.eyJmb3JtYXQiOjEsImNvbnRyb2xQbGFuZSI6ImNudnRzZHV5eXllN3BpZzYiLCJ0ZW5hbnQiOiJ3N3htY2hyaWlyd2kiLCJ6b25lIjoiZWFzdCIsImVwb2NoIjoxLCJzZXF1ZW5jZSI6MTAsInJldmlzaW9uIjo2LCJ2ZXJzaW9uIjoiYmxpTEU1MEZ4X3BsR1JwcTNSQU8zWHVKOVN2RUhUNmFuRmQzbE9BRnRVbyIsInByZXZpb3VzIjoiYmxpTEU1MEZ4X3BsR1JwcTNSQU8zWHVKOVN2RUhUNmFuRmQzbE9BRnRVbyIsImNvbXBpbGVyIjo0LCJyZWxheXMiOlt7ImlkIjoiNXFxZGVnaHYiLCJzaWduaW5nS2V5Ijp7Imt0eSI6IkVDIiwiY3J2IjoiUC0yNTYiLCJ4IjoiUmdVZW84Q2cwMXRXTWlHS0s5by1qbE9PLWZobkhrUkxsaWhLZ0x1cFF0ZyIsInkiOiJtVThHWUp3V25vTXhJczFsd3FzakdHNDlIeUhfd0UwaG5fcV8tYnVCb2dJIn0sImxhc3RFdmVudCI6MSwibGl2ZXMiOiI2YzY5NjY2NTJkNzM2ODZmNzAyZDMxIn0seyJpZCI6Inlvamp3anRlIiwic2lnbmluZ0tleSI6eyJrdHkiOiJFQyIsImNydiI6IlAtMjU2IiwieCI6IlJnVWVvOENnMDF0V01pR0tLOW8tamxPTy1maG5Ia1JMbGloS2dMdXBRdGciLCJ5IjoibVU4R1lKd1dub014SXMxbHdxc2pHRzQ5SHlIX3dFMGhuX3FfLWJ1Qm9nSSJ9LCJsYXN0RXZlbnQiOjAsImxpdmVzIjoiIn1dLCJtZXNoZXMiOlt7Im5hbWUiOiJkZWZhdWx0IiwidG9rZW5LZXlzIjpbeyJrdHkiOiJSU0EiLCJuIjoiclJBemplamFWek16UVlBNTdrc21scG1UdXNOb2pzdFdGd2xLcS1xR1pXcXpiT0ZsUkRxWW1LWVY2dHBjSmUyX1oxSnBaX3J3LTRfcjhhQ3FCLWFlb014NTZHcjlBLWlPOGVWemdhMXpkdngyZjRrVlNmSzIzb2Nyc2xva2NDRWxsN0tsVHpJcm9KS01ZUFdya1EwMEY4M21TOWFpeW1xbWhCOWJPbllCSGRwd3RQNV9qZmU1by1kMk9QdnRHSU1ORjhfa2pTOE5pY0s1dVFVVURQZExuVFp1RVNMTjVWRE1RTy1vaEw5M21oZjB4dURPXzN4S0xYUDBkQlBydFlfUUg2NEFVSDVYZlRrZ3Q1dFdsSGdSeV9vakxSOTlOTWRmSmhRRHJ2SmhKVW5GaVVFaG50bW9WeVNWQVo4R0JBUmhROFVzU0ZZLXduWUkyZ21SdnVHd1pRIiwiZSI6IkFRQUIiLCJhbGciOiJSUzI1NiIsImtpZCI6IjEifV0sInJldm9rZWRUb2tlbnMiOltdLCJidW5kbGUiOlsiLS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tXG5NSUlCdlRDQ0FXT2dBd0lCQWdJUVhJWU5xWFBlS2l1RFdiNmdzRlJlUURBS0JnZ3Foa2pPUFFRREFqQXdNUTB3XG5Dd1lEVlFRS0RBUlhaV1owTVEwd0N3WURWUVFMREFSallTMHhNUkF3RGdZRFZRUUREQWRrWldaaGRXeDBNQjRYXG5EVEkyTVRFeU1qQTBNRGt5T0ZvWERUTTJNVEV4T1RBME1Ea3pPRm93TURFTk1Bc0dBMVVFQ2d3RVYyVm1kREVOXG5NQXNHQTFVRUN3d0VZMkV0TVRFUU1BNEdBMVVFQXd3SFpHVm1ZWFZzZERCWk1CTUdCeXFHU000OUFnRUdDQ3FHXG5TTTQ5QXdFSEEwSUFCTnN2TFVRR0E2MWkzenhJSVdTYXNxVTNlbnBCNVZjeXUxZEk3cU11YUNkN1VFKzRaSk5EXG5YRlZ5WmJUOGhVL2FsV3pHVHNjbFdDd3FRWWd6STNmcnM4V2pYekJkTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3XG5EZ1lEVlIwUEFRSC9CQVFEQWdFR01CMEdBMVVkRGdRV0JCU3ZqZTJlbU5yQThoaFB2M241cUJQVWwzb2JSVEFiXG5CZ05WSFJFRUZEQVNoaEJ6Y0dsbVptVTZMeTlrWldaaGRXeDBNQW9HQ0NxR1NNNDlCQU1DQTBnQU1FVUNJUUNiXG5XQm94Nm05ZTBRL0VON254K3dpVGZSSW1yTGMyVEkzUWxTUWk0WUY1S3dJZ1c3SGpZWTEzbGdhWXBvRUFZZlhzXG5DQUZhb3FTUE15RW9NLzVaR0JIdlR3OD1cbi0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS1cbiJdLCJtdGxzIjp7ImVuYWJsZWQiOnRydWUsImxlYWZTZWNvbmRzIjo4NjQwMCwiem9uZUlzc3VlciI6Im9uIn19XX0.iBdIphEBDj60EvZn4MK8gf01OXbqDl3LViIc6MubvzEGwB4nf8Ke1X7nAduAoAHFix8jkmqt9hMOJQyUgWXX3g', 0, '2026-11-22T04:09:39.362Z', '', '');
