// MeshTimeout: timeouts of connections, requests and streams, on both sides.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { RouteJson } from "#envoy/generated/envoy/config/route/v3/route_components_pb.ts";
import type { InboundPolicy, InboundRule } from "#match/matched.ts";
import { formatProtoDuration, parseDuration } from "#model/duration.ts";
import type { MeshTimeoutConf } from "#model/policy/mesh-timeout.ts";
import type { Protocol } from "#model/tag.ts";
import { writeClientRoutes } from "#xds/client-routes.ts";
import { httpOptions } from "#xds/cluster.ts";
import type { Chain } from "#xds/listener.ts";
import type { PolicyWriter } from "#xds/policy.ts";
import type { Source, Tracer } from "#xds/trace.ts";

const TYPE = "MeshTimeout";

/** Where each value stands in the conf, and what holds where a conf leaves it out (Kuma's defaults in code). */
const FIELDS = {
  connection: { pointer: "/connectionTimeout", value: "5s" },
  idle: { pointer: "/idleTimeout", value: "3600s" },
  request: { pointer: "/http/requestTimeout", value: "15s" },
  streamIdle: { pointer: "/http/streamIdleTimeout", value: "1800s" },
  maxStream: { pointer: "/http/maxStreamDuration", value: "0s" },
  maxConnection: { pointer: "/http/maxConnectionDuration", value: "0s" },
  requestHeaders: { pointer: "/http/requestHeadersTimeout", value: "0s" },
} as const;

type Field = keyof typeof FIELDS;

/** What an inbound has while no policy speaks of it. */
const INBOUND: Readonly<Partial<Record<Field, string>>> = {
  connection: "10s",
  idle: "7200s",
  request: "0s",
  streamIdle: "3600s",
};

/** One value in Envoy's notation, and where it came from. */
interface Value {
  readonly text: string;
  readonly sources: readonly Source[];
}

type Values = Readonly<Record<Field, Value>>;

export const meshTimeoutWriter: PolicyWriter = {
  type: TYPE,
  // As Kuma does: clusters and the listeners and routes of resources have the defaults where no policy holds; requests and
  // bytes for a service's tag then have no limit.
  always: true,
  inbound(parts, policy, tracer) {
    const rules = (policy as InboundPolicy<MeshTimeoutConf> | undefined)?.rules ?? [];
    const common = rules.findIndex(({ match }) => match === undefined);
    const conf = rules[common]?.conf;
    const values =
      conf === undefined ? valuesOf({}, INBOUND, 0, "rules", tracer) : valuesOf(conf, {}, common, "rules", tracer);
    writeCluster(parts.cluster, parts.protocol, values, tracer);
    writeChains(parts.chains, values, tracer);
    for (const { routes = [] } of parts.routes?.virtualHosts ?? []) {
      for (const route of routes) writeRoute(route, values, tracer);
    }
    for (const { http } of parts.chains) {
      if (http !== null) tracer.set(http, "streamIdleTimeout", values.streamIdle.text, ...values.streamIdle.sources);
    }
    writeClientRoutes(
      parts,
      rules.flatMap((rule, item) => {
        if (rule.match === undefined) return [];
        const { request, streamIdle } = matchedValues(rule, item, tracer);
        const write = ({ route }: RouteJson): void => {
          if (route === undefined) return;
          if (request !== undefined) tracer.set(route, "timeout", request.text, ...request.sources);
          if (streamIdle !== undefined) tracer.set(route, "idleTimeout", streamIdle.text, ...streamIdle.sources);
        };
        return [{ source: { policy: TYPE, list: "rules", item, pointer: "" }, match: rule.match, write }];
      }),
      tracer,
    );
  },
  outbound({ chains, resource }, conf, tracer) {
    if (conf !== undefined || resource) writeChains(chains, toValues(conf, tracer), tracer);
    else for (const { http } of chains) keepIdle(http, tracer);
  },
  route({ route, resource }, conf, tracer) {
    if (conf !== undefined || resource) writeRoute(route, toValues(conf, tracer), tracer);
  },
  cluster({ cluster, protocol }, conf, tracer) {
    writeCluster(cluster, protocol, toValues(conf, tracer), tracer);
  },
};

