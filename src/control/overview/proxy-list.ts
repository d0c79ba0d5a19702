// Lists of proxies: filtered, sorted and cut to a page in what the writer holds. Pure.
import type { RelayPresence } from "#control/revision-delivery.ts";
import type { TenantState } from "#control/state.ts";
import {
  compareVersions,
  isEnvoySupported,
  type OldPart,
  oldPartOf,
  type ProgramName,
  type ProxyVersions,
} from "#model/proxy-version.ts";
import type { RevisionDeliveryRow, RevisionLaggard } from "#store/face/delivery.ts";
import { add, type ProxyTally, tallied } from "./census.ts";
import { type ProxyState, type StandingProxy, standingProxies } from "./standing-proxy.ts";

export const PROXY_SORTS = ["name", "state", "zone", "service", "since", "certificate", "envoy"] as const;
export type ProxySort = (typeof PROXY_SORTS)[number];

/** Members that are left out filter nothing. */
export interface ProxyQuery {
  readonly type?: string;
  readonly mesh?: string;
  readonly zone?: string;
  readonly state?: ProxyState;
  readonly service?: string;
  /** Part of the name or of an address, in any case. */
  readonly name?: string;
  /** Its Envoy refuses something. */
  readonly refuses?: boolean;
  /** Version of its Envoy; `old` = older than the release supports, its program's too; `unknown` = not told. */
  readonly envoy?: string;
  readonly sort: ProxySort;
  readonly descending: boolean;
  readonly offset: number;
  readonly size: number;
}

/** What it runs as. */
export type ProxyRole = "sidecar" | "gateway" | "builtin" | "ingress" | "egress";

export interface ListedProxy {
  readonly type: string;
  readonly mesh: string;
  readonly name: string;
  readonly zone: string;
  readonly state: ProxyState;
  readonly role: ProxyRole;
  readonly services: readonly string[];
  readonly address: string;
  /** Null where it lives at no relay. */
  readonly relay: string | null;
  readonly since: string | null;
  /** When its newest certificate ends; null = it has none. */
  readonly certificateEnds: string | null;
  /** What its Envoy refuses; null = nothing, as far as relays name those that do. */
  readonly refuses: { readonly words: string; readonly revision: number | null } | null;
  /** Null = it has not said so. */
  readonly versions: ListedVersions | null;
}

/** What it runs. */
export interface ListedVersions {
  readonly envoy: string;
  readonly program: { readonly name: ProgramName; readonly version: string };
  /** What of it is older than the release supports. */
  readonly old: OldPart;
}

export interface ProxyPage {
  readonly total: number;
  /** Of all that the filters but `state` let through. */
  readonly states: ProxyTally;
  /** How many have which Envoy, of all that the filters but `envoy` and `state` let through; the oldest first. */
  readonly envoys: readonly EnvoyCount[];
  readonly items: readonly ListedProxy[];
}

export interface EnvoyCount {
  /** Empty = not told. */
  readonly version: string;
  readonly count: number;
  readonly supported: boolean;
}

/** How grave a state is: what needs a look comes first. */
const RANK: Readonly<Record<ProxyState, number>> = { offline: 0, degraded: 1, unknown: 2, online: 3 };

/** What is known of proxies beside the state. */
export interface Told {
  /** What relays told of the newest revisions, oldest first. */
  readonly rows: readonly RevisionDeliveryRow[];
  /** When certificates end, by `<mesh>.<name>`; milliseconds since 1970. */
  readonly certificates: ReadonlyMap<string, number>;
}

/** A page. */
export function proxiesOf(
  state: TenantState,
  presences: readonly RelayPresence[],
  { rows, certificates }: Told,
  query: ProxyQuery,
): ProxyPage {
  const refusing = refusalsIn(rows, presences);
  const states = tallied();
  const envoys = new Map<string, number>();
  const chosen: StandingProxy[] = [];
  for (const proxy of standingProxies(state, presences)) {
    if (!passes(proxy, query, refusing)) continue;
    const envoy = envoyOf(proxy);
    envoys.set(envoy, (envoys.get(envoy) ?? 0) + 1);
    if (!hasEnvoy(proxy, query.envoy)) continue;
    add(states, proxy.state);
    if (query.state === undefined || proxy.state === query.state) chosen.push(proxy);
  }
  const sign = query.descending ? -1 : 1;
  const by = query.sort === "certificate" ? byEnd(certificates) : compareBy(query.sort);
  const byName = compareBy("name");
  chosen.sort((a, b) => sign * by(a, b) || byName(a, b));
  const page = chosen.slice(query.offset, query.offset + query.size);
  return {
    ...{ total: chosen.length, states, envoys: envoyCounts(envoys) },
    items: page.map((proxy) => listed(proxy, refusing, certificates)),
  };
}

