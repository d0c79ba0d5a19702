// Host names of services, as their statuses tell them: what HostnameGenerators make, and what they could not.
import { type HostnameVerdict, hostnamesOf } from "#model/hostnames.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import type { Deriver } from "./deriver.ts";

const TYPES = ["MeshExternalService", "MeshService", "MeshMultiZoneService"] as const;

export const hostnameStatus: Deriver = {
  watches: ["HostnameGenerator", "Zone", ...TYPES],
  derive(mesh, { global }) {
    const services: readonly Resource[] = TYPES.flatMap((type) => mesh.of(type));
    if (services.length === 0) return {};
    const zones = global("Zone").map(({ name }) => name);
    const verdicts = hostnamesOf({ services, generators: global("HostnameGenerator"), zones });
    return {
      statuses: services.flatMap((service) => {
        const { type, mesh: of, name } = service;
        const patch = changesOf((service.status ?? {}) as Partial<HostnameVerdict>, verdicts.get(service));
        return patch === null ? [] : [{ key: { type, mesh: of, name }, patch }];
      }),
    };
  },
};

/** Empty lists stand in no status, as in Kuma's. */
function changesOf(status: Partial<HostnameVerdict>, verdict?: HostnameVerdict): Partial<HostnameVerdict> | null {
  const { addresses = [], hostnameGenerators = [] } = verdict ?? {};
  const patch = { ...changed(status, { addresses }), ...changed(status, { hostnameGenerators }) };
  return Object.keys(patch).length === 0 ? null : (patch as Partial<HostnameVerdict>);
}

function changed(status: Readonly<Record<string, unknown>>, wanted: Readonly<Record<string, readonly unknown[]>>) {
  const found: Record<string, unknown> = {};
  for (const [member, list] of Object.entries(wanted)) {
    const value = list.length === 0 ? undefined : list;
    if (!sameJson(status[member], value)) found[member] = value ?? null;
  }
  return found;
}
