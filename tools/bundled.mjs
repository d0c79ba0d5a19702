// Runs tools that are written in TypeScript: bundled for this process into the checkout's own folder, which is gone afterwards.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./build.mjs";

/** Bundles the files and calls `use` with a function that loads the module of one, by its name without ending. */
export async function withBundles(what, entryPoints, use) {
  const out = join(root, `.cache/${what}-${process.pid}`);
  mkdirSync(out, { recursive: true });
  try {
    await build({
      absWorkingDir: root,
      entryPoints,
      outdir: out,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20",
      packages: "external",
      logLevel: "warning",
    });
    await use((name) => import(pathToFileURL(join(out, `${basename(name, ".ts")}.js`)).href));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Sets WEFT_ENVOY where it is not and an Envoy is found; else what `weft envoy path` says of it. */
export function findEnvoy() {
  if (process.env.WEFT_ENVOY !== undefined) return null;
  const found = spawnSync(process.execPath, [join(root, "tools/weft.mjs"), "envoy", "path"], { encoding: "utf8" });
  if (found.status !== 0) return found.stderr;
  process.env.WEFT_ENVOY = found.stdout.trim();
  return null;
}
