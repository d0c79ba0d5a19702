// When certificates end, counted by the hour or by the day.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Beyond so many hours they are counted by days. */
const MOST_HOURS = 48;
/** Those that end later stand together in the last part. */
const MOST_DAYS = 60;

export interface EndingPart {
  /** Milliseconds; the end is no part of it. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Parts of one length from now until the last one ends, empty ones too; those that have ended are in none. */
export function endingParts(ends: readonly number[], now: number): readonly EndingPart[] {
  const ahead = ends.filter((end) => end > now);
  if (ahead.length === 0) return [];
  const span = Math.max(...ahead) - now;
  const size = span <= MOST_HOURS * HOUR ? HOUR : DAY;
  const count = Math.min(Math.ceil(span / size), size === HOUR ? MOST_HOURS : MOST_DAYS);
  const counts = Array.from({ length: count }, () => 0);
  for (const end of ahead) {
    const at = Math.min(count - 1, Math.ceil((end - now) / size) - 1);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts.map((held, at) => ({ from: now + at * size, to: now + (at + 1) * size, count: held }));
}
