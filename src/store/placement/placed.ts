// A tenant's database wherever it is: each batch asks the database that it runs on whether the tenant is still there.
import { Conflict } from "#store/conflict.ts";
import type { Database, Rows, Statement } from "#store/database.ts";
import { onlyReads } from "#store/reading.ts";
import { Frozen } from "./frozen.ts";
import type { Place } from "./placement.ts";

/** How a tenant's database is found. */
export interface Finder {
  readonly engine: Database["engine"];
  /** False = it is never elsewhere. */
  readonly several: boolean;
  find(): Place | Promise<Place>;
  learn(place: Place): void;
  /** What was learned is wrong: it is looked up again. */
  forget(): void;
  open(name: string): Database;
}

/** More moves than anybody makes while one call runs. */
const HOPS = 4;

/**
 * A freeze that nobody has kept up ends with the first write after it: who froze finds it gone, and begins again. Who knows
 * that the tenant has arrived, ends the waiting for it.
 */
const BREAK = `DELETE FROM tenant_move
WHERE tenant_id = ?1 AND frozen_until IS NOT NULL AND (frozen_until <= ?2 OR generation <= ?3)`;
const GUARD = `INSERT INTO guard (reason) SELECT CASE WHEN frozen_until IS NULL THEN 'moved' ELSE 'frozen' END
FROM tenant_move WHERE tenant_id = ?1 AND (frozen_until IS NOT NULL OR generation > ?2)`;
/** It has gone from here, or has not arrived: ?3 is the database's own name. */
const WENT = `SELECT target, generation FROM tenant_move
WHERE tenant_id = ?1 AND generation > ?2 AND (frozen_until IS NULL OR target = ?3)`;

/**
 * What is written is written where the tenant is, or not at all: Fault `unavailable` (Frozen) while it is on its way. What is
 * read is read there too; a statement that is `alone` costs no second one where it finds its row.
 */
export function placedDatabase(tenant: string, clock: () => number, finder: Finder): Database {
  const went = ({ name, generation }: Place): Statement => ({ sql: WENT, params: [tenant, generation, name] });
  /** Where it is instead; null = it is here. */
  const elsewhere = (answer: Rows | undefined): Place | null => {
    const [row] = (answer?.rows ?? []) as readonly (readonly [string, number])[];
    return row === undefined ? null : { name: row[0], generation: row[1] };
  };

  /** The answers, or the place where the tenant is instead. */
  async function runAt(
    database: Database,
    place: Place,
    statements: readonly Statement[],
  ): Promise<readonly Rows[] | Place> {
    if (!onlyReads(statements)) {
      const guards = [
        { sql: BREAK, params: [tenant, clock(), place.generation] },
        { sql: GUARD, params: [tenant, place.generation] },
      ];
      try {
        return (await database.batch([...guards, ...statements])).slice(guards.length);
      } catch (error) {
        if (!(error instanceof Conflict && REFUSED.includes(error.constraint))) throw error;
        const [answer] = await database.batch([went(place)]);
        const gone = elsewhere(answer);
        if (gone === null) throw new Frozen("write");
        return gone;
      }
    }
    if (statements.length === 1 && statements[0]?.alone === true) {
      const answers = await database.batch(statements);
      if ((answers[0]?.rows.length ?? 0) > 0) return answers;
      const [answer] = await database.batch([went(place)]);
      return elsewhere(answer) ?? answers;
    }
    if (!finder.several) return database.batch(statements);
    const answers = await database.batch([...statements, went(place)]);
    return elsewhere(answers.at(-1)) ?? answers.slice(0, -1);
  }

  return {
    engine: finder.engine,
    async batch(statements) {
      if (statements.length === 0) return [];
      for (let hop = 0; hop < HOPS; hop++) {
        const place = await finder.find();
        const outcome = await runAt(finder.open(place.name), place, statements);
        if (!("name" in outcome)) return outcome;
        // It has not arrived where it was looked for: the directory knows where it still is.
        if (outcome.name === place.name) finder.forget();
        else finder.learn(outcome);
      }
      throw new Frozen(onlyReads(statements) ? "read" : "write");
    },
    // It is nobody's own.
    close: async () => {},
  };
}

const REFUSED: readonly string[] = ["tenant_moved", "tenant_frozen"];
