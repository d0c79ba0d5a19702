// `npm run load [-- --seconds N …]`: relays held open and API writes at a rate, on a control plane of its own; ends by itself with one JSON line.
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { ensureBuilt } from "./build.mjs";
import { withBundles } from "./bundled.mjs";

const text = (usual) => ({ type: "string", default: String(usual) });
const { values } = parseArgs({
  options: {
    seconds: text(600),
    relays: text(500),
    writes: text(200),
    organisations: text(50),
    moving: text(20),
    profile: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  },
});
const { help, profile, ...given } = values;
const asked = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, Number(value)]));
const good = Object.values(asked).every((value) => Number.isInteger(value) && value >= 0);
if (help || !good || asked.seconds < 5 || asked.seconds > 3600 || asked.organisations < 1 || asked.moving > 100) {
  process.stderr.write(`npm run load -- [--seconds 5..3600] [--relays N] [--writes N] [--organisations N] [--moving 0..100] [--profile FOLDER]
Starts a control plane, enrols relays that hold their polls, spread over the organisations, and writes so many resources
a second, of which so many of a hundred change a zone's snapshot; a CPU profile of the control plane goes into FOLDER. Ends with one JSON line; exit code 1 where a call has
failed, an acknowledged write is not in the history once, or a relay has not got the newest snapshot of its zone.\n`);
  process.exit(help ? 0 : 2);
}
await ensureBuilt((what) => process.stderr.write(`weft: ${what} …\n`));
await withBundles("load", ["tools/load/run.ts"], async (load) => {
  const { run } = await load("run");
  const { line, failed } = await run({ ...asked, profile, tell: (said) => process.stderr.write(`${said}\n`) });
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
  };
  process.stdout.write(`${JSON.stringify({ ...line, machine })}\n`);
  for (const why of failed) process.stderr.write(`load: ${why}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
});
process.exit();
