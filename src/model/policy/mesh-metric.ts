// Policy MeshMetric: which metrics of Envoy and of applications are shown, and to whom.

import { collectorMembers, collectorViolations, ENDPOINT_WARNING, isEndpoint } from "#model/collector.ts";
import { parseDuration } from "#model/duration.ts";
import type { Frozen } from "#model/frozen.ts";
import type { Judge } from "#model/kind.ts";
import * as z from "#model/lazy-zod.ts";
import { type PolicyGrammar, topViolations, topWarnings } from "#model/policy-rules.ts";
import { regexpReason } from "#model/regexp.ts";
import { duration, flag, may, text, uint32 } from "#model/shape.ts";
import { targetRefShape } from "#model/target-ref.ts";
import { under, type Violation } from "#model/violation.ts";

const selector = z.strictObject(() => ({ type: z.enum(["Prefix", "Regex", "Exact", "Contains"]), match: text }));

const sidecar = z.strictObject(() => ({
  profiles: may(
    z.strictObject({
      appendProfiles: may(z.array(z.strictObject({ name: z.enum(["All", "Basic", "None"]) }))),
      exclude: may(z.array(selector)),
      include: may(z.array(selector)),
    }),
  ),
  includeUnused: may(flag),
}));

const application = z.strictObject(() => ({ name: may(text), path: may(text), address: may(text), port: uint32 }));

const backend = z.strictObject(() => ({
  type: z.enum(["Prometheus", "OpenTelemetry"]),
  prometheus: may(
    z.strictObject({
      clientId: may(text),
      port: may(uint32),
      path: may(text),
      tls: may(z.strictObject({ mode: may(z.enum(["Disabled", "ProvidedTLS", "ActiveMTLSBackend"])) })),
    }),
  ),
  openTelemetry: may(z.strictObject({ ...collectorMembers, refreshInterval: may(duration) })),
}));

const conf = z.strictObject(() => ({
  sidecar: may(sidecar),
  applications: may(z.array(application)),
  backends: may(z.array(backend)),
}));

export const meshMetricShape = z.strictObject({ targetRef: may(targetRefShape), default: may(conf) });
export type MeshMetricSpec = Frozen<z.infer<typeof meshMetricShape>>;
export type MeshMetricConf = Frozen<z.infer<typeof conf>>;
export type MetricBackend = Frozen<z.infer<typeof backend>>;
export type MetricSelector = Frozen<z.infer<typeof selector>>;

const grammar = {
  top: ["Mesh", "MeshSubset", "MeshService", "MeshServiceSubset", "MeshGateway", "Dataplane"],
  gatewayTags: true,
} as const satisfies PolicyGrammar;

function validate({ spec }: { readonly spec: MeshMetricSpec }): readonly Violation[] {
  return [...topViolations(spec, grammar), ...under("default", confViolations(spec.default ?? {}))];
}

const PORT = "port must be a valid (1-65535)";

/** Kuma's paths name the lists twice: `applications.application[0]`. */
function confViolations({
  sidecar: said = {},
  applications = [],
  backends = [],
}: MeshMetricConf): readonly Violation[] {
  const { exclude = [], include = [] } = said.profiles ?? {};
  return [
    ...under("sidecar.profiles", [
      ...selectorViolations("exclude", exclude),
      ...selectorViolations("include", include),
    ]),
    ...applications.flatMap(({ port }, index) =>
      isPort(port) ? [] : [{ field: `applications.application[${index}]`, reason: PORT }],
    ),
    ...backends.flatMap((one, index) => under(`backends.backend[${index}]`, backendViolations(one))),
  ];
}

function selectorViolations(list: string, selectors: readonly MetricSelector[]): readonly Violation[] {
  return selectors.flatMap(({ type, match }, index) =>
    type === "Regex" && regexpReason(match) !== null
      ? [{ field: `${list}[${index}].match`, reason: "invalid regex" }]
      : [],
  );
}

function backendViolations({ type, prometheus, openTelemetry }: MetricBackend): readonly Violation[] {
  if (type === "Prometheus") {
    if (prometheus === undefined) return [{ field: "prometheus", reason: "must be defined" }];
    return [
      ...(isPort(prometheus.port ?? 1) ? [] : [{ field: "port", reason: PORT }]),
      ...(prometheus.path === undefined || prometheus.path.startsWith("/")
        ? []
        : [{ field: "prometheus.path", reason: "must start with /" }]),
    ];
  }
  if (openTelemetry === undefined) return [{ field: "openTelemetry", reason: "must be defined" }];
  const every = openTelemetry.refreshInterval;
  return under("openTelemetry", [
    ...collectorViolations(openTelemetry, true),
    ...(every !== undefined && (parseDuration(every) ?? 0n) <= 0n
      ? [{ field: "refreshInterval", reason: "must be greater than zero when defined" }]
      : []),
  ]);
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}

function warn({ spec }: { readonly spec: MeshMetricSpec }): readonly string[] {
  const backends = spec.default?.backends ?? [];
  return [
    ...(backends.some(({ openTelemetry }) => openTelemetry !== undefined && isEndpoint(openTelemetry))
      ? [ENDPOINT_WARNING]
      : []),
    ...topWarnings(spec),
  ];
}

/** Kuma's schema fills these on write. */
function complete({ default: said, ...spec }: MeshMetricSpec): MeshMetricSpec {
  if (said === undefined) return spec;
  const { applications, backends } = said;
  const filled = {
    ...said,
    ...(applications && { applications: applications.map((one) => ({ path: "/metrics", ...one })) }),
    ...(backends && { backends: backends.map(completeBackend) }),
  };
  // Read again, for the order of members.
  return meshMetricShape.parse({ ...spec, default: filled });
}

function completeBackend({ prometheus, openTelemetry, ...rest }: MetricBackend): MetricBackend {
  return {
    ...rest,
    ...(prometheus && {
      prometheus: {
        port: 5670,
        path: "/metrics",
        ...prometheus,
        ...(prometheus.tls && { tls: { mode: "Disabled", ...prometheus.tls } }),
      },
    }),
    ...(openTelemetry && { openTelemetry: { endpoint: "", ...openTelemetry } }),
  };
}

export const meshMetricJudge: Judge<MeshMetricSpec> = {
  shape: meshMetricShape,
  complete,
  validate,
  warn,
};
