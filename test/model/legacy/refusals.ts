// Bodies of older policies that Kuma 2.14 refuses, with what it said; those marked "ours" it takes, and Envoy would not.
export interface OlderRefusal {
  readonly type: string;
  readonly shows: string;
  readonly body: object;
  readonly said: readonly string[];
}

const ALL = [{ match: { "kuma.io/service": "*" } }];
const ends = { sources: ALL, destinations: ALL };
const inbounds = { sources: ALL, destinations: [{ match: { "kuma.io/service": "*", "kuma.io/protocol": "http" } }] };

const EMPTY_ENDS = ["sources: must have at least one element", "destinations: must have at least one element"] as const;

const wrongTags = { sources: [{ match: { "a b": "*", "": "c d" } }], destinations: [{}] };
const TAG_VALUE = 'tag value must consist of alphanumeric characters, dots, dashes, slashes and underscores or be "*"';
const WRONG_TAGS = [
  "sources[0].match: tag name must be non-empty",
  `sources[0].match[""]: ${TAG_VALUE}`,
  'sources[0].match["a b"]: tag name must consist of alphanumeric characters, dots, dashes, slashes and underscores',
] as const;
const NOT_SERVICES = [
  ...WRONG_TAGS,
  'sources[0].match: mandatory tag "kuma.io/service" is missing',
  'destinations[0].match: must consist of exactly one tag "kuma.io/service"',
  'destinations[0].match: mandatory tag "kuma.io/service" is missing',
] as const;

const of =
  (type: string) =>
  (shows: string, body: object, ...said: readonly string[]): OlderRefusal => ({ type, shows, body, said });

const permission = of("TrafficPermission");
const route = of("TrafficRoute");
const timeout = of("Timeout");
const retry = of("Retry");
const breaker = of("CircuitBreaker");
const health = of("HealthCheck");
const fault = of("FaultInjection");
const limit = of("RateLimit");
const log = of("TrafficLog");
const trace = of("TrafficTrace");

