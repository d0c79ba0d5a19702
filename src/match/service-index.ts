// MeshServices, as references find them and as they select dataplanes.

import { displayName } from "#model/display-name.ts";
import type { MeshExternalServiceSpec } from "#model/kind/mesh-external-service.ts";
import type { MeshMultiZoneServiceSpec } from "#model/kind/mesh-multi-zone-service.ts";
import type { MeshServiceSpec, MeshServiceStatus, ServicePort } from "#model/kind/mesh-service.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { isLabelled, selectsDataplane, zoneOfService } from "#model/service-selector.ts";
import type { TargetRef } from "#model/target-ref.ts";
import { resourcesOf, type View } from "#model/view.ts";
import type { Member } from "./member.ts";
import { type OutsideServices, outsideServicesOf } from "./outside-service.ts";
import { sameList } from "./policy-index.ts";
import { isReferred } from "./refer.ts";
import { hasAll } from "./select.ts";
import {
  type Finder,
  newTargetMemo,
  type ResourceRef,
  type ServiceTarget,
  type Target,
  type TargetMemo,
} from "./target.ts";

export type Service = Resource<MeshServiceSpec>;
type MultiZone = Resource<MeshMultiZoneServiceSpec>;
type External = Resource<MeshExternalServiceSpec>;

export interface ServiceIndex {
  readonly all: readonly Service[];
  readonly multi: readonly MultiZone[];
  readonly external: readonly External[];
  readonly outside: OutsideServices;
  /** What outbounds and routes refer to, found once; valid as long as the services are the same. */
  readonly targets: TargetMemo;
  readonly find: Finder;
}

/**
 * Indexes the services of a view as one zone sees them; the zone's earlier index where nothing that matching reads of them
 * is different.
 */
export function indexServices(
  view: View,
  zone: string,
  previous?: { readonly view: View; readonly services: ServiceIndex },
): ServiceIndex {
  if (previous !== undefined && SERVICE_TYPES.every((type) => sameList(view, previous.view, type)))
    return previous.services;
  const all = resourcesOf(view, "MeshService");
  const multi = resourcesOf(view, "MeshMultiZoneService");
  const external = resourcesOf(view, "MeshExternalService");
  const outside = resourcesOf(view, "ExternalService");
  const before = previous?.services;
  if (
    before !== undefined &&
    alike(outside, resourcesOf(previous?.view ?? view, "ExternalService")) &&
    alike(all, before.all) &&
    alike(multi, before.multi) &&
    alike(external, before.external)
  ) {
    return before;
  }
  const named = byDisplayName(all);
  const find: Finder = {
    service: (ref) => (isNamedAlone(ref) ? (meant(named, ref.name, zone)[0] ?? null) : resolveRef(all, ref)),
    called: (name) => meant(named, name, zone),
    zonesOf: ({ name = "" }) => (named.get(name) ?? []).flatMap((one) => zoneOfService(one) ?? []).sort(),
    multi: (ref) => resolveRef(multi, ref),
    external: (ref) => resolveRef(external, ref),
    gathered: (one, port) => gathered(all, one, port),
  };
  return { all, multi, external, outside: outsideServicesOf(outside), targets: newTargetMemo(), find };
}

const SERVICE_TYPES = ["MeshService", "MeshMultiZoneService", "MeshExternalService", "ExternalService"] as const;

function alike<T extends Resource>(list: readonly T[], before: readonly T[]): boolean {
  return list.length === before.length && list.every((one, index) => sameService(one, before[index] as T));
}

/** Ports of the MeshServices whose labels a MeshMultiZoneService asks for, that have its port's number. */
function gathered(all: readonly Service[], { spec }: MultiZone, number: number): readonly ServiceTarget[] {
  const labels = spec.selector.meshService.matchLabels ?? {};
  return all.flatMap((service): readonly ServiceTarget[] => {
    if (Object.keys(labels).length === 0 || !isLabelled(service, labels)) return [];
    const port = service.spec.ports?.find((one) => one.port === number);
    return port === undefined ? [] : [{ service, port }];
  });
}

function sameService(a: Resource, b: Resource): boolean {
  if (a === b) return true;
  return (
    a.name === b.name && sameJson(a.labels, b.labels) && sameJson(a.spec, b.spec) && isTlsReady(a) === isTlsReady(b)
  );
}

