// Resident memory of a whole process, and the most that it was; by Linux' own count.
import { readFileSync, writeFileSync } from "node:fs";

/** From now on the peak is counted anew. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** Megabytes. */
export function peakOf(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  if (kilobytes === undefined) throw new Error("this system does not tell a process' peak");
  return Number(kilobytes) / 1024;
}
