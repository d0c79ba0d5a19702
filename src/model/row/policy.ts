// Rows of the table of kinds that are policies: what they are found and shown by, and what matching asks of them. No shape stands here.

import type { Kind } from "#model/kind.ts";
import type { MeshAccessLogSpec } from "#model/policy/mesh-access-log.ts";
import type { MeshCircuitBreakerSpec } from "#model/policy/mesh-circuit-breaker.ts";
import type { MeshFaultInjectionSpec } from "#model/policy/mesh-fault-injection.ts";
import type { MeshHealthCheckSpec } from "#model/policy/mesh-health-check.ts";
import type { MeshHttpRouteSpec } from "#model/policy/mesh-http-route-shape.ts";
import type { MeshJwtSpec } from "#model/policy/mesh-jwt.ts";
import type { MeshLoadBalancingStrategySpec } from "#model/policy/mesh-load-balancing-strategy-shape.ts";
import type { MeshMetricSpec } from "#model/policy/mesh-metric.ts";
import type { MeshPassthroughSpec } from "#model/policy/mesh-passthrough.ts";
import type { MeshProxyPatchSpec } from "#model/policy/mesh-proxy-patch.ts";
import type { MeshRateLimitSpec } from "#model/policy/mesh-rate-limit.ts";
import type { MeshRetrySpec } from "#model/policy/mesh-retry-shape.ts";
import type { MeshTcpRouteSpec } from "#model/policy/mesh-tcp-route.ts";
import type { MeshTimeoutSpec } from "#model/policy/mesh-timeout.ts";
import type { MeshTlsSpec } from "#model/policy/mesh-tls.ts";
import type { MeshTraceSpec } from "#model/policy/mesh-trace.ts";
import type { MeshTrafficPermissionSpec } from "#model/policy/mesh-traffic-permission.ts";

/** What all rows say. */
const POLICY = {
  aliases: [],
  scope: "Mesh",
  envelope: "spec",
  readOnly: false,
  shortNames: false,
  relay: "all",
  secret: false,
} as const;

export const meshAccessLog: Kind<MeshAccessLogSpec> = {
  ...POLICY,
  type: "MeshAccessLog",
  path: "meshaccesslogs",
  shortName: "mal",
  singularDisplayName: "Mesh Access Log",
  pluralDisplayName: "Mesh Access Logs",
  policy: { order: 600, to: true, from: true, rules: true, fromAsRules: true },
};

export const meshCircuitBreaker: Kind<MeshCircuitBreakerSpec> = {
  ...POLICY,
  type: "MeshCircuitBreaker",
  path: "meshcircuitbreakers",
  shortName: "mcb",
  singularDisplayName: "Mesh Circuit Breaker",
  pluralDisplayName: "Mesh Circuit Breakers",
  policy: { order: 1300, to: true, from: true, rules: true, fromAsRules: true },
};

export const meshFaultInjection: Kind<MeshFaultInjectionSpec> = {
  ...POLICY,
  type: "MeshFaultInjection",
  path: "meshfaultinjections",
  shortName: "mfi",
  singularDisplayName: "Mesh Fault Injection",
  pluralDisplayName: "Mesh Fault Injections",
  policy: { order: 800, to: true, from: true, rules: true, fromAsRules: false, clientTags: true },
};

export const meshHealthCheck: Kind<MeshHealthCheckSpec> = {
  ...POLICY,
  type: "MeshHealthCheck",
  path: "meshhealthchecks",
  shortName: "mhc",
  singularDisplayName: "Mesh Health Check",
  pluralDisplayName: "Mesh Health Checks",
  policy: { order: 1200, to: true, from: false, rules: false, fromAsRules: false },
};

export const meshHttpRoute: Kind<MeshHttpRouteSpec> = {
  ...POLICY,
  type: "MeshHTTPRoute",
  path: "meshhttproutes",
  shortName: "mhttpr",
  singularDisplayName: "Mesh HTTP Route",
  pluralDisplayName: "Mesh HTTP Routes",
  policy: { order: 100, to: true, from: false, rules: false, fromAsRules: false },
};

export const meshJwt: Kind<MeshJwtSpec> = {
  ...POLICY,
  type: "MeshJWT",
  path: "meshjwts",
  shortName: "mjwt",
  singularDisplayName: "Mesh JWT",
  pluralDisplayName: "Mesh JWTs",
  policy: { order: 1050, to: false, from: false, rules: true, fromAsRules: false },
};

