// An HTTP server on Node that ends in order: no new calls, idle connections closed, held ones after a grace, no call left behind.
import type { Server as HttpServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { createAdaptorServer } from "@hono/node-server";

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

/** Listens. Error where the address is taken, saying which. */
export async function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  host: string,
  port: number,
  patience: Patience = PATIENCE,
): Promise<Listening> {
  const calls = new Set<Promise<unknown>>();
  const counted = (request: Request): Promise<Response> => {
    const call = (async () => fetch(request))();
    calls.add(call);
    const done = (): void => void calls.delete(call);
    call.then(done, done);
    return call;
  };
  const server = createAdaptorServer({
    fetch: counted,
    hostname: host,
    serverOptions: {
      headersTimeout: patience.headers,
      requestTimeout: patience.request,
      connectionsCheckingInterval: patience.check,
      // Above the longest held poll, so that no keep-alive connection closes under a relay's next request.
      keepAliveTimeout: 65_000,
    },
  }) as HttpServer;
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
