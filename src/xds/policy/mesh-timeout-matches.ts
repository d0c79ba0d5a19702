// MeshTimeout rules with a match: a copy of each route, chosen by the client's identity, stands before the route for all.
import type { RouteJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { InboundRule } from "#match/matched.ts";
import type { RuleMatch } from "#model/rule-match.ts";
import type { InboundParts } from "#xds/policy.ts";
import { escapeRegex } from "#xds/regex.ts";
import type { Source, Tracer } from "#xds/trace.ts";

/** Written by the connection manager from the client's certificate before routes are chosen; a client's own is removed. */
const PEER_HEADER = "x-forwarded-client-cert";

interface Value {
  readonly text: string;
  readonly sources: readonly Source[];
}

export interface MatchedTimeouts {
  readonly rule: InboundRule<unknown>;
  readonly request: Value | undefined;
  readonly streamIdle: Value | undefined;
}

/** Rules come most specific first; so do their routes. A rule with an SNI speaks of zone proxies, not of inbounds. */
export function writeMatchedTimeouts(parts: InboundParts, rules: readonly MatchedTimeouts[], tracer: Tracer): void {
  if (!parts.chains.some(({ secured }) => secured)) return;
  for (const { routes } of parts.routes?.virtualHosts ?? []) {
    if (routes === undefined) continue;
    const copies = rules.flatMap((rule) => {
      const id = rule.rule.match?.sni === undefined ? rule.rule.match?.spiffeID : undefined;
      return id === undefined ? [] : routes.map((route) => ({ rule, copy: guarded(route, id) }));
    });
    copies.forEach(({ copy, rule: { request, streamIdle } }, index) => {
      tracer.insert(routes, index, copy);
      if (copy.route === undefined) return;
      if (request !== undefined) tracer.set(copy.route, "timeout", request.text, ...request.sources);
      if (streamIdle !== undefined) tracer.set(copy.route, "idleTimeout", streamIdle.text, ...streamIdle.sources);
    });
  }
}

function guarded(route: RouteJson, { type, value }: NonNullable<RuleMatch["spiffeID"]>): RouteJson {
  const id = escapeRegex(value) + (type === "Prefix" ? "[^;]*" : "");
  const header = { name: PEER_HEADER, stringMatch: { safeRegex: { regex: `(?:.*;)?URI=${id}(?:;.*)?` } } };
  const { route: action, ...rest } = route;
  const copy: RouteJson = { ...rest, match: { ...route.match, headers: [...(route.match?.headers ?? []), header] } };
  if (action !== undefined) copy.route = { ...action };
  return copy;
}
