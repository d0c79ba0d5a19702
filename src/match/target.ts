// Targets: what an outbound of a dataplane refers to, each thing known by one object.
import type { Outbound } from "#model/kind/dataplane.ts";
import type { MeshServiceSpec, ServicePort } from "#model/kind/mesh-service.ts";
import type { Resource } from "#model/resource.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";

interface Known {
  readonly key: string;
  /** Its number among the targets of one memo. */
  readonly id: number;
}

export type Target = Known &
  (
    | { readonly kind: "tags"; readonly tags: Tags }
    | { readonly kind: "service"; readonly service: Resource<MeshServiceSpec>; readonly port: ServicePort }
  );

/** Why an outbound refers to nothing. */
export interface Missing {
  readonly kind: "missing";
  readonly field: "tags" | "backendRef";
  readonly reason: string;
}

/** What was resolved with one state of the services. */
export interface TargetMemo {
  /** By the value of kuma.io/service where an outbound has no other tag: nearly all that there are. */
  readonly byService: Map<string, Target>;
  readonly byKey: Map<string, Target>;
  readonly byRef: Map<string, Target | Missing>;
}

export function newTargetMemo(): TargetMemo {
  return { byService: new Map(), byKey: new Map(), byRef: new Map() };
}

type BackendRef = NonNullable<Outbound["backendRef"]>;

/** How a backendRef finds its service. */
export type FindService = (ref: BackendRef) => Resource<MeshServiceSpec> | null;

/** What an outbound refers to: the same object for all that refer to the same, or why there is nothing. */
export function resolveOutbound(outbound: Outbound, memo: TargetMemo, find: FindService): Target | Missing {
  const { tags, backendRef } = outbound;
  if (backendRef === undefined) return tagTarget(tags ?? {}, memo);
  const key = JSON.stringify(backendRef);
  let target = memo.byRef.get(key);
  if (target === undefined) {
    target = serviceTarget(backendRef, memo, find);
    memo.byRef.set(key, target);
  }
  return target;
}

function tagTarget(tags: Tags, { byService, byKey }: TargetMemo): Target | Missing {
  const service = tags[SERVICE_TAG];
  if (!service) return { kind: "missing", field: "tags", reason: `mandatory tag "${SERVICE_TAG}" is missing` };
  const alone = isAlone(tags);
  const simple = alone ? byService.get(service) : undefined;
  if (simple !== undefined) return simple;
  const others = alone ? [] : Object.keys(tags).sort();
  const key = ["tags", service, ...others.flatMap((name) => [name, tags[name]])].join("\u0000");
  const target = known(byKey, key, (id) => ({ kind: "tags", key, id, tags }));
  if (alone) byService.set(service, target);
  return target;
}

/** Whether there is one tag; asked of each outbound of each proxy, so without a list of the names. */
function isAlone(tags: Tags): boolean {
  let count = 0;
  for (const _name in tags) if (++count > 1) return false;
  return true;
}

function serviceTarget(ref: BackendRef, { byKey }: TargetMemo, find: FindService): Target | Missing {
  const { kind, name, labels, port } = ref;
  const told = `${kind} ${name ? `"${name}"` : `with labels ${JSON.stringify(labels ?? {})}`}`;
  const missing = (reason: string): Missing => ({ kind: "missing", field: "backendRef", reason });
  const service = kind === "MeshService" ? find(ref) : null;
  if (service === null)
    return missing(`refers to ${told}, which does not exist in this mesh: the outbound is left out`);
  const own = service.spec.ports?.find((one) => one.port === port);
  if (own === undefined)
    return missing(`refers to port ${port} of ${told}, which has no such port: the outbound is left out`);
  const key = `service\u0000${service.name}\u0000${own.port}`;
  return known(byKey, key, (id) => ({ kind: "service", key, id, service, port: own }));
}

function known(byKey: Map<string, Target>, key: string, make: (id: number) => Target): Target {
  const before = byKey.get(key);
  if (before !== undefined) return before;
  const target = make(byKey.size);
  byKey.set(key, target);
  return target;
}
