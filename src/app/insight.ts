// Handlers of insights: totals of a mesh, of its services and of the organisation, counted when they are asked for.
import { readPageQuery, slicePage } from "#api/page.ts";
import { type Dataplane, type Status, servicesOf, statusOf, tagSetsOf } from "#model/dataplane-status.ts";
import { Fault } from "#model/fault.ts";
import { ALL_KINDS, isPolicy, kindOfType, type SpecOf } from "#model/kinds.ts";
import { compareVersions, type ProxyVersions } from "#model/proxy-version.ts";
import type { Resource } from "#model/resource.ts";
import { SERVICE_TAG, ZONE_TAG } from "#model/tag.ts";
import type { Registration } from "#store/face/registration.ts";
import { pretty } from "./answer.ts";
import { type ApiCall, type Handler, param } from "./call.ts";
import { type ProxyKind, proxyKindOf } from "./dataplane.ts";
import { listAll } from "./list-all.ts";
import { standingRelays } from "./standing-relays.ts";
import { zoneProxyCounts } from "./zone-counts.ts";

/** How many are in which status. Zeros are left out, as protobuf's JSON does; `full` writes them. */
type Counts = Partial<Record<Status | "total", number>>;

interface CountedDataplane {
  readonly dataplane: Dataplane;
  readonly status: Status;
  readonly versions: ProxyVersions | undefined;
}

interface Census {
  readonly mesh: Resource<SpecOf<"Mesh">>;
  readonly resources: readonly Resource[];
  readonly dataplanes: readonly CountedDataplane[];
}

async function censusOf(call: ApiCall, name: string): Promise<Census> {
  const { items, registrations } = await call.app.store.within(call.caller.tenant).readMesh(name);
  const resources = items.map(({ resource }) => resource);
  const mesh = resources.find(({ type }) => type === "Mesh");
  if (mesh === undefined) throw new Fault("absent", "Not found");
  return countIn(mesh, resources, registrations);
}

/** Meshes that are read one by one: the whole organisation may have many times as much. */
const FEW = 50;

/** While others write, the pages of a large organisation may never be of one moment. */
const ATTEMPTS = 5;

/** Of every mesh, by name, in queries that follow the resources: a worker has a thousand, and so may there be meshes. */
async function allCensuses(call: ApiCall): Promise<readonly Census[]> {
  const store = call.app.store.within(call.caller.tenant);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const whole = await store.readWhole();
    if (whole === null) continue;
    const resources = whole.items.map(({ resource }) => resource);
    const [own, lives] = [byMesh(resources), byMesh(whole.registrations)];
    const meshes = resources.filter(({ type }) => type === "Mesh");
    return meshes.map((mesh) => countIn(mesh, own.get(mesh.name) ?? [], lives.get(mesh.name) ?? []));
  }
  const what = "The organisation was written to at each of several readings, and was not counted";
  throw new Fault("unavailable", `${what}; try again in a moment`, { retryAfter: 1 });
}

function byMesh<T extends { readonly mesh: string }>(all: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const own = found.get(one.mesh);
    if (own === undefined) found.set(one.mesh, [one]);
    else own.push(one);
  }
  return found;
}

function countIn(mesh: Resource, resources: readonly Resource[], registrations: readonly Registration[]): Census {
  const byName = new Map<string, Registration>(registrations.map((one) => [one.name, one]));
  return {
    mesh: mesh as Census["mesh"],
    resources: resources.filter(({ type }) => type !== "Mesh"),
    dataplanes: resources
      .filter(({ type }) => type === "Dataplane")
      .map((resource) => {
        const dataplane = resource as Dataplane;
        const life = byName.get(resource.name);
        return { dataplane, status: statusOf(dataplane, life), versions: life?.versions };
      }),
  };
}

