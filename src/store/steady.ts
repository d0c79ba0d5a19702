// A Database that outlasts a lock, and whose own failures are faults with a hint.
import { Fault } from "#model/fault.ts";
import { Conflict } from "./conflict.ts";
import type { Database } from "./database.ts";

const ATTEMPTS = 8;

/** Retries a batch that found the database locked: nothing of it has run. Any other failure becomes Fault `unavailable`: the batch may have run. */
export function steady(database: Database, pause: (attempt: number) => Promise<void>): Database {
  return {
    engine: database.engine,
    async batch(statements) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await database.batch(statements);
        } catch (cause) {
          if (cause instanceof Conflict || cause instanceof TypeError) throw cause;
          if (isLocked(cause) && attempt < ATTEMPTS) {
            await pause(attempt);
            continue;
          }
          throw new Fault("unavailable", "The database did not answer; try again in a moment.", {
            cause,
            retryAfter: 1,
          });
        }
      }
    },
    close: () => database.close(),
  };
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && /SQLITE_BUSY|database is locked/.test(error.message);
}

/** Between half and one and a half of 4 ms, doubled at each attempt. */
export function pauseWith(chance: (length: number) => Uint8Array): (attempt: number) => Promise<void> {
  return (attempt) =>
    new Promise((resolve) => {
      setTimeout(resolve, 4 * 2 ** attempt * (0.5 + (chance(1)[0] ?? 0) / 255));
    });
}
