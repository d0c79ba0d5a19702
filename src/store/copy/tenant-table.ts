// The tenants' tables as they are copied: all of the schema but the guard and what a database says of a tenant that moves.
import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { later } from "#model/later.ts";
import * as audit from "#store/schema/audit.ts";
import * as certificate from "#store/schema/certificate.ts";
import * as credential from "#store/schema/credential.ts";
import * as delivery from "#store/schema/delivery.ts";
import * as head from "#store/schema/head.ts";
import * as joinNote from "#store/schema/join-note.ts";
import * as plan from "#store/schema/plan.ts";
import * as relay from "#store/schema/relay.ts";
import * as resource from "#store/schema/resource.ts";
import * as revision from "#store/schema/revision.ts";
import * as snapshot from "#store/schema/snapshot.ts";
import * as webhook from "#store/schema/webhook.ts";

export interface TenantTable {
  readonly name: string;
  /** Columns of the key behind the tenant; none where a tenant has one row. */
  readonly key: readonly string[];
  /** All columns but the tenant. */
  readonly columns: readonly string[];
}

const SCHEMA = {
  ...{ ...audit, ...certificate, ...credential, ...delivery, ...head, ...joinNote },
  ...{ ...plan, ...relay, ...resource, ...revision, ...snapshot, ...webhook },
};

const TENANT = "tenant_id";

/** In the order in which they are copied. */
export const TENANT_TABLES: readonly TenantTable[] = later(
  () =>
    Object.values<unknown>(SCHEMA).flatMap((value) =>
      is(value, SQLiteTable) && value !== head.guard ? [tableOf(value)] : [],
    ),
  [],
);

/** What a backup leaves out: snapshots, which are compiled again, and what only answers of the last minutes need. */
const PASSING: readonly string[] = ["manifest", "blob", "unused_blob", "proof", "step"];

export const KEPT_TABLES: readonly TenantTable[] = later(
  () => TENANT_TABLES.filter(({ name }) => !PASSING.includes(name)),
  [],
);

/** What a restore empties first; snapshots stay, as relays may ask for their parts. */
export const EMPTIED_TABLES: readonly TenantTable[] = later(
  () => TENANT_TABLES.filter(({ name }) => !["manifest", "blob", "unused_blob", "proof"].includes(name)),
  [],
);

/** A table of the schema as it is copied. */
export function tableOf(table: SQLiteTable): TenantTable {
  const { name, columns, primaryKeys } = getTableConfig(table);
  const key = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary);
  const own = (list: readonly { readonly name: string }[]): readonly string[] =>
    list.map((column) => column.name).filter((column) => column !== TENANT);
  return { name, key: own(key), columns: own(columns) };
}
