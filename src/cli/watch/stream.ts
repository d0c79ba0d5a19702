// A watch into a pipe, or for programs: only what has changed, line after line.
import { isProgram, lineText, type Output, yamlText } from "#cli/output.ts";
import type { Shown } from "#cli/shown.ts";
import { styled, type Terminal } from "#cli/terminal.ts";
import { type Change, changesOf } from "./changes.ts";
import { clockText, type View } from "./view.ts";

/** What a program gets: one line of JSON, or one document of YAML, for each row that is other. */
export interface WatchEvent {
  readonly change: Change["news"];
  /** When it was seen, RFC 3339. */
  readonly time: string;
  /** The row, or the whole answer; of what is gone, as it last was. */
  readonly item: unknown;
}

/** Data goes to stdout; what a look says beside it, and that there is no answer, to stderr, each once. */
export function streamView(terminal: Terminal, output: Output): View {
  let before: Shown | undefined;
  let toldBeside = "";
  let isFailing = false;
  const table = tableLines(terminal);

  return {
    show({ at, shown, err }) {
      if (isFailing) terminal.err(`${clockText(at)} the control plane answers again\n`);
      isFailing = false;
      const changes = changesOf(before, shown, isProgram(output) ? "item" : "cells");
      before = merged(before, shown);
      for (const change of changes) terminal.out(textOf(change, at));
      // What it says beside changes with time alone, too: ages. It is told again when there is news.
      if (err !== "" && err !== toldBeside && (changes.length > 0 || toldBeside === "")) {
        terminal.err(err);
        toldBeside = err;
      }
    },
    fail({ at, what, why }) {
      if (!isFailing) terminal.err(`${clockText(at)} ${what}, trying again${why === "" ? "" : ` (${why})`}\n`);
      isFailing = true;
    },
  };

  function textOf({ news, row }: Change, at: Date): string {
    const event: WatchEvent = { change: news, time: at.toISOString(), item: row.item };
    if (output === "json") return `${JSON.stringify(event)}\n`;
    if (output === "yaml") return `---\n${yamlText(event)}`;
    if (output === "name") return news === "gone" ? "" : row.names.map((name) => `${name}\n`).join("");
    return row.cells.length === 0 ? (news === "gone" ? "" : (row.text ?? "")) : table(news, row.cells);
  }
}

/** A list of newest rows forgets none: one that comes back is not new. */
function merged(before: Shown | undefined, after: Shown): Shown {
  if (!after.newest || before === undefined) return after;
  const now = new Set(after.rows.map(({ key }) => key));
  return { ...after, rows: [...after.rows, ...before.rows.filter(({ key }) => !now.has(key))].slice(0, MOST_KEPT) };
}

const MOST_KEPT = 20_000;

type Cells = Change["row"]["cells"];

/** Rows under one heading that is written once; columns grow and never shrink. */
function tableLines(terminal: Terminal): (news: Change["news"], cells: Cells) => string {
  let titles: readonly string[] = [];
  const widths: number[] = [];
  const line = (texts: readonly string[]): string => {
    for (const [at, text] of texts.entries()) widths[at] = Math.max(widths[at] ?? 0, text.length);
    return `${lineText(texts, widths)}\n`;
  };
  return (news, cells) => {
    const own = ["change", ...cells.map(({ title }) => title)];
    const isOther = own.join("\n") !== titles.join("\n");
    titles = own;
    const heading = isOther ? styled(terminal, "bold", line(own.map((title) => title.toUpperCase()))) : "";
    return heading + line([news, ...cells.map(({ text }) => text)]);
  };
}
