// Where a proxy keeps its bootstrap, its status and its sockets.
import { chmodSync, lstatSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Failure } from "#cli/failure.ts";
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
