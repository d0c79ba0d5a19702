// An HTTP server on Node: bounds of what one client may hold, and an end in order: no new calls, idle connections closed, held ones
// after a grace, no call left behind.
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo, Server, Socket } from "node:net";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { AnswerUnread } from "#app/unread.ts";
import { noteConnection } from "./address.ts";
import { refuseUnread } from "./unread-connection.ts";
import { serveUpgrades } from "./upgrade.ts";

export interface Listening {
  /** `http://127.0.0.1:5681` with the port that was taken. */
  readonly url: string;
  close(): Promise<void>;
}

/** How long calls may go on once the server closes; milliseconds. */
const GRACE = 3000;

/** How long a client may take to send its request; milliseconds. A held poll is a slow answer, and is not meant. */
export interface Patience {
  readonly headers: number;
  /** Headers and body. */
  readonly request: number;
  /** How often connections are looked at. */
  readonly check: number;
}

const PATIENCE: Patience = { headers: 10_000, request: 60_000, check: 5_000 };

/** What one client may hold. */
const BOUNDS = {
  /** Bytes of all headers of a request. */
  maxHeaderSize: 16_384,
  /** Above the longest held poll, so that no keep-alive connection closes under a relay's next request; milliseconds. */
  keepAliveTimeout: 65_000,
  /** A connection on which nothing moves for so long is closed, also one whose client does not read; milliseconds. */
  silence: 120_000,
  maxHeadersCount: 200,
  maxRequestsPerSocket: 10_000,
  maxConnections: 10_000,
} as const;

/** Listens. Error where the address is taken, saying which. */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  host: string,
  port: number,
  { unread, patience = PATIENCE }: { readonly unread: AnswerUnread; readonly patience?: Patience },
): Promise<Listening> {
  const calls = new Set<Promise<unknown>>();
  const counted = (request: Request, env: unknown): Promise<Response> => {
    noteConnection(request, env);
    const call = (async () => fetch(request))();
    calls.add(call);
    const done = (): void => void calls.delete(call);
    call.then(done, done);
    return call;
  };
  const listener = getRequestListener(counted, {
    hostname: host,
    errorHandler: (error) => unread(error instanceof RequestError ? "address" : "failed", error),
  });
  const server = createServer(
    {
      maxHeaderSize: BOUNDS.maxHeaderSize,
      headersTimeout: patience.headers,
      requestTimeout: patience.request,
      connectionsCheckingInterval: patience.check,
      keepAliveTimeout: BOUNDS.keepAliveTimeout,
    },
    (incoming, outgoing) => void listener(incoming, outgoing),
  );
  server.maxHeadersCount = BOUNDS.maxHeadersCount;
  server.maxRequestsPerSocket = BOUNDS.maxRequestsPerSocket;
  server.maxConnections = BOUNDS.maxConnections;
  server.setTimeout(BOUNDS.silence);
  refuseUnread(server, unread);
  // What is upgraded has pings of its own.
  server.on("upgrade", (_, socket) => (socket as Socket).setTimeout(0));
  serveUpgrades(server, counted, unread);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "another program listens there; choose another port" : error.message;
      reject(new Error(`Cannot listen on ${host}:${port}: ${why}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
  return {
    url: urlOf(server),
    async close() {
      await close(server);
      // A client that has hung up ends its connection and not its call, which still needs what is closed next.
      await Promise.race([Promise.allSettled(calls), after(GRACE)]);
    },
  };
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

function close(server: HttpServer): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => server.closeAllConnections(), GRACE);
    server.close((error) => {
      clearTimeout(timer);
      if (error === undefined) resolve();
      else reject(error);
    });
    server.closeIdleConnections();
  });
}
