// Files that are written whole or not at all, and readable by their owner only.
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { Failure, reasonOf } from "./failure.ts";
import { makeFolder } from "./folder.ts";

/** Writes beside the target, syncs, and renames: a reader sees the old content or the new. Throws Failure where it cannot. */
export function writePrivate(path: string, text: string, mode = 0o600): void {
  orFailure(path, () => {
    const fresh = writeBeside(path, text, mode);
    renameSync(fresh, path);
  });
}

/** Room for what is told only once; bytes. */
const ROOM = 16_384;

/** Throws the Failure that writing there would end in: asked before something is issued that is told only once. */
export function checkWritable(path: string): void {
  orFailure(path, () => {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
      throw Object.assign(new Error(`EISDIR: ${path}`), { code: "EISDIR" });
    rmSync(writeBeside(path, "\0".repeat(ROOM), 0o600));
  });
}

function writeBeside(path: string, text: string, mode: number): string {
  makeFolder(dirname(path));
  // A name that nobody can foresee, and a file of its own: what stands under a name may be a link, or open to others.
  const fresh = `${path}.${randomBytes(8).toString("hex")}.new`;
  const file = openSync(fresh, "wx", mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  return fresh;
}

function orFailure(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new Failure(
      "failed",
      {
        what: "a file cannot be written",
        where: path,
        why: reasonOf(error),
        fix: "name a place where this user may write, on a disk with room",
      },
      error,
    );
  }
}
