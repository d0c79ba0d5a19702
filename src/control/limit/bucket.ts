// Buckets of tokens: how often somebody may call. One number each (the generic cell rate algorithm, ITU-T I.371), in this process alone.
import { RATE_WINDOW } from "#model/limit/limit.ts";

export interface Taken {
  readonly allowed: boolean;
  /** How many more may come at once. */
  readonly left: number;
  /** Seconds until as many may come at once as ever. */
  readonly reset: number;
  /** Seconds until the next may come; 0 where it may now. */
  readonly wait: number;
}

export interface Buckets {
  /** Takes one of `key`'s, which come again at `rate` a second; `now` in milliseconds. What is refused takes nothing. */
  take(key: string, rate: number, now: number): Taken;
}

/** Keys that are remembered: some 10 MB. Of more, those that have been used longest ago begin anew. */
const MOST_KEYS = 100_000;
const WINDOW_MS = RATE_WINDOW * 1000;

/** All of them full. */
export function openBuckets(mostKeys = MOST_KEYS): Buckets {
  /** When each is full again, in the order of their last use. */
  const full = new Map<string, number>();
  const tidy = (now: number): void => {
    for (const [key, at] of full) if (at <= now) full.delete(key);
    for (const key of full.keys()) {
      if (full.size <= mostKeys / 2) return;
      full.delete(key);
    }
  };
  return {
    take(key, rate, now) {
      const each = 1000 / rate;
      const before = Math.max(full.get(key) ?? now, now);
      const after = before + each;
      if (after - now > WINDOW_MS) {
        return { allowed: false, left: 0, reset: (before - now) / 1000, wait: (after - now - WINDOW_MS) / 1000 };
      }
      if (full.size >= mostKeys) tidy(now);
      full.delete(key);
      full.set(key, after);
      return {
        allowed: true,
        left: Math.floor((WINDOW_MS - (after - now)) / each),
        reset: (after - now) / 1000,
        wait: 0,
      };
    },
  };
}
