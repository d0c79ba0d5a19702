// Rows with sealed texts: read page after page, and each text replaced where it still stands.
import { invalid } from "#model/fault.ts";
import { readPage } from "./copy/page.ts";
import type { Statement } from "./database.ts";
import type { CopyPlace } from "./face/copy.ts";
import type { SealedChange, SealedPage, SealedTable } from "./face/sealed.ts";
import type { Tenancy } from "./queries.ts";
import { TENANT_TABLES, type TenantTable } from "./tenant-table.ts";

/** The columns in which sealed texts lie, whole or within JSON. */
const COLUMNS: Readonly<Record<SealedTable, readonly string[]>> = {
  resource: ["spec"],
  revision_change: ["before", "after"],
  plan_part: ["sealed"],
  signing_key: ["sealed_key"],
  issuer: ["sealed_key"],
  webhook: ["secret", "older_secret"],
};
const TABLES = Object.keys(COLUMNS) as readonly SealedTable[];
/** Rows that are changed in one batch. */
const BATCH = 50;

export async function sealedPage({ database, tenant }: Tenancy, from: CopyPlace | null): Promise<SealedPage> {
  const table = TABLES.find((name) => name === (from?.table ?? TABLES[0]));
  if (table === undefined) throw invalid([{ field: "table", reason: `${from?.table} holds no sealed texts` }]);
  const narrow = narrowed(table);
  const { rows, last } = await readPage(database, narrow, tenant, from?.after ?? [], holding(table));
  const following = TABLES[TABLES.indexOf(table) + 1];
  const next =
    last !== null ? { table, after: last } : following === undefined ? null : { table: following, after: [] };
  const named = rows.map((row) => Object.fromEntries(narrow.columns.map((column, at) => [column, row[at] ?? null])));
  return { table, rows: named, next };
}

export async function replaceSealed(
  { database, tenant }: Tenancy,
  table: SealedTable,
  changes: readonly SealedChange[],
): Promise<readonly SealedChange[]> {
  const done: SealedChange[] = [];
  for (let at = 0; at < changes.length; at += BATCH) {
    const some = changes.slice(at, at + BATCH);
    const answers = await database.batch(some.map((change) => replacing(table, tenant, change)));
    done.push(...some.filter((_, index) => (answers[index]?.rows.length ?? 0) > 0));
  }
  return done;
}

/** Texts are replaced where they stand, so that no other byte of a row changes; each is random, so it stands for itself alone. */
function replacing(table: SealedTable, tenant: string, { row, before, after }: SealedChange): Statement {
  const { key } = narrowed(table);
  const columns = COLUMNS[table];
  const puts = columns.map((column) => `${column} = replace(${column}, ?2, ?3)`).join(", ");
  const stands = columns.map((column) => `instr(${column}, ?2) > 0`).join(" OR ");
  const own = key.map((column, at) => `${column} = ?${at + 4}`).join(" AND ");
  return {
    sql: `UPDATE ${table} SET ${puts} WHERE tenant_id = ?1 AND ${own} AND (${stands}) RETURNING 1`,
    params: [tenant, before, after, ...key.map((column) => row[column] ?? null)],
  };
}

/** Any sealed text begins like that; what only looks like one is found to be none. */
function holding(table: SealedTable): string {
  return COLUMNS[table].map((column) => `instr(${column}, 'v1.') > 0`).join(" OR ");
}

function narrowed(table: SealedTable): TenantTable {
  const { key } = TENANT_TABLES.find(({ name }) => name === table)!;
  return { name: table, key, columns: [...key, ...COLUMNS[table]] };
}
