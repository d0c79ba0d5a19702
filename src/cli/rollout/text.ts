// How far a revision has come, as text: one line of progress, a table of relays, and each refusal with who wrote it.
import type { RevisionDeliveryBody, RevisionLaggardBody } from "#api/weft.ts";
import { type Column, type Output, printAnswer, type TextOutput, tableText } from "#cli/output.ts";
import { lineOf, type Terminal } from "#cli/terminal.ts";
import { ALL_KINDS } from "#model/kinds.ts";
import { parseKri } from "#model/kri.ts";

type RelayBody = RevisionDeliveryBody["relays"][number];
type Quantiles = RevisionDeliveryBody["times"]["acked"];

/** Laggards named in one line of progress. */
const MOST_NAMED = 3;

/** Where the rule of a policy was written, if it was in a file that the caller knows: `policies.yaml:12`. */
export type PlaceOf = (policy: PolicyName, rule: string) => string | undefined;

export interface PolicyName {
  readonly type: string;
  readonly mesh: string;
  readonly name: string;
}

/** `1.2 s`, `45 ms`. */
export function timeText(milliseconds: number): string {
  return milliseconds >= 1000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds)} ms`;
}

/** `revision 7: 3 of 5 proxies have it, 2 to go (default.web-1, default.web-2)`, and who is not waited for. */
export function progressText({ revision, proxies, relays, offline }: RevisionDeliveryBody): string {
  const { acked, nacked, pending, absent } = proxies;
  const fetching = relays.filter(({ online, state }) => online && state === "waiting").map(({ zone }) => zone);
  const laggards = relays.flatMap((relay) => relay.laggards.filter(({ state }) => state !== "absent"));
  const names = laggards.slice(0, MOST_NAMED).map(({ proxy }) => proxy);
  const named = names.length === 0 ? "" : ` (${names.join(", ")}${nacked + pending > names.length ? ", …" : ""})`;
  const all = acked + nacked + pending;
  const parts = [
    // Before a relay has fetched it nobody knows how many there are.
    ...(all === 0 && fetching.length > 0 ? [] : [`${acked} of ${all} proxies have it`]),
    ...(nacked + pending === 0 ? [] : [`${nacked + pending} to go${named}`]),
    ...(fetching.length === 0 ? [] : [`not fetched yet by ${zonesText(fetching)}`]),
    ...(absent === 0 ? [] : [`${absent} not connected`]),
    ...(offline.length === 0 ? [] : [`offline: ${zonesText(offline)}`]),
  ];
  return `revision ${revision}: ${parts.join(", ")}`;
}

function zonesText(zones: readonly string[]): string {
  const distinct = [...new Set(zones)].sort();
  return `${distinct.length === 1 ? "zone" : "zones"} ${distinct.join(", ")}`;
}

/** One line for each thing that an Envoy refuses: whose, what, Envoy's words, and the rules that wrote it. */
export function refusalLines({ relays }: RevisionDeliveryBody, placeOf: PlaceOf = () => undefined): readonly string[] {
  return relays.flatMap(({ zone, laggards }) =>
    laggards
      .filter(({ state }) => state === "nacked")
      .flatMap((laggard) => [
        `proxy ${laggard.proxy} in zone ${zone} refuses it${sinceText(laggard)}: ${lineOf(laggard.reason)}`,
        ...(laggard.refused ?? []).flatMap(({ kind, name, writers }) => [
          `  ${kind} ${name}`,
          ...writers.map(({ kri, rule }) => `    written by ${writerText(kri, rule, placeOf)}`),
        ]),
      ]),
  );
}

function sinceText({ since }: RevisionLaggardBody): string {
  return since === undefined || since === 0 ? "" : ` since revision ${since}`;
}

/** `MeshProxyPatch odd in mesh default, spec.default (patch.yaml:7)`. */
function writerText(kri: string, rule: string, placeOf: PlaceOf): string {
  const parts = parseKri(kri);
  const type = ALL_KINDS.find(({ shortName }) => shortName === parts?.shortName)?.type;
  if (parts === null || type === undefined) return `${kri}, ${rule}`;
  const place = placeOf({ type, mesh: parts.mesh, name: parts.name }, rule);
  return `${type} ${parts.name} in mesh ${parts.mesh}, ${rule}${place === undefined ? "" : ` (${place})`}`;
}

const COLUMNS: readonly Column<RelayBody>[] = [
  { title: "zone", cell: ({ zone }) => zone },
  { title: "relay", cell: ({ relay }) => relay },
  { title: "state", cell: ({ state, online }) => (online ? state : `${state}, offline`) },
  { title: "proxies", cell: ({ proxies: { acked, nacked, pending } }) => `${acked}/${acked + nacked + pending}` },
  { title: "untouched", cell: ({ proxies }) => String(proxies.untouched), wide: true },
  { title: "refuse it", cell: ({ proxies }) => String(proxies.nacked), wide: true },
  { title: "last heard of", cell: ({ lastContact }) => lastContact ?? "", wide: true },
  { title: "fetched p50, p99", cell: ({ times }) => quantilesText(times.fetched), wide: true },
  { title: "away", cell: ({ proxies }) => String(proxies.absent) },
  { title: "fetched", cell: ({ fetchedMs }) => (fetchedMs === null ? "" : timeText(fetchedMs)) },
  { title: "pushed p50, p99", cell: ({ times }) => quantilesText(times.pushed) },
  { title: "acked p50, p99, last", cell: ({ times }) => quantilesText(times.acked, true) },
];

function quantilesText(quantiles: Quantiles, last = false): string {
  if (quantiles === null) return "";
  const { p50, p99, max } = quantiles;
  return [p50, p99, ...(last ? [max] : [])].map(timeText).join(", ");
}

/** The times from the commit to the last ACKs over all zones; empty where none was measured. */
export function timesText({ times }: Pick<RevisionDeliveryBody, "times">): string {
  const { acked } = times;
  if (acked === null) return "";
  const proxies = acked.count === 1 ? "1 proxy" : `${acked.count} proxies`;
  return `${proxies} took it within ${timeText(acked.p50)} (p50), ${timeText(acked.p99)} (p99), ${timeText(acked.max)} (last)`;
}

/** Prints it in the form asked for: a table of relays, and below it who lags and who refuses. */
export function printDelivery(terminal: Terminal, output: Output, body: RevisionDeliveryBody): void {
  const text = (form: TextOutput): string => deliveryText(terminal, body, form);
  printAnswer(terminal, output, { value: body, name: String(body.revision), text });
}

function deliveryText(terminal: Terminal, body: RevisionDeliveryBody, form: TextOutput): string {
  const { revision, state, reason, relays, offline } = body;
  const columns = form === "wide" ? COLUMNS : COLUMNS.filter(({ wide }) => wide !== true);
  const lagging = relays.flatMap(({ zone, laggards }) =>
    laggards.filter((one) => one.state !== "nacked").map((one) => ({ zone, ...one })),
  );
  const lines = [
    `Revision ${revision}${reason === "" ? "" : ` (${reason})`}: ${state}`,
    ...(relays.length === 0 ? [] : [tableText(terminal, columns, relays, form).trimEnd()]),
    timesText(body),
    ...refusalLines(body),
    ...lagging.map((one) => `proxy ${one.proxy} in zone ${one.zone}: ${one.state}`),
    offline.length === 0 ? "" : `offline, and not waited for: ${zonesText(offline)}`,
  ];
  return `${lines.filter((line) => line !== "").join("\n")}\n`;
}
