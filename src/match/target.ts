// Targets: what an outbound of a dataplane or a route's backendRef refers to, each thing known by one object.

import { legacyTagsOf, type RouteBackendRef, sectionOf } from "#model/backend-ref.ts";
import { displayName } from "#model/display-name.ts";
import type { Outbound } from "#model/kind/dataplane.ts";
import type { MeshExternalServiceSpec } from "#model/kind/mesh-external-service.ts";
import type { MeshMultiZoneServiceSpec, MultiZonePort } from "#model/kind/mesh-multi-zone-service.ts";
import type { MeshServiceSpec, ServicePort } from "#model/kind/mesh-service.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL, SERVICE_TAG, type Tags } from "#model/tag.ts";

interface Known {
  readonly key: string;
  /** Its number among the targets of one memo. */
  readonly id: number;
}

/** A MeshService's port. */
export interface ServiceTarget {
  readonly service: Resource<MeshServiceSpec>;
  readonly port: ServicePort;
}

export type Target = Known &
  (
    | { readonly kind: "tags"; readonly tags: Tags }
    | ({
        readonly kind: "service";
        /** Names by which references of this zone mean the service. */
        readonly called: readonly string[];
      } & ServiceTarget)
    | {
        readonly kind: "multi";
        readonly multi: Resource<MeshMultiZoneServiceSpec>;
        readonly port: MultiZonePort;
        /** Ports of the MeshServices that it gathers, sorted by name. */
        readonly services: readonly ServiceTarget[];
      }
    | { readonly kind: "external"; readonly external: Resource<MeshExternalServiceSpec> }
  );

/** Why an outbound or a backendRef refers to nothing. */
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

/** A reference to a real resource, whoever makes it. */
export type ResourceRef = Pick<RouteBackendRef, "kind" | "name" | "labels" | "namespace">;

/** How references of one zone's dataplanes find resources: by name, or by labels, of which the oldest wins. */
export interface Finder {
  /** By a name alone: the zone's own, else one of no zone, else the only one that other zones have. */
  readonly service: (ref: ResourceRef) => Resource<MeshServiceSpec> | null;
  /** MeshServices that a name alone means here; `service` is the first. */
  readonly called: (name: string) => readonly Resource<MeshServiceSpec>[];
  /** Zones that have a MeshService of that name, sorted. */
  readonly zonesOf: (ref: ResourceRef) => readonly string[];
  readonly multi: (ref: ResourceRef) => Resource<MeshMultiZoneServiceSpec> | null;
  readonly external: (ref: ResourceRef) => Resource<MeshExternalServiceSpec> | null;
  /** What a MeshMultiZoneService gathers. */
  readonly gathered: (multi: Resource<MeshMultiZoneServiceSpec>, port: number) => readonly ServiceTarget[];
}

/** What an outbound refers to: the same object for all that refer to the same, or why there is nothing. */
export function resolveOutbound(outbound: Outbound, memo: TargetMemo, find: Finder): Target | Missing {
  const { tags, backendRef } = outbound;
  if (backendRef === undefined) return tagTarget(tags ?? {}, memo);
  const key = JSON.stringify(backendRef);
  let target = memo.byRef.get(key);
  if (target === undefined) {
    const { port } = backendRef;
    const section = port === undefined ? "" : String(port);
    target = resourceTarget(backendRef as ResourceRef, section, memo, find, "the outbound is left out");
    memo.byRef.set(key, target);
  }
  return target;
}

/** What a route's backendRef refers to; without a port a MeshService is a value of kuma.io/service. */
export function resolveBackendRef(ref: RouteBackendRef, memo: TargetMemo, find: Finder): Target | Missing {
  const tags = legacyTagsOf(ref);
  if (tags !== null) return tagTarget(tags, memo);
  return resourceTarget(ref, sectionOf(ref), memo, find, "requests that are sent there get a 500");
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
export function isAlone(tags: Tags): boolean {
  let count = 0;
  for (const _name in tags) if (++count > 1) return false;
  return true;
}

function resourceTarget(
  ref: ResourceRef,
  section: string,
  { byKey }: TargetMemo,
  find: Finder,
  effect: string,
): Target | Missing {
  const { kind, name, namespace, labels } = ref;
  const where = namespace ? ` of the namespace ${namespace}` : "";
  const told = `${kind} ${name ? `"${name}"${where}` : `with labels ${JSON.stringify(labels ?? {})}`}`;
  const missing = (reason: string): Missing => ({ kind: "missing", field: "backendRef", reason });
  const absent = missing(`refers to ${told}, which does not exist in this mesh: ${effect}`);
  const noPort = missing(`refers to port ${section} of ${told}, which has no such port: ${effect}`);
  const isPort = (port: { readonly port: number; readonly name?: string | undefined }): boolean =>
    section === String(port.port) || section === port.name;
  switch (kind) {
    case "MeshService": {
      const service = find.service(ref);
      if (service === null) {
        const zones = find.zonesOf(ref);
        if (zones.length === 0) return absent;
        const remedy = `name one by the labels ${LABEL.displayName} and ${LABEL.zone}, or all by a MeshMultiZoneService`;
        return missing(`refers to ${told}, which other zones have (${zones.join(", ")}): ${remedy}; ${effect}`);
      }
      const port = service.spec.ports?.find(isPort);
      if (port === undefined) return noPort;
      const key = `service\u0000${service.name}\u0000${port.port}`;
      const names = [...new Set([service.name, displayName(service)])];
      const called = names.filter((one) => find.called(one).includes(service));
      return known(byKey, key, (id) => ({ kind: "service", key, id, service, port, called }));
    }
    case "MeshMultiZoneService": {
      const multi = find.multi(ref);
      if (multi === null) return absent;
      const port = multi.spec.ports.find(isPort);
      if (port === undefined) return noPort;
      const key = `multi\u0000${multi.name}\u0000${port.port}`;
      const services = find.gathered(multi, port.port);
      return known(byKey, key, (id) => ({ kind: "multi", key, id, multi, port, services }));
    }
    case "MeshExternalService": {
      const external = find.external(ref);
      if (external === null) return absent;
      if (section !== "" && section !== String(external.spec.match.port)) return noPort;
      const key = `external\u0000${external.name}`;
      return known(byKey, key, (id) => ({ kind: "external", key, id, external }));
    }
    default:
      return missing(`refers to a ${kind}, which is no destination: ${effect}`);
  }
}

function known(byKey: Map<string, Target>, key: string, make: (id: number) => Target): Target {
  const before = byKey.get(key);
  if (before !== undefined) return before;
  const target = make(byKey.size);
  byKey.set(key, target);
  return target;
}
