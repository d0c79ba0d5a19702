// The table of judges, beside that of kinds: what finds and shows resources needs none of it, and the API worker has none of it in its script.

import { accessTestJudge } from "./kind/access-test.ts";
import { changeControlJudge } from "./kind/change-control.ts";
import { dataplaneJudge } from "./kind/dataplane.ts";
import { externalServiceJudge } from "./kind/external-service.ts";
import { globalSecretJudge } from "./kind/global-secret.ts";
import { hostnameGeneratorJudge } from "./kind/hostname-generator.ts";
import { meshJudge } from "./kind/mesh.ts";
import { meshExternalServiceJudge } from "./kind/mesh-external-service.ts";
import { meshGatewayJudge } from "./kind/mesh-gateway.ts";
import { meshMultiZoneServiceJudge } from "./kind/mesh-multi-zone-service.ts";
import { meshOpenTelemetryBackendJudge } from "./kind/mesh-open-telemetry-backend.ts";
import { meshServiceJudge } from "./kind/mesh-service.ts";
import { meshZoneAddressJudge } from "./kind/mesh-zone-address.ts";
import { secretJudge } from "./kind/secret.ts";
import { virtualOutboundJudge } from "./kind/virtual-outbound.ts";
import { zoneJudge } from "./kind/zone.ts";
import { zoneEgressJudge } from "./kind/zone-egress.ts";
import { zoneIngressJudge } from "./kind/zone-ingress.ts";
import type { Judge, Kind } from "./kind.ts";
import type { SpecOf, TypeName } from "./kinds.ts";
import { circuitBreakerJudge } from "./legacy/circuit-breaker.ts";
import { faultInjectionJudge } from "./legacy/fault-injection.ts";
import { healthCheckJudge } from "./legacy/health-check.ts";
import { rateLimitJudge } from "./legacy/rate-limit.ts";
import { retryJudge } from "./legacy/retry.ts";
import { timeoutJudge } from "./legacy/timeout.ts";
import { trafficLogJudge } from "./legacy/traffic-log.ts";
import { trafficPermissionJudge } from "./legacy/traffic-permission.ts";
import { trafficRouteJudge } from "./legacy/traffic-route.ts";
import { trafficTraceJudge } from "./legacy/traffic-trace.ts";
import { meshAccessLogJudge } from "./policy/mesh-access-log.ts";
import { meshCircuitBreakerJudge } from "./policy/mesh-circuit-breaker.ts";
import { meshFaultInjectionJudge } from "./policy/mesh-fault-injection.ts";
import { meshHealthCheckJudge } from "./policy/mesh-health-check.ts";
import { meshHttpRouteJudge } from "./policy/mesh-http-route.ts";
import { meshJwtJudge } from "./policy/mesh-jwt.ts";
import { meshLoadBalancingStrategyJudge } from "./policy/mesh-load-balancing-strategy.ts";
import { meshMetricJudge } from "./policy/mesh-metric.ts";
import { meshPassthroughJudge } from "./policy/mesh-passthrough.ts";
import { meshProxyPatchJudge } from "./policy/mesh-proxy-patch.ts";
import { meshRateLimitJudge } from "./policy/mesh-rate-limit.ts";
import { meshRetryJudge } from "./policy/mesh-retry.ts";
import { meshTcpRouteJudge } from "./policy/mesh-tcp-route.ts";
import { meshTimeoutJudge } from "./policy/mesh-timeout.ts";
import { meshTlsJudge } from "./policy/mesh-tls.ts";
import { meshTraceJudge } from "./policy/mesh-trace.ts";
import { meshTrafficPermissionJudge } from "./policy/mesh-traffic-permission.ts";

const JUDGES: { readonly [T in TypeName]: Judge<SpecOf<T>> } = {
  Zone: zoneJudge,
  ZoneIngress: zoneIngressJudge,
  ZoneEgress: zoneEgressJudge,
  GlobalSecret: globalSecretJudge,
  Mesh: meshJudge,
  Secret: secretJudge,
  ChangeControl: changeControlJudge,
  AccessTest: accessTestJudge,
  MeshService: meshServiceJudge,
  MeshExternalService: meshExternalServiceJudge,
  ExternalService: externalServiceJudge,
  MeshMultiZoneService: meshMultiZoneServiceJudge,
  HostnameGenerator: hostnameGeneratorJudge,
  MeshOpenTelemetryBackend: meshOpenTelemetryBackendJudge,
  MeshZoneAddress: meshZoneAddressJudge,
  MeshGateway: meshGatewayJudge,
  VirtualOutbound: virtualOutboundJudge,
  Dataplane: dataplaneJudge,
  MeshHTTPRoute: meshHttpRouteJudge,
  MeshTCPRoute: meshTcpRouteJudge,
  MeshTLS: meshTlsJudge,
  MeshPassthrough: meshPassthroughJudge,
  MeshFaultInjection: meshFaultInjectionJudge,
  MeshRateLimit: meshRateLimitJudge,
  MeshAccessLog: meshAccessLogJudge,
  MeshTrace: meshTraceJudge,
  MeshLoadBalancingStrategy: meshLoadBalancingStrategyJudge,
  MeshTimeout: meshTimeoutJudge,
  MeshJWT: meshJwtJudge,
  MeshTrafficPermission: meshTrafficPermissionJudge,
  MeshHealthCheck: meshHealthCheckJudge,
  MeshCircuitBreaker: meshCircuitBreakerJudge,
  MeshRetry: meshRetryJudge,
  MeshMetric: meshMetricJudge,
  MeshProxyPatch: meshProxyPatchJudge,
  TrafficPermission: trafficPermissionJudge,
  TrafficRoute: trafficRouteJudge,
  Timeout: timeoutJudge,
  Retry: retryJudge,
  CircuitBreaker: circuitBreakerJudge,
  HealthCheck: healthCheckJudge,
  FaultInjection: faultInjectionJudge,
  RateLimit: rateLimitJudge,
  TrafficLog: trafficLogJudge,
  TrafficTrace: trafficTraceJudge,
};

/** What the kind's specs are judged by. TypeError where it is not in the table. */
export function judgeOf<Spec>({ type }: Pick<Kind<Spec>, "type">): Judge<Spec> {
  const judge = (JUDGES as Readonly<Record<string, unknown>>)[type];
  if (judge === undefined) throw new TypeError(`No kind is named ${type}`);
  return judge as Judge<Spec>;
}
