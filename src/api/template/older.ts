// Templates of older policies. Each is valid as it stands.

const head = (type: string, name: string): string => `type: ${type}\nmesh: default\nname: ${name}\n`;
const pair = `sources:
  - match: { kuma.io/service: web }
destinations:
  - match: { kuma.io/service: backend }
`;
const all = `sources:
  - match: { kuma.io/service: "*" }
destinations:
  - match: { kuma.io/service: "*" }
`;

/** YAML by type. */
export const OLDER_TEMPLATES = {
  TrafficPermission: `${head("TrafficPermission", "web-to-backend")}${pair}`,
  TrafficRoute: `${head("TrafficRoute", "backend")}${pair}conf:
  split:
    - { weight: 90, destination: { kuma.io/service: backend, version: v1 } }
    - { weight: 10, destination: { kuma.io/service: backend, version: v2 } }
`,
  Timeout: `${head("Timeout", "backend")}${pair}conf:
  connectTimeout: 2s
  http: { requestTimeout: 15s }
`,
  Retry: `${head("Retry", "backend")}${pair}conf:
  http: { numRetries: 3, perTryTimeout: 2s }
`,
  CircuitBreaker: `${head("CircuitBreaker", "backend")}${pair}conf:
  interval: 5s
  baseEjectionTime: 30s
  maxEjectionPercent: 50
  detectors:
    totalErrors: { consecutive: 5 }
`,
  HealthCheck: `${head("HealthCheck", "backend")}${pair}conf:
  interval: 10s
  timeout: 2s
  unhealthyThreshold: 2
  healthyThreshold: 1
`,
  FaultInjection: `${head("FaultInjection", "shaky-backend")}sources:
  - match: { kuma.io/service: web, kuma.io/protocol: http }
destinations:
  - match: { kuma.io/service: backend, kuma.io/protocol: http }
conf:
  abort: { httpStatus: 503, percentage: 10 }
`,
  RateLimit: `${head("RateLimit", "backend")}${pair}conf:
  http: { requests: 100, interval: 1s }
`,
  TrafficLog: `${head("TrafficLog", "all")}${all}`,
  TrafficTrace: `${head("TrafficTrace", "all")}selectors:
  - match: { kuma.io/service: "*" }
`,
} as const;
