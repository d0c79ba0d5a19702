// Where a proxy keeps its bootstrap, its status and its sockets.
import { chmodSync, lstatSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Failure, reasonOf } from "#cli/failure.ts";
import { checkFolder, makeFolder } from "#cli/folder.ts";

/** A folder for the proxy alone: the given one, or a temporary one. Throws Failure where it is not a folder of its own. */
export function workFolder(given: string | undefined, cwd: string): string {
  if (given === undefined) return mkdtempSync(join(tmpdir(), "weft-proxy-"));
  const folder = resolve(cwd, given);
  checkFolder(
    folder,
    "the work folder cannot be used",
    "name another with --work-dir, or leave it out: then it is a temporary one",
  );
  makeFolder(folder);
  // Root gives it to the proxy's user: whoever put a link here before would choose what is given away.
  if (process.getuid?.() === 0 && lstatSync(folder).isSymbolicLink())
    throw new Failure("usage", {
      what: "the work folder is a symbolic link",
      where: folder,
      fix: "name the folder itself with --work-dir, below folders that only root may write to",
    });
  chmodSync(folder, 0o700);
  return folder;
}

/** A socket's path has at most 107 bytes: where the work folder leaves too few for names, sockets have a folder of their own. */
export function socketFolder(folder: string): string {
  return folder.length <= 48 ? folder : mkdtempSync(join(tmpdir(), "weft-proxy-"));
}

/** Removes a temporary folder. What is in it goes in any case; that the proxy's user may not remove the folder itself is said, and hides no error. */
export function removeFolder(folder: string, say: (line: string) => void): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    say(`${folder} stays: ${reasonOf(error)}; remove it, or name a folder that is to stay with --work-dir`);
  }
}
