// Templates of everything that is no policy. Each is valid as it stands.

/** YAML by type. */
export const RESOURCE_TEMPLATES = {
  Mesh: `type: Mesh
name: shop
mtls:
  enabledBackend: ca-1
  backends:
    - name: ca-1
      type: builtin
`,
  Zone: `type: Zone
name: east
enabled: true
`,
  ZoneIngress: `type: ZoneIngress
name: ingress-1
zone: east
networking:
  address: 10.0.0.1
  port: 10001
  advertisedAddress: 203.0.113.1
  advertisedPort: 10001
`,
  ZoneEgress: `type: ZoneEgress
name: egress-1
zone: east
networking:
  address: 10.0.0.2
  port: 10002
`,
  GlobalSecret: `type: GlobalSecret
name: licence
# Base64 of what it holds.
data: c2VjcmV0
`,
  Secret: `type: Secret
mesh: default
name: password
# Base64 of what it holds.
data: c2VjcmV0
`,
  ChangeControl: `type: ChangeControl
mesh: default
name: careful
spec:
  # Changes of the mesh are committed by plans that somebody else has approved.
  approvals: { required: 1 }
  # A revision after which requests fail is taken back.
  rollback:
    window: 5m
    errorRate: 5
`,
  AccessTest: `type: AccessTest
mesh: default
name: web-reads-backend
spec:
  # No change is committed after which this holds no more.
  expect: allow
  from: web
  to: backend
  method: GET
  reason: the shop window reads it
`,
  MeshService: `type: MeshService
mesh: default
name: backend
spec:
  selector:
    dataplaneTags:
      kuma.io/service: backend
  ports:
    - port: 80
      targetPort: 8080
      appProtocol: http
`,
  MeshExternalService: `type: MeshExternalService
mesh: default
name: payments
spec:
  match: { type: HostnameGenerator, port: 443, protocol: tcp }
  endpoints:
    - { address: payments.example.com, port: 443 }
`,
  ExternalService: `type: ExternalService
mesh: default
name: payments
tags:
  kuma.io/service: payments
  kuma.io/protocol: tcp
networking:
  address: payments.example.com:443
`,
  MeshMultiZoneService: `type: MeshMultiZoneService
mesh: default
name: backend
spec:
  selector:
    meshService:
      matchLabels:
        kuma.io/display-name: backend
  ports:
    - port: 80
      appProtocol: http
`,
  HostnameGenerator: `type: HostnameGenerator
name: short
spec:
  selector:
    meshService: {}
  template: "{{ .DisplayName }}.mesh.internal"
`,
  MeshOpenTelemetryBackend: `type: MeshOpenTelemetryBackend
mesh: default
name: collector
spec:
  endpoint: { address: collector.example.com, port: 4317 }
  protocol: grpc
`,
  MeshZoneAddress: `type: MeshZoneAddress
mesh: default
name: east
spec:
  address: 203.0.113.1
  port: 10001
`,
  MeshGateway: `type: MeshGateway
mesh: default
name: edge
selectors:
  - match: { kuma.io/service: edge }
conf:
  listeners:
    - port: 8080
      protocol: HTTP
      hostname: "*"
`,
  VirtualOutbound: `type: VirtualOutbound
mesh: default
name: short
selectors:
  - match: { kuma.io/service: "*" }
conf:
  host: "{{.service}}.mesh"
  port: "80"
  parameters:
    - { name: service, tagKey: kuma.io/service }
`,
  Dataplane: `type: Dataplane
mesh: default
name: backend-1
networking:
  address: 10.0.0.3
  inbound:
    - port: 8080
      tags:
        kuma.io/service: backend
        kuma.io/protocol: http
`,
} as const;
