// A gRPC server of streams, on Node's HTTP/2: methods by path, deadlines, and clients that vanish are noticed.
import { constants, createServer, type IncomingHttpHeaders, type ServerHttp2Session } from "node:http2";
import type { Duplex } from "node:stream";
import { type CallHandlers, type GrpcCall, openCall, refuse } from "./call.ts";
import { deadlineOf } from "./deadline.ts";
import { answersPing } from "./ping.ts";

export type GrpcMethod = (call: GrpcCall, headers: IncomingHttpHeaders) => CallHandlers;

export interface GrpcServerOptions {
  /** By path: `/package.Service/Method`. */
  readonly methods: Readonly<Record<string, GrpcMethod>>;
  /** A connection is asked for a sign of life so often, and is over without one; milliseconds. */
  readonly keepalive: { readonly every: number; readonly patience: number };
}

export interface GrpcServer {
  /** Serves HTTP/2 on a connection that somebody else has accepted and decrypted. */
  accept(socket: Duplex): void;
  /** Ends all connections at once. */
  close(): void;
}

/** Calls on one connection: an Envoy needs one. */
const MOST_CALLS = 100;

/** It owns no sockets but those that it is given. */
export function createGrpcServer({ methods, keepalive }: GrpcServerOptions): GrpcServer {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer({ settings: { maxConcurrentStreams: MOST_CALLS } });
  server.on("session", (session) => {
    sessions.add(session);
    const timer = setInterval(() => void askForLife(session, keepalive.patience), keepalive.every);
    timer.unref();
    session.once("close", () => {
      clearInterval(timer);
      sessions.delete(session);
    });
  });
  server.on("stream", (stream, headers) => {
    // What ends a stream is told by its close.
    stream.on("error", () => undefined);
    if (!isGrpc(headers)) {
      stream.respond({ [constants.HTTP2_HEADER_STATUS]: 415 }, { endStream: true });
      stream.resume();
      return;
    }
    const path = headers[":path"] ?? "";
    const method = Object.hasOwn(methods, path) ? methods[path] : undefined;
    if (method === undefined) return refuse(stream, "UNIMPLEMENTED", `there is no method ${path}`);
    const deadline = deadlineOf(headers["grpc-timeout"]);
    if (deadline === null)
      return refuse(stream, "INTERNAL", `grpc-timeout is ${JSON.stringify(headers["grpc-timeout"])}, which is none`);
    openCall(stream, (call) => {
      const handlers = method(call, headers);
      if (deadline === undefined) return handlers;
      const timer = setTimeout(() => call.end("DEADLINE_EXCEEDED", "the call's deadline is over"), deadline);
      timer.unref();
      return {
        ...handlers,
        closed() {
          clearTimeout(timer);
          handlers.closed();
        },
      };
    });
  });
  return {
    accept: (socket) => void server.emit("connection", socket),
    close() {
      for (const session of sessions) session.destroy();
    },
  };
}

function isGrpc(headers: IncomingHttpHeaders): boolean {
  return /^application\/grpc($|[+;])/.test(headers["content-type"] ?? "") && headers[":method"] === "POST";
}

async function askForLife(session: ServerHttp2Session, patience: number): Promise<void> {
  if (!(await answersPing(session, patience))) session.destroy();
}
