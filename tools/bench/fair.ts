// fair: how long an organisation's writes take alone, and while another one writes as fast as it is let; by turns, in the same run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startPlane } from "../load/plane.ts";
import { type LoadedOrganisation, makeWorld } from "../load/world.ts";
import { type Written, writeAtRate } from "../load/write.ts";

const ROUNDS = 3;
const SECONDS = 8;
/** Of the quiet one, a second. */
const WRITES = 10;
/** Calls of the noisy one on their way at once. */
const CALLERS = 64;
/** Its connections are open by then: Node takes one new connection a turn of its loop. Milliseconds. */
const HEAD_START = 5000;

/** One record. */
export async function run(): Promise<Record<string, unknown>[]> {
  const folder = mkdtempSync(join(tmpdir(), "weft-fair-"));
  const plane = await startPlane(process.cwd(), folder);
  try {
    const world = await makeWorld(plane, { organisations: 2, relays: 10 }, () => {});
    const [quiet, noisy] = world.organisations as readonly [LoadedOrganisation, LoadedOrganisation];
    const [alone, beside]: [Written[], Written[]] = [[], []];
    const measure = async (into: Written[]): Promise<void> => {
      into.push(
        ...(await writeAtRate(plane.url, [quiet], { writes: WRITES, seconds: SECONDS, moving: 20 }, () => {})).all,
      );
    };
    await measure([]);
    let noise = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await measure(alone);
      const end = performance.now() + HEAD_START + SECONDS * 1000;
      const callers = Array.from({ length: CALLERS }, async (_, caller) => {
        for (let turn = 0; performance.now() < end; turn++) {
          const path = `${plane.url}/o/${noisy.name}/meshes/default/meshtimeouts/noise-${caller}`;
          const answer = await fetch(path, {
            method: "PUT",
            body: JSON.stringify(noiseOf(caller, turn)),
            headers: { authorization: `Bearer ${noisy.token}`, "content-type": "application/json" },
          });
          if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
          await answer.arrayBuffer();
          noise++;
        }
      });
      await sleep(HEAD_START);
      await measure(beside);
      await Promise.all(callers);
    }
    const failed = [...alone, ...beside].flatMap(({ failure }) => failure ?? []);
    if (failed.length > 0) throw new Error(`${failed.length} quiet writes failed: ${failed[0]}`);
    const [one, other] = [spread(alone), spread(beside)];
    return [
      {
        measure: "fair",
        quiet_ms: one,
        beside_noise_ms: other,
        ratio: Math.round((other.p99 / one.p99) * 100) / 100,
        ratio_p50: Math.round((other.p50 / one.p50) * 100) / 100,
        noisy_writes_per_s: Math.round(noise / (ROUNDS * (SECONDS + HEAD_START / 1000))),
        reference: { ratio: 1.2 },
      },
    ];
  } finally {
    await plane.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Selects every proxy: each is compiled anew. */
function noiseOf(caller: number, turn: number): object {
  const to = [{ targetRef: { kind: "Mesh" }, default: { connectionTimeout: `${1000 + turn}ms` } }];
  return { type: "MeshTimeout", mesh: "default", name: `noise-${caller}`, spec: { targetRef: { kind: "Mesh" }, to } };
}

function spread(writes: readonly Written[]): { readonly count: number; readonly p50: number; readonly p99: number } {
  const sorted = writes.flatMap(({ took }) => took ?? []).sort((one, other) => one - other);
  const at = (share: number): number =>
    Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10) / 10;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99) };
}
