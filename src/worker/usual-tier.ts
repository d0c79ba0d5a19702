// What organisations may do unless the operator says otherwise, as the workers' binding says.
import type { TierOf } from "#control/limit/tiers.ts";
import { isTier, limitsOf, TIERS, type Tier } from "#model/limit/limit.ts";

/** Error that names the binding, where there is no such tier. */
export function tierOf(text = "free"): Tier {
  if (!isTier(text)) throw new Error(`USUAL_TIER must be one of ${TIERS.join(", ")}, not ${text}`);
  return text;
}

/** With its limits. */
export function usualOf(text: string | undefined): TierOf {
  const tier = tierOf(text);
  return { tier, limits: limitsOf(tier, {}) };
}
