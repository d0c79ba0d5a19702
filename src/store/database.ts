// The smallest common type of libSQL and D1: a batch of statements that commits as a whole or not at all.

export type SqlValue = string | number | null | Uint8Array;

export interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** It looks for one row by its key, and may be the whole batch: whether its tenant has moved is asked only where there is none. */
  readonly alone?: true;
}

export interface Rows {
  /** Each row as an array in the statement's column order. */
  readonly rows: readonly (readonly unknown[])[];
  readonly columns: readonly string[];
  /** Rows that the engine says it scanned and wrote; null where the engine does not say. */
  readonly read: number | null;
  readonly written: number | null;
}

/** One engine. Failures of named constraints surface as `Conflict`; all else as the engine's error. */
export interface Database {
  readonly engine: "libsql-file" | "libsql-http" | "d1";
  /** Runs the statements in one transaction, in order. */
  batch(statements: readonly Statement[]): Promise<readonly Rows[]>;
  close(): Promise<void>;
}
