// Contract of copies: pages of any table, read and written back, are what stood there; on every engine.
import { expect, test } from "vitest";
import { type CopyKey, clearStatement, readPage, writeStatements } from "#store/copy/page.ts";
import { MOVED_TABLES, type TenantTable } from "#store/tenant-table.ts";
import { digest } from "#test/digest.ts";
import type { Harness } from "#test/store/harness.ts";
import { live } from "./isolation.ts";

const LONG = "\"'\\\né☃".repeat(60_000);
/** Short enough to be told where they differ. */
const brief = (rows: readonly (readonly unknown[])[]): readonly string[] =>
  rows.map((row) => digest(JSON.stringify(row)));

export function copyContract(harness: Harness): void {
  const pages = async (table: TenantTable, tenant: string) => {
    const all: (readonly (readonly (string | number | null)[])[])[] = [];
    for (let after: CopyKey | null = []; after !== null; ) {
      const page: Awaited<ReturnType<typeof readPage>> = await readPage(harness.tenants, table, tenant, after);
      if (page.rows.length > 0) all.push(page.rows);
      after = table.key.length === 0 ? null : page.last;
    }
    return all;
  };
  const blob = MOVED_TABLES.find(({ name }) => name === "blob") as TenantTable;

  test("every table of a tenant is copied to another name row by row, and nothing of it is left where it is cleared", async () => {
    const [from, to] = [harness.freshTenant(), harness.freshTenant()];
    await live(harness.store.within(from));
    let rows = 0;
    for (const table of MOVED_TABLES) {
      const read = await pages(table, from);
      for (const page of read) {
        rows += page.length;
        await harness.tenants.batch(writeStatements(table, to, page));
      }
      expect((await pages(table, to)).flat(), table.name).toEqual(read.flat());
      await harness.tenants.batch([clearStatement(table, to, [], null)]);
      expect(await pages(table, to), table.name).toEqual([]);
      expect((await pages(table, from)).flat(), table.name).toEqual(read.flat());
    }
    expect(rows).toBeGreaterThan(MOVED_TABLES.length - 2);
  });

  test("pages are bounded in bytes, hold any text, and clearing ends where it is told to", async () => {
    const [from, to] = [harness.freshTenant(), harness.freshTenant()];
    const rows = ["a", "b", "c", "d"].map((hash) => [hash, hash === "b" ? LONG : `${hash}"'`.repeat(60_000)]);
    for (const row of rows) await harness.tenants.batch(writeStatements(blob, from, [row]));
    const read = await pages(blob, from);
    expect(read.length).toBeGreaterThan(1);
    expect(brief(read.flat())).toEqual(brief(rows));
    for (const page of read) await harness.tenants.batch(writeStatements(blob, to, page));
    expect(brief((await pages(blob, to)).flat())).toEqual(brief(rows));
    await harness.tenants.batch([clearStatement(blob, to, ["a"], ["c"])]);
    expect((await pages(blob, to)).flat().map(([hash]) => hash)).toEqual(["a", "d"]);
  });
}
