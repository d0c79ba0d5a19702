// A relay's events as they are taken, by whichever call they come: their order, and what is told of those that are refused.
import type { RefusedJoin, RelayEvent } from "#api/zone.ts";
import type { Tenant } from "#control/tenant.ts";
import type { ZoneDraft } from "#control/zone/draft.ts";
import { noteRefusals } from "#control/zone/status.ts";
import { Fault } from "#model/fault.ts";

/** Fault `malformed` where the numbers do not rise. */
export function refuseDisorder(events: readonly RelayEvent[]): void {
  const at = events.findIndex(({ number }, index) => number <= (events[index - 1]?.number ?? 0));
  if (at < 0) return;
  throw new Fault("malformed", "The events' numbers must rise from 1", {
    violations: [{ field: `events[${at}].number`, reason: "must be greater than the one before it" }],
  });
}

/** The highest number up to which none is missing above `last`. */
export function reachedNumber(last: number, numbers: readonly number[]): number {
  let reached = last;
  for (const number of numbers.toSorted((a, b) => a - b)) if (number === reached + 1) reached = number;
  return reached;
}

/** Joins that the control plane does not take, as an answer tells them. */
export function refusedIn({ refused }: ZoneDraft): { readonly refused?: readonly RefusedJoin[] } {
  if (refused.length === 0) return {};
  return { refused: refused.map(({ registration, reason }) => ({ registration, reason })) };
}

/** Tells the zone's status of what the relay has refused, and of what is refused to it. Never throws. */
export async function noteRefused(tenant: Tenant, draft: ZoneDraft, events: readonly RelayEvent[]): Promise<void> {
  const byRelay = events.flatMap((event) => (event.kind === "refused" ? [event] : []));
  await noteRefusals(tenant, draft.relay, [...byRelay, ...draft.refused]);
}
