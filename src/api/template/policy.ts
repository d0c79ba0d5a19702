// Templates of policies: what a new one may begin as. Each is valid as it stands.

const head = (type: string, name: string): string => `type: ${type}\nmesh: default\nname: ${name}\n`;
const toService = (body: string): string => `spec:
  targetRef: { kind: Mesh }
  to:
    - targetRef: { kind: MeshService, name: backend }
${body}`;
const ofService = (body: string): string => `spec:
  targetRef:
    kind: Dataplane
    labels: { app: backend }
${body}`;

/** YAML by type. */
export const POLICY_TEMPLATES = {
  MeshTrafficPermission: `${head("MeshTrafficPermission", "web-to-backend")}${ofService(`  rules:
    - default:
        allow:
          - spiffeID: { type: Exact, value: spiffe://default/web }
`)}`,
  MeshTimeout: `${head("MeshTimeout", "backend")}${toService(`      default:
        connectionTimeout: 2s
        http:
          requestTimeout: 15s
`)}`,
  MeshRetry: `${head("MeshRetry", "backend")}${toService(`      default:
        http:
          numRetries: 3
          perTryTimeout: 2s
          retryOn: [GatewayError, ConnectFailure, RefusedStream]
`)}`,
  MeshCircuitBreaker: `${head("MeshCircuitBreaker", "backend")}${toService(`      default:
        connectionLimits: { maxRequests: 64, maxPendingRequests: 64 }
        outlierDetection:
          interval: 5s
          baseEjectionTime: 30s
          maxEjectionPercent: 50
          detectors: { totalFailures: { consecutive: 5 } }
`)}`,
  MeshHealthCheck: `${head("MeshHealthCheck", "backend")}${toService(`      default:
        interval: 10s
        timeout: 2s
        unhealthyThreshold: 2
        healthyThreshold: 1
        http: { path: /health, expectedStatuses: [200] }
`)}`,
  MeshHTTPRoute: `${head("MeshHTTPRoute", "canary")}${toService(`      rules:
        - matches: [{ path: { type: PathPrefix, value: / } }]
          default:
            backendRefs:
              - { kind: MeshServiceSubset, name: backend, tags: { version: v1 }, weight: 90 }
              - { kind: MeshServiceSubset, name: backend, tags: { version: v2 }, weight: 10 }
`)}`,
  MeshTCPRoute: `${head("MeshTCPRoute", "canary")}${toService(`      rules:
        - default:
            backendRefs:
              - { kind: MeshServiceSubset, name: backend, tags: { version: v1 }, weight: 90 }
              - { kind: MeshServiceSubset, name: backend, tags: { version: v2 }, weight: 10 }
`)}`,
  MeshLoadBalancingStrategy: `${head("MeshLoadBalancingStrategy", "backend")}${toService(`      default:
        loadBalancer: { type: LeastRequest }
        localityAwareness:
          localZone: { affinityTags: [{ key: env }] }
`)}`,
  MeshAccessLog: `${head("MeshAccessLog", "calls-of-backend")}${toService(`      default:
        backends:
          - type: File
            file: { path: /tmp/access.log }
`)}`,
  MeshFaultInjection: `${head("MeshFaultInjection", "shaky-backend")}${ofService(`  rules:
    - default:
        http:
          - abort: { httpStatus: 503, percentage: 10 }
            delay: { value: 2s, percentage: 25 }
`)}`,
  MeshRateLimit: `${head("MeshRateLimit", "backend")}${ofService(`  rules:
    - default:
        local:
          http:
            requestRate: { num: 100, interval: 1s }
            onRateLimit: { status: 429 }
`)}`,
  MeshJWT: `${head("MeshJWT", "backend-users")}${ofService(`  rules:
    - default:
        mode: Required
        providers:
          - name: users
            issuer: https://login.example.com/
            audiences: [backend]
            jwks:
              remote: { uri: https://login.example.com/.well-known/jwks.json }
`)}`,
  MeshTLS: `${head("MeshTLS", "modern")}spec:
  targetRef: { kind: Mesh }
  rules:
    - default:
        mode: Strict
        tlsVersion: { min: TLS13, max: TLS13 }
`,
  MeshMetric: `${head("MeshMetric", "prometheus")}spec:
  targetRef: { kind: Mesh }
  default:
    backends:
      - type: Prometheus
        prometheus: { port: 5670, path: /metrics }
`,
  MeshTrace: `${head("MeshTrace", "all")}spec:
  targetRef: { kind: Mesh }
  default:
    backends:
      - type: Zipkin
        zipkin: { url: "http://zipkin.example.com:9411/api/v2/spans" }
    sampling: { random: 10 }
`,
  MeshPassthrough: `${head("MeshPassthrough", "web")}spec:
  targetRef:
    kind: Dataplane
    labels: { app: web }
  default:
    passthroughMode: Matched
    appendMatch:
      - { type: Domain, value: "*.example.com", protocol: tls, port: 443 }
`,
  MeshProxyPatch: `${head("MeshProxyPatch", "slow-connect")}spec:
  targetRef:
    kind: Dataplane
    labels: { app: web }
  default:
    appendModifications:
      - cluster:
          operation: Patch
          match: { name: backend }
          jsonPatches:
            - { op: replace, path: /connectTimeout, value: 9s }
`,
} as const;
