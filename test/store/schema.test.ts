// The real schema after all migrations: its golden, its keys, and that src/store/schema says the same.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openLibsqlFile } from "#node/libsql-file.ts";
import type { Database } from "#store/database.ts";
import * as directorySchema from "#store/directory-schema.ts";
import { migrate } from "#store/migrations.ts";
import { MOVED_TABLES, TENANT_TABLES } from "#store/tenant-table.ts";
import { migrationsOf } from "./migration-files.ts";

/** All that the files of src/store/schema export. */
async function tenantSchema(): Promise<readonly unknown[]> {
  const home = fileURLToPath(new URL("../../src/store/schema", import.meta.url));
  const parts = await Promise.all((await readdir(home)).map((file): Promise<object> => import(join(home, file))));
  return parts.flatMap((part): unknown[] => Object.values(part));
}

let folder = "";
const databases: Partial<Record<"tenant" | "directory", Database>> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-schema-"));
  for (const name of ["tenant", "directory"] as const) {
    const database = await openLibsqlFile({ path: join(folder, `${name}.db`) });
    await migrate(database, migrationsOf(name));
    databases[name] = database;
  }
});
afterAll(async () => {
  for (const database of Object.values(databases)) await database.close();
  await rm(folder, { recursive: true });
});

async function ask(
  database: "tenant" | "directory",
  sql: string,
  ...params: string[]
): Promise<Record<string, unknown>[]> {
  const [answer] = (await databases[database]?.batch([{ sql, params }])) ?? [];
  return (answer?.rows ?? []).map((row) => Object.fromEntries(row.map((value, i) => [answer?.columns[i], value])));
}

/** Everything but the engine's own tables and the table of applied migrations. */
const OWN = "name NOT LIKE 'sqlite_%' AND tbl_name NOT LIKE 'sqlite_%' AND tbl_name <> 'd1_migrations'";

async function tablesOf(database: "tenant" | "directory"): Promise<string[]> {
  const rows = await ask(database, `SELECT name FROM sqlite_master WHERE type = 'table' AND ${OWN} ORDER BY name`);
  return rows.map(({ name }) => String(name));
}

/** Columns of the primary key in its order. */
async function keyOf(database: "tenant" | "directory", table: string): Promise<string[]> {
  const rows = await ask(database, "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk", table);
  return rows.map(({ name }) => String(name));
}

async function indexesOf(database: "tenant" | "directory", table: string) {
  const rows = await ask(
    database,
    "SELECT l.name AS name, l.\"unique\" AS only, (SELECT group_concat(i.name, ',') FROM pragma_index_info(l.name) i) AS columns FROM pragma_index_list(?1) l WHERE l.origin <> 'pk' ORDER BY l.name",
    table,
  );
  return rows.map(({ name, only, columns }) => ({ name, unique: only === 1, columns: String(columns).split(",") }));
}

describe.each([
  ["tenant", "schema.sql"],
  ["directory", "directory-schema.sql"],
] as const)("the %s schema", (database, golden) => {
  test("is this", async () => {
    const rows = await ask(
      database,
      `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND ${OWN} ORDER BY tbl_name, type DESC, name`,
    );
    expect(rows.length).toBeGreaterThan(1);
    await expect(`${rows.map(({ sql }) => `${String(sql)};`).join("\n\n")}\n`).toMatchFileSnapshot(golden);
  });

  test("is what the queries believe", async () => {
    const schema = database === "tenant" ? await tenantSchema() : Object.values<unknown>(directorySchema);
    const tables = schema.filter((value) => is(value, SQLiteTable)).map((table) => getTableConfig(table));
    expect(tables.map(({ name }) => name).sort()).toEqual(await tablesOf(database));
    for (const table of tables) {
      const real = await ask(
        database,
        'SELECT name, type, "notnull" AS needed, dflt_value AS fallback FROM pragma_table_info(?1)',
        table.name,
      );
      const believed = table.columns.map((column) => ({
        name: column.name,
        type: column.getSQLType().toUpperCase(),
        needed: column.notNull ? 1 : 0,
        fallback: column.hasDefault ? fallbackText(column.default) : null,
      }));
      expect(believed, table.name).toEqual(real);
      const composite = table.primaryKeys[0]?.columns.map(({ name }) => name);
      const single = table.columns.filter(({ primary }) => primary).map(({ name }) => name);
      expect(composite ?? single, `key of ${table.name}`).toEqual(await keyOf(database, table.name));
      const indexes = table.indexes
        .map(({ config }) => ({
          name: config.name,
          unique: config.unique,
          columns: config.columns.map((column) => ("name" in column ? String(column.name) : "?")),
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      expect(indexes, `indexes of ${table.name}`).toEqual(await indexesOf(database, table.name));
    }
  });

  test("every unique index has its example", () => {
    for (const { name, sql } of migrationsOf(database)) {
      for (const [, before] of sql.matchAll(/([^\n]*)\nCREATE UNIQUE INDEX/g)) {
        expect(before, name).toMatch(/^-- .{20,}/);
      }
    }
  });
});

test("every key and every index of a tenants' table begins with tenant_id; only the guard has no key", async () => {
  const tables = await tablesOf("tenant");
  expect(tables.length).toBeGreaterThan(15);
  const keyless: string[] = [];
  for (const table of tables) {
    const key = await keyOf("tenant", table);
    if (key.length === 0) keyless.push(table);
    else expect(key[0], `key of ${table}`).toBe("tenant_id");
    for (const index of await indexesOf("tenant", table))
      expect(index.columns[0], String(index.name)).toBe("tenant_id");
  }
  expect(keyless).toEqual(["guard"]);
});

test("the one table of the tenants' tables has each with all of its columns, but for the guard; all but what is said of moves are copied", async () => {
  const names = TENANT_TABLES.map(({ name }) => name);
  expect([...names, "guard"].sort()).toEqual(await tablesOf("tenant"));
  expect(MOVED_TABLES.map(({ name }) => name)).toEqual(names.filter((name) => name !== "tenant_move"));
  for (const { name, key, columns } of TENANT_TABLES) {
    const all = await ask("tenant", "SELECT name FROM pragma_table_info(?1)", name);
    expect(["tenant_id", ...columns].sort(), name).toEqual(all.map((row) => String(row.name)).sort());
    expect(["tenant_id", ...key], name).toEqual(await keyOf("tenant", name));
  }
});

test("the guard takes nothing, whatever the reason", async () => {
  for (const reason of [
    "precondition",
    "revision",
    "event",
    "token",
    "token-used",
    "snapshot",
    "audit",
    "moved",
    "frozen",
    "",
    "anything",
  ]) {
    await expect(ask("tenant", "INSERT INTO guard (reason) VALUES (?1)", reason)).rejects.toMatchObject({
      name: "Conflict",
    });
  }
  expect(await ask("tenant", "SELECT * FROM guard")).toEqual([]);
});

test("tenants and directory share no table", async () => {
  const tenant = await tablesOf("tenant");
  expect((await tablesOf("directory")).filter((table) => tenant.includes(table))).toEqual([]);
});

/** As SQLite tells a column's default: text in quotes, and 1 for true. */
function fallbackText(value: unknown): string {
  return typeof value === "boolean" || typeof value === "number" ? String(Number(value)) : `'${String(value)}'`;
}
