// Kinds whose resources are Envoys: each of them joins with a token, has registrations, and goes with its stream.

export interface ProxyTraits {
  /** As bootstrap requests, node metadata and scopes of zone tokens say it. */
  readonly word: "dataplane" | "ingress" | "egress";
  /** Of a zone and of no mesh; Envoy's name for it is `.<name>`. */
  readonly zonal: boolean;
  /** Value of the label kuma.io/proxy-type; null where it depends on the resource. */
  readonly label: string | null;
  /** `node.cluster` of such a proxy; null where its services say it. */
  readonly cluster: string | null;
}

/** In the order of bodies' kinds. Ingresses and egresses share one space of names, since a node's id tells no more. */
export const PROXY_KINDS = {
  Dataplane: { word: "dataplane", zonal: false, label: null, cluster: null },
  ZoneIngress: { word: "ingress", zonal: true, label: "zoneingress", cluster: "ingress" },
  ZoneEgress: { word: "egress", zonal: true, label: "zoneegress", cluster: "egress" },
} as const satisfies Readonly<Record<string, ProxyTraits>>;

export type ProxyKind = keyof typeof PROXY_KINDS;
export type ZoneProxyKind = Exclude<ProxyKind, "Dataplane">;

/** Kinds of proxies that are of a zone alone. */
export const ZONE_PROXY_KINDS: readonly ZoneProxyKind[] = ["ZoneIngress", "ZoneEgress"];

/** Whether resources of the type are proxies. */
export function isProxyKind(type: string): type is ProxyKind {
  return Object.hasOwn(PROXY_KINDS, type);
}

/** Whether resources of the type are proxies of a zone, and of no mesh. */
export function isZoneProxyKind(type: string): type is ZoneProxyKind {
  return (ZONE_PROXY_KINDS as readonly string[]).includes(type);
}

/** The kind that a bootstrap request means by its word; undefined for none. */
export function proxyKindOfWord(word: string): ProxyKind | undefined {
  return (Object.keys(PROXY_KINDS) as ProxyKind[]).find((kind) => PROXY_KINDS[kind].word === word);
}
