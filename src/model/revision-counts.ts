// How far a revision has come among the proxies of one relay, in numbers.
import type { Spread } from "./spread.ts";

/** As a relay tells them, and as they are kept. */
export interface RevisionCounts {
  readonly acked: number;
  /** Refuse it, or have refused it until a later one mended that. */
  readonly nacked: number;
  readonly pending: number;
  /** Registered there, without a stream. */
  readonly absent: number;
  /** Of those that have it: nothing was sent to them for it. */
  readonly untouched: number;
  /** From the relay's receipt to the first answer that a stream was sent; by the relay's own clock. */
  readonly pushed: Spread;
  /** From the receipt to the last ACK of each stream that was sent something. */
  readonly taken: Spread;
}
