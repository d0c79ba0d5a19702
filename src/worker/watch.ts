// What the workers tell of themselves: data points of Analytics Engine, and spans to an OTLP collector.
import { waitUntil } from "cloudflare:workers";
import type { Log } from "#control/deps.ts";
import { postTo, readCollector } from "#control/watch/collector.ts";
import { METRICS } from "#control/watch/metric.ts";
import { openSpanSender } from "#control/watch/otlp.ts";
import type { Watch } from "#control/watch/watch.ts";
import type { FloorEnvironment } from "./environment.ts";
import { clock } from "./platform.ts";

type Places = Pick<
  FloorEnvironment,
  "METRICS" | "OTEL_EXPORTER_OTLP_ENDPOINT" | "OTEL_EXPORTER_OTLP_HEADERS" | "OTEL_SERVICE_NAME"
>;

/** How long spans wait for others, and how long the collector may take; milliseconds. */
const PAUSE = 200;
const PATIENCE = 10_000;

/**
 * A data point has the metric's name as its index, the values of its labels as blobs in the table's order, and one double: by
 * how much a counter rose, or a duration in milliseconds.
 */
export function openWatch(env: Places, log: Log): Watch {
  const collector = readCollector(env);
  const spans =
    collector &&
    openSpanSender({
      service: collector.service,
      clock,
      log,
      send: (body) => fetch(collector.url, { ...postTo(collector, body), signal: AbortSignal.timeout(PATIENCE) }),
      later: (work) => waitUntil(pause().then(work)),
    });
  return {
    note(metric, value, labels = {}) {
      const blobs = METRICS[metric].labels.map((label) => labels[label] ?? "");
      env.METRICS?.writeDataPoint({ indexes: [metric], blobs, doubles: [value] });
    },
    ...(spans && { span: spans.add }),
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE));
}
