// The clients of the measure, all in one process: each acknowledges what it gets, and endpoints are asked for as Envoy does.
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type ClientDuplexStream, credentials, Metadata, makeGenericClientConstructor } from "@grpc/grpc-js";
import { xdsType } from "#envoy/type-url.ts";
import { DELTA } from "./ads-method.ts";

const Client = makeGenericClientConstructor(DELTA, "AggregatedDiscoveryService");
const [CDS, EDS] = [xdsType("cluster").url, xdsType("endpoints").url];
const text = (writer: BinaryWriter, field: number, value: string) =>
  writer.tag(field, WireType.LengthDelimited).string(value);

/** A DeltaDiscoveryRequest. */
function request(url: string, more: { node?: string; nonce?: string; subscribe?: string }): Buffer {
  const writer = new BinaryWriter();
  if (more.node !== undefined) {
    const node = text(new BinaryWriter(), 1, more.node).finish();
    writer.tag(1, WireType.LengthDelimited).bytes(node);
  }
  text(writer, 2, url);
  if (more.subscribe !== undefined) text(writer, 3, more.subscribe);
  if (more.nonce !== undefined) text(writer, 6, more.nonce);
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
  return [url, nonce];
}

/** Streams that are being opened at one time: a socket's backlog is short. */
const AT_ONCE = 50;

/** Opens the streams, one connection each, and tells the parent when every one of them has had its endpoints. */
export function runClients(address: string, streams: number): void {
  let started = 0;
  let ready = 0;
  const next = (): void => {
    if (started >= streams) return;
    open(address, started++, (bytes) => {
      ready += 1;
      if (ready === streams) process.send?.({ bytes });
      next();
    });
  };
  for (let n = 0; n < AT_ONCE; n++) next();
}

function open(address: string, n: number, ready: (bytes: number) => void): void {
  const client = new Client(address, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  const delta = client.delta as (metadata: Metadata) => ClientDuplexStream<Buffer, Buffer>;
  const call = delta.call(client, new Metadata());
  let subscribed = false;
  let got = false;
  call.on("error", (error) => {
    process.stderr.write(`stream ${n}: ${error.message}\n`);
    process.exit(1);
  });
  call.on("data", (bytes: Buffer) => {
    const [url, nonce] = read(bytes);
    call.write(request(url, { nonce }));
    if (!subscribed) call.write(request(EDS, { subscribe: "backend" }));
    subscribed = true;
    if (url === EDS && !got) {
      got = true;
      ready(bytes.length);
    }
  });
  call.write(request(CDS, { node: `default.p-${n}` }));
}
