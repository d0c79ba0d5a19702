// How answers are printed: table, wide, json, yaml or names; the same value in each form, and told to who watches.
import { stringify } from "yaml";
import type { Shown, ShownRow } from "./shown.ts";
import { styled, type Terminal } from "./terminal.ts";

export const OUTPUTS = ["table", "wide", "json", "yaml", "name"] as const;
export type Output = (typeof OUTPUTS)[number];
/** Forms for people: `wide` is a table with all columns, of which nothing is cut. */
export type TextOutput = "table" | "wide";

export interface Column<Row> {
  readonly title: string;
  cell(row: Row): string;
  /** In `wide` alone. */
  readonly wide?: true;
  /** What a watch compares instead of the cell: an age grows all the time, which is no news. */
  news?(row: Row): string;
}

export interface Listing<Row> {
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  /** What programs get. */
  readonly value: unknown;
  /** One line a row for `name`, fit to be an argument again. */
  name(row: Row): string;
  /** What tells rows apart, where names do not. */
  key?(row: Row): string;
  /** What a watching program gets of a row; the row unless given. */
  item?(row: Row): unknown;
  /** Members of items that are no news to a watch: signs of life. */
  readonly moving?: readonly string[];
  /** The newest rows of a longer list: one that is no longer among them is not gone. */
  readonly newest?: true;
  /** Said on stderr instead of an empty table. */
  readonly none: string;
}

/** One thing that is shown whole. */
export interface Answer {
  /** What programs get, and what a watch compares where `news` is absent. */
  readonly value: unknown;
  /** Fit to be an argument again; several are several lines. */
  readonly name: string | readonly string[];
  /** For people, ending in a newline. */
  text(output: TextOutput): string;
  /** What a watch compares instead of the value, where that tells when it was made too. */
  readonly news?: unknown;
}

/** Prints a list in the form asked for. */
export function printListing<Row>(terminal: Terminal, output: Output, listing: Listing<Row>): void {
  const columns = output === "wide" ? listing.columns : listing.columns.filter(({ wide }) => wide !== true);
  terminal.shown?.({
    rows: listing.rows.map((row) => shownRow(listing, columns, row)),
    newest: listing.newest === true,
  });
  if (isProgram(output)) printDocument(terminal, output, listing.value);
  else if (output === "name") terminal.out(listing.rows.map((row) => `${listing.name(row)}\n`).join(""));
  else if (listing.rows.length === 0) terminal.err(`${listing.none}\n`);
  else terminal.out(tableText(terminal, columns, listing.rows, output));
}

function shownRow<Row>(listing: Listing<Row>, columns: readonly Column<Row>[], row: Row): ShownRow {
  const name = listing.name(row);
  const item = listing.item === undefined ? row : listing.item(row);
  const moving = new Set(listing.moving);
  return {
    key: listing.key?.(row) ?? name,
    names: [name],
    item,
    news: JSON.stringify(item, (member, value) => (moving.has(member) ? undefined : value)),
    cells: columns.map((column) => {
      const text = printable(column.cell(row));
      return { title: column.title, text, news: column.news?.(row) ?? text };
    }),
  };
}

/** Prints one thing in the form asked for. */
export function printAnswer(terminal: Terminal, output: Output, { value, name, text, news = value }: Answer): void {
  const names = typeof name === "string" ? [name] : name;
  if (isProgram(output)) printDocument(terminal, output, value);
  const told = isProgram(output) ? "" : output === "name" ? names.map((one) => `${one}\n`).join("") : text(output);
  terminal.shown?.(wholeAnswer(value, names, told, news));
  terminal.out(told);
}

function wholeAnswer(item: unknown, names: readonly string[], text: string, news = item): Shown {
  return { rows: [{ key: "", names, item, news: JSON.stringify(news), cells: [], text }], newest: false };
}

/** Whether a program reads it. */
export function isProgram(output: Output): output is "json" | "yaml" {
  return output === "json" || output === "yaml";
}

