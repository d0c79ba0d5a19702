// cross-zone: an endpoint of one zone changes at the REST API → an Envoy of another zone has acknowledged what follows for it.
import { runRelay } from "#relay/main.ts";
import type { SnapshotStep } from "#relay/zone-side/options.ts";
import { until } from "#test/child.ts";
import { httpGet, httpProgram } from "#test/workload.ts";
import { startZones } from "#test/zones.ts";

const CHANGES = 200;
const WARM_UP = 20;
/** Between two changes, so that each finds a quiet machine; milliseconds. */
const PAUSE = 40;
const BOUND = 10_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0) * 10) / 10;
};

/** One record: commit → ACK of the client's Envoy in the other zone, whose relay runs in this process. */
export async function run(): Promise<Record<string, unknown>[]> {
  let hear: (step: SnapshotStep) => void = () => undefined;
  const zones = await startZones(["east", "west"], {
    relay: (zone, settings) =>
      zone === "east" ? runRelay({ ...settings, log: () => undefined, observe: (step) => hear(step) }) : undefined,
  });
  const program = await httpProgram("backend");
  try {
    const west = zones.zone("west");
    await west.ingress();
    await west.proxy({ name: "backend-0", service: "backend", program: program.port });
    const client = await zones.zone("east").proxy({ name: "web-1", service: "web", calls: ["backend"] });
    await until("the other zone to answer", async () => (await httpGet(client.outbound())).status === 200);
    await pause(1_000);
    const times: number[] = [];
    for (let n = 0; n < WARM_UP + CHANGES; n++) {
      await pause(PAUSE);
      const begun = performance.now();
      let acked: (sequence: number) => void = () => undefined;
      const heard = new Map<number, number>();
      hear = (step) => {
        if (step.kind !== "stream" || step.state !== "acked") return;
        heard.set(step.sequence, performance.now());
        acked(step.sequence);
      };
      const { sequence } = (await zones.api("POST", "v1/changes", { put: [{ resource: instance(n % 2 === 0) }] })) as {
        sequence: number;
      };
      const done = await new Promise<number>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`sequence ${sequence} was not acknowledged`)), BOUND);
        acked = () => {
          const found = [...heard].find(([one]) => one >= sequence);
          if (found === undefined) return;
          clearTimeout(timer);
          resolve(found[1]);
        };
        acked(sequence);
      });
      if (n >= WARM_UP) times.push(done - begun);
    }
    return [{ measure: "cross-zone", changes: CHANGES, p50_ms: quantile(times, 0.5), p99_ms: quantile(times, 0.99) }];
  } finally {
    await zones.close();
    await program.close();
  }
}

/** A second instance in the other zone, ready or not: the weight of its ingress is another. */
function instance(ready: boolean): object {
  return {
    type: "Dataplane",
    mesh: "default",
    name: "backend-1",
    labels: { "kuma.io/zone": "west" },
    networking: {
      address: "10.0.0.9",
      inbound: [
        {
          port: 8080,
          tags: { "kuma.io/service": "backend", "kuma.io/protocol": "http" },
          ...(ready ? {} : { state: "NotReady" }),
        },
      ],
    },
  };
}
