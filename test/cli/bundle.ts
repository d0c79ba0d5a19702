// The `weft` bundle for tests that need real processes: made once a process of the suite, in a folder of its own.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll } from "vitest";
import { sharedFolder } from "#test/run-folder.ts";

let made: Promise<string> | undefined;

/** Path of cli.js, valid inside the tests of the file that calls this. */
export function cliBundle(): () => string {
  let path = "";
  beforeAll(async () => {
    made ??= bundle();
    path = await made;
  });
  return () => path;
}

async function bundle(): Promise<string> {
  const path = join(sharedFolder("cli-bundle"), "cli.js");
  await build({
    absWorkingDir: fileURLToPath(new URL("../..", import.meta.url)),
    entryPoints: ["src/cli/main.ts"],
    outfile: path,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "error",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return path;
}
