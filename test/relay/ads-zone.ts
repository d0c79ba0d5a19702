// A zone for serving tests: real snapshots put in by hand, and a door that knows one token.
import { createHash } from "node:crypto";
import type { EndpointSet } from "#model/endpoint.ts";
import type { Digest, Hash } from "#model/json.ts";
import { Sealed } from "#model/sealed.ts";
import { createEnding, type Ending } from "#relay/ending.ts";
import type { Identity, Joined, ProxyKey, Served, StreamDelivery, StreamJoin, Zone } from "#relay/zone.ts";
import { proxyText } from "#relay/zone.ts";
import { createBlobStore } from "#snapshot/blob.ts";
import { buildSnapshot } from "#snapshot/build.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { shardsOf } from "#snapshot/shard.ts";
import { type EnvoyKind, type ProxyEntry, template } from "#snapshot/template.ts";

export const sha256: Digest = (text) => createHash("sha256").update(text).digest("base64url");

/** A kind and a resource of Envoy's in JSON. */
export type Body = readonly [EnvoyKind, { readonly name: string; readonly [field: string]: unknown }];

export interface TestProxy {
  readonly name: string;
  readonly resources: readonly Body[];
}

/** A snapshot of one mesh, `default`. */
export function snapshotWith(
  proxies: readonly TestProxy[],
  endpoints: readonly EndpointSet[] = [],
  secrets: readonly { readonly name: string }[] = [],
): Snapshot {
  const blobs = createBlobStore(sha256);
  const entries = new Map<string, ProxyEntry>();
  for (const { name, resources } of proxies) {
    const group = resources.map(([kind, body]) => [[blobs.put(template(kind, body))], [{}]] as const);
    entries.set(name, { groups: [[blobs.put(group), {}]] });
  }
  const content = {
    proxies: shardsOf(entries),
    endpoints: shardsOf(endpoints.map((set) => [set.cluster, set])),
    secrets: new Map<string, Hash>(secrets.map((body) => [body.name, blobs.put(template("secret", body))])),
  };
  return buildSnapshot({ zone: "east", meshes: new Map([["default", content]]), blob: blobs.get }, sha256).snapshot;
}

export class TestZone implements Zone {
  current: Served = { epoch: 0, sequence: 0, snapshot: null, newcomers: new Map(), changedSets: () => new Map() };
  readonly deliveries: StreamDelivery[] = [];
  readonly open = new Map<string, Ending>();
  readonly identities = new Map<string, Identity>();
  readonly joins: StreamJoin[] = [];
  private readonly listeners = new Set<() => void>();

  put(snapshot: Snapshot, more: Partial<Served> = {}): void {
    this.current = { ...this.current, ...more, snapshot, epoch: 1, sequence: this.current.sequence + 1 };
    this.ring();
  }

  ring(): void {
    for (const listener of this.listeners) listener();
  }

  served(): Served {
    return this.current;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async join(request: StreamJoin): Promise<Joined> {
    this.joins.push(request);
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (request.token?.reveal() === "later") return { ok: false, code: "unavailable", reason: "no snapshot yet" };
    if (request.token?.reveal() !== "good")
      return { ok: false, code: "unauthenticated", reason: "a dataplane token is required" };
    if (request.mesh !== "default")
      return { ok: false, code: "forbidden", reason: `the token is for the mesh default` };
    const ended = createEnding();
    const key = proxyText(request);
    this.open.set(key, ended);
    return { ok: true, registration: key, ended, closed: () => this.open.delete(key) };
  }

  identity(proxy: ProxyKey): Identity | undefined {
    return this.identities.get(proxyText(proxy));
  }

  clientCertificate(): undefined {}

  delivered(_: object, delivery: StreamDelivery | null): void {
    if (delivery !== null) this.deliveries.push(delivery);
  }

  states(name: string): string[] {
    return this.deliveries.filter((one) => one.name === name).map(({ sequence, state }) => `${sequence} ${state}`);
  }
}

export function identityOf(version: string): Identity {
  return { chainPem: `chain ${version}`, keyPem: new Sealed(`key ${version}`), version, notAfter: 0 };
}

export function edsCluster(name: string, more: object = {}): Body {
  const edsClusterConfig = { edsConfig: { ads: {}, resourceApiVersion: "V3" } };
  return ["cluster", { name, type: "EDS", connectTimeout: "1s", edsClusterConfig, ...more }];
}

/** A TCP listener on loopback that forwards to the cluster. */
export function tcpListener(name: string, port: number, cluster: string): Body {
  const typedConfig = {
    "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
    statPrefix: cluster,
    cluster,
  };
  const filters = [{ name: "envoy.filters.network.tcp_proxy", typedConfig }];
  const address = { socketAddress: { address: "127.0.0.1", portValue: port } };
  return ["listener", { name, address, filterChains: [{ filters }] }];
}

/** One endpoint set with these ports of 127.0.0.1. */
export function setOf(cluster: string, ...ports: readonly number[]): EndpointSet {
  const endpoints = ports.map((port) => ({
    address: "127.0.0.1",
    port,
    weight: 1,
    zone: "east",
    priority: 0,
    tags: {},
    dataplane: `${cluster}-${port}`,
  }));
  return { cluster, endpoints };
}
