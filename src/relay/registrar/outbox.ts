// The outbox: this relay's events to the control plane, in the order of their numbers, each until it has been taken.
import type {
  CertificatesResponse,
  Join,
  RefusedJoin,
  RelayEvent,
  ReportedCall,
  ReportedLoads,
  ReportedRevision,
  ReportRequest,
} from "#api/zone.ts";
import { MOST_CALLS, MOST_EVENTS, MOST_JOINS, MOST_REVISIONS } from "#api/zone-shape.ts";
import { Fault } from "#model/fault.ts";
import { createOnce, type Log, reasonOf } from "#relay/log.ts";
import { asked, type Backoff, pause } from "#relay/zone/backoff.ts";
import { isUnreachable, type ZoneClient } from "#relay/zone/zone-client.ts";
import { proxyPath } from "#relay/zone.ts";
import type { EventLog } from "./event-log.ts";

export type JoinAnswer = CertificatesResponse["answers"][number] | "unreachable";
type JoinedEvent = Extract<RelayEvent, { kind: "joined" }>;
type Delivery = Pick<ReportRequest, "delivery" | "revisions" | "loads" | "calls">;

export interface OutboxOptions {
  readonly client: Pick<ZoneClient, "certificates" | "report">;
  readonly events: EventLog;
  readonly backoff: Backoff;
  readonly log: Log;
  /** The request of a join's certificate is made when it is sent: its CSR may have to be another by then. */
  readonly csrsOf: (join: Join) => Promise<Pick<Join, "csr" | "csrs">>;
  /** The control plane does not take a join that was made without it. */
  readonly onRefused: (join: RefusedJoin) => void;
}

export interface Outbox {
  /** The control plane's answer to a join that stands in the event log, or that it cannot be had now. */
  answerTo(event: RelayEvent): Promise<JoinAnswer>;
  /** Whether the answer to this registration's join is still to come. */
  awaits(registration: string): boolean;
  /** Something was added to the event log. */
  wake(): void;
  /** The newest delivery (null = as it was), and of each revision its newest state; they replace what has not been sent. */
  deliver(delivery: ReportRequest["delivery"] | null, revisions?: readonly ReportedRevision[]): void;
  /** The newest sums; they replace what has not been sent. */
  tellLoads(loads: readonly ReportedLoads[]): void;
  /** Beside those that have not been sent. */
  tellCalls(calls: readonly ReportedCall[]): void;
  /** The control plane was reached: no need to wait any longer. */
  reached(): void;
  close(): Promise<void>;
}

/**
 * Sends until closed. Joins go to `certificates`, with the events among them; what stands before the next hole without a join
 * that is awaited goes to `report`, joins that waited too long too.
 */
