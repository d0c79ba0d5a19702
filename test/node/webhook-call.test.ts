// Calls to receivers that mean harm: private addresses by name, by number and by a name that changes, endless and huge answers.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createTls } from "node:https";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Resolve } from "#node/public-lookup.ts";
import { openReceivers } from "#node/webhook-call.ts";
import { openReceiver, type Receiver } from "#test/webhook-receiver.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function receive(): Promise<Receiver> {
  const receiver = await openReceiver();
  closers.push(receiver.close);
  return receiver;
}

const request = (signal = AbortSignal.timeout(5000)) => ({ headers: { "webhook-id": "msg_1" }, body: "{}", signal });

/** A resolver that says these, one after the other. */
function resolving(...answers: readonly (readonly string[])[]): Resolve & { asked: number } {
  const resolve = ((_host, _options, done) => {
    const addresses = answers[Math.min(resolve.asked, answers.length - 1)] ?? [];
    resolve.asked += 1;
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  }) as Resolve & { asked: number };
  resolve.asked = 0;
  return resolve;
}

describe("addresses that are not public", () => {
  test.each([
    "https://127.0.0.1/",
    "https://10.1.2.3/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/",
    "https://[fd00::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "http://example.com/",
  ])("%s is not called", async (url) => {
    const answer = await openReceivers(false).call(url, request());
    expect(answer).toEqual({ status: null, retryAfter: null, problem: expect.stringMatching(/^its URL must/) });
  });

  test.each([[["127.0.0.1"]], [["93.184.216.34", "10.0.0.1"]], [["fe80::1"]], [["64:ff9b::a00:1"]], [[]]])(
    "a name that resolves to %j is not connected to",
    async (addresses) => {
      const answer = await openReceivers(false, resolving(addresses)).call("https://receiver.example/", request());
      expect(answer.problem).toBe("its name resolves to a private, loopback, link-local or reserved address");
    },
  );

  test("a name is resolved once a call: what it says later is not connected to", async () => {
    const receiver = await receive();
    const { port } = new URL(receiver.url);
    const resolver = resolving(["127.0.0.1"], ["127.0.0.2"]);
    const answer = await openReceivers(true, resolver).call(`http://rebinding.example:${port}/`, request());
    expect([answer.status, resolver.asked]).toEqual([204, 1]);
  });
});

test("a redirect to a private address is an answer, and not followed", async () => {
  const [receiver, hidden] = [await receive(), await receive()];
  receiver.answer = (response) => void response.writeHead(302, { location: hidden.url }).end();
  const answer = await openReceivers(true).call(receiver.url, request());
  expect([answer.status, answer.problem]).toEqual([302, "it answered with a redirect, which is not followed"]);
  expect(hidden.received).toEqual([]);
});

test("an answer without end is read no further than its bound", async () => {
  const receiver = await receive();
  let sent = 0;
  receiver.answer = (response) => {
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  };
  expect(await openReceivers(true).call(receiver.url, request())).toEqual({
    status: 200,
    retryAfter: null,
    problem: null,
  });
  expect(sent).toBeLessThan(32 * 1024 * 1024);
});

/** A server that is no HTTP server. */
async function raw(answer: (write: (text: string) => void, close: () => void) => void): Promise<string> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () =>
      answer(
        (text) => void socket.write(text),
        () => void socket.destroy(),
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => void server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
}

test("silence ends in time, and whatever else is wrong is told in a line", async () => {
  const silent = await receive();
  silent.answer = () => undefined;
  const soon = AbortSignal.timeout(200);
  const hasty = openReceivers(true, undefined, 200);
  expect((await hasty.call(silent.url, request(soon))).problem).toBe("it gave no answer within 0.2 s");
  const huge = await raw((write) => write(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(20_000)}\r\n\r\n`));
  expect((await openReceivers(true).call(huge, request())).problem).toBe("the headers of its answer are too large");
  const cut = await raw((_, close) => close());
  expect((await openReceivers(true).call(cut, request())).problem).toBe("it closed the connection before it answered");
  const closed = await receive();
  await closed.close();
  expect((await openReceivers(true).call(closed.url, request())).problem).toBe(
    "nothing listens there (connection refused)",
  );
  // Drops after its headers: the status has come.
  const half = await raw((write, close) => {
    write("HTTP/1.1 500 no\r\ncontent-length: 1000\r\n\r\nx");
    setTimeout(close, 50);
  });
  expect(await openReceivers(true).call(half, request())).toMatchObject({ status: 500, problem: "it answered 500" });
});

test("what is wrong with TLS is told in words", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weft-webhook-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"],
    ...["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
  ]);
  const self = createTls({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => void response.end());
  rmSync(folder, { recursive: true });
  await new Promise<void>((resolve) => self.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => void self.close(() => resolve())));
  const { port } = self.address() as { port: number };
  expect((await openReceivers(true).call(`https://127.0.0.1:${port}/`, request())).problem).toBe(
    "its certificate, or a CA that it sends, is self-signed and not trusted here",
  );
  const plain = await receive();
  expect((await openReceivers(true).call(plain.url.replace("http:", "https:"), request())).problem).toMatch(
    /^no TLS connection to it came about \(\w+\)$/,
  );
});
