// Which proxies a policy's top level selects, and which of their inbounds (reference 2.2).
import type { DataplaneSpec, Inbound } from "#model/kind/dataplane.ts";
import { zoneOf } from "#model/kind/dataplane-zone.ts";
import { protocolOf } from "#model/protocol.ts";
import type { Labels, Resource } from "#model/resource.ts";
import { selects } from "#model/selector.ts";
import { LABEL, PROTOCOL_TAG, type Protocol, SERVICE_TAG, type Tags } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import { type Gateway, type GatewayListener, gatewayFor, listenersOf } from "./gateway.ts";
import { isNamed } from "./order.ts";
import { labelOf } from "./refer.ts";

/** A dataplane as selection sees it. */
export interface ProxyFacts {
  readonly dataplane: Resource<DataplaneSpec>;
  readonly zone: string | null;
  readonly gateway: "none" | "delegated" | "builtin";
  readonly gatewayTags: Tags;
  /** The MeshGateway that a builtin gateway serves, and its listeners. */
  readonly serves: Gateway | null;
  readonly listeners: readonly GatewayListener[];
  /** The inbounds that get a listener, in their order. */
  readonly inbounds: readonly ProxyInbound[];
}

export interface ProxyInbound {
  readonly inbound: Inbound;
  readonly tags: Tags;
  /** Its name, else its port. */
  readonly section: string;
  readonly protocol: Protocol;
}

/** One way in which a policy selects proxies: by its own top level, or by that of a route which it is attached to. */
export interface Selector {
  readonly ref: TargetRef;
  /** Of the resource that the reference stands in. */
  readonly labels: Labels;
}

/** Whoever selects proxies. */
export interface Selecting {
  readonly resource: { readonly labels: Labels };
  readonly selectors: readonly Selector[];
}

const NO_LISTENERS: readonly GatewayListener[] = [];

/** What selection and generation look at in a dataplane. */
export function proxyOf(dataplane: Resource<DataplaneSpec>, gateways: readonly Gateway[]): ProxyFacts {
  const { gateway, inbound = [] } = dataplane.spec.networking ?? {};
  const zone = zoneOf(dataplane);
  const gatewayTags = gateway?.tags ?? {};
  const builtin = gateway?.type === "BUILTIN";
  const serves = builtin ? gatewayFor(gateways, dataplane, zone) : null;
  return {
    dataplane,
    zone,
    gateway: gateway === undefined ? "none" : builtin ? "builtin" : "delegated",
    gatewayTags,
    serves,
    listeners: serves === null ? NO_LISTENERS : listenersOf(serves, gatewayTags),
    inbounds: servedOf(inbound),
  };
}

function servedOf(inbounds: readonly Inbound[]): readonly ProxyInbound[] {
  const served: ProxyInbound[] = [];
  for (const one of inbounds) if (one.state !== "Ignored") served.push(proxyInbound(one));
  return served;
}

function proxyInbound(inbound: Inbound): ProxyInbound {
  const tags = inbound.tags ?? {};
  return { inbound, tags, section: sectionOf(inbound), protocol: inboundProtocol(inbound) };
}

/** An inbound's name, else its port: what `sectionName` compares with. */
export function sectionOf({ name, port }: Inbound): string {
  return name || String(port ?? 0);
}

/** `inbound.protocol`, else the tag, else tcp. */
export function inboundProtocol({ protocol, tags }: Inbound): Protocol {
  return protocolOf(protocol || tags?.[PROTOCOL_TAG] || "tcp") ?? "tcp";
}

/** Positions of the inbounds that the policy holds for, or null where it does not select the proxy. A gateway has none and may be selected. */
export function selectedInbounds({ resource, selectors }: Selecting, proxy: ProxyFacts): readonly number[] | null {
  if (!mayHold(resource.labels, proxy)) return null;
  let found: readonly number[] | null = null;
  for (const { ref, labels } of selectors) {
    const one = labels === resource.labels || mayHold(labels, proxy) ? selectedBy(ref, proxy) : null;
    if (one === null) continue;
    found = found === null ? one : [...new Set([...found, ...one])].sort((a, b) => a - b);
  }
  return found;
}

