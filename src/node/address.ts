// From where a call comes: the other end of its connection, or what the proxy before us says of it.
import type { IncomingMessage } from "node:http";

const connections = new WeakMap<Request, string>();

/** Notes the connection that a request came by; `env` is what the server's adapter hands on. */
export function noteConnection(request: Request, env: unknown): void {
  const { incoming } = (env ?? {}) as { readonly incoming?: IncomingMessage };
  const address = incoming?.socket.remoteAddress;
  if (address !== undefined) connections.set(request, address.replace(/^::ffff:/, ""));
}

/**
 * The caller's address; "" where it is not known. With `behindProxy` it is what the nearest proxy has added to X-Forwarded-For:
 * what stands before that came with the call, and anybody can write it.
 */
export function addressFrom(behindProxy: boolean): (request: Request) => string {
  return (request) => {
    const told = behindProxy ? request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
    return told === undefined || told === "" ? (connections.get(request) ?? "") : told;
  };
}
