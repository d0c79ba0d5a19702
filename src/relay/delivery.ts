// Delivery: how far all proxies are with what is served now, as one count and the names of the laggards.
import type { ReportedLaggard, ReportedRevision, ReportRequest } from "#api/zone.ts";
import { isLater, type Position } from "#model/position.ts";
import { absentees, laggardOf, MOST_LAGGARDS } from "./laggard.ts";
import { createRevisionBoard, type Receipt } from "./revision-delivery.ts";
import { type ProxyKey, proxyText, type StreamDelivery } from "./zone.ts";

type Delivery = NonNullable<ReportRequest["delivery"]>;

/** Counts wait so long for more ACKs of the same change; milliseconds. */
const SETTLE = 250;
/** A change that some Envoy never acknowledges is told all the same; milliseconds. */
const LATEST = 2000;
const NOBODY: Streamless = { proxies: [], position: null };

export interface DeliveryBoard {
  /** A snapshot is about to be served. */
  fetched(receipt: Receipt): void;
  set(stream: object, delivery: StreamDelivery | null): void;
  /** Lives may have come or gone. */
  look(): void;
  close(): void;
}

/** Proxies that are registered here and have no stream, and what they would be served; null = there is nothing yet. */
export interface Streamless {
  readonly proxies: readonly ProxyKey[];
  readonly position: Position | null;
}

/**
 * Sums up streams and calls `report`: at once on a refusal and when the last one has acknowledged, else a little later;
 * with null where only revisions have changed.
 */
export function createDeliveryBoard(
  report: (delivery: Delivery | null, revisions: readonly ReportedRevision[]) => void,
  streamless: () => Streamless = () => NOBODY,
): DeliveryBoard {
  const streams = new Map<object, StreamDelivery>();
  const revisions = createRevisionBoard(() => performance.now(), streams);
  let timer: NodeJS.Timeout | undefined;
  let since = 0;
  let last = "";

  function tell(): void {
    clearTimeout(timer);
    timer = undefined;
    const without = streamless();
    const absent = absentees(without.proxies);
    const summary = summarise([...streams.values()], without, absent);
    const text = JSON.stringify(summary);
    const isNews = summary !== null && text !== last;
    const news = revisions.news(absent);
    if (isNews) last = text;
    if (isNews || news.length > 0) report(isNews ? summary : null, news);
  }

  function later(): void {
    const now = performance.now();
    if (timer === undefined) since = now;
    clearTimeout(timer);
    timer = setTimeout(tell, Math.max(0, Math.min(SETTLE, since + LATEST - now)));
    timer.unref();
  }

  return {
    fetched(receipt) {
      revisions.fetched(receipt);
      later();
    },
    set(stream, delivery) {
      revisions.set(stream, delivery);
      if (delivery === null) streams.delete(stream);
      else streams.set(stream, delivery);
      if (delivery?.state === "nacked") tell();
      else later();
    },
    look: later,
    close: () => clearTimeout(timer),
  };
}

/**
 * Of the newest (epoch, sequence) among the streams; streams that are at an older one are pending, and so are proxies without
 * a stream, `absent` by name: their Envoys, if they run, go by what they had. Null without either.
 */
export function summarise(
  streams: readonly StreamDelivery[],
  { proxies, position }: Streamless = NOBODY,
  absent: readonly ReportedLaggard[] = absentees(proxies),
): Delivery | null {
  const newest = streams.reduce<Position | null>(
    (best, one) => (best === null || isLater(one, best) ? one : best),
    proxies.length === 0 ? null : position,
  );
  if (newest === null) return null;
  const { epoch, sequence } = newest;
  const stateOf = (one: StreamDelivery): StreamDelivery["state"] =>
    one.state === "acked" && (one.epoch !== epoch || one.sequence !== sequence) ? "pending" : one.state;
  const count = (state: StreamDelivery["state"]): number => streams.filter((one) => stateOf(one) === state).length;
  const behind = streams.filter((one) => stateOf(one) !== "acked");
  behind.sort(
    (a, b) => Number(b.state === "nacked") - Number(a.state === "nacked") || (proxyText(a) < proxyText(b) ? -1 : 1),
  );
  return {
    ...{ epoch, sequence, acked: count("acked"), nacked: count("nacked") },
    pending: count("pending") + proxies.length,
    laggards: [...behind.map(laggardOf), ...absent].slice(0, MOST_LAGGARDS),
  };
}
