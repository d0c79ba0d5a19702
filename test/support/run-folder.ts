// The folder of one run of a suite: what its files share is made in it, and it is gone after the last of them. (A worker of the suite is ended by
// a signal, and clears nothing away.)
import { mkdtempSync } from "node:fs";
import { join } from "node:path";

/** Names it to the workers. */
export const RUN_FOLDER = "WEFT_TEST_RUN";

/** Its path; undefined outside of a run, where tools use parts of the tests. */
export function runFolder(): string | undefined {
  return process.env[RUN_FOLDER];
}

/** An empty folder in it. */
export function sharedFolder(name: string): string {
  const run = runFolder();
  if (run === undefined)
    throw new Error(`no run of a suite is under way, as ${RUN_FOLDER} would say: nothing is shared`);
  return mkdtempSync(join(run, `${name}-`));
}
