// What an Envoy says of itself on its admin interface, read into one plain value.

export interface EnvoyState {
  readonly version: string;
  /** LIVE, INITIALIZING, DRAINING … */
  readonly state: string;
  readonly uptimeSeconds: number;
  /** Whether its stream to the relay is open. */
  readonly connected: boolean;
  readonly updates: readonly { readonly type: string; readonly accepted: number; readonly rejected: number }[];
  readonly listeners: readonly { readonly name: string; readonly address: string }[];
  readonly clusters: readonly ClusterState[];
  readonly certificates: readonly CertificateState[];
}

export interface ClusterState {
  readonly name: string;
  readonly endpoints: readonly { readonly address: string; readonly health: string }[];
}

export interface CertificateState {
  readonly uris: readonly string[];
  /** RFC 3339. */
  readonly expires: string;
}

/** GET of the admin interface; undefined when it does not answer 200. */
export type AdminGet = (path: string) => Promise<string | undefined>;

/** Reads it; undefined when the admin interface does not answer. */
export async function readEnvoyState(get: AdminGet): Promise<EnvoyState | undefined> {
  const info = json(await get("/server_info"));
  if (info === undefined) return undefined;
  const [stats, listeners, clusters, certs] = await Promise.all([
    get(`/stats?filter=${encodeURIComponent("^(cluster_manager\\.cds|listener_manager\\.lds|control_plane)\\.")}`),
    get("/listeners?format=json"),
    get("/clusters?format=json"),
    get("/certs"),
  ]);
  const numbers = statsOf(stats ?? "");
  return {
    version: /^[^/]+\/([^/]+)\//.exec(String(info.version))?.[1] ?? String(info.version ?? ""),
    state: String(info.state ?? ""),
    uptimeSeconds: Number.parseInt(String(info.uptime_current_epoch ?? "0"), 10),
    connected: numbers.get("control_plane.connected_state") === 1,
    updates: [
      ["clusters", "cluster_manager.cds"],
      ["listeners", "listener_manager.lds"],
    ].map(([type, prefix]) => ({
      type: type!,
      accepted: numbers.get(`${prefix}.update_success`) ?? 0,
      rejected: numbers.get(`${prefix}.update_rejected`) ?? 0,
    })),
    listeners: list(json(listeners)?.listener_statuses).map((row) => ({
      name: String(row.name ?? ""),
      address: addressText(row.local_address),
    })),
    clusters: list(json(clusters)?.cluster_statuses).map((row) => ({
      name: String(row.name ?? ""),
      endpoints: list(row.host_statuses).map((host) => ({
        address: addressText(host.address),
        health: healthText(host.health_status),
      })),
    })),
    certificates: certificatesOf(json(certs)),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: answers of Envoy's admin interface, read leniently
type Loose = any;

function json(text: string | undefined): Loose {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function list(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? value : [];
}

function statsOf(text: string): ReadonlyMap<string, number> {
  return new Map([...text.matchAll(/^(\S+): (\d+)$/gm)].map(([, name, value]) => [name!, Number(value)]));
}

function addressText(address: Loose): string {
  const socket = address?.socket_address;
  if (socket !== undefined) return `${socket.address}:${socket.port_value}`;
  return String(address?.pipe?.path ?? address?.envoy_internal_address?.server_listener_name ?? "");
}

/** HEALTHY, or what keeps traffic away. */
function healthText(status: Loose): string {
  const failing = Object.keys(status ?? {}).filter((key) => key.startsWith("failed_") || key.startsWith("pending_"));
  const eds = status?.eds_health_status;
  if (failing.length > 0) return failing.join(",");
  return eds === undefined || eds === "UNKNOWN" ? "HEALTHY" : String(eds);
}

function certificatesOf(certs: Loose): CertificateState[] {
  const seen = new Map<string, CertificateState>();
  for (const { cert_chain } of list(certs?.certificates)) {
    // The first of a chain is the proxy's own.
    const leaf = list(cert_chain)[0];
    if (leaf === undefined) continue;
    const uris = list(leaf.subject_alt_names).flatMap(({ uri }) => (uri === undefined ? [] : [String(uri)]));
    seen.set(String(leaf.serial_number), { uris, expires: String(leaf.expiration_time ?? "") });
  }
  return [...seen.values()];
}
