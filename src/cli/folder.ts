// Folders that a command makes for itself, and why one cannot be made.
import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { Failure, reasonOf } from "./failure.ts";

/**
 * Makes the folder and those above it that are missing, for their owner alone. Throws the system's error of the one that
 * could not be made: Node's own `recursive` hides a read-only file system behind ENOENT, and below /proc never ends.
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) {
    if (statSync(folder).isDirectory()) return;
    throw Object.assign(new Error(`ENOTDIR: ${folder}`), { code: "ENOTDIR" });
  }
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Somebody else was quicker.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Throws the Failure `what` where the folder, or the nearest above it that is there, is none that may be written to. Makes nothing. */
export function checkFolder(folder: string, what: string, fix: string): void {
  let there = folder;
  while (!existsSync(there)) there = dirname(there);
  try {
    if (!statSync(there).isDirectory()) throw Object.assign(new Error(`ENOTDIR: ${there}`), { code: "ENOTDIR" });
    accessSync(there, constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = there === folder ? reasonOf(error) : `${there}: ${reasonOf(error)}`;
    throw new Failure("failed", { what, where: folder, why, fix }, error);
  }
}
