// Files that are whole or not there: temporary name, fsync, rename, fsync of the folder.
import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const TEMPORARY = ".tmp-";

/** Replaces a file at once. After a crash or on a full disk the old content stands; the error is the system's. */
export async function writeWhole(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `${TEMPORARY}${basename(path)}-${randomBytes(4).toString("hex")}`);
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // Without it, the rename itself may be lost with the power.
  const parent = await open(folder, "r");
  try {
    await parent.sync();
  } finally {
    await parent.close();
  }
}

/** The text, or null when there is no such file. */
export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Makes a folder that only its owner can enter. */
export async function makeFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}

/** Makes it, and removes what an interrupted write left in it: nobody else may be writing there. */
export async function openFolder(path: string): Promise<string> {
  await makeFolder(path);
  const left = (await readdir(path)).filter((name) => name.startsWith(TEMPORARY));
  await Promise.all(left.map((name) => rm(join(path, name), { force: true })));
  return path;
}
