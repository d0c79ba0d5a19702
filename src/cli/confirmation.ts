// A question that is answered before something is done that cannot be taken back.
import { createInterface } from "node:readline";
import type { Invocation } from "./command.ts";
import { Failure } from "./failure.ts";
import { unlessStopped } from "./interruption.ts";
import { styled } from "./terminal.ts";

const ANSWERS: Readonly<Record<string, boolean>> = { y: true, yes: true, n: false, no: false, "": false };

/**
 * Whether the answer is yes; a no, or an empty line, is told as the end of it, and other words are asked again. Ctrl-D at the
 * question is the Failure `interrupted`; Ctrl-C stops the command.
 */
export async function isConfirmed(
  { terminal, signal }: Pick<Invocation<object>, "terminal" | "signal">,
  message: string,
): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, terminal: false });
  const given = lines[Symbol.asyncIterator]();
  try {
    for (;;) {
      terminal.err(`${styled(terminal, "bold", message)} [y/N] `);
      const line = await unlessStopped(given.next(), signal);
      if (line.done === true) {
        terminal.err("\n");
        throw new Failure("interrupted", { what: "stopped", why: "nothing was changed" });
      }
      const sure = ANSWERS[line.value.trim().toLowerCase()];
      if (sure === true) return true;
      if (sure === false) {
        terminal.err("Nothing changed.\n");
        return false;
      }
      terminal.err("Answer yes or no.\n");
    }
  } finally {
    lines.close();
  }
}
