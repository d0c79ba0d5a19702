// What the relays of one zone say to each other: events of dataplanes' lives, both ways in one call, and who holds a name.

/** Path of the one call, on each relay's own TLS port; proved as the zone protocol's calls are. */
export const REPLICA_PATH = "/v1/replica/events";

/** Path of the question whether another proxy holds a name at the relay that is asked. */
export const HOLDER_PATH = "/v1/replica/holder";

/** Who comes under a name, to join or to leave. */
export interface HolderQuestion {
  readonly mesh: string;
  readonly name: string;
  /** Address of its machine; empty where it is not known, null where it does not count. */
  readonly from: string | null;
  /** Random id of its supervisor's run; empty where it has none. */
  readonly instance: string;
  /** Where it listens; null for one that wants to leave. */
  readonly place: string | null;
}

/** Another proxy that holds the name by a stream, and answers; null when none does. */
export interface HolderAnswer {
  readonly rival: {
    /** Where it listens, for people. */
    readonly address: string;
    readonly from: string;
    /** When its stream began; milliseconds since the epoch. */
    readonly since: number;
  } | null;
}

/** An event of a life, by whichever relay saw it; (relay, number) names the event. */
interface Numbered {
  readonly relay: string;
  /** The relay's own count. */
  readonly number: number;
  readonly mesh: string;
}

interface OfLife extends Numbered {
  readonly name: string;
  /** Random id of the life. */
  readonly registration: string;
}

/** A life as it is from now on. It says all there is to know, so that no earlier event is needed. */
export interface LifeEvent extends OfLife {
  readonly kind: "life";
  /** When the life began; of two lives of one name the later one counts. */
  readonly at: number;
  readonly owner: "stream" | "user";
  /** Its Envoy listens, or its owner vouches for it. */
  readonly ready: boolean;
  /** The dataplane as the relay compiles it; never its token. */
  readonly resource: unknown;
}

/** The end of a life, whichever relay it began at. */
export interface EndEvent extends OfLife {
  readonly kind: "gone";
  /** The dataplane said so. Else its grace was over at the relay that tells, and a relay that has its stream knows better. */
  readonly announced: boolean;
}

/** A virtual address that the relay gave to a name while the zone was cut off; of several the lowest (relay, number) counts. */
export interface NamedEvent extends Numbered {
  readonly kind: "named";
  readonly virtual: string;
  readonly address: string;
}

export type ReplicaEvent = LifeEvent | EndEvent | NamedEvent;

/** Events of one relay in the order of their numbers: all that there are above `after` and up to `upTo`. */
export interface EventRun {
  readonly relay: string;
  readonly after: number;
  readonly upTo: number;
  readonly events: readonly ReplicaEvent[];
}

/** A life that goes on at the sender, named alone: the control plane has told the rest. */
export interface HeldLife {
  readonly mesh: string;
  readonly name: string;
  readonly registration: string;
  readonly at: number;
  readonly owner: "stream" | "user";
}

/** Both the call and its answer. */
export interface ReplicaMessage {
  /** Random id of the sender's run: another one has forgotten what it was told. */
  readonly run: string;
  /** Run of the receiver whose list of lives the sender has; empty for none. */
  readonly heard: string;
  /** By relay, the number up to which the sender has all events. */
  readonly have: Readonly<Record<string, number>>;
  readonly runs: readonly EventRun[];
  /** All that live at the sender; null where the receiver has heard them. */
  readonly lives: readonly HeldLife[] | null;
  /** Lives of the receiver that the sender has taken for gone while the receiver could not be heard. */
  readonly gone: readonly HeldLife[];
  /** The sender's registrations that a stream owns, and how many of them have none at the moment. */
  readonly streams: { readonly owned: number; readonly closed: number };
}
