// Programs that fail when they are told to, over HTTP, HTTP/2 and gRPC, and count what reaches them.
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";

export interface Moody {
  readonly port: number;
  /** Requests that reached it since it was last told something; health checks are not among them. */
  count(): number;
  /** The next `times` requests fail; the count begins anew. */
  fail(times: number): void;
  /** Whether `/health` answers well. */
  health(well: boolean): void;
  close(): Promise<void>;
}

interface Mood {
  count: number;
  failures: number;
  well: boolean;
}

function told(mood: Mood): Pick<Moody, "count" | "fail" | "health"> {
  return {
    count: () => mood.count,
    fail(times) {
      mood.count = 0;
      mood.failures = times;
    },
    health(well) {
      mood.well = well;
    },
  };
}

/** Whether this request fails. */
function next(mood: Mood): boolean {
  mood.count++;
  if (mood.failures === 0) return false;
  mood.failures--;
  return true;
}

/** HTTP/1.1: answers its name, or 503; `/slow?ms=N` waits first. */
export async function moodyHttp(name: string): Promise<Moody> {
  const mood: Mood = { count: 0, failures: 0, well: true };
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? "/", "http://program");
    if (url.pathname === "/health") {
      outgoing.writeHead(mood.well ? 200 : 500).end();
      return;
    }
    const status = next(mood) ? 503 : 200;
    const answer = (): void => void outgoing.writeHead(status).end(name);
    const wait = Number(url.searchParams.get("ms") ?? 0);
    if (wait > 0) setTimeout(answer, wait);
    else answer();
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    ...told(mood),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** HTTP/2 without TLS: answers its name, or 503. */
export async function moodyHttp2(name: string): Promise<Moody> {
  const mood: Mood = { count: 0, failures: 0, well: true };
  const sessions = new Set<{ destroy(): void }>();
  const server = createHttp2Server();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", (stream) => {
    stream.respond({ ":status": next(mood) ? 503 : 200 });
    stream.end(name);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    ...told(mood),
    async close() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

const bytes = { serialize: (value: Buffer): Buffer => value, deserialize: (value: Buffer): Buffer => value };

/** gRPC: `weft.test.Echo/Echo` answers what it got, or UNAVAILABLE. */
export async function moodyGrpc(): Promise<Moody> {
  const mood: Mood = { count: 0, failures: 0, well: true };
  const server = new grpc.Server();
  const echo = {
    path: "/weft.test.Echo/Echo",
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes.serialize,
    requestDeserialize: bytes.deserialize,
    responseSerialize: bytes.serialize,
    responseDeserialize: bytes.deserialize,
  };
  server.addService(
    { Echo: echo },
    {
      Echo: (call: grpc.ServerUnaryCall<Buffer, Buffer>, answer: grpc.sendUnaryData<Buffer>) => {
        if (next(mood)) answer({ code: grpc.status.UNAVAILABLE, details: "in a mood" });
        else answer(null, call.request);
      },
    },
  );
  const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", grpc.ServerCredentials.createInsecure());
  return {
    port,
    ...told(mood),
    async close() {
      server.forceShutdown();
    },
  };
}
