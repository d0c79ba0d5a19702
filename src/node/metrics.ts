// The control plane's metrics on Node: prom-client's registry, filled by the table, with what it knows of the process.
import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import { METRICS, type MetricName } from "#control/watch/metric.ts";
import type { Watch } from "#control/watch/watch.ts";

/** Upper bounds of a duration's buckets, in seconds: from a row that is read to a poll that is held. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export interface Metrics {
  readonly note: Watch["note"];
  /** Prometheus' text format 0.0.4. */
  text(): Promise<string>;
  close(): void;
}

/** Counters end in `_total`, durations are histograms in seconds, as Prometheus names them; `process_` and `nodejs_` are the process'. */
export function openMetrics(): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  collectDefaultMetrics({ register: registry });
  const kept = new Map<MetricName, Counter | Histogram>();
  for (const [name, { kind, help, labels }] of Object.entries(METRICS)) {
    const common = { help, labelNames: [...labels], registers };
    const made =
      kind === "counter"
        ? new Counter({ ...common, name: `${name}_total` })
        : new Histogram({ ...common, name: `${name}_seconds`, buckets: BUCKETS });
    kept.set(name as MetricName, made);
  }
  return {
    note(metric, value, labels = {}) {
      const one = kept.get(metric);
      if (one instanceof Counter) one.inc(labels, value);
      else one?.observe(labels, value / 1000);
    },
    text: () => registry.metrics(),
    close: () => registry.clear(),
  };
}
