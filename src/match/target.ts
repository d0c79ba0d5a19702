// Targets: what an outbound of a dataplane refers to, each thing known by one object.
import type { DataplaneSpec, Outbound } from "#model/kind/dataplane.ts";
import type { MeshServiceSpec, ServicePort } from "#model/kind/mesh-service.ts";
import type { Resource } from "#model/resource.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";

export type Target =
  | { readonly kind: "tags"; readonly key: string; readonly tags: Tags }
  | {
      readonly kind: "service";
      readonly key: string;
      readonly service: Resource<MeshServiceSpec>;
      readonly port: ServicePort;
    };

/** The outbounds of a dataplane: those that refer to something, and why the others do not. */
export interface Resolved {
  readonly found: readonly { readonly outbound: Outbound; readonly socket: string; readonly target: Target }[];
  readonly missing: readonly {
    readonly index: number;
    readonly field: "tags" | "backendRef";
    readonly reason: string;
  }[];
}

/** What was resolved with one state of the services. */
export interface TargetMemo {
  readonly byKey: Map<string, Target>;
  readonly byDataplane: WeakMap<Resource<DataplaneSpec>, Resolved>;
}

export function newTargetMemo(): TargetMemo {
  return { byKey: new Map(), byDataplane: new WeakMap() };
}

/** How a backendRef finds its service. */
export type FindService = (outbound: NonNullable<Outbound["backendRef"]>) => Resource<MeshServiceSpec> | null;

/** What a dataplane's outbounds refer to. */
export function resolveOutbounds(dataplane: Resource<DataplaneSpec>, memo: TargetMemo, find: FindService): Resolved {
  const known = memo.byDataplane.get(dataplane);
  if (known !== undefined) return known;
  const found: Resolved["found"][number][] = [];
  const missing: Resolved["missing"][number][] = [];
  (dataplane.spec.networking?.outbound ?? []).forEach((outbound, index) => {
    const target =
      outbound.backendRef === undefined ? tagTarget(outbound, memo) : serviceTarget(outbound.backendRef, memo, find);
    const field = outbound.backendRef === undefined ? "tags" : "backendRef";
    if (typeof target === "string") missing.push({ index, field, reason: target });
    else found.push({ outbound, socket: `${outbound.address || "127.0.0.1"} ${outbound.port ?? 0}`, target });
  });
  const resolved = { found, missing };
  memo.byDataplane.set(dataplane, resolved);
  return resolved;
}

/** The target, or why there is none. */
function tagTarget({ tags = {} }: Outbound, { byKey }: TargetMemo): Target | string {
  const service = tags[SERVICE_TAG];
  if (!service) return `mandatory tag "${SERVICE_TAG}" is missing`;
  const names = Object.keys(tags);
  const key =
    names.length === 1
      ? `tags\u0000${service}`
      : `tags\u0000${service}\u0000${names
          .sort()
          .map((name) => `${name}\u0000${tags[name]}`)
          .join("\u0000")}`;
  const known = byKey.get(key);
  if (known !== undefined) return known;
  const target: Target = { kind: "tags", key, tags };
  byKey.set(key, target);
  return target;
}

function serviceTarget(
  ref: NonNullable<Outbound["backendRef"]>,
  { byKey }: TargetMemo,
  find: FindService,
): Target | string {
  const { kind, name, labels, port } = ref;
  const told = `${kind} ${name ? `"${name}"` : `with labels ${JSON.stringify(labels ?? {})}`}`;
  const service = kind === "MeshService" ? find(ref) : null;
  if (service === null) return `refers to ${told}, which does not exist in this mesh: the outbound is left out`;
  const own = service.spec.ports?.find((one) => one.port === port);
  if (own === undefined) return `refers to port ${port} of ${told}, which has no such port: the outbound is left out`;
  const key = `service\u0000${service.name}\u0000${own.port}`;
  const known = byKey.get(key);
  if (known !== undefined) return known;
  const target: Target = { kind: "service", key, service, port: own };
  byKey.set(key, target);
  return target;
}
