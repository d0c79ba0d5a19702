// Which relays are there: from their calls to this process, and from the row that outlives it. No poll writes for it.
import { HEARTBEAT, type Way } from "#api/zone.ts";
import type { RelayCaller } from "#control/face/caller.ts";
import type { Clock } from "#model/clock.ts";
import { keepNewest } from "#model/keep-newest.ts";
import type { ContactRow } from "#store/face/relay.ts";
import type { TenantStore } from "#store/store.ts";

/** The row is written again after so long at the earliest, but at once when a relay leaves or is back; milliseconds. */
export const COALESCED = 60_000;
/** What a call may be late by; milliseconds. */
const LATE = 60_000;
/** A row that is older than this was left by a relay that is heard of no more. */
export const SILENCE = HEARTBEAT + COALESCED + LATE;
/** From the answer of one poll to the next: the longest pause of a relay after failures, and some time to travel; milliseconds. */
export const BETWEEN_POLLS = 20_000;
/** Timers may be early by the clock; milliseconds. */
const A_LITTLE = 100;
const WAYS: readonly Way[] = ["bell", "held", "plain"];
/** How long a relay whose connection to the bell has ended may take to knock again, or to poll and say so; milliseconds. */
export const RETURN = 8000;

/** Relays that a process remembers, and that a writer does: of what is forgotten the rows tell. */
const MOST_HEARD = 100_000;
const MOST_KEPT = 10_000;

/** How a relay stands; times are ISO texts. */
export interface Standing {
  readonly online: boolean;
  /** Since when it has been heard of again and again. */
  readonly since: string;
  /** When it was last heard of. */
  readonly lastContact: string;
  /** Silence alone has it offline from then on; milliseconds since 1970, past where it is. */
  readonly silentAt: number;
  /** When it said that it stops; null = it has not, or is back. */
  readonly leftAt: string | null;
  /** By which way it hears what is new, as it said last; null where it is not there, or has not said so. */
  readonly way: Way | null;
}

/** What one process has heard of relays. */
export interface ContactBook {
  /** A proved call. The answer of a poll may be held for `waitSeconds`, and it polls again after that. */
  heard(relay: RelayCaller, waitSeconds: number): void;
  /** It has come to the bell, or pinged: it is there as long as the connection stands. */
  onBell(relay: RelayCaller): void;
  /** Its connection to the bell has ended: it comes again at once, by whichever way, or is gone. */
  offBell(relay: RelayCaller): void;
  /** It has said that it stops. */
  left(relay: RelayCaller): void;
  /** By what was heard here and by its row; `enrolledAt` is its first sign of life. */
  standing(relay: RelayCaller, enrolledAt: string, row: ContactRow | undefined): Standing;
}

interface Heard {
  /** Null = as its row has it: this process began while it was there. */
  readonly since: number | null;
  readonly at: number;
  /** It calls again until then. */
  readonly due: number;
  /** By its connection to the bell it is there until then. */
  readonly bell: number;
  readonly leftAt: number | null;
}

/**
 * Opens it. `hearsAll`: every call of every relay comes to this process, so that one that is not heard here is not there;
 * otherwise its row alone may say that it is.
 */
export function openContactBook(clock: Clock, hearsAll: boolean): ContactBook {
  const opened = clock();
  const known = new Map<string, Heard>();
  const hear = (relay: RelayCaller, until: Pick<Heard, "due" | "bell">): void => {
    const now = clock();
    const before = known.get(nameOf(relay));
    const isThere = before !== undefined && before.leftAt === null && now <= Math.max(before.due, before.bell);
    const due = isThere ? Math.max(until.due, before.due) : until.due;
    const bell = isThere ? Math.max(until.bell, before.bell) : until.bell;
    const since = isThere ? before.since : before === undefined ? null : now;
    keepNewest(known, nameOf(relay), { since, at: now, due, bell, leftAt: null }, MOST_HEARD);
  };
  return {
    heard: (relay, waitSeconds) => hear(relay, { due: clock() + waitSeconds * 1000 + BETWEEN_POLLS, bell: 0 }),
    onBell: (relay) => hear(relay, { due: 0, bell: Number.POSITIVE_INFINITY }),
    offBell(relay) {
      const before = known.get(nameOf(relay));
      if (before === undefined || before.bell === 0) return;
      const back = clock() + RETURN;
      // Only a held poll lets it be silent for longer than it takes to call again.
      const due = before.due > clock() + BETWEEN_POLLS ? before.due : Math.min(before.due, back);
      known.set(nameOf(relay), { ...before, due, bell: back });
    },
    left(relay) {
      const now = clock();
      keepNewest(known, nameOf(relay), { since: null, at: now, due: now, bell: 0, leftAt: now }, MOST_HEARD);
    },
    standing(relay, enrolledAt, row) {
      const now = clock();
      const heard = known.get(nameOf(relay));
      const seen = Math.max(Date.parse(row?.seenAt ?? enrolledAt), Date.parse(enrolledAt));
      const last = Math.max(seen, heard?.at ?? 0);
      const left = Math.max(heard?.leftAt ?? 0, row?.leftAt == null ? 0 : Date.parse(row.leftAt));
      // A call that came after the good-bye takes it back.
      const gone = left > 0 && left >= last;
      // A process that has just begun hears of each relay within one poll, and believes the rows so long.
      // Enrolling is a call, too.
      // Whoever waits for its silence looks again once in a while: its connection may end without any.
      const rung = Math.min(heard?.bell ?? 0, now + COALESCED);
      const due = Math.max(heard?.due ?? 0, rung, Date.parse(enrolledAt) + BETWEEN_POLLS);
      const believed = hearsAll ? Math.min(seen + SILENCE, opened + BETWEEN_POLLS) : seen + SILENCE;
      const silentAt = 1 + Math.max(due, believed);
      const lost = row?.lostAt == null ? 0 : Date.parse(row.lostAt);
      const since = Math.max(heard?.since ?? 0, Date.parse(row?.connectedAt ?? enrolledAt));
      const online = now < silentAt && !gone && (lost === 0 || lost < last);
      const way = online ? (WAYS.find((one) => one === row?.way) ?? null) : null;
      return {
        online,
        way,
        since: isoOf(since),
        lastContact: isoOf(last),
        silentAt,
        leftAt: gone ? isoOf(left) : null,
      };
    },
  };
}

