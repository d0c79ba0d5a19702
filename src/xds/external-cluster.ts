// The cluster of a destination outside the mesh: its own endpoints, its own TLS.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { DataSourceJson, TransportSocketJson } from "#envoy/generated/envoy/config/core/v3/base_pb.ts";
import type { LocalityLbEndpointsJson } from "#envoy/generated/envoy/config/endpoint/v3/endpoint_components_pb.ts";
import type {
  CertificateValidationContextJson,
  SubjectAltNameMatcherJson,
  TlsParametersJson,
} from "#envoy/generated/envoy/extensions/transport_sockets/tls/v3/common_pb.ts";
import type { UpstreamTlsContextJson } from "#envoy/generated/envoy/extensions/transport_sockets/tls/v3/tls_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { ExternalPeer, ExternalPlace } from "#match/matched.ts";
import { isIP } from "#model/address.ts";
import { NODE_HOLES } from "#model/node-hole.ts";
import { isHttp } from "#model/protocol.ts";
import type { Protocol } from "#model/tag.ts";
import { hole } from "#snapshot/template.ts";
import { withHttp1, withHttp2 } from "./cluster.ts";
import { overAds } from "./tls.ts";

/** Spoken to in the protocol that it says; STATIC where all its endpoints are IP addresses, else resolved by Envoy. */
export function externalCluster(name: string, place: ExternalPlace, protocol: Protocol): ClusterJson {
  // A server that nobody is trusted to vouch for is not spoken to at all.
  const endpoints = place.endpoints.filter(({ tls = place.tls }) => !isBlind(tls));
  const cluster: ClusterJson = {
    name,
    type: endpoints.every(({ address }) => isIP(address)) ? "STATIC" : "STRICT_DNS",
    dnsLookupFamily: "V4_PREFERRED",
    connectTimeout: "5s",
    circuitBreakers: { thresholds: [{ trackRemaining: true }] },
    loadAssignment: { clusterName: name, endpoints: localities(endpoints) },
  };
  const own = endpoints.flatMap(({ tls }, at) => (tls ? [{ ...ownSocket(at), transportSocket: socketOf(tls) }] : []));
  if (own.length > 0) cluster.transportSocketMatches = own;
  else if (place.tls !== null && !isBlind(place.tls)) cluster.transportSocket = socketOf(place.tls);
  if (!isHttp(protocol)) return cluster;
  return protocol === "http" ? withHttp1(cluster) : withHttp2(cluster);
}

function isBlind(tls: ExternalPeer | null): boolean {
  return typeof tls?.trust === "object" && tls.trust.pem === "";
}

/** How an endpoint with TLS of its own is known among the others. */
function ownSocket(at: number): { readonly name: string; readonly match: { readonly endpoint: string } } {
  return { name: `endpoint ${at}`, match: { endpoint: String(at) } };
}

/** One locality a priority, numbered without gaps as Envoy wants. */
function localities(endpoints: ExternalPlace["endpoints"]): LocalityLbEndpointsJson[] {
  const priorities = [...new Set(endpoints.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.map((wanted, rank) => ({
    ...(rank > 0 && { priority: rank }),
    lbEndpoints: endpoints.flatMap(({ address, port, priority, tls }, at) => {
      if (priority !== wanted) return [];
      const endpoint = { hostname: address, address: { socketAddress: { address, portValue: port } } };
      if (!tls) return [{ endpoint }];
      return [{ endpoint, metadata: { filterMetadata: { "envoy.transport_socket_match": ownSocket(at).match } } }];
    }),
  }));
}

function socketOf(peer: ExternalPeer): TransportSocketJson {
  const params = paramsOf(peer);
  const validation = validationOf(peer);
  const context: UpstreamTlsContextJson = {
    commonTlsContext: {
      ...(params !== null && { tlsParams: params }),
      ...(validation !== null && { validationContext: validation }),
      ...(peer.client !== undefined && {
        tlsCertificateSdsSecretConfigs: [{ name: peer.client, sdsConfig: overAds() }],
      }),
    },
    ...(peer.serverName !== null && { sni: peer.serverName }),
    ...(peer.renegotiation && { allowRenegotiation: true }),
  };
  return {
    name: "envoy.transport_sockets.tls",
    typedConfig: typed("envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", context),
  };
}

const VERSIONS: Readonly<Record<string, NonNullable<TlsParametersJson["tlsMinimumProtocolVersion"]>>> = {
  TLS10: "TLSv1_0",
  TLS11: "TLSv1_1",
  TLS12: "TLSv1_2",
  TLS13: "TLSv1_3",
};

function paramsOf({ version = {} }: ExternalPeer): TlsParametersJson | null {
  const [min, max] = [VERSIONS[version.min ?? ""], VERSIONS[version.max ?? ""]];
  if (min === undefined && max === undefined) return null;
  return {
    ...(min !== undefined && { tlsMinimumProtocolVersion: min }),
    ...(max !== undefined && { tlsMaximumProtocolVersion: max }),
  };
}

function validationOf({ trust, names }: ExternalPeer): CertificateValidationContextJson | null {
  if (trust === "any" && names === null) return null;
  const ca = typeof trust === "object" ? { inlineString: trust.pem } : hole<DataSourceJson>(NODE_HOLES.roots);
  return {
    // Envoy checks names only where it has some CA to go by.
    trustedCa: ca,
    ...(trust === "any" && { trustChainVerification: "ACCEPT_UNTRUSTED" as const }),
    ...(names !== null && { matchTypedSubjectAltNames: names.map(matcherOf) }),
  };
}

function matcherOf({ type, value }: NonNullable<ExternalPeer["names"]>[number]): SubjectAltNameMatcherJson {
  const sanType = value.includes("://") ? "URI" : isIP(value) ? "IP_ADDRESS" : "DNS";
  return { sanType, matcher: type === "Prefix" ? { prefix: value } : { exact: value } };
}
