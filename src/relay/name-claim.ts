// Claims to virtual addresses that relays of one zone made while it was cut off, and what all of them make of the same claims.
import { isOf } from "#model/virtual/address.ts";
import { splitName, type VirtualAddress, ZONE_PART } from "#model/virtual/name.ts";

/** An address that a relay gave to a name, by the number of the relay's own event. */
export interface NameClaim {
  readonly name: string;
  readonly address: string;
  readonly relay: string;
  readonly number: number;
}

/** Whether the address is of the range that names of this kind have. */
export function isClaim({ name, address }: Pick<NameClaim, "name" | "address">): boolean {
  const [kind] = splitName(name);
  return kind !== ZONE_PART && isOf(kind, address);
}

/**
 * The told addresses, and those of names that nobody has told: an address is the name's whose claim is lowest by (relay,
 * number), and of a name's several the lowest is its own; the others lead there too, as clients may hold them. Sorted by name.
 */
export function withClaims(told: readonly VirtualAddress[], claims: readonly NameClaim[]): readonly VirtualAddress[] {
  const named = new Set(told.map(({ name }) => name));
  const taken = new Set(told.flatMap(({ address, also = [] }) => [address, ...also]));
  const given = new Map<string, readonly string[]>();
  for (const { name, address } of claims.toSorted(byClaim)) {
    if (named.has(name) || taken.has(address)) continue;
    taken.add(address);
    given.set(name, [...(given.get(name) ?? []), address]);
  }
  const made = [...given].map(([name, [address = "", ...also]]) => ({
    name,
    address,
    ...(also.length > 0 && { also }),
  }));
  return [...told, ...made].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function byClaim(a: NameClaim, b: NameClaim): number {
  return a.relay === b.relay ? a.number - b.number : a.relay < b.relay ? -1 : 1;
}
