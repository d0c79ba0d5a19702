// The port of Envoy's own DNS filter: one that no other program of the machine has.
import { createSocket } from "node:dgram";

const HOST = "127.0.0.1";

/** The wanted UDP port, or any free one where it is taken: a second Envoy there would get some of the first one's questions. */
export async function dnsPortFor(wanted: number, say: (line: string) => void): Promise<number> {
  const port = (await bound(wanted)) ?? (await bound(0)) ?? wanted;
  if (wanted !== 0 && port !== wanted)
    say(`UDP port ${wanted} of ${HOST} is another program's: Envoy's table of names is asked on ${port}`);
  return port;
}

/** The port after it was bound for a moment; undefined where it cannot be. */
function bound(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind({ port, address: HOST, exclusive: true }, () => {
      const { port: own } = socket.address();
      socket.close(() => resolve(own));
    });
  });
}
