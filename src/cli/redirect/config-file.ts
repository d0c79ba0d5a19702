// Files that users name on the command line: read, or refused with the flag that named them.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Failure, reasonOf } from "#cli/failure.ts";
import type { ConfigFile } from "./given.ts";

export interface Surroundings {
  readonly cwd: string;
  /** Standard input, whole. */
  readonly input: () => Promise<string>;
}

/** The texts of configuration files, in order; `-` is standard input. Throws Failure. */
export async function configFiles(
  flag: string,
  names: readonly string[],
  { cwd, input }: Surroundings,
): Promise<readonly ConfigFile[]> {
  const files: ConfigFile[] = [];
  for (const name of names)
    files.push({ name, text: name === "-" ? await input() : readNamed(flag, resolve(cwd, name)) });
  return files;
}

/** The text of a file that a flag names. Throws Failure. */
export function readNamed(flag: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Failure("usage", {
      what: `the file of ${flag} cannot be read`,
      where: path,
      why: reasonOf(error),
      fix: `name another with ${flag}`,
    });
  }
}
