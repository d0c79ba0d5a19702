// The tenants' databases of a control plane on Node: libSQL files and libSQL servers, as the operator's table names them.
import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { Sealed } from "#model/sealed.ts";
import type { Database } from "#store/database.ts";
import { openLibsqlHttp } from "#store/libsql-http.ts";
import { type DatabaseRow, type DatabaseTable, readDatabaseTable } from "#store/placement/database-table.ts";
import type { NamedDatabase } from "#store/placement/placement.ts";
import { openLibsqlFile } from "./libsql-file.ts";
import type { Settings } from "./settings.ts";
import type { State } from "./state.ts";

/** Opens them, in the table's order. Error where the table is bad, or an organisation is in a database that it lacks. */
export async function openDatabases(
  { databasesFile, stateDir }: Pick<Settings, "databasesFile" | "stateDir">,
  { tenantsFile }: Pick<State, "tenantsFile">,
  directory: Database,
): Promise<ReadonlyMap<string, NamedDatabase>> {
  const table: DatabaseTable =
    databasesFile === undefined
      ? new Map([["main", { file: tenantsFile }]])
      : readDatabaseTable(await readFile(databasesFile, "utf8"), databasesFile, "node");
  await refuseMissing(table, directory, databasesFile);
  const opened = new Map<string, NamedDatabase>();
  for (const [name, row] of table) {
    const database = await open(row, resolve(stateDir), dirname(resolve(databasesFile ?? "")));
    opened.set(name, { database, region: row.region ?? null, closed: row.closed === true });
  }
  return opened;
}

/** Files lie in the state folder; a token's file beside the table, unless their paths are absolute. */
async function open({ file, url, tokenFile }: DatabaseRow, stateDir: string, beside: string): Promise<Database> {
  if (url === undefined) return openLibsqlFile({ path: within(stateDir, file ?? "") });
  if (tokenFile === undefined) return openLibsqlHttp({ url });
  const token = (await readFile(within(beside, tokenFile), "utf8")).trim();
  return openLibsqlHttp({ url, token: new Sealed(token) });
}

function within(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

/** An organisation whose database is not named would look empty, and be written anew. */
async function refuseMissing(table: DatabaseTable, directory: Database, file: string | undefined): Promise<void> {
  const [used] = await directory.batch([{ sql: "SELECT DISTINCT placement FROM organisation", params: [] }]);
  const missing = (used?.rows ?? []).map(([name]) => String(name)).filter((name) => !table.has(name));
  if (missing.length === 0) return;
  const where =
    file === undefined ? "there is no table of databases (--databases, WEFT_DATABASES)" : `${file} lacks it`;
  throw new Error(`Organisations are in the database ${missing.sort().join(", ")}, and ${where}`);
}
