// Prints a webhook's secret, once.
import type { Invocation } from "#cli/command.ts";
import { FORCE_OPTION, outFile } from "#cli/out-file.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { writePrivate } from "#cli/private-file.ts";

/** The options of commands that tell a secret. */
export const SECRET_OPTIONS = [
  { flags: "--out <file>", help: "write the secret there and print only the webhook's id" },
  FORCE_OPTION,
] as const;

export interface SecretOptions {
  readonly out?: string;
  readonly force?: boolean;
}

/** The path of `--out`, if any. Throws the Failure of what could not be written, before a secret is asked for. */
export function secretFile({ options, cwd }: Pick<Invocation<SecretOptions>, "options" | "cwd">): string | undefined {
  return options.out === undefined ? undefined : outFile({ options, cwd }, options.out);
}

export interface Shown {
  readonly id: string;
  readonly secret: string;
  readonly olderUntil: string | null;
}

/** On stdout, or into the file `path` with mode 0600; `hint` is said to people. */
export function printSecret(
  { options, terminal }: Invocation<SecretOptions>,
  shown: Shown,
  hint: string,
  path: string | undefined,
): void {
  const { id, secret, olderUntil } = shown;
  if (path !== undefined) writePrivate(path, `${secret}\n`);
  const rest = options.out === undefined ? { id, secret } : { id, file: options.out };
  if (isProgram(options.output))
    printValue(terminal, options.output, { ...rest, ...(olderUntil !== null && { olderUntil }) });
  else if (options.output === "name") terminal.out(`${id}\n`);
  else {
    terminal.out(`${options.out === undefined ? secret : id}\n`);
    terminal.err(hint);
  }
}
