// The gRPC server against a client that nobody here wrote, and against raw HTTP/2 where no client would do such a thing.

import { once } from "node:events";
import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from "node:http2";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import {
  type ClientDuplexStream,
  credentials,
  Metadata,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from "@grpc/grpc-js";
import { afterEach, describe, expect, test } from "vitest";
import type { CallHandlers, GrpcCall } from "#relay/grpc/call.ts";
import { deadlineOf } from "#relay/grpc/deadline.ts";
import { createGrpcServer, type GrpcServer } from "#relay/grpc/server.ts";
import { until } from "#test/child.ts";

const asIs = (bytes: Buffer): Buffer => bytes;
const bidi = (path: string) => ({
  path,
  requestStream: true,
  responseStream: true,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
});
const Client = makeGenericClientConstructor({ echo: bidi("/s/Echo"), none: bidi("/s/None") }, "s");
const KEEPALIVE = { every: 60_000, patience: 10_000 };

let grpc: GrpcServer;
let listener: Server;
let address: string;
const closing: (() => void)[] = [];

/** Serves `/s/Echo`; every handler that is not given does nothing. */
async function serve(
  handlers: (call: GrpcCall) => Partial<CallHandlers>,
  keepalive: { every: number; patience: number } = KEEPALIVE,
): Promise<void> {
  const none = { message: () => undefined, halfClosed: () => undefined, closed: () => undefined };
  grpc = createGrpcServer({ keepalive, methods: { "/s/Echo": (call) => ({ ...none, ...handlers(call) }) } });
  listener = createServer(grpc.accept);
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  address = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const close of closing.splice(0)) close();
  grpc.close();
  listener.close();
});

interface Opened {
  readonly call: ClientDuplexStream<Buffer, Buffer>;
  readonly got: Buffer[];
  /** Its status, which grpc-js tells as an error unless it is OK. */
  readonly ended: Promise<ServiceError | null>;
}

