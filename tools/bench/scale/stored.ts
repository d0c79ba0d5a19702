// What a control plane has stored, and what it holds of memory.
import { PerformanceObserver } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import type { Database } from "#store/database.ts";
import { collect } from "#test/garbage.ts";
import { quantile } from "../edge/process-cpu.ts";

/** Rows of all tables together, and bytes of the pages that are in use. */
export async function storedIn(database: Database): Promise<{ readonly rows: number; readonly bytes: number }> {
  const one = async (sql: string): Promise<readonly (readonly unknown[])[]> =>
    (await database.batch([{ sql, params: [] }]))[0]?.rows ?? [];
  const tables = await one("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
  let rows = 0;
  for (const [table] of tables) rows += Number((await one(`SELECT COUNT(*) FROM "${String(table)}"`))[0]?.[0]);
  const [[used] = [0]] = await one(
    "SELECT (SELECT page_count FROM pragma_page_count()) - (SELECT freelist_count FROM pragma_freelist_count())",
  );
  const [[size] = [0]] = await one("SELECT page_size FROM pragma_page_size()");
  return { rows, bytes: Number(used) * Number(size) };
}

/** Milliseconds. */
const SETTLED = 200;

/** Bytes of live objects of this process. */
export function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** Collects, and waits until no thread of the collector goes on behind it. */
export async function collectAll(): Promise<void> {
  collect();
  await setTimeout(SETTLED);
  collect();
}

/** CPU milliseconds of one of many: in the median block of so many each, and on average over all blocks. */
export interface OfBlocks {
  readonly median: number;
  readonly mean: number;
  /** Of the mean, what collections took of the main thread, by the clock. */
  readonly collecting: number;
}

/** A collection falls into few blocks, if into any; what each call costs is in all. */
export async function cpuOfBlocks(
  blocks: number,
  each: number,
  run: (at: number) => Promise<unknown>,
): Promise<OfBlocks> {
  const found: number[] = [];
  let collecting = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collecting += duration;
  });
  observer.observe({ entryTypes: ["gc"] });
  for (let block = 0; block < blocks; block++) found.push(await cpuOfEach(each, run));
  // What was observed is told in a later turn of the loop.
  await setTimeout(SETTLED);
  observer.disconnect();
  const mean = found.reduce((sum, one) => sum + one, 0) / blocks;
  return { median: quantile(found, 0.5), mean, collecting: collecting / (blocks * each) };
}

/** CPU milliseconds of this process for one of so many, user and system. */
export async function cpuOfEach(count: number, run: (at: number) => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let at = 0; at < count; at++) await run(at);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / count;
}

/** The last over the first, of a cost at rising sizes. */
export const growth = (costs: readonly number[]): number =>
  Number(((costs.at(-1) as number) / (costs[0] as number)).toFixed(2));

export const round3 = (value: number): number => Number(value.toFixed(3));
