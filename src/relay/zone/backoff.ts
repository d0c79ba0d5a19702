// Pauses between attempts: doubling, bounded, and jittered so that a zone's relays don't come back all at once.

export interface Backoff {
  /** Milliseconds to wait before the next attempt. */
  next(): number;
  /** After a success. */
  reset(): void;
}

/** From `first` up to `most` milliseconds; each pause is between half and all of its step. `chance` gives 0..1. */
export function createBackoff(first: number, most: number, chance: () => number): Backoff {
  let step = first;
  return {
    next() {
      const pause = step * (0.5 + 0.5 * chance());
      step = Math.min(step * 2, most);
      return pause;
    },
    reset() {
      step = first;
    },
  };
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
