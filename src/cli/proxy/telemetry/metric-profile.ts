// Which of Envoy's metrics are shown: Kuma's profiles, and what a policy adds to them or takes away.
import { linearRegexp, type Purse } from "./linear-regexp.ts";
import type { Family } from "./metric-text.ts";

export interface Selector {
  readonly type: "Prefix" | "Regex" | "Exact" | "Contains";
  readonly match: string;
}

export interface Sidecar {
  readonly includeUnused?: boolean;
  readonly profiles?: {
    readonly appendProfiles?: readonly { readonly name: "All" | "Basic" | "None" }[];
    readonly exclude?: readonly Selector[];
    readonly include?: readonly Selector[];
  };
}

/** Names of the profile Basic: golden signals, what dashboards show, and DNS. */
const BASIC: readonly Selector[] = [
  ...contain(
    "rq_time cx_length_ms cx_count _rq bytes timeout health_check lb_healthy_panic cx_destroy error fail reset eject",
    "overflow cancelled max_duration_reached no_cluster no_route no_filter_chain reject denied",
    "days_until_first_cert_expiring rbac cx_active cx_connect circuit_breakers cx_total ssl_handshake",
    "ssl_context_update_by_sds",
  ),
  ...["membership_degraded", "membership_healthy", "membership_total"].map(
    (name): Selector => ({ type: "Exact", match: `envoy_cluster_${name}` }),
  ),
  ...["envoy_server", "envoy_control_plane", "envoy_dns_filter", "envoy_dns_cares", "kuma_dp_dns"].map(
    (match): Selector => ({ type: "Prefix", match }),
  ),
];

/** Entities that Weft itself put there: of no interest in the profile Basic. */
const INTERNAL: readonly Selector[] = [
  ...["system_", "_", "meshtrace", "tracing"].map((match): Selector => ({ type: "Prefix", match })),
  ...["ads_cluster", "access_log_sink", "kuma_envoy_admin", "kuma:envoy:admin", "kuma_metrics_hijacker"].map(
    (match): Selector => ({ type: "Exact", match }),
  ),
];

const ENTITY_LABELS = new Set(["envoy_cluster_name", "envoy_http_conn_manager_prefix", "envoy_listener_address"]);

function contain(...words: readonly string[]): Selector[] {
  return words.flatMap((line) => line.split(" ")).map((match) => ({ type: "Contains", match }));
}

/** Steps that the expressions of one scrape may take: some tenths of a second, while the proxy does nothing else. */
const MOST_STEPS = 5_000_000;
/** Names of which an expression remembers whether it is found in them; those of an Envoy are some thousand. */
const MOST_NAMES = 20_000;

/** What the families are left with: a function, since expressions are made once. */
export function profileFilter(sidecar: Sidecar | undefined): (families: Iterable<Family>) => Family[] {
  const { appendProfiles = [], exclude = [], include = [] } = sidecar?.profiles ?? {};
  const named = new Set(appendProfiles.map(({ name }) => name));
  // The widest of them holds: each has all that is in the next.
  const profile = named.has("All") ? "All" : named.has("Basic") || named.size === 0 ? "Basic" : "None";
  const inProfile = profile === "All" ? () => true : profile === "None" ? () => false : anyOf(BASIC);
  const [isExcluded, isIncluded, isInternal] = [anyOf(exclude), anyOf(include), anyOf(INTERNAL)];
  return (families) => {
    const kept: Family[] = [];
    const purse: Purse = { steps: MOST_STEPS };
    for (const family of families) {
      if (!isIncluded(family.name, purse) && (isExcluded(family.name, purse) || !inProfile(family.name, purse)))
        continue;
      if (profile !== "Basic") {
        kept.push(family);
        continue;
      }
      const samples = family.samples.filter(
        ({ labels }) => !labels.some(([key, value]) => ENTITY_LABELS.has(key) && isInternal(value, purse)),
      );
      if (samples.length > 0) kept.push({ ...family, samples });
    }
    return kept;
  };
}

type Test = (text: string, purse: Purse) => boolean;

function anyOf(selectors: readonly Selector[]): Test {
  const tests = selectors.map(testOf);
  return (text, purse) => tests.some((test) => test(text, purse));
}

function testOf({ type, match }: Selector): Test {
  if (type === "Exact") return (text) => text === match;
  if (type === "Prefix") return (text) => text.startsWith(match);
  if (type === "Contains") return (text) => text.includes(match);
  const find = linearRegexp(match);
  // Refused when it was written, but by another release.
  if (find === null) return () => false;
  const known = new Map<string, boolean>();
  return (text, purse) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    // What an empty purse leaves open is found out at a later scrape.
    const found = find(text, purse);
    if (found !== null && known.size < MOST_NAMES) known.set(text, found);
    return found === true;
  };
}
