// The one order of HTTP filters, with the reason of each place.
import type {
  HttpConnectionManagerJson,
  HttpFilterJson,
} from "#envoy/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { Source, Tracer } from "./trace.ts";

/** First filter first. */
export const HTTP_FILTERS = [
  {
    name: "envoy.filters.http.header_mutation",
    why: "a client's own headers of the names that claims will fill are gone before anybody reads them",
  },
  { name: "envoy.filters.http.jwt_authn", why: "permissions may ask for what a token claims" },
  { name: "envoy.filters.http.rbac", why: "who may not call sees nothing of the rest and costs nothing" },
  { name: "envoy.filters.http.local_ratelimit", why: "what is refused takes no share of the rate of those let in" },
  { name: "envoy.filters.http.fault", why: "what is over the rate is told so at once, not delayed first" },
  { name: "envoy.filters.http.grpc_stats", why: "counts what was let in, as the application will see it" },
  { name: "envoy.filters.http.router", why: "Envoy: it ends the chain" },
] as const;

export type HttpFilterName = (typeof HTTP_FILTERS)[number]["name"];

const order: ReadonlyMap<string, number> = new Map(HTTP_FILTERS.map(({ name }, index) => [name, index]));

/** Puts a filter at its place, whatever the order in which policies ask. */
export function addHttpFilter(
  manager: HttpConnectionManagerJson,
  name: HttpFilterName,
  config: { readonly "@type": string },
  tracer: Tracer,
  ...sources: readonly Source[]
): void {
  manager.httpFilters ??= [];
  const filters = manager.httpFilters;
  const place = order.get(name) as number;
  const index = filters.findIndex((filter) => (order.get(filter.name as string) as number) > place);
  const filter: HttpFilterJson = { name, typedConfig: config };
  tracer.insert(filters, index === -1 ? filters.length : index, filter, ...sources);
}

/** Filters that a protocol brings by itself. */
export function baseHttpFilters(grpc: boolean): HttpFilterJson[] {
  const router: HttpFilterJson = {
    name: "envoy.filters.http.router",
    typedConfig: typed("envoy.extensions.filters.http.router.v3.Router", {}),
  };
  if (!grpc) return [router];
  const stats: HttpFilterJson = {
    name: "envoy.filters.http.grpc_stats",
    typedConfig: typed("envoy.extensions.filters.http.grpc_stats.v3.FilterConfig", {
      emitFilterState: true,
      statsForAllMethods: true,
    }),
  };
  return [stats, router];
}
