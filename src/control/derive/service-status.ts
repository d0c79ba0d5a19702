// What a MeshService's status tells of its dataplanes: how many there are, who they are, and whether all can take mTLS.
import type { MeshServiceSpec, MeshServiceStatus, ServicePort } from "#model/kind/mesh-service.ts";
import type { SpecOf } from "#model/kinds.ts";
import { enabledBackendOf } from "#model/mesh-rule.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { selects } from "#model/selector.ts";
import { legacyName, selectsDataplane } from "#model/service-selector.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import type { StatusWrite } from "#store/face/commit.ts";
import type { Deriver } from "./deriver.ts";
import type { Dataplane, MeshWorld } from "./mesh-world.ts";

type Service = Resource<MeshServiceSpec>;
type Told = Required<Pick<MeshServiceStatus, "dataplaneProxies" | "identities" | "tls">>;

export const serviceStatus: Deriver = {
  watches: ["Mesh", "MeshService", "Dataplane"],
  derive(mesh) {
    const services = touchedServices(mesh);
    if (services.length === 0) return {};
    const selected = dataplanesOf(mesh, services);
    const mtls = enabledBackendOf(mesh.own.spec) !== null;
    return { statuses: services.flatMap((one) => changed(one, toldOf(mesh, one, selected.get(one) ?? [], mtls))) };
  },
};

/** Services that the change may tell something else of. */
function touchedServices(mesh: MeshWorld): readonly Service[] {
  const all = mesh.of("MeshService");
  if (mesh.touched.has("Mesh") || mesh.touched.has("MeshService")) return all;
  const changed = mesh.dataplanes.flatMap(({ before, after }) => [before, after]).filter((one) => one !== null);
  const names = new Set(changed.flatMap((one) => serviceNames(one)));
  return all.filter((service) => {
    const name = legacyName(service);
    return name === undefined ? changed.some((one) => selectsDataplane(service, one)) : names.has(name);
  });
}

/** What each service selects; those that select by a service's name are found by it. */
function dataplanesOf(mesh: MeshWorld, services: readonly Service[]): ReadonlyMap<Service, readonly Dataplane[]> {
  const byName = new Map<string, Service[]>();
  const others: Service[] = [];
  for (const service of services) {
    const name = legacyName(service);
    if (name === undefined) others.push(service);
    else byName.set(name, [...(byName.get(name) ?? []), service]);
  }
  const found = new Map<Service, Dataplane[]>(services.map((service) => [service, []]));
  const take = (service: Service, dataplane: Dataplane): void => {
    if (selectsDataplane(service, dataplane)) found.get(service)?.push(dataplane);
  };
  // Asked of every dataplane at each join: without lists of its own.
  for (const dataplane of mesh.of("Dataplane")) {
    for (const name of serviceNames(dataplane)) {
      const asked = byName.get(name);
      if (asked !== undefined) for (const service of asked) take(service, dataplane);
    }
    for (const service of others) take(service, dataplane);
  }
  return found;
}

const known = new WeakMap<Dataplane, readonly string[]>();

/** Values of kuma.io/service on inbounds and gateway, each once, sorted. */
function serviceNames(dataplane: Dataplane): readonly string[] {
  const before = known.get(dataplane);
  if (before !== undefined) return before;
  const { gateway, inbound = [] } = dataplane.spec.networking ?? {};
  const values = [gateway?.tags, ...inbound.map(({ tags }) => tags)].flatMap((tags) => tags?.[SERVICE_TAG] || []);
  const names = [...new Set(values)].sort();
  known.set(dataplane, names);
  return names;
}

function toldOf(mesh: MeshWorld, service: Service, selected: readonly Dataplane[], mtls: boolean): Told {
  const connected = selected.filter(({ name }) => mesh.lives.get(name)?.online === true).length;
  const healthy = selected.filter((one) => isHealthy(mesh, service, one)).length;
  const names = [...new Set(selected.flatMap(serviceNames))].sort();
  // One way, as in Kuma: who joins later begins with mTLS, and must not make clients speak plaintext meanwhile.
  const was = (service.status as MeshServiceStatus | undefined)?.tls?.status === "Ready";
  const ready = mtls && (was || selected.every(({ name }) => mesh.isCertified(name)));
  return {
    dataplaneProxies: { connected, healthy, total: selected.length },
    identities: names.map((value) => ({ type: "ServiceTag" as const, value })),
    tls: { status: ready ? "Ready" : "NotReady" },
  };
}

/** Whether the dataplane serves every port of the service; one whose last registration has ended serves none. */
function isHealthy({ lives }: MeshWorld, { spec }: Service, { name, spec: { networking } }: Dataplane): boolean {
  if (lives.get(name)?.online === false) return false;
  const ready = (networking?.inbound ?? []).filter(
    ({ state, health }) => (state ?? "Ready") === "Ready" && health?.ready !== false,
  );
  const wanted = spec.selector?.dataplaneTags ?? {};
  return (spec.ports ?? []).every((port) =>
    ready.some((inbound) => isInboundOf(inbound, port) && selects(wanted, inbound.tags ?? {})),
  );
}

type Inbound = NonNullable<NonNullable<SpecOf<"Dataplane">["networking"]>["inbound"]>[number];

function isInboundOf({ port, name }: Inbound, { port: own, targetPort = own }: ServicePort): boolean {
  return typeof targetPort === "number" ? port === targetPort : (name || String(port)) === targetPort;
}

function changed(service: Service, told: Told): readonly StatusWrite[] {
  const status = (service.status ?? {}) as Readonly<Record<string, unknown>>;
  const patch = Object.fromEntries(Object.entries(told).filter(([member, value]) => !sameJson(status[member], value)));
  if (Object.keys(patch).length === 0) return [];
  const { type, mesh, name } = service;
  return [{ key: { type, mesh, name }, patch }];
}
