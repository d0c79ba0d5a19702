// Before the first test of a run and after the last: the folder that its files share, with the databases that control planes start with. How
// migrations go is shown in test/store and test/node.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLibsqlFile } from "#node/libsql-file.ts";
import { findMigrations, readMigrations } from "#node/migration-files.ts";
import { FILES } from "#node/state.ts";
import { migrate } from "#store/migrations.ts";
import { MIGRATED } from "./migrated.ts";
import { RUN_FOLDER } from "./run-folder.ts";

const DATABASES = [
  [FILES.directory, "directory"],
  [FILES.tenants, "tenant"],
] as const;

/** What it returns is called after the last test. */
export async function setup(): Promise<() => void> {
  const run = mkdtempSync(join(tmpdir(), "weft-run-"));
  // Other users go through it to what they are shown.
  chmodSync(run, 0o711);
  const folder = join(run, MIGRATED);
  mkdirSync(folder);
  for (const [file, migrations] of DATABASES) {
    const database = await openLibsqlFile({ path: join(folder, file) });
    await migrate(database, await readMigrations(join(findMigrations(), migrations)));
    await database.close();
  }
  process.env[RUN_FOLDER] = run;
  return () => rmSync(run, { recursive: true, force: true });
}
