// What other zones reach behind a zone's ingresses, counted when somebody looks: Kuma writes it into each ZoneIngress.

import { canonical } from "#model/canonical.ts";
import type { ZoneIngressSpec } from "#model/kind/zone-ingress.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL, SERVICE_TAG, type Tags, ZONE_TAG } from "#model/tag.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { type ZoneProxy, zoneOfProxy } from "#model/zone-place.ts";

type Available = NonNullable<ZoneIngressSpec["availableServices"]>[number];

/** The ingress as answers show it. */
export function withAvailable(ingress: Resource<ZoneIngressSpec>, views: readonly View[]): Resource<ZoneIngressSpec> {
  const availableServices = servicesIn(zoneOfProxy(ingress as ZoneProxy), views);
  return availableServices.length === 0 ? ingress : { ...ingress, spec: { ...ingress.spec, availableServices } };
}

/**
 * One for each distinct set of tags of the zone's healthy inbounds in a mesh, and for each ExternalService that is said to be
 * in the zone where calls leave by egresses; sorted by mesh, then tags. Meshes of MeshServices alone have none.
 */
function servicesIn(zone: string, views: readonly View[]): readonly Available[] {
  return views
    .filter(({ mesh }) => mesh.spec.meshServices?.mode !== "Exclusive")
    .flatMap((view) => {
      const { name: mesh, spec } = view.mesh;
      const outside = spec.routing?.zoneEgress === true ? externalTags(zone, view) : [];
      return [
        ...counted(inboundTags(zone, view)).map(([tags, instances]) => ({ tags, instances, mesh })),
        ...counted(outside).map(([tags, instances]) => ({ tags, instances, mesh, externalService: true })),
      ].sort((a, b) => (tagText(a.tags) < tagText(b.tags) ? -1 : 1));
    });
}

function inboundTags(zone: string, view: View): readonly Tags[] {
  const departed = new Set(view.departed);
  return resourcesOf(view, "Dataplane").flatMap(({ name, labels, spec }) => {
    if (labels[LABEL.zone] !== zone || departed.has(name)) return [];
    return (spec.networking?.inbound ?? []).flatMap(({ tags = {}, state, health }) => {
      const isHealthy = (state ?? "Ready") === "Ready" && (health === undefined || health.ready === true);
      return isHealthy && tags[SERVICE_TAG] !== undefined ? [tags] : [];
    });
  });
}

function externalTags(zone: string, view: View): readonly Tags[] {
  return resourcesOf(view, "ExternalService").flatMap(({ spec: { tags = {} } }) =>
    tags[ZONE_TAG] === zone ? [tags] : [],
  );
}

/** Each distinct set, and how often it is there. */
function counted(sets: readonly Tags[]): readonly (readonly [tags: Tags, instances: number])[] {
  const found = new Map<string, [Tags, number]>();
  for (const tags of sets) {
    const known = found.get(canonical(tags));
    if (known === undefined) found.set(canonical(tags), [tags, 1]);
    else known[1] += 1;
  }
  return [...found.values()];
}

/** As Kuma sorts them: `kuma.io/service=web version=v1`. */
function tagText(tags: Tags): string {
  return Object.keys(tags)
    .sort()
    .map((key) => `${key}=${tags[key]}`)
    .join(" ");
}
