// A destination outside the mesh at an egress: the chain that ends the mesh's TLS and judges who calls, and the cluster of the real place.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { FilterChainJson } from "#envoy/generated/envoy/config/listener/v3/listener_components_pb.ts";
import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import type { RouteConfigurationJson } from "#envoy/generated/envoy/config/route/v3/route_pb.ts";
import type { LeavingWay } from "#match/leaving.ts";
import { hole } from "#snapshot/template.ts";
import { isHttp } from "./cluster.ts";
import { inlineManager, tcpProxy } from "./connection.ts";
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

/** The policies that write to who calls, and those that write to the cluster; an egress knows no others. */
const CALLERS: ReadonlySet<string> = new Set(["MeshFaultInjection", "MeshRateLimit", "MeshTrafficPermission"]);

export function generateWay(mesh: string, way: LeavingWay): GeneratedWay {
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
  writeCallers({ mesh, way, chain: { ...chain, secured: true }, cluster, routes, extras }, tracer);
  const parts: ClusterParts = { mesh, protocol, cluster, spread: false, arrange: () => {} };
  for (const { type, cluster: write } of POLICY_WRITERS) {
    const merged = way.policies[type];
    if (write !== undefined && merged !== undefined) tracer.attempt(type, () => write(parts, merged.conf, tracer));
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
  const manager = inlineManager(clusterStat(service), routes, "network");
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

interface CallerParts {
  readonly mesh: string;
  readonly way: LeavingWay;
  readonly chain: Chain;
  readonly cluster: ClusterJson;
  readonly routes: RouteConfigurationJson | null;
  readonly extras: Extras;
}

function writeCallers({ mesh, way, chain, cluster, routes, extras }: CallerParts, tracer: Tracer): void {
  const parts: InboundParts = {
    mesh,
    protocol: way.protocol,
    tls: "STRICT",
    service: way.service,
    chains: [chain],
    cluster,
    routes,
    rbacStat: hole("rbac"),
    inspect: { tls: true },
    extras,
  };
  for (const { type, inbound: write, failed } of POLICY_WRITERS) {
    if (write === undefined || !CALLERS.has(type)) continue;
    const policy = way.inbound[type];
    if (tracer.attempt(type, () => write(parts, policy, tracer))) continue;
    if (failed !== undefined) failed(parts, tracer);
    else write(parts, undefined, tracer);
  }
}
