// References of telemetry policies to collectors: found in the view, and put beside the reference before confs are merged.

import { COLLECTOR_TYPE, type Collector, collectorAt, collectorOf } from "#model/collector.ts";
import { displayName } from "#model/display-name.ts";
import type { MeshOpenTelemetryBackendSpec } from "#model/kind/mesh-open-telemetry-backend.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import type { MatchFault } from "./fault.ts";
import type { PolicySpec } from "./indexed-policy.ts";
import { labelOf } from "./refer.ts";

/** A conf's backends as generation reads them: each that leads to an OpenTelemetry collector says to which. */
export interface CollectorBackend {
  readonly openTelemetry?: {
    readonly endpoint?: string;
    readonly backendRef?: { readonly labels?: Readonly<Record<string, string>> };
    /** Absent where the reference leads to nothing. */
    readonly collector?: Collector;
  };
}

interface Conf {
  readonly backends?: readonly CollectorBackend[];
}

/** Policies whose confs name collectors. */
const TYPES: readonly string[] = ["MeshAccessLog", "MeshTrace", "MeshMetric"];

/** Whether policies of the type may refer to collectors. */
export function namesCollectors(type: string): boolean {
  return TYPES.includes(type);
}

/** The collectors of a view, oldest first: a reference that fits several means the first. */
export function collectorsOf(view: View): readonly Resource<MeshOpenTelemetryBackendSpec>[] {
  const all = (view.resources[COLLECTOR_TYPE] ?? []) as readonly Resource<MeshOpenTelemetryBackendSpec>[];
  return [...all].sort((a, b) => {
    const [first, second] = [`${a.creationTime} ${a.name}`, `${b.creationTime} ${b.name}`];
    return first < second ? -1 : first > second ? 1 : 0;
  });
}

/** The policy with each collector beside what names it; the policy itself where it names none. */
export function withCollectors(
  policy: Resource<PolicySpec>,
  collectors: readonly Resource<MeshOpenTelemetryBackendSpec>[],
): Resource<PolicySpec> {
  let changed = false;
  const conf = (said: unknown): unknown => {
    const { backends } = (said ?? {}) as Conf;
    if (backends?.some(({ openTelemetry }) => openTelemetry !== undefined) !== true) return said;
    changed = true;
    return { ...(said as Conf), backends: backends.map((backend) => withCollector(backend, collectors)) };
  };
  const item = <T extends { readonly default?: unknown }>(one: T): T => ({ ...one, default: conf(one.default) });
  const { to, from, rules, default: whole } = policy.spec;
  const spec: PolicySpec = {
    ...policy.spec,
    ...(to && { to: to.map(item) }),
    ...(from && { from: from.map(item) }),
    ...(rules && { rules: rules.map(item) }),
    ...(whole !== undefined && { default: conf(whole) }),
  };
  return changed ? { ...policy, spec } : policy;
}

function withCollector(
  backend: CollectorBackend,
  collectors: readonly Resource<MeshOpenTelemetryBackendSpec>[],
): CollectorBackend {
  const { openTelemetry } = backend;
  if (openTelemetry === undefined) return backend;
  const { endpoint = "", backendRef } = openTelemetry;
  if (backendRef === undefined)
    return { ...backend, openTelemetry: { ...openTelemetry, collector: collectorAt(endpoint) } };
  const found = referred(backendRef.labels ?? {}, collectors);
  if (found === undefined) return backend;
  return { ...backend, openTelemetry: { ...openTelemetry, collector: collectorOf(displayName(found), found.spec) } };
}

function referred(
  labels: Readonly<Record<string, string>>,
  collectors: readonly Resource<MeshOpenTelemetryBackendSpec>[],
): Resource<MeshOpenTelemetryBackendSpec> | undefined {
  const keys = Object.keys(labels);
  if (keys.length === 0) return undefined;
  return collectors.find((one) => keys.every((key) => labelOf(one, key) === labels[key]));
}

/** The conf as it was written. */
export function withoutCollectors(conf: unknown): unknown {
  const { backends } = (conf ?? {}) as Conf;
  if (!Array.isArray(backends)) return conf;
  const plain = (backend: CollectorBackend): CollectorBackend => {
    if (backend.openTelemetry?.collector === undefined) return backend;
    const { collector: _collector, ...openTelemetry } = backend.openTelemetry;
    return { ...backend, openTelemetry };
  };
  return { ...(conf as Conf), backends: backends.map(plain) };
}

/** References of the policy that lead to nothing: what it would send there goes nowhere. */
export function collectorFaults(policy: Resource<PolicySpec>): readonly MatchFault[] {
  const { to = [], from = [], rules = [], default: whole } = policy.spec;
  const confs: readonly (readonly [field: string, conf: unknown])[] = [
    ...to.map((one, index) => [`spec.to[${index}].default`, one.default] as const),
    ...from.map((one, index) => [`spec.from[${index}].default`, one.default] as const),
    ...rules.map((one, index) => [`spec.rules[${index}].default`, one.default] as const),
    ["spec.default", whole],
  ];
  return confs.flatMap(([field, conf]) =>
    (((conf ?? {}) as Conf).backends ?? []).flatMap(({ openTelemetry }, index) => {
      if (openTelemetry?.backendRef === undefined || openTelemetry.collector !== undefined) return [];
      const labels = JSON.stringify(openTelemetry.backendRef.labels ?? {});
      const reason = `refers to ${COLLECTOR_TYPE} with labels ${labels}, which does not exist in this mesh: it has no effect there`;
      return [{ kri: kriOf(policy), field: `${field}.backends[${index}].openTelemetry.backendRef`, reason }];
    }),
  );
}
