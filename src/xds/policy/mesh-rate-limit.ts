// MeshRateLimit: token buckets of an inbound, on its routes for requests and on its chains for connections.
import type { HeaderValueOptionJson } from "#envoy/generated/envoy/config/core/v3/base_pb.ts";
import type { RouteJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { LocalRateLimitJson } from "#envoy/generated/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb.ts";
import type { StatusCodeJson } from "#envoy/generated/envoy/type/v3/http_status_pb.ts";
import type { TokenBucketJson } from "#envoy/generated/envoy/type/v3/token_bucket_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { InboundPolicy } from "#match/matched.ts";
import { formatProtoDuration, parseDuration } from "#model/duration.ts";
import { ERROR_STATUSES } from "#model/http-status.ts";
import {
  type LocalHttpRate,
  type LocalTcpRate,
  type MeshRateLimitConf,
  MOST_HEADERS,
  type Rate,
} from "#model/policy/mesh-rate-limit.ts";
import { writeClientRoutes } from "#xds/client-routes.ts";
import { addHttpFilter } from "#xds/http-filters.ts";
import { addNetworkFilter } from "#xds/network-filters.ts";
import type { InboundParts, PolicyWriter } from "#xds/policy.ts";
import type { Source, Tracer } from "#xds/trace.ts";

const TYPE = "MeshRateLimit";
const HTTP_FILTER = "envoy.filters.http.local_ratelimit";
const CONFIG = "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit";

/** Limits of requests as rules say them, the most special first: a value that one leaves out is the next one's. */
type At = Pick<Source, "list" | "item">;
type Said = readonly { readonly http: LocalHttpRate; readonly at: At }[];

export const meshRateLimitWriter: PolicyWriter = {
  type: TYPE,
  inbound(parts, policy, tracer) {
    const { rules = [], subsets = [] } = (policy as InboundPolicy<MeshRateLimitConf> | undefined) ?? {};
    const said = [
      ...rules.map(({ match, conf }, item) => ({ match, tags: undefined, at: ruleAt(item), local: conf?.local })),
      ...subsets.map(({ matchers, conf }, item) => ({
        match: undefined,
        tags: matchers.length > 0 ? matchers : undefined,
        at: { list: "subsets", item } as const,
        local: conf?.local,
      })),
    ];
    const common: Said = said.flatMap(({ match, tags, at, local }) =>
      match === undefined && tags === undefined && local?.http !== undefined ? [{ http: local.http, at }] : [],
    );
    const tcp = said.find(
      ({ match, tags, local }) => match === undefined && tags === undefined && local?.tcp !== undefined,
    );
    for (const { match, local, at } of said) {
      if (match === undefined || local?.tcp === undefined) continue;
      const reason =
        "limits of connections hold for all clients, not for those of a match: say it in a rule without one";
      tracer.complain(sourceOf(at, "/local/tcp"), reason);
    }
    if (tcp?.local?.tcp !== undefined) limitConnections(parts, tcp.local.tcp, tcp.at, tracer);
    const special = said.flatMap(({ match, tags, at, local }) =>
      (match !== undefined || tags !== undefined) && local?.http !== undefined
        ? [{ at, match, tags, limits: [{ http: local.http, at }, ...(tags === undefined ? common : [])] }]
        : [],
    );
    const limiting = [common, ...special.map(({ limits }) => limits)].filter((limits) => isLimit(limits));
    if (limiting.length === 0 || parts.routes === null) return;
    for (const { http } of parts.chains) {
      const sources = limiting.flat().map(({ at }) => sourceOf(at, "/local/http"));
      // Without a bucket the filter limits nothing; each route brings its own.
      if (http !== null)
        addHttpFilter(http, HTTP_FILTER, typed(CONFIG, { statPrefix: "rate_limit" }), tracer, ...sources);
    }
    for (const { routes = [] } of parts.routes.virtualHosts ?? []) {
      for (const route of routes) limitRequests(route, common, tracer);
    }
    const clients = special.map(({ at, match, tags, limits }) => ({
      source: sourceOf(at, "/local/http"),
      match,
      tags,
      write: (route: RouteJson) => limitRequests(route, limits, tracer),
    }));
    writeClientRoutes(parts, clients, tracer);
  },
};

function isLimit(limits: Said): boolean {
  return rateOf(limits) !== null;
}

/** The rate that holds, with the rule that says it; null where none does or a rule turns it off. */
function rateOf(limits: Said): { readonly rate: Rate; readonly at: At } | null {
  const off = limits.find(({ http }) => http.disabled !== undefined)?.http.disabled === true;
  const found = limits.find(({ http }) => http.requestRate !== undefined);
  return off || found?.http.requestRate === undefined ? null : { rate: found.http.requestRate, at: found.at };
}

function limitRequests(route: RouteJson, limits: Said, tracer: Tracer): void {
  const { [HTTP_FILTER]: before, ...others } = route.typedPerFilterConfig ?? {};
  const found = rateOf(limits);
  const bucket = found === null ? null : bucketOf(found.rate, sourceOf(found.at, "/local/http/requestRate"), tracer);
  if (found === null || bucket === null) {
    if (before !== undefined) tracer.set(route, "typedPerFilterConfig", others);
    return;
  }
  const config = typed(CONFIG, {
    statPrefix: "rate_limit",
    tokenBucket: bucket,
    filterEnabled: { defaultValue: { numerator: 100, denominator: "HUNDRED" }, runtimeKey: "local_rate_limit_enabled" },
    filterEnforced: {
      defaultValue: { numerator: 100, denominator: "HUNDRED" },
      runtimeKey: "local_rate_limit_enforced",
    },
  } satisfies LocalRateLimitJson) as LocalRateLimitJson & { readonly "@type": string };
  writeAnswer(config, limits, tracer);
  tracer.set(route, "typedPerFilterConfig", { ...others, [HTTP_FILTER]: config as never });
}

/** What a refused request gets. Envoy answers 429 unless told otherwise, and in place of a status below 400. */
function writeAnswer(config: LocalRateLimitJson, limits: Said, tracer: Tracer): void {
  const status = limits.find(({ http }) => http.onRateLimit?.status !== undefined);
  const code = status?.http.onRateLimit?.status;
  if (status !== undefined && code !== undefined && code >= 400) {
    const source = sourceOf(status.at, "/local/http/onRateLimit/status");
    // Protobuf's JSON takes an enum's number too.
    if (ERROR_STATUSES.has(code)) tracer.set(config, "status", { code: code as unknown as StatusCodeJson }, source);
    else tracer.complain(source, `${code} is no status that Envoy knows; 429 is answered`);
  }
  const headers: HeaderValueOptionJson[] = [];
  for (const [list, appendAction] of [
    ["add", "APPEND_IF_EXISTS_OR_ADD"],
    ["set", "OVERWRITE_IF_EXISTS_OR_ADD"],
  ] as const) {
    const from = limits.find(({ http }) => http.onRateLimit?.headers?.[list] !== undefined);
    if (from === undefined) continue;
    const source = sourceOf(from.at, `/local/http/onRateLimit/headers/${list}`);
    const said = from.http.onRateLimit?.headers?.[list] ?? [];
    const room = MOST_HEADERS - headers.length;
    if (said.length > room)
      tracer.complain(source, `Envoy adds at most ${MOST_HEADERS} headers; the last are left out`);
    for (const { name, value } of said.slice(0, room)) {
      const option: HeaderValueOptionJson = { header: { key: name, value: literal(value) }, appendAction };
      tracer.note(option, source);
      headers.push(option);
    }
  }
  if (headers.length > 0) tracer.set(config, "responseHeadersToAdd", headers);
}

/** Envoy reads `%NAME%` in a header's value as a command. */
function literal(value: string): string {
  return value.replaceAll("%", "%%");
}

function limitConnections(
  parts: InboundParts,
  { disabled, connectionRate }: LocalTcpRate,
  at: At,
  tracer: Tracer,
): void {
  if (disabled === true || connectionRate === undefined) return;
  const source = sourceOf(at, "/local/tcp/connectionRate");
  const tokenBucket = bucketOf(connectionRate, source, tracer);
  if (tokenBucket === null) return;
  for (const { body } of parts.chains) {
    const config = typed("envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit", {
      statPrefix: "tcp_rate_limit",
      tokenBucket: { ...tokenBucket },
    });
    addNetworkFilter(body, "envoy.filters.network.local_ratelimit", config, tracer, source);
  }
}

function bucketOf({ num, interval }: Rate, source: Source, tracer: Tracer): TokenBucketJson | null {
  const nanoseconds = parseDuration(interval) ?? 0n;
  if (num < 1 || nanoseconds <= 50_000_000n) {
    tracer.complain(source, "must be at least one in more than 50ms; this limit is left out");
    return null;
  }
  const bucket = { maxTokens: num, tokensPerFill: num, fillInterval: formatProtoDuration(nanoseconds) };
  tracer.note(bucket, source);
  return bucket;
}

function ruleAt(item: number): At {
  return { list: "rules", item };
}

function sourceOf(at: At, pointer: string): Source {
  return { policy: TYPE, ...at, pointer };
}
