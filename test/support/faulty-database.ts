// A database that fails by chance, in all the ways in which a call over a network can: the same seed, the same fates in the same order.
import type { Database } from "#store/database.ts";
import type { Random } from "./random.ts";

/**
 * What becomes of one batch. `refused`: it never ran. `locked`: the engine says so, and it never ran. `lost`: it ran, and its answer
 * did not come. `late`: the connection broke, and it runs after its caller was told so.
 */
export type Fate = "well" | "slow" | "refused" | "locked" | "lost" | "late";

export interface FaultyDatabase extends Database {
  readonly fates: Readonly<Record<Fate, number>>;
  /** From now on all goes well; resolves when nothing is on its way any more. */
  calm(): Promise<void>;
}

/** Of a hundred batches. */
const OFTEN: readonly (readonly [Fate, number])[] = [
  ["slow", 12],
  ["refused", 6],
  ["locked", 4],
  ["lost", 6],
  ["late", 4],
];

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Begins calm; `stir` is the moment from which it fails. */
export function faultyDatabase(database: Database, random: Random): FaultyDatabase & { stir(): void } {
  const fates: Record<Fate, number> = { well: 0, slow: 0, refused: 0, locked: 0, lost: 0, late: 0 };
  const late = new Set<Promise<unknown>>();
  let isCalm = true;
  const draw = (): Fate => {
    if (isCalm) return "well";
    let left = random.between(0, 99);
    for (const [fate, share] of OFTEN) {
      left -= share;
      if (left < 0) return fate;
    }
    return "well";
  };
  return {
    engine: database.engine,
    fates,
    stir() {
      isCalm = false;
    },
    async calm() {
      isCalm = true;
      await Promise.all(late);
    },
    async batch(statements) {
      const fate = draw();
      const wait = random.between(1, 12);
      fates[fate] += 1;
      switch (fate) {
        case "refused":
          throw new Error("connect ECONNREFUSED");
        case "locked":
          throw new Error("SQLITE_BUSY: database is locked");
        case "late": {
          const run = sleep(wait).then(() => database.batch(statements));
          late.add(run.catch(() => undefined));
          throw new Error("read ECONNRESET");
        }
        case "lost":
          await database.batch(statements);
          throw new Error("socket hang up");
        default: {
          if (fate === "slow") await sleep(wait);
          return database.batch(statements);
        }
      }
    },
    close: () => database.close(),
  };
}