function toValues(conf: unknown, tracer: Tracer): Values {
  return valuesOf((conf ?? {}) as MeshTimeoutConf, {}, 0, "to", tracer);
}

function writeCluster(cluster: ClusterJson, protocol: Protocol, values: Values, tracer: Tracer): void {
  tracer.set(cluster, "connectTimeout", values.connection.text, ...values.connection.sources);
  const options = httpOptions(cluster);
  // Not for gRPC: its streams live as long as the application wants them, and Kuma leaves its pools alone.
  if (options === undefined || (protocol !== "http" && protocol !== "http2")) return;
  const common = options.commonHttpProtocolOptions ?? {};
  tracer.set(options, "commonHttpProtocolOptions", common);
  tracer.set(common, "idleTimeout", values.idle.text, ...values.idle.sources);
  tracer.set(common, "maxConnectionDuration", values.maxConnection.text, ...values.maxConnection.sources);
  tracer.set(common, "maxStreamDuration", values.maxStream.text, ...values.maxStream.sources);
}

function writeChains(chains: readonly Chain[], values: Values, tracer: Tracer): void {
  for (const { http, tcp } of chains) {
    if (tcp !== null) tracer.set(tcp, "idleTimeout", values.idle.text, ...values.idle.sources);
    keepIdle(http, tracer);
    if (http === null) continue;
    tracer.set(http, "requestHeadersTimeout", values.requestHeaders.text, ...values.requestHeaders.sources);
  }
}

/** The server's side never closes idle connections: a client's pool would race with it. */
function keepIdle(http: Chain["http"], tracer: Tracer): void {
  if (http !== null) tracer.set(http, "commonHttpProtocolOptions", { idleTimeout: "0s" });
}

function writeRoute({ route }: RouteJson, values: Values, tracer: Tracer): void {
  if (route === undefined) return;
  tracer.set(route, "timeout", values.request.text, ...values.request.sources);
  tracer.set(route, "idleTimeout", values.streamIdle.text, ...values.streamIdle.sources);
}

function valuesOf(
  conf: MeshTimeoutConf,
  defaults: Readonly<Partial<Record<Field, string>>>,
  item: number,
  list: Source["list"],
  tracer: Tracer,
): Values {
  const entries = Object.entries(FIELDS).map(([field, { pointer, value }]) => {
    const fallback = defaults[field as Field] ?? value;
    return [
      field,
      valueAt(conf, pointer, { policy: TYPE, list, item, pointer }, tracer) ?? { text: fallback, sources: [] },
    ];
  });
  return Object.fromEntries(entries) as Values;
}

/** A rule with a match may set these two only. */
function matchedValues(
  rule: InboundRule<MeshTimeoutConf>,
  item: number,
  tracer: Tracer,
): { readonly request: Value | undefined; readonly streamIdle: Value | undefined } {
  const at = (field: Field): Value | undefined => {
    const { pointer } = FIELDS[field];
    return valueAt(rule.conf, pointer, { policy: TYPE, list: "rules", item, pointer }, tracer);
  };
  return { request: at("request"), streamIdle: at("streamIdle") };
}

function valueAt(conf: MeshTimeoutConf, pointer: string, source: Source, tracer: Tracer): Value | undefined {
  let value: unknown = conf;
  for (const step of pointer.slice(1).split("/")) value = (value as Record<string, unknown> | null | undefined)?.[step];
  if (value === undefined || value === null) return undefined;
  const nanoseconds = typeof value === "string" ? parseDuration(value) : null;
  if (nanoseconds === null || nanoseconds < 0n) {
    tracer.complain(source, `${JSON.stringify(value)} is no duration of zero or more; the default holds instead`);
    return undefined;
  }
  return { text: formatProtoDuration(nanoseconds), sources: [source] };
}
