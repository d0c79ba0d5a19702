// What templates leave for the relay to fill: an Envoy tells it when it connects, and no control plane knows it.

/** Names of these holes begin so; no proxy's bindings do. */
const PREFIX = "node.";

export const NODE_HOLES = {
  /** Path of the pipe that log lines for TCP receivers are written to. */
  accessLog: `${PREFIX}accessLog`,
  /** Path of the socket that shows the metrics of Envoy and of applications in one page. */
  metrics: `${PREFIX}metrics`,
  /** Path of the socket on which Envoy tells what it was configured to show. */
  dynamicConfig: `${PREFIX}dynamicConfig`,
  /** Transport socket of the metrics listener with the certificate that the proxy's owner provided; null without one. */
  metricsTls: `${PREFIX}metricsTls`,
  /** Certificates that the machine trusts: a file that the proxy named, else the relay's own list of public authorities. */
  roots: `${PREFIX}roots`,
  /** Address of the machine, where a collector without address is. */
  host: `${PREFIX}host`,
  /** UDP port of 127.0.0.1 on which its own DNS filter answers. */
  dnsPort: `${PREFIX}dnsPort`,
} as const;

/** Where Kuma's resolver expects Envoy's DNS filter unless it is told otherwise. */
export const ENVOY_DNS_PORT = 15_054;

const COLLECTOR = `${PREFIX}collector:`;

/** The hole for the path of the socket on which Envoy takes metrics for a collector. */
export function collectorSocketHole(collector: string): string {
  return COLLECTOR + collector;
}

/** Whether only the relay can fill the hole. */
export function isNodeHole(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** The paths of one proxy's sockets in its work folder, by Kuma's rule: at most 98 bytes, then `.sock`. */
export function socketPaths(
  folder: string,
  proxy: { readonly mesh: string; readonly name: string },
): { readonly accessLog: string; readonly metrics: string; readonly dynamicConfig: string } {
  return {
    accessLog: socketPath(folder, `kuma-al-${proxy.name}-${proxy.mesh}`),
    metrics: socketPath(folder, `kuma-mh-${proxy.name}-${proxy.mesh}`),
    dynamicConfig: socketPath(folder, "kuma-mesh-metric-config"),
  };
}

/** The path that fills a hole; undefined for holes that are no path of this proxy's. */
export function socketOfHole(
  folder: string,
  proxy: { readonly mesh: string; readonly name: string },
  hole: string,
): string | undefined {
  if (hole.startsWith(COLLECTOR)) return socketPath(folder, `kuma-otel-${hole.slice(COLLECTOR.length)}`);
  const paths = socketPaths(folder, proxy);
  return {
    [NODE_HOLES.accessLog]: paths.accessLog,
    [NODE_HOLES.metrics]: paths.metrics,
    [NODE_HOLES.dynamicConfig]: paths.dynamicConfig,
  }[hole];
}

// A Unix socket's path has at most 107 bytes.
function socketPath(folder: string, name: string): string {
  const path = folder === "" ? name : `${folder.replace(/\/+$/, "")}/${name}`;
  return `${path.slice(0, 98)}.sock`;
}
