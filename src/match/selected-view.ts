// Which dataplanes a policy or a service selects: for reading.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Resource } from "#model/resource.ts";
import { proxyOf, selectedInbounds } from "./select.ts";
import { selectsDataplane } from "./service-index.ts";
import { shapeOf } from "./shape.ts";
import type { ViewIndex } from "./view-index.ts";

type Dataplane = Resource<DataplaneSpec>;

/** Those of all zones that a policy selects, sorted by name; null where the view has no such policy. */
export function selectedByPolicy(index: ViewIndex, type: string, name: string): readonly Dataplane[] | null {
  const policy = index.policies.all.find(({ resource }) => resource.type === type && resource.name === name);
  if (policy === undefined) return null;
  const { gateways } = index.policies;
  return index.everywhere.filter((dataplane) => selectedInbounds(policy, proxyOf(dataplane, gateways)) !== null);
}

/** Those of all zones that a MeshService selects, sorted by name; null where the view has no such service. */
export function selectedByService(index: ViewIndex, name: string): readonly Dataplane[] | null {
  const service = index.services.byName.get(name);
  return service === undefined ? null : index.everywhere.filter((dataplane) => selectsDataplane(service, dataplane));
}

/** The policies that select a dataplane, in plugin order and each type in ascending precedence. */
export function policiesOn(index: ViewIndex, dataplane: Dataplane): readonly Resource[] {
  const { policies } = shapeOf(index, proxyOf(dataplane, index.policies.gateways));
  return policies.map(({ resource }) => resource);
}
