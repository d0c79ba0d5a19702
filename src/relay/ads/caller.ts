// Who is at the other end of a stream: the host that it calls from, and whether it still answers.
import type { GrpcCall } from "#relay/grpc/call.ts";

type Call = Pick<GrpcCall, "session">;

/** The caller's IP address, IPv4 in its own form; empty where there is none (a Unix socket, a closed connection). */
export function hostOf({ session }: Call): string {
  return session === undefined || session.destroyed ? "" : plainHost(session.socket.remoteAddress ?? "");
}

/** An IPv4 address without the IPv6 form that a socket for both families gives it. */
export function plainHost(host: string): string {
  return host.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

/**
 * Whether the caller's machine answers a ping of HTTP/2 (RFC 9113 §6.7) within so many milliseconds. A connection whose other
 * end is gone without a word looks open until keepalive gives up; this asks now.
 */
export function answers({ session }: Call, milliseconds: number): Promise<boolean> {
  if (session === undefined || session.closed || session.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, false);
    const end = (isAlive: boolean): void => {
      clearTimeout(timer);
      resolve(isAlive);
    };
    session.once("close", () => end(false));
    // False: so many pings wait for their answers already that it is as good as none.
    if (!session.ping((error) => end(error === null))) end(false);
  });
}
