// Addresses that count for who may ask and whom the relay may call.
import { BlockList, isIP } from "node:net";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** Nothing that peers could reach is there, but clouds keep credentials at link-local addresses. */
const OFF_LIMITS = new BlockList();
OFF_LIMITS.addAddress("0.0.0.0", "ipv4");
OFF_LIMITS.addAddress("::", "ipv6");
OFF_LIMITS.addSubnet("169.254.0.0", 16, "ipv4");
OFF_LIMITS.addSubnet("fe80::", 10, "ipv6");

/** Whether the IP address is this machine's loopback, as IPv4, IPv6 or IPv4 in IPv6. */
export function isLoopback(address: string): boolean {
  return has(LOOPBACK, address);
}

/** Whether the relay never connects to this IP address: link-local or unspecified. */
export function isOffLimits(address: string): boolean {
  return has(OFF_LIMITS, address);
}

function has(list: BlockList, address: string): boolean {
  // A link-local peer's address has its interface: `fe80::1%eth0`.
  const [bare = ""] = address.split("%");
  return isIP(bare) !== 0 && list.check(bare, isIP(bare) === 6 ? "ipv6" : "ipv4");
}
