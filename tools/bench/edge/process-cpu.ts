// CPU time of a whole process, by the scheduler's own count of each of its threads.
import { readdirSync, readFileSync } from "node:fs";

/** Milliseconds that the threads of a process have had a processor; to the nanosecond on Linux, where alone it is kept. */
export function cpuOf(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    } catch {
      // A thread that ended meanwhile.
    }
  }
  return nanoseconds / 1e6;
}

/** Of numbers in any order: the value below which the share of them lies. */
export function quantile(of: readonly number[], share: number): number {
  const sorted = [...of].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}