/** Writes the rows, as seldom as they may be. */
export interface ContactKeeper {
  /**
   * It has told something. `leaving`: that it stops; `way`: how it hears what is new. At most one row is written, and none
   * that says nothing new.
   */
  keep(relay: RelayCaller, leaving: boolean, way?: Way): Promise<void>;
  /** It has come to the bell: a row is written only if it was not there. */
  back(relay: RelayCaller): Promise<void>;
  /**
   * Its connection to the bell has ended. Resolves after RETURN: true where nothing was heard of it since, neither here nor
   * by who else `isHeard`; then its row says that it was lost.
   */
  lost(relay: RelayCaller, isHeard: () => boolean): Promise<boolean>;
}

/** Of one organisation's writer; what it has written it remembers, and reads again after a restart. */
export function openContactKeeper(store: Pick<TenantStore, "contacts" | "keepContact">, clock: Clock): ContactKeeper {
  const written = new Map<string, ContactRow>();
  /** How often each was heard of. */
  const counts = new Map<string, number>();
  const countOf = (relay: RelayCaller): number => counts.get(nameOf(relay)) ?? 0;
  const readRow = async (caller: RelayCaller): Promise<ContactRow | null> => {
    const { zone, relay } = caller;
    const row = (await store.contacts(zone)).find((one) => one.relay === relay);
    return row === undefined ? null : keepNewest(written, nameOf(caller), row, MOST_KEPT);
  };
  /** Signs of life are written by others, too (sign-of-life.ts): only the row itself says that a relay was silent. */
  const rowOf = async (caller: RelayCaller): Promise<ContactRow | null> => {
    const known = written.get(nameOf(caller));
    return known === undefined || clock() - Date.parse(known.seenAt) > SILENCE ? readRow(caller) : known;
  };
  const write = async (caller: RelayCaller, row: ContactRow): Promise<void> => {
    await store.keepContact(row);
    keepNewest(written, nameOf(caller), row, MOST_KEPT);
  };
  const hear = async (caller: RelayCaller, leaving: boolean, way: string | undefined, often: number): Promise<void> => {
    keepNewest(counts, nameOf(caller), countOf(caller) + 1, MOST_KEPT);
    const { zone, relay } = caller;
    const known = await rowOf(caller);
    const now = clock();
    const age = known === null ? Number.POSITIVE_INFINITY : now - Date.parse(known.seenAt);
    const isBack = known === null || known.leftAt !== null || known.lostAt !== null || age > SILENCE;
    const isElsewhere = way !== undefined && way !== known?.way;
    if (known !== null && !isBack && !leaving && !isElsewhere && age < often) return;
    const seenAt = isoOf(now);
    const connectedAt = isBack && !leaving ? seenAt : (known?.connectedAt ?? seenAt);
    const leftAt = leaving ? seenAt : null;
    await write(caller, { zone, relay, connectedAt, seenAt, leftAt, way: way ?? known?.way ?? "", lostAt: null });
  };
  return {
    keep: (relay, leaving, way) => hear(relay, leaving, way, COALESCED),
    back: (relay) => hear(relay, false, undefined, Number.POSITIVE_INFINITY),
    async lost(relay, isHeard) {
      const count = countOf(relay);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, RETURN + A_LITTLE);
        // No process lives on for it; on Workers a timer is a number.
        (timer as { unref?: () => void }).unref?.();
      });
      if (countOf(relay) !== count || isHeard()) return false;
      const row = await rowOf(relay);
      // A good-bye came before, or it was never told of: neither needs saying.
      if (row === null || row.leftAt !== null || countOf(relay) !== count) return false;
      // Others may have written a later sign of life than the row that is known here: the store keeps the later time.
      await write(relay, { ...row, lostAt: isoOf(clock()) });
      return true;
    },
  };
}

// Neither part holds a slash.
function nameOf({ tenant, zone, relay }: RelayCaller): string {
  return `${tenant}/${zone}/${relay}`;
}

function isoOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
