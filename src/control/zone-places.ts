// The zones as every mesh's view shows them, made of Zones, ZoneIngresses and ZoneEgresses.
import { freeze } from "#model/freeze.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import type { ProxyPlace, ZonePlace, ZoneProxy } from "#model/zone-place.ts";
import { storedOf, type TenantState } from "./state.ts";

/** All zones, sorted by name; the same object until one of them changes. */
export function zonesOf(state: TenantState): readonly ZonePlace[] {
  if (state.zones !== null) return state.zones;
  const ingresses = storedOf(state, "ZoneIngress", "") as readonly Resource<SpecOf<"ZoneIngress">>[];
  const egresses = storedOf(state, "ZoneEgress", "") as readonly Resource<SpecOf<"ZoneEgress">>[];
  const zones = (storedOf(state, "Zone", "") as readonly Resource<SpecOf<"Zone">>[]).map(
    ({ name, spec }): ZonePlace => ({
      name,
      enabled: spec.enabled !== false,
      ingresses: placesIn(name, ingresses, ({ advertisedAddress, advertisedPort }) => [
        advertisedAddress,
        advertisedPort,
      ]),
      egresses: placesIn(name, egresses, ({ address, port }) => [address, port]),
    }),
  );
  state.zones = freeze(zones.sort((a, b) => (a.name < b.name ? -1 : 1)));
  return state.zones;
}

/** Ingresses and egresses, of one zone or of all, sorted by name. */
export function zoneProxiesOf(state: TenantState, zone?: string): readonly ZoneProxy[] {
  const all = [...storedOf(state, "ZoneIngress", ""), ...storedOf(state, "ZoneEgress", "")] as readonly ZoneProxy[];
  return all
    .filter((one) => zone === undefined || zoneOfProxy(one) === zone)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The zone that an ingress or an egress belongs to. */
export function zoneOfProxy({ labels, spec }: ZoneProxy): string {
  return labels[LABEL.zone] ?? spec.zone ?? "";
}

function placesIn<P extends ZoneProxy>(
  zone: string,
  proxies: readonly P[],
  placeOf: (networking: NonNullable<P["spec"]["networking"]>) => readonly [string | undefined, number | undefined],
): readonly ProxyPlace[] {
  const found = proxies.flatMap((proxy): readonly ProxyPlace[] => {
    if (zoneOfProxy(proxy) !== zone) return [];
    const [address, port] = placeOf(proxy.spec.networking ?? {});
    return address && port ? [{ name: proxy.name, address, port }] : [];
  });
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}
