// Delivers what is in the outbox: each webhook in a lane of its own, so that a slow receiver holds up nobody else.
import { within } from "#api/within.ts";
import type { Tenant } from "#control/tenant.ts";
import { noticeOf } from "#model/webhook/event.ts";
import type { DueDelivery, WebhookRow } from "#store/face/webhook.ts";
import { signWebhook } from "#trust/webhook-signature.ts";
import { type Answer, PATIENCE, type Receivers } from "./receiver.ts";
import { pauseAfter } from "./schedule.ts";

/** Calls at the same time to one receiver. */
const LANE = 4;
/** Deliveries of one organisation that may wait. */
export const MOST_PENDING = 10_000;
/** How long events can be replayed; milliseconds. */
export const KEPT = 7 * 86_400_000;
const TIDY_EVERY = 3_600_000;

export interface Deliverer {
  /** Begins what is due and can be begun; milliseconds since 1970 when to call again, null = nothing waits. */
  tend(): Promise<number | null>;
  /** Calls are under way. */
  isCalling(): boolean;
  /** Resolves when no call is under way; whether one was. */
  settle(): Promise<boolean>;
  /** Ends the calls that are under way; they are made again later. */
  close(): Promise<void>;
}

/** Of one organisation's writer. `listening` gives the webhooks that are sent to; `again` is called when a call has ended. */
export function openDeliverer(
  { id: organisation, store, vault, deps }: Pick<Tenant, "id" | "store" | "vault" | "deps">,
  receivers: Receivers,
  listening: () => Promise<readonly WebhookRow[]>,
  again: () => void,
): Deliverer {
  /** Those in which calls are under way. */
  const lanes = new Map<string, Map<string, Promise<void>>>();
  const closing = new AbortController();
  let tidied = 0;

  const attempt = async (webhook: WebhookRow, delivery: DueDelivery): Promise<void> => {
    const headers = await headersOf(webhook, delivery, deps.clock());
    const answer = await within(receivers.patience ?? PATIENCE, [closing.signal], (signal) =>
      receivers.call(webhook.url, { headers, body: delivery.payload, signal }),
    );
    if (closing.signal.aborted) return;
    await note(webhook, delivery, answer);
  };

  const headersOf = async (
    webhook: WebhookRow,
    { event, payload }: DueDelivery,
    now: number,
  ): Promise<Record<string, string>> => {
    const timestamp = Math.floor(now / 1000);
    const older =
      webhook.olderSecret !== null && Date.parse(webhook.olderUntil ?? "") > now ? [webhook.olderSecret] : [];
    const secrets = await Promise.all(
      [webhook.secret, ...older].map((sealed) => vault.openWebhookSecret(webhook.id, sealed)),
    );
    return {
      "content-type": "application/json",
      "user-agent": "Weft-Webhooks/1",
      "webhook-id": event,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": await signWebhook(secrets, { id: event, timestamp, body: payload }),
    };
  };

  const note = async (
    webhook: WebhookRow,
    delivery: DueDelivery,
    { status, problem, retryAfter }: Answer,
  ): Promise<void> => {
    const now = deps.clock();
    const attempts = delivery.attempts + 1;
    const pause = problem === null ? null : pauseAfter(attempts, (deps.chance(1)[0] ?? 0) / 255, retryAfter);
    // It says that it is gone for good (RFC 9110 §15.5.11), which Standard Webhooks takes for an unsubscription.
    const isGone = status === 410;
    const state = problem === null ? "delivered" : pause === null || isGone ? "dead" : "pending";
    const triedAt = new Date(now).toISOString();
    const { event, type } = delivery;
    const outcome = {
      webhook: webhook.id,
      event,
      state,
      attempts,
      due: now + (pause ?? 0),
      triedAt,
      status,
      problem,
    } as const;
    const dead = { webhook: webhook.id, url: webhook.url, event, type, attempts, problem };
    const notices =
      state === "dead"
        ? [{ ...noticeOf(`msg_d${webhook.id}${event}`, "webhook.dead", triedAt, dead), except: webhook.id }]
        : [];
    const off = isGone ? { at: triedAt, why: "its receiver answered 410 Gone" } : undefined;
    await store.webhooks.note(outcome, notices, off);
    if (state === "dead") deps.log("warn", "a webhook's event is given up", { tenant: organisation, ...dead });
  };

  const begin = (webhook: WebhookRow, lane: Map<string, Promise<void>>, delivery: DueDelivery): void => {
    const work = attempt(webhook, delivery)
      .catch((error: unknown) => {
        deps.log("warn", "a webhook's delivery was not written down", {
          tenant: organisation,
          webhook: webhook.id,
          error,
        });
        // What cannot be written down would be sent again at once.
        return new Promise<void>((resolve) => void setTimeout(resolve, closing.signal.aborted ? 0 : 1000));
      })
      .finally(() => {
        lane.delete(delivery.event);
        if (lane.size === 0) lanes.delete(webhook.id);
        if (!closing.signal.aborted) again();
      });
    lane.set(delivery.event, work);
    lanes.set(webhook.id, lane);
  };

  const tidy = async (now: number): Promise<void> => {
    if (now - tidied < TIDY_EVERY) return;
    tidied = now;
    const before = new Date(now - KEPT).toISOString();
    const why = `more than ${MOST_PENDING} deliveries of the organisation waited`;
    const dropped = await store.webhooks.tidy({ before, most: MOST_PENDING, why });
    if (dropped > 0) deps.log("warn", "webhook deliveries were dropped", { tenant: organisation, dropped });
  };

  const settle = async (): Promise<boolean> => {
    const all = callsOf(lanes);
    await Promise.all(all);
    return all.length > 0;
  };

  return {
    async tend() {
      const webhooks = await listening();
      if (webhooks.length === 0) return null;
      const now = deps.clock();
      await tidy(now);
      for (const webhook of webhooks) {
        const lane = lanes.get(webhook.id) ?? new Map<string, Promise<void>>();
        const due = await store.webhooks.due({ id: webhook.id, now, size: LANE + lane.size });
        const free = due.filter(({ event }) => !lane.has(event)).slice(0, LANE - lane.size);
        for (const delivery of free) begin(webhook, lane, delivery);
      }
      // Where a call is under way, its end asks again.
      return store.webhooks.next([...lanes].flatMap(([id, lane]) => (lane.size > 0 ? [id] : [])));
    },
    isCalling: () => lanes.size > 0,
    settle,
    async close() {
      closing.abort();
      while (await settle());
    },
  };
}

function callsOf(lanes: ReadonlyMap<string, ReadonlyMap<string, Promise<void>>>): readonly Promise<void>[] {
  return [...lanes.values()].flatMap((lane) => [...lane.values()]);
}
