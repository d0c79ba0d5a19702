// A spread: how long many things took, in few numbers. Buckets grow by an eighth of a power of two, so a value is off by 4 % at the most.

/** Buckets hold counts, by their index; sorted by the index. */
export interface Spread {
  readonly count: number;
  /** The longest, exact; milliseconds. */
  readonly max: number;
  readonly buckets: readonly (readonly [index: number, count: number])[];
}

/** Buckets of one doubling. */
const STEPS = 8;
/** The last bucket: 49 days. */
export const LAST_BUCKET = 32 * STEPS;

/** Adds up durations; what comes out does not depend on their order. */
export interface Spreading {
  add(milliseconds: number): void;
  spread(): Spread;
}

export function openSpread(): Spreading {
  const counts = new Map<number, number>();
  let count = 0;
  let max = 0;
  return {
    add(milliseconds) {
      const index = bucketOf(milliseconds);
      counts.set(index, (counts.get(index) ?? 0) + 1);
      count += 1;
      max = Math.max(max, Math.round(milliseconds));
    },
    spread: () => ({ count, max, buckets: [...counts].sort(([a], [b]) => a - b) }),
  };
}

/** Quantiles over several spreads, each shifted by a time of its own. */
export interface Quantiles {
  readonly count: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Null where nothing was counted. The nearest-rank quantile: half of all took `p50` or less. */
export function quantilesOf(parts: readonly { readonly spread: Spread; readonly shift: number }[]): Quantiles | null {
  const values = parts.flatMap(({ spread, shift }) =>
    spread.buckets.map(([index, count]) => ({ at: Math.min(middleOf(index), spread.max) + shift, count })),
  );
  values.sort((a, b) => a.at - b.at);
  const count = values.reduce((sum, value) => sum + value.count, 0);
  if (count === 0) return null;
  const at = (share: number): number => {
    let left = Math.ceil(share * count);
    for (const value of values) {
      left -= value.count;
      if (left <= 0) return Math.round(value.at);
    }
    return 0;
  };
  const max = Math.max(...parts.map(({ spread, shift }) => (spread.count === 0 ? 0 : spread.max + shift)));
  return { count, p50: at(0.5), p99: at(0.99), max };
}

function bucketOf(milliseconds: number): number {
  return Math.min(LAST_BUCKET, Math.max(0, Math.ceil(Math.log2(Math.max(1, milliseconds)) * STEPS)));
}

/** Bucket 0 is all up to a millisecond. */
function middleOf(index: number): number {
  return index === 0 ? 1 : 2 ** ((index - 0.5) / STEPS);
}