/** Whether any of the service's proxies is healthy, as its state tells; one that says nothing is. */
export function isAvailable({ service }: Pick<ServiceTarget, "service">): boolean {
  return service.spec.state !== "Unavailable";
}

/** Whether the service's status says that all its proxies take mTLS. */
export function isTlsReady({ status }: Pick<Resource, "status">): boolean {
  return (status as MeshServiceStatus | undefined)?.tls?.status === "Ready";
}

type NamedAlone = ResourceRef & { readonly name: string };

function isNamedAlone(ref: Pick<ResourceRef, "name" | "namespace">): ref is NamedAlone {
  return Boolean(ref.name) && !ref.namespace;
}

/** Services by each name that a reference may call them: what they are stored as, and what their user called them. */
function byDisplayName(all: readonly Service[]): ReadonlyMap<string, readonly Service[]> {
  const found = new Map<string, Service[]>();
  for (const service of all) {
    for (const name of new Set([service.name, displayName(service)])) {
      const list = found.get(name);
      if (list === undefined) found.set(name, [service]);
      else list.push(service);
    }
  }
  return found;
}

/**
 * What a name means in a zone: the zone's own services of it (namespaces may have one each), else those of no zone, else the
 * only one that other zones have. What is stored under the name comes first.
 */
function meant(named: ReadonlyMap<string, readonly Service[]>, name: string, zone: string): readonly Service[] {
  const all = [...(named.get(name) ?? [])].sort((a, b) => Number(b.name === name) - Number(a.name === name));
  const own = all.filter((one) => zoneOfService(one) === zone);
  const global = all.filter((one) => zoneOfService(one) === undefined);
  if (own.length > 0) return own;
  if (global.length > 0) return global;
  return all.length === 1 || all[0]?.name === name ? all.slice(0, 1) : [];
}

/** The one resource that a reference means: by name, or by labels, of which the oldest wins. */
function resolveRef<T extends Resource>(all: readonly T[], { name, namespace, labels = {} }: ResourceRef): T | null {
  if (name && namespace) return all.find((one) => isReferred({ name, namespace }, one)) ?? null;
  if (name) return all.find((one) => one.name === name) ?? all.find((one) => displayName(one) === name) ?? null;
  const found = all.filter((one) => isLabelled(one, labels));
  return found.sort((a, b) => compareText(a.creationTime, b.creationTime) || compareText(a.name, b.name))[0] ?? null;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether a `to` item's targetRef, whose kind is the resource's, means it: the name of a MeshService means in each zone its own. */
export function refersToResource(ref: TargetRef, resource: Resource, { called }: Pick<Finder, "called">): boolean {
  if (resource.type !== "MeshService" || !isNamedAlone(ref)) return isReferred(ref, resource);
  return called(ref.name).some(({ name }) => name === resource.name);
}

/** Whether a `to` item's targetRef means a target that is a real resource, or its port. */
export function refersToTarget(ref: TargetRef, target: Exclude<Target, { readonly kind: "tags" }>): boolean {
  switch (target.kind) {
    case "service": {
      if (ref.kind !== "MeshService" || !isPortOf(ref, target.port)) return false;
      // A name means in each zone what it means to the outbounds of its dataplanes.
      return isNamedAlone(ref) ? target.called.includes(ref.name) : isReferred(ref, target.service);
    }
    case "multi":
      return ref.kind === "MeshMultiZoneService" && isReferred(ref, target.multi) && isPortOf(ref, target.port);
    case "external":
      return ref.kind === "MeshExternalService" && isReferred(ref, target.external);
  }
}

function isPortOf(
  { sectionName }: TargetRef,
  { name, port }: { readonly name?: string | undefined; readonly port: number },
) {
  return !sectionName || sectionName === name || sectionName === String(port);
}

/** Whether the service selects the dataplane of a member, and through this inbound one of its ports. */
export function selectsMember(service: Service, port: ServicePort, member: Member): boolean {
  const target = port.targetPort ?? port.port;
  if (typeof target === "number" ? member.port !== target : member.name !== target) return false;
  return selectsDataplane(service, member.dataplane) && hasAll(member.tags, service.spec.selector?.dataplaneTags ?? {});
}
