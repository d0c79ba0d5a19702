// Kuma's expirations: one number with one unit, `10y`, `2w`, `36h`.

const SECONDS = { y: 365 * 86_400, w: 7 * 86_400, d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 } as const;

/** Seconds of an expiration; null for a text that is none, or is nothing. */
export function expirationSeconds(text: string): number | null {
  const [, digits, unit] = /^(\d{1,9})(y|w|d|h|m|s|ms)$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return null;
  const seconds = Number(digits) * SECONDS[unit as keyof typeof SECONDS];
  return seconds > 0 ? seconds : null;
}
