// Upgrades on Node: a call for a WebSocket is answered by the app like any other; where that admits it, its connection is handed over.
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { BELL_PATH } from "#api/bell.ts";
import type { AnswerUnread } from "#app/unread.ts";

/** Takes the connection over. */
export type Seat = (socket: WebSocket) => void;

type Fetch = (request: Request, env: unknown) => Promise<Response>;

const seats = new WeakMap<Request, Seat>();

/** More than any ping has; bytes. */
const LONGEST_MESSAGE = 64;

/** The app's answer to a call whose connection becomes a WebSocket. Its status is never sent: Node knows no 101 here. */
export function admit(request: Request, seat: Seat): Response {
  seats.set(request, seat);
  return new Response(null);
}

/** Who takes the connection of a call over; undefined where the app has not admitted it. */
export function seatOf(request: Request): Seat | undefined {
  return seats.get(request);
}

/** Serves calls for a WebSocket beside all others, whose answers stay what they are. */
export function serveUpgrades(server: Server, fetch: Fetch, unread: AnswerUnread): void {
  const sockets = new WebSocketServer({
    ...{ noServer: true, clientTracking: false, perMessageDeflate: false },
    maxPayload: LONGEST_MESSAGE,
  });
  const headers = new WeakMap<IncomingMessage, Headers>();
  sockets.on("headers", (lines, incoming) => {
    for (const [name, value] of headers.get(incoming) ?? []) lines.push(`${name}: ${value}`);
  });
  // What the app admits, and the library does not: its own words would be a page of HTML.
  sockets.on("wsClientError", (error, socket) => void refuse(socket, unread("handshake", error.message)));
  server.on("upgrade", (incoming, socket, head) => {
    const isBell = incoming.url?.split("?")[0] === BELL_PATH;
    if (!isBell || incoming.headers.upgrade?.toLowerCase() !== "websocket")
      return decline(server, incoming, socket, head);
    // A connection that breaks while its call is answered is nobody's failure.
    const ignore = (): void => void socket.destroy();
    socket.on("error", ignore);
    const request = requestOf(incoming);
    if (request === null) {
      void refuse(socket, unread("address", null));
      return;
    }
    fetch(request, { incoming }).then(
      (response) => {
        const seat = seatOf(request);
        if (seat === undefined) {
          void refuse(socket, response);
          return;
        }
        headers.set(incoming, response.headers);
        socket.off("error", ignore);
        sockets.handleUpgrade(incoming, socket, head, seat);
      },
      () => socket.destroy(),
    );
  });
}

/** No upgrade is offered there (RFC 9110 §7.8): the same call without its wish is parsed anew, body and all. */
function decline(
  server: Server,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (!/^(upgrade|connection|http2-settings)$/i.test(name)) lines.push(`${name}: ${rawHeaders[at + 1]}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}

/** Null where its host or its address is none: nothing may be thrown here, where nobody would catch it. */
function requestOf({ url = "/", headers }: IncomingMessage): Request | null {
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const address = `http://${headers.host ?? "localhost"}${url}`;
  return URL.canParse(address) ? new Request(address, { headers: pairs }) : null;
}

async function refuse(socket: Duplex, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  response.headers.set("content-length", String(body.length));
  response.headers.set("connection", "close");
  const lines = [...response.headers].map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${response.status} \r\n${lines.join("")}\r\n`, "latin1"), body]));
}
