// Requests to a relay over TLS that is verified with the zone's own CA.
import { request as plain, type RequestOptions } from "node:http";
import { request as tls } from "node:https";
import { connect } from "node:tls";

export interface RelayAddress {
  /** `https://host:port`; a path in it is kept out: a relay is one organisation's. */
  readonly url: URL;
  /** PEM; the system's store when absent. */
  readonly ca: string | undefined;
}

export interface RelayAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** One request; rejects with the system's error when no answer came within `timeoutMs`. */
export function callRelay(
  relay: RelayAddress,
  call: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Record<string, string>;
    readonly body?: string;
    readonly timeoutMs: number;
  },
): Promise<RelayAnswer> {
  const options: RequestOptions & { ca?: string } = {
    method: call.method,
    headers: { accept: "application/json", ...call.headers },
    signal: AbortSignal.timeout(call.timeoutMs),
    ...(relay.ca === undefined ? {} : { ca: relay.ca }),
  };
  return new Promise((resolve, reject) => {
    const send = relay.url.protocol === "https:" ? tls : plain;
    const outgoing = send(new URL(call.path, relay.url), options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        resolve({ status: incoming.statusCode ?? 0, type: incoming.headers["content-type"] ?? "", body });
      });
    });
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.name === "TimeoutError" || error.name === "AbortError"
          ? new Error(`no answer within ${call.timeoutMs} ms`)
          : error,
      );
    });
    outgoing.end(call.body);
  });
}

/** Whether TLS is spoken there, whoever's certificate it is: nothing is sent but the handshake. */
export function speaksTls({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port || 80),
      rejectUnauthorized: false,
      timeout: 2_000,
    });
    const end = (spoken: boolean): void => {
      resolve(spoken);
      socket.destroy();
    };
    socket.once("secureConnect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}
