// How often may be called: by address before anything is looked up, then by token or person, organisation and relay. Relays have buckets of their own.
import { type Buckets, openBuckets, type Taken } from "#control/limit/bucket.ts";
import type { Tiers } from "#control/limit/tiers.ts";
import type { Clock } from "#model/clock.ts";
import { type LimitName, RATE_WINDOW } from "#model/limit/limit.ts";
import { overRate } from "#model/limit/over.ts";
import { placeOf } from "#model/limit/place.ts";

/** What the answer tells of the limits that were counted (draft-ietf-httpapi-ratelimit-headers-10). */
export type RateHeaders = Readonly<Record<string, string>>;

/** Of whom one more call is counted. */
export interface Counted {
  readonly name: LimitName;
  readonly key: string;
  readonly most: number | null;
}

export interface Rates {
  /** By where it comes from; people and relays of one place are counted apart. Fault `too-many`. */
  address(address: string, relay: boolean): void;
  /** Of a token or person of an organisation, and of the organisation. */
  callerOf(tenant: string, actor: string): Promise<readonly Counted[]>;
  /** Of a person who calls for no organisation. */
  personOf(user: string): readonly Counted[];
  relayOf(relay: {
    readonly tenant: string;
    readonly zone: string;
    readonly relay: string;
  }): Promise<readonly Counted[]>;
  /** Counts the call, and hands `tell` what the answer is to say of it. Fault `too-many` where one of them is used up. */
  take(counted: readonly Counted[], tell: (headers: RateHeaders) => void): void;
}

/** One app's. */
export function openRates(
  { tiers, clock }: { readonly tiers: Pick<Tiers, "usual" | "of">; readonly clock: Clock },
  buckets: Buckets = openBuckets(),
): Rates {
  return {
    address(address, relay) {
      const most = tiers.usual.limits["address-rate"];
      if (most === null || address === "") return;
      const { allowed, wait } = buckets.take(`${relay ? "relays" : "people"} ${placeOf(address)}`, most, clock());
      if (!allowed) throw overRate("address-rate", most, wait);
    },
    async callerOf(tenant, actor) {
      const { limits } = await tiers.of(tenant);
      return [
        { name: "token-rate", key: `${tenant} ${actor}`, most: limits["token-rate"] },
        { name: "organisation-rate", key: tenant, most: limits["organisation-rate"] },
      ];
    },
    personOf: (user) => [{ name: "token-rate", key: `user:${user}`, most: tiers.usual.limits["token-rate"] }],
    async relayOf({ tenant, zone, relay }) {
      const { limits } = await tiers.of(tenant);
      return [{ name: "relay-rate", key: `${tenant}/${zone}/${relay}`, most: limits["relay-rate"] }];
    },
    take(counted, tell) {
      const now = clock();
      const told: (readonly [Counted & { readonly most: number }, Taken])[] = [];
      for (const one of counted) {
        const { name, key, most } = one;
        if (most === null) continue;
        const taken = buckets.take(`${name} ${key}`, most, now);
        told.push([{ ...one, most }, taken]);
        if (!taken.allowed) {
          tell(headersOf(told));
          throw overRate(name, most, taken.wait);
        }
      }
      tell(headersOf(told));
    },
  };
}

/** Structured fields: a list of the limits' names with their parameters. */
function headersOf(
  told: readonly (readonly [{ readonly name: LimitName; readonly most: number }, Taken])[],
): RateHeaders {
  if (told.length === 0) return {};
  const policies = told.map(([{ name, most }]) => `"${name}";q=${most * RATE_WINDOW};w=${RATE_WINDOW}`);
  const standing = told.map(
    ([{ name }, { left, reset, wait }]) => `"${name}";r=${left};t=${Math.ceil(Math.max(wait, reset))}`,
  );
  return { "ratelimit-policy": policies.join(", "), ratelimit: standing.join(", ") };
}
