// The libSQL file driver by itself: locks of other processes, full disks, closing.

import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLibsqlFile } from "#node/libsql-file.ts";
import { migrate } from "#store/migrations.ts";
import { openStore } from "#store/open.ts";
import { digest } from "#test/digest.ts";
import { faultOf } from "./contract/commit.ts";
import { migrationsOf } from "./migration-files.ts";
import { aCommit, keyOf, put } from "./samples.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "weft file #1 %20 é-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const sql = (text: string) => [{ sql: text, params: [] }];

async function counter(timeout: number, retries: number) {
  const path = join(folder, "a.db");
  const database = await openLibsqlFile({ path, timeout, retries });
  await database.batch([...sql("CREATE TABLE t (n INTEGER)"), ...sql("INSERT INTO t VALUES (0)")]);
  // Another connection, as another process would have it.
  const other = createClient({ url: `file:${path.split("/").map(encodeURIComponent).join("/")}` });
  const count = async () => (await database.batch(sql("SELECT n FROM t")))[0]?.rows[0]?.[0];
  return { database, other, count, add: () => database.batch(sql("UPDATE t SET n = n + 1")) };
}

test("the log is written ahead", async () => {
  const { database, other } = await counter(100, 0);
  expect((await other.execute("PRAGMA journal_mode")).rows[0]?.[0]).toBe("wal");
  other.close();
  await database.close();
});

test("a write waits out another's lock, each once; reads do not wait", async () => {
  const { database, other, count, add } = await counter(20, 9);
  const lock = await other.transaction("write");
  await lock.execute("UPDATE t SET n = 100");
  const adds = [add(), add(), add()];
  await new Promise((resolve) => setTimeout(resolve, 60));
  await lock.commit();
  await Promise.all(adds);
  expect(await count()).toBe(103);
  const again = await other.transaction("write");
  expect(await count()).toBe(103);
  await again.rollback();
  other.close();
  await database.close();
});

test("a lock that stays ends in SQLITE_BUSY, and the driver works on when it is gone", async () => {
  const { database, other, count, add } = await counter(10, 1);
  const lock = await other.transaction("write");
  const outcomes = await Promise.allSettled([add(), add()]);
  expect(outcomes.map((outcome) => (outcome.status === "rejected" ? String(outcome.reason) : "done"))).toEqual([
    expect.stringContaining("SQLITE_BUSY"),
    expect.stringContaining("SQLITE_BUSY"),
  ]);
  await lock.rollback();
  await add();
  expect(await count()).toBe(1);
  other.close();
  await database.close();
});

test("a full disk in the middle of a commit leaves nothing of it, and what was there stays readable", async () => {
  const path = join(folder, "tenants.db");
  const tenants = await openLibsqlFile({ path });
  await migrate(tenants, migrationsOf("tenant"));
  const store = openStore({
    directory: tenants,
    placement: () => tenants,
    clock: () => 0,
    digest,
    chance: (length) => new Uint8Array(length),
  });
  const tenant = store.within("t");
  await tenant.commit(aCommit([put(keyOf("first"))]));
  const [pages] = await tenants.batch(sql("SELECT page_count FROM pragma_page_count()"));
  // The engine's own limit stands for the disk's: it fails as a full disk does, when a page is to be added.
  await tenants.batch(sql(`PRAGMA max_page_count = ${Number(pages?.rows[0]?.[0]) + 20}`));
  const large = Array.from({ length: 8 }, (_, i) => put(keyOf(`large-${i}`), { spec: "x".repeat(100_000) }));
  const fault = await faultOf(tenant.commit(aCommit([put(keyOf("first"), { spec: "new" }), ...large])), "unavailable");
  const causes: string[] = [];
  for (let cause: unknown = fault; cause instanceof Error; cause = cause.cause) causes.push(cause.message);
  expect(causes.join("\n")).toContain("full");
  expect(await tenant.heads()).toEqual({ epoch: 1, revision: 1, sequence: 1 });
  expect((await tenant.list({ type: "MeshTimeout", offset: 0, size: 9 })).total).toBe(1);
  expect((await tenant.get(keyOf("first")))?.resource.spec).toEqual({ of: "first" });
  expect((await tenant.commit(aCommit([put(keyOf("small"))]))).revision).toBe(2);
  await store.close();
});

/** Transactions in the log: the frame that ends one holds the file's size in pages (https://www.sqlite.org/walformat.html). */
async function transactions(path: string): Promise<number> {
  const log = await readFile(`${path}-wal`);
  const frame = 24 + log.readUInt32BE(8);
  let count = 0;
  for (let at = 32; at < log.length; at += frame) if (log.readUInt32BE(at + 4) !== 0) count++;
  return count;
}

