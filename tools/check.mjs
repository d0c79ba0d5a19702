// `npm run check`: walls, format and lint, types, budgets of the workers and the console, unit tests. Stops at the first step that fails.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleWorkers, ensureBuilt, ensureGenerated, root, WORKER_ENTRIES } from "./build.mjs";
import { startFaults } from "./start.mjs";

/** Largest gzip size of each worker in bytes, and what deploys it. */
const BUDGETS = {
  poll: { most: 16 * 1024, config: "wrangler.poll.toml" },
  api: { most: 190 * 1024, config: "wrangler.toml" },
  writer: { most: 550 * 1024, config: "wrangler.writer.toml" },
  accounts: { most: 220 * 1024, config: "wrangler.accounts.toml" },
};
/** What wrangler must be told for a deployment to be the size that is measured. */
const SMALL = ["minify = true", "keep_names = false"];

/** Largest gzip size, in bytes, of what the console's first page waits for: entry, what it imports, styles, one language. */
const FIRST_LOAD = 250 * 1024;

const gzipped = (path) => gzipSync(readFileSync(path), { level: 9 }).length;

const bin = (name) => join(root, "node_modules/.bin", name);
const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: "inherit" }).status === 0;

function fits(what, size, most) {
  const good = size <= most;
  process.stdout.write(
    `  ${what}: ${(size / 1024).toFixed(1)} KB gzip of ${most / 1024} KB${good ? "" : ": too large"}\n`,
  );
  return good;
}

/** By the manifest of the built console: files that `index.html` names, those that they name, and the largest language. */
function consoleBudget() {
  const folder = join(root, "dist/console");
  const parts = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  const files = new Set(["index.html"]);
  const seen = new Set();
  const take = (name) => {
    if (seen.has(name)) return;
    seen.add(name);
    const { file, css = [], assets = [], imports = [] } = parts[name];
    for (const one of [file, ...css, ...assets]) files.add(one);
    imports.forEach(take);
  };
  take("index.html");
  const sum = [...files].reduce((size, file) => size + gzipped(join(folder, file)), 0);
  const languages = Object.keys(parts).filter((name) => /^text\/[a-z]+\.json$/.test(name));
  if (languages.length === 0) throw new Error("dist/console/manifest.json names no language");
  const largest = Math.max(...languages.map((name) => gzipped(join(folder, parts[name].file))));
  return fits("console's first load", sum + largest, FIRST_LOAD);
}

async function budgets() {
  const out = mkdtempSync(join(tmpdir(), "weft-workers-"));
  try {
    const { metafile } = await bundleWorkers(out);
    let good = true;
    for (const [name, { most, config }] of Object.entries(BUDGETS)) {
      const lines = readFileSync(join(root, config), "utf8").split("\n");
      for (const line of SMALL.filter((one) => !lines.includes(one))) {
        good = false;
        process.stdout.write(`  ${config} lacks \`${line}\`: what is deployed would be larger\n`);
      }
      good = fits(`${name} worker`, gzipped(join(out, `${name}.js`)), most) && good;
      for (const fault of await startFaults(out, name, WORKER_ENTRIES[name], metafile)) {
        good = false;
        process.stdout.write(`  ${name} worker: ${fault}\n`);
      }
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
  ["console budget", consoleBudget],
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
