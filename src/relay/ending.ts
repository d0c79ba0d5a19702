// Ending: what ends a stream from elsewhere, once and with a reason. An AbortSignal would cost each stream a kilobyte.

export interface Ended {
  readonly aborted: boolean;
  /** Words for the client; empty before. */
  readonly reason: string;
  /** Called when it ends after now; by nobody else's leave, as there is one. */
  listener: (() => void) | undefined;
}

export interface Ending extends Ended {
  /** A second call does nothing. */
  abort(reason: string): void;
}

/** One that has not ended. */
export function createEnding(): Ending {
  return new OneEnding();
}

class OneEnding implements Ending {
  aborted = false;
  reason = "";
  listener: (() => void) | undefined = undefined;

  abort(reason: string): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.listener?.();
  }
}
