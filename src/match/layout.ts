// What listens in a dataplane's proxy and what it leads to, as Kuma's `_layout` tells: for reading.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Labels, Resource } from "#model/resource.ts";
import { matchProxy } from "./match.ts";
import type { MatchedOutbound } from "./matched.ts";
import { type ProxyInbound, proxyOf } from "./select.ts";
import type { ViewIndex } from "./view-index.ts";
import { zoneListenersOf } from "./zone-listener.ts";

type Dataplane = Resource<DataplaneSpec>;

export interface Layout {
  readonly kri: string;
  readonly labels: Labels;
  readonly inbounds: readonly LayoutPart[];
  readonly outbounds: readonly LayoutPart[];
  /** Those that serve the zone as its ingress or egress for the mesh. */
  readonly listeners: readonly LayoutListener[];
}

export interface LayoutListener {
  readonly kri: string;
  readonly type: "ZoneIngress" | "ZoneEgress";
  readonly port: number;
  /** Envoy's name of it. */
  readonly proxyResourceName: string;
}

export interface LayoutPart {
  /** Absent where an outbound leads to a service tag, which has none. */
  readonly kri?: string;
  readonly port: number;
  readonly protocol: string;
  /** Envoy's name of it. */
  readonly proxyResourceName: string;
}

/** What listens in the proxy, and what it leads to. */
export function layoutOf(index: ViewIndex, dataplane: Dataplane): Layout {
  const { inbounds } = proxyOf(dataplane, index.policies.gateways);
  const outbounds = matchProxy(index, dataplane).outbounds.map(outboundPart).sort(byKri);
  return {
    inbounds: inbounds.map((inbound) => inboundPart(dataplane, inbound)),
    kri: kriOf(dataplane),
    labels: dataplane.labels,
    listeners: zoneListenersOf(index)
      .filter((place) => place.dataplane === dataplane.name)
      .map(({ type, section, port }) => ({
        kri: kriOf(dataplane, section),
        type,
        port,
        proxyResourceName: `self_${type.toLowerCase()}_dp_${section}`,
      })),
    outbounds,
  };
}

function inboundPart(dataplane: Dataplane, { inbound, section, protocol }: ProxyInbound): LayoutPart {
  const port = inbound.port ?? 0;
  const address = inbound.address || dataplane.spec.networking?.address || "";
  const host = address.includes(":") ? `[${address}]` : address;
  return { kri: kriOf(dataplane, section), port, protocol, proxyResourceName: `inbound:${host}:${port}` };
}

function outboundPart({ destination, port }: MatchedOutbound): LayoutPart {
  const { cluster, protocol } = destination;
  const kri = unifiedName(destination.tags);
  return { ...(kri !== undefined && { kri }), port, protocol, proxyResourceName: cluster };
}

/** The KRI of a real resource's port; undefined of a service tag. */
export function unifiedName(tags: MatchedOutbound["destination"]["tags"]): string | undefined {
  return tags["kuma.io/unified-name"];
}

function byKri(a: LayoutPart, b: LayoutPart): number {
  const [first, second] = [a.kri ?? a.proxyResourceName, b.kri ?? b.proxyResourceName];
  return first < second ? -1 : first > second ? 1 : a.port - b.port;
}
