// Tiers: which limits hold for an organisation. Read from the directory, and remembered for a while.
import type { Clock } from "#model/clock.ts";
import { invalid } from "#model/fault.ts";
import {
  isTier,
  type LimitChanges,
  type LimitName,
  type Limits,
  limitsOf,
  SETTABLE,
  TIERS,
  type Tier,
} from "#model/limit/limit.ts";
import { at, type Violation } from "#model/violation.ts";
import type { Organisation, TierRow } from "#store/face/organisation.ts";
import type { Store } from "#store/store.ts";

export interface TierOf {
  readonly tier: Tier;
  readonly limits: Limits;
}

export interface Tiers {
  /** What holds for an organisation that nobody has given a tier, and for whoever has not said who calls. */
  readonly usual: TierOf;
  /** Of an organisation; what the operator changed elsewhere is known within half a minute. */
  of(tenant: string): Promise<TierOf>;
  /** As the operator has set it; `tier` null = as the deployment gives it. */
  said(organisation: Organisation): Promise<TierRow>;
  /** Faults `invalid`, all violations at once. */
  set(organisation: Organisation, row: TierRow): Promise<void>;
}

/** How long what was read is believed; milliseconds. */
const BELIEVED = 30_000;
/** Organisations that are remembered; more are read again. */
const MOST_REMEMBERED = 10_000;
const NOTHING_SAID: TierRow = { tier: null, limits: {} };

/** Tiers of all organisations; `usual` is what they have unless the operator says otherwise. */
export function openTiers(store: Pick<Store, "directory">, clock: Clock, usual: Tier): Tiers {
  const known = new Map<string, { readonly until: number; readonly tier: TierOf }>();
  const remember = (tenant: string, tier: TierOf): TierOf => {
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(tenant, { until: clock() + BELIEVED, tier });
    return tier;
  };
  const resolve = ({ tier, limits }: TierRow): TierOf => {
    const held = tier !== null && isTier(tier) ? tier : usual;
    return { tier: held, limits: limitsOf(held, limits as LimitChanges) };
  };
  const read = async (tenant: string): Promise<TierOf> =>
    resolve((await store.directory.tierOf(tenant)) ?? NOTHING_SAID);
  return {
    usual: resolve(NOTHING_SAID),
    // What is remembered is what was read, and never the reading: on Workers one call cannot wait for another one's.
    async of(tenant) {
      const last = known.get(tenant);
      return last !== undefined && last.until > clock() ? last.tier : remember(tenant, await read(tenant));
    },
    said: async ({ id }) => (await store.directory.tierOf(id)) ?? NOTHING_SAID,
    async set({ id }, row) {
      const wrong = violationsOf(row);
      if (wrong.length > 0) throw invalid(wrong, "Could not set the tier");
      await store.directory.setTier(id, row);
      known.delete(id);
    },
  };
}

function violationsOf({ tier, limits }: TierRow): readonly Violation[] {
  const found: Violation[] = [];
  if (tier !== null && !isTier(tier))
    found.push({ field: "tier", reason: `must be one of ${TIERS.join(", ")}, or null` });
  for (const [name, most] of Object.entries(limits)) {
    const field = at("limits", name);
    if (!SETTABLE.includes(name as LimitName))
      found.push({ field, reason: `is no limit that can be set; those are ${SETTABLE.join(", ")}` });
    else if (most !== null && !(Number.isInteger(most) && most >= 1 && most <= 1_000_000_000))
      found.push({ field, reason: "must be a whole number from 1 to 1000000000, or null for no limit" });
  }
  return found;
}
