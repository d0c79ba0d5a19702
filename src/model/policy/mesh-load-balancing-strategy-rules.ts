// What MeshLoadBalancingStrategy may say of the balancer and of what it hashes.
import { parseDuration } from "#model/duration.ts";
import { parsePercentage } from "#model/percentage.ts";
import { under, type Violation } from "#model/violation.ts";
import type {
  HashPolicy,
  LoadBalancer,
  MeshLoadBalancingStrategyConf,
  MeshLoadBalancingStrategySpec,
} from "./mesh-load-balancing-strategy-shape.ts";

/** The member that each type of hash policy needs. */
const NEEDS = {
  Header: "header",
  Cookie: "cookie",
  Connection: "connection",
  SourceIP: "connection",
  QueryParameter: "queryParameter",
  FilterState: "filterState",
} as const satisfies Record<HashPolicy["type"], keyof HashPolicy>;

/** Violations of a list of hash policies, below its own path. */
export function hashViolations(policies: readonly HashPolicy[] = []): Violation[] {
  return policies.flatMap((policy, index) => {
    const needed = NEEDS[policy.type];
    const at = (field: string, reason: string): Violation[] => [{ field: `[${index}].${field}`, reason }];
    if (policy[needed] === undefined) return at(needed, "must be defined");
    if (policy.type !== "Cookie") return [];
    const { path, ttl } = policy.cookie ?? {};
    return [
      ...(path !== undefined && !path.startsWith("/") ? at("cookie.path", "must be an absolute path") : []),
      ...(ttl !== undefined && (parseDuration(ttl) ?? 0n) < 0n
        ? at("cookie.ttl", "must not be negative when defined")
        : []),
    ];
  });
}

const OLD_LISTS = ["ringHash", "maglev"] as const;

/** Violations of the balancer, below its own path. */
export function balancerViolations({ loadBalancer, hashPolicies }: MeshLoadBalancingStrategyConf): Violation[] {
  if (loadBalancer === undefined) return [];
  const { leastRequest, ringHash } = loadBalancer;
  const found: Violation[] = [];
  if (loadBalancer.type === "LeastRequest" && leastRequest?.activeRequestBias !== undefined) {
    const bias = parsePercentage(leastRequest.activeRequestBias);
    const field = "leastRequest.activeRequestBias";
    if (bias === null) found.push({ field, reason: "string must be a valid number" });
    else if (bias < 0) found.push({ field, reason: "must be greater or equal then: 0" });
  }
  found.push(...under(oldListOf(loadBalancer), hashViolations(oldHashPolicies(loadBalancer))));
  if (ringHash !== undefined && (ringHash.minRingSize ?? 1024) > (ringHash.maxRingSize ?? 8_388_608)) {
    // Envoy refuses the cluster; without a smallest size it takes 1024.
    const reason = "must not be less than minRingSize, which is 1024 where it is not set";
    found.push({ field: "ringHash.maxRingSize", reason });
  }
  if (!isPrime(loadBalancer.maglev?.tableSize ?? 65_537)) {
    found.push({ field: "maglev.tableSize", reason: "must be a prime number" });
  }
  if (hashPolicies !== undefined) {
    for (const list of OLD_LISTS) {
      if (loadBalancer[list]?.hashPolicies === undefined) continue;
      found.push({ field: `${list}.hashPolicies`, reason: "hashPolicies already specified in the root level" });
    }
  }
  return found;
}

/** Envoy refuses a Maglev table of any other size. */
function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return number > 1;
}

/** The balancer's own list of hash policies: what was written before there was one for all of them. */
export function oldHashPolicies(balancer: LoadBalancer | undefined): readonly HashPolicy[] | undefined {
  if (balancer?.type === "RingHash") return balancer.ringHash?.hashPolicies;
  return balancer?.type === "Maglev" ? balancer.maglev?.hashPolicies : undefined;
}

function oldListOf({ type }: LoadBalancer): string {
  return `${type === "RingHash" ? "ringHash" : "maglev"}.hashPolicies`;
}

/** Kuma's warnings for the old list and the old type in it. */
export function hashWarnings({ to = [] }: MeshLoadBalancingStrategySpec): string[] {
  return to.flatMap(({ default: said }, index) => {
    const old = oldHashPolicies(said?.loadBalancer);
    if (old === undefined) return [];
    const path = `spec.to[${index}].default.loadBalancer.${oldListOf(said?.loadBalancer as LoadBalancer)}`;
    return [
      `configuration '${path}' is deprecated, use 'spec.to[${index}].default.hashPolicies' instead`,
      ...old.flatMap(({ type }, position) =>
        type === "SourceIP"
          ? [`SourceIP type for '${path}[${position}].type' is deprecated, use Connection instead`]
          : [],
      ),
    ];
  });
}
