// Types of Kuma's that Weft does not have: known by name, so that nobody looks for a slip of the pen.
import { ALL_KINDS } from "#model/kinds.ts";

/** Kuma 2.14's types beside Weft's own, in lower case, with the way Kuma writes them. */
const KUMA_TYPES: ReadonlyMap<string, string> = new Map(
  [
    ...["CircuitBreaker", "ExternalService", "FaultInjection", "HealthCheck", "HostnameGenerator", "MeshAccessLog"],
    ...["MeshCircuitBreaker", "MeshExternalService", "MeshFaultInjection", "MeshGateway", "MeshGatewayConfig"],
    ...["MeshGatewayInstance", "MeshGatewayRoute", "MeshHealthCheck", "MeshHTTPRoute", "MeshIdentity"],
    ...["MeshLoadBalancingStrategy", "MeshMetric", "MeshMultiZoneService", "MeshPassthrough", "MeshProxyPatch"],
    ...[
      "MeshRateLimit",
      "MeshRetry",
      "MeshTCPRoute",
      "MeshTLS",
      "MeshTrace",
      "MeshTrust",
      "ProxyTemplate",
      "RateLimit",
    ],
    ...["Retry", "ServiceInsight", "Timeout", "TrafficLog", "TrafficPermission", "TrafficRoute", "TrafficTrace"],
    ...["VirtualOutbound", "Workload", "ZoneEgress", "ZoneIngress"],
  ].map((type) => [type.toLowerCase(), type]),
);

/** `MeshRetry is not supported by Weft yet; supported: …` for a type, or a plural of one, of Kuma's alone; else undefined. */
export function unsupportedText(word: string): string | undefined {
  const lower = word.toLowerCase().replaceAll("-", "");
  const type = [lower, lower.replace(/s$/, ""), lower.replace(/ies$/, "y"), lower.replace(/es$/, "")]
    .map((form) => KUMA_TYPES.get(form))
    .find((found) => found !== undefined);
  if (type === undefined) return undefined;
  return `${type} is not supported by Weft yet; supported: ${ALL_KINDS.map((kind) => kind.type).join(", ")}`;
}
