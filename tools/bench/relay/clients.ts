// The clients of the measure, in a process of their own: delta streams over TLS, each as an Envoy of its dataplane.
import { type ClientDuplexStream, credentials, Metadata, makeGenericClientConstructor } from "@grpc/grpc-js";
import { xdsType } from "#envoy/type-url.ts";
import { read, request } from "../fan-out/ads-message.ts";
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
  /** Bytes of all answers so far. */
  readonly bytes: number;
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
  let received = 0;
  call.on("data", (bytes: Buffer) => {
    received += bytes.length;
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
    get bytes() {
      return received;
    },
    end() {
      call.cancel();
      client.close();
    },
  };
}
