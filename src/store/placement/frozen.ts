// What a call is told that comes while its organisation is being moved, restored or copied.
import { Fault } from "#model/fault.ts";

const WHY = {
  write: "The organisation is being moved, restored or backed up, and nothing can be changed for a moment; try again.",
  // What is only copied, or still is where it was, can be read.
  read: "The organisation is being moved or restored, and can be neither read nor changed for a moment; try again.",
} as const;

/** Nothing was written, or read, and a moment later it may be. */
export class Frozen extends Fault {
  constructor(kind: keyof typeof WHY) {
    super("unavailable", WHY[kind], { retryAfter: 1 });
  }
}
