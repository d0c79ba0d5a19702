// Prints a webhook's secret, once.
import type { Invocation } from "#cli/command.ts";
import { isProgram, printValue } from "#cli/output.ts";
import { writePrivate } from "#cli/private-file.ts";

export interface Shown {
  readonly id: string;
  readonly secret: string;
  readonly olderUntil: string | null;
}

/** On stdout, or into the file of `--out` with mode 0600; `hint` is said to people. */
export function printSecret(
  { options, terminal }: Invocation<{ readonly out?: string }>,
  shown: Shown,
  hint: string,
): void {
  const { id, secret, olderUntil } = shown;
  if (options.out !== undefined) writePrivate(options.out, `${secret}\n`);
  const rest = options.out === undefined ? { id, secret } : { id, file: options.out };
  if (isProgram(options.output))
    printValue(terminal, options.output, { ...rest, ...(olderUntil !== null && { olderUntil }) });
  else if (options.output === "name") terminal.out(`${id}\n`);
  else {
    terminal.out(`${options.out === undefined ? secret : id}\n`);
    terminal.err(hint);
  }
}

/** What commands say where a webhook is not there. */
export const SEE_LIST = "weft webhook list shows the ids of all webhooks";
