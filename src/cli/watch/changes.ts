// What is other in a look than it was in the one before. Pure.
import type { Shown, ShownRow } from "#cli/shown.ts";

/** `found` in the first look. */
export type News = "found" | "added" | "changed" | "gone";

export interface Change {
  readonly news: News;
  readonly row: ShownRow;
}

/**
 * The rows that are new, other or gone, in the order in which they are shown; of a list of newest rows the oldest is told first.
 * Compared by what a table shows of them (`cells`), or by what programs get (`item`).
 */
export function changesOf(before: Shown | undefined, after: Shown, by: "cells" | "item"): readonly Change[] {
  const old = keyed(before?.rows ?? []);
  const rows = keyed(after.rows);
  const gone = after.newest ? [] : [...old].filter(([key]) => !rows.has(key)).map(([, row]) => row);
  const told = [...rows].flatMap(([key, row]): readonly Change[] => {
    const earlier = old.get(key);
    if (before === undefined) return [{ news: "found", row }];
    if (earlier === undefined) return [{ news: "added", row }];
    return compared(earlier, by) === compared(row, by) ? [] : [{ news: "changed", row }];
  });
  const isLog = after.newest && before !== undefined;
  return [...gone.map((row) => ({ news: "gone", row }) as const), ...(isLog ? told.toReversed() : told)];
}

/** Rows that nothing tells apart are counted. */
function keyed(rows: readonly ShownRow[]): ReadonlyMap<string, ShownRow> {
  const seen = new Map<string, number>();
  return new Map(
    rows.map((row) => {
      const count = (seen.get(row.key) ?? 0) + 1;
      seen.set(row.key, count);
      return [JSON.stringify([row.key, count]), row];
    }),
  );
}

function compared({ cells, news }: ShownRow, by: "cells" | "item"): string {
  return by === "item" || cells.length === 0 ? news : JSON.stringify(cells.map((cell) => cell.news));
}