/** Empty = not told. */
function envoyOf({ life }: StandingProxy): string {
  return life?.versions?.envoy.version ?? "";
}

function hasEnvoy(proxy: StandingProxy, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  const versions = proxy.life?.versions;
  if (wanted === "old") return versions !== undefined && oldPartOf(versions) !== "";
  return envoyOf(proxy) === (wanted === "unknown" ? "" : wanted);
}

function envoyCounts(counts: ReadonlyMap<string, number>): readonly EnvoyCount[] {
  return [...counts]
    .sort(([a], [b]) => compareVersions(a, b))
    .map(([version, count]) => ({ version, count, supported: isEnvoySupported(version) }));
}

type Refusing = ReadonlyMap<string, RevisionLaggard>;

/** By `<mesh>.<name>`, as each relay told it last. */
function refusalsIn(rows: readonly RevisionDeliveryRow[], presences: readonly RelayPresence[]): Refusing {
  const laggards = presences.flatMap(
    ({ zone, relay }) => rows.findLast((row) => row.zone === zone && row.relay === relay)?.laggards ?? [],
  );
  return new Map(laggards.flatMap((one) => (one.state === "nacked" ? [[one.proxy, one] as const] : [])));
}

function passes({ type, resource, zone, services }: StandingProxy, query: ProxyQuery, refusing: Refusing): boolean {
  const { mesh, name } = resource;
  if (query.type !== undefined && type !== query.type) return false;
  if (query.mesh !== undefined && mesh !== query.mesh) return false;
  if (query.zone !== undefined && zone !== query.zone) return false;
  if (query.service !== undefined && !services.includes(query.service)) return false;
  if (query.refuses !== undefined && refusing.has(`${mesh}.${name}`) !== query.refuses) return false;
  const part = query.name?.toLowerCase();
  return part === undefined || name.toLowerCase().includes(part) || addressOf(resource).includes(part);
}

function listed(
  { type, resource, zone, state, services, life }: StandingProxy,
  refusing: Refusing,
  certificates: Told["certificates"],
): ListedProxy {
  const { mesh, name } = resource;
  const laggard = refusing.get(`${mesh}.${name}`);
  const end = certificates.get(`${mesh}.${name}`);
  return {
    ...{ type, mesh, name, zone, state, role: roleOf(type, resource), services, address: addressOf(resource) },
    relay: life?.relay ?? null,
    since: life?.since ?? null,
    certificateEnds: end === undefined ? null : new Date(end).toISOString(),
    refuses: laggard === undefined ? null : { words: laggard.reason, revision: laggard.since ?? null },
    versions: life?.versions === undefined ? null : listedVersions(life.versions),
  };
}

function listedVersions(versions: ProxyVersions): ListedVersions {
  const { name, version } = versions.program;
  return { envoy: versions.envoy.version, program: { name, version }, old: oldPartOf(versions) };
}

function roleOf(type: string, { spec }: StandingProxy["resource"]): ProxyRole {
  if (type === "ZoneIngress") return "ingress";
  if (type === "ZoneEgress") return "egress";
  const { gateway } =
    (spec as { readonly networking?: { readonly gateway?: { readonly type?: string } } }).networking ?? {};
  if (gateway === undefined) return "sidecar";
  return gateway.type === "BUILTIN" ? "builtin" : "gateway";
}

function addressOf({ spec }: StandingProxy["resource"]): string {
  return (spec as { readonly networking?: { readonly address?: string } }).networking?.address ?? "";
}

type Compare = (a: StandingProxy, b: StandingProxy) => number;

/** Those that end first; who has none comes last. */
function byEnd(certificates: Told["certificates"]): Compare {
  const end = ({ resource: { mesh, name } }: StandingProxy): number =>
    certificates.get(`${mesh}.${name}`) ?? Number.MAX_SAFE_INTEGER;
  return (a, b) => end(a) - end(b);
}

function compareBy(sort: Exclude<ProxySort, "certificate">): Compare {
  if (sort === "envoy") return (a, b) => compareVersions(envoyOf(a), envoyOf(b));
  if (sort === "state") return (a, b) => RANK[a.state] - RANK[b.state];
  const key = (one: StandingProxy): string => {
    if (sort === "zone") return one.zone;
    if (sort === "service") return one.services[0] ?? "";
    if (sort === "since") return one.life?.since ?? "";
    return `${one.resource.name}\u0000${one.resource.mesh}\u0000${one.type}`;
  };
  return (a, b) => {
    const [first, second] = [key(a), key(b)];
    return first < second ? -1 : first > second ? 1 : 0;
  };
}
