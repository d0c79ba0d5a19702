// Turns: moments by which a zone's relays order the lives of one dataplane, even where their clocks differ.
import type { Clock } from "#model/clock.ts";

export interface Turn {
  /** A moment after every one that was given or seen here. */
  next(): number;
  /** Another relay has begun a life at that moment. */
  see(at: number): void;
}

/** The clock, but never back (a hybrid logical clock): whoever has heard of a life begins a later one. */
export function createTurn(clock: Clock): Turn {
  let last = 0;
  return {
    next() {
      last = Math.max(clock(), last + 1);
      return last;
    },
    see(at) {
      last = Math.max(last, at);
    },
  };
}
