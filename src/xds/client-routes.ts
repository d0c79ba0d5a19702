// Routes for single clients: a copy of each route of an inbound, chosen by the client's identity, before the route for all.
import type { HeaderMatcherJson, RouteJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { InboundRule } from "#match/matched.ts";
import type { RuleMatch } from "#model/rule-match.ts";
import type { InboundParts } from "./policy.ts";
import { escapeRegex } from "./regex.ts";
import type { Tracer } from "./trace.ts";

/** Written by the connection manager from the client's certificate before routes are chosen; a client's own is removed. */
const PEER_HEADER = "x-forwarded-client-cert";

/** One rule with a match, and what it says of a route. */
export interface ClientRoute {
  readonly match: InboundRule<unknown>["match"];
  readonly write: (route: RouteJson) => void;
}

/**
 * Rules come most specific first; so do their routes. A rule with an SNI speaks of zone proxies, not of inbounds. Copies keep
 * what earlier policies wrote, with its origins.
 */
export function writeClientRoutes(parts: InboundParts, rules: readonly ClientRoute[], tracer: Tracer): void {
  if (!parts.chains.some(({ secured }) => secured)) return;
  for (const { routes } of parts.routes?.virtualHosts ?? []) {
    if (routes === undefined) continue;
    const copies = rules.flatMap(({ match, write }) => {
      const id = match?.sni === undefined ? match?.spiffeID : undefined;
      return id === undefined ? [] : routes.map((route) => ({ write, copy: guarded(tracer.copy(route), id) }));
    });
    copies.forEach(({ copy, write }, index) => {
      tracer.insert(routes, index, copy);
      write(copy);
    });
  }
}

function guarded(route: RouteJson, id: NonNullable<RuleMatch["spiffeID"]>): RouteJson {
  route.match = { ...route.match, headers: [...(route.match?.headers ?? []), clientHeader(id)] };
  return route;
}

/** The condition over a request's headers that its client has this identity. */
export function clientHeader({ type, value }: NonNullable<RuleMatch["spiffeID"]>): HeaderMatcherJson {
  const id = escapeRegex(value) + (type === "Prefix" ? "[^;]*" : "");
  return { name: PEER_HEADER, stringMatch: { safeRegex: { regex: `(?:.*;)?URI=${id}(?:;.*)?` } } };
}
