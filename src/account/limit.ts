// How often something may be tried: counted in the directory, so that it holds across isolates and restarts.
import { Fault } from "#model/fault.ts";
import type { Digest } from "#model/json.ts";
import type { AccountStore } from "#store/face/account.ts";

const MINUTE = 60_000;

/** Each limit: how many of what within how long. By whom is part of the key. */
export const LIMITS = {
  /** Wrong passwords for one address from one place: who guesses elsewhere does not lock the person out here. */
  "sign-in": { most: 10, within: 15 * MINUTE, of: "wrong passwords for this address from this place" },
  /** For one address from everywhere. */
  "sign-in-email": { most: 100, within: 60 * MINUTE, of: "wrong passwords for this address" },
  /** From one place, whoever is meant. */
  "sign-in-place": { most: 100, within: 15 * MINUTE, of: "sign-ins from this place" },
  "sign-up-place": { most: 30, within: 60 * MINUTE, of: "sign-ups from this place" },
  "reset-email": { most: 5, within: 60 * MINUTE, of: "resets for this address" },
  "reset-place": { most: 30, within: 60 * MINUTE, of: "resets from this place" },
  "token-place": { most: 60, within: 15 * MINUTE, of: "links of mails from this place" },
  verification: { most: 5, within: 60 * MINUTE, of: "mails that confirm this address" },
  /** Mails to one address that somebody invites. */
  invitation: { most: 5, within: 60 * MINUTE, of: "mails that invite this address" },
  /** A password asked for once more within a session. */
  proof: { most: 10, within: 15 * MINUTE, of: "wrong passwords in this session" },
  "second-factor-place": { most: 60, within: 15 * MINUTE, of: "codes from this place" },
  /** Codes to be confirmed while the second factor is set up. */
  "confirm-code": { most: 10, within: 15 * MINUTE, of: "codes in this session" },
  /** A code opens one session, however long it is good for. */
  "code-used": { most: 1, within: 3 * MINUTE, of: "uses of this code" },
} as const;
export type Limit = keyof typeof LIMITS;

export interface Limiter {
  /** Counts one more try and says how many that makes. Fault `too-many` where it is too many: of what, and when to try again. */
  count(limit: Limit, ...by: readonly string[]): Promise<number>;
  /** As `count`, and refuses nothing. */
  tally(limit: Limit, ...by: readonly string[]): Promise<number>;
  /** As `count`, and says whether it is within the limit. */
  allows(limit: Limit, ...by: readonly string[]): Promise<boolean>;
  /** It was no wrong guess: the count begins again. */
  forget(limit: Limit, ...by: readonly string[]): Promise<void>;
}

interface LimiterOptions {
  readonly store: AccountStore;
  readonly clock: () => number;
  readonly digest: Digest;
}

/** `counted` is told of each count. */
export function openLimiter({ store, clock, digest }: LimiterOptions, counted: () => void): Limiter {
  // Hashed: the table is no list of addresses.
  const keyOf = (limit: Limit, by: readonly string[]): string => `${limit}:${digest(JSON.stringify([limit, ...by]))}`;
  /** How many there were, and the seconds until there are none. */
  async function tried(
    limit: Limit,
    by: readonly string[],
  ): Promise<{ readonly count: number; readonly left: number }> {
    const now = clock();
    const { within } = LIMITS[limit];
    const times = { at: new Date(now).toISOString(), endsAt: new Date(now + within).toISOString() };
    const { count, endsAt } = await store.countAttempt(keyOf(limit, by), times);
    counted();
    return { count, left: Math.max(1, Math.ceil((Date.parse(endsAt) - now) / 1000)) };
  }
  return {
    async count(limit, ...by) {
      const { count, left } = await tried(limit, by);
      const { most, within, of } = LIMITS[limit];
      if (count <= most) return count;
      const minutes = Math.ceil(left / 60);
      const when = minutes === 1 ? "a minute" : `${minutes} minutes`;
      const detail = `Too many ${of}: ${most} in ${within / MINUTE} minutes are let through; try again in ${when}`;
      throw new Fault("too-many", detail, { retryAfter: left });
    },
    tally: async (limit, ...by) => (await tried(limit, by)).count,
    allows: async (limit, ...by) => (await tried(limit, by)).count <= LIMITS[limit].most,
    forget: (limit, ...by) => store.forgetAttempts([keyOf(limit, by)]),
  };
}
