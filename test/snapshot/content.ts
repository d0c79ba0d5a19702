// What snapshot tests are made of: a digest, small Envoy resources, and arbitrary whole zones.
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import type { Endpoint, EndpointSet } from "#model/endpoint.ts";
import type { Bindings, Digest, Hash } from "#model/json.ts";
import { createBlobStore } from "#snapshot/blob.ts";
import { type Built, buildSnapshot, type MeshContent, type SnapshotMemo } from "#snapshot/build.ts";
import type { Snapshot } from "#snapshot/manifest.ts";
import { shardsOf } from "#snapshot/shard.ts";
import { type Batch, hole, joined, type ProxyEntry, template } from "#snapshot/template.ts";

export const sha256: Digest = (text) => createHash("sha256").update(text).digest("base64url");

/** Services of one mesh, and who reaches which; plain enough for fast-check to shrink. */
export interface ZonePlan {
  readonly meshes: readonly {
    readonly name: string;
    readonly services: readonly {
      readonly name: string;
      readonly revision: number;
      readonly instances: readonly number[];
    }[];
    readonly proxies: readonly { readonly name: string; readonly address: string; readonly reach: number }[];
  }[];
}

export function endpointOf(dataplane: string, port: number, more: Partial<Endpoint> = {}): Endpoint {
  return { address: "127.0.0.1", port, weight: 1, zone: "east", priority: 0, tags: {}, dataplane, ...more };
}

export function clusterBody(name: string, revision: number) {
  const edsClusterConfig = { edsConfig: { ads: {}, resourceApiVersion: "V3" } };
  return { name, type: "EDS", connectTimeout: `${revision + 1}s`, edsClusterConfig };
}

/** An outbound listener with a TCP proxy to the cluster. */
export function listenerBody(name: string, cluster: string, port: number) {
  const config = {
    "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
    statPrefix: cluster,
    cluster,
  };
  return {
    name,
    address: { socketAddress: { address: "127.0.0.1", portValue: port } },
    filterChains: [{ filters: [{ name: "envoy.filters.network.tcp_proxy", typedConfig: config }] }],
  };
}

/** The zone of a plan, as compilation would hand it over. Proxies reach the first `reach` services. */
export function contentOf(plan: ZonePlan, blobs = createBlobStore(sha256)): Map<string, MeshContent> {
  const meshes = new Map<string, MeshContent>();
  for (const { name: mesh, services, proxies } of plan.meshes) {
    const inbound = template("listener", {
      ...listenerBody(
        joined`inbound:${hole("address")}:${hole<number>("port")}`,
        joined`localhost:${hole<number>("port")}`,
        hole<number>("port"),
      ),
    });
    const local = template("cluster", { name: joined`localhost:${hole<number>("port")}`, type: "STATIC" } as {
      name: string;
    });
    const own = blobs.put([[[blobs.put(inbound), blobs.put(local)], [{}]]]);
    const outbounds: (readonly [Batch, Batch])[] = services.map(({ name, revision }, at) => [
      [[blobs.put(template("cluster", clusterBody(name, revision)))], [{}]],
      [
        [blobs.put(template("listener", listenerBody(`outbound:${name}`, hole("cluster"), 20_000 + at)))],
        [{ cluster: name }],
      ],
    ]);
    const entries = new Map<string, ProxyEntry>();
    for (const { name, address, reach } of proxies) {
      const bindings: Bindings = { address, port: 8080 };
      const shared = blobs.put(outbounds.slice(0, reach).flat());
      entries.set(name, {
        groups: [
          [own, bindings],
          [shared, {}],
        ],
      });
    }
    const reached = services.filter((_, at) => proxies.some(({ reach }) => at < reach));
    const endpoints = new Map<string, EndpointSet>(
      reached.map(({ name, instances }) => [
        name,
        {
          cluster: name,
          endpoints: [...new Set(instances)].sort((a, b) => a - b).map((port) => endpointOf(`${name}-${port}`, port)),
        },
      ]),
    );
    meshes.set(mesh, { proxies: shardsOf(entries), endpoints: shardsOf(endpoints), secrets: new Map<string, Hash>() });
  }
  return meshes;
}

export function buildPlan(plan: ZonePlan, previous?: SnapshotMemo): Built {
  const blobs = createBlobStore(sha256);
  const meshes = contentOf(plan, blobs);
  return buildSnapshot({ zone: "east", meshes, blob: blobs.get }, sha256, previous);
}

export function snapshotOf(plan: ZonePlan): Snapshot {
  return buildPlan(plan).snapshot;
}

const word = fc.constantFrom("web", "backend", "api", "db", "cart", "mail", "__proto__", "constructor");

/** Any zone; two of them often share much, as two moments of one zone do. */
export const plans: fc.Arbitrary<ZonePlan> = fc.record({
  meshes: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom("default", "other"),
      services: fc.uniqueArray(
        fc.record({
          name: word,
          revision: fc.nat(2),
          instances: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }),
        }),
        { maxLength: 6, selector: ({ name }) => name },
      ),
      proxies: fc.uniqueArray(
        fc.record({
          name: fc.tuple(word, fc.nat(3)).map(([name, n]) => `${name}-${n}`),
          address: fc.constantFrom("10.0.0.1", "10.0.0.2", "::1"),
          reach: fc.nat(6),
        }),
        { maxLength: 8, selector: ({ name }) => name },
      ),
    }),
    { maxLength: 2, selector: ({ name }) => name },
  ),
});
