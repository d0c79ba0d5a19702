// Routes for single clients: a copy of each route of an inbound, chosen by the client's identity or SNI, before the route for all.
import type { HeaderMatcherJson, RouteJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { InboundRule, TagMatcher } from "#match/matched.ts";
import type { RuleMatch } from "#model/rule-match.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { tagsHeaders } from "./client-tags.ts";
import type { InboundParts } from "./policy.ts";
import { escapeRegex } from "./regex.ts";
import { serverNameHeader, tellServerName } from "./server-name.ts";
import type { Source, Tracer } from "./trace.ts";

/** Written by the connection manager from the client's certificate before routes are chosen (`tellClient`); a client's own is removed. */
const PEER_HEADER = "x-forwarded-client-cert";

/** One rule with a match, or with tags of the client, and what it says of a route. */
export interface ClientRoute {
  /** Where the rule stands. */
  readonly source: Source;
  readonly match: InboundRule<unknown>["match"] | undefined;
  readonly tags?: readonly TagMatcher[] | undefined;
  readonly write: (route: RouteJson) => void;
}

/**
 * Copies that one policy type adds to an inbound. Each copies what earlier types copied: a few hundred rules of two types would
 * make a hundred thousand routes.
 */
const MOST_COPIES = 5_000;
const TOO_MANY = `rules for single clients, with those of other policies here, make more than ${MOST_COPIES} routes: this one is left out; name fewer clients`;

/**
 * Rules come most specific first; so do their routes. Copies keep what earlier policies wrote, with its origins.
 */
export function writeClientRoutes(parts: InboundParts, rules: readonly ClientRoute[], tracer: Tracer): void {
  const secured = parts.chains.some((chain) => chain.secured);
  if (secured && parts.routes !== null && rules.some(({ match }) => match?.sni !== undefined)) {
    tellServerName(parts, tracer);
  }
  for (const { routes } of parts.routes?.virtualHosts ?? []) {
    if (routes === undefined) continue;
    const before = routes.length;
    let room = MOST_COPIES;
    const copies = rules.flatMap(({ write, source, ...rule }) => {
      const guards = guardsOf(parts, rule);
      room -= guards.length * before;
      if (room < 0 && guards.length > 0) {
        tracer.complain(source, TOO_MANY);
        return [];
      }
      return guards.flatMap((headers) =>
        routes.map((route) => ({ write, copy: guarded(tracer.copy(route), headers) })),
      );
    });
    if (secured && copies.length > 0) tellClient(parts, tracer);
    copies.forEach(({ copy, write }, index) => {
      tracer.insert(routes, index, copy);
      write(copy);
    });
  }
}

/**
 * Where the manager does not tell who the client is, as at an egress: it comes with the header before routes are chosen, and
 * nothing of it leaves the mesh.
 */
function tellClient({ chains, routes }: InboundParts, tracer: Tracer): void {
  const silent = chains.filter(({ http, secured }) => secured && http?.forwardClientCertDetails === undefined);
  for (const { http } of silent) {
    if (http === null) continue;
    tracer.set(http, "forwardClientCertDetails", "SANITIZE_SET");
    tracer.set(http, "setCurrentClientCertDetails", { uri: true });
    const removed = routes?.requestHeadersToRemove ?? [];
    if (routes !== null && !removed.includes(PEER_HEADER))
      tracer.set(routes, "requestHeadersToRemove", [...removed, PEER_HEADER]);
  }
}

/** The ways in which a client of the rule is known: by certificate, and by what its proxy says where there is none. */
function guardsOf(
  { mesh, chains }: InboundParts,
  { match, tags }: Omit<ClientRoute, "write" | "source">,
): readonly HeaderMatcherJson[][] {
  const secured = chains.some((chain) => chain.secured);
  if (tags !== undefined) {
    const open = chains.some((chain) => !chain.secured);
    return [
      ...(secured ? [[...tags.map((tag) => certified(mesh, tag)), hasCertificate(true)]] : []),
      ...(open ? [[...tagsHeaders(tags), ...(secured ? [hasCertificate(false)] : [])]] : []),
    ];
  }
  const headers = matchHeaders(match);
  return secured && headers.length > 0 ? [headers] : [];
}

function certified(mesh: string, { key, value, not }: TagMatcher): HeaderMatcherJson {
  const uri = key === SERVICE_TAG ? `spiffe://${mesh}/${value}` : `kuma://${key}/${value}`;
  return { ...clientHeader({ type: "Exact", value: uri }), ...(not && { invertMatch: true }) };
}

function hasCertificate(there: boolean): HeaderMatcherJson {
  return { name: PEER_HEADER, presentMatch: true, ...(!there && { invertMatch: true }) };
}

function guarded(route: RouteJson, headers: readonly HeaderMatcherJson[]): RouteJson {
  route.match = { ...route.match, headers: [...(route.match?.headers ?? []), ...headers] };
  return route;
}

/** The conditions over a request's headers that a rule's match asks for; those of an SNI need `tellServerName`. */
export function matchHeaders({ spiffeID, sni }: RuleMatch = {}): HeaderMatcherJson[] {
  return [
    ...(spiffeID === undefined ? [] : [clientHeader(spiffeID)]),
    ...(sni === undefined ? [] : [serverNameHeader(sni.value)]),
  ];
}

/** The condition over a request's headers that its client has this identity. */
function clientHeader({ type, value }: NonNullable<RuleMatch["spiffeID"]>): HeaderMatcherJson {
  const id = escapeRegex(value) + (type === "Prefix" ? "[^;]*" : "");
  return { name: PEER_HEADER, stringMatch: { safeRegex: { regex: `(?:.*;)?URI=${id}(?:;.*)?` } } };
}
