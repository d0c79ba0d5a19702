// The list of differences between Kuma's answers and Weft's that are meant, each with its reason.

export interface Meant {
  /** Over a place as compare.ts writes it: resource, JSON pointer, and `-` (only Kuma has it), `+` (only Weft) or `~`. */
  readonly at: RegExp;
  /** Only in scenarios of these subjects. */
  readonly subject?: RegExp;
  readonly reason: string;
}

const OWN_DEFAULTS =
  "an inbound that no MeshTimeout names keeps an inbound's defaults: 10 s to connect, 2 h idle, and no request is cut; Kuma writes them too and then overwrites them with a client's";
const COLLECTORS =
  "a collector's cluster is named for where it is, so that policies share it and order changes nothing";
const BY_TAG = "what a policy says of a service's tag holds for a MeshService that selects that tag, whatever its name";
const PERMISSIONS =
  "rules of permissions are disjoint and named for their actions, so that whom one denies no other lets in, and renaming a policy changes no Envoy";
const FAULTS = "a fault's filter has Envoy's name for it: renaming a policy changes no Envoy";
const RAW_TLS = "on a permissive inbound TLS that is not the mesh's own is the application's: its bytes pass unread";

export const MEANT: readonly Meant[] = [
  {
    at: /^(cluster|listener) kuma:(envoy:admin|readiness) -$/,
    reason: "they serve kuma-dp; Weft's own supervisor asks Envoy's admin interface itself",
  },
  {
    at: /\/http2ProtocolOptions(\/allowConnect)? \+$|\/upgradeConfigs \+$/,
    reason: "WebSockets pass, between proxies as extended CONNECT",
  },
  {
    at: /^cluster .* \/commonLbConfig(\/updateMergeWindow)? \+$/,
    reason: "changes of endpoints are not held back for a second",
  },
  { at: /^cluster .* \/ignoreHealthOnHostRemoval \+$/, reason: "a removed endpoint gets no more traffic, well or not" },
  { at: /^endpoints .*\/loadBalancingWeight [+~]$/, reason: "gRPC's own clients want a weight of each locality" },
  { at: /^endpoints .*\/io\.kuma\.labels -$/, reason: "endpoint sets carry tags alone: nothing reads labels there" },
  {
    at: /^listener inbound:.*(\/route\/(idleTimeout|timeout)|\/typedConfig\/(idleTimeout|streamIdleTimeout)) ~$/,
    reason: OWN_DEFAULTS,
  },
  { at: /^cluster localhost:.*(\/connectTimeout|\/commonHttpProtocolOptions\/idleTimeout) ~$/, reason: OWN_DEFAULTS },
  { at: /\/statsForAllMethods \+$/, reason: "gRPC methods are counted whatever services Envoy knows" },
  {
    at: /^listener outbound:.*\/kuma\.io~1unified-name ~$/,
    reason: "a port is known by its name where it has one; Kuma takes the number that a backendRef gave",
  },
  { at: /^listener .*\/routeConfig\/name ~$/, reason: "routes are resources of their own here and need a name each" },
  {
    at: /^(cluster localhost:50051:50052 \+|listener inbound:\S+:50052 .*\/route\/cluster ~)$/,
    subject: /^golden$/,
    reason: "two inbounds of one application port have a cluster each, for they may differ",
  },
  { at: /\/(shadowMatcher|matcher)\/matcherList\/matchers\//, subject: /permission|golden/, reason: PERMISSIONS },
  {
    at: /^rules MeshTrafficPermission .*\/(path|methods|headers|claims) \+$/,
    reason: "conditions on requests are Weft's own",
  },
  {
    at: /\/(mergeSlashes|normalizePath|pathWithEscapedSlashesAction) \+$/,
    reason: "a permission that looks at paths must see the path that the application will see",
  },
  {
    at: /^listener inbound:\S+ \/listenerFilters -$/,
    subject: /permission/,
    reason: "a server name is known from mesh TLS itself, without an inspector",
  },
  {
    at: /^listener inbound:.*(\/filters\/\d+ [+-]|\/rules\/policies\/(all -|MeshTrafficPermission \+))$/,
    subject: /^traffic-permission$/,
    reason: "a TrafficPermission acts as a MeshTrafficPermission: over requests where they are read",
  },
  {
    at: /\/matchTypedSubjectAltNames\/\d+(\/matcher\/(prefix|exact))? [+-]$/,
    reason: "a MeshService's proxies show the service that it selects; Kuma takes any service that they offer too",
  },
  {
    at: /^listener inbound:\S+ \/filterChains\/1\/filters\/\d+(\/name| \/|\/typedConfig\/(@type|commonHttpProtocolOptions|forwardClientCertDetails|httpFilters|internalAddressConfig|requestHeadersTimeout|routeConfig|setCurrentClientCertDetails|streamIdleTimeout|cluster|idleTimeout))/,
    reason: RAW_TLS,
  },
  { at: /^(cluster|listener) meshaccesslog:opentelemetry:\S+ [+-]$/, reason: COLLECTORS },
  { at: /\/(envoyGrpc\/clusterName|collectorCluster) ~$/, reason: COLLECTORS },
  {
    at: /^endpoints \S+#\S+ \+$|^endpoints (backend|default_store__east_msvc_80) -$|\/edsClusterConfig\/serviceName \+$/,
    subject: /^mesh-load-balancing-strategy$/,
    reason: "endpoints that one client arranges otherwise are a set of their own, so that others share theirs",
  },
  { at: /\/httpFilters\/\d+\/name ~$/, subject: /^mesh-fault-injection$/, reason: FAULTS },
  {
    at: /\/(requestHeadersToAdd)( -|\/\d+\/appendAction \+)$/,
    subject: /^mesh-fault-injection$/,
    reason: "a client tells its tags where no certificate does, and an application's own header never stands",
  },
  {
    at: /\/(safeRegex\/regex ~|treatMissingHeaderAsEmpty \+)$/,
    subject: /^mesh-fault-injection$/,
    reason: "a tag's value is compared as a whole, and a client without tags has none of them",
  },
  { at: /^listener outbound:.*\/route\/(retryPolicy|hashPolicy) \+$/, reason: BY_TAG },
  { at: /^listener outbound:.*\/accessLog \+$/, reason: BY_TAG },
  {
    at: /^cluster default_store\S* \/(healthChecks|lbPolicy|ringHashLbConfig|maglevLbConfig|leastRequestLbConfig|outlierDetection|connectTimeout|circuitBreakers\S*|typedExtensionProtocolOptions\/\S+\/(idleTimeout|maxConnectionDuration|maxStreamDuration)) [+~]$/,
    reason: BY_TAG,
  },
  {
    at: /^refused MeshCircuitBreaker all: 400 spec: fields 'to' and 'from' must be empty when 'rules' is defined -$/,
    reason: "limits of inbounds and toward services may stand in one policy",
  },
  {
    at: /^broken redis-1 -$|^(cluster|endpoints) mysql \+$|^listener outbound:\[?::1\]?:3306 .*\/filters \+$/,
    subject: /^golden$/,
    reason: "Kuma makes no config for a proxy with the protocol mysql; here its bytes pass",
  },
];
