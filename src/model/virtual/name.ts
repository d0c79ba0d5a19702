// Names that have virtual addresses: `service/backend`, `host/db.example`, `MeshService/backend`; and the host names of each.
import { type HostnameVerdict, isSeenIn } from "#model/hostnames.ts";
import type { Resource } from "#model/resource.ts";
import type { NamedKind } from "./address.ts";

/** One name and its addresses, as a view shows it. */
export interface VirtualAddress {
  /** `<kind>/<name>`; `zone/<zone>` has the number of the zone's part of the ranges in place of an address. */
  readonly name: string;
  readonly address: string;
  /** Others that are valid too: zones that were cut off gave them to the same name. */
  readonly also?: readonly string[];
}

/** `zone/east` in a list of addresses: which part of the ranges is the zone's. */
export const ZONE_PART = "zone";

/** `service/backend`. */
export function virtualName(kind: NamedKind | typeof ZONE_PART, name: string): string {
  return `${kind}/${name}`;
}

/** The two halves of a virtual name. */
export function splitName(name: string): readonly [kind: NamedKind | typeof ZONE_PART, name: string] {
  const slash = name.indexOf("/");
  return [name.slice(0, slash) as NamedKind, name.slice(slash + 1)];
}

/** Port that a service is reached at by its name, whatever port its endpoints have (Kuma: `serviceVipPort`). */
export const SERVICE_PORT = 80;

/** Domain of the services' own names (Kuma: `dnsServer.domain`). */
export const DOMAIN = "mesh";

/** Host names of a value of kuma.io/service: `redis_db.mesh`, and with dots in place of underscores. */
export function serviceHosts(service: string): readonly string[] {
  const own = `${service}.${DOMAIN}`;
  const dotted = own.replaceAll("_", ".");
  return dotted === own ? [own] : [own, dotted];
}

/** Host names that HostnameGenerators gave a resource and that the zone sees. */
export function generatedHosts({ status }: Pick<Resource, "status">, zone: string): readonly string[] {
  const { addresses = [] } = (status ?? {}) as Partial<HostnameVerdict>;
  const seen = addresses.filter((one) => one.hostname && isSeenIn(one, zone)).map(({ hostname }) => hostname);
  return [...new Set(seen)];
}
