// How much longer the slow ones of one side take than those of another, and within which bounds that is known.

export interface Sides<T> {
  /** Of each round. */
  readonly alone: readonly (readonly T[])[];
  readonly beside: readonly (readonly T[])[];
}

/** Draws of rounds. */
const DRAWS = 1000;

/** Percentiles of both sides, and the ratio of p99 with the bounds in which nine of ten draws of rounds have it. */
export function compare<T>({ alone, beside }: Sides<T>, of: (one: T) => number): Record<string, unknown> {
  const [one, other] = [alone, beside].map((rounds) => rounds.map((round) => round.map(of))) as [
    number[][],
    number[][],
  ];
  const chance = openChance();
  const drawn = Array.from({ length: DRAWS }, () => {
    const rounds = one.map(() => Math.floor(chance() * one.length));
    const of = (side: number[][]): number =>
      percentile(
        rounds.flatMap((round) => side[round] ?? []),
        0.99,
      );
    return of(other) / of(one);
  });
  const [first, second] = [one.flat(), other.flat()];
  const ratio = (share: number): number => round(percentile(second, share) / percentile(first, share));
  return {
    alone: spread(first),
    beside_noise: spread(second),
    ratio: ratio(0.99),
    ratio_90_percent: [round(percentile(drawn, 0.05)), round(percentile(drawn, 0.95))],
    ratio_p50: ratio(0.5),
  };
}

function spread(values: readonly number[]): Readonly<Record<"count" | "p50" | "p90" | "p99", number>> {
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => round(percentile(values, share))) as [number, number, number];
  return { count: values.length, p50, p90, p99 };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The same draws each time (mulberry32). */
function openChance(): () => number {
  let state = 8;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