/** Whether a person reads it. */
export function isText(output: Output): output is TextOutput {
  return output === "table" || output === "wide";
}

/** A value as JSON or YAML; a watch compares it. */
export function printValue(terminal: Terminal, output: "json" | "yaml", value: unknown): void {
  terminal.shown?.(wholeAnswer(value, [], ""));
  printDocument(terminal, output, value);
}

function printDocument(terminal: Terminal, output: "json" | "yaml", value: unknown): void {
  terminal.out(output === "json" ? `${JSON.stringify(value, null, 2)}\n` : yamlText(value));
}

/** A value as YAML, ending in a newline. */
export function yamlText(value: unknown): string {
  // `lineWidth: 0` keeps certificates and long texts on the lines they came on.
  return stringify(value, { lineWidth: 0 });
}

/** The least that is left of a last column that is cut. */
const SHORTEST_LAST = 12;

/**
 * Aligned columns under a heading; no trailing spaces. On a screen that is too narrow the last column is cut, which holds the
 * longest texts; `wide` and a pipe get all of it.
 */
export function tableText<Row>(
  terminal: Terminal,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  output: TextOutput = "table",
): string {
  const cells = rows.map((row) => columns.map((column) => printable(column.cell(row))));
  const widths = columns.map((column, i) => Math.max(column.title.length, ...cells.map((line) => line[i]!.length)));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const most = output === "wide" ? Number.POSITIVE_INFINITY : roomAfter(before, terminal.columns);
  const heading = styled(
    terminal,
    "bold",
    lineText(
      columns.map(({ title }) => title.toUpperCase()),
      widths,
    ),
  );
  return `${[heading, ...cells.map((line) => lineText([...line.slice(0, -1), cutText(line.at(-1)!, most)], widths))].join("\n")}\n`;
}

/** What is left of the line after so many columns; where that is too little, of the line after. */
function roomAfter(before: number, columns = Number.POSITIVE_INFINITY): number {
  if (columns === Number.POSITIVE_INFINITY) return columns;
  let room = columns - before;
  while (room < SHORTEST_LAST) room += columns;
  return room;
}

/** Cells in columns of these widths; no trailing spaces. */
export function lineText(texts: readonly string[], widths: readonly number[]): string {
  return texts
    .map((text, i) => (i === texts.length - 1 ? text : text.padEnd(widths[i] ?? 0)))
    .join("  ")
    .trimEnd();
}

function cutText(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Without control characters: a name must not be able to steer the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}

/** How long ago, in its largest unit: `5m`, `3d`; empty when unknown. */
export function ageText(from: string | undefined, now: number): string {
  const seconds = from === undefined ? Number.NaN : Math.max(0, Math.floor((now - Date.parse(from)) / 1000));
  if (Number.isNaN(seconds)) return "";
  for (const [unit, size] of [
    ["d", 86_400],
    ["h", 3_600],
    ["m", 60],
  ] as const) {
    if (seconds >= size) return `${Math.floor(seconds / size)}${unit}`;
  }
  return `${seconds}s`;
}

/** How long until then, as ages are written: `6d`; empty when unknown. */
export function leftText(until: string | null | undefined, now: number): string {
  const end = until == null ? Number.NaN : Date.parse(until);
  return Number.isNaN(end) ? "" : end <= now ? "0s" : ageText(new Date(now).toISOString(), end);
}

/**
 * How long ago, and in `wide` beside it when exactly. `exact` is the title of that. What is `moving` comes with every sign of
 * life, and is no news to a watch.
 */
export function ageColumns<Row>(
  title: string,
  exact: string,
  time: (row: Row) => string | null | undefined,
  { now, moving = false }: { readonly now: number; readonly moving?: boolean },
): readonly Column<Row>[] {
  const news = (row: Row): string => (moving ? "" : (time(row) ?? ""));
  return [
    { title, cell: (row) => ageText(time(row) ?? undefined, now), news },
    { title: exact, cell: (row) => time(row) ?? "", wide: true, news },
  ];
}
