// Bounds of durations and counts, in Kuma's words.
import { parseDuration } from "./duration.ts";
import type { Violation } from "./violation.ts";

/** A duration that is absent, or longer than none. */
export function longerThanNone(field: string, value: string | undefined): Violation[] {
  if (value === undefined || (parseDuration(value) ?? 0n) > 0n) return [];
  return [{ field, reason: "must be greater than zero when defined" }];
}

/** A duration that is absent, none or longer. */
export function notNegative(field: string, value: string | undefined): Violation[] {
  if (value === undefined || (parseDuration(value) ?? 0n) >= 0n) return [];
  return [{ field, reason: "must not be negative when defined" }];
}

/** A count that is absent, or at least one. */
export function atLeastOne(field: string, value: number | undefined): Violation[] {
  return value === undefined || value > 0 ? [] : [{ field, reason: "must be greater than 0" }];
}

/** A whole percentage that is absent, or from 0 to 100. */
export function wholePercentage(field: string, value: number | undefined): Violation[] {
  if (value === undefined || (value >= 0 && value <= 100)) return [];
  return [{ field, reason: "must be in inclusive range [0, 100]" }];
}
