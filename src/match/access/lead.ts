// Where an outbound's traffic goes: to its own destination, and to those that routes name in its place or beside it.

import type { Destination, MatchedOutbound } from "#match/matched.ts";
import { readsRequests } from "#match/reads-requests.ts";
import { isCatchAll, placedMatches } from "#match/route-order.ts";
import { backendKey, type RouteBackendRef } from "#model/backend-ref.ts";
import type { HttpRouteRule, MeshHttpRouteConf, RouteMatch } from "#model/policy/mesh-http-route-shape.ts";
import { isHttp } from "#model/protocol.ts";
import type { Request } from "./request.ts";

/** One way that traffic of an outbound takes. */
export interface Lead {
  readonly destination: Destination;
  /** The rule of a route that sends it there; absent = no route speaks of it. */
  readonly route?: LeadRoute;
}

export interface LeadRoute {
  readonly type: "MeshHTTPRoute" | "MeshTCPRoute";
  /** Who wrote it. */
  readonly kri: string;
  /** Index of the rule in what all routes of the outbound come to. */
  readonly rule: number;
  /** Of requests: any of them. */
  readonly matches: readonly RouteMatch[];
  /** Copies of requests, whose answers nobody sees. */
  readonly mirror?: true;
}

/** Every lead that some request takes, or those that the request may take. */
export function leadsOf(outbound: MatchedOutbound, request: Request = {}): readonly Lead[] {
  const { destination, policies } = outbound;
  if (readsRequests(destination.protocol, policies)) {
    const { rules = [] } = (policies.MeshHTTPRoute?.conf ?? {}) as MeshHttpRouteConf;
    return rules.length === 0 ? [{ destination }] : requestLeads(outbound, rules, request);
  }
  const bytes = policies.MeshTCPRoute?.conf as { readonly backendRefs?: readonly RouteBackendRef[] } | undefined;
  if (bytes?.backendRefs === undefined) return [{ destination }];
  const route: LeadRoute = { type: "MeshTCPRoute", kri: writerOf(outbound, "MeshTCPRoute", ""), rule: 0, matches: [] };
  return referred(outbound, bytes.backendRefs, false).map((one) => ({ destination: one, route }));
}

/** In the order in which matches are tried; none comes to what stands behind one that surely takes the request. */
function requestLeads(outbound: MatchedOutbound, rules: readonly HttpRouteRule[], request: Request): readonly Lead[] {
  const meant = new Map<number, RouteMatch[]>();
  let taken = false;
  for (const { match, index } of placedMatches(rules)) {
    if (taken || !mayMatch(match, request)) continue;
    meant.set(index, [...(meant.get(index) ?? []), match]);
    taken = surelyMatches(match, request);
  }
  const found = [...meant].flatMap(([rule, matches]) =>
    leadsOfRule(outbound, rules[rule] as HttpRouteRule, rule, matches),
  );
  return taken ? found : [...found, { destination: outbound.destination }];
}

function leadsOfRule(
  outbound: MatchedOutbound,
  { default: { filters = [], backendRefs = [] } }: HttpRouteRule,
  rule: number,
  matches: readonly RouteMatch[],
): readonly Lead[] {
  const kri = writerOf(outbound, "MeshHTTPRoute", `/rules/${rule}`);
  const route: LeadRoute = { type: "MeshHTTPRoute", kri, rule, matches };
  // A redirection answers by itself, and copies nothing.
  if (filters.some(({ requestRedirect }) => requestRedirect !== undefined)) return [];
  const there = referred(outbound, backendRefs, true).map((destination): Lead => ({ destination, route }));
  const copied = filters.flatMap(({ requestMirror }) => requestMirror?.backendRef ?? []);
  if (copied.length === 0 || there.length === 0) return there;
  const copies = referred(outbound, copied, true);
  return [...there, ...copies.map((destination): Lead => ({ destination, route: { ...route, mirror: true } }))];
}

/** Without references the destination itself. */
function referred(
  { destination, backends = [] }: MatchedOutbound,
  refs: readonly RouteBackendRef[],
  reads: boolean,
): readonly Destination[] {
  if (refs.length === 0) return [destination];
  const found = refs.flatMap((ref) => {
    const there = ref.weight === 0 ? undefined : backends.find(({ key }) => key === backendKey(ref))?.destination;
    return there === undefined || (reads && !isHttp(there.protocol)) ? [] : [there];
  });
  return [...new Set(found)];
}

function mayMatch({ path, method }: RouteMatch, request: Request): boolean {
  if (method !== undefined && request.method !== undefined && method !== request.method) return false;
  return (
    path === undefined || request.path === undefined || path.type === "RegularExpression" || hasPath(path, request.path)
  );
}

function surelyMatches(match: RouteMatch, request: Request): boolean {
  if (isCatchAll(match)) return true;
  const { path, method, headers = [], queryParams = [] } = match;
  if (headers.length > 0 || queryParams.length > 0) return false;
  if (method !== undefined && method !== request.method) return false;
  if (path === undefined || (path.type === "PathPrefix" && path.value === "/")) return true;
  return path.type !== "RegularExpression" && request.path !== undefined && hasPath(path, request.path);
}

function hasPath({ type, value }: NonNullable<RouteMatch["path"]>, path: string): boolean {
  const bare = path.replace(/[?#].*$/s, "");
  if (type === "Exact") return bare === value;
  return value === "/" || bare === value || bare.startsWith(`${value}/`);
}

/** KRI of the route that said it last. */
function writerOf({ policies }: MatchedOutbound, type: string, pointer: string): string {
  for (const [at, [setter]] of Object.entries(policies[type]?.origins ?? {}))
    if (at.startsWith(pointer === "" ? "" : `${pointer}/`) && setter !== undefined) return setter.kri;
  return "";
}
