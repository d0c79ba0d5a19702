// TrafficRoute as MeshHTTPRoute or MeshTCPRoute, by what the service speaks, and as MeshLoadBalancingStrategy.

import type { RouteBackendRef } from "#model/backend-ref.ts";
import type { MeshSpec } from "#model/kind/mesh.ts";
import type {
  HeaderChange,
  OlderLoadBalancer,
  StringMatch,
  TrafficRouteConf,
  TrafficRouteHttp,
  TrafficRouteSpec,
} from "#model/legacy/traffic-route-shape.ts";
import type { HttpRouteRule, MeshHttpRouteConf, RouteFilter, RouteMatch } from "#model/policy/mesh-http-route-shape.ts";
import type { LoadBalancer, MeshLoadBalancingStrategyConf } from "#model/policy/mesh-load-balancing-strategy-shape.ts";
import type { MeshTcpRouteConf } from "#model/policy/mesh-tcp-route.ts";
import { ANY } from "#model/selector.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";
import type { Aim, Translation } from "./translation.ts";

type Goal = Pick<TrafficRouteConf, "split" | "destination">;

/** Where a goal leads: tags that it leaves open are those of the outbound. Weights of zero lead nowhere. */
function backendsOf({ split, destination = {} }: Goal, { tags }: Pick<Aim, "tags">): readonly RouteBackendRef[] {
  const goals = split ?? [{ weight: 1, destination }];
  return goals.flatMap(({ weight = 0, destination: wanted = {} }) => {
    const exact = Object.entries(wanted).filter(([, value]) => value !== ANY);
    return weight === 0 ? [] : [{ ...referenceTo({ ...tags, ...Object.fromEntries(exact) }), weight }];
  });
}

function referenceTo({ [SERVICE_TAG]: name = "", ...others }: Tags): RouteBackendRef {
  return Object.keys(others).length === 0
    ? { kind: "MeshService", name }
    : { kind: "MeshServiceSubset", name, tags: others };
}

function pathOf({ exact, prefix, regex }: StringMatch): RouteMatch["path"] {
  if (exact !== undefined) return { type: "Exact", value: exact };
  if (regex !== undefined) return { type: "RegularExpression", value: regex };
  return { type: "PathPrefix", value: prefix ?? "/" };
}

type HeaderCondition = NonNullable<RouteMatch["headers"]>[number];

function headerOf(name: string, { exact, prefix, regex }: StringMatch): HeaderCondition {
  if (exact !== undefined) return { type: "Exact", name, value: exact };
  if (prefix !== undefined) return { type: "Prefix", name, value: prefix };
  return { type: "RegularExpression", name, value: regex ?? "" };
}

function matchOf({ match = {} }: TrafficRouteHttp): RouteMatch {
  const { path, method, headers = {} } = match;
  const conditions = [
    ...(method === undefined ? [] : [headerOf(":method", method)]),
    ...Object.entries(headers).map(([name, said]) => headerOf(name.toLowerCase(), said)),
  ];
  return {
    ...(path !== undefined && { path: pathOf(path) }),
    ...(conditions.length > 0 && { headers: conditions }),
  } as RouteMatch;
}

function headersOf({ add = [], remove = [] }: HeaderChange): NonNullable<RouteFilter["requestHeaderModifier"]> {
  const named = (append: boolean): { name: string; value: string }[] =>
    add.flatMap(({ name = "", value = "", append: said = false }) =>
      said === append ? [{ name: name.toLowerCase(), value }] : [],
    );
  return {
    set: named(false),
    add: named(true),
    remove: remove.map(({ name = "" }) => name.toLowerCase()),
  };
}

function filtersOf({
  path,
  host,
  requestHeaders,
  responseHeaders,
}: NonNullable<TrafficRouteHttp["modify"]>): RouteFilter[] {
  const urlRewrite = {
    ...(host?.value !== undefined && { hostname: host.value }),
    ...(path?.rewritePrefix !== undefined && {
      path: { type: "ReplacePrefixMatch" as const, replacePrefixMatch: path.rewritePrefix },
    }),
  };
  return [
    ...(requestHeaders
      ? [{ type: "RequestHeaderModifier" as const, requestHeaderModifier: headersOf(requestHeaders) }]
      : []),
    ...(responseHeaders
      ? [{ type: "ResponseHeaderModifier" as const, responseHeaderModifier: headersOf(responseHeaders) }]
      : []),
    ...(Object.keys(urlRewrite).length > 0 ? [{ type: "URLRewrite" as const, urlRewrite }] : []),
  ];
}

