// OpenTelemetry backends of MeshAccessLog: log records that Envoy sends to a collector itself.

import type { AnyValueJson, KeyValueJson } from "#envoy/generated/opentelemetry/proto/common/v1/common_pb.ts";
import { typed } from "#envoy/typed.ts";
import type { Collector } from "#model/collector.ts";
import type { LogBackend } from "#model/policy/mesh-access-log-backend.ts";
import { BASE64 } from "#model/shape.ts";
import { hole } from "#snapshot/template.ts";
import { PROXY_HOLES } from "#xds/proxy-hole.ts";
import { filledFormat, type LogValues } from "./mesh-access-log-format.ts";

/** Name of the cluster of a collector: Kuma numbers them; here each is called by its address. */
export function collectorName({ address, port, path }: Collector): string {
  return `meshaccesslog:opentelemetry:${address === "" ? "local" : address}-${port}${path}`;
}

/** The logger's config. */
export function openTelemetryLogger(
  { body, attributes = [] }: NonNullable<LogBackend["openTelemetry"]>,
  collector: Collector,
  otherwise: string,
  values: LogValues,
): { readonly "@type": string } {
  const { address, port, protocol, secure, path } = collector;
  const cluster = collectorName(collector);
  const host = address === "" ? "localhost" : address.includes(":") ? `[${address}]` : address;
  const service =
    protocol === "grpc"
      ? { grpcService: { envoyGrpc: { clusterName: cluster } } }
      : {
          httpService: {
            httpUri: { uri: `${secure ? "https" : "http"}://${host}:${port}${path}/v1/logs`, cluster, timeout: "10s" },
          },
        };
  return typed("envoy.extensions.access_loggers.open_telemetry.v3.OpenTelemetryAccessLogConfig", {
    logName: "MeshAccessLog",
    ...service,
    body: bodyOf(body, otherwise, values),
    attributes: {
      values: attributes.map(({ key, value }) => ({ key, value: { stringValue: filledFormat(value, values) } })),
    },
    resourceAttributes: {
      values: [
        { key: "kuma.mesh", value: { stringValue: values.KUMA_MESH } },
        hole<KeyValueJson>(PROXY_HOLES.zoneAttribute),
        hole<KeyValueJson>(PROXY_HOLES.workloadAttribute),
      ],
    },
  });
}

/** An OTLP value with its texts filled; what is none stands as its JSON text, as in Kuma. */
function bodyOf(body: unknown, otherwise: string, values: LogValues): AnyValueJson {
  if (body === undefined) return { stringValue: filledFormat(otherwise, values) };
  return anyValue(body, values) ?? { stringValue: filledFormat(JSON.stringify(body), values) };
}

type Members = Readonly<Record<string, unknown>>;

/** Null where the JSON is no AnyValue of OTLP. */
function anyValue(json: unknown, values: LogValues): AnyValueJson | null {
  const members = membersOf(json);
  if (members === null) return null;
  const [[name, value] = ["", undefined], ...others] = Object.entries(members);
  if (others.length > 0) return null;
  switch (name) {
    case "":
      return { stringValue: "" };
    case "stringValue":
    case "string_value":
      return typeof value === "string" ? { stringValue: filledFormat(value, values) } : null;
    // Envoy refuses a listener whose logs have any other scalar.
    case "boolValue":
    case "bool_value":
      return typeof value === "boolean" ? { stringValue: String(value) } : null;
    case "intValue":
    case "int_value":
      return /^-?\d{1,19}$/.test(String(value)) ? { stringValue: String(value) } : null;
    case "doubleValue":
    case "double_value":
      return typeof value === "number" ? { stringValue: String(value) } : null;
    case "bytesValue":
    case "bytes_value":
      return typeof value === "string" && BASE64.test(value) ? { stringValue: value } : null;
    case "arrayValue":
    case "array_value": {
      const items = listIn(value)?.map((item) => anyValue(item, values));
      return items === undefined || items.includes(null) ? null : { arrayValue: { values: items as AnyValueJson[] } };
    }
    case "kvlistValue":
    case "kvlist_value": {
      const pairs = listIn(value)?.map((item) => pairOf(item, values));
      return pairs === undefined || pairs.includes(null) ? null : { kvlistValue: { values: pairs as KeyValueJson[] } };
    }
    default:
      return null;
  }
}

function pairOf(json: unknown, values: LogValues): KeyValueJson | null {
  const { key, value, ...others } = membersOf(json) ?? {};
  if (typeof key !== "string" || Object.keys(others).length > 0) return null;
  const inside = anyValue(value ?? {}, values);
  return inside === null ? null : { key: filledFormat(key, values), value: inside };
}

function listIn(json: unknown): readonly unknown[] | undefined {
  const { values = [], ...others } = membersOf(json) ?? { wrong: true };
  return Array.isArray(values) && Object.keys(others).length === 0 ? values : undefined;
}

function membersOf(json: unknown): Members | null {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Members) : null;
}
