// What an Envoy's node metadata fills in its own resources.

import { rootCertificates } from "node:tls";
import { typed } from "#envoy/typed.ts";
import type { Json } from "#model/json.ts";
import { ENVOY_DNS_PORT, NODE_HOLES, socketOfHole } from "#model/node-hole.ts";
import type { NodeValues } from "#snapshot/proxy.ts";
import type { ProxyKey } from "./zone.ts";

/** Keys of the metadata; the bootstrap writes them. */
export const NODE_METADATA = {
  workdir: "workdir",
  metricsCertPath: "dataplane.metrics.certPath",
  metricsKeyPath: "dataplane.metrics.keyPath",
  hostIp: "HOST_IP",
  systemCaPath: "systemCaPath",
  instance: "weft.instance",
  dnsPort: "dataplane.dns.port",
} as const;

/** The values of the relay's holes for one Envoy. */
export function nodeValues(proxy: ProxyKey, metadata: Readonly<Record<string, Json>>): NodeValues {
  return valuesOf(textOf(metadata, "workdir"), proxy, {
    [NODE_HOLES.metricsTls]: metricsTls(textOf(metadata, "metricsCertPath"), textOf(metadata, "metricsKeyPath")),
    [NODE_HOLES.roots]: roots(textOf(metadata, "systemCaPath")),
    [NODE_HOLES.host]: textOf(metadata, "hostIp") || "127.0.0.1",
    [NODE_HOLES.dnsPort]: portOf(textOf(metadata, "dnsPort")),
  });
}

/** Of its own, so that what lives as long as the stream keeps none of the metadata, which holds a whole dataplane. */
function valuesOf(folder: string, proxy: ProxyKey, others: Readonly<Record<string, Json>>): NodeValues {
  return (hole) => socketOfHole(folder, proxy, hole) ?? others[hole];
}

function textOf(metadata: Readonly<Record<string, Json>>, key: keyof typeof NODE_METADATA): string {
  const value = metadata[NODE_METADATA[key]];
  return typeof value === "string" ? value : "";
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port < 65_536 ? port : ENVOY_DNS_PORT;
}

/** What Node trusts, made once: the list that Mozilla keeps. */
let authorities: string | undefined;

function roots(path: string): Json {
  if (path !== "") return { filename: path };
  authorities ??= rootCertificates.join("\n");
  return { inlineString: authorities };
}

/** Kuma's rule: without a certificate the metrics are shown in plaintext. */
function metricsTls(certificate: string, key: string): Json {
  if (certificate === "" || key === "") return null;
  const tlsCertificates = [{ certificateChain: { filename: certificate }, privateKey: { filename: key } }];
  return {
    name: "envoy.transport_sockets.tls",
    typedConfig: typed("envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext", {
      commonTlsContext: { tlsCertificates },
    }),
  };
}
