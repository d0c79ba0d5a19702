// Migrations: SQL files in the order of their names, each applied once and as a whole.
import { Conflict } from "./conflict.ts";
import type { Database, Statement } from "./database.ts";

export interface Migration {
  /** File name, as `0001_create-tables.sql`. */
  readonly name: string;
  /** A statement ends with `;` at the end of a line. */
  readonly sql: string;
}

/** The same table that `wrangler d1 migrations` keeps, so that both know what the other has applied. */
const APPLIED = `CREATE TABLE IF NOT EXISTS d1_migrations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
)`;

/** Applies what is missing, in the order of names, one batch a migration; returns the names it applied. Safe to run twice at once. */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<readonly string[]> {
  await database.batch([statement(APPLIED)]);
  const [applied] = await database.batch([statement("SELECT name FROM d1_migrations")]);
  const known = new Set(applied?.rows.map(([name]) => name));
  const done: string[] = [];
  for (const { name, sql } of [...migrations].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (known.has(name)) continue;
    // The name goes first: of two that migrate at once, the slower one is refused before it repeats anything.
    const mark = statement("INSERT INTO d1_migrations (name) VALUES (?1)", name);
    try {
      await database.batch([mark, ...splitStatements(sql).map((text) => statement(text))]);
      done.push(name);
    } catch (error) {
      if (!(error instanceof Conflict && error.constraint === "d1_migrations.name")) throw error;
    }
  }
  return done;
}

/** The statements of a migration file, without the comments that stand before each. */
export function splitStatements(sql: string): string[] {
  return sql
    .split(/;[ \t]*$/m)
    .map((text) => text.replace(/^(\s*--[^\n]*(\n|$))+/, "").trim())
    .filter((text) => text !== "");
}

function statement(sql: string, ...params: readonly string[]): Statement {
  return { sql, params };
}
