// MeshServices, as references find them and as they select dataplanes.

import type { BackendRef, DataplaneSpec } from "#model/kind/dataplane.ts";
import type { MeshServiceSpec, MeshServiceStatus, ServicePort } from "#model/kind/mesh-service.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { LABEL, SERVICE_TAG } from "#model/tag.ts";
import type { TargetRef } from "#model/target-ref.ts";
import { resourcesOf, type View } from "#model/view.ts";
import type { Member } from "./member.ts";
import { displayName } from "./order.ts";
import { sameList } from "./policy-index.ts";
import { hasAll } from "./select.ts";
import { type FindService, newTargetMemo, type TargetMemo } from "./target.ts";

export type Service = Resource<MeshServiceSpec>;

export interface ServiceIndex {
  readonly all: readonly Service[];
  readonly byName: ReadonlyMap<string, Service>;
  /** What outbounds refer to, found once; valid as long as the services are the same. */
  readonly targets: TargetMemo;
  readonly find: FindService;
}

/** Indexes the MeshServices of a view; the earlier index where nothing that matching reads of them is different. */
export function indexServices(
  view: View,
  previous?: { readonly view: View; readonly services: ServiceIndex },
): ServiceIndex {
  if (previous !== undefined && sameList(view, previous.view, "MeshService")) return previous.services;
  const all = resourcesOf(view, "MeshService");
  const before = previous?.services.all;
  if (before?.length === all.length && all.every((service, index) => sameService(service, before[index] as Service))) {
    return previous?.services as ServiceIndex;
  }
  const byName = new Map(all.map((service) => [service.name, service]));
  return { all, byName, targets: newTargetMemo(), find: (ref) => resolveBackend({ all, byName }, ref) };
}

function sameService(a: Service, b: Service): boolean {
  if (a === b) return true;
  return (
    a.name === b.name && sameJson(a.labels, b.labels) && sameJson(a.spec, b.spec) && isTlsReady(a) === isTlsReady(b)
  );
}

/** Whether the service's status says that all its proxies take mTLS. */
export function isTlsReady({ status }: Service): boolean {
  return (status as MeshServiceStatus | undefined)?.tls?.status === "Ready";
}

/** The one MeshService that a backendRef means: by name, or by labels, of which the oldest wins. */
export function resolveBackend(
  services: Pick<ServiceIndex, "all" | "byName">,
  { name, labels = {} }: BackendRef,
): Service | null {
  if (name) return services.byName.get(name) ?? services.all.find((one) => displayName(one) === name) ?? null;
  const found = services.all.filter((service) => isLabelled(service, labels));
  return found.sort((a, b) => compareText(a.creationTime, b.creationTime) || compareText(a.name, b.name))[0] ?? null;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isLabelled(service: Service, labels: Readonly<Record<string, string>>): boolean {
  return Object.keys(labels).every((key) =>
    key === LABEL.displayName ? displayName(service) === labels[key] : service.labels[key] === labels[key],
  );
}

/** Whether a `to` item's targetRef means this service, or this port of it. */
export function refersTo({ kind, name, labels, sectionName }: TargetRef, service: Service, port: ServicePort): boolean {
  if (kind !== "MeshService") return false;
  if (name ? name !== service.name && name !== displayName(service) : !isLabelled(service, labels ?? {})) return false;
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
