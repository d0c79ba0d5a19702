// `npm run dump`: the databases of a control plane of today, filled by the product itself, as SQL below test/store/dump: what later
// migrations are tried on. Made anew for the newest migrations as often as one likes, and never for older ones.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ensureGenerated, root } from "./build.mjs";

const newest = (folder) =>
  readdirSync(join(root, "migrations", folder))
    .sort()
    .at(-1)
    .slice(0, 4);
const name = `directory-${newest("directory")}-tenant-${newest("tenant")}`;
const folder = join(root, "test/store/dump", name);

ensureGenerated();
// Beside the sources, so that it finds what is not bundled.
mkdirSync(join(root, "dist"), { recursive: true });
const temporary = mkdtempSync(join(root, "dist/dump-"));
const bundle = join(temporary, "fill.mjs");
try {
  await build({
    absWorkingDir: root,
    entryPoints: ["test/store/dump/fill.ts"],
    outfile: bundle,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["libsql", "@libsql/*", "pino", "vitest"],
    logLevel: "warning",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  mkdirSync(folder, { recursive: true });
  const { fill } = await import(bundle);
  await fill(folder);
  process.stdout.write(`test/store/dump/${name}\n`);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
