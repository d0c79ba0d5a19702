// One TLS port for all that proxies need: HTTP/1.1 goes to the API, HTTP/2 (gRPC) to the ADS server.
import type { Server as HttpServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { createAdaptorServer } from "@hono/node-server";
import type { Sealed } from "#model/sealed.ts";

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly certificate: { readonly chainPem: string; readonly keyPem: Sealed };
  /** `env` tells the connection that a request came by. */
  readonly fetch: (request: Request, env: object) => Response | Promise<Response>;
  /** A connection that speaks HTTP/2, already decrypted. */
  readonly onGrpc: (socket: Socket) => void;
}

export interface Listener {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** How long connections may go on once the relay closes; milliseconds. */
const GRACE = 3000;

/** Listens. An Error where the address is taken, saying which. */
export async function listen({ host, port, certificate, fetch, onGrpc }: ListenerOptions): Promise<Listener> {
  const http = createAdaptorServer({ fetch, hostname: host }) as HttpServer;
  http.headersTimeout = 10_000;
  const open = new Set<TLSSocket>();
  const server = createServer(
    {
      cert: certificate.chainPem,
      key: certificate.keyPem.reveal(),
      minVersion: "TLSv1.2",
      handshakeTimeout: 10_000,
      // A client of the API may offer both; one that speaks gRPC offers h2 alone.
      ALPNCallback: ({ protocols }) => ["http/1.1", "h2"].find((one) => protocols.includes(one)),
    },
    (socket) => {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
      socket.on("error", () => socket.destroy());
      if (socket.alpnProtocol === "h2") onGrpc(socket);
      else http.emit("connection", socket);
    },
  );
  // A failed handshake is the client's affair.
  server.on("tlsClientError", (_, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "another program listens there; choose another port" : error.message;
      reject(new Error(`Cannot listen on ${host}:${port}: ${why}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
  const taken = (server.address() as AddressInfo).port;
  return {
    host,
    port: taken,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          for (const socket of open) socket.destroy();
        }, GRACE);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        http.closeIdleConnections();
        for (const socket of open) if (socket.alpnProtocol !== "h2") socket.end();
      }),
  };
}
