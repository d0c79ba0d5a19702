// A file that a command writes where the user says: never over one that is there, unless that is said too.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Invocation } from "./command.ts";
import { Failure } from "./failure.ts";
import { checkWritable } from "./private-file.ts";

/** The twin of every option that names a file to write. */
export const FORCE_OPTION = { flags: "--force", help: "overwrite a file that is there" } as const;

/**
 * The file's whole path, asked for before anything is issued that is told only once. Throws Failure `conflict` where a
 * file is there, and `failed` where none can be written.
 */
export function outFile(
  { options, cwd }: Pick<Invocation<{ readonly force?: boolean }>, "options" | "cwd">,
  named: string,
  flag = "--out",
): string {
  const path = resolve(cwd, named);
  const folder = dirname(path);
  if (!existsSync(folder))
    throw new Failure("failed", {
      what: "a file cannot be written",
      where: named,
      why: `there is no folder ${dirname(named)}`,
      fix: `mkdir -p ${dirname(named)}, or name another place with ${flag}`,
    });
  checkWritable(path);
  if (options.force === true || !existsSync(path)) return path;
  throw new Failure("conflict", {
    what: `${flag} names a file that is there already; nothing was done`,
    where: named,
    fix: [`name another one with ${flag}`, "--force overwrites it"],
  });
}
