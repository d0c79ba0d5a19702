// The clients of the measure, in a process of their own: delta streams over TLS, each as an Envoy of its dataplane.
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type ClientDuplexStream, credentials, Metadata, makeGenericClientConstructor } from "@grpc/grpc-js";
import { XDS_TYPES, xdsType } from "#envoy/type-url.ts";
import { DELTA } from "../fan-out/ads-method.ts";

const Client = makeGenericClientConstructor(DELTA, "AggregatedDiscoveryService");
const [CDS, LDS, EDS, SDS] = (["cluster", "listener", "endpoints", "secret"] as const).map((kind) => xdsType(kind).url);
/** What an Envoy of a mesh with mTLS asks for by name once it has its clusters. */
const SECRETS = ["identity_cert:secret:default", "mesh_ca:secret:default"];

export interface Place {
  /** `127.0.0.1:5678`. */
  readonly address: string;
  readonly ca: Buffer;
  readonly token: string;
}

/** A stream, open until it is ended; `first` resolves when the first answer has been acknowledged. */
export interface OpenStream {
  readonly first: Promise<void>;
  /** Clusters, listeners, endpoints and secrets have come. */
  readonly whole: Promise<void>;
  end(): void;
}

/** Opens the delta stream of a dataplane. Rejects `first` when the stream fails before. */
export function openStream({ address, ca, token }: Place, node: string, clusters: readonly string[]): OpenStream {
  const client = new Client(address, credentials.createSsl(ca), { "grpc.use_local_subchannel_pool": 1 });
  const delta = client.delta as (metadata: Metadata) => ClientDuplexStream<Buffer, Buffer>;
  const metadata = new Metadata();
  metadata.set("authorization", token);
  const call = delta.call(client, metadata);
  const wanted = new Set([CDS, LDS, EDS, SDS]);
  let acked = (): void => undefined;
  let done = (): void => undefined;
  let failed: (error: Error) => void = () => undefined;
  const first = new Promise<void>((resolve, reject) => {
    acked = resolve;
    failed = reject;
  });
  const whole = new Promise<void>((resolve) => {
    done = resolve;
  });
  call.on("error", (error) => failed(error));
  call.on("data", (bytes: Buffer) => {
    const [url, nonce] = read(bytes);
    call.write(request(url, { nonce }));
    acked();
    if (url === CDS && wanted.has(CDS)) {
      call.write(request(EDS as string, { subscribe: clusters }));
      call.write(request(SDS as string, { subscribe: SECRETS }));
    }
    wanted.delete(url);
    if (wanted.size === 0) done();
  });
  call.write(request(CDS as string, { node }));
  call.write(request(LDS as string, {}));
  return {
    first,
    whole,
    end() {
      call.cancel();
      client.close();
    },
  };
}

interface Told {
  readonly node?: string;
  readonly nonce?: string;
  readonly subscribe?: readonly string[];
}

/** A DeltaDiscoveryRequest. */
function request(url: string, { node, nonce, subscribe = [] }: Told): Buffer {
  const writer = new BinaryWriter();
  const text = (to: BinaryWriter, field: number, value: string): BinaryWriter =>
    to.tag(field, WireType.LengthDelimited).string(value);
  if (node !== undefined) writer.tag(1, WireType.LengthDelimited).bytes(text(new BinaryWriter(), 1, node).finish());
  text(writer, 2, url);
  for (const name of subscribe) text(writer, 3, name);
  if (nonce !== undefined) text(writer, 6, nonce);
  return Buffer.from(writer.finish());
}

/** Type URL and nonce of a DeltaDiscoveryResponse. */
function read(bytes: Buffer): readonly [url: string, nonce: string] {
  const reader = new BinaryReader(bytes);
  let [url, nonce] = ["", ""];
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 4) url = reader.string();
    else if (field === 5) nonce = reader.string();
    else reader.skip(type, field);
  }
  if (!XDS_TYPES.some((type) => type.url === url)) throw new Error(`an answer of no known type: ${url}`);
  return [url, nonce];
}
