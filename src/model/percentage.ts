// Percentages as policies write them: a whole number, or text with decimals ("0.5").
import * as z from "./lazy-zod.ts";
import type { Violation } from "./violation.ts";

/** Kuma's int-or-string: `50` or `"0.5"`; a number with decimals is refused, as there. */
export const percentage = z.union([z.int(), z.string()]);
export type Percentage = z.infer<typeof percentage>;

const DECIMAL = /^[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})(e[+-]?\d{1,2})?$/i;

/** The percentage as a number, or null where its text is none. The range is judged apart. */
export function parsePercentage(value: Percentage): number | null {
  if (typeof value === "number") return value;
  return DECIMAL.test(value) ? Number(value) : null;
}

/** Violations of one percentage, on its own path (Kuma's ValidatePercentage). */
export function percentageViolations(value: Percentage): readonly Violation[] {
  const number = parsePercentage(value);
  if (number === null) return [{ field: "", reason: "string must be a valid number" }];
  if (number < 0 || number > 100) return [{ field: "", reason: "must be in inclusive range [0.0, 100.0]" }];
  return [];
}
