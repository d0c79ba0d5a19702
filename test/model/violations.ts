// Bodies that Kuma 2.14 refuses, with the fields and reasons that it gave; answers of a stock control plane.
import type { Violation } from "#model/violation.ts";

export interface Refusal {
  readonly type: string;
  readonly name: string;
  /** Without the envelope: what stands beside `name` for flat kinds, the spec for others. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly violations: readonly Violation[];
}

const refuse =
  (type: string, name: string) =>
  (body: Refusal["body"], ...pairs: readonly (readonly [field: string, reason: string])[]): Refusal => ({
    type,
    name,
    body,
    violations: pairs.map(([field, reason]) => ({ field, reason })),
  });

const mesh = refuse("Mesh", "m2");
const dataplane = refuse("Dataplane", "d1");
const service = refuse("MeshService", "s1");
const timeout = refuse("MeshTimeout", "t1");
const ingress = refuse("ZoneIngress", "zi-1");
const egress = refuse("ZoneEgress", "ze-1");
const permission = refuse("MeshTrafficPermission", "p1");

const PORT = "port must be in the range [1, 65535]";
const KIND = "invalid value. Available values are: MeshExternalService,MeshMultiZoneService,MeshService";
const to = (targetRef: object): object => ({ targetRef, default: { idleTimeout: "1s" } });
const MESH = { kind: "Mesh" };
const inbound = (item: object): Refusal["body"] => ({ networking: { address: "10.0.0.1", inbound: [item] } });
const outbound = (...items: object[]): Refusal["body"] => ({ networking: { address: "10.0.0.1", outbound: items } });

export const REFUSALS: readonly Refusal[] = [
  mesh({ mtls: { enabledBackend: "x", backends: [{ name: "a", type: "builtin" }] } }, [
    "mtls.enabledBackend",
    "has to be set to one of the backends in the mesh",
  ]),
  mesh({ mtls: { enabledBackend: "a", backends: [{ name: "a", type: "vault" }] } }, [
    "mtls.backends[0].type",
    "could not find installed plugin for this type",
  ]),
  mesh({ mtls: { backends: [{ name: "a", type: "builtin", dpCert: {} }] } }, [
    "mtls.dpcert.rotation.expiration",
    "has to be a valid format",
  ]),
  mesh({ mtls: { backends: [{ name: "a", type: "builtin", dpCert: { rotation: { expiration: "1h30m" } } }] } }, [
    "mtls.dpcert.rotation.expiration",
    "has to be a valid format",
  ]),
  mesh({ routing: { zoneEgress: true } }, ["mtls", "has to be set when zoneEgress enabled"]),
  mesh(
    { mtls: { backends: [{ name: "p", type: "provided" }] } },
    ["mtls.backends[0].conf.cert", "has to be defined"],
    ["mtls.backends[0].conf.key", "has to be defined"],
  ),
  mesh(
    {
      metrics: { enabledBackend: "p", backends: [{ name: "p", type: "prometheus" }] },
      logging: { backends: [{ name: "f", type: "file", conf: {} }] },
    },
    ["logging.backends[0].config.path", "cannot be empty"],
  ),
  mesh(
    {
      mtls: {
        backends: [
          { name: "a", type: "builtin" },
          { name: "a", type: "builtin" },
        ],
      },
    },
    ["mtls.backends", "cannot have more than 1 backends"],
    ["mtls.backends[1].name", '"a" name is already used for another backend'],
  ),
  mesh({ mtls: { backends: [{ name: "A_b", type: "builtin" }] } }, [
    "mtls.backends[0].conf.mtls.backends.name",
    '"A_b" name must be valid dns name',
  ]),
  mesh(
    {
      logging: {
        defaultBackend: "q",
        backends: [
          { name: "", type: "tcp", conf: { address: "x" } },
          { name: "a", type: "foo" },
          { name: "a", type: "file" },
          { name: "b", type: "tcp" },
        ],
      },
    },
    ["logging.backends[0].name", "cannot be empty"],
    ["logging.backends[0].config.address", "has to be in format of HOST:PORT"],
    ["logging.backends[1].type", 'unknown backend type. Available backends: "tcp", "file"'],
    ["logging.backends[2].config.path", "cannot be empty"],
    ["logging.backends[3].config.address", "cannot be empty"],
    ["logging.backends[2].name", '"a" name is already used for another backend'],
    ["logging.defaultBackend", "has to be set to one of the logging backend in mesh"],
  ),
  mesh(
    {
      tracing: {
        backends: [
          { name: "", type: "zipkin", sampling: 101, conf: { url: "x", apiVersion: "z" } },
          { name: "a", type: "datadog", conf: {} },
          { name: "b", type: "foo" },
          { name: "c", type: "zipkin", conf: { url: "http://a/b" } },
          { name: "d", type: "zipkin" },
        ],
      },
    },
    ["tracing.backends[0].name", "cannot be empty"],
    ["tracing.backends[0].sampling", "has to be in [0.0 - 100.0] range"],
    ["tracing.backends[0].config.apiVersion", "has invalid value. Allowed values: httpJsonV1, httpJson, httpProto"],
    ["tracing.backends[0].config.url", "invalid URL"],
    ["tracing.backends[1].config.address", "cannot be empty"],
    ["tracing.backends[1].config.port", PORT],
    ["tracing.backends[2].type", 'unknown backend type. Available backends: "zipkin", "datadog"'],
    ["tracing.backends[3].config.url", "port has to be explicitly specified"],
    ["tracing.backends[4].config.url", "cannot be empty"],
  ),
  mesh(
    {
      metrics: {
        enabledBackend: "q",
        backends: [
          { name: "a", type: "foo" },
          { name: "c", type: "prometheus", conf: { skipMTLS: true, tls: { mode: "activeMTLSBackend" } } },
        ],
      },
    },
    ["metrics.backends[0].type", 'unknown backend type. Available backends: "prometheus"'],
    ["metrics.backends[1].conf", "skipMTLS and tls configuration cannot be defined together"],
    ["metrics.enabledBackend", "has to be set to one of the backends in the mesh"],
  ),
  mesh(
    {
      constraints: {
        dataplaneProxy: { requirements: [{}, { tags: { "": "x", "a b": "c", k: "", k2: "*" } }], restrictions: [{}] },
      },
    },
    ["constraints.dataplaneProxy.requirements[0].tags", "must have at least one tag"],
    ["constraints.dataplaneProxy.requirements[1].tags", "tag name must be non-empty"],
    [
      'constraints.dataplaneProxy.requirements[1].tags["a b"]',
      "tag name must consist of alphanumeric characters, dots, dashes, slashes and underscores",
    ],
    ['constraints.dataplaneProxy.requirements[1].tags["k"]', "tag value must be non-empty"],
    ["constraints.dataplaneProxy.restrictions[0].tags", "must have at least one tag"],
  ),
  dataplane({}, ["networking", "must be defined"]),
  dataplane({ networking: {} }, ["networking.address", "address can't be empty"]),
  dataplane(
    { networking: { address: "0.0.0.0", inbound: [{ port: 0 }] } },
    ["networking.address", "must not be 0.0.0.0 or ::"],
    ["networking.inbound[0].port", PORT],
  ),
  dataplane(
    {
      networking: {
        address: "a b",
        inbound: [
          { port: 70000, servicePort: 70000, address: "x", serviceAddress: "y", tags: { a: "b" }, protocol: "foo" },
        ],
      },
    },
    ["networking.address", "address has to be valid IP address or domain name"],
    ["networking.inbound[0].port", PORT],
    ["networking.inbound[0].servicePort", PORT],
    ["networking.inbound[0].serviceAddress", "serviceAddress has to be valid IP address"],
    ["networking.inbound[0].address", "address has to be valid IP address"],
    ["networking.inbound[0].protocol", 'has an invalid value "foo". Allowed values: grpc, http, http2, kafka, tcp'],
    ['networking.inbound[0].tags["kuma.io/service"]', "tag has to exist"],
  ),
  dataplane(
    inbound({ port: 80, tags: { "kuma.io/service": "a b", "": "x", "k y": "v", "kuma.io/protocol": "foo", e: "" } }),
    [
      'networking.inbound[0].tags["kuma.io/protocol"]',
      'tag "kuma.io/protocol" has an invalid value "foo". Allowed values: grpc, http, http2, kafka, tcp',
    ],
    ["networking.inbound[0].tags", "tag name must be non-empty"],
    ['networking.inbound[0].tags["e"]', "tag value must be non-empty"],
    [
      'networking.inbound[0].tags["k y"]',
      "tag name must consist of alphanumeric characters, dots, dashes, slashes and underscores",
    ],
    [
      'networking.inbound[0].tags["kuma.io/service"]',
      "tag value must consist of alphanumeric characters, dots, dashes and underscores",
    ],
  ),
  dataplane(inbound({ port: 80, serviceAddress: "10.0.0.1", tags: { "kuma.io/service": "a" } }), [
    "networking.inbound[0].serviceAddress",
    "serviceAddress and servicePort has to differ from address and port",
  ]),
  dataplane(
    {
      networking: {
        address: "127.0.0.1",
        admin: { port: 80 },
        inbound: [{ port: 80 }],
        outbound: [{ port: 80, tags: { "kuma.io/service": "a" } }],
      },
    },
    ["networking.admin.port", "must differ from inbound"],
    ["networking.admin.port", "must differ from outbound"],
  ),
  dataplane(
    inbound({
      port: 80,
      serviceProbe: { interval: "0s", timeout: "0s", healthyThreshold: 0, unhealthyThreshold: 0 },
    }),
    ["networking.inbound[0].serviceProbe.interval", "must have a positive value"],
    ["networking.inbound[0].serviceProbe.timeout", "must have a positive value"],
    ["networking.inbound[0].serviceProbe.unhealthyThreshold", "must have a positive value"],
    ["networking.inbound[0].serviceProbe.healthyThreshold", "must have a positive value"],
  ),
  dataplane(
    {
      networking: {
        address: "10.0.0.1",
        gateway: { type: "BUILTIN" },
        inbound: [{ port: 80 }],
        outbound: [{ port: 80 }],
        listeners: [{ type: "ZoneIngress", address: "1.1.1.1", port: 3 }],
      },
      probes: { port: 1 },
    },
    ["networking.inbound", "inbound cannot be defined for builtin gateways"],
    ["networking.outbound", "outbound cannot be defined for builtin gateways"],
    ["networking.listeners", "listeners cannot be defined for builtin gateways"],
    ["networking.probes", "probes cannot be defined for builtin gateways"],
    ["networking.outbound[0].tags", 'mandatory tag "kuma.io/service" is missing'],
  ),
  dataplane(
    {
      networking: {
        address: "10.0.0.1",
        gateway: { tags: { "kuma.io/protocol": "http", a: "b" } },
        inbound: [{ port: 80 }],
      },
    },
    ["networking.inbound", "inbound cannot be defined for delegated gateways"],
    ['networking.gateway.tags["kuma.io/protocol"]', 'other values than tcp are not allowed, provided value "http"'],
    ["networking.gateway.tags", 'mandatory tag "kuma.io/service" is missing'],
  ),
  dataplane(
    outbound(
      {},
      { port: 2, address: "x", tags: { a: "b" } },
      {
        port: 3,
        tags: { "kuma.io/service": "a" },
        backendRef: { kind: "MeshService", name: "x" },
      },
    ),
    ["networking.outbound[0].port", PORT],
    ["networking.outbound[0].tags", 'mandatory tag "kuma.io/service" is missing'],
    ["networking.outbound[1].address", "address has to be valid IP address"],
    ["networking.outbound[1].tags", 'mandatory tag "kuma.io/service" is missing'],
    ["networking.outbound[2].backendRef.port", PORT],
    ["networking.outbound[2].backendRef", "both backendRef and tags/service cannot be defined"],
  ),
  dataplane(
    outbound(
      { port: 2, backendRef: {} },
      { port: 4, backendRef: { kind: "MeshService", port: 3 } },
      { port: 6, backendRef: { kind: "MeshExternalService", name: "a" } },
    ),
    ["networking.outbound[0].backendRef.kind", KIND],
    ["networking.outbound[0].backendRef", "either 'name' or 'labels' should be specified"],
    ["networking.outbound[0].backendRef.port", PORT],
    ["networking.outbound[1].backendRef", "either 'name' or 'labels' should be specified"],
  ),
  dataplane(
    {
      networking: {
        address: "10.0.0.1",
        transparentProxying: {
          reachableBackends: {
            refs: [
              {},
              { kind: "MeshService", name: "a", labels: { x: "y" } },
              { kind: "MeshService", namespace: "x" },
              { kind: "MeshService", labels: { x: "y" }, namespace: "n" },
            ],
          },
        },
      },
    },
    ["networking.transparentProxing.reachableBackends.refs[0].kind", KIND],
    ["networking.transparentProxing.reachableBackends.refs[0].name", "name or labels are required"],
    [
      "networking.transparentProxing.reachableBackends.refs[1].labels",
      "labels cannot be defined when name is specified",
    ],
    ["networking.transparentProxing.reachableBackends.refs[2].name", "name is required, when namespace is defined"],
    ["networking.transparentProxing.reachableBackends.refs[3].name", "name is required, when namespace is defined"],
    [
      "networking.transparentProxing.reachableBackends.refs[3].labels",
      "labels cannot be defined when name is specified",
    ],
  ),
  dataplane(
    {
      networking: {
        address: "10.0.0.1",
        listeners: [
          {},
          { type: "ZoneIngress", address: "1.1.1.1", port: 3, name: "a" },
          { type: "ZoneEgress", address: "1.1.1.1", port: 3 },
          { type: "ZoneEgress", address: "10.0.0.1", port: 90 },
        ],
        inbound: [{ port: 90, name: "a" }],
      },
    },
    ["networking.listeners[0].type", "type must be ZoneIngress or ZoneEgress"],
    ["networking.listeners[0].address", "address can't be empty"],
    ["networking.listeners[0].port", PORT],
    ["networking.listeners[1].name", 'name "a" must be unique across inbounds and listeners'],
    ["networking.listeners[2]", "address:port 1.1.1.1:3 is used by listeners of different types"],
    ["networking.listeners[3]", "address:port 10.0.0.1:90 collides with an inbound listener"],
  ),
  dataplane(
    {
      networking: { address: "10.0.0.1" },
      probes: { endpoints: [{ inboundPort: 90, inboundPath: "x", path: "/y" }] },
      metrics: { name: "m", type: "foo" },
    },
    ["probes.port", PORT],
    ["probes.endpoints[0].inboundPath", "should be a valid URL Path"],
    ["metrics.type", 'unknown backend type. Available backends: "prometheus"'],
  ),
  service({ selector: { dataplaneTags: { a: "b" }, dataplaneRef: { name: "x" } } }, [
    "spec.selector",
    "must specify only one of: dataplaneTags, dataplaneRef, or dataplaneLabels",
  ]),
  service({ state: "Foo" }, ["spec.state", "in body should be one of [Available Unavailable]"]),
  service({ ports: [{}] }, ["spec.ports[0].port", "in body is required"]),
  service(
    { ports: [{ port: 80 }], identities: [{ type: "Foo", value: "" }, { type: "ServiceTag" }] },
    ["spec.identities[0].type", "in body should be one of [ServiceTag SpiffeID]"],
    ["spec.identities[1].value", "in body is required"],
  ),
  timeout({}, ["spec", "at least one of 'from', 'to' or 'rules' has to be defined"]),
  timeout({ rules: [] }, ["spec", "at least one of 'from', 'to' or 'rules' has to be defined"]),
  timeout(
    {
      targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "web" } },
      to: [to({ kind: "MeshServiceSubset", name: "x" })],
    },
    ["spec.to[0].targetRef.kind", "value 'MeshServiceSubset' is not supported"],
  ),
  timeout(
    {
      targetRef: {
        kind: "Mesh",
        name: "x",
        namespace: "n",
        labels: { a: "b" },
        tags: { a: "b" },
        mesh: "m",
        proxyTypes: [],
        sectionName: "s",
      },
      to: [to(MESH)],
    },
    ["spec.targetRef.name", "using name with kind Mesh is not yet supported"],
    ["spec.targetRef.mesh", "must not be set with kind Mesh"],
    ["spec.targetRef.tags", "must not be set with kind Mesh"],
    ["spec.targetRef.labels", "must not be set with kind Mesh"],
    ["spec.targetRef.namespace", "must not be set with kind Mesh"],
    ["spec.targetRef.sectionName", "must not be set with kind Mesh"],
    ["spec.targetRef.proxyTypes", "must be undefined or have at least one element"],
  ),
  timeout({ targetRef: {}, to: [to(MESH)] }, ["spec.targetRef.kind", "in body is required"]),
  timeout({ to: [{ default: { idleTimeout: "1s" } }] }, ["spec.to[0].targetRef", "in body is required"]),
  timeout({ targetRef: { kind: "Foo" }, to: [to(MESH)] }, [
    "spec.targetRef.kind",
    "in body should be one of [Mesh MeshSubset MeshGateway MeshService MeshExternalService MeshMultiZoneService MeshServiceSubset MeshHTTPRoute Dataplane]",
  ]),
  timeout(
    {
      to: [{ targetRef: MESH, default: {} }],
      from: [
        { targetRef: MESH, default: { http: {} } },
        { targetRef: { kind: "MeshService", name: "x" }, default: { http: {} } },
      ],
      rules: [{ default: {} }],
    },
    ["spec", "fields 'to' and 'from' must be empty when 'rules' is defined"],
    ["spec.from[0].default.http", "at least one timeout in this section should be configured"],
    ["spec.from[1].targetRef.kind", "value 'MeshService' is not supported"],
    ["spec.from[1].default.http", "at least one timeout in this section should be configured"],
    ["spec.to[0].default", "at least one timeout should be configured"],
    ["spec.rules[0].default", "at least one timeout should be configured"],
  ),
  timeout({ to: [{ targetRef: MESH }] }, ["spec.to[0].default", "at least one timeout should be configured"]),
  timeout(
    {
      to: [
        {
          targetRef: MESH,
          default: {
            connectionTimeout: "0s",
            idleTimeout: "-1s",
            http: { requestTimeout: "-1s", maxStreamDuration: "-1s" },
          },
        },
      ],
    },
    ["spec.to[0].default.connectionTimeout", "must be greater than zero when defined"],
    ["spec.to[0].default.idleTimeout", "must not be negative when defined"],
    ["spec.to[0].default.http.requestTimeout", "must not be negative when defined"],
    ["spec.to[0].default.http.maxStreamDuration", "must not be negative when defined"],
  ),
  timeout(
    { rules: [{ matches: [{ spiffeID: { type: "Exact", value: "x" } }], default: { idleTimeout: "1s" } }] },
    ["spec.rules[0].matches[0].spiffeID", "must be a valid Spiffe ID: scheme is missing or invalid"],
    [
      "spec.rules[0].default.idleTimeout",
      "can't be specified when matches contain spiffeID because this field cannot be conditioned on source identity",
    ],
  ),
  timeout({ rules: [{ default: { idleTimeout: 1 } }] }, [
    "spec.rules[0].default.idleTimeout",
    'in body must be of type string: "number"',
  ]),
  timeout(
    {
      targetRef: { kind: "MeshService" },
      to: [
        to({
          kind: "MeshService",
          name: "a",
          labels: { b: "c" },
          tags: { a: "b" },
          mesh: "m",
          proxyTypes: ["Sidecar"],
        }),
        to({ kind: "MeshExternalService" }),
        to({ kind: "MeshExternalService", name: "x", sectionName: "s" }),
        to({ kind: "MeshHTTPRoute", name: "a", sectionName: "x" }),
      ],
    },
    ["spec.targetRef", "name or labels must be set when kind is MeshService"],
    ["spec.to[0].targetRef.mesh", "must not be set with kind MeshService"],
    ["spec.to[0].targetRef.tags", "must not be set with kind MeshService"],
    ["spec.to[0].targetRef.proxyTypes", "must not be set with kind MeshService"],
    ["spec.to[0].targetRef.labels", "either labels or name and namespace must be specified"],
    ["spec.to[1].targetRef", "name or labels must be set when kind is MeshExternalService"],
    ["spec.to[2].targetRef.sectionName", "must not be set with kind MeshExternalService"],
    ["spec.to[3].targetRef.sectionName", "must not be set with kind MeshHTTPRoute"],
  ),
  timeout(
    { targetRef: { kind: "MeshServiceSubset", sectionName: "s", labels: { a: "b" } }, to: [to(MESH)] },
    ["spec.targetRef.name", "must be set when kind is MeshServiceSubset"],
    ["spec.targetRef.labels", "must not be set with kind MeshServiceSubset"],
    ["spec.targetRef.sectionName", "must not be set with kind MeshServiceSubset"],
  ),
  timeout(
    { targetRef: { kind: "MeshGateway", name: "g" }, to: [to({ kind: "MeshService", name: "a" })], from: [to(MESH)] },
    ["spec.from", "must not be defined"],
    ["spec.to[0].targetRef.kind", "value 'MeshService' is not supported"],
  ),
  timeout(
    {
      targetRef: { kind: "MeshHTTPRoute", name: "g" },
      to: [
        {
          targetRef: MESH,
          default: {
            idleTimeout: "1s",
            connectionTimeout: "1s",
            http: { streamIdleTimeout: "1s", maxStreamDuration: "1s" },
          },
        },
      ],
    },
    [
      "spec.to[0].default.connectionTimeout",
      "can't be specified when top-level TargetRef is referencing MeshHTTPRoute",
    ],
    ["spec.to[0].default.idleTimeout", "can't be specified when top-level TargetRef is referencing MeshHTTPRoute"],
    [
      "spec.to[0].default.http.maxStreamDuration",
      "can't be specified when top-level TargetRef is referencing MeshHTTPRoute",
    ],
  ),
  timeout(
    {
      targetRef: { kind: "Dataplane", name: "g", labels: { a: "b" }, sectionName: "s", tags: { a: "b" } },
      to: [to(MESH)],
    },
    ["spec.targetRef.tags", "must not be set with kind Dataplane"],
    ["spec.targetRef.labels", "either labels or name and namespace must be specified"],
    ["spec.targetRef.sectionName", "can only be used with inbound policies"],
  ),
  timeout(
    { targetRef: { kind: "MeshSubset", tags: { "kuma.io/service": "*", "bad key": "" } }, to: [to(MESH)] },
    [
      'spec.targetRef.tags["bad key"]',
      "tag name must consist of alphanumeric characters, dots, dashes, slashes and underscores",
    ],
    ['spec.targetRef.tags["bad key"]', "tag value must be non-empty"],
    [
      'spec.targetRef.tags["kuma.io/service"]',
      "tag value must consist of alphanumeric characters, dots, dashes and underscores",
    ],
  ),
  permission({}, ["spec", "at least one of 'from' or 'rules' has to be defined"]),
  permission({ from: [{ targetRef: MESH }] }, ["spec.from[0].default.action", "must be defined"]),
  permission({ from: [{ targetRef: MESH, default: { action: "ALLOW" } }] }, [
    "spec.from[0].default.action",
    "in body should be one of [Allow Deny AllowWithShadowDeny]",
  ]),
  permission({ from: [{ targetRef: MESH, default: { action: "Allow" } }], rules: [{ default: { allow: [{}] } }] }, [
    "spec",
    "field 'from' must be empty when 'rules' is defined",
  ]),
  permission(
    {
      from: [
        { targetRef: { kind: "MeshService" }, default: { action: "Allow" } },
        { targetRef: { kind: "Dataplane" }, default: { action: "Allow" } },
      ],
    },
    ["spec.from[0].targetRef", "name or labels must be set when kind is MeshService"],
    ["spec.from[1].targetRef.kind", "value 'Dataplane' is not supported"],
  ),
  permission({ rules: [{ default: { allow: [] } }] }, [
    "spec.rules[0]",
    "at least one of 'allow', 'allowWithShadowDeny', 'deny' has to be defined",
  ]),
  permission({ rules: [{}] }, ["spec.rules[0].default", "in body is required"]),
  permission(
    {
      rules: [
        {
          default: {
            allow: [{ spiffeID: { type: "Exact", value: "x" }, sni: { type: "Exact", value: "A b" } }],
            deny: [{ spiffeID: { type: "Prefix", value: "spiffe://a/" } }, { spiffeID: { type: "Prefix", value: "" } }],
            allowWithShadowDeny: [{ spiffeID: { type: "Exact", value: "spiffe://a/b c" } }],
          },
        },
      ],
    },
    ["spec.rules[0].allow[0].spiffeID", "must be a valid Spiffe ID: scheme is missing or invalid"],
    [
      "spec.rules[0].allow[0].sni.value",
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
    [
      "spec.rules[0].allowWithShadowDeny[0].spiffeID",
      "must be a valid Spiffe ID: path segment characters are limited to letters, numbers, dots, dashes, and underscores",
    ],
    ["spec.rules[0].deny[0].spiffeID", "must be a valid Spiffe ID: path cannot have a trailing slash"],
    ["spec.rules[0].deny[1].spiffeID", "must be a valid Spiffe ID: cannot be empty"],
  ),
  permission(
    { targetRef: { kind: "MeshGateway", name: "x" }, from: [{ targetRef: MESH, default: { action: "Allow" } }] },
    ["spec.targetRef.kind", "value 'MeshGateway' is not supported"],
  ),
  ingress({ networking: { address: "192.168.0.1", advertisedAddress: "10.0.0.1", advertisedPort: 1234 } }, [
    "networking.port",
    PORT,
  ]),
  ingress(
    {
      networking: { address: "192.168.0.1", advertisedAddress: "!@#", port: 10001, advertisedPort: 100000 },
      availableServices: [
        { tags: { "kuma.io/service": "backend", version: "1" } },
        { tags: { version: "v2" } },
        { tags: { "kuma.io/service": "" } },
        { tags: { version: "" } },
      ],
    },
    ["networking.advertisedAddress.address", "address has to be valid IP address or domain name"],
    ["networking.advertisedPort", PORT],
    ["availableService[1].tags", 'mandatory tag "kuma.io/service" is missing'],
    ['availableService[2].tags["kuma.io/service"]', "tag value must be non-empty"],
    ['availableService[3].tags["version"]', "tag value must be non-empty"],
    ["availableService[3].tags", 'mandatory tag "kuma.io/service" is missing'],
  ),
  ingress({ networking: { admin: { port: 10001 }, address: "127.0.0.1", port: 10001 } }, [
    "networking.admin.port",
    "must differ from port",
  ]),
  ingress({ networking: { address: "192.168.0.1", port: 1, advertisedPort: 2 } }, [
    "networking.advertisedAddress",
    "has to be defined with advertisedPort",
  ]),
  ingress({ networking: { address: "192.168.0.1", port: 1, advertisedAddress: "10.0.0.1" } }, [
    "networking.advertisedPort",
    "has to be defined with advertisedAddress",
  ]),
  ingress(
    { networking: { address: "0.0.0.0", port: 1, advertisedAddress: "::", advertisedPort: 2 } },
    ["networking.address.address", "must not be 0.0.0.0 or ::"],
    ["networking.advertisedAddress.address", "must not be 0.0.0.0 or ::"],
  ),
  egress(
    { networking: { address: "a b" } },
    ["networking.address.address", "address has to be valid IP address or domain name"],
    ["networking.port", PORT],
  ),
  egress({ networking: { address: "127.0.0.1", port: 9901, admin: { port: 9901 } } }, [
    "networking.admin.port",
    "must differ from port",
  ]),
  refuse("Zone", "z1")({ enabled: "x" }, ["enabled", 'in body must be of type boolean: "string"']),
  refuse("Secret", "s1")({ data: "!!" }, ["data", "must be base64"]),
];
