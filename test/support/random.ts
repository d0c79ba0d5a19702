// Chance from a seed: the same seed, the same faults.

export interface Random {
  /** From 0 up to but not 1. */
  next(): number;
  /** From `least` to `most`, both possible. */
  between(least: number, most: number): number;
  one<T>(of: readonly T[]): T;
}

/** Mulberry32, a small generator of 32 bits. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    one: (of) => of[Math.floor(next() * of.length)] as (typeof of)[number],
  };
}
