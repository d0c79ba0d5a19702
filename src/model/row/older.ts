// Rows of the table of kinds that are older policies, which act by translation into others. No shape stands here.

import type { Kind } from "#model/kind.ts";
import type { CircuitBreakerSpec } from "#model/legacy/circuit-breaker.ts";
import type { FaultInjectionSpec } from "#model/legacy/fault-injection.ts";
import type { HealthCheckSpec } from "#model/legacy/health-check.ts";
import type { RateLimitSpec } from "#model/legacy/rate-limit.ts";
import type { RetrySpec } from "#model/legacy/retry.ts";
import type { TimeoutSpec } from "#model/legacy/timeout.ts";
import type { TrafficLogSpec } from "#model/legacy/traffic-log.ts";
import type { TrafficPermissionSpec } from "#model/legacy/traffic-permission.ts";
import type { TrafficRouteSpec } from "#model/legacy/traffic-route-shape.ts";
import type { TrafficTraceSpec } from "#model/legacy/traffic-trace.ts";

export const circuitBreaker = olderPolicy<CircuitBreakerSpec>({
  type: "CircuitBreaker",
  path: "circuit-breakers",
  shortName: "cb",
  displayName: "Circuit Breaker",
  becomes: ["MeshCircuitBreaker"],
});

export const faultInjection = olderPolicy<FaultInjectionSpec>({
  type: "FaultInjection",
  path: "fault-injections",
  shortName: "fi",
  displayName: "Fault Injection",
  becomes: ["MeshFaultInjection"],
});

export const healthCheck = olderPolicy<HealthCheckSpec>({
  type: "HealthCheck",
  path: "health-checks",
  shortName: "hc",
  displayName: "Health Check",
  becomes: ["MeshHealthCheck"],
});

export const rateLimit = olderPolicy<RateLimitSpec>({
  type: "RateLimit",
  path: "rate-limits",
  shortName: "rl",
  displayName: "Rate Limit",
  becomes: ["MeshRateLimit"],
});

export const retry = olderPolicy<RetrySpec>({
  type: "Retry",
  path: "retries",
  shortName: "re",
  displayName: "Retry",
  plural: "Retries",
  becomes: ["MeshRetry"],
});

export const timeout = olderPolicy<TimeoutSpec>({
  type: "Timeout",
  path: "timeouts",
  shortName: "to",
  displayName: "Timeout",
  becomes: ["MeshTimeout"],
});

export const trafficLog = olderPolicy<TrafficLogSpec>({
  type: "TrafficLog",
  path: "traffic-logs",
  shortName: "tl",
  displayName: "Traffic Log",
  becomes: ["MeshAccessLog"],
});

export const trafficPermission = olderPolicy<TrafficPermissionSpec>({
  type: "TrafficPermission",
  path: "traffic-permissions",
  shortName: "tp",
  displayName: "Traffic Permission",
  becomes: ["MeshTrafficPermission"],
});

export const trafficRoute = olderPolicy<TrafficRouteSpec>({
  type: "TrafficRoute",
  path: "traffic-routes",
  shortName: "tr",
  displayName: "Traffic Route",
  becomes: ["MeshHTTPRoute", "MeshTCPRoute", "MeshLoadBalancingStrategy"],
});

export const trafficTrace = olderPolicy<TrafficTraceSpec>({
  type: "TrafficTrace",
  path: "traffic-traces",
  shortName: "tt",
  displayName: "Traffic Trace",
  becomes: ["MeshTrace"],
});

interface Own {
  readonly type: string;
  readonly path: string;
  readonly shortName: string;
  readonly displayName: string;
  readonly plural?: string;
  readonly becomes: readonly string[];
}

/** With what all of them have in common. */
function olderPolicy<Spec>({ displayName, plural, becomes, ...own }: Own): Kind<Spec> {
  return {
    ...own,
    aliases: [],
    scope: "Mesh",
    envelope: "flat",
    singularDisplayName: displayName,
    pluralDisplayName: plural ?? `${displayName}s`,
    readOnly: false,
    shortNames: false,
    relay: "all",
    secret: false,
    older: { becomes },
  };
}
