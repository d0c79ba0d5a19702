// The migrations that ship with the package, found beside the sources or the bundle.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Migration } from "#store/migrations.ts";

/** The folder `migrations` of the package that this file belongs to, as source or as bundle. */
export function findMigrations(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, "migrations");
    if (existsSync(join(candidate, "tenant"))) return candidate;
    if (dirname(folder) === folder) throw new Error("The package's folder `migrations` is missing; give its path");
  }
}

/** The SQL files of one folder, ordered by name. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(names.map(async (name) => ({ name, sql: await readFile(join(folder, name), "utf8") })));
}
