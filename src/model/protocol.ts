// Protocols: how a name is read, and what several endpoints have in common.
import { PROTOCOLS, type Protocol } from "./tag.ts";

const known: ReadonlyMap<string, Protocol> = new Map(PROTOCOLS.map((protocol) => [protocol, protocol]));

/** The protocol of that name, whatever its case, or null. */
export function protocolOf(name: string): Protocol | null {
  return known.get(name) ?? known.get(name.toLowerCase()) ?? null;
}

/** Whether Envoy reads its requests; all others pass as bytes. */
export function isHttp(protocol: Protocol): boolean {
  return protocol === "http" || protocol === "http2" || protocol === "grpc";
}

/** What each protocol is built on, itself first. */
const STACKS: Readonly<Record<Protocol, readonly Protocol[]>> = {
  grpc: ["grpc", "http2", "http", "tcp"],
  http2: ["http2", "http", "tcp"],
  http: ["http", "tcp"],
  kafka: ["kafka", "tcp"],
  tls: ["tls", "tcp"],
  mysql: ["mysql", "tcp"],
  tcp: ["tcp"],
};

/** The highest protocol that both speak: http of http and http2, tcp of http and tcp. */
export function commonProtocol(a: Protocol, b: Protocol): Protocol {
  if (a === b) return a;
  return STACKS[a].find((protocol) => STACKS[b].includes(protocol)) ?? "tcp";
}
