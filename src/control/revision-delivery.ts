// How far a revision has come, over all zones: from what each relay has told, and which relays are there. Pure.
import { type Quantiles, quantilesOf } from "#model/spread.ts";
import type { RevisionDeliveryRow, RevisionLaggard } from "#store/face/delivery.ts";
import type { RevisionMoment } from "#store/face/history.ts";

/** A relay that is admitted, as it stands. */
export interface RelayPresence {
  readonly zone: string;
  readonly relay: string;
  readonly online: boolean;
  /** When it was last heard of; null while it is online. */
  readonly lastContact: string | null;
}

/** The relay has not fetched it; has; has sent it; all its proxies have it; one refuses it. */
export type RelayDeliveryState = "waiting" | "fetched" | "pushed" | "acked" | "nacked";

export interface ProxyCounts {
  readonly acked: number;
  readonly nacked: number;
  readonly pending: number;
  readonly absent: number;
  /** Of those that have it: nothing was sent to them for it. */
  readonly untouched: number;
}

/** Since the commit, milliseconds; null where nothing was measured. */
export interface DeliveryTimes {
  /** Until the answer of a relay's poll was there; over relays. */
  readonly fetched: Quantiles | null;
  /** To the first answer that a proxy was sent; over the proxies that were sent something. */
  readonly pushed: Quantiles | null;
  /** To each of these proxies' last ACK. */
  readonly acked: Quantiles | null;
}

export interface RelayDelivery extends RelayPresence {
  readonly state: RelayDeliveryState;
  /** From the commit to the answer of its poll; null where it was not told. */
  readonly fetchedMs: number | null;
  readonly proxies: ProxyCounts;
  readonly times: DeliveryTimes;
  readonly laggards: readonly RevisionLaggard[];
}

export interface RevisionDelivery {
  readonly revision: number;
  readonly actor: string;
  readonly reason: string;
  readonly committedAt: string;
  /** Some proxy refuses it; all that are connected to relays which are there have it; not yet. */
  readonly state: "rejected" | "delivered" | "underway";
  readonly proxies: ProxyCounts;
  readonly times: DeliveryTimes;
  /** Zones none of whose relays is there: nobody waits for them. */
  readonly offline: readonly string[];
  readonly relays: readonly RelayDelivery[];
}

/**
 * `rows` are of this revision and of later ones, oldest first. Who has taken a later one has taken this one, and a relay may
 * have fetched only a later one: so the times are those of a relay's first row, and what lags is the least of its rows.
 */
export function deliveryOf(
  moment: RevisionMoment,
  rows: readonly RevisionDeliveryRow[],
  presences: readonly RelayPresence[],
): RevisionDelivery {
  const committed = Date.parse(moment.time);
  const parts = presences.map((presence) => {
    const own = rows.filter(({ zone, relay }) => zone === presence.zone && relay === presence.relay);
    return { presence, own, first: own[0] };
  });
  const relays = parts.map(({ presence, own }) => relayDelivery(presence, own, committed));
  const zones = [...new Set(presences.map(({ zone }) => zone))];
  const offline = zones.filter((name) => presences.every(({ zone, online }) => zone !== name || !online));
  const { revision, actor, reason, time } = moment;
  return {
    ...{ revision, actor, reason, committedAt: time },
    state: relays.some(({ state }) => state === "nacked")
      ? "rejected"
      : relays.every(({ online, state }) => !online || state === "acked")
        ? "delivered"
        : "underway",
    proxies: sum(relays.map(({ proxies }) => proxies)),
    times: timesOf(
      parts.flatMap(({ first }) => first ?? []),
      committed,
    ),
    offline,
    relays,
  };
}

function relayDelivery(
  presence: RelayPresence,
  rows: readonly RevisionDeliveryRow[],
  committed: number,
): RelayDelivery {
  const [first] = rows;
  if (first === undefined)
    return {
      ...presence,
      state: "waiting",
      fetchedMs: null,
      proxies: NONE,
      times: timesOf([], committed),
      laggards: [],
    };
  const behind = ({ nacked, pending }: RevisionDeliveryRow): number => nacked + pending;
  // What was refused stays told of the revision that was refused.
  // A proxy that was away has taken a later one when it is there again.
  const isLess = (a: RevisionDeliveryRow, b: RevisionDeliveryRow): boolean =>
    behind(a) < behind(b) || (behind(a) === behind(b) && a.absent < b.absent);
  const shown = first.nacked > 0 ? first : rows.reduce((best, row) => (isLess(row, best) ? row : best));
  const { acked, nacked, pending, absent, untouched } = shown;
  return {
    ...presence,
    state: nacked > 0 ? "nacked" : pending === 0 ? "acked" : first.pushed.count > 0 ? "pushed" : "fetched",
    fetchedMs: fetchedAfter(first, committed),
    proxies: { acked, nacked, pending, absent, untouched },
    times: timesOf([first], committed),
    laggards: shown.laggards,
  };
}

const NONE: ProxyCounts = { acked: 0, nacked: 0, pending: 0, absent: 0, untouched: 0 };

function sum(all: readonly ProxyCounts[]): ProxyCounts {
  const of = (name: keyof ProxyCounts): number => all.reduce((total, one) => total + one[name], 0);
  return {
    acked: of("acked"),
    nacked: of("nacked"),
    pending: of("pending"),
    absent: of("absent"),
    untouched: of("untouched"),
  };
}

/** Both times are the control plane's; two of its machines may differ by a little. */
function fetchedAfter({ answeredAt }: RevisionDeliveryRow, committed: number): number | null {
  return answeredAt === null ? null : Math.max(0, answeredAt - committed);
}

/** A relay's own durations begin when the answer has come, which `fetched` counts to. */
function timesOf(rows: readonly RevisionDeliveryRow[], committed: number): DeliveryTimes {
  const timed = rows.flatMap((row) => {
    const shift = fetchedAfter(row, committed);
    return shift === null ? [] : [{ row, shift }];
  });
  return {
    fetched: quantilesOf(timed.map(({ shift }) => ({ spread: { count: 1, max: 0, buckets: [[0, 1]] }, shift }))),
    pushed: quantilesOf(timed.map(({ row, shift }) => ({ spread: row.pushed, shift }))),
    acked: quantilesOf(timed.map(({ row, shift }) => ({ spread: row.taken, shift }))),
  };
}
