// relay-start and relay-memory: a relay that starts from its disk without a control plane, and what a stream costs it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { edgeEnvironment, NODE_FLAGS } from "#cli/edge.ts";
import { runRelay } from "#relay/main.ts";
import { collect } from "#test/garbage.ts";
import { type Relay, startMesh, strictMesh, type TestMesh } from "#test/mesh.ts";
import { startBare } from "./relay/bare.ts";
import { openStream, type Place } from "./relay/clients.ts";

const PROXIES = 1_000;
const CALLS = 10;
const RESTARTS = 5;
/** Joins that are under way at one time. */
const AT_ONCE = 50;

const MEMORY = "relay-memory";
const BARE = "relay-bare";
const CLIENTS = "relay-clients";

interface World {
  readonly services: number;
}

const service = ({ services }: World, n: number): string => `service-${n % services}`;
const called = (world: World, n: number): readonly string[] =>
  Array.from({ length: CALLS }, (_, k) => service(world, (n % world.services) + 1 + k * 7));

/**
 * Two records. Start: from the start of the process to the first answer that a stream has acknowledged, the control plane
 * dead. Memory: resident bytes that each of 1,000 streams adds to a relay (TLS, an identity each, all types), when the
 * snapshot and one stream were there already; after full collections, in a process of its own.
 */
export async function run(): Promise<Record<string, unknown>[]> {
  const memory = await inProcess(MEMORY);
  const bare = await inProcess(BARE, { BENCH_BYTES: String(memory.answered_bytes) });
  const { bytes_per_dataplane, answered_bytes } = bare;
  const reference = { what: "bare grpc-js server over TLS, answers as long", bytes_per_dataplane, answered_bytes };
  const ratio = Math.round((Number(memory.bytes_per_dataplane) / Number(bytes_per_dataplane)) * 100) / 100;
  return [await measureStart({ services: 1_000 }), { measure: "relay-memory", ...memory, reference, ratio }];
}

async function measureStart(world: World): Promise<Record<string, unknown>> {
  const mesh = await startMesh();
  try {
    const token = await filled(mesh, world);
    await mesh.killControlPlane();
    const starts: number[] = [];
    for (let n = 0; n < RESTARTS; n++) {
      await mesh.killRelay();
      starts.push(await startOnce(mesh, token, called(world, 1)));
    }
    const sorted = [...starts].sort((a, b) => a - b).map(Math.round);
    const [ms, worst] = [sorted[RESTARTS >> 1], sorted.at(-1)];
    return { measure: "relay-start", ...world, restarts: RESTARTS, ms, worst_ms: worst };
  } finally {
    await mesh.close();
  }
}

/** Writes the world, and waits until the relay holds its snapshot and view. A token for any of its dataplanes. */
async function filled(mesh: TestMesh, world: World): Promise<string> {
  const put = Array.from({ length: PROXIES }, (_, n) => ({ resource: dataplane(world, n) }));
  const { sequence } = (await mesh.api("POST", "v1/changes", { put })) as { sequence: number };
  const token = String(await mesh.api("POST", "tokens/dataplane", { mesh: "default", validFor: "1h" }));
  for (;;) {
    const { snapshot, view } = await mesh.relayStatus();
    if ((snapshot?.sequence ?? 0) >= sequence && (view.sequence ?? 0) >= sequence) return token;
    await pause(100);
  }
}

