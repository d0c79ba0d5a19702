// A tenants' database that refuses what a test says, before it is done or after.
import type { Database } from "#store/database.ts";

export interface Fail {
  /** Batches that contain them fail: a piece of a statement. */
  readonly words: string;
  /** Whether they are done all the same. */
  readonly when: "before" | "after";
  readonly times: number;
}

export interface Breakable {
  wrap(database: Database): Database;
  /** Null once it has failed so many times. */
  fail: Fail | null;
}

/** Breaks nothing until `fail` is set. */
export function breakable(): Breakable {
  const state: Breakable = {
    fail: null,
    wrap: (database) => ({
      ...database,
      async batch(statements) {
        const { fail } = state;
        if (fail === null || !statements.some(({ sql }) => sql.includes(fail.words))) return database.batch(statements);
        state.fail = fail.times > 1 ? { ...fail, times: fail.times - 1 } : null;
        if (fail.when === "after") await database.batch(statements);
        throw new Error("connection reset");
      },
    }),
  };
  return state;
}

/** Each batch that contains the words, until `fail` is null again. */
export function always(words: string): Fail {
  return { words, when: "before", times: Number.POSITIVE_INFINITY };
}
