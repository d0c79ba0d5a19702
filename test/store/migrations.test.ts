// Migrations: applied once, in order, whole, and by several at the same time.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLibsqlFile } from "#node/libsql-file.ts";
import type { Database } from "#store/database.ts";
import { migrate, splitStatements } from "#store/migrations.ts";
import { migrationsOf } from "./migration-files.ts";

let folder = "";
let database: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft-migrations-"));
  database = await openLibsqlFile({ path: join(folder, "a.db") });
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const first = {
  name: "0001_create-a.sql",
  sql: "-- A; table\n\nCREATE TABLE a (x TEXT -- a; b\n);\nINSERT INTO a VALUES ('1;');\n",
};
const second = { name: "0002_fill-a.sql", sql: "INSERT INTO a VALUES ('2');" };

async function rows(sql: string): Promise<unknown[]> {
  return ((await database.batch([{ sql, params: [] }]))[0]?.rows ?? []).map(([value]) => value);
}

test("each is applied once, in the order of names, whatever order they are given in", async () => {
  expect(await migrate(database, [second, first])).toEqual([first.name, second.name]);
  expect(await migrate(database, [first, second])).toEqual([]);
  expect(await rows("SELECT x FROM a ORDER BY x")).toEqual(["1;", "2"]);
  expect(await rows("SELECT name FROM d1_migrations ORDER BY id")).toEqual([first.name, second.name]);
});

test("a migration that breaks leaves nothing and is tried again", async () => {
  const broken = { name: second.name, sql: "INSERT INTO a VALUES ('2');\nINSERT INTO missing VALUES (1);" };
  await expect(migrate(database, [first, broken])).rejects.toThrow("missing");
  expect(await rows("SELECT x FROM a")).toEqual(["1;"]);
  expect(await migrate(database, [first, second])).toEqual([second.name]);
});

test("several at the same time apply each once", async () => {
  const other = await openLibsqlFile({ path: join(folder, "a.db") });
  const done = await Promise.all([database, other, database, other].map((one) => migrate(one, [first, second])));
  await other.close();
  expect(done.flat().sort()).toEqual([first.name, second.name]);
  expect(await rows("SELECT x FROM a ORDER BY x")).toEqual(["1;", "2"]);
});

test("statements end with a semicolon at the end of a line", () => {
  expect(splitStatements("-- one;\n-- two\n\nA 1;\n\n-- three\nB ';' -- c\n  2;  \n-- end\n")).toEqual([
    "A 1",
    "B ';' -- c\n  2",
  ]);
});

test.each(["tenant", "directory"] as const)(
  "files of %s are numbered without gaps and named by a verb and a noun",
  (name) => {
    const names = migrationsOf(name).map((migration) => migration.name);
    expect(names.length).toBeGreaterThan(0);
    names.forEach((file, i) => {
      expect(file).toMatch(/^\d{4}_[a-z]+(-[a-z]+)+\.sql$/);
      expect(Number(file.slice(0, 4))).toBe(i + 1);
    });
  },
);
