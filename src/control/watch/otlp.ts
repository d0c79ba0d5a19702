// Traces by OTLP over HTTP in its JSON form (opentelemetry-proto 1.x, trace service), sent in batches and never waited for.
import type { Log } from "#control/deps.ts";
import type { Clock } from "#model/clock.ts";
import type { Span } from "./span.ts";

export interface SpanSender {
  add(span: Span): void;
  /** Sends what waits. Never throws. */
  flush(): Promise<void>;
}

export interface SpanSending {
  /** `service.name` of the resource. */
  readonly service: string;
  /** Posts a body of JSON to the collector's `/v1/traces`; an error, or a status above 299, is logged. */
  readonly send: (body: string) => Promise<{ readonly status: number }>;
  /**
   * Has `work` done a little later, once; a process sets a timer, a worker asks the platform to wait for it. Where the call that
   * asked is cut meanwhile, it is not done.
   */
  readonly later: (work: () => Promise<void>) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Spans of one body, and spans that wait at most: a collector that is away costs no memory. */
const BATCH = 512;
const MOST = 4096;
/** Work that has not begun by then was cut with the call that asked for it; milliseconds. */
const CUT = 10_000;

/** Keeps spans and sends them. Beyond 4,096 that wait the newest are lost, and the log says how many. */
export function openSpanSender({ service, send, later, clock, log }: SpanSending): SpanSender {
  const waiting: Span[] = [];
  let lost = 0;
  /** When the next sending was asked for. */
  let askedAt = Number.NEGATIVE_INFINITY;
  const flush = async (): Promise<void> => {
    askedAt = Number.NEGATIVE_INFINITY;
    // Taken as they are sent: where the call is cut, the rest is still there for the next.
    for (let left = waiting.length; left > 0 && waiting.length > 0; left -= BATCH) {
      const batch = waiting.splice(0, Math.min(BATCH, left));
      try {
        const { status } = await send(tracesBody(service, batch));
        if (status > 299) log("warn", "the collector did not take spans", { status, spans: batch.length });
      } catch (error) {
        log("warn", "the collector was not reached", { spans: batch.length, error });
      }
    }
    if (lost > 0) log("warn", "spans were lost", { spans: lost });
    lost = 0;
  };
  return {
    add(span) {
      if (waiting.length >= MOST) lost += 1;
      else waiting.push(span);
      const now = clock();
      if (now - askedAt < CUT) return;
      askedAt = now;
      later(flush);
    },
    flush,
  };
}

/** SPAN_KIND_INTERNAL and SPAN_KIND_SERVER; STATUS_CODE_ERROR. */
const KIND = { internal: 1, server: 2 } as const;
const ERROR = 2;

/** ExportTraceServiceRequest. */
export function tracesBody(service: string, spans: readonly Span[]): string {
  const resource = { attributes: attributesOf({ "service.name": service }) };
  return JSON.stringify({
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "weft" }, spans: spans.map(spanBody) }] }],
  });
}

function spanBody({ trace, id, parent, name, kind, start, end, attributes, links = [], fault }: Span): object {
  return {
    ...{ traceId: trace, spanId: id, ...(parent !== null && { parentSpanId: parent }), name, kind: KIND[kind] },
    ...{
      startTimeUnixNano: nanoseconds(start),
      endTimeUnixNano: nanoseconds(end),
      attributes: attributesOf(attributes),
    },
    ...(links.length > 0 && { links: links.map((link) => ({ traceId: link.trace, spanId: link.id })) }),
    ...(fault !== undefined && { status: { code: ERROR, message: fault } }),
  };
}

/** 64 bits are texts in protobuf's JSON. */
function nanoseconds(milliseconds: number): string {
  return `${BigInt(Math.round(milliseconds * 1000)) * 1000n}`;
}

function attributesOf(all: Span["attributes"]): readonly object[] {
  return Object.entries(all).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(Math.round(value)) } : { stringValue: value },
  }));
}
