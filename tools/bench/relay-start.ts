// relay-start and relay-memory: a relay that starts from its disk without a control plane, and what a stream costs it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { runRelay } from "#relay/main.ts";
import { type Relay, startMesh, strictMesh, type TestMesh } from "#test/mesh.ts";
import { openStream, type Place } from "./relay/clients.ts";

const PROXIES = 1_000;
const CALLS = 10;
const RESTARTS = 5;
/** Joins that are under way at one time. */
const AT_ONCE = 50;

const MEMORY = "relay-memory";
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
  return [await measureStart({ services: 1_000 }), { measure: "relay-memory", ...memory }];
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
    const one = openStream(placeOf(mesh.relay(), token), "default.p-0", called(world, 0));
    await one.whole;
    await pause(3000);
    const before = residentBytes();
    const { xds, caFile } = mesh.relay();
    const clients = inRole(CLIENTS, {
      BENCH_XDS: xds,
      BENCH_CA: caFile,
      BENCH_TOKEN: token,
      BENCH_SERVICES: String(world.services),
    });
    await Promise.race([once(clients, "message"), ended(clients)]);
    await pause(3000);
    const after = residentBytes();
    clients.kill();
    one.end();
    return {
      ...world,
      streams: PROXIES,
      bytes_per_dataplane: Math.round((after - before) / PROXIES),
      resident_before_bytes: before,
    };
  } finally {
    await mesh.close();
  }
}

/** Resident bytes after full collections. */
function residentBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let n = 0; n < 3; n++) collect();
  return process.memoryUsage().rss;
}

/** This file in a process of its own: not as its program, for a relay's entry is bundled into it. */
function inRole(role: string, told: Readonly<Record<string, string>>): ChildProcess {
  const program = `await import(${JSON.stringify(import.meta.url)})`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], {
    env: { ...process.env, ...told, BENCH_ROLE: role },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

async function inProcess(role: string): Promise<Record<string, unknown>> {
  const child = inRole(role, {});
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

async function runClients(place: Place, world: World): Promise<void> {
  let next = 1;
  const work = async (): Promise<void> => {
    while (next < PROXIES) {
      const n = next++;
      const stream = openStream(place, `default.p-${n}`, called(world, n));
      await stream.first;
      await stream.whole;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  process.send?.("ready");
}

const { BENCH_ROLE = "", BENCH_XDS = "", BENCH_CA = "", BENCH_TOKEN = "", BENCH_SERVICES = "" } = process.env;
if (BENCH_ROLE === MEMORY) {
  const figures = await measureMemory({ services: 100 });
  process.send?.(figures, () => process.exit(0));
}
if (BENCH_ROLE === CLIENTS) {
  await runClients(placeOf({ xds: BENCH_XDS, caFile: BENCH_CA }, BENCH_TOKEN), { services: Number(BENCH_SERVICES) });
}
