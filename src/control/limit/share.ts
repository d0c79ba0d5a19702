// Shares: how long each organisation has kept this process busy lately, and whether that is more than its part.

export interface Shares {
  /** `key` has kept the process busy for so long; milliseconds. */
  add(key: string, busy: number, now: number): void;
  /** Whether it has had more than an equal part among those that were seen lately, and enough to be felt. Who is alone never has. */
  isOver(key: string, now: number): boolean;
}

/** What was used so long ago counts a third; milliseconds. */
const MEMORY = 5000;
/** Of the process' time, a part that others hardly feel. */
const UNFELT = 0.05;
/** Who has less left is forgotten; milliseconds. */
const LEAST = 1;

/** Nobody has used anything yet. */
export function openShares(): Shares {
  /** In units that grow with time, so that nothing has to be taken from what was used before. */
  const used = new Map<string, number>();
  let total = 0;
  let base = 0;
  const unit = (now: number): number => Math.exp((now - base) / MEMORY);
  const tidy = (now: number): void => {
    const grown = unit(now);
    total = 0;
    for (const [key, amount] of used) {
      const left = amount / grown;
      if (left < LEAST) used.delete(key);
      else {
        used.set(key, left);
        total += left;
      }
    }
    base = now;
  };
  return {
    add(key, busy, now) {
      if (now - base > MEMORY) tidy(now);
      const amount = busy * unit(now);
      used.set(key, (used.get(key) ?? 0) + amount);
      total += amount;
    },
    isOver(key, now) {
      if (now - base > MEMORY) tidy(now);
      const mine = used.get(key) ?? 0;
      return used.size > 1 && mine > total / used.size && mine / unit(now) > UNFELT * MEMORY;
    },
  };
}
