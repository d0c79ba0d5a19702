// Bodies of limits and tiers.
import * as z from "#model/lazy-zod.ts";

const most = z.nullable(z.int());

export const limits = z.object(() => ({
  /** What an organisation has unless the operator says otherwise. */
  usual: z.string(),
  /** Seconds over which rates are counted: so many times a rate may come at once. */
  window: z.int(),
  /** `most` by tier; null = there is none. `unit`: `count`, `bytes`, or `rate`, which is requests a second. */
  limits: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      per: z.string(),
      what: z.string(),
      most: z.record(z.string(), most),
    }),
  ),
}));
export type LimitsBody = z.infer<typeof limits>;

/** `tier` null = as the deployment gives it; `limits` hold beside the tier, null = no limit. */
const said = { tier: z.nullable(z.string()), limits: z.record(z.string(), most) };

export const newTier = z.strictObject(() => ({ tier: said.tier, limits: z.exactOptional(said.limits) }));
export const organisationTier = z.object(() => ({
  organisation: z.string(),
  ...said,
  /** What holds. */
  holds: z.object({ tier: z.string(), limits: z.record(z.string(), most) }),
}));
export type OrganisationTier = z.infer<typeof organisationTier>;
