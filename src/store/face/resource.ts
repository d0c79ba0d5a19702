// Resources as they stand, and what may be asked of them.
import type { Resource, ResourceKey } from "#model/resource.ts";
import type { AddressRow } from "#model/virtual/allot.ts";
import type { Registration } from "./registration.ts";

export interface StoredResource {
  readonly resource: Resource;
  /** Changes whenever spec or labels do; the REST ETag. */
  readonly etag: string;
  /** The revision that wrote it last. */
  readonly revision: number;
}

export interface ListQuery {
  readonly type: string;
  /** Absent = across meshes. */
  readonly mesh?: string;
  /** Substring of the name. */
  readonly nameContains?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly offset: number;
  readonly size: number;
}

export interface Heads {
  readonly epoch: number;
  readonly revision: number;
  readonly sequence: number;
}

/** Everything of a tenant that its writer remembers, at one moment. */
export interface WholeTenant {
  readonly heads: Heads;
  /** By type, mesh and name. */
  readonly items: readonly StoredResource[];
  readonly registrations: readonly Registration[];
  readonly addresses: readonly (AddressRow & { readonly mesh: string })[];
  /** Dataplanes with a leaf that has not expired. */
  readonly certified: readonly { readonly mesh: string; readonly name: string }[];
}

/** All reading of one tenant's resources. */
export interface TenantResources {
  heads(): Promise<Heads>;
  get(key: ResourceKey): Promise<StoredResource | null>;
  /** Ordered by mesh, then name (by bytes). */
  list(query: ListQuery): Promise<{ readonly total: number; readonly items: readonly StoredResource[] }>;
  /** In a number of queries that follows the resources, not the meshes; null where something was committed meanwhile: read again. */
  readWhole(): Promise<WholeTenant | null>;
  /** Everything of one mesh (its Mesh resource included) or, without mesh, of global scope; with the heads of the same read. */
  readMesh(mesh: string): Promise<{
    readonly heads: Heads;
    readonly items: readonly StoredResource[];
    readonly registrations: readonly Registration[];
    readonly addresses: readonly AddressRow[];
  }>;
}
