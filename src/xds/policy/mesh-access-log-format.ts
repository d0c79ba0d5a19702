// Formats of MeshAccessLog: Kuma's defaults, and placeholders filled with what is known of the traffic.
import type { SubstitutionFormatStringJson } from "#envoy/generated/envoy/config/core/v3/substitution_format_string_pb.ts";
import type { Json } from "#model/json.ts";
import { cutFormat, type Placeholder } from "#model/log-format.ts";
import type { LogFormat } from "#model/policy/mesh-access-log-backend.ts";
import { hole, joined } from "#snapshot/template.ts";
import { PROXY_HOLES } from "#xds/proxy-hole.ts";

type JsonFormat = NonNullable<SubstitutionFormatStringJson["jsonFormat"]>;

/** Text or holes, by placeholder. */
export type LogValues = Readonly<Record<Placeholder, string>>;

/** What the placeholders stand for. Kuma names the proxy itself as the source's address, of clients too. */
export function logValues(
  mesh: string,
  direction: "INBOUND" | "OUTBOUND" | "UNSPECIFIED",
  { source, destination }: { readonly source: string; readonly destination: string },
): LogValues {
  return {
    KUMA_SOURCE_ADDRESS: hole(PROXY_HOLES.source),
    KUMA_SOURCE_ADDRESS_WITHOUT_PORT: hole(PROXY_HOLES.address),
    KUMA_SOURCE_SERVICE: source,
    KUMA_DESTINATION_SERVICE: destination,
    KUMA_MESH: mesh,
    KUMA_TRAFFIC_DIRECTION: direction,
    KUMA_ZONE: hole(PROXY_HOLES.zone),
    KUMA_WORKLOAD: hole(PROXY_HOLES.workloadKri),
  };
}

const TCP_FORMAT =
  "[%START_TIME%] %RESPONSE_FLAGS% %KUMA_MESH% %KUMA_SOURCE_ADDRESS_WITHOUT_PORT%(%KUMA_SOURCE_SERVICE%)->%UPSTREAM_HOST%(%KUMA_DESTINATION_SERVICE%) took %DURATION%ms, sent %BYTES_SENT% bytes, received: %BYTES_RECEIVED% bytes";

const HTTP_FORMAT =
  '[%START_TIME%] %KUMA_MESH% "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-B3-TRACEID?X-DATADOG-TRACEID)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%KUMA_SOURCE_SERVICE%" "%KUMA_DESTINATION_SERVICE%" "%KUMA_SOURCE_ADDRESS_WITHOUT_PORT%" "%UPSTREAM_HOST%"';

/** What a chain logs of whose format nothing is said. */
export function defaultFormat(http: boolean): string {
  return http ? HTTP_FORMAT : TCP_FORMAT;
}

/** A format with its placeholders filled. */
export function filledFormat(format: string, values: LogValues): string {
  const { texts, placeholders } = cutFormat(format);
  return joined(texts as unknown as TemplateStringsArray, ...placeholders.map((name) => values[name]));
}

/** A file's lines. */
export function fileFormat(
  format: LogFormat | undefined,
  otherwise: string,
  values: LogValues,
): SubstitutionFormatStringJson {
  const fields = jsonFields(format, values);
  if (fields !== null) return { jsonFormat: fields as JsonFormat, ...omitted(format) };
  const line = filledFormat(`${format?.plain ?? otherwise}\n`, values);
  return { textFormatSource: { inlineString: line }, ...omitted(format) };
}

/** Lines for who hands them on to a TCP receiver: the address, and the message. */
export function pipeFormat(
  address: string,
  format: LogFormat | undefined,
  otherwise: string,
  values: LogValues,
): SubstitutionFormatStringJson {
  const message = jsonFields(format, values) ?? filledFormat(`${format?.plain ?? otherwise}\n`, values);
  return { jsonFormat: { address, message } as JsonFormat, ...omitted(format) };
}

function jsonFields(format: LogFormat | undefined, values: LogValues): Json | null {
  if (format?.type !== "Json" || format.json === undefined) return null;
  return Object.fromEntries(format.json.map(({ key, value }) => [key, filledFormat(value, values)]));
}

function omitted(format: LogFormat | undefined): { readonly omitEmptyValues?: true } {
  return format?.omitEmptyValues === true ? { omitEmptyValues: true } : {};
}
