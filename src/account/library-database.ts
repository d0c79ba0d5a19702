// The directory's database as the accounts' library asks it: one statement at a time, by its drizzle adapter.
import { drizzle, type SqliteRemoteDatabase } from "drizzle-orm/sqlite-proxy";
import type { Database, SqlValue } from "#store/database.ts";

export function libraryDatabase(database: Database): SqliteRemoteDatabase {
  return drizzle(async (sql, params, method) => {
    const statement = { sql, params: params as SqlValue[] };
    if (method === "run") {
      const [, counted] = await database.batch([statement, { sql: "SELECT changes() AS changed", params: [] }]);
      return { rows: [], rowsAffected: Number(counted?.rows[0]?.[0] ?? 0) } as { rows: unknown[] };
    }
    const [answer] = await database.batch([statement]);
    const rows = (answer?.rows ?? []) as unknown[];
    // One row is asked for as such, and none is told by its absence.
    return { rows: method === "get" ? (rows[0] as unknown[]) : rows };
  });
}
