// How much there is, and how it stands: meshes, services, proxies and zones, counted in what the writer holds. Pure.
import type { RelayPresence } from "#control/revision-delivery.ts";
import type { MeshState, TenantState } from "#control/state.ts";
import { type OldPart, oldPartOf, type ProxyVersions } from "#model/proxy-version.ts";
import type { Resource } from "#model/resource.ts";
import { LABEL } from "#model/tag.ts";
import { type ProxyState, standingProxies, type ZoneState, zoneState } from "./standing-proxy.ts";

export type ProxyTally = Readonly<Record<ProxyState | "total", number>>;

export interface ZoneCensus {
  readonly name: string;
  readonly state: ZoneState;
  readonly enabled: boolean;
  readonly relays: { readonly total: number; readonly online: number };
  /** When one of its relays was last heard of; null while one is online, and before the first. */
  readonly lastContact: string | null;
  readonly proxies: ProxyTally;
}

export interface ServiceCensus {
  readonly mesh: string;
  readonly name: string;
  readonly proxies: ProxyTally;
}

export interface MeshCensus {
  readonly name: string;
  readonly services: number;
  readonly proxies: ProxyTally;
}

export interface Census {
  readonly meshes: readonly MeshCensus[];
  readonly zones: readonly ZoneCensus[];
  /** Of proxies with a tag kuma.io/service. */
  readonly services: readonly ServiceCensus[];
  readonly proxies: ProxyTally;
  /** Zones' ingresses and egresses. */
  readonly gates: ProxyTally;
  /** Of the proxies that are there, by mesh; the ingresses and egresses of zones stand under "". */
  readonly versions: ReadonlyMap<string, VersionCensus>;
}

/** What the proxies of a mesh consist of; a value of each kind with how many have it. */
export interface VersionCensus {
  readonly envoys: Map<string, number>;
  /** Envoys and programs that are older than the release supports, with one proxy that has them. */
  readonly old: Map<string, { readonly part: OldPart; readonly version: string; readonly name: string; count: number }>;
}

type Tally = Record<ProxyState | "total", number>;

/** Types of resources that are services by themselves. */
const SERVICES: ReadonlySet<string> = new Set(["MeshService", "MeshExternalService", "ExternalService"]);

/** Counts; one look at each resource. */
export function censusOf(state: TenantState, presences: readonly RelayPresence[]): Census {
  const [proxies, gates] = [tallied(), tallied()];
  const byMesh = new Map<string, Tally>();
  const byZone = new Map<string, Tally>();
  const byService = new Map<string, Map<string, Tally>>();
  const versions = new Map<string, VersionCensus>();
  for (const { type, resource, zone, state: is, services, life } of standingProxies(state, presences)) {
    if (is !== "unknown" && life?.online === true && life.versions !== undefined)
      addVersions(inMap(versions, resource.mesh, newVersions), resource.name, life.versions);
    if (type !== "Dataplane") {
      add(gates, is);
      continue;
    }
    const { mesh } = resource;
    for (const tally of [proxies, inMap(byMesh, mesh, tallied), inMap(byZone, zone, tallied)]) add(tally, is);
    const own = inMap(byService, mesh, () => new Map<string, Tally>());
    for (const service of services) add(inMap(own, service, tallied), is);
  }
  const meshes = [...state.meshes.values()].map((mesh): MeshCensus => {
    const names = new Set([...(byService.get(mesh.name)?.keys() ?? []), ...serviceResources(mesh)]);
    return { name: mesh.name, services: names.size, proxies: byMesh.get(mesh.name) ?? tallied() };
  });
  const zones = [...state.global.values()].flatMap(({ resource }) =>
    resource.type === "Zone" ? [zoneCensus(resource, byZone.get(resource.name) ?? tallied(), presences)] : [],
  );
  const services = [...byService].flatMap(([mesh, own]) =>
    [...own].map(([name, tally]): ServiceCensus => ({ mesh, name, proxies: tally })),
  );
  return { meshes: meshes.sort(byName), zones: zones.sort(byName), services, proxies, gates, versions };
}

/** Names of services that are resources, as people call them. */
export function serviceResources({ items }: MeshState): readonly string[] {
  return [...items.values()].flatMap(({ resource: { type, name, labels } }) =>
    SERVICES.has(type) ? [labels[LABEL.displayName] ?? name] : [],
  );
}

function zoneCensus({ name, spec }: Resource, proxies: Tally, presences: readonly RelayPresence[]): ZoneCensus {
  const own = presences.filter((one) => one.zone === name);
  const heard = own.map(({ lastContact }) => lastContact ?? "").sort();
  const state = zoneState(name, presences);
  return {
    ...{ name, state, proxies },
    enabled: (spec as { readonly enabled?: boolean }).enabled !== false,
    relays: { total: own.length, online: own.filter(({ online }) => online).length },
    lastContact: state === "unknown" ? (heard.at(-1) ?? null) : null,
  };
}

function newVersions(): VersionCensus {
  return { envoys: new Map(), old: new Map() };
}

function addVersions({ envoys, old }: VersionCensus, name: string, versions: ProxyVersions): void {
  const envoy = versions.envoy.version;
  if (envoy !== "") envoys.set(envoy, (envoys.get(envoy) ?? 0) + 1);
  const part = oldPartOf(versions);
  if (part === "") return;
  const { version } = versions[part];
  inMap(old, `${part} ${version}`, () => ({ part, version, name, count: 0 })).count += 1;
}

export function tallied(): Tally {
  return { total: 0, online: 0, degraded: 0, offline: 0, unknown: 0 };
}

export function add(tally: Tally, state: ProxyState): void {
  tally.total += 1;
  tally[state] += 1;
}

function inMap<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
