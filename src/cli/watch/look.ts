// One look of a watch: the command runs as without --watch, and what it would print is kept.
import type { Command, Invocation } from "#cli/command.ts";
import type { Shown } from "#cli/shown.ts";
import type { Terminal } from "#cli/terminal.ts";

export interface Look {
  /** When it was over. */
  readonly at: Date;
  /** What it printed for people, on stdout and on stderr. */
  readonly out: string;
  readonly err: string;
  readonly shown: Shown;
}

/** Throws what the command throws. */
export async function look<Options>(command: Command<Options>, invocation: Invocation<Options>): Promise<Look> {
  const { terminal } = invocation;
  const out: string[] = [];
  const err: string[] = [];
  const shown: Shown[] = [];
  const keeping: Terminal = {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    input: terminal.input,
    interactive: false,
    colour: terminal.colour,
    ...(terminal.columns !== undefined && { columns: terminal.columns }),
    shown: (one) => void shown.push(one),
  };
  await command.run({ ...invocation, terminal: keeping });
  const text = out.join("");
  return { at: new Date(), out: text, err: err.join(""), shown: whole(shown, text) };
}

/** All that was shown as one; what was only written is one answer. */
function whole(shown: readonly Shown[], text: string): Shown {
  if (shown.length === 0)
    return { rows: [{ key: "", names: [], item: text, news: text, cells: [], text }], newest: false };
  return {
    rows: shown.flatMap(({ rows }, at) => rows.map((row) => ({ ...row, key: `${at} ${row.key}` }))),
    newest: shown.every(({ newest }) => newest),
  };
}
