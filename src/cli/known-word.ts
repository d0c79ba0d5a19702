// A word of the command line that must be one of a table's: where it is none, the one that was likely meant.
import { nearestWord } from "#model/nearest.ts";
import { usage } from "./failure.ts";

/** Throws a usage failure that names the nearest, or all. `what` is what it would be: `audit action`. */
export function knownWord(what: string, word: string, known: readonly string[]): void {
  if (known.includes(word)) return;
  const near = nearestWord(word, known);
  throw usage(
    `there is no ${what} ${word}`,
    near === undefined ? `known: ${known.join(", ")}` : `did you mean ${near}?`,
  );
}
