// The one order of network filters, with the reason of each place.
import type { FilterChainJson, FilterJson } from "#envoy/generated/envoy/config/listener/v3/listener_components_pb.ts";
import type { Source, Tracer } from "./trace.ts";

/** First filter first. */
export const NETWORK_FILTERS = [
  { name: "envoy.filters.network.rbac", why: "a refused connection must not reach the application" },
  { name: "envoy.filters.network.local_ratelimit", why: "a refused connection takes no share of the rate" },
  { name: "envoy.filters.network.http_connection_manager", why: "Envoy: it ends the chain" },
  { name: "envoy.filters.network.tcp_proxy", why: "Envoy: it ends the chain" },
] as const;

export type NetworkFilterName = (typeof NETWORK_FILTERS)[number]["name"];

const order: ReadonlyMap<string, number> = new Map(NETWORK_FILTERS.map(({ name }, index) => [name, index]));

/** Puts a filter at its place, whatever the order in which policies ask. */
export function addNetworkFilter(
  chain: FilterChainJson,
  name: NetworkFilterName,
  config: { readonly "@type": string },
  tracer: Tracer,
  ...sources: readonly Source[]
): void {
  chain.filters ??= [];
  const filters = chain.filters;
  const place = order.get(name) as number;
  const index = filters.findIndex((filter) => (order.get(filter.name as string) as number) > place);
  const filter: FilterJson = { name, typedConfig: config };
  tracer.insert(filters, index === -1 ? filters.length : index, filter, ...sources);
}
