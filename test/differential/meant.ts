// The list of differences between Kuma's answers and Weft's that are meant, each with its reason.

export interface Meant {
  /** Over a place as compare.ts writes it: resource, JSON pointer, and `-` (only Kuma has it), `+` (only Weft) or `~`. */
  readonly at: RegExp;
  /** Only in scenarios of these subjects. */
  readonly subject?: RegExp;
  /** Only in scenarios of these names. */
  readonly scenario?: RegExp;
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
const CERTIFIED =
  "where mesh TLS is spoken a client is known by its certificate, and elsewhere by what its proxy says; Kuma takes the proxy's word for tags everywhere";
const ANY_NAME =
  "a client is known by any of its certificate's names; Kuma compares all of them as one text, which a certificate with tags never equals";
const UNKNOWN_CLIENT = "in plaintext nobody can show an identity, so no filter asks for one there";
const RAW_TLS = "on a permissive inbound TLS that is not the mesh's own is the application's: its bytes pass unread";
const OUTSIDE =
  "a proxy itself reaches what is outside the mesh, with the TLS that the resource says; Kuma goes through a zone egress, and nowhere without one";
const ANY_FAMILY = "a collector that has an IPv6 address alone is found too";
const ONE_SOCKET = "a cluster has its one transport socket, without conditions that are always met";
const ROUTES_OWN =
  "a policy for one route is told with that route, and the rule for all others beside it; Kuma tells it by a hash of the route's matches, for every route that has them, and forgets the others";
const NOWHERE =
  "the share of a route's requests that leads to nothing is answered 500; Kuma sends it where the rest goes";
const PERCENT =
  "a percent sign in a header's value is that character; Envoy takes it for a command and may refuse the route";
const ENDS = "Envoy refuses versions of which the oldest is above the newest, and Kuma leaves it one of them";
const WAIT = "Envoy refuses a wait between attempts without a base, or with one above the longest";

export const MEANT: readonly Meant[] = [
  {
    at: /^(cluster|listener|endpoints) kuma:(envoy:admin|readiness) -$/,
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
    at: /^listener outbound:.*\/routes\/\S+\]\/name ~$/,
    reason: "a route is named by its matches as JSON, which a person can read; Kuma's name is their hash",
  },
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
    at: /^listener inbound:.*(\/(filters|httpFilters)\/RBAC [+-]|\/rules\/policies\/(all -|MeshTrafficPermission \+))$/,
    subject: /^traffic-permission$/,
    reason: "a TrafficPermission acts as a MeshTrafficPermission: over requests where they are read",
  },
  {
    at: /\/matchTypedSubjectAltNames\/\S+ [+-]$/,
    reason: "a MeshService's proxies show the service that it selects; Kuma takes any service that they offer too",
  },
  {
    at: /^listener inbound:\S+ \/filterChains\/1\/filters\/(HttpConnectionManager -|TcpProxy \+)$/,
    reason: RAW_TLS,
  },
  { at: /^(cluster|listener) meshaccesslog:opentelemetry:\S+ [+-]$/, reason: COLLECTORS },
  { at: /\/(envoyGrpc\/clusterName|collectorCluster) ~$/, reason: COLLECTORS },
  {
    at: /\/edsClusterConfig\/serviceName \+$/,
    subject: /^mesh-load-balancing-strategy$/,
    reason: "endpoints that one client arranges otherwise are a set of their own, so that others share theirs",
  },
  {
    at: /^endpoints default_store\S+ (\/endpoints\/0\/lbEndpoints\/1 -|\/endpoints\/1 \+|\/policy \+)$/,
    subject: /^mesh-load-balancing-strategy$/,
    reason: BY_TAG,
  },
  { at: /\/httpFilters\/HTTPFault(#\d)?\/name ~$/, subject: /^mesh-fault-injection$/, reason: FAULTS },
  {
    at: /^listener inbound:\S+:8082 .*\/httpFilters\/order ~$/,
    subject: /^mesh-fault-injection$/,
    reason: "calls of gRPC are counted as the application sees them: after faults",
  },
  {
    at: /\/(requestHeadersToAdd)( -|\/x-kuma-tags\/appendAction \+)$/,
    subject: /^mesh-fault-injection$/,
    reason: "a client tells its tags where no certificate does, and an application's own header never stands",
  },
  {
    at: /\/(safeRegex\/regex ~|treatMissingHeaderAsEmpty \+)$/,
    subject: /^mesh-fault-injection$/,
    reason: "a tag's value is compared as a whole, and a client without tags has none of them",
  },
  {
    at: /^listener inbound:.*\/HTTPFault(#\d)?\/typedConfig\/(@type ~|(extensionConfig|xdsMatcher) \+|(abort|delay|headers|responseRateLimit) -)$/,
    subject: /^mesh-fault-injection$/,
    reason: CERTIFIED,
  },
  {
    at: /\/HTTPFault(#\d)?\/.*\/singlePredicate\/valueMatch\/((exact|prefix) -|safeRegex \+)$/,
    subject: /^mesh-fault-injection$/,
    reason: ANY_NAME,
  },
  {
    at: /^listener inbound:.*\/filterChains\/0\/.*\/httpFilters\/HTTPFault(#\d)? -$/,
    subject: /^mesh-fault-injection$/,
    scenario: /^rules by identity and server name/,
    reason: UNKNOWN_CLIENT,
  },
  {
    at: /^listener inbound:.*\/httpFilters\/HTTPFault -$/,
    subject: /^mesh-fault-injection$/,
    scenario: /^a delay of nothing is none$/,
    reason: "Envoy refuses a fault that delays by nothing, which is none",
  },
  {
    at: /^listener inbound:.*(\/filters\/Config -|\/routes\/\[\{("filterState":\S+ -|"headers":\[\{"name":"x-forwarded-client-cert",\S+ \+))$/,
    subject: /^(golden|mesh-timeout|mesh-rate-limit)$/,
    reason: ANY_NAME,
  },
  {
    at: /^listener inbound:\S+ (\/listenerFilters|.*\/(earlyHeaderMutationExtensions|requestHeadersToRemove\/1|routes\/\[.*"x-weft-server-name".*\])) \+$/,
    subject: /^mesh-(timeout|rate-limit)$/,
    reason: "routes know the server name by a header that no client can set; Kuma by a filter's state",
  },
  { at: /^listener outbound:.*\/route\/(retryPolicy|hashPolicy) \+$/, reason: BY_TAG },
  { at: /^listener outbound:.*\/accessLog \+$/, reason: BY_TAG },
  {
    at: /^cluster default_store\S* \/(healthChecks|lbPolicy|ringHashLbConfig|maglevLbConfig|leastRequestLbConfig|outlierDetection|connectTimeout|circuitBreakers\S*|typedExtensionProtocolOptions\/\S+\/(idleTimeout|maxConnectionDuration|maxStreamDuration)) [+~]$/,
    reason: BY_TAG,
  },
  {
    at: /^listener outbound:127\.0\.0\.1:(10005|33080) .*(\/requestHeadersTimeout|\/route\/(timeout|idleTimeout)) ~$/,
    subject: /^(golden|mesh-timeout)$/,
    reason: BY_TAG,
  },
  {
    at: /^listener outbound:127\.0\.0\.1:10005 .*\/routes\/\[\S*\] \+$/,
    subject: /^mesh-(http-route|access-log|load-balancing-strategy|retry)$/,
    reason: BY_TAG,
  },
  {
    at: /^listener outbound:127\.0\.0\.1:10005 .*\/routes\/\[\{"prefix":"~1"\}\]\/((request|response)HeadersTo(Add|Remove) \+|route\/((autoHostRewrite|requestMirrorPolicies|weightedClusters) \+|cluster -))$/,
    subject: /^mesh-http-route$/,
    reason: BY_TAG,
  },
  {
    at: /^listener outbound:127\.0\.0\.1:10005 \/filterChains\/0\/filters\/(HttpConnectionManager -|TcpProxy \+)$/,
    subject: /^mesh-tcp-route$/,
    reason: BY_TAG,
  },
  {
    at: /^(cluster|endpoints) (backend|default_store__east_msvc_80) -$/,
    subject: /^mesh-tcp-route$/,
    reason: "a cluster to which no listener leads any more is not served",
  },
  {
    at: /^listener outbound:127\.0\.0\.1:10004 \/filterChains\/0\/filters \+$/,
    subject: /^mesh-tcp-route$/,
    reason: "connections that lead to nothing are closed by a filter; Kuma writes a chain without any",
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
  {
    at: /^listener inbound:.*\/FileAccessLog(#\d)?\/typedConfig\/logFormat\/textFormatSource\/inlineString ~$/,
    subject: /^mesh-access-log$/,
    reason: "an inbound's log names the inbound's own service; Kuma names the proxy's first one for all inbounds",
  },
  {
    at: /^listener outbound:(127\.0\.0\.1:10005|\(store\S+) .*\/accessLog\/\w+\/filter -$/,
    subject: /^mesh-access-log$/,
    reason: "a log has a condition only where some route has logs of its own",
  },
  {
    at: /\/OpenTelemetryAccessLogConfig\/typedConfig\/body\/kvlistValue\/\S+\/(intValue -|stringValue \+)$/,
    subject: /^mesh-access-log$/,
    reason: "Envoy refuses a listener whose log's body has other scalars than text",
  },
  {
    at: /\/OpenTelemetryAccessLogConfig#2\/typedConfig\/(body\/stringValue ~|grpcService -|httpService \+)$/,
    subject: /^mesh-access-log$/,
    reason:
      "a collector that speaks HTTP is spoken to so, and a body that is no OTLP value is written as its JSON text; Kuma takes gRPC and its own format",
  },
  {
    at: /^(cluster default_\S+_extsvc_\d+ \/(dnsLookupFamily \+|edsClusterConfig -|loadAssignment \+|transportSocket \+|type ~|typedExtensionProtocolOptions\/\S+\/(commonHttpProtocolOptions \+|explicitHttpConfig\/(http2ProtocolOptions -|httpProtocolOptions \+)))|endpoints default_\S+_extsvc_\d+ -)$/,
    subject: /^mesh-http-route$/,
    reason: OUTSIDE,
  },
  {
    at: /^(cluster|endpoints) default_stores__east_mzsvc_80 \+$|\/weightedClusters\/clusters\/default_stores__east_mzsvc_80 \+$/,
    subject: /^mesh-http-route$/,
    reason: "a MeshMultiZoneService is there at once; Kuma looks for its members every few seconds",
  },
  {
    at: /^listener outbound:.*\/routes\/\[\{\S+\},"answers"\] \+$/,
    subject: /^mesh-http-route$/,
    reason: NOWHERE,
  },
  {
    at: /\/redirect\/regexRewrite\/substitution ~$/,
    subject: /^mesh-http-route$/,
    reason: "a backslash in a path is that character; Envoy takes it for a group of the expression",
  },
  {
    at: /\/(redirect|route)\/prefixRewrite ~$/,
    subject: /^mesh-http-route$/,
    reason: "what is below a prefix stays below the new one: /old/a becomes /new/a, and in Kuma /newa",
  },
  {
    at: /\/routes\/\[\{"prefix":"~1v2~1"\}\]\/route\/regexRewrite -$/,
    subject: /^mesh-http-route$/,
    reason: "of two rewrites of a path the later counts; Kuma writes both, which Envoy refuses",
  },
  { at: /\/requestHeadersToAdd\/x-env\/header\/value ~$/, subject: /^mesh-http-route$/, reason: PERCENT },
  {
    at: /\/routes\/\[\{"(path|prefix)":"~1x(~1)?"\}\]\/route\/timeout ~$/,
    subject: /^mesh-http-route$/,
    reason: ROUTES_OWN,
  },
  {
    at: /^rules (MeshTimeout \/toResourceRules\/MeshHTTPRoute:b-weak: \+|MeshTimeout \/toRules\/\[\{"key":"__rule-matches-hash__"\S+ -)$/,
    subject: /^mesh-http-route$/,
    reason: ROUTES_OWN,
  },
  {
    at: /^rules (MeshRetry|MeshLoadBalancingStrategy) \/toRules\/\[\] \+$|^rules MeshAccessLog \/toRules\/\[\{"key":"kuma\.io~1service","not":false,"value":"backend"\}\] \+$/,
    reason: ROUTES_OWN,
  },
  {
    at: /^cluster \S+ \/lbPolicy \+$/,
    subject: /^mesh-load-balancing-strategy$/,
    scenario: /^one route hashes by another header$/,
    reason: ROUTES_OWN,
  },
  {
    at: /^rules MeshHTTPRoute .*\/headers\/\d+\/value \+$/,
    subject: /^mesh-http-route$/,
    reason: "a value that was written is told, though it is empty",
  },
  {
    at: /^cluster \S+ \/leastRequestLbConfig\/activeRequestBias\/runtimeKey \+$/,
    subject: /^mesh-load-balancing-strategy$/,
    reason: "Envoy refuses a bias without the name of its runtime key",
  },
  {
    at: /\/route\/hashPolicy\/3\/connectionProperties \+$|^listener outbound:127\.0\.0\.1:10004 .*\/TcpProxy\/typedConfig\/hashPolicy \+$/,
    subject: /^mesh-load-balancing-strategy$/,
    reason:
      "the policy SourceIP hashes by the source's address, of connections too; Kuma writes an empty policy or none",
  },
  {
    at: /^cluster _kuma:metrics:opentelemetry:main \/typedExtensionProtocolOptions -$|\/routes\/\[\{"path":"~1meshmetric"\},"answers"\]\/directResponse\/body\/inlineString ~$/,
    subject: /^mesh-metric$/,
    reason: "a collector that speaks HTTP is spoken to so, and a reference's socket is named for it",
  },
  {
    at: /^cluster (meshtrace|_kuma:metrics):\S+ \/dnsLookupFamily ~$/,
    subject: /^mesh-(metric|trace)$/,
    reason: ANY_FAMILY,
  },
  {
    at: /^listener _kuma:dynamicconfig .*\/(headers\/0\/stringMatch\/exact|responseHeadersToAdd\/Etag\/header\/value) ~$/,
    subject: /^mesh-metric$/,
    reason:
      "an ETag is any text that changes with the body; this one is made of what all proxies share and what one has",
  },
  {
    at: /^listener _kuma:dynamicconfig .*\/maxDirectResponseBodySizeBytes ~$/,
    subject: /^mesh-metric$/,
    reason: "the listener is one for proxies whose labels, and so the bodies, have other lengths",
  },
  {
    at: /^listener _kuma:metrics:prometheus:second -$/,
    subject: /^mesh-metric$/,
    reason: "of two listeners of one port Envoy takes one; the first backend stands, and the second is told",
  },
  {
    at: /^broken web-1 -$/,
    subject: /^mesh-proxy-patch$/,
    scenario: /^clusters are added, patched by value and by steps, and removed$/,
    reason: "Kuma makes no config for a proxy with such a patch; here it applies",
  },
  {
    at: /^cluster (api \+|other -)$/,
    subject: /^mesh-proxy-patch$/,
    reason: "a patch cannot rename a cluster, for what leads there would lead to nothing; it is told",
  },
  {
    at: /\/responseHeadersToAdd\/x-limited(#2 -|\/header\/value ~)$/,
    subject: /^mesh-rate-limit$/,
    reason: `${PERCENT}; a comma is part of the value, at which Kuma splits it`,
  },
  {
    at: /^listener inbound:.*\/filters\/LocalRateLimit\/name ~$/,
    subject: /^mesh-rate-limit$/,
    reason: "the filter has Envoy's name for it",
  },
  { at: /\/retryPolicy\/retryBackOff\/baseInterval [+~]$/, subject: /^mesh-retry$/, reason: WAIT },
  {
    at: /\/retryPolicy\/retryOn ~$/,
    subject: /^mesh-retry$/,
    reason: "Envoy looks at an answer's headers only if told to, and knows the gRPC status by the name cancelled",
  },
  {
    at: /^cluster (backend|default_store__east_msvc_80) \/transportSocket \+$/,
    subject: /^mesh-tls$/,
    reason: "where all of a service's inbounds take mesh TLS alone, its clients speak it",
  },
  {
    at: /\/tlsParams\/tls(Minimum|Maximum)ProtocolVersion \+$/,
    subject: /^mesh-tls$/,
    reason: ENDS,
  },
  {
    at: /^listener inbound:passthrough:ipv[46] -$/,
    subject: /^mesh-tls$/,
    reason: "a proxy whose traffic is not redirected has no listener for what passes; Kuma writes one on port 0",
  },
  {
    at: /^cluster meshtrace:\S+ \/(transportSocket \+|transportSocketMatches -)$/,
    subject: /^mesh-trace$/,
    reason: `${ONE_SOCKET}, and a collector of OpenTelemetry proves its name`,
  },
  {
    at: /^listener \S+ .*\/internalAddressConfig\/cidrRanges\/(fc00::|fd00::|::1) -$/,
    subject: /^live$/,
    reason: "an Envoy on a machine without IPv6 refuses such a range, and the listener with it",
  },
  {
    at: /^cluster meshtrace:zipkin .*\/socketAddress\/portValue ~$/,
    subject: /^mesh-trace$/,
    reason: "a URL without a port means its scheme's; nothing listens on Kuma's port 0",
  },
  {
    at: /^listener \S+ \/filterChains\/order ~$/,
    subject: /^across-zones$/,
    reason: "Envoy finds a chain by its match, in whatever order they stand",
  },
  {
    at: /^cluster default\S+ (\/edsClusterConfig\/serviceName|\/altStatName) \+$/,
    subject: /^across-zones$/,
    reason:
      "an egress's endpoint sets are called otherwise than an ingress's, for one snapshot holds both, and every cluster's statistics have a name",
  },
  {
    at: /^cluster default\S+ \/circuitBreakers(\/thresholds\/0\/max(Connections|PendingRequests))? \+$/,
    subject: /^across-zones$/,
    reason: "what a zone's clients share has no limit that one of them could use up; Envoy's own is 1024 connections",
  },
  {
    at: /^endpoints \S+ \/endpoints\/(0\/priority -|1\/priority ~)$/,
    subject: /^(across-zones|mesh-load-balancing-strategy)$/,
    scenario: /^(near ones first|other zones by rules)/,
    reason:
      "priorities begin at 0 and skip none, as Envoy wants them; Kuma counts places and rules that have nothing there",
  },
  {
    at: /^(cluster|endpoints) default:backend\{\S+ \+$|\/filterChains\/backend\{kuma\.io~1zone=west,mesh=default\} \+$/,
    subject: /^across-zones$/,
    reason:
      "an egress knows what clients list by further tags; Kuma's closes their connections unless a route names them",
  },
  {
    at: /^cluster (httpbin|ledger|default_docs\S+) \/typedExtensionProtocolOptions( \+|\/\S+\/httpProtocolOptions -)$/,
    subject: /^across-zones$/,
    reason: "between proxies, also toward an egress, HTTP/2 is spoken",
  },
  {
    at: /^endpoints \S+ \/endpoints\/0\/(lbEndpoints\/0\/metadata -|locality \+)$/,
    subject: /^across-zones$/,
    scenario: /outside/,
    reason: "an egress is one of its zone, and not chosen by the tags of what is behind it",
  },
  {
    at: /^listener outbound:\S+ .*\/route\/autoHostRewrite -$/,
    subject: /^across-zones$/,
    reason: "the host is written by the egress, which alone has an endpoint with a name",
  },
  {
    at: /^(listener inbound:\S+ .*(\/routeConfig\/validateClusters|\/TcpProxy\/typedConfig\/metadataMatch)|endpoints default:\S+ .*\/filterMetadata\/envoy\.\S+\/mesh) -$/,
    subject: /^across-zones$/,
    reason:
      "routes are resources of their own, and each mesh has clusters of its own, so that nothing is left to choose",
  },
  {
    at: /^cluster \S+ (\/dnsLookupFamily [+~]|\/loadAssignment\/endpoints\/0\/(locality -|lbEndpoints\/0\/(endpoint\/hostname \+|(loadBalancingWeight|metadata) -)))$/,
    subject: /^(across-zones|redirected)$/,
    reason: `${ANY_FAMILY}, by an endpoint that has the name which a request is to say; nothing is chosen by tags or weight there`,
  },
  {
    at: /^cluster (default:httpbin|httpbin) \/transportSocket(Matches -| \+)$/,
    subject: /^(across-zones|redirected)$/,
    reason: ONE_SOCKET,
  },
  {
    at: /^cluster default_docs\S+ \/transportSocket(Matches -| \+)$/,
    subject: /^across-zones$/,
    reason: `${ONE_SOCKET}; and SkipCA leaves out the issuer alone, where Kuma judges nothing at all`,
  },
  {
    at: /^cluster self_transparentproxy_no_destination_inbound -$/,
    subject: /^(redirected|mesh-(services|passthrough|access-log))$/,
    reason: "a cluster to which no listener leads is not served",
  },
  {
    at: /^(listener|route) _kuma:dynamicconfig \+$/,
    subject: /^(redirected|mesh-(services|passthrough|access-log))$/,
    reason: "names are told to the resolver beside Envoy too, which answers over TCP and passes on the rest",
  },
  {
    at: /^(cluster inbound:passthrough:ipv[46] -|listener inbound:passthrough:ipv[46] .*(\/filterChainMatch -|\/cluster ~))$/,
    subject: /^(redirected|mesh-(services|passthrough))$/,
    scenario: /strict m/,
    reason: "under strict mTLS redirected connections go to inbounds alone: docs/decisions/0016",
  },
  {
    at: /^listener (kuma:dns .*\/address\/1 ~|outbound:\(\S+\):\d+ \/additionalAddresses \+)$/,
    subject: /^mesh-(passthrough|access-log)$/,
    reason:
      "the IPv6 address of a name is one of the unique local ones, at which its listener is too; Kuma tells the IPv4 address written as IPv6, which the system takes for IPv4",
  },
  {
    at: /^(cluster self_transparentproxy_no_destination_outbound \+|listener outbound:passthrough:ipv[46] .*\/TcpProxy\/typedConfig\/cluster ~)$/,
    subject: /^mesh-passthrough$/,
    scenario: /^nothing outside|that nothing passes$/,
    reason: "where nothing passes the listener leads to a cluster without endpoints; Kuma's to one that is not there",
  },
  {
    at: /^listener outbound:passthrough:ipv[46] .*\/directResponse\/body\/inlineString ~$/,
    subject: /^mesh-(passthrough|access-log)$/,
    reason: "the answer to a domain that may not pass names no product",
  },
  {
    at: /^(cluster meshpassthrough_http_a\.example\.com_80 -|listener outbound:passthrough:ipv[46] \/filterChains\/([01]\/\S+ [-+~]|2 -))$/,
    subject: /^mesh-passthrough$/,
    scenario: /^two protocols/,
    reason:
      "of two chains of one match the stronger item's stands, and the other is told; Envoy refuses both, as Kuma writes them",
  },
  {
    at: /^listener outbound:passthrough:ipv[46] .*\/(inlineString|body\/stringValue) ~$/,
    subject: /^mesh-access-log$/,
    reason: "a line without a format has the usual one; of connections that pass Kuma writes the word tcp",
  },
];

/** The row that means a difference in a scenario. */
export function meantOf(
  text: string,
  { subject, name }: { readonly subject: string; readonly name: string },
): Meant | undefined {
  return MEANT.find(
    ({ at, subject: subjects, scenario }) =>
      at.test(text) && subjects?.test(subject) !== false && scenario?.test(name) !== false,
  );
}

/** The places that no row means. */
export function unexplained<P extends { readonly text: string }>(
  places: readonly P[],
  scenario: { readonly subject: string; readonly name: string },
): readonly P[] {
  return places.filter(({ text }) => meantOf(text, scenario) === undefined);
}
