// The table of policies that write Envoy's config, in Kuma's plugin order. A new policy is a file and a row here.

import { meshAccessLogWriter } from "./policy/mesh-access-log.ts";
import { meshCircuitBreakerWriter } from "./policy/mesh-circuit-breaker.ts";
import { meshFaultInjectionWriter } from "./policy/mesh-fault-injection.ts";
import { meshHealthCheckWriter } from "./policy/mesh-health-check.ts";
import { meshHttpRouteWriter } from "./policy/mesh-http-route.ts";
import { meshJwtWriter } from "./policy/mesh-jwt.ts";
import { meshLoadBalancingStrategyWriter } from "./policy/mesh-load-balancing-strategy.ts";
import { meshMetricWriter } from "./policy/mesh-metric.ts";
import { meshPassthroughWriter } from "./policy/mesh-passthrough.ts";
import { meshRateLimitWriter } from "./policy/mesh-rate-limit.ts";
import { meshRetryWriter } from "./policy/mesh-retry.ts";
import { meshTcpRouteWriter } from "./policy/mesh-tcp-route.ts";
import { meshTimeoutWriter } from "./policy/mesh-timeout.ts";
import { meshTlsWriter } from "./policy/mesh-tls.ts";
import { meshTraceWriter } from "./policy/mesh-trace.ts";
import { meshTrafficPermissionWriter } from "./policy/mesh-traffic-permission.ts";
import type { PolicyWriter } from "./policy.ts";

export const POLICY_WRITERS: readonly PolicyWriter[] = [
  meshHttpRouteWriter,
  meshTcpRouteWriter,
  meshTlsWriter,
  meshLoadBalancingStrategyWriter,
  meshPassthroughWriter,
  meshAccessLogWriter,
  meshTraceWriter,
  meshFaultInjectionWriter,
  meshRateLimitWriter,
  meshTimeoutWriter,
  meshJwtWriter,
  meshTrafficPermissionWriter,
  meshHealthCheckWriter,
  meshCircuitBreakerWriter,
  meshRetryWriter,
  meshMetricWriter,
];
