// Revisions on the command line.
import { usage } from "#cli/failure.ts";

/** What to do where there is no such revision. */
export const SEE_HISTORY = "weft history lists the revisions";

/** A revision's number, from `least` on. Throws a usage failure. */
export function revisionNumber(text: string, least: 0 | 1 = 1): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least) return value;
  throw usage(`${text} is not a revision's number`, SEE_HISTORY);
}
