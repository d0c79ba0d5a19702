// The ADS server: envoy.service.discovery.v3.AggregatedDiscoveryService, both methods, over TLS or a Unix socket.
import type { Duplex } from "node:stream";
import { Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import { createOutlet } from "./ads/outlet.ts";
import { type AdsCall, type SessionContext, serveStream } from "./ads/session.ts";
import type { Protocol } from "./ads/stream.ts";
import { digest } from "./digest.ts";
import { createEncoder, type Encoder } from "./encoder.ts";
import type { Log } from "./log.ts";
import { createResolver } from "./resolver.ts";
import { createResourceBook } from "./resources.ts";
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

// Messages pass as bytes: answers are put together from encoded resources, and requests are read by hand.
const asIs = (bytes: Buffer): Buffer => bytes;
const METHODS = {
  StreamAggregatedResources: "sotw",
  DeltaAggregatedResources: "delta",
} as const satisfies Record<string, Protocol>;

const SERVICE: ServiceDefinition = Object.fromEntries(
  Object.keys(METHODS).map((name) => [
    name,
    {
      path: `/envoy.service.discovery.v3.AggregatedDiscoveryService/${name}`,
      requestStream: true,
      responseStream: true,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  ]),
);

/** An Envoy that vanished without a word is noticed after 20 + 10 s. */
const KEEPALIVE = {
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.keepalive_permit_without_calls": 1,
};

/**
 * Listens and serves. Throws a TypeError for plaintext on anything but a Unix socket: xDS carries private keys.
 * Rejects when the address cannot be bound.
 */
export async function startAdsServer(options: AdsServerOptions): Promise<AdsServer> {
  const { zone, log, address, tls } = options;
  if (tls === null && address !== null && !address.startsWith("unix:"))
    throw new TypeError(`xDS without TLS is for Unix sockets only, not for ${address}`);
  const { lingerMs, warmMs } = options;
  const sessions = new Map<AdsCall, ReturnType<typeof serveStream>>();
  const refresh = (): void => {
    for (const session of sessions.values()) session.refresh();
  };
  const resolver = createResolver(refresh);
  const context: SessionContext = {
    zone,
    log,
    book: createResourceBook(digest, resolver.resolve, resolver.resolutions, zone.clientCertificate),
    encoder: options.encoder ?? createEncoder(),
    outlet: createOutlet(options.bufferBytes),
    now: () => performance.now(),
    firstRequestMs: options.firstRequestMs ?? 10_000,
    machine: { ...(lingerMs === undefined ? {} : { lingerMs }), ...(warmMs === undefined ? {} : { warmMs }) },
  };
  const serve = (protocol: Protocol) => (call: AdsCall) => {
    sessions.set(call, serveStream(call, protocol, context));
    for (const event of ["close", "cancelled", "error", "end"]) call.on(event, () => sessions.delete(call));
  };
  const server = new Server({ "grpc.max_send_message_length": -1, ...KEEPALIVE });
  server.addService(
    SERVICE,
    Object.fromEntries(Object.entries(METHODS).map(([name, protocol]) => [name, serve(protocol)])),
  );
  const credentials =
    tls === null
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.certificate }]);
  const port = address === null ? 0 : await bind(server, address, credentials);
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const stop = zone.onChange(refresh);
  return {
    port: tls === null ? 0 : port,
    accept: (socket) => injector.injectConnection(socket),
    get streams() {
      return sessions.size;
    },
    async close() {
      stop();
      resolver.close();
      injector.destroy();
      server.forceShutdown();
    },
  };
}

function bind(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
}