function speaksHttp({ protocol }: Aim): boolean {
  return protocol === "http" || protocol === "http2" || protocol === "grpc";
}

/** Whether all goes where it would go without a route. */
function isPlain(refs: readonly RouteBackendRef[], { tags }: Aim): boolean {
  const [only] = refs;
  const { weight: _weight, ...ref } = only ?? { kind: "Mesh" as const };
  return refs.length === 1 && JSON.stringify(ref) === JSON.stringify(referenceTo(tags));
}

function httpConf({ conf = {} }: TrafficRouteSpec, aim: Aim): MeshHttpRouteConf | null {
  if (!speaksHttp(aim)) return null;
  const last = backendsOf(conf, aim);
  const rules: HttpRouteRule[] = (conf.http ?? []).flatMap((http) => {
    const backendRefs = [...backendsOf(http, aim)];
    const filters = filtersOf(http.modify ?? {});
    if (backendRefs.length === 0) return [];
    return [{ matches: [matchOf(http)], default: { ...(filters.length > 0 && { filters }), backendRefs } }];
  });
  if (rules.length === 0 && isPlain(last, aim)) return null;
  // Expressions come behind prefixes, the longest first: what takes all must come behind them.
  const special = rules.some(({ matches }) => matches.some(({ path }) => path?.type === "RegularExpression"));
  const all: RouteMatch = {
    path: special ? { type: "RegularExpression", value: ".*" } : { type: "PathPrefix", value: "/" },
  };
  return { rules: [...rules, { matches: [all], default: { backendRefs: [...last] } }] };
}

function tcpConf({ conf = {} }: TrafficRouteSpec, aim: Aim): MeshTcpRouteConf | null {
  const backendRefs = backendsOf(conf, aim);
  return speaksHttp(aim) || isPlain(backendRefs, aim) ? null : { backendRefs: [...backendRefs] };
}

function balancerOf({ roundRobin, leastRequest, ringHash, random, maglev }: OlderLoadBalancer): LoadBalancer | null {
  if (roundRobin) return { type: "RoundRobin" };
  if (random) return { type: "Random" };
  if (maglev) return { type: "Maglev" };
  if (leastRequest) {
    const { choiceCount } = leastRequest;
    return { type: "LeastRequest", ...(choiceCount !== undefined && { leastRequest: { choiceCount } }) };
  }
  if (!ringHash) return null;
  const { hashFunction, minRingSize = "0", maxRingSize = "0" } = ringHash;
  const [least, most] = [Number(minRingSize), Number(maxRingSize)];
  return {
    type: "RingHash",
    ringHash: {
      hashFunction: hashFunction === "MURMUR_HASH_2" ? "MurmurHash2" : "XXHash",
      ...(least > 0 && { minRingSize: least }),
      ...(most > 0 && { maxRingSize: most }),
    },
  };
}

/** Zones stay as the Mesh says: an older route knows nothing of them. */
function balancing({ conf = {} }: TrafficRouteSpec, _: Aim, mesh: MeshSpec): MeshLoadBalancingStrategyConf | null {
  const loadBalancer = balancerOf(conf.loadBalancer ?? {});
  if (loadBalancer === null) return null;
  return { loadBalancer, localityAwareness: { disabled: mesh.routing?.localityAwareLoadBalancing !== true } };
}

function refs({ conf = {} }: TrafficRouteSpec, tags: Tags): readonly RouteBackendRef[] {
  return [conf, ...(conf.http ?? [])].flatMap((goal) => backendsOf(goal, { tags }));
}

const FROM = { from: "TrafficRoute", about: "outbound" } as const;

export const trafficRoutes: readonly Translation<TrafficRouteSpec>[] = [
  { ...FROM, to: "MeshHTTPRoute", conf: httpConf, refs },
  { ...FROM, to: "MeshTCPRoute", conf: tcpConf, refs },
  { ...FROM, to: "MeshLoadBalancingStrategy", conf: balancing },
];
