// Policy MeshTrace: which requests are traced, with which tags, and where spans go.

import { collectorMembers, collectorViolations, ENDPOINT_WARNING, isEndpoint } from "#model/collector.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { type Percentage, parsePercentage, percentage } from "#model/percentage.ts";
import { type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { flag, may, text } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";
import { httpUrlParts, isUrl } from "#model/url.ts";
import { under, type Violation } from "#model/violation.ts";

const backend = z.strictObject(() => ({
  type: z.enum(["Zipkin", "Datadog", "OpenTelemetry"]),
  zipkin: may(
    z.strictObject({
      url: text,
      traceId128bit: may(flag),
      apiVersion: may(z.enum(["httpJson", "httpProto"])),
      sharedSpanContext: may(flag),
    }),
  ),
  datadog: may(z.strictObject({ url: text, splitService: may(flag) })),
  openTelemetry: may(z.strictObject({ ...collectorMembers })),
}));

const tag = z.strictObject(() => ({
  name: text,
  literal: may(text),
  header: may(z.strictObject({ name: text, default: may(text) })),
}));

const conf = z.strictObject(() => ({
  backends: may(z.array(backend)),
  sampling: may(z.strictObject({ overall: may(percentage), client: may(percentage), random: may(percentage) })),
  tags: may(z.array(tag)),
}));

export const meshTraceShape = z.strictObject({ targetRef: may(targetRefShape), default: may(conf) });
export type MeshTraceSpec = Frozen<z.infer<typeof meshTraceShape>>;
export type MeshTraceConf = Frozen<z.infer<typeof conf>>;
export type TraceBackend = Frozen<z.infer<typeof backend>>;
export type TraceTag = Frozen<z.infer<typeof tag>>;

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshGateway", "MeshService", "MeshServiceSubset", "Dataplane"],
} as const satisfies PolicyGrammar;

function validate({ spec }: { readonly spec: MeshTraceSpec }): readonly Violation[] {
  return [...topViolations(spec, grammar), ...under("default", confViolations(spec.default ?? {}))];
}

function confViolations({ backends, tags = [], sampling = {} }: MeshTraceConf): readonly Violation[] {
  return [
    ...(backends === undefined ? [{ field: "backends", reason: "must be defined" }] : backendsViolations(backends)),
    ...tags.flatMap((one, index) => under(`tags[${index}]`, tagViolations(one))),
    ...(["client", "random", "overall"] as const).flatMap((field) => {
      const said = sampling[field];
      return under("sampling", said === undefined ? [] : inField(field, percentReasons(said)));
    }),
  ];
}

function backendsViolations(backends: readonly TraceBackend[]): readonly Violation[] {
  const [first, second] = backends;
  if (second !== undefined) return [{ field: "backends", reason: "must have zero or one backend defined" }];
  return first === undefined ? [] : under("backends[0]", backendViolations(first));
}

const UNDEFINED: readonly Violation[] = [{ field: "", reason: "must be defined" }];

function backendViolations({ type, zipkin, datadog, openTelemetry }: TraceBackend): readonly Violation[] {
  switch (type) {
    case "Zipkin":
      return under("zipkin", zipkin === undefined ? UNDEFINED : inField("url", zipkinReasons(zipkin.url)));
    case "Datadog":
      return under("datadog", datadog === undefined ? UNDEFINED : inField("url", datadogReasons(datadog.url)));
    case "OpenTelemetry":
      return under("openTelemetry", openTelemetry === undefined ? UNDEFINED : collectorViolations(openTelemetry));
  }
}

function inField(field: string, reasons: readonly string[]): readonly Violation[] {
  return reasons.map((reason) => ({ field, reason }));
}

/** Kuma takes a URL without scheme or port here, and then gives Envoy a cluster without address, which it refuses. */
function zipkinReasons(url: string): readonly string[] {
  if (url === "") return ["must not be empty"];
  if (!isUrl(url)) return ["must be a valid url"];
  const parts = httpUrlParts(url);
  if (parts === null || parts.host === "") return ["must be a valid url"];
  return [];
}

function datadogReasons(url: string): readonly string[] {
  if (!/^([a-z][a-z0-9+.-]*:|\/)/i.test(url)) return ["must be a valid url"];
  const parts = httpUrlParts(url);
  if (parts === null || parts.scheme !== "http") return ["scheme must be http"];
  const { port, user, path, query, fragment } = parts;
  return [
    ...(port === null ? ["port must be defined"] : port < 1 || port > 65_535 ? ["port must be a valid (1-65535)"] : []),
    ...(user === null ? [] : ["user must not be defined"]),
    ...(path === "" ? [] : ["path must not be defined"]),
    ...(query === "" ? [] : ["query must not be defined"]),
    ...(fragment === "" ? [] : ["fragment must not be defined"]),
  ];
}

function tagViolations({ name, literal, header }: TraceTag): readonly Violation[] {
  return [
    ...(name === "" ? [{ field: "name", reason: "must not be empty" }] : []),
    ...((literal === undefined) === (header === undefined)
      ? [{ field: "", reason: "tag must have only one type defined: header, literal" }]
      : []),
    // Envoy refuses a listener with either of these.
    ...(literal === "" ? [{ field: "literal", reason: "must not be empty" }] : []),
    ...(header !== undefined && !/^:?[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(header.name)
      ? [{ field: "header.name", reason: "must be the name of a header" }]
      : []),
  ];
}

function percentReasons(said: Percentage): readonly string[] {
  const value = parsePercentage(said);
  if (value === null) return ["string is not a number"];
  return value >= 0 && value <= 100 ? [] : ["must be between 0 and 100"];
}

function warn({ spec }: { readonly spec: MeshTraceSpec }): readonly string[] {
  const backends = spec.default?.backends ?? [];
  return [
    ...(backends.some(({ openTelemetry }) => openTelemetry !== undefined && isEndpoint(openTelemetry))
      ? [ENDPOINT_WARNING]
      : []),
    ...topWarnings(spec),
  ];
}

/** Kuma's schema fills these on write. */
function complete({ default: said, ...spec }: MeshTraceSpec): MeshTraceSpec {
  if (said?.backends === undefined) return { ...spec, ...(said && { default: said }) };
  // Read again, for the order of members.
  return meshTraceShape.parse({ ...spec, default: { ...said, backends: said.backends.map(completeBackend) } });
}

function completeBackend({ zipkin, datadog, openTelemetry, ...rest }: TraceBackend): TraceBackend {
  return {
    ...rest,
    ...(zipkin && { zipkin: { traceId128bit: false, apiVersion: "httpJson", sharedSpanContext: true, ...zipkin } }),
    ...(datadog && { datadog: { splitService: false, ...datadog } }),
    ...(openTelemetry && { openTelemetry: { endpoint: "", ...openTelemetry } }),
  };
}

export const meshTraceJudge: Judge<MeshTraceSpec> = {
  shape: meshTraceShape,
  complete,
  validate,
  warn,
};