function count(statuses: readonly Status[]): Counts {
  const counts: Counts = {};
  for (const status of statuses) {
    counts.total = (counts.total ?? 0) + 1;
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

function full(statuses: readonly Status[]): Counts {
  return { online: 0, offline: 0, partiallyDegraded: 0, total: 0, ...count(statuses) };
}

function totals(resources: readonly Resource[]): Record<string, { total: number }> {
  const byType: Record<string, { total: number }> = {};
  for (const { type } of resources) byType[type] = { total: (byType[type]?.total ?? 0) + 1 };
  return Object.fromEntries(Object.entries(byType).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const isOfPolicy = ({ type }: Resource): boolean => isPolicy(kindOfType(type) ?? {});

function statuses({ dataplanes }: Census, ...kinds: readonly ProxyKind[]): readonly Status[] {
  return dataplanes.filter(({ dataplane }) => kinds.includes(proxyKindOf(dataplane))).map(({ status }) => status);
}

function meshInsightOf(census: Census): unknown {
  const { mesh, resources, dataplanes } = census;
  const services = new Set(dataplanes.flatMap(({ dataplane }) => servicesOf(dataplane)));
  const external = resources.filter(isExternal).length;
  const total = services.size + external;
  const backends = mesh.spec.mtls?.enabledBackend ?? "";
  const all = count(dataplanes.map(({ status }) => status));
  return {
    type: "MeshInsight",
    name: mesh.name,
    creationTime: mesh.creationTime,
    modificationTime: mesh.modificationTime,
    dataplanes: all,
    policies: totals(resources.filter(isOfPolicy)),
    dpVersions: versionCounts(dataplanes),
    mTLS: backends === "" ? {} : { issuedBackends: { [backends]: all }, supportedBackends: { [backends]: all } },
    services: {
      ...(total > 0 && { total }),
      ...(services.size > 0 && { internal: services.size }),
      ...(external > 0 && { external }),
    },
    dataplanesByType: {
      standard: count(statuses(census, "standard")),
      gateway: count(statuses(census, "gatewayBuiltin", "gatewayDelegated")),
      gatewayBuiltin: count(statuses(census, "gatewayBuiltin")),
      gatewayDelegated: count(statuses(census, "gatewayDelegated")),
    },
    resources: totals(resources.filter(({ type }) => type !== "Dataplane")),
  };
}

/** By version; `unknown` is what Kuma calls what a proxy has not told. */
function versionCounts(dataplanes: Census["dataplanes"]): Readonly<Record<string, unknown>> {
  if (dataplanes.length === 0) return {};
  const by = (versionIn: (versions: ProxyVersions) => string): unknown => {
    const statuses = new Map<string, Status[]>();
    for (const { status, versions } of dataplanes) {
      const version = (versions && versionIn(versions)) || "unknown";
      const known = statuses.get(version);
      if (known === undefined) statuses.set(version, [status]);
      else known.push(status);
    }
    const sorted = [...statuses].sort(([a], [b]) => compareVersions(a, b));
    return Object.fromEntries(sorted.map(([version, all]) => [version, count(all)]));
  };
  return { kumaDp: by(({ program }) => program.version), envoy: by(({ envoy }) => envoy.version) };
}

export const meshInsights: Handler<"api"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  const page = slicePage(call.url.href, query, await listAll(call, "Mesh", undefined, query));
  const names = page.items.map(({ resource }) => resource.name);
  const censuses =
    names.length <= FEW
      ? await Promise.all(names.map((name) => censusOf(call, name)))
      : (await allCensuses(call)).filter(({ mesh }) => names.includes(mesh.name));
  return pretty({ ...page, items: censuses.map(meshInsightOf) });
};

export const meshInsight: Handler<"api"> = async (call) =>
  pretty(meshInsightOf(await censusOf(call, param(call, "mesh"))));

interface ServiceInsight {
  readonly mesh: string;
  readonly name: string;
  readonly [member: string]: unknown;
}

/** Services that ExternalServices name, each with the address of the last. */
function externalInsightsOf({ mesh, resources }: Census): readonly ServiceInsight[] {
  const { creationTime, modificationTime } = mesh;
  const addresses = new Map<string, string>();
  for (const { spec } of resources.filter(isExternal))
    addresses.set(spec.tags?.[SERVICE_TAG] ?? "", spec.networking?.address ?? "");
  return [...addresses].map(([name, addressPort]) => ({
    ...{ type: "ServiceInsight", mesh: mesh.name, name, creationTime, modificationTime, status: "not_available" },
    ...{ dataplanes: {}, serviceType: "external", addressPort },
  }));
}

function isExternal(resource: Resource): resource is Resource<SpecOf<"ExternalService">> {
  return resource.type === "ExternalService";
}

/** Kuma computes none in a mesh whose services are MeshServices alone. */
function serviceInsightsOf(census: Census): readonly ServiceInsight[] {
  if (census.mesh.spec.meshServices?.mode === "Exclusive") return [];
  const external = externalInsightsOf(census);
  const names = new Set(external.map(({ name }) => name));
  const inside = insideInsightsOf(census).filter(({ name }) => !names.has(name));
  return [...inside, ...external].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function insideInsightsOf({ mesh, dataplanes }: Census): readonly ServiceInsight[] {
  const byService = new Map<string, CountedDataplane[]>();
  for (const entry of dataplanes) {
    for (const service of servicesOf(entry.dataplane))
      byService.set(service, [...(byService.get(service) ?? []), entry]);
  }
  const backend = mesh.spec.mtls?.enabledBackend ?? "";
  return [...byService]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, entries]) => {
      const { partiallyDegraded = 0, online = 0, offline = 0, total = 0 } = count(entries.map(({ status }) => status));
      const zones = new Set(
        entries.flatMap(({ dataplane }) => tagSetsOf(dataplane).map((tags) => tags[ZONE_TAG] ?? "")),
      );
      zones.delete("");
      const kind = entries.map(({ dataplane }) => proxyKindOf(dataplane)).find((one) => one !== "standard");
      return {
        type: "ServiceInsight",
        mesh: mesh.name,
        name,
        creationTime: mesh.creationTime,
        modificationTime: mesh.modificationTime,
        status: online === total ? "online" : online + partiallyDegraded > 0 ? "partially_degraded" : "offline",
        dataplanes: { total, ...(online > 0 ? { online } : {}), ...(offline > 0 ? { offline } : {}) },
        ...(backend === "" ? {} : { issuedBackends: { [backend]: total } }),
        ...(kind === undefined
          ? {}
          : { serviceType: kind === "gatewayBuiltin" ? "gateway_builtin" : "gateway_delegated" }),
        addressPort: `${name}.mesh:80`,
        ...(zones.size === 0 ? {} : { zones: [...zones].sort() }),
      };
    });
}

function unknownService({ mesh }: Census, name: string): ServiceInsight {
  const { creationTime, modificationTime } = mesh;
  const addressPort = `${name}.mesh:80`;
  return { type: "ServiceInsight", mesh: mesh.name, name, creationTime, modificationTime, dataplanes: {}, addressPort };
}

export const serviceInsights: Handler<"api"> = async (call) => {
  const query = readPageQuery(call.url.searchParams);
  const { mesh } = call.params;
  const types = wantedTypes(call.url.searchParams.get("type") ?? "");
  const all = (mesh === undefined ? await allCensuses(call) : [await censusOf(call, mesh)])
    .flatMap(serviceInsightsOf)
    .filter(({ serviceType = "internal" }) => types.size === 0 || types.has(serviceType as string));
  return pretty(
    slicePage(
      call.url.href,
      query,
      all.filter(({ name }) => name.includes(query.name ?? "")),
    ),
  );
};

const SERVICE_TYPES: readonly string[] = ["internal", "external", "gateway_delegated", "gateway_builtin"];

/** `internal,external`: those alone; none = all. */
function wantedTypes(text: string): ReadonlySet<string> {
  const types = text === "" ? [] : text.split(",").map((one) => one.trim().toLowerCase());
  if (types.every((one) => SERVICE_TYPES.includes(one))) return new Set(types);
  const reason = `unsupported service type; must be of ${SERVICE_TYPES.join(", ")}, with commas between them`;
  throw new Fault("malformed", "Invalid query", { violations: [{ field: "type", reason }] });
}

export const serviceInsight: Handler<"api"> = async (call) => {
  const census = await censusOf(call, param(call, "mesh"));
  const name = param(call, "name");
  // As Kuma: a service that nobody offers is one without dataplanes, and only an unknown mesh is absent.
  return pretty(serviceInsightsOf(census).find((one) => one.name === name) ?? unknownService(census, name));
};

export const globalInsight: Handler<"api"> = async (call) => {
  const censuses = await allCensuses(call);
  const store = call.app.store.within(call.caller.tenant);
  const global = ALL_KINDS.filter(({ scope, type }) => scope === "Global" && type !== "Mesh");
  const counted = await Promise.all(
    global.map(async ({ type }) => [type, { total: (await store.list({ type, offset: 0, size: 1 })).total }] as const),
  );
  const resources = censuses.flatMap((census) => census.resources);
  const of = (...kinds: readonly ProxyKind[]): Counts => full(censuses.flatMap((census) => statuses(census, ...kinds)));
  const services = censuses.flatMap(serviceInsightsOf);
  const servicesOfType = (type: string | undefined): Counts =>
    full(services.filter(({ serviceType }) => serviceType === type).map(({ status }) => toStatus(status)));
  const relays = await standingRelays(call);
  const zones = new Set(relays.flatMap(({ online, head }) => (online ? [head.zone] : [])));
  const proxies = await zoneProxyCounts(call);
  return pretty({
    createdAt: new Date(call.app.clock()).toISOString(),
    dataplanes: {
      gatewayBuiltin: of("gatewayBuiltin"),
      gatewayDelegated: of("gatewayDelegated"),
      standard: of("standard"),
    },
    meshes: { total: censuses.length },
    policies: { total: resources.filter(isOfPolicy).length },
    resources: { ...Object.fromEntries(counted.filter(([, { total }]) => total > 0)), ...totals(resources) },
    services: {
      external: { total: services.filter(({ serviceType }) => serviceType === "external").length },
      gatewayBuiltin: servicesOfType("gateway_builtin"),
      gatewayDelegated: servicesOfType("gateway_delegated"),
      internal: servicesOfType(undefined),
    },
    zones: {
      controlPlanes: { online: zones.size, total: counted.find(([type]) => type === "Zone")?.[1].total ?? 0 },
      zoneEgresses: proxies.ZoneEgress,
      zoneIngresses: proxies.ZoneIngress,
    },
  });
};

function toStatus(status: unknown): Status {
  return status === "partially_degraded" ? "partiallyDegraded" : (status as Status);
}
