// What a control plane tells of itself to whoever runs it: counts and durations, and spans of traces.
import type { MetricName } from "./metric.ts";
import type { Span } from "./span.ts";

export interface Watch {
  /** A counter rises by `value`; a duration is `value` milliseconds. Labels as the table of metrics names them. Never throws. */
  note(metric: MetricName, value: number, labels?: Readonly<Record<string, string>>): void;
  /** A piece of work that has ended. Never throws. Absent: nobody collects spans, and none is made. */
  readonly span?: (span: Span) => void;
}

/** Nobody listens. */
export const UNWATCHED: Watch = { note: () => {} };
