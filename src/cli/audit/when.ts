// Times on the command line: an RFC 3339 time, or how long ago.
import { usage } from "#cli/failure.ts";
import { durationMs } from "#model/duration.ts";

/** ISO text of `2026-03-04T05:06:07Z`, `2026-03-04` or `24h` (so long ago). Failure where it is neither. */
export function whenOf(flag: string, text: string, now: number): string {
  const ago = durationMs(text);
  if (ago !== null && ago > 0) return new Date(now - ago).toISOString();
  const time = /^\d{4}-\d\d-\d\d(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw usage(`${flag} ${text} is no time`, `${flag} 24h (so long ago), or ${flag} 2026-03-04T05:06:07Z`);
  return new Date(time).toISOString();
}

/** The query's members of `--since` and `--until`. */
export function rangeOf(
  { since, until }: { readonly since?: string; readonly until?: string },
  now: number,
): { since?: string; until?: string } {
  return {
    ...(since !== undefined && { since: whenOf("--since", since, now) }),
    ...(until !== undefined && { until: whenOf("--until", until, now) }),
  };
}
