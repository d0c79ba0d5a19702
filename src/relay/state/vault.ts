// What lies sealed on disk: JSON values under the relay's own key of file mode 0600.
import { randomBytes } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Sealed } from "#model/sealed.ts";
import { importSealingKey, type KeyRing, openText, sealText } from "#trust/seal.ts";
import { openFolder, readText, writeWhole } from "./file.ts";

/** A folder of sealed JSON values by name. */
export interface Vault {
  /** Null when there is none, or it does not open: what is sealed here can be made again. */
  read(name: string): Promise<unknown>;
  write(name: string, value: unknown): Promise<void>;
  remove(name: string): Promise<void>;
  /** Names in order. */
  names(): Promise<readonly string[]>;
}

/**
 * Opens a vault in `folder`; `purpose` is bound into every seal, so that files cannot be swapped between vaults. `onDamage`
 * hears of each file that does not open, once.
 */
export async function openVault(
  folder: string,
  purpose: string,
  key: KeyRing,
  onDamage: (file: string) => void = () => undefined,
): Promise<Vault> {
  await openFolder(folder);
  const damaged = new Set<string>();
  const context = (name: string) => ({ tenant: "relay", purpose, name });
  const path = (name: string): string => join(folder, `${encodeURIComponent(name)}.sealed`);
  return {
    async read(name) {
      const text = await readText(path(name));
      if (text === null) return null;
      try {
        return JSON.parse((await openText(key, context(name), text)).reveal());
      } catch {
        if (!damaged.has(name)) onDamage(path(name));
        damaged.add(name);
        return null;
      }
    },
    async write(name, value) {
      const text = await sealText(key, context(name), new Sealed(JSON.stringify(value)), randomBytes);
      await writeWhole(path(name), text);
    },
    remove: (name) => rm(path(name), { force: true }),
    async names() {
      const files = (await readdir(folder)).filter((file) => file.endsWith(".sealed"));
      return files.map((file) => decodeURIComponent(file.slice(0, -".sealed".length))).sort();
    },
  };
}

/**
 * The key that seals this relay's disk: made once, 32 random bytes in a file that only its owner can read. An Error when it is
 * damaged: another key would open nothing of what lies there.
 */
export async function openDiskKey(folder: string): Promise<KeyRing> {
  const path = join(folder, "disk.key");
  let bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (bytes === null) {
    bytes = randomBytes(32);
    await writeWhole(path, bytes);
  }
  if (bytes.length !== 32)
    throw new Error(
      `The key in ${path} is damaged. Restore the file, or empty the state folder and enrol again with a new token`,
    );
  return { current: await importSealingKey("disk", new Sealed<Uint8Array>(new Uint8Array(bytes))), older: [] };
}
