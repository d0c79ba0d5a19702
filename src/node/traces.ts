// Where spans go on Node: an OTLP collector, by OpenTelemetry's own environment variables.
import { variable } from "#api/environment.ts";
import type { Log } from "#control/deps.ts";
import { type Collector, postTo, readCollector } from "#control/watch/collector.ts";
import { openSpanSender, type SpanSender } from "#control/watch/otlp.ts";

/** How long spans wait for others, and how long the collector may take; milliseconds. */
const PAUSE = 1000;
const PATIENCE = 10_000;

/** Reads OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS and OTEL_SERVICE_NAME. Undefined without an endpoint; Error that names the variable. */
export function readTraceSettings(env: Readonly<Record<string, string | undefined>>): Collector | undefined {
  return readCollector({
    OTEL_EXPORTER_OTLP_ENDPOINT: variable(env, "OTEL_EXPORTER_OTLP_ENDPOINT"),
    OTEL_EXPORTER_OTLP_HEADERS: variable(env, "OTEL_EXPORTER_OTLP_HEADERS"),
    OTEL_SERVICE_NAME: variable(env, "OTEL_SERVICE_NAME"),
  });
}

/** Spans are sent a second after the first of them. */
export function openTraces(collector: Collector, log: Log): SpanSender {
  return openSpanSender({
    service: collector.service,
    clock: Date.now,
    log,
    send: (body) => fetch(collector.url, { ...postTo(collector, body), signal: AbortSignal.timeout(PATIENCE) }),
    later: (work) => void setTimeout(work, PAUSE).unref(),
  });
}
