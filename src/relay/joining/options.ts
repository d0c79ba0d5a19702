// What joins and leaves stand on.
import type { Envelope } from "#api/zone.ts";
import type { Clock } from "#model/clock.ts";
import type { View } from "#model/view.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import type { Identities } from "#relay/identity/identities.ts";
import type { Log } from "#relay/log.ts";
import type { Tally } from "#relay/metrics.ts";
import type { Newcomers } from "#relay/newcomers.ts";
import type { EventLog } from "#relay/registrar/event-log.ts";
import type { Outbox } from "#relay/registrar/outbox.ts";
import type { Registrar, Registration } from "#relay/registrar/registrar.ts";
import type { Replicas } from "#relay/replica/replicas.ts";

/**
 * How long a join waits for the control plane's answer, and then for the snapshot that has it, and how long its Envoy is
 * asked whether it listens before peers hear of it all the same; milliseconds.
 */
export interface Patience {
  readonly answer: number;
  readonly snapshot: number;
  readonly listen?: number;
}

export interface JoiningOptions {
  readonly zone: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly patience: Patience;
  readonly registrar: Registrar;
  readonly newcomers: Newcomers;
  readonly identities: Identities;
  readonly events: EventLog;
  readonly outbox: Pick<Outbox, "answerTo" | "wake">;
  readonly tally: Tally;
  readonly replicas: Pick<Replicas, "tell" | "told" | "find" | "all" | "rival">;
  readonly envelope: () => Envelope | null;
  readonly views: () => readonly View[];
  /** This relay's id. */
  readonly relay: string;
  /** Whether the zone has other relays. */
  readonly hasOthers: () => boolean;
  /** Ingresses and egresses of every zone, as of the same moment. */
  readonly zoneProxies: () => readonly ZoneProxy[];
  /** Null before the first answer or failure. */
  readonly isReachable: () => boolean | null;
  readonly isStopping: () => boolean;
  /** The control plane has taken a newcomer: what the zone's issuer may name is to be looked at. */
  readonly onTaken: (registration: Registration) => void;
  /** Resolves at the next snapshot, or after so many milliseconds. */
  readonly nextSnapshot: (milliseconds: number) => Promise<void>;
  /** A newcomer is about to be compiled here. */
  readonly onNewcomer?: () => void;
  readonly onChange: () => void;
}
