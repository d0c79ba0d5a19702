// Selectors of services: which dataplanes a MeshService means, and which MeshServices labels mean.
import { displayName } from "./display-name.ts";
import type { DataplaneSpec } from "./kind/dataplane.ts";
import type { MeshServiceSpec } from "./kind/mesh-service.ts";
import type { Labels, Meta, Resource } from "./resource.ts";
import { selects } from "./selector.ts";
import { LABEL, SERVICE_TAG } from "./tag.ts";

type Service = Resource<MeshServiceSpec>;

/** The zone that a MeshService is of, or undefined: its dataplanes are then those of all zones. */
export function zoneOfService({ labels }: Pick<Service, "labels">): string | undefined {
  return labels[LABEL.origin] === "zone" ? labels[LABEL.zone] : undefined;
}

/** Whether the resource has every one of these labels; without a display name it is called by its name. */
export function isLabelled(resource: Pick<Meta, "name" | "labels">, labels: Labels): boolean {
  return Object.keys(labels).every(
    (key) => (key === LABEL.displayName ? displayName(resource) : resource.labels[key]) === labels[key],
  );
}

/** Whether the selector admits the dataplane; tags are compared inbound by inbound. A service without selector has none. */
export function selectsDataplane(service: Service, dataplane: Resource<DataplaneSpec>): boolean {
  const { dataplaneTags, dataplaneRef, dataplaneLabels } = service.spec.selector ?? {};
  const zone = zoneOfService(service);
  if (zone !== undefined && (dataplane.labels[LABEL.zone] ?? zone) !== zone) return false;
  if (dataplaneRef !== undefined) return dataplaneRef.name === dataplane.name;
  if (dataplaneLabels !== undefined) return isLabelled(dataplane, dataplaneLabels.matchLabels ?? {});
  if (dataplaneTags === undefined || Object.keys(dataplaneTags).length === 0) return false;
  return dataplane.spec.networking?.inbound?.some(({ tags = {} }) => selects(dataplaneTags, tags)) === true;
}

/** The kuma.io/service value that the selector asks for, by which older references know the service. */
export function legacyName({ spec }: Service): string | undefined {
  return spec.selector?.dataplaneTags?.[SERVICE_TAG];
}
