// Pages of a tenant's table, in the order of its key: read, and written whole in place of what stood between their keys.
import type { Database, SqlValue, Statement } from "#store/database.ts";
import { byteLength, packJson } from "#store/limit.ts";
import type { TenantTable } from "#store/tenant-table.ts";

/** Values in the order of the table's columns. */
export type CopiedRow = readonly (string | number | null)[];
/** The key of a row; empty = before all. */
export type CopyKey = readonly (string | number)[];

export interface Page {
  readonly rows: readonly CopiedRow[];
  /** The last row's key: the next page begins behind it. Null = nothing was behind when it was read. */
  readonly last: CopyKey | null;
}

/** So many rows make a page at the most, and so many bytes; but one row is always read, however long. */
const MOST_ROWS = 500;
const MOST_BYTES = 800_000;
/** Rows up to this travel packed in JSON, where quoting may double them; a longer one travels alone. */
const PACKED = 400_000;

/** The statement whose answer `pageOf` reads; of the rows of which `where` is true, where it is given. */
export function readStatement(table: TenantTable, tenant: string, after: CopyKey, where?: string): Statement {
  const { name, key, columns } = table;
  const order = key.length === 0 ? "1" : key.join(", ");
  const size = columns.map((column) => `COALESCE(length(CAST(${column} AS BLOB)), 0)`).join(" + ");
  const sql = `WITH page AS (SELECT ${columns.join(", ")}, ${size} AS copy_size FROM ${name}
  WHERE tenant_id = ?1${behind(key, after, 2)}${where === undefined ? "" : ` AND (${where})`} ORDER BY ${order} LIMIT ${MOST_ROWS}),
sized AS (SELECT *, SUM(copy_size) OVER (ORDER BY ${order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS copy_before FROM page)
SELECT ${columns.join(", ")} FROM sized WHERE COALESCE(copy_before, 0) < ${MOST_BYTES} ORDER BY ${order}`;
  return { sql, params: [tenant, ...after] };
}

/** The page in an answer of `readStatement`. */
export function pageOf({ key, columns }: TenantTable, rows: readonly (readonly unknown[])[]): Page {
  const copied = rows as readonly CopiedRow[];
  const last = copied.at(-1);
  // A page that is not full was the last: of a table that grows all the time there would always be one more.
  const isFull = copied.length >= MOST_ROWS || copied.reduce((sum, row) => sum + sizeOf(row), 0) >= MOST_BYTES;
  if (last === undefined || !isFull) return { rows: copied, last: null };
  return { rows: copied, last: key.map((column) => last[columns.indexOf(column)] as string | number) };
}

/** As the statement counts it. */
function sizeOf(row: CopiedRow): number {
  return row.reduce<number>((sum, value) => sum + (value === null ? 0 : byteLength(String(value))), 0);
}

export async function readPage(
  database: Database,
  table: TenantTable,
  tenant: string,
  after: CopyKey,
  where?: string,
): Promise<Page> {
  const [answer] = await database.batch([readStatement(table, tenant, after, where)]);
  return pageOf(table, answer?.rows ?? []);
}

/** Statements that put the rows. */
export function writeStatements(table: TenantTable, tenant: string, rows: readonly CopiedRow[]): readonly Statement[] {
  const { name, columns } = table;
  const into = `INSERT OR REPLACE INTO ${name} (tenant_id, ${columns.join(", ")})`;
  const isLong = (row: CopiedRow): boolean => row.reduce<number>((sum, one) => sum + String(one).length, 0) > PACKED;
  const values = columns.map((_, at) => `e.value->>${at}`).join(", ");
  const marks = columns.map((_, at) => `?${at + 2}`).join(", ");
  return [
    ...packJson(rows.filter((row) => !isLong(row))).map((pack) => ({
      sql: `${into} SELECT ?1, ${values} FROM json_each(?2) e`,
      params: [tenant, pack],
    })),
    ...rows.filter(isLong).map((row) => ({ sql: `${into} VALUES (?1, ${marks})`, params: [tenant, ...row] })),
  ];
}

/** Deletes what stands behind `after`, up to `last`; up to the end where that is null. */
export function clearStatement(
  { name, key }: TenantTable,
  tenant: string,
  after: CopyKey,
  last: CopyKey | null,
): Statement {
  const upTo =
    last === null || last.length === 0 ? "" : ` AND (${key.join(", ")}) <= (${marksFrom(2 + after.length, last)})`;
  const params: readonly SqlValue[] = [tenant, ...after, ...(last ?? [])];
  return { sql: `DELETE FROM ${name} WHERE tenant_id = ?1${behind(key, after, 2)}${upTo}`, params };
}

/** Deletes up to a page of rows, whichever. */
export function dropStatement({ name, key }: TenantTable, tenant: string): Statement {
  if (key.length === 0) return { sql: `DELETE FROM ${name} WHERE tenant_id = ?1`, params: [tenant] };
  const columns = key.join(", ");
  const some = `SELECT ${columns} FROM ${name} WHERE tenant_id = ?1 LIMIT ${MOST_ROWS}`;
  return { sql: `DELETE FROM ${name} WHERE tenant_id = ?1 AND (${columns}) IN (${some})`, params: [tenant] };
}

function behind(key: readonly string[], after: CopyKey, from: number): string {
  return after.length === 0 ? "" : ` AND (${key.join(", ")}) > (${marksFrom(from, after)})`;
}

function marksFrom(from: number, values: CopyKey): string {
  return values.map((_, at) => `?${from + at}`).join(", ");
}
