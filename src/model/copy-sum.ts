// The sum of a table's rows: a count and a chain of digests in the order of its key, however the rows come in pages.
import type { Digest } from "./json.ts";

export interface CopySum {
  readonly rows: number;
  readonly digest: string;
}

export const NO_ROWS: CopySum = { rows: 0, digest: "" };

/** The sum of what was there and of these rows behind it. */
export function addRows(sum: CopySum, rows: readonly (readonly unknown[])[], digest: Digest): CopySum {
  let chain = sum.digest;
  for (const row of rows) chain = digest(`${chain}\n${JSON.stringify(row)}`);
  return { rows: sum.rows + rows.length, digest: chain };
}
