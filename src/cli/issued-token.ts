// A token that the control plane has just issued: printed, or written where its owner alone reads it.
import type { Invocation } from "./command.ts";
import { printValue } from "./output.ts";
import { checkWritable, writePrivate } from "./private-file.ts";
import { checkValidFor } from "./valid-for.ts";

/** The option of commands that tell a token. */
export const OUT_OPTION = { flags: "--out <file>", help: "write the token there, mode 0600, and print the path" };

/** Throws the Failure of what could not be told, or would not hold as long as was meant, before a token is asked for. */
export function checkToken({ validFor, out }: { readonly validFor: string; readonly out?: string }): void {
  checkValidFor(validFor);
  if (out !== undefined) checkWritable(out);
}

/** Prints the token; with `--out` it goes into the file, and the path is printed. */
export function tellToken({ options, terminal }: Invocation<{ readonly out?: string }>, token: string): void {
  const text = token.trim();
  if (options.out !== undefined) writePrivate(options.out, `${text}\n`);
  const shown = options.out === undefined ? { token: text } : { file: options.out };
  if (options.output === "json" || options.output === "yaml") printValue(terminal, options.output, shown);
  else terminal.out(`${options.out ?? text}\n`);
}
