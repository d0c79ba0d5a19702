// One connection to a libSQL file: batches one after the other, statements prepared once, the disk waited for beside the loop.
import Libsql from "libsql";
import Promised from "libsql/promise";
import type { Rows, Statement } from "#store/database.ts";

export interface Connection {
  /** The statements, in one transaction unless there is only one that reads. */
  read(statements: readonly Statement[]): readonly Rows[];
  /**
   * Batches that write, in one transaction: each is whole or not at all, whatever becomes of the others. As many of them, from
   * the first, as go into a piece of the loop's time. Resolves once they are on the disk; rejects, with nothing written, where the transaction itself fails. Nothing else may be asked of the connection
   * meanwhile.
   */
  write(batches: readonly (readonly Statement[])[]): Promise<readonly Outcome[]>;
  /** Moves what the log holds into the file, beside what others read and write; not all of it where they do so meanwhile. */
  empty(): Promise<void>;
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
/** Pages of a log that was never empty at once: whose transaction makes it longer empties it, and is answered after that. */
const LONGEST_LOG = 8000;
/** After so long a transaction takes no further batch: the loop has its turn, and others in this process that want to write. Milliseconds. */
const LONGEST_BLOCK = 5;

/** Whether what was prepared before it may hold no more. */
export function changesSchema(statements: readonly Statement[]): boolean {
  return statements.some(({ sql }) => CHANGES_SCHEMA.test(sql));
}

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
  function readTogether(statements: readonly Statement[]): readonly Rows[] {
    say("BEGIN DEFERRED");
    try {
      const rows = statements.map(run);
      say("COMMIT");
      return rows;
    } catch (error) {
      back("ROLLBACK");
      throw error;
    }
  }
  /** On a thread of the engine, as only the other of its two faces does: the way to the disk takes from under a millisecond to seconds. */
  const beside = (sql: "COMMIT" | "PRAGMA wal_checkpoint(PASSIVE)"): Promise<unknown> =>
    Promised.prototype.exec.call(database as unknown as Promised, sql).catch((error: unknown) => {
      throw named(error);
    });
  /** One after the other; undefined where the engine has ended the transaction. */
  async function together(batches: readonly (readonly Statement[])[]): Promise<readonly Outcome[] | undefined> {
    say("BEGIN IMMEDIATE");
    const outcomes: Outcome[] = [];
    try {
      const end = performance.now() + LONGEST_BLOCK;
      for (const statements of batches) {
        if (outcomes.length > 0 && performance.now() > end) break;
        say("SAVEPOINT one");
        try {
          outcomes.push({ rows: statements.map(run) });
        } catch (error) {
          if (!back("ROLLBACK TO one")) return undefined;
          outcomes.push({ error });
        }
        say("RELEASE one");
      }
      await beside("COMMIT");
      return outcomes;
    } catch (error) {
      back("ROLLBACK");
      throw error;
    }
  }
  async function alone(statements: readonly Statement[]): Promise<Outcome> {
    try {
      say("BEGIN IMMEDIATE");
      const rows = statements.map(run);
      await beside("COMMIT");
      return { rows };
    } catch (error) {
      back("ROLLBACK");
      return { error };
    }
  }
  async function oneByOne(batches: readonly (readonly Statement[])[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const statements of batches) outcomes.push(await alone(statements));
    return outcomes;
  }

  say(`PRAGMA wal_autocheckpoint = ${LONGEST_LOG}`);
  return {
    read: (statements) => (statements.length === 1 ? statements.map(run) : readTogether(statements)),
    async write(batches) {
      const [first, ...more] = batches;
      if (first === undefined) return [];
      if (more.length === 0) {
        const outcome = await alone(first);
        if ("error" in outcome) throw outcome.error;
        return [outcome];
      }
      // A full disk ends the transaction of all: it may be one batch alone that does not fit.
      return (await together(batches)) ?? oneByOne(batches);
    },
    async empty() {
      await beside("PRAGMA wal_checkpoint(PASSIVE)");
    },
    close: () => void database.close(),
  };
}

/** The engine's code stands in the message, where conflicts and locks are told by it. */
function named(error: unknown): unknown {
  if (!(error instanceof Libsql.SqliteError)) return error;
  return new Error(`${error.code}: ${error.message}`, { cause: error });
}
