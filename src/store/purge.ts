// The end of a tenant: all of its rows in every table, in pieces that any engine takes, and that may stop after each.
import type { Tenancy } from "./queries.ts";
import { TENANT_TABLES } from "./tenant-table.ts";

/** Rows that go with one statement. */
const ROWS = { small: 500, large: 20 } as const;

/** See `TenantStore.purge`. */
export async function purgeTenant({ database, tenant }: Tenancy, statements: number): Promise<boolean> {
  let left = statements;
  for (const { name, key, size } of inTheirOrder()) {
    const rows = ROWS[size];
    const own = key.join(", ");
    const some = own === "" ? "" : ` AND (${own}) IN (SELECT ${own} FROM ${name} WHERE tenant_id = ?1 LIMIT ${rows})`;
    for (let gone: number = rows; gone >= rows; left--) {
      if (left <= 0) return false;
      const sql = `DELETE FROM ${name} WHERE tenant_id = ?1${some} RETURNING 1`;
      const [answer] = await database.batch([{ sql, params: [tenant] }]);
      gone = answer?.rows.length ?? 0;
    }
  }
  return true;
}

const inTheirOrder = (): typeof TENANT_TABLES =>
  (["first", "between", "last"] as const).flatMap((when) => TENANT_TABLES.filter(({ goes }) => goes === when));
