// Clusters of collectors: where logs, spans and metrics go, straight from Envoy.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { DataSourceJson } from "#envoy/generated/envoy/config/core/v3/base_pb.ts";
import type { UpstreamTlsContextJson } from "#envoy/generated/envoy/extensions/transport_sockets/tls/v3/tls_pb.ts";
import { typed } from "#envoy/typed.ts";
import { isIP } from "#model/address.ts";
import { NODE_HOLES } from "#model/node-hole.ts";
import { hole } from "#snapshot/template.ts";

export interface CollectorClusterInput {
  readonly name: string;
  /** IP address or host name; empty = the proxy's own machine. */
  readonly address: string;
  readonly port: number;
  readonly http2: boolean;
  /** `verified`: by what the proxy's machine trusts; `unverified`: encrypted, whoever answers. */
  readonly tls: "off" | "verified" | "unverified";
}

/** The cluster of one collector; a name is resolved by Envoy. */
export function collectorCluster({ name, address, port, http2, tls }: CollectorClusterInput): ClusterJson {
  const fixed = address === "" || isIP(address);
  const socketAddress = { address: address === "" ? hole(NODE_HOLES.host) : address, portValue: port };
  const cluster: ClusterJson = {
    name,
    altStatName: statName(name),
    type: fixed ? "STATIC" : "STRICT_DNS",
    ...(fixed ? {} : { dnsLookupFamily: "V4_PREFERRED" }),
    connectTimeout: "5s",
    loadAssignment: {
      clusterName: name,
      endpoints: [{ lbEndpoints: [{ endpoint: { address: { socketAddress } } }] }],
    },
  };
  if (tls !== "off") cluster.transportSocket = transportSocket(fixed ? "" : address, address, tls);
  if (http2) {
    const options = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    const explicitHttpConfig = { http2ProtocolOptions: {} };
    cluster.typedExtensionProtocolOptions = { [options]: typed(options, { explicitHttpConfig }) };
  }
  return cluster;
}

function transportSocket(
  sni: string,
  address: string,
  tls: "verified" | "unverified",
): NonNullable<ClusterJson["transportSocket"]> {
  const context: UpstreamTlsContextJson = { ...(sni === "" ? {} : { sni }), allowRenegotiation: tls === "unverified" };
  if (tls === "verified") {
    const sanType = sni === "" ? "IP_ADDRESS" : "DNS";
    const matchTypedSubjectAltNames = address === "" ? [] : [{ sanType, matcher: { exact: address } } as const];
    context.commonTlsContext = {
      validationContext: {
        trustedCa: hole<DataSourceJson>(NODE_HOLES.roots),
        ...(matchTypedSubjectAltNames.length === 0 ? {} : { matchTypedSubjectAltNames }),
      },
    };
  }
  return {
    name: "envoy.transport_sockets.tls",
    typedConfig: typed("envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", context),
  };
}

/** Name of a cluster or listener in statistics, by Kuma's rule: what is no letter, digit, `_` or `-` becomes `_`. */
export function statName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, "_");
}
