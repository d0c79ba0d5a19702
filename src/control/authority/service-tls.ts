// The certificates that an external service names, wherever its kind has them.
import type { DataSource } from "#model/data-source.ts";
import type { ExternalServiceSpec } from "#model/kind/external-service.ts";
import type { MeshExternalServiceSpec } from "#model/kind/mesh-external-service.ts";
import type { Resource } from "#model/resource.ts";

export interface ServiceTls {
  readonly caCert?: DataSource;
  readonly clientCert?: DataSource;
  readonly clientKey?: DataSource;
}

/** Kinds that name any. */
export const EXTERNAL_TYPES: ReadonlySet<string> = new Set(["MeshExternalService", "ExternalService"]);

/** What the service names; nothing where it names none. */
export function serviceTls({ type, spec }: Resource): ServiceTls {
  if (type === "ExternalService") return (spec as ExternalServiceSpec).networking?.tls ?? {};
  return (spec as MeshExternalServiceSpec).tls?.verification ?? {};
}

/** The service with these in their places. */
export function withServiceTls(resource: Resource, set: ServiceTls): Resource {
  const { type, spec } = resource;
  if (type === "ExternalService") {
    const { networking, ...others } = spec as ExternalServiceSpec;
    return { ...resource, spec: { ...others, networking: { ...networking, tls: { ...networking?.tls, ...set } } } };
  }
  const { tls, ...others } = spec as MeshExternalServiceSpec;
  return { ...resource, spec: { ...others, tls: { ...tls, verification: { ...tls?.verification, ...set } } } };
}