export const OLDER_REFUSALS: readonly OlderRefusal[] = [
  permission("nothing", {}, ...EMPTY_ENDS),
  permission("tags", wrongTags, ...WRONG_TAGS, "destinations[0].match: must have at least one tag"),
  permission(
    "an empty value",
    { ...ends, sources: [{ match: { a: "" } }] },
    'sources[0].match["a"]: tag value must be non-empty',
  ),
  permission("an unknown field", { ...ends, conf: {} }, "conf: unknown field"),

  timeout("nothing", {}, ...EMPTY_ENDS, "conf: has to be defined"),
  timeout("tags", { ...wrongTags, conf: {} }, ...NOT_SERVICES),
  timeout(
    "another tag of a destination",
    { ...ends, destinations: [{ match: { "kuma.io/service": "a", version: "1" } }], conf: {} },
    'destinations[0].match: must consist of exactly one tag "kuma.io/service"',
    'destinations[0].match["version"]: tag "version" is not allowed',
  ),
  timeout(
    "zero",
    { ...ends, conf: { tcp: { idleTimeout: "0s" }, http: { requestTimeout: "0s", idleTimeout: "0s" }, grpc: {} } },
    "conf.tcp.idleTimeout: has to be greater than 0",
    "conf.http.requestTimeout: has to be greater than 0 when defined",
    "conf.http.idleTimeout: has to be greater than 0 when defined",
    "conf.grpc: at least one timeout in section has to be defined",
  ),
  timeout(
    "empty sections",
    { ...ends, conf: { tcp: {}, http: { streamIdleTimeout: "1s" }, grpc: { maxStreamDuration: "0s" } } },
    "conf.tcp: at least one timeout in section has to be defined",
    "conf.http: at least one timeout in section has to be defined",
    "conf.grpc.maxStreamDuration: has to be greater than 0 when defined",
  ),
  timeout(
    "no durations (ours: negative)",
    { ...ends, conf: { connectTimeout: "-1s", tcp: { idleTimeout: "soon" } } },
    "conf.connectTimeout: must not be negative",
    'conf.tcp.idleTimeout: must be a duration such as "5s", "1h30m" or "250ms"',
  ),

  retry("nothing", {}, ...EMPTY_ENDS, "conf: has to be defined"),
  retry("no protocol", { ...ends, conf: {} }, "conf: missing protocol [grpc|http|tcp] configuration"),
  retry("an empty protocol", { ...ends, conf: { http: {} } }, "conf.http: field cannot be empty"),
  retry(
    "values",
    {
      ...ends,
      conf: {
        http: {
          numRetries: 0,
          perTryTimeout: "0s",
          retriableMethods: ["NONE", "GET"],
          retryOn: ["all_5xx", "retriable_status_codes"],
          backOff: {},
        },
        grpc: { retryOn: ["cancelled", "cancelled"], backOff: { baseInterval: "0s" } },
        tcp: {},
      },
    },
    "conf.http.numRetries: has to be greater than 0 when defined",
    "conf.http.perTryTimeout: has to be greater than 0 when defined",
    "conf.http.backOff.baseInterval: has to be defined",
    "conf.http.retriableMethods[0]: field cannot be empty",
    "conf.http.retryOn[1]: retriableStatusCodes cannot be empty when this option is specified",
    'conf.grpc.retryOn: repeated value "cancelled" at indexes [0, 1]',
    "conf.grpc.backOff.baseInterval: has to be greater than 0",
    "conf.tcp.maxConnectAttempts: has to be greater than 0",
  ),
  retry(
    "a wait that never grows",
    { ...ends, conf: { grpc: { numRetries: 0, backOff: { baseInterval: "1s", maxInterval: "0s" } } } },
    "conf.grpc.numRetries: has to be greater than 0 when defined",
    "conf.grpc.backOff.maxInterval: has to be greater than 0 when defined",
  ),
  retry(
    "no condition",
    { ...ends, conf: { http: { retryOn: ["bogus"] } } },
    "conf.http.retryOn[0]: in body should be one of [all_5xx gateway_error reset connect_failure envoy_ratelimited retriable_4xx refused_stream retriable_status_codes retriable_headers http3_post_connect_failure]",
  ),

  breaker("nothing", {}, ...EMPTY_ENDS, "conf: must have at least one of the detector or threshold configured"),
  breaker(
    "no detector",
    { ...ends, conf: { detectors: {} } },
    "conf: must have at least one of the detector or threshold configured",
  ),
  breaker(
    "percentages",
    { ...ends, conf: { maxEjectionPercent: 101, detectors: { failure: { threshold: 101 } }, thresholds: {} } },
    "conf.maxEjectionPercent: has to be in [0.0 - 100.0] range",
    "conf.detectors.failure.threshold: has to be in [0.0 - 100.0] range",
    "conf.thresholds: can't be empty",
  ),
  breaker(
    "a factor (ours)",
    { ...ends, conf: { detectors: { standardDeviation: { factor: -1 } } } },
    "conf.detectors.standardDeviation.factor: must not be negative or above 4294967",
  ),
  breaker(
    "detectors beside limits",
    { ...ends, conf: { detectors: {}, thresholds: { maxRetries: 0 } } },
    "conf.detectors: can't be empty",
  ),

  health("nothing", {}, ...EMPTY_ENDS, "conf: has to be defined"),
  health(
    "zero",
    { ...ends, conf: { initialJitter: "0s", intervalJitter: "0s", noTrafficInterval: "0s", tcp: {} } },
    "conf.interval: must have a positive value",
    "conf.timeout: must have a positive value",
    "conf.unhealthyThreshold: must have a positive value",
    "conf.healthyThreshold: must have a positive value",
    "conf.initialJitter: must have a positive value",
    "conf.intervalJitter: must have a positive value",
    "conf.noTrafficInterval: must have a positive value",
  ),
  health(
    "requests",
    {
      ...ends,
      conf: {
        interval: "10s",
        timeout: "2s",
        unhealthyThreshold: 3,
        healthyThreshold: 1,
        healthyPanicThreshold: 101,
        tcp: { send: "Zm9v", receive: ["YmFy"] },
        http: { path: "", requestHeadersToAdd: [{}, { header: {} }], expectedStatuses: [99] },
      },
    },
    "conf.healthyPanicThreshold: must be in range [0.0 - 100.0]",
    "conf.http.path: has to be defined and cannot be empty",
    "conf.http.expectedStatuses[0]: must be in range [100, 600)",
    "conf.http.requestHeadersToAdd[0].header: has to be defined",
    "conf.http.requestHeadersToAdd[1].header.key: cannot be empty",
    "conf: http and tcp cannot be defined at the same time",
  ),

  fault("nothing", {}, ...EMPTY_ENDS, "conf: must have at least one of the faults configured"),
  fault(
    "protocols",
    {
      sources: ALL,
      destinations: [...ALL, { match: { "kuma.io/protocol": "tcp" } }],
      conf: { delay: { percentage: 1, value: "1s" } },
    },
    "destinations[0].match: protocol must be specified",
    'destinations[1].match["kuma.io/protocol"]: must be one of the [http, http2, grpc]',
  ),
  fault(
    "values",
    {
      ...inbounds,
      conf: {
        delay: { percentage: 0 },
        abort: { percentage: 101, httpStatus: 999 },
        responseBandwidth: { limit: "x" },
      },
    },
    "conf.delay.value: cannot be empty",
    "conf.abort.percentage: has to be in [0.0 - 100.0] range",
    "conf.abort.httpStatus: http status code is incorrect",
    "conf.responseBandwidth.percentage: cannot be empty",
    "conf.responseBandwidth.limit: has to be in kbps/mbps/gbps units",
  ),
  fault(
    "parts that are there in part",
    { ...inbounds, conf: { abort: { percentage: 1 }, responseBandwidth: { percentage: 1 } } },
    "conf.abort.httpStatus: cannot be empty",
    "conf.responseBandwidth.limit: cannot be empty",
  ),

  limit("nothing", {}, ...EMPTY_ENDS, "conf: must have conf"),
  limit(
    "values (ours: the interval)",
    { ...ends, conf: { http: { interval: "0s", onRateLimit: { headers: [{}] } } } },
    "conf.http.requests: requests must be set",
    "conf.http.interval: must be at least 50ms",
    'conf.http.onRateLimit.header["0"]: key must be set',
    'conf.http.onRateLimit.header["0"]: value must be set',
  ),
  limit(
    "no interval (ours: the status)",
    { ...ends, conf: { http: { requests: 1, onRateLimit: { status: 600 } } } },
    "conf.http.interval: interval must be set",
    "conf.http.onRateLimit.status: must be in inclusive range [0, 599]",
  ),

  log("nothing", {}, ...EMPTY_ENDS),
  log("tags", { ...wrongTags }, ...NOT_SERVICES),
  trace("nothing", {}, "selectors: must have at least one element"),
  trace("no tag", { selectors: [{}] }, "selectors[0].match: must have at least one tag"),

  route("nothing", {}, ...EMPTY_ENDS, "conf: cannot be empty"),
  route(
    "nowhere to go",
    { ...ends, conf: { destination: {}, http: [{}] } },
    "conf.destination: must have at least one tag",
    'conf.destination: mandatory tag "kuma.io/service" is missing',
    'conf.http[0].match: must be present and contain at least one of the elements: "method", "path" or "headers"',
    'conf.http[0]: requires either "destination" or "split"',
  ),
  route(
    "many things",
    {
      ...ends,
      conf: {
        split: [{ destination: { version: "1" } }, { weight: 0, destination: {} }],
        destination: { "kuma.io/service": "x" },
        loadBalancer: { leastRequest: { choiceCount: 1 } },
        http: [
          {
            match: { path: { prefix: "" }, method: { regex: "" }, headers: { "": {}, x: { exact: "" } } },
            modify: {
              path: { rewritePrefix: "/x" },
              host: {},
              requestHeaders: { add: [{ name: ":x" }, {}], remove: [{ name: "host" }] },
            },
          },
        ],
      },
    },
    'conf: "split" cannot be defined at the same time as "destination"',
    "conf.split[0].weight: needs to be defined",
    'conf.split[0].destination: mandatory tag "kuma.io/service" is missing',
    "conf.split[1].destination: must have at least one tag",
    'conf.split[1].destination: mandatory tag "kuma.io/service" is missing',
    "conf.split: there must be at least one split entry with weight above 0",
    "conf.http[0].match.method.regex: cannot be empty",
    "conf.http[0].match.path.prefix: cannot be empty",
    'conf.http[0].match.headers[""]: cannot be empty',
    'conf.http[0].match.headers[""]: cannot be empty. Available options: "exact", "split" or "regex"',
    "conf.http[0].modify.path.rewritePrefix: can only be set when .http.match.path.prefix is not empty",
    'conf.http[0].modify.host: either "value" or "fromPath" has to be set',
    "conf.http[0].modify.requestHeaders.add[0].name: host header and HTTP/2 pseudo-headers are not allowed to be modified",
    "conf.http[0].modify.requestHeaders.add[0].value: cannot be empty",
    "conf.http[0].modify.requestHeaders.add[1].name: cannot be empty",
    "conf.http[0].modify.requestHeaders.add[1].value: cannot be empty",
    "conf.http[0].modify.requestHeaders.remove[0].name: host header and HTTP/2 pseudo-headers are not allowed to be modified",
    'conf.http[0]: requires either "destination" or "split"',
    "conf.loadBalancer.leastRequest.choiceCount: value must be greater than or equal to 2",
  ),
  route(
    "changes that say nothing",
    {
      ...ends,
      conf: {
        destination: { "kuma.io/service": "*" },
        http: [
          {
            match: { headers: {} },
            modify: { path: {}, host: { value: "" } },
            destination: { "kuma.io/service": "*" },
          },
          {
            match: { method: { exact: "GET" } },
            modify: { path: { regex: {} }, host: { fromPath: {} } },
            destination: { "kuma.io/service": "*" },
          },
          {
            match: { path: { prefix: "/a" } },
            modify: { path: { rewritePrefix: "" } },
            destination: { "kuma.io/service": "*" },
          },
        ],
        loadBalancer: { ringHash: {} },
      },
    },
    "conf.http[0].match.headers: must contain at least one element",
    'conf.http[0].modify.path: either "rewritePrefix" or "regex" has to be set',
    "conf.http[0].modify.host.value: cannot be empty",
    "conf.http[1].modify.path.regex.pattern: cannot be empty",
    "conf.http[1].modify.path.regex.substitution: cannot be empty",
    "conf.http[1].modify.host.fromPath.pattern: cannot be empty",
    "conf.http[1].modify.host.fromPath.substitution: cannot be empty",
    "conf.http[2].modify.path.rewritePrefix: cannot be empty",
    "conf.loadBalancer.ringHash.hashFunction: must have a valid hash function",
  ),
  route(
    "what Envoy would not take (ours)",
    {
      ...ends,
      conf: {
        destination: { "kuma.io/service": "*" },
        loadBalancer: { ringHash: { hashFunction: "XX_HASH", minRingSize: "9000000", maxRingSize: 5 } },
        http: [
          {
            match: { path: { regex: "(" }, method: { exact: "GET", prefix: "G" } },
            modify: {
              path: { rewritePrefix: "/", regex: { pattern: "a", substitution: "b" } },
              host: { value: "a", fromPath: { pattern: "a", substitution: "b" } },
              responseHeaders: { add: [{ name: "a b", value: "a\nb" }] },
            },
            destination: { "kuma.io/service": "*" },
          },
        ],
      },
    },
    'conf.http[0].match.method: only one of "prefix", "exact" or "regex" may be set',
    "conf.http[0].match.path.regex: error parsing regexp: missing closing ): `(`",
    'conf.http[0].modify.path: only one of "rewritePrefix" and "regex" may be set',
    'conf.http[0].modify.host: only one of "value" and "fromPath" may be set',
    "conf.http[0].modify.responseHeaders.add[0].name: must be the name of an HTTP header",
    "conf.http[0].modify.responseHeaders.add[0].value: must not contain line ends or NUL",
    "conf.loadBalancer.ringHash.minRingSize: must be at most 8388608",
    "conf.loadBalancer.ringHash.minRingSize: must not be greater than maxRingSize",
  ),
  route(
    "two load balancers (ours)",
    { ...ends, conf: { destination: { "kuma.io/service": "*" }, loadBalancer: { random: {}, maglev: {} } } },
    "conf.loadBalancer: only one kind of load balancer may be set",
  ),
];
