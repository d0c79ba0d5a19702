// What passes through a zone's proxy as it is: chains chosen by server name, and clusters that speak no TLS of their own.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { FilterChainJson } from "#envoy/generated/envoy/config/listener/v3/listener_components_pb.ts";
import type { PassChain, PassCluster } from "#match/passing.ts";
import type { Json } from "#model/json.ts";
import { hole, type Template, template } from "#snapshot/template.ts";
import { tcpProxy } from "./connection.ts";
import { type Chain, tcpChain } from "./listener.ts";
import { overAds } from "./tls.ts";

/** Of a statistic: a colon would end its name. */
export function clusterStat(cluster: string): string {
  return cluster.replaceAll(":", "_");
}

/** The chain of one server name. */
export function passChain(pass: PassChain): FilterChainJson {
  return openPassChain(pass).body;
}

/** The same, with the part of it that policies write to. */
export function openPassChain({ sni, also, cluster, tags }: PassChain): Chain {
  const proxy = tcpProxy(clusterStat(cluster), cluster);
  if (Object.keys(tags).length > 0) proxy.metadataMatch = { filterMetadata: { "envoy.lb": { ...tags } } };
  const { body, ...chain } = tcpChain(proxy);
  const serverNames = also === undefined ? [sni] : [sni, also];
  return { ...chain, body: { filterChainMatch: { transportProtocol: "tls", serverNames }, ...body } };
}

export const CONNECT_TIMEOUT = "5s";

/** As many as a proxy holds: who calls limits its own calls, and a gate for all callers must not be the narrowest place. */
const UNLIMITED = 4_294_967_295;

/**
 * The cluster of a form, whose holes `cluster`, `stat` and `endpoints` its bindings fill. Where some chain asks for endpoints
 * with certain tags and there is none, others do not stand in for them.
 */
export function passCluster({ splits, connectTimeout = CONNECT_TIMEOUT }: Omit<PassCluster, "name">): Template {
  const body: ClusterJson = {
    name: hole("cluster"),
    altStatName: hole("stat"),
    type: "EDS",
    edsClusterConfig: { edsConfig: overAds(), serviceName: hole("endpoints") },
    connectTimeout,
    circuitBreakers: {
      thresholds: [{ maxConnections: UNLIMITED, maxPendingRequests: UNLIMITED, trackRemaining: true }],
    },
    commonLbConfig: { updateMergeWindow: "0s" },
    ignoreHealthOnHostRemoval: true,
  };
  if (splits.length > 0) {
    body.lbSubsetConfig = {
      fallbackPolicy: "ANY_ENDPOINT",
      subsetSelectors: splits.map((keys) => ({ keys: [...keys], fallbackPolicy: "NO_FALLBACK" as const })),
    };
  }
  return template("cluster", body);
}

/** What fills such a template. */
export function passBindings({ name }: Pick<PassCluster, "name">, endpoints: string): Readonly<Record<string, Json>> {
  return { cluster: name, endpoints, stat: clusterStat(name) };
}
