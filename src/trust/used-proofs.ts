// Proofs that were used, each kept until its nonce is stale: none counts twice, whatever the clock does meanwhile.
import type { Clock } from "#model/clock.ts";

/** A clock that goes back by less makes the forgetting as much later, and no more; milliseconds. */
const JUMP = 60_000;

export interface UsedProofs {
  /** Also forgets those that have ended. */
  has(proof: string): boolean;
  /** `until` is by the clock, in milliseconds. */
  add(proof: string, until: number): void;
  readonly size: number;
}

export function createUsedProofs(clock: Clock): UsedProofs {
  /**
   * In each, the first ends first. A clock that goes back begins another: those that were used while it was ahead end long
   * after these, must stay as long as their nonces may be good again, and would keep all behind them.
   */
  let runs: { readonly ends: Map<string, number>; newest: number }[] = [];

  function forget(): void {
    const now = clock();
    for (const { ends } of runs)
      for (const [proof, until] of ends) {
        if (until >= now) break;
        ends.delete(proof);
      }
    if (runs.some(({ ends }) => ends.size === 0)) runs = runs.filter(({ ends }) => ends.size > 0);
  }

  return {
    has(proof) {
      forget();
      return runs.some(({ ends }) => ends.has(proof));
    },
    add(proof, until) {
      let run = runs.at(-1);
      if (run === undefined || until < run.newest - JUMP) {
        run = { ends: new Map(), newest: until };
        runs.push(run);
      }
      run.ends.set(proof, until);
      run.newest = Math.max(run.newest, until);
    },
    get size() {
      return runs.reduce((sum, { ends }) => sum + ends.size, 0);
    },
  };
}
