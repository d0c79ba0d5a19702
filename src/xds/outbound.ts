// One outbound → its listener and, for HTTP, its routes; addresses and names are holes of the entry.
import type { RouteJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { MatchedOutbound } from "#match/matched.ts";
import { readsRequests } from "#match/reads-requests.ts";
import { hole } from "#snapshot/template.ts";
import { OWN_TAGS, tagsHeader } from "./client-tags.ts";
import { httpManager, tcpProxy } from "./connection.ts";
import { isResource, notationOf } from "./destination.ts";
import { Extras } from "./extras.ts";
import { httpChain, listener, tcpChain } from "./listener.ts";
import { listenerName } from "./names.ts";
import { POLICY_WRITERS } from "./policies.ts";
import type { OutboundParts } from "./policy.ts";
import { type Generated, generated } from "./resource.ts";
import { outboundRoutes } from "./route.ts";
import { Tracer } from "./trace.ts";

/**
 * Templates for outbounds of one form: a function of protocol, confs, which families the listener's addresses are of, and the
 * clusters that backendRefs lead to.
 */
export function generateOutbound(mesh: string, outbound: Omit<MatchedOutbound, "port">): Generated {
  const { destination, policies, address, address6, backends = [], tellsTags } = outbound;
  const { protocol } = destination;
  const names = notationOf(mesh, destination);
  const http = readsRequests(protocol, policies);
  const manager = httpManager(names.virtualHost, names.routeConfig, protocol);
  // Routes and permissions must see the path that the application will see.
  manager.normalizePath = true;
  const chains = [http ? httpChain(manager) : tcpChain(tcpProxy(names.virtualHost, names.cluster))];
  const external = destination.external !== undefined;
  const routes = http ? outboundRoutes(names.routeConfig, names.virtualHost, names.cluster, external) : null;
  if (tellsTags && routes !== null) routes.requestHeadersToAdd = [tagsHeader(OWN_TAGS)];
  const tracer = new Tracer();
  const parts: OutboundParts = {
    mesh,
    protocol,
    chains,
    routes,
    cluster: names.cluster,
    service: names.service,
    virtualHost: names.virtualHost,
    external,
    resource: isResource(destination),
    backends: new Map(backends.map((backend) => [backend.key, backend])),
    ruleRoutes: outbound.ruleRoutes ?? [],
    madeBy: new Map(),
    extras: new Extras(tracer),
  };
  for (const { type, always, outbound: write } of POLICY_WRITERS) {
    const merged = policies[type];
    if (write === undefined || (merged === undefined && always !== true)) continue;
    tracer.attempt(type, () => write(parts, merged?.conf, tracer));
  }
  for (const route of (routes?.virtualHosts ?? []).flatMap((host) => host.routes ?? [])) {
    applyRoute(parts, route, outbound, tracer);
  }
  for (const { type, routes: write } of POLICY_WRITERS) {
    const confs = new Map(
      Object.entries(outbound.routePolicies ?? {}).flatMap(([kri, own]) =>
        own[type] === undefined ? [] : [[kri, own[type].conf] as const],
      ),
    );
    if (write !== undefined && confs.size > 0) tracer.attempt(type, () => write(parts, confs, tracer));
  }
  const body = listener({
    name: listenerName("outbound", hole("address"), hole("port"), address.includes(":")),
    direction: "OUTBOUND",
    address: hole("address"),
    ...(address6 !== undefined && { address6: hole("address6") }),
    port: hole<number>("port"),
    chains,
    tags: names.tags,
    inspectTls: false,
    redirected: outbound.redirected === true,
  });
  return generated({ listener: body, route: routes, extras: parts.extras }, tracer);
}

/** A route that a MeshHTTPRoute made may have policies of its own; they stand in place of the destination's. */
function applyRoute(
  { mesh, protocol, resource, madeBy }: OutboundParts,
  route: RouteJson,
  { policies, routePolicies = {} }: Omit<MatchedOutbound, "port">,
  tracer: Tracer,
): void {
  const kri = madeBy.get(route);
  const own = kri === undefined ? undefined : routePolicies[kri];
  for (const { type, always, route: write } of POLICY_WRITERS) {
    const special = own?.[type];
    const merged = special ?? policies[type];
    if (write === undefined || (merged === undefined && always !== true)) continue;
    const work = (): void => write({ mesh, protocol, resource, route }, merged?.conf, tracer);
    if (special === undefined || kri === undefined) tracer.attempt(type, work);
    else tracer.within(kri, () => tracer.attempt(type, work));
  }
}
