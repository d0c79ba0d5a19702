// The values of a proxy's own holes.
import type { Bindings, Json } from "#model/json.ts";
import { LABEL, SERVICE_TAG, type Tags } from "#model/tag.ts";
import { isRedirected, redirectBindings } from "./redirect.ts";
import type { ProxyFacts } from "./select.ts";

/** What is the proxy's own: the values of the holes in its shape. */
export function bindingsOf({ dataplane, zone, inbounds, gatewayTags }: ProxyFacts): Bindings {
  const own = dataplane.spec.networking?.address ?? "";
  const bindings: Record<string, Json> = { address: own };
  if (isRedirected(dataplane)) Object.assign(bindings, redirectBindings(dataplane));
  bindings["proxy.name"] = dataplane.name;
  bindings["proxy.service"] = serviceOf(inbounds, gatewayTags);
  bindings["proxy.zone"] = zone ?? "";
  bindings["proxy.workload"] = dataplane.labels[LABEL.workload] ?? "";
  const role = roleOf(dataplane);
  if (role !== null) bindings["proxy.role"] = role;
  inbounds.forEach(({ inbound, tags }, index) => {
    const name = inboundHoles(index);
    const port = inbound.port ?? 0;
    const address = inbound.address || own;
    bindings[name.address] = address;
    bindings[name.port] = port;
    bindings[name.serviceAddress] = inbound.serviceAddress || address;
    bindings[name.servicePort] = inbound.servicePort || port;
    bindings[name.service] = tags[SERVICE_TAG] ?? "";
    bindings[name.tags] = tags;
  });
  return bindings;
}

/** What a dataplane with zone listeners is for, as metrics tell it; with `only` before it where it is for nothing else. */
function roleOf({ spec }: ProxyFacts["dataplane"]): string | null {
  const { listeners = [], inbound = [], gateway } = spec.networking ?? {};
  const has = (type: string): boolean => listeners.some((one) => one.type === type);
  if (gateway !== undefined || !(has("ZoneIngress") || has("ZoneEgress"))) return null;
  const role = has("ZoneIngress") ? (has("ZoneEgress") ? "zone-proxy" : "zone-ingress") : "zone-egress";
  return inbound.length === 0 ? `only ${role}` : role;
}

/** The first of its services in the order of names, as Kuma names a proxy's cluster and its access logs. */
function serviceOf(inbounds: ProxyFacts["inbounds"], gatewayTags: Tags): string {
  let first = gatewayTags[SERVICE_TAG];
  for (const { tags } of inbounds) {
    const name = tags[SERVICE_TAG];
    if (name !== undefined && (first === undefined || name < first)) first = name;
  }
  return first ?? "unknown";
}

const HOLES = ["address", "port", "serviceAddress", "servicePort", "service", "tags"] as const;
type HoleNames = Readonly<Record<(typeof HOLES)[number], string>>;
const holes: HoleNames[] = [];

/** The names of an inbound's holes; each text is made once, for there are thousands of proxies. */
export function inboundHoles(index: number): HoleNames {
  holes[index] ??= Object.fromEntries(HOLES.map((name) => [name, `${index}.${name}`])) as HoleNames;
  return holes[index];
}
