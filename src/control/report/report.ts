// The use case "report": a relay's numbered events and its proof of delivery. Events are taken once, however often they are sent.
import type { LivesAnswer, RelayEvent, ReportedRevision, ReportRequest, ReportResponse } from "#api/zone.ts";
import type { ContactKeeper } from "#control/bell/contact.ts";
import type { ProofUse, RelayCaller } from "#control/face/caller.ts";
import type { JoinBook } from "#control/join-note/book.ts";
import { type CallCode, FIRST_REQUEST } from "#control/join-note/code.ts";
import type { ProofMemory } from "#control/poll/proof-memory.ts";
import type { RefusalBook } from "#control/refusal.ts";
import type { TenantState } from "#control/state.ts";
import { hasMoved, onNewest, type Tenant } from "#control/tenant.ts";
import { actorOf, draftZone, lastEventOf, stepOf } from "#control/zone/draft.ts";
import { compareLives } from "#control/zone/lives.ts";
import { takeReach } from "#control/zone/zones.ts";
import type { DeliveryRow, RevisionDeliveryRow } from "#store/face/delivery.ts";
import { toBase32 } from "#trust/bytes.ts";
import { planEvent } from "./event.ts";
import { answerSign, isSign } from "./sign-of-life.ts";
import { noteRefused, refuseDisorder, refusedIn } from "./taken-events.ts";

const OK = 200;
/** Names of laggards that are kept a row. */
const LAGGARDS = 20;

/** With what a report is taken. */
export interface Taking {
  readonly proof: ProofUse;
  readonly refusals: RefusalBook;
  readonly contacts: ContactKeeper;
  readonly joins: JoinBook;
}

/** Throws ProofRepeated when the proof was used before; Fault `malformed` for numbers that don't rise. */
export async function takeReport(
  tenant: Tenant,
  proofs: ProofMemory,
  relay: RelayCaller,
  { proof, refusals, contacts, joins }: Taking,
  request: ReportRequest,
): Promise<ReportResponse> {
  const { events, delivery, revisions, loads, calls = [], reach, presence, way, lives } = request;
  refuseDisorder(events);
  if (events.length === 0) proofs.use(proof);
  await contacts.keep(relay, presence === "leaving", way);
  if (hasRequests(loads) || calls.length > 0)
    await joins.note(tenant.store, { zone: relay.zone, subject: relay.relay, code: FIRST_REQUEST });
  for (const { mesh, proxy, way, to } of calls) {
    const code: CallCode = `call-${way}`;
    await joins.note(tenant.store, { zone: relay.zone, subject: JSON.stringify([mesh, proxy, to]), code });
  }
  if (isSign(request)) return answerSign(tenant.store, relay);
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

function hasRequests(loads: ReportRequest["loads"] = []): boolean {
  return loads.some(({ meshes }) =>
    meshes.some(({ destinations }) => destinations.some(({ before, since }) => before.total + since.total > 0)),
  );
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
  await noteRefused(tenant, draft, fresh);
  return {
    lastEvent: number,
    epoch: done.epoch,
    sequence: done.sequence,
    ...refusedIn(draft),
  };
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
