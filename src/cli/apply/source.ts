// Where documents come from: files, folders and standard input.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure, reasonOf } from "#cli/failure.ts";

export interface Source {
  /** As the user named it; `<stdin>` for `-`. */
  readonly name: string;
  readonly text: string;
}

/** Files of these names are read from a folder. */
const READ = /\.(ya?ml|json)$/i;

/**
 * Reads every source in order; folders recursively, by name, hidden files left out. `empty` = a folder may hold
 * none. Throws one Failure for all that cannot be read.
 */
export async function readSources(
  paths: readonly string[],
  cwd: string,
  input: () => Promise<string>,
  empty = false,
): Promise<readonly Source[]> {
  const sources: Source[] = [];
  const problems: string[] = [];
  for (const path of paths) {
    try {
      if (path === "-") sources.push({ name: "<stdin>", text: await input() });
      else sources.push(...readPath(path, cwd, empty));
    } catch (error) {
      problems.push(`${path}: ${error instanceof NothingToRead ? error.message : reasonOf(error)}`);
    }
  }
  if (problems.length === 0) return sources;
  throw new Failure("usage", {
    what: "not all of -f can be read; nothing was sent",
    why: problems.join("\n"),
    fix: "name files, folders with .yaml, .yml or .json files, or - for standard input",
  });
}

class NothingToRead extends Error {}

function readPath(path: string, cwd: string, empty: boolean): Source[] {
  if (!statSync(resolve(cwd, path)).isDirectory())
    return [{ name: path, text: readFileSync(resolve(cwd, path), "utf8") }];
  const files = filesBelow(path, cwd);
  if (files.length === 0 && !empty) throw new NothingToRead("the folder has no .yaml, .yml or .json file");
  return files.map((file) => ({ name: file, text: readFileSync(resolve(cwd, file), "utf8") }));
}

function filesBelow(folder: string, cwd: string): string[] {
  const entries = readdirSync(resolve(cwd, folder), { withFileTypes: true }).filter(
    ({ name }) => !name.startsWith("."),
  );
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, cwd);
    // A link may point to either.
    return READ.test(entry.name) && statSync(resolve(cwd, path)).isFile() ? [path] : [];
  });
}
