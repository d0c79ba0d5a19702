// fair: how long an organisation's writes take alone, and while another one writes as fast as it is let; by turns, in the same run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startPlane } from "../load/plane.ts";
import { makeWorld } from "../load/world.ts";
import { beNoise, startNoise } from "./fair/noise.ts";
import { type Timed, writeQuietly } from "./fair/quiet.ts";
import { compare } from "./fair/ratio.ts";

/** Short ones: what else the machine does meets both sides alike. */
const ROUNDS = 40;
/** Of the quiet one, in a round. */
const WRITES = 60;
/** Calls of the noisy one on their way at once. */
const CALLERS = 64;
/** The noisy one is known as noisy by then, or what it has left behind is published. Milliseconds. */
const SETTLING = 1000;

/** One record. */
export async function run(): Promise<Record<string, unknown>[]> {
  const folder = mkdtempSync(join(tmpdir(), "weft-fair-"));
  const plane = await startPlane(process.cwd(), folder, process.env.WEFT_BENCH_PROFILE);
  try {
    const world = await makeWorld(plane, { organisations: 2, relays: 10 }, () => {});
    const [quiet, noisy] = world.organisations.map((one) => ({ url: plane.url, organisation: one.name, ...one }));
    if (quiet === undefined || noisy === undefined) throw new TypeError("two organisations were asked for");
    const noise = startNoise({ ...noisy, callers: CALLERS });
    const write = (): Promise<readonly Timed[]> =>
      writeQuietly(quiet, quiet.zones, { writes: WRITES, waited: plane.waited });
    /** Of each round. */
    const [alone, beside]: [(readonly Timed[])[], (readonly Timed[])[]] = [[], []];
    let noisyFor = 0;
    // The first round of each side is for V8 to compile what it runs.
    for (let round = 0; round <= ROUNDS; round++) {
      alone.push(await write());
      noise.go();
      const began = performance.now();
      await sleep(SETTLING);
      beside.push(await write());
      await noise.rest();
      noisyFor += performance.now() - began;
      await sleep(SETTLING);
    }
    const { written, refused } = await noise.end();
    const sides = { alone: alone.slice(1), beside: beside.slice(1) };
    return [
      {
        measure: "fair",
        ms: compare(sides, ({ took }) => took),
        running_ms: compare(sides, ({ took, waited }) => took - waited),
        noisy_writes_per_s: Math.round((1000 * written) / noisyFor),
        noisy_refused_per_s: Math.round((1000 * refused) / noisyFor),
        reference: { ratio: 1.2 },
      },
    ];
  } finally {
    await plane.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

await beNoise();
