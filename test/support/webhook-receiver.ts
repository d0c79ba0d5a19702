// A receiver of webhooks on a port of its own, that verifies as the Standard Webhooks specification says, with code of its own.
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly id: string;
  readonly timestamp: number;
  readonly signatures: readonly string[];
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was sent
  readonly json: any;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** What it answers with from now on; 204 unless said. */
  answer: (response: ServerResponse, request: IncomingMessage) => void;
  /** Types of what it got, in order. */
  types(): readonly string[];
  close(): Promise<void>;
}

export async function openReceiver(host = "127.0.0.1", port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      const header = (name: string): string => String(request.headers[name] ?? "");
      received.push({
        id: header("webhook-id"),
        timestamp: Number(header("webhook-timestamp")),
        signatures: header("webhook-signature").split(" "),
        headers: request.headers,
        body,
        json: JSON.parse(body),
      });
      receiver.answer(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const receiver: Receiver = {
    url: `http://${host}:${(server.address() as AddressInfo).port}/in?from=weft`,
    received,
    answer: (response) => void response.writeHead(204).end(),
    types: () => received.map(({ json }) => json.type),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

/** Whether one of the signatures is by this secret. */
export function isSignedBy(secret: string, { id, timestamp, signatures, body }: Received): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const wanted = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return signatures.includes(`v1,${wanted}`);
}
