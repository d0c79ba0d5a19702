// MeshAccessLog: one logger per backend on every connection manager and TCP proxy of the listeners that it speaks of.
import type { AccessLogFilterJson, AccessLogJson } from "#envoy/generated/envoy/config/accesslog/v3/accesslog_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { CollectorBackend } from "#match/collector-ref.ts";
import type { InboundPolicy } from "#match/matched.ts";
import { NODE_HOLES } from "#model/node-hole.ts";
import type { MeshAccessLogConf } from "#model/policy/mesh-access-log.ts";
import type { LogBackend } from "#model/policy/mesh-access-log-backend.ts";
import type { RuleMatch } from "#model/rule-match.ts";
import { hole } from "#snapshot/template.ts";
import { collectorCluster } from "#xds/collector.ts";
import type { Extras } from "#xds/extras.ts";
import type { Chain } from "#xds/listener.ts";
import type { PolicyWriter } from "#xds/policy.ts";
import { PROXY_HOLES } from "#xds/proxy-hole.ts";
import type { Source, Tracer } from "#xds/trace.ts";
import { defaultFormat, fileFormat, type LogValues, logValues, pipeFormat } from "./mesh-access-log-format.ts";
import { collectorName, openTelemetryLogger } from "./mesh-access-log-otel.ts";

const TYPE = "MeshAccessLog";

export const meshAccessLogWriter: PolicyWriter = {
  type: TYPE,
  inbound(parts, policy, tracer) {
    const rules = (policy as InboundPolicy<MeshAccessLogConf> | undefined)?.rules ?? [];
    const direction = parts.forZone ? "UNSPECIFIED" : "INBOUND";
    const values = logValues(parts.mesh, direction, { source: "unknown", destination: parts.service });
    rules.forEach(({ match, conf }, item) => {
      const filter = match === undefined ? undefined : matchFilter(match);
      const where = { list: "rules", item } as const;
      write(parts, { conf, values, filter, where }, tracer);
      // Else a connection between zones is told of when it ends, and it lasts.
      if (parts.forZone) flushAtOnce(parts.chains, tracer);
      if (match?.sni !== undefined && (conf.backends ?? []).length > 0) parts.inspect.tls = true;
    });
  },
  outbound(parts, conf, tracer) {
    const where = { list: "to", item: 0 } as const;
    write(parts, { conf: conf as MeshAccessLogConf, values: outboundValues(parts), where }, tracer);
  },
  passthrough(parts, conf, tracer) {
    const values = outboundValues({ mesh: parts.mesh, service: "external" });
    const where = { list: "to", item: 0 } as const;
    write(parts, { conf: conf as MeshAccessLogConf, values, where, format: defaultFormat(false) }, tracer);
  },
  /** A route with a conf of its own logs by that alone. */
  routes(parts, confs, tracer) {
    const names = new Map<string, string[]>();
    for (const [route, kri] of parts.madeBy) {
      if (confs.has(kri)) names.set(kri, [...(names.get(kri) ?? []), route.name ?? ""]);
    }
    const elsewhere = routeFilter([...names.values()].flat(), false);
    for (const { http } of parts.chains) {
      for (const shared of http?.accessLog ?? []) tracer.set(shared, "filter", elsewhere);
    }
    for (const [kri, own] of names) {
      const said = {
        conf: confs.get(kri) as MeshAccessLogConf,
        values: outboundValues(parts),
        filter: routeFilter(own, true),
      };
      tracer.within(kri, () => write(parts, { ...said, where: { list: "to", item: 0 } }, tracer));
    }
  },
};

function flushAtOnce(chains: readonly Chain[], tracer: Tracer): void {
  for (const { tcp } of chains) {
    if (tcp?.accessLog !== undefined) tracer.set(tcp, "accessLogOptions", { flushAccessLogOnConnected: true });
  }
}

function outboundValues({ mesh, service }: { readonly mesh: string; readonly service: string }): LogValues {
  return logValues(mesh, "OUTBOUND", { source: hole(PROXY_HOLES.service), destination: service });
}

