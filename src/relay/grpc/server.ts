// A gRPC server of streams, on Node's HTTP/2: methods by path, deadlines, and clients that vanish are noticed.
import {
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
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
  server.on("session", (session) => watch(session, sessions, keepalive));
  server.on("stream", (stream, headers) => serve(stream, headers, methods));
  return {
    accept: (socket) => void server.emit("connection", socket),
    close() {
      for (const session of sessions) session.destroy();
    },
  };
}

function watch(
  session: ServerHttp2Session,
  sessions: Set<ServerHttp2Session>,
  { every, patience }: GrpcServerOptions["keepalive"],
): void {
  sessions.add(session);
  const timer = setInterval(() => void askForLife(session, patience), every);
  timer.unref();
  session.on("close", () => {
    clearInterval(timer);
    sessions.delete(session);
  });
}

function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, methods: GrpcServerOptions["methods"]): void {
  stream.on("error", toldByClose);
  if (!isGrpc(headers)) {
    stream.respond({ [constants.HTTP2_HEADER_STATUS]: 415 }, { endStream: true });
    stream.resume();
    return;
  }
  const path = headers[":path"] ?? "";
  const method = Object.hasOwn(methods, path) ? methods[path] : undefined;
  const deadline = deadlineOf(headers["grpc-timeout"]);
  if (method === undefined) refuse(stream, "UNIMPLEMENTED", `there is no method ${path}`);
  else if (deadline === null)
    refuse(stream, "INTERNAL", `grpc-timeout is ${JSON.stringify(headers["grpc-timeout"])}, which is none`);
  else
    openCall(stream, (call) => {
      if (deadline !== undefined) endAt(stream, call, deadline);
      return method(call, headers);
    });
}

/** What ends a stream is told by its close. It stands here so that it keeps nothing of the request. */
function toldByClose(): void {
  // Node would end the process for an error that nobody listens to.
}

function endAt(stream: ServerHttp2Stream, call: GrpcCall, deadline: number): void {
  const timer = setTimeout(() => call.end("DEADLINE_EXCEEDED", "the call's deadline is over"), deadline);
  timer.unref();
  stream.once("close", () => clearTimeout(timer));
}

function isGrpc(headers: IncomingHttpHeaders): boolean {
  return /^application\/grpc($|[+;])/.test(headers["content-type"] ?? "") && headers[":method"] === "POST";
}

async function askForLife(session: ServerHttp2Session, patience: number): Promise<void> {
  if (!(await answersPing(session, patience))) session.destroy();
}