function dataplane(world: World, n: number): object {
  return {
    type: "Dataplane",
    mesh: "default",
    name: `p-${n}`,
    networking: {
      address: `10.0.${n >> 8}.${n & 255}`,
      inbound: [{ port: 8080, tags: { "kuma.io/service": service(world, n), "kuma.io/protocol": "http" } }],
      outbound: called(world, n).map((name, k) => ({ port: 10_001 + k, tags: { "kuma.io/service": name } })),
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function startOnce(mesh: TestMesh, token: string, clusters: readonly string[]): Promise<number> {
  const begun = performance.now();
  const place = placeOf(mesh.relay(), token);
  const starting = mesh.startRelay();
  for (;;) {
    const stream = openStream(place, "default.p-1", clusters);
    try {
      await stream.first;
      const taken = performance.now() - begun;
      stream.end();
      await starting;
      return taken;
    } catch {
      stream.end();
      await pause(5);
    }
  }
}

/** In the relay's own process. */
async function measureMemory(world: World): Promise<Record<string, number>> {
  const mesh = await startMesh(strictMesh(), { relay: (settings) => runRelay({ ...settings, log: () => undefined }) });
  try {
    const token = await filled(mesh, world);
    return { ...world, ...(await measureStreams(placeOf(mesh.relay(), token), world)) };
  } finally {
    await mesh.close();
  }
}

/** What the server of this process holds for each of the streams. */
async function measureStreams(place: Place, world: World): Promise<Record<string, number>> {
  const one = openStream(place, "default.p-0", called(world, 0));
  await one.whole;
  await pause(3000);
  const before = await memory();
  const clients = inRole(CLIENTS, {
    BENCH_XDS: place.address,
    BENCH_CA: place.ca.toString(),
    BENCH_TOKEN: place.token,
    BENCH_SERVICES: String(world.services),
  });
  const [told] = await Promise.race([once(clients, "message"), ended(clients)]);
  await pause(3000);
  const after = await memory();
  clients.kill();
  one.end();
  const each = (part: "rss" | "heapUsed" | "heapTotal"): number => Math.round((after[part] - before[part]) / PROXIES);
  return {
    streams: PROXIES,
    bytes_per_dataplane: each("rss"),
    // Of them: objects of JavaScript, pages that V8 holds for objects, and the rest (TLS, HTTP/2, sockets) in native memory.
    objects_bytes: each("heapUsed"),
    heap_bytes: each("heapTotal"),
    native_bytes: each("rss") - each("heapTotal"),
    answered_bytes: Number(told),
    resident_before_bytes: before.rss,
  };
}

async function measureBare(world: World, bytes: number): Promise<Record<string, number>> {
  const bare = await startBare(bytes);
  try {
    return await measureStreams(bare.place, world);
  } finally {
    bare.close();
  }
}

/** After full collections, once V8 has given back what they freed: a thread of its own does that. */
async function memory(): Promise<NodeJS.MemoryUsage> {
  for (let n = 0; n < 3; n++) collect();
  await pause(1000);
  return process.memoryUsage();
}

/** This file in a process of its own: not as its program, for a relay's entry is bundled into it. */
function inRole(role: string, told: Readonly<Record<string, string>>): ChildProcess {
  const program = `await import(${JSON.stringify(import.meta.url)})`;
  return spawn(process.execPath, [...NODE_FLAGS.relay, "--input-type=module", "-e", program], {
    // As `weft relay` runs it.
    env: { ...edgeEnvironment("relay", process.env), ...told, BENCH_ROLE: role },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

async function inProcess(role: string, told: Readonly<Record<string, string>> = {}): Promise<Record<string, unknown>> {
  const child = inRole(role, told);
  const [figures] = await Promise.race([once(child, "message"), ended(child)]);
  if (child.exitCode === null) await once(child, "exit");
  return figures as Record<string, unknown>;
}

async function ended(child: ChildProcess): Promise<never> {
  const [code] = await once(child, "exit");
  throw new Error(`a process of the measure ended with ${code}`);
}

function placeOf({ xds, caFile }: Pick<Relay, "xds" | "caFile">, token: string): Place {
  return { address: new URL(xds).host, ca: readFileSync(caFile), token };
}

/** Tells how many bytes a stream was answered on average. */
async function runClients(place: Place, world: World): Promise<void> {
  let next = 1;
  let bytes = 0;
  const work = async (): Promise<void> => {
    while (next < PROXIES) {
      const n = next++;
      const stream = openStream(place, `default.p-${n}`, called(world, n));
      await stream.first;
      await stream.whole;
      bytes += stream.bytes;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  process.send?.(Math.round(bytes / (PROXIES - 1)));
}

const {
  BENCH_ROLE = "",
  BENCH_XDS = "",
  BENCH_CA = "",
  BENCH_TOKEN = "",
  BENCH_SERVICES = "",
  BENCH_BYTES = "",
} = process.env;
const FEW: World = { services: 100 };
/** Types that a stream asks for. */
const TYPES = 4;
if (BENCH_ROLE === MEMORY || BENCH_ROLE === BARE) {
  const figures = BENCH_ROLE === MEMORY ? measureMemory(FEW) : measureBare(FEW, Number(BENCH_BYTES) / TYPES);
  process.send?.(await figures, () => process.exit(0));
}
if (BENCH_ROLE === CLIENTS) {
  const place = { address: BENCH_XDS, ca: Buffer.from(BENCH_CA), token: BENCH_TOKEN };
  await runClients(place, { services: Number(BENCH_SERVICES) });
}
