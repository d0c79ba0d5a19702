// How answers are printed: table, json, yaml or names; the same value in each form.
import { stringify } from "yaml";
import { styled, type Terminal } from "./terminal.ts";

export const OUTPUTS = ["table", "json", "yaml", "name"] as const;
export type Output = (typeof OUTPUTS)[number];

export interface Column<Row> {
  readonly title: string;
  cell(row: Row): string;
}

export interface Listing<Row> {
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  /** What programs get. */
  readonly value: unknown;
  /** One line a row for `name`, fit to be an argument again. */
  name(row: Row): string;
  /** Said on stderr instead of an empty table. */
  readonly none: string;
}

/** Prints a list in the form asked for. */
export function printListing<Row>(terminal: Terminal, output: Output, listing: Listing<Row>): void {
  if (output === "json" || output === "yaml") printValue(terminal, output, listing.value);
  else if (output === "name") terminal.out(listing.rows.map((row) => `${listing.name(row)}\n`).join(""));
  else if (listing.rows.length === 0) terminal.err(`${listing.none}\n`);
  else terminal.out(tableText(terminal, listing.columns, listing.rows));
}

/** Whether a program reads it. */
export function isProgram(output: Output): output is "json" | "yaml" {
  return output === "json" || output === "yaml";
}

/** A value as JSON or YAML. */
export function printValue(terminal: Terminal, output: "json" | "yaml", value: unknown): void {
  // `lineWidth: 0` keeps certificates and long texts on the lines they came on.
  terminal.out(output === "json" ? `${JSON.stringify(value, null, 2)}\n` : stringify(value, { lineWidth: 0 }));
}

/** Aligned columns under a heading; no trailing spaces. */
export function tableText<Row>(terminal: Terminal, columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => printable(column.cell(row))));
  const widths = columns.map((column, i) => Math.max(column.title.length, ...cells.map((line) => line[i]!.length)));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => (i === texts.length - 1 ? text : text.padEnd(widths[i]!)))
      .join("  ")
      .trimEnd();
  const heading = styled(terminal, "bold", line(columns.map((column) => column.title.toUpperCase())));
  return `${[heading, ...cells.map(line)].join("\n")}\n`;
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
