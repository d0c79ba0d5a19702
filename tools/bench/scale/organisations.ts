// organisations: what each organisation of one deployment costs, and what a poll and a write of one cost beside so many.
import { zone } from "../../../test/control/harness.ts";
import { addMeshes, addOrganisations } from "../../../test/control/many.ts";
import { openMetered } from "../../../test/control/metered.ts";
import { cpuAt, rowsAt } from "./sized.ts";
import { cpuOfEach, growth, heap, round3, storedIn } from "./stored.ts";
import { tell } from "./tell.ts";

const SIZES = [100, 1000, 10_000] as const;
const COUNTED = [10, 200] as const;
/** Organisations whose writer is opened, to see what that holds. */
const OPENED = 20;

/** One record: one deployment that grows. */
export async function* organisations(): AsyncGenerator<Record<string, unknown>> {
  const metered = await openMetered("libsql-file");
  const sizes: Record<string, number>[] = [];
  try {
    const { plane } = metered;
    let known = 0;
    for (const count of SIZES) {
      tell(`up to ${count} organisations`);
      const [before, empty] = [await storedIn(plane.tenants), heap()];
      const from = known;
      const create = await cpuOfEach(1, async () => {
        await addOrganisations(plane, from, count, (there) => {
          if (there % 1000 === 0) tell(`${there} organisations`);
        });
      });
      const made = count - known;
      const [after, held] = [await storedIn(plane.tenants), heap() - empty];
      known = count;
      const { poll, write } = await cpuAt(metered, ["default"]);
      sizes.push({
        organisations: count,
        bytes_an_organisation: Math.round((after.bytes - before.bytes) / made),
        rows_an_organisation: round3((after.rows - before.rows) / made),
        memory_an_organisation: Math.max(0, Math.round(held / made)),
        create_cpu_ms: round3(create / made),
        poll_cpu_ms: round3(poll.median),
        poll_cpu_mean_ms: round3(poll.mean),
        poll_collecting_ms: round3(poll.collecting),
        write_cpu_ms: round3(write),
      });
    }
    const beside = await addOrganisations(plane, known, known + OPENED);
    const empty = heap();
    for (const org of beside) {
      await org.apply([zone("east")]);
      await addMeshes(org, 1);
    }
    const opened = Math.round((heap() - empty) / OPENED);
    const rows = [];
    for (const count of COUNTED) {
      tell(`${count} organisations on D1`);
      const found = await rowsAt(async (other) => {
        await addOrganisations(other.plane, 0, count);
        return ["default"];
      });
      rows.push({ organisations: count, ...found });
    }
    const grown = (name: string): number => growth(sizes.map((one) => one[name] as number));
    yield {
      measure: "organisations",
      sizes,
      memory_of_a_writer_that_has_written: opened,
      rows,
      largest_to_smallest: Object.fromEntries(
        [
          "bytes_an_organisation",
          "rows_an_organisation",
          "memory_an_organisation",
          "create_cpu_ms",
          "poll_cpu_ms",
          "write_cpu_ms",
        ].map((name) => [name, grown(name)]),
      ),
    };
  } finally {
    await metered.close();
  }
}
