// A libSQL file as a Database: write-ahead log, one batch at a time, a new client after SQLITE_BUSY.
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient } from "@libsql/client";
import { conflictOf } from "#store/conflict.ts";
import type { Database, Rows, Statement } from "#store/database.ts";
import { onlyReads } from "#store/reading.ts";

export interface LibsqlFileOptions {
  /** Path of the file; its folder must exist. */
  readonly path: string;
  /** Milliseconds that one attempt waits for another process's lock; the event loop stands still for so long. */
  readonly timeout?: number;
  /** Attempts after the first that found the file locked. */
  readonly retries?: number;
}

/** Opens or makes the file. A file that stays locked ends in the engine's SQLITE_BUSY. */
export async function openLibsqlFile({ path, timeout = 5000, retries = 5 }: LibsqlFileOptions): Promise<Database> {
  // The client's option, not a pragma: the client pools connections, and a pragma reaches only one of them.
  const url = `file:${path.split("/").map(encodeURIComponent).join("/")}`;
  const open = (): Client => createClient({ url, timeout });
  let client = open();
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  async function patiently<T>(run: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      if (closed) throw new TypeError(`the database ${path} has been closed`);
      try {
        return await run();
      } catch (error) {
        if (!isBusy(error) || attempt >= retries) throw conflictOf(error) ?? error;
        // A client that has met SQLITE_BUSY keeps a statement in progress and refuses all later ones.
        client.close();
        await sleep(2 ** attempt * 5 * (0.5 + Math.random()));
        client = open();
      }
    }
  }

  /** In turn, so that a client is never replaced below another batch. Batches run synchronously anyway. */
  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const mine = last.then(() => patiently(run));
    last = mine.catch(() => undefined);
    return mine;
  }

  await inTurn(() => client.execute("PRAGMA journal_mode = WAL"));
  return {
    engine: "libsql-file",
    async batch(statements: readonly Statement[]): Promise<readonly Rows[]> {
      if (statements.length === 0) return [];
      return inTurn(() => runBatch(client, statements));
    },
    async close(): Promise<void> {
      await last;
      if (closed) return;
      closed = true;
      client.close();
    },
  };
}

async function runBatch(client: Client, statements: readonly Statement[]): Promise<readonly Rows[]> {
  const bound = statements.map(({ sql, params }) => ({ sql, args: [...params] }));
  const reading = onlyReads(statements);
  const [first] = bound;
  const results =
    bound.length === 1 && reading && first !== undefined
      ? [await client.execute(first)]
      : await client.batch(bound, reading ? "deferred" : "write");
  return results.map(({ columns, rows }) => ({
    columns,
    rows: rows.map((row) => Array.from(row)),
    read: null,
    written: null,
  }));
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /SQLITE_BUSY|database is locked|statements in progress/.test(error.message);
}
