// How an Envoy reaches its zone's relays: all of them in one cluster, so that it goes on at another when one dies.
import type { Reach } from "#api/zone.ts";
import { digest } from "#relay/digest.ts";
import { typed } from "./typed.ts";

export interface BootstrapPlace {
  /** Where Envoys reach this relay's xDS: a name or address that its certificate covers. */
  readonly host: string;
  readonly port: number;
  readonly certificate: { readonly caPem: string };
  /** The zone's other relays. */
  readonly others?: readonly Reach[];
}

/** A host that is gone without a word is noticed by pings: 1 s until the next, 2 s for its answer. */
const KEEPALIVE = { interval: "1s", timeout: "2s" };

/**
 * The static cluster of the bootstrap. Envoy begins at the first relay and goes on at the next, round robin; each proxy
 * (`node`, the id of its node) has an order of its own, so that the relays share the work.
 */
export function adsCluster({ host, port, others = [] }: BootstrapPlace, node: string): unknown {
  const ranked = [{ host, port }, ...others.map(placeOf)].map((one) => ({
    ...one,
    rank: digest(`${node} ${one.host}:${one.port}`),
  }));
  const places = ranked.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const http2ProtocolOptions = places.length > 1 ? { connectionKeepalive: KEEPALIVE } : {};
  const lbEndpoints = places.map((one) => ({
    endpoint: { address: { socketAddress: { address: one.host, portValue: one.port } } },
  }));
  return {
    name: "ads_cluster",
    type: "STRICT_DNS",
    // `localhost` may resolve to ::1 first, where nothing listens.
    dnsLookupFamily: places.every((one) => one.host.includes(":")) ? "V6_ONLY" : "V4_PREFERRED",
    connectTimeout: "1s",
    upstreamConnectionOptions: { tcpKeepalive: { keepaliveProbes: 3, keepaliveTime: 10, keepaliveInterval: 10 } },
    typedExtensionProtocolOptions: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": typed(
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        { explicitHttpConfig: { http2ProtocolOptions } },
      ),
    },
    loadAssignment: { clusterName: "ads_cluster", endpoints: [{ lbEndpoints }] },
    transportSocket: {
      name: "envoy.transport_sockets.tls",
      typedConfig: typed("envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", {
        sni: host,
        commonTlsContext: {
          alpnProtocols: ["h2"],
          tlsParams: { tlsMinimumProtocolVersion: "TLSv1_2" },
          validationContextSdsSecretConfig: { name: "cp_validation_ctx" },
        },
      }),
    },
  };
}

/** The static secret of what is trusted there: the CA of every relay, and the names of them all. */
export function adsValidation({ host, certificate, others = [] }: BootstrapPlace): unknown {
  const hosts = [...new Set([host, ...others.map((one) => placeOf(one).host)])];
  const authorities = [...new Set([certificate.caPem, ...others.map(({ ca }) => ca)])];
  return {
    name: "cp_validation_ctx",
    validationContext: {
      trustedCa: { inlineBytes: Buffer.from(authorities.map((pem) => `${pem.trim()}\n`).join("")).toString("base64") },
      matchTypedSubjectAltNames: hosts.flatMap((exact) => [
        { sanType: "DNS", matcher: { exact } },
        { sanType: "IP_ADDRESS", matcher: { exact } },
      ]),
    },
  };
}

/** `host:port`, IPv6 in brackets, apart. */
function placeOf({ address }: Reach): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
}
