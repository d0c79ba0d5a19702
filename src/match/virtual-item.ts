// What of a view has virtual addresses: its host names, and the ports that lead somewhere.
import type { Outbound } from "#model/kind/dataplane.ts";
import type { MeshExternalServiceSpec } from "#model/kind/mesh-external-service.ts";
import type { Resource } from "#model/resource.ts";
import { SERVICE_TAG, type Tags } from "#model/tag.ts";
import { resourcesOf, type View } from "#model/view.ts";
import { generatedHosts, SERVICE_PORT, serviceHosts, splitName, virtualName } from "#model/virtual/name.ts";
import { type Rendered, renderOutbound } from "#model/virtual/rendered.ts";

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

/** All of a mesh, in the order of precedence for host names: services, names that users made, then resources. */
export function virtualItems(view: View): readonly VirtualItem[] {
  const { addresses = [] } = view;
  if (addresses.length === 0) return [];
  const exclusive = view.mesh.spec.meshServices?.mode === "Exclusive";
  const rendered = renderedHosts(view);
  const found: Record<"service" | "host" | "resource", VirtualItem[]> = { service: [], host: [], resource: [] };
  const resources = new Map<string, Resource>(
    RESOURCES.flatMap((type) => resourcesOf(view, type).map((one) => [virtualName(type, one.name), one] as const)),
  );
  for (const { name, address, also = [] } of addresses) {
    const [kind, own] = splitName(name);
    if (kind === "service") {
      if (exclusive) continue;
      const ports = [{ port: SERVICE_PORT, tags: { [SERVICE_TAG]: own } }];
      found.service.push({ address, also, hosts: serviceHosts(own), ports });
    } else if (kind === "host") {
      const ports = rendered.get(own) ?? [];
      if (ports.length === 0) continue;
      found.host.push({ address, also, hosts: [own], ports: ports.map(({ port, tags }) => ({ port, tags })) });
    } else {
      const resource = resources.get(name);
      if (resource === undefined) continue;
      const ports = portsOf(resource).map((port) => ({ port, backendRef: { kind, name: own, port } }));
      found.resource.push({ address, also, hosts: generatedHosts(resource), resource: name, ports });
    }
  }
  return [...found.service, ...found.host, ...found.resource];
}

const RESOURCES = ["MeshService", "MeshExternalService", "MeshMultiZoneService"] as const;

function portsOf({ type, spec }: Resource): readonly number[] {
  if (type === "MeshExternalService") return [(spec as MeshExternalServiceSpec).match.port];
  const { ports = [] } = spec as { readonly ports?: readonly { readonly port: number }[] };
  return [...new Set(ports.map(({ port }) => port))];
}

/** By host name, what VirtualOutbounds make of the tags of all inbounds; of two that want one port, the first by name has it. */
export function renderedHosts(view: View): ReadonlyMap<string, readonly Rendered[]> {
  const outbounds = resourcesOf(view, "VirtualOutbound");
  const hosts = new Map<string, Rendered[]>();
  if (outbounds.length === 0) return hosts;
  const seen = new Map<string, Tags>();
  for (const { spec } of resourcesOf(view, "Dataplane")) {
    for (const { tags, state } of spec.networking?.inbound ?? []) {
      if (tags !== undefined && state !== "Ignored") seen.set(JSON.stringify(tags), tags);
    }
  }
  for (const { spec } of outbounds) {
    for (const [, tags] of [...seen].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const one = renderOutbound(spec, tags);
      if (one === null) continue;
      const list = hosts.get(one.host) ?? [];
      if (!list.some(({ port }) => port === one.port)) hosts.set(one.host, [...list, one]);
    }
  }
  return hosts;
}
