// Looks at the organisation for what no single batch tells: zones that fall silent, revisions that arrive, certificates that age.
import { earliest } from "#control/alarm.ts";
import { BETWEEN_POLLS, openContactBook } from "#control/bell/contact.ts";
import type { RelayPresence } from "#control/revision-delivery.ts";
import type { Tenant } from "#control/tenant.ts";
import type { RevisionMoment } from "#store/face/history.ts";
import { certificateSight } from "./certificate-sight.ts";
import { lifetimesOf } from "./lifetimes.ts";
import { cursorOf, rolloutSight } from "./rollout-sight.ts";
import type { Marks, Sight } from "./sight.ts";
import { zoneSight } from "./zone-sight.ts";

/** Revisions that are looked at together; older ones that have not ended by then are told of no more. */
const MOST_REVISIONS = 100;
/** Certificates are looked at no more often; milliseconds. */
const CERTIFICATES_EVERY = 600_000;

export interface Watcher {
  /** Tells what is new; milliseconds since 1970 when time may show more, null = nobody wants to know. */
  tend(): Promise<number | null>;
}

/** Of one organisation's writer. */
export function openWatcher(
  tenant: Pick<Tenant, "id" | "store" | "vault" | "deps" | "state">,
  listening: () => Promise<readonly unknown[]>,
): Watcher {
  const { id, store, vault, deps } = tenant;
  let certificatesDue = 0;
  const presencesNow = async (): Promise<{
    readonly presences: readonly RelayPresence[];
    readonly gone: number | null;
  }> => {
    const [heads, rows] = await Promise.all([store.zoneHeads(), store.contacts()]);
    // Where other processes answer polls, the rows alone tell.
    const book = deps.contacts ?? openContactBook(deps.clock, false);
    const all = heads
      .filter(({ revoked }) => !revoked)
      .map(({ zone, relay, enrolledAt }) => {
        const row = rows.find((one) => one.zone === zone && one.relay === relay);
        const { online, lastContact, silentAt } = book.standing({ tenant: id, zone, relay }, enrolledAt, row);
        return { presence: { zone, relay, online, lastContact: online ? null : lastContact }, silentAt };
      });
    const now = deps.clock();
    // One that is back by polls alone is heard of, and no row tells it.
    const back = deps.contacts === undefined ? null : now + BETWEEN_POLLS;
    const changes = all.map(({ presence, silentAt }) => (presence.online ? Math.max(silentAt, now + 1000) : back));
    return {
      presences: all.map(({ presence }) => presence),
      gone: earliest(changes),
    };
  };

  const rollout = async (marks: Marks, presences: readonly RelayPresence[], now: number): Promise<Sight> => {
    const heads = await store.heads();
    const cursor = cursorOf(marks, heads);
    const from = Math.max((cursor ?? heads.revision) + 1, heads.revision - MOST_REVISIONS + 1);
    const moments: readonly RevisionMoment[] =
      from > heads.revision ? [] : await store.revisionMoments({ from, to: heads.revision });
    const oldest = { epoch: heads.epoch, revision: Math.min(from, heads.revision) };
    const rows = await store.revisionDeliveries(oldest);
    const inOrder = [...moments].sort((a, b) => a.revision - b.revision);
    return rolloutSight({ heads, moments: inOrder, rows, presences }, marks, now);
  };

  const certificates = async (marks: Marks, now: number): Promise<Sight> => {
    const sight = certificateSight(await lifetimesOf(await tenant.state(), store, vault, now), marks, now);
    certificatesDue = Math.min(sight.due ?? Number.POSITIVE_INFINITY, now + CERTIFICATES_EVERY);
    return sight;
  };

  return {
    async tend() {
      if ((await listening()).length === 0) return null;
      const now = deps.clock();
      const marks = await store.webhooks.marks();
      const { presences, gone } = await presencesNow();
      const sights = [zoneSight(presences, marks, now, gone), await rollout(marks, presences, now)];
      if (now >= certificatesDue) sights.push(await certificates(marks, now));
      await store.webhooks.tell(
        sights.flatMap(({ notices }) => notices),
        sights.flatMap((sight) => sight.marks),
      );
      return Math.min(gone ?? Number.POSITIVE_INFINITY, Math.max(certificatesDue, now + 1000));
    },
  };
}
