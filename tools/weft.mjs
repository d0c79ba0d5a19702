#!/usr/bin/env node
// The `weft` command of a checkout: builds if something changed, then runs dist/cli.js.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`weft needs Node 20.19 or newer; this is ${process.versions.node}\n`);
  process.exit(1);
}
const { ensureBuilt, root } = await import("./build.mjs");
if (!existsSync(join(root, "node_modules/esbuild"))) {
  process.stderr.write("weft: the packages are not installed: run npm ci first\n");
  process.exit(1);
}
await ensureBuilt((what) => process.stderr.write(`weft: ${what} …\n`));
await import(pathToFileURL(join(root, "dist/cli.js")).href);
