// Route configurations, resources of their own: a change of routes or their timeouts touches no listener.

import type { RouteJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { RouteConfigurationJson } from "#envoy/generated/envoy/config/route/v3/route_pb.ts";
import { CATCH_ALL_ROUTE } from "./names.ts";

/** All requests to the application; the header with a client's tags goes no further. */
export function inboundRoutes(name: string, virtualHost: string, cluster: string): RouteConfigurationJson {
  return {
    ...routes(name, virtualHost, { match: { prefix: "/" }, route: { cluster, timeout: "0s" } }),
    requestHeadersToRemove: ["x-kuma-tags"],
  };
}

/** All requests to one destination; one outside the mesh wants its own name as their host. */
export function outboundRoutes(
  name: string,
  virtualHost: string,
  cluster: string,
  external: boolean,
): RouteConfigurationJson {
  return routes(name, virtualHost, {
    name: CATCH_ALL_ROUTE,
    match: { prefix: "/" },
    route: { cluster, ...(external && { autoHostRewrite: true }), timeout: "0s" },
  });
}

function routes(name: string, virtualHost: string, route: RouteJson): RouteConfigurationJson {
  // Clusters and routes come over one ordered stream; a check would refuse a route whose cluster is still on its way.
  return { name, validateClusters: false, virtualHosts: [{ name: virtualHost, domains: ["*"], routes: [route] }] };
}
