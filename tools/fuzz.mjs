// `npm run fuzz [-- --seed N --runs N --on node|workerd]`: malformed requests over every route of a real control plane; ends with counts.
import { parseArgs } from "node:util";
import { ensureBuilt } from "./build.mjs";
import { withBundles } from "./bundled.mjs";

const MOST = 1_000_000;
const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    runs: { type: "string", default: "10000" },
    first: { type: "string", default: "0" },
    on: { type: "string", default: "node" },
    help: { type: "boolean", short: "h", default: false },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const [runs, first] = [Number(values.runs), Number(values.first)];
const good = [seed, runs, first].every(Number.isInteger) && runs >= 1 && runs <= MOST && first >= 0;
if (values.help || !good || !["node", "workerd"].includes(values.on)) {
  process.stderr.write(`npm run fuzz -- [--seed N] [--runs 1..${MOST}] [--first N] [--on node|workerd]
Sends requests made from the OpenAPI document and then spoilt. The same seed gives the same requests; --first begins at one of them.
What is wrong is printed with a line that sends it again.\n`);
  process.exit(values.help ? 0 : 2);
}
await ensureBuilt((what) => process.stderr.write(`weft: ${what} …\n`));
process.stderr.write(`fuzz: seed ${seed}, ${runs} requests on ${values.on}\n`);
await withBundles("fuzz", ["tools/fuzz/run.ts"], async (load) => {
  const { run } = await load("run");
  const { line, failed } = await run({
    ...{ seed, runs, first, on: values.on },
    tell: (text) => process.stderr.write(`${text}\n`),
  });
  process.stdout.write(`${JSON.stringify(line)}\n`);
  for (const why of failed) process.stderr.write(`fuzz: ${why}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
  if (failed.length > 0) process.stderr.write(`fuzz: again with: npm run fuzz -- --seed ${seed} --on ${values.on}\n`);
});
process.exit();
