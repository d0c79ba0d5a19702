// What MeshServices a zone's dataplanes call for by themselves: one a value of kuma.io/service, as Kuma generates them.
import type { DataplaneSpec, Inbound } from "./kind/dataplane.ts";
import type { MeshServiceSpec, ServicePort } from "./kind/mesh-service.ts";
import { dnsLabelReason } from "./name.ts";
import { protocolOf } from "./protocol.ts";
import type { Resource } from "./resource.ts";
import { sameJson } from "./same.ts";
import { PROTOCOL_TAG, SERVICE_TAG } from "./tag.ts";

type Dataplane = Resource<DataplaneSpec>;

/** What one dataplane asks of the MeshService of one of its services. */
export interface ServiceClaim {
  readonly service: string;
  readonly ports: readonly ServicePort[];
}

const known = new WeakMap<Dataplane, readonly ServiceClaim[]>();

/** A dataplane's services whose names may stand in host names, each with the ports of its inbounds in their order. */
export function claimsOf(dataplane: Dataplane): readonly ServiceClaim[] {
  const before = known.get(dataplane);
  if (before !== undefined) return before;
  const ports = new Map<string, ServicePort[]>();
  for (const inbound of dataplane.spec.networking?.inbound ?? []) {
    const service = inbound.tags?.[SERVICE_TAG] ?? "";
    if (dnsLabelReason(service) !== null) continue;
    ports.set(service, [...(ports.get(service) ?? []), portOf(inbound)]);
  }
  const claims = [...ports].map(([service, list]) => ({ service, ports: list }));
  known.set(dataplane, claims);
  return claims;
}

/** Services of the dataplane that get no MeshService, because their names are no DNS labels. */
export function unnamableServices({ spec }: Dataplane): readonly string[] {
  const services = (spec.networking?.inbound ?? []).flatMap(({ tags }) => tags?.[SERVICE_TAG] ?? []);
  return [...new Set(services)].filter((service) => dnsLabelReason(service) !== null).sort();
}

function portOf({ port = 0, name, protocol, tags }: Inbound): ServicePort {
  const appProtocol = protocolOf(protocol || tags?.[PROTOCOL_TAG] || "tcp") ?? "tcp";
  return { name: name || String(port), port, targetPort: port, appProtocol };
}

/** A dataplane's claim, with the dataplane. */
export interface Claimant {
  readonly dataplane: Dataplane;
  readonly ports: readonly ServicePort[];
}

export interface Settled {
  readonly ports: readonly ServicePort[];
  /** Dataplanes whose ports are others, and which the service leaves out of account; sorted by name. */
  readonly ignored: readonly string[];
}

/** The ports of a service: those that it has while any dataplane has them, else those of the oldest dataplane. */
export function settlePorts(claimants: readonly Claimant[], standing: readonly ServicePort[] | undefined): Settled {
  const agrees = (ports: readonly ServicePort[]) => (one: Claimant) => sameJson(one.ports, ports);
  const kept = standing !== undefined && claimants.some(agrees(standing));
  const ports = kept ? standing : ([...claimants].sort(byAge)[0]?.ports ?? []);
  const ignored = claimants.filter((one) => !agrees(ports)(one)).map(({ dataplane }) => dataplane.name);
  return { ports, ignored: ignored.sort() };
}

/** The oldest first; what is not stored yet has no time and comes last. */
function byAge({ dataplane: a }: Claimant, { dataplane: b }: Claimant): number {
  const [first, second] = [a.creationTime || "~", b.creationTime || "~"];
  if (first !== second) return first < second ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

/** The spec of a generated MeshService; its state and identities are computed like any other's. */
export function generatedSpec(service: string, ports: readonly ServicePort[]): MeshServiceSpec {
  return { selector: { dataplaneTags: { [SERVICE_TAG]: service } }, ports };
}
