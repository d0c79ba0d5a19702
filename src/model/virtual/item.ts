// What of a view has virtual addresses: its host names, and the ports that lead somewhere.
import { isHostName } from "#model/address.ts";
import type { Outbound } from "#model/kind/dataplane.ts";
import type { MeshExternalServiceSpec } from "#model/kind/mesh-external-service.ts";
import type { Resource } from "#model/resource.ts";
import { SERVICE_TAG } from "#model/tag.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { generatedHosts, SERVICE_PORT, serviceHosts, splitName, virtualName } from "#model/virtual/name.ts";
import { madeHosts, outsideServices } from "#model/virtual/rendered.ts";

export interface VirtualItem {
  readonly address: string;
  /** Other addresses that lead there too. */
  readonly also: readonly string[];
  /** The first is its own; where tags are meant the others are forms of it. */
  readonly hosts: readonly string[];
  /** The resource that it is, as in `MeshService/backend`; absent where tags are meant. */
  readonly resource?: string;
  /** What its ports lead to. */
  readonly ports: readonly VirtualPort[];
}

export type VirtualPort = Pick<Outbound, "tags" | "backendRef"> & { readonly port: number };

/** All of a mesh that the zone sees, in the order of precedence for host names: services, names that users made, then resources. */
export function virtualItems(view: View, zone: string): readonly VirtualItem[] {
  const { addresses = [] } = view;
  if (addresses.length === 0) return [];
  const exclusive = view.mesh.spec.meshServices?.mode === "Exclusive";
  const made = madeHosts(view);
  const ports = servicePorts(view);
  const found: Record<"service" | "host" | "resource", VirtualItem[]> = { service: [], host: [], resource: [] };
  const resources = new Map<string, Resource>(
    RESOURCES.flatMap((type) => resourcesOf(view, type).map((one) => [virtualName(type, one.name), one] as const)),
  );
  for (const { name, address, also = [] } of addresses) {
    const [kind, own] = splitName(name);
    if (kind === "service") {
      if (exclusive) continue;
      const tags = { [SERVICE_TAG]: own };
      const numbers = [...new Set([...(ports.get(own) ?? []), SERVICE_PORT])];
      found.service.push({ address, also, hosts: serviceHosts(own), ports: numbers.map((port) => ({ port, tags })) });
    } else if (kind === "host") {
      const all = made.get(own) ?? [];
      if (exclusive || all.length === 0) continue;
      found.host.push({ address, also, hosts: [own], ports: all.map(({ port, tags }) => ({ port, tags })) });
    } else {
      const resource = resources.get(name);
      if (resource === undefined) continue;
      const all = portsOf(resource).map((port) => ({ port, backendRef: { kind, name: own, port } }));
      found.resource.push({ address, also, hosts: generatedHosts(resource, zone), resource: name, ports: all });
    }
  }
  return [...found.service, ...found.host, ...found.resource];
}

/** A host name, and its addresses. */
export interface HostRecord {
  readonly name: string;
  readonly ips: readonly string[];
}

/**
 * The host names of items, sorted; of two that want one name, the first has it, and a form of a name gives way to a name. What
 * is no host name (`a:b.mesh`: a service may be called so) is left out: Envoy would refuse the whole table.
 */
export function hostRecords(
  named: Iterable<{ readonly item: VirtualItem; readonly ips: readonly string[] }>,
): readonly HostRecord[] {
  const names = new Map<string, readonly string[]>();
  const forms: (readonly [string, readonly string[]])[] = [];
  for (const { item, ips } of named) {
    item.hosts.forEach((host, index) => {
      const name = host.toLowerCase();
      if (!isHostName(name)) return;
      if (index > 0 && item.resource === undefined) forms.push([name, ips]);
      else if (!names.has(name)) names.set(name, ips);
    });
  }
  for (const [name, ips] of forms) if (!names.has(name)) names.set(name, ips);
  return [...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, ips]) => ({ name, ips }));
}

/** By service outside the mesh, the ports that it really has. */
function servicePorts(view: View): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const { service, port } of outsideServices(view)) found.set(service, [...(found.get(service) ?? []), port]);
  return found;
}

const RESOURCES = ["MeshService", "MeshExternalService", "MeshMultiZoneService"] as const;

function portsOf({ type, spec }: Resource): readonly number[] {
  if (type === "MeshExternalService") return [(spec as MeshExternalServiceSpec).match.port];
  const { ports = [] } = spec as { readonly ports?: readonly { readonly port: number }[] };
  return [...new Set(ports.map(({ port }) => port))];
}
