// Bodies of usage.
import * as z from "#model/lazy-zod.ts";

export const usage = z.object(() => ({
  /** `free`, `team` or `self-hosted`. */
  tier: z.string(),
  /** `limit` null = there is none. */
  items: z.array(z.object({ what: z.string(), used: z.int(), limit: z.nullable(z.int()) })),
  /** Requests a second; `limit` null = there is none. */
  rates: z.array(z.object({ what: z.string(), limit: z.nullable(z.int()) })),
  /** What is older is dropped. */
  kept: z.object({ revisionDays: z.int(), auditDays: z.int() }),
}));
export type UsageBody = z.infer<typeof usage>;
