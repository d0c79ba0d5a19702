// Clock and chance as arguments, so that tests decide them.

/** Milliseconds since the Unix epoch. */
export type Clock = () => number;

/** Milliseconds since that moment; endless where it lies ahead: the clock was wrong then, and what was to wait for it would wait long. */
export function passedSince(clock: Clock, moment: number): number {
  const passed = clock() - moment;
  return passed < 0 ? Number.POSITIVE_INFINITY : passed;
}

/** `length` random bytes from a cryptographic source. */
export type Chance = (length: number) => Uint8Array;
