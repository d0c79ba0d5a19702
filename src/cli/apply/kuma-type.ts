// Types of Kuma's that Weft does not have: known by name, so that nobody looks for a slip of the pen.

/** Kuma 2.14's types beside Weft's own, as Kuma writes them. */
export const KUMA_TYPES = [
  "DataplaneInsight",
  "MeshGatewayConfig",
  "MeshGatewayInstance",
  "MeshGatewayRoute",
  "MeshIdentity",
  "MeshInsight",
  "MeshTrust",
  "ProxyTemplate",
  "ServiceInsight",
  "Workload",
  "ZoneEgressInsight",
  "ZoneIngressInsight",
  "ZoneInsight",
] as const;

const byLower: ReadonlyMap<string, string> = new Map(KUMA_TYPES.map((type) => [type.toLowerCase(), type]));

/** `MeshIdentity is a type of Kuma's that Weft does not have yet` for a type, or a plural of one, of Kuma's alone; else undefined. */
export function unsupportedText(word: string): string | undefined {
  const lower = word.toLowerCase().replaceAll("-", "");
  const type = [lower, lower.replace(/s$/, ""), lower.replace(/ies$/, "y"), lower.replace(/es$/, "")]
    .map((form) => byLower.get(form))
    .find((found) => found !== undefined);
  return type === undefined ? undefined : `${type} is a type of Kuma's that Weft does not have yet`;
}
