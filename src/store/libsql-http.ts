// libSQL over HTTP as a Database: reads side by side, writes in turn, and an end to waiting.
import { createClient } from "@libsql/client/http";
import type { Sealed } from "#model/sealed.ts";
import { conflictOf } from "./conflict.ts";
import type { Database, Rows, Statement } from "./database.ts";
import { onlyReads } from "./reading.ts";

export interface LibsqlHttpOptions {
  /** `https://…`, `http://…` or `libsql://…`. */
  readonly url: string;
  readonly token?: Sealed;
  /** Milliseconds until a request counts as lost; 30,000 unless given. Its batch may yet commit. */
  readonly timeout?: number;
  /** Stands in for the platform's fetch. */
  readonly fetch?: (request: Request, init: RequestInit) => Promise<Response>;
}

/** A libSQL server. Each batch is one HTTP request. */
export function openLibsqlHttp(options: LibsqlHttpOptions): Database {
  const { url, token, timeout = 30_000, fetch: send = fetch } = options;
  const client = createClient({
    url,
    ...(token === undefined ? {} : { authToken: token.reveal() }),
    fetch: async (request: Request) => {
      try {
        // Not in a Request of its own: Node may collect what carries the signal over to it.
        return await send(request, { signal: AbortSignal.timeout(timeout) });
      } catch (cause) {
        // fetch throws a TypeError where nobody answers, which is nobody's mistake here.
        throw new Error("A libSQL server was not reached, or did not answer in time", { cause });
      }
    },
  });
  let lastWrite: Promise<unknown> = Promise.resolve();

  async function run(statements: readonly Statement[], mode: "read" | "write"): Promise<readonly Rows[]> {
    try {
      const bound = statements.map(({ sql, params }) => ({ sql, args: [...params] }));
      return (await client.batch(bound, mode)).map(({ columns, rows }) => ({
        columns,
        rows: rows.map((row) => Array.from(row)),
        read: null,
        written: null,
      }));
    } catch (error) {
      throw conflictOf(error) ?? error;
    }
  }

  return {
    engine: "libsql-http",
    async batch(statements: readonly Statement[]): Promise<readonly Rows[]> {
      if (statements.length === 0) return [];
      if (onlyReads(statements)) return run(statements, "read");
      // In turn: sqld 0.24, with 20 write transactions queueing for its lock, sometimes gives it to nobody ever again.
      const mine = lastWrite.then(() => run(statements, "write"));
      lastWrite = mine.catch(() => undefined);
      return mine;
    },
    async close(): Promise<void> {
      await lastWrite;
      client.close();
    },
  };
}
