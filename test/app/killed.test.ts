// Control planes that are killed while they write: Node by SIGKILL on its files, workerd by SIGKILL on its D1 databases and objects.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Life, runKills } from "#test/kill-run.ts";
import { createChildren, startEdge } from "#test/plane.ts";
import { startWorkers } from "#test/workerd.ts";

const { WEFT_KILL_ROUNDS } = process.env;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "weft-killed-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const children = createChildren();

async function onNode(): Promise<Life> {
  const { child, said } = await startEdge(children, "node", ["--state-dir", folder, "--port", "0"]);
  const operatorSecret = readFileSync(join(folder, "operator.secret"), "utf8").trim();
  return { url: String(said.url), operatorSecret, kill: () => child.stop("SIGKILL"), close: () => child.stop() };
}

test.each([
  ["Node", onNode, 2],
  ["workerd", () => startWorkers(folder), 2],
] as const)(
  "%s: what was acknowledged before it was killed stands once, and what was cut off goes through once",
  {
    timeout: 300_000 + Number(WEFT_KILL_ROUNDS ?? 0) * 20_000,
  },
  async (_, start, rounds) => {
    const report = await runKills(start, Number(WEFT_KILL_ROUNDS ?? rounds), 15);
    expect(report.wrong).toEqual([]);
    expect(report.cutOff).toBeGreaterThan(0);
    expect(report.revisions).toBe(report.acknowledged);
  },
);
