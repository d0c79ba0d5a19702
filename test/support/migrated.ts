// A control plane's databases as they are when all migrations have been applied: made once a run, and copied to where a test's control plane starts.
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { runFolder } from "./run-folder.ts";

/** Where they lie in the run's folder. */
export const MIGRATED = "migrated";

/** Puts them into the state folder, and makes that. Outside of a run there are none: the control plane migrates its own. */
export function placeMigrated(stateDir: string): void {
  const run = runFolder();
  if (run === undefined) return;
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  for (const file of readdirSync(join(run, MIGRATED))) copyFileSync(join(run, MIGRATED, file), join(stateDir, file));
}