export const meshLoadBalancingStrategy: Kind<MeshLoadBalancingStrategySpec> = {
  ...POLICY,
  type: "MeshLoadBalancingStrategy",
  path: "meshloadbalancingstrategies",
  shortName: "mlbs",
  singularDisplayName: "Mesh Load Balancing Strategy",
  pluralDisplayName: "Mesh Load Balancing Strategies",
  policy: { order: 400, to: true, from: false, rules: false, fromAsRules: false, endpointLabels },
};

export const meshMetric: Kind<MeshMetricSpec> = {
  ...POLICY,
  type: "MeshMetric",
  path: "meshmetrics",
  shortName: "mm",
  singularDisplayName: "Mesh Metric",
  pluralDisplayName: "Mesh Metrics",
  policy: { order: 1500, to: false, from: false, rules: false, fromAsRules: false, proxy: true },
};

export const meshPassthrough: Kind<MeshPassthroughSpec> = {
  ...POLICY,
  type: "MeshPassthrough",
  path: "meshpassthroughs",
  shortName: "mp",
  singularDisplayName: "Mesh Passthrough",
  pluralDisplayName: "Mesh Passthroughs",
  policy: { order: 500, to: false, from: false, rules: false, fromAsRules: false, proxy: true },
};

export const meshProxyPatch: Kind<MeshProxyPatchSpec> = {
  ...POLICY,
  type: "MeshProxyPatch",
  path: "meshproxypatches",
  shortName: "mpp",
  singularDisplayName: "Mesh Proxy Patch",
  pluralDisplayName: "Mesh Proxy Patches",
  policy: { order: 9999, to: false, from: false, rules: false, fromAsRules: false, proxy: true },
};

export const meshRateLimit: Kind<MeshRateLimitSpec> = {
  ...POLICY,
  type: "MeshRateLimit",
  path: "meshratelimits",
  shortName: "mrl",
  singularDisplayName: "Mesh Rate Limit",
  pluralDisplayName: "Mesh Rate Limits",
  policy: { order: 900, to: true, from: true, rules: true, fromAsRules: true },
};

export const meshRetry: Kind<MeshRetrySpec> = {
  ...POLICY,
  type: "MeshRetry",
  path: "meshretries",
  shortName: "mr",
  singularDisplayName: "Mesh Retry",
  pluralDisplayName: "Mesh Retries",
  policy: { order: 1400, to: true, from: false, rules: false, fromAsRules: false },
};

export const meshTcpRoute: Kind<MeshTcpRouteSpec> = {
  ...POLICY,
  type: "MeshTCPRoute",
  path: "meshtcproutes",
  shortName: "mtcpr",
  singularDisplayName: "Mesh TCP Route",
  pluralDisplayName: "Mesh TCP Routes",
  policy: { order: 200, to: true, from: false, rules: false, fromAsRules: false },
};

export const meshTimeout: Kind<MeshTimeoutSpec> = {
  ...POLICY,
  type: "MeshTimeout",
  path: "meshtimeouts",
  shortName: "mt",
  singularDisplayName: "Mesh Timeout",
  pluralDisplayName: "Mesh Timeouts",
  policy: { order: 1000, to: true, from: true, rules: true, fromAsRules: true },
};

export const meshTls: Kind<MeshTlsSpec> = {
  ...POLICY,
  type: "MeshTLS",
  path: "meshtlses",
  shortName: "mtls",
  singularDisplayName: "Mesh TLS",
  pluralDisplayName: "Mesh TLSes",
  policy: { order: 300, to: false, from: true, rules: true, fromAsRules: true, bothEnds: true },
};

export const meshTrace: Kind<MeshTraceSpec> = {
  ...POLICY,
  type: "MeshTrace",
  path: "meshtraces",
  shortName: "mtr",
  singularDisplayName: "Mesh Trace",
  pluralDisplayName: "Mesh Traces",
  policy: { order: 700, to: false, from: false, rules: false, fromAsRules: false, proxy: true },
};

export const meshTrafficPermission: Kind<MeshTrafficPermissionSpec> = {
  ...POLICY,
  type: "MeshTrafficPermission",
  path: "meshtrafficpermissions",
  shortName: "mtp",
  singularDisplayName: "Mesh Traffic Permission",
  pluralDisplayName: "Mesh Traffic Permissions",
  policy: { order: 1100, to: false, from: true, rules: true, fromAsRules: false, rulesAlone: true },
};

/** Endpoints are told apart by their tags, and by labels of their dataplane where they have no such tag. */
function endpointLabels({ to = [] }: MeshLoadBalancingStrategySpec): readonly string[] {
  return to.flatMap(
    ({ default: said }) => said?.localityAwareness?.localZone?.affinityTags?.map(({ key }) => key) ?? [],
  );
}
