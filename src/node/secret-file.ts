// Files that hold one secret: made at the first start with mode 0600, read ever after.
import { chmod, link, open, readFile, stat, unlink } from "node:fs/promises";
import { Sealed } from "#model/sealed.ts";
import { fromBase64Url } from "#trust/bytes.ts";

/** What the file says, trimmed. Makes the file from `make` where there is none; of two that start at once, both read one content. */
export async function readOrMake(path: string, make: () => string): Promise<Sealed> {
  try {
    return await readSecret(path);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  // Written beside and linked into place: nobody ever reads half a secret, and the second of two is refused.
  const draft = `${path}.${crypto.randomUUID()}.new`;
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(`${make()}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await unlink(draft);
  }
  return readSecret(path);
}

/** The keys in a file, of 32 bytes in base64url, a line each; none where it may be absent and is. Error that names the line. */
export async function readKeys(path: string, mustBe: boolean): Promise<readonly Sealed<Uint8Array>[]> {
  let text: Sealed;
  try {
    text = await readSecret(path);
  } catch (error) {
    if (mustBe || !isAbsent(error)) throw error;
    return [];
  }
  return text
    .reveal()
    .split("\n")
    .flatMap((line, at) => {
      if (line.trim() === "") return [];
      const bytes = fromBase64Url(line.trim());
      if (bytes?.length !== 32) throw new Error(`${path}, line ${at + 1}, must hold 32 bytes in base64url`);
      return [new Sealed<Uint8Array>(bytes)];
    });
}

async function readSecret(path: string): Promise<Sealed> {
  const text = (await readFile(path, "utf8")).trim();
  if (text === "")
    throw new Error(`${path} is empty: put its content back from a backup, or remove it to start afresh`);
  // A backup that was put back, or an editor, may have widened it.
  if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
  return new Sealed(text);
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
