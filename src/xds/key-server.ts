// The cluster of a server that proxies fetch keys from: outside the mesh, verified by the authorities that the machine trusts.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { DataSourceJson } from "#envoy/generated/envoy/config/core/v3/base_pb.ts";
import { typed } from "#envoy/typed.ts";
import { isIP, isIPv6 } from "#model/address.ts";
import type { keyServerOf } from "#model/key-server.ts";
import { NODE_HOLES } from "#model/node-hole.ts";
import { hole } from "#snapshot/template.ts";

/** One for all URLs of a scheme, host and port. */
export function keyServerCluster({ scheme, host, port }: NonNullable<ReturnType<typeof keyServerOf>>): ClusterJson {
  const name = `meshjwt:${scheme}:${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const cluster: ClusterJson = {
    name,
    type: isIP(host) ? "STATIC" : "STRICT_DNS",
    connectTimeout: "5s",
    loadAssignment: {
      clusterName: name,
      endpoints: [{ lbEndpoints: [{ endpoint: { address: { socketAddress: { address: host, portValue: port } } } }] }],
    },
  };
  if (!isIP(host)) cluster.dnsLookupFamily = "V4_PREFERRED";
  if (scheme === "http") return cluster;
  const exact = { exact: host };
  cluster.transportSocket = {
    name: "envoy.transport_sockets.tls",
    typedConfig: typed("envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", {
      ...(!isIP(host) && { sni: host }),
      commonTlsContext: {
        tlsParams: { tlsMinimumProtocolVersion: "TLSv1_2", tlsMaximumProtocolVersion: "TLSv1_3" },
        validationContext: {
          trustedCa: hole<DataSourceJson>(NODE_HOLES.roots),
          matchTypedSubjectAltNames: [{ sanType: isIP(host) ? "IP_ADDRESS" : "DNS", matcher: exact }],
        },
      },
    }),
  };
  return cluster;
}
