// Networks as people write them: an address or `ADDRESS/LENGTH`, of either family.
import { isIPv4, isIPv6, networkOf } from "#model/address.ts";
import type { Network, VirtualNetwork } from "./settings.ts";

/** The network that the text names, without bits past its length; null where it names none. */
export function networkIn(text: string): Network | null {
  const [, address = "", length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIPv4(address) ? "ipv4" : isIPv6(address) ? "ipv6" : null;
  const bits = family === "ipv4" ? 32 : 128;
  if (family === null || Number(length ?? bits) > bits) return null;
  if (length === undefined || Number(length) === bits) return { family, text: address };
  return { family, text: networkOf(text).join("/") };
}

/** `docker0:172.17.0.0/16`, `br+:fd00::/8`; null where it is none. */
export function virtualNetworkIn(text: string): VirtualNetwork | null {
  // An interface has at most 15 characters (IFNAMSIZ).
  const [, name = "", rest = ""] = /^([\w.@-]{1,14}[\w.@+-]):(.+)$|^/.exec(text) ?? [];
  const network = name === "" ? null : networkIn(rest);
  return network === null ? null : { interface: name, network };
}
