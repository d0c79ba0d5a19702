// `npm run differential`: Weft beside a stock kuma-cp 2.14 that WEFT_KUMA_CP names, and kuma-dp's Envoy where WEFT_KUMA_DP and WEFT_ENVOY name them; `-- --record[=SUBJECT]` writes its answers down anew.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt, root } from "./build.mjs";

const isRecord = (arg) => /^--record(=|$)/.test(arg);
const record = process.argv.find(isRecord);
const rest = process.argv.slice(2).filter((arg) => !isRecord(arg));
const binary = process.env.WEFT_KUMA_CP ?? "";
if (record && binary === "") {
  process.stderr.write("weft: WEFT_KUMA_CP must name the kuma-cp 2.14 whose answers are recorded\n");
  process.exit(1);
}
const files = record ? ["record"] : ["differential", "live"];
const paths = files.map((name) => `test/differential/${name}.test.ts`);
if (!record) await ensureBuilt((what) => process.stderr.write(`weft: ${what} …\n`));
const done = spawnSync(join(root, "node_modules/.bin/vitest"), ["run", "--project", "unit", ...paths, ...rest], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, ...(record && { WEFT_RECORD: record.split("=")[1] ?? "all" }) },
});
process.exit(done.status ?? 1);
