// A plain gRPC client of the ADS server, on Envoy's generated messages: what it sends and gets is what stands in the test.

import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type ClientDuplexStream,
  credentials,
  Metadata,
  makeGenericClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";
import {
  DeltaDiscoveryRequestSchema,
  type DeltaDiscoveryResponse,
  DeltaDiscoveryResponseSchema,
  DiscoveryRequestSchema,
  type DiscoveryResponse,
  DiscoveryResponseSchema,
} from "#envoy/generated/envoy/service/discovery/v3/discovery_pb.ts";

const asIs = (bytes: Buffer): Buffer => bytes;
const method = (name: string) => ({
  path: `/envoy.service.discovery.v3.AggregatedDiscoveryService/${name}`,
  requestStream: true,
  responseStream: true,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
});
const Client = makeGenericClientConstructor(
  { delta: method("DeltaAggregatedResources"), sotw: method("StreamAggregatedResources") },
  "AggregatedDiscoveryService",
);

export interface AdsClient<Request, Response> {
  send(request: Request): void;
  /** Bytes as they are, for what no client would send. */
  raw(bytes: Buffer): void;
  /** The next answer; rejects with the stream's status if it ends. */
  next(): Promise<Response>;
  /** Answers that came and were not asked for. */
  readonly unread: readonly Response[];
  /** The stream's end. */
  readonly ended: Promise<ServiceError | null>;
  /** Stops reading, as a client that hangs. */
  pause(): void;
  resume(): void;
  close(): void;
}

function open<Request, Response>(
  name: "delta" | "sotw",
  address: string,
  token: string | undefined,
  write: (request: Request) => Uint8Array,
  read: (bytes: Buffer) => Response,
  options: { ca?: Buffer } = {},
): AdsClient<Request, Response> {
  const creds = options.ca === undefined ? credentials.createInsecure() : credentials.createSsl(options.ca);
  const client = new Client(address, creds, { "grpc.use_local_subchannel_pool": 1 });
  const metadata = new Metadata();
  if (token !== undefined) metadata.set("authorization", token);
  const call = (client[name] as (metadata: Metadata) => ClientDuplexStream<Buffer, Buffer>).call(client, metadata);
  const unread: Response[] = [];
  const waiting: { resolve: (response: Response) => void; reject: (error: unknown) => void }[] = [];
  let end: ServiceError | null | undefined;
  const ended = new Promise<ServiceError | null>((resolve) => {
    const finish = (error: ServiceError | null) => {
      end ??= error;
      for (const { reject } of waiting.splice(0)) reject(error ?? new Error("the stream ended"));
      resolve(error);
    };
    call.on("error", finish);
    call.on("end", () => finish(null));
  });
  call.on("data", (bytes: Buffer) => {
    const response = read(bytes);
    const first = waiting.shift();
    if (first === undefined) unread.push(response);
    else first.resolve(response);
  });
  return {
    send: (request) => call.write(Buffer.from(write(request))),
    raw: (bytes) => call.write(bytes),
    next: () =>
      new Promise((resolve, reject) => {
        const first = unread.shift();
        if (first !== undefined) resolve(first);
        else if (end !== undefined) reject(end ?? new Error("the stream ended"));
        else waiting.push({ resolve, reject });
      }),
    unread,
    ended,
    pause: () => call.pause(),
    resume: () => call.resume(),
    close() {
      call.cancel();
      client.close();
    },
  };
}

export type DeltaInit = MessageInitShape<typeof DeltaDiscoveryRequestSchema>;
export type SotwInit = MessageInitShape<typeof DiscoveryRequestSchema>;

export function deltaClient(
  address: string,
  token?: string,
  options?: { ca?: Buffer },
): AdsClient<DeltaInit, DeltaDiscoveryResponse> {
  const write = (request: DeltaInit) =>
    toBinary(DeltaDiscoveryRequestSchema, create(DeltaDiscoveryRequestSchema, request));
  return open("delta", address, token, write, (bytes) => fromBinary(DeltaDiscoveryResponseSchema, bytes), options);
}

export function sotwClient(
  address: string,
  token?: string,
  options?: { ca?: Buffer },
): AdsClient<SotwInit, DiscoveryResponse> {
  const write = (request: SotwInit) => toBinary(DiscoveryRequestSchema, create(DiscoveryRequestSchema, request));
  return open("sotw", address, token, write, (bytes) => fromBinary(DiscoveryResponseSchema, bytes), options);
}
