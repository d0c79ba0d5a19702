// Names for applications: Envoy's own DNS filter with the table of names inside, and the same table for a resolver beside Envoy.
import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { NameRecord } from "#match/matched.ts";
import { NODE_HOLES } from "#model/node-hole.ts";
import { fnv1a64 } from "#model/sni.ts";
import { hole, joined } from "#snapshot/template.ts";
import type { DynamicConfig } from "./dynamic-config.ts";
import { PROXY_HOLES } from "./proxy-hole.ts";

/** How long an answer holds; seconds. */
const TTL = 30;

/**
 * Envoy's DNS filter, for the resolver beside it or for applications themselves; it knows no other names. Several Envoys of one
 * machine could share a port, and the kernel would give each question to any of them: so each has one of its own.
 */
export function dnsListener(names: readonly NameRecord[]): ListenerJson {
  const virtualDomains = names.map(({ name, ips }) => ({
    name,
    endpoint: { addressList: { address: [...ips] } },
    answerTtl: `${TTL}s`,
  }));
  const config = typed("envoy.extensions.filters.udp.dns_filter.v3.DnsFilterConfig", {
    statPrefix: "kuma_dns",
    serverConfig: { inlineDnsTable: { virtualDomains } },
  });
  return {
    name: "kuma:dns",
    trafficDirection: "INBOUND",
    address: { socketAddress: { protocol: "UDP", address: "127.0.0.1", portValue: hole<number>(NODE_HOLES.dnsPort) } },
    enableReusePort: true,
    listenerFilters: [{ name: "envoy.filters.udp.dns_filter", typedConfig: config }],
  };
}

/** The table as the program beside Envoy polls it (Kuma: `feature-embedded-dns`); told without names too, for it waits for it. */
export function dnsConfig(names: readonly NameRecord[]): DynamicConfig {
  const records = `{"records":${JSON.stringify(names)},"ttl":${TTL},"extraLabels":`;
  const labels = hole(PROXY_HOLES.dnsLabels);
  return {
    path: "/dns",
    large: true,
    body: joined`${records}${labels}}`,
    etag: joined`${fnv1a64(records)}${hole(PROXY_HOLES.dnsLabelsHash)}`,
  };
}
