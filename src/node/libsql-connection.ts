// One connection to a libSQL file: batches one after the other, statements prepared once.
import Libsql from "libsql";
import type { Rows, Statement } from "#store/database.ts";

export interface Connection {
  /** The statements, in one transaction unless there is only one that reads. */
  read(statements: readonly Statement[]): readonly Rows[];
  /**
   * Batches that write, in one transaction: each is whole or not at all, whatever becomes of the others. Throws, with nothing
   * written, where the transaction itself fails.
   */
  write(batches: readonly (readonly Statement[])[]): readonly Outcome[];
  close(): void;
}

/** What became of one batch of several. */
export type Outcome = { readonly rows: readonly Rows[] } | { readonly error: unknown };

interface Prepared {
  readonly run: (params: Statement["params"]) => Rows;
  /** Parameters that it has been given: those that a later call leaves out would keep their values. */
  readonly given: number;
}

/** Statements that are kept; the texts are few, as lists travel in one parameter. */
const KEPT = 500;
const NOTHING: Rows = { columns: [], rows: [], read: null, written: null };
/** What changes tables, or what statements were prepared for. */
const CHANGES_SCHEMA = /^\s*(create|alter|drop|pragma|reindex|vacuum)\b/i;

/** Opens or makes the file. `timeout`: milliseconds that it waits for another process's lock. */
export function openConnection(path: string, timeout: number): Connection {
  const database = new Libsql(path, { timeout });
  const kept = new Map<string, Prepared>();

  function prepare(sql: string, given: number): Prepared {
    const statement = database.prepare(sql);
    try {
      statement.raw(true);
    } catch {
      // It gives no rows.
      return {
        given,
        run: (params) => {
          statement.run(params);
          return NOTHING;
        },
      };
    }
    const columns = statement.columns().map(({ name }) => name);
    return {
      given,
      run: (params) => ({ columns, rows: statement.all(params) as unknown[][], read: null, written: null }),
    };
  }
  function run({ sql, params }: Statement): Rows {
    try {
      let known = kept.get(sql);
      if (known === undefined || params.length < known.given) known = prepare(sql, params.length);
      else kept.delete(sql);
      const rows = known.run(params);
      kept.set(sql, known.given < params.length ? { ...known, given: params.length } : known);
      if (CHANGES_SCHEMA.test(sql)) kept.clear();
      else if (kept.size > KEPT) kept.delete(kept.keys().next().value as string);
      return rows;
    } catch (error) {
      kept.delete(sql);
      throw named(error);
    }
  }
  const say = (sql: string): Rows => run({ sql, params: [] });

  /** False = the engine has ended the transaction itself: nothing of it holds. */
  function back(to: "ROLLBACK" | "ROLLBACK TO one"): boolean {
    if (!database.inTransaction) return false;
    say(to);
    return true;
  }
  function transaction(begin: string, statements: readonly Statement[]): readonly Rows[] {
    say(begin);
    try {
      const rows = statements.map(run);
      say("COMMIT");
      return rows;
    } catch (error) {
      back("ROLLBACK");
      throw error;
    }
  }
  /** One after the other; undefined where the engine has ended the transaction. */
  function together(batches: readonly (readonly Statement[])[]): readonly Outcome[] | undefined {
    say("BEGIN IMMEDIATE");
    const outcomes: Outcome[] = [];
    try {
      for (const statements of batches) {
        say("SAVEPOINT one");
        try {
          outcomes.push({ rows: statements.map(run) });
        } catch (error) {
          if (!back("ROLLBACK TO one")) return undefined;
          outcomes.push({ error });
        }
        say("RELEASE one");
      }
      say("COMMIT");
      return outcomes;
    } catch (error) {
      back("ROLLBACK");
      throw error;
    }
  }
  const alone = (statements: readonly Statement[]): Outcome => {
    try {
      return { rows: transaction("BEGIN IMMEDIATE", statements) };
    } catch (error) {
      return { error };
    }
  };

  return {
    read: (statements) => (statements.length === 1 ? statements.map(run) : transaction("BEGIN DEFERRED", statements)),
    write(batches) {
      const [first, ...more] = batches;
      if (first === undefined) return [];
      if (more.length === 0) return [{ rows: transaction("BEGIN IMMEDIATE", first) }];
      // A full disk ends the transaction of all: it may be one batch alone that does not fit.
      return together(batches) ?? batches.map(alone);
    },
    close: () => void database.close(),
  };
}

/** The engine's code stands in the message, where conflicts and locks are told by it. */
function named(error: unknown): unknown {
  if (!(error instanceof Libsql.SqliteError)) return error;
  return new Error(`${error.code}: ${error.message}`, { cause: error });
}
