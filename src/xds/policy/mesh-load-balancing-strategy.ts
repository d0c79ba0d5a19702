// MeshLoadBalancingStrategy: how a client's Envoy chooses among hosts, by which hash, and in which order of localities.
import type { RouteAction_HashPolicyJson as HashPolicyJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import { oldHashPolicies } from "#model/policy/mesh-load-balancing-strategy-rules.ts";
import type { HashPolicy, MeshLoadBalancingStrategyConf } from "#model/policy/mesh-load-balancing-strategy-shape.ts";
import { durationOf } from "#xds/field.ts";
import type { PolicyWriter } from "#xds/policy.ts";
import type { Source, Tracer } from "#xds/trace.ts";
import { writeBalancer } from "./mesh-load-balancing-strategy-balancer.ts";
import { AWARENESS, writeLocality } from "./mesh-load-balancing-strategy-locality.ts";

const at = (pointer: string): Source => ({ policy: "MeshLoadBalancingStrategy", list: "to", item: 0, pointer });

export const meshLoadBalancingStrategyWriter: PolicyWriter = {
  type: "MeshLoadBalancingStrategy",
  outbound({ chains }, conf, tracer) {
    const { policies, source } = hashesOf(conf as MeshLoadBalancingStrategyConf);
    const hash = policies.flatMap((policy) => connectionHash(policy) ?? [])[0];
    if (hash === undefined) return;
    // A connection is hashed once: Envoy takes one policy here.
    for (const { tcp } of chains) if (tcp !== null) tracer.set(tcp, "hashPolicy", [hash], source);
  },
  route({ route }, conf, tracer) {
    const { policies, source } = hashesOf(conf as MeshLoadBalancingStrategyConf);
    if (route.route === undefined || policies.length === 0) return;
    const hashes = policies.flatMap((policy) => requestHash(policy, tracer, source) ?? []);
    tracer.set(route.route, "hashPolicy", hashes, source);
  },
  cluster({ cluster, spread, arrange }, said, tracer) {
    const { loadBalancer, localityAwareness } = said as MeshLoadBalancingStrategyConf;
    if (loadBalancer) writeBalancer(cluster, loadBalancer, tracer, (pointer) => at(`/loadBalancer${pointer}`));
    const within = (pointer: string): Source => at(`/localityAwareness${pointer}`);
    if (localityAwareness && writeLocality(cluster, localityAwareness, arrange, tracer, within)) return;
    if (spread) arrange(AWARENESS, at(""));
  },
};

/** The conf's hash policies: its own list, else the older one of its balancer. */
function hashesOf({ hashPolicies, loadBalancer }: MeshLoadBalancingStrategyConf): {
  readonly policies: readonly HashPolicy[];
  readonly source: Source;
} {
  if (hashPolicies) return { policies: hashPolicies, source: at("/hashPolicies") };
  const list = loadBalancer?.type === "Maglev" ? "maglev" : "ringHash";
  return { policies: oldHashPolicies(loadBalancer) ?? [], source: at(`/loadBalancer/${list}/hashPolicies`) };
}

/** Null where it says nothing to hash. */
function requestHash(policy: HashPolicy, tracer: Tracer, source: Source): HashPolicyJson | null {
  const { type, terminal, header, cookie, connection, queryParameter, filterState } = policy;
  const end = terminal === true ? { terminal } : {};
  if (type === "Header" && header) return { header: { headerName: header.name }, ...end };
  if (type === "QueryParameter" && queryParameter) return { queryParameter: { name: queryParameter.name }, ...end };
  if (type === "FilterState" && filterState) return { filterState: { key: filterState.key }, ...end };
  if (type === "Connection" && connection) {
    return { connectionProperties: { sourceIp: connection.sourceIP ?? false }, ...end };
  }
  if (type === "SourceIP") return { connectionProperties: { sourceIp: true }, ...end };
  if (type !== "Cookie" || !cookie) return null;
  const { name, path, ttl } = cookie;
  const life = ttl === undefined ? null : durationOf(ttl, "none", tracer, source);
  return { cookie: { name, ...(path === undefined ? {} : { path }), ...(life === null ? {} : { ttl: life }) }, ...end };
}

/** What can be hashed of a connection whose bytes nobody reads. */
function connectionHash({ type, connection, filterState }: HashPolicy): object | null {
  if (type === "SourceIP" || (type === "Connection" && connection?.sourceIP === true)) return { sourceIp: {} };
  return type === "FilterState" && filterState ? { filterState: { key: filterState.key } } : null;
}
