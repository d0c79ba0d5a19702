// What DNS servers have counted, as rows of a metrics page.
import type { DnsCounts } from "./server.ts";

export interface DnsMetric {
  /** What follows the page's own prefix. */
  readonly name: string;
  readonly help: string;
  readonly values: (
    counts: DnsCounts,
  ) => readonly (readonly [value: number, labels: Readonly<Record<string, string>>])[];
}

/** How a message may end: exactly one of these. */
const OUTCOMES = ["answered", "forwarded", "malformed", "dropped"] as const;

export const DNS_METRICS: readonly DnsMetric[] = [
  {
    name: "dns_messages_total",
    help: "DNS messages by what became of them: answered from known names, forwarded, malformed, or dropped above a source's rate or with too many waiting.",
    values: (counts) => OUTCOMES.map((outcome) => [counts[outcome], { outcome }]),
  },
  {
    name: "dns_unanswered_total",
    help: "DNS questions that were forwarded and that no resolver answered.",
    values: ({ unanswered }) => [[unanswered, {}]],
  },
];

/** Of several servers together. */
export function sumOfCounts(all: readonly DnsCounts[]): DnsCounts {
  const sum: DnsCounts = { questions: 0, answered: 0, forwarded: 0, unanswered: 0, malformed: 0, dropped: 0 };
  for (const counts of all) for (const key of Object.keys(sum) as (keyof DnsCounts)[]) sum[key] += counts[key];
  return sum;
}
