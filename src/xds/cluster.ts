// Clusters: the application behind an inbound, and a destination whose endpoints come over EDS.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { TransportSocketJson } from "#envoy/generated/envoy/config/core/v3/base_pb.ts";
import type { HttpProtocolOptionsJson } from "#envoy/generated/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.ts";
import { type Typed, typed } from "#envoy/typed.ts";
import { isHttp } from "#model/protocol.ts";
import type { Protocol } from "#model/tag.ts";
import { overAds } from "./tls.ts";

const OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

type Options = Typed<typeof OPTIONS, HttpProtocolOptionsJson>;

export interface LocalClusterInput {
  readonly name: string;
  readonly stat: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/** The application itself, reached in its own protocol. */
export function localCluster({ name, stat, address, port, protocol }: LocalClusterInput): ClusterJson {
  const cluster: ClusterJson = {
    name,
    altStatName: stat,
    type: "STATIC",
    connectTimeout: "10s",
    circuitBreakers: { thresholds: [{ trackRemaining: true }] },
    loadAssignment: {
      clusterName: name,
      endpoints: [{ lbEndpoints: [{ endpoint: { address: { socketAddress: { address, portValue: port } } } }] }],
    },
  };
  if (!isHttp(protocol)) return cluster;
  withOptions(cluster, protocol === "http" ? { httpProtocolOptions: {} } : http2());
  const options = httpOptions(cluster);
  if (options !== undefined) options.commonHttpProtocolOptions = { idleTimeout: "7200s" };
  return cluster;
}

/** A destination in the mesh. Proxies speak HTTP/2 to each other whatever the application speaks. */
export function meshCluster(name: string, transportSocket: TransportSocketJson | null): ClusterJson {
  const cluster: ClusterJson = {
    name,
    type: "EDS",
    edsClusterConfig: { edsConfig: overAds() },
    connectTimeout: "5s",
    circuitBreakers: { thresholds: [{ trackRemaining: true }] },
    // Else Envoy merges changes of weight, health and metadata for a second, and keeps a removed host that fails its checks.
    commonLbConfig: { updateMergeWindow: "0s" },
    ignoreHealthOnHostRemoval: true,
  };
  if (transportSocket !== null) cluster.transportSocket = transportSocket;
  return withOptions(cluster, http2());
}

/** The cluster's HTTP options, made if absent. */
export function httpOptions(cluster: ClusterJson): Options | undefined {
  return cluster.typedExtensionProtocolOptions?.[OPTIONS] as Options | undefined;
}

/** A cluster outside the mesh that speaks HTTP/1.1. */
export function withHttp1(cluster: ClusterJson): ClusterJson {
  return withOptions(cluster, { httpProtocolOptions: {} });
}

/** A cluster outside the mesh that speaks HTTP/2. */
export function withHttp2(cluster: ClusterJson): ClusterJson {
  return withOptions(cluster, { http2ProtocolOptions: {} });
}

// WebSocket crosses HTTP/2 as extended CONNECT (RFC 8441), which Envoy refuses unless allowed on both sides.
function http2(): NonNullable<HttpProtocolOptionsJson["explicitHttpConfig"]> {
  return { http2ProtocolOptions: { allowConnect: true } };
}

function withOptions(
  cluster: ClusterJson,
  explicitHttpConfig: NonNullable<HttpProtocolOptionsJson["explicitHttpConfig"]>,
): ClusterJson {
  cluster.typedExtensionProtocolOptions = { [OPTIONS]: typed(OPTIONS, { explicitHttpConfig }) };
  return cluster;
}
