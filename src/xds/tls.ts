// TLS between mesh proxies: SDS references over ADS, and who is accepted as a peer.
import type { TransportSocketJson } from "#envoy/generated/envoy/config/core/v3/base_pb.ts";
import type { ConfigSourceJson } from "#envoy/generated/envoy/config/core/v3/config_source_pb.ts";
import type { SubjectAltNameMatcherJson } from "#envoy/generated/envoy/extensions/transport_sockets/tls/v3/common_pb.ts";
import type {
  CommonTlsContextJson,
  DownstreamTlsContextJson,
  UpstreamTlsContextJson,
} from "#envoy/generated/envoy/extensions/transport_sockets/tls/v3/tls_pb.ts";
import { typed } from "#envoy/typed.ts";
import { bundleSecret, identitySecret, MESH_ALPN } from "./names.ts";

const SOCKET = "envoy.transport_sockets.tls";

/** Resources that come over the proxy's one ADS stream. */
export function overAds(): ConfigSourceJson {
  return { ads: {}, resourceApiVersion: "V3" };
}

/** Accepts any workload of the mesh; who of them may come in is the business of permissions. */
export function serverTls(mesh: string): TransportSocketJson {
  const peers: SubjectAltNameMatcherJson[] = [{ sanType: "URI", matcher: { prefix: `spiffe://${mesh}/` } }];
  const context: DownstreamTlsContextJson = { commonTlsContext: common(mesh, peers), requireClientCertificate: true };
  return {
    name: SOCKET,
    typedConfig: typed("envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext", context),
  };
}

/** Accepts exactly the workloads in `peers`, and says by SNI which service is meant. */
export function clientTls(mesh: string, sni: string, peers: SubjectAltNameMatcherJson[]): TransportSocketJson {
  const context: UpstreamTlsContextJson = {
    commonTlsContext: { ...common(mesh, peers), alpnProtocols: [MESH_ALPN] },
    sni,
  };
  return { name: SOCKET, typedConfig: typed("envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", context) };
}

/** The matcher of one SPIFFE ID. */
export function peerMatcher(spiffeId: string): SubjectAltNameMatcherJson {
  return { sanType: "URI", matcher: { exact: spiffeId } };
}

function common(mesh: string, peers: SubjectAltNameMatcherJson[]): CommonTlsContextJson {
  return {
    tlsCertificateSdsSecretConfigs: [{ name: identitySecret(mesh), sdsConfig: overAds() }],
    combinedValidationContext: {
      defaultValidationContext: { matchTypedSubjectAltNames: peers },
      validationContextSdsSecretConfig: { name: bundleSecret(mesh), sdsConfig: overAds() },
    },
  };
}
