// Views as they will be once the control plane knows who has come and gone in the zone: of what reaches beyond its own endpoints.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { ZoneEgressSpec } from "#model/kind/zone-egress.ts";
import type { Resource } from "#model/resource.ts";
import type { View } from "#model/view.ts";
import type { ProxyPlace, ZonePlace } from "#model/zone-place.ts";

/** A proxy as it stands now, by the mesh and name that it has in its zone; null = it is gone, or not reached. */
export interface Standing {
  readonly mesh: string;
  readonly name: string;
  readonly resource: Resource | null;
}

/** The views with the zone's egresses as they stand; a view in which nothing differs is the same object. */
export function standingViews(views: readonly View[], zone: string, standing: readonly Standing[]): readonly View[] {
  const gates = standing.filter(({ mesh }) => mesh === "");
  const known = new Map<View["zones"], readonly ZonePlace[]>();
  return views.map((view) => {
    let made = view;
    if (view.zones !== undefined && gates.length > 0) {
      const zones = known.get(view.zones) ?? standingZones(view.zones, zone, gates);
      known.set(view.zones, zones);
      made = { ...view, zones };
    }
    for (const one of standing) if (one.mesh === view.mesh.name) made = standingView(made, one);
    return made;
  });
}

/** The view as it will be once the control plane knows the newcomer. */
export function joinedView(view: View, dataplane: Resource<DataplaneSpec>): View {
  const others = (view.resources.Dataplane ?? []).filter(({ name }) => name !== dataplane.name);
  const at = others.findIndex(({ name }) => name > dataplane.name);
  const Dataplane = at === -1 ? [...others, dataplane] : [...others.slice(0, at), dataplane, ...others.slice(at)];
  const departed = view.departed.filter((name) => name !== dataplane.name);
  return { ...view, resources: { ...view.resources, Dataplane }, departed };
}

/** Whether a dataplane leads out of its zone: what comes and goes with it is more than its own endpoints. */
export function listensAsEgress({ spec }: Resource): boolean {
  const { networking } = spec as DataplaneSpec;
  return networking?.listeners?.some(({ type }) => type === "ZoneEgress") === true;
}

function standingView(view: View, { name, resource }: Standing): View {
  if (resource !== null) return joinedView(view, resource as Resource<DataplaneSpec>);
  return view.departed.includes(name) ? view : { ...view, departed: [...view.departed, name].sort() };
}

function standingZones(zones: readonly ZonePlace[], zone: string, gates: readonly Standing[]): readonly ZonePlace[] {
  return zones.map((one) => (one.name === zone ? { ...one, egresses: standingEgresses(one, gates) } : one));
}

function standingEgresses({ egresses }: ZonePlace, gates: readonly Standing[]): readonly ProxyPlace[] {
  const named = new Set(gates.map(({ name }) => name));
  const come = gates.flatMap(({ name, resource }): readonly ProxyPlace[] => {
    if (resource?.type !== "ZoneEgress") return [];
    const { address, port } = (resource.spec as ZoneEgressSpec).networking ?? {};
    return address && port ? [{ name, address, port }] : [];
  });
  return [...egresses.filter(({ name }) => !named.has(name)), ...come].sort((a, b) => (a.name < b.name ? -1 : 1));
}
