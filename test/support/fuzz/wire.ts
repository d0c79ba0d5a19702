// One HTTP/1.1 exchange as bytes: what no client library would send, and all that comes back.
import { connect } from "node:net";

export interface WireRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | null;
  /** In pieces, and without a length. */
  readonly chunked: boolean;
  /** What follows where the answer is 101: frames of a WebSocket, or what is none. */
  readonly frames?: Uint8Array;
}

export interface WireAnswer {
  /** 0 = the connection was closed without an answer. */
  readonly status: number;
  /** By lower-case name; those that came more than once are joined by newlines. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  /** The end did not come in time. */
  readonly late: boolean;
}

/** The bytes of the request; the connection ends with it. */
export function bytesOf({ method, target, headers, body, chunked }: WireRequest, host: string): Buffer {
  const own: [string, string][] = headers.some(([name]) => name === "host") ? [] : [["host", host]];
  if (chunked) own.push(["transfer-encoding", "chunked"]);
  else if (body !== null) own.push(["content-length", String(body.length)]);
  const connection = headers.some(([name]) => name === "upgrade") ? "upgrade" : "close";
  const lines = [...own, ...headers, ["connection", connection]].map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
  if (!chunked) return Buffer.concat([head, body ?? Buffer.alloc(0)]);
  const parts: Uint8Array[] = [head];
  const whole = body ?? new Uint8Array(0);
  for (let at = 0; at < whole.length; at += 16_384) {
    const part = whole.subarray(at, at + 16_384);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
}

/** Sends it on a connection of its own. A stream of events is left as soon as it has begun. */
export function exchange(url: string, request: WireRequest, patienceMs = 30_000): Promise<WireAnswer> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    const end = (late = false): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ...answerOf(Buffer.concat(parts)), late });
    };
    const timer = setTimeout(() => end(true), patienceMs);
    socket.on("error", () => end());
    socket.on("close", () => end());
    socket.on("data", (part) => {
      parts.push(part);
      // Whoever has switched protocols hears what is no good frame, and then that nobody is there.
      if (answerOf(Buffer.concat(parts)).status === 101) {
        if (request.frames !== undefined) socket.write(request.frames);
        socket.end(() => setTimeout(end, 20));
        return;
      }
      if (isWhole(Buffer.concat(parts), request.method)) end();
      else if (parts.length === 1 && /\r\ncontent-type: text\/event-stream/i.test(part.toString("latin1"))) end();
    });
    socket.write(bytesOf(request, host));
  });
}

/** Whether all has come that the length tells of; a connection may live on after it. */
function isWhole(bytes: Buffer, method: string): boolean {
  const { status, headers } = answerOf(bytes);
  const end = bytes.indexOf("\r\n\r\n");
  if (status === 0 || headers.get("transfer-encoding") !== undefined) return false;
  if (method === "HEAD" || status === 204 || status === 304) return true;
  const length = headers.get("content-length");
  return length !== undefined && bytes.length >= end + 4 + Number(length);
}

function answerOf(bytes: Buffer): Omit<WireAnswer, "late"> {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return { status: 0, headers: new Map(), text: bytes.toString("utf8") };
  const [first = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1] ?? 0);
  if (status >= 100 && status < 200 && status !== 101) return answerOf(bytes.subarray(end + 4));
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = "", value = ""] = /^([^:]*):\s*(.*)$/.exec(line) ?? [];
    const key = name.toLowerCase();
    headers.set(key, headers.has(key) ? `${headers.get(key)}\n${value}` : value);
  }
  const rest = bytes.subarray(end + 4);
  const body = headers.get("transfer-encoding") === "chunked" ? joined(rest) : rest;
  return { status, headers, text: body.toString("utf8") };
}

function joined(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const line = bytes.indexOf("\r\n", at);
    const length = Number.parseInt(bytes.toString("latin1", at, line), 16);
    if (line === -1 || !(length > 0)) break;
    parts.push(bytes.subarray(line + 2, line + 2 + length));
    at = line + 4 + length;
  }
  return Buffer.concat(parts);
}

/** A line for a shell that sends the same bytes again; long bodies as a hint of what they were. */
export function replayOf(url: string, { method, target, headers, body, chunked }: WireRequest): string {
  const quote = (text: string): string =>
    /^[\x20-\x7e]*$/.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : `$'${escaped(text)}'`;
  const words = ["curl", "-sS", "-i", "--path-as-is", "-X", quote(method)];
  for (const [name, value] of headers) words.push("-H", quote(`${name}: ${value}`));
  if (chunked) words.push("-H", "'transfer-encoding: chunked'");
  if (body !== null) {
    const text = Buffer.from(body).toString("latin1");
    words.push(
      "--data-binary",
      text.length > 4000 ? `${quote(text.slice(0, 400))} # … ${text.length} bytes` : quote(text),
    );
  }
  return [...words, quote(`${url}${target}`)].join(" ");
}

function escaped(text: string): string {
  return [...Buffer.from(text, "latin1")]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x27 && byte !== 0x5c
        ? String.fromCharCode(byte)
        : `\\x${byte.toString(16).padStart(2, "0")}`,
    )
    .join("");
}
