// The relay's knock on real sockets: its proof, a nonce that grew old, what it is answered with, and its end.
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { bellAddress, createKnock } from "#relay/zone/bell.ts";
import type { Line } from "#relay/zone/listening.ts";
import { until } from "./start.ts";

let server: Server;
let port = 0;
let calls: IncomingMessage[] = [];
let sockets: WebSocket[] = [];
let lines: Line[] = [];
/** The status that a call is refused with; null = it is taken. */
let refusal: (proof: string) => number | null = () => null;

beforeEach(async () => {
  calls = [];
  sockets = [];
  lines = [];
  refusal = () => null;
  const bells = new WebSocketServer({ noServer: true });
  server = createServer((_, answer) => answer.writeHead(400).end());
  server.on("upgrade", (incoming, socket, head) => {
    calls.push(incoming);
    const status = refusal(String(incoming.headers["weft-proof"]));
    if (status === null) bells.handleUpgrade(incoming, socket, head, (one) => sockets.push(one));
    else socket.end(`HTTP/1.1 ${status} No\r\nweft-nonce: fresh\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const line of lines) line.end();
  for (const socket of sockets) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

function knock(over: { readonly address?: string; readonly timeout?: number } = {}) {
  const said: string[] = [];
  const shut: string[] = [];
  const line = createKnock({
    address: bellAddress(`http://127.0.0.1:${port}/base/`),
    prove: async (path, nonce) => `${path} by ${nonce ?? "the newest"}`,
    ...over,
  })({ said: (text) => said.push(text), shut: (reason) => shut.push(reason) });
  lines.push(line);
  return { line, said, shut };
}

test("it proves itself as in every call, and hears what is said", async () => {
  const { line, said, shut } = knock();
  await until("it is taken", () => sockets.length === 1);
  expect([calls[0]?.url, calls[0]?.headers["weft-proof"]]).toEqual([
    "/base/v1/zone/bell",
    "/v1/zone/bell by the newest",
  ]);
  expect(calls[0]?.headers["sec-websocket-extensions"]).toBeUndefined();
  sockets[0]?.send('{"epoch":1,"sequence":2}');
  sockets[0]?.send("pong");
  await until("it is heard", () => said.length === 2);
  expect(said).toEqual(['{"epoch":1,"sequence":2}', "pong"]);
  const heard = new Promise((resolve) => sockets[0]?.once("message", (data) => resolve(String(data))));
  line.send("ping");
  expect(await heard).toBe("ping");
  const ended = new Promise((resolve) => sockets[0]?.once("close", resolve));
  line.end();
  await ended;
  line.send("ping");
  expect(shut, "who ends it is not told").toEqual([]);
});

test("a nonce that grew old is replaced by that of the refusal, once", async () => {
  refusal = (proof) => (proof.endsWith("fresh") ? null : 401);
  const { shut } = knock();
  await until("it is taken", () => sockets.length === 1);
  expect(shut).toEqual([]);
  refusal = () => 401;
  const { shut: refused } = knock();
  await until("it is told", () => refused.length === 1);
  expect(refused).toEqual(["the call was answered with 401"]);
  expect(calls).toHaveLength(4);
});

test.each([
  ["a control plane without a bell", 404, "the call was answered with 404"],
  ["a proxy that lets no upgrade through", 200, "the call was answered with 200"],
  ["one that has no more room", 429, "the call was answered with 429"],
])("%s is told once", async (_, status, reason) => {
  refusal = () => status;
  const { shut } = knock();
  await until("it is told", () => shut.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(shut).toEqual([reason]);
});

test("the reason of an end is told, and what is too long ends it", async () => {
  const { shut } = knock();
  await until("it is taken", () => sockets.length === 1);
  sockets[0]?.close(4001, "the relay has been revoked");
  await until("it is told", () => shut.length === 1);
  expect(shut).toEqual(["the relay has been revoked"]);
  const long = knock();
  await until("it is taken", () => sockets.length === 2);
  sockets[1]?.send("x".repeat(2000));
  await until("it is told", () => long.shut.length === 1);
  expect(long.said).toEqual([]);
});

test("nobody there, and nobody who answers", async () => {
  const away = knock({ address: "ws://127.0.0.1:1/v1/zone/bell" });
  await until("it is told", () => away.shut.length === 1);
  expect(away.shut[0]).toMatch(/ECONNREFUSED/);
  server.removeAllListeners("upgrade");
  server.removeAllListeners("request");
  const silent = knock({ timeout: 50 });
  await until("it is told", () => silent.shut.length === 1);
  expect(silent.shut[0]).toMatch(/timed out/);
});
