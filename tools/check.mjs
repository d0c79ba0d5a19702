// `npm run check`: walls, format and lint, types, worker budgets, unit tests. Stops at the first step that fails.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleWorkers, ensureBuilt, ensureGenerated, root } from "./build.mjs";

/** Largest gzip size of each worker, in bytes. */
const BUDGETS = { poll: 40 * 1024, api: 600 * 1024 };

const bin = (name) => join(root, "node_modules/.bin", name);
const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: "inherit" }).status === 0;

async function budgets() {
  const out = mkdtempSync(join(tmpdir(), "weft-workers-"));
  try {
    await bundleWorkers(out);
    let good = true;
    for (const [name, most] of Object.entries(BUDGETS)) {
      const size = gzipSync(readFileSync(join(out, `${name}.js`)), { level: 9 }).length;
      const fits = size <= most;
      good &&= fits;
      process.stdout.write(
        `  ${name} worker: ${(size / 1024).toFixed(1)} KB gzip of ${most / 1024} KB${fits ? "" : ": too large"}\n`,
      );
    }
    return good;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const steps = [
  ["walls", () => run(process.execPath, ["tools/generate-walls.mjs", "--check"])],
  ["Envoy's types", () => ensureGenerated()],
  ["format and lint", () => run(bin("biome"), ["ci", "--error-on-warnings", "."])],
  ["types", () => run(bin("tsc"), ["-b"])],
  ["worker budgets", budgets],
  ["build", () => ensureBuilt()],
  ["unit tests", () => run(bin("vitest"), ["run", "--project", "unit", "--reporter", "dot"])],
];

// `check --no-unit` is for callers that run the tests themselves; `check NAME` runs one step.
const [only] = process.argv.slice(2);
for (const [name, step] of steps) {
  if (only === "--no-unit" ? name === "unit tests" : only !== undefined && !name.includes(only)) continue;
  const start = performance.now();
  process.stdout.write(`${name} …\n`);
  // A step without an answer tells of a failure by throwing.
  const good = (await step()) !== false;
  process.stdout.write(`${name}: ${good ? "good" : "FAILED"} (${((performance.now() - start) / 1000).toFixed(1)} s)\n`);
  if (!good) process.exit(1);
}