test("batches at once are one transaction, in their order; one that is refused leaves nothing, and the others hold", async () => {
  const path = join(folder, "a.db");
  const database = await openLibsqlFile({ path });
  await database.batch(sql("CREATE TABLE t (n INTEGER PRIMARY KEY, at INTEGER)"));
  const before = await transactions(path);
  const add = (n: number) => [
    { sql: "INSERT INTO t SELECT ?1, count(*) FROM t", params: [n] },
    { sql: "SELECT at FROM t WHERE n = ?1", params: [n] },
  ];
  const outcomes = await Promise.allSettled([
    ...[add(10), add(11), [...add(12), ...add(10)], add(13), sql("INSERT INTO nowhere VALUES (1)"), add(14)].map(
      (one) => database.batch(one),
    ),
  ]);
  const shown = outcomes.map((one) => (one.status === "fulfilled" ? one.value[1]?.rows[0]?.[0] : String(one.reason)));
  expect(shown).toEqual([
    0,
    1,
    expect.stringContaining("Conflict: constraint t.n"),
    2,
    expect.stringContaining("no such table: nowhere"),
    3,
  ]);
  expect((await transactions(path)) - before).toBe(1);
  const [all] = await database.batch(sql("SELECT n FROM t ORDER BY n"));
  expect(all?.rows.flat()).toEqual([10, 11, 13, 14]);
  await database.close();
});

test("a disk that one of several batches fills refuses that one alone", async () => {
  const path = join(folder, "a.db");
  const database = await openLibsqlFile({ path });
  await database.batch(sql("CREATE TABLE t (text TEXT)"));
  await database.batch(sql("PRAGMA max_page_count = 20"));
  const add = (length: number) => database.batch([{ sql: "INSERT INTO t VALUES (?1)", params: ["x".repeat(length)] }]);
  const outcomes = await Promise.allSettled([add(1), add(1_000_000), add(2)]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  const [all] = await database.batch(sql("SELECT length(text) FROM t ORDER BY 1"));
  expect(all?.rows.flat()).toEqual([1, 2]);
  await database.close();
});

test("a statement that is run again with fewer parameters has none of those before", async () => {
  const database = await openLibsqlFile({ path: join(folder, "a.db") });
  const ask = async (...params: readonly string[]) =>
    (await database.batch([{ sql: "SELECT ?1, ?2", params }]))[0]?.rows;
  expect(await ask("one", "two")).toEqual([["one", "two"]]);
  expect(await ask("three")).toEqual([["three", null]]);
  expect(await ask("four", "five")).toEqual([["four", "five"]]);
  expect(await ask()).toEqual([[null, null]]);
  await database.close();
});

test("a table that is changed is read as it is then", async () => {
  const database = await openLibsqlFile({ path: join(folder, "a.db") });
  await database.batch([...sql("CREATE TABLE t (a TEXT)"), ...sql("INSERT INTO t VALUES ('x')")]);
  const all = async () => (await database.batch(sql("SELECT * FROM t")))[0];
  expect(await all()).toMatchObject({ columns: ["a"], rows: [["x"]] });
  await database.batch(sql("ALTER TABLE t ADD COLUMN b TEXT"));
  expect(await all()).toMatchObject({ columns: ["a", "b"], rows: [["x", null]] });
  await database.close();
});

test("a closed database says so", async () => {
  const database = await openLibsqlFile({ path: join(folder, "a.db") });
  await database.close();
  await database.close();
  await expect(database.batch(sql("SELECT 1"))).rejects.toThrow("has been closed");
});

test("while a write waits for the disk the loop goes on, and what is read is there whole once it is answered", async () => {
  const database = await openLibsqlFile({ path: join(folder, "a.db") });
  await database.batch(sql("CREATE TABLE t (n INTEGER)"));
  const count = async () => Number((await database.batch(sql("SELECT count(*) FROM t")))[0]?.rows[0]?.[0]);
  const writes = 20;
  // So much takes longer than some turns of the loop also where the disk is memory.
  const much = sql("INSERT INTO t VALUES (zeroblob(600000))");
  let turns = 0;
  for (let n = 0; n < writes; n++) {
    let done = false;
    const write = database.batch([...much, ...much]).then(() => {
      done = true;
    });
    for (; !done; turns++) {
      expect([2 * n, 2 * n + 2]).toContain(await count());
      await new Promise((resolve) => setImmediate(resolve));
    }
    await write;
    expect(await count()).toBe(2 * n + 2);
  }
  // One in which it began, one in which it was answered, and those between; where the loop waits, there is but the one.
  expect(turns).toBeGreaterThan(2 * writes);
  await database.close();
});

test("a log that is written all the time stays bounded, and all that was answered is in it or in the file", async () => {
  const path = join(folder, "a.db");
  const database = await openLibsqlFile({ path });
  await database.batch(sql("CREATE TABLE t (text TEXT)"));
  const writes = 1000;
  for (let n = 0; n < writes; n++) {
    await database.batch([{ sql: "INSERT INTO t VALUES (?1)", params: ["x".repeat(40_000)] }]);
  }
  // Of 40 MB written some 4 MB between two emptyings; where those do not come to an end, 8,000 pages.
  expect((await stat(`${path}-wal`)).size).toBeLessThan(36_000_000);
  expect((await database.batch(sql("SELECT count(*), sum(length(text)) FROM t")))[0]?.rows).toEqual([
    [writes, writes * 40_000],
  ]);
  await database.close();
  const again = await openLibsqlFile({ path });
  expect((await again.batch(sql("SELECT count(*) FROM t")))[0]?.rows).toEqual([[writes]]);
  await again.close();
});
