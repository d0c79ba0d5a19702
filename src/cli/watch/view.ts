// What a watch shows its looks with: in place on a screen, or line after line.
import type { Look } from "./look.ts";

export interface View {
  /** A look that came back. */
  show(look: Look): void;
  /** A look in vain. */
  fail(vain: Vain): void;
}

export interface Vain {
  readonly at: Date;
  /** In a few words: `can't reach the control plane`. */
  readonly what: string;
  /** More of it; empty where nothing more is known. */
  readonly why: string;
}

/** `17:04:59`, in the reader's time. */
export function clockText(time: Date): string {
  return time.toTimeString().slice(0, 8);
}
