// What ends a filter chain: an HTTP connection manager with routes of its own, or tcp_proxy.

import type { FilterJson } from "#envoy/generated/envoy/config/listener/v3/listener_components_pb.ts";
import type { RouteConfigurationJson } from "#envoy/generated/envoy/config/route/v3/route_pb.ts";
import type { HttpConnectionManagerJson } from "#envoy/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.ts";
import type { TcpProxyJson } from "#envoy/generated/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { Protocol } from "#model/tag.ts";
import { baseHttpFilters } from "./http-filters.ts";
import { overAds } from "./tls.ts";

/**
 * Whose `x-envoy-*` and `x-forwarded-for` headers count as internal: Kuma's knownInternalCIDRs. Those of IPv6 are left out as
 * Kuma does for proxies without IPv6: an Envoy on such a machine refuses them, and the listener with them.
 */
const LOOPBACK = [{ addressPrefix: "127.0.0.1", prefixLen: 32 }];
const INTERNAL = [
  { addressPrefix: "10.0.0.0", prefixLen: 8 },
  { addressPrefix: "192.168.0.0", prefixLen: 16 },
  { addressPrefix: "172.16.0.0", prefixLen: 12 },
  ...LOOPBACK,
];

/** Reads requests and asks RDS where they go. WebSocket upgrades pass. */
export function httpManager(stat: string, routeConfig: string, protocol: Protocol): HttpConnectionManagerJson {
  return {
    statPrefix: stat,
    ...byRds(routeConfig),
    httpFilters: baseHttpFilters(protocol === "grpc"),
    upgradeConfigs: [{ upgradeType: "websocket" }],
    http2ProtocolOptions: { allowConnect: true },
    internalAddressConfig: { cidrRanges: INTERNAL.map((range) => ({ ...range })) },
  };
}

/**
 * Reads requests and knows itself where they go, or by the name of routes that RDS tells. To the proxy's own listeners its
 * machine alone is internal, as in Kuma.
 */
export function plainManager(
  stat: string,
  routes: RouteConfigurationJson | string,
  internal: "machine" | "network",
): HttpConnectionManagerJson {
  return {
    statPrefix: stat,
    ...(typeof routes === "string" ? byRds(routes) : { routeConfig: routes }),
    httpFilters: baseHttpFilters(false),
    internalAddressConfig: {
      cidrRanges: (internal === "machine" ? LOOPBACK : INTERNAL).map((range) => ({ ...range })),
    },
  };
}

function byRds(routeConfigName: string): Pick<HttpConnectionManagerJson, "rds"> {
  return { rds: { routeConfigName, configSource: overAds() } };
}

/** Passes bytes to one cluster. */
export function tcpProxy(stat: string, cluster: string): TcpProxyJson {
  return { statPrefix: stat, cluster };
}

/** The filter of an HTTP connection manager, and the manager inside it, which policies may still change. */
export function httpFilter(manager: HttpConnectionManagerJson): {
  filter: FilterJson;
  manager: HttpConnectionManagerJson;
} {
  const config = typed("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", manager);
  return { filter: { name: "envoy.filters.network.http_connection_manager", typedConfig: config }, manager: config };
}

/** The filter of a tcp_proxy, and the proxy inside it, which policies may still change. */
export function tcpFilter(proxy: TcpProxyJson): { filter: FilterJson; proxy: TcpProxyJson } {
  const config = typed("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", proxy);
  return { filter: { name: "envoy.filters.network.tcp_proxy", typedConfig: config }, proxy: config };
}