export function startOutbox({ client, events, backoff, log, csrsOf, onRefused }: OutboxOptions): Outbox {
  const closing = new AbortController();
  const waiters = new Map<number, (answer: JoinAnswer) => void>();
  const awaited = new Set<string>();
  const once = createOnce(log);
  const leftOut = createOnce(log);
  let taken: number | null = null;
  /** An event was left out, so that the control plane counts less than what was sent. */
  let hole = false;
  /** Up to this number joins and other events go in calls of their own: together they were not taken. */
  let apartUntil = 0;
  /** Events went without the delivery: whatever else comes, it goes next. */
  let isDeliveryOwed = false;
  let delivery: Delivery | null = null;
  let resume: () => void = () => undefined;
  /** Something came while the last look was under way. */
  let more = false;
  let hurry = new AbortController();

  async function sendOne(): Promise<boolean> {
    if (taken === null) {
      const last = (await client.report({ events: [] }, closing.signal)).lastEvent;
      events.advance(last);
      // A relay whose log was lost has given numbers anew that were taken: whoever waits for one of them would wait for ever.
      for (const number of [...waiters.keys()]) if (number <= last) settle(number, "unreachable");
      taken = last;
    }
    const open = events.after(taken);
    // A number that was sent and is lost in a crash would be given again, to an event that nobody would take then.
    if (open.length > 0) await events.settled();
    const [first] = open;
    if (delivery !== null && (first === undefined || isDeliveryOwed)) {
      await sendDelivery();
      return true;
    }
    if (first === undefined) return false;
    const isBroken = hole || first.number > taken + 1;
    const batch = isBroken || first.number <= apartUntil ? leading(open, isAwaited) : open;
    const mixed = mixedBatch(batch, isAwaited);
    if (isBroken && isAwaited(first)) await bridge(first);
    else if (mixed.some(isAwaited)) await sendMixed(mixed);
    else await sendEvents(leading(open, (event) => !isAwaited(event)).slice(0, MOST_EVENTS));
    return true;
  }

  const isAwaited = (event: RelayEvent): event is JoinedEvent => event.kind === "joined" && waiters.has(event.number);

  /**
   * Numbers were lost with the disk, or left out as refused. A join counts only if it follows without a gap, so the gap is
   * closed by an event that ends nobody: its registration never lived.
   */
  async function bridge({ number, join: { mesh, name } }: JoinedEvent): Promise<void> {
    const nothing: RelayEvent = { kind: "gone", number: number - 1, mesh, name, registration: "none" };
    taken = (await client.report({ events: [nothing] }, closing.signal)).lastEvent;
    hole = false;
  }

  /** Joins that are awaited with the events among them, in one call: a burst of joins would else cost one for each event. */
  async function sendMixed(batch: readonly RelayEvent[]): Promise<void> {
    const joined = batch.filter(isAwaited);
    const others = batch.filter((event) => !isAwaited(event));
    const last = batch.at(-1)?.number ?? taken ?? 0;
    const joins = await Promise.all(
      joined.map(async ({ number, join }) => ({
        ...join,
        event: number,
        age: events.ageOf(number),
        ...(await csrsOf(join)),
      })),
    );
    const request = { joins, ...(others.length > 0 && { events: others.map(aged) }) };
    try {
      const { answers, lastEvent = last, refused = [] } = await client.certificates(request, closing.signal);
      if (answers.length !== joins.length)
        throw new Fault("unavailable", "The control plane did not answer every join");
      taken = lastEvent;
      isDeliveryOwed = true;
      for (const [index, { number }] of joined.entries()) {
        const answer = answers[index];
        if (answer !== undefined) settle(number, answer);
      }
      for (const one of refused) onRefused(one);
    } catch (error) {
      // One of them is refused for good, or an earlier release takes no events with joins: each goes by its own call.
      if (others.length === 0 || isUnreachable(error) || isConflict(error)) throw error;
      apartUntil = last;
    }
  }

  async function sendEvents(some: readonly RelayEvent[], sent = delivery): Promise<void> {
    try {
      const body = { events: some.map(aged), ...sent };
      const answer = await client.report(body, closing.signal);
      taken = answer.lastEvent;
      hole = false;
      if (delivery === sent) delivery = null;
      isDeliveryOwed = false;
      for (const refused of answer.refused ?? []) onRefused(refused);
    } catch (error) {
      if (isUnreachable(error) || isConflict(error)) throw error;
      // What goes with them may be to blame, as an earlier release does not know all of it: it goes alone after them.
      if (sent !== null) {
        await sendEvents(some, null);
        isDeliveryOwed = true;
        return;
      }
      // One event that is refused for good must not hold back all that come after it.
      if (some.length > 1) return sendEvents(some.slice(0, Math.ceil(some.length / 2)), null);
      log("error", "an event was refused by the control plane and is left out", { reason: reasonOf(error) });
      taken = some[0]?.number ?? taken;
      hole = true;
    }
  }

  /** What was kept back says for how long: a dataplane may have gone on to another relay, and a name may be older elsewhere. */
  function aged(event: RelayEvent): RelayEvent {
    if (event.kind === "named") return { ...event, age: events.ageOf(event.number) };
    return event.kind === "joined" ? { ...event, join: { ...event.join, age: events.ageOf(event.number) } } : event;
  }

  async function sendDelivery(): Promise<void> {
    const sent = delivery;
    if (sent === null) return;
    try {
      await client.report({ events: [], ...sent }, closing.signal);
    } catch (error) {
      if (!isRefusedContent(error)) throw error;
      await sendParts(sent);
    }
    if (delivery === sent) delivery = null;
    isDeliveryOwed = false;
  }

  /** Part by part: what is refused even so would be refused again, and is left out. */
  async function sendParts(sent: Delivery): Promise<void> {
    const reasons: string[] = [];
    for (const [name, part] of Object.entries(sent)) {
      try {
        await client.report({ events: [], [name]: part }, closing.signal);
      } catch (error) {
        if (!isRefusedContent(error)) throw error;
        reasons.push(`${name}: ${reasonOf(error)}`);
      }
    }
    if (reasons.length > 0)
      leftOut(
        "warn",
        "what is told beside events was refused by the control plane and is left out",
        reasons.join("; "),
      );
  }

  function settle(number: number, answer: JoinAnswer): void {
    const waiter = waiters.get(number);
    waiters.delete(number);
    waiter?.(answer);
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        more = false;
        if (await sendOne()) {
          backoff.reset();
          once.reset();
        } else
          await new Promise<void>((resolve) => {
            resume = resolve;
            if (more || closing.signal.aborted) resolve();
          });
      } catch (error) {
        if (closing.signal.aborted) return;
        // A repeat after a lost answer: what was taken is asked for anew.
        if (isConflict(error)) taken = null;
        else once(isUnreachable(error) ? "debug" : "warn", "events wait for the control plane", reasonOf(error));
        for (const number of [...waiters.keys()]) settle(number, "unreachable");
        // Who is told when to come again hurries for nobody.
        const early = asked(error) > 0 ? [] : [hurry.signal];
        await pause(backoff.next(error), closing.signal, ...early);
        hurry = new AbortController();
      }
    }
  }

  const wake = (): void => {
    more = true;
    resume();
  };
  const running = run();
  return {
    answerTo: (event) =>
      new Promise((resolve) => {
        if (closing.signal.aborted) return resolve("unreachable");
        const id = event.kind === "joined" ? event.join.registration : "";
        awaited.add(id);
        waiters.set(event.number, (answer) => {
          awaited.delete(id);
          resolve(answer);
        });
        wake();
      }),
    awaits: (registration) => awaited.has(registration),
    wake,
    deliver(next, revisions = []) {
      delivery = joinedDelivery(delivery, next, revisions);
      wake();
    },
    tellLoads(loads) {
      delivery = { ...delivery, loads };
      wake();
    },
    tellCalls(calls) {
      delivery = { ...delivery, calls: [...(delivery?.calls ?? []), ...calls].slice(-MOST_CALLS) };
      wake();
    },
    reached: () => hurry.abort(),
    async close() {
      closing.abort();
      wake();
      for (const number of [...waiters.keys()]) settle(number, "unreachable");
      await running;
    },
  };
}

