// Which relays are there: from their calls to this process, and from the row that outlives it. No poll writes for it.
import { HEARTBEAT } from "#api/zone.ts";
import type { Clock } from "#model/clock.ts";
import type { ContactRow, TenantStore } from "#store/store.ts";
import type { RelayCaller } from "./control.ts";

/** The row is written again after so long at the earliest, but at once when a relay leaves or is back; milliseconds. */
const COALESCED = 60_000;
/** What a call may be late by; milliseconds. */
const LATE = 60_000;
/** A row that is older than this was left by a relay that is heard of no more. */
export const SILENCE = HEARTBEAT + COALESCED + LATE;
/** From the answer of one poll to the next: the longest pause of a relay after failures, and some time to travel; milliseconds. */
const BETWEEN_POLLS = 20_000;

/** How a relay stands; times are ISO texts. */
export interface Standing {
  readonly online: boolean;
  /** Since when it has been heard of again and again. */
  readonly since: string;
  /** When it was last heard of. */
  readonly lastContact: string;
  /** When it said that it stops; null = it has not, or is back. */
  readonly leftAt: string | null;
}

/** What one process has heard of relays. */
export interface ContactBook {
  /** A proved call. The answer of a poll may be held for `waitSeconds`, and it polls again after that. */
  heard(relay: RelayCaller, waitSeconds: number): void;
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
  readonly leftAt: number | null;
}

/**
 * Opens it. `hearsAll`: every call of every relay comes to this process, so that one that is not heard here is not there;
 * otherwise its row alone may say that it is.
 */
export function openContactBook(clock: Clock, hearsAll: boolean): ContactBook {
  const opened = clock();
  const known = new Map<string, Heard>();
  return {
    heard(relay, waitSeconds) {
      const now = clock();
      const before = known.get(nameOf(relay));
      const due = now + waitSeconds * 1000 + BETWEEN_POLLS;
      if (before !== undefined && before.leftAt === null && now <= before.due)
        known.set(nameOf(relay), { ...before, at: now, due: Math.max(due, before.due) });
      else known.set(nameOf(relay), { since: before === undefined ? null : now, at: now, due, leftAt: null });
    },
    left(relay) {
      const now = clock();
      known.set(nameOf(relay), { since: null, at: now, due: now, leftAt: now });
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
      const rowsCount = !hearsAll || now - opened <= BETWEEN_POLLS;
      // Enrolling is a call, too.
      const due = Math.max(heard?.due ?? 0, Date.parse(enrolledAt) + BETWEEN_POLLS);
      const present = now <= due || (rowsCount && now - seen <= SILENCE);
      const since = Math.max(heard?.since ?? 0, Date.parse(row?.connectedAt ?? enrolledAt));
      return {
        online: present && !gone,
        since: isoOf(since),
        lastContact: isoOf(last),
        leftAt: gone ? isoOf(left) : null,
      };
    },
  };
}

/** Writes the rows, as seldom as they may be. */
export interface ContactKeeper {
  /** `leaving`: it says that it stops. At most one row is written, and none that says nothing new. */
  keep(relay: RelayCaller, leaving: boolean): Promise<void>;
}

/** Of one organisation's writer; what it has written it remembers, and reads again after a restart. */
export function openContactKeeper(store: Pick<TenantStore, "contacts" | "keepContact">, clock: Clock): ContactKeeper {
  const written = new Map<string, ContactRow>();
  return {
    async keep(caller, leaving) {
      const { zone, relay } = caller;
      const known =
        written.get(nameOf(caller)) ?? (await store.contacts(zone)).find((row) => row.relay === relay) ?? null;
      const now = clock();
      const age = known === null ? Number.POSITIVE_INFINITY : now - Date.parse(known.seenAt);
      const isBack = known === null || known.leftAt !== null || age > SILENCE;
      if (known !== null && !isBack && !leaving && age < COALESCED) {
        written.set(nameOf(caller), known);
        return;
      }
      const seenAt = isoOf(now);
      const connectedAt = isBack && !leaving ? seenAt : (known?.connectedAt ?? seenAt);
      const row: ContactRow = { zone, relay, connectedAt, seenAt, leftAt: leaving ? seenAt : null };
      await store.keepContact(row);
      written.set(nameOf(caller), row);
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
