// A libSQL file as a Database: write-ahead log, batches that write together in one transaction, a new connection after SQLITE_BUSY.
import { setTimeout as sleep } from "node:timers/promises";
import { conflictOf } from "#store/conflict.ts";
import type { Database, Rows, Statement } from "#store/database.ts";
import { onlyReads } from "#store/reading.ts";
import { type Connection, changesSchema, type Outcome, openConnection } from "./libsql-connection.ts";

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

/** A connection, and the next one in its place. */
interface Way {
  connection: Connection;
}

/** Batches in one transaction: the first of them waits for all. */
const TOGETHER = 64;
/** Transactions, of some ten pages each, after which the log is emptied. */
const EMPTIED_AFTER = 100;
/**
 * Opens or makes the file. A file that stays locked ends in the engine's SQLITE_BUSY. A batch that writes is answered once it
 * is on the disk: what waits at the same time shares the wait for that.
 */
export async function openLibsqlFile({ path, timeout = 5000, retries = 5 }: LibsqlFileOptions): Promise<Database> {
  let closed = false;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | null = null;
  let emptying: Promise<void> | null = null;
  let logged = 0;

  const open = (): Way => ({ connection: openConnection(path, timeout) });
  function renew(way: Way): void {
    way.connection.close();
    Object.assign(way, open());
  }

  async function patiently<T>(way: Way, run: (connection: Connection) => T): Promise<Awaited<T>> {
    for (let attempt = 0; ; attempt++) {
      if (closed) throw new TypeError(`the database ${path} has been closed`);
      try {
        return await run(way.connection);
      } catch (error) {
        if (!isBusy(error) || attempt >= retries) throw conflictOf(error) ?? error;
        // What has met SQLITE_BUSY may keep a statement in progress, which refuses all later ones.
        renew(way);
        await sleep(2 ** attempt * 5 * (0.5 + Math.random()));
      }
    }
  }

  async function writeAll(): Promise<void> {
    // What else this turn of the loop has to write comes along; later, what has come while the disk was waited for.
    await turn();
    while (waiting.length > 0) {
      const some = waiting.slice(0, TOGETHER);
      waiting = waiting.slice(TOGETHER);
      const batches = some.map(({ statements }) => statements);
      try {
        const outcomes = await patiently(toWrite, (connection) => connection.write(batches));
        logged++;
        if (logged >= EMPTIED_AFTER) emptying ??= emptyLog();
        if (batches.slice(0, outcomes.length).some(changesSchema)) renew(toRead);
        waiting = [...some.slice(outcomes.length), ...waiting];
        outcomes.forEach((outcome, at) => {
          settle(some[at] as Waiting, outcome);
        });
      } catch (error) {
        for (const one of some) one.failed(error);
      }
      await turn();
    }
    // Nothing may come between the last look and this line.
    writing = null;
  }
  /** What fails here stays in the log, and meets a write that has to empty it. */
  async function emptyLog(): Promise<void> {
    logged = 0;
    await toEmpty.connection.empty().catch(() => renew(toEmpty));
    emptying = null;
  }
  function write(statements: readonly Statement[]): Promise<readonly Rows[]> {
    if (closed) return Promise.reject(new TypeError(`the database ${path} has been closed`));
    return new Promise((done, failed) => {
      waiting.push({ statements, done, failed });
      writing ??= writeAll();
    });
  }

  /** What is read waits for no disk, and finds what is on it. */
  const toWrite = open();
  await patiently(toWrite, (connection) => connection.read([{ sql: "PRAGMA journal_mode = WAL", params: [] }]));
  const toRead = open();
  const toEmpty = open();
  return {
    engine: "libsql-file",
    async batch(statements: readonly Statement[]): Promise<readonly Rows[]> {
      if (statements.length === 0) return [];
      return onlyReads(statements) ? patiently(toRead, (connection) => connection.read(statements)) : write(statements);
    },
    async close(): Promise<void> {
      while (writing !== null || emptying !== null) await (writing ?? emptying);
      if (closed) return;
      closed = true;
      for (const { connection } of [toRead, toEmpty, toWrite]) connection.close();
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
