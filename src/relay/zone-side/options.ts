// What a zone side is opened with.
import { PING_EVERY } from "#api/bell.ts";
import type { EnrolResponse } from "#api/zone.ts";
import type { Clock } from "#model/clock.ts";
import type { Patience } from "#relay/joining/options.ts";
import type { Log } from "#relay/log.ts";
import type { ReplicaClient } from "#relay/replica/client.ts";
import type { RelayKeys } from "#relay/state/relay-keys.ts";
import type { Knock } from "#relay/zone/listening.ts";
import type { ZoneClient } from "#relay/zone/zone-client.ts";
import type { StreamDelivery } from "#relay/zone.ts";

export interface ZoneSideOptions {
  /** The relay's state folder. */
  readonly folder: string;
  readonly enrolment: EnrolResponse;
  /** Opens what is sealed to this relay. */
  readonly key: RelayKeys["agree"];
  readonly client: ZoneClient;
  /** Asks for the bell; absent = there is none. */
  readonly knock?: Knock;
  /** Calls the zone's other relays. */
  readonly replicaClient: ReplicaClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly patience?: Patience;
  /** First and longest pause after a failure; milliseconds. */
  readonly backoff?: readonly [first: number, most: number];
  readonly observe?: Observer;
  /** Milliseconds between two exchanges with another relay when there is nothing to tell. */
  readonly exchangePeriod?: number;
  readonly pace?: Pace;
  /** By which it spreads its calls, 0..1; Math.random unless given. */
  readonly random?: () => number;
}

/** How often the relay looks after itself; milliseconds. */
export interface Pace {
  /** Whose grace is over. */
  readonly sweep: number;
  /** Certificates and issuers. */
  readonly upkeep: number;
  /** Views are fetched so long after a snapshot: a burst of edits is fetched once. */
  readonly views: number;
  /** How often it asks whether the bell still stands. */
  readonly ping: number;
}

export const PACE: Pace = { sweep: 1000, upkeep: 5000, views: 1000, ping: PING_EVERY };

/** A step of a snapshot: it has come and is good, it is served, a stream has been sent it or has acknowledged it. */
export type SnapshotStep =
  | { readonly kind: "verified" | "served"; readonly sequence: number }
  | {
      readonly kind: "stream";
      readonly sequence: number;
      readonly stream: object;
      readonly state: StreamDelivery["state"];
    };

export type Observer = (step: SnapshotStep) => void;
