// Where a proxy keeps its bootstrap, its status and its sockets.
import { chmodSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** A folder for the proxy alone: the given one, or a temporary one. */
export function workFolder(given: string | undefined, cwd: string): string {
  if (given === undefined) return mkdtempSync(join(tmpdir(), "weft-proxy-"));
  const folder = resolve(cwd, given);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  return folder;
}

/** A socket's path has at most 107 bytes: where the work folder leaves too few for names, sockets have a folder of their own. */
export function socketFolder(folder: string): string {
  return folder.length <= 48 ? folder : mkdtempSync(join(tmpdir(), "weft-proxy-"));
}
