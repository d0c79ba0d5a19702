// A stand-in for an Envoy at an ADS server: it asks for everything, says ACK to every answer and shows what came last.
import { fromBinary, type Message, toJson } from "@bufbuild/protobuf";
import type { Any } from "@bufbuild/protobuf/wkt";
import { envoyRegistry } from "#envoy/descriptor.ts";
import { xdsType } from "#envoy/type-url.ts";
import type { Json } from "#model/json.ts";
import { sotwClient } from "#test/relay/ads-client.ts";
import { WORKDIR } from "#test/xds/scenario.ts";
import type { Resources } from "./answer.ts";

export interface Joining {
  readonly type: "dataplane" | "ingress" | "egress";
  /** Empty for an ingress or egress. */
  readonly mesh: string;
  readonly name: string;
}

export interface Joined {
  /** What it was told last; endpoints where they are to be asked for. */
  resources(): Resources;
  close(): void;
}

const KINDS = ["cluster", "listener", "endpoints"] as const;
const FIRST = [xdsType("cluster").url, xdsType("listener").url];

/** What a stock kuma-dp tells of itself and of its Envoy. */
const metadataOf = (type: Joining["type"]) => ({
  "dataplane.proxyType": type,
  "dataplane.admin.port": "9901",
  "dataplane.admin.address": "127.0.0.1",
  "dataplane.dns.port": "15054",
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
});

/** Joins as the proxy that the control plane holds; the stream lasts until it is closed. */
export function joinAsProxy(address: string, ca: Buffer, { type, mesh, name }: Joining): Joined {
  const client = sotwClient(address, undefined, { ca });
  const node = { id: `${mesh}.${name}`, metadata: metadataOf(type), userAgentName: "envoy" };
  for (const typeUrl of FIRST) client.send({ node, typeUrl } as never);
  const held = new Map<string, Resources>();
  const answer = async (): Promise<void> => {
    for (let asked = ""; ; ) {
      const { typeUrl, versionInfo, nonce, resources } = await client.next();
      const kind = KINDS.find((one) => xdsType(one).url === typeUrl);
      const told = Object.fromEntries(kind === undefined ? [] : resources.map((one) => entryOf(kind, one)));
      held.set(typeUrl, told);
      const resourceNames = kind === "endpoints" ? JSON.parse(asked) : [];
      client.send({ typeUrl, versionInfo, resourceNames, responseNonce: nonce } as never);
      if (kind !== "cluster" || type === "dataplane") continue;
      const wanted = JSON.stringify(Object.values(told).flatMap(edsName).sort());
      if (wanted !== asked && wanted !== "[]")
        client.send({ typeUrl: xdsType("endpoints").url, resourceNames: JSON.parse(wanted) } as never);
      asked = wanted;
    }
  };
  // Ends with the stream.
  answer().catch(() => {});
  return {
    resources: () => Object.assign({}, ...KINDS.map((kind) => held.get(xdsType(kind).url))) as Resources,
    close: () => client.close(),
  };
}

function entryOf(kind: (typeof KINDS)[number], { value }: Any): readonly [string, Json] {
  const registry = envoyRegistry();
  const schema = registry.getMessage(xdsType(kind).message);
  if (schema === undefined) throw new Error(`no descriptor of ${kind}`);
  const message = fromBinary(schema, value) as Message & { readonly name?: string; readonly clusterName?: string };
  return [`${kind} ${message.name ?? message.clusterName}`, toJson(schema, message, { registry }) as Json];
}

function edsName(cluster: Json): readonly string[] {
  const { type, name, edsClusterConfig } = cluster as {
    readonly type?: string;
    readonly name: string;
    readonly edsClusterConfig?: { readonly serviceName?: string };
  };
  return type === "EDS" ? [edsClusterConfig?.serviceName ?? name] : [];
}