/**
 * What a policy made in a zone says, it says to that zone's proxies only, unless it was made for whoever calls a service;
 * what a namespace says of its own clients or workloads, to that namespace's proxies only.
 */
function mayHold(labels: Labels, { dataplane, zone }: ProxyFacts): boolean {
  const role = labels[LABEL.policyRole];
  const zonal = labels[LABEL.origin] === "zone" && dataplane.labels[LABEL.origin] === "zone";
  if (zonal && role !== "producer" && labels[LABEL.zone] !== zone) return false;
  if (role !== "consumer" && role !== "workload-owner") return true;
  return labels[LABEL.namespace] === dataplane.labels[LABEL.namespace];
}

function selectedBy(ref: TargetRef, proxy: ProxyFacts): readonly number[] | null {
  if (!allowsType(ref, proxy)) return null;
  const { kind, name, tags = {} } = ref;
  switch (kind) {
    case "Mesh":
      return [...proxy.inbounds.keys()];
    case "MeshSubset":
      return byTags(tags, proxy);
    case "MeshService":
      return name ? byTags({ [SERVICE_TAG]: name }, proxy) : null;
    case "MeshServiceSubset":
      return name ? byTags({ ...tags, [SERVICE_TAG]: name }, proxy) : null;
    case "MeshGateway":
      return byGateway(ref, proxy);
    case "Dataplane":
      return byDataplane(ref, proxy);
    default:
      return null;
  }
}

function allowsType({ proxyTypes }: TargetRef, { gateway }: ProxyFacts): boolean {
  return proxyTypes === undefined || proxyTypes.includes(gateway === "none" ? "Sidecar" : "Gateway");
}

function byTags(wanted: Tags, proxy: ProxyFacts): readonly number[] | null {
  const { gateway, gatewayTags, listeners } = proxy;
  if (gateway === "delegated") return hasAll(gatewayTags, wanted) ? [] : null;
  if (gateway === "builtin") return listeners.some(({ all }) => hasAll(all, wanted)) ? [] : null;
  const found = [...proxy.inbounds.keys()].filter((index) => hasAll(proxy.inbounds[index]?.tags ?? {}, wanted));
  return found.length > 0 ? found : null;
}

function byGateway({ name = "", tags = {} }: TargetRef, { serves, listeners }: ProxyFacts): readonly number[] | null {
  if (serves === null || !isNamed(serves, name)) return null;
  return listeners.some(({ own }) => hasAll(own, tags)) ? [] : null;
}

function byDataplane(
  { name, namespace, labels = {}, sectionName }: TargetRef,
  proxy: ProxyFacts,
): readonly number[] | null {
  const { dataplane } = proxy;
  if (proxy.gateway === "builtin") return null;
  if (name && !isNamed(dataplane, name)) return null;
  if (namespace && namespace !== dataplane.labels[LABEL.namespace]) return null;
  for (const key in labels) if (labelOf(dataplane, key) !== labels[key]) return null;
  const all = [...proxy.inbounds.keys()];
  if (!sectionName) return all;
  const found = all.filter((index) => isSection(proxy.inbounds[index], sectionName));
  return found.length > 0 ? found : null;
}

/** An inbound goes by its name, and by its port whether it has a name or not. */
function isSection(inbound: ProxyInbound | undefined, sectionName: string): boolean {
  return inbound?.section === sectionName || String(inbound?.inbound.port) === sectionName;
}

/** Whether every wanted tag is there; `*`, which only older policies may say, is any value. */
export function hasAll(tags: Tags, wanted: Tags): boolean {
  return selects(wanted, tags);
}
