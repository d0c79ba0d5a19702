// A relay's metrics in Prometheus' text format: one table, of counts alone, so that anybody may read them.
import { DNS_METRICS } from "#dns/count.ts";
import type { DnsCounts } from "#dns/server.ts";
import type { ZoneStatus } from "./status.ts";

/** What is counted besides the status: of this run. */
export interface Tally {
  /** Files of snapshots and views that were damaged when they were read. */
  damagedFiles: number;
  /** Joins that were refused, by the refusal's code. */
  readonly joinsRefused: Map<string, number>;
  /** Calls of other relays that were refused, by the fault's code. */
  readonly replicaCallsRefused: Map<string, number>;
  /** Its DNS server's; null without one. */
  dns: Readonly<DnsCounts> | null;
}

/** Nothing counted yet. */
export function openTally(): Tally {
  return { damagedFiles: 0, joinsRefused: new Map(), replicaCallsRefused: new Map(), dns: null };
}

/** One more of these. */
export function tallyUp(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  /** Values with their labels; none leaves the metric out. */
  readonly values: (status: ZoneStatus, tally: Tally) => readonly Value[];
}

type Value = readonly [value: number, labels?: Readonly<Record<string, string>>];

const one = (value: number): readonly Value[] => [[value]];
const flag = (value: boolean): readonly Value[] => one(value ? 1 : 0);

const byReason = (counts: ReadonlyMap<string, number>): readonly Value[] =>
  [...counts].map(([reason, count]) => [count, { reason }]);

/** Every metric of a relay; docs/guides/metrics.md says what each is for. */
export const METRICS: readonly Metric[] = [
  {
    name: "weft_relay_snapshots_refused_total",
    help: "Snapshots that were not taken, by what is wrong with them; the one before serves on.",
    type: "counter",
    values: ({ poll }) =>
      [...Object.entries(poll.refusedFor), ["older", poll.older] as const].map(([reason, count]) => [
        count,
        { reason },
      ]),
  },
  {
    name: "weft_relay_snapshots_unsaved_total",
    help: "Snapshots that are served and could not be written to disk.",
    type: "counter",
    values: ({ poll }) => one(poll.unsaved),
  },
  {
    name: "weft_relay_damaged_files_total",
    help: "Files of the state folder that were damaged when they were read; the ones before them serve on.",
    type: "counter",
    values: (_, { damagedFiles }) => one(damagedFiles),
  },
  {
    name: "weft_relay_snapshot_sequence",
    help: "Sequence of the snapshot that is served.",
    type: "gauge",
    values: ({ snapshot }) => (snapshot === null ? [] : one(snapshot.sequence)),
  },
  {
    name: "weft_relay_joins_refused_total",
    help: "Dataplanes that were refused, by reason.",
    type: "counter",
    values: (_, { joinsRefused }) => byReason(joinsRefused),
  },
  {
    name: "weft_relay_streams",
    help: "Open ADS streams.",
    type: "gauge",
    values: ({ streams }) => one(streams),
  },
  {
    name: "weft_relay_proxies",
    help: "Registered proxies.",
    type: "gauge",
    values: ({ proxies }) => one(proxies.length),
  },
  {
    name: "weft_relay_proxies_compiled_here",
    help: "Proxies that are served what this relay compiled, as no snapshot has them yet.",
    type: "gauge",
    values: ({ proxies }) => one(proxies.filter(({ source }) => source === "compiled here").length),
  },
  {
    name: "weft_relay_ingresses_unreached",
    help: "Ingresses that no other zone uses, as they advertise no address.",
    type: "gauge",
    values: ({ unreachedIngresses }) => one(unreachedIngresses),
  },
  {
    name: "weft_relay_events_pending",
    help: "Events that the control plane has not taken yet.",
    type: "gauge",
    values: ({ eventsPending }) => one(eventsPending),
  },
  {
    name: "weft_relay_news_way",
    help: "1 for the way by which it hears what is new: rung for on the bell, by held polls, or by plain ones.",
    type: "gauge",
    values: ({ news }) => (["bell", "held", "plain"] as const).map((way) => [news.way === way ? 1 : 0, { way }]),
  },
  {
    name: "weft_relay_bell_rings_total",
    help: "Rings of the bell.",
    type: "counter",
    values: ({ news }) => one(news.rings),
  },
  {
    name: "weft_relay_bell_knocks_total",
    help: "Calls for the bell; many of them and no ring: something between does not let a WebSocket through.",
    type: "counter",
    values: ({ news }) => one(news.knocks),
  },
  {
    name: "weft_relay_bell_ended_total",
    help: "Connections to the bell that stood and have ended.",
    type: "counter",
    values: ({ news }) => one(news.ended),
  },
  {
    name: "weft_relay_holds_cut_total",
    help: "Held polls that were not held to their end; something between cuts them.",
    type: "counter",
    values: ({ news }) => one(news.cuts),
  },
  {
    name: "weft_relay_polls_total",
    help: "Calls for a snapshot, by whether the answer was to be held.",
    type: "counter",
    values: ({ poll }) => (["held", "plain"] as const).map((kind) => [poll[kind], { kind }]),
  },
  {
    name: "weft_relay_control_plane_reached",
    help: "1 while the control plane answers.",
    type: "gauge",
    values: ({ controlPlane }) => flag(controlPlane === "reached"),
  },
  {
    name: "weft_relay_last_contact_timestamp_seconds",
    help: "When the control plane was last heard of; other zones' endpoints are as old.",
    type: "gauge",
    values: ({ contact }) => (contact.at === null ? [] : one(Date.parse(contact.at) / 1000)),
  },
  {
    name: "weft_relay_cut_off_seconds",
    help: "How long the control plane has not been heard of; 0 while it answers.",
    type: "gauge",
    values: ({ contact }) => one(contact.secondsCutOff),
  },
  {
    name: "weft_relay_mass_disconnect",
    help: "1 while more than half of the zone's streams are closed and endpoints stay.",
    type: "gauge",
    values: ({ massDisconnect }) => flag(massDisconnect),
  },
  {
    name: "weft_relay_replicas",
    help: "Other relays of the zone, by whether they are in touch.",
    type: "gauge",
    values: ({ replicas }) =>
      ["true", "false"].map((touch) => [
        replicas.filter(({ inTouch }) => String(inTouch) === touch).length,
        { in_touch: touch },
      ]),
  },
  {
    name: "weft_relay_replica_calls_refused_total",
    help: "Calls to the other relays' door that were refused.",
    type: "counter",
    values: (_, { replicaCallsRefused }) => byReason(replicaCallsRefused),
  },
  ...DNS_METRICS.map(
    ({ name, help, values }): Metric => ({
      name: `weft_relay_${name}`,
      help,
      type: "counter",
      values: (_, { dns }) => (dns === null ? [] : values(dns)),
    }),
  ),
];

/** The page, as `text/plain; version=0.0.4`. */
export function metricsText(status: ZoneStatus, tally: Tally): string {
  const lines = METRICS.flatMap(({ name, help, type, values }) => {
    const rows = values(status, tally);
    if (rows.length === 0) return [];
    return [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...rows.map(([value, labels]) => `${name}${labelText(labels)} ${value}`),
    ];
  });
  return `${lines.join("\n")}\n`;
}

function labelText(labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
