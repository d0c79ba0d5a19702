// Seats: the identities that one life needs, each in a mesh. A dataplane has one, a zone's egress one in each mesh, an ingress none.
import type { EnvelopeMesh } from "#api/zone.ts";
import type { DataplaneSpec } from "#model/kind/dataplane.ts";
import { EGRESS_NAMED, leafUris, type Named } from "#model/spiffe.ts";
import { type Registration, typeOf } from "#relay/registrar/registrar.ts";
import { proxyPath } from "#relay/zone.ts";
import { uriHost } from "#trust/spiffe.ts";
import { interned } from "./interned.ts";

export interface Seat {
  readonly registration: Registration;
  readonly mesh: string;
  /** URI SANs of its certificate. */
  readonly uris: readonly string[];
  /** Names it in memory and on disk. */
  readonly path: string;
}

/** The seats of a life, for meshes with mTLS; in the meshes' order. */
export function seatsOf(registration: Registration, meshes: readonly EnvelopeMesh[]): readonly Seat[] {
  return meshes.flatMap(({ name: mesh, mtls }): readonly Seat[] => {
    const named = mtls.enabled ? namedIn(mesh, registration) : null;
    const uris = named === null ? [] : urisOf(mesh, named, registration.resource);
    return uris.length === 0 ? [] : [{ registration, mesh, uris, path: seatPath(registration, mesh) }];
  });
}

interface Known {
  readonly mesh: string;
  readonly uris: readonly string[];
}

const known = new WeakMap<object, readonly Known[]>();

/** Asked for by every stream at every change: what a resource's names come to is worked out once. */
function urisOf(mesh: string, named: Named, resource: object): readonly string[] {
  const before = known.get(resource) ?? [];
  const found = before.find((one) => one.mesh === mesh);
  if (found !== undefined) return found.uris;
  const uris = interned(leafUris(mesh, named));
  known.set(resource, [...before, { mesh, uris }]);
  return uris;
}

/** Where the seat of a life in a mesh is kept. */
function seatPath(registration: Pick<Registration, "mesh" | "name">, mesh: string): string {
  const own = proxyPath(registration);
  return registration.mesh === mesh ? own : `${own}/${mesh}`;
}

/** The life's name in the mesh as the audit has it: of a zone's proxy its Envoy's node id, which no dataplane has. */
export function auditName({ mesh, name }: Pick<Registration, "mesh" | "name">): string {
  return mesh === "" ? `.${name}` : name;
}

/** Hosts of URI SANs that an issuer of the mesh must permit for this proxy. */
export function hostsOf(mesh: string, named: Named): readonly string[] {
  // A value with a colon makes a host that no intermediate permits: see uriHost.
  return leafUris(mesh, named)
    .flatMap((uri) => uriHost(uri) ?? [])
    .filter((host) => !host.includes("/") || host === mesh);
}

/** What the proxy is named by in the mesh; null where it has no identity there. */
export function namedIn(mesh: string, registration: Pick<Registration, "mesh" | "resource">): Named | null {
  if (registration.mesh === mesh) return { networking: (registration.resource.spec as DataplaneSpec).networking ?? {} };
  return registration.mesh === "" && typeOf(registration) === "ZoneEgress" ? EGRESS_NAMED : null;
}
