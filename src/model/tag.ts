// The tag and label keys that Weft itself reads, each once.

export const SERVICE_TAG = "kuma.io/service";
export const ZONE_TAG = "kuma.io/zone";
export const PROTOCOL_TAG = "kuma.io/protocol";

export const LABEL = {
  mesh: "kuma.io/mesh",
  origin: "kuma.io/origin",
  zone: "kuma.io/zone",
  environment: "kuma.io/env",
  displayName: "kuma.io/display-name",
  policyRole: "kuma.io/policy-role",
  proxyType: "kuma.io/proxy-type",
  workload: "kuma.io/workload",
  managedBy: "kuma.io/managed-by",
  /** When a generated MeshService lost its last dataplane, RFC 3339. */
  graceStartedAt: "kuma.io/deletion-grace-period-started-at",
  effect: "kuma.io/effect",
  namespace: "k8s.kuma.io/namespace",
  /** `true`: the proxy listens on loopback addresses for what others are redirected to. */
  bindOutbounds: "weft.io/bind-outbounds",
  /** Of a Mesh: `disabled` keeps its zones from issuing certificates while cut off. */
  zoneIssuer: "weft.io/zone-issuer",
} as const;

export type Tags = Readonly<Record<string, string>>;

/** The protocols that an inbound or a service port may name (Kuma 2.14). */
export const PROTOCOLS = ["tcp", "http", "http2", "grpc", "kafka", "tls", "mysql"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Where a client's proxy says its tags to servers that no certificate tells them: `&kuma.io/service=web&&version=v1,v2&`. */
export const TAGS_HEADER = "x-kuma-tags";
