// An address before a control plane's that hears each call before it is sent on; what throws there cuts the call off.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** For the test that asks; closed at its end. */
export async function between(
  url: string,
  hear: (method: string, path: string, body: string) => Promise<void>,
): Promise<string> {
  const server = createServer(async (request, answer) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const { method = "GET", url: path = "/" } = request;
    try {
      await hear(method, path, body);
    } catch {
      request.socket.destroy();
      return;
    }
    const headers = { authorization: request.headers.authorization ?? "", "content-type": "application/json" };
    const told = await fetch(`${url}${path}`, { method, headers, ...(body === "" ? {} : { body }) });
    answer.writeHead(told.status, { "content-type": told.headers.get("content-type") ?? "text/plain" });
    answer.end(Buffer.from(await told.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
