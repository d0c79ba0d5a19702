// The type URLs that a relay serves, in the order in which Envoy must get them: make before break.

export type XdsKind = "cluster" | "endpoints" | "secret" | "listener" | "route";

export interface XdsType {
  readonly kind: XdsKind;
  readonly url: string;
  /** Envoy's short name, as in its stats: CDS, EDS, … */
  readonly short: "CDS" | "EDS" | "SDS" | "LDS" | "RDS";
  /** Message name inside an Any. */
  readonly message: string;
  /** Subscribed as a whole unless the client names resources. */
  readonly wildcard: boolean;
}

const row = (kind: XdsKind, short: XdsType["short"], message: string, wildcard: boolean): XdsType => ({
  kind,
  url: `type.googleapis.com/${message}`,
  short,
  message,
  wildcard,
});

/** Additions go out in this order. */
export const XDS_TYPES: readonly XdsType[] = [
  row("cluster", "CDS", "envoy.config.cluster.v3.Cluster", true),
  row("endpoints", "EDS", "envoy.config.endpoint.v3.ClusterLoadAssignment", false),
  row("secret", "SDS", "envoy.extensions.transport_sockets.tls.v3.Secret", false),
  row("listener", "LDS", "envoy.config.listener.v3.Listener", true),
  row("route", "RDS", "envoy.config.route.v3.RouteConfiguration", false),
];

const byUrl = new Map(XDS_TYPES.map((type) => [type.url, type]));
const byKind = new Map(XDS_TYPES.map((type) => [type.kind, type]));

/** Undefined for a type that no relay serves. */
export function xdsTypeOfUrl(url: string): XdsType | undefined {
  return byUrl.get(url);
}

export function xdsType(kind: XdsKind): XdsType {
  return byKind.get(kind) as XdsType;
}
