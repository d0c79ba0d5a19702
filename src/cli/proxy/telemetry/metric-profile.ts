// Which of Envoy's metrics are shown: Kuma's profiles, and what a policy adds to them or takes away.
import { linearSearch, type Purse } from "./linear-regexp.ts";
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

/**
 * CPU that the expressions of one scrape may spend, in ms: the proxy does nothing else meanwhile. It is looked at between
 * names, so that the last piece of work comes on top: some tenths of a second for the worst of expressions.
 */
const MOST_MS = 300;

function cpuMs(): number {
  return process.cpuUsage().user / 1000;
}

/** What the families are left with: a function, since expressions are made once. `spentMs` counts what this process spends. */
export async function profileFilter(
  sidecar: Sidecar | undefined,
  spentMs: () => number = cpuMs,
): Promise<(families: Iterable<Family>) => Family[]> {
  const { appendProfiles = [], exclude = [], include = [] } = sidecar?.profiles ?? {};
  const named = new Set(appendProfiles.map(({ name }) => name));
  // The widest of them holds: each has all that is in the next.
  const profile = named.has("All") ? "All" : named.has("Basic") || named.size === 0 ? "Basic" : "None";
  const inProfile = profile === "All" ? () => true : profile === "None" ? () => false : await anyOf(BASIC);
  const [isExcluded, isIncluded, isInternal] = await Promise.all([anyOf(exclude), anyOf(include), anyOf(INTERNAL)]);
  return (families) => {
    const kept: Family[] = [];
    const end = spentMs() + MOST_MS;
    const purse: Purse = () => spentMs() < end;
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

async function anyOf(selectors: readonly Selector[]): Promise<Test> {
  const plain = selectors.filter(({ type }) => type !== "Regex");
  const search = await linearSearch(selectors.filter(({ type }) => type === "Regex").map(({ match }) => match));
  // What an empty purse leaves open is found out at a later scrape.
  return (text, purse) => plain.some((one) => selects(one, text)) || search(text, purse) === true;
}

function selects({ type, match }: Selector, text: string): boolean {
  if (type === "Exact") return text === match;
  return type === "Prefix" ? text.startsWith(match) : text.includes(match);
}
