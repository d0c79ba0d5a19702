// The table of kinds: one row each (src/model/row), and nobody else lists them. What their specs are judged by stands in judges.ts.

import type { Kind, PolicyTraits } from "./kind.ts";
import {
  accessTest,
  changeControl,
  dataplane,
  externalService,
  globalSecret,
  hostnameGenerator,
  mesh,
  meshExternalService,
  meshGateway,
  meshMultiZoneService,
  meshOpenTelemetryBackend,
  meshService,
  meshZoneAddress,
  secret,
  virtualOutbound,
  zone,
  zoneEgress,
  zoneIngress,
} from "./row/kind.ts";
import {
  circuitBreaker,
  faultInjection,
  healthCheck,
  rateLimit,
  retry,
  timeout,
  trafficLog,
  trafficPermission,
  trafficRoute,
  trafficTrace,
} from "./row/older.ts";
import {
  meshAccessLog,
  meshCircuitBreaker,
  meshFaultInjection,
  meshHealthCheck,
  meshHttpRoute,
  meshJwt,
  meshLoadBalancingStrategy,
  meshMetric,
  meshPassthrough,
  meshProxyPatch,
  meshRateLimit,
  meshRetry,
  meshTcpRoute,
  meshTimeout,
  meshTls,
  meshTrace,
  meshTrafficPermission,
} from "./row/policy.ts";

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
