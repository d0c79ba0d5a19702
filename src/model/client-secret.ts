// Names of client certificates toward services outside the mesh: what views and snapshots hold in place of certificate and key.
import type { ResourceKey } from "./resource.ts";

const START = "client_cert:secret:";

/**
 * The SDS secret of one content: `client_cert:secret:<mesh>:<type>:<name>:<version>`. Another content has another name, so that
 * whoever names it is told by the name.
 */
export function clientSecretName({ mesh, type, name }: ResourceKey, version: string): string {
  return `${START}${mesh}:${type}:${name}:${version}`;
}

export function isClientSecret(name: string): boolean {
  return name.startsWith(START);
}

/** What a view has as the key of a service's client certificate; null where it could not be read, or none is said. */
export function clientSecretOf(key: { readonly secret?: string } | undefined): string | null {
  return key?.secret !== undefined && isClientSecret(key.secret) ? key.secret : null;
}
