// One match of MeshPassthrough as a filter chain, and the clusters that it passes connections on to.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { FilterChainMatchJson } from "#envoy/generated/envoy/config/listener/v3/listener_components_pb.ts";
import type { VirtualHostJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import { networkOf } from "#model/address.ts";
import { withHttp2 } from "#xds/cluster.ts";
import { plainManager, tcpProxy } from "#xds/connection.ts";
import { type Chain, httpChain, tcpChain } from "#xds/listener.ts";
import { type Family, originalCluster, statOf } from "#xds/transparent-proxy.ts";
import { isDomain, isRequest, type Pass } from "./mesh-passthrough-order.ts";

const NO_MATCH =
  "This response comes from the sidecar. No routes matched this domain - check configuration of your MeshPassthrough policy.\n";

/** The chain, or null where the listener's family has no such destinations. */
export function passChain(pass: Pass, family: Family): Chain | null {
  const { protocol, type } = pass;
  if (!isDomain(type) && (type === "ip6" || type === "cidr6") !== (family === "ipv6")) return null;
  const name = chainName(pass);
  const chain = isRequest(protocol)
    ? httpChain(plainManager(statOf(name), { name, virtualHosts: hostsOf(pass) }, "network"))
    : tcpChain(tcpProxy(statOf(name), clusterName(pass, pass.value)));
  Object.assign(chain.body, { name, filterChainMatch: matchOf(pass) });
  return chain;
}

/** Where the chain's connections go on to: their original destinations, counted apart. */
export function clustersOf(pass: Pass): ClusterJson[] {
  const values = pass.domains.length > 0 ? pass.domains : [pass.value];
  return values.map((value) => {
    const cluster = originalCluster(clusterName(pass, value));
    return pass.protocol === "http2" || pass.protocol === "grpc" ? withHttp2(cluster) : cluster;
  });
}

function matchOf({ protocol, port, type, value }: Pass): FilterChainMatchJson {
  const match: FilterChainMatchJson = { transportProtocol: protocol === "tls" ? "tls" : "raw_buffer" };
  if (port !== null) match.destinationPort = port;
  if (isRequest(protocol)) match.applicationProtocols = ["http/1.1", "h2c"];
  // Envoy takes no `*` alone: without names the chain takes all.
  if (protocol === "tls" && isDomain(type) && value !== "*") match.serverNames = [value];
  if (!isDomain(type)) {
    const [addressPrefix, prefixLen] = networkOf(value);
    match.prefixRanges = [{ addressPrefix, prefixLen }];
  }
  return match;
}

function hostsOf(pass: Pass): VirtualHostJson[] {
  if (pass.domains.length === 0) return [hostTo(pass, pass.value, ["*"])];
  const hosts = pass.domains.map((domain) => {
    if (domain === "*") return hostTo(pass, domain, ["*"]);
    // RFC 9110 §7.2: the Host header may name the port.
    return hostTo(pass, domain, [domain, ...(pass.port !== null ? [`${domain}:${pass.port}`] : portless(domain))]);
  });
  if (pass.domains.includes("*")) return hosts;
  const directResponse = { status: 503, body: { inlineString: NO_MATCH } };
  return [...hosts, { name: "no_match", domains: ["*"], routes: [{ match: { prefix: "/" }, directResponse }] }];
}

/** Envoy takes a `*` at one end only. */
function portless(domain: string): string[] {
  return domain.startsWith("*") ? [] : [`${domain}:*`];
}

function hostTo(pass: Pass, value: string, domains: string[]): VirtualHostJson {
  return { name: value, domains, routes: [{ match: { prefix: "/" }, route: { cluster: clusterName(pass, value) } }] };
}

/** `meshpassthrough_tls_example.com_443`; chains that domains share have no value in their names. */
function chainName({ protocol, port, value }: Pass): string {
  const spoken = spokenProtocol(protocol);
  return `meshpassthrough_${spoken}${value === "" ? "" : `_${value}`}_${port ?? "*"}`;
}

function clusterName({ protocol, port }: Pass, value: string): string {
  return `meshpassthrough_${spokenProtocol(protocol)}_${value}_${port ?? "*"}`;
}

/** MySQL passes as bytes. */
function spokenProtocol(protocol: Pass["protocol"]): string {
  return protocol === "mysql" ? "tcp" : protocol;
}
