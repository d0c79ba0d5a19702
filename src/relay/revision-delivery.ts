// Delivery of revisions: since when this relay has each, which streams have taken it, how fast, and which refuse it.
import type { ReportedLaggard, ReportedRevision, RevisionLaggard } from "#api/zone.ts";
import { isLater, type Position } from "#model/position.ts";
import { openSpread, type Spreading } from "#model/spread.ts";
import { laggardOf, MOST_LAGGARDS } from "./laggard.ts";
import type { StreamDelivery } from "./zone.ts";

/** Older ones that some stream still lacks are told of no more: whoever takes a later one has them. */
const MOST_OPEN = 8;

/** A snapshot that this relay has begun to serve. */
export interface Receipt extends Position {
  readonly revision: number;
  /** When its bytes were here; monotonic milliseconds. */
  readonly at: number;
  /** The control plane's time of the answer; null where the snapshot was loaded from disk, or the answer did not say. */
  readonly answeredAt: number | null;
}

export interface RevisionBoard {
  fetched(receipt: Receipt): void;
  /** Told before `streams` has it; null = the stream has ended. */
  set(stream: object, delivery: StreamDelivery | null): void;
  /** What has changed since it was told last; `absent` names the registered proxies without a stream. */
  news(absent: readonly ReportedLaggard[]): readonly ReportedRevision[];
}

/** What is known of a stream that lacks a revision: it was there at the receipt, was sent something, or came later. */
type Lack = "here" | "pushed" | "late";

interface Open extends Receipt {
  readonly lacking: Map<object, Lack>;
  readonly pushed: Spreading;
  readonly taken: Spreading;
  untouched: number;
  /** Who began to refuse under it, and took a later one. */
  readonly refused: ReportedLaggard[];
  told: string;
  /** All had it when it was told, but so many proxies without a stream; what joins later is of no interest. Null = some lacked it. */
  absent: number | null;
}

interface Refusal {
  readonly revision: number;
  laggard: ReportedLaggard;
}

/** `now`: monotonic milliseconds. Costs one entry a stream and revision until the stream has taken it. */
export function createRevisionBoard(now: () => number, streams: ReadonlyMap<object, StreamDelivery>): RevisionBoard {
  const refusals = new Map<object, Refusal>();
  let open: Open[] = [];

  function fetched({ epoch, sequence, revision, at, answeredAt }: Receipt): void {
    const newest = open.at(-1);
    if (newest !== undefined && !isNewRevision({ epoch, revision }, newest)) return;
    const lacking = new Map<object, Lack>();
    for (const stream of streams.keys()) lacking.set(stream, answeredAt === null ? "late" : "here");
    open.push({
      ...{ epoch, sequence, revision, at, answeredAt, lacking, pushed: openSpread(), taken: openSpread() },
      ...{ untouched: 0, refused: [], told: "", absent: null },
    });
    open = open.slice(-MOST_OPEN);
  }

  function progress(one: Open, stream: object, state: StreamDelivery["state"]): void {
    const lack = one.lacking.get(stream);
    if (lack === "here" && state === "pending") {
      one.lacking.set(stream, "pushed");
      one.pushed.add(now() - one.at);
    }
    if (state !== "acked" || !one.lacking.delete(stream)) return;
    if (lack === "here") one.untouched += 1;
    else if (lack === "pushed") one.taken.add(now() - one.at);
  }

  /** A refusal stands on the revision that was served when it began, also when a later one has mended it. */
  function noteRefusal(stream: object, delivery: StreamDelivery): void {
    const refusal = refusals.get(stream);
    const served = open.findLastIndex((one) => !isLater(one, delivery));
    if (delivery.state === "nacked") {
      const laggard = laggardOf(delivery);
      if (refusal === undefined) refusals.set(stream, { revision: open[served]?.revision ?? 0, laggard });
      else refusal.laggard = laggard;
    } else if (refusal !== undefined) {
      refusals.delete(stream);
      const began = open.findIndex(({ revision }) => revision === refusal.revision);
      if (began !== -1 && began < served) open[began]!.refused.push(refusal.laggard);
    }
  }

  function news(absent: readonly ReportedLaggard[]): readonly ReportedRevision[] {
    const found: ReportedRevision[] = [];
    for (const one of open) {
      const all = one.lacking.size === 0;
      if (all && one.absent === absent.length) continue;
      const report = reportOf(one, { streams, refusals, absent });
      const text = JSON.stringify(report);
      if (text === one.told) continue;
      Object.assign(one, { told: text, absent: all ? absent.length : null });
      found.push(report);
    }
    open = open.filter((one, index) => one.lacking.size > 0 || index === open.length - 1);
    return found;
  }

  return {
    fetched,
    set(stream, delivery) {
      if (delivery === null) {
        refusals.delete(stream);
        for (const { lacking } of open) lacking.delete(stream);
        return;
      }
      noteRefusal(stream, delivery);
      const isNew = !streams.has(stream);
      for (const [index, one] of open.entries()) {
        // What it refuses later on belongs to the newest.
        const refuses = delivery.state === "nacked" && index === open.length - 1;
        if ((isNew || refuses) && !one.lacking.has(stream)) one.lacking.set(stream, "late");
        if (!isLater(one, delivery)) progress(one, stream, delivery.state);
      }
    },
    news,
  };
}

function isNewRevision(next: Pick<Receipt, "epoch" | "revision">, { epoch, revision }: Receipt): boolean {
  return next.epoch > epoch || (next.epoch === epoch && next.revision > revision);
}

interface Known {
  readonly streams: ReadonlyMap<object, StreamDelivery>;
  readonly refusals: ReadonlyMap<object, Refusal>;
  readonly absent: readonly ReportedLaggard[];
}

function reportOf(one: Open, { streams, refusals, absent }: Known): ReportedRevision {
  const { epoch, revision, sequence, answeredAt, lacking, pushed, taken, untouched, refused } = one;
  const nacked: RevisionLaggard[] = refused.map((laggard) => ({ ...laggard, state: "nacked", since: revision }));
  const pending: RevisionLaggard[] = [];
  let refusing = refused.length;
  for (const [stream, lack] of lacking) {
    const delivery = streams.get(stream);
    if (delivery === undefined) continue;
    // One that refuses an older snapshot has not been sent this one yet.
    if (delivery.state === "nacked" && !isLater(one, delivery)) {
      refusing += 1;
      const since = refusals.get(stream)?.revision ?? 0;
      if (nacked.length < MOST_LAGGARDS) nacked.push({ ...laggardOf(delivery), state: "nacked", since });
    } else if (pending.length < MOST_LAGGARDS)
      pending.push({ ...laggardOf(delivery), state: lack === "here" ? "fetched" : "pushed" });
  }
  const away = absent.slice(0, MOST_LAGGARDS).map((laggard) => ({ ...laggard, state: "absent" as const }));
  return {
    ...{ epoch, revision, sequence },
    ...(answeredAt !== null && { answeredAt }),
    acked: Math.max(0, streams.size - lacking.size - refused.length),
    nacked: refusing,
    pending: lacking.size + refused.length - refusing,
    absent: absent.length,
    untouched,
    pushed: pushed.spread(),
    taken: taken.spread(),
    laggards: [...nacked, ...pending, ...away].slice(0, MOST_LAGGARDS),
  };
}