interface Logging {
  readonly conf: MeshAccessLogConf;
  readonly values: LogValues;
  readonly filter?: AccessLogFilterJson | undefined;
  readonly where: Pick<Source, "list" | "item">;
  /** That of lines where the backend has none; absent = by what a chain reads. */
  readonly format?: string;
}

function write(
  { chains, extras }: { readonly chains: readonly Chain[]; readonly extras: Extras },
  { conf, values, filter, where, format }: Logging,
  tracer: Tracer,
): void {
  (conf.backends ?? []).forEach((backend, index) => {
    const source: Source = { policy: TYPE, ...where, pointer: `/backends/${index}` };
    const collector =
      backend.type === "OpenTelemetry" ? (backend as CollectorBackend).openTelemetry?.collector : undefined;
    for (const { http, tcp } of chains) {
      const holder = http ?? tcp;
      const logger = holder === null ? null : loggerOf(backend, format ?? defaultFormat(http !== null), values);
      if (holder === null || logger === null) continue;
      holder.accessLog ??= [];
      const entry: AccessLogJson = { ...logger, ...(filter === undefined ? {} : { filter }) };
      tracer.insert(holder.accessLog, holder.accessLog.length, entry, source);
    }
    if (collector === undefined) return;
    const { address, port, protocol, secure } = collector;
    const tls = secure ? "verified" : "off";
    const name = collectorName(collector);
    extras.cluster(collectorCluster({ name, address, port, http2: protocol === "grpc", tls }), source);
  });
}

/** Null where the backend leads to nothing, which is told elsewhere. */
function loggerOf(backend: LogBackend, otherwise: string, values: LogValues): AccessLogJson | null {
  const { type, tcp, file, openTelemetry } = backend;
  switch (type) {
    case "File":
      return file === undefined ? null : fileLogger(file.path, fileFormat(file.format, otherwise, values));
    case "Tcp":
      return tcp === undefined
        ? null
        : fileLogger(hole(NODE_HOLES.accessLog), pipeFormat(tcp.address, tcp.format, otherwise, values));
    case "OpenTelemetry": {
      const collector = (backend as CollectorBackend).openTelemetry?.collector;
      if (openTelemetry === undefined || collector === undefined) return null;
      const typedConfig = openTelemetryLogger(openTelemetry, collector, otherwise, values);
      return { name: "envoy.access_loggers.open_telemetry", typedConfig };
    }
  }
}

function fileLogger(path: string, logFormat: ReturnType<typeof fileFormat>): AccessLogJson {
  const config = typed("envoy.extensions.access_loggers.file.v3.FileAccessLog", { path, logFormat });
  return { name: "envoy.access_loggers.file", typedConfig: config };
}

/** Undefined for a match that all traffic fulfils. */
function matchFilter({ spiffeID, sni }: RuleMatch): AccessLogFilterJson | undefined {
  const parts: string[] = [];
  if (spiffeID !== undefined) {
    const id = JSON.stringify(spiffeID.value);
    const peer = "connection.uri_san_peer_certificate";
    parts.push(spiffeID.type === "Exact" ? `${peer} == ${id}` : `${peer}.startsWith(${id})`);
  }
  if (sni !== undefined) parts.push(`connection.requested_server_name == ${JSON.stringify(sni.value)}`);
  return parts.length === 0 ? undefined : expressionFilter(parts.join(" && "));
}

/** Requests of these routes alone, or all others: those that no route took among them. */
function routeFilter(names: readonly string[], inside: boolean): AccessLogFilterJson {
  const list = [...new Set(names)].map((name) => JSON.stringify(name)).join(", ");
  const taken = `has(xds.route_name) && xds.route_name in [${list}]`;
  return expressionFilter(inside ? taken : `!(${taken})`);
}

function expressionFilter(expression: string): AccessLogFilterJson {
  return {
    extensionFilter: {
      name: "envoy.access_loggers.extension_filters.cel",
      typedConfig: typed("envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter", { expression }),
    },
  };
}
