// What a write is told that comes while its organisation is being moved or copied.
import { Fault } from "#model/fault.ts";

/** Nothing was written, and a moment later it may be. */
export class Frozen extends Fault {
  constructor() {
    super(
      "unavailable",
      "The organisation is being moved or backed up, and nothing can be changed for a moment; try again.",
      {
        retryAfter: 1,
      },
    );
  }
}
