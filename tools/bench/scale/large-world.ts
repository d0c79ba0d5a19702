// Organisations of many services, as views: in one mesh or many, in one zone or many.
import type { View } from "#model/view.ts";
import { type Dataplane, dataplanesOf, sorted, viewOf } from "../compile/world.ts";

export interface Shape {
  readonly meshes: number;
  readonly zones: number;
  /** Of all meshes together. */
  readonly services: number;
  readonly instances: number;
  /** Services that each instance lists; `names` = it reaches all of its mesh by name. */
  readonly reach: number | "names";
}

export const zonesOf = ({ zones }: Pick<Shape, "zones">): readonly string[] =>
  Array.from({ length: zones }, (_, at) => `zone-${at}`);

/** Instances are of the zones by turns. */
export function largeViews({ meshes, zones, services, instances, reach }: Shape): readonly View[] {
  const size = { services: services / meshes, instances, reach };
  return Array.from({ length: meshes }, (_, at) => {
    const mesh = `mesh-${String(at).padStart(4, "0")}`;
    const view = viewOf(size);
    const Dataplane = sorted(dataplanesOf(size).map((one, place) => placed(one, mesh, `zone-${place % zones}`)));
    const resources = Object.entries({ ...view.resources, Dataplane }).map(
      ([type, list]) => [type, list.map((one) => ({ ...one, mesh }))] as const,
    );
    return { ...view, mesh: { ...view.mesh, name: mesh }, resources: Object.fromEntries(resources) };
  });
}

/** Tags of its own, as what is read from a store has. */
function placed(one: Dataplane, mesh: string, zone: string): Dataplane {
  const { networking = {} } = one.spec;
  const inbound = (networking.inbound ?? []).map((each) => ({ ...each, tags: { ...each.tags, "kuma.io/zone": zone } }));
  const labels = { ...one.labels, "kuma.io/zone": zone, "kuma.io/mesh": mesh };
  return { ...one, mesh, labels, spec: { ...one.spec, networking: { ...networking, inbound } } };
}
