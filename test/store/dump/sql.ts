// A database as SQL text, schema and rows, and back: one statement after the other, as migrations are split.
import type { Database, Statement } from "#store/database.ts";
import { splitStatements } from "#store/migrations.ts";

const plain = (sql: string): Statement => ({ sql, params: [] });

async function rowsOf(database: Database, sql: string): Promise<readonly (readonly unknown[])[]> {
  return (await database.batch([plain(sql)]))[0]?.rows ?? [];
}

/** Names of the tables, but for the engines' own. */
export async function tablesOf(database: Database): Promise<readonly string[]> {
  const rows = await rowsOf(
    database,
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'libsql_*' ORDER BY name",
  );
  return rows.map(([name]) => String(name));
}

/** All of the database. */
export async function dumpText(database: Database): Promise<string> {
  const schema = await rowsOf(
    database,
    "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*' ORDER BY type DESC, name",
  );
  const statements = schema.map(([sql]) => String(sql));
  for (const table of await tablesOf(database)) {
    const { columns } = (await database.batch([plain(`SELECT * FROM "${table}"`)]))[0] ?? { columns: [] };
    if (columns.length === 0) continue;
    const names = columns.map((name) => `"${name}"`).join(", ");
    const values = columns.map((name) => `quote("${name}")`).join(` || ', ' || `);
    for (const [row] of await rowsOf(database, `SELECT ${values} AS line FROM "${table}"`))
      statements.push(`INSERT INTO "${table}" (${names}) VALUES (${String(row)})`);
  }
  const text = `${statements.join(";\n\n")};\n`;
  if (JSON.stringify(splitStatements(text)) !== JSON.stringify(statements))
    throw new Error("a value has a semicolon at the end of a line: the dump could not be split again");
  return text;
}

/** Makes what the text says, in an empty database. */
export async function loadText(database: Database, text: string): Promise<void> {
  const statements = splitStatements(text).map(plain);
  for (let at = 0; at < statements.length; at += 50) await database.batch(statements.slice(at, at + 50));
}

export type Row = Readonly<Record<string, unknown>>;

async function objectsOf(database: Database, sql: string): Promise<readonly Row[]> {
  const [answer] = await database.batch([{ sql, params: [] }]);
  return (answer?.rows ?? []).map((row) => Object.fromEntries(row.map((value, at) => [answer?.columns[at], value])));
}

/** By table. */
export async function allRows(database: Database): Promise<ReadonlyMap<string, readonly Row[]>> {
  const all = new Map<string, readonly Row[]>();
  for (const table of await tablesOf(database)) all.set(table, await objectsOf(database, `SELECT * FROM "${table}"`));
  return all;
}

/** What stands in the schema, by name, with white space that does not matter made one. */
export async function schemaOf(database: Database): Promise<readonly string[]> {
  const rows = await objectsOf(
    database,
    "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'libsql_*' ORDER BY type, name",
  );
  return rows.map(({ type, name, sql }) => `${type} ${name}: ${String(sql).replace(/\s+/g, " ")}`);
}
