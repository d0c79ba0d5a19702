// Values of a conf as Envoy's fields: what is absent leaves the field alone, and what Envoy could not take is a complaint.
import { formatProtoDuration, parseDuration } from "#model/duration.ts";
import { type Percentage, parsePercentage } from "#model/percentage.ts";
import type { Source, Tracer } from "./trace.ts";

/** What Envoy takes of a duration: none or more, or more than none. */
type Least = "none" | "some";

/** A Go duration in Envoy's notation; null where it is none, or shorter than `least` (said to the tracer). */
export function durationOf(value: unknown, least: Least, tracer: Tracer, source: Source): string | null {
  const nanoseconds = typeof value === "string" ? parseDuration(value) : null;
  if (nanoseconds !== null && (nanoseconds > 0n || (least === "none" && nanoseconds === 0n))) {
    return formatProtoDuration(nanoseconds);
  }
  const wanted = least === "none" ? "a duration of zero or more" : "a duration longer than zero";
  tracer.complain(source, `${JSON.stringify(value)} is not ${wanted}; the field is left out`);
  return null;
}

/** Sets a field to a duration of the conf. */
export function setDuration<T extends object, K extends keyof T & string>(
  [holder, key]: readonly [T, K],
  value: unknown,
  least: Least,
  tracer: Tracer,
  source: Source,
): void {
  if (value === undefined || value === null) return;
  const text = durationOf(value, least, tracer, source);
  if (text !== null) tracer.set(holder, key, text as T[K], source);
}

/** Sets a field to the conf's value as it stands. */
export function setValue<T extends object, K extends keyof T & string>(
  [holder, key]: readonly [T, K],
  value: T[K] | null | undefined,
  tracer: Tracer,
  source: Source,
): void {
  if (value !== undefined && value !== null) tracer.set(holder, key, value, source);
}

/** A number of the conf (whole, or text with decimals) inside its range; null where it is none (said to the tracer). */
export function numberOf(
  value: Percentage | null | undefined,
  [least, most]: readonly [number, number],
  tracer: Tracer,
  source: Source,
): number | null {
  if (value === undefined || value === null) return null;
  const number = parsePercentage(value);
  if (number !== null && number >= least && number <= most) return number;
  tracer.complain(source, `${JSON.stringify(value)} is no number from ${least} to ${most}; the field is left out`);
  return null;
}