function open(method: "echo" | "none" = "echo", deadline?: number): Opened {
  const client = new Client(address, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  closing.push(() => client.close());
  const options = deadline === undefined ? {} : { deadline: Date.now() + deadline };
  const make = client[method] as unknown as (metadata: Metadata, options: object) => ClientDuplexStream<Buffer, Buffer>;
  const call = make.call(client, new Metadata(), options);
  const got: Buffer[] = [];
  call.on("data", (bytes: Buffer) => got.push(bytes));
  const ended = new Promise<ServiceError | null>((resolve) => {
    call.on("error", resolve);
    call.on("end", () => resolve(null));
  });
  return { call, got, ended };
}

async function raw(headers: Record<string, string>): Promise<IncomingHttpHeaders & { ":status"?: number }> {
  const session: ClientHttp2Session = connectHttp2(`http://${address}`);
  closing.push(() => session.destroy());
  const stream = session.request({ ":method": "POST", ...headers });
  stream.resume();
  const [answer] = await once(stream, "response");
  return answer;
}

describe("calls", () => {
  test("large messages both ways, in order, and OK when the client has ended", async () => {
    await serve((call) => ({
      message: (bytes) => call.write(bytes, () => undefined),
      halfClosed: () => call.end("OK"),
    }));
    const { call, got, ended } = open();
    const sizes = [0, 1, 3_995, 3_996, 4_000, 8_001, 300_000, 7];
    const messages = sizes.map((size, n) => Buffer.alloc(size, n + 1));
    for (const message of messages) call.write(message);
    call.end();
    expect(await ended).toBe(null);
    expect(got.map((one) => one.length)).toEqual(sizes);
    expect(got.every((one, n) => one.equals(messages[n]!))).toBe(true);
  });

  test("each message is told as written once, in order", async () => {
    const written: number[] = [];
    await serve((call) => ({
      message() {
        for (const size of [20_000, 10, 9_000]) call.write(Buffer.alloc(size), () => written.push(size));
      },
    }));
    const { call, got } = open();
    call.write(Buffer.from("x"));
    await until("all messages", () => got.length === 3);
    await until("all to be told", () => written.length === 3);
    expect(written).toEqual([20_000, 10, 9_000]);
    call.cancel();
  });

  test("a status comes after what was written, with its words as they are", async () => {
    const words = 'no: 100% "ö" 🌍\nend';
    await serve((call) => ({
      message() {
        call.write(Buffer.alloc(50_000), () => undefined);
        call.end("PERMISSION_DENIED", words);
        call.write(Buffer.alloc(1), () => undefined);
        call.end("INTERNAL", "a second end");
      },
    }));
    const { call, got, ended } = open();
    call.write(Buffer.from("x"));
    expect(await ended).toMatchObject({ code: status.PERMISSION_DENIED, details: words });
    expect(got.map(({ length }) => length)).toEqual([50_000]);
  });

  test("a call that the client leaves is over", async () => {
    let [begun, over] = [0, 0];
    await serve(() => ({ message: () => void begun++, closed: () => void over++ }));
    const { call, ended } = open();
    call.write(Buffer.from("x"));
    await until("the call", () => begun === 1);
    call.cancel();
    expect(await ended).toMatchObject({ code: status.CANCELLED });
    await until("the call to be over", () => over === 1);
  });

  test("a paused call reads no more than the connection holds, and goes on", async () => {
    let calls: GrpcCall | undefined;
    let got = 0;
    await serve((call) => {
      calls = call;
      return {
        message: () => {
          if (got++ === 0) call.pause();
        },
      };
    });
    const { call } = open();
    for (let n = 0; n < 100; n++) call.write(Buffer.alloc(10_000));
    await until("the first message", () => got > 0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(calls!.isPaused).toBe(true);
    expect(got).toBeLessThan(20);
    calls!.resume();
    await until("the others", () => got === 100);
    call.cancel();
  });

  test("a deadline that is over", async () => {
    await serve(() => ({}));
    expect(await open("echo", 50).ended).toMatchObject({ code: status.DEADLINE_EXCEEDED });
    expect(deadlineOf(undefined)).toBe(undefined);
    expect(deadlineOf("2S")).toBe(2000);
    expect(deadlineOf("1500u")).toBe(2);
    expect(deadlineOf("99999999H")).toBe(2 ** 31 - 1);
    expect(deadlineOf("2 S")).toBe(null);
  });
});

describe("what is no call", () => {
  test("a method that there is not", async () => {
    await serve(() => ({}));
    const none = await open("none").ended;
    expect(none).toMatchObject({ code: status.UNIMPLEMENTED, details: "there is no method /s/None" });
  });

  test.each([
    ["no content type", {}, { ":status": 415 }],
    ["another content type", { "content-type": "application/grpcx" }, { ":status": 415 }],
    ["a GET", { ":method": "GET", "content-type": "application/grpc" }, { ":status": 415 }],
    ["a wrong timeout", { "content-type": "application/grpc", "grpc-timeout": "1x" }, { "grpc-status": "13" }],
  ])("%s", async (_, headers, answer) => {
    await serve(() => ({}));
    expect(await raw({ ":path": "/s/Echo", ...headers })).toMatchObject(answer);
  });

  test("a message that is compressed, too long, or cut off", async () => {
    await serve(() => ({}));
    const session = connectHttp2(`http://${address}`);
    closing.push(() => session.destroy());
    const bodies = [
      [Buffer.from([1, 0, 0, 0, 1, 7]), "12"],
      [Buffer.from([0, 255, 0, 0, 0]), "8"],
      [Buffer.from([0, 0, 0]), "13"],
    ] as const;
    for (const [body, code] of bodies) {
      const stream = session.request({ ":method": "POST", ":path": "/s/Echo", "content-type": "application/grpc" });
      stream.resume();
      stream.end(body);
      const [headers] = (await once(stream, "response")) as [IncomingHttpHeaders];
      expect(headers["grpc-status"]).toBe(code);
    }
  });
});

describe("clients that are gone", () => {
  test("a connection without a sign of life is over, and its calls with it", async () => {
    let over = 0;
    // After the last answer it is over with the tenth question, or after 10 seconds.
    await serve(() => ({ closed: () => void over++ }), { every: 50, patience: 10_000 });
    const [port] = address.split(":").slice(-1);
    // Between them, so that the client's answers can be held back while its connection stays.
    const sockets: Socket[] = [];
    let answers = 0;
    const between = createServer((socket) => {
      const on = connect(Number(port), "127.0.0.1");
      sockets.push(socket, on);
      for (const one of [socket, on]) one.on("error", () => undefined);
      // PING with ACK: its type and flags are the fourth and fifth byte of a frame (RFC 9113 §6.7).
      socket.on("data", (bytes) => (answers += Number(bytes[3] === 6 && bytes[4] === 1)));
      socket.pipe(on).pipe(socket);
    });
    between.listen(0, "127.0.0.1");
    await once(between, "listening");
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      between.close();
    });
    address = `127.0.0.1:${(between.address() as AddressInfo).port}`;
    const { call, ended } = open();
    call.write(Buffer.from("x"));
    await until("signs of life", () => answers >= 4);
    expect(over).toBe(0);
    sockets[0]!.unpipe();
    await until("the call to be over", () => over === 1);
    sockets[0]!.destroy();
    expect(await ended).toMatchObject({ code: expect.any(Number) });
  });

  test("closing ends all calls at once", async () => {
    let [begun, over] = [0, 0];
    await serve(() => ({ message: () => void begun++, closed: () => void over++ }));
    const calls = [open(), open()];
    for (const { call } of calls) call.write(Buffer.from("x"));
    await until("the calls", () => begun === 2);
    grpc.close();
    for (const { ended } of calls) expect((await ended)?.code).toBeGreaterThan(0);
    await until("the calls to be over", () => over === 2);
  });
});
