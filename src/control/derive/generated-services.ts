// Generated MeshServices: one a zone and service of its dataplanes, in meshes whose meshServices.mode asks for them.
import type { TenantState } from "#control/state.ts";
import {
  type Claimant,
  claimsOf,
  generatedSpec,
  type Settled,
  settlePorts,
  unnamableServices,
} from "#model/generated-service.ts";
import { hashedName } from "#model/hashed-name.ts";
import type { SpecOf } from "#model/kinds.ts";
import type { Resource } from "#model/resource.ts";
import { sameJson } from "#model/same.ts";
import { LABEL } from "#model/tag.ts";
import type { StatusWrite, Write } from "#store/face/commit.ts";
import type { Deriver } from "./deriver.ts";
import type { MeshWorld } from "./mesh-world.ts";

export type Service = Resource<SpecOf<"MeshService">>;

const GENERATOR = "meshservice-generator";

/** How long a generated service outlives its last dataplane; milliseconds (Kuma: 1 h). */
export const GRACE = 3_600_000;

export const generatedServices: Deriver = {
  watches: ["Mesh", "Zone", "Dataplane", "MeshService"],
  derive(mesh, { now, global }) {
    const standing = mesh.of("MeshService").filter(isGenerated);
    const on = (mesh.own.spec.meshServices?.mode ?? "Disabled") !== "Disabled";
    const unnamable = mesh.touched.has("Mesh") ? mesh.of("Dataplane") : mesh.dataplanes.map(({ after }) => after);
    const statuses: StatusWrite[] = unnamable.flatMap((one) => (one === null ? [] : namingStatus(one, on)));
    if (!on) return { derived: standing.map(removal), statuses };
    const only = touchedKeys(mesh);
    if (only?.size === 0) return { statuses };
    const zones = new Set(global("Zone").map(({ name }) => name));
    const claims = claimsOfMesh(mesh, zones, only);
    const isTaken = takenBy(mesh);
    const derived: Write[] = [];
    for (const service of standing) {
      const { [LABEL.zone]: zone = "", [LABEL.displayName]: name = "" } = service.labels;
      const key = claimKey(zone, name);
      if (only !== null && !only.has(key)) continue;
      const claim = claims.get(key);
      claims.delete(key);
      if (!zones.has(zone) || isTaken(zone, name)) derived.push(removal(service));
      else if (claim === undefined) derived.push(...ending(service, now));
      else {
        const settled = settlePorts(claim.claimants, service.spec.ports);
        derived.push(...changed(service, madeOf(mesh, claim, settled, service)));
        statuses.push(...portStatus(service, settled));
      }
    }
    for (const claim of claims.values()) {
      if (isTaken(claim.zone, claim.service)) continue;
      const settled = settlePorts(claim.claimants, undefined);
      const made = madeOf(mesh, claim, settled);
      derived.push({ key: keyOf(made), expect: "any", after: made });
      statuses.push(...portStatus(made, settled));
    }
    return { derived, statuses };
  },
  due(state) {
    const started = graces(state);
    return started.length === 0 ? null : started.reduce((a, b) => Math.min(a, b)) + GRACE;
  },
};

const generated = new WeakMap<Service, boolean>();

/** Whether Weft made the service and may take it away: a user who wants it drops the label. */
export function isGenerated(service: Service): boolean {
  const known = generated.get(service);
  if (known !== undefined) return known;
  const { [LABEL.managedBy]: by, [LABEL.zone]: zone, [LABEL.displayName]: shown } = service.labels;
  const is =
    by === GENERATOR &&
    zone !== undefined &&
    shown !== undefined &&
    service.name === hashedName(service.mesh, shown, zone);
  generated.set(service, is);
  return is;
}

/** What a zone's dataplanes ask for under one service name. */
interface Claim {
  readonly zone: string;
  readonly service: string;
  readonly claimants: Claimant[];
}

function claimKey(zone: string, service: string): string {
  return `${zone}/${service}`;
}

/** Claims that the change can touch; null = all. */
function touchedKeys({ touched, dataplanes }: MeshWorld): ReadonlySet<string> | null {
  if (["Mesh", "Zone", "MeshService"].some((type) => touched.has(type))) return null;
  const keys = new Set<string>();
  for (const { before, after } of dataplanes) {
    if (before === after) continue;
    const zone = (one: Resource) => one.labels[LABEL.zone] ?? "";
    const same = before !== null && after !== null && zone(before) === zone(after);
    if (same && sameJson(claimsOf(before), claimsOf(after))) continue;
    for (const one of [before, after]) {
      if (one !== null) for (const { service } of claimsOf(one)) keys.add(claimKey(zone(one), service));
    }
  }
  return keys;
}

