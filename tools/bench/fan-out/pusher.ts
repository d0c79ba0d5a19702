// The two servers of the measure: the relay's ADS server, and a bare grpc-js loop.
import { Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { xdsType } from "#envoy/type-url.ts";
import type { EndpointSet } from "#model/endpoint.ts";
import { startAdsServer } from "#relay/ads-server.ts";
import { digest } from "#relay/digest.ts";
import type { Served, Zone } from "#relay/zone.ts";
import { createBlobStore } from "#snapshot/blob.ts";
import { buildSnapshot, type SnapshotMemo } from "#snapshot/build.ts";
import { shardsOf } from "#snapshot/shard.ts";
import { type ProxyEntry, template } from "#snapshot/template.ts";
import { answer } from "./ads-message.ts";
import { DELTA } from "./ads-method.ts";

export interface Pusher {
  /** One change to all; resolves when every stream has acknowledged it. */
  push(): Promise<void>;
  close(): Promise<void>;
}

/** As many endpoints as make a ClusterLoadAssignment of 5 KB. */
const ENDPOINTS = 32;

function setOf(round: number): EndpointSet {
  const endpoints = Array.from({ length: ENDPOINTS }, (_, n) => ({
    address: `10.0.${round % 250}.${n}`,
    port: 8080,
    weight: 1,
    zone: "east",
    priority: 0,
    tags: { version: "v1", "kuma.io/zone": "east" },
    dataplane: `backend-${String(n).padStart(3, "0")}`,
  }));
  return { cluster: "backend", endpoints };
}

/** The relay's server over snapshots of as many alike proxies; each round is a new snapshot with one changed endpoint set. */
export async function startRelay(address: string, streams: number): Promise<Pusher> {
  const blobs = createBlobStore(digest);
  const cluster = {
    name: "backend",
    type: "EDS",
    edsClusterConfig: { edsConfig: { ads: {}, resourceApiVersion: "V3" } },
  };
  const group = blobs.put([[[blobs.put(template("cluster", cluster))], [{}]]]);
  const entry: ProxyEntry = { groups: [[group, {}]] };
  const proxies = shardsOf(Array.from({ length: streams }, (_, n) => [`p-${n}`, entry] as const));
  const secrets = new Map<string, string>();
  let memo: SnapshotMemo | undefined;
  const next = (sequence: number): Served => {
    const meshes = new Map([["default", { proxies, endpoints: shardsOf([["backend", setOf(sequence)]]), secrets }]]);
    const built = buildSnapshot({ zone: "z", meshes, blob: blobs.get }, digest, memo);
    memo = built.memo;
    return { epoch: 1, sequence, snapshot: built.snapshot, newcomers: new Map(), changedSets: () => new Map() };
  };
  let served = next(1);
  let ring = (): void => undefined;
  let done = (): void => undefined;
  let acked = 0;
  const zone: Zone = {
    served: () => served,
    onChange(listener) {
      ring = listener;
      return () => undefined;
    },
    join: async ({ name }) => ({
      ok: true,
      registration: name,
      closed: () => undefined,
      ended: new AbortController().signal,
    }),
    identity: () => undefined,
    delivered(_, delivery) {
      if (delivery?.state !== "acked" || delivery.sequence !== served.sequence) return;
      acked += 1;
      if (acked === streams) done();
    },
  };
  const server = await startAdsServer({ zone, log: () => undefined, address, tls: null });
  return {
    async push() {
      acked = 0;
      const all = new Promise<void>((resolve) => {
        done = resolve;
      });
      served = next(served.sequence + 1);
      ring();
      await all;
    },
    close: () => server.close(),
  };
}

/** Pushes the same bytes to whoever is there, and counts what comes back: what grpc-js itself costs. */
export async function startBare(address: string, streams: number, bytes: number): Promise<Pusher> {
  const message = answer(xdsType("endpoints").url, bytes);
  const calls = new Set<ServerDuplexStream<Buffer, Buffer>>();
  let acked = 0;
  let done = (): void => undefined;
  const server = new Server();
  server.addService(DELTA, {
    delta: (call: ServerDuplexStream<Buffer, Buffer>) => {
      calls.add(call);
      call.on("error", () => undefined);
      call.once("data", () => call.write(message));
      call.on("data", () => {
        acked += 1;
        if (acked === streams) done();
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  return {
    async push() {
      acked = 0;
      const all = new Promise<void>((resolve) => {
        done = resolve;
      });
      for (const call of calls) call.write(message);
      await all;
    },
    close: async () => server.forceShutdown(),
  };
}
