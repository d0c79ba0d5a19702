// Opens the store: the directory's database, and for each tenant the database of its placement.
import type { Chance, Clock } from "#model/clock.ts";
import type { Digest } from "#model/json.ts";
import type { Database } from "./database.ts";
import { openDirectory } from "./directory.ts";
import { queriesOn } from "./queries.ts";
import { pauseWith, steady } from "./steady.ts";
import type { Store } from "./store.ts";
import { openTenant } from "./tenant.ts";

export interface StoreOptions {
  readonly directory: Database;
  /** The database that holds a tenant's rows; the same object for the same database. */
  readonly placement: (tenant: string) => Database;
  readonly clock: Clock;
  /** For the jitter of retries. */
  readonly chance: Chance;
  /** For the chain of the audit log. */
  readonly digest: Digest;
}

/** The whole store. `close` closes every database it was given. Migrations are the opener's task (`migrate`). */
export function openStore({ directory, placement, clock, chance, digest }: StoreOptions): Store {
  const pause = pauseWith(chance);
  const opened = new Map<Database, { readonly database: Database; readonly queries: ReturnType<typeof queriesOn> }>();
  const open = (given: Database) => {
    const known = opened.get(given);
    if (known !== undefined) return known;
    const database = steady(given, pause);
    const made = { database, queries: queriesOn(database) };
    opened.set(given, made);
    return made;
  };
  return {
    directory: openDirectory(open(directory).database),
    within(tenant) {
      if (tenant === "") throw new TypeError("nothing is read or written without a tenant");
      return openTenant({
        tenant,
        ...open(placement(tenant)),
        clock,
        digest,
        now: () => new Date(clock()).toISOString(),
        pause,
        audit: { place: null },
      });
    },
    async close() {
      await Promise.all([...opened.keys()].map((database) => database.close()));
    },
  };
}
