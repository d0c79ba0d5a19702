// Receivers of telemetry: OTLP over gRPC and HTTP, Zipkin over HTTP, log lines over TCP.
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import * as grpc from "@grpc/grpc-js";

export interface Collector {
  readonly port: number;
  close(): Promise<void>;
}

/** Whole lines of all connections. */
export async function tcpLogs(): Promise<Collector & { lines(): readonly string[] }> {
  let text = "";
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("data", (chunk) => (text += chunk.toString("utf8")));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    lines: () =>
      text
        .split("\n")
        .slice(0, -1)
        .filter((line) => line !== ""),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Bodies of all requests, by path. */
export async function httpCollector(): Promise<Collector & { bodies(path: string): readonly string[] }> {
  const bodies = new Map<string, string[]>();
  const server = createHttpServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const path = incoming.url ?? "";
      bodies.set(path, [...(bodies.get(path) ?? []), Buffer.concat(chunks).toString("utf8")]);
      outgoing.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    bodies: (path) => bodies.get(path) ?? [],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const SERVICES = {
  logs: "opentelemetry.proto.collector.logs.v1.LogsService",
  traces: "opentelemetry.proto.collector.trace.v1.TraceService",
  metrics: "opentelemetry.proto.collector.metrics.v1.MetricsService",
} as const;

/** OTLP over gRPC; what arrived is read by field numbers, as opentelemetry.proto numbers them. */
export async function otlpCollector(): Promise<
  Collector & { received(kind: keyof typeof SERVICES): readonly Message[] }
> {
  const server = new grpc.Server();
  const received: Record<keyof typeof SERVICES, Message[]> = { logs: [], traces: [], metrics: [] };
  const asIs = (bytes: Buffer): Buffer => bytes;
  for (const [kind, service] of Object.entries(SERVICES) as [keyof typeof SERVICES, string][]) {
    const method: grpc.MethodDefinition<Buffer, Buffer> = {
      path: `/${service}/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    };
    const handle: grpc.handleUnaryCall<Buffer, Buffer> = (call, answer) => {
      received[kind].push(readMessage(call.request));
      answer(null, Buffer.alloc(0));
    };
    server.addService({ Export: method }, { Export: handle });
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, received: (kind) => received[kind], close: async () => server.forceShutdown() };
}

/** A protobuf message: its fields by number, in their order. */
export interface Message {
  /** Messages in a field. */
  at(...numbers: readonly number[]): readonly Message[];
  text(number: number): string;
  hex(number: number): string;
  number(number: number): number;
}

function readMessage(bytes: Buffer): Message {
  const fields: { readonly number: number; readonly bytes: Buffer; readonly value: bigint }[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const [number, wire] = [tag >> 3, tag & 7];
    if (wire === 0) fields.push({ number, bytes: Buffer.alloc(0), value: varint() });
    else {
      const length = wire === 1 ? 8 : wire === 5 ? 4 : Number(varint());
      const part = bytes.subarray(at, at + length);
      fields.push({ number, bytes: part, value: wire === 1 ? part.readBigUInt64LE() : 0n });
      at += length;
    }
  }
  const first = (number: number): Buffer => fields.find((one) => one.number === number)?.bytes ?? Buffer.alloc(0);
  const self: Message = {
    at(number, ...deeper) {
      if (number === undefined) return [self];
      return fields.filter((one) => one.number === number).flatMap((one) => readMessage(one.bytes).at(...deeper));
    },
    text: (number) => first(number).toString("utf8"),
    hex: (number) => first(number).toString("hex"),
    number: (number) => Number(fields.find((one) => one.number === number)?.value ?? 0n),
  };
  return self;
}

/** KeyValues with text, as an object. */
export function attributesOf(pairs: readonly Message[]): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs.map((pair) => [pair.text(1), pair.at(2)[0]?.text(1) ?? ""]));
}
