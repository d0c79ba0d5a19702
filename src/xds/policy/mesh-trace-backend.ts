// Backends of MeshTrace: what Envoy's tracer is told of a collector, and the collector's cluster.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { Tracing_HttpJson } from "#envoy/generated/envoy/config/trace/v3/http_tracer_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { CollectorBackend } from "#match/collector-ref.ts";
import type { Collector } from "#model/collector.ts";
import type { TraceBackend } from "#model/policy/mesh-trace.ts";
import { httpUrlParts } from "#model/url.ts";
import { hole, joined } from "#snapshot/template.ts";
import { type CollectorClusterInput, collectorCluster } from "#xds/collector.ts";
import { PROXY_HOLES } from "#xds/proxy-hole.ts";

/** What is traced. */
export type Traced =
  | { readonly direction: "INBOUND" | "UNSPECIFIED" }
  | {
      readonly direction: "OUTBOUND";
      /** Name of the destination; a hole. */
      readonly destination: string;
    };

export interface TracerConfig {
  readonly provider: Tracing_HttpJson;
  readonly cluster: ClusterJson;
}

/** Envoy's config for a backend; null where it leads to nothing, which is told elsewhere. */
export function tracerOf(backend: TraceBackend, traced: Traced): TracerConfig | { readonly reason: string } | null {
  switch (backend.type) {
    case "Zipkin":
      return zipkin(backend.zipkin);
    case "Datadog":
      return datadog(backend.datadog, traced);
    case "OpenTelemetry":
      return openTelemetry((backend as CollectorBackend).openTelemetry?.collector);
  }
}

/** As Kuma's: Envoy tells how much of its limits the collector has taken. */
function counted(input: CollectorClusterInput): ClusterJson {
  return { ...collectorCluster(input), circuitBreakers: { thresholds: [{ trackRemaining: true }] } };
}

function zipkin(said: TraceBackend["zipkin"]): TracerConfig | { readonly reason: string } | null {
  if (said === undefined) return null;
  const { url, traceId128bit = false, apiVersion = "httpJson", sharedSpanContext = true } = said;
  const parts = httpUrlParts(url);
  if (parts === null || parts.host === "") return { reason: `${JSON.stringify(url)} is no URL; nothing is traced` };
  const secure = parts.scheme === "https";
  const port = parts.port ?? (secure ? 443 : 80);
  const name = "meshtrace:zipkin";
  const host = parts.host.includes(":") ? `[${parts.host}]` : parts.host;
  return {
    provider: {
      name: "envoy.tracers.zipkin",
      typedConfig: typed("envoy.config.trace.v3.ZipkinConfig", {
        collectorCluster: name,
        collectorEndpoint: parts.path === "" ? "/" : parts.path,
        collectorEndpointVersion: apiVersion === "httpProto" ? "HTTP_PROTO" : "HTTP_JSON",
        collectorHostname: parts.port === null ? host : `${host}:${parts.port}`,
        sharedSpanContext,
        traceId128bit,
      }),
    },
    // Kuma has no field for a CA here, so the collector's certificate is not verified.
    cluster: counted({ name, address: parts.host, port, http2: false, tls: secure ? "unverified" : "off" }),
  };
}

function datadog(said: TraceBackend["datadog"], traced: Traced): TracerConfig | { readonly reason: string } | null {
  if (said === undefined) return null;
  const parts = httpUrlParts(said.url);
  if (parts?.port == null) return { reason: `${JSON.stringify(said.url)} is no URL with a port; nothing is traced` };
  const name = "meshtrace:datadog";
  const service = hole(PROXY_HOLES.service);
  const split =
    traced.direction === "OUTBOUND"
      ? joined`${service}_OUTBOUND_${traced.destination}`
      : traced.direction === "INBOUND"
        ? joined`${service}_INBOUND`
        : service;
  return {
    provider: {
      name: "envoy.tracers.datadog",
      typedConfig: typed("envoy.config.trace.v3.DatadogConfig", {
        collectorCluster: name,
        serviceName: said.splitService === true ? split : service,
      }),
    },
    cluster: counted({ name, address: parts.host, port: parts.port, http2: false, tls: "off" }),
  };
}

function openTelemetry(collector: Collector | undefined): TracerConfig | null {
  if (collector === undefined) return null;
  const name = "meshtrace:opentelemetry";
  const { address, port, protocol, secure, path } = collector;
  const host = address === "" ? "localhost" : address.includes(":") ? `[${address}]` : address;
  const serviceName = hole(PROXY_HOLES.service);
  const service =
    protocol === "grpc"
      ? { grpcService: { envoyGrpc: { clusterName: name } } }
      : {
          httpService: {
            httpUri: {
              uri: `${secure ? "https" : "http"}://${host}:${port}${path}/v1/traces`,
              cluster: name,
              timeout: "10s",
            },
          },
        };
  const config = typed("envoy.config.trace.v3.OpenTelemetryConfig", { serviceName, ...service });
  return {
    provider: { name: "envoy.tracers.opentelemetry", typedConfig: config },
    cluster: counted({ name, address, port, http2: protocol === "grpc", tls: secure ? "verified" : "off" }),
  };
}
