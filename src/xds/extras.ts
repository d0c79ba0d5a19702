// Resources that policies bring along: a collector's cluster, a listener for metrics.
import type { ClusterJson } from "#envoy/generated/envoy/config/cluster/v3/cluster_pb.ts";
import type { ListenerJson } from "#envoy/generated/envoy/config/listener/v3/listener_pb.ts";
import type { RouteConfigurationJson } from "#envoy/generated/envoy/config/route/v3/route_pb.ts";
import { type EnvoyKind, template } from "#snapshot/template.ts";
import type { Source, Tracer } from "./trace.ts";

/** One such resource, still open to later policies. */
export type ExtraBody =
  | { readonly kind: "cluster"; readonly body: ClusterJson }
  | { readonly kind: "listener"; readonly body: ListenerJson }
  | { readonly kind: "route"; readonly body: RouteConfigurationJson };

/** The resources of one inbound, outbound or proxy. The same name given twice is the same resource: the first stays. */
export class Extras {
  readonly list: ExtraBody[] = [];
  readonly #byKey = new Map<string, ExtraBody>();
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  cluster(body: ClusterJson, ...sources: readonly Source[]): void {
    this.#add({ kind: "cluster", body }, sources);
  }

  listener(body: ListenerJson, ...sources: readonly Source[]): void {
    this.#add({ kind: "listener", body }, sources);
  }

  route(body: RouteConfigurationJson, ...sources: readonly Source[]): void {
    this.#add({ kind: "route", body }, sources);
  }

  #add(extra: ExtraBody, sources: readonly Source[]): void {
    const key = keyOf(extra.kind, extra.body);
    const same = this.#byKey.get(key);
    // A policy that failed is undone, and what it brought is gone from the list.
    if (same !== undefined && this.list.includes(same)) return;
    this.#byKey.set(key, extra);
    this.#tracer.insert(this.list, this.list.length, extra);
    this.#tracer.note(extra.body, ...sources);
  }
}

/** Names may have holes. */
function keyOf(kind: EnvoyKind, { name = "" }: ExtraBody["body"]): string {
  return `${kind} ${JSON.stringify(template(kind, { name }).name)}`;
}
