// Whom MeshRetry asks again: hosts and priorities that are left out of the next attempt.
import type { RetryPolicyJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { HttpRetry } from "#model/policy/mesh-retry-shape.ts";
import type { Source, Tracer } from "#xds/trace.ts";

type Predicate = NonNullable<RetryPolicyJson["retryHostPredicate"]>[number];
type Said = NonNullable<HttpRetry["hostSelection"]>[number];

/** Predicates of hosts stand side by side; of priorities there is one. */
export function writeHostSelection(
  policy: RetryPolicyJson,
  said: readonly Said[] | undefined,
  tracer: Tracer,
  source: Source,
): void {
  const hosts = (said ?? []).flatMap((one) => hostPredicate(one) ?? []);
  if (hosts.length > 0) tracer.set(policy, "retryHostPredicate", hosts, source);
  const priorities = (said ?? []).find(({ predicate }) => predicate === "OmitPreviousPriorities");
  if (priorities === undefined) return;
  const updateFrequency = Math.max(1, priorities.updateFrequency ?? 2);
  const config = typed("envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig", {
    updateFrequency,
  });
  const retryPriority = { name: "envoy.retry_priorities.previous_priorities", typedConfig: config };
  tracer.set(policy, "retryPriority", retryPriority, source);
}

function hostPredicate({ predicate, tags = {} }: Said): Predicate | null {
  if (predicate === "OmitPreviousHosts") {
    const config = typed("envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate", {});
    return { name: "envoy.retry_host_predicates.previous_hosts", typedConfig: config };
  }
  if (predicate !== "OmitHostsWithTags") return null;
  const config = typed("envoy.extensions.retry.host.omit_host_metadata.v3.OmitHostMetadataConfig", {
    metadataMatch: { filterMetadata: { "envoy.lb": tags } },
  });
  return { name: "envoy.retry_host_predicates.omit_host_metadata", typedConfig: config };
}
