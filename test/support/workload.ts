// Real programs that stand behind the proxies of a test mesh, and the clients that call them.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer, type Socket } from "node:net";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { WebSocket, WebSocketServer } from "ws";
import { until } from "./child.ts";

export interface Program {
  readonly port: number;
  /** Requests (or connections) that reached it. */
  count(): number;
  /** Headers of the last HTTP request. */
  lastHeaders(): Readonly<Record<string, string | string[] | undefined>>;
  close(): Promise<void>;
}

const portOf = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port;

async function listening<S extends Server>(server: S): Promise<S> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** HTTP/1.1: answers `name path`; `/slow?ms=N` waits first. WebSockets are echoed. */
export async function httpProgram(name: string): Promise<Program> {
  let count = 0;
  let headers: IncomingMessage["headers"] = {};
  const server = await listening(
    createServer((incoming, outgoing) => {
      count++;
      headers = incoming.headers;
      const url = new URL(incoming.url ?? "/", "http://program");
      const answer = (): void => void outgoing.end(`${name} ${url.pathname}`);
      outgoing.statusCode = Number(url.searchParams.get("status") ?? 200);
      const wait = Number(url.searchParams.get("ms") ?? 0);
      if (wait > 0) setTimeout(answer, wait);
      else answer();
    }),
  );
  server.keepAliveTimeout = 60_000;
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => {
    count++;
    socket.on("message", (data, binary) => socket.send(data, { binary }));
  });
  return {
    port: portOf(server),
    count: () => count,
    lastHeaders: () => headers,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** HTTP/2 without TLS: answers `name path`. */
export async function http2Program(name: string): Promise<Program> {
  let count = 0;
  let headers: Record<string, string | string[] | undefined> = {};
  const server = createHttp2Server();
  const sessions = new Set<{ destroy(): void }>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", (stream, incoming) => {
    count++;
    headers = incoming as typeof headers;
    stream.respond({ ":status": 200 });
    stream.end(`${name} ${incoming[":path"]}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: portOf(server),
    count: () => count,
    lastHeaders: () => headers,
    async close() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** TCP: answers every bytes with the same; counts connections. */
export async function tcpProgram(): Promise<Program> {
  let count = 0;
  const open = new Set<Socket>();
  const server = createTcpServer((socket) => {
    count++;
    open.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => open.delete(socket));
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: portOf(server),
    count: () => count,
    lastHeaders: () => ({}),
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const bytes = { serialize: (value: Buffer): Buffer => value, deserialize: (value: Buffer): Buffer => value };
const ECHO: grpc.ServiceDefinition = {
  Echo: {
    path: "/weft.test.Echo/Echo",
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes.serialize,
    requestDeserialize: bytes.deserialize,
    responseSerialize: bytes.serialize,
    responseDeserialize: bytes.deserialize,
  },
};

/** gRPC: `weft.test.Echo/Echo` answers `name:` and what it got. */
export async function grpcProgram(name: string): Promise<Program> {
  let count = 0;
  const server = new grpc.Server();
  server.addService(ECHO, {
    Echo: (call: grpc.ServerUnaryCall<Buffer, Buffer>, answer: grpc.sendUnaryData<Buffer>) => {
      count++;
      answer(null, Buffer.concat([Buffer.from(`${name}:`), call.request]));
    },
  });
  const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
  return {
    port,
    count: () => count,
    lastHeaders: () => ({}),
    async close() {
      server.forceShutdown();
    },
  };
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
}

export interface HttpCall {
  readonly method?: string;
  /** Sent as it is, in place of the URL's own path. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** One HTTP/1.1 GET on a connection of its own. Errors (a refused connection, a reset) throw. */
export function httpGet(url: string, timeoutMs = 10_000): Promise<HttpAnswer> {
  return httpCall(url, {}, timeoutMs);
}

/** One HTTP/1.1 request of any kind on a connection of its own. Errors throw. */
export function httpCall(url: string, options: HttpCall, timeoutMs = 10_000): Promise<HttpAnswer> {
  const { method = "GET", path, headers = {} } = options;
  const sent = { method, headers: headers as Record<string, string>, ...(path === undefined ? {} : { path }) };
  return new Promise((resolve, reject) => {
    const call = request(url, { ...sent, agent: false, timeout: timeoutMs }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("end", () =>
        resolve({
          status: incoming.statusCode ?? 0,
          body: Buffer.concat(chunks).toString("utf8"),
          headers: incoming.headers,
        }),
      );
      incoming.on("error", reject);
    });
    call.on("timeout", () => call.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    call.on("error", reject);
    call.end();
  });
}

/** One HTTP/2 request without TLS (prior knowledge). */
export async function http2Get(origin: string, path: string): Promise<HttpAnswer> {
  const session = connectHttp2(origin);
  try {
    const stream = session.request({ ":path": path });
    const failed = Promise.race([once(session, "error"), once(stream, "error")]).then(([error]) =>
      Promise.reject(error),
    );
    failed.catch(() => undefined);
    const [headers] = (await Promise.race([once(stream, "response"), failed])) as [Record<string, string | number>];
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return { status: Number(headers[":status"]), body: Buffer.concat(chunks).toString("utf8"), headers: {} };
  } finally {
    session.destroy();
  }
}

/** One unary gRPC call; a status other than OK throws. */
export async function grpcEcho(target: string, text: string): Promise<string> {
  const client = new grpc.Client(target, grpc.credentials.createInsecure());
  try {
    const answer = await new Promise<Buffer>((resolve, reject) => {
      client.makeUnaryRequest(
        "/weft.test.Echo/Echo",
        bytes.serialize,
        bytes.deserialize,
        Buffer.from(text),
        new grpc.Metadata(),
        { deadline: Date.now() + 10_000 },
        (error, value) => (error ? reject(error) : resolve(value as Buffer)),
      );
    });
    return answer.toString("utf8");
  } finally {
    client.close();
  }
}

/** Sends one text over a WebSocket and returns what comes back. */
export async function webSocketEcho(url: string, text: string): Promise<string> {
  const socket = new WebSocket(url);
  try {
    await once(socket, "open");
    socket.send(text);
    const [data] = (await once(socket, "message")) as [Buffer];
    return data.toString("utf8");
  } finally {
    socket.terminate();
  }
}

/** Opens a TCP connection, sends the text, and returns what comes back before the peer closes or `waitMs` pass. */
export function tcpExchange(host: string, port: number, text: string, waitMs = 2_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(port, host);
    let got = "";
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.on("connect", () => socket.write(text));
    socket.on("data", (chunk) => {
      got += chunk.toString("latin1");
    });
    socket.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(got);
    });
  });
}

/**
 * Sends a text to a program that echoes. What came back, as soon as that is all of it; less where the peer closes before, by
 * whatever way. Where neither happens it throws.
 */
export function tcpEcho(host: string, port: number, text: string, timeoutMs = 10_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(port, host);
    let got = "";
    socket.setTimeout(timeoutMs, () => {
      reject(new Error(`neither an echo nor an end within ${timeoutMs} ms`));
      socket.destroy();
    });
    socket.on("connect", () => socket.write(text));
    socket.on("data", (chunk) => {
      got += chunk.toString("latin1");
      if (got.length >= text.length) socket.destroy();
    });
    // The end follows.
    socket.on("error", () => {});
    socket.on("close", () => resolve(got));
  });
}

/** Runs a client program to its end; a failure throws with what it printed. */
export async function runClient(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(command, [...args], {
    env: { ...process.env, ...env },
    timeout: 20_000,
  });
  return stdout;
}

/** Waits for two hundred answers in a row with this status; `answers` counts them by status, and older ones may still be under way. */
export async function inRow(answers: ReadonlyMap<number, number>, status: number): Promise<void> {
  let row = new Map(answers);
  await until(`200 answers in a row with ${status}`, () => {
    if ([...answers].some(([other, number]) => other !== status && number !== (row.get(other) ?? 0)))
      row = new Map(answers);
    return (answers.get(status) ?? 0) >= (row.get(status) ?? 0) + 200;
  });
}

export interface Load {
  /** Ends the load and tells what happened. It goes on until so many requests were answered well, or one was not; throws where neither comes. */
  stop(
    least?: number,
  ): Promise<{ readonly good: number; readonly bad: number; readonly firstFailures: readonly string[] }>;
  /** Requests answered well so far. */
  good(): number;
  /** Requests that failed so far. */
  bad(): number;
}

/** Longer than any test takes: a load that stopped by itself would have a test wait for requests that nobody sends. Milliseconds. */
const LONGEST_LOAD = 600_000;

/** Calls again and again, `width` at a time, each at least `pauseMs` after the one before; a throw counts as a failure. */
export function startLoad(call: () => Promise<void>, width = 4, pauseMs = 5): Load {
  let good = 0;
  let bad = 0;
  const firstFailures: string[] = [];
  const deadline = performance.now() + LONGEST_LOAD;
  let running = true;
  const lane = async (): Promise<void> => {
    while (running && performance.now() < deadline) {
      try {
        await call();
        good++;
      } catch (error) {
        bad++;
        if (firstFailures.length < 5) firstFailures.push(error instanceof Error ? error.message : String(error));
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  const lanes = Array.from({ length: width }, lane);
  return {
    good: () => good,
    bad: () => bad,
    async stop(least = 0) {
      try {
        await until(`${least} good requests`, () => good >= least || bad > 0);
      } finally {
        running = false;
        await Promise.all(lanes);
      }
      return { good, bad, firstFailures };
    },
  };
}
