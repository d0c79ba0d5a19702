// When an attempt follows another: quickly at first, then less and less often, over about a day.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** After the first attempt, the second, …; milliseconds. About 25 hours together. */
const PAUSES = [5_000, 30_000, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 9 * HOUR];
/** A receiver may ask for no longer than this; milliseconds. */
const LONGEST_ASKED = HOUR;

/**
 * Milliseconds until the next attempt after `attempts` of them, or null when it is given up. `chance` from 0 to 1 spreads it
 * over 20 % around, so that receivers that come back are not met by all at once. `retryAfter` in seconds is waited for.
 */
export function pauseAfter(attempts: number, chance: number, retryAfter: number | null): number | null {
  const pause = PAUSES[attempts - 1];
  if (pause === undefined) return null;
  const asked = Math.min((retryAfter ?? 0) * 1000, LONGEST_ASKED);
  return Math.max(Math.round(pause * (0.8 + 0.4 * chance)), asked);
}
