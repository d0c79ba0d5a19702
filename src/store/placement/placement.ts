// Placement: which of the named databases holds a tenant's rows. Remembered, and corrected by what a database itself tells.
import { Fault } from "#model/fault.ts";
import type { Database } from "#store/database.ts";
import type { PlaceStanding } from "#store/face/placement.ts";

export interface NamedDatabase {
  readonly database: Database;
  /** Where it is; null = it is not said. */
  readonly region: string | null;
  /** It takes no new organisations. */
  readonly closed: boolean;
}

/** Where a tenant is, and after how many moves. */
export interface Place {
  readonly name: string;
  readonly generation: number;
}

export interface Placement {
  /** The one where who is nowhere is looked for: the first of the table. */
  readonly home: NamedDatabase;
  /** Of the table, in its order. */
  readonly names: readonly string[];
  /** False = there is one database, so nobody can be elsewhere. */
  readonly several: boolean;
  /** From memory, or by one row of the directory. Who is not in it is at home, for now. */
  find(tenant: string): Place | Promise<Place>;
  /** What a database has told. Of two places the one after more moves stays. */
  learn(tenant: string, place: Place): void;
  /** It is looked up again. */
  forget(tenant: string): void;
  /** Fault `unavailable` for a name that the table lacks. */
  open(name: string): NamedDatabase;
  /** Chooses for a new organisation: of the region's databases that take any, the one with the fewest. Fault `invalid` where none takes any. */
  choose(region?: string): Promise<string>;
  /** All of the table, in its order. */
  standing(): Promise<readonly PlaceStanding[]>;
}

/** As many tenants are remembered; who was not asked for the longest is forgotten first. */
const REMEMBERED = 10_000;

const FIND = "SELECT placement, moves FROM organisation WHERE id = ?1";
const COUNT = "SELECT placement, COUNT(*) AS organisations FROM organisation GROUP BY placement";

/** `databases` in the order of the operator's table. TypeError where there is none. */
export function openPlacement(directory: Database, databases: ReadonlyMap<string, NamedDatabase>): Placement {
  const [first] = databases;
  if (first === undefined) throw new TypeError("a store needs a database for its tenants");
  const [homeName, home] = first;
  const several = databases.size > 1;
  // What is remembered is what was read, and never the reading: on Workers one call cannot wait for another one's.
  const known = new Map<string, Place>();
  const remember = (tenant: string, place: Place): void => {
    known.delete(tenant);
    known.set(tenant, place);
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
  };
  const learn = (tenant: string, place: Place): void => {
    const before = known.get(tenant);
    if (before === undefined || before.generation <= place.generation) remember(tenant, place);
  };
  const ask = async (tenant: string): Promise<Place> => {
    const [found] = await directory.batch([{ sql: FIND, params: [tenant] }]);
    const [row] = (found?.rows ?? []) as readonly (readonly [string, number])[];
    // Who is in no row is not remembered: somebody who signs up may be placed a moment later.
    if (row !== undefined) learn(tenant, { name: row[0], generation: row[1] });
    return known.get(tenant) ?? { name: homeName, generation: 0 };
  };
  const count = async (): Promise<ReadonlyMap<string, number>> => {
    const [counted] = await directory.batch([{ sql: COUNT, params: [] }]);
    return new Map((counted?.rows ?? []) as readonly [string, number][]);
  };
  return {
    home,
    names: [...databases.keys()],
    several,
    find(tenant) {
      if (!several) return { name: homeName, generation: 0 };
      const found = known.get(tenant);
      if (found === undefined) return ask(tenant);
      remember(tenant, found);
      return found;
    },
    learn,
    forget: (tenant) => void known.delete(tenant),
    open(name) {
      const found = databases.get(name);
      if (found !== undefined) return found;
      throw new Fault("unavailable", `The organisation is in a database that this process does not know`, {
        cause: new Error(`the table of databases lacks ${name}`),
        retryAfter: 60,
      });
    },
    async choose(region) {
      const open = [...databases].filter(([, one]) => !one.closed && (region === undefined || one.region === region));
      if (open.length === 1 && open[0] !== undefined) return open[0][0];
      if (open.length === 0) throw nowhere(databases, region);
      const held = await count();
      // The first of equals: the order of the table is the operator's.
      return open.reduce((best, one) => ((held.get(one[0]) ?? 0) < (held.get(best[0]) ?? 0) ? one : best))[0];
    },
    async standing() {
      const held = await count();
      return [...databases].map(([name, { database, region, closed }]) => ({
        ...{ name, engine: database.engine, region, closed },
        organisations: held.get(name) ?? 0,
      }));
    },
  };
}

function nowhere(databases: ReadonlyMap<string, NamedDatabase>, region: string | undefined): Fault {
  const open = [...databases.values()].filter(({ closed }) => !closed);
  const regions = [...new Set(open.flatMap((one) => one.region ?? []))].sort();
  const known = regions.length === 0 ? "no database is in a named region" : `known are ${regions.join(", ")}`;
  if (region === undefined)
    return new Fault("unavailable", "No database of this control plane takes new organisations");
  const violations = [{ field: "region", reason: `no database in ${region} takes new organisations; ${known}` }];
  return new Fault("invalid", "Resource is not valid", { title: "Could not create an organisation", violations });
}
