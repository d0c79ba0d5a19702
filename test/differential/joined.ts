// A stand-in for an Envoy at an ADS server: it asks for everything, says ACK to every answer and keeps nothing.
import { sotwClient } from "#test/relay/ads-client.ts";
import { WORKDIR } from "#test/xds/scenario.ts";

export interface Joined {
  close(): void;
}

const TYPE = "type.googleapis.com/envoy.config.";
const FIRST = [`${TYPE}cluster.v3.Cluster`, `${TYPE}listener.v3.Listener`];

/** What a stock kuma-dp tells of itself and of its Envoy. */
const METADATA = {
  "dataplane.proxyType": "dataplane",
  "dataplane.admin.port": "9901",
  "dataplane.admin.address": "127.0.0.1",
  "dataplane.readinessReporter.port": "9902",
  workdir: WORKDIR,
  // This machine has no IPv6, so its proxies have none.
  ipv6Enabled: false,
  systemCaPath: "/etc/ssl/certs/ca-certificates.crt",
  features: ["feature-tcp-accesslog-via-named-pipe", "feature-strict-inbound-ports", "feature-reuse-port"],
  version: {
    kumaDp: { version: "2.14.0", gitTag: "v2.14.0", gitCommit: "x", buildDate: "x" },
    envoy: { version: "1.40.0", build: "x", kumaDpCompatible: true },
  },
};

/** Joins as the dataplane that the control plane holds; the stream lasts until it is closed. */
export function joinAsProxy(address: string, ca: Buffer, mesh: string, name: string): Joined {
  const client = sotwClient(address, undefined, { ca });
  const node = { id: `${mesh}.${name}`, metadata: METADATA, userAgentName: "envoy" };
  for (const typeUrl of FIRST) client.send({ node, typeUrl } as never);
  const answer = async (): Promise<void> => {
    for (;;) {
      const { typeUrl, versionInfo, nonce } = await client.next();
      client.send({ typeUrl, versionInfo, responseNonce: nonce } as never);
    }
  };
  // Ends with the stream.
  answer().catch(() => {});
  return { close: () => client.close() };
}
