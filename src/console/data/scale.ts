// Where numbers stand on a chart: logarithmic for times, which lie far apart, linear for counts; and the ticks beside them.

/** Times that people count in; milliseconds. */
const STEPS = [
  ...[1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000],
  ...[864e5, 864e6, 864e7],
] as const;

export interface Scale {
  /** From the top, of one; what lies outside stands at the edge. */
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** From the step below the shortest to the one above the longest. */
export function timeScale(times: readonly number[]): Scale {
  const [least, most] = [Math.max(1, Math.min(...times)), Math.max(1, ...times)];
  const found = STEPS.findLastIndex((step) => step <= least);
  const below = Math.min(STEPS.length - 2, Math.max(0, found));
  const above = STEPS.findIndex((step) => step >= most);
  const ticks = STEPS.slice(below, Math.max(below + 1, above === -1 ? STEPS.length - 1 : above) + 1);
  const [bottom, top] = [Math.log(ticks[0] ?? 1), Math.log(ticks.at(-1) ?? 10)];
  return { ticks, at: (value) => held(1 - (Math.log(Math.max(1, value)) - bottom) / (top - bottom)) };
}

/** From nothing to a round number; whole ticks. */
export function countScale(counts: readonly number[]): Scale {
  const most = Math.max(1, ...counts);
  const power = 10 ** Math.floor(Math.log10(most));
  const top = [1, 2, 4, 5, 10].map((step) => step * power).find((step) => step >= most) ?? most;
  const ticks = top === 1 ? [0, 1] : [0, top / 2, top];
  return { ticks, at: (value) => held(1 - value / top) };
}

const held = (share: number): number => Math.min(1, Math.max(0, share));

const UNITS = [
  [864e5, "day"],
  [36e5, "hour"],
  [6e4, "minute"],
  [1e3, "second"],
] as const;

/** A duration in its largest unit, as `120 ms`, `1.5 sec`. */
export function lasting(milliseconds: number, language: string): string {
  const [size, unit] = UNITS.find(([size]) => milliseconds >= size) ?? [1, "millisecond"];
  const value = milliseconds / size;
  const maximumFractionDigits = unit === "millisecond" || value >= 10 ? 0 : 1;
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits }).format(
    value,
  );
}
