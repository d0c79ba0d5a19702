// The cells of the matrix: which rows and columns are shown, and what stands in each, now or after a plan.
import type { WireAccessMatrix, WireVerdict } from "#api/access.ts";
import type { AccessChange } from "./turn.ts";

export interface Cell {
  readonly from: string;
  readonly to: string;
  readonly port?: string;
  readonly verdict: WireVerdict;
  /** What it was before the plan; absent where the plan leaves it as it is. */
  readonly before?: WireVerdict;
}

export interface Cells {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** How many are shown. */
  readonly count: number;
  /** Null where there is no way, or where a filter leaves it out. */
  at(row: number, column: number): Cell | null;
}

export interface CellFilter {
  /** In the name of who calls, or of who is called. */
  readonly name?: string;
  readonly outcome?: string;
  /** Those alone that the plan changes. */
  readonly isChanged?: boolean;
}

/** Whom a column means. */
export function calledOf({ to, port }: Pick<Cell, "to" | "port">): string {
  return port === undefined ? to : `${to}:${port}`;
}

/** The cells that a filter leaves; of rows and columns those that have one. `changes` are a plan's, of this mesh. */
export function cellsOf(
  { from, to, verdicts, cells }: WireAccessMatrix,
  { name = "", outcome, isChanged = false }: CellFilter,
  changes: readonly AccessChange[] = [],
): Cells {
  const word = name.toLowerCase();
  const columns = to.map(({ service, port }) => ({ to: service, ...(port !== undefined && { port }) }));
  const changed = new Map(changes.map((one) => [`${one.from}\n${calledOf(one)}`, one]));
  const names = new Set(columns.map(calledOf));
  for (const one of changes) {
    if (names.has(calledOf(one))) continue;
    names.add(calledOf(one));
    columns.push({ to: one.to, ...(one.port !== undefined && { port: one.port }) });
  }
  const callers = [...new Set([...from, ...changes.map((one) => one.from)])];
  const shown = callers.map((caller, row) =>
    columns.map((column, at): Cell | null => {
      const turn = changed.get(`${caller}\n${calledOf(column)}`);
      const verdict = turn?.after ?? verdicts[cells[row]?.[at] ?? -1];
      if (verdict === undefined || (isChanged && turn === undefined)) return null;
      if (outcome !== undefined && verdict.outcome !== outcome) return null;
      if (word !== "" && !`${caller} ${calledOf(column)}`.toLowerCase().includes(word)) return null;
      return { from: caller, ...column, verdict, ...(turn && { before: turn.before }) };
    }),
  );
  const rows = callers.flatMap((_, row) => (shown[row]?.some((cell) => cell !== null) ? [row] : []));
  const kept = columns.flatMap((_, at) => (rows.some((row) => shown[row]?.[at] != null) ? [at] : []));
  rows.sort((a, b) => compare(callers[a], callers[b]));
  kept.sort((a, b) => compare(calledOf(columns[a] as Cell), calledOf(columns[b] as Cell)));
  return {
    rows: rows.map((row) => callers[row] as string),
    columns: kept.map((at) => calledOf(columns[at] as Cell)),
    count: rows.reduce((sum, row) => sum + (shown[row]?.filter((cell) => cell !== null).length ?? 0), 0),
    at: (row, column) => shown[rows[row] ?? -1]?.[kept[column] ?? -1] ?? null,
  };
}

function compare(a = "", b = ""): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where a key leads in a grid; null where it leads nowhere. `page` = how many rows are seen at once. */
export function stepOf(
  key: string,
  isWhole: boolean,
  [row, column]: readonly [number, number],
  { rows, columns, page }: { readonly rows: number; readonly columns: number; readonly page: number },
): readonly [number, number] | null {
  const to: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    PageUp: [row - page, column],
    PageDown: [row + page, column],
    Home: [isWhole ? 0 : row, 0],
    End: [isWhole ? rows - 1 : row, columns - 1],
  };
  const step = to[key];
  if (step === undefined) return null;
  const within = (at: number, count: number): number => Math.max(0, Math.min(at, count - 1));
  return [within(step[0], rows), within(step[1], columns)];
}
