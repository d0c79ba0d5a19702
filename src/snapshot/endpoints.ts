// Endpoint sets as Envoy reads them: ClusterLoadAssignment in proto3 JSON, as Kuma 2.14 writes it.
import { type Endpoint, type EndpointSet, isRemote } from "#model/endpoint.ts";
import type { Json } from "#model/json.ts";

/** IP addresses of a host name, for endpoints that are not addressed by IP; empty = not known, and left out. */
export type Resolve = (host: string) => readonly string[];

/**
 * A ClusterLoadAssignment: localities by (priority, zone, part of the zone), endpoints in the set's order, weights, and the tags as
 * `envoy.lb` and `envoy.transport_socket_match` metadata. Envoy refuses a whole assignment for one host name in it
 * (EDS takes IP addresses only), so names go through `resolve`. Priorities are renumbered without gaps, as Envoy wants.
 */
export function clusterLoadAssignment(set: EndpointSet, resolve: Resolve = () => []): Json {
  const groups = new Map<string, Endpoint[]>();
  const taken = new Set<string>();
  for (const endpoint of nearestFirst(set.endpoints)) {
    if (endpoint.weight < 1) continue;
    for (const address of isIp(endpoint.address) ? [endpoint.address] : resolve(endpoint.address)) {
      if (isRemote(endpoint)) {
        const place = `${address} ${endpoint.port}`;
        if (taken.has(place)) continue;
        taken.add(place);
      }
      const key = JSON.stringify([endpoint.priority, endpoint.zone, endpoint.subZone ?? ""]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [{ ...endpoint, address }]);
      else group.push({ ...endpoint, address });
    }
  }
  const priorities = [...new Set([...groups.values()].map(([first]) => first!.priority))].sort((a, b) => a - b);
  const localities = [...groups.values()].sort(([a], [b]) => byLocality(a!, b!));
  const overprovisioningFactor = set.arrangement?.overprovisioning;
  return {
    clusterName: set.cluster,
    endpoints: localities.map((group) => locality(group, priorities)),
    ...(overprovisioningFactor === undefined ? {} : { policy: { overprovisioningFactor } }),
  };
}

/** One egress may lead to several zones: Envoy keeps a host once in a cluster, and it should be where it is nearest. */
function nearestFirst(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return endpoints.some(isRemote) ? [...endpoints].sort((a, b) => a.priority - b.priority) : endpoints;
}

function byLocality(a: Endpoint, b: Endpoint): number {
  if (a.priority !== b.priority) return a.priority - b.priority;
  if (a.zone !== b.zone) return a.zone < b.zone ? -1 : 1;
  return (a.subZone ?? "") < (b.subZone ?? "") ? -1 : 1;
}

/** Host names among a set's addresses, each once: what a relay must resolve. */
export function hostNamesOf(set: EndpointSet): readonly string[] {
  return [...new Set(set.endpoints.map(({ address }) => address).filter((address) => !isIp(address)))];
}

/** Whether a text is an IPv4 or IPv6 address in the forms that Envoy takes. */
export function isIp(text: string): boolean {
  if (text.includes(":")) return /^[0-9a-fA-F:.]+(%[\w.-]+)?$/.test(text);
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text);
}

function locality(group: readonly Endpoint[], priorities: readonly number[]): Json {
  const { zone, priority, subZone, localityWeight } = group[0]!;
  const rank = priorities.indexOf(priority);
  return {
    locality: { ...(zone === "" ? {} : { zone }), ...(subZone === undefined ? {} : { subZone }) },
    ...(rank === 0 ? {} : { priority: rank }),
    // Envoy looks at it only when it balances by locality; gRPC leaves out a locality without a weight.
    loadBalancingWeight: localityWeight ?? group.reduce((sum, { weight }) => sum + weight, 0),
    lbEndpoints: group.map(lbEndpoint),
  };
}

function lbEndpoint({ address, port, weight, tags }: Endpoint): Json {
  const filterMetadata = { "envoy.lb": tags, "envoy.transport_socket_match": tags };
  return {
    endpoint: { address: { socketAddress: { address, portValue: port } } },
    ...(Object.keys(tags).length === 0 ? {} : { metadata: { filterMetadata } }),
    loadBalancingWeight: weight,
  };
}