function joinedDelivery(
  unsent: Delivery | null,
  next: ReportRequest["delivery"] | null,
  revisions: readonly ReportedRevision[],
): Delivery {
  const delivery = next ?? unsent?.delivery;
  const isOther = ({ epoch, revision }: ReportedRevision): boolean =>
    !revisions.some((one) => one.epoch === epoch && one.revision === revision);
  const all = [...(unsent?.revisions ?? []).filter(isOther), ...revisions].slice(-MOST_REVISIONS);
  return { ...unsent, ...(delivery && { delivery }), ...(all.length > 0 && { revisions: all }) };
}

/** It would be refused again, whoever sends it and when. */
function isRefusedContent(error: unknown): boolean {
  return (
    error instanceof Fault && (error.code === "malformed" || error.code === "invalid" || error.code === "too-large")
  );
}

function isConflict(error: unknown): boolean {
  return error instanceof Fault && error.code === "conflict";
}

/**
 * What goes in one call: as far as the numbers follow each other and bounds allow. It names each proxy that is awaited
 * once: a second life of one waits for the next call.
 */
function mixedBatch(
  open: readonly RelayEvent[],
  isAwaited: (event: RelayEvent) => event is JoinedEvent,
): readonly RelayEvent[] {
  const start = open[0]?.number ?? 0;
  const seen = new Set<string>();
  let joins = 0;
  let others = 0;
  return leading(open, (event) => {
    if (event.kind === "joined") joins++;
    else others++;
    if (event.number !== start + joins + others - 1 || joins > MOST_JOINS || others > MOST_EVENTS - MOST_JOINS)
      return false;
    if (!isAwaited(event)) return true;
    const key = proxyPath(event.join);
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

function leading<T, U extends T>(list: readonly T[], test: (item: T) => item is U): readonly U[];
function leading<T>(list: readonly T[], test: (item: T) => boolean): readonly T[];
function leading<T>(list: readonly T[], test: (item: T) => boolean): readonly T[] {
  const end = list.findIndex((item) => !test(item));
  return end === -1 ? list : list.slice(0, end);
}
