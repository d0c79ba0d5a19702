// Two writers of one organisation on a database that fails: WEFT_FAULT_WRITES and WEFT_FAULT_SEED ask for a longer run, or another.
import { expect, test } from "vitest";
import { runFaults } from "#test/fault-run.ts";

const { WEFT_FAULT_WRITES = "60", WEFT_FAULT_SEED } = process.env;
const writes = Number(WEFT_FAULT_WRITES);
const seeds = WEFT_FAULT_SEED === undefined ? [1, 2] : [Number(WEFT_FAULT_SEED)];

test.each(seeds)(
  "whatever becomes of batches, each acknowledged write stands once, and revisions have no gap (seed %i)",
  {
    timeout: 300_000 + writes * 500,
  },
  async (seed) => {
    const report = await runFaults({ seed, writes });
    if (WEFT_FAULT_SEED !== undefined) process.stderr.write(`${JSON.stringify({ seed, ...report })}\n`);
    expect(report.wrong).toEqual([]);
    // Each way to fail has come about, and clients have got their answers all the same.
    for (const count of Object.values(report.fates)) expect(count).toBeGreaterThan(0);
    expect(report.acknowledged).toBeGreaterThan(writes * 0.8);
  },
);
