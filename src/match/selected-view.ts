// Which dataplanes a policy or a service selects: for reading.

import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { kriOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import { selectsDataplane } from "#model/service-selector.ts";
import { proxyOf, selectedInbounds } from "./select.ts";
import { shapeOf } from "./shape.ts";
import type { ViewIndex } from "./view-index.ts";

type Dataplane = Resource<DataplaneSpec>;

/** Those of all zones that a policy selects, sorted by name; null where the view has no such policy. */
export function selectedByPolicy(index: ViewIndex, type: string, name: string): readonly Dataplane[] | null {
  const asked = index.view.resources[type]?.find((one) => one.name === name);
  if (asked === undefined) return null;
  const { all, gateways } = index.policies;
  // An older policy acts as several.
  const kri = kriOf(asked);
  const acting = all.filter((policy) => policy.kri === kri);
  return index.everywhere.filter((dataplane) => {
    const proxy = proxyOf(dataplane, gateways);
    return acting.some((policy) => selectedInbounds(policy, proxy) !== null);
  });
}

/** Those of all zones that a MeshService selects, sorted by name; null where the view has no such service. */
export function selectedByService(index: ViewIndex, name: string): readonly Dataplane[] | null {
  const service = index.services.all.find((one) => one.name === name);
  return service === undefined ? null : index.everywhere.filter((dataplane) => selectsDataplane(service, dataplane));
}

/** The policies that select a dataplane, each once, in plugin order and each type in ascending precedence; older ones as what they are. */
export function policiesOn(index: ViewIndex, dataplane: Dataplane): readonly Resource[] {
  const { policies } = shapeOf(index, proxyOf(dataplane, index.policies.gateways));
  return [...new Map(policies.map(({ kri, resource }) => [kri, resource])).values()];
}
