// One run of the fuzz on a control plane of its own: Node with a bounded heap, or the workers in workerd.
import { readFileSync } from "node:fs";
import { fuzz } from "#test/fuzz/run.ts";
import { openNode } from "./node.ts";
import { openWorkerd } from "./workerd.ts";

interface Options {
  readonly seed: number;
  readonly runs: number;
  readonly first: number;
  readonly on: "node" | "workerd";
  readonly tell: (text: string) => void;
}

/** More than this in memory is a fault; MiB. */
const MOST_MEMORY = 1024;

export async function run({
  on,
  ...options
}: Options): Promise<{ readonly line: object; readonly failed: readonly string[] }> {
  const target = await (on === "node" ? openNode() : openWorkerd());
  const began = performance.now();
  const memory: number[] = [memoryOf(target.pid)];
  try {
    const outcome = await fuzz(target.subject, {
      ...options,
      ours: on === "node",
      alive() {
        const last = target.ended();
        if (last !== null) throw new Error(`the process has ended: ${last}`);
        const now = memoryOf(target.pid);
        memory.push(now);
        if (now > MOST_MEMORY) throw new Error(`the process holds ${now} MiB`);
      },
    });
    const { failed, ...counted } = outcome;
    const seconds = Number(((performance.now() - began) / 1000).toFixed(1));
    const quarter = memory[Math.floor(memory.length / 4)] ?? 0;
    const mib = { start: memory[0] ?? 0, quarter, most: Math.max(...memory), end: memory.at(-1) ?? 0 };
    return { line: { fuzz: on, seed: options.seed, ...counted, failures: failed.length, seconds, mib }, failed };
  } finally {
    await target.close();
  }
}

/** What the process holds in memory; MiB. */
function memoryOf(pid: number): number {
  const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kib ?? 0) / 1024);
}
