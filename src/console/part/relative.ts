// How long ago a moment is, or how far ahead, in words.
import type { Language } from "#console/text/say.ts";

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Number.POSITIVE_INFINITY],
];

/** `3 minutes ago`, `in 2 days`. */
export function relative(moment: number, now: number, language: Language): string {
  let size = (moment - now) / 1000;
  for (const [unit, most] of STEPS) {
    if (Math.abs(size) < most) {
      return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.trunc(size), unit);
    }
    size /= most;
  }
  return "";
}
