// The port of Envoy's own DNS filter: one that no other program of the machine has, and no other proxy is about to take.
import { createSocket } from "node:dgram";
import { createServer, type Server } from "node:net";

const HOST = "127.0.0.1";

export interface DnsPort {
  readonly port: number;
  /** Another proxy may have it from now on. */
  release(): void;
}

/**
 * The wanted UDP port, or any free one where it is taken: Envoys share a port without a word, and each would get some of the
 * other's questions. Until Envoy has bound it, and as long as it lives, the TCP port of the same number is held as the claim.
 */
export async function claimDnsPort(wanted: number, say: (line: string) => void): Promise<DnsPort> {
  const claimed = (await claim(wanted)) ?? (await claim(0)) ?? { port: wanted, release: () => undefined };
  if (wanted !== 0 && claimed.port !== wanted)
    say(`UDP port ${wanted} of ${HOST} is another program's: Envoy's table of names is asked on ${claimed.port}`);
  return claimed;
}

async function claim(port: number): Promise<DnsPort | undefined> {
  const server = await held(port);
  const own = server?.address();
  if (server === undefined || own === null || typeof own !== "object") return undefined;
  if (await isFree(own.port)) return { port: own.port, release: () => void server.close() };
  server.close();
  return undefined;
}

/** Whoever connects is let go at once. */
function held(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: HOST, exclusive: true }, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** Whether the UDP port can be bound: it is, for a moment. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: HOST, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}
