// Readings of a real Envoy's counters, certificates and clusters through its admin interface.
import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import type { RunningProxy } from "./proxy.ts";

/** Sum of the counters whose name matches. */
export async function counterSum(proxy: Pick<RunningProxy, "admin">, name: RegExp): Promise<number> {
  const text = await proxy.admin("/stats");
  let sum = 0;
  for (const line of text.split("\n")) {
    const [key, value] = line.split(": ");
    if (key !== undefined && value !== undefined && name.test(key)) sum += Number(value);
  }
  return sum;
}

/** `address:port` → health flags of the endpoints of a cluster. */
export async function endpointsOf(proxy: Pick<RunningProxy, "admin">, cluster: string): Promise<readonly string[]> {
  const text = await proxy.admin("/clusters");
  const prefix = `${cluster}::`;
  const found = new Set<string>();
  for (const line of text.split("\n")) {
    const address = line.startsWith(prefix) ? /^([^:]+:\d+)::/.exec(line.slice(prefix.length))?.[1] : undefined;
    if (address !== undefined) found.add(address);
  }
  return [...found].sort();
}

/** All values under a key anywhere in a JSON value. */
export function valuesOf(value: unknown, key: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesOf(item, key));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === key ? [inner, ...valuesOf(inner, key)] : valuesOf(inner, key),
  );
}

export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface Handshake {
  /** Certificate that the server showed. */
  readonly peer: X509Certificate | null;
  /** Null when the server accepted us and answered; else why not. */
  readonly refused: string | null;
}

/**
 * Connects by TLS, shows `identity` if given, sends a request and waits for a byte: in TLS 1.3 a refused client certificate
 * shows only then.
 */
export function tlsRequest(host: string, port: number, identity: Identity | null, path = "/"): Promise<Handshake> {
  return new Promise((resolve) => {
    let peer: X509Certificate | null = null;
    const socket = connect({ host, port, rejectUnauthorized: false, ALPNProtocols: ["http/1.1"], ...(identity ?? {}) });
    const end = (refused: string | null): void => {
      socket.destroy();
      resolve({ peer, refused });
    };
    socket.setTimeout(30_000, () => end("no answer"));
    socket.on("secureConnect", () => {
      const raw = socket.getPeerX509Certificate()?.raw;
      peer = raw === undefined ? null : new X509Certificate(raw);
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    });
    socket.on("data", () => end(null));
    socket.on("error", (error) => end(error.message));
    socket.on("close", () => end("closed without an answer"));
  });
}
