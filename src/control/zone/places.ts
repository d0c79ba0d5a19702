// The zones as every mesh's view shows them, made of Zones, ZoneIngresses and ZoneEgresses.

import { storedOf, type TenantState } from "#control/state.ts";
import { freeze } from "#model/freeze.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { ZoneProxyKind } from "#model/proxy-kind.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { type ProxyPlace, type ZonePlace, type ZoneProxy, zoneOfProxy } from "#model/zone-place.ts";

/** All zones, sorted by name; the same object until one of them changes. */
export function zonesOf(state: TenantState): readonly ZonePlace[] {
  const { placed } = state;
  if (!placed.stale) return placed.zones;
  const zones = placesOf(state);
  // What does not differ keeps its identity: every mesh's view hangs on it.
  if (!sameJson(zones, placed.zones)) placed.zones = freeze(zones);
  placed.stale = false;
  return placed.zones;
}

function placesOf(state: TenantState): readonly ZonePlace[] {
  const shown = <T extends ZoneProxyKind>(type: T) =>
    (storedOf(state, type, "") as readonly Resource<SpecOf<T>>[]).filter(({ name }) => isReached(state, name));
  const [ingresses, egresses] = [shown("ZoneIngress"), shown("ZoneEgress")];
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
  return zones.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One that a user wrote and that never joined is its owner's word; any other is there while its Envoy listens. */
function isReached({ registrations }: TenantState, name: string): boolean {
  const life = registrations.get(name);
  return life === undefined || (life.online && life.ready);
}

/** Ingresses and egresses, of one zone or of all, sorted by name. */
export function zoneProxiesOf(state: TenantState, zone?: string): readonly ZoneProxy[] {
  const all = [...storedOf(state, "ZoneIngress", ""), ...storedOf(state, "ZoneEgress", "")] as readonly ZoneProxy[];
  return all
    .filter((one) => zone === undefined || zoneOfProxy(one) === zone)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
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
