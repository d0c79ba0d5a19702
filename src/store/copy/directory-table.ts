// The directory's tables as they are copied: all but what passes by itself, and what only this deployment needs.
import { is } from "drizzle-orm";
import { SQLiteTable } from "drizzle-orm/sqlite-core";
import { later } from "#model/later.ts";
import * as schema from "#store/directory-schema.ts";
import { type TenantTable, tableOf } from "#store/tenant-table.ts";

/** What a backup leaves out, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  session: "one that was ended would live again: people sign in anew",
  sign_in: "passes within thirty days, and says where people were",
  verification: "links that were mailed, good for hours",
  attempt: "counts of minutes",
  spent_challenge: "answers of minutes",
  organisation_move: "an organisation is restored into one place, whole",
  directory_restore: "says what is being restored here",
  directory_guard: "always empty",
};

/** Organisations come first, and people before what is theirs. */
const FIRST: readonly string[] = ["user", "organisation"];

/** In the order in which they are copied. */
export const DIRECTORY_TABLES: readonly TenantTable[] = later(
  () =>
    Object.values<unknown>(schema)
      .flatMap((value) => (is(value, SQLiteTable) ? [tableOf(value)] : []))
      .filter(({ name }) => LEFT_OUT[name] === undefined)
      .sort((one, other) => FIRST.indexOf(other.name) - FIRST.indexOf(one.name) || (one.name < other.name ? -1 : 1)),
  [],
);
