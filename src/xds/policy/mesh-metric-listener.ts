// Listeners and clusters of MeshMetric: for Prometheus, who asks, and for collectors, who are told.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { FilterChainJson } from "#envoy/generated/envoy/config/listener/v3/listener_components_pb.ts";
import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import type { RouteJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { Collector } from "#model/collector.ts";
import { collectorSocketHole, NODE_HOLES } from "#model/node-hole.ts";
import type { MetricBackend } from "#model/policy/mesh-metric.ts";
import { hole } from "#snapshot/template.ts";
import { collectorCluster, statName } from "#xds/collector.ts";
import { httpFilter, plainManager } from "#xds/connection.ts";
import { PROXY_HOLES } from "#xds/proxy-hole.ts";

export const METRICS_CLUSTER = "_kuma:metrics:hijacker";

/** The program beside Envoy, which merges Envoy's metrics and those of applications. */
export function metricsCluster(): ClusterJson {
  const address = { pipe: { path: hole(NODE_HOLES.metrics) } };
  return {
    name: METRICS_CLUSTER,
    altStatName: statName(METRICS_CLUSTER),
    type: "STATIC",
    connectTimeout: "5s",
    loadAssignment: { clusterName: METRICS_CLUSTER, endpoints: [{ lbEndpoints: [{ endpoint: { address } }] }] },
  };
}

/** Where Prometheus asks. With ProvidedTLS the proxy's owner has a certificate, or else the page is in plaintext. */
export function prometheusListener(said: NonNullable<MetricBackend["prometheus"]>): ListenerJson {
  const { clientId = "default-backend", port = 5670, path = "/metrics", tls } = said;
  const name = `_kuma:metrics:prometheus:${clientId}`;
  const route: RouteJson = {
    match: { prefix: path },
    route: { cluster: METRICS_CLUSTER, prefixRewrite: "/meshmetric" },
  };
  const chain = managed(name, [route], false);
  if (tls?.mode === "ProvidedTLS") {
    chain.transportSocket = hole<NonNullable<FilterChainJson["transportSocket"]>>(NODE_HOLES.metricsTls);
  }
  return {
    name,
    trafficDirection: "INBOUND",
    address: { socketAddress: { address: hole(PROXY_HOLES.address), portValue: port } },
    enableReusePort: true,
    filterChains: [chain],
  };
}

/** A way from the program beside Envoy to a collector, by a Unix socket. */
export interface CollectorWay {
  /** Of listener and cluster. */
  readonly name: string;
  readonly socketName: string;
  readonly cluster: ClusterJson;
}

export function metricsCollector(collector: Collector): CollectorWay {
  const { address, port, protocol, secure } = collector;
  // Part of a file's name, as in Kuma.
  const socketName = collector.name.replaceAll("/", "").replaceAll(":", "-");
  const name = `_kuma:metrics:opentelemetry:${socketName}`;
  const tls = secure ? "verified" : "off";
  return { name, socketName, cluster: collectorCluster({ name, address, port, http2: protocol === "grpc", tls }) };
}

export function collectorListener({ name, socketName }: CollectorWay): ListenerJson {
  return {
    name,
    address: { pipe: { path: hole(collectorSocketHole(socketName)) } },
    filterChains: [managed(name, [{ match: { prefix: "/" }, route: { cluster: name } }], true)],
  };
}

function managed(name: string, routes: RouteJson[], grpc: boolean): FilterChainJson {
  const hosts = { validateClusters: false, virtualHosts: [{ name, domains: ["*"], routes }] };
  const manager = plainManager(statName(name), hosts, "machine");
  if (grpc) {
    const stats = typed("envoy.extensions.filters.http.grpc_stats.v3.FilterConfig", { emitFilterState: true });
    manager.httpFilters?.unshift({ name: "envoy.filters.http.grpc_stats", typedConfig: stats });
  }
  return { filters: [httpFilter(manager).filter] };
}
