// Clock and chance as arguments, so that tests decide them.

/** Milliseconds since the Unix epoch. */
export type Clock = () => number;

/** `length` random bytes from a cryptographic source. */
export type Chance = (length: number) => Uint8Array;
