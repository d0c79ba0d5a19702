// Rules for the logging, tracing and metrics backends of a Mesh, in Kuma's words and at Kuma's paths.
import { hostPortReason, portReason, urlReason } from "#model/address.ts";
import { regexpReason } from "#model/regexp.ts";
import { under, type Violation } from "#model/violation.ts";
import type { MetricsBackend, MetricsSpec } from "./mesh-metrics.ts";
import type { LoggingBackend, TracingBackend } from "./mesh-shape.ts";

interface Named {
  readonly name?: string;
}

/** A name that an earlier backend of the list has. */
export function duplicateNames(list: readonly Named[]): Violation[] {
  const seen = new Set<string>();
  const found: Violation[] = [];
  list.forEach(({ name = "" }, index) => {
    if (seen.has(name)) {
      const reason = `${JSON.stringify(name)} name is already used for another backend`;
      found.push({ field: `backends[${index}].name`, reason });
    }
    seen.add(name);
  });
  return found;
}

/** Members of a conf that another type of backend would have. */
export function misplaced(conf: object, allowed: readonly string[], type: string): Violation[] {
  return Object.keys(conf)
    .filter((key) => !allowed.includes(key))
    .map((key) => ({ field: `conf.${key}`, reason: `is not a field of type ${type}` }));
}

function each<Backend extends Named>(
  list: readonly Backend[] = [],
  violationsOf: (backend: Backend) => readonly Violation[],
): Violation[] {
  const found = list.flatMap((backend, index) =>
    under(`backends[${index}]`, [
      ...(backend.name ? [] : [{ field: "name", reason: "cannot be empty" }]),
      ...violationsOf(backend),
    ]),
  );
  return [...found, ...duplicateNames(list)];
}

function undefinedDefault(name: string | undefined, list: readonly Named[] = [], section: string): Violation[] {
  if (!name || list.some((backend) => backend.name === name)) return [];
  return [{ field: "defaultBackend", reason: `has to be set to one of the ${section} backend in mesh` }];
}

/** Of `logging`. */
export function loggingViolations(logging: {
  readonly defaultBackend?: string;
  readonly backends?: readonly LoggingBackend[];
}): Violation[] {
  return [
    ...each(logging.backends, loggingBackend),
    ...undefinedDefault(logging.defaultBackend, logging.backends, "logging"),
  ];
}

function loggingBackend({ type, conf = {} }: LoggingBackend): readonly Violation[] {
  if (type === "tcp") {
    const reason = conf.address ? hostPortReason(conf.address) : "cannot be empty";
    return [...(reason ? [{ field: "config.address", reason }] : []), ...misplaced(conf, ["address"], type)];
  }
  if (type === "file") {
    const found = conf.path ? [] : [{ field: "config.path", reason: "cannot be empty" }];
    return [...found, ...misplaced(conf, ["path"], type)];
  }
  return [{ field: "type", reason: 'unknown backend type. Available backends: "tcp", "file"' }];
}

/** Of `tracing`. */
export function tracingViolations(tracing: {
  readonly defaultBackend?: string;
  readonly backends?: readonly TracingBackend[];
}): Violation[] {
  return [
    ...each(tracing.backends, tracingBackend),
    ...undefinedDefault(tracing.defaultBackend, tracing.backends, "tracing"),
  ];
}

const ZIPKIN = ["url", "traceId128bit", "apiVersion", "sharedSpanContext"];
const ZIPKIN_VERSIONS = ["httpJsonV1", "httpJson", "httpProto"];

function tracingBackend({ type, sampling = 100, conf = {} }: TracingBackend): readonly Violation[] {
  const found: Violation[] = [];
  if (sampling < 0 || sampling > 100) found.push({ field: "sampling", reason: "has to be in [0.0 - 100.0] range" });
  if (type === "zipkin") {
    if (conf.apiVersion && !ZIPKIN_VERSIONS.includes(conf.apiVersion)) {
      const reason = `has invalid value. Allowed values: ${ZIPKIN_VERSIONS.join(", ")}`;
      found.push({ field: "config.apiVersion", reason });
    }
    const reason = conf.url ? urlReason(conf.url) : "cannot be empty";
    if (reason) found.push({ field: "config.url", reason });
    return [...found, ...misplaced(conf, ZIPKIN, type)];
  }
  if (type === "datadog") {
    if (!conf.address) found.push({ field: "config.address", reason: "cannot be empty" });
    const reason = portReason(conf.port);
    if (reason) found.push({ field: "config.port", reason });
    return [...found, ...misplaced(conf, ["address", "port", "splitService"], type)];
  }
  found.push({ field: "type", reason: 'unknown backend type. Available backends: "zipkin", "datadog"' });
  return found;
}

/** Of `metrics`. */
export function metricsViolations({ backends = [], enabledBackend }: MetricsSpec): Violation[] {
  const found = each(backends, metricsBackendViolations);
  if (enabledBackend && !backends.some(({ name }) => name === enabledBackend)) {
    found.push({ field: "enabledBackend", reason: "has to be set to one of the backends in the mesh" });
  }
  return found;
}

/** Of a prometheus backend, of a Mesh or of a Dataplane. */
export function metricsBackendViolations({ type, conf }: MetricsBackend): readonly Violation[] {
  if (type !== "prometheus") {
    return [{ field: "type", reason: 'unknown backend type. Available backends: "prometheus"' }];
  }
  const found: Violation[] = [];
  const regexp = conf?.envoy?.filterRegex ? regexpReason(conf.envoy.filterRegex) : null;
  if (regexp !== null) {
    found.push({ field: "conf.envoy.filterRegex", reason: `provided regexp isn't correct: ${regexp}` });
  }
  // `tls: {}` is activeMTLSBackend; skipMTLS says the opposite of it, and the same as `disabled`.
  if (conf?.skipMTLS !== undefined && conf.tls !== undefined && conf.skipMTLS !== (conf.tls.mode === "disabled")) {
    found.push({ field: "conf", reason: "skipMTLS and tls configuration cannot be defined together" });
  }
  return found;
}
