// `npm run chaos [-- --seed N --seconds N]`: three zones of real Envoys under random faults and continuous requests; ends with counts.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { ensureBuilt, root } from "./build.mjs";

const LONGEST = 600;
const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seconds: { type: "string", default: "60" },
    help: { type: "boolean", short: "h", default: false },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const seconds = Number(values.seconds);
if (values.help || !Number.isInteger(seed) || !(seconds >= 10 && seconds <= LONGEST)) {
  process.stderr.write(`npm run chaos -- [--seed N] [--seconds 10..${LONGEST}]
Kills relays, Envoys, the control plane and networks of three zones at random while requests go on, and sets clocks wrong.
The same seed gives the same faults in the same order. Needs root, for network namespaces, and a real Envoy.\n`);
  process.exit(values.help ? 0 : 2);
}
await ensureBuilt((what) => process.stderr.write(`weft: ${what} …\n`));
if (process.env.WEFT_ENVOY === undefined) {
  const found = spawnSync(process.execPath, [join(root, "tools/weft.mjs"), "envoy", "path"], { encoding: "utf8" });
  if (found.status !== 0) {
    process.stderr.write(found.stderr);
    process.exit(1);
  }
  process.env.WEFT_ENVOY = found.stdout.trim();
}
const out = join(root, `.cache/chaos-${process.pid}`);
mkdirSync(out, { recursive: true });
try {
  await build({
    absWorkingDir: root,
    entryPoints: ["tools/chaos/run.ts"],
    outdir: out,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "warning",
  });
  const { run } = await import(pathToFileURL(join(out, "run.js")).href);
  const { line, failed } = await run({ seed, seconds, tell: (text) => process.stderr.write(`${text}\n`) });
  process.stdout.write(`${JSON.stringify(line)}\n`);
  for (const why of failed) process.stderr.write(`chaos: ${why}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
  if (failed.length > 0)
    process.stderr.write(`chaos: again with: npm run chaos -- --seed ${seed} --seconds ${seconds}\n`);
} finally {
  rmSync(out, { recursive: true, force: true });
}
process.exit();
