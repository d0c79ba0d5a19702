// libSQL over HTTP as a Database.
import { createClient } from "@libsql/client/web";
import type { Sealed } from "#model/sealed.ts";
import { conflictOf } from "./conflict.ts";
import type { Database, Rows, Statement } from "./database.ts";
import { onlyReads } from "./reading.ts";

export interface LibsqlHttpOptions {
  /** `https://…`, `http://…` or `libsql://…`. */
  readonly url: string;
  readonly token?: Sealed;
  /** Stands in for the platform's fetch. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** A libSQL server. Each batch is one HTTP request. */
export function openLibsqlHttp({ url, token, fetch }: LibsqlHttpOptions): Database {
  const client = createClient({
    url,
    ...(token === undefined ? {} : { authToken: token.reveal() }),
    ...(fetch === undefined ? {} : { fetch }),
  });
  return {
    engine: "libsql-http",
    async batch(statements: readonly Statement[]): Promise<readonly Rows[]> {
      if (statements.length === 0) return [];
      const reading = onlyReads(statements);
      try {
        const results = await client.batch(
          statements.map(({ sql, params }) => ({ sql, args: [...params] })),
          reading ? "read" : "write",
        );
        return results.map(({ columns, rows }) => ({
          columns,
          rows: rows.map((row) => Array.from(row)),
          read: null,
          written: null,
        }));
      } catch (error) {
        throw conflictOf(error) ?? error;
      }
    },
    async close(): Promise<void> {
      client.close();
    },
  };
}
