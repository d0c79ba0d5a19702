// The ear of a held poll, whoever rings it.
import type { RelayCaller } from "#control/face/caller.ts";

/** Hears also what rang before it was opened: who waits has read its row a moment earlier, and a ring in between is not lost. */
export interface Listener {
  /** Ends when it has rung for a later sequence than `since` and that was not yet told, and after `milliseconds` at the latest. */
  wait(since: number, milliseconds: number): Promise<void>;
  /** Whoever publishes rings it, and revocations end the wait: nothing need be looked at in between. */
  readonly isSure: boolean;
  /** Nobody will ring any more: what is held is to be answered now. */
  readonly ended: boolean;
  close(): void;
}

export type Listen = (relay: RelayCaller) => Listener;
