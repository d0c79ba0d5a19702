// The use case "report": a relay's numbered events and its proof of delivery. Events are taken once, however often they are sent.
import type {
  LivesAnswer,
  RefusedJoin,
  RelayEvent,
  ReportedRevision,
  ReportRequest,
  ReportResponse,
} from "#api/zone.ts";
import type { Clock } from "#model/clock.ts";
import { Fault } from "#model/fault.ts";
import { ProofRepeated } from "#store/conflict.ts";
import type { DeliveryRow, RevisionDeliveryRow } from "#store/store.ts";
import { toBase32 } from "#trust/bytes.ts";
import type { ContactKeeper } from "./contact.ts";
import type { ProofUse, RelayCaller } from "./control.ts";
import { compareLives } from "./lives.ts";
import type { RefusalBook } from "./refusal.ts";
import { planEvent } from "./report-event.ts";
import type { TenantState } from "./state.ts";
import { hasMoved, onNewest, type Tenant } from "./tenant.ts";
import { actorOf, draftZone, lastEventOf, stepOf } from "./zone-draft.ts";
import { noteRefusals } from "./zone-status.ts";
import { takeReach } from "./zones.ts";

const OK = 200;
/** Names of laggards that are kept a row. */
const LAGGARDS = 20;

/** Proofs of calls that store nothing but a delivery row. */
export interface ProofMemory {
  /** Throws ProofRepeated when the proof was used before. */
  use(proof: ProofUse): void;
}

/**
 * Remembers proofs until they expire. A delivery row is the same however often it is written, and one row for the proof of
 * each would double what a thousand ACKs cost; so these proofs are kept in memory, where they keep an old count from
 * coming back, and a restart forgets no more than that.
 */
export function openProofMemory(clock: Clock): ProofMemory {
  const used = new Map<string, number>();
  return {
    use({ id, expiresAt }) {
      const now = clock();
      for (const [old, until] of used) {
        if (until >= now) break;
        used.delete(old);
      }
      if (used.has(id)) throw new ProofRepeated(OK);
      used.set(id, expiresAt);
    },
  };
}

/** With what a report is taken. */
export interface Taking {
  readonly proof: ProofUse;
  readonly refusals: RefusalBook;
  readonly contacts: ContactKeeper;
}

/** Throws ProofRepeated when the proof was used before; Fault `malformed` for numbers that don't rise. */
export async function takeReport(
  tenant: Tenant,
  proofs: ProofMemory,
  relay: RelayCaller,
  { proof, refusals, contacts }: Taking,
  { events, delivery, revisions, loads, reach, presence, lives }: ReportRequest,
): Promise<ReportResponse> {
  refuseDisorder(events);
  if (events.length === 0) proofs.use(proof);
  await contacts.keep(relay, presence === "leaving");
  if (
    presence !== undefined &&
    events.length === 0 &&
    [delivery, revisions, loads, reach, lives].every((part) => part === undefined)
  )
    return signOfLife(tenant, relay);
  const taken = await onNewest(tenant, (state) => takeEvents(tenant, state, relay, proof, events));
  const response = lives === undefined ? taken : { ...taken, lives: await differingLives(tenant, relay, lives) };
  if (reach !== undefined) await takeReach(tenant, relay, reach);
  if (delivery !== undefined || revisions !== undefined) {
    const at = new Date(tenant.deps.clock()).toISOString();
    await tenant.store.record({
      ...(delivery && { delivery: deliveryRow(at, relay, delivery) }),
      revisions: (revisions ?? []).map((one) => revisionRow(at, relay, one, refusals)),
    });
  }
  if (delivery !== undefined) await refusals.take(relay, delivery.laggards);
  return response;
}

/** Two rows by their keys: an idle zone must not have everything of its organisation read. */
async function signOfLife({ store }: Tenant, { zone, relay }: RelayCaller): Promise<ReportResponse> {
  const [head, { epoch, sequence }] = await Promise.all([store.zoneHead(zone, relay), store.heads()]);
  return { lastEvent: head?.lastEvent ?? 0, epoch, sequence };
}

async function differingLives(tenant: Tenant, relay: RelayCaller, lives: readonly string[]): Promise<LivesAnswer> {
  if (await hasMoved(tenant, await tenant.state())) await tenant.reload();
  return compareLives(await tenant.state(), relay, lives);
}

async function takeEvents(
  tenant: Tenant,
  state: TenantState,
  relay: RelayCaller,
  proof: ProofUse,
  events: readonly RelayEvent[],
): Promise<ReportResponse> {
  const draft = draftZone(state, relay);
  const last = lastEventOf(draft);
  const fresh = events.filter(({ number }) => number > last);
  const number = fresh.at(-1)?.number ?? last;
  const { epoch, sequence } = state.heads;
  if (events.length === 0) return { lastEvent: last, epoch, sequence };
  const used = { ...proof, status: OK };
  if (fresh.length === 0) {
    await tenant.store.record({ proof: used });
    return { lastEvent: last, epoch, sequence };
  }
  for (const event of fresh) await planEvent(tenant, draft, event);
  const done = await tenant.commit({
    // Not the proof's id: a repeat must meet the used proof, and not find the first commit as its own lost answer.
    writeId: toBase32(tenant.deps.chance(15)),
    kind: "step",
    actor: actorOf(relay),
    reason: "report",
    ...stepOf(draft),
    certificates: draft.certificates,
    claims: draft.claims,
    proof: used,
    readSequence: state.heads.sequence,
    events: [{ zone: relay.zone, relay: relay.relay, number }],
  });
  const byRelay = fresh.flatMap((event) => (event.kind === "refused" ? [event] : []));
  await noteRefusals(tenant, relay, [...byRelay, ...draft.refused]);
  return {
    lastEvent: number,
    epoch: done.epoch,
    sequence: done.sequence,
    ...refusedIn(draft.refused),
  };
}

function refusedIn(refused: readonly RefusedJoin[]): Pick<ReportResponse, "refused"> {
  if (refused.length === 0) return {};
  return { refused: refused.map(({ registration, reason }) => ({ registration, reason })) };
}

function refuseDisorder(events: readonly RelayEvent[]): void {
  const at = events.findIndex(({ number }, index) => number <= (events[index - 1]?.number ?? 0));
  if (at < 0) return;
  throw new Fault("malformed", "The events' numbers must rise from 1", {
    violations: [{ field: `events[${at}].number`, reason: "must be greater than the one before it" }],
  });
}

function revisionRow(
  at: string,
  caller: RelayCaller,
  { laggards, ...told }: ReportedRevision,
  refusals: RefusalBook,
): RevisionDeliveryRow {
  const { zone, relay } = caller;
  const answeredAt = told.answeredAt ?? null;
  return { ...told, zone, relay, answeredAt, laggards: refusals.traced(caller, laggards), at };
}

function deliveryRow(
  at: string,
  { zone, relay }: RelayCaller,
  delivery: NonNullable<ReportRequest["delivery"]>,
): DeliveryRow {
  const { epoch, sequence, acked, nacked, pending, laggards } = delivery;
  const told = laggards.slice(0, LAGGARDS).map(({ refused: _, ...laggard }) => laggard);
  return { zone, relay, epoch, sequence, acked, nacked, pending, laggards: told, at };
}
