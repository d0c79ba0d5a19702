// A token that the control plane has just issued: printed, or written where its owner alone reads it.
import type { Invocation } from "./command.ts";
import { FORCE_OPTION, outFile } from "./out-file.ts";
import { printValue } from "./output.ts";
import { writePrivate } from "./private-file.ts";
import { checkValidFor } from "./valid-for.ts";

/** The options of commands that tell a token. */
export const OUT_OPTIONS = [
  { flags: "--out <file>", help: "write the token there, mode 0600, and print the path" },
  FORCE_OPTION,
] as const;

export interface OutOptions {
  readonly out?: string;
  readonly force?: boolean;
}

/**
 * The path of `--out`, if any. Throws the Failure of what could not be told, or would not hold as long as was meant, before
 * a token is asked for.
 */
export function checkToken({
  options,
  cwd,
}: Pick<Invocation<OutOptions & { readonly validFor?: string }>, "options" | "cwd">): string | undefined {
  if (options.validFor !== undefined) checkValidFor(options.validFor);
  return options.out === undefined ? undefined : outFile({ options, cwd }, options.out);
}

/** Prints the token; with `--out` it goes into that file, and its name is printed. */
export function tellToken(
  { options, terminal }: Invocation<OutOptions>,
  token: string,
  path: string | undefined,
): void {
  const text = token.trim();
  if (path !== undefined) writePrivate(path, `${text}\n`);
  const shown = path === undefined ? { token: text } : { file: options.out };
  if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, shown);
  else terminal.out(`${options.out ?? text}\n`);
}
