// What answers show of services beyond what was written: their state and identities, and their SNIs.
import type { MeshServiceSpec, MeshServiceStatus } from "#model/kind/mesh-service.ts";
import type { Resource } from "#model/resource.ts";
import { resourceSni } from "#model/sni.ts";

/**
 * The service as it is told and compiled: its state and identities follow from its dataplanes (their counts and names stand in
 * the status), whatever was written.
 */
export function computedService(service: Resource<MeshServiceSpec>): Resource<MeshServiceSpec> {
  if (service.status === undefined) return service;
  const { state: _, identities: written, ...said } = service.spec;
  const { identities: found, ...status } = service.status as MeshServiceStatus;
  const state = (status.dataplaneProxies?.healthy ?? 0) > 0 ? "Available" : "Unavailable";
  const identities = found ?? written;
  return { ...service, spec: { state, ...said, ...(identities && { identities }) }, status };
}

/** By which the ports of a destination are known between zones. */
export function snisOf(
  shortName: Parameters<typeof resourceSni>[0],
  resource: Resource,
  ports: readonly { readonly name?: string; readonly port: number }[],
): { readonly snis: readonly { readonly port: number; readonly sni: string }[] } {
  return { snis: ports.map((port) => ({ port: port.port, sni: resourceSni(shortName, resource, port) })) };
}
