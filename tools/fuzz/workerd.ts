// The workers in workerd, as the fuzz needs them.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWorkers } from "#test/workerd.ts";
import type { Target } from "./target.ts";

export async function openWorkerd(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), "weft-fuzz-"));
  const workers = await startWorkers(folder);
  const { url, operatorSecret, pid } = workers;
  return {
    subject: {
      url,
      operatorSecret,
      fetch: (path, init) => fetch(`${url}${path}`, { ...init, headers: { ...init?.headers, connection: "close" } }),
    },
    pid,
    ended: () => (existsSync(`/proc/${pid}`) ? null : "workerd is gone"),
    async close() {
      await workers.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
