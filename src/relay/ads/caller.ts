// Who is at the other end of a stream: the host that it calls from, and whether it still answers.
import type { GrpcCall } from "#relay/grpc/call.ts";
import { answersPing } from "#relay/grpc/ping.ts";

type Call = Pick<GrpcCall, "session">;

/** The caller's IP address, IPv4 in its own form; empty where there is none (a Unix socket, a closed connection). */
export function hostOf({ session }: Call): string {
  return session === undefined || session.destroyed ? "" : plainHost(session.socket.remoteAddress ?? "");
}

/** An IPv4 address without the IPv6 form that a socket for both families gives it. */
export function plainHost(host: string): string {
  return host.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

/** Whether the caller's machine answers within so many milliseconds. */
export function answers({ session }: Call, milliseconds: number): Promise<boolean> {
  return session === undefined ? Promise.resolve(false) : answersPing(session, milliseconds);
}
