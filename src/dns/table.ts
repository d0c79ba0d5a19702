// Names that are known here, and what is answered for them; null = somebody else may know.
import { type Answer, type DnsRecord, nameBytes, type Question, RCODE, TYPE } from "./message.ts";

/** A host name and its addresses of both families. */
export interface HostRecord {
  readonly name: string;
  readonly ips: readonly string[];
}

export interface NameTable {
  /** What is answered; null for names that are none of ours. */
  answer(question: Question): Answer | null;
  readonly size: number;
}

/** How long an answer holds, and how long that there is none; seconds. A name may appear at any moment. */
const TTL = 30;
const TTL_OF_NONE = 5;

const HOST = /^[a-z0-9_]([-a-z0-9_]{0,62})(\.[a-z0-9_]([-a-z0-9_]{0,62}))*$/;

/**
 * A table of these names. Below `suffixes` (`mesh`) all names are ours: what is not there does not exist. `known` false: no
 * names have come yet, and nothing can be said of those.
 */
export function nameTable(records: readonly HostRecord[], suffixes: readonly string[], known = true): NameTable {
  const names = new Map<string, readonly string[]>();
  const pointers = new Map<string, string>();
  const between = new Set<string>();
  for (const { name, ips } of records) {
    const lower = name.toLowerCase();
    if (!HOST.test(lower) || lower.length > 253 || names.has(lower)) continue;
    names.set(lower, ips);
    for (let dot = lower.indexOf("."); dot !== -1; dot = lower.indexOf(".", dot + 1)) between.add(lower.slice(dot + 1));
    for (const ip of ips) if (!pointers.has(reverseName(ip))) pointers.set(reverseName(ip), lower);
  }
  const isOurs = (name: string): boolean => suffixes.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
  return {
    size: names.size,
    answer({ name, type, isInternet }) {
      const asked = name.toLowerCase();
      const pointed = pointers.get(asked);
      const ips = names.get(asked);
      if (!isInternet) return ips === undefined && pointed === undefined ? null : { code: RCODE.REFUSED };
      if (pointed !== undefined) {
        const wanted = type === TYPE.PTR || type === TYPE.ANY;
        return found(asked, wanted ? [{ type: TYPE.PTR, ttl: TTL, data: Uint8Array.from(nameBytes(pointed)) }] : []);
      }
      if (ips !== undefined) {
        const all = ips.map(
          (ip): DnsRecord => ({ type: ip.includes(":") ? TYPE.AAAA : TYPE.A, ttl: TTL, data: bytesOfIp(ip) }),
        );
        return found(
          asked,
          all.filter((record) => type === TYPE.ANY || type === record.type),
        );
      }
      if (!isOurs(asked)) return null;
      if (!known) return { code: RCODE.FAILED };
      // A name between is no missing one: what stands below it does exist (RFC 8020).
      return { ...found(asked, []), code: between.has(asked) || suffixes.includes(asked) ? RCODE.OK : RCODE.NO_NAME };
    },
  };
}

function found(name: string, records: readonly DnsRecord[]): Answer {
  const answer = { code: RCODE.OK, records, isOurs: true };
  if (records.length > 0) return answer;
  const zone = name.slice(name.lastIndexOf(".") + 1);
  return { ...answer, authority: { zone, record: startOf(zone) } };
}

/** The SOA of a zone of ours: its last field is how long a "no" may be remembered (RFC 2308). */
function startOf(zone: string): DnsRecord {
  const numbers = [1, 3600, 600, 86_400, TTL_OF_NONE];
  const words = numbers.flatMap((one) => [one >>> 24, (one >>> 16) & 255, (one >>> 8) & 255, one & 255]);
  const data = [...nameBytes(`ns.${zone}`), ...nameBytes(`hostmaster.${zone}`), ...words];
  return { type: TYPE.SOA, ttl: TTL_OF_NONE, data: Uint8Array.from(data) };
}

/** The four or sixteen bytes of an address, whatever form it has. */
function bytesOfIp(ip: string): Uint8Array {
  if (!ip.includes(":")) return Uint8Array.from(ip.split(".").map(Number));
  const [head = "", tail] = ip.split("::");
  const words = (half: string): number[] =>
    half === ""
      ? []
      : half.split(":").flatMap((word) => {
          if (!word.includes(".")) return [Number.parseInt(word, 16)];
          const [a = 0, b = 0, c = 0, d = 0] = word.split(".").map(Number);
          return [a * 256 + b, c * 256 + d];
        });
  const [before, after] = [words(head), words(tail ?? "")];
  const all =
    tail === undefined ? before : [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 255]));
}

/** `1.0.0.240.in-addr.arpa`. */
function reverseName(ip: string): string {
  const bytes = [...bytesOfIp(ip)];
  if (bytes.length === 4) return `${bytes.reverse().join(".")}.in-addr.arpa`;
  const nibbles = bytes.flatMap((byte) => [byte >> 4, byte & 15]);
  return `${nibbles
    .reverse()
    .map((nibble) => nibble.toString(16))
    .join(".")}.ip6.arpa`;
}
