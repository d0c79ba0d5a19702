// What the zone's dataplanes offer, at whichever of its relays they are: names are given to it while the control plane is away.

import type { LifeEvent } from "#api/replica.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import type { Offered } from "./own-names.ts";
import { shownAs } from "./registrar/readiness.ts";
import type { Registrar } from "./registrar/registrar.ts";
import { shownOf } from "./replica/event.ts";
import type { Replicas } from "./replica/replicas.ts";

/** The zone's dataplanes by mesh, as their streams have them; those that do not listen yet take nothing. */
export function offeredBy(
  registrar: Pick<Registrar, "all" | "find">,
  replicas: Pick<Replicas, "uncovered" | "find">,
): readonly Offered[] {
  const meshes = new Map<string, Resource<DataplaneSpec>[]>();
  const isLatest = (event: LifeEvent): boolean => replicas.find(event)?.event === event;
  const elsewhere = replicas
    .uncovered()
    .filter((event) => registrar.find(event) === undefined && isLatest(event))
    .map(shownOf);
  for (const { mesh, resource, ready } of [...registrar.all(), ...elsewhere]) {
    if (resource.type !== "Dataplane") continue;
    meshes.set(mesh, [...(meshes.get(mesh) ?? []), shownAs(resource as Resource<DataplaneSpec>, ready)]);
  }
  return [...meshes];
}
