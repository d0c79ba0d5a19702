// The tenants' databases as the poll worker has them: D1 alone. Who is on a libSQL server is polled for by the API worker.
import { type D1, openD1 } from "#store/d1.ts";
import type { Database } from "#store/database.ts";
import { readDatabaseTable } from "#store/placement/database-table.ts";
import { placedDatabase } from "#store/placement/placed.ts";
import { openPlacement } from "#store/placement/placement.ts";
import { bindingOf } from "./binding.ts";
import type { PollEnvironment } from "./environment.ts";

/** The tenant's rows are on a libSQL server. */
export class Elsewhere extends Error {
  override readonly name = "Elsewhere";
}

const ELSEWHERE: Database = {
  engine: "libsql-http",
  batch: () => Promise.reject(new Elsewhere()),
  close: async () => {},
};

/** The database of any tenant; with one database it is that, and nobody is looked up. */
export function openPollDatabases(env: PollEnvironment): (tenant: string) => Database {
  if (env.DATABASES === undefined || env.DATABASES === "") {
    const only = openD1(env.TENANTS);
    return () => only;
  }
  const table = readDatabaseTable(env.DATABASES, "The variable DATABASES", "workers");
  const open = (name: string, binding: string): Database =>
    openD1(bindingOf<D1<D1PreparedStatement>>(env, name, binding));
  const databases = new Map(
    [...table].map(([name, { binding, region = null, closed = false }]) => [
      name,
      { database: binding === undefined ? ELSEWHERE : open(name, binding), region, closed },
    ]),
  );
  if (env.DIRECTORY === undefined)
    throw new Error("DATABASES needs the binding DIRECTORY: it says who is in which database");
  const placement = openPlacement(openD1(env.DIRECTORY), databases);
  return (tenant) =>
    placedDatabase(tenant, Date.now, {
      engine: "d1",
      several: placement.several,
      find: () => placement.find(tenant),
      learn: (place) => placement.learn(tenant, place),
      forget: () => placement.forget(tenant),
      open: (name) => placement.open(name).database,
    });
}
