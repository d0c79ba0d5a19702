// Allotment: which name gets which virtual address, keeps it, and when it may be another's.
import { fnv1a64 } from "#model/sni.ts";
import { addressOf, CENTRAL, isOf, type NamedKind, numberOf, partOf, ZONES } from "./address.ts";
import { splitName, type VirtualAddress, ZONE_PART } from "./name.ts";

/** An address that was given to a name of one mesh. */
export interface AddressRow {
  readonly name: string;
  /** Of `zone/<zone>`, the number of its part as text. */
  readonly address: string;
  /** Milliseconds since 1970: when it was given, and since when its name is gone; null while the name is there. */
  readonly givenAt: number;
  readonly goneAt: number | null;
}

/** How long an address is nobody else's after its name is gone: what resolved the name may still hold it. 30 days. */
export const REST_MS = 30 * 24 * 60 * 60 * 1000;

/** An address that a zone gave to a name while it was cut off. */
export interface Claim {
  readonly name: string;
  readonly address: string;
  /** When it was given, milliseconds since 1970; absent = now. */
  readonly at?: number;
}

export interface Need {
  /** Names that there are now; zones too, as `zone/<zone>`. */
  readonly names: ReadonlySet<string>;
  readonly now: number;
  /** What zones gave while they were cut off: a claim holds wherever nobody else has the address. */
  readonly claims?: readonly Claim[];
}

/**
 * The rows that differ from what stands. A name keeps its addresses, also when it comes back within 30 days; of several the
 * one that was given first is its own. Names for which no address is left stay without.
 */
export function allot(standing: readonly AddressRow[], { names, now, claims = [] }: Need): readonly AddressRow[] {
  const book = new Map(standing.map((row) => [keyOf(row), row]));
  const byName = new Map<string, AddressRow[]>();
  for (const row of standing) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
  const changed = new Map<string, AddressRow>();
  const write = (row: AddressRow): void => {
    book.set(keyOf(row), row);
    changed.set(keyOf(row), row);
  };
  for (const row of standing) {
    if (row.goneAt === null && !names.has(row.name)) write({ ...row, goneAt: now });
    else if (row.goneAt !== null && names.has(row.name)) write({ ...row, goneAt: null });
  }
  for (const { name, address, at = now } of claims) {
    const [kind] = splitName(name);
    if (!names.has(name) || kind === ZONE_PART || !isOf(kind, address)) continue;
    const row: AddressRow = { name, address, givenAt: Math.min(at, now), goneAt: null };
    if (!isFree(book.get(keyOf(row)), now)) continue;
    write(row);
    byName.set(name, [...(byName.get(name) ?? []), row]);
  }
  const next = new Map<string, number>();
  for (const name of [...names].sort()) {
    if ((byName.get(name) ?? []).length > 0) continue;
    const [kind] = splitName(name);
    const range = kind === ZONE_PART ? ZONE_PART : addressOf(kind, 0);
    const most = kind === ZONE_PART ? ZONES : CENTRAL;
    for (let number = next.get(range) ?? 0; number < most; number++) {
      const row: AddressRow = { name, address: textOf(kind, number), givenAt: now, goneAt: null };
      if (!isFree(book.get(keyOf(row)), now)) continue;
      write(row);
      next.set(range, number + 1);
      break;
    }
  }
  return [...changed.values()];
}

/** Parts of zones are numbers, and no addresses. */
function keyOf({ name, address }: Pick<AddressRow, "name" | "address">): string {
  return name.startsWith(`${ZONE_PART}/`) ? `${ZONE_PART} ${address}` : address;
}

function textOf(kind: NamedKind | typeof ZONE_PART, number: number): string {
  return kind === ZONE_PART ? String(number) : addressOf(kind, number);
}

function isFree(row: AddressRow | undefined, now: number): boolean {
  return row === undefined || (row.goneAt !== null && now - row.goneAt >= REST_MS);
}

/** What a view shows of the rows: names that are there, each with its addresses, sorted by name. */
export function shownAddresses(rows: Iterable<AddressRow>): readonly VirtualAddress[] {
  const byName = new Map<string, AddressRow[]>();
  for (const row of rows) {
    if (row.goneAt === null) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
  }
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, all]) => {
      const [first, ...others] = all.sort(byAge);
      const also = others.map(({ address }) => address);
      return { name, address: first?.address ?? "", ...(also.length > 0 && { also }) };
    });
}

function byAge(a: AddressRow, b: AddressRow): number {
  return a.givenAt - b.givenAt || (numberOf(a.address) ?? 0) - (numberOf(b.address) ?? 0);
}

/** Whether the address is of the zone's part, by the addresses that are shown. */
export function isInPart(shown: readonly VirtualAddress[], zone: string, address: string): boolean {
  const part = shown.find(({ name }) => name === `${ZONE_PART}/${zone}`);
  const number = numberOf(address);
  if (part === undefined || number === null) return false;
  const [from, to] = partOf(Number(part.address));
  return number >= from && number < to;
}

/** Addresses of names that a zone has while it is cut off and that have none: from the zone's own part. */
export function numberHere(
  shown: readonly VirtualAddress[],
  zone: string,
  names: readonly string[],
): readonly VirtualAddress[] {
  const part = shown.find(({ name }) => name === `${ZONE_PART}/${zone}`);
  if (part === undefined) return [];
  const [from, to] = partOf(Number(part.address));
  const taken = new Set(shown.flatMap(({ address, also = [] }) => [address, ...also]));
  const known = new Set(shown.map(({ name }) => name));
  const made: VirtualAddress[] = [];
  for (const name of [...new Set(names)].sort()) {
    const [kind] = splitName(name);
    if (known.has(name) || kind === ZONE_PART) continue;
    // By the name and not by order: relays of one zone that do not hear of each other give one name one address.
    const first = Number.parseInt(fnv1a64(name).slice(-4), 16);
    for (let step = 0; step < to - from; step++) {
      const address = addressOf(kind, from + ((first + step) % (to - from)));
      if (taken.has(address)) continue;
      taken.add(address);
      made.push({ name, address });
      break;
    }
  }
  return made;
}
