// What policies say of a dataplane's zone listeners, chain by chain.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { destinationAccess } from "./destination-access.ts";
import { type ChainCallers, chainPolicy } from "./inbound-policy.ts";
import type { IndexedPolicy } from "./indexed-policy.ts";
import type { InboundPolicy } from "./matched.ts";
import { proxyOf, selectedInbounds } from "./select.ts";
import { candidatesFor } from "./selector-index.ts";
import { byType } from "./shape.ts";
import type { ViewIndex } from "./view-index.ts";
import type { ZoneListenerPlace } from "./zone-listener.ts";

/** Those that have something to say there, as in Kuma 2.14: an ingress passes bytes, an egress reads requests and knows who calls. */
const TYPES: Readonly<Record<ZoneListenerPlace["type"], ReadonlySet<string>>> = {
  ZoneIngress: new Set(["MeshAccessLog", "MeshRateLimit", "MeshTimeout"]),
  ZoneEgress: new Set([
    "MeshAccessLog",
    "MeshFaultInjection",
    "MeshRateLimit",
    "MeshTimeout",
    "MeshTrace",
    "MeshTrafficPermission",
  ]),
};

/** The policies that select the listener, as they would an inbound of its name and port; in ascending precedence within a type. */
export function listenerPolicies(
  { policies }: ViewIndex,
  dataplane: Resource<DataplaneSpec>,
  { type, section, port }: ZoneListenerPlace,
): readonly IndexedPolicy[] {
  const inbound = { inbound: { name: section, port }, tags: {}, section, protocol: "tcp" } as const;
  const proxy = { ...proxyOf(dataplane, policies.gateways), inbounds: [inbound] };
  return candidatesFor(policies.selectors, proxy).filter(
    (policy) => TYPES[type].has(policy.type) && policy.older === undefined && selectedInbounds(policy, proxy) !== null,
  );
}

/** What these policies say of a chain to which the server names lead. */
export function saidOfChain(
  index: ViewIndex,
  policies: readonly IndexedPolicy[],
  { names, known }: ChainCallers,
): Readonly<Record<string, InboundPolicy>> {
  const said: Record<string, InboundPolicy> = {};
  for (const [type, list] of byType(policies)) {
    const own = type === "MeshTrafficPermission" ? null : chainPolicy(list, { names, known });
    if (own !== null) said[type] = own;
  }
  return known ? { ...said, ...destinationAccess(index, names, policies) } : said;
}
