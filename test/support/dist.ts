// Where the built programs are that tests run as processes of their own.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The nearest folder above that holds the package: this file may be bundled elsewhere. */
export function packageRoot(folder = dirname(fileURLToPath(import.meta.url))): string {
  return existsSync(join(folder, "package.json")) ? folder : packageRoot(dirname(folder));
}

/** The file of a built program: `cli`, `node` or `relay`. */
export function dist(name: string): string {
  return join(packageRoot(), "dist", `${name}.js`);
}
