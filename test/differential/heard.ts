// What a zone's Kuma would hold of a scenario: other zones as a global control plane tells of them, by their ingresses.
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import type { Given } from "#test/xds/world.ts";
import { KUMA_ZONE } from "./kuma.ts";

/** The resources to put, in order. A disabled zone's ingresses are not told. */
export function heardBy(resources: readonly Given[]): readonly Given[] {
  const off = new Set(resources.filter((one) => one.type === "Zone" && one.enabled === false).map(({ name }) => name));
  const away = resources.filter((one) => one.type === "Dataplane" && zoneIn(one) !== KUMA_ZONE);
  return resources.flatMap((one) => {
    if (one.type === "Zone" || away.includes(one)) return [];
    if (one.type !== "ZoneIngress" || one.zone === KUMA_ZONE) return [one];
    if (off.has(String(one.zone))) return [];
    return [{ ...one, availableServices: servicesOf(away.filter((each) => zoneIn(each) === one.zone)) }];
  });
}

/** The zone of a resource's labels. */
export function zoneIn({ labels }: Given): string {
  return (labels as Readonly<Record<string, string>> | undefined)?.["kuma.io/zone"] ?? KUMA_ZONE;
}

/** One entry for each set of tags, as an ingress tells of the inbounds behind it. */
function servicesOf(dataplanes: readonly Given[]): readonly object[] {
  const found = new Map<string, { readonly tags: object; readonly mesh: unknown; instances: number }>();
  for (const one of dataplanes) {
    for (const { tags } of (one.networking as NonNullable<DataplaneSpec["networking"]>).inbound ?? []) {
      const entry = { tags: { ...tags, "kuma.io/zone": zoneIn(one) }, mesh: one.mesh, instances: 0 };
      const key = JSON.stringify(Object.entries(entry.tags).sort());
      const known = found.get(key) ?? entry;
      found.set(key, known);
      known.instances++;
    }
  }
  return [...found.values()];
}
