// What generation hands on: templates of one inbound or outbound, and beside them where their values came from.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import type { RouteConfigurationJson } from "#envoy/generated/envoy/config/route/v3/route_pb.ts";
import type { Json } from "#model/json.ts";
import { type EnvoyKind, type Template, template } from "#snapshot/template.ts";
import { type Complaint, escapePointer, pointersOf, type Source, type Trace } from "./trace.ts";

/** An Envoy field that a policy set. */
export interface TracedField {
  readonly kind: EnvoyKind;
  /** Name of the resource, in template notation. */
  readonly resource: Json;
  /** JSON pointer of the field in the resource. */
  readonly field: string;
  readonly sources: readonly Source[];
}

export interface Generated {
  readonly listener: Template;
  readonly cluster: Template;
  readonly route: Template | null;
  /** Sorted by kind and field; kept beside the templates and never in a hash. */
  readonly fields: readonly TracedField[];
  readonly complaints: readonly Complaint[];
}

export interface Bodies {
  readonly listener: ListenerJson;
  readonly cluster: ClusterJson;
  readonly route: RouteConfigurationJson | null;
}

/** Freezes what policies have written into templates and turns their writes into pointers. */
export function generated(bodies: Bodies, trace: Trace): Generated {
  const listener = template("listener", bodies.listener);
  const cluster = template("cluster", bodies.cluster);
  const route = bodies.route === null ? null : template("route", bodies.route);
  const fields = [
    ...fieldsOf(cluster, bodies.cluster, trace),
    ...fieldsOf(listener, bodies.listener, trace),
    ...(route === null || bodies.route === null ? [] : fieldsOf(route, bodies.route, trace)),
  ];
  return { listener, cluster, route, fields, complaints: trace.complaints };
}

function fieldsOf({ kind, name }: Template, body: object, { writes }: Trace): TracedField[] {
  const pointers = pointersOf(body);
  const last = new Map<string, TracedField>();
  for (const { holder, key, sources } of writes) {
    const path = pointers.get(holder);
    if (path === undefined) continue;
    const field = key === null ? path : `${path}/${escapePointer(key)}`;
    last.set(field, { kind, resource: name, field, sources });
  }
  return [...last.values()].sort((a, b) => (a.field < b.field ? -1 : 1));
}
