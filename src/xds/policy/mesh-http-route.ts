// MeshHTTPRoute: which requests of an outbound go where, and what is changed on the way.
import type { RouteActionJson, RouteJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import { isCatchAll, type Placed, placedMatches } from "#match/route-order.ts";
import { backendKey } from "#model/backend-ref.ts";
import type { HttpRouteRule, MeshHttpRouteConf, RouteMatch } from "#model/policy/mesh-http-route-shape.ts";
import { isHttp } from "#model/protocol.ts";
import { type Split, splitOf } from "#xds/backend.ts";
import type { OutboundParts, PolicyWriter } from "#xds/policy.ts";
import type { Source, Tracer } from "#xds/trace.ts";
import { applyFilters, isRedirect } from "./mesh-http-route-filter.ts";
import { halvesOf, type PathHalf, routeMatch, routeName } from "./mesh-http-route-match.ts";

const TYPE = "MeshHTTPRoute";
const MILLION = 1_000_000;

export const meshHttpRouteWriter: PolicyWriter = {
  type: TYPE,
  outbound(parts, conf, tracer) {
    const { rules = [] } = conf as MeshHttpRouteConf;
    const [host] = parts.routes?.virtualHosts ?? [];
    if (rules.length === 0) return;
    if (host === undefined) {
      const source: Source = { policy: TYPE, list: "to", item: 0, pointer: "/rules" };
      tracer.complain(source, `the destination speaks ${parts.protocol}: its requests are not read, and no rule holds`);
      return;
    }
    rules.forEach((rule, index) => {
      judgeRefs(rule, index, parts, tracer);
    });
    const placed = placedMatches(rules);
    const routes = placed.flatMap((one) => routesOf(one, parts, tracer));
    // What no rule speaks of goes to the service itself.
    const rest = placed.some(({ match }) => isCatchAll(match)) ? [] : (host.routes ?? []);
    tracer.set(host, "routes", [...routes, ...rest]);
  },
};

/** Tells of references to what takes no requests: they lead to nothing. */
function judgeRefs({ default: said }: HttpRouteRule, index: number, { backends }: OutboundParts, tracer: Tracer): void {
  const mirrors = (said.filters ?? []).flatMap(({ requestMirror }) => requestMirror?.backendRef ?? []);
  for (const ref of [...(said.backendRefs ?? []), ...mirrors]) {
    const key = backendKey(ref);
    const protocol = backends.get(key)?.destination.protocol;
    if (protocol === undefined || isHttp(protocol)) continue;
    const reason = `${key} speaks ${protocol}, or nobody offers it yet: no request is sent there`;
    tracer.complain({ policy: TYPE, list: "to", item: 0, pointer: `/rules/${index}` }, reason);
  }
}

function routesOf({ match, rule, index }: Placed, parts: OutboundParts, tracer: Tracer): RouteJson[] {
  const source: Source = { policy: TYPE, list: "to", item: 0, pointer: `/rules/${index}` };
  const kri = parts.ruleRoutes[index];
  return halvesOf(match).flatMap((half) => {
    const found = halfRoutes(match, rule, half, parts);
    for (const route of found) {
      tracer.note(route, source);
      if (kri !== undefined) parts.madeBy.set(route, kri);
    }
    return found;
  });
}

function halfRoutes(match: RouteMatch, rule: HttpRouteRule, half: PathHalf, parts: OutboundParts): RouteJson[] {
  const { filters = [], backendRefs = [] } = rule.default;
  const base: RouteJson = { name: routeName(match), match: routeMatch(match, half) };
  if (isRedirect(filters)) return [applyFilters(base, filters, half, parts)];
  const split = splitOf(backendRefs, "requests", parts);
  if (split.backends.length === 0) return [{ ...base, directResponse: { status: 500 } }];
  const route = applyFilters({ ...base, route: actionOf(split) }, filters, half, parts);
  const numerator = Math.round(split.missing * MILLION);
  if (numerator === 0) return [route];
  const runtimeFraction = { defaultValue: { numerator, denominator: "MILLION" as const } };
  return [{ ...base, match: { ...base.match, runtimeFraction }, directResponse: { status: 500 } }, route];
}

function actionOf({ backends }: Split): RouteActionJson {
  const [only] = backends;
  const external = backends.some((backend) => backend.external);
  const rewrite = external ? { autoHostRewrite: true } : {};
  if (backends.length === 1 && only !== undefined) return { cluster: only.cluster, ...rewrite, timeout: "0s" };
  const clusters = backends.map(({ cluster, weight }) => ({ name: cluster, weight }));
  return { weightedClusters: { clusters }, ...rewrite, timeout: "0s" };
}
