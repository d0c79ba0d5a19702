// Zones and their ingresses and egresses, for properties: they come, go, are disabled, and some share an address.
import fc from "fast-check";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import type { ProxyPlace, ZonePlace } from "#model/zone-place.ts";

export const ZONES = ["east", "north", "west"] as const;

const address = fc.constantFrom("192.0.2.1", "192.0.2.2", "ingress.example.com");
const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

const placesOf = (...names: readonly string[]): fc.Arbitrary<readonly ProxyPlace[]> =>
  fc
    .uniqueArray(fc.record({ name: fc.constantFrom(...names), address, port: fc.constantFrom(10_001, 10_002) }), {
      selector: ({ name }) => name,
      maxLength: 2,
    })
    .map((places) => places.sort(byName));

/** One zone. */
export const zonePlace: fc.Arbitrary<ZonePlace> = fc.record({
  name: fc.constantFrom(...ZONES),
  enabled: fc.constantFrom(true, true, true, false),
  ingresses: placesOf("zi-1", "zi-2"),
  egresses: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, placesOf("ze-1", "ze-2")),
});

/** Zones of an organisation, sorted by name. */
export const zonePlaces: fc.Arbitrary<readonly ZonePlace[]> = fc
  .uniqueArray(zonePlace, { selector: ({ name }) => name, minLength: 2, maxLength: 3 })
  .map((zones) => zones.sort(byName));

/** The zones with one put in, or in the place of its namesake. */
export function withZone(zones: readonly ZonePlace[], zone: ZonePlace): readonly ZonePlace[] {
  return [...zones.filter(({ name }) => name !== zone.name), zone].sort(byName);
}

/** The zones among resources: Zones, with the ZoneIngresses and ZoneEgresses that name them; undefined where there is none. */
export function zonesAmong(resources: readonly Resource[]): readonly ZonePlace[] | undefined {
  const of = <T extends "Zone" | "ZoneIngress" | "ZoneEgress">(type: T): readonly Resource<SpecOf<T>>[] =>
    resources.filter((one) => one.type === type).sort(byName) as readonly Resource<SpecOf<T>>[];
  const zones = of("Zone");
  if (zones.length === 0) return undefined;
  return zones.map(({ name, spec }) => ({
    name,
    enabled: spec.enabled !== false,
    ingresses: of("ZoneIngress")
      .filter((one) => one.spec.zone === name)
      .map((one) => ({
        name: one.name,
        address: one.spec.networking?.advertisedAddress ?? "",
        port: one.spec.networking?.advertisedPort ?? 0,
      })),
    egresses: of("ZoneEgress")
      .filter((one) => one.spec.zone === name)
      .map((one) => ({
        name: one.name,
        address: one.spec.networking?.address ?? "",
        port: one.spec.networking?.port ?? 0,
      })),
  }));
}
