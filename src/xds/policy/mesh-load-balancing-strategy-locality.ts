// Locality awareness of MeshLoadBalancingStrategy: rules by which the endpoints of a cluster are arranged for each client.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { LocalityRules } from "#model/locality.ts";
import type { LocalityAwareness } from "#model/policy/mesh-load-balancing-strategy-shape.ts";
import { numberOf } from "#xds/field.ts";
import type { ClusterParts } from "#xds/policy.ts";
import type { Source, Tracer } from "#xds/trace.ts";

type At = (pointer: string) => Source;

/** All endpoints alike, wherever they are. */
const NO_AWARENESS: LocalityRules = { affinity: [], failover: [{ to: "Any", zones: [], priority: 0 }] };

/** What a strategy means that says nothing of localities: other zones once the own one fails. */
export const AWARENESS: LocalityRules = { affinity: [], failover: [{ to: "Any", zones: [], priority: 1 }] };

/** Kuma's factor where none is said: other zones get traffic once half of the own zone's hosts are gone. */
const DEFAULT_FACTOR = 200;
const LARGEST_FACTOR = 4_294_967_295;

/** False where nothing is said: without affinity tags or other zones the cluster's own set is in order for every client. */
export function writeLocality(
  cluster: ClusterJson,
  said: LocalityAwareness,
  arrange: ClusterParts["arrange"],
  tracer: Tracer,
  at: At,
): boolean {
  const { disabled, localZone, crossZone } = said;
  if (disabled === true) arrange(NO_AWARENESS, at("/disabled"));
  else if (localZone || crossZone) writeRules(cluster, said, arrange, tracer, at);
  else return false;
  return true;
}

function writeRules(
  cluster: ClusterJson,
  { localZone, crossZone }: LocalityAwareness,
  arrange: ClusterParts["arrange"],
  tracer: Tracer,
  at: At,
): void {
  const tags = localZone?.affinityTags ?? [];
  if (tags.length > 0) {
    const common = cluster.commonLbConfig ?? {};
    tracer.set(cluster, "commonLbConfig", common);
    tracer.set(common, "localityWeightedLbConfig", {}, at("/localZone/affinityTags"));
  }
  const affinity = tags.map(({ key, weight }, index) => ({
    key,
    // Nine tenths for the first, and of the rest for each that follows.
    weight: weight ?? 9 * 10 ** (tags.length - index - 1),
  }));
  const failover = (crossZone?.failover ?? []).map(({ from, to }, index) => ({
    ...(from === undefined ? {} : { from: from.zones }),
    to: to.type,
    zones: to.zones ?? [],
    // Local hosts stand at 0.
    priority: index + 1,
  }));
  const rules: LocalityRules = { affinity, failover, overprovisioning: factorOf(crossZone, tracer, at) };
  arrange(rules, ...(localZone ? [at("/localZone")] : []), ...(crossZone ? [at("/crossZone")] : []));
}

/** Kuma divides before it multiplies: 70% is 100, which is to say as soon as one host is gone. */
function factorOf(crossZone: LocalityAwareness["crossZone"], tracer: Tracer, at: At): number {
  const said = crossZone?.failoverThreshold?.percentage;
  const percent = numberOf(said, [0, 100], tracer, at("/crossZone/failoverThreshold/percentage"));
  if (percent === null || percent === 0) return DEFAULT_FACTOR;
  return Math.min(Math.floor(100 / percent) * 100, LARGEST_FACTOR);
}
