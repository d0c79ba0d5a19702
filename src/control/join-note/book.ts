// Notes of joins as one process makes them: what comes fast is counted and written seldom, so that a flood costs next to nothing.

import type { Log } from "#control/deps.ts";
import type { Clock } from "#model/clock.ts";
import { keepNewest } from "#model/keep-newest.ts";
import type { TenantStore } from "#store/store.ts";
import { CALL_CODES, type CallCode, FIRST_REQUEST, type JoinCode } from "./code.ts";

/** Notes that a tenant keeps. */
export const MOST_NOTES = 100;
/** The same is written again no earlier; milliseconds. */
const PAUSES = { again: 10_000, once: Number.POSITIVE_INFINITY } as const;
/** What is remembered of all tenants. */
const REMEMBERED = 5000;

export interface JoinNote {
  /** Empty = it is not known. */
  readonly zone: string;
  /** Id of the token, or of the relay; of a call `[mesh, proxy, destination]` as JSON; empty = it is not known. */
  readonly subject: string;
  readonly code: JoinCode | typeof FIRST_REQUEST | CallCode;
}

export interface JoinBook {
  /** Throws where what is told only once could not be written, so that it is told again. A refusal's note is not worth a call. */
  note(store: Pick<TenantStore, "tenant" | "noteJoin">, note: JoinNote): Promise<void>;
}

/** The book of one process. */
export function openJoinBook({ clock, log }: { readonly clock: Clock; readonly log: Log }): JoinBook {
  const seen = new Map<string, { writtenAt: number; unwritten: number }>();
  return {
    async note(store, { zone, subject, code }) {
      const key = JSON.stringify([store.tenant, zone, subject, code]);
      const now = clock();
      const known = seen.get(key) ?? { writtenAt: Number.NEGATIVE_INFINITY, unwritten: 0 };
      known.unwritten += 1;
      keepNewest(seen, key, known, REMEMBERED);
      const isOnce = code === FIRST_REQUEST || code in CALL_CODES;
      if (now - known.writtenAt < PAUSES[isOnce ? "once" : "again"]) return;
      const { unwritten } = known;
      Object.assign(known, { writtenAt: now, unwritten: 0 });
      const at = new Date(now).toISOString();
      try {
        await store.noteJoin({ zone, subject, code, count: unwritten, firstAt: at, lastAt: at }, MOST_NOTES);
      } catch (error) {
        log("warn", "a join was not noted", { tenant: store.tenant, zone, code, error });
        known.unwritten += unwritten;
        if (!isOnce) return;
        seen.delete(key);
        throw error;
      }
    },
  };
}
