// Which proxies a policy's top level selects, and which of their inbounds (reference 2.2).
import type { DataplaneSpec, Inbound } from "#model/kind/dataplane.ts";
import { zoneOf } from "#model/kind/dataplane-zone.ts";
import { protocolOf } from "#model/protocol.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL, PROTOCOL_TAG, type Protocol, SERVICE_TAG, type Tags } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import { displayName } from "./order.ts";
import type { IndexedPolicy, Visible } from "./policy-index.ts";

/** A dataplane as selection sees it. */
export interface ProxyFacts {
  readonly dataplane: Resource<DataplaneSpec>;
  readonly zone: string | null;
  readonly gateway: "none" | "delegated" | "builtin";
  readonly gatewayTags: Tags;
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

/** What selection and generation look at in a dataplane. */
export function proxyOf(dataplane: Resource<DataplaneSpec>): ProxyFacts {
  const { gateway, inbound = [] } = dataplane.spec.networking ?? {};
  return {
    dataplane,
    zone: zoneOf(dataplane),
    gateway: gateway === undefined ? "none" : gateway.type === "BUILTIN" ? "builtin" : "delegated",
    gatewayTags: gateway?.tags ?? {},
    inbounds: inbound.filter(({ state }) => state !== "Ignored").map(proxyInbound),
  };
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

/** Two proxies of equal text are selected alike by every policy, inbound by inbound. */
export function signatureOf(proxy: ProxyFacts, visible: Visible): string {
  const { dataplane, zone, gateway, gatewayTags, inbounds } = proxy;
  const parts = [gateway, zone ?? "", dataplane.labels[LABEL.origin] ?? ""];
  parts.push(visible.names.has(dataplane.name) ? dataplane.name : "");
  for (const [key, values] of visible.labels) parts.push(seen(values, labelOf(dataplane, key)));
  const tagParts = (tags: Tags): void => {
    for (const [key, values] of visible.tags) parts.push(seen(values, tags[key]));
  };
  if (gateway !== "none") tagParts(gatewayTags);
  for (const { tags, section } of inbounds) {
    parts.push("|", visible.sections.has(section) ? section : "");
    tagParts(tags);
  }
  return parts.join("\u0000");
}

function seen(values: ReadonlySet<string>, value: string | undefined): string {
  return value !== undefined && values.has(value) ? value : "";
}

function labelOf(dataplane: Resource<DataplaneSpec>, key: string): string | undefined {
  return key === LABEL.displayName ? displayName(dataplane) : dataplane.labels[key];
}

/** Positions of the inbounds that the policy holds for, or null where it does not select the proxy. A gateway has none and may be selected. */
export function selectedInbounds(policy: IndexedPolicy, proxy: ProxyFacts): readonly number[] | null {
  if (!sameZone(policy, proxy)) return null;
  const { top } = policy;
  if (!allowsType(top, proxy)) return null;
  switch (top.kind) {
    case "Mesh":
      return [...proxy.inbounds.keys()];
    case "MeshSubset":
      return byTags(top.tags ?? {}, proxy);
    case "MeshService":
      return top.name ? byTags({ [SERVICE_TAG]: top.name }, proxy) : null;
    case "MeshServiceSubset":
      return byTags({ ...top.tags, [SERVICE_TAG]: top.name ?? "" }, proxy);
    case "Dataplane":
      return byDataplane(top, proxy);
    default:
      return null;
  }
}

/** A policy made in a zone holds for that zone's proxies only. */
function sameZone({ resource: { labels } }: IndexedPolicy, { dataplane, zone }: ProxyFacts): boolean {
  if (labels[LABEL.origin] !== "zone" || dataplane.labels[LABEL.origin] !== "zone") return true;
  return labels[LABEL.zone] === zone;
}

function allowsType({ proxyTypes }: TargetRef, { gateway }: ProxyFacts): boolean {
  return proxyTypes === undefined || proxyTypes.includes(gateway === "none" ? "Sidecar" : "Gateway");
}

function byTags(wanted: Tags, proxy: ProxyFacts): readonly number[] | null {
  if (proxy.gateway !== "none") return hasAll(proxy.gatewayTags, wanted) ? [] : null;
  const found = [...proxy.inbounds.keys()].filter((index) => hasAll(proxy.inbounds[index]?.tags ?? {}, wanted));
  return found.length > 0 ? found : null;
}

function byDataplane({ name, labels = {}, sectionName }: TargetRef, proxy: ProxyFacts): readonly number[] | null {
  const { dataplane } = proxy;
  if (proxy.gateway === "builtin") return null;
  if (name && name !== dataplane.name) return null;
  for (const key in labels) if (labelOf(dataplane, key) !== labels[key]) return null;
  const all = [...proxy.inbounds.keys()];
  if (!sectionName) return all;
  const found = all.filter((index) => proxy.inbounds[index]?.section === sectionName);
  return found.length > 0 ? found : null;
}

/** Whether every wanted tag is there. */
export function hasAll(tags: Tags, wanted: Tags): boolean {
  for (const key in wanted) if (tags[key] !== wanted[key]) return false;
  return true;
}
