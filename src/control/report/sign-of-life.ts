// A relay's sign of life. Where nobody waits for it, it is taken without the organisation's writer, which may sleep on.
import type { ReportRequest, ReportResponse } from "#api/zone.ts";
import { COALESCED, SILENCE } from "#control/bell/contact.ts";
import type { ProofUse, RelayCaller } from "#control/face/caller.ts";
import { openProofMemory } from "#control/poll/proof-memory.ts";
import type { Clock } from "#model/clock.ts";
import type { Store, TenantStore } from "#store/store.ts";

/** Whether a report says that the relay is there or stops, and nothing else. */
export function isSign({ presence, events, delivery, revisions, loads, calls, reach, lives }: ReportRequest): boolean {
  const parts = [delivery, revisions, loads, calls, reach, lives];
  return presence !== undefined && events.length === 0 && parts.every((part) => part === undefined);
}

/** Two rows by their keys: an idle zone must not have everything of its organisation read. */
export async function answerSign(
  store: Pick<TenantStore, "zoneHead" | "heads">,
  { zone, relay }: RelayCaller,
): Promise<ReportResponse> {
  const [head, { epoch, sequence }] = await Promise.all([store.zoneHead(zone, relay), store.heads()]);
  return { lastEvent: head?.lastEvent ?? 0, epoch, sequence };
}

/**
 * The answer to a sign of life that changes nothing but its time; null where the writer must hear the report: it says more, the
 * relay was away, or hears what is new by another way. Throws ProofRepeated where the proof was used here before.
 */
export type TakeSign = (relay: RelayCaller, proof: ProofUse, request: ReportRequest) => Promise<ReportResponse | null>;

/** For processes that have no writer of their own. The row of its contact is written once a minute at most. */
export function openSigns(store: Pick<Store, "within">, clock: Clock): TakeSign {
  const proofs = openProofMemory(clock);
  return async (caller, proof, request) => {
    if (!isSign(request) || request.presence !== "here") return null;
    const own = store.within(caller.tenant);
    const known = (await own.contacts(caller.zone)).find(({ relay }) => relay === caller.relay);
    const now = clock();
    if (known === undefined || known.leftAt !== null || known.lostAt !== null) return null;
    const age = now - Date.parse(known.seenAt);
    if (age > SILENCE || (request.way ?? known.way) !== known.way) return null;
    proofs.use(proof);
    // Not the row that was read: the writer may have heard a good-bye or a loss since.
    if (age >= COALESCED) await own.keepSeen({ ...known, seenAt: new Date(now).toISOString() });
    return answerSign(own, caller);
  };
}
