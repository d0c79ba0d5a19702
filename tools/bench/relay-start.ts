// relay-start and relay-memory: a relay that starts from its disk without a control plane, and what a stream costs it.
import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Relay, startMesh, type TestMesh } from "#test/mesh.ts";
import { openStream, type Place } from "./relay/clients.ts";

const SERVICES = 1_000;
const CALLS = 10;
const RESTARTS = 5;
const STREAMS = 1_000;
const CLIENTS = "relay-clients";
/** Joins that are under way at one time. */
const AT_ONCE = 50;

const service = (n: number): string => `service-${n % SERVICES}`;
const called = (n: number): readonly string[] => Array.from({ length: CALLS }, (_, k) => service(n + 1 + k * 97));

/**
 * Two records. Start: from the start of the process to the first answer that a stream has acknowledged, the control plane
 * dead. Memory: resident bytes of the relay that each of 1,000 streams adds (TLS, mTLS identities, all types), when the
 * snapshot and one stream were there already.
 */
export async function run(): Promise<Record<string, unknown>[]> {
  const mesh = await startMesh();
  try {
    await mesh.api("POST", "v1/changes", {
      put: Array.from({ length: SERVICES }, (_, n) => ({ resource: dataplane(n) })),
    });
    const token = String(await mesh.api("POST", "tokens/dataplane", { mesh: "default", validFor: "1h" }));
    await untilViewed(mesh);
    const memory = await measureMemory(mesh, token);
    await mesh.killControlPlane();
    const starts: number[] = [];
    for (let n = 0; n < RESTARTS; n++) {
      await mesh.killRelay();
      starts.push(await measureStart(mesh, token));
    }
    const sorted = [...starts].sort((a, b) => a - b).map(Math.round);
    return [
      {
        measure: "relay-start",
        services: SERVICES,
        restarts: RESTARTS,
        ms: sorted[RESTARTS >> 1],
        worst_ms: sorted.at(-1),
      },
      { measure: "relay-memory", services: SERVICES, streams: STREAMS, ...memory },
    ];
  } finally {
    await mesh.close();
  }
}

function dataplane(n: number): object {
  const address = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
  return {
    type: "Dataplane",
    mesh: "default",
    name: `p-${n}`,
    networking: {
      address,
      inbound: [{ port: 8080, tags: { "kuma.io/service": service(n), "kuma.io/protocol": "http" } }],
      outbound: called(n).map((name, k) => ({ port: 10_001 + k, tags: { "kuma.io/service": name } })),
    },
  };
}

/** Until the relay holds the snapshot with all of them, on disk too, and the view. */
async function untilViewed(mesh: TestMesh): Promise<void> {
  const { sequence } = (await mesh.api("POST", "v1/changes", {
    put: [{ resource: { type: "MeshTimeout", mesh: "default", name: "last", spec: LAST } }],
  })) as { sequence: number };
  for (;;) {
    const { snapshot, view } = await mesh.relayStatus();
    if ((snapshot?.sequence ?? 0) >= sequence && (view.sequence ?? 0) >= sequence) return;
    await pause(100);
  }
}

const LAST = {
  targetRef: { kind: "Mesh" },
  to: [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: "7s" } }],
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function measureStart(mesh: TestMesh, token: string): Promise<number> {
  const begun = performance.now();
  const starting = mesh.startRelay();
  const { xds, caFile } = mesh.relay();
  for (;;) {
    const stream = openStream(placeOf({ xds, caFile }, token), "default.p-1", called(1));
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

async function measureMemory(mesh: TestMesh, token: string): Promise<Record<string, number>> {
  const { pid } = mesh.relay().child;
  const one = openStream(placeOf(mesh.relay(), token), "default.p-0", called(0));
  await one.whole;
  await pause(3000);
  const before = residentBytes(pid);
  const { xds, caFile } = mesh.relay();
  const clients = fork(fileURLToPath(import.meta.url), [CLIENTS, xds, caFile], {
    env: { ...process.env, BENCH_TOKEN: token },
  });
  try {
    await Promise.race([once(clients, "message"), ended(clients)]);
    await pause(3000);
    const after = residentBytes(pid);
    return {
      bytes_per_dataplane: Math.round((after - before) / STREAMS),
      resident_before_bytes: before,
      resident_after_bytes: after,
    };
  } finally {
    clients.kill();
    one.end();
  }
}

async function ended(child: ReturnType<typeof fork>): Promise<never> {
  const [code] = await once(child, "exit");
  throw new Error(`the clients' process ended with ${code}`);
}

function residentBytes(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) * 1024;
}

function placeOf({ xds, caFile }: Pick<Relay, "xds" | "caFile">, token: string): Place {
  return { address: new URL(xds).host, ca: readFileSync(caFile), token };
}

async function runClients(xds: string, caFile: string): Promise<void> {
  const place = placeOf({ xds, caFile }, process.env.BENCH_TOKEN ?? "");
  let next = 1;
  const work = async (): Promise<void> => {
    while (next < STREAMS) {
      const n = next++;
      const stream = openStream(place, `default.p-${n}`, called(n));
      await stream.first;
      await stream.whole;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  process.send?.("ready");
}

const [, , role = "", xds = "", caFile = ""] = process.argv;
if (role === CLIENTS) {
  await runClients(xds, caFile).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
}
