// Addresses: IP, DNS name, port, host:port and URL, judged from their text.

const OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${OCTET}(\\.${OCTET}){3}$`);
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/i;

/** Whether the text is an IPv4 address in dotted form. */
export function isIPv4(text: string): boolean {
  return IPV4.test(text);
}

/** Whether the text is an IPv6 address (RFC 4291 §2.2), without zone or brackets. */
export function isIPv6(text: string): boolean {
  if (text.length > 45 || !text.includes(":")) return false;
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups.at(-1) ?? "";
  const embedded = last.includes(".") && text.endsWith(last);
  if (embedded && !isIPv4(last)) return false;
  const words = embedded ? groups.slice(0, -1) : groups;
  if (!words.every((word) => /^[0-9a-f]{1,4}$/i.test(word))) return false;
  const count = words.length + (embedded ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** Whether the text is an IP address of either family. */
export function isIP(text: string): boolean {
  return isIPv4(text) || isIPv6(text);
}

/** Whether the text is a DNS name (RFC 1123) of at most 253 characters with labels of at most 63. */
export function isDnsName(text: string): boolean {
  return text.length <= 253 && text.split(".").every((label) => DNS_LABEL.test(label));
}

const HOST_LABEL = /^[a-z0-9_][-a-z0-9_]{0,62}$/i;

/** Whether the text is a name that hosts outside may have: a DNS name in which underscores stand too, with or without its final dot (Kuma's rule). */
export function isHostName(text: string): boolean {
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  return name.length <= 253 && name.split(".").every((label) => HOST_LABEL.test(label));
}

/** Why a proxy's address is none, or null. */
export function addressReason(text: string | undefined): string | null {
  if (!text) return "address can't be empty";
  if (text === "0.0.0.0" || text === "::") return "must not be 0.0.0.0 or ::";
  return isIP(text) || isDnsName(text) ? null : "address has to be valid IP address or domain name";
}

/** Why a number is no port, or null. */
export function portReason(port: number | undefined): string | null {
  return port !== undefined && port >= 1 && port <= 65_535 ? null : "port must be in the range [1, 65535]";
}

/** Why the text is no `HOST:PORT`, or null. */
export function hostPortReason(text: string): string | null {
  return /^(\[[^\]]+\]|[^:[\]]*):[^:]+$/.test(text) ? null : "has to be in format of HOST:PORT";
}

/** Why the text is no absolute URL with an explicit port, or null. */
export function urlReason(text: string): string | null {
  const match = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\s]+)([/?#]\S*)?$/i.exec(text);
  if (match === null) return "invalid URL";
  return /:\d{1,5}$/.test(match[1] ?? "") ? null : "port has to be explicitly specified";
}

/** The network of an address or of `ADDRESS/LENGTH`: its first address as text, and the length of its prefix. */
export function networkOf(text: string): readonly [address: string, length: number] {
  const [address = "", said] = text.split("/");
  const words = isIPv4(address) ? address.split(".").map(Number) : wordsOf(address);
  const size = isIPv4(address) ? 8 : 16;
  const length = said === undefined ? words.length * size : Number(said);
  if (length === words.length * size) return [address, length];
  const masked = words.map((word, index) => {
    const kept = Math.min(Math.max(length - index * size, 0), size);
    return word & (((1 << kept) - 1) << (size - kept));
  });
  return [size === 8 ? masked.join(".") : textOf(masked), length];
}

/** The eight words of an IPv6 address. */
function wordsOf(address: string): number[] {
  const mapped = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    return `${(Number(a) * 256 + Number(b)).toString(16)}:${(Number(c) * 256 + Number(d)).toString(16)}`;
  });
  const [head = "", tail] = mapped.split("::");
  const parts = (half: string): number[] =>
    half === "" ? [] : half.split(":").map((word) => Number.parseInt(word, 16));
  if (tail === undefined) return parts(head);
  const [before, after] = [parts(head), parts(tail)];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** RFC 5952: the longest run of zeros is `::`. */
function textOf(words: readonly number[]): string {
  const text = words.map((word) => word.toString(16)).join(":");
  const runs = [...text.matchAll(/(^|:)0(:0)+(?=:|$)/g)].sort((a, b) => b[0].length - a[0].length);
  const [longest] = runs;
  if (longest === undefined) return text;
  const before = text.slice(0, longest.index);
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, "");
  return `${before}::${after}`;
}
