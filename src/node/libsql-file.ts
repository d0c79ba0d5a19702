// A libSQL file as a Database: write-ahead log, batches that write together in one transaction, a new connection after SQLITE_BUSY.
import { setTimeout as sleep } from "node:timers/promises";
import { conflictOf } from "#store/conflict.ts";
import type { Database, Rows, Statement } from "#store/database.ts";
import { onlyReads } from "#store/reading.ts";
import { type Connection, type Outcome, openConnection } from "./libsql-connection.ts";

export interface LibsqlFileOptions {
  /** Path of the file; its folder must exist. */
  readonly path: string;
  /** Milliseconds that one attempt waits for another process's lock; the event loop stands still for so long. */
  readonly timeout?: number;
  /** Attempts after the first that found the file locked. */
  readonly retries?: number;
}

interface Waiting {
  readonly statements: readonly Statement[];
  readonly done: (rows: readonly Rows[]) => void;
  readonly failed: (error: unknown) => void;
}

/** Batches in one transaction: who waits for a connection to be looked at waits for all of them. */
const TOGETHER = 64;
/** A transaction of several is followed by a rest so many times as long, in which the next ones gather; at the most so many milliseconds. */
const REST = 2;
const LONGEST_REST = 5;

/**
 * Opens or makes the file. A file that stays locked ends in the engine's SQLITE_BUSY. A batch that writes is answered once it
 * is on the disk: what waits at the same time shares the wait for that.
 */
export async function openLibsqlFile({ path, timeout = 5000, retries = 5 }: LibsqlFileOptions): Promise<Database> {
  const open = (): Connection => openConnection(path, timeout);
  let connection = open();
  let closed = false;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | null = null;

  async function patiently<T>(run: () => T): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      if (closed) throw new TypeError(`the database ${path} has been closed`);
      try {
        return run();
      } catch (error) {
        if (!isBusy(error) || attempt >= retries) throw conflictOf(error) ?? error;
        // What has met SQLITE_BUSY may keep a statement in progress, which refuses all later ones.
        connection.close();
        connection = open();
        await sleep(2 ** attempt * 5 * (0.5 + Math.random()));
      }
    }
  }

  async function writeAll(): Promise<void> {
    // What else this turn of the loop has to write comes along.
    await turn();
    while (waiting.length > 0) {
      const some = waiting.slice(0, TOGETHER);
      waiting = waiting.slice(TOGETHER);
      const began = performance.now();
      try {
        const outcomes = await patiently(() => connection.write(some.map(({ statements }) => statements)));
        some.forEach((one, at) => {
          settle(one, outcomes[at] as Outcome);
        });
      } catch (error) {
        for (const one of some) one.failed(error);
      }
      if (some.length > 1) await sleep(Math.min(REST * (performance.now() - began), LONGEST_REST));
      else await turn();
    }
    // Nothing may come between the last look and this line.
    writing = null;
  }
  function write(statements: readonly Statement[]): Promise<readonly Rows[]> {
    if (closed) return Promise.reject(new TypeError(`the database ${path} has been closed`));
    return new Promise((done, failed) => {
      waiting.push({ statements, done, failed });
      writing ??= writeAll();
    });
  }

  await patiently(() => connection.read([{ sql: "PRAGMA journal_mode = WAL", params: [] }]));
  return {
    engine: "libsql-file",
    async batch(statements: readonly Statement[]): Promise<readonly Rows[]> {
      if (statements.length === 0) return [];
      return onlyReads(statements) ? patiently(() => connection.read(statements)) : write(statements);
    },
    async close(): Promise<void> {
      while (writing !== null) await writing;
      if (closed) return;
      closed = true;
      connection.close();
    },
  };
}

/** The rest of this turn of the loop; the function of the moment, which tests replace. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function settle({ done, failed }: Waiting, outcome: Outcome): void {
  if ("rows" in outcome) done(outcome.rows);
  else failed(conflictOf(outcome.error) ?? outcome.error);
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /SQLITE_BUSY|database is locked|statements in progress/.test(error.message);
}
