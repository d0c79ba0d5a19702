// What counted things cost in a month of 30 days: Cloudflare's prices of Workers Paid, D1 and Durable Objects, in US dollars.

/** Counted in a month. */
export interface Month {
  readonly requests: number;
  readonly cpu_ms: number;
  readonly rows_read: number;
  readonly rows_written: number;
  readonly object_requests: number;
  readonly gb_seconds: number;
}

const MILLION = 1e6;

/** Per unit beyond what the $5 of the plan include. */
export const PRICES: { readonly [K in keyof Month]: { readonly included: number; readonly usd: number } } = {
  requests: { included: 10 * MILLION, usd: 0.3 / MILLION },
  cpu_ms: { included: 30 * MILLION, usd: 0.02 / MILLION },
  rows_read: { included: 25_000 * MILLION, usd: 0.001 / MILLION },
  rows_written: { included: 50 * MILLION, usd: 1 / MILLION },
  object_requests: { included: MILLION, usd: 0.15 / MILLION },
  gb_seconds: { included: 400_000, usd: 12.5 / MILLION },
};
const PLAN = 5;

/** Dollars a month, to the cent. */
export function bill(month: Month): number {
  const beyond = Object.entries(PRICES).map(
    ([name, { included, usd }]) => Math.max(0, month[name as keyof Month] - included) * usd,
  );
  return Math.round((PLAN + beyond.reduce((sum, one) => sum + one, 0)) * 100) / 100;
}
