// Whole numbers on the command line.
import { usage } from "./failure.ts";

/** A whole number from 0 to `most`. Throws a usage failure that names the flag. */
export function wholeNumber(flag: string, text: string, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw usage(`${flag} ${text} is not a whole number from 0 to ${most}`, "give a number in that range");
}
