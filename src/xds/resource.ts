// What generation hands on: templates of one inbound or outbound, and beside them where their values came from.

import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import type { RouteConfigurationJson } from "#envoy/generated/envoy/config/route/v3/route_pb.ts";
import { type Json, pointerStep } from "#model/json.ts";
import type { LocalityRules } from "#model/locality.ts";
import { type EnvoyKind, type Template, template } from "#snapshot/template.ts";
import type { Extras } from "./extras.ts";
import { type Complaint, pointersOf, type Source, type Trace, type Write } from "./trace.ts";

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
  readonly listener: Template | null;
  readonly cluster: Template | null;
  readonly route: Template | null;
  /** The rules by which the cluster's endpoint set is arranged; null where it is the cluster's own. */
  readonly locality: LocalityRules | null;
  /** What policies brought along. */
  readonly extras: readonly Template[];
  /** Sorted by kind, resource and field; kept beside the templates and never in a hash. */
  readonly fields: readonly TracedField[];
  readonly complaints: readonly Complaint[];
  /** What it was before a patch. */
  readonly before?: Generated;
}

export interface Bodies {
  readonly listener?: ListenerJson;
  readonly cluster?: ClusterJson;
  readonly route?: RouteConfigurationJson | null;
  readonly extras?: Pick<Extras, "list">;
  readonly locality?: LocalityRules | null;
}

/** Freezes what policies have written into templates and turns their writes into pointers. */
export function generated(bodies: Bodies, trace: Trace): Generated {
  const fields: TracedField[] = [];
  const writes = byHolder(trace);
  const frozen = <T extends object>(kind: EnvoyKind, body: T | null | undefined): Template | null => {
    if (body === null || body === undefined) return null;
    const made = template(kind, body);
    for (const field of fieldsOf(made, body, writes)) fields.push(field);
    return made;
  };
  const cluster = frozen("cluster", bodies.cluster);
  const listener = frozen("listener", bodies.listener);
  const route = frozen("route", bodies.route);
  const extras = (bodies.extras?.list ?? []).flatMap(({ kind, body }) => frozen(kind, body) ?? []);
  const { locality = null } = bodies;
  return { listener, cluster, route, extras, locality, fields, complaints: trace.complaints };
}

/** All templates, in the order cluster, listener, route, extras. */
export function templatesOf({ cluster, listener, route, extras }: Generated): readonly Template[] {
  return [cluster, listener, route].flatMap((one) => one ?? []).concat(extras);
}

type Placed = Write & { readonly at: number };

/** Of thousands of resources each looks at its own writes only. */
function byHolder({ writes }: Trace): ReadonlyMap<object, readonly Placed[]> {
  const found = new Map<object, Placed[]>();
  writes.forEach((write, at) => {
    const list = found.get(write.holder);
    if (list === undefined) found.set(write.holder, [{ ...write, at }]);
    else list.push({ ...write, at });
  });
  return found;
}

function fieldsOf({ kind, name }: Template, body: object, writes: ReturnType<typeof byHolder>): TracedField[] {
  const last = new Map<string, TracedField & { readonly at: number }>();
  for (const [holder, path] of pointersOf(body)) {
    for (const { key, sources, at } of writes.get(holder) ?? []) {
      const field = key === null ? path : `${path}/${pointerStep(key)}`;
      if ((last.get(field)?.at ?? -1) < at) last.set(field, { kind, resource: name, field, sources, at });
    }
  }
  const fields = [...last.values()].map(({ at: _, ...field }): TracedField => field);
  return fields.sort((a, b) => (a.field < b.field ? -1 : 1));
}
