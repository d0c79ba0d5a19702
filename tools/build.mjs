// `npm run build`: one bundle an edge in dist/, made only when a hash of sources, protos and lock file has changed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildConsole } from "./console.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const generated = join(root, "src/envoy/generated");

/** What Node loads from node_modules: native code, what finds its own files, and what few commands need: all would parse it. */
const EXTERNAL = ["libsql", "@libsql/*", "pino", "re2js"];

/** Bundle → entry. Worker bundles are made for their size and their start-up; wrangler makes its own for a deployment. */
const NODE_ENTRIES = { node: "src/node/main.ts", relay: "src/relay/main.ts", cli: "src/cli/main.ts" };
export const WORKER_ENTRIES = {
  poll: "src/worker/poll.ts",
  api: "src/worker/api.ts",
  writer: "src/worker/writer.ts",
  accounts: "src/worker/accounts.ts",
};

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    const full = join(root, path);
    if (!existsSync(full)) continue;
    const files = readdirSync(full, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(generated))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const file of files) hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0");
  }
  hash.update(readFileSync(join(root, "package-lock.json")));
  return hash.digest("hex");
}

function read(path) {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Makes Envoy's types when their protos, the generator or the lock file changed. */
export function ensureGenerated(say = () => {}) {
  const stamp = join(generated, ".stamp");
  const makers = ["tools/generate-envoy.mjs", "tools/descriptor-columns.mjs"].map((path) => read(join(root, path)));
  const hash = hashOf(["tools/proto"]) + createHash("sha256").update(makers.join()).digest("hex");
  if (read(stamp) === hash) return;
  say("making Envoy's types");
  const done = spawnSync(process.execPath, [join(root, "tools/generate-envoy.mjs")], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (done.status !== 0) throw new Error("Envoy's types could not be made; see above");
  writeFileSync(stamp, hash);
}

async function bundle(entries, options) {
  const { build } = await import("esbuild");
  const present = Object.entries(entries).filter(([, path]) => existsSync(join(root, path)));
  return build({
    absWorkingDir: root,
    entryPoints: present.map(([out, path]) => ({ in: path, out })),
    bundle: true,
    format: "esm",
    target: "es2022",
    sourcemap: "linked",
    metafile: true,
    logLevel: "warning",
    ...options,
  });
}

/** Bundles the Node edges into `outdir`. */
function bundleNode(outdir) {
  return bundle(NODE_ENTRIES, {
    outdir,
    platform: "node",
    target: "node20",
    external: EXTERNAL,
    // CommonJS packages inside an ES module still ask for `require`.
    banner: {
      js: 'import { createRequire as weftRequire } from "node:module"; const require = weftRequire(import.meta.url);',
    },
  });
}

/** Bundles the workers, minified as wrangler does for a deployment by their configurations. */
export function bundleWorkers(outdir) {
  return bundle(WORKER_ENTRIES, {
    outdir,
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser", "import", "default"],
    external: ["cloudflare:*", "node:*"],
    minify: true,
    sourcemap: false,
  });
}

/** Builds when something changed. `say` hears of long work. */
export async function ensureBuilt(say = () => {}) {
  ensureGenerated(say);
  const hash =
    hashOf(["src", "migrations"]) +
    createHash("sha256")
      .update(readFileSync(fileURLToPath(import.meta.url)))
      .update(readFileSync(join(root, "tools/console.mjs")))
      .digest("hex");
  if (read(join(dist, ".stamp")) === hash) return;
  say("building");
  const fresh = join(root, `node_modules/.cache/weft-dist-${process.pid}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  await Promise.all([bundleNode(fresh), buildConsole(join(fresh, "console"))]);
  writeFileSync(join(fresh, ".stamp"), hash);
  // Swapped as a whole, so that a build beside a running one never shows half of itself.
  const old = `${fresh}-old`;
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureBuilt((what) => process.stderr.write(`weft: ${what} …\n`));
  process.stdout.write(
    `dist/: ${readdirSync(dist)
      .filter((name) => name.endsWith(".js"))
      .sort()
      .join(", ")}\n`,
  );
}
