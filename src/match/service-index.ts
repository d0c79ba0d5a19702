// MeshServices, as references find them and as they select dataplanes.

import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { MeshExternalServiceSpec } from "#model/kind/mesh-external-service.ts";
import type { MeshMultiZoneServiceSpec } from "#model/kind/mesh-multi-zone-service.ts";
import type { MeshServiceSpec, MeshServiceStatus, ServicePort } from "#model/kind/mesh-service.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { LABEL, SERVICE_TAG } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import { resourcesOf, type View } from "#model/view.ts";
import type { Member } from "./member.ts";
import { displayName } from "./order.ts";
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
  /** What outbounds and routes refer to, found once; valid as long as the services are the same. */
  readonly targets: TargetMemo;
  readonly find: Finder;
}

/** Indexes the services of a view; the earlier index where nothing that matching reads of them is different. */
export function indexServices(
  view: View,
  previous?: { readonly view: View; readonly services: ServiceIndex },
): ServiceIndex {
  if (previous !== undefined && SERVICE_TYPES.every((type) => sameList(view, previous.view, type)))
    return previous.services;
  const all = resourcesOf(view, "MeshService");
  const multi = resourcesOf(view, "MeshMultiZoneService");
  const external = resourcesOf(view, "MeshExternalService");
  const before = previous?.services;
  if (
    before !== undefined &&
    alike(all, before.all) &&
    alike(multi, before.multi) &&
    alike(external, before.external)
  ) {
    return before;
  }
  const byName = new Map(all.map((service) => [service.name, service]));
  const find: Finder = {
    service: (ref) => resolveRef({ all, byName }, ref),
    multi: (ref) => resolveRef({ all: multi }, ref),
    external: (ref) => resolveRef({ all: external }, ref),
    gathered: (one, port) => gathered(all, one, port),
  };
  return { all, multi, external, targets: newTargetMemo(), find };
}

const SERVICE_TYPES = ["MeshService", "MeshMultiZoneService", "MeshExternalService"] as const;

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

/** Whether the service's status says that all its proxies take mTLS. */
export function isTlsReady({ status }: Pick<Resource, "status">): boolean {
  return (status as MeshServiceStatus | undefined)?.tls?.status === "Ready";
}

/** The one resource that a reference means: by name, or by labels, of which the oldest wins. */
function resolveRef<T extends Resource>(
  { all, byName }: { readonly all: readonly T[]; readonly byName?: ReadonlyMap<string, T> },
  { name, namespace, labels = {} }: ResourceRef,
): T | null {
  if (name && namespace) return all.find((one) => isReferred({ name, namespace }, one)) ?? null;
  if (name) return byName?.get(name) ?? all.find((one) => one.name === name || displayName(one) === name) ?? null;
  const found = all.filter((one) => isLabelled(one, labels));
  return found.sort((a, b) => compareText(a.creationTime, b.creationTime) || compareText(a.name, b.name))[0] ?? null;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether the resource has all these labels; without a display name its name is one. */
export function isLabelled(
  service: Pick<Resource, "name" | "labels">,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.keys(labels).every((key) =>
    key === LABEL.displayName ? displayName(service) === labels[key] : service.labels[key] === labels[key],
  );
}

/** Whether a `to` item's targetRef means a target that is a real resource, or its port. */
export function refersToTarget(ref: TargetRef, target: Exclude<Target, { readonly kind: "tags" }>): boolean {
  if (target.kind === "service") return refersTo(ref, target.service, target.port);
  if (target.kind === "external") return ref.kind === "MeshExternalService" && isReferred(ref, target.external);
  const { multi, port } = target;
  if (ref.kind !== "MeshMultiZoneService" || !isReferred(ref, multi)) return false;
  return !ref.sectionName || ref.sectionName === port.name || ref.sectionName === String(port.port);
}

/** Whether a `to` item's targetRef means this service, or this port of it. */
export function refersTo(ref: TargetRef, service: Service, port: ServicePort): boolean {
  const { kind, sectionName } = ref;
  if (kind !== "MeshService" || !isReferred(ref, service)) return false;
  return !sectionName || sectionName === port.name || sectionName === String(port.port);
}

/** Whether the service selects the dataplane of a member, and through this inbound one of its ports. */
export function selectsMember(service: Service, port: ServicePort, member: Member): boolean {
  const target = port.targetPort ?? port.port;
  if (typeof target === "number" ? member.port !== target : member.name !== target) return false;
  return selectsDataplane(service, member.dataplane) && hasAll(member.tags, service.spec.selector?.dataplaneTags ?? {});
}

/** Whether the selector admits the dataplane; tags are compared inbound by inbound. A service without selector has none. */
export function selectsDataplane({ spec, labels: own }: Service, dataplane: Resource<DataplaneSpec>): boolean {
  const { dataplaneTags, dataplaneRef, dataplaneLabels } = spec.selector ?? {};
  const zone = own[LABEL.origin] === "zone" ? own[LABEL.zone] : undefined;
  if (zone !== undefined && (dataplane.labels[LABEL.zone] ?? zone) !== zone) return false;
  if (dataplaneRef !== undefined) return dataplaneRef.name === dataplane.name;
  if (dataplaneLabels !== undefined) {
    const wanted = dataplaneLabels.matchLabels ?? {};
    return Object.keys(wanted).every((key) =>
      key === LABEL.displayName ? displayName(dataplane) === wanted[key] : dataplane.labels[key] === wanted[key],
    );
  }
  if (dataplaneTags === undefined || Object.keys(dataplaneTags).length === 0) return false;
  return dataplane.spec.networking?.inbound?.some(({ tags = {} }) => hasAll(tags, dataplaneTags)) === true;
}

/** The kuma.io/service value that the selector asks for, by which older references know the service. */
export function legacyName({ spec }: Service): string | undefined {
  return spec.selector?.dataplaneTags?.[SERVICE_TAG];
}
