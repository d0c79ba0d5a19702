// Opens the store: the directory's database, and for each tenant the database of its placement.
import type { Chance, Clock } from "#model/clock.ts";
import type { Digest } from "#model/json.ts";
import { keepNewest } from "#model/keep-newest.ts";
import { openAccountStore } from "./accounts.ts";
import { openCopies } from "./copy/copies.ts";
import { openWholeCopies } from "./copy/whole.ts";
import type { Database } from "./database.ts";
import { openDirectory } from "./directory.ts";
import type { Copies } from "./face/copy.ts";
import type { Mover } from "./face/move.ts";
import type { Places } from "./face/placement.ts";
import type { WholeCopies } from "./face/whole-copy.ts";
import { openMemberStore } from "./members.ts";
import { openMover } from "./move/mover.ts";
import { openPasskeyStore } from "./passkeys.ts";
import { type Finder, placedDatabase } from "./placement/placed.ts";
import { type NamedDatabase, openPlacement, type Placement } from "./placement/placement.ts";
import { queriesOn } from "./queries.ts";
import { openRemoval } from "./removal.ts";
import { pauseWith, steady } from "./steady.ts";
import type { Store, TenantStore } from "./store.ts";
import { openTenant } from "./tenant.ts";

export interface StoreOptions {
  readonly directory: Database;
  /** The named databases that hold tenants' rows, in the operator's order; or the one for a tenant, where nobody ever moves. */
  readonly placement: ReadonlyMap<string, NamedDatabase> | ((tenant: string) => Database);
  readonly clock: Clock;
  /** For the jitter of retries. */
  readonly chance: Chance;
  /** For the chain of the audit log. */
  readonly digest: Digest;
}

/** As many tenants' stores are kept. */
const KEPT = 1000;

/** The whole store. `close` closes every database it was given. Migrations are the opener's task (`migrate`). */
export function openStore({ directory, placement: given, clock, chance, digest }: StoreOptions): Store {
  const pause = pauseWith(chance);
  const opened = new Map<Database, Database>();
  const open = (database: Database): Database => {
    const known = opened.get(database) ?? steady(database, pause);
    opened.set(database, known);
    return known;
  };
  if (typeof given !== "function") for (const { database } of given.values()) open(database);
  const directoryDatabase = open(directory);
  const placement = typeof given === "function" ? null : openPlacement(directoryDatabase, given);
  const finderOf = (tenant: string): Finder =>
    typeof given === "function" ? fixed(open(given(tenant))) : found(placement as Placement, tenant, open);

  const tenants = new Map<string, TenantStore>();
  const placed = (tenant: string): TenantStore => {
    const known = tenants.get(tenant);
    if (known !== undefined) return known;
    const database = placedDatabase(tenant, clock, finderOf(tenant));
    const made = openTenant({
      ...{ tenant, database, queries: queriesOn(database), clock, digest, pause },
      now: () => new Date(clock()).toISOString(),
      audit: { place: null },
      shared: { hash: "" },
    });
    return keepNewest(tenants, tenant, made, KEPT);
  };
  const organisations = openDirectory(directoryDatabase, clock);
  const mover =
    placement === null
      ? refusing(MOVES, "organisations move between named databases")
      : openMover({ directory: directoryDatabase, placement, open, clock });
  return {
    directory: organisations,
    places: placement === null ? NO_PLACES : placesOf(placement),
    copies:
      placement === null
        ? refusing(COPIES, "copies are made of named databases")
        : openCopies({ directory: organisations, placement, open, clock, digest }),
    whole:
      placement === null
        ? refusing(WHOLE, "copies are made of named databases")
        : openWholeCopies({ directory: directoryDatabase, placement, open, clock }),
    mover,
    remove: openRemoval({
      directory: organisations,
      moves: placement === null ? null : { mover, placement, open },
      within: placed,
    }),
    accounts: openAccountStore(directoryDatabase, clock),
    members: openMemberStore(directoryDatabase),
    passkeys: openPasskeyStore(directoryDatabase),
    within(tenant) {
      if (tenant === "") throw new TypeError("nothing is read or written without a tenant");
      return placed(tenant);
    },
    async ping() {
      await Promise.all([...opened.keys()].map((database) => database.batch([{ sql: "SELECT 1", params: [] }])));
    },
    async close() {
      await Promise.all([...opened.keys()].map((database) => database.close()));
    },
  };
}

/** One database for good. */
function fixed(database: Database): Finder {
  const place = { name: "main", generation: 0 };
  return {
    engine: database.engine,
    several: false,
    find: () => place,
    learn: () => undefined,
    forget: () => undefined,
    open: () => database,
  };
}

function found(placement: Placement, tenant: string, open: (database: Database) => Database): Finder {
  return {
    engine: placement.home.database.engine,
    several: placement.several,
    find: () => placement.find(tenant),
    learn: (place) => placement.learn(tenant, place),
    forget: () => placement.forget(tenant),
    open: (name) => open(placement.open(name).database),
  };
}

const COPIES: readonly (keyof Copies)[] = [
  ...(["page", "thaw", "beginRestore", "emptyForRestore", "restorePage", "endRestore", "openRestored"] as const),
];
const WHOLE: readonly (keyof WholeCopies)[] = ["page", "begin", "put", "note", "end"];
const MOVES: readonly (keyof Mover)[] = ["move", "end"];

/** Each of these methods fails: a store of one database for all is only spread, wrapped and closed. */
function refusing<T>(methods: readonly (keyof T)[], why: string): T {
  const refuse = (): Promise<never> => Promise.reject(new TypeError(why));
  return Object.fromEntries(methods.map((name) => [name, refuse])) as T;
}

const NO_PLACES: Places = { list: async () => [], choose: async () => "main", regionOf: async () => null };

function placesOf(placement: Placement): Places {
  return {
    list: placement.standing,
    async choose(tenant, region) {
      const name = await placement.choose(region);
      placement.learn(tenant, { name, generation: 0 });
      return name;
    },
    regionOf: async (tenant) => placement.open((await placement.find(tenant)).name).region,
  };
}
