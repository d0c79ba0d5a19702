// What proxies of a zone that serve all its meshes are made of: its ingresses share one part, its egresses another.
import type { EndpointSet } from "#model/endpoint.ts";
import type { Digest } from "#model/json.ts";
import type { ZoneProxy } from "#model/zone-place.ts";
import type { PolicyFault } from "#xds/explain.ts";
import type { Blob, GroupBlob } from "./blob.ts";
import type { MeshMemo } from "./mesh.ts";

export interface ZoneInput {
  readonly zone: string;
  readonly digest: Digest;
  /** By name, in the order of names. */
  readonly meshes: ReadonlyMap<string, MeshMemo>;
  /** Sorted by name. */
  readonly proxies: readonly ZoneProxy[];
}

/** The parts that all ingresses, or all egresses, of a zone share. */
export interface SharedPart {
  /** Each names its holes: the listener's are the proxy's. */
  readonly groups: readonly GroupBlob[];
  readonly sets: readonly ReadonlyMap<string, EndpointSet>[];
  /** SDS name → template. */
  readonly secrets: readonly (readonly [string, Blob])[];
  readonly faults: readonly PolicyFault[];
}
