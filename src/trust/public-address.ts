// Which IP addresses are of the public Internet: what an outside URL may lead to.
import { parseIp } from "./ip.ts";

/** Ranges of the IANA registries of special-purpose addresses (RFC 6890 and its updates), as address and prefix length. */
const SPECIAL = ranges(
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
);

/** Global unicast; everything else of IPv6 is special. */
const GLOBAL = ranges("2000::/3");
const SPECIAL_6 = ranges("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");
/** An IPv4 address in IPv6's clothes is judged as what it is: NAT64 (RFC 6052, RFC 8215), mapped and compatible addresses. */
const EMBEDDING = ranges("64:ff9b::/96", "::ffff:0:0/96", "::/96");

/** False too for what is no address. */
export function isPublicAddress(text: string): boolean {
  const bytes = parseIp(text);
  if (bytes === null) return false;
  if (bytes.length === 4) return !SPECIAL().some((range) => isIn(bytes, range));
  if (EMBEDDING().some((range) => isIn(bytes, range))) return isPublicAddress([...bytes.subarray(12)].join("."));
  return GLOBAL().some((range) => isIn(bytes, range)) && !SPECIAL_6().some((range) => isIn(bytes, range));
}

interface Range {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

/** Read at the first use: a worker's start needs none of them. */
function ranges(...texts: readonly string[]): () => readonly Range[] {
  let read: readonly Range[] | undefined;
  return () => {
    read ??= texts.map(rangeOf);
    return read;
  };
}

function rangeOf(text: string): Range {
  const [address = "", bits] = text.split("/");
  const bytes = parseIp(address);
  if (bytes === null) throw new TypeError(`${text} is no range`);
  return { bytes, bits: Number(bits) };
}

function isIn(address: Uint8Array, { bytes, bits }: Range): boolean {
  if (address.length !== bytes.length) return false;
  return bytes.every((byte, index) => {
    const left = Math.min(8, Math.max(0, bits - index * 8));
    const mask = (0xff << (8 - left)) & 0xff;
    return ((address[index] ?? 0) & mask) === (byte & mask);
  });
}
