// Doubt: a life whose join the control plane has counted, and that no snapshot shows. The answer to it was lost, so it is asked for again.
import type { CertificatesRequest, CertificatesResponse, RefusedJoin } from "#api/zone.ts";
import { MOST_JOINS } from "#api/zone-shape.ts";
import type { EventLog } from "./event-log.ts";
import { joinOf } from "./readiness.ts";
import type { Registration } from "./registrar.ts";

export interface DoubtOptions {
  readonly events: Pick<EventLog, "after">;
  /** Whether a snapshot shows it, or the control plane has said yes. */
  readonly isTaken: (registration: Registration) => boolean;
  /** Whether an answer is still to come. */
  readonly awaits: (registration: string) => boolean;
  readonly ask: (request: CertificatesRequest) => Promise<CertificatesResponse>;
  readonly onTaken: (registration: Registration) => void;
  readonly onRefused: (join: RefusedJoin) => void;
}

/** Asks about every life that is in doubt. Throws what `ask` throws. */
export async function settleDoubts(registrations: readonly Registration[], options: DoubtOptions): Promise<void> {
  const { events, isTaken, awaits, ask, onTaken, onRefused } = options;
  const untold = new Set(events.after(0).flatMap((one) => (one.kind === "joined" ? [one.join.registration] : [])));
  const doubtful = registrations.filter((one) => !isTaken(one) && !untold.has(one.id) && !awaits(one.id));
  for (let at = 0; at < doubtful.length; at += MOST_JOINS) {
    const batch = doubtful.slice(at, at + MOST_JOINS);
    const { answers } = await ask({ joins: batch.map(joinOf) });
    for (const registration of batch) {
      const answer = answers.find((one) => one.registration === registration.id);
      if (answer === undefined) continue;
      if ("refused" in answer) onRefused({ registration: registration.id, reason: answer.refused });
      else onTaken(registration);
    }
  }
}
