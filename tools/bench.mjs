// `npm run bench [NAME]`: runs the measures in tools/bench and prints one JSON line each, with the machine it ran on.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBuilt, root } from "./build.mjs";
import { findEnvoy, withBundles } from "./bundled.mjs";

// As `weft serve` runs the control plane (src/cli/edge.ts).
const FLAG = "--max-semi-space-size=64";
if (!process.execArgv.includes(FLAG)) {
  const again = spawnSync(process.execPath, [FLAG, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  process.exit(again.status ?? 1);
}

await ensureBuilt((what) => process.stderr.write(`weft: ${what} …\n`));
const folder = join(root, "tools/bench");
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => basename(file, ".ts"))
  .sort();
/** A file may print several measures. */
const ALSO = {
  "cold-start": "edge",
  "edge-poll": "edge",
  "first-response": "edge",
  "large-compile": "scale",
  meshes: "scale",
  organisations: "scale",
  "endpoint-edit": "full-compile",
  "relay-memory": "relay-start",
};
const asked = process.argv.slice(2);
for (const name of asked) {
  if (names.includes(ALSO[name] ?? name)) continue;
  process.stderr.write(`no measure ${name}; there are: ${[...names, ...Object.keys(ALSO)].join(", ")}\n`);
  process.exit(2);
}
const chosen = asked.length === 0 ? names : [...new Set(asked.map((name) => ALSO[name] ?? name))];
const machine = {
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memory_gib: Math.round(totalmem() / 2 ** 30),
  node: process.versions.node,
};

findEnvoy();
const files = chosen.map((name) => `tools/bench/${name}.ts`);
await withBundles("bench", files, async (load) => {
  for (const file of files) {
    const { run } = await load(file);
    for await (const line of await run(asked)) process.stdout.write(`${JSON.stringify({ ...line, machine })}\n`);
  }
});
process.exit(0);
