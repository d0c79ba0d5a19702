// One port on UDP and TCP at once.
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, isIPv6, type Server } from "node:net";

export interface PortPair {
  readonly port: number;
  readonly udp: UdpSocket;
  readonly tcp: Server;
}

/** A port that is free on one of the two may be taken on the other. */
const TRIES = 10;

/** Both, listening; any port that is free on both where it is 0. Throws the system's error where the address is taken or not ours. */
export async function listenOnBoth(host: string, port: number): Promise<PortPair> {
  for (let left = TRIES; ; left--) {
    const tcp = createServer();
    const udp = createSocket({ type: isIPv6(host) ? "udp6" : "udp4" });
    try {
      tcp.listen(port, host);
      await once(tcp, "listening");
      const { port: given } = tcp.address() as AddressInfo;
      udp.bind(given, host);
      await once(udp, "listening");
      return { port: given, udp, tcp };
    } catch (error) {
      udp.close();
      tcp.close();
      if (port !== 0 || left === 0 || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
}
