// A destination outside the mesh at an egress: the chain that ends the mesh's TLS and judges who calls, and the cluster of the real place.
import type { FilterChainJson } from "#envoy/generated/envoy/config/listener/v3/listener_components_pb.ts";
import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import type { RouteConfigurationJson } from "#envoy/generated/envoy/config/route/v3/route_pb.ts";
import type { LeavingWay } from "#match/leaving.ts";
import { isHttp } from "#model/protocol.ts";
import { hole } from "#snapshot/template.ts";
import { plainManager, tcpProxy } from "./connection.ts";
import { externalCluster } from "./external-cluster.ts";
import { Extras } from "./extras.ts";
import { type Chain, httpChain, tcpChain } from "./listener.ts";
import { clusterStat } from "./passing.ts";
import { POLICY_WRITERS } from "./policies.ts";
import type { ClusterParts, InboundParts } from "./policy.ts";
import { type Generated, generated } from "./resource.ts";
import { serverTls } from "./tls.ts";
import { Tracer } from "./trace.ts";

export interface GeneratedWay {
  /** Still to be put into the egress's listener. */
  readonly chain: FilterChainJson;
  /** The cluster, what policies brought along, and the chain as the only one of a listener, for its provenance. */
  readonly made: Generated;
}

/** The policies that write to who calls even where none holds; others only where one does. */
const CALLERS: ReadonlySet<string> = new Set(["MeshFaultInjection", "MeshRateLimit", "MeshTrafficPermission"]);

/** `forZone`: at a listener of a dataplane. */
export function generateWay(mesh: string, way: LeavingWay, forZone = false): GeneratedWay {
  const { protocol, service, cluster: name } = way;
  const cluster = externalCluster(name, way.place, protocol);
  if (clusterStat(name) !== name) cluster.altStatName = clusterStat(name);
  const http = isHttp(protocol);
  const routes = http ? routesOf(way) : null;
  const chain = routes === null ? tcpChain(tcpProxy(clusterStat(service), name)) : requestChain(way, routes);
  Object.assign(chain.body, {
    name: way.chain,
    filterChainMatch: { transportProtocol: "tls", serverNames: [way.sni] },
    transportSocket: serverTls(mesh),
  });
  const tracer = new Tracer();
  const extras = new Extras(tracer);
  const parts: InboundParts = {
    mesh,
    protocol,
    tls: "STRICT",
    service,
    chains: [{ ...chain, secured: true }],
    cluster,
    routes,
    rbacStat: hole("rbac"),
    inspect: { tls: true },
    extras,
    ...(forZone && { forZone }),
  };
  writeCallers(parts, way.inbound, tracer);
  const calls: ClusterParts = {
    ...{ mesh, protocol, cluster, spread: false, arrange: () => {} },
    ...(!forZone && { untagged: true }),
  };
  for (const { type, cluster: write } of POLICY_WRITERS) {
    const merged = way.policies[type];
    if (write !== undefined && merged !== undefined) tracer.attempt(type, () => write(calls, merged.conf, tracer));
  }
  for (const route of routes?.virtualHosts?.[0]?.routes ?? []) {
    for (const { type, route: write } of POLICY_WRITERS) {
      const merged = way.policies[type];
      if (write === undefined || merged === undefined) continue;
      tracer.attempt(type, () => write({ mesh, protocol, resource: true, route }, merged.conf, tracer));
    }
  }
  const listener: ListenerJson = { name: hole("listener"), filterChains: [chain.body] };
  return { chain: chain.body, made: generated({ cluster, listener, extras }, tracer) };
}

function requestChain({ service }: LeavingWay, routes: RouteConfigurationJson): Chain {
  const manager = plainManager(clusterStat(service), routes, "network");
  // WebSocket crosses the mesh as extended CONNECT.
  manager.upgradeConfigs = [{ upgradeType: "websocket" }];
  manager.http2ProtocolOptions = { allowConnect: true };
  return httpChain(manager);
}

/** Servers outside want their own name in a request. */
function routesOf({ routeConfig, service, cluster }: LeavingWay): RouteConfigurationJson {
  const route = { match: { prefix: "/" }, route: { cluster, autoHostRewrite: true, timeout: "0s" } };
  return { name: routeConfig, virtualHosts: [{ name: service, domains: ["*"], routes: [route] }] };
}

/** What policies say of a chain, in their order; those that fail leave nothing less safe than they meant. */
export function writeCallers(parts: InboundParts, said: LeavingWay["inbound"], tracer: Tracer): void {
  for (const { type, inbound: write, failed } of POLICY_WRITERS) {
    const policy = said[type];
    const always = parts.chains.some(({ secured }) => secured) && CALLERS.has(type);
    if (write === undefined || (policy === undefined && !always)) continue;
    if (tracer.attempt(type, () => write(parts, policy, tracer))) continue;
    if (failed !== undefined) failed(parts, tracer);
    else if (always) write(parts, undefined, tracer);
  }
}
