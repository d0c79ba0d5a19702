// Pauses between attempts: doubling, bounded, and jittered so that a zone's relays don't come back all at once.

import { Fault } from "#model/fault.ts";

export interface Backoff {
  /** Milliseconds to wait before the next attempt: no less than what failed has asked for (Retry-After). */
  next(failed?: unknown): number;
  /** After a success. */
  reset(): void;
}

/** From `first` up to `most` milliseconds; each pause is between half and all of its step. `chance` gives 0..1. */
export function createBackoff(first: number, most: number, chance: () => number): Backoff {
  let step = first;
  return {
    next(failed) {
      const pause = step * (0.5 + 0.5 * chance());
      step = Math.min(step * 2, most);
      // Later than asked, never sooner: those that were refused together do not come back together.
      return Math.max(pause, asked(failed) * (1 + 0.5 * chance()));
    },
    reset() {
      step = first;
    },
  };
}

/** A control plane that asks for more is asked again all the same: it may have been mended; milliseconds. */
const LONGEST = 300_000;

/** Milliseconds for which the one who refused has asked; 0 where it has not. */
export function asked(failed: unknown): number {
  return failed instanceof Fault ? Math.min((failed.retryAfter ?? 0) * 1000, LONGEST) : 0;
}

/** Sleeps, or returns at once when one of the signals aborts. */
export function pause(milliseconds: number, ...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    for (const signal of signals) signal.addEventListener("abort", done);
    if (signals.some(({ aborted }) => aborted)) done();
  });
}
