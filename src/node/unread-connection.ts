// What Node's parser refuses: answered on the bare connection, in the form of every other refusal, and closed.
import { type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { AnswerUnread, Unread } from "#app/unread.ts";

const WHY: Readonly<Record<string, Unread>> = {
  HPE_HEADER_OVERFLOW: "headers",
  ERR_HTTP_REQUEST_TIMEOUT: "late",
};

/** From now on the server answers what is no HTTP, what is late, and headers that are too large. */
export function refuseUnread(server: Server, unread: AnswerUnread): void {
  const under = new WeakMap<Duplex, ServerResponse>();
  server.prependListener("request", ({ socket }, response) => under.set(socket, response));
  // Node would answer by itself, without a word.
  server.on("checkExpectation", (_, response) => void send(response, unread("expectation", null)));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // Half of another answer may be out: nothing could be told apart from it.
    if (!socket.writable || isAnswering(under.get(socket))) return void socket.destroy();
    void write(socket, unread(WHY[error.code ?? ""] ?? "malformed", error.code));
  });
}

function isAnswering(response: ServerResponse | undefined): boolean {
  return response?.headersSent === true && !response.writableFinished;
}

async function send(outgoing: ServerResponse, response: Response): Promise<void> {
  const body = await response.text();
  outgoing.writeHead(response.status, [...response.headers, ["connection", "close"]].flat()).end(body);
}

async function write(socket: Duplex, response: Response): Promise<void> {
  const body = await response.text();
  const headers = [...response.headers, ["content-length", String(Buffer.byteLength(body))], ["connection", "close"]];
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  socket.end(`HTTP/1.1 ${response.status} ${STATUS_CODES[response.status]}\r\n${lines}\r\n${body}`);
}
