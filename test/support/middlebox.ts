// What may stand between a relay and its control plane: a proxy that counts calls, lets no upgrade through, or cuts what is held.
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";

export interface Middlebox {
  readonly url: string;
  /** Calls that came, by method and path without its query; a WebSocket is one. */
  readonly calls: readonly string[];
  /** Upgrades that pass; once false, those that have passed are cut, too. */
  upgrades: boolean;
  /** What is held for longer than this is cut, and so is what was held before; milliseconds, null = nothing is. */
  patience: number | null;
  /** Nothing goes over connections that were upgraded, and none is ended: as where a cable is pulled. */
  freeze(): void;
  close(): Promise<void>;
}

/** Before the program at `target`, by HTTP on this machine. */
export async function openMiddlebox(target: string): Promise<Middlebox> {
  const { hostname, port } = new URL(target);
  const calls: string[] = [];
  const held = new Set<ServerResponse>();
  const wires = new Set<readonly [Duplex, Duplex]>();
  let upgrades = true;
  let patience: number | null = null;

  const cutLater = (answer: ServerResponse, after: number): void =>
    void setTimeout(() => answer.destroy(), after).unref();
  const note = ({ method, url = "" }: IncomingMessage): void => void calls.push(`${method} ${url.split("?")[0]}`);
  const server = createServer((incoming, answer) => {
    note(incoming);
    const { method, url: path, headers } = incoming;
    const onward = request({ hostname, port, method, path, headers, agent: false }, (back) => {
      answer.writeHead(back.statusCode ?? 502, back.headers);
      back.pipe(answer);
    });
    held.add(answer);
    if (patience !== null) cutLater(answer, patience);
    answer.on("close", () => {
      held.delete(answer);
      onward.destroy();
    });
    onward.on("error", () => answer.destroy());
    incoming.pipe(onward);
  });
  server.on("upgrade", (incoming, socket, head) => {
    note(incoming);
    socket.on("error", () => socket.destroy());
    if (!upgrades) {
      socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
      return;
    }
    const onward = connect(Number(port), hostname, () => {
      const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
      for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2)
        lines.push(`${incoming.rawHeaders[at]}: ${incoming.rawHeaders[at + 1]}`);
      onward.write(`${lines.join("\r\n")}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    const wire = [socket, onward] as const;
    wires.add(wire);
    const end = (): void => {
      wires.delete(wire);
      for (const one of wire) one.destroy();
    };
    onward.on("error", end);
    onward.on("close", end);
    socket.on("close", end);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    get upgrades() {
      return upgrades;
    },
    set upgrades(pass) {
      upgrades = pass;
      if (!pass) for (const [socket] of [...wires]) socket.destroy();
    },
    get patience() {
      return patience;
    },
    set patience(milliseconds) {
      patience = milliseconds;
      if (patience !== null) for (const answer of held) cutLater(answer, patience);
    },
    freeze() {
      for (const [socket, onward] of wires) {
        socket.unpipe(onward);
        onward.unpipe(socket);
        socket.pause();
        onward.pause();
      }
    },
    async close() {
      for (const [socket] of [...wires]) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
