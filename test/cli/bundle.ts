// The `weft` bundle for tests that need real processes: made once a file, in a folder of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll } from "vitest";

/** Path of cli.js, valid inside the tests of the file that calls this. */
export function cliBundle(): () => string {
  const folder = mkdtempSync(join(tmpdir(), "weft-cli-bundle-"));
  const path = join(folder, "cli.js");
  beforeAll(async () => {
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
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => path;
}
