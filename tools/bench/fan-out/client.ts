// The clients of the measure, all in one process: each acknowledges what it gets, and endpoints are asked for as Envoy does.
import { type ClientDuplexStream, credentials, Metadata, makeGenericClientConstructor } from "@grpc/grpc-js";
import { xdsType } from "#envoy/type-url.ts";
import { read, request } from "./ads-message.ts";
import { DELTA } from "./ads-method.ts";

const Client = makeGenericClientConstructor(DELTA, "AggregatedDiscoveryService");
const [CDS, EDS] = [xdsType("cluster").url, xdsType("endpoints").url];

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
    if (!subscribed) call.write(request(EDS, { subscribe: ["backend"] }));
    subscribed = true;
    if (url === EDS && !got) {
      got = true;
      ready(bytes.length);
    }
  });
  call.write(request(CDS, { node: `default.p-${n}` }));
}
