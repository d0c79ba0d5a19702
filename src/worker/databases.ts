// The tenants' databases of the workers: D1 bindings and libSQL servers, as the variable DATABASES names them.
import { Sealed } from "#model/sealed.ts";
import { type D1, openD1 } from "#store/d1.ts";
import type { Database } from "#store/database.ts";
import type { LibsqlHttpOptions } from "#store/libsql-http.ts";
import { type DatabaseRow, readDatabaseTable } from "#store/placement/database-table.ts";
import type { NamedDatabase } from "#store/placement/placement.ts";
import { bindingOf } from "./binding.ts";

interface Bound {
  readonly TENANTS: D1Database;
  readonly DATABASES?: string;
}

/** In the table's order; without one, the binding TENANTS as `main`. Error that names what is wrong in the table or not bound. */
export function openDatabases(env: Bound): ReadonlyMap<string, NamedDatabase> {
  if (env.DATABASES === undefined || env.DATABASES === "")
    return new Map([["main", { database: openD1(env.TENANTS), region: null, closed: false }]]);
  const table = readDatabaseTable(env.DATABASES, "The variable DATABASES", "workers");
  return new Map(
    [...table].map(([name, row]) => [
      name,
      { database: open(env, name, row), region: row.region ?? null, closed: row.closed === true },
    ]),
  );
}

function open(env: Bound, name: string, { binding, url, tokenSecret }: DatabaseRow): Database {
  if (binding !== undefined) return openD1(bindingOf<D1<D1PreparedStatement>>(env, name, binding));
  if (tokenSecret === undefined) return openDistant({ url: url ?? "" });
  return openDistant({ url: url ?? "", token: new Sealed(bindingOf<string>(env, name, tokenSecret)) });
}

/**
 * A libSQL server. Its client is loaded at the first batch, as most deployments have none; and each batch has one of its own:
 * a client's batches wait for each other, and on Workers one call cannot wait for another one's.
 */
function openDistant(options: LibsqlHttpOptions): Database {
  return {
    engine: "libsql-http",
    async batch(statements) {
      const { openLibsqlHttp } = await import("#store/libsql-http.ts");
      return openLibsqlHttp(options).batch(statements);
    },
    close: async () => {},
  };
}
