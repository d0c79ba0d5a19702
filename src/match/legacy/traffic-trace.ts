// TrafficTrace as MeshTrace: the Mesh's tracing backend that it names, or the default one.
import type { MeshSpec } from "#model/kind/mesh.ts";
import type { TracingBackend } from "#model/kind/mesh-shape.ts";
import type { TrafficTraceSpec } from "#model/legacy/traffic-trace.ts";
import type { MeshTraceConf, TraceBackend } from "#model/policy/mesh-trace.ts";
import type { Translation } from "./translation.ts";

function backendOf({ type, conf = {} }: TracingBackend): TraceBackend | null {
  const { url = "", apiVersion, traceId128bit, sharedSpanContext, address = "", port = 0, splitService } = conf;
  if (type === "zipkin") {
    return {
      type: "Zipkin",
      zipkin: {
        url,
        // Zipkin's first version is one that Envoy has no more.
        apiVersion: apiVersion === "httpProto" ? "httpProto" : "httpJson",
        ...(traceId128bit !== undefined && { traceId128bit }),
        ...(sharedSpanContext !== undefined && { sharedSpanContext }),
      },
    };
  }
  if (type !== "datadog") return null;
  const host = address.includes(":") ? `[${address}]` : address;
  return {
    type: "Datadog",
    datadog: { url: `http://${host}:${port}`, ...(splitService !== undefined && { splitService }) },
  };
}

/** Null where there is no such backend: Kuma traces nothing then. */
function conf({ conf: said = {} }: TrafficTraceSpec, { tracing = {} }: MeshSpec): MeshTraceConf | null {
  const name = said.backend ?? tracing.defaultBackend;
  const found = tracing.backends?.find((backend) => backend.name === name);
  const backend = found === undefined ? null : backendOf(found);
  if (backend === null) return null;
  const overall = found?.sampling;
  return { backends: [backend], ...(overall !== undefined && { sampling: { overall: String(overall) } }) };
}

export const trafficTrace: Translation<TrafficTraceSpec> = {
  from: "TrafficTrace",
  to: "MeshTrace",
  about: "proxy",
  conf,
};
