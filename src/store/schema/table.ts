// The schema's own word for a table: it is made when a query first looks into it, as a call of a worker needs few of them.
import type { BuildColumns } from "drizzle-orm/column-builder";
import {
  type SQLiteColumnBuilderBase,
  type SQLiteTableExtraConfigValue,
  type SQLiteTableWithColumns,
  sqliteTable,
} from "drizzle-orm/sqlite-core";
import { later } from "#model/later.ts";

type Built<Name extends string, Columns extends Record<string, SQLiteColumnBuilderBase>> = BuildColumns<
  Name,
  Columns,
  "sqlite"
>;

/** As drizzle's `sqliteTable`, which nobody else may call: hundreds of columns would be made at every start. */
export function table<Name extends string, Columns extends Record<string, SQLiteColumnBuilderBase>>(
  name: Name,
  columns: () => Columns,
  keys?: (self: Built<Name, Columns>) => SQLiteTableExtraConfigValue[],
): SQLiteTableWithColumns<{ name: Name; schema: undefined; columns: Built<Name, Columns>; dialect: "sqlite" }> {
  return later(() => sqliteTable(name, columns, keys));
}
