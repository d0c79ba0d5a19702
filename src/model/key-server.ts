// URLs that a customer's proxies will fetch keys from: whole, without secrets, and not toward a machine's own services.
import { isDnsName, isIP, isIPv4 } from "./address.ts";
import { type HttpUrlParts, httpUrlParts } from "./url.ts";

/** Names by which clouds answer their machines. */
const METADATA = ["metadata.google.internal", "metadata", "instance-data", "metadata.azure.internal"];

/** Why proxies must not fetch keys from this URL, or null. */
export function keyServerReason(url: string): string | null {
  const parts = httpUrlParts(url);
  if (parts === null || url.length > 2_000 || /[\s\0]/.test(url)) return "must be an absolute URL of http or https";
  if (parts.user !== null) return "must not hold a user or a password";
  if (parts.fragment !== "") return "must not have a fragment";
  if (parts.port !== null && (parts.port < 1 || parts.port > 65_535)) return "port must be in the range [1, 65535]";
  const host = parts.host.toLowerCase().replace(/\.$/, "");
  // What is all digits and dots, or hexadecimal, is an address to a resolver, in one of its odd spellings.
  const odd = /^(0x[0-9a-f]+|\d+)(\.(0x[0-9a-f]+|\d+))*$/.test(host) && !isIPv4(host);
  if (odd || !(isIP(host) || isDnsName(host))) return "must name a host or an IP address";
  if (isMachineOwn(host)) {
    return "must not lead to link-local, metadata or unspecified addresses: proxies would show their machine's secrets";
  }
  return null;
}

function isMachineOwn(host: string): boolean {
  if (METADATA.includes(host)) return true;
  if (isIPv4(host))
    return /^(169\.254|0)\./.test(host) || /^(22[4-9]|2[345]\d)\./.test(host) || host === "100.100.100.200";
  if (!host.includes(":")) return false;
  const groups = widened(host);
  const [first = 0] = groups;
  const embedded = groups.slice(0, 5).every((group) => group === 0) && [0, 0xffff].includes(groups[5] ?? -1);
  const nat64 = first === 0x64 && groups[1] === 0xff9b;
  const [high = 0, low = 0] = groups.slice(6);
  const ipv4 = [high >> 8, high & 255, low >> 8, low & 255].join(".");
  // An IPv4 address in IPv6's clothes is judged as what it is; `::1` is loopback, which sidecars may use.
  if (embedded && host !== "::1") return isMachineOwn(ipv4);
  if (nat64) return isMachineOwn(ipv4);
  const link = first >= 0xfe80 && first <= 0xfebf;
  return link || first >= 0xff00 || (first === 0xfd00 && groups[1] === 0xec2);
}

/** The eight groups of an IPv6 address. */
function widened(address: string): readonly number[] {
  const text = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const group = (high: string, low: string): string => (Number(high) * 256 + Number(low)).toString(16);
    return `${group(a, b)}:${group(c, d)}`;
  });
  const [left = "", right] = text.split("::");
  const groups = (half: string): number[] =>
    half === "" ? [] : half.split(":").map((group) => Number.parseInt(group, 16));
  if (right === undefined) return groups(left);
  const [head, tail] = [groups(left), groups(right)];
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

/** Where a key server is reached; null for what keyServerReason refuses. */
export function keyServerOf(url: string): (HttpUrlParts & { readonly port: number }) | null {
  const parts = keyServerReason(url) === null ? httpUrlParts(url) : null;
  return parts === null ? null : { ...parts, port: parts.port ?? (parts.scheme === "https" ? 443 : 80) };
}
