// fan-out: one 5 KB change to 1,000 delta streams, pushed and acknowledged, beside a bare grpc-js loop that pushes ready bytes.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { envoyRegistry } from "#envoy/descriptor.ts";
import { collect } from "#test/garbage.ts";
import { runClients } from "./fan-out/client.ts";
import { type Pusher, startBare, startRelay } from "./fan-out/pusher.ts";

const STREAMS = 1_000;
const WARM = 5;
const ROUNDS = 20;
const CLIENTS = "fan-out-clients";
const SERVERS: Readonly<Record<string, (address: string) => Promise<Pusher>>> = {
  "fan-out-relay": (address) => startRelay(address, STREAMS),
  "fan-out-bare": (address) => startBare(address, STREAMS, 5_380),
};

/** One record: pushes (with their ACK) per CPU second of the serving process, resident bytes per stream; plaintext on a Unix socket, clients in a process of their own. */
export async function run(): Promise<Record<string, unknown>[]> {
  const relay = await inProcess("fan-out-relay");
  const bare = await inProcess("fan-out-bare");
  const reference = { what: "bare grpc-js loop pushing ready bytes of the same size", ...bare };
  const ratio = Number((relay.pushes_per_cpu_s / bare.pushes_per_cpu_s).toFixed(2));
  return [{ measure: "fan-out", streams: STREAMS, ...relay, reference, ratio }];
}

/** Each server has a process of its own, so that neither inherits the other's heap. */
async function inProcess(name: string): Promise<Figures> {
  const child = fork(fileURLToPath(import.meta.url), [name]);
  const [figures] = await Promise.race([once(child, "message"), ended(child)]);
  if (child.exitCode === null) await once(child, "exit");
  return figures as Figures;
}

interface Figures {
  readonly pushes_per_cpu_s: number;
  readonly bytes_per_stream: number;
  readonly last_ack_ms: number;
  readonly bytes: number;
}

async function measure(start: (address: string) => Promise<Pusher>): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "weft-fan-out-"));
  const address = `unix:${join(folder, "xds.sock")}`;
  const pusher = await start(address);
  const before = residentBytes();
  const client = fork(fileURLToPath(import.meta.url), [CLIENTS, address]);
  try {
    const [message] = await Promise.race([once(client, "message"), ended(client)]);
    const bytesPerStream = Math.round((residentBytes() - before) / STREAMS);
    for (let round = 0; round < WARM; round++) await pusher.push();
    const started = performance.now();
    const cpu = process.cpuUsage();
    for (let round = 0; round < ROUNDS; round++) await pusher.push();
    const { user, system } = process.cpuUsage(cpu);
    return {
      pushes_per_cpu_s: Math.round((STREAMS * ROUNDS * 1e6) / (user + system)),
      bytes_per_stream: bytesPerStream,
      last_ack_ms: Math.round((performance.now() - started) / ROUNDS),
      bytes: (message as { bytes: number }).bytes,
    };
  } finally {
    client.kill();
    if (client.exitCode === null && client.signalCode === null) await once(client, "exit");
    await pusher.close();
    rmSync(folder, { recursive: true });
  }
}

async function ended(client: ReturnType<typeof fork>): Promise<never> {
  const [code] = await once(client, "exit");
  throw new Error(`the clients' process ended with ${code}`);
}

/** Resident bytes after full collections. */
function residentBytes(): number {
  for (let n = 0; n < 3; n++) collect();
  return process.memoryUsage().rss;
}

const [, , role = "", address = ""] = process.argv;
const server = SERVERS[role];
if (role === CLIENTS) runClients(address, STREAMS);
if (server !== undefined) {
  // Descriptors are loaded before memory is looked at: they are no stream's.
  envoyRegistry();
  const figures = await measure(server);
  process.send?.(figures, () => process.exit(0));
}
