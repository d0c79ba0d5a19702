// A watch on a screen: each look is drawn over the one before, and the last one stays when it ends.
import { calm, styled, type Terminal } from "#cli/terminal.ts";
import type { Look } from "./look.ts";
import { clockText, type View } from "./view.ts";

const ESC = "\u001b[";
/** Shown at once when it is whole (terminals that do not know it ignore it), long lines cut at the edge, so that lines can be counted. */
const BEGIN = `${ESC}?2026h${ESC}?7l`;
const END = `${ESC}?7h${ESC}?2026l`;
const DEFAULT_ROWS = 24;

/** What is higher than the screen is cut, so that nothing scrolls away and what stands above stays. */
export function screenView(terminal: Terminal): View {
  let drawn: readonly string[] = [];
  let drawnColumns = Number.POSITIVE_INFINITY;
  let last: Look | undefined;

  function draw(note: string): void {
    const text = last === undefined ? "" : last.out + (last.out !== "" && last.err !== "" ? "\n" : "") + last.err;
    const lines = text.split("\n").slice(0, -1);
    // The note, and the line on which the cursor waits.
    const room = Math.max(1, (terminal.rows ?? DEFAULT_ROWS) - 2);
    const more = lines.length - room;
    const shown = more > 0 ? lines.slice(0, room) : lines;
    const end = more > 0 ? `${note} · ${more} more lines do not fit` : note;
    const frame = [...shown, styled(terminal, "dim", end)].map(calm);
    const columns = terminal.columns ?? Number.POSITIVE_INFINITY;
    const up = heightOf(drawn, drawnColumns, columns);
    const rise = up === 0 ? "\r" : `\r${ESC}${up}A`;
    (terminal.draw ?? terminal.out)(`${BEGIN}${rise}${frame.map((line) => `${line}${ESC}K\n`).join("")}${ESC}J${END}`);
    drawn = frame;
    drawnColumns = columns;
  }

  return {
    show(look) {
      last = look;
      draw(`as of ${clockText(look.at)} · Ctrl-C ends`);
    },
    fail({ at, what, why }) {
      const asOf = last === undefined ? clockText(at) : `as of ${clockText(last.at)}`;
      draw(`${asOf} · ${what}, trying again${why === "" ? "" : ` (${why})`}`);
    },
  };
}

/** How many lines of the screen they take that were cut at one width, and wrapped when it was made narrower. */
function heightOf(lines: readonly string[], cutAt: number, columns: number): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(Math.min(lengthOf(line), cutAt) / columns)), 0);
}

function lengthOf(line: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: styles begin with one
  return line.replace(/\u001b\[[0-9;]*m/g, "").length;
}
