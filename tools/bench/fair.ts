// fair: how long an organisation's writes take alone, and while another one writes as fast as it is let; by turns, in the same run.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startPlane } from "../load/plane.ts";
import { type LoadedOrganisation, makeWorld } from "../load/world.ts";
import { makeNoise, type Noise, type Noised } from "./fair/noise.ts";
import { type Timed, writeQuietly } from "./fair/quiet.ts";

const ROUNDS = 6;
/** Of the quiet one, in a round. */
const WRITES = 100;
/** Between its writes; milliseconds. */
const PAUSE = 40;
/** Calls of the noisy one on their way at once. */
const CALLERS = 64;
/** Its connections are open by then. Milliseconds. */
const HEAD_START = 4000;
const NOISE = "fair-noise";

/** One record. */
export async function run(): Promise<Record<string, unknown>[]> {
  const folder = mkdtempSync(join(tmpdir(), "weft-fair-"));
  const plane = await startPlane(process.cwd(), folder, process.env.WEFT_BENCH_PROFILE);
  try {
    const world = await makeWorld(plane, { organisations: 2, relays: 10 }, () => {});
    const [quiet, noisy] = world.organisations.map((one) => ({ url: plane.url, organisation: one.name, ...one })) as [
      LoadedOrganisation & Omit<Noise, "callers">,
      LoadedOrganisation & Omit<Noise, "callers">,
    ];
    const [alone, beside]: [Timed[], Timed[]] = [[], []];
    const pace = { writes: WRITES, pause: PAUSE, ran: plane.ran };
    await writeQuietly(quiet, quiet.zones, pace);
    await (await startNoise({ ...noisy, callers: CALLERS })).end();
    let [noise, refused, noisyFor] = [0, 0, 0];
    for (let round = 0; round < ROUNDS; round++) {
      alone.push(...(await writeQuietly(quiet, quiet.zones, pace)));
      const began = performance.now();
      const noising = await startNoise({ ...noisy, callers: CALLERS });
      await sleep(HEAD_START);
      beside.push(...(await writeQuietly(quiet, quiet.zones, pace)));
      noisyFor += performance.now() - began;
      const noised = await noising.end();
      noise += noised.written;
      refused += noised.refused;
    }
    const by = (clock: keyof Timed): Record<string, unknown> => {
      const [one, other] = [spread(alone, clock), spread(beside, clock)];
      return {
        alone: one,
        beside_noise: other,
        ratio: ratio(other.p99, one.p99),
        ratio_p50: ratio(other.p50, one.p50),
      };
    };
    return [
      {
        measure: "fair",
        ms: by("took"),
        main_thread_ms: by("ran"),
        noisy_writes_per_s: Math.round(ratio(noise, noisyFor / 1000)),
        noisy_refused_per_s: Math.round(ratio(refused, noisyFor / 1000)),
        reference: { ratio: 1.2 },
      },
    ];
  } finally {
    await plane.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The noise's clients have a process of their own, which gives way to the quiet one's and to the control plane where there is no
 * core left: what is asked is how fair the control plane is, not the machine.
 */
async function startNoise(noise: Noise): Promise<{ end(): Promise<Noised> }> {
  const child = fork(fileURLToPath(import.meta.url), [NOISE, JSON.stringify(noise)]);
  setPriority(child.pid as number, constants.priority.PRIORITY_LOW);
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the noise's process ended with ${code}`);
  });
  ended.catch(() => undefined);
  return {
    async end() {
      const told = once(child, "message");
      child.send("end");
      const [noised] = await Promise.race([told, ended]);
      child.disconnect();
      return noised as Noised;
    },
  };
}

function ratio(one: number, other: number): number {
  return Math.round((one / other) * 100) / 100;
}

function spread(writes: readonly Timed[], by: keyof Timed): Readonly<Record<"count" | "p50" | "p90" | "p99", number>> {
  const sorted = writes.map((written) => written[by]).sort((one, other) => one - other);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

const [, , role = "", asked = ""] = process.argv;
if (role === NOISE) {
  const ended = new Promise<void>((resolve) => process.once("message", () => resolve()));
  process.send?.(await makeNoise(JSON.parse(asked) as Noise, ended));
}
