// OpenTelemetry collectors: how MeshAccessLog, MeshTrace and MeshMetric name one, by address or by a reference.

import type { Frozen } from "./frozen.ts";
import type { MeshOpenTelemetryBackendSpec } from "./kind/mesh-open-telemetry-backend.ts";
import * as z from "./lazy-zod.ts";
import { may, text, textMap } from "./shape.ts";
import { under, type Violation } from "./violation.ts";

/** The type of resource that a reference names. */
export const COLLECTOR_TYPE = "MeshOpenTelemetryBackend";

/** A reference to the oldest collector that has all the labels. */
export const collectorRefShape = z.strictObject(() => ({ kind: z.enum([COLLECTOR_TYPE]), labels: may(textMap) }));

/** Members that say where telemetry goes; exactly one of them counts. */
export const collectorMembers = { endpoint: may(text), backendRef: may(collectorRefShape) };

const collectorShape = z.strictObject(collectorMembers);
export type CollectorChoice = Frozen<z.infer<typeof collectorShape>>;

/** The port of OTLP over gRPC. */
const OTLP_PORT = 4317;

/** A collector as generation needs it. */
export interface Collector {
  /** Of the MeshOpenTelemetryBackend, or the endpoint itself. */
  readonly name: string;
  /** Empty = on the proxy's own node. */
  readonly address: string;
  readonly port: number;
  readonly protocol: "grpc" | "http";
  /** Kuma's rule: HTTP on port 443. */
  readonly secure: boolean;
  /** Base path of OTLP/HTTP, without a slash at its end. */
  readonly path: string;
}

/** Violations of the choice, below `openTelemetry`; `portRequired` where an endpoint needs its port (MeshMetric). */
export function collectorViolations(
  { endpoint = "", backendRef }: CollectorChoice,
  portRequired = false,
): readonly Violation[] {
  if (endpoint !== "" && backendRef !== undefined) {
    return [{ field: "", reason: "openTelemetry must have only one type defined: endpoint, backendRef" }];
  }
  if (backendRef !== undefined) {
    const labelled = Object.keys(backendRef.labels ?? {}).length > 0;
    const reason = "backendRef must have exactly one defined: labels";
    return labelled ? [] : under("backendRef", [{ field: "", reason }]);
  }
  if (endpoint === "") {
    return [{ field: "", reason: "openTelemetry must have exactly one defined: endpoint, backendRef" }];
  }
  if (/[/?#]/.test(endpoint)) return [{ field: "endpoint", reason: "must be in host:port format, not a URL" }];
  if (portRequired && !/^(\[[^\]]*\]|[^:[\]]*):[^:]*$/.test(endpoint)) {
    return [{ field: "endpoint", reason: "must be in host:port format" }];
  }
  return [];
}

/** The warning that an endpoint earns. */
export const ENDPOINT_WARNING =
  "openTelemetry.endpoint is deprecated, use openTelemetry.backendRef with a MeshOpenTelemetryBackend resource instead";

/** Whether the choice is an endpoint. */
export function isEndpoint({ endpoint = "", backendRef }: CollectorChoice): boolean {
  return endpoint !== "" && backendRef === undefined;
}

/** The collector at `HOST[:PORT]`; IPv6 with or without brackets, and then without a port. Always OTLP over gRPC. */
export function collectorAt(endpoint: string): Collector {
  const bare = (endpoint.match(/:/g)?.length ?? 0) > 1 && !endpoint.includes("[");
  const [, host = "", port = ""] = bare ? [] : (/^(\[[^\]]+\]|[^:]*)(?::(\d*))?$/.exec(endpoint) ?? []);
  const number = Number(port);
  return {
    name: endpoint,
    address: host === "" ? endpoint : host.replace(/^\[|\]$/g, ""),
    port: number > 0 && number < 65_536 ? number : OTLP_PORT,
    protocol: "grpc",
    secure: false,
    path: "",
  };
}

/** The collector that a MeshOpenTelemetryBackend describes. */
export function collectorOf(
  name: string,
  { endpoint = {}, protocol = "grpc" }: MeshOpenTelemetryBackendSpec,
): Collector {
  const { address = "", port = OTLP_PORT, path = "" } = endpoint;
  return { name, address, port, protocol, secure: protocol === "http" && port === 443, path: path.replace(/\/+$/, "") };
}
