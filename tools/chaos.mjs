// `npm run chaos [-- --seed N --seconds N]`: three zones of real Envoys under random faults and continuous requests; ends with counts.
import { parseArgs } from "node:util";
import { ensureBuilt } from "./build.mjs";
import { findEnvoy, withBundles } from "./bundled.mjs";

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
const lack = findEnvoy();
if (lack !== null) {
  process.stderr.write(lack);
  process.exit(1);
}
await withBundles("chaos", ["tools/chaos/run.ts"], async (load) => {
  const { run } = await load("run");
  const { line, failed } = await run({ seed, seconds, tell: (text) => process.stderr.write(`${text}\n`) });
  process.stdout.write(`${JSON.stringify(line)}\n`);
  for (const why of failed) process.stderr.write(`chaos: ${why}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
  if (failed.length > 0)
    process.stderr.write(`chaos: again with: npm run chaos -- --seed ${seed} --seconds ${seconds}\n`);
});
process.exit();
