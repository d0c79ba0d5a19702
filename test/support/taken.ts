// What files that run at once must not have twice, a port or a network: the first of a run that takes it has it until the run ends.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runFolder } from "./run-folder.ts";

/** Whether nobody of this run had it before; from now on the caller has it. Outside of a run nothing is shared, and all is free. */
export function take(name: string): boolean {
  const run = runFolder();
  if (run === undefined) return true;
  const taken = join(run, "taken");
  mkdirSync(taken, { recursive: true });
  try {
    mkdirSync(join(taken, name));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
