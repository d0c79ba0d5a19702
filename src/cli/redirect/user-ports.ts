// Which users' traffic goes directly: `PROTOCOL:PORTS:UIDS`, `PORTS:UIDS` or `UIDS`, as kumactl takes it.
import { rangesOf } from "./range-text.ts";
import type { Transport, UserPorts } from "./settings.ts";

const TRANSPORTS: Readonly<Record<string, readonly Transport[]>> = {
  "": ["tcp", "udp"],
  "*": ["tcp", "udp"],
  tcp: ["tcp"],
  udp: ["udp"],
};

/** One entry a range of users; null where the text is none. */
export function userPortsIn(text: string): readonly UserPorts[] | null {
  const parts = text.split(":");
  if (parts.length > 3) return null;
  const [users = "", portList = "*", protocol = "*"] = parts.reverse().map((part) => part.trim());
  const transports = TRANSPORTS[protocol];
  const uids = rangesOf(users, 0, 4_294_967_294);
  const ports = portList === "*" || portList === "" ? [] : rangesOf(portList, 1, 65_535);
  if (transports === undefined || ports === null || uids === null || uids.length === 0) return null;
  return uids.map((one) => ({ transports, ports, uids: one }));
}
