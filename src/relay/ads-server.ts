// The ADS server: envoy.service.discovery.v3.AggregatedDiscoveryService, both methods, over TLS or a Unix socket.
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import { createOutlet } from "./ads/outlet.ts";
import { type Session, type SessionContext, serveStream } from "./ads/session.ts";
import type { AdsOptions, Protocol } from "./ads/stream.ts";
import { ADS_DEFAULTS } from "./ads-machine.ts";
import { digest } from "./digest.ts";
import { createEncoder, type Encoder } from "./encoder.ts";
import { createGrpcServer, type GrpcMethod } from "./grpc/server.ts";
import type { Log } from "./log.ts";
import { createResolver } from "./resolver.ts";
import { createResourceBook, type ServedResource } from "./resources.ts";
import type { Zone } from "./zone.ts";

export interface AdsServerOptions {
  readonly zone: Zone;
  readonly log: Log;
  /** `127.0.0.1:5678`, `[::1]:0`, or `unix:/path`; null = none of its own, connections are handed to `accept`. */
  readonly address: string | null;
  /** PEM; null only on a Unix socket, or without an address. */
  readonly tls: { readonly certificate: Buffer; readonly key: Buffer } | null;
  /** How long removed clusters linger; milliseconds, 15,000 by default. */
  readonly lingerMs?: number;
  readonly warmMs?: number;
  readonly encoder?: Encoder;
  /** Bytes that may lie in buffers over all streams. */
  readonly bufferBytes?: number;
  readonly firstRequestMs?: number;
  /** What else is served on the same connections, by path. */
  readonly methods?: Readonly<Record<string, GrpcMethod>>;
}

export interface AdsServer {
  /** 0 on a Unix socket and without an address. */
  readonly port: number;
  /** Serves a connection that somebody else has accepted and decrypted. */
  accept(socket: Duplex): void;
  readonly streams: number;
  /** Ends all streams at once: Envoys keep what they have and look for another relay. */
  close(): Promise<void>;
}

const SERVICE = "/envoy.service.discovery.v3.AggregatedDiscoveryService";
const METHODS = {
  StreamAggregatedResources: "sotw",
  DeltaAggregatedResources: "delta",
} as const satisfies Record<string, Protocol>;

/** An Envoy that vanished without a word is noticed after 20 + 10 s. */
const KEEPALIVE = { every: 20_000, patience: 10_000 };

/**
 * Listens and serves. Throws a TypeError for plaintext on anything but a Unix socket: xDS carries private keys.
 * Rejects when the address cannot be bound.
 */
export async function startAdsServer(options: AdsServerOptions): Promise<AdsServer> {
  const { zone, log, address, tls } = options;
  if (tls === null && address !== null && !address.startsWith("unix:"))
    throw new TypeError(`xDS without TLS is for Unix sockets only, not for ${address}`);
  const { lingerMs, warmMs } = options;
  const sessions = new Set<Session>();
  let refreshing: NodeJS.Immediate | undefined;
  /** Where many join at one time, one look of all streams serves for many changes. */
  const refresh = (): void => {
    refreshing ??= setImmediate(() => {
      refreshing = undefined;
      for (const session of sessions) session.refresh();
    });
  };
  const resolver = createResolver(refresh);
  const encoder = options.encoder ?? createEncoder();
  const size: AdsOptions<ServedResource>["size"] = (kind, resource) => {
    const encoded = encoder.encode(kind, resource);
    return "fault" in encoded ? encoded : encoded.delta.length;
  };
  const machine = {
    ...{ ...ADS_DEFAULTS, size },
    ...(lingerMs === undefined ? {} : { lingerMs }),
    ...(warmMs === undefined ? {} : { warmMs }),
  };
  const context: SessionContext = {
    zone,
    log,
    book: createResourceBook(digest, resolver.resolve, resolver.resolutions, zone.clientCertificate),
    encoder,
    outlet: createOutlet(options.bufferBytes),
    now: () => performance.now(),
    firstRequestMs: options.firstRequestMs ?? 10_000,
    machine: { delta: { ...machine, protocol: "delta" }, sotw: { ...machine, protocol: "sotw" } },
    closed: (session) => void sessions.delete(session),
  };
  const serve =
    (protocol: Protocol): GrpcMethod =>
    (call, headers) => {
      const session = serveStream(call, headers, protocol, context);
      sessions.add(session);
      return session;
    };
  const methods = Object.fromEntries(
    Object.entries(METHODS).map(([name, protocol]) => [`${SERVICE}/${name}`, serve(protocol)]),
  );
  const grpc = createGrpcServer({ methods: { ...options.methods, ...methods }, keepalive: KEEPALIVE });
  const listener = address === null ? undefined : await listen(address, tls, grpc.accept);
  const stop = zone.onChange(refresh);
  return {
    port: tls === null ? 0 : ((listener?.address() as AddressInfo | undefined)?.port ?? 0),
    accept: grpc.accept,
    get streams() {
      return sessions.size;
    },
    async close() {
      stop();
      clearImmediate(refreshing);
      resolver.close();
      listener?.close();
      grpc.close();
    },
  };
}

/** `host:port` with TLS, or a Unix socket; rejects when it cannot be bound. */
function listen(address: string, tls: AdsServerOptions["tls"], accept: (socket: Socket) => void): Promise<Server> {
  const server =
    tls === null
      ? createServer(accept)
      : createTlsServer({ key: tls.key, cert: tls.certificate, ALPNProtocols: ["h2"] }, accept);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(placeOf(address), () => resolve(server));
  });
}

function placeOf(address: string): { readonly path: string } | { readonly host: string; readonly port: number } {
  if (address.startsWith("unix:")) return { path: address.slice("unix:".length) };
  const { hostname, port } = new URL(`tcp://${address}`);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) };
}