function claimsOfMesh(
  mesh: MeshWorld,
  zones: ReadonlySet<string>,
  only: ReadonlySet<string> | null,
): Map<string, Claim> {
  const claims = new Map<string, Claim>();
  const names = only === null ? null : new Set([...only].map((key) => key.slice(key.indexOf("/") + 1)));
  for (const dataplane of mesh.of("Dataplane")) {
    const zone = dataplane.labels[LABEL.zone] ?? "";
    if (!zones.has(zone)) continue;
    for (const { service, ports } of claimsOf(dataplane)) {
      if (names !== null && !names.has(service)) continue;
      const key = claimKey(zone, service);
      if (only !== null && !only.has(key)) continue;
      const claim = claims.get(key) ?? { zone, service, claimants: [] };
      claims.set(key, claim);
      claim.claimants.push({ dataplane, ports });
    }
  }
  return claims;
}

/** Whether a user's MeshService of that name, in the zone or of no zone, stands in a generated one's place. */
function takenBy(mesh: MeshWorld): (zone: string, name: string) => boolean {
  const taken = new Set<string>();
  for (const one of mesh.of("MeshService")) {
    if (!isGenerated(one)) taken.add(claimKey(one.labels[LABEL.zone] ?? "", one.labels[LABEL.displayName] ?? one.name));
  }
  return (zone, name) => taken.has(claimKey(zone, name)) || taken.has(claimKey("", name));
}

function madeOf(mesh: MeshWorld, { zone, service }: Claim, { ports }: Settled, before?: Service): Service {
  const { [LABEL.graceStartedAt]: _, ...kept } = before?.labels ?? {};
  const labels = {
    ...kept,
    [LABEL.displayName]: service,
    [LABEL.environment]: "universal",
    [LABEL.managedBy]: GENERATOR,
    [LABEL.mesh]: mesh.name,
    [LABEL.origin]: "zone",
    [LABEL.zone]: zone,
  };
  return {
    type: "MeshService",
    mesh: mesh.name,
    name: hashedName(mesh.name, service, zone),
    labels: Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))),
    creationTime: "",
    modificationTime: "",
    spec: generatedSpec(service, ports),
  };
}

/** Tells of dataplanes whose ports are left out of account, while there are any. */
function portStatus(service: Service, { ignored }: Settled): readonly StatusWrite[] {
  const message = `Ports must be identical over the dataplanes of a service in a zone; those of ${ignored.join(", ")} are others and are left out of account`;
  return conditionStatus(service, ignored.length === 0 ? null : ["PortsIdentical", "PortConflict", message]);
}

/** Tells of services that get no MeshService for their names. */
function namingStatus(dataplane: Resource, on: boolean): readonly StatusWrite[] {
  const names = on ? unnamableServices(dataplane as Parameters<typeof unnamableServices>[0]) : [];
  const message = `No MeshService is generated for ${names.map((name) => JSON.stringify(name)).join(", ")}: a name must be a DNS label (RFC 1035)`;
  return conditionStatus(dataplane, names.length === 0 ? null : ["MeshServiceGenerated", "InvalidName", message]);
}

type Told = readonly [type: string, reason: string, message: string];

function conditionStatus({ type, mesh, name, status }: Resource, told: Told | null): readonly StatusWrite[] {
  const wanted = told === null ? undefined : [{ type: told[0], status: "False", reason: told[1], message: told[2] }];
  const { conditions } = (status ?? {}) as { readonly conditions?: unknown };
  return sameJson(conditions, wanted) ? [] : [{ key: { type, mesh, name }, patch: { conditions: wanted ?? null } }];
}

function changed(before: Service, after: Service): readonly Write[] {
  const same = sameJson(before.labels, after.labels) && sameJson(before.spec, after.spec);
  return same ? [] : [{ key: keyOf(after), expect: "any", after }];
}

/** Without dataplanes: stamped first, and removed once its grace is over. */
function ending(service: Service, now: number): readonly Write[] {
  const started = Date.parse(service.labels[LABEL.graceStartedAt] ?? "");
  if (started + GRACE <= now) return [removal(service)];
  if (!Number.isNaN(started)) return [];
  const labels = { ...service.labels, [LABEL.graceStartedAt]: new Date(now).toISOString() };
  const sorted = Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  return [{ key: keyOf(service), expect: "any", after: { ...service, labels: sorted } }];
}

function graces({ meshes }: TenantState): readonly number[] {
  const found: number[] = [];
  for (const { lists } of meshes.values()) {
    const services = lists.get("MeshService");
    const started = services === undefined ? null : startOf(services);
    if (started !== null) found.push(started);
  }
  return found;
}

const starts = new WeakMap<readonly Resource[], number | null>();

/** When the first grace among them began; asked at each commit, of lists that seldom change. */
function startOf(services: readonly Resource[]): number | null {
  const known = starts.get(services);
  if (known !== undefined) return known;
  let first: number | null = null;
  for (const { labels } of services) {
    const at = Date.parse(labels[LABEL.graceStartedAt] ?? "");
    if (!Number.isNaN(at)) first = Math.min(first ?? at, at);
  }
  starts.set(services, first);
  return first;
}

function removal(service: Service): Write {
  return { key: keyOf(service), expect: "any", after: null };
}

function keyOf({ type, mesh, name }: Service) {
  return { type, mesh, name };
}
