// D1 as a Database. Its shape is written down here, so that no floor but the edge imports Cloudflare's types.
import { conflictOf } from "./conflict.ts";
import type { Database, Rows, Statement } from "./database.ts";

interface D1Result {
  readonly results?: unknown[];
  readonly meta?: { readonly rows_read?: number; readonly rows_written?: number };
}

interface D1Prepared<Bound> {
  bind(...values: unknown[]): Bound;
}

/** What is used of Cloudflare's `D1Database`. */
export interface D1<Bound = never> {
  prepare(sql: string): D1Prepared<Bound>;
  batch(statements: Bound[]): Promise<D1Result[]>;
}

/** `binding` is the Worker's D1 binding. Columns of one statement must have different names: D1 answers objects. */
export function openD1<Bound>(binding: D1<Bound>): Database {
  return {
    engine: "d1",
    async batch(statements: readonly Statement[]): Promise<readonly Rows[]> {
      if (statements.length === 0) return [];
      try {
        return (await binding.batch(statements.map(({ sql, params }) => binding.prepare(sql).bind(...params)))).map(
          rowsOf,
        );
      } catch (error) {
        throw conflictOf(error) ?? error;
      }
    },
    async close(): Promise<void> {},
  };
}

function rowsOf({ results = [], meta }: D1Result): Rows {
  const rows = results as Readonly<Record<string, unknown>>[];
  return {
    columns: Object.keys(rows[0] ?? {}),
    rows: rows.map((row) => Object.values(row)),
    read: meta?.rows_read ?? null,
    written: meta?.rows_written ?? null,
  };
}
