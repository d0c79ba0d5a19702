// meshes: what each mesh of one organisation costs, and what a poll and a write cost beside so many.
import { addMeshes } from "../../../test/control/many.ts";
import { openMetered } from "../../../test/control/metered.ts";
import { cpuAt, rowsAt } from "./sized.ts";
import { growth, heap, round3, storedIn } from "./stored.ts";
import { tell } from "./tell.ts";

const SIZES = [10, 100, 1000] as const;
/** Rows need no thousand: D1's stand-in would take minutes to make them. */
const COUNTED = [10, 200] as const;

/** One record. */
export async function* meshes(): AsyncGenerator<Record<string, unknown>> {
  const sizes: Record<string, number>[] = [];
  for (const count of SIZES) {
    tell(`${count} meshes`);
    sizes.push(await measured(count));
  }
  const rows = [];
  for (const count of COUNTED) {
    tell(`${count} meshes on D1`);
    const found = await rowsAt(async ({ org }) => {
      await addMeshes(org, count);
      return ["mesh-0"];
    });
    rows.push({ meshes: count, ...found });
  }
  const grown = (name: string): number => growth(sizes.map((one) => one[name] as number));
  yield {
    measure: "meshes",
    sizes,
    rows,
    largest_to_smallest: Object.fromEntries(
      Object.keys(sizes[0] ?? {}).flatMap((name) => (name === "meshes" ? [] : [[name, grown(name)]])),
    ),
  };
}

async function measured(count: number): Promise<Record<string, number>> {
  const metered = await openMetered("libsql-file");
  try {
    const { org, plane, relay } = metered;
    const before = await storedIn(plane.tenants);
    const empty = heap();
    await addMeshes(org, count);
    const held = heap() - empty;
    const after = await storedIn(plane.tenants);
    const { poll, write } = await cpuAt(metered, ["mesh-0", "mesh-1"]);
    const newest = await org.store.newest(relay.zone, relay.relay);
    const started = plane.reopen();
    const cpu = process.cpuUsage();
    await started.writerOf(org.tenant).view();
    const { user, system } = process.cpuUsage(cpu);
    return {
      meshes: count,
      bytes_a_mesh: Math.round((after.bytes - before.bytes) / count),
      rows_a_mesh: round3((after.rows - before.rows) / count),
      memory_a_mesh: Math.round(held / count),
      envelope_bytes_a_mesh: Math.round((newest?.envelope.length ?? 0) / count),
      start_cpu_ms_a_mesh: round3((user + system) / 1000 / count),
      poll_cpu_ms: round3(poll.median),
      poll_cpu_mean_ms: round3(poll.mean),
      poll_collecting_ms: round3(poll.collecting),
      write_cpu_ms: round3(write),
    };
  } finally {
    await metered.close();
  }
}
