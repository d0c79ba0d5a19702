// The balancers of MeshLoadBalancingStrategy, as fields of a cluster.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { LoadBalancer } from "#model/policy/mesh-load-balancing-strategy-shape.ts";
import { numberOf } from "#xds/field.ts";
import type { Source, Tracer } from "#xds/trace.ts";

type At = (pointer: string) => Source;

const POLICIES = {
  RoundRobin: "ROUND_ROBIN",
  LeastRequest: "LEAST_REQUEST",
  RingHash: "RING_HASH",
  Random: "RANDOM",
  Maglev: "MAGLEV",
} as const;

/** Only the options of the type that holds are written. */
export function writeBalancer(cluster: ClusterJson, said: LoadBalancer, tracer: Tracer, at: At): void {
  const lbPolicy = POLICIES[said.type];
  if (lbPolicy === undefined) return;
  tracer.set(cluster, "lbPolicy", lbPolicy, at("/type"));
  if (said.type === "LeastRequest") writeLeastRequest(cluster, said.leastRequest, tracer, at);
  if (said.type === "RingHash") writeRing(cluster, said.ringHash, tracer, at);
  const size = said.maglev?.tableSize;
  if (said.type !== "Maglev" || size === undefined || size === null) return;
  tracer.set(cluster, "maglevLbConfig", { tableSize: String(size) }, at("/maglev/tableSize"));
}

function writeLeastRequest(cluster: ClusterJson, said: LoadBalancer["leastRequest"], tracer: Tracer, at: At): void {
  if (!said) return;
  const config: NonNullable<ClusterJson["leastRequestLbConfig"]> = {};
  tracer.set(cluster, "leastRequestLbConfig", config, at("/leastRequest"));
  const count = said.choiceCount;
  if (count !== undefined && count !== null) {
    tracer.set(config, "choiceCount", count, at("/leastRequest/choiceCount"));
  }
  const source = at("/leastRequest/activeRequestBias");
  const defaultValue = numberOf(said.activeRequestBias, [0, Number.MAX_VALUE], tracer, source);
  if (defaultValue === null) return;
  // Envoy wants a key that could override it; nobody sets this one.
  const runtimeKey = "upstream.least_request.active_request_bias";
  tracer.set(config, "activeRequestBias", { defaultValue, runtimeKey }, source);
}

const FUNCTIONS = { XXHash: "XX_HASH", MurmurHash2: "MURMUR_HASH_2" } as const;

function writeRing(cluster: ClusterJson, said: LoadBalancer["ringHash"], tracer: Tracer, at: At): void {
  if (!said) return;
  const { hashFunction, minRingSize, maxRingSize } = said;
  const ring: NonNullable<ClusterJson["ringHashLbConfig"]> = {};
  if (hashFunction) tracer.set(ring, "hashFunction", FUNCTIONS[hashFunction], at("/ringHash/hashFunction"));
  if (minRingSize) tracer.set(ring, "minimumRingSize", String(minRingSize), at("/ringHash/minRingSize"));
  if (maxRingSize) {
    const source = at("/ringHash/maxRingSize");
    // Merged policies may contradict each other; Envoy's smallest is 1024 where none is said.
    if (maxRingSize < (minRingSize ?? 1024)) tracer.complain(source, "is less than minRingSize; it is left out");
    else tracer.set(ring, "maximumRingSize", String(maxRingSize), source);
  }
  if (Object.keys(ring).length > 0) tracer.set(cluster, "ringHashLbConfig", ring);
}
