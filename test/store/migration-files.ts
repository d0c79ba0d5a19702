// The migrations as the tests read them.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Migration } from "#store/migrations.ts";

/** Files of `migrations/<folder>`, by name. */
export function migrationsOf(folder: "tenant" | "directory"): readonly Migration[] {
  const path = fileURLToPath(new URL(`../../migrations/${folder}/`, import.meta.url));
  return readdirSync(path)
    .sort()
    .map((name) => ({ name, sql: readFileSync(path + name, "utf8") }));
}
