// Virtual addresses: which belong to whom, and what each is in IPv6 and on loopback.

/** What has a virtual address. `service` is a value of kuma.io/service, `host` a name that a user chose, `zone` a zone's part of the ranges. */
export type NamedKind = "service" | "host" | "MeshService" | "MeshExternalService" | "MeshMultiZoneService";

/** First octet of each range, one /8 each: Kuma's ranges, of which 240.0.0.0/4 is kept out of the other three. */
const OCTETS: Readonly<Record<NamedKind, number>> = {
  service: 240,
  host: 240,
  MeshService: 241,
  MeshExternalService: 242,
  MeshMultiZoneService: 243,
};

/** Names that one range holds in one mesh: twenty bits, so that the four ranges fit on loopback side by side. */
const SIZE = 1 << 20;
/** The lower half is given by the control plane; the upper half is cut into parts for zones that are by themselves. */
export const CENTRAL = SIZE / 2;
/** Names that a zone may number by itself, in each range. */
export const ZONE_SIZE = 1024;
/** Zones that have a part of their own. */
export const ZONES = CENTRAL / ZONE_SIZE;

const PREFIX = "fd77:6566:7400";

/** The address of a number in the range of a kind: `240.0.1.2`. */
export function addressOf(kind: NamedKind, number: number): string {
  return `${OCTETS[kind]}.${number >>> 16}.${(number >>> 8) & 255}.${number & 255}`;
}

/** The number of an address, or null where the text is no virtual address. */
export function numberOf(address: string): number | null {
  if (!address.startsWith("24")) return null;
  const [first = 0, second = 0, third = 0, last = 0, ...more] = address.split(".").map(Number);
  const number = second * 65_536 + third * 256 + last;
  const known = first >= 240 && first <= 243 && more.length === 0 && Number.isInteger(number) && number >= 0;
  return known && number < SIZE && addressText(first, number) === address ? number : null;
}

function addressText(octet: number, number: number): string {
  return `${octet}.${number >>> 16}.${(number >>> 8) & 255}.${number & 255}`;
}

/** Whether the text is an address of the range that the kind has. */
export function isOf(kind: NamedKind, address: string): boolean {
  return numberOf(address) !== null && address.startsWith(`${OCTETS[kind]}.`);
}

/** The numbers of a zone's part: from the first, which counts, to the last, which does not. */
export function partOf(zone: number): readonly [from: number, to: number] {
  const from = CENTRAL + zone * ZONE_SIZE;
  return [from, from + ZONE_SIZE];
}

/** The same in IPv6: a /64 of a unique local prefix for each range (RFC 4193), with the IPv4 address in its last 32 bits. */
export function ipv6Of(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  // Written as RFC 5952 wants it, which is how Envoy compares it: the first of the last two words is never zero.
  return `${PREFIX}:${a.toString(16)}::${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

/** The same on loopback, where a proxy without redirection can listen: 127.64.0.0 to 127.127.255.255, sixteen /16 a range. */
export function loopbackOf(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  return `127.${64 + (a - 240) * 16 + b}.${c}.${d}`;
}
