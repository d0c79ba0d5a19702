// `npm test`: every suite that this machine can run, what is missing for the others, and one closing line of counts.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt, root } from "./build.mjs";

/** Suite → vitest's arguments; `envoy` marks what needs a real Envoy. */
const SUITES = {
  unit: { args: ["--project", "unit"], envoy: false },
  workerd: { args: ["--config", "vitest.worker.config.ts"], envoy: false },
  mesh: { args: ["--project", "mesh"], envoy: true },
};

await ensureBuilt((what) => process.stderr.write(`weft: ${what} …\n`));

/** The path of a real Envoy, or what to do about its absence. */
function findEnvoy() {
  const asked = spawnSync(process.execPath, [join(root, "tools/weft.mjs"), "envoy", "path"], { encoding: "utf8" });
  return asked.status === 0 ? { path: asked.stdout.trim() } : { missing: asked.stderr.trim() };
}

const wanted = process.argv.slice(2).filter((arg) => arg in SUITES);
const rest = process.argv.slice(2).filter((arg) => !(arg in SUITES));
const envoy = findEnvoy();
const out = mkdtempSync(join(tmpdir(), "weft-test-"));
const total = { passed: 0, failed: 0, skipped: 0 };
const missing = [];
let broken = false;

for (const [name, suite] of Object.entries(SUITES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (suite.envoy && envoy.path === undefined) {
    missing.push(`the ${name} suite did not run: ${envoy.missing}`);
    if (wanted.length > 0) broken = true;
    continue;
  }
  const report = join(out, `${name}.json`);
  process.stdout.write(`\n== ${name}\n`);
  const done = spawnSync(
    join(root, "node_modules/.bin/vitest"),
    ["run", ...suite.args, "--reporter", "default", "--reporter", "json", "--outputFile.json", report, ...rest],
    {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ...(envoy.path === undefined ? {} : { WEFT_ENVOY: envoy.path }) },
    },
  );
  if (existsSync(report)) {
    const counts = JSON.parse(readFileSync(report, "utf8"));
    total.passed += counts.numPassedTests;
    total.failed += counts.numFailedTests;
    total.skipped += counts.numPendingTests + counts.numTodoTests;
  }
  if (done.status !== 0) broken = true;
}
rmSync(out, { recursive: true, force: true });
for (const line of missing) process.stdout.write(`\n${line}\n`);
// A suite that broke outside of a test has failed too.
if (broken && total.failed === 0) total.failed = 1;
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exit(broken ? 1 : 0);
