// What a MeshMultiZoneService gathers, as its status tells it.
import type { SpecOf } from "#model/kinds.ts";
import { kriPartsOf } from "#model/kri-of.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { isLabelled } from "#model/service-selector.ts";
import type { Deriver } from "./deriver.ts";

type MultiZone = Resource<SpecOf<"MeshMultiZoneService">>;
type Service = Resource<SpecOf<"MeshService">>;

interface Gathered {
  readonly name: string;
  readonly namespace: string;
  readonly zone: string;
  readonly mesh: string;
}

export const multiZoneStatus: Deriver = {
  watches: ["MeshMultiZoneService", "MeshService"],
  derive(mesh) {
    return {
      statuses: mesh.of("MeshMultiZoneService").flatMap((multi) => {
        const wanted = statusOf(multi, mesh.of("MeshService"));
        const { meshServices, conditions } = (multi.status ?? {}) as Partial<ReturnType<typeof statusOf>>;
        if (sameJson(meshServices ?? [], wanted.meshServices) && sameJson(conditions, wanted.conditions)) return [];
        const { type, name } = multi;
        const patch = { ...wanted, meshServices: wanted.meshServices.length === 0 ? null : wanted.meshServices };
        return [{ key: { type, mesh: mesh.name, name }, patch }];
      }),
    };
  },
};

function statusOf({ spec }: MultiZone, services: readonly Service[]) {
  const labels = spec.selector.meshService.matchLabels ?? {};
  const matched = Object.keys(labels).length === 0 ? [] : services.filter((one) => isLabelled(one, labels));
  const meshServices = matched.map(gathered).sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const any = meshServices.length > 0;
  const condition = {
    type: "MeshServicesMatched",
    status: any ? "True" : "False",
    reason: any ? "MatchesFound" : "NoMatchesFound",
    message: any
      ? `Matched ${meshServices.length} MeshService(s)`
      : "Selector does not match any MeshService in any zone",
  };
  return { meshServices, conditions: [condition] };
}

function gathered(service: Service): Gathered {
  const { name, namespace, zone, mesh } = kriPartsOf(service);
  return { name, namespace, zone, mesh };
}

function sortKey({ mesh, zone, namespace, name }: Gathered): string {
  return [mesh, zone, namespace, name].join("\u0000");
}
