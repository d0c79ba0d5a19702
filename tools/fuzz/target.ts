// What the fuzz runs against.
import type { Subject } from "#test/app/subject.ts";

/** A control plane as the fuzz needs it. */
export interface Target {
  readonly subject: Subject;
  /** Whose memory is looked at. */
  readonly pid: number;
  /** Null while it runs; else what it said last. */
  readonly ended: () => string | null;
  close(): Promise<void>;
}
