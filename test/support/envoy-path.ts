// What a request meets on its way through Envoys' configs, told from the configs alone: an oracle of who reaches whom.
import type { Json } from "#model/json.ts";
import { type Asking, rbacAllows } from "./rbac.ts";

/** Envoy's resources by type URL, then by name. */
export type Config = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** A proxy, its config, and the URI SANs of its certificate. */
export interface Peer {
  readonly name: string;
  readonly config: Config;
  readonly uris: readonly string[];
  /** Where each of its inbounds listens: `10.0.0.1:80`. */
  readonly listens: readonly string[];
}

export interface Asked {
  readonly method: string;
  readonly path: string;
}

// biome-ignore lint/suspicious/noExplicitAny: Envoy's JSON, read as an Envoy would.
type Any = any;

/** By `server address:port`, whether each way that the request may take gets in. */
export function reachedBy(
  client: Peer,
  peers: readonly Peer[],
  asked: Asked,
): ReadonlyMap<string, ReadonlySet<boolean>> {
  const found = new Map<string, Set<boolean>>();
  for (const listener of of(client, "listener.v3.Listener")) {
    if (listener.trafficDirection !== "OUTBOUND") continue;
    for (const name of listener.filterChains.flatMap((chain: Any) => clustersOf(client, chain, asked))) {
      const cluster = of(client, "cluster.v3.Cluster").find((one) => one.name === name);
      const set = of(client, "endpoint.v3.ClusterLoadAssignment").find((one) => one.clusterName === name);
      for (const { lbEndpoints = [] } of set?.endpoints ?? []) {
        for (const { endpoint } of lbEndpoints) {
          const { address, portValue } = endpoint.address.socketAddress;
          const place = `${address}:${portValue}`;
          const server = peers.find(({ listens }) => listens.includes(place));
          if (server === undefined) continue;
          found.set(place, (found.get(place) ?? new Set()).add(getsIn(client, server, { place, cluster, asked })));
        }
      }
    }
  }
  return found;
}

function of({ config }: Peer, type: string): readonly Any[] {
  const url = Object.keys(config).find((one) => one.endsWith(type));
  return url === undefined ? [] : Object.values(config[url] as object);
}

function clustersOf(client: Peer, { filters = [] }: Any, asked: Asked): readonly string[] {
  return filters.flatMap(({ typedConfig }: Any) => {
    if (typedConfig["@type"].endsWith("tcp_proxy.v3.TcpProxy")) return targets(typedConfig);
    if (!typedConfig["@type"].endsWith("HttpConnectionManager")) return [];
    const routes =
      typedConfig.routeConfig ??
      of(client, "route.v3.RouteConfiguration").find((one) => one.name === typedConfig.rds.routeConfigName);
    const found: string[] = [];
    for (const { match, route } of routes.virtualHosts.flatMap((host: Any) => host.routes ?? [])) {
      if (!matches(match, asked)) continue;
      if (route !== undefined) {
        found.push(...targets(route));
        for (const { cluster } of route.requestMirrorPolicies ?? []) found.push(cluster);
      }
      // A part of the requests may go on to the next route.
      if (match.runtimeFraction === undefined) break;
    }
    return found;
  });
}

function targets({ cluster, weightedClusters }: Any): readonly string[] {
  return cluster === undefined ? (weightedClusters?.clusters ?? []).map(({ name }: Any) => name) : [cluster];
}

function matches({ prefix, path, safeRegex, headers = [], queryParameters = [] }: Any, asked: Asked): boolean {
  if (queryParameters.length > 0) return false;
  if (headers.some(({ name, stringMatch }: Any) => name !== ":method" || stringMatch.exact !== asked.method))
    return false;
  if (path !== undefined) return asked.path === path;
  if (safeRegex !== undefined) return new RegExp(`^(?:${safeRegex.regex})$`).test(asked.path);
  return asked.path.startsWith(prefix);
}

interface Hop {
  readonly place: string;
  readonly cluster: Any;
  readonly asked: Asked;
}

/** Whether the server takes the connection and lets the request through. */
function getsIn(client: Peer, server: Peer, { place, cluster, asked }: Hop): boolean {
  const listener = of(server, "listener.v3.Listener").find((one) => one.name === `inbound:${place}`);
  const tls = cluster.transportSocket?.typedConfig;
  const chain = listener.filterChains.find(({ transportSocket, filterChainMatch }: Any) =>
    tls === undefined
      ? transportSocket === undefined && (filterChainMatch?.transportProtocol ?? "raw_buffer") === "raw_buffer"
      : transportSocket !== undefined,
  );
  if (chain === undefined) return false;
  if (tls === undefined) return true;
  const prefixes =
    chain.transportSocket.typedConfig.commonTlsContext.combinedValidationContext.defaultValidationContext;
  const wanted = tls.commonTlsContext.combinedValidationContext.defaultValidationContext;
  if (
    !prefixes.matchTypedSubjectAltNames.some(({ matcher }: Any) =>
      client.uris.some((uri) => uri.startsWith(matcher.prefix)),
    )
  )
    return false;
  if (!wanted.matchTypedSubjectAltNames.some(({ matcher }: Any) => server.uris.includes(matcher.exact))) return false;
  const headers = { ":method": asked.method, ":path": asked.path };
  const asking: Asking = { uris: client.uris, sni: tls.sni, headers };
  const filters = chain.filters.flatMap((one: Any) => [one, ...(one.typedConfig.httpFilters ?? [])]);
  const rbac = filters.filter(({ typedConfig }: Any) => typedConfig["@type"].endsWith("rbac.v3.RBAC"));
  // Nobody who is secured may come by without being asked.
  return rbac.length === 1 && rbacAllows(rbac[0].typedConfig, asking);
}
