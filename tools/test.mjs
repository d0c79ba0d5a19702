// `npm test`: every suite that this machine can run, what is missing for the others, and one closing line of counts.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ensureBuilt, root } from "./build.mjs";
import { contractText } from "./contract-counts.mjs";

/** Suite → vitest's arguments, and the program of this machine that it needs. */
const SUITES = {
  unit: { args: ["--project", "unit"], needs: null },
  workerd: { args: ["--config", "vitest.worker.config.ts"], needs: null },
  e2e: { args: ["--project", "e2e"], needs: "chromium" },
  mesh: { args: ["--project", "mesh"], needs: "envoy" },
};

/** How many faults are told again at the end. */
const MOST_FAULTS = 30;

/** First those without a window's works, which take two thirds of the others' time. */
const BROWSERS = [
  ...["chromium-headless-shell", "chrome-headless-shell"],
  ...["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
];

await ensureBuilt((what) => process.stderr.write(`weft: ${what} …\n`));

/** The path of a real Envoy, or what to do about its absence. */
function findEnvoy() {
  const asked = spawnSync(process.execPath, [join(root, "tools/weft.mjs"), "envoy", "path"], { encoding: "utf8" });
  return asked.status === 0 ? { path: asked.stdout.trim() } : { missing: asked.stderr.trim() };
}

/** The path of a Chromium, or what to do about its absence. */
function findChromium() {
  const asked = process.env.WEFT_CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const places = BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name)));
  const path = [...(asked ? [asked] : places), ...(asked ? [] : ["/usr/bin/chromium"])].find(existsSync);
  const missing = asked
    ? `WEFT_CHROMIUM is ${asked}, and no such file is there`
    : "no Chromium found: install it (`apt-get install chromium`), or set WEFT_CHROMIUM to one";
  return path === undefined ? { missing } : { path };
}

const wanted = process.argv.slice(2).filter((arg) => arg in SUITES);
const rest = process.argv.slice(2).filter((arg) => !(arg in SUITES));
/** What suites need, each found once, and the variable by which tests know it. */
const programs = { envoy: { ...findEnvoy(), by: "WEFT_ENVOY" }, chromium: { ...findChromium(), by: "WEFT_CHROMIUM" } };
const found = Object.values(programs).filter(({ path }) => path !== undefined);
const out = mkdtempSync(join(tmpdir(), "weft-test-"));
const total = { passed: 0, failed: 0, skipped: 0 };
const missing = [];
const faults = [];
const ran = [];
const contract = {};
let broken = false;

for (const [name, suite] of Object.entries(SUITES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const lacking = suite.needs === null ? undefined : programs[suite.needs].missing;
  if (lacking !== undefined) {
    missing.push(`the ${name} suite did not run: ${lacking}`);
    if (wanted.length > 0) broken = true;
    continue;
  }
  const report = join(out, `${name}.json`);
  process.stdout.write(`\n== ${name}\n`);
  const done = spawnSync(
    join(root, "node_modules/.bin/vitest"),
    ["run", ...suite.args, "--reporter", "default", "--reporter", join(root, "tools/test-summary.mjs"), ...rest],
    {
      cwd: root,
      stdio: "inherit",
      env: {
        ...process.env,
        ...Object.fromEntries(found.map(({ by, path }) => [by, path])),
        WEFT_TEST_SUMMARY: report,
      },
    },
  );
  const ended = done.signal ?? done.status;
  ran.push(name);
  const summary = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : { faults: [] };
  for (const count of Object.keys(total)) total[count] += summary[count] ?? 0;
  Object.assign(contract, summary.contract);
  faults.push(...summary.faults.map((fault) => ({ suite: name, ...fault })));
  if (ended !== 0 && summary.faults.length === 0) {
    faults.push({ suite: name, where: "outside of every test", said: [`vitest ended with ${ended}`] });
  }
  if (ended !== 0) broken = true;
}
rmSync(out, { recursive: true, force: true });
const { lines, silent } = contractText(contract, ran);
if (lines.length > 0) process.stdout.write(`\n${lines.join("\n")}\n`);
// Who names files wants those alone.
if (rest.length === 0) {
  for (const engine of silent)
    faults.push({ suite: "the store's contract", where: engine, said: ["nothing ran on it"] });
  if (silent.length > 0) broken = true;
}
for (const line of missing) process.stdout.write(`\n${line}\n`);
// Last of all, so that who sees only the end of a long output sees why.
for (const { suite, where, said } of faults.slice(0, MOST_FAULTS)) {
  process.stdout.write(`\nFAILED ${suite}: ${where}\n${said.map((line) => `    ${line}\n`).join("")}`);
}
if (faults.length > MOST_FAULTS) process.stdout.write(`\nand ${faults.length - MOST_FAULTS} more, above\n`);
// What broke outside of a test has failed too.
total.failed = faults.length;
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exit(broken ? 1 : 0);
