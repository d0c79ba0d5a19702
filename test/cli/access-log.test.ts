// Log lines from Envoy's pipe to TCP receivers, over a real pipe and real sockets.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type AccessLog, readLine, startAccessLog } from "#cli/proxy/telemetry/access-log.ts";
import { until } from "#test/child.ts";

let folder = "";
let path = "";
let log: AccessLog | undefined;
const servers: Server[] = [];
const said: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-log-"));
  path = join(folder, "kuma-al-web-1-default.sock");
  said.length = 0;
});

afterEach(() => {
  log?.close();
  for (const server of servers.splice(0)) server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Receiver {
  readonly address: string;
  readonly port: number;
  text(): string;
  stop(): Promise<void>;
}

async function receiver(port = 0): Promise<Receiver> {
  let text = "";
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("data", (chunk) => (text += chunk.toString("utf8")));
    socket.on("error", () => {});
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const bound = (server.address() as AddressInfo).port;
  return {
    address: `127.0.0.1:${bound}`,
    port: bound,
    text: () => text,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As Envoy writes: opened for writing alone. */
function write(...lines: readonly string[]): void {
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""), { flag: "a" });
}

it("reads what Envoy writes, and what the older form was", () => {
  expect(readLine('{"address":"a:1","message":"x\\n"}')).toEqual({ address: "a:1", message: "x\n" });
  expect(readLine('{"address":"a:1","message":{"k":"v"}}')).toEqual({ address: "a:1", message: '{"k":"v"}\n' });
  expect(readLine("a:1;some; text")).toEqual({ address: "a:1", message: "some; text\n" });
  expect(readLine('{"message":"x"}')).toBeNull();
  expect(readLine("nothing")).toBeNull();
});

it("hands lines on to the receiver that each names", async () => {
  const [one, two] = [await receiver(), await receiver()];
  log = startAccessLog({ path, say: (line) => said.push(line) });
  write(
    JSON.stringify({ address: one.address, message: "first\n" }),
    JSON.stringify({ address: two.address, message: { took: 5 } }),
    "no line of a log",
  );
  write(JSON.stringify({ address: one.address, message: "second\n" }));
  await until("both have theirs", () => one.text() === "first\nsecond\n" && two.text() === '{"took":5}\n');
  expect(log.dropped()).toBe(1);
});

it("keeps lines while a receiver is away, up to a bound, and counts what is dropped", async () => {
  const first = await receiver();
  const { port, address } = first;
  await first.stop();
  log = startAccessLog({ path, say: (line) => said.push(line), pauseMs: 20, bufferBytes: 20 });
  write(...["a", "b", "c"].map((name) => JSON.stringify({ address, message: `line ${name}\n` })));
  await until("the third is dropped", () => log?.dropped() === 1);
  const again = await receiver(port);
  await until("the others have arrived", () => again.text() === "line a\nline b\n");
  expect(said.join("\n")).toContain(`1 log lines for ${address} were dropped`);
});

it("reaches a receiver again that was lost in between", async () => {
  const first = await receiver();
  log = startAccessLog({ path, say: (line) => said.push(line), pauseMs: 20 });
  write(JSON.stringify({ address: first.address, message: "before\n" }));
  await until("the first has it", () => first.text() === "before\n");
  await first.stop();
  const again = await receiver(first.port);
  await until("lines arrive again", () => {
    write(JSON.stringify({ address: again.address, message: "after\n" }));
    return again.text().includes("after\n");
  });
});
