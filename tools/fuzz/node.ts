// The control plane on Node as `weft serve` runs it, with a heap that would not outlive a leak.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createChildren, startEdge } from "#test/plane.ts";
import type { Target } from "./target.ts";

export async function openNode(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), "weft-fuzz-"));
  const children = createChildren();
  const { child, said } = await startEdge(children, "node", ["--state-dir", folder, "--port", "0"], {
    flags: ["--max-old-space-size=384"],
    logLevel: "error",
  });
  const url = String(said.url);
  let ended: string | null = null;
  void child.ended.then((code) => {
    ended = `code ${code}: ${child.output().slice(-4000)}`;
  });
  return {
    subject: {
      url,
      operatorSecret: readFileSync(join(folder, "operator.secret"), "utf8").trim(),
      fetch: (path, init) => fetch(`${url}${path}`, init),
    },
    pid: child.pid,
    ended: () => ended,
    async close() {
      await child.stop();
      const errors = child
        .output()
        .split("\n")
        .filter((line) => line.includes('"level":50'));
      for (const line of errors.slice(0, 20)) process.stderr.write(`log: ${line.slice(0, 2000)}\n`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
