// What Node's own parser refuses is answered as everything else is: a problem with an id, and no word of the inside.
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BELL_PATH } from "#api/bell.ts";
import { openUnread } from "#app/unread.ts";
import { type Listening, listen } from "#node/server.ts";
import { admit } from "#node/upgrade.ts";
import { exchange, type WireRequest } from "#test/fuzz/wire.ts";

let server: Listening;
beforeAll(async () => {
  const unread = openUnread({ chance: (length) => crypto.getRandomValues(new Uint8Array(length)), log: () => {} });
  server = await listen(() => new Response("well"), "127.0.0.1", 0, { unread });
});
afterAll(() => server.close());

const plain: WireRequest = { method: "GET", target: "/", headers: [], body: null, chunked: false };

test("a good request is served", async () => {
  expect(await exchange(server.url, plain)).toMatchObject({ status: 200, text: "well" });
});

test.each([
  ["headers beyond 16 KiB", { headers: [["x-long", "y".repeat(20_000)]] }, 431],
  ["a header with a NUL", { headers: [["x", "a\0b"]] }, 400],
  ["a name of a header with a space", { headers: [["bad name", "1"]] }, 400],
  ["a method that is none", { method: "G@T" }, 400],
  ["a host that is none", { headers: [["host", "a b"]] }, 400],
  [
    "a host that is none, of a call for a bell",
    {
      target: BELL_PATH,
      headers: [
        ["host", "a b"],
        ["upgrade", "websocket"],
      ],
    },
    400,
  ],
  ["an address without a slash", { target: "x" }, 400],
  ["two lengths", { headers: [["content-length", "3"]], body: Buffer.from("four") }, 400],
  ["an expectation of something else", { headers: [["expect", "200-maybe"]] }, 417],
] as const)("%s: a problem", async (_, part, status) => {
  const answer = await exchange(server.url, { ...plain, ...part });
  expect(answer.status, answer.text).toBe(status);
  expect(JSON.parse(answer.text)).toMatchObject({ status, instance: answer.headers.get("x-request-id") });
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
});

test.each([
  ["without a key", []],
  ["with a key that is none", [["sec-websocket-key", "short"]]],
  [
    "of another version",
    [
      ["sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="],
      ["sec-websocket-version", "12"],
    ],
  ],
] as const)("a call for a WebSocket %s, which the app admits: a problem", async (_, more) => {
  const unread = openUnread({ chance: (length) => new Uint8Array(length), log: () => {} });
  let seated = 0;
  const open = await listen((request) => admit(request, () => seated++), "127.0.0.1", 0, { unread });
  try {
    const headers = [["upgrade", "websocket"], ["connection", "upgrade"], ...more] as [string, string][];
    const answer = await exchange(open.url, { ...plain, target: BELL_PATH, headers });
    expect(answer.status, answer.text).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ status: 400, instance: answer.headers.get("x-request-id") });
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(seated).toBe(0);
  } finally {
    await open.close();
  }
});

test("a client that sends a header a second, or nothing at all, is given up; one that keeps its connection is not", async () => {
  const unread = openUnread({ chance: (length) => new Uint8Array(length), log: () => {} });
  // Longer than this process may stand still between a connection and the call on it.
  const patience = { headers: 2000, request: 2000, check: 50 };
  const short = await listen(() => new Response("well"), "127.0.0.1", 0, { unread, patience });
  try {
    const { port } = new URL(short.url);
    const slow = connect(Number(port), "127.0.0.1");
    slow.write("GET / HTTP/1.1\r\nhost: x\r\n");
    const drip = setInterval(() => slow.writable && slow.write("x-more: 1\r\n"), 40);
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      slow.on("data", (part) => {
        text += part.toString();
      });
      slow.on("error", () => {});
      slow.on("close", () => resolve(text));
    });
    clearInterval(drip);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain("/std-errors");
    expect(await (await fetch(short.url)).text()).toBe("well");
  } finally {
    await short.close();
  }
});
