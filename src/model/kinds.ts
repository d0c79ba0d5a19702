// The table of kinds: one row each, and nobody else lists them.

import { accessTest } from "./kind/access-test.ts";
import { changeControl } from "./kind/change-control.ts";
import { dataplane } from "./kind/dataplane.ts";
import { externalService } from "./kind/external-service.ts";
import { globalSecret } from "./kind/global-secret.ts";
import { hostnameGenerator } from "./kind/hostname-generator.ts";
import { mesh } from "./kind/mesh.ts";
import { meshExternalService } from "./kind/mesh-external-service.ts";
import { meshGateway } from "./kind/mesh-gateway.ts";
import { meshMultiZoneService } from "./kind/mesh-multi-zone-service.ts";
import { meshOpenTelemetryBackend } from "./kind/mesh-open-telemetry-backend.ts";
import { meshService } from "./kind/mesh-service.ts";
import { meshZoneAddress } from "./kind/mesh-zone-address.ts";
import { secret } from "./kind/secret.ts";
import { virtualOutbound } from "./kind/virtual-outbound.ts";
import { zone } from "./kind/zone.ts";
import { zoneEgress } from "./kind/zone-egress.ts";
import { zoneIngress } from "./kind/zone-ingress.ts";
import type { Kind, PolicyTraits } from "./kind.ts";
import { circuitBreaker } from "./legacy/circuit-breaker.ts";
import { faultInjection } from "./legacy/fault-injection.ts";
import { healthCheck } from "./legacy/health-check.ts";
import { rateLimit } from "./legacy/rate-limit.ts";
import { retry } from "./legacy/retry.ts";
import { timeout } from "./legacy/timeout.ts";
import { trafficLog } from "./legacy/traffic-log.ts";
import { trafficPermission } from "./legacy/traffic-permission.ts";
import { trafficRoute } from "./legacy/traffic-route.ts";
import { trafficTrace } from "./legacy/traffic-trace.ts";
import { meshAccessLog } from "./policy/mesh-access-log.ts";
import { meshCircuitBreaker } from "./policy/mesh-circuit-breaker.ts";
import { meshFaultInjection } from "./policy/mesh-fault-injection.ts";
import { meshHealthCheck } from "./policy/mesh-health-check.ts";
import { meshHttpRoute } from "./policy/mesh-http-route.ts";
import { meshJwt } from "./policy/mesh-jwt.ts";
import { meshLoadBalancingStrategy } from "./policy/mesh-load-balancing-strategy.ts";
import { meshMetric } from "./policy/mesh-metric.ts";
import { meshPassthrough } from "./policy/mesh-passthrough.ts";
import { meshProxyPatch } from "./policy/mesh-proxy-patch.ts";
import { meshRateLimit } from "./policy/mesh-rate-limit.ts";
import { meshRetry } from "./policy/mesh-retry.ts";
import { meshTcpRoute } from "./policy/mesh-tcp-route.ts";
import { meshTimeout } from "./policy/mesh-timeout.ts";
import { meshTls } from "./policy/mesh-tls.ts";
import { meshTrace } from "./policy/mesh-trace.ts";
import { meshTrafficPermission } from "./policy/mesh-traffic-permission.ts";

/** In the order in which a set of resources has to be applied: what others refer to comes first. */
export const KINDS = {
  Zone: zone,
  ZoneIngress: zoneIngress,
  ZoneEgress: zoneEgress,
  GlobalSecret: globalSecret,
  Mesh: mesh,
  Secret: secret,
  ChangeControl: changeControl,
  AccessTest: accessTest,
  MeshService: meshService,
  MeshExternalService: meshExternalService,
  ExternalService: externalService,
  MeshMultiZoneService: meshMultiZoneService,
  HostnameGenerator: hostnameGenerator,
  MeshOpenTelemetryBackend: meshOpenTelemetryBackend,
  MeshZoneAddress: meshZoneAddress,
  MeshGateway: meshGateway,
  VirtualOutbound: virtualOutbound,
  Dataplane: dataplane,
  MeshHTTPRoute: meshHttpRoute,
  MeshTCPRoute: meshTcpRoute,
  MeshTLS: meshTls,
  MeshPassthrough: meshPassthrough,
  MeshFaultInjection: meshFaultInjection,
  MeshRateLimit: meshRateLimit,
  MeshAccessLog: meshAccessLog,
  MeshTrace: meshTrace,
  MeshLoadBalancingStrategy: meshLoadBalancingStrategy,
  MeshTimeout: meshTimeout,
  MeshJWT: meshJwt,
  MeshTrafficPermission: meshTrafficPermission,
  MeshHealthCheck: meshHealthCheck,
  MeshCircuitBreaker: meshCircuitBreaker,
  MeshRetry: meshRetry,
  MeshMetric: meshMetric,
  MeshProxyPatch: meshProxyPatch,
  // Older policies, which act by translation into those above.
  TrafficPermission: trafficPermission,
  TrafficRoute: trafficRoute,
  Timeout: timeout,
  Retry: retry,
  CircuitBreaker: circuitBreaker,
  HealthCheck: healthCheck,
  FaultInjection: faultInjection,
  RateLimit: rateLimit,
  TrafficLog: trafficLog,
  TrafficTrace: trafficTrace,
} as const;

export type TypeName = keyof typeof KINDS;

/** The spec of a kind: `SpecOf<"Dataplane">`. */
export type SpecOf<T extends TypeName> = (typeof KINDS)[T] extends Kind<infer Spec> ? Spec : never;

export type PolicyKind = Kind & { readonly policy: PolicyTraits };

const rows = Object.values(KINDS) as unknown as readonly Kind[];
const byType: ReadonlyMap<string, Kind> = new Map(rows.map((kind) => [kind.type, kind]));
const byPath: ReadonlyMap<string, Kind> = new Map(
  rows.flatMap((kind) => [kind.path, ...kind.aliases].map((path) => [path, kind] as const)),
);

/** All rows, in the table's order. */
export const ALL_KINDS: readonly Kind[] = rows;

/** The rows that are policies, in Kuma's plugin order. */
export const POLICIES: readonly PolicyKind[] = rows
  .filter((kind): kind is PolicyKind => kind.policy !== undefined)
  .sort((a, b) => a.policy.order - b.policy.order);

/** Whether resources of the kind are policies: of targetRef, or older ones. */
export function isPolicy({ policy, older }: Pick<Kind, "policy" | "older">): boolean {
  return policy !== undefined || older !== undefined;
}

/** The row of a type (`Dataplane`), or undefined. */
export function kindOfType(type: string): Kind | undefined {
  return byType.get(type);
}

/** The row of a REST plural or one of its aliases (`dataplanes`), or undefined. */
export function kindOfPath(path: string): Kind | undefined {
  return byPath.get(path);
}
