// The control plane's own metrics: one table, from which Prometheus on Node and the data points of workers are made.

export interface MetricRow {
  /** What it counts, or of what it keeps durations. */
  readonly help: string;
  readonly kind: "counter" | "duration";
  /** Names of its labels; values are few, and never a tenant, a token or an address. */
  readonly labels: readonly string[];
}

const row = (kind: MetricRow["kind"], help: string, ...labels: readonly string[]): MetricRow => ({
  kind,
  help,
  labels,
});

export const METRICS = {
  weft_requests: row("counter", "Requests that were answered, by the route of the table.", "route", "method", "status"),
  weft_request: row("duration", "Time from a request to its answer; held polls are held in it.", "route"),
  weft_faults: row("counter", "Requests that were refused or failed, by the problem's code.", "code"),
  weft_commits: row("counter", "Commits: revisions of people and tokens, and steps in between.", "kind"),
  weft_commit: row("duration", "Time that the store took for a commit.", "kind"),
  weft_commit_failures: row(
    "counter",
    "Commits that were not taken: races that were lost, and stores that failed.",
    "code",
  ),
  weft_compile: row("duration", "Time to compile one zone's snapshot."),
  weft_publish: row("duration", "Time that the store took for one zone's snapshot."),
  weft_publish_failures: row("counter", "Publications that failed; they are tried again."),
  weft_fetch: row("duration", "From a revision's commit to the answer of a relay's poll with it."),
  weft_ack: row("duration", "From a revision's commit to a relay's last proxy that has taken it."),
  weft_nacks: row("counter", "Revisions that some proxy of a relay refuses."),
} as const satisfies Readonly<Record<string, MetricRow>>;

export type MetricName = keyof typeof METRICS;
